-- A program that only its pairings name is still a program.
with declared as (

    select * from {{ ref("stg_program__programs") }}

),

paired as (

    select
        program_id,
        min(started_on) as started_on
    from {{ ref("stg_program__pairings") }}
    group by program_id

)

select
    declared.is_voluntary,
    coalesce(declared.program_id, paired.program_id) as program,
    coalesce(declared.program_name, paired.program_id, declared.program_id) as program_name,
    coalesce(declared.program_type, 'unknown') as program_type,
    coalesce(declared.starts_on, paired.started_on) as starts_on
from declared
full outer join paired on declared.program_id = paired.program_id
