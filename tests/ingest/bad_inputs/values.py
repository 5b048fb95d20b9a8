"""Files with values that are wrong: 35 to 57."""

from __future__ import annotations

import io

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.ingest.bad_inputs.catalog import Rows, listed
from tests.ingest.bad_inputs.files import HEADER, reviews
from tests.ingest.conftest import Workspace

DAYS = "select reviewed_on::varchar from performance_reviews order by reviewed_on"
RATINGS = "select rating from performance_reviews order by rating"
PEOPLE = "employee_id,email,first_name,last_name"


def dated(*days: str, **source: object) -> object:
    """Return what writes reviews on these days, as they are written."""
    lines = [f'E{1 + n % 4},"{day}",4,5' for n, day in enumerate(days)]
    return reviews("\n".join([HEADER, *lines, ""]), **source)


def rated(*ratings: str, **source: object) -> object:
    """Return what writes reviews with these ratings, as they are written."""
    lines = [f'E{1 + n},2024-01-31,"{rating}",5' for n, rating in enumerate(ratings)]
    return reviews("\n".join([HEADER, *lines, ""]), **source)


def days(*found: str) -> tuple[str, Rows]:
    return DAYS, [(day,) for day in found]


def book_of_1904(workspace: Workspace) -> None:
    """Write a workbook that counts its days from 1904."""
    import datetime as dt

    workbook, out = openpyxl.Workbook(), io.BytesIO()
    workbook.epoch = CALENDAR_MAC_1904
    sheet = workbook.active
    assert sheet is not None
    sheet.append(HEADER.split(","))
    sheet.append(["E1", dt.date(2024, 1, 31), 4, 5])
    workbook.save(out)
    workspace.write("performance_reviews", out.getvalue(), "reviews.xlsx")


def learned(who: str) -> object:
    """Return what writes one course of somebody."""
    text = f'employee_id,completed_on,kind\n"{who}",2024-01-31,course\n'
    return lambda workspace: workspace.write("learning", text)


def commented(comment: str) -> object:
    """Return what writes a response with one comment."""
    return lambda workspace: (
        workspace.write(
            "survey_responses",
            "survey_id,wave,response_id,respondent_id,submitted_at,item_id,answer\n"
            f'S,w1,R1,E1,2024-01-31,comment,"{comment}"\n',
        ),
        workspace.write("survey_items", "survey_id,item_id,kind\nS,comment,text\n"),
    )


COURSES = "select count(*) from learning"
COMMENTS = "select answer from survey_responses"

listed(
    35,
    "days as numbers of a spreadsheet (45322)",
    "read",
    "only where `date_format: excel` says so; else they wait",
    dated("45322", date_format="excel"),
    query=days("2024-01-31"),
)
listed(
    36,
    "days counted from 1904",
    "read",
    "a workbook says it itself; for text say `excel_1904`",
    book_of_1904,
    query=days("2024-01-31"),
)
listed(
    37,
    "day 60, 29 February 1900, which never was",
    "quarantined",
    "no such day",
    dated("60", "45322", date_format="excel"),
    reasons={"unreadable_date": 1},
    query=days("2024-01-31"),
)
listed(
    38,
    "days and months in either order",
    "quarantined",
    "never guessed; the column is asked, and `date_format:` decides",
    dated("01/02/2024", "03/04/2024"),
    reasons={"unreadable_date": 2},
    query=days(),
    says="does not tell days from months",
)
listed(
    39,
    "dates written in several ways",
    "quarantined",
    "what the declared way does not read",
    dated("31/01/2024", "Feb 29 24", date_format="%d/%m/%Y"),
    reasons={"unreadable_date": 1},
    query=days("2024-01-31"),
)
listed(
    40,
    "years of two digits",
    "read",
    "where the format says `%y`: 69 to 68 are 1969 to 2068",
    dated("31.01.24", date_format="%d.%m.%y"),
    query=days("2024-01-31"),
)
listed(
    41,
    "9999-12-31 and 1900-01-01 for none",
    "read",
    "as empty; a required date is then missing",
    lambda w: w.write("programs", "program_id,starts_on,ends_on\nP1,1900-01-01,9999-12-31\n"),
    table="programs",
    query=("select starts_on, ends_on from programs", [(None, None)]),
)
listed(
    42,
    "midnights moved into another time zone",
    "quarantined",
    "`timezone:` says whose midnight is meant",
    dated("2024-01-30T23:00:00Z", "2024-02-28T23:00:00Z", "2024-03-30T23:00:00Z"),
    reasons={"unreadable_date": 3},
    query=days(),
    says="timezone",
)
listed(
    43,
    "months by name, in the language of the export",
    "read",
    "with `%B` or `%b`, in the commonest languages",
    dated("31. Januar 2024", "29 février 2024", date_format=["%d. %B %Y", "%d %B %Y"]),
    query=days("2024-01-31", "2024-02-29"),
)
listed(
    44,
    "ids that lost their leading zeros",
    "quarantined",
    "as nobody's; whose they may be is suggested, never assumed",
    lambda w: (
        w.write(
            "job_history", "employee_id,effective_on,event\n00042,2019-01-01,hire\n", "more.csv"
        ),
        learned("42")(w),
    ),
    table="learning",
    reasons={"unknown_person": 1},
    query=(COURSES, [(0,)]),
)
listed(
    45,
    "ids in scientific notation (1.23E+11)",
    "quarantined",
    "their last digits are lost",
    learned("1.23E+11"),
    table="learning",
    reasons={"damaged_id": 1},
    query=(COURSES, [(0,)]),
)
listed(
    46,
    "ids as 123.0",
    "read",
    "as 123, where there is a 123 and no 123.0",
    lambda w: (
        w.write("job_history", "employee_id,effective_on,event\n123,2019-01-01,hire\n", "more.csv"),
        learned("123.0")(w),
    ),
    table="learning",
    query=(COURSES, [(1,)]),
)
listed(
    47,
    "ids in another case, with spaces or look-alike letters",
    "quarantined",
    "case and spaces are read; a letter of another script is nobody's id, and only suggested",
    lambda w: w.write(
        "learning",
        "employee_id,completed_on,kind\n e1 ,2024-01-31,course\n\u0415\u0031,2024-02-29,course\n",
    ),
    table="learning",
    reasons={"unknown_person": 1},
    query=(COURSES, [(1,)]),
)
listed(
    48,
    "a decimal comma",
    "read",
    'where `decimal: ","` says so',
    rated("3,5", decimal=","),
    query=(RATINGS, [(3.5,)]),
)
listed(
    49,
    "separators of thousands",
    "quarantined",
    "unless `decimal:` says which sign is which",
    lambda w: w.write("programs", 'program_id,budget_amount\nP1,"1,200,000"\n'),
    table="programs",
    reasons={"unreadable_number": 1},
    query=("select count(*) from programs", [(0,)]),
)
listed(
    50,
    "signs of currency and percent",
    "quarantined",
    "unless `decimal:` is said, and all signs of a column are the same",
    lambda w: w.write("programs", "program_id,budget_amount\nP1,1200 €\n"),
    table="programs",
    reasons={"unreadable_number": 1},
    query=("select count(*) from programs", [(0,)]),
)
listed(
    51,
    "NA, -, null for nothing",
    "read",
    "as empty",
    lambda w: w.write("programs", "program_id,budget_amount,ends_on,is_voluntary\nP1,NA,-,null\n"),
    table="programs",
    query=("select budget_amount, ends_on, is_voluntary from programs", [(None, None, None)]),
)
listed(
    52,
    "the surname Null",
    "read",
    "a name is a name: it is taken out of comments",
    lambda w: (
        w.write("people", f"{PEOPLE}\nE4,nu@corp.example,Nelly,Null\n", "null.csv"),
        commented("Nelly Null helped me")(w),
    ),
    table="survey_responses",
    query=(COMMENTS, [("[name] [name] helped me",)]),
)
listed(
    53,
    "yes as Y, Ja, Oui, 1",
    "read",
    "in the commonest languages",
    lambda w: w.write("programs", "program_id,is_voluntary\nP1,Ja\nP2,Y\nP3,1\nP4,Nein\n"),
    table="programs",
    query=(
        "select is_voluntary from programs order by program_id",
        [(True,), (True,), (True,), (False,)],
    ),
)
listed(
    54,
    "cells that a spreadsheet takes for formulas",
    "quarantined",
    "they are never evaluated; in the quarantine an apostrophe stands before them",
    rated("=1+1"),
    reasons={"unreadable_number": 1},
    query=(RATINGS, []),
)
listed(
    55,
    "scripts in comments",
    "read",
    "as text; no page shows comments, and pages escape everything",
    commented("</script><script>alert(1)</script>"),
    table="survey_responses",
    query=(COMMENTS, [("</script><script>alert(1)</script>",)]),
)
listed(
    56,
    "marks of direction and of no width",
    "read",
    "without them",
    commented("good\u202e evil\u2066 words"),
    table="survey_responses",
    query=(COMMENTS, [("good evil words",)]),
)
listed(
    57,
    "a cell of ten megabytes",
    "quarantined",
    "an answer is not that long",
    commented("x" * 10_000_000),
    table="survey_responses",
    reasons={"oversized_value": 1},
    query=("select count(*) from survey_responses", [(0,)]),
)
