select
    program_id,
    program_name,
    program_type,
    starts_on,
    ends_on,
    is_voluntary,
    planned_duration_days,
    meetings_expected_per_month,
    budget_amount,
    budget_currency
from {{ source("raw", "programs") }}
