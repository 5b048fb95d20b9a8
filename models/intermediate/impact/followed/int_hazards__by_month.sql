-- One general form for every followed outcome: the cumulative incidence of the event, other ends
-- competing. Retention is one minus the incidence of leaving, with nothing competing.
with summed as (

    select
        group_number,
        arm,
        month,
        {% for outcome in followed_outcomes() -%}
        sum({{ outcome.at_risk }}) as {{ outcome.name }}_at_risk,
        sum({{ outcome.events }}) as {{ outcome.name }}_events,
        sum({{ outcome.events }} + {{ outcome.competing }}) as {{ outcome.name }}_ended,
        count(case when {{ outcome.events }} > 0 then 1 end) as {{ outcome.name }}_event_n,
        count(case when {{ outcome.at_risk }} > 0 then 1 end) as {{ outcome.name }}_at_risk_n,
        {% endfor -%}
        max(largest_weight) as largest_weight
    from {{ ref("int_follow_ups__monthly") }}
    group by group_number, arm, month

),

outcomes as (

    {% for outcome in followed_outcomes() %}
    select
        group_number,
        arm,
        '{{ outcome.name }}' as outcome,
        month,
        {{ outcome.name }}_at_risk as at_risk,
        {{ outcome.name }}_events as events,
        {{ outcome.name }}_ended as ended,
        {{ outcome.name }}_event_n as event_n,
        {{ outcome.name }}_at_risk_n as at_risk_n,
        largest_weight
    from summed
    {{ "union all" if not loop.last }}
    {% endfor %}

),

survived as (

    -- The last one leaving makes the product zero, whose logarithm does not exist.
    select
        *,
        case
            when
                max(case when {{ has_all_left("ended", "at_risk") }} then 1 else 0 end) over (
                    partition by group_number, arm, outcome order by month
                    rows between unbounded preceding and current row
                ) = 1
                then 0
            else
                exp(
                    sum(
                        ln(
                            1 - case
                                when {{ has_all_left("ended", "at_risk") }} then 0
                                else ended / at_risk
                            end
                        )
                    ) over (
                        partition by group_number, arm, outcome order by month
                        rows between unbounded preceding and current row
                    )
                )
        end as survival
    from outcomes
    where at_risk > 0

),

preceded as (

    select
        *,
        coalesce(
            lag(survival) over (partition by group_number, arm, outcome order by month), 1
        ) as survival_before
    from survived

)

select
    *,
    sum(survival_before * events / at_risk) over (
        partition by group_number, arm, outcome order by month
        rows between unbounded preceding and current row
    ) as incidence
from preceded
