-- Who answered, who commented, and who touched which theme: of all programs and waves, of each
-- program, and of each wave. Whoever said several things of a theme, or said it again, is one
-- person.
with comments as (

    select * from {{ ref("int_comments__read") }}

),

themed as (

    select * from {{ ref("int_comments__themed") }}

),

said as (

    select
        survey_id,
        wave,
        program_id,
        respondent,
        'answered' as said
    from comments
    union all
    select
        survey_id,
        wave,
        program_id,
        respondent,
        'all' as said
    from comments
    where words is not null
    union all
    select
        survey_id,
        wave,
        program_id,
        respondent,
        'assigned' as said
    from themed
    union all
    select
        survey_id,
        wave,
        program_id,
        respondent,
        theme as said
    from themed

),

placed as (

    select
        survey_id,
        'all' as program,
        'all' as wave,
        respondent,
        said
    from said
    union all
    select
        survey_id,
        program_id as program,
        'all' as wave,
        respondent,
        said
    from said
    where program_id is not null
    union all
    select
        survey_id,
        'all' as program,
        wave,
        respondent,
        said
    from said

),

counted as (

    select
        survey_id,
        program,
        wave,
        said,
        count(distinct respondent) as people_n
    from placed
    group by survey_id, program, wave, said

),

cells as (

    select
        survey_id,
        program,
        wave,
        max(case when said = 'answered' then people_n end) as answered_n,
        coalesce(max(case when said = 'all' then people_n end), 0) as commented_n,
        coalesce(max(case when said = 'assigned' then people_n end), 0) as assigned_n
    from counted
    group by survey_id, program, wave

),

themes as (
    {{ comment_themes() }}
    union all
    select 'all' as theme
    union all
    select 'unassigned' as theme

)

select
    cells.survey_id,
    cells.program,
    cells.wave,
    themes.theme,
    cast(
        case
            when themes.theme = 'unassigned' then cells.commented_n - cells.assigned_n
            else coalesce(counted.people_n, 0)
        end as integer
    ) as people_n,
    cast(
        case when themes.theme = 'all' then cells.answered_n else cells.commented_n end as integer
    ) as of_people_n
from cells
cross join themes
left join counted
    on
        cells.survey_id = counted.survey_id
        and cells.program = counted.program
        and cells.wave = counted.wave
        and themes.theme = counted.said
