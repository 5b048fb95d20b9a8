-- A goal counts on the day it was due; people are as on the day it was set.
with goals as (

    select * from {{ ref("stg_program__goals") }}
    where due_on is not null

),

pairings as (

    select * from {{ ref("int_pairings__joined") }}

),

due as (

    select
        goals.goal_id,
        pairings.program,
        pairings.mentee_key as person_key,
        goals.due_on as counted_on,
        goals.set_on,
        goals.category,
        coalesce(goals.status_code, 'open') as status_code,
        goals.status_code = 'completed' or goals.completed_on is not null as is_completed,
        {{ days_between("goals.due_on", "goals.completed_on") }} as days_late_n
    from goals
    inner join pairings on goals.pairing_id = pairings.pairing_id

),

{{ placed(
    "due",
    ["goal_id", "category", "status_code", "is_completed", "days_late_n"],
    attributes_on="due.set_on",
) }}
