-- What those who were mentored add to each arm: in theirs, and in the other one while they had not
-- started yet.
with horizons as (

    {{ numbers("horizon_months", var("impact_horizons")) }}

),

mentored as (

    select distinct
        group_number,
        person_number
    from {{ ref("int_follow_ups__monthly") }}
    where arm = 'mentored' and month = 1

),

stepped as (

    select
        stepped.*,
        horizons.horizon_months
    from {{ ref("int_influence__stepped") }} as stepped
    inner join mentored
        on
            stepped.group_number = mentored.group_number
            and stepped.person_number = mentored.person_number
    inner join horizons on stepped.month <= horizons.horizon_months

),

incidences as (

    select * from {{ ref("int_incidences__by_horizon") }}

),

summed as (

    {% for outcome in followed_outcomes() %}
    select
        group_number,
        '{{ outcome.name }}' as outcome,
        horizon_months,
        arm,
        person_number,
        sum({{ outcome.name }}_own_step) as own,
        sum({{ outcome.name }}_lost_step) as lost
    from stepped
    group by group_number, horizon_months, arm, person_number
    {{ "union all" if not loop.last }}
    {% endfor %}

)

select
    summed.group_number,
    summed.outcome,
    summed.horizon_months,
    summed.person_number,
    sum(
        case when summed.arm = 'mentored' then summed.own - incidences.incidence * summed.lost else 0 end
    ) as mentored_influence,
    sum(
        case
            when summed.arm = 'comparison' then summed.own - incidences.incidence * summed.lost
            else 0
        end
    ) as comparison_influence
from summed
inner join incidences
    on
        summed.group_number = incidences.group_number
        and summed.outcome = incidences.outcome
        and summed.horizon_months = incidences.horizon_months
        and summed.arm = incidences.arm
group by summed.group_number, summed.outcome, summed.horizon_months, summed.person_number
