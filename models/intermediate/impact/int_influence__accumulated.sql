-- What each person adds to the incidence at month H is own - incidence(H) * lost, with both sums
-- running over the person's followed months: see docs/explanation/impact.md.
with follow_ups as (

    select * from {{ ref("int_follow_ups__monthly") }}

),

hazards as (

    select * from {{ ref("int_hazards__by_month") }}

),

outcomes as (

    {% for outcome in followed_outcomes() %}
    select
        group_number,
        arm,
        '{{ outcome.name }}' as outcome,
        person_number,
        month,
        {{ outcome.at_risk }} as at_risk,
        {{ outcome.events }} as events,
        {{ outcome.events }} + {{ outcome.competing }} as ended
    from follow_ups
    where {{ outcome.at_risk }} > 0
    {{ "union all" if not loop.last }}
    {% endfor %}

),

steps as (

    select
        outcomes.group_number,
        outcomes.arm,
        outcomes.outcome,
        outcomes.person_number,
        outcomes.month,
        hazards.curve_number,
        hazards.incidence,
        hazards.survival_before
        / hazards.at_risk
        * (outcomes.events - outcomes.at_risk * hazards.events / hazards.at_risk) as own_step,
        case
            when {{ has_all_left("hazards.ended", "hazards.at_risk") }} then 0
            else
                (outcomes.ended - outcomes.at_risk * hazards.ended / hazards.at_risk)
                / (hazards.at_risk - hazards.ended)
        end as lost_step
    from outcomes
    inner join hazards
        on
            outcomes.group_number = hazards.group_number
            and outcomes.arm = hazards.arm
            and outcomes.outcome = hazards.outcome
            and outcomes.month = hazards.month

)

select
    group_number,
    arm,
    outcome,
    person_number,
    month,
    lost_step,
    own_step + incidence * lost_step as own_step,
    sum(own_step + incidence * lost_step) over (
        partition by curve_number, person_number order by month
        rows between unbounded preceding and current row
    ) as own,
    sum(lost_step) over (
        partition by curve_number, person_number order by month
        rows between unbounded preceding and current row
    ) as lost
from steps
