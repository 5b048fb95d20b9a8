"""What an export of performance reviews promises beyond its columns."""

from __future__ import annotations

from expectations.promise import Promise, no_row, not_after_as_of

TABLE = "performance_reviews"

PROMISES: tuple[Promise, ...] = (
    no_row(
        TABLE,
        "rating_is_on_its_scale",
        "select 1 as broken from t "
        "where t.rating < 0 or t.rating > t.rating_scale_max or t.rating_scale_max <= 0",
        severity="warning",
        sentence="Ratings lie between 0 and the highest rating possible.",
        to_do="Give each review cycle its own rating_scale_max, and leave the cell empty where "
        "somebody was not rated instead of a code such as -1 or 99.",
        column="rating",
    ),
    not_after_as_of(TABLE, "reviewed_on", what="review"),
)
