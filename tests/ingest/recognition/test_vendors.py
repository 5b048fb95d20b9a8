"""Whose export a file is: told by what one vendor alone is known for, else asked or left."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from ingest.recognition import Recognition, recognize

# Employment details as UKG Pro documents them; seven names stand in Together's directory, too.
UKG_DETAILS = (
    "companyID,employeeID,employeeNumber,jobDescription,orgLevel1Code,originalHireDate,"
    "lastHireDate,primaryWorkLocationCode,dateInJob,dateOfBenefitSeniority,dateOfSeniority,"
    "employeeStatusCode,supervisorID,dateOfTermination"
)
UKG_ROW = (
    "C,E{n},{n},Analyst,IT,2020-01-0{n},2020-01-0{n},Paris,2021-01-01,2020-01-01,2022-01-01,A,E1,"
)
TOGETHER = (
    "employeeId,supervisorId,firstName,lastName,email,employeeStatusCode,dateOfSeniority,"
    "dateInJob,departmentName,lastHireDate,dateOfTermination"
)
TOGETHER_ROW = "E{n},E1,Ada,L,e{n}@corp.example,A,,2021-01-01,IT,2020-01-0{n},"
SUCCESS_FACTORS = "userId,startDate,seqNumber,endDate,event,emplStatus,department,jobTitle"
SURVEY_MONKEY = (
    "Respondent ID,Collector ID,Start Date,End Date,How satisfied are you?\n,,,,Response\n{rows}"
)


def rows(line: str, count: int = 5) -> str:
    return "".join(line.format(n=n) + "\n" for n in range(1, count + 1))


def recognized(folder: Path, name: str, text: str, root: Path | None = None) -> Recognition:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return recognize(folder, root=root)


def placed(found: Recognition) -> list[tuple[str, str, bool]]:
    return [(draft.table, draft.preset, draft.is_sure) for draft in found.drafts]


@pytest.mark.parametrize(
    ("header", "row", "expected"),
    [
        (UKG_DETAILS, UKG_ROW, [("job_history", "ukg_pro", True)]),
        (
            TOGETHER,
            TOGETHER_ROW,
            [("job_history", "together_history", True), ("people", "together_people", True)],
        ),
    ],
)
def test_a_vendor_is_told_by_what_it_alone_is_known_for(
    tmp_path: Path, header: str, row: str, expected: Sequence[tuple[str, str, bool]]
) -> None:
    assert placed(recognized(tmp_path, "export.csv", header + "\n" + rows(row))) == expected


def test_a_file_of_two_vendors_alike_is_not_placed(tmp_path: Path) -> None:
    text = (
        "employeeId,supervisorId,employeeStatusCode,dateInJob,dateOfSeniority,lastHireDate,"
        "dateOfTermination\n" + rows("E{n},E1,A,2021-01-01,,2020-01-0{n},")
    )
    found = recognized(tmp_path, "export.csv", text)
    assert not found.drafts
    assert found.unplaced[0].reason == "its headers are those of Together as well as of UKG Pro"


@pytest.mark.parametrize(
    "text",
    [
        "id,email,firstName,lastName\n" + rows("{n},c{n}@shop.example,A,B"),
        "id,email,firstName,surname\n" + rows("{n},c{n}@shop.example,A,B"),
        "id,employeeId,firstName,lastName,relationship,dateOfBirth,status\n"
        + rows("{n},E{n},Kid,L,CHILD,2012-01-0{n},ACTIVE"),
    ],
)
def test_headers_that_anybody_may_write_are_no_vendors(tmp_path: Path, text: str) -> None:
    assert not recognized(tmp_path, "export.csv", text).drafts


def test_ordinary_headers_of_a_vendor_are_asked_about(tmp_path: Path) -> None:
    text = "employeeId,date,location,department,jobTitle\n" + rows("E1,202{n}-01-01,B,IT,T")
    (draft,) = recognized(tmp_path, "export.csv", text).drafts
    assert (draft.preset, draft.is_sure) == ("bamboohr_job_info", False)
    assert "any export may have such headers: is it one of BambooHR?" in draft.questions


@pytest.mark.parametrize(
    ("text", "table", "preset", "columns", "asked"),
    [
        (
            "Mentor Email Address,Mentee Email Address,Mentoring Connection Name\n"
            + rows("a{n}@x.example,b{n}@x.example,Ada and Bo"),
            "pairings",
            "chronus",
            {},
            ["program_id", "started_on"],
        ),
        (
            "Role ID,Name,Approved (True/False),Verified Email (True/False),Email,Signup Date,"
            "Completion,Last Activity Type\n"
            + rows("{n},Ada,True,True,a{n}@x.example,2024-01-0{n},50%,Login"),
            "enrollments",
            "mentorloop_enrollments",
            {},
            ["program_id", "role"],
        ),
        (
            "Loop ID,Mentor Email,Mentee Email,Loop Status,Start Date,Closed Date\n"
            + rows("{n},a{n}@x.example,b{n}@x.example,Active,2024-01-0{n},")
            + "9,a9@x.example,b9@x.example,Draft,2024-01-09,\n",
            "pairings",
            "mentorloop",
            {
                "pairing_id": "Loop ID",
                "mentor_id": "Mentor Email",
                "mentee_id": "Mentee Email",
                "started_on": "Start Date",
                "ended_on": "Closed Date",
            },
            ["program_id"],
        ),
    ],
)
def test_what_a_platform_leaves_out_is_found_by_words_or_asked(
    tmp_path: Path, text: str, table: str, preset: str, columns: dict[str, str], asked: list[str]
) -> None:
    (draft,) = recognized(tmp_path, "export.csv", text).drafts
    assert (draft.table, draft.preset, draft.columns) == (table, preset, columns)
    assert not draft.is_sure
    assert [question.split(" (")[0] for question in draft.questions] == [
        f"no header says {name}" for name in asked
    ]


def test_one_file_of_matches_fills_pairings_and_enrollments(tmp_path: Path) -> None:
    found = recognized(
        tmp_path,
        "matches.csv",
        "Program,Mentor Name,Mentor Email,Registered (MM-DD-YYYY),Mentee Name,Mentee Email,"
        "Matching Status,Matched On\n"
        + rows("Rise,A,a{n}@x.example,03-2{n}-2023,B,b{n}@x.example,Matched-Active,04-2{n}-2023"),
    )
    assert [(d.table, d.preset) for d in found.drafts] == [
        ("enrollments", "qooper_enrollments"),
        ("pairings", "qooper"),
    ]
    assert found.drafts[1].columns == {"mentee_id": "Mentee Email", "started_on": "Matched On"}


def test_a_workspaces_own_preset_is_known(tmp_path: Path) -> None:
    (tmp_path / "presets").mkdir()
    (tmp_path / "presets" / "hub_pairs.yml").write_text(
        "vendor: Hub\nevidence: [our platform]\ntable: pairings\ncolumns:\n"
        "  pairing_id: [Pair No]\n  program_id: [Scheme]\n  mentor_id: [Guide]\n"
        "  mentee_id: [Guided]\n  started_on: [Start]\n",
        encoding="utf-8",
    )
    text = "Pair No,Scheme,Guide,Guided,Start\n" + rows("{n},Rise,E{n},F{n},2024-01-0{n}")
    found = recognized(tmp_path / "exports", "pairs.csv", text, root=tmp_path)
    assert placed(found) == [("pairings", "hub_pairs", True)]
    assert found.drafts[0].reason == (
        "its headers are those of the preset hub_pairs of this workspace"
    )
    assert not recognize(tmp_path / "exports").drafts


def test_dates_of_a_vendor_are_looked_at(tmp_path: Path) -> None:
    told = SURVEY_MONKEY.format(rows=rows("{n},9,2/1{n}/2026 10:00,2/1{n}/2026 10:05,{n}"))
    (draft,) = recognized(tmp_path, "told.csv", told).drafts
    assert (draft.preset, draft.date_format) == ("surveymonkey", "%m/%d/%Y")
    open_ones = SURVEY_MONKEY.format(rows=rows("{n},9,2/{n}/2026 10:00,2/{n}/2026 10:05,{n}"))
    (draft,) = recognized(tmp_path / "open", "open.csv", open_ones).drafts
    assert (draft.date_format, draft.is_sure) == (None, False)
    assert draft.questions[0].startswith("days and months cannot be told apart")


def test_codes_that_only_the_customer_knows_are_asked_about(tmp_path: Path) -> None:
    text = f"{SUCCESS_FACTORS}\n" + rows("u1,202{n}-01-01,1,9999-12-31,H{n},123{n},IT,T", 4)
    (draft,) = recognized(tmp_path, "EmpJob.csv", text).drafts
    assert (draft.preset, draft.is_sure) == ("successfactors_emp_job", False)
    assert draft.questions == (
        "4 words of event must be mapped under values",
        "4 words of emplStatus must be mapped under values",
    )
