-- Those who applied and started against those who applied in the same round and did not get in, in
-- the month of the start. The rung is the first on which somebody is alike; coarse ones come first:
-- of so few people the finest would choose its controls by chance. Nobody is chosen by the future:
-- who was selected counts as not matched once three months have gone by without a start, and
-- whoever starts later stays in the comparison.
with applications as (

    select * from {{ ref("int_applications__dated") }}

),

tried as (

    select
        trials.role,
        trials.person_number,
        trials.cell_number,
        trials.trial_month_number,
        trials.is_treated,
        trials.level,
        trials.rating,
        applications.program,
        applications.application_round
    from applications
    inner join {{ ref("int_trials__eligible") }} as trials
        on
            applications.role = trials.role
            and applications.person_number = trials.person_number
    where
        case
            when trials.is_treated
                then
                    trials.program = applications.program
                    and applications.applied_number <= trials.trial_month_number
            when applications.status in ('waitlisted', 'declined')
                then applications.decided_number <= trials.trial_month_number
            when applications.status = 'selected'
                then applications.decided_number + 3 <= trials.trial_month_number
            else false
        end

),

numbered as (

    select
        *,
        case when is_treated then 0 else 1 end as control_n,
        {{ number_of(["role", "program", "application_round", "trial_month_number"]) }}
            as round_number
    from tried

),

counted as (

    select
        *,
        sum(control_n) over (partition by round_number, level, rating) as control_1_n,
        sum(control_n) over (partition by round_number, level) as control_2_n,
        sum(control_n) over (partition by round_number) as control_3_n
    from numbered

),

matched as (

    select
        *,
        case
            when not is_treated then null
            when control_1_n > 0 then 1
            when control_2_n > 0 then 2
            when control_3_n > 0 then 3
        end as rung
    from counted

),

shared as (

    select
        *,
        sum(case when rung = 1 then 1 else 0 end) over (
            partition by round_number, level, rating
        ) as treated_1_n,
        sum(case when rung = 2 then 1 else 0 end) over (partition by round_number, level)
            as treated_2_n,
        sum(case when rung = 3 then 1 else 0 end) over (partition by round_number) as treated_3_n
    from matched

)

select
    role,
    program,
    person_number,
    cell_number,
    trial_month_number,
    is_treated,
    rung,
    case
        when is_treated and rung is not null then 1.0
        when is_treated then 0.0
        else
            treated_1_n / cast(greatest(control_1_n, 1) as double)
            + treated_2_n / cast(greatest(control_2_n, 1) as double)
            + treated_3_n / cast(greatest(control_3_n, 1) as double)
    end as weight
from shared
