-- Turned-down applicants less people who had not applied: the differences in each declared outcome,
-- added up as if each were one standard deviation, with the covariance that makes one test of them.
with sums as (

    select * from {{ ref("int_sums__of_applicants") }}
    where outcome like 'turned_down_%'

),

means as (

    select
        group_number,
        outcome,
        arm,
        sum(weight) as weight,
        sum(weighted_outcome) / sum(weight) as mean_outcome
    from sums
    group by group_number, outcome, arm

),

influences as (

    select
        sums.group_number,
        sums.outcome,
        sums.person_number,
        sum(
            case when sums.arm = 'mentored' then 1 else -1 end
            * (sums.weighted_outcome - means.mean_outcome * sums.weight) / means.weight
        ) as influence
    from sums
    inner join means
        on
            sums.group_number = means.group_number
            and sums.outcome = means.outcome
            and sums.arm = means.arm
    group by sums.group_number, sums.outcome, sums.person_number

),

products as (

    select
        first_ones.group_number,
        first_ones.outcome,
        second_ones.outcome as other_outcome,
        sum(first_ones.influence * second_ones.influence) as covariance
    from influences as first_ones
    inner join influences as second_ones
        on
            first_ones.group_number = second_ones.group_number
            and first_ones.person_number = second_ones.person_number
    group by first_ones.group_number, first_ones.outcome, second_ones.outcome

),

scaled as (

    select
        products.group_number,
        products.outcome,
        products.other_outcome,
        products.covariance,
        sqrt(variances.covariance) as standard_error,
        products.covariance / nullif(sqrt(variances.covariance * others.covariance), 0)
            as correlation
    from products
    inner join products as variances
        on
            products.group_number = variances.group_number
            and products.outcome = variances.outcome
            and variances.outcome = variances.other_outcome
    inner join products as others
        on
            products.group_number = others.group_number
            and products.other_outcome = others.outcome
            and others.outcome = others.other_outcome

),

variances as (

    select
        group_number,
        sum(correlation) as z_variance
    from scaled
    group by group_number

),

differences as (

    select
        refused.group_number,
        refused.outcome,
        refused.mean_outcome - others.mean_outcome as difference
    from means as refused
    inner join means as others
        on
            refused.group_number = others.group_number
            and refused.outcome = others.outcome
            and refused.arm = 'mentored'
            and others.arm = 'comparison'

),

people as (

    select
        group_number,
        count(distinct case when arm = 'mentored' then person_number end) as turned_down_n,
        count(distinct case when arm = 'comparison' then person_number end) as control_n
    from sums
    group by group_number

)

select
    differences.group_number,
    people.turned_down_n,
    people.control_n,
    variances.z_variance,
    sum(differences.difference / nullif(scaled.standard_error, 0)) as z_sum
from differences
inner join scaled
    on
        differences.group_number = scaled.group_number
        and differences.outcome = scaled.outcome
        and scaled.outcome = scaled.other_outcome
inner join variances on differences.group_number = variances.group_number
inner join people on differences.group_number = people.group_number
group by
    differences.group_number, people.turned_down_n, people.control_n, variances.z_variance
