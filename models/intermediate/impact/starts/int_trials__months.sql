-- One trial a month, from the first start to the last that can be followed for a month.
with settings as (

    select * from {{ ref("int_settings__resolved") }}

),

calendar as (

    select * from {{ ref("int_calendar__months") }}

),

starts as (

    select
        role,
        min(start_month) as first_month,
        max(start_month) as last_month
    from {{ ref("int_starts__first") }}
    group by role

)

select
    starts.role,
    calendar.month_starts_on as trial_month,
    {{ months_later("calendar.month_starts_on", 1) }} as time_zero,
    {{ month_number("calendar.month_starts_on") }} as trial_month_number
from starts
cross join settings
inner join calendar
    on
        starts.first_month <= calendar.month_starts_on
        and starts.last_month >= calendar.month_starts_on
        and settings.follow_up_ends_on >= {{ months_later("calendar.month_starts_on", 2) }}
