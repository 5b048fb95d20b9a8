with histories as (

    select * from {{ ref("int_histories__sequenced") }}

),

months as (

    select distinct trial_month from {{ ref("int_trials__months") }}

)

select distinct
    months.trial_month,
    histories.manager_number
from histories
inner join months
    on
        histories.known_from < months.trial_month
        and histories.known_to >= months.trial_month
where histories.manager_number is not null
