"""Nothing that names anybody reaches the raw database."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from ingest.people.keys import person_key
from ingest.people.redaction import Redactor
from tests.ingest.conftest import KEY, Workspace, total

PLANTED = ["Zyxwarth", "Quillon", "Vandermuggle", "Beatrixa", "corp.example", "Uzbekov", "Deewanda"]


def test_no_name_and_no_email_is_anywhere_in_the_raw_database(company: Workspace) -> None:
    company.write(
        "survey_responses",
        "survey_id,wave,response_id,respondent_id,submitted_at,item_id,answer\n"
        "s,1,bea@corp.example,bea@corp.example,2020-01-01,t,Beatrixa Vandermuggle helped me\n"
        "s,1,r2,E1,2020-01-01,t,I am QUILLON ZYXWARTH (quillon.zyx@corp.example)\n"
        "s,1,r3,E3,2020-01-01,t,Deewanda's time with Uzbekov\n",
    )
    company.write(
        "recognitions", "employee_id,awarded_on,kind\nE1,2020-01-01,thanks to Deewanda Uzbekov\n"
    )
    company.write("programs", "program_id,program_name\ng,ask bea@corp.example about it\n")
    company.load()
    content = company.raw_path.read_bytes().lower()
    assert [name for name in PLANTED if name.lower().encode() in content] == []
    assert company.rows("select answer from survey_responses order by _record") == [
        ("[name] [name] helped me",),
        ("I am [name] [name] ([email])",),
        ("[name]'s time with [name]",),
    ]
    assert company.rows("select kind from recognitions") == [("thanks to [name] [name]",)]
    assert company.rows("select program_name from programs") == [("ask [email] about it",)]


def test_an_id_that_is_an_email_is_a_pseudonym_alike_in_every_table(company: Workspace) -> None:
    company.write(
        "pairings",
        "pairing_id,program_id,mentor_id,mentee_id,started_on\nbea@corp.example,g,E1,E2,2020-01-01\n",
    )
    company.write("goals", "goal_id,pairing_id,set_on\n1,bea@corp.example,2020-01-01\n")
    company.load()
    pseudonym = person_key("bea@corp.example", key=KEY)
    assert company.rows("select p.pairing_id from pairings p join goals using (pairing_id)") == [
        (pseudonym,)
    ]


def test_names_in_departments_and_ids_do_not_reach_the_raw_database(company: Workspace) -> None:
    company.write(
        "job_history",
        "employee_id,effective_on,event,department,location,job_title\n"
        'E2,2021-01-01,change,Sales (Beatrixa Vandermuggle),"Ostrogoth, Cyprianus",Zyxwarth\n',
        "orgs.csv",
    )
    connection = "Quillon Zyxwarth & Deewanda"
    company.write(
        "pairings",
        "pairing_id,program_id,mentor_id,mentee_id,started_on\n"
        f"{connection},Ask Deewanda Uzbekov,E1,E2,2020-01-01\n",
    )
    company.write("programs", "program_id,program_name\nAsk Deewanda Uzbekov,by Uzbekov Deewanda\n")
    company.write(
        "meetings", f"meeting_id,pairing_id,scheduled_at,status\n1,{connection},2020-01-01,held\n"
    )
    report = company.load()
    assert total(report, "meetings") == (1, 1, 0, 0)
    assert company.rows(
        "select department, location, job_title from job_history where department like 'Sales (%'"
    ) == [("Sales ([name])", "[name]", "Zyxwarth")]
    hidden, program = person_key(connection, key=KEY), person_key("Ask Deewanda Uzbekov", key=KEY)
    assert company.rows("select pairing_id, program_id from pairings") == [(hidden, program)]
    assert company.rows("select pairing_id from meetings") == [(hidden,)]
    assert company.rows("select program_id, program_name from programs") == [(program, "by [name]")]


def test_numbers_of_a_scale_stay_and_numbers_in_words_go(company: Workspace) -> None:
    company.write(
        "survey_items", "survey_id,item_id,kind,scale_min,scale_max\ns,q,likert,1,5\ns,t,text,,\n"
    )
    header = "survey_id,wave,response_id,submitted_at,item_id,answer\n"
    company.write(
        "survey_responses",
        header + "s,1,r1,2020-01-01,q,4\ns,1,r2,2020-01-01,t,5551234567\n"
        "s,1,r3,2020-01-01,new,5551234567\ns,1,r4,2020-01-01,new,100\n",
    )
    company.load()
    answers = [
        answer for (answer,) in company.rows("select answer from survey_responses order by _record")
    ]
    assert answers == ["4", "[phone]", "[phone]", "100"]


def test_without_names_to_redact_by_words_are_withheld(workspace: Workspace) -> None:
    workspace.write("job_history", "employee_id,effective_on,event\nE1,2020-01-01,hire\n")
    workspace.write("survey_items", "survey_id,item_id,kind\ns,c,choice\ns,t,text\n")
    header = "survey_id,wave,response_id,submitted_at,item_id,answer\n"
    workspace.write(
        "survey_responses",
        header
        + "s,1,r1,2020-01-01,t,Anna was great\ns,1,r2,2020-01-01,c,Agree\ns,1,r3,2020-01-01,c,4\n",
    )
    report = workspace.load()
    assert workspace.rows("select answer from survey_responses order by _record") == [
        ("[withheld]",),
        ("Agree",),
        ("4",),
    ]
    assert "1 different comment is withheld" in report.warnings[0]


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("Thanks to Anna-Lena and MÜLLER.", "Thanks to [name] and [name]."),
        ("mueller, muller; Müllers Team", "[name], [name]; [name] Team"),
        ("An\u200bna wrote", "[name] wrote"),
        ("van den Berg is a berg", "van den [name] is a [name]"),
        ("O\u2019Neill or o'neill", "[name] or [name]"),
        ("王芳很好", "[name]很好"),
        ("ask a.b@x.example, or (0)30 1234-5678", "ask [email], or [phone]"),
        ("my id is e-1042.", "my id is [id]."),
        ("call +1 (555) 123-4567 now", "call [phone] now"),
        ("10 of 10, would do again in 2025", "10 of 10, would do again in 2025"),
        ("[name] is not a name", "[name] is not a name"),
    ],
)
def test_redaction_takes_people_out_of_text(text: str, redacted: str) -> None:
    names = ["Anna-Lena", "Anna", "Müller", "van den Berg", "O'Neill", "王芳"]
    assert Redactor(names=names, ids=["E-1042"]).redact(text) == redacted


def test_names_that_overlap_in_a_text_are_taken_out_alike_in_whatever_order_they_come() -> None:
    names = ["王小", "小明", "明王小"]
    redactors = [
        Redactor(names=order, ids=[]) for order in (names, names[::-1], [*names[1:], names[0]])
    ]
    # Of names that overlap in a text, all that they cover is taken out.
    assert {one.redact("问明王小明好") for one in redactors} == {"问[name]好"}
    assert {one.redact("王小明") for one in redactors} == {"[name]"}
    assert {one.redact("王小王小明") for one in redactors} == {"[name][name]"}
    assert len({tuple(one.answers()) for one in redactors}) == 1


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("Sales (Ann-Lena van Smith)", "Sales (Ann-Lena van Smith)"),
        ("Sales (Lena Smith)", "Sales ([name])"),
        ("SMITH, ANN / North", "[name] / North"),
        ("Smith Street Ann", "Smith Street Ann"),
        ("Ann Jones", "Ann Jones"),
        ("Ann Smith Ann", "[name]"),
    ],
)
def test_a_full_name_in_a_department_is_somebody(text: str, redacted: str) -> None:
    people = [("Ann Lena", "Smith"), ("Bob", "Jones")]
    redactor = Redactor(names=[], ids=[], full_names=people)
    assert redactor.redact_full_names(text) == redacted


def test_a_sign_in_place_of_a_name_is_no_name() -> None:
    redactor = Redactor(names=[".", "-", "7", "Ann"], ids=[])
    assert redactor.redact("Ann left 2.5 - 7 ago.") == "[name] left 2.5 - 7 ago."


def test_a_person_key_is_the_published_hmac() -> None:
    assert person_key("E1", key=KEY) == hmac.new(KEY, b"E1", hashlib.sha256).hexdigest()
