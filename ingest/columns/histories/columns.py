"""What is read from each record of an export, before rows are derived.

An export that holds today's state, a snapshot or a log says things that no canonical table has a
column for: the day somebody was hired, the day of the snapshot. They are read like any column.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.columns.presets import Preset
from ingest.contract import JOB_HISTORY, Column, Table

STANDINGS = ("active", "leave", "left")
# What a change of a job may change.
ATTRIBUTES = (
    "department",
    "level",
    "job_title",
    "location",
    "work_arrangement",
    "manager_id",
    "employment_type",
)
MOVES = ("department", "location")


@dataclass(frozen=True)
class Derivation:
    """A way of deriving rows from records.

    Attributes:
        meaning: what it makes of what, in a sentence.
        columns: what is read from each record; for `latest` besides the table's own columns.
    """

    meaning: str
    columns: tuple[Column, ...]


_WHO = JOB_HISTORY.column("employee_id")
_STATE = (
    *(JOB_HISTORY.column(name) for name in ATTRIBUTES),
    JOB_HISTORY.column("exit_reason"),
    Column("standing", "code", "whether the person is employed", codes=STANDINGS),
)
_SPELL = (
    Column("hired_on", "date", "first day of the first employment"),
    Column("rehired_on", "date", "first day of the latest employment, where it is another"),
    Column("left_on", "date", "day of leaving; a day to come is a plan"),
    Column("in_job_since", "date", "first day in the present job"),
)
_PROMOTED = Column("promoted_on", "date", "day of the latest promotion")

DERIVATIONS: dict[str, Derivation] = {
    "spells": Derivation(
        "Today's state of each person, or one record per employment, becomes hires, rehires and "
        "exits.",
        (_WHO, *_SPELL, _PROMOTED, *_STATE),
    ),
    "snapshots": Derivation(
        "Everybody as of one day, once a month or a year, becomes what changed in between.",
        (
            _WHO,
            Column("snapshot_on", "date", "the day the record describes", is_required=True),
            *_SPELL,
            *_STATE,
        ),
    ),
    "changes": Derivation(
        "Effective-dated records in any order become events.",
        (
            _WHO,
            Column("effective_on", "date", "first day on which the record holds", is_required=True),
            Column("sequence", "integer", "order of several changes of one day"),
            Column(
                "reason", "text", "what the source calls the change; `values:` maps it to an event"
            ),
            Column("hired_on", "date", "first day of employment, where the history begins later"),
            *_STATE,
        ),
    ),
    "latest": Derivation(
        "Of several records with one key the last one tells.",
        (Column("told_at", "timestamp", "when the record was written"),),
    ),
}


def columns_read(table: Table, preset: Preset) -> tuple[Column, ...]:
    """Return the columns that are read from each record of an export."""
    if preset.is_wide:
        return tuple(column for column in table.columns if column.name not in ("item_id", "answer"))
    if preset.turn is None:
        return table.columns
    read = DERIVATIONS[preset.turn].columns
    return (*table.columns, *read) if preset.turn == "latest" else read


def differ(names: Sequence[str], *, is_new_too: bool, now: str = "", before: str = "known_") -> str:
    """Return the SQL that tells whether an attribute is another than one before.

    Args:
        names: the attributes.
        is_new_too: an attribute that was unknown and is known counts as another.
        now: what the names of what holds now begin with.
        before: what the names of what held before begin with.
    """
    return " or ".join(
        f"({now}{name} is distinct from {before}{name} and {now}{name} is not null)"
        if is_new_too
        else f"coalesce({now}{name} <> {before}{name}, false)"
        for name in names
    )
