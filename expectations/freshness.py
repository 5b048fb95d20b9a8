"""Is an export as new as the others? Measured from `as_of`, so no clock is asked."""

from __future__ import annotations

from expectations.known import Known
from expectations.past import DATES
from expectations.promise import Promise, no_thing, some_row
from workspace.config import ExpectationsConfig

# What only running pairings bring forth.
OF_PAIRINGS = frozenset({"meetings", "goals", "feedback"})

EXPORT_AGAIN = (
    "Look whether the export is of the same day as the others and whether a date range in its "
    "report has ended, and export it again; if as_of in mentorship.yml is later than the day of "
    "the exports, set it to that day: people who left in between count as staying."
)


def promises(table: str, limits: ExpectationsConfig, known: Known) -> tuple[Promise, ...]:
    """Return what a table promises about its newest row, and its sources about theirs."""
    days = limits.stale_after_days.get(table)
    has_limited_source = any(limit.table == table for limit in known.sources)
    return (
        *(() if days is None else (_table_reaches(table, days),)),
        *((_sources_reach(table),) if has_limited_source else ()),
    )


def names() -> set[str]:
    """Return the name of every promise that this module can make, as `table.expectation`."""
    return {
        f"{table}.{name}"
        for table in DATES
        for name in ("reaches_as_of", "each_source_reaches_as_of")
    }


def _table_reaches(table: str, days: int) -> Promise:
    column = DATES[table]
    is_late = (
        f"cast(t.{column} as date) <= settings.as_of "
        f"and cast(t.{column} as date) > settings.as_of - interval {days} day"
    )
    if table not in OF_PAIRINGS:
        return some_row(
            table,
            "reaches_as_of",
            is_late,
            severity="warning",
            sentence=f"The newest row of {table} up to as_of lies within {days} days before it.",
            broken=f"The newest row of {table} up to as_of lies {days} days or more before it.",
            to_do=EXPORT_AGAIN,
            column=column,
        )
    is_idle = (
        "select 1 from pairings as p where p.started_on <= settings.as_of "
        f"- interval {days} day and (p.ended_on is null or p.ended_on > settings.as_of)"
    )
    return some_row(
        table,
        "reaches_as_of",
        is_late,
        unless=f"not exists ({is_idle})",
        severity="warning",
        sentence=f"While pairings run, the newest row of {table} up to as_of lies within {days} "
        "days before it.",
        broken=f"Pairings run, and the newest row of {table} up to as_of lies {days} days or more "
        "before it.",
        to_do=EXPORT_AGAIN,
        column=column,
        needs=("pairings",),
    )


def _sources_reach(table: str) -> Promise:
    """Return the promise about the exports that have a limit of their own, if there are any."""
    column = DATES[table]
    return no_thing(
        table,
        "each_source_reaches_as_of",
        f"""
        select 1 as broken
        from (
            select k.place, k.days, max(newest.newest_on) as newest_on
            from known.sources as k
            left join (
                select t._source, max(cast(t.{column} as date)) as newest_on
                from t cross join settings as s
                where cast(t.{column} as date) <= s.as_of
                group by t._source
            ) as newest on k.source = newest._source
            where k.table_name = '{table}'
            group by k.place, k.days
        ) as each_source
        cross join settings as s
        where newest_on is null or newest_on <= s.as_of - to_days(days)
        """,
        severity="warning",
        sentence="Every source with a limit of its own (stale_after_days) has a row within so many "
        "days before as_of.",
        broken=f"Sources of {table} without a row within the days before as_of that they must "
        "reach (stale_after_days): {n}.",
        to_do=EXPORT_AGAIN,
        column=column,
    )
