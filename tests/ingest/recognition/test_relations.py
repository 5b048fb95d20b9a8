"""What the other files of a folder say of one: whose people, which pairing, which program."""

from __future__ import annotations

from pathlib import Path

from ingest.recognition import Recognition, recognize

HISTORY = "employee_id,effective_on,event\n" + "".join(f"E{n},2024-01-01,hire\n" for n in range(9))
PEOPLE = "employee_id,email,first_name,last_name\n" + "".join(
    f"E{n},e{n}@corp.example,Ada,L\n" for n in range(9)
)
PAIRINGS = "pairing_id,program_id,mentor_id,mentee_id,started_on\n" + "".join(
    f"M{n},P1,E{n},E{n + 1},2024-02-01\n" for n in range(8)
)


def recognized(folder: Path, **files: str) -> Recognition:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return recognize(folder)


def awards(who: str) -> str:
    lines = "".join(f"{who.format(n=n)},2024-05-01,Spot\n" for n in range(9))
    return "Recipient,Award Date,Award\n" + lines


def sessions(pairing: str) -> str:
    lines = "".join(f"S{n},{pairing}{n},2024-05-01 10:00,held\n" for n in range(8))
    return "Session ID,Match ID,Scheduled For,Outcome\n" + lines


def reasons(found: Recognition) -> list[tuple[str, str]]:
    return [(one.path.name, one.reason) for one in found.unplaced]


def test_answers_to_questions_that_the_list_of_items_does_not_know_are_asked_about(
    tmp_path: Path,
) -> None:
    items = "survey_id,item_id,kind,scale_min,scale_max\npulse,q1,likert,1,5\npulse,q2,likert,1,5\n"
    header = "survey_id,wave,response_id,respondent_id,submitted_at,item_id,answer\n"
    answers = {
        item: header + "".join(f"pulse,1,r{n},E{n},2024-05-01,{item},{n % 5}\n" for n in range(9))
        for item in ("q1", "other")
    }
    known = recognized(tmp_path, job_history=HISTORY, survey_items=items, known=answers["q1"])
    assert {draft.questions for draft in known.drafts} == {()}
    asked = recognized(tmp_path, known=answers["other"])
    (question,) = next(d.questions for d in asked.drafts if d.table == "survey_responses")
    assert question.startswith("which survey of survey_items is it (pulse)")


def test_people_whom_the_job_history_does_not_know_are_no_source(tmp_path: Path) -> None:
    known = recognized(
        tmp_path, job_history=HISTORY, people=PEOPLE, awards=awards("e{n}@corp.example")
    )
    assert [draft.table for draft in known.drafts] == ["job_history", "people", "recognitions"]
    assert known.drafts[2].questions == ()
    others = recognized(tmp_path, awards=awards("ORG{n}"))
    assert reasons(others) == [
        (
            "awards.csv",
            "it looks like recognitions, but job_history knows none, or nearly none, of the people "
            "it names",
        )
    ]


def test_without_a_job_history_somebody_must_say_whose_people_they_are(tmp_path: Path) -> None:
    (draft,) = recognized(tmp_path, awards=awards("E{n}")).drafts
    assert draft.questions == (
        "no job_history is here to tell whether it names this company's people: does it?",
    )


def test_meetings_are_placed_beside_their_pairings(tmp_path: Path) -> None:
    found = recognized(tmp_path, pairings=PAIRINGS, sessions=sessions("M"))
    assert [draft.table for draft in found.drafts] == ["pairings", "meetings"]
    found = recognized(tmp_path, sessions=sessions("GAME"))
    assert reasons(found) == [
        (
            "sessions.csv",
            "it looks like meetings, but its pairings are none of those in the export of pairings",
        )
    ]


def test_programs_are_those_that_pairings_name(tmp_path: Path) -> None:
    listed = "Program ID,Program Name,Start Date,End Date\n{},Rise,2024-01-01,2024-12-31\n"
    found = recognized(tmp_path, pairings=PAIRINGS, programs=listed.format("P1"))
    assert [draft.table for draft in found.drafts] == ["programs", "pairings"]
    found = recognized(tmp_path, programs=listed.format("BRIDGE-7"))
    assert reasons(found) == [
        ("programs.csv", "it looks like programs, but no other export names its programs")
    ]


def test_two_files_for_a_table_that_one_fills_are_asked_about(tmp_path: Path) -> None:
    found = recognized(tmp_path, job_history=HISTORY, people=PEOPLE, contacts=PEOPLE)
    question = "another file was taken for people, too: is each part of it?"
    assert [draft.questions for draft in found.drafts] == [(), (question,), (question,)]
    assert [draft.is_sure for draft in found.drafts] == [True, False, False]
