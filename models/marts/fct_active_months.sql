-- A month in which a pairing was active counts for as much of it as it was, and what happened in
-- the pairing that month stands beside. People are as on its first active day. What an export did
-- not hold yet is not known.
with settings_of_follow_up as (

    select * from {{ ref("int_settings__resolved") }}

),

stretches as (

    select * from {{ ref("stg_program__pairings") }}

),

joined as (

    select * from {{ ref("int_pairings__joined") }}

),

meetings as (

    select * from {{ ref("stg_program__meetings") }}

),

feedback as (

    select * from {{ ref("stg_program__feedback") }}

),

places as (

    select * from {{ ref("int_employment__attributed") }}

),

months as (

    select
        calendar.month_starts_on,
        {{ days_later(months_later("calendar.month_starts_on", 1), -1) }} as month_ends_on,
        {{ days_between(
            "calendar.month_starts_on", months_later("calendar.month_starts_on", 1)
        ) }} as days_n
    from {{ ref("int_calendar__months") }} as calendar
    cross join settings_of_follow_up
    where calendar.month_starts_on < settings_of_follow_up.follow_up_ends_on

),

recorded as (

    select
        (select {{ month_of("min(scheduled_on)") }} from meetings) as meetings_from,
        (select {{ month_of("min(given_on)") }} from feedback) as feedback_from

),

active as (

    select
        stretches.pairing_id,
        months.month_starts_on,
        min(greatest(stretches.started_on, months.month_starts_on)) as counted_on,
        sum(
            {{ days_between(
                "greatest(stretches.started_on, months.month_starts_on)",
                "least(coalesce(stretches.ended_on, months.month_ends_on), months.month_ends_on)"
            ) }} + 1
        ) / cast(max(months.days_n) as double) as active_months
    from stretches
    inner join months
        on
            stretches.started_on <= months.month_ends_on
            and coalesce(stretches.ended_on >= months.month_starts_on, true)
    group by stretches.pairing_id, months.month_starts_on

),

met as (

    select
        pairing_id,
        {{ month_of("scheduled_on") }} as month_starts_on,
        count(*) as scheduled_n,
        sum(case when status_code = 'held' then 1 else 0 end) as held_n,
        sum(case when status_code = 'cancelled' then 1 else 0 end) as cancelled_n,
        sum(case when status_code = 'no_show' then 1 else 0 end) as no_show_n,
        sum(case when status_code = 'held' then duration_minutes end) / 60.0 as held_hours,
        sum(case when status_code = 'held' and modality_code is not null then 1 else 0 end)
            as held_somehow_n,
        sum(case when status_code = 'held' and modality_code = 'in_person' then 1 else 0 end)
            as held_in_person_n,
        sum(case when status_code = 'held' and modality_code = 'video' then 1 else 0 end)
            as held_by_video_n,
        sum(case when status_code = 'held' and modality_code = 'phone' then 1 else 0 end)
            as held_by_phone_n,
        sum(case when status_code = 'held' and modality_code = 'chat' then 1 else 0 end)
            as held_by_chat_n,
        sum(case when status_code = 'held' and kind_code = 'check_in' then 1 else 0 end)
            as check_ins_n,
        sum(case when status_code = 'held' and kind_code = 'coffee_chat' then 1 else 0 end)
            as coffee_chats_n
    from meetings
    group by pairing_id, {{ month_of("scheduled_on") }}

),

told as (

    select
        pairing_id,
        {{ month_of("given_on") }} as month_starts_on,
        count(*) as feedback_n
    from feedback
    group by pairing_id, {{ month_of("given_on") }}

),

kinds as (

    select
        max(case when kind_code is null then 0 else 1 end) = 1 as is_kind_recorded,
        max(case when duration_minutes is null then 0 else 1 end) = 1 as is_duration_recorded
    from meetings

),

counted as (

    select
        active.pairing_id,
        active.month_starts_on,
        joined.program,
        joined.mentee_key as person_key,
        active.counted_on,
        active.active_months,
        case
            when active.month_starts_on >= recorded.meetings_from then active.active_months
            else cast(0 as double)
        end as meeting_months,
        case
            when active.month_starts_on >= recorded.meetings_from and kinds.is_kind_recorded
                then active.active_months
            else cast(0 as double)
        end as kind_months,
        case
            when active.month_starts_on >= recorded.meetings_from and kinds.is_duration_recorded
                then active.active_months
            else cast(0 as double)
        end as timed_months,
        case
            when active.month_starts_on >= recorded.feedback_from then active.active_months
            else cast(0 as double)
        end as feedback_months,
        case
            when active.month_starts_on >= recorded.meetings_from
                then coalesce(joined.meetings_expected_per_month, 0) * active.active_months
            else cast(0 as double)
        end as expected_n,
        {% for column in [
            "scheduled_n", "held_n", "cancelled_n", "no_show_n", "held_somehow_n",
            "held_in_person_n",
            "held_by_video_n", "held_by_phone_n", "held_by_chat_n", "check_ins_n",
            "coffee_chats_n",
        ] -%}
        cast(coalesce(met.{{ column }}, 0) as integer) as {{ column }},
        {% endfor -%}
        cast(coalesce(met.held_hours, 0) as double) as held_hours,
        cast(coalesce(told.feedback_n, 0) as integer) as feedback_n,
        mentee_places.location = mentor_places.location as is_same_site
    from active
    cross join recorded
    cross join kinds
    inner join joined on active.pairing_id = joined.pairing_id
    left join met
        on active.pairing_id = met.pairing_id and active.month_starts_on = met.month_starts_on
    left join told
        on active.pairing_id = told.pairing_id and active.month_starts_on = told.month_starts_on
    left join places as mentee_places
        on
            joined.mentee_key = mentee_places.person_key
            and {{ holds_on(
                "active.counted_on", "mentee_places.valid_from", "mentee_places.valid_to"
            ) }}
    left join places as mentor_places
        on
            joined.mentor_key = mentor_places.person_key
            and {{ holds_on(
                "active.counted_on", "mentor_places.valid_from", "mentor_places.valid_to"
            ) }}

),

{{ placed(
    "counted",
    [
        "pairing_id", "month_starts_on", "active_months", "meeting_months", "kind_months",
        "timed_months", "feedback_months", "expected_n", "scheduled_n", "held_n", "cancelled_n",
        "no_show_n", "held_hours", "held_somehow_n", "held_in_person_n", "held_by_video_n",
        "held_by_phone_n", "held_by_chat_n", "check_ins_n", "coffee_chats_n", "feedback_n",
        "is_same_site",
    ],
) }}
