"""The head of an export: where its header rows end and what its columns are called."""

from __future__ import annotations

import itertools
import json
import re
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.files.headers import folded
from workspace.errors import DataRefused, Place

# How many records may stand above the header of a survey export.
LOOK_AHEAD = 12
# What stands under one of the columns V1, V2, ... of an old export of Qualtrics.
LEGACY_LABEL = "ResponseID"
UTC = ("Z", "UTC", "GMT", "Etc/UTC")
OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d{2}))?")
# What SurveyMonkey writes under a question that has one column only.
WHOLE_QUESTIONS = ("", "response", "open-ended_response")


@dataclass(frozen=True)
class Record:
    """One record of a delimited file and the physical lines it spans."""

    cells: tuple[str, ...]
    first_line: int
    last_line: int


@dataclass(frozen=True)
class Head:
    """What stands above an export's records.

    Attributes:
        names: one name per column.
        labels: the question of each column; empty where there is none.
        last_line: physical line on which the header rows end.
        records_n: records that belong to the head.
        timezone: time zone the export declares for its timestamps.
        unread_zones: what it declares, where that is no one time zone.
        ids: the vendor's own id of each column; empty where the export says none.
        above: what the row above the headers says over each column, a merged cell over all of
            them; empty where there is none.
    """

    names: tuple[str, ...]
    labels: tuple[str, ...]
    last_line: int
    records_n: int
    timezone: str | None = None
    unread_zones: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    above: tuple[str, ...] = ()


def table_head(opening: Sequence[Record], file: str) -> Head:
    """Return the head of a file whose first record names the columns."""
    if not opening:
        raise DataRefused(
            "The export begins with no row of headers that can be read.",
            place=Place(file, 1),
            found="a quote followed by text, or nothing",
            expected="a row of headers",
            to_do="export again",
        )
    header = opening[0]
    return Head(header.cells, ("",) * len(header.cells), header.last_line, 1)


def qualtrics_head(opening: Sequence[Record], file: str) -> Head:
    """Return the head of a Qualtrics export, told by its ImportId row or its V columns."""
    for n, record in enumerate(opening):
        import_ids = [_import_id(cell) for cell in record.cells]
        if n > 0 and any(import_ids):
            names = opening[max(n - 2, 0)].cells
            labels = opening[n - 1].cells if n > 1 else ("",) * len(names)
            zones = [one["timeZone"] for one in import_ids if one and "timeZone" in one]
            zone, unread = _zone(zones)
            return Head(
                names,
                _padded(labels, names),
                record.last_line,
                n + 1,
                zone,
                unread,
                _padded([one.get("ImportId", "") if one else "" for one in import_ids], names),
            )
    if len(opening) > 1 and _is_legacy(opening[0].cells, opening[1].cells):
        codes, texts = opening[0].cells, _padded(opening[1].cells, opening[0].cells)
        names = tuple(
            text if re.fullmatch(r"V\d+", code.strip()) else code
            for code, text in zip(codes, texts, strict=True)
        )
        return Head(names, texts, opening[1].last_line, 2)
    raise DataRefused(
        "This is not an export of Qualtrics as it comes.",
        place=Place(file, 1),
        found=f"no row of ImportIds in the first {len(opening)} records",
        expected="three header rows, the third with ImportId, or the legacy columns V1, V2, ...",
        to_do="export again without removing header rows, or use preset canonical with `columns:`",
    )


def surveymonkey_head(opening: Sequence[Record], file: str) -> Head:
    """Return the head of a SurveyMonkey export: questions in one row, options in the next.

    A question's further columns are blank in the first row. An option, or the row of a matrix, is
    named by its question and itself; `Response` and the like are the question alone.
    """
    for n, (first, second) in enumerate(itertools.pairwise(opening)):
        if not _is_questions_over_options(first, second):
            continue
        questions, names = [], []
        question = ""
        for cell, option in zip(first.cells, _padded(second.cells, first.cells), strict=True):
            question = cell.strip() or (question if option.strip() else "")
            is_whole = folded(option) in WHOLE_QUESTIONS
            questions.append(question)
            names.append(question if is_whole or not question else f"{question}: {option.strip()}")
        return Head(tuple(names), tuple(questions), second.last_line, n + 2)
    raise DataRefused(
        "This is not an export of SurveyMonkey as it comes.",
        place=Place(file, 1),
        found=f"no row of questions over a row of options in the first {len(opening)} records",
        expected="two header rows: Respondent ID, ... and the questions; under them the options",
        to_do="export all individual responses again without removing header rows, or use preset "
        "canonical with `columns:`",
    )


def _is_questions_over_options(first: Record, second: Record) -> bool:
    """Return whether two records are the header rows of SurveyMonkey.

    The first names the respondent's id, under which nothing stands; further on the second says
    something, as it does under every question.
    """
    if not first.cells or folded(first.cells[0]).replace("_", "") != "respondentid":
        return False
    below = second.cells
    return bool(below) and not below[0].strip() and any(cell.strip() for cell in below)


def _import_id(cell: str) -> dict[str, str] | None:
    """Return what an ImportId cell declares, or None for any other cell."""
    if '"ImportId"' not in cell:
        return None
    try:
        parsed = json.loads(cell)
    except json.JSONDecodeError:
        return None
    return {str(k): str(v) for k, v in parsed.items()} if isinstance(parsed, dict) else None


def _is_legacy(codes: Sequence[str], labels: Sequence[str]) -> bool:
    """Return whether two records are the header rows of an old export of Qualtrics."""
    is_coded = bool(codes) and re.fullmatch(r"V\d+", codes[0].strip()) is not None
    return is_coded and folded(LEGACY_LABEL) in {folded(label) for label in labels}


def _zone(declared: Sequence[str]) -> tuple[str | None, tuple[str, ...]]:
    """Return the time zone that an export declares, None for UTC; or what it says instead."""
    zones = tuple(sorted(set(declared)))
    named = [_named_zone(zone) for zone in zones]
    if not zones:
        return None, ()
    if None in named or len(set(named)) > 1:
        return None, zones
    return (None if named[0] == "UTC" else named[0]), ()


def _named_zone(declared: str) -> str | None:
    """Return the name of a time zone that an export declares by name or by hours from UTC."""
    known = zoneinfo.available_timezones()
    if declared in UTC or declared in known:
        return "UTC" if declared in UTC else declared
    offset = OFFSET.fullmatch(declared)
    if offset is None or int(offset[3] or 0):
        return None
    # These names count from the other side: Etc/GMT-1 is an hour ahead of UTC.
    name = f"Etc/GMT{'-' if offset[1] == '+' else '+'}{int(offset[2])}"
    return "UTC" if not int(offset[2]) else name if name in known else None


def _padded(cells: Sequence[str], like: Sequence[str]) -> tuple[str, ...]:
    return tuple((*cells, *[""] * len(like))[: len(like)])


HEADS = {
    "table": table_head,
    "qualtrics": qualtrics_head,
    "surveymonkey": surveymonkey_head,
}
