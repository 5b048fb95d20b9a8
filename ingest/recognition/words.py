"""Which table headers, contents and a file's name speak for where no preset does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ingest.columns.presets import read_preset
from ingest.contract import Column
from ingest.recognition.candidates import Candidate, Draft, Unknown, draft_of
from ingest.recognition.inspection import InspectedFile
from ingest.recognition.lexicon import Words, lexicon, plain

# Share of a file's headers that must be a table's; from this one on it is worth saying why not.
SHARE_MIN, SHARE_NEAR = 0.6, 0.5
# How much better than the next table one must fit.
MARGIN_MIN = 0.1
FILE_NAME_BONUS = 0.3
# A month or a day in a file's name.
DAY_IN_NAME = re.compile(
    r"(?<!\d)(19|20)\d\d([-_.]?)(0[1-9]|1[0-2])(?:\2(0[1-9]|[12]\d|3[01]))?(?!\d)"
)
NOT_KNOWN = Unknown("its headers do not tell what it holds")


def draft_by_words(inspected: InspectedFile) -> Draft | Unknown:
    """Return the table that headers, contents and the file's name speak for."""
    candidates = [(_candidate(inspected, words), words) for words in lexicon().values()]
    drafts: list[tuple[float, Draft]] = []
    refused: list[tuple[float, Unknown]] = []
    for candidate, words in candidates:
        share = _share(inspected, candidate.columns.values(), words)
        lacking = [name for name in candidate.missing if name != "rating_scale_max"]
        if lacking:
            told = f"{candidate.reason}, but no header says {' and '.join(lacking)}"
            if len(candidate.columns) > 2 * len(lacking):
                refused.append((share, Unknown(told)))
            continue
        if share + _named(inspected, words) < SHARE_MIN:
            continue
        found = draft_of(candidate)
        if isinstance(found, Unknown):
            refused.append((share + 1, found))
            continue
        score = _share(inspected, found.columns.values(), words) + _named(inspected, words)
        if score >= SHARE_MIN:
            drafts.append((score, found))
    drafts.sort(key=lambda entry: (-entry[0], entry[1].table))
    if not drafts:
        return _nearest(refused)
    if len(drafts) > 1 and drafts[0][0] - drafts[1][0] < MARGIN_MIN:
        return Unknown("it may be " + " or ".join(draft.table for _, draft in drafts[:2]))
    return drafts[0][1]


def assign(headers: Sequence[str], columns: Sequence[Column], words: Words) -> dict[str, str]:
    """Return for each column the likeliest header that no other column takes."""
    free = {plain(header): header for header in headers}
    wishes = [
        (rank, place, column.name, word)
        for place, column in enumerate(columns)
        for rank, word in enumerate(words.columns.get(column.name, ()))
        if word in free
    ]
    taken: dict[str, str] = {}
    for _, _, name, word in sorted(wishes, key=lambda wish: wish[:2]):
        if name not in taken and word in free:
            taken[name] = free.pop(word)
    return taken


def _candidate(inspected: InspectedFile, words: Words) -> Candidate:
    once = [header for header in inspected.headers if inspected.position(header) is not None]
    columns = assign(once, words.read, words)
    date = _file_date(inspected, words) if "snapshot_on" not in columns else None
    given = {*columns, *(("snapshot_on",) if date else ())}
    missing = tuple(c.name for c in words.read if c.is_required and c.name not in given)
    return Candidate(
        inspected,
        words.table,
        words.preset,
        read_preset(words.preset),
        f"{len(columns)} of {len(inspected.headers)} headers fit {_called(words)}",
        is_by_words=True,
        columns=columns,
        missing=missing,
        file_date=date,
    )


def _called(words: Words) -> str:
    return words.table if words.preset == "canonical" else f"{words.preset} for {words.table}"


def _file_date(inspected: InspectedFile, words: Words) -> str | None:
    """Return how the name of a snapshot says its day, where it is named as one."""
    if words.preset != "snapshots" or not _named(inspected, words):
        return None
    stem = inspected.path.stem
    found = DAY_IN_NAME.search(stem)
    if found is None:
        return None
    before, after = (
        part.replace("%", "%%") for part in (stem[: found.start()], stem[found.end() :])
    )
    parts = ["%Y", "%m", *(["%d"] if found.group(4) else [])]
    return before + found.group(2).join(parts) + after + inspected.path.suffix.replace("%", "%%")


def _share(inspected: InspectedFile, told: Iterable[str], words: Words) -> float:
    """Return how much of a file a table accounts for."""
    headers = {plain(header) for header in inspected.headers}
    known = {plain(header) for header in told} | (headers & words.marks)
    return len(known) / len(headers) if headers else 0.0


def _named(inspected: InspectedFile, words: Words) -> float:
    """Return what it counts that the file's name says so, too."""
    stem = plain(inspected.path.stem)
    return FILE_NAME_BONUS if any(word in stem for word in words.files) else 0.0


def _nearest(refused: list[tuple[float, Unknown]]) -> Unknown:
    """Return why the table that fits best is not it, where one fits at all."""
    near = [entry for entry in refused if entry[0] >= SHARE_NEAR]
    return max(near, key=lambda entry: entry[0])[1] if near else NOT_KNOWN
