"""What becomes of each record: kept, quarantined for its reason, or an exact duplicate."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyses.results import QUALITY
from ingest.contract import LINEAGE, TABLES
from ingest.records.reasons import REASONS
from tests.ingest.conftest import JOBS, KEY, Workspace, total
from workspace.errors import ConfigError, DataRefused

PAIRINGS = "pairing_id,program_id,mentor_id,mentee_id,started_on,ended_on\n"
JOB = "employee_id,effective_on,event"
FEEDBACK = "feedback_id,pairing_id,given_at"
MEETINGS = "meeting_id,pairing_id,scheduled_at,status\n"


def key_of(employee_id: str) -> str:
    return hmac.new(KEY, employee_id.encode(), hashlib.sha256).hexdigest()


# The raw database


def test_the_raw_database_holds_every_table_of_the_contract(company: Workspace) -> None:
    company.load()
    found = company.rows(
        "select table_name, column_name, lower(data_type) from information_schema.columns"
    )
    for table in TABLES.values():
        wanted = {c.raw_name: c.sql_type for c in table.raw_columns} | LINEAGE
        assert {column: kind for name, column, kind in found if name == table.name} == wanted
    assert company.rows("select count(*) from tables") == [(len(TABLES),)]
    assert company.rows("select * from tables where rows_n > 0") == [
        ("job_history", True, 5),
        ("people", True, 4),
    ]


def test_the_raw_database_is_one_file_that_only_its_owner_reads(company: Workspace) -> None:
    company.load()
    assert [path.name for path in company.raw_path.parent.glob("raw*")] == ["raw.duckdb"]
    assert company.raw_path.stat().st_mode & 0o777 == 0o600


def test_people_are_keys_by_hmac_sha256_of_the_employee_id(company: Workspace) -> None:
    company.load()
    keys = company.rows("select person_key from people order by _record")
    assert keys == [(key_of(who),) for who in ("E1", "E2", "E3", "E4")]


def test_the_same_exports_twice_give_the_same_rows(company: Workspace) -> None:
    company.load()
    first = company.rows("from job_history")
    company.load()
    assert company.rows("from job_history") == first


def test_settings_come_from_the_configuration(company: Workspace) -> None:
    company.settings["as_of"] = dt.date(2025, 5, 31)
    company.settings["workforce"] = {"senior_level_min": 4}
    company.settings["privacy"] = {"protected_dimensions": ["gender"]}
    report = company.load()
    assert report.as_of == dt.date(2025, 5, 31)
    assert company.rows("from settings") == [
        ("Example", dt.date(2025, 5, 31), dt.date(2025, 6, 1), None, 4, True)
    ]


def test_as_of_is_the_newest_job_history_date_that_is_not_in_the_future(
    workspace: Workspace,
) -> None:
    jobs = "employee_id,effective_on,event\nE1,2019-01-01,hire\nE1,2026-06-30,change\n"
    workspace.write("job_history", jobs + "E1,2026-07-01,exit\n")
    assert workspace.load().as_of == dt.date(2026, 6, 30)
    assert workspace.rows("select count(*) from job_history") == [(3,)]


@pytest.mark.parametrize(
    ("as_of", "age", "expected"),
    [
        # Without a declared day, the newest date moves when the change of September comes to pass.
        (None, None, dt.date(2026, 9, 1)),
        (dt.date(2026, 6, 1), None, None),
        # 5 June and 30 days: on 5 July it is still fresh, on 6 July it is refused.
        (dt.date(2026, 6, 1), 30, dt.date(2026, 7, 6)),
        (None, 30, dt.date(2026, 7, 6)),
        (None, 365, dt.date(2026, 9, 1)),
    ],
)
def test_the_same_exports_hold_until_they_would_describe_another_day(
    workspace: Workspace, as_of: dt.date | None, age: int | None, expected: dt.date | None
) -> None:
    jobs = "employee_id,effective_on,event\nE1,2026-01-10,hire\nE1,2026-06-05,change\n"
    workspace.write("job_history", jobs + "E1,2026-09-01,exit\n")
    workspace.settings["as_of"] = as_of
    workspace.settings["ingest"]["maximum_age_days"] = age
    report = workspace.load()
    assert report.as_of == as_of or report.as_of == dt.date(2026, 6, 5)
    assert report.holds_before == expected


def test_a_snapshot_dated_ahead_describes_another_day_tomorrow(workspace: Workspace) -> None:
    workspace.write(
        "job_history",
        "employee_id,department,level\nE1,Sales,1\n",
        "staff 2026.csv",
        preset="snapshots",
        file_date="staff %Y",
    )
    report = workspace.load()
    # The file says the end of the year; today is 30 June.
    assert (report.as_of, report.holds_before) == (dt.date(2026, 6, 30), dt.date(2026, 7, 1))


def test_inputs_are_the_files_with_their_hash_size_and_rows(company: Workspace) -> None:
    jobs = company.load().inputs[0]
    assert jobs.path == "exports/job_history.csv"
    assert jobs.sha256 == hashlib.sha256(JOBS.encode()).hexdigest()
    assert (jobs.size_bytes, jobs.rows) == (len(JOBS), 5)


def test_quality_has_a_total_and_a_row_per_reason(company: Workspace) -> None:
    company.write(
        "recognitions", "employee_id,awarded_on\nE1,2020-01-01\nE1,2020-01-01\nX,2020-01-01\n"
    )
    quality = company.load().quality
    assert list(quality.columns) == list(QUALITY)
    rows = quality[quality["table"] == "recognitions"].drop(columns=["table", "source"])
    shares = rows.pop("unlinked_share")
    assert rows.to_numpy().tolist() == [
        ["total", 3, 1, 1, 1, 3, 2, 1],
        ["unknown_person", 0, 0, 1, 0, 1, 0, 0],
        ["exact_duplicate", 0, 0, 0, 1, 1, 0, 0],
    ]
    assert shares.dropna().tolist() == [0.5]


# Values


@pytest.mark.parametrize(
    ("table", "header", "record", "reason", "column"),
    [
        ("job_history", JOB, ",2020-01-01,hire", "missing_value", "employee_id"),
        ("job_history", JOB, "E1,9999-12-31,hire", "missing_value", "effective_on"),
        ("job_history", JOB, "E1,03/04/2020,hire", "unreadable_date", "effective_on"),
        ("job_history", JOB, "E1,2020-02-30,hire", "unreadable_date", "effective_on"),
        ("job_history", JOB, "E1,0202-02-20,hire", "unreadable_date", "effective_on"),
        ("job_history", JOB, "E1,2020-01-01,fired", "unknown_code", "event"),
        ("job_history", JOB + ",level", "E1,2020-01-01,hire,3.5", "unreadable_number", "level"),
        ("job_history", JOB + ",level", "E1,2020-01-01,hire,3e9", "unreadable_number", "level"),
        ("programs", "program_id,budget_amount", 'g,"1,000"', "unreadable_number", "budget_amount"),
        ("programs", "program_id,budget_amount", "g,inf", "unreadable_number", "budget_amount"),
        ("programs", "program_id,is_voluntary", "g,perhaps", "unreadable_boolean", "is_voluntary"),
        ("programs", "program_id,starts_on", "g,soon", "unreadable_date", "starts_on"),
        ("feedback", FEEDBACK, "f,p,2020-01-01 25:00", "unreadable_date", "given_at"),
        ("job_history", JOB, "E1,2020-01-01", "ragged_row", ""),
        ("job_history", JOB, 'E1,"2020"-01-01,hire', "broken_quotes", ""),
        ("job_history", JOB, " ,,", "blank_record", ""),
    ],
)
def test_what_cannot_be_read_waits_in_quarantine(
    company: Workspace, table: str, header: str, record: str, reason: str, column: str
) -> None:
    company.write(table, f"{header}\n{record}\n", "bad.csv")
    report = company.load()
    (row,) = company.waiting(table)
    assert (row["source"], row["record"], row["line"]) == ("exports/bad.csv", "1", "2")
    assert (row["reason"], row["column"]) == (reason, column)
    assert row["expected"]
    assert row["to_do"]
    assert total(report, table)[2] == 1


@pytest.mark.parametrize(
    ("column", "said", "read"),
    [
        ("starts_on", "2020-01-31", dt.date(2020, 1, 31)),
        ("starts_on", "2020-01-31 00:00:00", dt.date(2020, 1, 31)),
        ("starts_on", "2020-01-31T00:00:00.000Z", dt.date(2020, 1, 31)),
        ("starts_on", "9999-12-31", None),
        ("starts_on", "1900-01-01", None),
        ("starts_on", "N/A", None),
        ("planned_duration_days", "3", 3),
        ("planned_duration_days", "3.0", 3),
        ("planned_duration_days", "", None),
        ("budget_amount", "-1.5e3", -1500.0),
        ("is_voluntary", "Y", True),
        ("is_voluntary", "0", False),
        ("program_type", "One-to-One", "one_to_one"),
        ("program_name", "NULL", None),
        ("program_name", "\u00a0 Circles \u200b", "Circles"),
    ],
)
def test_values_are_read_by_their_kind(
    company: Workspace, column: str, said: str, read: object
) -> None:
    company.write("programs", f"program_id,{column}\ng,{said}\n")
    company.load()
    assert company.rows(f"select {column} from programs") == [(read,)]


@pytest.mark.parametrize(
    ("said", "source", "read"),
    [
        ("2020-07-01T10:00:00Z", {}, "2020-07-01 10:00:00"),
        ("2020-07-01T10:00+02:00", {}, "2020-07-01 08:00:00"),
        ("2020-07-01 10:00", {}, "2020-07-01 10:00:00"),
        ("2020-07-01 10:00", {"timezone": "Europe/Berlin"}, "2020-07-01 08:00:00"),
        ("2020-12-01 10:00", {"timezone": "Europe/Berlin"}, "2020-12-01 09:00:00"),
        ("7/1/2020 10:00 PM", {"date_format": "%m/%d/%Y"}, "2020-07-01 22:00:00"),
        ("01/07/2020", {"date_format": "%d/%m/%Y"}, "2020-07-01 00:00:00"),
    ],
)
def test_moments_are_in_utc(
    company: Workspace, said: str, source: dict[str, Any], read: str
) -> None:
    company.write("feedback", f"feedback_id,pairing_id,given_at\nf,p,{said}\n", **source)
    company.load()
    assert company.rows("select cast(given_at as varchar) from feedback") == [(read,)]


def test_a_date_shifted_by_a_time_zone_needs_the_zone(company: Workspace) -> None:
    programs = "program_id,starts_on\ng,2020-01-30T23:00:00Z\n"
    company.write("programs", programs)
    company.load()
    assert company.reasons("programs") == [(1, "unreadable_date")]
    company.sources[-1]["timezone"] = "Europe/Berlin"
    company.load()
    assert company.rows("select starts_on from programs") == [(dt.date(2020, 1, 31),)]


def test_a_date_format_that_begins_with_the_year_is_the_only_one_read(company: Workspace) -> None:
    programs = "program_id,starts_on\ng1,2020-25-01\ng2,2020-01-25\n"
    company.write("programs", programs, date_format="%Y-%d-%m")
    company.load()
    assert company.rows("select starts_on from programs") == [(dt.date(2020, 1, 25),)]
    assert company.reasons("programs") == [(2, "unreadable_date")]


def test_a_date_format_that_does_not_exist_is_a_mistake_in_the_configuration(
    company: Workspace,
) -> None:
    company.sources[0]["date_format"] = "%Q"
    with pytest.raises(ConfigError, match="%Q"):
        company.load()


# Mapping


def test_columns_values_and_constants_are_the_users_word(company: Workspace) -> None:
    company.write(
        "talent_plans",
        "Worker ID,Plan \nE1,SUCC\nE2, succ \nE3,Dev Plan\n",
        columns={"employee_id": "worker id", "plan_type": "Plan"},
        values={"plan_type": {"Succ": "succession", "dev plan": "development"}},
        constants={"planned_on": "2020-01-01"},
    )
    company.load()
    assert company.rows("select plan_type, planned_on from talent_plans order by _record") == [
        ("succession", dt.date(2020, 1, 1)),
        ("succession", dt.date(2020, 1, 1)),
        ("development", dt.date(2020, 1, 1)),
    ]


def test_a_value_that_means_nothing_is_empty(company: Workspace) -> None:
    company.write("programs", "program_id,starts_on\ng,open\n", values={"starts_on": {"Open": ""}})
    company.load()
    assert company.rows("select starts_on from programs") == [(None,)]


def test_headers_are_found_despite_case_and_kinds_of_space(workspace: Workspace) -> None:
    workspace.write("job_history", "Employee\u00a0ID , EFFECTIVE_ON,Event\nE1,2020-01-01,hire\n")
    assert total(workspace.load(), "job_history") == (1, 1, 0, 0)


def test_a_missing_required_column_is_refused_with_the_nearest_header(
    workspace: Workspace,
) -> None:
    workspace.write("job_history", "employee_id,effective_date,event\nE1,2020-01-01,hire\n")
    with pytest.raises(DataRefused) as refusal:
        workspace.load()
    place = refusal.value.place
    assert (place.file, place.line, place.column) == ("exports/job_history.csv", 1, "effective_on")
    assert "the nearest is effective_date" in str(refusal.value)
    assert refusal.value.exit_code == 1


def test_a_column_the_user_names_must_be_there(company: Workspace) -> None:
    company.sources[0]["columns"] = {"department": "Function"}
    with pytest.raises(DataRefused, match="Function"):
        company.load()


def test_a_header_over_two_columns_is_refused(workspace: Workspace) -> None:
    workspace.write("job_history", "employee_id,event,effective_on,event\nE1,hire,2020-01-01,x\n")
    with pytest.raises(DataRefused, match="stands over two columns"):
        workspace.load()


# Duplicates and keys


def test_the_first_of_identical_records_is_kept_across_the_files_of_a_source(
    company: Workspace,
) -> None:
    company.write(
        "recognitions", "employee_id,awarded_on\nE1,2020-01-01\nE1,2020-01-01\n", "r_1.csv"
    )
    company.write(
        "recognitions", "awarded_on,employee_id\n2020-01-01,E1\n2020-01-02,E1\n", "r_2.csv"
    )
    company.sources[-2:] = [{"table": "recognitions", "path": "exports/r_*.csv"}]
    report = company.load()
    assert total(report, "recognitions") == (4, 2, 0, 2)
    assert company.rows("select _source, _record from recognitions") == [
        ("exports/r_1.csv", 1),
        ("exports/r_2.csv", 2),
    ]


def test_a_later_record_of_the_same_key_waits(company: Workspace) -> None:
    header = "employee_id,reviewed_on,rating,rating_scale_max,note\n"
    first, same, other = "E1,2020-01-01,4,5,a\n", "e1,2020-01-01,4.0,5,b\n", "E1,2020-01-01,5,5,c\n"
    company.write("performance_reviews", header + first + same + other)
    report = company.load()
    assert total(report, "performance_reviews") == (3, 1, 1, 1)
    assert company.reasons("performance_reviews") == [(3, "conflicting_key")]
    assert company.rows("select rating from performance_reviews") == [(4.0,)]


def test_several_rows_of_one_key_are_ordinary_where_events_repeat(company: Workspace) -> None:
    company.write(
        "learning",
        "employee_id,completed_on,kind,hours\nE1,2020-01-01,course,1\nE1,2020-01-01,course,2\n",
    )
    company.write(
        "job_history",
        "employee_id,effective_on,event,department\nE1,2020-05-01,change,A\nE1,2020-05-01,change,B\n",
        "more_jobs.csv",
    )
    report = company.load()
    assert total(report, "learning") == (2, 2, 0, 0)
    assert total(report, "job_history") == (7, 7, 0, 0)


def test_a_file_that_stands_in_two_sources_counts_once(company: Workspace) -> None:
    company.sources.append(dict(company.sources[0]))
    assert total(company.load(), "job_history") == (10, 5, 0, 5)


# People


def test_people_are_found_by_id_and_by_any_of_their_emails(company: Workspace) -> None:
    said = [
        "E1",
        "e1",
        " quillon.zyx@CORP.example",
        "Quillon.Zyx@other.example",
        "bea.old@corp.example",
        "\uff42ea2@corp.example",
    ]
    company.settings["ingest"]["email_domain_aliases"] = {"Other.example": "corp.example"}
    company.write(
        "recognitions",
        "employee_id,awarded_on,kind\n"
        + "".join(f"{s},2020-01-01,k{n}\n" for n, s in enumerate(said)),
    )
    company.load()
    found = [key for (key,) in company.rows("select person_key from recognitions order by _record")]
    assert found == [key_of("E1")] * 4 + [key_of("E2")] * 2


def test_nobody_and_two_people_link_nobody(company: Workspace) -> None:
    company.write(
        "people",
        "employee_id,email,other_emails\nE5,x@corp.example,\nE6,,dee@corp.example\n",
        "more.csv",
    )
    company.write(
        "recognitions",
        "employee_id,awarded_on\nE9,2020-01-01\ndee@corp.example,2020-01-01\nwho@corp.example,2020-01-01\n",
    )
    company.load()
    assert company.reasons("recognitions") == [
        (1, "unknown_person"),
        (2, "ambiguous_person"),
        (3, "unknown_person"),
    ]


def test_a_row_keeps_without_a_manager_who_is_nobody(company: Workspace) -> None:
    company.write(
        "job_history",
        "employee_id,effective_on,event,manager_id\nE1,2020-01-01,change,Z9\n",
        "more.csv",
    )
    quality = company.load().quality
    note = quality[quality["reason"] == "unlinked_manager"]
    assert note[["rows_quarantined", "rows"]].to_numpy().tolist() == [[0, 1]]
    assert company.rows("select manager_key from job_history where _source like '%more%'") == [
        (None,)
    ]


def test_job_history_defines_people_and_may_name_them_by_email(company: Workspace) -> None:
    company.write(
        "job_history",
        "employee_id,effective_on,event\nbea@corp.example,2020-01-01,change\nnew@corp.example,2020-01-01,hire\n",
        "more.csv",
    )
    report = company.load()
    assert total(report, "job_history") == (7, 7, 0, 0)
    rows = company.rows(
        "select person_key from job_history where _source like '%more%' order by _record"
    )
    assert rows == [(key_of("E2"),), (key_of("new@corp.example"),)]


def test_a_person_whose_own_record_waits_is_still_known(company: Workspace) -> None:
    company.write(
        "people", "employee_id,email,birth_year\nE7,gil@corp.example,long ago\n", "more.csv"
    )
    company.write("recognitions", "employee_id,awarded_on\ngil@corp.example,2020-01-01\n")
    company.load()
    assert company.rows("select person_key from recognitions") == [(key_of("E7"),)]


# Pairings and what belongs to them


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ("p,g,E1,E1,2020-01-01,", "self_mentoring"),
        ("p,g,E1,quillon.zyx@corp.example,2020-01-01,", "self_mentoring"),
        ("p,g,E1,E2,2020-02-01,2020-01-31", "end_before_start"),
        ("p,g,E1,E4,2019-12-31,", "outside_employment"),
        ("p,g,E4,E1,2022-01-01,", "outside_employment"),
        ("p,g,E1,E9,2020-01-01,", "unknown_person"),
    ],
)
def test_a_pairing_that_cannot_be_waits(company: Workspace, record: str, reason: str) -> None:
    company.write("pairings", PAIRINGS + record + "\n")
    company.load()
    assert company.reasons("pairings") == [(1, reason)]


@pytest.mark.parametrize(
    "record",
    [
        "p,g,E1,E2,2020-02-01,2020-02-01",
        "p,g,E1,E4,2020-01-01,",
        "p,g,E4,E1,2021-12-31,2022-06-01",
    ],
)
def test_a_pairing_on_the_boundary_is_kept(company: Workspace, record: str) -> None:
    company.write("pairings", PAIRINGS + record + "\n")
    assert total(company.load(), "pairings") == (1, 1, 0, 0)


def test_a_pairing_between_an_exit_and_a_rehire_waits(company: Workspace) -> None:
    company.write(
        "job_history", "employee_id,effective_on,event\nE4,2023-01-01,rehire\n", "more.csv"
    )
    company.write("pairings", PAIRINGS + "p1,g,E1,E4,2022-12-31,\np2,g,E1,E4,2023-01-01,\n")
    company.load()
    assert company.reasons("pairings") == [(1, "outside_employment")]


def test_a_pairing_that_reopens_has_another_row(company: Workspace) -> None:
    company.write("pairings", PAIRINGS + "p,g,E1,E2,2020-02-01,2020-03-01\np,g,E1,E2,2020-05-01,\n")
    assert total(company.load(), "pairings") == (2, 2, 0, 0)


def test_what_belongs_to_no_kept_pairing_waits(company: Workspace) -> None:
    company.write("pairings", PAIRINGS + "p1,g,E1,E2,2020-02-01,\np2,g,E1,E1,2020-02-01,\n")
    company.write("meetings", MEETINGS + "".join(f"m{n},p{n},2020-03-01,held\n" for n in (1, 2, 3)))
    company.load()
    assert company.reasons("meetings") == [(2, "pairing_quarantined"), (3, "unknown_pairing")]


def test_a_program_whose_own_record_waits_is_known_all_the_same(company: Workspace) -> None:
    company.write(
        "programs", "program_id,budget_amount\nOne,dear\n", values={"program_id": {"one": "g"}}
    )
    company.write("pairings", PAIRINGS + "p1,g,E1,E2,2020-02-01,\n")
    report = company.load()
    assert company.reasons("programs") == [(1, "unreadable_number")]
    assert total(report, "pairings") == (1, 1, 0, 0)


def test_without_pairings_nothing_is_unknown(company: Workspace) -> None:
    company.write("meetings", MEETINGS + "m1,p1,2020-03-01,held\n")
    assert total(company.load(), "meetings") == (1, 1, 0, 0)


def test_a_program_that_programs_does_not_know_waits(company: Workspace) -> None:
    company.write("programs", "program_id\ng1\n")
    company.write("pairings", PAIRINGS + "p1,g1,E1,E2,2020-02-01,\np2,g2,E1,E2,2020-02-01,\n")
    company.load()
    assert company.reasons("pairings") == [(2, "unknown_program")]


# Answers


def test_an_answer_outside_its_scale_waits(company: Workspace) -> None:
    company.write(
        "survey_items",
        "survey_id,item_id,kind,scale_min,scale_max\ns,q,likert,1,5\ns,n,nps,,\ns,t,text,,\n",
    )
    header = "survey_id,wave,response_id,submitted_at,item_id,answer\n"
    answers = [
        ("q", "1"),
        ("q", "5"),
        ("q", "0"),
        ("q", "6"),
        ("q", "good"),
        ("n", "0"),
        ("n", "11"),
        ("t", "99"),
        ("other", "99"),
    ]
    company.write(
        "survey_responses",
        header
        + "".join(
            f"s,1,r{n},2020-01-01,{item},{answer}\n" for n, (item, answer) in enumerate(answers, 1)
        ),
    )
    company.load()
    assert company.reasons("survey_responses") == [(n, "outside_scale") for n in (3, 4, 5, 7)]
    assert company.waiting("survey_responses")[0]["found"] == "q: 0, on a scale of 1 to 5"


def test_a_respondent_may_be_anonymous_but_not_unknown(company: Workspace) -> None:
    header = "survey_id,wave,response_id,respondent_id,submitted_at,item_id,answer\n"
    company.write(
        "survey_responses",
        header + "s,1,r1,,2020-01-01,q,1\ns,1,r2,who@corp.example,2020-01-01,q,1\n",
    )
    company.load()
    assert company.reasons("survey_responses") == [(2, "unknown_person")]


# Refusal


def test_a_single_bad_record_refuses_nothing_and_two_above_the_share_do(
    company: Workspace,
) -> None:
    company.settings["ingest"] = {"maximum_quarantined_share": 0.1}
    good = "".join(f"E1,2020-01-{day:02}\n" for day in range(1, 10))
    company.write("recognitions", "employee_id,awarded_on\nE1,soon\n")
    company.load()
    company.sources.pop()
    company.write(
        "recognitions",
        "employee_id,awarded_on\n" + good + "E1,soon\nE8,2020-01-01\nE9,2020-01-01\n",
    )
    with pytest.raises(DataRefused) as refusal:
        company.load()
    assert "3 of 12 records" in str(refusal.value)
    assert "2 of them unknown_person" in str(refusal.value)
    assert (refusal.value.place.file, refusal.value.place.line) == ("exports/recognitions.csv", 12)
    assert len(company.waiting("recognitions")) == 3


def test_a_share_of_zero_refuses_a_single_bad_record(company: Workspace) -> None:
    company.settings["ingest"] = {"maximum_quarantined_share": 0}
    company.write("recognitions", "employee_id,awarded_on\nE1,soon\n")
    with pytest.raises(DataRefused, match="1 of 1 records"):
        company.load()


def test_what_only_follows_from_another_record_does_not_refuse(company: Workspace) -> None:
    company.settings["ingest"] = {"maximum_quarantined_share": 0.1}
    company.write("pairings", PAIRINGS + "p2,g,E1,E1,2020-02-01,\n")
    company.write("meetings", MEETINGS + "".join(f"m{n},p2,2020-03-0{n},held\n" for n in (1, 2, 3)))
    assert total(company.load(), "meetings") == (3, 0, 3, 0)


def test_a_job_history_without_records_is_refused(workspace: Workspace) -> None:
    workspace.write("job_history", "employee_id,effective_on,event\n")
    with pytest.raises(DataRefused, match="no record up to today"):
        workspace.load()


def test_a_job_history_that_is_too_old_is_refused(company: Workspace) -> None:
    company.settings["ingest"]["maximum_age_days"] = 365
    with pytest.raises(DataRefused, match="newest date 2022-01-01, 1641 days before 2026-06-30"):
        company.load()


# Quarantine


def test_quarantine_holds_the_whole_record_and_belongs_to_its_owner(company: Workspace) -> None:
    company.write("recognitions", 'employee_id,awarded_on,kind\nE1,=1+1,"a\nb"\n')
    company.load()
    (row,) = company.waiting("recognitions")
    assert json.loads(row["raw"]) == {"employee_id": "E1", "awarded_on": "=1+1", "kind": "a\nb"}
    assert row["found"] == "'=1+1"
    path = company.quarantine / "recognitions.csv"
    assert path.stat().st_mode & 0o777 == 0o600
    assert company.quarantine.stat().st_mode & 0o777 == 0o700


def test_quarantine_names_the_header_of_the_export(company: Workspace) -> None:
    company.write(
        "recognitions", "Who,Day\nE1,x\n", columns={"employee_id": "Who", "awarded_on": "Day"}
    )
    company.load()
    (row,) = company.waiting("recognitions")
    assert (row["column"], row["found"]) == ("Day", "x")
    assert row["expected"] == "a date such as 2026-01-31"


def test_quarantine_is_replaced_by_the_next_load(company: Workspace) -> None:
    company.write("recognitions", "employee_id,awarded_on\nE1,x\n")
    company.load()
    company.write("recognitions", "employee_id,awarded_on\nE1,2020-01-01\n")
    company.sources.pop()
    company.load()
    assert not (company.quarantine / "recognitions.csv").exists()


def test_an_export_of_nothing_is_worth_a_warning(company: Workspace) -> None:
    company.write("recognitions", "employee_id,awarded_on\n")
    report = company.load()
    assert total(report, "recognitions") == (0, 0, 0, 0)
    assert report.warnings == ("exports/recognitions.csv holds headers and no record.",)


CELL = st.sampled_from(
    [
        "E1",
        "e2",
        "bea@corp.example",
        "",
        "x",
        "2020-01-01",
        "9999-12-31",
        "course",
        "3",
        " 3 ",
        '"',
        "a,b",
    ]
)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(records=st.lists(st.lists(CELL, min_size=3, max_size=5), max_size=12))
def test_no_record_is_ever_lost(company: Workspace, records: list[list[str]]) -> None:
    text = "employee_id,completed_on,kind,hours\n"
    text += "".join(
        ",".join(f'"{c}"' if "," in c else c.replace('"', "'") for c in r) + "\n" for r in records
    )
    company.sources = company.sources[:2]
    company.write("learning", text)
    report = company.load()
    assert total(report, "learning")[0] == len(records)
    assert {reason for _, reason in company.reasons("learning")} <= set(REASONS)


def test_all_sources_that_cannot_be_read_are_told_in_one_run(workspace: Workspace) -> None:
    workspace.write("job_history", "who,effective_on,event\nE1,2019-01-01,hire\n")
    workspace.write("people", "employee,email\nE1,a@corp.example\n")
    workspace.write("recognitions", "employee_id,awarded\nE1,2020-01-01\n")
    with pytest.raises(DataRefused) as refusal:
        workspace.load()
    said = str(refusal.value)
    for path in ("job_history", "people", "recognitions"):
        assert f"exports/{path}.csv" in said
    assert said.count("is missing.") == 3


def test_all_sources_with_too_many_bad_records_are_told_in_one_run(company: Workspace) -> None:
    company.settings["ingest"]["maximum_quarantined_share"] = 0.02
    company.write("recognitions", "employee_id,awarded_on,kind\nE1,someday,a\nE2,someday,b\n")
    company.write("learning", "employee_id,completed_on,kind\nE1,soon,course\nE2,later,course\n")
    with pytest.raises(DataRefused) as refusal:
        company.load()
    said = str(refusal.value)
    assert "Too many records of recognitions cannot be used." in said
    assert "Too many records of learning cannot be used." in said
