-- What each person adds to the incidence at month H is own - incidence(H) * lost, with both summed
-- over the person's months up to H: see docs/explanation/impact.md. Once an outcome has nobody left
-- at risk, a month adds nothing to it.
{{ config(materialized="view") }}
with hazards as (

    select
        group_number,
        arm,
        month
        {%- for outcome in followed_outcomes() %}
        {%- for factor in ["own_factor", "event_hazard", "end_hazard", "lost_factor", "incidence"] %},
        max(case when outcome = '{{ outcome.name }}' then {{ factor }} end)
            as {{ outcome.name }}_{{ factor }}
        {%- endfor %}
        {%- endfor %}
    from (
        select
            *,
            survival_before / at_risk as own_factor,
            events / at_risk as event_hazard,
            ended / at_risk as end_hazard,
            case when {{ has_all_left("ended", "at_risk") }} then 0 else 1 / (at_risk - ended) end
                as lost_factor
        from {{ ref("int_hazards__by_month") }}
    ) as factors
    group by group_number, arm, month

),

lost as (

    select
        hazards.*,
        follow_ups.person_number
        {%- for outcome in followed_outcomes() %}
        {%- set name = outcome.name %},
        hazards.{{ name }}_own_factor * (
            follow_ups.{{ outcome.events }}
            - follow_ups.{{ outcome.at_risk }} * hazards.{{ name }}_event_hazard
        ) as {{ name }}_direct_step,
        hazards.{{ name }}_lost_factor * (
            follow_ups.{{ outcome.events }}
            + {{ outcome.competing }}
            - follow_ups.{{ outcome.at_risk }} * hazards.{{ name }}_end_hazard
        ) as {{ name }}_lost_step
        {%- endfor %}
    from {{ ref("int_follow_ups__monthly") }} as follow_ups
    inner join hazards
        on
            follow_ups.group_number = hazards.group_number
            and follow_ups.arm = hazards.arm
            and follow_ups.month = hazards.month

)

select
    group_number,
    arm,
    person_number,
    month
    {%- for outcome in followed_outcomes() %}
    {%- set name = outcome.name %},
    coalesce({{ name }}_direct_step + {{ name }}_incidence * {{ name }}_lost_step, 0)
        as {{ name }}_own_step,
    coalesce({{ name }}_lost_step, 0) as {{ name }}_lost_step
    {%- endfor %}
from lost
