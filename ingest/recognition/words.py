"""Which table headers, contents and a file's name speak for where no preset does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ingest.columns.presets import read_preset
from ingest.contract import Column
from ingest.recognition.claims import Claim, Draft, Unknown, settle
from ingest.recognition.lexicon import Words, lexicon, plain
from ingest.recognition.looks import Look

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


def draft_by_words(look: Look) -> Draft | Unknown:
    """Return the table that headers, contents and the file's name speak for."""
    claims = [(_claim(look, words), words) for words in lexicon().values()]
    drafts: list[tuple[float, Draft]] = []
    refused: list[tuple[float, Unknown]] = []
    for claim, words in claims:
        share = _share(look, claim.columns.values(), words)
        lacking = [name for name in claim.missing if name != "rating_scale_max"]
        if lacking:
            told = f"{claim.reason}, but no header says {' and '.join(lacking)}"
            if len(claim.columns) > 2 * len(lacking):
                refused.append((share, Unknown(told)))
            continue
        if share + _named(look, words) < SHARE_MIN:
            continue
        found = settle(claim)
        if isinstance(found, Unknown):
            refused.append((share + 1, found))
            continue
        score = _share(look, found.columns.values(), words) + _named(look, words)
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


def _claim(look: Look, words: Words) -> Claim:
    once = [header for header in look.headers if look.position(header) is not None]
    columns = assign(once, words.read, words)
    date = _file_date(look, words) if "snapshot_on" not in columns else None
    given = {*columns, *(("snapshot_on",) if date else ())}
    missing = tuple(c.name for c in words.read if c.is_required and c.name not in given)
    return Claim(
        look,
        words.table,
        words.preset,
        read_preset(words.preset),
        f"{len(columns)} of {len(look.headers)} headers fit {_called(words)}",
        is_by_words=True,
        columns=columns,
        missing=missing,
        file_date=date,
    )


def _called(words: Words) -> str:
    return words.table if words.preset == "canonical" else f"{words.preset} for {words.table}"


def _file_date(look: Look, words: Words) -> str | None:
    """Return how the name of a snapshot says its day, where it is named as one."""
    if words.preset != "snapshots" or not _named(look, words):
        return None
    stem = look.path.stem
    found = DAY_IN_NAME.search(stem)
    if found is None:
        return None
    before, after = (
        part.replace("%", "%%") for part in (stem[: found.start()], stem[found.end() :])
    )
    parts = ["%Y", "%m", *(["%d"] if found.group(4) else [])]
    return before + found.group(2).join(parts) + after + look.path.suffix.replace("%", "%%")


def _share(look: Look, told: Iterable[str], words: Words) -> float:
    """Return how much of a file a table accounts for."""
    headers = {plain(header) for header in look.headers}
    known = {plain(header) for header in told} | (headers & words.marks)
    return len(known) / len(headers) if headers else 0.0


def _named(look: Look, words: Words) -> float:
    """Return what it counts that the file's name says so, too."""
    stem = plain(look.path.stem)
    return FILE_NAME_BONUS if any(word in stem for word in words.files) else 0.0


def _nearest(refused: list[tuple[float, Unknown]]) -> Unknown:
    """Return why the table that fits best is not it, where one fits at all."""
    near = [entry for entry in refused if entry[0] >= SHARE_NEAR]
    return max(near, key=lambda entry: entry[0])[1] if near else NOT_KNOWN
