"""What an export promised: a check, how grave it is when broken, and what to do then.

A promise is plain data. It names an expectation of Great Expectations and its arguments, but
nothing here imports that library, which takes seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Severity = Literal["critical", "warning"]

ROWS_QUERY = "UnexpectedRowsExpectation"
# What replaces `{batch}` may or may not carry an alias of its own.
THE_TABLE_AS_T = "with t as (select * from {batch}) "


@dataclass(frozen=True)
class Promise:
    """One promise of one raw table.

    Attributes:
        table: the raw table that made it.
        name: its short name, unique within the table and column.
        severity: a broken critical promise refuses the build; a broken warning is reported.
        sentence: what was promised, in plain language.
        to_do: what the reader does when it is broken.
        expectation: name of the class in `great_expectations.expectations`.
        arguments: what that class is given.
        column: the column or columns it is about; empty when it is about the table.
        needs: other tables without which it cannot be asked.
        counts_rows: whether a broken promise has a number of rows that break it; otherwise the
            whole table does.
        can_be_confirmed: whether somebody may accept that it is broken; then it refuses nothing.
        broken: what is the case when it is broken, as a template: `{n}` is how many things break
            it, `{rows}` the rows of the table and `{change}` how much more or fewer these are than
            `rows_before`. Without it a broken promise is told by its sentence.
        rows_before: the rows that the table's are compared with.
    """

    table: str
    name: str
    severity: Severity
    sentence: str
    to_do: str
    expectation: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    column: str = ""
    needs: tuple[str, ...] = ()
    counts_rows: bool = True
    can_be_confirmed: bool = False
    broken: str = ""
    rows_before: int = 0

    @property
    def full_name(self) -> str:
        """Its name as `mentorship.yml` writes it."""
        return f"{self.table}.{self.name}"

    def found(self, broken_n: int, rows_n: int) -> str:
        """Return what was found where it is broken, in a sentence.

        Args:
            broken_n: rows, or whatever else it counts, that break it.
            rows_n: rows of the table.
        """
        if self.broken:
            change = rows_n / self.rows_before - 1 if self.rows_before else 0
            return self.broken.format(
                n=f"{broken_n:,}", rows=f"{rows_n:,}", change=percent(abs(change))
            )
        if not self.counts_rows:
            return f"Broken: {self.sentence}"
        share = f" ({percent(broken_n / rows_n)})" if rows_n else ""
        return f"Broken by {broken_n:,} of {rows_n:,} rows{share}: {self.sentence}"


def percent(share: float) -> str:
    """Return a share as percent, in as many digits as a sentence needs."""
    percents = 100 * share
    return f"{percents:.2g} %" if percents < 1 else f"{round(percents, 1):,.10g} %"


def no_row(
    table: str,
    name: str,
    query: str,
    *,
    severity: Severity,
    sentence: str,
    to_do: str,
    column: str = "",
    needs: tuple[str, ...] = (),
    broken: str = "",
) -> Promise:
    """Return the promise that a query finds nothing.

    The query reads the table as `t` and selects a constant for each row that breaks the promise:
    never a cell, so that no result can quote one.
    """
    return Promise(
        table,
        name,
        severity,
        sentence,
        to_do,
        ROWS_QUERY,
        {"unexpected_rows_query": THE_TABLE_AS_T + query},
        column,
        needs,
        broken=broken,
    )


def no_thing(
    table: str,
    name: str,
    query: str,
    *,
    severity: Severity,
    sentence: str,
    broken: str,
    to_do: str,
    column: str = "",
    needs: tuple[str, ...] = (),
) -> Promise:
    """Return the promise that a query finds nothing, where what it finds are no rows.

    `broken` says what they are: `{n}` is how many there are.
    """
    promise = no_row(
        table,
        name,
        query,
        severity=severity,
        sentence=sentence,
        to_do=to_do,
        column=column,
        needs=needs,
        broken=broken,
    )
    return replace(promise, counts_rows=False)


def some_row(
    table: str,
    name: str,
    condition: str,
    *,
    severity: Severity,
    sentence: str,
    broken: str,
    to_do: str,
    column: str = "",
    unless: str = "false",
    needs: tuple[str, ...] = (),
) -> Promise:
    """Return the promise that at least one row fulfills a condition.

    The condition, and what excuses from it, may use the columns of `settings`; the condition those
    of the table, too, named `t`.
    """
    query = (
        f"select 1 as broken from settings where not ({unless}) "
        f"and not exists (select 1 from t where {condition})"
    )
    return no_thing(
        table,
        name,
        query,
        severity=severity,
        sentence=sentence,
        broken=broken,
        to_do=to_do,
        column=column,
        needs=needs,
    )


def known_in(table: str, column: str, parent: str) -> Promise:
    """Return the promise that whatever a column names exists in another table."""
    thing = column.removesuffix("_id")
    return no_row(
        table,
        f"{thing}_is_known",
        f"select 1 as broken from t where t.{column} is not null "
        f"and t.{column} not in (select p.{column} from {parent} as p)",
        severity="warning",
        sentence=f"Every {thing} that {table} names is in {parent}.",
        to_do=f"Export {parent} and {table} from the same system on the same day, without a filter "
        "on either; rows that point nowhere are left out of the measures that need both.",
        column=column,
        needs=(parent,),
    )


def in_a_program_with_pairings(table: str, *, what: str, condition: str = "true") -> Promise:
    """Return the promise that the programs a table names are some in which people are paired.

    A program written in two ways is two, of which one has no participants. The condition may
    restrict the rows, named `t`.
    """
    return no_row(
        table,
        "program_has_pairings",
        f"select 1 as broken from t where t.program_id is not null and {condition} "
        "and t.program_id not in (select p.program_id from pairings as p)",
        severity="warning",
        sentence=f"Every {what} is of a program that has pairings.",
        broken=f"{{n}} of {{rows}} rows of {table} name a program that no pairing has: "
        "they are in no measure of its participants.",
        to_do="Look whether program_id is written alike in both exports, and map one to the other: "
        '`values: {program_id: {"Name in this export": id-in-pairings}}`. A program whose '
        "pairings are still to come needs nothing.",
        column="program_id",
        needs=("pairings",),
    )


def not_after_as_of(table: str, column: str, *, what: str, condition: str = "true") -> Promise:
    """Return the promise that nothing lies later than the day after `as_of`.

    The one day of grace is for time zones. The condition may restrict the rows, named `t`.
    """
    return no_row(
        table,
        f"{column}_is_not_in_the_future",
        "select 1 as broken from t cross join settings as s "
        f"where {condition} and cast(t.{column} as date) > s.as_of + interval 1 day",
        severity="warning",
        sentence=f"No {what} lies after the date up to which the exports are known (as_of).",
        to_do="If the exports were made on different days, export them again together or set as_of "
        "in mentorship.yml; otherwise look for mistyped years and swapped days and months.",
        column=column,
    )


def in_order(table: str, earlier: str, later: str, *, sentence: str) -> Promise:
    """Return the promise that one date of a row does not lie after another."""
    return no_row(
        table,
        f"{later}_is_not_before_{earlier}",
        f"select 1 as broken from t where cast(t.{later} as date) < cast(t.{earlier} as date)",
        severity="warning",
        sentence=sentence,
        to_do=f"Correct {earlier} or {later} where the export comes from; swapped columns in the "
        "mapping and a wrong date format are the usual causes.",
        column=f"{earlier}, {later}",
    )
