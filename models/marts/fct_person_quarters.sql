-- The workforce of a quarter are those employed on its first day; its mentees and mentors those
-- with a pairing on any day of it. What an export did not hold yet is not known, and quarters
-- begin with the first of the programs' or with the first that says anything about people.
with settings_of_follow_up as (

    select * from {{ ref("int_settings__resolved") }}

),

pairings as (

    select * from {{ ref("stg_program__pairings") }}

),

learning as (

    select * from {{ ref("stg_program__learning") }}

),

recognitions as (

    select * from {{ ref("stg_program__recognitions") }}

),

exposures as (

    select * from {{ ref("stg_program__exposures") }}

),

plans as (

    select * from {{ ref("stg_hris__talent_plans") }}

),

applications as (

    select
        participant_key as person_key,
        applied_on
    from {{ ref("stg_program__enrollments") }}
    where role_code = 'mentee' and applied_on is not null

),

types as (

    select * from {{ ref("dim_programs") }}

),

rated as (

    select * from {{ ref("int_people__rated") }}

),

employment as (

    select * from {{ ref("int_employment__attributed") }}

),

{# From the quarter that holds the first record. -#}
recorded as (

    select
        (select cast({{ dbt.date_trunc("quarter", "min(started_on)") }} as date) from pairings)
            as pairings_from,
        (select cast({{ dbt.date_trunc("quarter", "min(completed_on)") }} as date) from learning)
            as learning_from,
        (select cast({{ dbt.date_trunc("quarter", "min(awarded_on)") }} as date) from recognitions)
            as recognitions_from,
        (select cast({{ dbt.date_trunc("quarter", "min(occurred_on)") }} as date) from exposures)
            as exposures_from,
        (select cast({{ dbt.date_trunc("quarter", "min(planned_on)") }} as date) from plans)
            as plans_from,
        (select cast({{ dbt.date_trunc("quarter", "min(applied_on)") }} as date) from applications)
            as applications_from

),

quarters as (

    select
        calendar.month_starts_on as quarter_starts_on,
        {{ days_later(months_later("calendar.month_starts_on", 3), -1) }} as quarter_ends_on,
        {{ days_between("calendar.month_starts_on", months_later("calendar.month_starts_on", 3)) }}
            as days_n,
        coalesce(calendar.month_starts_on >= recorded.pairings_from, false) as is_pairing_known,
        coalesce(calendar.month_starts_on >= recorded.learning_from, false) as is_learning_known,
        coalesce(calendar.month_starts_on >= recorded.recognitions_from, false)
            as is_recognition_known,
        coalesce(calendar.month_starts_on >= recorded.exposures_from, false) as is_exposure_known,
        coalesce(calendar.month_starts_on >= recorded.plans_from, false) as is_plan_known,
        coalesce(calendar.month_starts_on >= recorded.applications_from, false)
            as is_application_known
    from {{ ref("int_calendar__months") }} as calendar
    cross join settings_of_follow_up
    cross join recorded
    where
        extract(month from calendar.month_starts_on) in (1, 4, 7, 10)
        and calendar.month_starts_on < settings_of_follow_up.follow_up_ends_on
        and calendar.month_starts_on >= coalesce(
            recorded.pairings_from, recorded.learning_from, recorded.plans_from,
            recorded.recognitions_from
        )

),

seats as (

    select
        'mentees' as population,
        program_id as program,
        mentee_key as person_key,
        mentor_key as other_key,
        started_on,
        ended_on
    from pairings
    union all
    select
        'mentors' as population,
        program_id as program,
        mentor_key as person_key,
        mentee_key as other_key,
        started_on,
        ended_on
    from pairings

),

seated as (

    select
        seats.population,
        seats.program,
        types.program_type,
        seats.person_key,
        seats.other_key,
        quarters.quarter_starts_on,
        greatest(seats.started_on, quarters.quarter_starts_on) as seated_on,
        ({{ days_between(
            "greatest(seats.started_on, quarters.quarter_starts_on)",
            "least(coalesce(seats.ended_on, quarters.quarter_ends_on), quarters.quarter_ends_on)"
        ) }} + 1) / cast(quarters.days_n as double) as quarter_share
    from seats
    inner join quarters
        on
            seats.started_on <= quarters.quarter_ends_on
            and coalesce(seats.ended_on >= quarters.quarter_starts_on, true)
    left join types on seats.program = types.program

),

with_all_programs as (

    select * from seated
    union all
    select
        population,
        'all' as program,
        program_type,
        person_key,
        other_key,
        quarter_starts_on,
        seated_on,
        quarter_share
    from seated

),

participants as (

    select
        population,
        program,
        person_key,
        quarter_starts_on,
        min(program_type) as program_type,
        min(seated_on) as counted_on,
        cast(least(sum(quarter_share), 1.0) / 4 as double) as paired_years,
        count(distinct other_key) as others_n
    from with_all_programs
    group by population, program, person_key, quarter_starts_on

),

first_ends as (

    select
        mentor_key as person_key,
        min(ended_on) as first_ended_on
    from pairings
    where ended_on is not null
    group by mentor_key

),

with_workforce as (

    select * from participants
    union all
    select
        'workforce' as population,
        'all' as program,
        employment.person_key,
        quarters.quarter_starts_on,
        cast(null as {{ dbt.type_string() }}) as program_type,
        quarters.quarter_starts_on as counted_on,
        cast(0 as double) as paired_years,
        0 as others_n
    from employment
    inner join quarters
        on
            {{ holds_on(
                "quarters.quarter_starts_on", "employment.valid_from", "employment.valid_to"
            ) }}
    where employment.employment_type <> 'contractor'

),

leaders as (

    select
        person_key,
        quarter_starts_on,
        max(
            case
                when population = 'mentors' and coalesce(program_type, '') <> 'reverse' then 1
                else 0
            end
        ) as is_mentor,
        max(case when population = 'mentees' then 1 else 0 end) as is_mentee,
        max(case when population = 'mentees' and program_type = 'reverse' then 1 else 0 end)
            as is_reverse_mentee
    from seated
    group by person_key, quarter_starts_on

),

learned as (

    select
        person_key,
        cast({{ dbt.date_trunc("quarter", "completed_on") }} as date) as quarter_starts_on,
        count(*) as activities_n,
        sum(learning_hours) as learning_hours,
        sum(case when kind_code = 'workshop' then learning_hours end) as workshop_hours,
        sum(case when kind_code = 'training' then learning_hours end) as training_hours,
        sum(case when kind_code = 'peer_learning' then learning_hours end) as peer_learning_hours,
        sum(case when kind_code = 'course' then learning_hours end) as course_hours
    from learning
    group by person_key, cast({{ dbt.date_trunc("quarter", "completed_on") }} as date)

),

awarded as (

    select
        person_key,
        cast({{ dbt.date_trunc("quarter", "awarded_on") }} as date) as quarter_starts_on,
        count(*) as recognitions_n
    from recognitions
    group by person_key, cast({{ dbt.date_trunc("quarter", "awarded_on") }} as date)

),

exposed as (

    select
        mentee_key as person_key,
        cast({{ dbt.date_trunc("quarter", "occurred_on") }} as date) as quarter_starts_on,
        count(*) as exposures_n,
        sum(case when kind_code = 'senior_meeting' then 1 else 0 end) as senior_meetings_n,
        sum(case when kind_code = 'project_lead' then 1 else 0 end) as project_leads_n,
        sum(case when kind_code = 'stakeholder_interaction' then 1 else 0 end)
            as stakeholder_interactions_n,
        sum(case when kind_code = 'shadowing' then 1 else 0 end) as shadowings_n,
        sum(case when kind_code = 'presentation' then 1 else 0 end) as presentations_n
    from exposures
    group by mentee_key, cast({{ dbt.date_trunc("quarter", "occurred_on") }} as date)

),

applied as (

    select distinct
        person_key,
        cast({{ dbt.date_trunc("quarter", "applied_on") }} as date) as quarter_starts_on
    from applications

),

{# A plan holds for the year that begins with it. -#}
planned as (

    select
        plans.person_key,
        quarters.quarter_starts_on,
        max(case when plans.plan_type = 'succession' then 1 else 0 end) as is_successor
    from plans
    inner join quarters
        on
            plans.planned_on <= quarters.quarter_ends_on
            and {{ months_later("plans.planned_on", 12) }} > quarters.quarter_ends_on
    group by plans.person_key, quarters.quarter_starts_on

)

select
    with_workforce.population,
    with_workforce.program,
    with_workforce.program_type,
    starts.cohort,
    employment.department,
    employment.level_band,
    employment.work_arrangement,
    employment.gender,
    with_workforce.person_key,
    with_workforce.counted_on,
    with_workforce.quarter_starts_on,
    with_workforce.paired_years,
    cast(with_workforce.others_n as integer) as others_n,
    quarters.is_pairing_known,
    quarters.is_learning_known,
    quarters.is_recognition_known,
    quarters.is_exposure_known,
    quarters.is_plan_known,
    quarters.is_application_known,
    employment.level_band = 'senior' as is_leader,
    {{ could_take_part("employment", "with_workforce.counted_on") }} as is_eligible,
    coalesce(leaders.is_mentor, 0) = 1 as is_mentor,
    coalesce(leaders.is_mentee, 0) = 1 as is_mentee,
    coalesce(leaders.is_reverse_mentee, 0) = 1 as is_reverse_mentee,
    coalesce(first_ends.first_ended_on < with_workforce.quarter_starts_on, false)
        as has_mentored_before,
    applied.person_key is not null as has_applied,
    planned.person_key is not null as has_plan,
    coalesce(planned.is_successor, 0) = 1 as is_successor,
    rated.person_key is not null or coalesce(planned.is_successor, 0) = 1 as is_key_known,
    coalesce(rated.is_top_rated, false) or coalesce(planned.is_successor, 0) = 1 as is_key,
    coalesce(
        employment.exit_reason = 'voluntary'
        and {{ days_later("employment.spell_ended_on", -1) }} <= quarters.quarter_ends_on,
        false
    ) as has_left_voluntarily,
    {% for column in [
        "learning_hours", "workshop_hours", "training_hours", "peer_learning_hours", "course_hours",
    ] -%}
    cast(coalesce(learned.{{ column }}, 0) as double) as {{ column }},
    {% endfor -%}
    {% for column in [
        "exposures_n", "senior_meetings_n", "project_leads_n", "stakeholder_interactions_n",
        "shadowings_n", "presentations_n",
    ] -%}
    cast(coalesce(exposed.{{ column }}, 0) as integer) as {{ column }},
    {% endfor -%}
    cast(coalesce(learned.activities_n, 0) as integer) as activities_n,
    cast(coalesce(awarded.recognitions_n, 0) as integer) as recognitions_n
from with_workforce
inner join quarters on with_workforce.quarter_starts_on = quarters.quarter_starts_on
inner join employment
    on
        with_workforce.person_key = employment.person_key
        and {{ holds_on(
            "with_workforce.counted_on", "employment.valid_from", "employment.valid_to"
        ) }}
left join {{ ref("int_participants__attributed") }} as starts
    on
        with_workforce.person_key = starts.person_key
        and with_workforce.population = starts.population
        and with_workforce.program = starts.program
left join leaders
    on
        with_workforce.person_key = leaders.person_key
        and with_workforce.quarter_starts_on = leaders.quarter_starts_on
left join first_ends on with_workforce.person_key = first_ends.person_key
{% for table in ["applied", "planned", "rated", "learned", "awarded", "exposed"] -%}
left join {{ table }}
    on
        with_workforce.person_key = {{ table }}.person_key
        and with_workforce.quarter_starts_on = {{ table }}.quarter_starts_on
{% endfor -%}
