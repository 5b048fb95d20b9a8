-- Every rule on every day a pairing was looked at, raised or not, and what came in the days after;
-- days that are not over for long enough are left out. `any` is raised where any rule is.
with settings as (

    select * from {{ ref("int_settings__resolved") }}

),

raised as (

    select * from {{ ref("int_warnings__raised") }}

),

watched as (

    select * from {{ ref("int_pairing_days__watched") }}

),

troubles as (

    select * from {{ ref("int_troubles__dated") }}

),

rules as (

    {{ rule_names() }}

),

raised_by_rule as (

    select
        rule,
        pairing_id,
        checked_on
    from raised
    union
    select
        'any' as rule,
        pairing_id,
        checked_on
    from raised

),

followed as (

    select
        watched.pairing_id,
        watched.program,
        watched.mentee_key,
        watched.checked_on,
        max(case when troubles.pairing_id is null then 0 else 1 end) as is_troubled
    from watched
    cross join settings
    left join troubles
        on
            {{ foretells("watched") }}
    where
        not watched.is_today
        and {{ days_later("watched.checked_on", var("warning_days")) }} <= settings.as_of
    group by watched.pairing_id, watched.program, watched.mentee_key, watched.checked_on

)

select
    rules.rule,
    followed.pairing_id,
    followed.program,
    followed.mentee_key,
    followed.checked_on,
    followed.is_troubled,
    case when raised_by_rule.rule is null then 0 else 1 end as is_raised,
    row_number() over (
        partition by
            rules.rule,
            followed.pairing_id,
            case when raised_by_rule.rule is null then 0 else 1 end
        order by followed.checked_on
    ) as place_among_alike
from followed
cross join rules
left join raised_by_rule
    on
        rules.rule = raised_by_rule.rule
        and followed.pairing_id = raised_by_rule.pairing_id
        and followed.checked_on = raised_by_rule.checked_on
