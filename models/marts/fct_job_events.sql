-- What happens to jobs, an event a row: a hire, with what became of it in its first year; an entry
-- into a leadership level, from within or from outside. People are as on the day of it. Nothing
-- before an export began to keep leavers is counted.
with stretches as (

    select * from {{ ref("int_employment__attributed") }}
    where employment_type <> 'contractor'

),

observation as (

    select * from {{ ref("int_observation__started") }}

),

settings as (

    select * from {{ ref("int_settings__resolved") }}

),

first_starts as (

    select
        person_key,
        min(started_on) as started_on
    from {{ ref("int_participants__attributed") }}
    where population = 'mentees' and program = 'all'
    group by person_key

),

stepped as (

    select
        *,
        lag(level_band) over (
            partition by person_key, spell_number order by valid_from
        ) as previous_level_band
    from stretches

),

events as (

    select
        person_key,
        department,
        level_band,
        work_arrangement,
        gender,
        valid_from as counted_on,
        1 as hires_n,
        {{ months_later("spell_started_on", 12) }} as first_year_ends_on,
        coalesce(
            exit_reason = 'voluntary'
            and spell_ended_on < {{ months_later("spell_started_on", 12) }},
            false
        ) as is_out_in_first_year,
        case when level_band = 'senior' then 1 else 0 end as entries_n,
        0 as entries_from_within_n
    from stepped
    where is_hire_seen and valid_from = spell_started_on
    union all
    select
        person_key,
        department,
        level_band,
        work_arrangement,
        gender,
        valid_from as counted_on,
        0 as hires_n,
        cast(null as date) as first_year_ends_on,
        cast(null as boolean) as is_out_in_first_year,
        1 as entries_n,
        1 as entries_from_within_n
    from stepped
    where level_band = 'senior' and previous_level_band in ('junior', 'middle')

)

select
    'workforce' as population,
    'all' as program,
    cast(null as {{ dbt.type_string() }}) as program_type,
    cast(null as {{ dbt.type_string() }}) as cohort,
    events.department,
    events.level_band,
    events.work_arrangement,
    events.gender,
    events.person_key,
    events.counted_on,
    cast(events.hires_n as integer) as hires_n,
    events.first_year_ends_on <= settings.follow_up_ends_on as is_first_year_followed,
    events.is_out_in_first_year,
    cast(events.entries_n as integer) as entries_n,
    cast(events.entries_from_within_n as integer) as entries_from_within_n,
    cast(
        case
            when first_starts.started_on < events.counted_on then events.entries_from_within_n
            else 0
        end as integer
    ) as entries_of_mentees_n,
    first_starts.started_on is not null as is_ever_mentee
from events
cross join observation
cross join settings
left join first_starts on events.person_key = first_starts.person_key
where
    coalesce(events.counted_on >= observation.observed_from, true)
    and events.counted_on < settings.follow_up_ends_on
