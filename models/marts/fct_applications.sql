-- An application counts on the day it was made, for the role that it asks for. One that the
-- platform gives no day counts in no period, so it is left out.
with enrollments as (

    select * from {{ ref("stg_program__enrollments") }}
    where applied_on is not null

),

pairings as (

    select * from {{ ref("int_pairings__joined") }}

),

seats_taken as (

    select
        'mentee' as role_code,
        program,
        mentee_key as person_key,
        started_on
    from pairings
    union all
    select
        'mentor' as role_code,
        program,
        mentor_key as person_key,
        started_on
    from pairings

),

matched as (

    select
        enrollments.program_id,
        enrollments.participant_key as person_key,
        enrollments.role_code,
        enrollments.applied_on,
        min(seats_taken.started_on) as started_on
    from enrollments
    inner join seats_taken
        on
            enrollments.program_id = seats_taken.program
            and enrollments.participant_key = seats_taken.person_key
            and enrollments.role_code = seats_taken.role_code
            and enrollments.applied_on <= seats_taken.started_on
    group by
        enrollments.program_id,
        enrollments.participant_key,
        enrollments.role_code,
        enrollments.applied_on

),

made as (

    select
        enrollments.role_code,
        enrollments.program_id as program,
        enrollments.program_id as applied_to,
        enrollments.participant_key as person_key,
        enrollments.applied_on as counted_on,
        enrollments.status_code,
        enrollments.nominated_by_code,
        enrollments.status_code in ('selected', 'waitlisted', 'declined') as is_decided,
        matched.started_on is not null as is_matched,
        {{ days_between("enrollments.applied_on", "settled.follow_up_ends_on") }}
            as followed_days_n,
        {{ days_between("enrollments.applied_on", "enrollments.decided_on") }}
            as days_to_decision_n,
        {{ days_between("enrollments.applied_on", "matched.started_on") }} as days_to_start_n
    from enrollments
    cross join {{ ref("int_settings__resolved") }} as settled
    left join matched
        on
            enrollments.program_id = matched.program_id
            and enrollments.participant_key = matched.person_key
            and enrollments.role_code = matched.role_code
            and enrollments.applied_on = matched.applied_on

),

{{ placed(
    "made",
    [
        "applied_to", "role_code", "status_code", "nominated_by_code", "is_decided", "is_matched",
        "followed_days_n", "days_to_decision_n", "days_to_start_n",
    ],
    population="case made.role_code when 'mentor' then 'mentors' else 'mentees' end",
) }}
