-- Both arms' curves where the horizons cut them. Where the last one has left, a curve stays where
-- it was.
with horizons as (

    {{ numbers("horizon_months", var("impact_horizons")) }}

),

reached as (

    select
        hazards.group_number,
        hazards.arm,
        hazards.outcome,
        horizons.horizon_months,
        max(hazards.month) as last_month,
        min(hazards.survival) as survival,
        sum(hazards.event_n) as event_n,
        max(hazards.largest_weight) as largest_weight
    from {{ ref("int_hazards__by_month") }} as hazards
    inner join horizons on hazards.month <= horizons.horizon_months
    group by hazards.group_number, hazards.arm, hazards.outcome, horizons.horizon_months

)

select
    reached.*,
    variances.incidence,
    variances.variance
from reached
inner join {{ ref("int_variances__by_month") }} as variances
    on
        reached.group_number = variances.group_number
        and reached.arm = variances.arm
        and reached.outcome = variances.outcome
        and reached.last_month = variances.month
