-- Thirds of the level range stand in where the workspace does not say what its levels mean.
with settings as (

    select * from {{ ref("stg_ingest__settings") }}

),

level_range as (

    select
        min(level) as level_min,
        (max(level) - min(level) + 1) / 3.0 as level_third
    from {{ ref("stg_hris__job_history") }}

)

select
    settings.organization,
    settings.as_of,
    settings.follow_up_ends_on,
    settings.has_gender_dimension,
    coalesce(
        settings.middle_level_min,
        cast(ceil(level_range.level_min + level_range.level_third) as integer)
    ) as middle_level_min,
    coalesce(
        settings.senior_level_min,
        cast(ceil(level_range.level_min + 2 * level_range.level_third) as integer)
    ) as senior_level_min
from settings
cross join level_range
