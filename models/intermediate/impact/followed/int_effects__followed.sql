-- mentored_vs_not: the arms' curves at the horizon. Variances and covariance: C/(C-1) times the sum
-- over persons of the products of what each adds to the arms. Clustered by mentor, mentees of one
-- mentor are added up before they are squared; whoever was never mentored stays alone.
with arms as (

    select * from {{ ref("int_incidences__by_horizon") }}

),

mentored as (

    select
        influences.*,
        coalesce(mentors.mentor_number, -influences.person_number) as mentor_number
    from {{ ref("int_influence__of_mentored") }} as influences
    left join {{ ref("int_mentors__first") }} as mentors
        on influences.person_number = mentors.person_number

),

mentors as (

    select
        group_number,
        outcome,
        horizon_months,
        mentor_number,
        count(*) as mentees_n,
        sum(mentored_influence - comparison_influence) as influence
    from mentored
    group by group_number, outcome, horizon_months, mentor_number

),

mentor_squares as (

    select
        group_number,
        outcome,
        horizon_months,
        count(*) as mentors_n,
        sum(mentees_n) as mentees_n,
        sum(influence * influence) as square
    from mentors
    group by group_number, outcome, horizon_months

),

products as (

    select
        group_number,
        outcome,
        horizon_months,
        sum(mentored_influence * comparison_influence) as product,
        sum(
            (mentored_influence - comparison_influence)
            * (mentored_influence - comparison_influence)
        ) as square
    from mentored
    group by group_number, outcome, horizon_months

),

paired as (

    select
        mentored.group_number,
        mentored.outcome,
        mentored.horizon_months,
        mentored.event_n as treated_event_n,
        comparison.event_n as control_event_n,
        mentored.incidence as treated_incidence,
        comparison.incidence as control_incidence,
        comparison.largest_weight,
        counted.treated_n,
        counted.matched_treated_n,
        counted.control_n,
        counted.control_ess,
        counted.full_follow_up_share,
        counted.people_n,
        listed.role,
        products.product,
        largest.largest_square,
        -- Sums of what cancels may end below nothing, in the last digit.
        case when mentored.variance < 0 then 0 else mentored.variance end as treated_square,
        case when comparison.variance < 0 then 0 else comparison.variance end as control_square,
        mentored.variance + comparison.variance - 2 * products.product
        - products.square + mentor_squares.square as mentor_square,
        counted.people_n - mentor_squares.mentees_n + mentor_squares.mentors_n as clusters_n
    from arms as mentored
    inner join arms as comparison
        on
            mentored.group_number = comparison.group_number
            and mentored.outcome = comparison.outcome
            and mentored.horizon_months = comparison.horizon_months
    inner join {{ ref("int_groups__counted") }} as counted
        on
            mentored.group_number = counted.group_number
            and mentored.horizon_months = counted.horizon_months
    inner join {{ ref("int_groups__listed") }} as listed
        on mentored.group_number = listed.group_number
    inner join products
        on
            mentored.group_number = products.group_number
            and mentored.outcome = products.outcome
            and mentored.horizon_months = products.horizon_months
    inner join {{ ref("int_influence__largest") }} as largest
        on
            mentored.group_number = largest.group_number
            and mentored.outcome = largest.outcome
            and mentored.horizon_months = largest.horizon_months
    inner join mentor_squares
        on
            mentored.group_number = mentor_squares.group_number
            and mentored.outcome = mentor_squares.outcome
            and mentored.horizon_months = mentor_squares.horizon_months
    where
        mentored.arm = 'mentored'
        and comparison.arm = 'comparison'
        -- Nobody at risk any more, and not because all have left: the horizon cannot be reached.
        and (mentored.last_month = mentored.horizon_months or mentored.survival = 0)
        and (comparison.last_month = comparison.horizon_months or comparison.survival = 0)
        and counted.full_follow_up_share > 0

)

select
    group_number,
    outcome,
    horizon_months,
    treated_n,
    matched_treated_n,
    control_n,
    control_ess,
    full_follow_up_share,
    treated_event_n,
    control_event_n,
    treated_incidence,
    control_incidence,
    largest_weight,
    largest_square / nullif(treated_square + control_square - 2 * product, 0)
        as largest_person_share,
    people_n / nullif(people_n - 1.0, 0) * treated_square as treated_variance,
    people_n / nullif(people_n - 1.0, 0) * control_square as control_variance,
    people_n / nullif(people_n - 1.0, 0) * product as covariance,
    case
        when role = 'mentee'
            then
                clusters_n / nullif(clusters_n - 1.0, 0)
                * case when mentor_square < 0 then 0 else mentor_square end
    end as mentor_clustered_variance
from paired
