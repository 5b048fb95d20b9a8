-- Pairings whose planned time is over, on its last day, and how they ended. People are as on the
-- day of the start, since whoever ended a pairing by leaving is not there on its last day.
{#- Within so many days a new pairing is one instead of the old. #}
{%- set rematch_days = 90 %}
with pairings as (

    select * from {{ ref("int_pairings__joined") }}
    where due_on is not null

),

places as (

    select * from {{ ref("int_employment__attributed") }}

),

others as (

    select distinct
        ended.pairing_id,
        1 as is_rematched
    from pairings as ended
    inner join pairings as followed
        on
            ended.mentee_key = followed.mentee_key
            and ended.program = followed.program
            and ended.mentor_key <> followed.mentor_key
            and ended.ended_on <= followed.started_on
            and {{ days_later("ended.ended_on", rematch_days) }} >= followed.started_on

),

ended as (

    select
        pairings.pairing_id,
        pairings.program,
        pairings.mentee_key as person_key,
        pairings.due_on as counted_on,
        pairings.started_on,
        pairings.stretches_n,
        case
            when
                coalesce(pairings.ended_on >= pairings.due_on, true)
                and coalesce(pairings.end_reason, '') <> 'inactivity'
                then 'lasted'
            when
                pairings.end_reason in (
                    'participant', 'administrator', 'inactivity', 'left_company'
                )
                then pairings.end_reason
            else 'concluded'
        end as ended_by,
        coalesce(others.is_rematched, 0) = 1 as is_rematched,
        {{ days_between("pairings.ended_on", "settled.follow_up_ends_on") }} >= {{ rematch_days }}
            as is_followed_after_end,
        mentee_places.location = mentor_places.location as is_same_site
    from pairings
    cross join {{ ref("int_settings__resolved") }} as settled
    left join others on pairings.pairing_id = others.pairing_id
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
    "ended",
    [
        "pairing_id", "stretches_n", "ended_by", "is_rematched", "is_followed_after_end",
        "is_same_site",
    ],
    attributes_on="ended.started_on",
) }}
