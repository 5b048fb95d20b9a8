"""What a file is likely to be: by a vendor's preset, by our own headers, or by the words it uses.

A draft names only what was found. What could be read in two ways is left out of it and asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ingest.contract import TABLES, Column, Table
from ingest.headers import folded
from ingest.presets import Preset, preset_names, read_preset
from ingest.recognition.lexicon import Words, level_words, lexicon, plain
from ingest.recognition.looks import Look

# Presets that describe a kind of file and no vendor: whoever uses one says so.
GENERIC = ("canonical", "changes", "snapshots", "spells")
# Share of a preset's columns that must be there, and how many at the least.
PRESET_SHARE_MIN, PRESET_COLUMNS_MIN = 0.5, 3
# Share of a file's headers that must be a table's.
CANONICAL_SHARE_MIN, WORDS_SHARE_MIN = 0.8, 0.6
# How much better than the next table one must fit.
MARGIN_MIN = 0.1
FILE_NAME_BONUS = 0.3
# Sums that no rating is out of; the highest one seen stands for the scale, and is asked about.
SCALES = (3.0, 4.0, 5.0, 7.0, 10.0, 100.0)


@dataclass(frozen=True)
class Draft:
    """A source as it might stand in mentorship.yml.

    Attributes:
        look: the file.
        table: the canonical table.
        preset: the preset's name.
        is_sure: the headers are those of a vendor or our own; else words and contents suggest it.
        reason: why, in a sentence.
        columns: canonical column: header; only what the preset does not say.
        values: canonical column: word: what it means.
        constants: canonical column: its one value.
        date_format: how its dates are written.
        questions: what somebody must look at, in sentences.
    """

    look: Look
    table: str
    preset: str
    is_sure: bool
    reason: str
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    date_format: str | None = None
    questions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unknown:
    """A file that was not placed, and why."""

    reason: str


def drafted(look: Look) -> list[Draft] | Unknown:
    """Return what a file fills: one table, or several where a vendor's file holds several."""
    return _by_preset(look) or _by_own_headers(look) or _by_words(look)


# By preset ----------------------------------------------------------------------------------------


def _by_preset(look: Look) -> list[Draft]:
    """Return the drafts of the one vendor whose documented headers the file has."""
    fits: dict[str, dict[str, tuple[int, str]]] = {}
    for name in preset_names():
        preset = read_preset(name)
        if name not in GENERIC and preset.table and (found_n := _fit(look, preset)):
            best = fits.setdefault(preset.vendor, {})
            best[preset.table] = max(best.get(preset.table, (0, "")), (found_n, name))
    if not fits:
        return []
    vendor = max(sorted(fits), key=lambda vendor: sum(n for n, _ in fits[vendor].values()))
    return [
        Draft(look, table, name, True, f"its headers are those of {vendor}")
        for table, (_, name) in sorted(fits[vendor].items())
    ]


def _fit(look: Look, preset: Preset) -> int:
    """Return how many columns of a preset a file has, 0 where it is not this vendor's."""
    if preset.layout != look.layout or (look.records_path or preset.records_path) != (
        preset.records_path
    ):
        return 0
    if preset.layout != "table":
        return PRESET_COLUMNS_MIN
    headers = {folded(header) for header in look.headers}
    if preset.is_wide:
        return _fit_wide(look, preset, headers)
    found = {
        column
        for column, offered in preset.columns.items()
        if any(folded(header) in headers for header in offered)
    }
    required = {c.name for c in TABLES[preset.table or ""].columns if c.is_required}
    given = {*preset.constants, *preset.composed}
    missing = (required & set(preset.columns)) - found - given
    enough = max(PRESET_COLUMNS_MIN, PRESET_SHARE_MIN * len(preset.columns))
    if (
        missing
        or len(found) < enough
        or (required - set(preset.columns) - given and not preset.turn)
    ):
        return 0
    distinctive = {
        header
        for column in found
        for header in preset.columns[column]
        if folded(header) in headers and plain(header) not in _ordinary()
    }
    return len(found) if distinctive else 0


def _fit_wide(look: Look, preset: Preset, headers: set[str]) -> int:
    """Return how well a form's fixed headers are there, all in front, with questions behind."""
    fixed = [
        next((h for h in offered if folded(h) in headers), None)
        for column, offered in preset.columns.items()
        if column != "respondent_id"
    ]
    asked = [header for header in look.headers if len(header.split()) >= 3]
    if None in fixed or not asked:
        return 0
    # A form begins with its time, or with a number and its times.
    is_first = folded(look.headers[0]) in {folded(header) for header in fixed if header}
    others = {folded(header) for header in preset.not_items}
    known_n = len(fixed) + len(headers & others)
    return known_n if is_first and (len(fixed) > 1 or look.headers[0] in fixed) else 0


def _ordinary() -> set[str]:
    """Return headers that many exports have, whoever wrote them."""
    return {
        word for words in lexicon().values() for heads in words.columns.values() for word in heads
    }


# By our own headers -------------------------------------------------------------------------------


def _by_own_headers(look: Look) -> list[Draft]:
    """Return the table whose column names the headers are."""
    headers = {folded(header) for header in look.headers}
    shares = {
        table.name: len(headers & {column.name for column in table.columns}) / len(headers)
        for table in TABLES.values()
        if headers and {c.name for c in table.columns if c.is_required} <= headers
    }
    if not shares:
        return []
    best = max(sorted(shares), key=lambda name: shares[name])
    if shares[best] < CANONICAL_SHARE_MIN:
        return []
    return [Draft(look, best, "canonical", True, "its headers are those of the table")]


# By words -----------------------------------------------------------------------------------------


def _by_words(look: Look) -> list[Draft] | Unknown:
    """Return the table that headers, contents and the file's name speak for."""
    scored = [
        (score, draft)
        for name, words in lexicon().items()
        if (draft := _Reader(look, TABLES[name], words).draft()) is not None
        and (score := _score(draft, words)) >= WORDS_SHARE_MIN
    ]
    scored.sort(key=lambda entry: (-entry[0], entry[1].table))
    if not scored:
        return Unknown("its headers are none that this tool knows")
    if len(scored) > 1 and scored[0][0] - scored[1][0] < MARGIN_MIN:
        tables = " or ".join(draft.table for _, draft in scored[:2])
        return Unknown(f"it may be {tables}")
    return [scored[0][1]]


def _score(draft: Draft, words: Words) -> float:
    """Return how much of a file a table accounts for, and whether its name says so too."""
    headers = {plain(header) for header in draft.look.headers}
    told = {plain(header) for header in draft.columns.values()} | (headers & words.marks)
    stem = plain(draft.look.path.stem)
    is_named = any(word in stem for word in words.files)
    return len(told) / len(headers) + (FILE_NAME_BONUS if is_named else 0)


class _Reader:
    """One file read as one table."""

    def __init__(self, look: Look, table: Table, words: Words) -> None:
        self.look, self.table, self.words = look, table, words
        self.columns: dict[str, str] = {}
        self.values: dict[str, dict[str, str]] = {}
        self.constants: dict[str, str] = {}
        self.formats: list[set[str]] = []
        self.questions: list[str] = []

    def draft(self) -> Draft | None:
        """Return the draft, or None where a required column is not there or holds other things."""
        for column, header in self._assigned():
            if self._reads(column, header):
                self.columns[column.name] = header
        self._assume_a_scale()
        given = {*self.columns, *self.constants}
        if any(column.is_required and column.name not in given for column in self.table.columns):
            return None
        return Draft(
            self.look,
            self.table.name,
            "canonical",
            False,
            f"{len(self.columns)} of {len(self.look.headers)} headers fit, and so does what stands "
            "below them" + self._unused(),
            {c.name: self.columns[c.name] for c in self.table.columns if c.name in self.columns},
            self.values,
            self.constants,
            self._date_format(),
            tuple(self.questions),
        )

    def _assigned(self) -> Iterator[tuple[Column, str]]:
        """Yield each column with the likeliest header that no other column takes."""
        free = {plain(header): header for header in self.look.headers}
        wishes = [
            (rank, place, column, word)
            for place, column in enumerate(self.table.columns)
            for rank, word in enumerate(self.words.columns[column.name])
            if word in free
        ]
        taken: set[str] = set()
        for _, _, column, word in sorted(wishes, key=lambda wish: wish[:2]):
            if column.name not in taken and word in free:
                taken.add(column.name)
                yield column, free.pop(word)

    def _reads(self, column: Column, header: str) -> bool:
        """Return whether a column's contents are what it should hold; remember how to read them."""
        position = self.look.position(header)
        if position is None:
            return False
        if not self.look.values_n(position):
            return not column.is_required
        if column.kind in ("date", "timestamp"):
            return self._reads_dates(position)
        if column.kind == "person":
            return self.look.is_one_word(position)
        if column.kind in ("integer", "number"):
            return self.look.is_number(position) or self._reads_levels(column, position)
        if column.kind == "code":
            return self._reads_codes(column, header, position)
        return True

    def _reads_dates(self, position: int) -> bool:
        if self.look.is_date(position):
            return True
        formats = self.look.date_formats(position)
        if formats:
            self.formats.append(set(formats))
        return bool(formats)

    def _reads_levels(self, column: Column, position: int) -> bool:
        """Return whether a column names levels whose order is known; number them from 1."""
        words = self.look.words(position)
        if column.name not in ("level", "target_level") or not words:
            return False
        known = level_words()
        if any(plain(word) not in known for word in words):
            return False
        # Numbered later, together with every other export's.
        self.values[column.name] = dict.fromkeys(sorted(words, key=lambda w: known[plain(w)]), "")
        self.questions.append(f"is this the order of {column.name}, from the most junior on?")
        return True

    def _reads_codes(self, column: Column, header: str, position: int) -> bool:
        """Return whether most words of a column stand for codes that are known."""
        words, known = self.look.words(position), self.words.codes.get(column.name, {})
        if not words:
            return False
        told = {word: known[plain(word)] for word in words if plain(word) in known}
        if len(told) * 2 < len(words):
            return False
        if any(plain(word) != code for word, code in told.items()):
            self.values[column.name] = told
        if unknown_n := len(words) - len(told):
            self.questions.append(
                f"{unknown_n} {'word' if unknown_n == 1 else 'words'} of {header} "
                "must be mapped under values"
            )
        return True

    def _assume_a_scale(self) -> None:
        """Take the highest rating for the top of the scale where no column says it."""
        header = self.columns.get("rating")
        if header is None or "rating_scale_max" in self.columns:
            return
        position = self.look.position(header)
        largest = None if position is None else self.look.largest(position)
        if largest is not None:
            scale = next((top for top in SCALES if largest <= top), largest)
            self.constants["rating_scale_max"] = f"{scale:g}"
            self.questions.append("is this the highest rating possible?")

    def _unused(self) -> str:
        unused = [header for header in self.look.headers if header not in self.columns.values()]
        return f"; not used: {', '.join(unused)}" if unused else ""

    def _date_format(self) -> str | None:
        """Return the one format that reads all dates which need one."""
        if not self.formats:
            return None
        shared = sorted(set.intersection(*self.formats))
        if len(shared) == 1:
            return shared[0]
        self.questions.append(
            "days and months cannot be told apart: say date_format"
            if shared
            else "its dates are written in several ways: say date_format"
        )
        return None
