"""How many files `init` places: of header rows of which half was kept out of tuning.

    python tests/ingest/recognition/test_header_rows.py [tuned_on | kept_out | ...]

prints the figures of all halves, or of those named with what became of each of their files.
"""

from __future__ import annotations

import sys
import tempfile
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from ingest.recognition import Draft, Recognition, recognize

pytestmark = pytest.mark.slow

ROWS = Path(__file__).with_name("header_rows.yml")
PUBLIC_ROWS = Path(__file__).with_name("public_rows.yml")
FURTHER_ROWS = Path(__file__).with_name("further_rows.yml")
RIGHT_SHARE_MIN = 0.8
HALVES = (
    "tuned_on",
    "kept_out",
    "fresh",
    "public_tuned_on",
    "public_kept_out",
    "public_late",
    "public_last",
    "further_tuned_on",
    "further_kept_out",
    "further_last",
    "further_new",
    "further_newest",
    "further_after",
    "further_practices",
    "blind",
)
# What was tried once, by somebody who had seen no rule, is kept as it came out: nothing wrong.
TUNED = HALVES[:-1]
OUTCOMES = ("placed right", "placed wrong", "not placed")


@dataclass(frozen=True)
class Outcome:
    """What became of one file."""

    name: str
    half: str
    outcome: str
    why: str


def half_of(row: dict[str, Any]) -> str:
    if row.get("is_fresh"):
        return HALVES[2]
    drawn = zlib.crc32(row["name"].encode()) % 2 == 1
    if row.get("is_blind"):
        return HALVES[14]
    if row.get("is_of_practices"):
        return HALVES[13]
    if row.get("is_after"):
        return HALVES[12]
    if row.get("is_newest"):
        return HALVES[11]
    if row.get("is_new"):
        return HALVES[10]
    if row.get("is_last"):
        return HALVES[9] if row["is_further"] else HALVES[6]
    if row.get("is_late"):
        return HALVES[5]
    if row["is_public"]:
        return HALVES[3] if drawn else HALVES[4]
    if row["is_further"]:
        return HALVES[8] if zlib.crc32(row["name"].encode()) % 4 == 2 else HALVES[7]
    return HALVES[0] if drawn or row.get("is_tuned_on") else HALVES[1]


def rows() -> list[dict[str, Any]]:
    return [
        {**row, "is_public": path == PUBLIC_ROWS, "is_further": path == FURTHER_ROWS}
        for path in (ROWS, PUBLIC_ROWS, FURTHER_ROWS)
        for row in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


def outcome_of(row: dict[str, Any], folder: Path) -> Outcome:
    folder.mkdir()
    (folder / row["file"]).write_text(row["text"], encoding="utf-8")
    found = recognize(folder)
    wrong = _wrong(row["expect"], found)
    missing = _missing(row["expect"], found)
    if wrong:
        return Outcome(row["name"], half_of(row), OUTCOMES[1], wrong)
    if missing:
        return Outcome(row["name"], half_of(row), OUTCOMES[2], missing)
    return Outcome(row["name"], half_of(row), OUTCOMES[0], "")


def _wrong(expect: dict[str, Any], found: Recognition) -> str:
    """Return what was drafted and is not so."""
    for draft in found.drafts:
        allowed = _columns(expect, draft)
        if allowed is None:
            return f"drafted as {draft.table}/{draft.preset}"
        for column, header in _drafted(draft).items():
            said = allowed.get(column) or allowed.get(f"({column})")
            if header not in (said if isinstance(said, list) else [said]):
                return f"{draft.table}: {column} is taken from {header}"
    return ""


def _missing(expect: dict[str, Any], found: Recognition) -> str:
    """Return what was not drafted, though it should have been."""
    for name, columns in expect.items():
        if name.startswith("("):
            continue
        drafts = [draft for draft in found.drafts if _columns({name: columns}, draft) is not None]
        if not drafts:
            return f"{name} is not drafted: {[one.reason for one in found.unplaced]}"
        left = [c for c in columns if c[0] != "(" and c not in _drafted(drafts[0])]
        if left:
            return f"{name} lacks {', '.join(left)}"
    return ""


def _columns(expect: dict[str, Any], draft: Draft) -> dict[str, Any] | None:
    for name, columns in expect.items():
        table, _, presets = name.strip("()").partition("/")
        if table == draft.table and (not presets or draft.preset in presets.split("|")):
            return columns
    return None


def _drafted(draft: Draft) -> dict[str, str]:
    head = draft.inspected.landing.head.names
    return {column: head[places[0]].strip() for column, places in draft.mapping.positions.items()}


def outcomes(folder: Path, halves: tuple[str, ...] = HALVES) -> list[Outcome]:
    return [outcome_of(row, folder / row["name"]) for row in rows() if half_of(row) in halves]


def figures(found: list[Outcome], half: str) -> str:
    """Return the figures of a half as they are printed."""
    placeable = {row["name"] for row in rows() if row["expect"]}
    sources = Counter(o.outcome for o in found if o.half == half and o.name in placeable)
    others = Counter(o.outcome for o in found if o.half == half and o.name not in placeable)
    counts = [sources[outcome] for outcome in OUTCOMES]
    share = round(100 * counts[0] / sum(counts))
    return (
        f"{counts[0]} of {sum(counts)} placed right ({share} %), {counts[1]} placed wrong, "
        f"{counts[2]} not placed; of {others.total()} files that are no sources "
        f"{others[OUTCOMES[1]]} placed"
    )


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[Outcome]:
    return outcomes(tmp_path_factory.mktemp("rows"))


@pytest.mark.parametrize("half", TUNED)
def test_four_in_five_files_of_each_set_are_placed_right(found: list[Outcome], half: str) -> None:
    placeable = {row["name"] for row in rows() if row["expect"]}
    told = [one.outcome for one in found if one.half == half and one.name in placeable]
    assert told.count(OUTCOMES[0]) >= RIGHT_SHARE_MIN * len(told)


def test_no_file_is_placed_wrong(found: list[Outcome]) -> None:
    assert [(o.name, o.why) for o in found if o.outcome == OUTCOMES[1]] == []


if __name__ == "__main__":
    asked = tuple(sys.argv[1:])
    with tempfile.TemporaryDirectory() as scratch:
        told = outcomes(Path(scratch), asked or HALVES)
    for name in asked or HALVES:
        print(f"{name}: {figures(told, name)}")
    for one in told if asked else ():
        print(f"  {one.name}: {one.outcome} {one.why}")
