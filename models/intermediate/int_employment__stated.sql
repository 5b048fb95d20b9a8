-- A day with an exit and a hire continues the employment, unless it is the person's first day: then
-- they came and left at once. A first row that is neither stands for someone hired earlier.
with days as (

    select
        *,
        row_number() over (partition by person_number order by effective_on) = 1 as is_first_day
    from {{ ref("int_job_history__merged_by_day") }}

),

announced as (

    select
        *,
        case
            when is_exit and (not is_hire or is_first_day) then 'out'
            when is_hire then 'in'
        end as announced_state
    from days

),

stated as (

    select
        *,
        coalesce(
            {{ last_known("announced_state", "person_number", "effective_on") }}, 'in'
        ) as state
    from announced

),

compared as (

    select
        *,
        lag(state) over (partition by person_number order by effective_on) as previous_state
    from stated

),

started as (

    select
        *,
        state = 'in' and coalesce(previous_state, 'out') = 'out' as is_start,
        state = 'out' and coalesce(previous_state, 'out') = 'in' as is_end
    from compared

)

select
    person_number,
    person_key,
    effective_on,
    is_hire,
    is_promotion,
    department,
    level,
    location,
    work_arrangement,
    manager_key,
    employment_type,
    exit_reason,
    state,
    is_start,
    is_end,
    cast(
        sum(case when is_start then 1 else 0 end) over (
            partition by person_number order by effective_on
            rows between unbounded preceding and current row
        ) as integer
    ) as spell_number
from started
