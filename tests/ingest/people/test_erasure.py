"""Whoever was erased is in nothing that a load leaves, whatever the exports still say."""

from __future__ import annotations

import duckdb
import pytest

from ingest.people.keys import person_key
from ingest.people.tombstones import Tombstones
from tests.ingest.conftest import JOBS, KEY, PEOPLE, Workspace, total
from workspace.errors import ConfigError, DataRefused, EnvironmentFailed

# E2 is Beatrixa Vandermuggle, known by two more e-mails and as p-77 to a platform.
TRACES = ("bea@corp", "bea.old@corp", "bea2@corp", "p-7700", "vandermuggle", "x-1200", "e2,")


def everything(workspace: Workspace) -> str:
    """Return every byte of the state as text, and every cell of what is packed in it."""
    texts = []
    state = workspace.root / "state"
    for path in (p for p in state.rglob("*") if p.is_file() and p != workspace.tombstones):
        texts.append(path.read_bytes().decode("latin-1"))
        with duckdb.connect(":memory:") as connection:
            if path.suffix == ".parquet":
                texts.append(str(connection.execute(f"from '{path}'").fetchall()))
            if path.suffix == ".duckdb":
                connection.execute(f"attach '{path}' as it (read_only)")
                for (name,) in connection.execute(
                    "select table_name from information_schema.tables"
                ).fetchall():
                    texts.append(str(connection.execute(f"from it.{name}").fetchall()))
    return "\n".join(texts).lower()


def traces(workspace: Workspace, *keys: str) -> list[str]:
    text = everything(workspace)
    return [trace for trace in (*TRACES, *keys) if trace in text]


@pytest.fixture
def named(company: Workspace) -> Workspace:
    """Return a company in which E2 stands in every table, in every way."""
    company.remembers = True
    company.write("identifiers", "identifier,employee_id,system\np-7700,bea.old@corp.example,Hub\n")
    company.write(
        "performance_reviews",
        "employee_id,reviewed_on,rating,rating_scale_max\ne2,2020-01-01,3,5\nE1,2020-01-01,4,5\n",
    )
    company.write(
        "pairings",
        "pairing_id,program_id,mentor_id,mentee_id,started_on\n"
        "x-1200,g,E3,BEA@corp.example,2021-01-01\nx-1300,g,E3,E1,2021-01-01\n",
    )
    company.write(
        "meetings",
        "meeting_id,pairing_id,scheduled_at,status\n"
        "1,x-1200,2021-02-01,held\n2,x-1300,2021-02-01,held\n",
    )
    company.write(
        "survey_responses",
        "survey_id,wave,response_id,respondent_id,submitted_at,item_id,answer\n"
        "s,1,r1,p-7700,2021-01-01,t,mine\n"
        "s,1,r2,bea2@corp.example,2021-01-01,t,mine too\n"
        "s,1,r3,quillon.zyx@corp.example,2021-01-01,t,"
        "Vandermuggle and Beatrixa helped; bea@corp.example\n"
        # Quarantined records of others, and one that does not fit.
        "s,1,r4,quillon.zyx@corp.example,no day,t,"
        "thanks to beatrixa VANDERMUGGLE (E2; bea@corp.example)\n"
        "s,1,r5,bea@corp.example,2021-01-01\n",
        ids_of="Hub",
    )
    return company


def test_nothing_of_somebody_is_left_by_a_load(named: Workspace) -> None:
    named.load()
    key = person_key("E2", key=KEY)
    assert traces(named, key)
    found = named.bury("bea.old@corp.example")
    assert found.seen.records == {
        "exports/job_history.csv": 1,
        "exports/people.csv": 1,
        "exports/identifiers.csv": 1,
        "exports/performance_reviews.csv": 1,
        "exports/pairings.csv": 1,
        "exports/meetings.csv": 1,
        "exports/survey_responses.csv": 3,
    }
    report = named.load()
    assert traces(named, key) == []
    assert report.erased.records == found.seen.records
    assert named.rows("select pairing_id from meetings") == [("x-1300",)]
    assert named.rows("select answer from survey_responses") == [
        ("[name] and [name] helped; [email]",)
    ]
    (waiting,) = named.waiting("survey_responses")
    assert "thanks to [name] ([erased]; [erased])" in waiting["raw"]


def test_what_is_published_of_a_load_is_that_of_one_without_the_person(named: Workspace) -> None:
    """Rows in would otherwise be more than the rows that are accounted for, by those of one."""
    named.bury("E2")
    report = named.load()
    assert total(report, "pairings") == (1, 1, 0, 0)
    assert total(report, "survey_responses") == (2, 1, 1, 0)
    assert {file.path: file.rows for file in report.inputs}["exports/people.csv"] == 3
    assert "erased" not in set(report.quality["reason"])


def test_exports_of_later_weeks_bring_nobody_back(named: Workspace) -> None:
    """A new e-mail, a new platform id, and then a roster that knows nothing of the person."""
    named.load()
    named.bury("E2")
    people = named.root / "exports/people.csv"
    people.write_text(PEOPLE.replace("bea@corp.example,", "trixa@corp.example,"))
    named.write("learning", "employee_id,completed_on,kind\ntrixa@corp.example,2021-01-01,course\n")
    named.load()
    assert "trixa@corp" not in everything(named)
    lines = [line for line in PEOPLE.splitlines() if "E2" not in line]
    people.write_text("\n".join(lines) + "\n")
    named.write("exposures", "exposure_id,mentee_id,occurred_on\n1,trixa@corp.example,2021-01-01\n")
    named.write(
        "recognitions",
        "employee_id,awarded_on,kind\nE1,2020-01-01,thanks to Beatrixa Vandermuggle\n",
    )
    named.load()
    assert "trixa@corp" not in everything(named)
    assert traces(named, person_key("E2", key=KEY)) == []
    assert named.rows("select kind from recognitions") == [("thanks to [name] [name]",)]


def test_a_manager_who_was_erased_is_nobodys_manager(company: Workspace) -> None:
    company.bury("E3")
    report = company.load()
    assert company.rows("select count(*), count(manager_key) from job_history") == [(4, 0)]
    assert not (report.quality["reason"] == "unlinked_manager").any()


def test_a_load_that_is_refused_leaves_nothing_either(named: Workspace) -> None:
    named.bury("E2")
    named.settings = {"ingest": {"maximum_quarantined_share": 0}}
    with pytest.raises(DataRefused):
        named.load()
    assert traces(named, person_key("E2", key=KEY)) == []


def test_another_who_was_given_the_e_mail_keeps_the_rest_of_the_record(company: Workspace) -> None:
    people = company.root / "exports/people.csv"
    people.write_text(PEOPLE.replace("E4,dee@", "E4,bea.old@"))
    company.write(
        "learning", "employee_id,completed_on,kind\nbea.old@corp.example,2021-01-01,course\n"
    )
    found = company.bury("E2")
    company.load()
    assert found.seen.shared == {"bea.old@corp.example"}
    assert company.rows("select count(*) from people") == [(3,)]
    assert company.rows("select count(*) from learning") == [(0,)]


def test_an_e_mail_of_two_people_erases_nobody(company: Workspace) -> None:
    people = company.root / "exports/people.csv"
    people.write_text(PEOPLE.replace("E4,dee@", "E4,bea@"))
    with pytest.raises(ConfigError, match="who is to be erased"):
        company.bury("bea@corp.example")


def test_a_stranger_is_named_and_changes_nothing(company: Workspace) -> None:
    found = company.bury("nobody@corp.example", "E1")
    assert found.unknown == ("nobody@corp.example",)


def test_an_id_in_another_case_that_is_anothers_own_stays(company: Workspace) -> None:
    (company.root / "exports/people.csv").write_text(PEOPLE + "e2,low@corp.example,,Lo,Wercase\n")
    (company.root / "exports/job_history.csv").write_text(JOBS + "e2,2019-02-01,hire,Sales,2,E3\n")
    company.bury("E2")
    company.load()
    keys = {key for (key,) in company.rows("select person_key from people")}
    assert person_key("e2", key=KEY) in keys
    assert person_key("E2", key=KEY) not in keys


def test_damaged_tombstones_are_refused(company: Workspace) -> None:
    company.bury("E2")
    company.tombstones.write_text(company.tombstones.read_text()[:-10])
    with pytest.raises(EnvironmentFailed, match="damaged"):
        company.load()


def test_tombstones_name_nobody(named: Workspace) -> None:
    named.bury("E2")
    text = named.tombstones.read_text().lower()
    assert [trace for trace in TRACES if trace in text] == []
    assert Tombstones.read(named.tombstones) == Tombstones.read(named.tombstones)
    assert named.tombstones.stat().st_mode & 0o077 == 0
