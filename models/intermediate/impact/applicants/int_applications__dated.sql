-- An application counts from the month in which it was made, and is turned down from the month in
-- which that was decided. Where the platform has no rounds, those of a calendar quarter are one.
with settings as (

    select as_of from {{ ref("int_settings__resolved") }}

),

enrollments as (

    select
        *,
        coalesce(applied_on, decided_on) as known_on,
        coalesce(decided_on, applied_on) as settled_on
    from {{ ref("stg_program__enrollments") }}

)

select
    enrollments.role_code as role,
    enrollments.program_id as program,
    people.person_number,
    enrollments.status_code as status,
    enrollments.assignment_code as assignment,
    coalesce(
        enrollments.draw_id,
        enrollments.application_round,
        cast(
            cast({{ dbt.date_trunc("quarter", "enrollments.known_on") }} as date)
            as {{ dbt.type_string() }}
        )
    ) as application_round,
    {{ month_number("enrollments.known_on") }} as applied_number,
    {{ month_number("enrollments.settled_on") }} as decided_number
from enrollments
cross join settings
inner join {{ ref("int_people__numbered") }} as people
    on enrollments.participant_key = people.person_key
where
    enrollments.known_on <= settings.as_of
    and enrollments.settled_on <= settings.as_of
    and enrollments.role_code in ({{ quoted_texts(var("impact_roles")) }})
