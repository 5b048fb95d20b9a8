"""What every table promises beside the loads before it: as many rows, the same values and past.

A load that breaks such a promise on purpose is confirmed once, and is what the next is compared
with.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace

from expectations.known import Known
from expectations.past import DATES, month_of
from expectations.promise import Promise, no_row, no_thing, percent
from expectations.values import WATCHABLE, mark_of
from ingest.contract import TABLES
from workspace.config import ExpectationsConfig

# Fewer rows than this may multiply: a program that begins.
GROWING_ROWS_MIN = 100
# Values of fewer rows than this may come and go.
GONE_ROWS_MIN = 5
# Fewer rows than this may always be corrected.
RESTATED_ROWS_MIN = 5

CONFIRM = (
    "if that is meant, confirm it once with `mentorship build --full-refresh`, and later loads are "
    "compared with this one."
)
LISTED = "changed_values.csv in the quarantine folder lists them"

# What can be promised of each table once it has been loaded before.
NAMES = ("keeps_its_volume", "does_not_multiply")
PAST_NAME = "keeps_its_past"
VALUE_NAMES = ("has_no_new_value", "keeps_its_values")


def promises(table: str, limits: ExpectationsConfig, known: Known) -> tuple[Promise, ...]:
    """Return what a table promises beside the loads before it; nothing before the first."""
    before = known.volumes.get(table, 0)
    if not before:
        return ()
    columns = known.marks.get(table, {})
    made = (
        _keeps_its_volume(table, before, limits.maximum_shrink_share),
        *(
            (_does_not_multiply(table, before, limits.maximum_growth_factor),)
            if before >= GROWING_ROWS_MIN
            else ()
        ),
        *(
            (_keeps_its_past(table, known.months_as_of, limits),)
            if known.months_as_of is not None and table in known.months
            else ()
        ),
        *(
            promise
            for column in limits.watched_columns.get(table, ())
            if column in columns
            for promise in (_has_no_new_value(table, column), _keeps_its_values(table, column))
        ),
    )
    return tuple(replace(promise, can_be_confirmed=True) for promise in made)


def names() -> set[str]:
    """Return the name of every promise that this module can make, as `table.expectation`."""
    return {
        *(f"{table}.{name}" for table in TABLES for name in NAMES),
        *(f"{table}.{PAST_NAME}" for table in DATES),
        *(f"{table}.{name}" for table in WATCHABLE for name in VALUE_NAMES),
    }


def _keeps_its_volume(table: str, before: int, maximum_shrink_share: float) -> Promise:
    fewest = math.ceil(round(before * (1 - maximum_shrink_share), 6))
    return Promise(
        table,
        "keeps_its_volume",
        "critical" if TABLES[table].is_required else "warning",
        f"{table} has at least {fewest:,} rows: the last load had {before:,}, and at most "
        f"{percent(maximum_shrink_share)} of them may be missing.",
        "Look for a filter, a shorter date range, a department or the leavers that the export left "
        f"out, and export it again; {CONFIRM}",
        "ExpectTableRowCountToBeBetween",
        {"min_value": fewest},
        counts_rows=False,
        broken=f"{table} has {{rows}} rows, {{change}} fewer than the last load's {before:,}.",
        rows_before=before,
    )


def _does_not_multiply(table: str, before: int, maximum_growth_factor: float) -> Promise:
    most = math.floor(round(before * maximum_growth_factor, 6))
    return Promise(
        table,
        "does_not_multiply",
        "warning",
        f"{table} has at most {most:,} rows: the last load had {before:,}, and "
        f"{maximum_growth_factor:.4g} times as many are plausible.",
        f"Look for one export that two sources read, and for rows that a join repeated; {CONFIRM}",
        "ExpectTableRowCountToBeBetween",
        {"max_value": most},
        counts_rows=False,
        broken=f"{table} has {{rows}} rows, {{change}} more than the last load's {before:,}.",
        rows_before=before,
    )


def _keeps_its_past(table: str, last_as_of: dt.date, limits: ExpectationsConfig) -> Promise:
    """Return the promise that months which had ended well before the last load are as they were.

    Rows that are gone from a month, or new to it, are counted together.
    """
    open_since = f"{last_as_of - dt.timedelta(days=limits.late_entry_days):%Y-%m}"
    return no_row(
        table,
        PAST_NAME,
        f"""
        select 1 as broken
        from (
            select restated_n, sum(restated_n) over () as all_restated_n, sum(then_n) over ()
                as all_then_n
            from (
                select k.rows_n as then_n,
                    abs(coalesce(n.rows_n, 0) - coalesce(k.rows_n, 0)) as restated_n
                from (
                    select {month_of(table)} as month, count(*) as rows_n
                    from t where t.{DATES[table]} is not null group by all
                ) as n
                full join (
                    select month, rows_n from known.months where table_name = '{table}'
                ) as k on n.month = k.month
                where left(coalesce(n.month, k.month), 7) < '{open_since}'
            ) as compared
        ) as summed
        cross join unnest(range(restated_n)) as each_row(place)
        where all_restated_n >= {RESTATED_ROWS_MIN}
            and all_restated_n > {limits.maximum_restated_share} * coalesce(all_then_n, 0)
        """,
        severity="warning",
        sentence=f"Of the months before {open_since}, {table} has the rows that it had in the last "
        f"load; at most {percent(limits.maximum_restated_share)} of them were entered late, dated "
        "back or left out.",
        broken=f"Rows of {table} of the months before {open_since} that have come or gone since "
        "the last load: {n}.",
        to_do="Numbers that were reported already have changed. Look whether the date range of "
        "the report has moved on and leaves its beginning out, and for changes that were entered "
        f"long after their day; {CONFIRM}",
        column=DATES[table],
    )


def _has_no_new_value(table: str, column: str) -> Promise:
    return no_row(
        table,
        "has_no_new_value",
        f"""
        select 1 as broken
        from t
        where t.{column} in (
            select v.value
            from (select distinct {column} as value from t where {column} is not null) as v
            cross join known.salt as s
            where {mark_of("v.value", "s.salt")} not in (
                select k.mark
                from known.marks as k
                where k.table_name = '{table}' and k.column_name = '{column}'
            )
        )
        """,
        severity="warning",
        sentence=f"Every {column} of {table} was there in an earlier load.",
        to_do="A new spelling of an old name splits its people into two groups: map it under "
        f"values in mentorship.yml; what is really new needs nothing. {LISTED}.",
        column=column,
    )


def _keeps_its_values(table: str, column: str) -> Promise:
    return no_thing(
        table,
        "keeps_its_values",
        f"""
        select 1 as broken
        from known.marks as k
        where k.table_name = '{table}'
            and k.column_name = '{column}'
            and k.rows_n >= {GONE_ROWS_MIN}
            and k.mark not in (
                select {mark_of("v.value", "s.salt")}
                from (select distinct {column} as value from t where {column} is not null) as v
                cross join known.salt as s
            )
        """,
        severity="warning",
        sentence=f"Every {column} that {GONE_ROWS_MIN} or more rows of {table} had in the last "
        "load is still there.",
        broken=f"Values of {column} that {GONE_ROWS_MIN} or more rows of {table} had in the last "
        "load and none has now: {n}.",
        to_do=f"Look whether the export left out a {column} or renamed it, and export it again or "
        f"map the new name under values in mentorship.yml; {LISTED}.",
        column=column,
    )
