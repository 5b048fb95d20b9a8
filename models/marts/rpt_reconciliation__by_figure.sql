-- What a mentoring platform prints of itself, counted from its exports as of a day, and beside each
-- figure what may set the two apart.
{%- set day = var("reconciliation_as_of") %}
with settings as (

    select
        {% if day %}cast('{{ day }}' as date){% else %}as_of{% endif %} as reconciled_on
    from {{ ref("int_settings__resolved") }}

),

stretches as (

    select * from {{ ref("stg_program__pairings") }}

),

pairings as (

    select
        joined.pairing_id,
        joined.mentee_key,
        joined.stretches_n,
        joined.ended_on,
        joined.end_reason,
        joined.due_on,
        settings.reconciled_on,
        coalesce(joined.ended_on >= settings.reconciled_on, true) as is_active
    from {{ ref("int_pairings__joined") }} as joined
    cross join settings
    where joined.started_on <= settings.reconciled_on

),

mentees as (

    select
        pairing_id,
        min(mentee_key) as mentee_key
    from stretches
    group by pairing_id

),

meetings as (

    select
        meetings.status_code,
        meetings.duration_minutes,
        mentees.mentee_key,
        meetings.scheduled_on > settings.reconciled_on as is_later,
        meetings.status_code = 'held'
        and meetings.scheduled_on <= settings.reconciled_on
        and meetings.duration_minutes is null as is_timeless
    from {{ ref("stg_program__meetings") }} as meetings
    cross join settings
    left join mentees on meetings.pairing_id = mentees.pairing_id

),

later as (

    select
        count(distinct stretches.pairing_id) as pairings_n,
        count(distinct stretches.mentee_key) as people_n
    from stretches
    cross join settings
    left join pairings on stretches.pairing_id = pairings.pairing_id
    where stretches.started_on > settings.reconciled_on and pairings.pairing_id is null

),

of_pairings as (

    select
        count(*) as pairings_n,
        count(distinct mentee_key) as people_n,
        coalesce(sum(stretches_n - 1), 0) as reopened_n,
        count(distinct case when stretches_n > 1 then mentee_key end) as reopened_people_n,
        count(case when is_active then 1 end) as active_n,
        count(distinct case when is_active then mentee_key end) as active_people_n,
        count(case when not is_active and end_reason = 'completed' then 1 end) as completed_n,
        count(distinct case when not is_active and end_reason = 'completed' then mentee_key end)
            as completed_people_n,
        count(
            case when not is_active and end_reason = 'completed' and ended_on < due_on then 1 end
        ) as early_n,
        count(
            distinct case
                when not is_active and end_reason = 'completed' and ended_on < due_on
                    then mentee_key
            end
        ) as early_people_n,
        count(case when not is_active and end_reason is null then 1 end) as unexplained_n,
        count(distinct case when not is_active and end_reason is null then mentee_key end)
            as unexplained_people_n
    from pairings

),

of_meetings as (

    select
        count(case when status_code = 'held' and not is_later then 1 end) as held_n,
        count(distinct case when status_code = 'held' and not is_later then mentee_key end)
            as people_n,
        cast(
            coalesce(
                sum(case when status_code = 'held' and not is_later then duration_minutes end), 0
            ) as double
        ) / 60 as hours,
        count(case when is_timeless then 1 end) as without_duration_n,
        count(distinct case when is_timeless then mentee_key end) as without_duration_people_n,
        count(case when status_code = 'cancelled' and not is_later then 1 end) as cancelled_n,
        count(distinct case when status_code = 'cancelled' and not is_later then mentee_key end)
            as cancelled_people_n,
        count(case when status_code = 'no_show' and not is_later then 1 end) as no_show_n,
        count(distinct case when status_code = 'no_show' and not is_later then mentee_key end)
            as no_show_people_n,
        count(case when is_later then 1 end) as later_n,
        count(distinct case when is_later then mentee_key end) as later_people_n
    from meetings

),

counted as (

    {% for figure, reason, value, people, source in [
        ("pairings", "total", "pairings_n", "people_n", "of_pairings"),
        ("pairings", "reopened", "reopened_n", "reopened_people_n", "of_pairings"),
        ("pairings", "later", "pairings_n", "people_n", "later"),
        ("active_pairings", "total", "active_n", "active_people_n", "of_pairings"),
        ("completed_pairings", "total", "completed_n", "completed_people_n", "of_pairings"),
        ("completed_pairings", "before_due", "early_n", "early_people_n", "of_pairings"),
        ("completed_pairings", "no_end_reason", "unexplained_n", "unexplained_people_n",
         "of_pairings"),
        ("meetings", "total", "held_n", "people_n", "of_meetings"),
        ("meetings", "cancelled", "cancelled_n", "cancelled_people_n", "of_meetings"),
        ("meetings", "no_show", "no_show_n", "no_show_people_n", "of_meetings"),
        ("meetings", "later", "later_n", "later_people_n", "of_meetings"),
        ("hours", "total", "hours", "people_n", "of_meetings"),
        ("hours", "without_duration", "without_duration_n",
         "without_duration_people_n", "of_meetings"),
    ] -%}
    select
        '{{ figure }}' as figure,
        '{{ reason }}' as reason,
        cast({{ value }} as double) as counted,
        cast({{ people }} as integer) as people_n
    from {{ source }}
    {{ "union all" if not loop.last }}
    {% endfor %}

)

select
    figure,
    reason,
    counted,
    people_n
from counted
