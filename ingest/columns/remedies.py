"""What stands in a column that cannot be read, and the line of `mentorship.yml` that mends it.

Only texts that can name nobody are shown: of a column that holds names by mistake, how many stand
there is all that is said.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
from calendar import monthrange
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import yaml

from ingest.columns.notation import ENDS
from ingest.columns.presets.soundness import words_of
from ingest.contract import Column

# Different texts beyond these are no closed list.
LISTED_MAX = 40
SHOWN_MAX = 12
# A word without digits may be a name, unless it stands in so many records, or is one of these.
REPEATED_MIN = 3
NO_NAMES = frozenset(
    [
        "junior",
        "senior",
        "mid",
        "middle",
        "entry",
        "lead",
        "principal",
        "staff",
        "associate",
        "analyst",
        "manager",
        "director",
        "head",
        "intern",
        "trainee",
        "executive",
        "chief",
        "vp",
        "svp",
        "evp",
        "partner",
        "expert",
        "professional",
        "specialist",
        "low",
        "medium",
        "high",
        "poor",
        "fair",
        "good",
        "great",
        "excellent",
        "exceeds",
        "meets",
        "below",
        "above",
        "average",
        "none",
        "unknown",
        "open",
        "current",
        "present",
        "active",
        "ongoing",
        "today",
        "now",
        "n/a",
        "na",
        "tbd",
        "pending",
        "never",
        "yes",
        "no",
        "maybe",
        "true",
        "false",
        "yearly",
        "true-ish",
        "actual",
        "indefinite",
        "permanent",
        "unlimited",
        "unbefristet",
        "offen",
        "aktuell",
        "heute",
        "laufend",
        "actuel",
        "ongoing",
        "vigente",
        "indefinido",
        "atual",
        "heden",
        "onbekend",
    ]
)
LONGEST_SHOWN = 30
SHAPES_MAX = 5
MAY_BE_AN_ID = re.compile(r"@|\d{5}")
# What stands before the number of a grade.
GRADE = re.compile(
    r"(?:job|pay|salary)?[ -]*(?:l|lvl|level|g|gr|grade|b|band|stufe|niveau|nivel|nível|e|eg|tier|"
    r"rank|step|schaal|klasse)[ .:_-]*0*(\d{1,3})",
    re.IGNORECASE,
)
NUMBERED = re.compile(r"(\D*?)0*(\d{1,3})\D{0,3}")
# A year that no plain date holds, in a date with one of four digits.
YEAR = re.compile(r"(?<!\d)(\d{4})(?=\D|$)|^(\d{4})(?=\d{4}$)")
PLAUSIBLE_YEARS = range(1900, 2200)
# The Buddhist years of people who work now, or were born to.
BUDDHIST_YEARS = range(2460, 2640)
CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)(?::00)?")
HOURS = r"(\d+(?:[.,]\d+)?) ?(?:h|hrs?|hours?|std\.?|stunden?|heures?|horas?|uur|uren)\.?"
MINUTES = r"(\d+(?:[.,]\d+)?) ?(?:m|mins?|minutes?|minuten?|minutos?|')\.?"
SPELLED = re.compile(rf"{HOURS}(?:[ ,]*(\d+)(?: ?(?:m|mins?|minutes?|minuten?)\.?)?)?", re.I)
SHORT = re.compile(MINUTES, re.IGNORECASE)
# A quarter or half of a year, in several languages: the number may stand before or after the year.
PART_OF_YEAR = re.compile(
    r"(?P<year>\d{4})[ ./_-]*(?P<part>[QTHS])(?P<number>[1-4])"
    r"|(?P<part_>[QTHS])(?P<number_>[1-4])[ ./_-]*(?P<year_>\d{4})",
    re.IGNORECASE,
)
# How many parts a year has, by its sign: quarters and trimesters, halves and semesters.
PARTS = {"q": 4, "t": 4, "h": 2, "s": 2}
# A duration of ISO 8601.
DURATION = re.compile(r"PT(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:0*S)?", re.IGNORECASE)
TO_FILL = "?"


@dataclass(frozen=True)
class Remedy:
    """What is to be said of a column's unreadable texts.

    Attributes:
        sentence: what stands there, and what is due.
        meanings: text: what it means, for `values:`; `?` is for the reader to fill.
        line: another line of `mentorship.yml`, where that mends it.
    """

    sentence: str
    meanings: Mapping[str, object] = field(default_factory=dict)
    line: str = ""


def remedy_of(
    column: Column, unread: Mapping[str, int], every: Mapping[str, int], due: str
) -> Remedy | None:
    """Return what would mend a column of numbers, yes and no, codes or dates; None if nothing.

    Args:
        column: the column.
        unread: text that cannot be read: records in which it stands, commonest first.
        every: the same for all texts of the column.
        due: what should stand there.
    """
    if column.kind in ("date", "timestamp"):
        return _of_dates(column, unread)
    if column.kind == "year":
        # Days of birth are nobody's to read.
        return Remedy(f"{due} is due, and what stands there is none; the quarantine has it")
    if column.kind in ("integer", "number"):
        spans = _spans(column, unread, every)
        if spans:
            unit = "hours" if column.name == "hours" else "minutes"
            return Remedy(f"times and parts of an hour stand where {unit} are due ({due})", spans)
    meanings = {text: _meaning(column, text, unread) for text in unread}
    # What is nearly a word of the table is that word, and no name.
    known = dict.fromkeys(text for text, means in meanings.items() if means != TO_FILL)
    listed = shown_texts(unread, known=known)
    if listed is None:
        told = {t: n for t, n in unread.items() if t in known or not _may_name(t, n, False)}
        listed = shown_texts(told, known=known) if 2 * len(told) >= len(unread) else None
        if listed is not None:
            others_n = len(unread) - len(told)
            others = "1 other text" if others_n == 1 else f"{others_n} other texts"
            said = (
                f"{due} is due, and there stands: {listed}; and {others}, which the quarantine has"
            )
            return Remedy(said, {text: meanings[text] for text in told})
        texts = "1 text is" if len(unread) == 1 else f"{len(unread):,} different texts are"
        return Remedy(f"{due} is due, and {texts} none; the quarantine has them")
    return Remedy(f"{due} is due, and there stands: {listed}", meanings)


def line_of(meanings: Mapping[str, Mapping[str, object]]) -> str:
    """Return `values:` as one line that can be pasted under a source."""
    plain = {column: dict(words) for column, words in meanings.items()}
    dumped = yaml.safe_dump(
        {"values": plain},
        default_flow_style=True,
        allow_unicode=True,
        sort_keys=False,
        width=float("inf"),
    )
    return str(dumped).strip()[1:-1]


def has_implausible_years(texts: Mapping[str, int]) -> bool:
    """Return whether each text is a date of a year that nobody works in, or none at all."""
    years = [_year(text) for text in texts]
    return bool(years) and all(y is not None and y not in PLAUSIBLE_YEARS for y in years)


def _of_dates(column: Column, unread: Mapping[str, int]) -> Remedy | None:
    years = [year for text in unread if (year := _year(text)) is not None]
    if has_implausible_years(unread):
        if all(year in BUDDHIST_YEARS for year in years):
            return Remedy(
                f"the years run from {min(years)} to {max(years)}, as the Buddhist calendar counts "
                "them, 543 more than others",
                line="calendar: buddhist",
            )
        return _none(column, unread, "years are read from 1900 to 2199, and there stands")
    if not any(any(sign.isdigit() for sign in text) for text in unread):
        return _none(column, unread, "words stand where a date is due")
    return None


def as_written(column: Column, unread: Mapping[str, int]) -> Remedy:
    """Return what to say of texts in a column of dates that no known way reads.

    A few that come back again and again are told, with the day for each to be filled in; of a part
    of a year that is its last or its first day. Of others it is told how they are written.
    """
    listed = shown_texts(unread, is_day=True)
    if listed is not None and sum(unread.values()) >= REPEATED_MIN * len(unread):
        days = {text: _day_of_part(column, text) for text in unread}
        if None in days.values():
            return Remedy(
                f"a date is due, and there stands: {listed}", dict.fromkeys(days, TO_FILL)
            )
        which = "last" if column.name in ENDS else "first"
        return Remedy(
            f"a date is due, and there stands: {listed}; where years begin in January, their "
            f"{which} days are meant",
            {text: str(day) for text, day in days.items()},
        )
    shapes: Counter[str] = Counter()
    for text, n in unread.items():
        shapes[re.sub(r"[^\W\d_]+", "a", re.sub(r"\d", "9", text))[:LONGEST_SHOWN]] += n
    told = ", ".join(f"{shape} ({n:,})" for shape, n in shapes.most_common(SHAPES_MAX))
    return Remedy(
        "a date is due, and what stands there is written as (9 for digits, a for letters) "
        f"{told}; export it as 2026-01-31, or say how dates are written with `date_format:`"
    )


def _day_of_part(column: Column, text: str) -> dt.date | None:
    """Return the day that a part of a year stands for; None where a text is no such part."""
    found = PART_OF_YEAR.fullmatch(text.strip())
    if found is None:
        return None
    part, number, year = (found[name] or found[f"{name}_"] for name in ("part", "number", "year"))
    months = 12 // PARTS[part.lower()]
    last = int(number) * months
    if last > 12:
        return None
    if column.name not in ENDS:
        return dt.date(int(year), last - months + 1, 1)
    return dt.date(int(year), last, monthrange(int(year), last)[1])


def _none(column: Column, unread: Mapping[str, int], sentence: str) -> Remedy | None:
    """Return what to say of texts that may stand for no day at all."""
    listed = shown_texts(unread, is_day=True)
    if listed is None:
        return None
    told = f"{sentence}: {listed}"
    if column.is_required:
        return Remedy(f"{told}; every record needs a day there: correct it in the source system")
    return Remedy(f"{told}; where that stands for none", dict.fromkeys(unread, ""))


def _meaning(column: Column, text: str, unread: Mapping[str, int]) -> object:
    """Return what a text means as far as that is certain, or what is for the reader to fill."""
    if column.kind == "code":
        words = words_of(column)
        near = difflib.get_close_matches(text.lower().replace(" ", "_"), words, 1, 0.75)
        return near[0] if near else TO_FILL
    if column.kind == "boolean" or _is_span(column):
        return TO_FILL
    if grade := GRADE.fullmatch(text.strip()):
        return int(grade[1])
    # One word before all numbers: they are of one kind.
    found = [NUMBERED.fullmatch(other) for other in unread]
    kinds = {one[1].strip().lower() for one in found if one}
    mine = NUMBERED.fullmatch(text)
    if mine and all(found) and len(kinds) == 1 and len(found) > 1:
        return int(mine[2])
    return TO_FILL


def _spans(
    column: Column, unread: Mapping[str, int], every: Mapping[str, int]
) -> dict[str, object]:
    """Return each text as the minutes or hours that it says; none where one says something else."""
    if not _is_span(column) or len(every) > LISTED_MAX:
        return {}
    per_minute = 60 if column.name == "hours" else 1
    told = {text: _minutes(text) for text in unread}
    texts: Mapping[str, int] = unread
    if any(minutes is None for minutes in told.values()) and column.name != "hours":
        # Parts of an hour: then the whole numbers beside them are hours, too.
        texts = every
        told = {text: _part_of(text, 60) for text in every}
        if any(minutes is None for minutes in told.values()):
            told = {text: _part_of(text, 1440) for text in every}
    if any(minutes is None for minutes in told.values()):
        return {}
    return {text: _plain((told[text] or 0) / per_minute) for text in texts}


def _is_span(column: Column) -> bool:
    return "minutes" in column.name or column.name == "hours"


def _minutes(text: str) -> float | None:
    """Return the minutes of a time such as 0:45, 45 min or 1 h 30."""
    if clock := CLOCK.fullmatch(text.strip()):
        return 60 * int(clock[1]) + int(clock[2])
    if short := SHORT.fullmatch(text.strip()):
        return _number(short[1])
    if duration := DURATION.fullmatch(text.strip()):
        return 60 * _number(duration[1] or "0") + _number(duration[2] or "0")
    spelled = SPELLED.fullmatch(text.strip())
    return None if spelled is None else 60 * _number(spelled[1]) + _number(spelled[2] or "0")


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def _part_of(text: str, whole: int) -> float | None:
    """Return the minutes of a part of an hour or a day; None where they are no whole minutes."""
    try:
        minutes = float(text.replace(",", ".")) * whole
    except ValueError:
        return None
    is_whole = abs(minutes - round(minutes)) < 0.01 and 0 <= minutes <= 1440
    return round(minutes) if is_whole else None


def _plain(number: float) -> int | float:
    return int(number) if number == int(number) else round(number, 4)


def _year(text: str) -> int | None:
    found = YEAR.search(text)
    return int(found[1] or found[2]) if found else None


def shown_texts(
    texts: Mapping[str, int], *, is_day: bool = False, known: Collection[str] = ()
) -> str | None:
    """Return texts with the records in which each stands; None where one may name somebody."""
    if len(texts) > LISTED_MAX or any(
        _may_name(text, n, is_day) for text, n in texts.items() if text not in known
    ):
        return None
    listed = [f"{text} ({n:,})" for text, n in texts.items()]
    rest = f" and {len(listed) - SHOWN_MAX} more" if len(listed) > SHOWN_MAX else ""
    return ", ".join(listed[:SHOWN_MAX]) + rest


def _may_name(text: str, records_n: int, is_day: bool) -> bool:
    """Return whether a text may be somebody's name, id or address."""
    if len(text) > LONGEST_SHOWN or "@" in text or (not is_day and MAY_BE_AN_ID.search(text)):
        return True
    if any(sign.isdigit() for sign in text) or records_n >= REPEATED_MIN:
        return False
    return not {*re.split(r"[\s_/-]+", text.lower())} <= NO_NAMES and text.lower() not in NO_NAMES
