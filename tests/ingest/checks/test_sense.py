"""Whether records make sense together: what waits, what is kept with a note, what is kept."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from ingest.load import LoadReport
from ingest.records.reasons import REASONS
from tests.ingest.conftest import Workspace, total
from workspace.errors import DataRefused

JOB = "employee_id,effective_on,event,level,department,manager_id,employment_type\n"
PAIRINGS = "pairing_id,program_id,mentor_id,mentee_id,started_on,ended_on\n"
RESPONSES = "survey_id,wave,response_id,respondent_id,program_id,submitted_at,item_id,answer\n"
ITEMS = "survey_id,item_id,kind,scale_min,scale_max,is_reversed\n"


def write_jobs(workspace: Workspace, *records: str) -> None:
    """Write a job history whose records leave out what they do not say."""
    width = JOB.count(",")
    workspace.write(
        "job_history", JOB + "".join(r + "," * (width - r.count(",")) + "\n" for r in records)
    )


def notes(report: LoadReport, table: str) -> dict[str, int]:
    """Return the flaws of kept rows of a table."""
    frame = report.quality
    chosen = frame[
        (frame["table"] == table)
        & (frame["reason"] != "total")
        & (frame["rows_quarantined"] == 0)
        & (frame["rows_duplicate"] == 0)
    ]
    return dict(zip(chosen["reason"], chosen["rows"], strict=True))


# Employment


def test_an_exit_under_another_spelling_of_the_id_is_the_persons(company: Workspace) -> None:
    company.write(
        "job_history", "employee_id,effective_on,event\ne1 ,2022-06-01,exit\n", "left.csv"
    )
    company.load()
    assert company.rows(
        "select event, count(*) over () from job_history "
        "where person_key = (select person_key from job_history where effective_on = '2019-01-01') "
        "order by effective_on"
    ) == [("hire", 2), ("exit", 2)]


@pytest.mark.parametrize(("lost_n", "is_refused"), [(1, False), (2, True)])
def test_exits_that_wait_refuse_a_history_though_they_are_few_of_its_records(
    workspace: Workspace, lost_n: int, is_refused: bool
) -> None:
    workspace.settings["ingest"] = {"maximum_quarantined_share": 0.02}
    hires = [f"E{n},2020-01-01,hire" for n in range(120)]
    exits = [f"E{n},{'soon' if n < lost_n else '2021-01-01'},exit" for n in range(10)]
    write_jobs(workspace, *hires, *exits)
    if not is_refused:
        workspace.load()
        return
    with pytest.raises(DataRefused, match="people who left would count as staying") as refusal:
        workspace.load()
    assert "2 of 10 exits in quarantine, 2 of them unreadable_date" in str(refusal.value.found)
    assert refusal.value.place.line == 122


def test_what_a_payroll_changes_after_an_exit_brings_nobody_back(workspace: Workspace) -> None:
    write_jobs(
        workspace,
        "A,2020-01-01,hire",
        "A,2021-01-01,exit",
        "A,2021-01-15,change",
        "B,2020-01-01,change",
        "B,2020-06-01,promotion",
    )
    workspace.write(
        "pairings", PAIRINGS + "1,p,A,B,2020-12-31,\n2,p,A,B,2021-02-01,\n3,p,A,B,2019-12-31,\n"
    )
    workspace.load()
    assert workspace.reasons("pairings") == [(2, "outside_employment"), (3, "outside_employment")]


def test_a_person_twice_in_people_is_one_person(company: Workspace) -> None:
    company.write(
        "people",
        "employee_id,email,birth_year\nE7,g@corp.example,1980\nE7,g@corp.example,1980.0\n"
        "E7,g@corp.example,1981\n",
        "more.csv",
    )
    report = company.load()
    assert company.reasons("people") == [(3, "conflicting_key")]
    assert total(report, "people") == (7, 5, 1, 1)


def test_a_rehire_after_an_exit_is_ordinary(workspace: Workspace) -> None:
    write_jobs(
        workspace,
        "A,2020-01-01,hire",
        "A,2021-01-01,exit",
        "A,2022-01-01,rehire",
        "B,2020-01-01,hire",
        "B,2021-01-01,exit",
        "B,2021-01-01,rehire",
        "C,2020-01-01,rehire",
    )
    report = workspace.load()
    assert total(report, "job_history") == (7, 7, 0, 0)
    assert notes(report, "job_history") == {}


def test_an_exit_before_the_first_hire_waits(workspace: Workspace) -> None:
    write_jobs(
        workspace,
        "A,2019-12-31,exit",
        "A,2020-01-01,hire",
        "B,2020-01-01,exit",
        "B,2020-01-01,hire",
        "C,2019-12-31,exit",
        "C,2020-01-01,rehire",
        "D,2019-12-31,exit",
        "E,2019-12-31,exit",
        "E,2020-01-01,change",
        "F,2020-01-01,hire",
        "F,2020-01-02,exit",
    )
    workspace.load()
    assert workspace.reasons("job_history") == [(1, "exit_before_hire")]
    assert (
        workspace.waiting("job_history")[0]["found"] == "2019-12-31, before the hire on 2020-01-01"
    )


def test_a_hire_to_come_is_kept_and_is_not_today(workspace: Workspace) -> None:
    write_jobs(workspace, "A,2020-01-01,hire", "B,2027-01-01,hire")
    report = workspace.load()
    assert total(report, "job_history") == (2, 2, 0, 0)
    assert str(report.as_of) == "2020-01-01"


def test_a_hire_of_somebody_who_has_not_left_is_noted(workspace: Workspace) -> None:
    write_jobs(
        workspace,
        "A,2020-01-01,hire",
        "A,2021-01-01,hire",
        "B,2020-01-01,hire",
        "B,2020-06-01,change",
        "B,2021-01-01,rehire",
        "C,2020-01-01,change",
        "C,2021-01-01,hire",
        "D,2020-01-01,hire",
        "D,2020-01-01,hire,2",
        "E,2020-01-01,hire",
        "E,2020-06-01,exit",
        "E,2020-07-01,change",
        "E,2021-01-01,rehire",
    )
    report = workspace.load()
    assert total(report, "job_history") == (13, 13, 0, 0)
    # C was there before, so the hire repeats what is known; E left, whatever came in between.
    assert notes(report, "job_history") == {"hire_while_employed": 1, "rehire_without_exit": 1}


STEPS = {
    ("A,2020-01-01,hire,3", "A,2021-01-01,promotion,2"): "A,2021-01-01,promotion,2",
    ("B,2020-01-01,hire,3", "B,2021-01-01,promotion,3"): None,
    ("C,2020-01-01,hire,3", "C,2021-01-01,promotion,4"): None,
    ("D,2020-01-01,hire,3", "D,2021-01-01,promotion"): None,
    ("E,2020-01-01,hire", "E,2021-01-01,promotion,2"): None,
    ("F,2020-01-01,hire,3", "F,2021-01-01,demotion,4"): "F,2021-01-01,demotion,4",
    ("G,2020-01-01,hire,3", "G,2021-01-01,demotion,2"): None,
    ("H,2020-01-01,hire,3", "H,2020-02-01,change", "H,2021-01-01,promotion,2"): (
        "H,2021-01-01,promotion,2"
    ),
    ("I,2020-01-01,hire,3", "I,2020-02-01,demotion,1", "I,2021-01-01,promotion,2"): None,
    ("J,2020-01-01,hire,3", "J,2020-01-01,promotion,2"): None,
    (
        "K,2020-01-01,hire,3",
        "K,2021-01-01,exit",
        "K,2022-01-01,rehire",
        "K,2023-01-01,promotion,2",
    ): None,
    (
        "L,2020-01-01,hire,3",
        "L,2021-01-01,exit",
        "L,2022-01-01,rehire,2",
        "L,2023-01-01,promotion,1",
    ): "L,2023-01-01,promotion,1",
    ("M,2020-01-01,hire,3", "M,2021-01-01,promotion,3", "M,2022-01-01,promotion,2"): (
        "M,2022-01-01,promotion,2"
    ),
    ("N,2020-01-01,hire,3", "N,2021-01-01,demotion,3", "N,2022-01-01,demotion,4"): (
        "N,2022-01-01,demotion,4"
    ),
    ("O,2020-01-01,hire,3", "O,2022-01-01,rehire", "O,2022-01-01,promotion,2"): None,
}


def test_a_promotion_never_leads_downward(workspace: Workspace) -> None:
    records = [record for life in STEPS for record in life]
    wrong = [record for record in STEPS.values() if record is not None]
    write_jobs(workspace, *records)
    workspace.load()
    assert workspace.reasons("job_history") == [
        (records.index(record) + 1, "level_against_event") for record in wrong
    ]
    assert workspace.waiting("job_history")[0]["found"] == "promotion to 2 from 3"


def test_managers_who_lead_back_to_a_person_are_noted(workspace: Workspace) -> None:
    write_jobs(
        workspace,
        "A,2020-01-01,hire,,,B",
        "B,2020-01-01,hire,,,C",
        "C,2020-01-01,hire,,,A",
        "D,2020-01-01,hire,,,A",
        "E,2020-01-01,hire,,,E",
        "F,2020-01-01,hire,,,G",
        "G,2020-01-01,hire",
    )
    # A, B and C lead each other and E leads E; D only reports into the circle.
    assert notes(workspace.load(), "job_history") == {"manager_cycle": 4}


def test_managers_who_took_turns_are_no_cycle(workspace: Workspace) -> None:
    write_jobs(
        workspace,
        "A,2020-01-01,hire,,,B",
        "A,2021-01-01,change,,,C",
        "B,2020-01-01,hire",
        "B,2021-01-01,change,,,A",
        "C,2020-01-01,hire,,,B",
        "C,2021-06-01,exit",
    )
    assert notes(workspace.load(), "job_history") == {}


def test_a_long_chain_of_managers_is_no_cycle(workspace: Workspace) -> None:
    people = [f"P{n:02}" for n in range(60)]
    write_jobs(
        workspace,
        *(f"{who},2020-01-01,hire,,,{above}" for who, above in pairwise(people)),
        f"{people[-1]},2020-01-01,hire",
    )
    assert notes(workspace.load(), "job_history") == {}


@pytest.mark.parametrize("people_n", [4, 5])
def test_a_department_of_five_that_is_renamed_is_noted(workspace: Workspace, people_n: int) -> None:
    hired = [f"P{n},2020-01-01,hire,,Sales" for n in range(people_n)]
    renamed = [f"P{n},2021-01-01,change,,Revenue" for n in range(people_n)]
    write_jobs(workspace, *hired, *renamed, "Q,2021-01-01,hire,,Revenue")
    noted = {"renamed_department": 5} if people_n == 5 else {}
    assert notes(workspace.load(), "job_history") == noted


@pytest.mark.parametrize(
    "other",
    [
        "Q,2021-06-01,hire,,Sales",
        "Q,2020-06-01,hire,,Revenue",
    ],
)
def test_a_department_that_lives_on_or_was_there_is_not_renamed(
    workspace: Workspace, other: str
) -> None:
    hired = [f"P{n},2020-01-01,hire,,Sales" for n in range(5)]
    moved = [f"P{n},2021-01-01,transfer,,Revenue" for n in range(5)]
    write_jobs(workspace, *hired, *moved, other)
    assert notes(workspace.load(), "job_history") == {}


def test_contractors_are_kept_as_contractors(workspace: Workspace) -> None:
    write_jobs(
        workspace,
        "A,2020-01-01,hire,,,,employee",
        "B,2020-01-01,hire,,,,Contractor",
        "C,2020-01-01,hire,,,,agency",
    )
    workspace.load()
    assert workspace.rows("select employment_type from job_history order by _record") == [
        ("employee",),
        ("contractor",),
    ]
    assert workspace.reasons("job_history") == [(3, "unknown_code")]


# Pairings


def test_two_people_who_mentor_each_other_are_noted(workspace: Workspace) -> None:
    people = "ABCDEFGHIJKL"
    write_jobs(workspace, *(f"{who},2019-01-01,hire" for who in people))
    workspace.write(
        "programs",
        "program_id,program_type\none,one_to_one\ncircle,group\nreverse,reverse\npeer,peer\n",
    )
    pairings = (
        ("one,A,B,2020-02-01,", "one,B,A,2020-03-01,"),
        ("one,C,D,2020-02-01,", "circle,D,C,2020-03-01,"),
        ("one,E,F,2020-02-01,", "reverse,F,E,2020-03-01,"),
        ("peer,G,H,2020-02-01,", "peer,H,G,2020-03-01,"),
        ("one,I,J,2020-02-01,2020-12-31", "one,J,I,2021-01-01,"),
        ("one,K,L,2020-02-01,2020-12-31", "one,L,K,2020-12-31,"),
    )
    records = [record for pair in pairings for record in pair]
    workspace.write(
        "pairings", PAIRINGS + "".join(f"p{n},{record}\n" for n, record in enumerate(records))
    )
    report = workspace.load()
    assert total(report, "pairings") == (12, 12, 0, 0)
    # A and B, C and D, K and L; E and F are about to be mentored upward, G and H are peers.
    assert notes(report, "pairings") == {"mutual_mentoring": 6}


def test_one_pairing_twice_waits(company: Workspace) -> None:
    company.write(
        "pairings",
        PAIRINGS + "p1,g,E1,E2,2020-02-01,\np1,g,E1,E2,2020-02-01,\np1,g,E1,E3,2020-02-01,\n",
    )
    report = company.load()
    assert total(report, "pairings") == (3, 1, 1, 1)
    assert company.reasons("pairings") == [(3, "conflicting_key")]


def test_a_person_may_be_mentor_and_mentee(company: Workspace) -> None:
    company.write("pairings", PAIRINGS + "p1,g,E1,E2,2020-02-01,\np2,g,E2,E3,2020-02-01,\n")
    report = company.load()
    assert total(report, "pairings") == (2, 2, 0, 0)
    assert notes(report, "pairings") == {}


# Surveys


def answer(workspace: Workspace, *records: str, items: str = "", **source: Any) -> None:
    if items:
        workspace.write("survey_items", ITEMS + items)
    workspace.write("survey_responses", RESPONSES + "".join(r + "\n" for r in records), **source)


def test_a_reversed_item_keeps_its_answers(company: Workspace) -> None:
    answer(company, "s,1,r,E1,,2020-01-01,q,2", items="s,q,likert,1,5,true\n")
    company.load()
    assert company.rows("select answer from survey_responses") == [("2",)]
    assert company.rows("select is_reversed from survey_items") == [(True,)]


def test_one_item_has_one_scale(company: Workspace) -> None:
    answer(
        company,
        "s,1,r1,,,2020-01-01,q,5",
        "s,1,r2,,,2020-01-01,q,7",
        items="s,q,likert,1,5,\ns,q,likert,1,7,\n",
    )
    company.load()
    assert company.reasons("survey_items") == [(2, "conflicting_key")]
    assert company.reasons("survey_responses") == [(2, "outside_scale")]


def test_a_wave_on_a_shorter_scale_is_worth_a_warning(company: Workspace) -> None:
    first = [f"s,1,a{n},,,2020-01-{n + 1:02},q,{n % 5 + 1}" for n in range(20)]
    second = [f"s,2,b{n},,,2021-01-{n + 1:02},q,{n % 7 + 1}" for n in range(20)]
    answer(company, *first, *second, items="s,q,likert,1,7,\n")
    report = company.load()
    assert total(report, "survey_responses") == (40, 40, 0, 0)
    assert [w for w in report.warnings if "a wave asked on fewer points" in w]
    company.sources = company.sources[:2]
    answer(company, *first[:19], *second, items="s,q,likert,1,7,\n")
    assert company.load().warnings == ()


ZERO_BASED = [f"s,1,r{n},,,2020-01-01,q,{n % 5}" for n in range(10)]


def test_a_scale_that_counts_from_zero_is_not_read_one_point_off(company: Workspace) -> None:
    other = "s,1,r0,,,2020-01-01,p,5"
    answer(company, *ZERO_BASED, other, items="s,q,likert,1,5,\ns,p,likert,1,5,\n")
    company.load()
    assert company.reasons("survey_responses") == [(n, "shifted_scale") for n in range(1, 11)]
    company.sources = company.sources[:2]
    answer(company, *ZERO_BASED, items="s,q,likert,0,4,\n")
    assert total(company.load(), "survey_responses") == (10, 10, 0, 0)


def test_one_wave_that_counts_from_zero_waits_and_the_others_stay(company: Workspace) -> None:
    # Few zeros: over all waves they are a share of two in a hundred.
    sound = [f"s,1,a{n},,,2020-01-01,q,{n % 5 + 1}" for n in range(90)]
    shifted = [f"s,2,b{n},,,2021-01-01,q,{0 if n < 2 else n % 4 + 1}" for n in range(10)]
    answer(company, *sound, *shifted, items="s,q,likert,1,5,\n")
    company.load()
    assert company.reasons("survey_responses") == [(n, "shifted_scale") for n in range(91, 101)]


def test_a_wave_on_a_longer_scale_waits_as_a_whole(company: Workspace) -> None:
    sound = [f"s,1,a{n},,,2020-01-{n + 1:02},q,{n % 5 + 1}" for n in range(20)]
    longer = [f"s,2,b{n},,,2021-01-01,q,{n % 7 + 1}" for n in range(14)]
    answer(company, *sound, *longer, items="s,q,likert,1,5,\n")
    company.load()
    assert company.reasons("survey_responses") == [(n, "another_scale") for n in range(21, 35)]
    assert "1 to 5, with answers from 1 to 7" in company.waiting("survey_responses")[0]["found"]


@pytest.mark.parametrize(("answers_n", "waiting_n"), [(100, 100), (101, 2)])
def test_two_answers_in_a_hundred_tell_that_a_wave_had_a_longer_scale(
    company: Workspace, answers_n: int, waiting_n: int
) -> None:
    longer = ["s,1,a,,,2020-01-01,q,6", "s,1,b,,,2020-01-01,q,7"]
    sound = [f"s,1,r{n},,,2020-01-01,q,{n % 5 + 1}" for n in range(answers_n - 2)]
    answer(company, *longer, *sound, items="s,q,likert,1,5,\n")
    company.load()
    assert len(company.reasons("survey_responses")) == waiting_n


@pytest.mark.parametrize(("highest", "is_low"), [(5, True), (6, False)])
def test_a_question_to_recommend_that_nobody_answers_above_five_is_worth_a_warning(
    company: Workspace, highest: int, is_low: bool
) -> None:
    nps = [f"s,1,r{n},,,2020-01-01,q,{n % highest + 1}" for n in range(20)]
    answer(company, *nps, items="s,q,nps,,,\n")
    warnings = company.load().warnings
    assert any("was it asked on 1 to 5?" in sentence for sentence in warnings) is is_low


def test_a_scale_that_counts_from_one_too_many_is_not_read_either(company: Workspace) -> None:
    nps = [f"s,1,r{n},,,2020-01-01,q,{n % 11 + 1}" for n in range(22)]
    answer(company, *nps, items="s,q,nps,0,10,\n")
    company.load()
    assert {reason for _, reason in company.reasons("survey_responses")} == {"shifted_scale"}
    assert len(company.reasons("survey_responses")) == 22


@pytest.mark.parametrize(
    "records",
    [
        [*ZERO_BASED, "s,1,r10,,,2020-01-01,q,5"],
        ZERO_BASED[:9],
        [*[f"s,1,x{n},,,2020-01-01,q,{n % 4 + 1}" for n in range(99)], ZERO_BASED[0]],
    ],
)
def test_a_few_answers_beyond_a_scale_are_only_themselves(
    company: Workspace, records: list[str]
) -> None:
    answer(company, *records, items="s,q,likert,1,5,\n")
    company.load()
    waiting = company.reasons("survey_responses")
    assert {reason for _, reason in waiting} == {"outside_scale"}
    assert len(waiting) == sum(record.endswith(",0") for record in records)


def test_a_response_twice_is_one_response(company: Workspace) -> None:
    answer(
        company,
        "s,1,r1,E1,,2020-01-01,q,4",
        "s,1,r1,e1,,2020-01-01T00:00,q,4",
        "s,1,r1,E1,,2020-01-01,q,5",
    )
    report = company.load()
    assert total(report, "survey_responses") == (3, 1, 1, 1)
    assert company.reasons("survey_responses") == [(3, "conflicting_key")]


def test_a_response_from_outside_employment_waits(company: Workspace) -> None:
    # E4 was hired on 2020-01-01 and left on 2022-01-01; a day of grace is for time zones.
    told = {
        "E4,,2019-12-30T23:59": "response_before_hire",
        "E4,,2019-12-31": None,
        "E4,,2022-01-01": None,
        "E4,,2022-01-02": "response_after_exit",
        "E4,g,2019-12-30": "response_before_hire",
        ",,1999-01-01": None,
    }
    answer(company, *(f"s,1,r{n},{said},q,4" for n, said in enumerate(told)))
    company.load()
    assert company.reasons("survey_responses") == [
        (n, reason) for n, reason in enumerate(told.values(), 1) if reason
    ]


def test_a_leavers_response_about_a_program_is_kept_and_noted(company: Workspace) -> None:
    answer(company, "s,1,r,E4,g,2022-01-15,q,4", "s,1,r,E4,g,2022-01-15,p,4")
    report = company.load()
    assert total(report, "survey_responses") == (2, 2, 0, 0)
    assert notes(report, "survey_responses") == {"response_after_exit": 2}


def test_somebody_hired_before_the_history_begins_may_have_answered_then(
    workspace: Workspace,
) -> None:
    write_jobs(workspace, "A,2020-01-01,change")
    answer(workspace, "s,1,r,A,,2019-01-01,q,4")
    assert total(workspace.load(), "survey_responses") == (1, 1, 0, 0)


def test_the_same_response_in_two_waves_counts_once(company: Workspace) -> None:
    said = "2020-01-01T10:15"
    answer(
        company,
        f"s,W1,r1,E1,,{said},q,4",
        f"s,W1,r1,E1,,{said},p,5",
        f"s,Wave 1,r1,E1,,{said},q,4",
        f"s,Wave 1,r1,E1,,{said},p,5",
        f"s,W2,r1,E1,,{said},q,3",
        "s,W3,r1,E1,,2021-01-01T10:15,q,4",
        f"t,W9,r1,E1,,{said},q,4",
    )
    company.load()
    assert company.reasons("survey_responses") == [
        (3, "relabeled_response"),
        (4, "relabeled_response"),
    ]


def test_a_wave_written_in_two_ways_is_worth_a_warning(company: Workspace) -> None:
    answer(company, "s,2024-H1,r1,E1,,2020-01-01,q,4", "s,2024 h1,r2,E2,,2020-01-01,q,4")
    (warning,) = company.load().warnings
    assert warning.startswith("1 wave is written in more than one way")


def test_one_second_for_all_responses_of_a_wave_is_worth_a_warning(company: Workspace) -> None:
    answer(company, *(f"s,1,r{n},,,1980-01-01 00:00:00,q,4" for n in range(5)))
    (warning,) = company.load().warnings
    assert warning.startswith("All 5 responses of a wave were handed in in one second, 1980-01-01")
    assert "constants: {submitted_at:" in warning


def test_days_without_a_time_are_no_placeholder(company: Workspace) -> None:
    answer(company, *(f"s,1,r{n},,,2020-05-04,q,4" for n in range(12)))
    assert company.load().warnings == ()


@pytest.mark.parametrize("day", ["1970-01-01", "2001-01-01", "2017-12-31"])
def test_a_day_on_which_clocks_begin_or_before_anybody_came_is_a_placeholder(
    company: Workspace, day: str
) -> None:
    answer(company, *(f"s,1,r{n},,,{day},q,4" for n in range(5)))
    (warning,) = company.load().warnings
    assert f"in one second, {day} 00:00:00" in warning


def test_two_placeholder_seconds_are_both_named(company: Workspace) -> None:
    answer(company, *(f"s,1,r{n},,,1980-01-01 00:00:0{n % 2},q,4" for n in range(12)))
    one, other = company.load().warnings
    assert one.startswith("6 of 12 responses of a wave were handed in in one second, 1980-01-01")
    assert "1980-01-01 00:00:01" in other


def test_a_second_round_needs_no_first(company: Workspace) -> None:
    answer(company, "s,pre,r1,E1,,2020-01-01,q,4", "s,post,r2,E2,,2020-06-01,q,4")
    report = company.load()
    assert total(report, "survey_responses") == (2, 2, 0, 0)
    assert (notes(report, "survey_responses"), report.warnings) == ({}, ())


def test_the_same_answer_to_everything_is_noted(company: Workspace) -> None:
    items = "".join(f"s,q{n},likert,1,5,\n" for n in range(6)) + "s,n,nps,0,10,\n"
    straight = [f"s,1,r1,E1,,2020-01-01,q{n},3" for n in range(6)]
    bent = [f"s,1,r2,E2,,2020-01-01,q{n},{3 + (n == 5)}" for n in range(6)]
    short = [f"s,1,r3,E3,,2020-01-01,q{n},3" for n in range(5)]
    answer(company, *straight, "s,1,r1,E1,,2020-01-01,n,9", *bent, *short, items=items)
    report = company.load()
    assert total(report, "survey_responses") == (18, 18, 0, 0)
    assert notes(report, "survey_responses") == {"straight_lined": 7}


def test_what_is_kept_and_noted_is_no_problem() -> None:
    kept = [reason for reason in REASONS.values() if "kept" in reason.meaning]
    assert {reason.code for reason in kept if reason.is_problem} == {"response_after_exit"}
