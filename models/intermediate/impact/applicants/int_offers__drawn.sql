-- Those a lottery drew, in the month it was decided, whatever became of the offer. Draws are
-- strata: each weighs as a regression with a constant for every draw would weigh it.
with applications as (

    select * from {{ ref("int_applications__dated") }}
    where assignment is not null

),

drawn as (

    select
        trials.role,
        trials.person_number,
        trials.cell_number,
        applications.program,
        applications.application_round,
        case when applications.assignment = 'offered' then 1 else 0 end as offered_n,
        {{ number_of(
            ["applications.role", "applications.program", "applications.application_round"]
        ) }} as draw_number
    from applications
    inner join {{ ref("int_trials__eligible") }} as trials
        on
            applications.role = trials.role
            and applications.person_number = trials.person_number
            and applications.decided_number = trials.trial_month_number

)

select
    *,
    avg(cast(offered_n as double)) over (partition by draw_number) as offered_share,
    case
        when offered_n = 1
            then 1 - avg(cast(offered_n as double)) over (partition by draw_number)
        else avg(cast(offered_n as double)) over (partition by draw_number)
    end as weight
from drawn
