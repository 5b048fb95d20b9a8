"""JSON documents and JSON lines, landed as text: one record an object, nested keys as headers.

`{"hired": {"on": "2026-01-31"}}` fills the column `hired.on`; a list of plain values is joined with
semicolons; a list of objects stays JSON. Numbers are kept digit by digit, as they are written.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from ingest.files.headers import folded
from ingest.files.local import fingerprint
from ingest.files.readers.encodings import UTF8, Encoding, declared_encoding, early_encoding
from ingest.files.readers.furniture import remarks_on_columns
from ingest.files.readers.heads import Head
from ingest.files.readers.landing import Landing, Options
from ingest.files.readers.relation import Relation, printable
from ingest.files.readers.scan import START_BYTES
from workspace.errors import ConfigError, DataRefused, Place

# A document is read whole, and takes several times its size in memory.
LARGEST_DOCUMENT = 1 << 28
LONGEST_LINE = 1 << 26
LINES_SUFFIXES = (".jsonl", ".ndjson")
DEEPEST = 32
# More headers than this are ids that somebody used as keys.
COLUMNS_MAX = 2_000
# How far down the records are looked for.
DEEPEST_RECORDS = 3
CANDIDATES_SHOWN = 10


class _Written(str):
    """A number as it is written."""

    __slots__ = ()


class _Object(dict[str, Any]):
    """An object that says which of its keys stood twice."""

    repeated: tuple[str, ...] = ()


class _TooDeep(Exception):
    """Lists and objects inside each other beyond any export."""


@dataclass
class _Run:
    """One run through a file: the sign before decimals, and what was noticed on the way."""

    decimal: str
    nan_n: int = 0
    columns: dict[str, int] = field(default_factory=dict)
    # Keys by what a reader sees of them, each with its column; and those of another spelling.
    folds: dict[str, str] = field(default_factory=dict)
    spellings: dict[str, str] = field(default_factory=dict)

    def places(self, headers: Collection[str]) -> list[int]:
        """Return the column of each key of a record; a key in another spelling has the same one.

        Two keys of one record are two columns, unless an earlier record has said otherwise.
        """
        for header in headers:
            if header in self.columns or header in self.spellings:
                continue
            known = self.folds.setdefault(folded(header) or header, header)
            if known != header and known not in headers:
                self.spellings[header] = known
            else:
                self.columns[header] = len(self.columns)
        return [self.columns[self.spellings.get(header, header)] for header in headers]


def land_json(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    *,
    name: str,
    shown: str,
    options: Options,
) -> Landing:
    """Return a file of JSON landed as the relation `name`.

    `_line` is the line of JSON lines, and the record's number in a document.

    Args:
        connection: ingest's own in-memory connection.
        path: the file.
        name: what the relation is to be called.
        shown: how errors name the file.
        options: the path of keys that leads to the records, where the user says it.

    Raises:
        DataRefused: the file is no JSON, is too large, or holds no records.
        ConfigError: the path of keys leads nowhere, or several lists could be the records.
    """
    with path.open("rb") as file:
        start = file.read(START_BYTES)
    declared = (
        None if options.encoding is None else declared_encoding(options.encoding, start, shown)
    )
    encoding = declared or early_encoding(start) or Encoding(UTF8)
    run = _Run(options.decimal)
    remarks = [] if encoding.remark is None else [encoding.remark]
    relation = Relation(connection, name, 0, shown)
    try:
        if _is_lines(path, encoding):
            _land_lines(path, encoding, relation, run, options)
            remarks.append("read as JSON lines, one record a line.")
        else:
            remarks.extend(_land_document(path, encoding, relation, run, options))
    except UnicodeError as error:
        raise _undecodable(encoding, shown) from error
    relation.close()
    if not run.columns:
        raise DataRefused(
            "The export holds no record.",
            place=Place(shown),
            found="a list with nothing in it that has a name",
            expected="a list of objects",
            to_do="export again; or name another list with `records_path:`",
        )
    if run.nan_n:
        values = "value is" if run.nan_n == 1 else "values are"
        remarks.append(f"{run.nan_n} {values} NaN, and read as empty.")
    remarks.extend(
        f"the keys {known} and {other} look the same, and are read as one column."
        for other, known in run.spellings.items()
    )
    names = tuple(run.columns)
    head = Head(names, ("",) * len(names), 0, 0)
    return Landing(
        view=name,
        head=head,
        records_n=relation.records_n,
        misfits=tuple(relation.misfits),
        sha256=fingerprint(path),
        size_bytes=path.stat().st_size,
        remarks=(*remarks, *remarks_on_columns(connection, name, head)),
    )


def _is_lines(path: Path, encoding: Encoding) -> bool:
    """Return whether the first line is a whole object and another one begins below it.

    Of a single object the name tells whether it is a line of others to come.
    """
    with path.open(encoding=encoding.name, errors="replace", newline="\n") as file:
        filled = (line for line in iter(lambda: file.readline(LONGEST_LINE), "") if line.strip())
        first, second = next(filled, ""), next(filled, "")
    has_another = second.lstrip().startswith("{")
    is_alone = not second and path.suffix.lower() in LINES_SUFFIXES
    if not (first.lstrip().startswith("{") and (has_another or is_alone)):
        return False
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return False
    return True


def _land_lines(
    path: Path, encoding: Encoding, relation: Relation, run: _Run, options: Options
) -> None:
    keys = _keys(options)
    with path.open(encoding=encoding.name, errors="surrogateescape", newline="\n") as file:
        number = 0
        while line := file.readline(LONGEST_LINE):
            number += 1
            if len(line) == LONGEST_LINE:
                raise _endless(relation.shown, number)
            if not line.strip():
                continue
            try:
                found = _parsed(line.rstrip("\r\n"))
                for key in keys:
                    found = found[key]
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                relation.set_apart(number, "broken_json", _what_broke(error), [line])
                continue
            for record in found if keys and isinstance(found, list) else [found]:
                _take_in(relation, run, number, record)


def _land_document(
    path: Path, encoding: Encoding, relation: Relation, run: _Run, options: Options
) -> list[str]:
    """Take in the records of a document; return how they were found, unless the user said."""
    size = path.stat().st_size
    if size > LARGEST_DOCUMENT:
        raise DataRefused(
            "The JSON document is too large to be read as a whole.",
            place=Place(relation.shown),
            found=f"{size >> 20} MB",
            expected=f"at most {LARGEST_DOCUMENT >> 20} MB",
            to_do="export as JSON lines, as CSV, or in parts",
        )
    text = path.read_text(encoding=encoding.name)
    try:
        document = _parsed(text)
    except json.JSONDecodeError as error:
        raise DataRefused(
            "The export is no JSON.",
            place=Place(relation.shown, error.lineno),
            found=f"{error.msg}, at character {error.colno} of the line",
            expected="a JSON document, or JSON lines",
            to_do="export again; the file may have been cut off",
        ) from error
    except RecursionError as error:
        raise DataRefused(
            "The export is nested too deeply.",
            place=Place(relation.shown),
            found="hundreds of lists and objects inside each other",
            expected="a list of records",
            to_do="export again",
        ) from error
    records, remarks = _records_of(document, options, relation.shown)
    for number, record in enumerate(records, 1):
        _take_in(relation, run, number, record)
    return remarks


def _records_of(document: Any, options: Options, shown: str) -> tuple[list[Any], list[str]]:
    """Return the list of records in a document, and how it was found."""
    keys = _keys(options)
    if keys:
        found = document
        for n, key in enumerate(keys):
            if not isinstance(found, dict) or key not in found:
                there = (
                    ", ".join(sorted(found)[:CANDIDATES_SHOWN]) if isinstance(found, dict) else ""
                )
                raise ConfigError(
                    "`records_path:` leads nowhere.",
                    place=Place(shown, column=".".join(keys[: n + 1])),
                    found=f"the keys {there}" if there else f"{_kind(found)} without keys",
                    expected=f"the key {key}",
                    to_do="correct `records_path:`",
                )
            _refuse_repeated(found, key, shown)
            found = found[key]
        if isinstance(found, dict):
            return [found], []
        if isinstance(found, list):
            return found, []
        raise ConfigError(
            "`records_path:` leads to no list.",
            place=Place(shown, column=".".join(keys)),
            found=_kind(found),
            expected="a list of objects",
            to_do="correct `records_path:`",
        )
    if isinstance(document, list):
        return document, []
    candidates = list(_lists_in(document, ()))
    if not candidates and isinstance(document, dict) and _is_flat(document):
        return [document], ["the document is one record."]
    filled = [(path, found) for path, found in candidates if found] or candidates
    if len(filled) != 1:
        listed = ", ".join(".".join(path) for path, _ in filled[:CANDIDATES_SHOWN])
        raise ConfigError(
            "It cannot be told which list of the document holds the records.",
            place=Place(shown),
            found=f"the lists {listed}" if filled else "no list of objects",
            expected="one list of objects, or its path in the workspace",
            to_do=f"say it, as in `records_path: {'.'.join(filled[0][0])}`"
            if filled
            else "name the object that is the record with `records_path:`",
        )
    path, found = filled[0]
    _refuse_repeated(document, path[0], shown)
    return found, [f"the records are the list {'.'.join(path)}."]


def _is_flat(found: dict[str, Any]) -> bool:
    """Return whether an object holds plain values only, so that nothing in it is a record."""
    return bool(found) and not any(isinstance(value, (dict, list)) for value in found.values())


def _lists_in(found: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], list[Any]]]:
    """Yield the lists of objects, and empty lists, that only objects lead to."""
    if not isinstance(found, dict) or len(path) >= DEEPEST_RECORDS:
        return
    for key, value in found.items():
        if isinstance(value, list) and all(isinstance(item, dict) for item in value):
            yield (*path, key), value
        else:
            yield from _lists_in(value, (*path, key))


def _refuse_repeated(found: Any, key: str, shown: str) -> None:
    if isinstance(found, _Object) and key in found.repeated:
        raise DataRefused(
            "A key that leads to the records stands twice.",
            place=Place(shown, column=key),
            expected="each key once",
            to_do="export again",
        )


def _take_in(relation: Relation, run: _Run, number: int, record: Any) -> None:
    """Flatten a record into the relation, which grows with its keys."""
    if not isinstance(record, dict):
        relation.set_apart(number, "no_record", _kind(record), [_raw(record)])
        return
    flat: dict[str, str | None] = {}
    repeated: list[str] = []
    try:
        _flatten(record, (), flat, repeated, run)
    except _TooDeep:
        found = f"lists and objects more than {DEEPEST} deep"
        relation.set_apart(number, "broken_json", found, [_raw(record)])
        return
    places = run.places(flat)
    if len(set(places)) < len(places):
        repeated.extend(header for header in flat if header in run.spellings)
    if len(run.columns) > COLUMNS_MAX:
        raise DataRefused(
            "The records have too many different keys.",
            place=Place(relation.shown, number),
            found=f"more than {COLUMNS_MAX} keys",
            expected="the same few keys in every record",
            to_do="name the list of records with `records_path:`; keys may be ids here",
        )
    relation.widen(len(run.columns))
    if repeated:
        found = f"{len(repeated)} keys twice" if len(repeated) > 1 else "a key twice"
        relation.set_apart(number, "repeated_key", found, [_raw(record)])
        return
    cells = [""] * len(run.columns)
    for place, text in zip(places, flat.values(), strict=True):
        cells[place] = text or ""
    relation.add(number, cells)


def _flatten(
    found: dict[str, Any],
    path: tuple[str, ...],
    flat: dict[str, str | None],
    repeated: list[str],
    run: _Run,
) -> None:
    if len(path) >= DEEPEST:
        raise _TooDeep
    if isinstance(found, _Object):
        repeated.extend(found.repeated)
    for key, value in found.items():
        if isinstance(value, dict) and value:
            _flatten(value, (*path, key), flat, repeated, run)
            continue
        header = printable(".".join((*path, key)))
        if header in flat:
            repeated.append(header)
        flat[header] = _text(value, run)


def _text(value: Any, run: _Run) -> str | None:
    """Return a value as text, None when it is empty."""
    if isinstance(value, _Written):
        return value.replace(".", run.decimal)
    if isinstance(value, str):
        return value or None
    if value is None or value == {} or value == []:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        run.nan_n += 1
        return None
    if isinstance(value, list):
        plain = [_text(item, run) for item in value if not isinstance(item, (dict, list))]
        if len(plain) == len(value) and not any(text and ";" in text for text in plain):
            return ";".join(text for text in plain if text is not None) or None
    return _as_json(value)


def _parsed(text: str) -> Any:
    """Return a text's JSON: numbers as they are written, NaN as a float."""
    return json.loads(
        text,
        object_pairs_hook=_object,
        parse_int=_Written,
        parse_float=_Written,
        parse_constant=_constant,
    )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = _Object(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        found.repeated = tuple(key for key in found if keys.count(key) > 1)
    return found


def _constant(text: str) -> float | _Written:
    return float("nan") if text == "NaN" else _Written(text)


def _as_json(value: Any, depth: int = 0) -> str:
    """Return a value as JSON, its numbers as they were written."""
    if depth > DEEPEST:
        raise _TooDeep
    if isinstance(value, _Written):
        return str(value)
    if isinstance(value, dict):
        inner = (f"{json.dumps(key)}: {_as_json(item, depth + 1)}" for key, item in value.items())
        return f"{{{', '.join(inner)}}}"
    if isinstance(value, list):
        return f"[{', '.join(_as_json(item, depth + 1) for item in value)}]"
    return json.dumps(value, ensure_ascii=False)


def _raw(value: Any) -> str:
    """Return a record as JSON for whoever looks at it, as far as it can be written."""
    try:
        return _as_json(value)
    except _TooDeep:
        return ""


def _keys(options: Options) -> tuple[str, ...]:
    path = options.records_path
    return () if path is None or not path.strip() else tuple(path.strip().split("."))


def _kind(value: Any) -> str:
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    return "nothing" if value is None else "a plain value"


def _what_broke(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg}, at character {error.colno}"
    if isinstance(error, (KeyError, TypeError)):
        return "no such key as `records_path:` names"
    return "no JSON"


def _endless(shown: str, line: int) -> DataRefused:
    return DataRefused(
        "A line of the export does not end.",
        place=Place(shown, line),
        found=f"more than {LONGEST_LINE >> 20} million characters",
        expected="one record a line",
        to_do="export again",
    )


def _undecodable(encoding: Encoding, shown: str) -> DataRefused:
    return DataRefused(
        f"The export is not {encoding.plain_name}.",
        place=Place(shown),
        found="bytes that are none of its characters",
        expected="JSON in UTF-8",
        to_do="export again, as UTF-8; or say the encoding, as in `encoding: cp1252`",
    )
