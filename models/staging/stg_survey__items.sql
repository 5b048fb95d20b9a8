select
    survey_id,
    item_id,
    construct,
    text as item_text,
    kind as item_kind,
    scale_min,
    scale_max,
    coalesce(is_reversed, false) as is_reversed
from {{ source("raw", "survey_items") }}
