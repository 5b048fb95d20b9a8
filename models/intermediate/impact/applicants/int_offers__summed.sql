-- What an offer changed, whoever took it, and how many more started for it. Both are differences
-- between offered and not offered with a constant for every draw; their errors are those of the
-- regression, clustered by person. The effect on those who took the offer is the one divided by the
-- other, as two-stage least squares have it.
{%- set followed = asked_outcomes() | selectattr("kind", "equalto", "followed") | list %}
{%- set answered = asked_outcomes() | rejectattr("kind", "equalto", "followed") | list %}
with listed as (

    select * from {{ ref("int_groups__listed") }}
    where subgroup_dimension = 'all'

),

drawn as (

    select
        listed.group_number,
        offers.draw_number,
        offers.offered_n,
        trials.person_number,
        trials.is_treated,
        {%- if answered %}
        trials.rating,
        {{ month_start("trials.trial_month_number") }} as trial_month,
        {%- endif %}
        {% for column in event_columns() -%}
        trials.{{ column }},
        {% endfor -%}
        trials.start_month_number,
        trials.last_month_number
    from {{ ref("int_offers__drawn") }} as offers
    inner join listed
        on
            offers.role = listed.role
            and (listed.program = 'all' or offers.program = listed.program)
    inner join {{ ref("int_trials__eligible") }} as trials
        on
            offers.cell_number = trials.cell_number
            and offers.person_number = trials.person_number

),

{% if answered -%}
{{ earlier_answers("drawn") }},

{% for months in var("impact_horizons") -%}
answered_{{ months }} as (

    select
        earlier.*,
        {{ answer_changes("earlier") }}
    from earlier
    {{ later_answers("earlier", months) }}

),

{% endfor -%}
{% endif -%}
known as (

    {% for months in var("impact_horizons") %}
    {%- set outer_last = loop.last %}
    {%- for outcome in followed %}
    {%- set happened = event_month(outcome) ~ " <= " ~ months %}
    {%- set share = "then 0 else 1" if outcome.counts == "staying" else "then 1 else 0" %}
    select
        group_number,
        draw_number,
        person_number,
        offered_n,
        '{{ outcome.name }}' as outcome,
        {{ months }} as horizon_months,
        case when {{ happened }} {{ share }} end as value,
        case when is_treated or start_month_number <= {{ months }} then 1 else 0 end as started_n
    from drawn
    where last_month_number >= {{ months }}
    {{ "union all" if answered or not (loop.last and outer_last) }}
    {%- endfor %}
    {%- for outcome in answered %}
    {%- set is_mean = outcome.kind == "value" %}
    select
        group_number,
        draw_number,
        person_number,
        offered_n,
        '{{ outcome.name }}' as outcome,
        {{ months }} as horizon_months,
        {{ outcome.value if is_mean else "case when " ~ outcome.value ~ " then 1 else 0 end" }}
            as value,
        case when is_treated or start_month_number <= {{ months }} then 1 else 0 end as started_n
    from answered_{{ months }}
    where last_month_number >= {{ months }}{{ " and " ~ outcome.value ~ " is not null" if is_mean }}
    {{ "union all" if not (loop.last and outer_last) }}
    {%- endfor %}
    {%- endfor %}

),

-- Draws are strata: each weighs as a regression with a constant for every draw would weigh it.
outcomes as (

    select
        *,
        avg(cast(offered_n as double)) over draws as offered_share,
        case
            when offered_n = 1 then 1 - avg(cast(offered_n as double)) over draws
            else avg(cast(offered_n as double)) over draws
        end as weight
    from known
    window draws as (partition by group_number, outcome, horizon_months, draw_number)

),

means as (

    select
        group_number,
        outcome,
        horizon_months,
        sum(weight * offered_n) as weight,
        sum(weight * offered_n * value) / nullif(sum(weight * offered_n), 0) as offered_value,
        sum(weight * (1 - offered_n) * value) / nullif(sum(weight * (1 - offered_n)), 0)
            as not_offered_value,
        sum(weight * offered_n * started_n) / nullif(sum(weight * offered_n), 0)
        - sum(weight * (1 - offered_n) * started_n) / nullif(sum(weight * (1 - offered_n)), 0)
            as take_up
    from outcomes
    group by group_number, outcome, horizon_months

),

centered as (

    select
        outcomes.*,
        avg(cast(outcomes.value as double)) over (
            partition by
                outcomes.group_number,
                outcomes.outcome,
                outcomes.horizon_months,
                outcomes.draw_number
        ) as draw_value,
        avg(cast(outcomes.started_n as double)) over (
            partition by
                outcomes.group_number,
                outcomes.outcome,
                outcomes.horizon_months,
                outcomes.draw_number
        ) as draw_started
    from outcomes

),

influences as (

    select
        centered.group_number,
        centered.outcome,
        centered.horizon_months,
        centered.person_number,
        sum(
            centered.offered_n * (centered.offered_n - centered.offered_share) * (
                centered.value - centered.draw_value
                - (means.offered_value - means.not_offered_value)
                * (centered.offered_n - centered.offered_share)
            ) / means.weight
        ) as offered,
        sum(
            (1 - centered.offered_n) * (centered.offered_n - centered.offered_share) * (
                centered.value - centered.draw_value
                - (means.offered_value - means.not_offered_value)
                * (centered.offered_n - centered.offered_share)
            ) / means.weight
        ) as not_offered,
        sum(
            (centered.offered_n - centered.offered_share) * (
                centered.started_n - centered.draw_started
                - means.take_up * (centered.offered_n - centered.offered_share)
            ) / means.weight
        ) as started
    from centered
    inner join means
        on
            centered.group_number = means.group_number
            and centered.outcome = means.outcome
            and centered.horizon_months = means.horizon_months
    where means.weight > 0
    group by
        centered.group_number,
        centered.outcome,
        centered.horizon_months,
        centered.person_number

),

squares as (

    select
        group_number,
        outcome,
        horizon_months,
        count(*) / nullif(count(*) - 1.0, 0) as people_factor,
        sum(offered * offered) as offered_square,
        sum(not_offered * not_offered) as not_offered_square,
        sum(offered * not_offered) as product,
        sum(started * started) as started_square,
        sum((offered + not_offered) * started) as started_product,
        max((offered + not_offered) * (offered + not_offered))
        / nullif(sum((offered + not_offered) * (offered + not_offered)), 0)
            as largest_person_share
    from influences
    group by group_number, outcome, horizon_months

),

people as (

    select
        group_number,
        outcome,
        horizon_months,
        count(distinct case when offered_n = 1 then person_number end) as offered_n,
        count(distinct case when offered_n = 0 then person_number end) as not_offered_n,
        count(case when offered_n = 1 and value = 1 then 1 end) as offered_value_n,
        count(case when offered_n = 0 and value = 1 then 1 end) as not_offered_value_n,
        count(case when offered_n = 1 and value = 0 then 1 end) as offered_no_value_n,
        count(case when offered_n = 0 and value = 0 then 1 end) as not_offered_no_value_n,
        sum(case when offered_n = 0 then started_n else 0 end) as not_offered_started_n,
        sum(case when offered_n = 0 then weight else 0 end)
        * sum(case when offered_n = 0 then weight else 0 end)
        / nullif(sum(case when offered_n = 0 then weight * weight else 0 end), 0)
            as not_offered_ess,
        max(weight) as largest_weight
    from outcomes
    group by group_number, outcome, horizon_months

)

select
    means.group_number,
    means.outcome,
    means.horizon_months,
    means.offered_value,
    means.not_offered_value,
    means.take_up,
    people.offered_n,
    people.not_offered_n,
    people.offered_value_n,
    people.not_offered_value_n,
    people.offered_no_value_n,
    people.not_offered_no_value_n,
    people.not_offered_ess,
    people.largest_weight,
    squares.largest_person_share,
    people.not_offered_started_n / cast(nullif(people.not_offered_n, 0) as double)
        as contaminated_share,
    squares.people_factor * squares.offered_square as offered_variance,
    squares.people_factor * squares.not_offered_square as not_offered_variance,
    -- The influence of those not offered enters the difference with its own sign.
    -squares.people_factor * squares.product as covariance,
    squares.people_factor * squares.started_square as take_up_variance,
    squares.people_factor * squares.started_product as take_up_covariance
from means
inner join squares
    on
        means.group_number = squares.group_number
        and means.outcome = squares.outcome
        and means.horizon_months = squares.horizon_months
inner join people
    on
        means.group_number = people.group_number
        and means.outcome = people.outcome
        and means.horizon_months = people.horizon_months
