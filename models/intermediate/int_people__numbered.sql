-- A short number stands for the long key wherever a person has a row per month.
with people as (

    select distinct person_key from {{ ref("stg_hris__job_history") }}

)

select
    person_key,
    cast(row_number() over (order by person_key) as integer) as person_number
from people
