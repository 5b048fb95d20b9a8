with histories as (

    select * from {{ ref("int_histories__sequenced") }}

),

trials as (

    select
        min(trial_month_number) as first_month_number,
        max(trial_month_number) as last_month_number
    from {{ ref("int_trials__months") }}

),

reported as (

    select distinct
        histories.manager_number,
        greatest(histories.first_month_number, trials.first_month_number) as first_month_number,
        least(histories.last_month_number, trials.last_month_number) as last_month_number
    from histories
    cross join trials
    where histories.manager_number is not null

),

months as (

    select
        manager_number,
        {{ number_series("first_month_number", "last_month_number") }} as trial_month_number
    from reported
    where first_month_number <= last_month_number

)

select distinct
    manager_number,
    trial_month_number
from months
