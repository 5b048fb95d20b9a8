"""Texts as values: what is read, and what is left to the quarantine because it would be a guess."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb
import pytest

from ingest.columns.casts import FALSE, TRUE, cast_of, expected_of
from ingest.columns.mapping import Parameters
from ingest.columns.months import MONTHS
from ingest.columns.notation import Notation
from ingest.contract import Column, Kind
from tests.ingest.conftest import JOBS, Workspace, raw_of, total
from workspace.errors import ConfigError, DataRefused


def read(kind: Kind, text: str, *, codes: tuple[str, ...] = (), **notation: Any) -> Any:
    """Return what one text is read as."""
    parameters = Parameters()
    query = cast_of(
        Column("value", kind, "", codes=codes), "text", parameters, notation=Notation(**notation)
    )
    with duckdb.connect(":memory:") as connection:
        connection.execute("set timezone = 'UTC'")
        said = parameters.bind(text)
        row = connection.execute(
            f"select {query} from (select cast({said} as varchar) as text)", parameters.values
        ).fetchone()
    assert row is not None
    return row[0]


def test_a_day_without_a_clock_is_that_day_in_every_zone() -> None:
    in_berlin = {"timezone": "Europe/Berlin"}
    april = dt.datetime(2024, 4, 1)
    assert read("timestamp", "2024-04-01", **in_berlin) == april
    assert read("timestamp", "01.04.2024", date_formats=("%d.%m.%Y",), **in_berlin) == april
    assert read("timestamp", "45383", date_formats=("excel",), **in_berlin) == april
    assert read("timestamp", "2024-04-01T00:00", **in_berlin) == dt.datetime(2024, 3, 31, 22)


@pytest.mark.parametrize("said", ["infinity", "-infinity", "epoch", "today"])
@pytest.mark.parametrize("kind", ["date", "timestamp"])
def test_words_that_a_database_takes_for_days_are_none(kind: Kind, said: str) -> None:
    assert read(kind, said) is None


# Days that a spreadsheet wrote as numbers. 45292 is 2024-01-01 in the system of 1900, and the
# system of 1904 begins 1,462 days later.


@pytest.mark.parametrize(
    ("system", "said", "day"),
    [
        ("excel", "45292", dt.date(2024, 1, 1)),
        ("excel", "45292.75", dt.date(2024, 1, 1)),
        ("excel", "61", dt.date(1900, 3, 1)),
        ("excel", "60", None),
        ("excel", "60.5", None),
        ("excel", "59", dt.date(1900, 2, 28)),
        ("excel", "1", dt.date(1900, 1, 1)),
        # A zero stands for none.
        ("excel", "0", dt.date(1900, 1, 1)),
        ("excel", "-1", None),
        ("excel", "2958465", dt.date(9999, 12, 31)),
        ("excel", "2024-01-01", dt.date(2024, 1, 1)),
        ("excel", "01/01/2024", None),
        ("excel_1904", "43830", dt.date(2024, 1, 1)),
        ("excel_1904", "45292", dt.date(2028, 1, 2)),
        ("excel_1904", "60", dt.date(1904, 3, 1)),
    ],
)
def test_numbers_of_days_are_read_where_they_are_declared(
    system: str, said: str, day: dt.date | None
) -> None:
    assert read("date", said, date_formats=(system,)) == day


def test_numbers_of_days_are_no_dates_unless_they_are_declared() -> None:
    assert read("date", "45292") is None
    assert read("timestamp", "45292.75") is None


def test_a_part_of_a_day_is_a_time_to_the_second() -> None:
    # 0.396 days are 9 h 30 min 14.4 s.
    assert read("timestamp", "45292.396", date_formats=("excel",)) == dt.datetime(
        2024, 1, 1, 9, 30, 14
    )
    assert read("timestamp", "45292.5", date_formats=("excel",), timezone="Europe/Berlin") == (
        dt.datetime(2024, 1, 1, 11, 0)
    )


# Day, month and year


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("31/01/2025", dt.date(2025, 1, 31)),
        ("01/31/2025", dt.date(2025, 1, 31)),
        ("04/04/2025", dt.date(2025, 4, 4)),
        ("03/04/2025", None),
        ("32/01/2025", None),
        ("2025-03-04", dt.date(2025, 3, 4)),
    ],
)
def test_a_date_that_two_formats_read_differently_is_not_read(
    said: str, day: dt.date | None
) -> None:
    assert read("date", said, date_formats=("%d/%m/%Y", "%m/%d/%Y")) == day


def test_formats_that_cannot_be_confused_are_read_side_by_side() -> None:
    ways = ("%d.%m.%Y", "%m/%d/%Y", "excel")
    found = [read("date", said, date_formats=ways) for said in ("3.4.2025", "4/3/2025", "45750")]
    assert found == [dt.date(2025, 4, 3)] * 3


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("31/12/68", dt.date(2068, 12, 31)),
        ("01/01/69", dt.date(1969, 1, 1)),
        ("01/01/00", dt.date(2000, 1, 1)),
        ("01/01/2000", None),
    ],
)
def test_two_digits_of_a_year_are_1969_to_2068(said: str, day: dt.date | None) -> None:
    assert read("date", said, date_formats=("%d/%m/%y",)) == day


@pytest.mark.parametrize(
    "said", ["01/02/25", "1/2/25", "25-01-02", "Jan 2, 2025", "2025", "1.2.25"]
)
def test_without_a_format_only_iso_is_read(said: str) -> None:
    assert read("date", said) is None


@pytest.mark.parametrize(
    ("said", "date_format", "day"),
    [
        ("3 mars 2025", "%d %B %Y", dt.date(2025, 3, 3)),
        ("3. März 2025", "%d. %B %Y", dt.date(2025, 3, 3)),
        ("3. MÄRZ 2025", "%d. %B %Y", dt.date(2025, 3, 3)),
        ("14 févr. 2025", "%d %b %Y", dt.date(2025, 2, 14)),
        ("14 févr. 2025", "%d %b. %Y", dt.date(2025, 2, 14)),
        ("3 de março de 2025", "%d de %B de %Y", dt.date(2025, 3, 3)),
        ("12-dic-24", "%d-%b-%y", dt.date(2024, 12, 12)),
        ("12-Dec-2024", "%d-%b-%Y", dt.date(2024, 12, 12)),
        ("May 3, 2025", "%B %d, %Y", dt.date(2025, 5, 3)),
        ("31 février 2025", "%d %B %Y", None),
        ("3 listopada 2025", "%d %B %Y", None),
        ("3 mars avril 2025", "%d %B %Y", None),
        ("3 mars 2025", "%d/%m/%Y", None),
    ],
)
def test_months_by_name_are_read_in_the_commonest_languages(
    said: str, date_format: str, day: dt.date | None
) -> None:
    assert read("date", said, date_formats=(date_format,)) == day


def test_every_month_has_a_name_and_no_name_two_months() -> None:
    assert set(MONTHS.values()) == set(range(1, 13))
    assert (MONTHS["mars"], MONTHS["maj"], MONTHS["ago"], MONTHS["dez"]) == (3, 5, 8, 12)
    assert [name for name in MONTHS if name != name.lower()] == []


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("1/31/25 9:05:07 AM", dt.datetime(2025, 1, 31, 9, 5, 7)),
        ("1/31/25 12:00 AM", dt.datetime(2025, 1, 31)),
        ("1/31/25 21:05", dt.datetime(2025, 1, 31, 21, 5)),
        ("1/31/25", dt.datetime(2025, 1, 31)),
        ("1/31/25 25:00", None),
    ],
)
def test_a_clock_may_follow_a_date_whose_format_names_none(
    said: str, moment: dt.datetime | None
) -> None:
    assert read("timestamp", said, date_formats=("%m/%d/%y",)) == moment
    assert read("date", said, date_formats=("%m/%d/%y",)) == (moment and moment.date())


def test_an_offset_in_a_format_is_an_instant() -> None:
    way = "%d/%m/%Y %H:%M %z"
    said = "31/01/2025 00:30 +0200"
    assert read("timestamp", said, date_formats=(way,)) == dt.datetime(2025, 1, 30, 22, 30)
    assert read("date", said, date_formats=(way,)) is None
    assert read("date", said, date_formats=(way,), timezone="Europe/Athens") == dt.date(2025, 1, 31)


# Numbers


@pytest.mark.parametrize(
    ("said", "decimal", "number"),
    [
        ("1234.5", None, 1234.5),
        ("0.125", None, 0.125),
        ("1,5", None, None),
        ("1,234", None, None),
        ("1 234", None, None),
        ("$5", None, None),
        ("85%", None, None),
        ("1,5", ",", 1.5),
        ("1.234,56", ",", 1234.56),
        ("1.234.567", ",", 1234567.0),
        ("1 234 567,5", ",", 1234567.5),
        ("12'345,6", ",", 12345.6),
        ("12\u2019345,6", ",", 12345.6),
        ("1.234", ",", 1234.0),
        ("1.23", ",", None),
        ("12.34.56", ",", None),
        ("1,234,5", ",", None),
        ("1,234.56", ".", 1234.56),
        ("1,234", ".", 1234.0),
        ("1,23", ".", None),
        ("12,34,567", ".", None),
        ("-1,234.5", ".", -1234.5),
        ("\u20ac 1.234,50", ",", 1234.5),
        ("1.234,50 \u20ac", ",", 1234.5),
        ("-$1,000", ".", -1000.0),
        ("$-1,000", ".", -1000.0),
        ("EUR 12,5", ",", 12.5),
        ("1,000 USD", ".", 1000.0),
        ("85 %", ",", 85.0),
        ("85%", ".", 85.0),
        ("(1,000)", ".", None),
        ("1,000-", ".", None),
        ("about 5", ".", None),
        ("5 to 6", ".", None),
        ("1.5e3", ".", 1500.0),
        ("1_000", None, None),
        ("inf", ".", None),
    ],
)
def test_numbers_with_signs_are_read_where_the_decimal_is_declared(
    said: str, decimal: str | None, number: float | None
) -> None:
    assert read("number", said, decimal=decimal) == number


@pytest.mark.parametrize(
    ("said", "decimal", "number"),
    [
        ("3.0", None, 3),
        ("3,0", ",", 3),
        ("1.000", ",", 1000),
        ("1,000", ".", 1000),
        ("1,5", ",", None),
        ("3.000.000.000", ",", None),
        ("1E+05", None, None),
    ],
)
def test_whole_numbers_are_whole(said: str, decimal: str | None, number: int | None) -> None:
    assert read("integer", said, decimal=decimal) == number


# Yes and no


@pytest.mark.parametrize(
    "said", ["Y", "Ja", "1", "oui", "OUI", "S\u00ed", "si", "sim", "True", "vrai"]
)
def test_yes_in_the_commonest_languages(said: str) -> None:
    assert read("boolean", said) is True


@pytest.mark.parametrize("said", ["N", "Nein", "0", "non", "n\u00e3o", "nej", "FALSE", "falso"])
def test_no_in_the_commonest_languages(said: str) -> None:
    assert read("boolean", said) is False


@pytest.mark.parametrize("said", ["x", "o", "s", "maybe", "2", "-1", "on", "yes and no"])
def test_what_is_neither_yes_nor_no_is_not_read(said: str) -> None:
    assert read("boolean", said) is None


def test_no_word_is_yes_and_no() -> None:
    assert set(TRUE) & set(FALSE) == set()


def test_codes_may_be_written_with_spaces_and_any_hyphen() -> None:
    said = ["One to One", "one-to-one", "one\u2010to\u2010one", "one\u2013to\u2013one"]
    assert {read("code", text, codes=("one_to_one",)) for text in said} == {"one_to_one"}


def test_what_was_expected_is_told_in_words() -> None:
    day = Column("d", "date", "")
    assert expected_of(day, date_format=None) == "a date such as 2026-01-31"
    assert expected_of(day, date_format=("%d/%m/%Y", "excel")) == (
        "a date written as %d/%m/%Y or the day's number in a spreadsheet"
    )


# Whole columns: what one cell cannot tell


@dataclass(frozen=True)
class Written:
    """A column of one file: what it says, how it is declared, what is read, what is advised."""

    column: str
    said: tuple[str, ...]
    read: tuple[Any, ...]
    source: Mapping[str, Any] = field(default_factory=dict)
    to_do: str | None = None


def day(*said: str) -> tuple[dt.date | None, ...]:
    return tuple(dt.date.fromisoformat(one) if one else None for one in said)


MOVED = ("2025-01-30 23:00:00", "2025-03-30 22:00:00", "2025-12-02 23:00:00")
NEW_YORK = {"timezone": "America/New_York"}
COLUMNS = {
    "one format reads all": Written(
        "starts_on",
        ("31/01/2025", "03/04/2025"),
        (),
        to_do='`date_format: "%d/%m/%Y"` reads every value of the column',
    ),
    "declared, it is read": Written(
        "starts_on",
        ("31/01/2025", "03/04/2025"),
        day("2025-01-31", "2025-04-03"),
        {"date_format": "%d/%m/%Y"},
    ),
    "days and months cannot be told apart": Written(
        "starts_on",
        ("03/04/2025", "12/11/2025"),
        (),
        to_do='every value fits "%d/%m/%Y" as well as "%m/%d/%Y", so the export does not tell days '
        "from months: ask whoever made it, and say `date_format:`",
    ),
    "the column contradicts what is declared": Written(
        "starts_on",
        ("03/04/2025", "05/04/2025", "31/01/2025"),
        day("2025-03-04", "2025-05-04"),
        {"date_format": "%m/%d/%Y"},
        '`date_format: "%d/%m/%Y"` reads every value of the column, and %m/%d/%Y does not',
    ),
    "several formats": Written(
        "starts_on",
        ("31.01.2025", "28.02.2025", "2025-03-01", "01/31/2025"),
        day("2025-03-01"),
        to_do="the column is written in several ways: "
        '`date_format: ["%d.%m.%Y", "%m/%d/%Y"]` reads all of its values',
    ),
    "several formats, declared": Written(
        "starts_on",
        ("31.01.2025", "28.02.2025", "2025-03-01", "01/31/2025"),
        day("2025-01-31", "2025-02-28", "2025-03-01", "2025-01-31"),
        {"date_format": ["%d.%m.%Y", "%m/%d/%Y"]},
    ),
    "two digits where four are declared": Written(
        "starts_on",
        ("31/01/25", "03/04/25"),
        (),
        {"date_format": "%d/%m/%Y"},
        '`date_format: "%d/%m/%y"` reads every value of the column, and %d/%m/%Y does not',
    ),
    "months by name": Written(
        "starts_on",
        ("3 mars 2025", "14 f\u00e9vr. 2025"),
        (),
        to_do='`date_format: "%d %B %Y"` reads every value of the column',
    ),
    "numbers of days": Written(
        "starts_on",
        ("45292", "45658.5"),
        (),
        to_do="the values look like a spreadsheet's numbers of days: say `date_format: excel`, or "
        "`excel_1904` where its workbook counts from 1904, which makes 1,462 days of difference",
    ),
    "29 February 1900": Written(
        "starts_on", ("45292", "60"), day("2024-01-01"), {"date_format": "excel"}, ""
    ),
    "no day": Written("starts_on", ("9999-12-31", "1900-01-01"), (None, None)),
    "no day, in other ways": Written(
        "starts_on",
        ("1/1/1900", "31.12.9999", "1", "2958465"),
        (None,) * 4,
        {"date_format": ["%m/%d/%Y", "%d.%m.%Y", "excel"]},
    ),
    "no day, in any order": Written(
        "starts_on",
        (
            *("0000-00-00", "0000-00-00 00:00:00", "1/1/1900", "01/01/1900", "1.1.1900"),
            *("1/1/1900 0:00", "1/1/1900 12:00:00 AM", "31/12/9999", "12/31/9999", "31.12.9999"),
            "2024-01-01",
        ),
        (*(None,) * 10, *day("2024-01-01")),
    ),
    "a day like none": Written(
        "starts_on", ("1/2/1900", "11/1/1900"), (), to_do="every value fits"
    ),
    "no day, moved by a zone": Written("starts_on", ("1900-01-01T00:00:00Z",), (None,), NEW_YORK),
    "marks of nothing": Written(
        "starts_on", ("NA", "n/a", "#N/A", "-", "\u2014", "null", "None"), (None,) * 7
    ),
    "midnights of another zone": Written(
        "starts_on", MOVED, (), to_do="every value has the same time of day"
    ),
    "midnights moved in summer only": Written(
        "starts_on",
        ("2025-01-10 00:00:00", *(f"2025-0{n}-30 23:00:00" for n in (5, 6, 7))),
        (),
        to_do="every value has the same time of day",
    ),
    "midnights moved in summer, and days": Written(
        "starts_on",
        ("2025-01-10", *(f"2025-0{n}-30T23:00:00" for n in (5, 6, 7))),
        day("2025-01-10"),
        to_do="every value has the same time of day",
    ),
    "clocks of a zone that is declared": Written(
        "starts_on",
        MOVED,
        day("2025-01-30", "2025-03-30", "2025-12-02"),
        {"timezone": "Europe/London"},
    ),
    "clocks that differ": Written(
        "starts_on",
        (*MOVED[:2], "2025-12-02 09:15:00"),
        day("2025-01-30", "2025-03-30", "2025-12-02"),
    ),
    "ends of days": Written(
        "starts_on",
        tuple(f"2025-0{n}-01 23:59:59" for n in (1, 2, 3)),
        day("2025-01-01", "2025-02-01", "2025-03-01"),
    ),
    "beginnings of days": Written(
        "starts_on",
        tuple(f"2025-0{n}-01 00:00:00" for n in (1, 2, 3)),
        day("2025-01-01", "2025-02-01", "2025-03-01"),
    ),
    "clocks on some days only": Written(
        "starts_on",
        (*MOVED, "2025-12-03"),
        day("2025-01-30", "2025-03-30", "2025-12-02", "2025-12-03"),
    ),
    "too few clocks to tell": Written("starts_on", MOVED[:2], day("2025-01-30", "2025-03-30")),
    "an offset without a zone": Written(
        "starts_on", ("2025-01-30T23:00:00Z",), (), to_do="the values carry an offset from UTC"
    ),
    "thousands or decimals": Written(
        "budget_amount",
        ("12.000", "1.500", "900"),
        (900.0,),
        to_do='say which with `decimal: "."` or `decimal: ","`',
    ),
    "thousands": Written(
        "budget_amount", ("12.000", "1.500", "900"), (12_000.0, 1_500.0, 900.0), {"decimal": ","}
    ),
    "decimals": Written(
        "budget_amount", ("12.000", "1.500", "900"), (12.0, 1.5, 900.0), {"decimal": "."}
    ),
    "decimals, told by two digits": Written("budget_amount", ("12.000", "1.25"), (12.0, 1.25)),
    "decimals, told by a zero": Written("budget_amount", ("12.000", "0.500"), (12.0, 0.5)),
    "decimals, told by four digits": Written(
        "budget_amount", ("12.000", "1234.500"), (12.0, 1234.5)
    ),
    "a whole number of thousands": Written(
        "planned_duration_days", ("1.000", "30"), (30,), to_do="does not tell whether"
    ),
    "a decimal comma": Written(
        "budget_amount",
        ("1.234,50", "12,5"),
        (),
        to_do='`decimal: ","` reads every value of the column',
    ),
    "a comma that tells nothing": Written(
        "budget_amount", ("1,234",), (), to_do="does not tell whether"
    ),
    "spaces that tell nothing, and need not": Written(
        "budget_amount", ("1 234",), (), to_do='`decimal: "."` reads every value of the column'
    ),
    "two currencies": Written(
        "budget_amount", ("$ 100", "\u20ac 100", "100"), (100.0,), {"decimal": "."}, ""
    ),
    "one currency": Written(
        "budget_amount", ("$ 100", "$ 200", "100"), (100.0, 200.0, 100.0), {"decimal": "."}
    ),
    "marks that nobody sees": Written(
        "starts_on", ("\u200e2025\u200e-01-31", "\ufeff2025-01-31\u202c"), day(*["2025-01-31"] * 2)
    ),
}


@dataclass(frozen=True)
class Told:
    """What became of one file: the values read, and what to do about each record that was not."""

    read: tuple[Any, ...]
    to_do: tuple[str, ...]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Told]:
    """Every column of the list in a file of its own, loaded together."""
    workspace = Workspace(
        tmp_path_factory.mktemp("columns"), settings={"ingest": {"maximum_quarantined_share": 1.0}}
    )
    workspace.write("job_history", JOBS)
    files = {name: f"{place}.csv" for place, name in enumerate(COLUMNS)}
    for name, written in COLUMNS.items():
        rows = "".join(f'{files[name]} {n},"{text}"\n' for n, text in enumerate(written.said))
        workspace.write(
            "programs", f"program_id,{written.column}\n{rows}", files[name], **written.source
        )
    workspace.load()
    waiting = workspace.waiting("programs")
    found = {}
    for name, file in files.items():
        source = f"exports/{file}"
        kept = workspace.rows(
            f"select {COLUMNS[name].column} from programs where _source = '{source}' "
            "order by _record"
        )
        found[name] = Told(
            tuple(value for (value,) in kept),
            tuple(row["to_do"] for row in waiting if row["source"] == source),
        )
    return found


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_is_read_as_a_whole(told: dict[str, Told], name: str) -> None:
    written, found = COLUMNS[name], told[name]
    assert found.read == written.read
    assert len(found.to_do) == len(written.said) - len(written.read)
    for said in found.to_do:
        assert written.to_do is not None
        assert written.to_do in said


def test_a_required_time_that_only_means_none_is_missing(company: Workspace) -> None:
    said = ("1900-01-01 00:00", "9999-12-31T23:59:59Z", "1/1/1900", "0000-00-00 00:00:00")
    rows = "".join(f"f{n},p,{text}\n" for n, text in enumerate(said))
    company.write("feedback", f"feedback_id,pairing_id,given_at\n{rows}")
    company.load()
    assert company.reasons("feedback") == [(n, "missing_value") for n in (1, 2, 3, 4)]


def test_advice_and_warnings_hold_no_value(company: Workspace) -> None:
    company.write("programs", "program_id,starts_on\ng,31/01/2025\n")
    (warning,) = company.load().warnings
    assert warning == (
        "exports/programs.csv, column starts_on: 1 value could not be read; "
        '`date_format: "%d/%m/%Y"` reads every value of the column.'
    )


def test_a_refusal_says_what_would_read_the_column(company: Workspace) -> None:
    company.settings["ingest"] = {"maximum_quarantined_share": 0}
    company.write("programs", "program_id,starts_on\ng,31/01/2025\n")
    with pytest.raises(DataRefused, match='`date_format: "%d/%m/%Y"` reads every value'):
        company.load()


@pytest.mark.parametrize("date_format", ["DD/MM/YYYY", "%m", "%d/%m", "%Q", ["%d/%m/%Y", "%d"]])
def test_a_format_without_a_year_is_a_mistake(company: Workspace, date_format: Any) -> None:
    company.sources[0]["date_format"] = date_format
    with pytest.raises(ConfigError, match="The date format cannot be followed"):
        company.load()


# What stands for nothing, and what nobody sees


def test_a_text_is_what_it_says_unless_that_is_nothing(company: Workspace) -> None:
    said = ("-", "#N/A", "Null", "NA", "None", "#REF!", "#DIV/0!")
    rows = "".join(f"E1,2020-01-0{n + 1},change,{text}\n" for n, text in enumerate(said))
    company.write("job_history", f"employee_id,effective_on,event,department\n{rows}", "more.csv")
    company.load()
    found = company.rows(
        "select department from job_history where _source like '%more%' order by _record"
    )
    assert found == [(None,), (None,), (None,), ("NA",), (None,)]
    assert company.reasons("job_history") == [(n, "spreadsheet_error") for n in (6, 7)]


def test_an_id_of_nothing_names_nobody(company: Workspace) -> None:
    jobs = "".join(f"{who},2020-01-01,hire,{who}\n" for who in ("NULL", "#N/A", "-", "NA", "E9"))
    company.write("job_history", "employee_id,effective_on,event,manager_id\n" + jobs, "more.csv")
    company.load()
    assert company.reasons("job_history") == [(n, "missing_value") for n in (1, 2, 3)]
    assert company.rows(
        "select count(*) from job_history where _source like '%more%' and manager_key is not null"
    ) == [(2,)]


def test_the_surname_null_is_a_surname(company: Workspace) -> None:
    company.write(
        "people", "employee_id,first_name,last_name\nE8,Ada,Null\nE9,None,NA\n", "more.csv"
    )
    company.write("recognitions", "employee_id,awarded_on,kind\nE1,2020-01-01,thanks to Null\n")
    company.load()
    assert company.rows("select kind from recognitions") == [("thanks to [name]",)]


def test_marks_that_nobody_sees_are_not_read(company: Workspace) -> None:
    company.write(
        "programs",
        "program_id,program_type,starts_on,budget_amount,program_name\n"
        "g\u200b1,one\u2060_to_one,\u200e2025\u200e-01-31,1\u200d5,"
        "Cir\u00adcles\u202e of\u00a0life\n",
    )
    company.load()
    assert company.rows(
        "select program_id, program_type, starts_on, budget_amount, program_name from programs"
    ) == [("g1", "one_to_one", dt.date(2025, 1, 31), 15.0, "Circles of life")]


def test_comments_lose_marks_of_direction_and_keep_their_joiners(company: Workspace) -> None:
    header = "survey_id,wave,response_id,submitted_at,item_id,answer\n"
    company.write(
        "survey_responses",
        header + "s,1,r1,2020-01-01,t,safe\u202e txt.exe\n"
        "s,1,r2,2020-01-01,t,\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645\n",
    )
    company.write("survey_items", "survey_id,item_id,kind\ns,t,choice\n")
    company.load()
    answers = [a for (a,) in company.rows("select answer from survey_responses order by _record")]
    assert answers[0] == "safe txt.exe"
    assert "\u202e" not in "".join(answers)


def test_one_word_in_two_unicode_forms_is_one_word(company: Workspace) -> None:
    company.write(
        "job_history",
        "employee_id,effective_on,event,department\n"
        "E1,2020-01-01,change,Qualit\u00e9\nE2,2020-01-01,change,Qualite\u0301\n",
        "more.csv",
    )
    company.load()
    assert company.rows(
        "select distinct department from job_history where department like 'Q%'"
    ) == [("Qualit\u00e9",)]


def test_a_script_in_a_comment_is_text(company: Workspace) -> None:
    header = "survey_id,wave,response_id,submitted_at,item_id,answer\n"
    script = "</script><script>alert(1)</script>"
    company.write("survey_responses", header + f"s,1,r1,2020-01-01,t,{script}\n")
    company.load()
    assert company.rows("select answer from survey_responses") == [(script,)]


def test_a_formula_in_quarantine_is_text(company: Workspace) -> None:
    starts = ("=", "+", "-", "@", "\t", "\r")
    rows = "".join(f'"{start}g","{start}1+1"\n' for start in starts)
    company.write("programs", f"program_id,starts_on\n{rows}")
    company.load()
    waiting = company.waiting("programs")
    assert [row["found"] for row in waiting] == [f"'{start}1+1" for start in starts]
    assert not [cell for row in waiting for cell in row.values() if cell.startswith(starts)]


def test_a_cell_of_ten_megabytes_waits_whole(company: Workspace) -> None:
    header = "survey_id,wave,response_id,submitted_at,item_id,answer\n"
    long = "long " * 2_000_000
    company.write(
        "survey_responses", header + f"s,1,r1,2020-01-01,t,{long}\ns,1,r2,2020-01-01,t,short\n"
    )
    company.load()
    (row,) = company.waiting("survey_responses")
    assert (row["record"], row["reason"]) == ("1", "oversized_value")
    assert row["found"] == "(too long to be shown)"
    assert raw_of(row)["answer"] == long
    assert company.rows("select answer from survey_responses") == [("short",)]


def test_the_longest_answer_is_kept(company: Workspace) -> None:
    header = "survey_id,wave,response_id,submitted_at,item_id,answer\n"
    company.write("survey_responses", header + f"s,1,r1,2020-01-01,t,{'word ' * 20_000}\n")
    assert total(company.load(), "survey_responses") == (1, 1, 0, 0)
