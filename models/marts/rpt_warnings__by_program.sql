with followed as (

    select * from {{ ref("int_warnings__followed") }}

),

foretold as (

    select * from {{ ref("int_troubles__foretold") }}

),

today as (

    select * from {{ ref("int_pairing_days__watched") }}
    where is_today

),

raised as (

    select * from {{ ref("int_warnings__raised") }}
    where is_today

),

open_by_rule as (

    select
        rule,
        pairing_id
    from raised
    union
    select
        'any' as rule,
        pairing_id
    from raised

),

rules as (

    {{ rule_names() }}

),

open_today as (

    select
        rules.rule,
        'open' as figure,
        today.program,
        today.mentee_key,
        case when open_by_rule.rule is null then 0 else 1 end as is_met,
        {{ cohort_of("today.program", "today.started_on") }} as cohort
    from today
    cross join rules
    left join open_by_rule
        on rules.rule = open_by_rule.rule and today.pairing_id = open_by_rule.pairing_id

),

looked_at as (

    select
        rule,
        figure,
        program,
        mentee_key,
        is_met
    from open_today
    union all
    select
        rule,
        'precision' as figure,
        program,
        mentee_key,
        is_troubled as is_met
    from followed
    where is_raised = 1 and place_among_alike = 1
    union all
    select
        rule,
        'without' as figure,
        program,
        mentee_key,
        is_troubled as is_met
    from followed
    where is_raised = 0
    union all
    select
        rule,
        'recall' as figure,
        program,
        mentee_key,
        is_foretold as is_met
    from foretold

),

{{ with_all_programs("looked_at") }},

placed as (

    select
        rule,
        figure,
        in_program as program,
        'all' as cohort,
        mentee_key,
        is_met
    from with_all_programs
    union all
    select
        rule,
        figure,
        program,
        cohort,
        mentee_key,
        is_met
    from open_today
    where rule = 'any'

)

select
    rule,
    figure,
    program,
    cohort,
    cast(sum(is_met) as integer) as met_n,
    cast(count(*) as integer) as looked_at_n,
    cast(count(distinct mentee_key) as integer) as mentees_n,
    cast(count(distinct case when is_met = 1 then mentee_key end) as integer) as met_mentees_n,
    cast(count(distinct case when is_met = 0 then mentee_key end) as integer) as unmet_mentees_n
from placed
group by rule, figure, program, cohort
