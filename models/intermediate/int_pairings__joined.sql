-- The stretches of a pairing that reopened are one pairing, which ends as its last stretch does.
-- The last day of the planned time is as many days in as were planned, the first day being one of
-- them.
with stretches as (

    select
        *,
        row_number() over (partition by pairing_id order by started_on desc) as from_last
    from {{ ref("stg_program__pairings") }}

),

settings as (

    select * from {{ ref("int_settings__resolved") }}

),

programs as (

    select * from {{ ref("stg_program__programs") }}

),

joined as (

    select
        stretches.pairing_id,
        cast(count(*) as integer) as stretches_n,
        max(stretches.program_id) as program,
        max(case when stretches.from_last = 1 then stretches.mentor_key end) as mentor_key,
        max(case when stretches.from_last = 1 then stretches.mentee_key end) as mentee_key,
        min(stretches.started_on) as started_on,
        max(case when stretches.from_last = 1 then stretches.ended_on end) as ended_on,
        max(case when stretches.from_last = 1 then stretches.end_reason end) as end_reason,
        min(stretches.expectations_agreed_on) as agreed_on
    from stretches
    cross join settings
    where stretches.started_on <= settings.as_of
    group by stretches.pairing_id

)

select
    joined.pairing_id,
    joined.program,
    joined.mentor_key,
    joined.mentee_key,
    joined.started_on,
    joined.ended_on,
    joined.end_reason,
    joined.agreed_on,
    joined.stretches_n,
    programs.meetings_expected_per_month,
    coalesce(programs.program_type, 'unknown') as program_type,
    {{ days_later("joined.started_on", "programs.planned_duration_days - 1") }} as due_on,
    max(case when joined.agreed_on is null then 0 else 1 end) over () = 1 as is_agreement_recorded
from joined
left join programs on joined.program = programs.program_id
