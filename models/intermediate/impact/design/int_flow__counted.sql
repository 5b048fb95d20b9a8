-- Where everybody went: persons, from the workforce to the matched, with the reason of each loss.
with starts as (

    select * from {{ ref("int_starts__first") }}

),

programs as (

    -- Also those whose every start is too recent or not eligible: their flow says so.
    select
        role,
        'all' as program
    from starts
    union
    select
        role,
        program
    from starts

),

trials as (

    select * from {{ ref("int_trials__months") }}

),

considered as (

    select
        *,
        {{ role_name("role_number") }} as role
    from {{ ref("int_trials__considered") }}

),

matched as (

    select
        listed.role,
        listed.program,
        matched.person_number,
        matched.rung
    from {{ ref("int_groups__matched") }} as matched
    inner join {{ ref("int_groups__listed") }} as listed
        on matched.group_number = listed.group_number
    where matched.design = 'headline' and listed.subgroup_dimension = 'all'

),

starters as (

    select
        starts.role,
        programs.program,
        starts.person_number,
        case
            when trials.trial_month is null then 'too recent to be followed'
            when considered.person_number is null then 'not employed on the day before'
            else considered.exclusion_reason
        end as exclusion_reason
    from starts
    inner join programs
        on
            starts.role = programs.role
            and (programs.program = 'all' or starts.program = programs.program)
    left join trials on starts.role = trials.role and starts.start_month = trials.trial_month
    left join considered
        on
            starts.role = considered.role
            and starts.person_number = considered.person_number
            and trials.trial_month_number = considered.trial_month_number

),

control_people as (

    select
        role,
        person_number,
        min(exclusion_reason) as exclusion_reason,
        max(case when exclusion_reason is null then 1 else 0 end) as is_eligible
    from considered
    where program is null and coalesce(exclusion_reason, '') <> 'in the role before'
    group by role, person_number

),

weighted_people as (

    select
        listed.role,
        listed.program,
        count(*) as control_n
    from {{ ref("int_follow_ups__monthly") }} as monthly
    inner join {{ ref("int_groups__listed") }} as listed
        on monthly.group_number = listed.group_number
    where
        monthly.arm = 'comparison'
        and monthly.month = 1
        and listed.subgroup_dimension = 'all'
    group by listed.role, listed.program

),

treated_steps as (

    select
        role,
        program,
        1 as step_number,
        'workforce' as step,
        '' as reason,
        count(*) as treated_n
    from starters
    group by role, program
    union all
    select
        role,
        program,
        2 as step_number,
        'not eligible' as step,
        exclusion_reason as reason,
        count(*) as treated_n
    from starters
    where exclusion_reason is not null
    group by role, program, exclusion_reason
    union all
    select
        role,
        program,
        3 as step_number,
        'trials' as step,
        '' as reason,
        count(*) as treated_n
    from matched
    group by role, program
    union all
    select
        role,
        program,
        4 as step_number,
        'matched at rung ' || cast(rung as {{ dbt.type_string() }}) as step,
        '' as reason,
        count(*) as treated_n
    from matched
    where rung is not null
    group by role, program, rung
    union all
    select
        role,
        program,
        5 as step_number,
        'unmatched' as step,
        'nobody alike on any rung' as reason,
        count(*) as treated_n
    from matched
    where rung is null
    group by role, program
    union all
    select
        role,
        program,
        6 as step_number,
        'matched' as step,
        '' as reason,
        count(*) as treated_n
    from matched
    where rung is not null
    group by role, program

),

control_steps as (

    select
        role,
        'workforce' as step,
        '' as reason,
        count(*) as control_n
    from control_people
    group by role
    union all
    select
        role,
        'not eligible' as step,
        exclusion_reason as reason,
        count(*) as control_n
    from control_people
    where is_eligible = 0
    group by role, exclusion_reason
    union all
    select
        role,
        'trials' as step,
        '' as reason,
        count(*) as control_n
    from control_people
    where is_eligible = 1
    group by role

),

control_by_program as (

    select
        programs.role,
        programs.program,
        control_steps.step,
        control_steps.reason,
        control_steps.control_n
    from control_steps
    inner join programs on control_steps.role = programs.role
    union all
    select
        role,
        program,
        'matched' as step,
        '' as reason,
        control_n
    from weighted_people

)

select
    treated_steps.treated_n,
    control_by_program.control_n,
    coalesce(treated_steps.role, control_by_program.role) as role,
    coalesce(treated_steps.program, control_by_program.program) as program,
    coalesce(treated_steps.step_number, 2) as step_number,
    coalesce(treated_steps.step, control_by_program.step) as step,
    coalesce(treated_steps.reason, control_by_program.reason) as reason
from treated_steps
full outer join control_by_program
    on
        treated_steps.role = control_by_program.role
        and treated_steps.program = control_by_program.program
        and treated_steps.step = control_by_program.step
        and treated_steps.reason = control_by_program.reason
