"""Whether a preset can be followed: whatever it names is there.

What the database has to read, patterns and date formats, is checked where there is a database.
"""

from __future__ import annotations

from collections.abc import Iterable

from ingest.columns.histories.columns import columns_read
from ingest.columns.presets import Preset
from ingest.contract import JOB_HISTORY, TABLES, Column, Table
from ingest.files.headers import folded
from ingest.names import nearest, unknown
from ingest.records.reasons import REASONS
from workspace.errors import ConfigError, Place

ANYTHING = "*"
GUIDE = "docs/how-to/add-a-preset.md"


def check_preset(preset: Preset, table: Table) -> None:
    """Refuse a preset that cannot be followed into a table.

    Args:
        preset: the preset.
        table: the table it fills here.

    Raises:
        ConfigError: it names a column, header, reason or word that there is not.
    """
    columns = {c.name: c for c in (*table.columns, *columns_read(table, preset))}
    # A preset for any table may name the columns of each.
    tables = TABLES.values() if preset.table is None else ()
    known = {*columns, *(column.name for one in tables for column in one.columns)}
    for key, named in _named(preset):
        for name in named:
            if name not in known:
                raise _unknown(preset, key, f"column of {table.name}", name, columns)
    _check_words(preset, columns)
    for rule in preset.set_aside:
        if rule.reason not in REASONS:
            raise _unknown(preset, "set_aside", "reason", rule.reason, REASONS)
        if not rule.values and not rule.is_no:
            raise ConfigError(
                f"The rule about {rule.header} sets no record aside.",
                place=place_in(preset, "set_aside"),
                expected="`values`, or `is_no: true`",
                to_do=f"see {GUIDE}",
            )
    _check_headers(preset, known)


def check_table(preset: Preset) -> None:
    """Refuse a preset that fills a table which does not exist.

    Raises:
        ConfigError: there is no such table.
    """
    if preset.table is not None and preset.table not in TABLES:
        raise _unknown(preset, "table", "table", preset.table, TABLES)


def place_in(preset: Preset, key: str) -> Place:
    """Return where in a preset's file something is said."""
    return Place(f"{preset.file} ({key})")


def words_of(column: Column) -> tuple[str, ...]:
    """Return the words that a column knows without `values:`."""
    return JOB_HISTORY.column("event").codes if column.name == "reason" else column.codes


def _named(preset: Preset) -> Iterable[tuple[str, Iterable[str]]]:
    """Yield each key of a preset that names columns, with the names."""
    yield "columns", preset.columns
    yield "constants", preset.constants
    yield "values", preset.values
    yield "rewrites", preset.rewrites
    yield "composed", preset.composed
    for parts in preset.composed.values():
        yield "composed", parts


def _check_words(preset: Preset, columns: dict[str, Column]) -> None:
    """Refuse a meaning that its column does not know."""
    for name, meanings in preset.values.items():
        words = words_of(columns[name]) if name in columns else ()
        for means in meanings.values():
            if words and means and folded(means.replace("-", " ")) not in words:
                raise _unknown(preset, f"values.{name}", f"word of {name}", means, words)


def _check_headers(preset: Preset, columns: Iterable[str]) -> None:
    """Refuse date formats of a header that the preset reads nowhere."""
    offered = [header for headers in preset.columns.values() for header in headers]
    own = [name for name in columns if name not in preset.columns]
    known = {folded(header) for header in (ANYTHING, *offered, *own)}
    for header in preset.date_formats:
        if folded(header) not in known:
            named = preset.columns.get(header)
            near = named[0] if named else nearest(header, (*offered, *own))
            raise ConfigError(
                f"The preset reads no column with the header {header}.",
                place=place_in(preset, "date_formats"),
                found=header,
                expected='a header of the export, or "*" for any',
                to_do=f"did you mean {near}?" if near else f"see {GUIDE}",
            )


def _unknown(preset: Preset, key: str, what: str, name: str, names: Iterable[str]) -> ConfigError:
    sentence = f"The preset names an unknown {what}: {name}."
    return unknown(sentence, name, names, place=place_in(preset, key), guide=GUIDE)
