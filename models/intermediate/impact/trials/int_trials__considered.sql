-- Everybody employed on the day before the month begins and new to the role, with the first reason
-- that keeps them out of the trial. Covariates are of that day; nobody is classified by what came
-- later.
{%- set lasting = ladder_covariates() | reject("in", monthly_covariates()) | list %}
{%- set bands = ["tenure_band", "promotion_band", "is_people_manager"] %}
{%- set banded = ladder_covariates() | select("in", bands) | list %}
with trials as (

    select
        role,
        {{ role_number("role") }} as role_number,
        min(trial_month_number) as first_month_number,
        max(trial_month_number) as last_month_number
    from {{ ref("int_trials__months") }}
    group by role

),

starts as (

    select
        role,
        program,
        person_number,
        {{ month_number("start_month") }} as start_number
    from {{ ref("int_starts__first") }}

),

histories as (

    select
        *,
        {{ number_of(lasting) }} as lasting_number
    from {{ ref("int_histories__sequenced") }}

),

asked as (

    select
        trials.role_number,
        histories.person_number,
        histories.history_number,
        histories.lasting_number,
        histories.employment_type,
        histories.level,
        histories.department,
        histories.served_from_number,
        histories.exit_number,
        histories.promoted_from_number,
        histories.past_from_number,
        histories.prior_rating is not null as has_prior_rating,
        starts.program as start_program,
        starts.start_number,
        greatest(histories.first_month_number, trials.first_month_number) as first_month_number,
        least(
            histories.last_month_number,
            trials.last_month_number,
            coalesce(starts.start_number, trials.last_month_number)
        ) as last_month_number
    from histories
    cross join trials
    left join starts
        on histories.person_number = starts.person_number and trials.role = starts.role

),

months as (

    select
        *,
        {{ number_series("first_month_number", "last_month_number") }} as trial_month_number
    from asked
    where first_month_number <= last_month_number

),

standings as (

    select
        months.role_number,
        months.person_number,
        months.history_number,
        months.lasting_number,
        months.trial_month_number,
        months.has_prior_rating,
        least(months.trial_month_number - months.past_from_number, {{ past_months_max() }})
            as past_months,
        {{ tenure_band("months.trial_month_number - months.served_from_number") }} as tenure_band,
        {{ promotion_band("months.trial_month_number - months.promoted_from_number") }}
            as promotion_band,
        coalesce(months.start_number = months.trial_month_number, false) as is_treated,
        case when months.start_number = months.trial_month_number then months.start_program end
            as program,
        case when months.start_number > months.trial_month_number then months.start_number end
            as start_number,
        managers.manager_number is not null as is_people_manager,
        case
            when months.employment_type = 'contractor' then 'not an employee'
            when months.exit_number <= months.trial_month_number then 'left before follow-up begins'
            when
                months.trial_month_number - months.served_from_number
                < {{ var("impact_minimum_tenure_months") }}
                then 'employed for too short'
            {% if var("impact_eligible_levels") %}
            when
                months.level not in ({{ var("impact_eligible_levels") | join(", ") }})
                then 'outside the eligible population'
            {% endif %}
            {% if var("impact_eligible_departments") %}
            when
                months.department not in ({{ quoted_texts(var("impact_eligible_departments")) }})
                then 'outside the eligible population'
            {% endif %}
        end as exclusion_reason
    from months
    left join {{ ref("int_managers__monthly") }} as managers
        on
            months.person_number = managers.manager_number
            and months.trial_month_number = managers.trial_month_number

)

select
    role_number,
    person_number,
    history_number,
    trial_month_number,
    past_months,
    has_prior_rating,
    is_people_manager,
    is_treated,
    program,
    start_number,
    exclusion_reason,
    case
        when exclusion_reason is null
            then {{ number_of(["role_number", "trial_month_number", "lasting_number"] + banded) }}
    end as cell_number
from standings
