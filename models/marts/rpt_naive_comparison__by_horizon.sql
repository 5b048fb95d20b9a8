-- What a dashboard prints: ever in the role against never, everybody employed at or after the
-- first month of the program, from the later of hire and that month. It credits mentees with the
-- time they had to survive in order to join. Kept to show by how much it misleads.
with settings as (

    select * from {{ ref("int_settings__resolved") }}

),

horizons as (

    {{ horizons() }}

),

participants as (

    select * from {{ ref("int_participants__started") }}
    where population in ('mentees', 'mentors')

),

ever_in_role as (

    select distinct
        population,
        person_key
    from participants

),

first_months as (

    select
        population,
        program,
        {{ month_of("min(started_on)") }} as first_month
    from participants
    group by population, program

),

hires as (

    select
        person_key,
        spell_number,
        spell_started_on,
        spell_ended_on,
        {{ days_later("spell_ended_on", -1) }} as left_on
    from {{ ref("int_employment__attributed") }}
    where valid_from = spell_started_on and employment_type <> 'contractor'

),

promotions as (

    select * from {{ ref("int_promotions__dated") }}

),

anchored as (

    select
        first_months.population,
        first_months.program,
        hires.person_key,
        hires.spell_number,
        hires.left_on,
        greatest(hires.spell_started_on, first_months.first_month) as anchored_on,
        row_number() over (
            partition by first_months.population, first_months.program, hires.person_key
            order by hires.spell_number
        ) as spell_rank
    from hires
    cross join first_months
    where {{ ends_after("first_months.first_month", "hires.spell_ended_on") }}

),

armed as (

    select
        anchored.*,
        participants.person_key is not null as is_treated
    from anchored
    left join participants
        on
            anchored.population = participants.population
            and anchored.program = participants.program
            and anchored.person_key = participants.person_key
    left join ever_in_role
        on
            anchored.population = ever_in_role.population
            and anchored.person_key = ever_in_role.person_key
    where
        anchored.spell_rank = 1
        and (participants.person_key is not null or ever_in_role.person_key is null)

),

followed as (

    select
        armed.population,
        armed.program,
        armed.person_key,
        armed.is_treated,
        armed.left_on,
        horizons.horizon_months,
        {{ months_later("armed.anchored_on", "horizons.horizon_months") }} as window_ends_on,
        min(promotions.promoted_on) as promoted_on
    from armed
    cross join horizons
    cross join settings
    left join promotions
        on
            armed.person_key = promotions.person_key
            and armed.spell_number = promotions.spell_number
            and armed.anchored_on <= promotions.promoted_on
    where
        {{ months_later("armed.anchored_on", "horizons.horizon_months") }}
        <= settings.follow_up_ends_on
    group by
        armed.population,
        armed.program,
        armed.person_key,
        armed.is_treated,
        armed.left_on,
        horizons.horizon_months,
        {{ months_later("armed.anchored_on", "horizons.horizon_months") }}

),

outcomes as (

    {% for outcome in var("outcomes") if outcome.naive_day %}
    {%- set has_outcome = "then 0 else 1" if outcome.counts == "staying" else "then 1 else 0" %}
    select
        *,
        '{{ outcome.name }}' as outcome,
        case when {{ outcome.naive_day }} < window_ends_on {{ has_outcome }} end as has_outcome
    from followed
    {{ "union all" if not loop.last }}
    {% endfor %}

)

select
    program,
    outcome,
    horizon_months,
    cast(sum(case when is_treated then 1 else 0 end) as integer) as treated_n,
    cast(sum(case when is_treated then has_outcome else 0 end) as integer) as treated_outcome_n,
    cast(sum(case when is_treated then 0 else 1 end) as integer) as control_n,
    cast(sum(case when is_treated then 0 else has_outcome end) as integer) as control_outcome_n,
    case population when 'mentees' then 'mentee' else 'mentor' end as role
from outcomes
group by population, program, outcome, horizon_months
