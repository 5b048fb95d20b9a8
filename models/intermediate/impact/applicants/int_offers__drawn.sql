-- Those a lottery drew, in the month it was decided, whatever became of the offer.
with applications as (

    select * from {{ ref("int_applications__dated") }}
    where assignment is not null

)

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
