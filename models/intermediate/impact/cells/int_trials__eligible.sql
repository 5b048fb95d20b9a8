-- Whoever is in the trial, described: what was known of them on the day before its month, and when,
-- counted in months from time zero, things happened to them.
{{ config(materialized="view") }}
with settings as (

    select {{ month_number("follow_up_ends_on") }} as follow_up_ends_number
    from {{ ref("int_settings__resolved") }}

)

select
    trials.role_number,
    {{ role_name("trials.role_number") }} as role,
    trials.person_number,
    trials.trial_month_number,
    trials.cell_number,
    trials.is_treated,
    trials.program,
    trials.past_months,
    trials.has_prior_rating,
    case when trials.is_people_manager then 'yes' else 'no' end as is_people_manager,
    histories.department,
    histories.level,
    histories.level_band,
    histories.work_arrangement,
    histories.gender,
    histories.location,
    histories.rating,
    histories.prior_rating,
    histories.is_voluntary_exit,
    histories.is_regretted_exit,
    trials.start_number - trials.trial_month_number as start_month_number,
    histories.exit_number - trials.trial_month_number as exit_month_number,
    case
        when histories.next_promoted_number > trials.trial_month_number
            then histories.next_promoted_number
        else histories.following_promoted_number
    end - trials.trial_month_number as promotion_month_number,
    case
        when histories.next_moved_number > trials.trial_month_number
            then histories.next_moved_number
        else histories.following_moved_number
    end - trials.trial_month_number as move_month_number,
    settings.follow_up_ends_number - 1 - trials.trial_month_number as last_month_number,
    -- Of the months before the trial that are looked back on, and at most three: a fourth in three
    -- years is an error of the export more often than a promotion.
    case
        when histories.promoted_number >= trials.trial_month_number - trials.past_months then 1
        else 0
    end
    + case
        when
            histories.second_promoted_number >= trials.trial_month_number - trials.past_months
            then 1
        else 0
    end
    + case
        when
            histories.third_promoted_number >= trials.trial_month_number - trials.past_months
            then 1
        else 0
    end as prior_promotions_n
from {{ ref("int_trials__considered") }} as trials
inner join {{ ref("int_histories__sequenced") }} as histories
    on trials.history_number = histories.history_number
cross join settings
where trials.exclusion_reason is null
