"""What stands below the headers of a source: whether it is what each column holds, and how written.

What can be read in one way only is drafted; what can be read in two ways is asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as Mapped
from dataclasses import dataclass, replace

from ingest.columns.advice import DECIMALS, IN_DIGITS, IN_LETTERS, LOOKS_LIKE_SERIAL, WORD
from ingest.columns.mapping import ANYTHING_ELSE, Mapping, Parameters, meaning_of, written_of
from ingest.columns.notation import GROUPED, Decimal, Notation
from ingest.contract import JOB_HISTORY, Column
from ingest.files.headers import folded
from ingest.recognition.inspection import InspectedFile, Texts
from ingest.recognition.lexicon import codes_below, is_employee_id, level_words, plain

# Share of a column that may be unreadable: as much as a load lets pass.
UNREAD_SHARE_MAX = 0.02
LEVELS = ("level", "target_level")
MONTH = r"\d{4}[-/.]?(0[1-9]|1[0-2])|(0?[1-9]|1[0-2])[-/.]\d{4}|[^\W\d_]{3,}\.?[ -]+\d{2,4}"
EVENTS = JOB_HISTORY.column("event").codes
# A capitalized word, as a name is one.
NAME_LIKE = r"\p{Lu}[\p{L}'\x{2019}-]*\p{Ll}[\p{L}'\x{2019}-]*"
# What a column holds that says yes or no.
FLAG = Column("flag", "boolean", "yes or no")
# Moments in UTC, of which a date takes the day.
MOMENTS = ("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S.%fZ", "%Y-%m-%dT%H:%MZ")
# A month or a year, which means its last day where it is that of a snapshot.
PERIODS = ("%Y", "%Y-%m", "%Y/%m", "%Y.%m", "%Y%m", "%m/%Y", "%m.%Y", "%m-%Y", "%b %Y", "%B %Y")
# What is read of a change where a source calls it by its own words.
REASON = "reason"


@dataclass(frozen=True)
class Findings:
    """How the columns of a source read.

    Attributes:
        values: column: word: what it means.
        date_format: how its dates are written, where it must be said.
        decimal: the sign before decimals, where it must be said.
        questions: what somebody must look at, in sentences.
        unread: column: why it holds something else.
    """

    values: Mapped[str, Mapped[str, str]]
    date_format: str | tuple[str, ...] | None
    decimal: Decimal | None
    questions: tuple[str, ...]
    unread: Mapped[str, str]


def read_contents(
    inspected: InspectedFile,
    mapping: Mapping,
    codes: Mapped[str, Mapped[str, str]],
    *,
    is_by_words: bool,
) -> Findings:
    """Return how the columns of a mapping read.

    Args:
        inspected: the file.
        mapping: its columns.
        codes: column: word, folded: the code it stands for, where the preset does not say.
        is_by_words: whether words suggest it, and no preset of a vendor vouches for it.
    """
    reader = _Reader(inspected, mapping, codes, is_by_words)
    for column in mapping.columns:
        if column.name in mapping.positions and column.name not in mapping.constants:
            reader.read(column)
    return Findings(
        reader.values,
        reader.date_format(),
        reader.decimal(),
        tuple(reader.questions),
        reader.unread,
    )


def texts_of(inspected: InspectedFile, mapping: Mapping, column: Column) -> Texts:
    """Return the texts of a column as the export says them, before `values:`."""
    parameters = Parameters()
    records = written_of(mapping, [column], inspected.landing.view, parameters)
    text = meaning_of(replace(mapping, values={}), column, f"s_{column.name}", parameters)
    return inspected.texts(text, parameters.values, of=records)


class _Reader:
    """One source, column by column."""

    def __init__(
        self,
        inspected: InspectedFile,
        mapping: Mapping,
        codes: Mapped[str, Mapped[str, str]],
        is_by_words: bool,
    ) -> None:
        self.inspected, self.mapping, self.codes, self.is_by_words = (
            inspected,
            mapping,
            codes,
            is_by_words,
        )
        self.values: dict[str, dict[str, str]] = {}
        self.questions: list[str] = []
        self.unread: dict[str, str] = {}
        self.ways: dict[str, tuple[str, ...]] = {}
        self.dates: dict[str, tuple[Column, Texts]] = {}
        self.numbers: dict[str, tuple[Column, Texts]] = {}

    def read(self, column: Column) -> None:
        """Find out how one column reads, or why it does not."""
        header = self.inspected.landing.head.names[self.mapping.positions[column.name][0]].strip()
        if column.kind in ("id", "text") and column.name != REASON and not column.is_required:
            return
        texts = texts_of(self.inspected, self.mapping, column)
        if not texts.values_n:
            why = "holds nothing" if column.is_required else None
        elif column.kind in ("date", "timestamp"):
            why = self._read_dates(column, header, texts)
        elif column.kind in ("integer", "year", "number"):
            why = self._read_numbers(column, header, texts)
        elif column.kind == "person":
            spaced_n = texts.fitting_n(r"(?s).*\S\s+\S.*")
            why = (
                "holds names, or anything with spaces, and no ids or e-mails" if spaced_n else None
            )
            if self.is_by_words and not texts.unread_n(FLAG, [Notation()])[0]:
                why = "says yes or no and names nobody"
            elif self.is_by_words and not is_employee_id(header) and _are_words(texts):
                why = "holds words, and no ids or e-mails"
        elif column.kind == "code" or column.name == REASON:
            why = self._read_codes(column, header, texts)
        elif column.kind == "boolean":
            why = "holds more than yes and no" if texts.unread_n(column, [Notation()])[0] else None
        else:
            why = None
        if why is not None:
            self.unread[column.name] = f"{header} {why}"

    # Dates

    def _read_dates(self, column: Column, header: str, texts: Texts) -> str | None:
        declared = Notation(date_formats=self.mapping.date_formats.get(column.name, ()))
        (undeclared_n,) = texts.unread_n(column, [declared])
        self.dates[header] = (column, texts)
        if not undeclared_n:
            return None
        if texts.fitting_n(LOOKS_LIKE_SERIAL.pattern) == texts.values_n:
            self.ways[header] = ("excel",)
            self.questions.append(
                f"are the numbers of {header} the days of a spreadsheet? Say `excel_1904` where "
                "its workbook counts from 1904"
            )
            return None
        formats = self._formats(texts)
        if column.name == "snapshot_on":
            formats = (*formats, *PERIODS)
        left = texts.unread_n(column, [Notation(date_formats=(way,)) for way in formats])
        best_n = min([undeclared_n, *left])
        is_unfit = best_n > UNREAD_SHARE_MAX * texts.values_n
        if is_unfit and self.is_by_words:
            del self.dates[header]
            return self._why_no_dates(texts, column, formats)
        if best_n:
            self.questions.append(f"{_values(best_n)} of {header} cannot be read as dates")
        if best_n == texts.values_n:
            self.questions.append(f"{header} {self._why_no_dates(texts, column, formats)}")
            del self.dates[header]
        if best_n < undeclared_n:
            self.ways[header] = tuple(
                way for way, n in zip(formats, left, strict=True) if n == best_n
            )
        return None

    @staticmethod
    def _formats(texts: Texts) -> tuple[str, ...]:
        named_n = texts.fitting_n(f"(?s).*{WORD.pattern}.*".replace(r"[^\W\d_]", r"\p{L}"))
        return (
            *(MOMENTS if texts.fitting_n(r".*\dT\d.*Z") == texts.values_n else ()),
            *(IN_LETTERS if named_n else ()),
            *(IN_DIGITS if named_n < texts.values_n else ()),
        )

    @staticmethod
    def _why_no_dates(texts: Texts, column: Column, formats: tuple[str, ...]) -> str:
        if texts.fitting_n(MONTH.replace(r"[^\W\d_]", r"\p{L}")) == texts.values_n:
            return "holds months and no days"
        left = texts.unread_n(column, [Notation(date_formats=(way,)) for way in formats])
        parts = [w for w, n in zip(formats, left, strict=True) if n < texts.values_n]
        if len(parts) > 1:
            shown = ", ".join(parts[:4])
            return f"holds dates written in several ways, {shown} among them (`date_format:`)"
        return "holds no dates that are written in a way this tool knows (`date_format:`)"

    def date_format(self) -> str | tuple[str, ...] | None:
        """Return what reads all dates of the source, where anything must be said; ask if unsure."""
        if not self.ways:
            return None
        shared = set.intersection(*(set(ways) for ways in self.ways.values()))
        if len(shared) > 1:
            ways = '" or "'.join(sorted(shared))
            self.questions.append(
                "days and months cannot be told apart: say date_format, "
                f'"{ways}", as whoever made the export knows'
            )
            return None
        if len(shared) == 1:
            chosen = shared.pop()
            if self._reads((chosen,)):
                self._say_what_was_told_elsewhere(chosen)
                return chosen
        each = tuple(dict.fromkeys(ways[0] for ways in self.ways.values() if len(ways) == 1))
        if (
            len(each) > 1
            and all(len(ways) == 1 for ways in self.ways.values())
            and self._reads(each)
        ):
            return each
        self._ask_for_several()
        return None

    def _say_what_was_told_elsewhere(self, chosen: str) -> None:
        told = [header for header, ways in self.ways.items() if len(ways) == 1]
        for header, ways in self.ways.items():
            if len(ways) > 1:
                self.questions.append(
                    f"{header} does not tell days from months: is it written as {told[0]} is, "
                    f"{chosen}?"
                    if told
                    else f"is {header} written as {chosen}? It fits {', '.join(ways)}"
                )

    def _reads(self, formats: tuple[str, ...]) -> bool:
        """Return whether formats, said of the whole source, read its dates."""
        return all(
            texts.unread_n(column, [Notation(date_formats=formats)])[0]
            <= UNREAD_SHARE_MAX * texts.values_n
            for column, texts in self.dates.values()
        )

    def _ask_for_several(self) -> None:
        written = "; ".join(f"{header}: {' or '.join(ways)}" for header, ways in self.ways.items())
        self.questions.append(
            f"its dates are written in several ways ({written}): say date_format, which holds for "
            "all of them"
        )

    # Numbers

    def _read_numbers(self, column: Column, header: str, texts: Texts) -> str | None:
        if not self._decimals(column, texts):
            if column.name in LEVELS:
                return self._read_levels(column, texts)
            return "holds something other than numbers"
        self.numbers[header] = (column, texts)
        if column.name in LEVELS and self.is_by_words:
            self.questions.append(
                f"is 1 the most junior {header}, and the highest the most senior?"
            )
        return None

    @staticmethod
    def _decimals(column: Column, texts: Texts) -> list[Decimal | None]:
        """Return the signs before decimals with which a column reads; None where none is needed."""
        is_open = 0 < texts.fitting_n(GROUPED) == texts.fitting_n(r".*\..*")
        ways = [Notation(is_grouping_open=is_open)] + [Notation(decimal=d) for d in DECIMALS]
        left = texts.unread_n(column, ways)
        return [way.decimal for way, n in zip(ways, left, strict=True) if n == 0]

    def decimal(self) -> Decimal | None:
        """Return the sign before decimals, where it must be said; ask where nobody can tell."""
        fits = [set(self._decimals(*number)) for number in self.numbers.values()]
        shared = set.intersection(*fits) if fits else set()
        if not fits or None in shared:
            return None
        signs = [sign for sign in DECIMALS if sign in shared]
        if len(signs) == 1:
            return signs[0]
        ways = [Notation(decimal=d) for d in DECIMALS]
        if signs and all(t.is_read_alike(c, *ways) for c, t in self.numbers.values()):
            return "."
        self.questions.append(
            "its numbers do not tell the sign before decimals from that between thousands: say "
            'decimal, "." or ","'
        )
        return None

    def _read_levels(self, column: Column, texts: Texts) -> str | None:
        """Return why a column names no levels whose order is known; number them otherwise."""
        words, known = texts.words(), level_words()
        if words is None or any(plain(word) not in known for word in words):
            return "holds neither numbers nor levels whose order is known"
        # Numbered later, together with every other export's.
        self.values[column.name] = dict.fromkeys(sorted(words, key=lambda w: known[plain(w)]), "")
        self.questions.append(f"is this the order of {column.name}, from the most junior on?")
        return None

    # Codes

    def _read_codes(self, column: Column, header: str, texts: Texts) -> str | None:
        """Return why the words of a column stand for no codes; map those that do."""
        is_reason = column.name == REASON
        name, codes = ("event", EVENTS) if is_reason else (column.name, column.codes)
        words, meant = texts.words(), self.mapping.values.get(column.name, {})
        if words is None:
            return f"holds too many different words to be {name}"
        known = {plain(code): code for code in codes} | dict(self.codes.get(name, {}))
        aside = self._set_aside(header)
        open_words = [word for word in words if word.lower() not in {*meant, *aside}]
        if ANYTHING_ELSE in meant or not open_words:
            return None
        known |= codes_below(header)
        told = {word: code for word in open_words if (code := _code_of(word, known)) is not None}
        if self.is_by_words and len(told) * 2 < len(words):
            return f"holds words of which most stand for no {name} that is known"
        if any(plain(word) != code for word, code in told.items()):
            self.values[column.name] = told
        unknown_n = len(open_words) - len(told)
        if unknown_n and self.is_by_words and not (column.is_required or is_reason):
            # Words that nobody knows may be remarks about somebody: the draft does not repeat them.
            self.values[column.name] = {**told, ANYTHING_ELSE: ""}
            stand = "word stands" if unknown_n == 1 else "words stand"
            self.questions.append(
                f"{unknown_n} {stand} under {header} for no known {name}, to be read as unknown: "
                "map what it means under values"
            )
            return None
        # What a change is called counts where it is known; the rest is told by what changed.
        if unknown_n and not (is_reason and unknown_n < len(words)):
            self.questions.append(
                f"{unknown_n} {'word' if unknown_n == 1 else 'words'} of {header} "
                "must be mapped under values"
            )
        return None

    def _set_aside(self, header: str) -> set[str]:
        """Return the words of a column that take their records out of the load."""
        return {
            value.lower()
            for aside in self.mapping.preset.set_aside
            if folded(aside.header) == folded(header)
            for value in aside.values
        }


def _code_of(word: str, known: Mapped[str, str]) -> str | None:
    """Return what a word stands for; of `Promote Employee Inbound > ...` a part may tell it."""
    parts = [part.strip() for part in word.split(">")]
    wholes = [" > ".join(parts[:n]) for n in range(len(parts), 0, -1)]
    tried = [plain(re.sub(r"(?i)(?<!\s)\s+(in|out)bound$", "", text)) for text in (*wholes, *parts)]
    return next((known[text] for text in tried if text in known), None)


def _are_words(texts: Texts) -> bool:
    """Return whether most values are capitalized words, as names are and ids are not."""
    return texts.fitting_n(NAME_LIKE) * 2 > texts.values_n


def _values(n: int) -> str:
    return "1 value" if n == 1 else f"{n} values"
