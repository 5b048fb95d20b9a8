-- A change is in hundredths of its scale, so that it is one number whatever the scale. Of all
-- programs together a person is there with the newest program only.
with compared as (

    select
        *,
        row_number() over (
            partition by person_key, construct
            order by last_on desc, program asc, survey_id asc, scale_max asc
        ) as newest_of_all,
        row_number() over (
            partition by person_key, construct, program
            order by last_on desc, survey_id asc, scale_max asc
        ) as newest_of_program
    from {{ ref("int_scores__compared") }}

),

participants as (

    select * from {{ ref("int_participants__attributed") }}
    where population in ('mentees', 'mentors')

),

attributed as (

    select * from {{ ref("int_employment__attributed") }}

)

select
    participants.population,
    participants.program,
    participants.cohort,
    attributed.department,
    attributed.level_band,
    attributed.work_arrangement,
    attributed.gender,
    compared.person_key,
    compared.last_on as counted_on,
    compared.construct,
    cast(
        100 * (compared.last_score - compared.first_score)
        / (compared.scale_max - compared.scale_min) as double
    ) as change_points
from compared
inner join participants
    on
        compared.person_key = participants.person_key
        and (
            (compared.program = participants.program and compared.newest_of_program = 1)
            or (participants.program = 'all' and compared.newest_of_all = 1)
        )
inner join attributed
    on
        compared.person_key = attributed.person_key
        and {{ holds_on("compared.last_on", "attributed.valid_from", "attributed.valid_to") }}
where compared.scale_max > compared.scale_min
