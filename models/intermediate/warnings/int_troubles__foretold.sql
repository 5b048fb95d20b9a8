-- The first trouble of every pairing that was looked at in the days before it, and by which rules
-- it was foretold then.
with troubles as (

    select
        pairing_id,
        min(happened_on) as happened_on
    from {{ ref("int_troubles__dated") }}
    group by pairing_id

),

watched as (

    select * from {{ ref("int_pairing_days__watched") }}
    where not is_today

),

raised as (

    select * from {{ ref("int_warnings__raised") }}
    where not is_today

),

seen as (

    select distinct
        watched.pairing_id,
        watched.program,
        watched.mentee_key,
        troubles.happened_on
    from watched
    inner join troubles
        on
            {{ foretells("watched") }}

),

foretold as (

    select distinct
        raised.rule,
        raised.pairing_id
    from raised
    inner join troubles
        on
            {{ foretells("raised") }}

),

foretold_by_rule as (

    select
        rule,
        pairing_id
    from foretold
    union
    select
        'any' as rule,
        pairing_id
    from foretold

),

rules as (

    {{ rule_names() }}

)

select
    rules.rule,
    seen.pairing_id,
    seen.program,
    seen.mentee_key,
    case when foretold_by_rule.rule is null then 0 else 1 end as is_foretold
from seen
cross join rules
left join foretold_by_rule
    on rules.rule = foretold_by_rule.rule and seen.pairing_id = foretold_by_rule.pairing_id
