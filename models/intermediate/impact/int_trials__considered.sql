-- Everybody employed on the day before the month begins and new to the role, with the first reason
-- that keeps them out of the trial. Covariates are of that day; nobody is classified by what came
-- later.
with settings as (

    select * from {{ ref("int_settings__resolved") }}

),

trials as (

    select * from {{ ref("int_trials__months") }}

),

people as (

    select * from {{ ref("int_people__numbered") }}

),

starts as (

    select
        starts.role,
        starts.program,
        starts.start_month,
        people.person_number
    from {{ ref("int_starts__first") }} as starts
    inner join people on starts.person_key = people.person_key

),

histories as (

    -- Known on the day before the month: learned before it, and not yet replaced.
    select
        histories.*,
        trials.role,
        trials.trial_month,
        trials.trial_month_number,
        trials.time_zero,
        starts.program as start_program,
        starts.start_month
    from {{ ref("int_histories__sequenced") }} as histories
    cross join (select distinct role from trials) as roles
    left join starts
        on histories.person_number = starts.person_number and roles.role = starts.role
    inner join trials
        on
            roles.role = trials.role
            and histories.known_from < trials.trial_month
            and histories.known_to >= trials.trial_month
            and coalesce(starts.start_month, date '9999-12-31') >= trials.trial_month

),

managers as (

    select * from {{ ref("int_managers__monthly") }}

)

select
    histories.role,
    histories.trial_month,
    histories.trial_month_number,
    histories.person_number,
    histories.department,
    histories.level,
    histories.level_band,
    histories.work_arrangement,
    histories.gender,
    histories.location,
    histories.rating,
    histories.prior_rating,
    histories.is_voluntary_exit,
    case when histories.start_month = histories.trial_month then histories.start_program end as program,
    coalesce(histories.start_month = histories.trial_month, false) as is_treated,
    {{ completed_months("histories.spell_started_on", "histories.trial_month") }} as tenure_months,
    case when managers.manager_number is not null then 'yes' else 'no' end as is_people_manager,
    case
        when histories.last_promoted_on > {{ months_later("histories.trial_month", -9) }}
            then 'under 9'
        when histories.last_promoted_on > {{ months_later("histories.trial_month", -18) }}
            then '9 to 17'
        else '18 or more'
    end as promotion_band,
    coalesce(histories.last_promoted_on >= {{ months_later("histories.trial_month", -12) }}, false)
        as was_promoted_before,
    case
        when histories.start_month > histories.trial_month
            then {{ dbt.datediff("histories.trial_month", "histories.start_month", "month") }}
    end as start_month_number,
    {{ exit_month_number("histories.time_zero", "histories.spell_ended_on") }} as exit_month_number,
    {{ dbt.datediff(
        "histories.time_zero",
        "case
            when histories.next_promoted_on >= histories.time_zero then histories.next_promoted_on
            else histories.following_promoted_on
        end",
        "month"
    ) }} + 1 as promotion_month_number,
    {{ dbt.datediff(
        "histories.time_zero",
        "case
            when histories.next_moved_on >= histories.time_zero then histories.next_moved_on
            else histories.following_moved_on
        end",
        "month"
    ) }} + 1 as move_month_number,
    {{ dbt.datediff("histories.time_zero", "settings.follow_up_ends_on", "month") }}
        as last_month_number,
    case
        when histories.employment_type = 'contractor' then 'not an employee'
        when histories.spell_ended_on <= histories.time_zero then 'left before follow-up begins'
        when
            histories.spell_started_on
            > {{ months_later("histories.trial_month", -var("impact_minimum_tenure_months")) }}
            then 'employed for too short'
        {% if var("impact_eligible_levels") %}
        when
            histories.level not in ({{ var("impact_eligible_levels") | join(", ") }})
            then 'outside the eligible population'
        {% endif %}
    end as exclusion_reason
from histories
cross join settings
left join managers
    on
        histories.person_number = managers.manager_number
        and histories.trial_month = managers.trial_month
