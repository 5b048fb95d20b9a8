-- Protected attributes are offered only where the workspace says so.
with settings as (

    select * from {{ ref("int_settings__resolved") }}

),

dimensions as (

    select
        'all' as dimension,
        false as is_protected
    union all
    select
        'cohort' as dimension,
        false as is_protected
    union all
    select
        'department' as dimension,
        false as is_protected
    union all
    select
        'gender' as dimension,
        true as is_protected
    union all
    select
        'level_band' as dimension,
        false as is_protected
    union all
    select
        'program_type' as dimension,
        false as is_protected
    union all
    select
        'work_arrangement' as dimension,
        false as is_protected

)

select dimensions.dimension
from dimensions
cross join settings
where not dimensions.is_protected or settings.has_gender_dimension
