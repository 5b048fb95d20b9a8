-- What the owner of a program acts on this week, and what the list before is held against. It names
-- the platform's own pairings and nobody, and never leaves the state folder.
with running as (

    select
        pairing_id,
        program,
        started_on
    from {{ ref("int_pairing_days__watched") }}
    where is_today

),

raised as (

    select * from {{ ref("int_warnings__raised") }}
    where is_today

),

listed as (

    select
        'running' as rule,
        pairing_id,
        program,
        started_on,
        started_on as since_on
    from running
    union all
    select
        rule,
        pairing_id,
        program,
        started_on,
        since_on
    from raised

)

select
    rule,
    pairing_id,
    program,
    {{ cohort_of("program", "started_on") }} as cohort,
    since_on
from listed
