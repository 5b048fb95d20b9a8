-- One general form for every followed outcome: the cumulative incidence of the event, other ends
-- competing. Retention is one minus the incidence of leaving, with nothing competing.
with follow_ups as (

    select * from {{ ref("int_follow_ups__monthly") }}

),

outcomes as (

    {% for outcome in followed_outcomes() %}
    select
        group_number,
        arm,
        '{{ outcome.name }}' as outcome,
        month,
        sum({{ outcome.at_risk }}) as at_risk,
        sum({{ outcome.events }}) as events,
        sum({{ outcome.events }} + {{ outcome.competing }}) as ended,
        count(case when {{ outcome.events }} > 0 then 1 end) as event_n,
        count(case when {{ outcome.at_risk }} > 0 then 1 end) as at_risk_n,
        max(largest_weight) as largest_weight
    from follow_ups
    group by group_number, arm, month
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
                    sum(ln(1 - case when {{ has_all_left("ended", "at_risk") }} then 0 else ended / at_risk end)) over (
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
