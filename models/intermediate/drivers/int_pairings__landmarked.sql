-- What was done in the first 90 days, and what became of the pairing and of its mentee after them.
-- Nothing that happens later decides who is in: the pairing is active and the mentee employed on
-- day 90. What a platform did not record yet when a pairing began is not known of it.
{%- set landmark_days = 90 %}
{%- set horizon_months = 12 %}
with settings as (

    select * from {{ ref("int_settings__resolved") }}

),

joined as (

    select * from {{ ref("int_pairings__joined") }}

),

stretches as (

    select * from {{ ref("stg_program__pairings") }}

),

places as (

    select * from {{ ref("int_employment__attributed") }}

),

rated as (

    select * from {{ ref("int_people__rated") }}

),

promotions as (

    select * from {{ ref("int_promotions__dated") }}

),

scored as (

    select * from {{ ref("int_responses__scored") }}
    where construct = 'satisfaction' and scale_max > scale_min

),

meetings as (

    select * from {{ ref("stg_program__meetings") }}

),

goals as (

    select * from {{ ref("stg_program__goals") }}

),

feedback as (

    select * from {{ ref("stg_program__feedback") }}

),

exposures as (

    select * from {{ ref("stg_program__exposures") }}

),

learning as (

    select * from {{ ref("stg_program__learning") }}

),

recorded as (

    select
        (select {{ month_of("min(set_on)") }} from goals) as goals_from,
        (select {{ month_of("min(given_on)") }} from feedback) as feedback_from,
        (select {{ month_of("min(occurred_on)") }} from exposures) as exposures_from,
        (select {{ month_of("min(completed_on)") }} from learning) as learning_from,
        {{ month_of("min(scheduled_on)") }} as meetings_from,
        {{ month_of("min(case when modality_code is not null then scheduled_on end)") }}
            as modality_from,
        {{ month_of("min(case when kind_code is not null then scheduled_on end)") }} as kinds_from
    from meetings

),

landmarks as (

    select
        pairing_id,
        {{ days_later("started_on", landmark_days) }} as landmark_on,
        {{ months_later("started_on", horizon_months) }} as horizon_on
    from joined

),

active as (

    select distinct
        landmarks.pairing_id,
        landmarks.landmark_on,
        landmarks.horizon_on
    from landmarks
    cross join settings
    inner join stretches
        on
            landmarks.pairing_id = stretches.pairing_id
            and {{ holds_on(
                "landmarks.landmark_on", "stretches.started_on", "stretches.ended_on"
            ) }}
    where landmarks.landmark_on < settings.follow_up_ends_on

),

started as (

    select
        joined.*,
        active.landmark_on,
        active.horizon_on,
        places.level_band,
        places.spell_ended_on,
        settings.follow_up_ends_on,
        case
            when rated.is_top_rated then 'top quarter'
            when not rated.is_top_rated then 'lower'
            else 'unknown'
        end as rating_band,
        2 * extract(year from joined.started_on)
        + case when extract(month from joined.started_on) > 6 then 1 else 0 end as start_half
    from joined
    cross join settings
    inner join active on joined.pairing_id = active.pairing_id
    inner join places
        on
            joined.mentee_key = places.person_key
            and {{ holds_on("joined.started_on", "places.valid_from", "places.valid_to") }}
            and {{ ends_after("active.landmark_on", "places.spell_ended_on") }}
    left join rated
        on
            joined.mentee_key = rated.person_key
            and rated.quarter_starts_on
            = cast({{ dbt.date_trunc("quarter", "joined.started_on") }} as date)

),

met as (

    select
        started.pairing_id,
        min(meetings.scheduled_on) as first_met_on,
        count(*) as held_n,
        sum(case when meetings.modality_code = 'in_person' then 1 else 0 end) as held_in_person_n,
        sum(case when meetings.kind_code in ('check_in', 'coffee_chat') then 1 else 0 end)
            as informal_n
    from started
    inner join meetings
        on
            started.pairing_id = meetings.pairing_id
            and started.landmark_on > meetings.scheduled_on
    where meetings.status_code = 'held'
    group by started.pairing_id

),

aimed as (

    select
        pairing_id,
        min(set_on) as first_set_on
    from goals
    group by pairing_id

),

told as (

    select
        started.pairing_id,
        count(*) as feedback_n
    from started
    inner join feedback
        on started.pairing_id = feedback.pairing_id and started.landmark_on > feedback.given_on
    group by started.pairing_id

),

exposed as (

    select
        started.pairing_id,
        count(*) as exposures_n
    from started
    inner join exposures
        on
            started.mentee_key = exposures.mentee_key
            and started.started_on <= exposures.occurred_on
            and started.landmark_on > exposures.occurred_on
    group by started.pairing_id

),

{% for role in ["mentee", "mentor"] %}
{{ role }}s_taught as (

    select
        started.pairing_id,
        count(*) as learning_n
    from started
    inner join learning
        on
            started.{{ role }}_key = learning.person_key
            and started.started_on <= learning.completed_on
            and started.landmark_on > learning.completed_on
    group by started.pairing_id

),
{% endfor %}
promoted as (

    select
        started.pairing_id,
        count(*) as promotions_n
    from started
    inner join promotions
        on
            started.mentee_key = promotions.person_key
            and started.landmark_on <= promotions.promoted_on
            and started.horizon_on > promotions.promoted_on
    group by started.pairing_id

),

answered as (

    select
        started.pairing_id,
        avg({{ share_of_scale("scored") }})
            as satisfaction
    from started
    inner join scored
        on
            started.mentee_key = scored.respondent_key
            and started.program = scored.program_id
            and started.landmark_on <= scored.submitted_on
            and started.horizon_on > scored.submitted_on
            and started.follow_up_ends_on > scored.submitted_on
            and coalesce(started.ended_on >= scored.submitted_on, true)
    group by started.pairing_id

)

select
    started.pairing_id,
    started.program,
    started.mentee_key,
    started.mentor_key,
    started.level_band,
    started.rating_band,
    cast(started.start_half as integer) as start_half,
    started.meetings_expected_per_month,
    started.is_agreement_recorded,
    coalesce(started.started_on >= recorded.goals_from, false) as is_goal_recorded,
    coalesce(started.started_on >= recorded.meetings_from, false) as is_meeting_recorded,
    coalesce(started.started_on >= recorded.modality_from, false) as is_modality_recorded,
    coalesce(started.started_on >= recorded.kinds_from, false) as is_kind_recorded,
    coalesce(started.started_on >= recorded.feedback_from, false) as is_feedback_recorded,
    coalesce(started.started_on >= recorded.exposures_from, false) as is_exposure_recorded,
    coalesce(started.started_on >= recorded.learning_from, false) as is_learning_recorded,
    {{ days_between("started.started_on", "started.agreed_on") }} as days_to_agreement_n,
    {{ days_between("started.started_on", "aimed.first_set_on") }} as days_to_goal_n,
    {{ days_between("started.started_on", "met.first_met_on") }} as days_to_meeting_n,
    cast(coalesce(met.held_n, 0) as integer) as held_n,
    cast(coalesce(met.held_in_person_n, 0) as integer) as held_in_person_n,
    cast(coalesce(met.informal_n, 0) as integer) as informal_n,
    cast(coalesce(told.feedback_n, 0) as integer) as feedback_n,
    cast(coalesce(exposed.exposures_n, 0) as integer) as exposures_n,
    cast(coalesce(mentees_taught.learning_n, 0) as integer) as mentee_learning_n,
    cast(coalesce(mentors_taught.learning_n, 0) as integer) as mentor_learning_n,
    case
        when started.due_on < started.landmark_on or started.due_on >= started.follow_up_ends_on
            then null
        when
            coalesce(started.ended_on >= started.due_on, started.due_on is not null)
            and coalesce(started.end_reason, '') <> 'inactivity'
            then 1
        when started.due_on is not null then 0
    end as completed,
    case
        when started.horizon_on >= started.follow_up_ends_on then null
        when {{ ends_after("started.horizon_on", "started.spell_ended_on") }} then 1
        else 0
    end as stayed,
    case
        when started.horizon_on >= started.follow_up_ends_on then null
        when promoted.promotions_n > 0 then 1
        else 0
    end as promoted,
    answered.satisfaction
from started
cross join recorded
left join met on started.pairing_id = met.pairing_id
left join aimed on started.pairing_id = aimed.pairing_id
left join told on started.pairing_id = told.pairing_id
left join exposed on started.pairing_id = exposed.pairing_id
left join mentees_taught on started.pairing_id = mentees_taught.pairing_id
left join mentors_taught on started.pairing_id = mentors_taught.pairing_id
left join promoted on started.pairing_id = promoted.pairing_id
left join answered on started.pairing_id = answered.pairing_id
