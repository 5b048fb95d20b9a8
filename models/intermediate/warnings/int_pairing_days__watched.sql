-- What was known of a running pairing at the end of a month, and what is known of it today. Of what
-- happens on later days nothing is read.
with settings as (

    select * from {{ ref("int_settings__resolved") }}

),

joined as (

    select * from {{ ref("int_pairings__joined") }}

),

stretches as (

    select * from {{ ref("stg_program__pairings") }}

),

meetings as (

    select * from {{ ref("stg_program__meetings") }}

),

goals as (

    select * from {{ ref("stg_program__goals") }}

),

answers as (

    select * from {{ ref("int_responses__scored") }}
    where construct = 'satisfaction' and scale_max > scale_min

),

recorded as (

    select
        {{ month_of("min(scheduled_on)") }} as meetings_from,
        (select {{ month_of("min(set_on)") }} from goals) as goals_from
    from meetings

),

days as (

    select
        {{ days_later(months_later("calendar.month_starts_on", 1), -1) }} as checked_on,
        false as is_today
    from {{ ref("int_calendar__months") }} as calendar
    cross join settings
    where
        calendar.month_starts_on < settings.follow_up_ends_on
        and {{ days_later(months_later("calendar.month_starts_on", 1), -1) }} < settings.as_of
    union all
    select
        as_of as checked_on,
        true as is_today
    from settings

),

active as (

    select
        stretches.pairing_id,
        days.checked_on,
        days.is_today,
        max(stretches.match_score) as match_score
    from stretches
    inner join days
        on {{ holds_on("days.checked_on", "stretches.started_on", "stretches.ended_on") }}
    group by stretches.pairing_id, days.checked_on, days.is_today

),

paired as (

    select
        active.*,
        joined.program,
        joined.program_type,
        joined.mentor_key,
        joined.mentee_key,
        joined.started_on,
        case when joined.program_type <> 'group' then 1 else 0 end as is_mentored_alone
    from active
    inner join joined on active.pairing_id = joined.pairing_id

),

loads as (

    select
        mentor_key,
        checked_on,
        count(distinct mentee_key) as mentor_mentees_n,
        max(started_on) as mentor_started_on
    from paired
    where is_mentored_alone = 1
    group by mentor_key, checked_on

),

met as (

    select
        active.pairing_id,
        active.checked_on,
        max(case when meetings.status_code = 'held' then meetings.scheduled_on end) as last_met_on,
        sum(
            case
                when
                    meetings.status_code <> 'held'
                    and {{ days_later("active.checked_on", -60) }} < meetings.scheduled_on
                    then 1
                else 0
            end
        ) as missed_n,
        max(case when meetings.status_code <> 'held' then meetings.scheduled_on end)
            as last_missed_on
    from active
    inner join meetings
        on
            active.pairing_id = meetings.pairing_id
            and active.checked_on >= meetings.scheduled_on
    group by active.pairing_id, active.checked_on

),

aimed as (

    select
        active.pairing_id,
        active.checked_on,
        count(*) as goals_n,
        sum(case when {{ is_overdue("active.checked_on") }} then 1 else 0 end) as overdue_goals_n,
        max(case when {{ is_overdue("active.checked_on") }} then goals.due_on end) as last_due_on
    from active
    inner join goals
        on active.pairing_id = goals.pairing_id and active.checked_on >= goals.set_on
    group by active.pairing_id, active.checked_on

),

answered as (

    select
        paired.pairing_id,
        paired.checked_on,
        answers.submitted_on as last_answered_on,
        {{ share_of_scale("answers") }} as last_score_share,
        row_number() over (
            partition by paired.pairing_id, paired.checked_on
            order by answers.submitted_on desc, answers.response_id desc
        ) as from_last
    from paired
    inner join answers
        on
            paired.mentee_key = answers.respondent_key
            and paired.program = answers.program_id
            and paired.started_on <= answers.submitted_on
            and paired.checked_on >= answers.submitted_on
            and {{ days_later("paired.checked_on", -180) }} < answers.submitted_on

)

select
    paired.pairing_id,
    paired.program,
    paired.mentee_key,
    paired.checked_on,
    paired.is_today,
    paired.started_on,
    paired.match_score,
    coalesce(paired.started_on >= recorded.meetings_from, false) as is_meeting_recorded,
    coalesce(paired.started_on >= recorded.goals_from, false) as is_goal_recorded,
    {{ days_between("paired.started_on", "paired.checked_on") }} as days_since_start_n,
    met.last_met_on,
    {{ days_between("met.last_met_on", "paired.checked_on") }} as days_since_met_n,
    cast(coalesce(met.missed_n, 0) as integer) as missed_n,
    met.last_missed_on,
    cast(coalesce(aimed.goals_n, 0) as integer) as goals_n,
    cast(coalesce(aimed.overdue_goals_n, 0) as integer) as overdue_goals_n,
    aimed.last_due_on,
    cast(case when paired.is_mentored_alone = 1 then loads.mentor_mentees_n else 0 end as integer)
        as mentor_mentees_n,
    loads.mentor_started_on,
    answered.last_score_share,
    answered.last_answered_on
from paired
cross join recorded
left join loads
    on paired.mentor_key = loads.mentor_key and paired.checked_on = loads.checked_on
left join met on paired.pairing_id = met.pairing_id and paired.checked_on = met.checked_on
left join aimed on paired.pairing_id = aimed.pairing_id and paired.checked_on = aimed.checked_on
left join answered
    on
        paired.pairing_id = answered.pairing_id
        and paired.checked_on = answered.checked_on
        and answered.from_last = 1
