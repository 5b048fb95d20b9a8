"""What a list of people promises beyond its columns."""

from __future__ import annotations

from expectations.promise import Promise, no_row

TABLE = "people"

PROMISES: tuple[Promise, ...] = (
    no_row(
        TABLE,
        "birth_year_is_plausible",
        "select 1 as broken from t cross join settings as s "
        "where t.birth_year < 1920 or t.birth_year > extract(year from s.as_of) - 14",
        severity="warning",
        sentence="Years of birth lie after 1919 and make everybody at least 14 years old.",
        to_do="Look for two-digit years and for placeholders such as 1900 in the export.",
        column="birth_year",
    ),
)
