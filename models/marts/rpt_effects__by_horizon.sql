-- Staying is one minus the incidence of leaving; everything else is the incidence, or the mean,
-- itself.
with listed as (

    select * from {{ ref("int_groups__listed") }}

),

followed as (

    select
        group_number,
        outcome,
        horizon_months,
        'mentored_vs_not' as estimand,
        treated_n,
        matched_treated_n,
        control_n,
        control_ess,
        {{ reported_share("outcome", "treated_incidence") }} as treated_value,
        {{ reported_share("outcome", "control_incidence") }} as control_value,
        treated_variance,
        control_variance,
        covariance,
        mentor_clustered_variance,
        treated_event_n,
        control_event_n,
        matched_treated_n / cast(treated_n as double) as matched_share,
        full_follow_up_share,
        cast(null as double) as contamination_share,
        largest_weight,
        largest_person_share
    from {{ ref("int_effects__followed") }}

),

eligible as (

    select * from {{ ref("int_eligible__followed") }}

),

fixed as (

    select
        effects.group_number,
        effects.outcome,
        effects.horizon_months,
        'started_vs_not_yet' as estimand,
        eligible.treated_n,
        effects.matched_treated_n,
        effects.control_n,
        effects.control_ess,
        effects.treated_mean as treated_value,
        effects.control_mean as control_value,
        effects.treated_variance,
        effects.control_variance,
        effects.covariance,
        cast(null as double) as mentor_clustered_variance,
        case
            when {{ is_staying("effects.outcome") }} then effects.treated_no_event_n
            else effects.treated_event_n
        end as treated_event_n,
        case
            when {{ is_staying("effects.outcome") }} then effects.control_no_event_n
            else effects.control_event_n
        end as control_event_n,
        eligible.matched_share,
        1.0 as full_follow_up_share,
        effects.contaminated_share as contamination_share,
        effects.largest_weight,
        effects.largest_person_share
    from {{ ref("int_effects__fixed") }} as effects
    inner join eligible
        on
            effects.group_number = eligible.group_number
            and effects.horizon_months = eligible.horizon_months
            and eligible.estimand = 'started_vs_not_yet'

),

offers as (

    select
        *,
        'offered_vs_not' as estimand
    from {{ ref("int_offers__summed") }}

),

lost as (

    select
        *,
        'offered_vs_not' as estimand
    from {{ ref("int_offers__lost") }}

),

applied as (

    select
        effects.group_number,
        substr(effects.outcome, 9) as outcome,
        effects.horizon_months,
        'mentored_vs_applied' as estimand,
        eligible.treated_n,
        effects.matched_treated_n,
        effects.control_n,
        effects.control_ess,
        effects.treated_mean as treated_value,
        effects.control_mean as control_value,
        effects.treated_variance,
        effects.control_variance,
        effects.covariance,
        cast(null as double) as mentor_clustered_variance,
        case
            when
                {{ is_staying("substr(effects.outcome, 9)") }}
                then effects.treated_no_event_n
            else effects.treated_event_n
        end as treated_event_n,
        case
            when
                {{ is_staying("substr(effects.outcome, 9)") }}
                then effects.control_no_event_n
            else effects.control_event_n
        end as control_event_n,
        eligible.matched_share,
        1.0 as full_follow_up_share,
        effects.contaminated_share as contamination_share,
        effects.largest_weight,
        effects.largest_person_share
    from {{ ref("int_effects__fixed") }} as effects
    inner join eligible
        on
            effects.group_number = eligible.group_number
            and effects.horizon_months = eligible.horizon_months
            and eligible.estimand = 'mentored_vs_applied'
    where effects.outcome like 'applied_%'

),

effects as (

    select * from followed
    union all
    select * from fixed
    union all
    select * from applied
    union all
    select
        group_number,
        outcome,
        horizon_months,
        estimand,
        offered_n as treated_n,
        offered_n as matched_treated_n,
        not_offered_n as control_n,
        not_offered_ess as control_ess,
        offered_value as treated_value,
        not_offered_value as control_value,
        offered_variance as treated_variance,
        not_offered_variance as control_variance,
        covariance,
        cast(null as double) as mentor_clustered_variance,
        case
            when {{ is_staying("outcome") }} then offered_no_value_n
            else offered_value_n
        end as treated_event_n,
        case
            when {{ is_staying("outcome") }} then not_offered_no_value_n
            else not_offered_value_n
        end as control_event_n,
        1.0 as matched_share,
        1.0 as full_follow_up_share,
        contaminated_share as contamination_share,
        largest_weight,
        largest_person_share
    from offers

),

rated as (

    select distinct matched.group_number
    from {{ ref("int_groups__matched") }} as matched
    inner join {{ ref("int_cells__numbered") }} as cells
        on matched.cell_number = cells.cell_number
    where matched.design = 'headline' and matched.rung is not null and cells.rating >= 0

),

-- What an effect moves by when people are matched without the last rating; of people without any
-- rating nothing can be said.
pulls as (

    select
        unrated.group_number,
        unrated.horizon_months,
        substr(unrated.outcome, 9) as outcome,
        unrated.treated_mean - unrated.control_mean
        - (matched.treated_mean - matched.control_mean) as rating_pull
    from {{ ref("int_effects__fixed") }} as unrated
    inner join {{ ref("int_effects__fixed") }} as matched
        on
            unrated.group_number = matched.group_number
            and unrated.horizon_months = matched.horizon_months
            and substr(unrated.outcome, 9) = matched.outcome
    inner join rated on unrated.group_number = rated.group_number
    where unrated.outcome like 'unrated_%'

),

pasts as (

    select
        *,
        'mentored_vs_not' as estimand
    from {{ ref("int_past__joined") }}

)

select
    listed.role,
    listed.program,
    listed.subgroup_dimension,
    listed.subgroup_member,
    effects.outcome,
    cast(effects.horizon_months as integer) as horizon_months,
    effects.estimand,
    cast(effects.treated_n as integer) as treated_n,
    cast(effects.matched_treated_n as integer) as matched_treated_n,
    cast(effects.control_n as integer) as control_n,
    cast(effects.control_ess as double) as control_ess,
    cast(effects.treated_value as double) as treated_value,
    cast(effects.control_value as double) as control_value,
    cast(effects.treated_variance as double) as treated_variance,
    cast(effects.control_variance as double) as control_variance,
    cast(effects.covariance as double) as covariance,
    cast(effects.mentor_clustered_variance as double) as mentor_clustered_variance,
    cast(effects.treated_event_n as integer) as treated_event_n,
    cast(effects.control_event_n as integer) as control_event_n,
    cast(effects.matched_share as double) as matched_share,
    cast(effects.full_follow_up_share as double) as full_follow_up_share,
    cast(effects.contamination_share as double) as contamination_share,
    cast(effects.largest_weight as double) as largest_weight,
    cast(effects.largest_person_share as double) as largest_person_share,
    cast(pulls.rating_pull as double) as rating_pull,
    cast(pasts.covariance as double) as past_covariance,
    cast(offers.take_up as double) as take_up,
    cast(offers.take_up_variance as double) as take_up_variance,
    cast(offers.take_up_covariance as double) as take_up_covariance,
    cast(lost.offered_kept_n as integer) as offered_kept_n,
    cast(lost.offered_lost_n as integer) as offered_lost_n,
    cast(lost.not_offered_kept_n as integer) as not_offered_kept_n,
    cast(lost.not_offered_lost_n as integer) as not_offered_lost_n
from effects
inner join listed on effects.group_number = listed.group_number
left join pulls
    on
        effects.group_number = pulls.group_number
        and effects.outcome = pulls.outcome
        and effects.horizon_months = pulls.horizon_months
left join offers
    on
        effects.estimand = offers.estimand
        and effects.group_number = offers.group_number
        and effects.outcome = offers.outcome
        and effects.horizon_months = offers.horizon_months
left join lost
    on
        effects.estimand = lost.estimand
        and effects.group_number = lost.group_number
left join pasts
    on
        effects.estimand = pasts.estimand
        and effects.group_number = pasts.group_number
        and effects.outcome = pasts.outcome
        and effects.horizon_months = pasts.horizon_months
where {{ is_asked_of("effects.outcome", "listed.role") }}
