with settings as (

    select * from {{ ref("int_settings__resolved") }}

),

history as (

    select
        min({{ month_of("effective_on") }}) as first_month,
        max(
            greatest({{ month_of("settings.as_of") }}, settings.follow_up_ends_on)
        ) as last_month
    from {{ ref("int_job_history__merged_by_day") }}
    cross join settings

)

select {{ month_series("first_month", "last_month") }} as month_starts_on
from history
