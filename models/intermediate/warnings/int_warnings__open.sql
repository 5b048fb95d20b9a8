-- What the owner of a program acts on this week. It names the platform's own pairing and nobody.
select
    rule,
    pairing_id,
    program,
    since_on,
    program || ' ' || cast(extract(year from started_on) as {{ dbt.type_string() }})
    || '-Q' || cast(extract(quarter from started_on) as {{ dbt.type_string() }}) as cohort
from {{ ref("int_warnings__raised") }}
where is_today
