select
    'retention_' || cast(horizon_months as {{ dbt.type_string() }}) || '_months' as measure,
    population,
    program,
    dimension,
    member,
    period_grain,
    period_start,
    cast(retained_n as double) as numerator,
    cast(followed_n as double) as denominator
from {{ ref("int_windows__by_period") }}
