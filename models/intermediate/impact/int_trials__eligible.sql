-- History up to the day before the month, and what follow-up from time zero will show.
with settings as (

    select * from {{ ref("int_settings__resolved") }}

),

considered as (

    select * from {{ ref("int_trials__considered") }}
    where exclusion_reason is null

),

reviews as (

    select * from {{ ref("int_reviews__sequenced") }}

),

promotions as (

    select
        person_key,
        spell_number,
        promoted_on,
        lag(promoted_on) over (
            partition by person_key, spell_number order by promoted_on
        ) as previous_promoted_on,
        lead(promoted_on) over (
            partition by person_key, spell_number order by promoted_on
        ) as next_promoted_on
    from {{ ref("int_promotions__dated") }}

),

moves as (

    select
        *,
        lag(moved_on) over (
            partition by person_key, spell_number order by moved_on
        ) as previous_moved_on
    from {{ ref("int_moves__dated") }}

)

select
    considered.role,
    considered.trial_month,
    considered.trial_month_number,
    considered.person_number,
    considered.program,
    considered.department,
    considered.level,
    considered.level_band,
    considered.work_arrangement,
    considered.gender,
    considered.location,
    considered.is_people_manager,
    considered.tenure_months,
    reviews.prior_rating,
    considered.program is not null as is_treated,
    cast({{ dbt.date_trunc("quarter", "considered.trial_month") }} as date) as trial_quarter,
    coalesce(reviews.rating, -1) as rating,
    case
        when considered.tenure_months < 12 then 'under 12'
        when considered.tenure_months < 24 then '12 to 23'
        when considered.tenure_months < 48 then '24 to 47'
        else '48 or more'
    end as tenure_band,
    case
        when
            past.promoted_on > {{ months_later("considered.trial_month", -9) }}
            then 'under 9'
        when
            past.promoted_on > {{ months_later("considered.trial_month", -18) }}
            then '9 to 17'
        else '18 or more'
    end as promotion_band,
    coalesce(past.promoted_on >= {{ months_later("considered.trial_month", -12) }}, false)
        as was_promoted_before,
    case when considered.start_month_number > 0 then considered.start_month_number end
        as start_month_number,
    {{ exit_month_number("considered.time_zero", "considered.spell_ended_on") }}
        as exit_month_number,
    considered.spell_ended_on is not null and considered.exit_reason = 'voluntary'
        as is_voluntary_exit,
    {{ dbt.datediff("considered.time_zero", "future.promoted_on", "month") }} + 1
        as promotion_month_number,
    {{ dbt.datediff("considered.time_zero", "moves.moved_on", "month") }} + 1
        as move_month_number,
    {{ dbt.datediff("considered.time_zero", "settings.follow_up_ends_on", "month") }}
        as last_month_number
from considered
cross join settings
left join reviews
    on
        considered.person_key = reviews.person_key
        and considered.trial_month > reviews.reviewed_on
        and considered.trial_month <= coalesce(reviews.next_reviewed_on, date '9999-12-31')
left join promotions as past
    on
        considered.person_key = past.person_key
        and considered.spell_number = past.spell_number
        and considered.trial_month > past.promoted_on
        and considered.trial_month <= coalesce(past.next_promoted_on, date '9999-12-31')
left join promotions as future
    on
        considered.person_key = future.person_key
        and considered.spell_number = future.spell_number
        and considered.time_zero <= future.promoted_on
        and considered.time_zero > coalesce(future.previous_promoted_on, date '0001-01-01')
left join moves
    on
        considered.person_key = moves.person_key
        and considered.spell_number = moves.spell_number
        and considered.time_zero <= moves.moved_on
        and considered.time_zero > coalesce(moves.previous_moved_on, date '0001-01-01')
