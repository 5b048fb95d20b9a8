-- What happens first in a pairing, in days since its start. What a platform did not record yet
-- when a pairing began is not known of it.
with pairings as (

    select * from {{ ref("int_pairings__joined") }}

),

goals as (

    select * from {{ ref("stg_program__goals") }}

),

meetings as (

    select * from {{ ref("stg_program__meetings") }}

),

exposures as (

    select * from {{ ref("stg_program__exposures") }}

),

places as (

    select * from {{ ref("int_employment__attributed") }}

),

recorded as (

    select
        (select {{ month_of("min(set_on)") }} from goals) as goals_from,
        (select {{ month_of("min(scheduled_on)") }} from meetings) as meetings_from,
        (select {{ month_of("min(occurred_on)") }} from exposures) as exposures_from

),

first_goals as (

    select
        pairing_id,
        min(set_on) as first_set_on,
        max(set_on) as last_set_on
    from goals
    group by pairing_id

),

first_meetings as (

    select
        pairing_id,
        min(scheduled_on) as first_met_on
    from meetings
    where status_code = 'held'
    group by pairing_id

),

first_exposures as (

    select
        pairings.pairing_id,
        min(exposures.occurred_on) as first_exposed_on
    from pairings
    inner join exposures
        on
            pairings.mentee_key = exposures.mentee_key
            and pairings.started_on <= exposures.occurred_on
    group by pairings.pairing_id

),

dated as (

    select
        pairings.pairing_id,
        pairings.program,
        pairings.mentee_key as person_key,
        pairings.started_on as counted_on,
        pairings.is_agreement_recorded,
        coalesce(pairings.started_on >= recorded.goals_from, false) as is_goal_recorded,
        coalesce(pairings.started_on >= recorded.meetings_from, false) as is_meeting_recorded,
        coalesce(pairings.started_on >= recorded.exposures_from, false) as is_exposure_recorded,
        {{ days_between("pairings.started_on", "settled.follow_up_ends_on") }} as followed_days_n,
        {{ days_between("pairings.started_on", "pairings.agreed_on") }} as days_to_agreement_n,
        {{ days_between("pairings.started_on", "first_goals.first_set_on") }} as days_to_goal_n,
        {{ days_between("first_goals.first_set_on", "first_goals.last_set_on") }}
            as days_between_goals_n,
        {{ days_between("pairings.started_on", "first_meetings.first_met_on") }}
            as days_to_meeting_n,
        {{ days_between("pairings.started_on", "first_exposures.first_exposed_on") }}
            as days_to_exposure_n,
        pairings.program_type = 'reverse' as is_reverse,
        pairings.program_type <> 'unknown' as is_type_known,
        mentee_places.level_band = 'senior' as is_senior_mentee,
        mentee_places.location = mentor_places.location as is_same_site
    from pairings
    cross join recorded
    cross join {{ ref("int_settings__resolved") }} as settled
    left join first_goals on pairings.pairing_id = first_goals.pairing_id
    left join first_meetings on pairings.pairing_id = first_meetings.pairing_id
    left join first_exposures on pairings.pairing_id = first_exposures.pairing_id
    left join places as mentee_places
        on
            pairings.mentee_key = mentee_places.person_key
            and {{ holds_on(
                "pairings.started_on", "mentee_places.valid_from", "mentee_places.valid_to"
            ) }}
    left join places as mentor_places
        on
            pairings.mentor_key = mentor_places.person_key
            and {{ holds_on(
                "pairings.started_on", "mentor_places.valid_from", "mentor_places.valid_to"
            ) }}

),

{{ placed(
    "dated",
    [
        "pairing_id", "is_agreement_recorded", "is_goal_recorded", "is_meeting_recorded",
        "is_exposure_recorded", "followed_days_n", "days_to_agreement_n", "days_to_goal_n",
        "days_between_goals_n", "days_to_meeting_n", "days_to_exposure_n", "is_reverse",
        "is_type_known", "is_senior_mentee", "is_same_site",
    ],
) }}
