"""Months by name, as ten languages write them.

They are English, French, German, Spanish, Italian, Portuguese, Dutch, Swedish, Danish and
Norwegian. A name is here only if it means one month in all of them. Slavic languages are left out:
`listopad` is November in one of them and October in another.
"""

from __future__ import annotations

_NAMES = (
    "january jan janvier janv januar januari enero ene gennaio gen janeiro jänner jän",
    "february feb février fevrier févr fevr fév fev februar februari febrero febbraio fevereiro",
    "march mar mars märz maerz mär mrz marzo março marco maart mrt marts",
    "april apr avril avr abril abr aprile",
    "may mai mayo maggio mag maio mei maj",
    "june jun juin juni junio giugno giu junho",
    "july jul juillet juil juli julio luglio lug julho",
    "august aug août aout agosto ago augustus augusti",
    "september sep sept septembre septiembre settembre set setembro",
    "october oct octobre oktober okt octubre ottobre ott outubro out",
    "november nov novembre noviembre novembro",
    "december dec décembre decembre déc dezember dez diciembre dic dicembre dezembro desember des",
)

# Name in lower case: number of the month.
MONTHS = {name: number for number, names in enumerate(_NAMES, 1) for name in names.split()}

_PATTERN = (
    r"(?i)(^|[^\p{L}])("
    + "|".join(sorted(MONTHS, key=lambda name: (-len(name), name)))
    + r")\.?($|[^\p{L}])"
)
_FORMAT_PARTS = ("%B.", "%b.", "%B", "%b")


def has_month_name(date_format: str) -> bool:
    """Return whether a format names the month in letters."""
    return any(part in date_format for part in _FORMAT_PARTS)


def without_name(date_format: str) -> str:
    """Return a format with the month as two digits where its name stood."""
    for part in _FORMAT_PARTS:
        date_format = date_format.replace(part, "%m")
    return date_format


def with_number(text: str) -> str:
    """Return the SQL of a text with the month as two digits where its name stands.

    Null where the text names no month, or more than one.
    """
    names = ", ".join(f"'{name}'" for name in MONTHS)
    numbers = ", ".join(f"'\\1{number:02}\\3'" for number in MONTHS.values())
    found = f"regexp_extract_all({text}, '{_PATTERN}', 2)"
    becomes = f"list_extract([{numbers}], list_position([{names}], lower({found}[1])))"
    return f"case when len({found}) = 1 then regexp_replace({text}, '{_PATTERN}', {becomes}) end"
