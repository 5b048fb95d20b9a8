with settings as (

    select * from {{ ref("int_settings__resolved") }}

),

seated as (

    select * from {{ ref("int_responses__seated") }}

)

select
    seated.population,
    seated.program,
    seated.cohort,
    seated.department,
    seated.level_band,
    seated.work_arrangement,
    seated.gender,
    seated.respondent as person_key,
    seated.submitted_on as counted_on,
    seated.survey_id,
    seated.wave,
    seated.response_id,
    seated.submitted_at,
    seated.construct,
    seated.item_kind,
    cast(seated.scale_max as double) as scale_max,
    cast(seated.scale_min as {{ dbt.type_string() }})
    || '-'
    || cast(seated.scale_max as {{ dbt.type_string() }}) as scale_name,
    cast(seated.score as double) as score
from seated
cross join settings
where seated.submitted_on <= settings.as_of
