-- Everybody employed on the day before the month begins, with the first reason that keeps them out
-- of the trial. Covariates are of that day; nobody is classified by what came later.
with trials as (

    select * from {{ ref("int_trials__months") }}

),

people as (

    select * from {{ ref("int_people__numbered") }}

),

starts as (

    select * from {{ ref("int_starts__first") }}

),

stretches as (

    select
        attributed.*,
        people.person_number
    from {{ ref("int_employment__attributed") }} as attributed
    inner join people on attributed.person_key = people.person_key

),

managers as (

    select distinct
        trials.trial_month,
        stretches.manager_key as person_key
    from stretches
    inner join trials
        on
            stretches.valid_from < trials.trial_month
            and coalesce(stretches.valid_to, date '9999-12-31') >= trials.trial_month
    where stretches.manager_key is not null

)

select
    trials.role,
    trials.trial_month,
    trials.trial_month_number,
    trials.time_zero,
    stretches.person_key,
    stretches.person_number,
    stretches.spell_number,
    stretches.spell_started_on,
    stretches.spell_ended_on,
    stretches.exit_reason,
    stretches.department,
    stretches.level_band,
    stretches.work_arrangement,
    stretches.gender,
    case when starts.start_month = trials.trial_month then starts.program end as program,
    {{ dbt.datediff("trials.trial_month", "starts.start_month", "month") }} as start_month_number,
    coalesce(stretches.level, -1) as level,
    coalesce(stretches.location, 'unknown') as location,
    case when managers.person_key is not null then 'yes' else 'no' end as is_people_manager,
    {{ completed_months("stretches.spell_started_on", "trials.trial_month") }} as tenure_months,
    case
        when stretches.employment_type = 'contractor' then 'not an employee'
        when starts.start_month < trials.trial_month then 'in the role before'
        when stretches.spell_ended_on <= trials.time_zero then 'left before follow-up begins'
        when
            stretches.spell_started_on
            > {{ months_later("trials.trial_month", -var("impact_minimum_tenure_months")) }}
            then 'employed for too short'
        {% if var("impact_eligible_levels") %}
        when
            stretches.level is null
            or stretches.level not in ({{ var("impact_eligible_levels") | join(", ") }})
            then 'outside the eligible population'
        {% endif %}
    end as exclusion_reason
from stretches
inner join trials
    on
        stretches.valid_from < trials.trial_month
        and coalesce(stretches.valid_to, date '9999-12-31') >= trials.trial_month
left join starts
    on stretches.person_key = starts.person_key and trials.role = starts.role
left join managers
    on stretches.person_key = managers.person_key and trials.trial_month = managers.trial_month
