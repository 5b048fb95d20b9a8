-- Everybody employed on the first day of a window: participants of the one that opens in the month
-- after their start, the workforce of one that opens every month. Whoever left and came back is
-- employed on the window's last day: a break is no exit here, as it is in curves and effects.
{%- set horizons_months = [6, 12, 24] %}
with settings as (

    select * from {{ ref("int_settings__resolved") }}

),

participants as (

    select * from {{ ref("int_participants__attributed") }}
    where is_employed_at_window_start

),

workforce as (

    select * from {{ ref("int_workforce__monthly") }}

),

observation as (

    select * from {{ ref("int_observation__started") }}

),

returns as (

    select
        person_key,
        started_on as returned_on,
        ended_on
    from {{ ref("int_employment__spelled") }}
    where spell_number > 1

),

windows as (

    select
        population,
        program,
        cohort,
        department,
        level_band,
        work_arrangement,
        gender,
        person_key,
        started_on as counted_on,
        window_starts_on,
        exit_month_number,
        promotion_month_number
    from participants
    union all
    select
        'workforce' as population,
        'all' as program,
        cast(null as {{ dbt.type_string() }}) as cohort,
        department,
        level_band,
        work_arrangement,
        gender,
        person_key,
        month_starts_on as counted_on,
        month_starts_on as window_starts_on,
        exit_month_number,
        promotion_month_number
    from workforce

),

observed as (

    select windows.*
    from windows
    cross join observation
    where coalesce(windows.window_starts_on >= observation.observed_from, true)

),

breaks as (

    select distinct
        observed.person_key,
        observed.window_starts_on,
        returns.returned_on,
        returns.ended_on
    from observed
    inner join returns
        on
            observed.person_key = returns.person_key
            and observed.window_starts_on < returns.returned_on

),

breaks_over as (

    select
        {% for months in horizons_months -%}
        max(
            case
                when
                        {{ holds_on(
                            months_later("window_starts_on", months), "returned_on", "ended_on"
                        ) }}
                    then 1
                else 0
            end
        ) = 1 as is_back_after_{{ months }}_months,
        {% endfor -%}
        person_key,
        window_starts_on
    from breaks
    group by person_key, window_starts_on

)

select
    observed.population,
    observed.program,
    observed.cohort,
    observed.department,
    observed.level_band,
    observed.work_arrangement,
    observed.gender,
    observed.person_key,
    observed.counted_on,
    observed.window_starts_on,
    cast(observed.exit_month_number as integer) as exit_month_number,
    {%- for months in horizons_months %}
    coalesce(breaks_over.is_back_after_{{ months }}_months, false)
        as is_back_after_{{ months }}_months,
    {%- endfor %}
    cast(observed.promotion_month_number as integer) as promotion_month_number,
    cast(
        {{ months_apart("observed.window_starts_on", "settings.follow_up_ends_on") }}
        as integer
    ) as followed_months_n
from observed
cross join settings
left join breaks_over
    on
        observed.person_key = breaks_over.person_key
        and observed.window_starts_on = breaks_over.window_starts_on
