-- How an effect and the difference that was there before go together: the sum over persons of the
-- products of what each adds to both. It makes the interval of the one less the other.
with followed as (

    {% for months in var("impact_horizons") %}
    {%- set outer_last = loop.last %}
    {%- for outcome in followed_outcomes() if outcome.has_past %}
    select
        group_number,
        arm,
        '{{ outcome.name }}' as outcome,
        {{ months }} as horizon_months,
        person_number,
        {{ outcome.name }}_own_{{ months }} as own,
        {{ outcome.name }}_lost_{{ months }} as lost
    from {{ ref("int_influence__by_person") }}
    {{ "union all" if not (loop.last and outer_last) }}
    {%- else %}
    select
        group_number,
        arm,
        '' as outcome,
        {{ months }} as horizon_months,
        person_number,
        0.0 as own,
        0.0 as lost
    from {{ ref("int_influence__by_person") }}
    where false
    {{ "union all" if not outer_last }}
    {%- endfor %}
    {%- endfor %}

),

effects as (

    select
        followed.group_number,
        followed.outcome,
        followed.horizon_months,
        followed.person_number,
        sum(
            case when followed.arm = 'mentored' then 1 else -1 end
            * (followed.own - incidences.incidence * followed.lost)
        ) as influence
    from followed
    inner join {{ ref("int_incidences__by_horizon") }} as incidences
        on
            followed.group_number = incidences.group_number
            and followed.arm = incidences.arm
            and followed.outcome = incidences.outcome
            and followed.horizon_months = incidences.horizon_months
    group by
        followed.group_number, followed.outcome, followed.horizon_months, followed.person_number

),

sums as (

    select * from {{ ref("int_sums__by_person") }}
    where outcome = 'prior_promotion'

),

means as (

    select
        group_number,
        arm,
        sum(weight) as weight,
        sum(weighted_outcome) / sum(weight) as mean_outcome
    from sums
    group by group_number, arm

),

pasts as (

    select
        sums.group_number,
        sums.person_number,
        sum(
            case when sums.arm = 'mentored' then 1 else -1 end
            * (sums.weighted_outcome - means.mean_outcome * sums.weight) / means.weight
        ) as influence
    from sums
    inner join means on sums.group_number = means.group_number and sums.arm = means.arm
    group by sums.group_number, sums.person_number

)

select
    effects.group_number,
    effects.outcome,
    effects.horizon_months,
    sum(effects.influence * pasts.influence) as covariance
from effects
inner join pasts
    on
        effects.group_number = pasts.group_number
        and effects.person_number = pasts.person_number
group by effects.group_number, effects.outcome, effects.horizon_months
