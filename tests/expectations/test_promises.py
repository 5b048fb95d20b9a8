"""Each promise beyond the contract, on the day before, on and after its boundary."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from expectations.catalog import BEYOND_THE_CONTRACT, promised
from expectations.promise import ROWS_QUERY, Promise
from ingest.contract import LINEAGE, TABLES

# `as_of` of the sound database is 2025-06-30; a case is a promise, a statement, rows that break it.
EVENT = "insert into job_history (person_key, effective_on, event) values "
PAIRING = (
    "insert into pairings "
    "(pairing_id, program_id, mentor_key, mentee_key, started_on, ended_on, _record) values "
)
CASES: list[tuple[str, str, int]] = [
    ("job_history.has_exits", "delete from job_history where event = 'exit'", 1),
    ("job_history.has_exits", "update settings set as_of = date '2024-08-31'", 1),
    ("job_history.has_exits", "update settings set as_of = date '2024-09-01'", 0),
    ("job_history.has_hires", "delete from job_history where event = 'hire'", 0),
    ("job_history.has_hires", "delete from job_history where event in ('hire', 'rehire')", 1),
    ("job_history.nothing_before_1950", EVENT + "('eve', '1949-12-31', 'hire')", 1),
    ("job_history.nothing_before_1950", EVENT + "('eve', '1950-01-01', 'hire')", 0),
    ("job_history.has_recent_exits", "update settings set as_of = date '2025-08-31'", 0),
    ("job_history.has_recent_exits", "update settings set as_of = date '2025-09-01'", 1),
    ("job_history.has_promotions", "delete from job_history where event = 'promotion'", 1),
    ("job_history.reaches_as_of", "update settings set as_of = date '2025-07-31'", 0),
    ("job_history.reaches_as_of", "update settings set as_of = date '2025-08-01'", 1),
    ("job_history.nothing_after_as_of", EVENT + "('ann', '2025-06-30', 'change')", 0),
    ("job_history.nothing_after_as_of", EVENT + "('ann', '2025-07-01', 'change')", 1),
    ("job_history.exits_have_a_reason", EVENT + "('ann', '2025-06-01', 'exit')", 1),
    ("job_history.nobody_leaves_before_joining", EVENT + "('eve', '2020-01-01', 'exit')", 1),
    (
        "job_history.nobody_leaves_before_joining",
        EVENT + "('eve', '2020-01-01', 'exit'), ('eve', '2020-01-01', 'hire')",
        0,
    ),
    ("job_history.nothing_happens_after_an_exit", EVENT + "('cid', '2024-09-01', 'change')", 0),
    ("job_history.nothing_happens_after_an_exit", EVENT + "('cid', '2024-09-02', 'change')", 1),
    ("job_history.nothing_happens_after_an_exit", EVENT + "('cid', '2024-09-02', 'exit')", 1),
    ("job_history.nothing_happens_after_an_exit", EVENT + "('cid', '2025-05-02', 'change')", 0),
    (
        "job_history.one_state_a_day",
        "insert into job_history (person_key, effective_on, event, level) "
        "values ('ann', '2025-01-01', 'change', 5), ('ann', '2025-01-01', 'change', 6)",
        1,
    ),
    (
        "job_history.one_state_a_day",
        "insert into job_history (person_key, effective_on, event, level) "
        "values ('ann', '2025-01-01', 'change', 5), ('ann', '2025-01-01', 'transfer', null)",
        0,
    ),
    ("job_history.person_is_in_people", EVENT + "('eve', '2020-01-01', 'hire')", 1),
    ("people.birth_year_is_plausible", "update people set birth_year = 2012", 3),
    ("people.birth_year_is_plausible", "update people set birth_year = 2011", 0),
    ("people.birth_year_is_plausible", "update people set birth_year = 1919", 3),
    ("performance_reviews.rating_is_on_its_scale", "update performance_reviews set rating = 5", 0),
    ("performance_reviews.rating_is_on_its_scale", "update performance_reviews set rating = 6", 1),
    (
        "performance_reviews.reviewed_on_is_not_in_the_future",
        "update performance_reviews set reviewed_on = '2025-07-02'",
        1,
    ),
    (
        "programs.ends_on_is_not_before_starts_on",
        "update programs set ends_on = '2022-12-31'",
        1,
    ),
    ("programs.ends_on_is_not_before_starts_on", "update programs set ends_on = null", 0),
    ("enrollments.program_is_known", "delete from programs", 1),
    (
        "enrollments.decided_on_is_not_before_applied_on",
        "update enrollments set decided_on = '2022-11-30'",
        1,
    ),
    ("pairings.program_is_known", "delete from programs", 2),
    (
        "pairings.ended_on_is_not_before_started_on",
        PAIRING + "('p3', 'grow', 'ann', 'bea', '2025-01-02', '2025-01-02', 90), "
        "('p4', 'grow', 'ann', 'bea', '2025-01-02', '2025-01-01', 91)",
        1,
    ),
    (
        "pairings.mentor_is_not_the_mentee",
        PAIRING + "('p3', 'grow', 'ann', 'ann', '2025-01-02', null, 90)",
        1,
    ),
    (
        "pairings.lasts_at_most_ten_years",
        PAIRING + "('p3', 'grow', 'ann', 'bea', '2015-06-29', null, 90), "
        "('p4', 'grow', 'ann', 'bea', '2015-06-30', null, 91)",
        1,
    ),
    (
        "pairings.starts_within_its_program",
        PAIRING + "('p3', 'grow', 'ann', 'bea', '2022-12-31', null, 90), "
        "('p4', 'grow', 'ann', 'bea', '2023-01-01', null, 91)",
        1,
    ),
    (
        "pairings.started_on_is_not_in_the_future",
        "update pairings set started_on = '2025-07-01'",
        0,
    ),
    (
        "pairings.started_on_is_not_in_the_future",
        "update pairings set started_on = '2025-07-02'",
        2,
    ),
    (
        # With Cid, whose pairing runs from 2025-05-15 on, these are 50 mentees.
        "pairings.mentor_has_at_most_fifty_mentees",
        "insert into pairings (mentor_key, mentee_key, started_on) "
        "select 'ann', 'x' || i, date '2025-06-01' from range(49) as t(i)",
        0,
    ),
    (
        "pairings.mentor_has_at_most_fifty_mentees",
        "insert into pairings (mentor_key, mentee_key, started_on) "
        "select 'ann', 'x' || i, date '2025-06-01' from range(50) as t(i)",
        1,
    ),
    (
        # One after the other, each ending the day before the next begins.
        "pairings.mentor_has_at_most_fifty_mentees",
        "insert into pairings (mentor_key, mentee_key, started_on, ended_on) "
        "select 'bea', 'x' || i, date '2025-01-01' + i::int, date '2025-01-01' + i::int "
        "from range(60) as t(i)",
        0,
    ),
    (
        "pairings.same_two_people_have_one_pairing",
        PAIRING + "('p3', 'grow', 'ann', 'bea', '2024-01-30', null, 90)",
        1,
    ),
    (
        "pairings.same_two_people_have_one_pairing",
        PAIRING + "('p1', 'grow', 'ann', 'bea', '2024-01-31', null, 90)",
        0,
    ),
    (
        # Cid left on 2024-09-01, the first day out, and came back on 2025-05-01.
        "pairings.mentee_is_employed_at_the_start",
        PAIRING + "('p3', 'grow', 'ann', 'cid', '2024-08-31', null, 90), "
        "('p4', 'grow', 'ann', 'cid', '2024-09-01', null, 91), "
        "('p5', 'grow', 'ann', 'cid', '2025-04-30', null, 92), "
        "('p6', 'grow', 'ann', 'cid', '2025-05-01', null, 93)",
        2,
    ),
    (
        "pairings.mentor_is_employed_at_the_start",
        PAIRING + "('p3', 'grow', 'ann', 'bea', '2017-12-31', null, 90)",
        1,
    ),
    ("meetings.pairing_is_known", "update meetings set pairing_id = 'p9'", 1),
    ("meetings.lies_within_its_pairing", "update meetings set pairing_id = 'p9'", 0),
    ("meetings.lies_within_its_pairing", "update meetings set scheduled_at = '2023-01-01'", 0),
    (
        "meetings.lies_within_its_pairing",
        "update meetings set scheduled_at = '2022-12-31 23:59'",
        1,
    ),
    (
        "meetings.lies_within_its_pairing",
        "update meetings set scheduled_at = '2024-03-02 23:59'",
        0,
    ),
    ("meetings.lies_within_its_pairing", "update meetings set scheduled_at = '2024-03-03'", 1),
    (
        "meetings.scheduled_at_is_not_in_the_future",
        "update meetings set scheduled_at = '2025-07-01 23:59'",
        0,
    ),
    (
        "meetings.scheduled_at_is_not_in_the_future",
        "update meetings set scheduled_at = '2025-07-02'",
        1,
    ),
    (
        "meetings.scheduled_at_is_not_in_the_future",
        "update meetings set scheduled_at = '2025-08-02', status = 'cancelled'",
        0,
    ),
    ("meetings.duration_is_plausible", "update meetings set duration_minutes = 600", 0),
    ("meetings.duration_is_plausible", "update meetings set duration_minutes = 601", 1),
    ("goals.pairing_is_known", "update goals set pairing_id = 'p9'", 1),
    ("goals.completed_on_is_not_before_set_on", "update goals set completed_on = '2023-02-28'", 1),
    ("goals.completed_on_is_not_in_the_future", "update goals set completed_on = '2025-07-02'", 1),
    ("goals.status_agrees_with_completion", "update goals set status = 'open'", 1),
    ("goals.status_agrees_with_completion", "update goals set status = null", 0),
    ("feedback.pairing_is_known", "update feedback set pairing_id = 'p9'", 1),
    ("feedback.given_at_is_not_before_about_on", "update feedback set about_on = '2023-04-02'", 0),
    ("feedback.given_at_is_not_before_about_on", "update feedback set about_on = '2023-04-03'", 1),
    ("feedback.given_at_is_not_in_the_future", "update feedback set given_at = '2025-07-02'", 1),
    ("exposures.pairing_is_known", "update exposures set pairing_id = 'p9'", 1),
    (
        "exposures.occurred_on_is_not_in_the_future",
        "update exposures set occurred_on='2025-07-02'",
        1,
    ),
    ("learning.hours_are_plausible", "update learning set hours = -1", 1),
    (
        "learning.completed_on_is_not_in_the_future",
        "update learning set completed_on='2025-07-02'",
        1,
    ),
    (
        "recognitions.awarded_on_is_not_in_the_future",
        "update recognitions set awarded_on = '2025-07-02'",
        1,
    ),
    ("survey_responses.answers_are_on_their_scale", "update survey_responses set answer = '6'", 1),
    ("survey_responses.answers_are_on_their_scale", "update survey_responses set answer = '0'", 1),
    ("survey_responses.answers_are_on_their_scale", "update survey_responses set answer = 'x'", 0),
    ("survey_responses.scaled_answers_are_numbers", "update survey_responses set answer = 'x'", 1),
    ("survey_responses.item_is_known", "delete from survey_items where item_id = 'q2'", 1),
    ("survey_responses.program_is_known", "delete from programs", 2),
    ("survey_responses.program_is_known", "update survey_responses set program_id = null", 0),
    (
        "survey_responses.submitted_at_is_not_in_the_future",
        "update survey_responses set submitted_at = '2025-07-01 23:59'",
        0,
    ),
    (
        "survey_responses.submitted_at_is_not_in_the_future",
        "update survey_responses set submitted_at = '2025-07-02 00:00'",
        2,
    ),
    (
        "survey_responses.one_response_a_wave",
        "update survey_responses set response_id = 'r2' where item_id = 'q2'",
        1,
    ),
    ("survey_items.scale_runs_upwards", "update survey_items set scale_min = 5", 1),
    ("survey_items.likert_scale_is_known", "update survey_items set scale_max = null", 1),
    ("survey_items.nps_scale_is_0_to_10", "update survey_items set kind = 'nps'", 1),
]
QUERIES = {
    f"{table}.{promise.name}": promise
    for table, promises in BEYOND_THE_CONTRACT.items()
    for promise in promises
    if promise.expectation == ROWS_QUERY
}


def broken_n(promise: Promise, connection: Any) -> int:
    query = promise.arguments["unexpected_rows_query"].format(batch=promise.table)
    return int(connection.sql(query).count("*").fetchall()[0][0])


@pytest.fixture(scope="module")
def sound_connection(make_sound: Callable[[], Any]) -> Any:
    return make_sound().connection


@pytest.mark.parametrize(("name", "statement", "expected_n"), CASES)
def test_rows_that_break_the_promise(
    sound_connection: Any, name: str, statement: str, expected_n: int
) -> None:
    sound_connection.execute("begin")
    try:
        sound_connection.execute(statement)
        assert broken_n(QUERIES[name], sound_connection) == expected_n
    finally:
        sound_connection.execute("rollback")


def test_every_query_has_a_case_that_breaks_it() -> None:
    assert {name for name, _, expected_n in CASES if expected_n} == set(QUERIES)


def test_queries_select_no_cell() -> None:
    for promise in QUERIES.values():
        query = " ".join(promise.arguments["unexpected_rows_query"].split())
        assert query.startswith("with t as (select * from {batch}) select 1 as broken from "), query


def test_an_absent_table_promises_nothing_and_is_not_asked_about() -> None:
    promises = promised({"job_history": 1, "pairings": 1})
    assert set(promises) == {"job_history", "pairings"}
    assert all(
        needed in promises for table in promises.values() for p in table for needed in p.needs
    )
    assert "person_is_in_people" not in {promise.name for promise in promises["job_history"]}


def test_contract_promises_cover_every_required_column_code_and_key() -> None:
    promises = promised(dict.fromkeys(TABLES, 1))
    assert list(promises) == list(TABLES)
    for name, table in TABLES.items():
        by_name: dict[str, list[Promise]] = {}
        for promise in promises[name]:
            by_name.setdefault(promise.name, []).append(promise)
        assert {p.column for p in by_name["is_filled"]} == {
            column.raw_name for column in table.required_columns
        }
        assert {p.column for p in by_name.get("is_a_known_code", [])} == {
            column.raw_name for column in table.columns if column.codes
        }
        assert ("key_is_unique" in by_name) == (
            name not in {"job_history", "learning", "recognitions"}
        )
        columns = by_name["columns_match_the_contract"][0].arguments["column_set"]
        assert columns == [*(column.raw_name for column in table.raw_columns), *LINEAGE]


def test_names_are_unique_within_a_table_and_column() -> None:
    for promises in promised(dict.fromkeys(TABLES, 1)).values():
        names = [(promise.name, promise.column) for promise in promises]
        assert len(names) == len(set(names))
