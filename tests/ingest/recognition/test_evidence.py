"""Files that have a table's headers, or nearly, and hold something else are not placed."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.recognition import recognize

DAY = "2025-03-{d:02d}"


def table(header: str, line: str, count: int = 20) -> str:
    """Return a file with lines of `n` from 0, `d` a day of it, `r` repeating, `s` from 0 to 4."""
    lines = (line.format(n=n, d=n % 28 + 1, r=n // 2, s=n % 5) for n in range(count))
    return "\n".join((header, *lines)) + "\n"


UNRELATED = {
    "server_log": (
        "Timestamp,Host,CPU load in percent,Free memory in MB",
        f"{DAY} 09:00:00,h{{s}},{{s}},512",
    ),
    "rooms": (
        "Timestamp,Room,Number of people attending,Booked by",
        f"{DAY} 09:00:00,R{{s}},{{s}},e{{n}}@corp.example",
    ),
    "doors": ("Timestamp,Badge,Door name and floor", f"{DAY} 09:00:00,{{n}},A"),
    "prints": (
        "ID,Start time,Completion time,Printer,Number of pages printed",
        f"{{n}},{DAY} 09:00:00,{DAY} 09:01:00,P,{{s}}",
    ),
    "matrix": (",".join(f"V{n}" for n in range(1, 12)), ",".join(["0.{n}"] * 11)),
    "quiz": ("Employee ID,Course Name,Completed On,Score", f"E{{n}},Fire safety,{DAY},8{{s}}"),
    "inspections": ("Employee ID,Evaluation Date,Score,Site", f"E{{n}},{DAY},{{s}},B"),
    "emergency": (
        "Employee ID,First Name,Last Name,Email,Phone,Relationship",
        "E{n},Mo,L,mo{n}@mail.example,1,mother",
    ),
    "grants": ("Recipient,Award Date,Award Name,Amount", f"ORG{{n}},{DAY},Research,1000"),
    "pay": (
        "Employee ID,Effective Date,Action,Reason,Base Salary",
        f"E{{r}},{DAY},Promotion,merit,5{{n}}000",
    ),
    "customers": ("Employee Number,Company Email,Phone,Website", "{n},c{n}@shop.example,1,w"),
    "bridges": (
        "Program ID,Program Name,Start Date,End Date,Budget,Currency",
        f"PR{{n}},Bridge,{DAY},{DAY},1000,EUR",
    ),
    "visitors": ("Employee ID,Email,First Name,Last Name", "E{r},v{n}@guest.example,V,G"),
    "headcount": (
        "Employee ID,Effective Date,Hire Date,Department,Location,Job Title,Level,Worker Type",
        f"E{{n}},2025-12-31,{DAY},Sales,B,Rep,{{s}},Employee",
    ),
    "tournament": (
        "Match ID,Session ID,Scheduled for,Outcome,Minutes",
        f"{{r}},{{n}},{DAY} 10:00,held,90",
    ),
    "stays": (
        "Fecha_reserva,Fecha_ingreso,Fecha_salida,Id_empleado,Id_huesped",
        f"{DAY},{DAY},{DAY},E{{n}},H{{n}}",
    ),
    "sign_ins": (
        "Id,Fecha de ingreso,Fecha de salida,Cargo",
        f"{{n}},{DAY} 08:00:00,{DAY} 17:00:00,Cajero",
    ),
    "shift_lines": ("Personalnummer;Vorname;Nachname;Datum;Pausen", f"{{n}};A;L;{DAY};30"),
    "mentoring_log": (
        "Mentor Email,Mentee Email,Date,Session Status",
        f"m{{r}}@corp.example,p{{r}}@corp.example,{DAY},held",
    ),
    "months": ("Employee ID,Effective Date,Action,Department", "E{r},2025-03,Hire,S"),
}


@pytest.mark.parametrize("name", UNRELATED)
def test_what_only_looks_like_a_source_is_not_placed(tmp_path: Path, name: str) -> None:
    (tmp_path / f"{name}.csv").write_text(table(*UNRELATED[name]), encoding="utf-8")
    found = recognize(tmp_path)
    assert [(draft.table, draft.preset) for draft in found.drafts] == []
    assert len(found.unplaced) == 1


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("rooms", "its headers are those of Google Forms, but none of its other headers asks"),
        ("emergency", "4 of 6 headers fit people, but Relationship speaks against it"),
        ("visitors", "its headers are those of the table people, but Employee ID repeats, and peo"),
        ("headcount", "its headers are those of Workday, but every record has the same Effective"),
        ("months", "4 of 4 headers fit job_history, but Effective Date holds months and no days"),
        ("tournament", "it looks like meetings, but no export of pairings is here to which it cou"),
        ("prints", "its headers do not tell what it holds"),
    ],
)
def test_the_reason_is_the_true_one(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / f"{name}.csv").write_text(table(*UNRELATED[name]), encoding="utf-8")
    (unplaced,) = recognize(tmp_path).unplaced
    assert unplaced.reason.startswith(reason)


@pytest.mark.parametrize(
    ("preset", "header", "line"),
    [
        (
            "google_forms",
            "Timestamp,How useful was the session?,Team",
            f"{DAY} 09:00:00,{{s}},T{{s}}",
        ),
        (
            "microsoft_forms",
            "ID,Start time,Completion time,Email,Name,I would recommend the program",
            f"{{n}},{DAY} 09:00:00,{DAY} 09:01:00,anonymous,,{{s}}",
        ),
    ],
)
def test_a_form_that_asks_something_is_one(
    tmp_path: Path, preset: str, header: str, line: str
) -> None:
    (tmp_path / "form.csv").write_text(table(header, line), encoding="utf-8")
    (draft,) = recognize(tmp_path).drafts
    assert (draft.preset, draft.is_sure) == (preset, True)


def test_numbers_without_end_are_no_answers(tmp_path: Path) -> None:
    text = table("Timestamp,How many pages?", f"{DAY} 09:00:00,{{n}}")
    (tmp_path / "form.csv").write_text(text, encoding="utf-8")
    (unplaced,) = recognize(tmp_path).unplaced
    assert unplaced.reason.endswith("nothing below its questions looks like answers")


def test_a_record_per_person_and_day_is_a_snapshot(tmp_path: Path) -> None:
    lines = [
        f"E{n},{day}-12-31,2020-01-05,{'2023-06-30' if n == 1 else ''},Sales,{n % 3 + 1}\n"
        for day in (2022, 2023)
        for n in range(20)
    ]
    header = "Emp,As Of,Hire Date,Termination Date,Dept,Grade\n"
    (tmp_path / "headcount.csv").write_text(header + "".join(lines), encoding="utf-8")
    (draft,) = recognize(tmp_path).drafts
    assert (draft.table, draft.preset, draft.is_sure) == ("job_history", "snapshots", False)
    assert draft.columns == {
        "employee_id": "Emp",
        "snapshot_on": "As Of",
        "hired_on": "Hire Date",
        "left_on": "Termination Date",
        "department": "Dept",
        "level": "Grade",
    }
    assert draft.questions == (
        "is 1 the most junior Grade, and the highest the most senior?",
        "is Termination Date the last day worked, as the preset takes it?",
    )


@pytest.mark.parametrize(
    ("names", "pattern", "file_date"),
    [
        (("headcount_2024-01", "headcount_2024-02"), "headcount_*-*.csv", "headcount_%Y-%m.csv"),
        (("staff roster 2023", "staff roster 2024"), "staff roster *.csv", "staff roster %Y.csv"),
    ],
)
def test_snapshots_whose_names_differ_by_a_day_are_one_source(
    tmp_path: Path, names: tuple[str, ...], pattern: str, file_date: str
) -> None:
    for name in names:
        text = table("Employee ID,Department,Job Title", "E{n},Sales,Rep")
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    (draft,) = recognize(tmp_path).drafts
    assert (draft.preset, draft.path.name, draft.file_date) == ("snapshots", pattern, file_date)
    assert not any("one day" in question for question in draft.questions)


def test_a_series_is_none_where_the_pattern_names_other_files_or_other_people(
    tmp_path: Path,
) -> None:
    """A year of one file alone says no day; strangers in the next file are asked about."""
    text = table("Employee ID,Hire Date,Job Title", "E{n},2020-01-02,Rep")
    (tmp_path / "staff 2023.csv").write_text(text, encoding="utf-8")
    (draft,) = recognize(tmp_path).drafts
    assert (draft.preset, draft.pattern) == ("spells", None)
    (tmp_path / "staff 2024.csv").write_text(text.replace("\nE", "\nX"), encoding="utf-8")
    (draft,) = recognize(tmp_path).drafts
    assert any("few of the people of one file" in question for question in draft.questions)
    (tmp_path / "staff of 2024.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (tmp_path / "staff 20x4.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    assert [draft.pattern for draft in recognize(tmp_path).drafts] == [None, None]


@pytest.mark.parametrize(
    ("header", "months", "told"),
    [
        ("Month", ("2024-01", "2024-02"), "%Y-%m"),
        ("Monat", ("01/2024", "02/2024"), "%m/%Y"),
        ("Year", ("2023", "2024"), "%Y"),
    ],
)
def test_a_month_or_a_year_is_the_day_of_a_snapshot(
    tmp_path: Path, header: str, months: tuple[str, str], told: str
) -> None:
    lines = [f"E{n},{month},2020-01-02,Rep" for month in months for n in range(20)]
    text = "\n".join((f"Employee ID,{header},Hire Date,Job Title", *lines)) + "\n"
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")
    (draft,) = recognize(tmp_path).drafts
    assert (draft.preset, draft.columns["snapshot_on"]) == ("snapshots", header)
    assert draft.date_format == told


@pytest.mark.parametrize(
    ("words", "tables"),
    [
        (("Hire", "Termination"), ["job_history"]),
        (("Hire", "Painted"), []),
        (("Open", "Closed"), []),
    ],
)
def test_an_id_is_an_employees_where_events_are_hires_and_exits(
    tmp_path: Path, words: tuple[str, str], tables: list[str]
) -> None:
    lines = [f"{n // 2},{DAY.format(d=n % 28 + 1)},{words[n % 2]},A" for n in range(20)]
    text = "\n".join(("id,from,action,dept", *lines)) + "\n"
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")
    assert [draft.table for draft in recognize(tmp_path).drafts] == tables


def test_e_mails_name_people_where_another_header_has_their_names(tmp_path: Path) -> None:
    header = "Employee,Work email,Start date,End date,Title,Department"
    line = "Ada Lund{n},p{n}@corp.example,2020-01-02,,Rep,Sales"
    (tmp_path / "people.csv").write_text(table(header, line), encoding="utf-8")
    (draft,) = (d for d in recognize(tmp_path).drafts if d.table == "job_history")
    assert draft.columns["employee_id"] == "Work email"
