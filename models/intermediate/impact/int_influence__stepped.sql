-- What each person adds to the incidence at month H is own - incidence(H) * lost, with both summed
-- over the person's months up to H: see docs/explanation/impact.md. Once an outcome has nobody left
-- at risk, a month adds nothing to it.
{{ config(materialized="view") }}
with hazards as (

    select
        *,
        survival_before / at_risk as own_factor,
        events / at_risk as event_hazard,
        ended / at_risk as end_hazard,
        case when {{ has_all_left("ended", "at_risk") }} then 0 else 1 / (at_risk - ended) end
            as lost_factor
    from {{ ref("int_hazards__by_month") }}

),

outcomes as (

    select
        group_number,
        arm,
        person_number,
        month
        {%- for outcome in followed_outcomes() %},
        {{ outcome.at_risk }} as {{ outcome.name }}_at_risk,
        {{ outcome.events }} as {{ outcome.name }}_events,
        {{ outcome.events }} + {{ outcome.competing }} as {{ outcome.name }}_ended
        {%- endfor %}
    from {{ ref("int_follow_ups__monthly") }}

)

select
    outcomes.group_number,
    outcomes.arm,
    outcomes.person_number,
    outcomes.month
    {%- for outcome in followed_outcomes() %}
    {%- set name = outcome.name %}
    {%- set lost %}
    {{- name }}.lost_factor
            * (outcomes.{{ name }}_ended - outcomes.{{ name }}_at_risk * {{ name }}.end_hazard)
    {%- endset %},
    coalesce(
        {{ name }}.own_factor
            * (outcomes.{{ name }}_events - outcomes.{{ name }}_at_risk * {{ name }}.event_hazard)
        + {{ name }}.incidence
            * {{ lost }},
        0
    ) as {{ name }}_own_step,
    coalesce(
        {{ lost }},
        0
    ) as {{ name }}_lost_step
    {%- endfor %}
from outcomes
{%- for outcome in followed_outcomes() %}
left join hazards as {{ outcome.name }}
    on
        outcomes.group_number = {{ outcome.name }}.group_number
        and outcomes.arm = {{ outcome.name }}.arm
        and outcomes.month = {{ outcome.name }}.month
        and {{ outcome.name }}.outcome = '{{ outcome.name }}'
{%- endfor %}
