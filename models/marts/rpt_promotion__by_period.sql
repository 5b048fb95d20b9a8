select
    'promotion_' || cast(horizon_months as {{ dbt.type_string() }}) || '_months' as measure,
    population,
    program,
    dimension,
    member,
    period_grain,
    period_start,
    cast(promoted_n as double) as numerator,
    cast(followed_n as double) as denominator
from {{ ref("int_windows__by_period") }}
union all
select
    'promotion_rate' as measure,
    'workforce' as population,
    'all' as program,
    dimension,
    member,
    period_grain,
    period_start,
    cast(promoted_n as double) as numerator,
    cast(average_headcount as double) as denominator
from {{ ref("int_workforce__promoted_by_period") }}
