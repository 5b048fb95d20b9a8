"""Each promise beyond the contract, on the day before, on and after its boundary."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import duckdb
import pytest

from expectations.catalog import beyond_the_contract, names, promised
from expectations.known import Known, SourceLimit, attach
from expectations.past import DATES
from expectations.promise import ROWS_QUERY, Promise, percent
from expectations.values import mark_of
from ingest.contract import LINEAGE, TABLES
from tests.expectations.conftest import SOUND_ROWS
from workspace.config import ExpectationsConfig

# `as_of` of the sound database is 2025-06-30; a case is a promise, a statement, rows that break it.
EVENT = "insert into job_history (person_key, effective_on, event) values "
PAIRING = (
    "insert into pairings "
    "(pairing_id, program_id, mentor_key, mentee_key, started_on, ended_on, _record) values "
)


def promoted(day: str, people_n: int) -> str:
    """Return the statement that enters promotions of one day, each of somebody else."""
    return EVENT + ", ".join(f"('new {n}', '{day}', 'promotion')" for n in range(people_n))


def left(day: str, people_n: int) -> str:
    """Return the statement that enters exits of people of whom nothing else is known."""
    return EVENT + ", ".join(f"('new {n}', '{day}', 'exit')" for n in range(people_n))


def mentored(people_n: int) -> str:
    """Return the statement that enters pairings of mentees whom nobody employs."""
    return PAIRING + ", ".join(
        f"('new {n}', 'grow', 'ann', 'new {n}', '2024-01-01', null, {n})" for n in range(people_n)
    )


GOALS_OF_P2 = "update pairings set started_on = '2020-01-01' where pairing_id = 'p2'"
TWO_MENTEES = "update pairings set ended_on = null"
NO_LEVEL_OF_BEA = "update job_history set level = null where person_key = 'bea'"
FORTY_EIGHT = (
    "insert into job_history (person_key, effective_on, event) "
    "select 'x' || i, date '2020-02-01', 'hire' from range(48) as t(i)"
)
TWENTY_JOINED = (
    "insert into job_history (person_key, effective_on, event) "
    "select 'x' || i, date '2025-05-01', 'hire' from range(20) as t(i)"
)
HALF_UNKNOWN = (
    "survey_responses.most_items_are_known",
    "delete from survey_items where item_id = 'q2'",
)
NOBODY_LEFT = "; delete from job_history where event = 'exit'"
CASES: list[tuple[str, str, int]] = [
    ("job_history.begins_before_as_of", "update settings set as_of = date '2018-01-01'", 0),
    ("job_history.begins_before_as_of", "update settings set as_of = date '2017-12-31'", 1),
    ("job_history.begins_before_as_of", "delete from job_history", 0),
    ("job_history.has_exits", "update settings set as_of = date '2017-12-31'", 0),
    ("job_history.has_exits", "delete from job_history where event = 'exit'", 1),
    ("job_history.has_exits", "update settings set as_of = date '2024-08-31'", 1),
    ("job_history.has_exits", "update settings set as_of = date '2024-09-01'", 0),
    ("job_history.has_hires", "delete from job_history where event = 'hire'", 0),
    ("job_history.has_hires", "delete from job_history where event in ('hire', 'rehire')", 1),
    ("job_history.nothing_before_1950", EVENT + "('eve', '1949-12-31', 'hire')", 1),
    ("job_history.nothing_before_1950", EVENT + "('eve', '1950-01-01', 'hire')", 0),
    ("job_history.has_recent_exits", "update settings set as_of = date '2025-08-31'", 0),
    ("job_history.has_recent_exits", "update settings set as_of = date '2025-09-01'", 1),
    # Followed to the end of June, and of April: May and June lack their exits.
    (
        "job_history.recent_months_hold_their_exits",
        "update settings set follow_up_ends_on = date '2025-07-01'",
        0,
    ),
    (
        "job_history.recent_months_hold_their_exits",
        "update settings set follow_up_ends_on = date '2025-05-01'",
        2,
    ),
    # With Ann, Bea and Cid, who left on 2024-09-01, 51 people were here on 2024-06-30.
    ("job_history.many_do_not_all_stay", FORTY_EIGHT, 0),
    ("job_history.many_do_not_all_stay", FORTY_EIGHT + NOBODY_LEFT, 1),
    (
        "job_history.many_do_not_all_stay",
        FORTY_EIGHT + NOBODY_LEFT + "; delete from job_history where person_key in ('x1', 'x2')",
        0,
    ),
    # Whoever had left before is not among them.
    (
        "job_history.many_do_not_all_stay",
        FORTY_EIGHT + NOBODY_LEFT + "; " + EVENT + "('x1', '2024-01-01', 'exit'), "
        "('x2', '2024-06-30', 'exit')",
        0,
    ),
    # A final payment after it brings nobody back.
    (
        "job_history.many_do_not_all_stay",
        FORTY_EIGHT + NOBODY_LEFT + "; " + EVENT + "('x1', '2024-01-01', 'exit'), "
        "('x1', '2024-01-31', 'change'), ('x2', '2024-06-30', 'exit')",
        0,
    ),
    # One left and one came in the year up to the newest row of 2025-05-01: five would have in 913
    # days. With twenty more who came it takes 92 days of silence.
    ("job_history.goes_on_until_as_of", "update settings set as_of = date '2027-10-30'", 0),
    ("job_history.goes_on_until_as_of", "update settings set as_of = date '2027-10-31'", 1),
    (
        "job_history.goes_on_until_as_of",
        TWENTY_JOINED + "; update settings set as_of = date '2025-07-31'",
        0,
    ),
    (
        "job_history.goes_on_until_as_of",
        TWENTY_JOINED + "; update settings set as_of = date '2025-08-01'",
        1,
    ),
    ("job_history.has_promotions", "delete from job_history where event = 'promotion'", 1),
    # Bea was hired in 2022 and is still here; Cid left on 2024-09-01 and came back on 2025-05-01.
    ("job_history.one_employment_at_a_time", EVENT + "('bea', '2022-03-02', 'hire')", 1),
    ("job_history.one_employment_at_a_time", EVENT + "('bea', '2022-03-01', 'rehire')", 0),
    # Whether Cid came back before or after leaving on that day, nobody can tell.
    ("job_history.one_employment_at_a_time", EVENT + "('cid', '2024-09-01', 'rehire')", 0),
    ("job_history.one_employment_at_a_time", EVENT + "('cid', '2024-09-02', 'rehire')", 1),
    (
        "job_history.one_employment_at_a_time",
        EVENT + "('ann', '2020-01-01', 'exit'), ('ann', '2020-01-01', 'rehire')",
        0,
    ),
    ("job_history.one_employment_at_a_time", EVENT + "('ann', '2020-01-01', 'rehire')", 1),
    # With Ann and Cid 50 were here when 2021 and 2022 began, and with Bea 51 when 2023 did. Cid
    # left in 2024, and 2025 is not over on 2025-06-30.
    ("job_history.every_year_has_exits", FORTY_EIGHT, 3),
    # Then 49 were here when 2022 began, and 50 when 2023 did.
    (
        "job_history.every_year_has_exits",
        FORTY_EIGHT + "; " + EVENT + "('x1', '2021-05-01', 'exit')",
        1,
    ),
    (
        "job_history.every_year_has_exits",
        FORTY_EIGHT + "; " + EVENT + "('x1', '2021-01-01', 'exit'), ('x2', '2023-12-31', 'exit')",
        0,
    ),
    # Of the five rows that are no exit one may be without a level, and two may not.
    ("job_history.level_is_mostly_filled", "update job_history set level = null", 0),
    (
        "job_history.level_is_mostly_filled",
        "update job_history set level = null where person_key = 'ann'",
        0,
    ),
    (
        "job_history.level_is_mostly_filled",
        "update job_history set level = null where person_key = 'bea'",
        2,
    ),
    (
        "job_history.department_is_mostly_filled",
        "update job_history set department = 'Sales' where person_key in ('ann', 'cid')",
        2,
    ),
    ("job_history.reaches_as_of", "update settings set as_of = date '2025-07-31'", 0),
    ("job_history.reaches_as_of", "update settings set as_of = date '2025-08-01'", 1),
    # `known` holds level 9 of an earlier load, and 1 (once), 2 (four times) and 5 (five times).
    ("job_history.has_no_new_value", "delete from job_history where level = 3", 0),
    ("job_history.has_no_new_value", "update job_history set level = 9 where level = 3", 0),
    ("job_history.has_no_new_value", "update job_history set level = 4 where level = 3", 2),
    ("job_history.keeps_its_values", "delete from job_history where level = 2", 0),
    ("job_history.keeps_its_values", "delete from job_history where level = 5", 1),
    ("job_history.keeps_its_values", "update job_history set level = null", 1),
    # People of whom nothing but the exit is known; beside them cid has left.
    ("job_history.exits_end_an_employment", left("2025-01-01", 4), 0),
    ("job_history.exits_end_an_employment", left("2025-01-01", 5), 5),
    ("job_history.exits_end_an_employment", left("2025-07-01", 5), 0),
    ("pairings.mentees_have_a_history", mentored(4), 0),
    ("pairings.mentees_have_a_history", mentored(5), 5),
    # `known` holds the sound rows; before May 2025, 31 days before the last load, they are past.
    ("job_history.keeps_its_past", promoted("2023-01-15", 4), 0),
    ("job_history.keeps_its_past", promoted("2023-01-15", 5), 5),
    ("job_history.keeps_its_past", promoted("2025-04-30", 5), 5),
    ("job_history.keeps_its_past", promoted("2025-05-01", 5), 0),
    # Three rows of months that are past are gone, two hires of one month are new.
    (
        "job_history.keeps_its_past",
        "delete from job_history where effective_on < '2022-01-01' or event = 'exit'; "
        + EVENT
        + "('eve', '2022-03-31', 'hire'), ('fay', '2022-03-01', 'hire')",
        5,
    ),
    # The promotion of another month is one that is gone and one that is new.
    (
        "job_history.keeps_its_past",
        "update job_history set effective_on = '2024-02-29' where event = 'promotion'; "
        + promoted("2023-01-15", 3),
        5,
    ),
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
        2,
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
    (
        "enrollments.applied_on_is_not_in_the_future",
        "update enrollments set applied_on = '2025-07-02'",
        1,
    ),
    (
        "enrollments.decided_on_is_not_in_the_future",
        "update enrollments set decided_on = '2025-07-02'",
        1,
    ),
    (
        "talent_plans.planned_on_is_not_in_the_future",
        "update talent_plans set planned_on = '2025-07-01'",
        0,
    ),
    (
        "talent_plans.planned_on_is_not_in_the_future",
        "update talent_plans set planned_on = '2025-07-02'",
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
        "pairings.is_not_too_long",
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
        "pairings.mentor_has_not_too_many_mentees",
        "insert into pairings (mentor_key, mentee_key, started_on) "
        "select 'ann', 'x' || i, date '2025-06-01' from range(49) as t(i)",
        0,
    ),
    (
        "pairings.mentor_has_not_too_many_mentees",
        "insert into pairings (mentor_key, mentee_key, started_on) "
        "select 'ann', 'x' || i, date '2025-06-01' from range(50) as t(i)",
        52,
    ),
    (
        # One after the other, each ending the day before the next begins.
        "pairings.mentor_has_not_too_many_mentees",
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
        # Nor does one between an exit and the next hire.
        "pairings.mentee_is_employed_at_the_start",
        EVENT
        + "('cid', '2024-09-30', 'change'); "
        + PAIRING
        + "('p3', 'grow', 'ann', 'cid', '2024-10-01', null, 90)",
        1,
    ),
    (
        "pairings.mentor_is_employed_at_the_start",
        PAIRING + "('p3', 'grow', 'ann', 'bea', '2017-12-31', null, 90)",
        1,
    ),
    (
        # Cid left again on 2025-05-20, and 31 days later is 2025-06-20.
        "pairings.ends_when_its_mentee_leaves",
        EVENT + "('cid', '2025-05-20', 'exit')",
        1,
    ),
    (
        "pairings.ends_when_its_mentee_leaves",
        EVENT + "('cid', '2025-05-20', 'exit'); "
        "update pairings set ended_on = '2025-06-20' where pairing_id = 'p2'",
        0,
    ),
    (
        "pairings.ends_when_its_mentee_leaves",
        EVENT + "('cid', '2025-05-20', 'exit'); "
        "update pairings set ended_on = '2025-06-21' where pairing_id = 'p2'",
        1,
    ),
    (
        # A pairing that is open counts up to as_of only.
        "pairings.ends_when_its_mentee_leaves",
        EVENT + "('cid', '2025-05-30', 'exit')",
        0,
    ),
    (
        "pairings.ends_when_its_mentee_leaves",
        EVENT + "('cid', '2025-05-20', 'exit'), ('cid', '2025-06-25', 'rehire')",
        0,
    ),
    (
        "pairings.ends_when_its_mentee_leaves",
        EVENT + "('cid', '2025-05-20', 'exit'), ('cid', '2025-06-25', 'change')",
        1,
    ),
    (
        "pairings.ends_when_its_mentor_leaves",
        EVENT + "('ann', '2025-05-20', 'exit')",
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
    # The one pairing that runs began less than 92 days ago: no meeting is overdue yet.
    ("meetings.reaches_as_of", "delete from pairings where pairing_id = 'p1'", 0),
    ("meetings.reaches_as_of", "update pairings set started_on = '2025-03-31'", 0),
    (
        "meetings.reaches_as_of",
        "update pairings set started_on = '2025-03-30' where pairing_id = 'p2'",
        1,
    ),
    (
        "meetings.reaches_as_of",
        "update pairings set started_on = '2025-03-30' where pairing_id = 'p2'; "
        "update meetings set scheduled_at = '2025-03-31 10:00'",
        0,
    ),
    (
        "meetings.reaches_as_of",
        "update pairings set started_on = '2025-03-30', ended_on = '2025-06-30'",
        0,
    ),
    # The source may be 900 days old; its newest row, of 2023-02-10, is on 2025-07-28.
    ("meetings.each_source_reaches_as_of", "update settings set as_of = date '2025-07-28'", 0),
    ("meetings.each_source_reaches_as_of", "update settings set as_of = date '2025-07-29'", 1),
    ("meetings.each_source_reaches_as_of", "delete from meetings", 1),
    (
        "meetings.each_source_reaches_as_of",
        "update meetings set _source = 'exports/new.csv'",
        1,
    ),
    ("meetings.duration_is_plausible", "update meetings set duration_minutes = 600", 0),
    ("meetings.duration_is_plausible", "update meetings set duration_minutes = 601", 1),
    ("goals.pairing_is_known", "update goals set pairing_id = 'p9'", 1),
    ("goals.completed_on_is_not_before_set_on", "update goals set completed_on = '2023-02-28'", 1),
    ("goals.completed_on_is_not_in_the_future", "update goals set completed_on = '2025-07-02'", 1),
    ("goals.set_on_is_not_in_the_future", "update goals set set_on = '2025-07-01'", 0),
    ("goals.set_on_is_not_in_the_future", "update goals set set_on = '2025-07-02'", 1),
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
        2,
    ),
    # Half of the answers of s1 are to a question that is not known; all of them are.
    ("survey_responses.most_items_are_known", "delete from survey_items where item_id = 'q2'", 0),
    ("survey_responses.most_items_are_known", "delete from survey_items", 2),
    (
        "survey_responses.most_items_are_known",
        "update survey_responses set survey_id = 's2' where item_id = 'q2'",
        1,
    ),
    ("survey_items.scale_runs_upwards", "update survey_items set scale_min = 5", 1),
    ("survey_items.likert_scale_is_known", "update survey_items set scale_max = null", 1),
    ("survey_items.nps_scale_is_0_to_10", "update survey_items set kind = 'nps'", 1),
    ("survey_items.construct_is_measured", "update survey_items set construct = null", 1),
    ("survey_items.construct_is_measured", "update survey_items set construct = 'Satisfaction'", 1),
    ("survey_items.construct_is_measured", "update survey_items set construct = 'engagement'", 0),
    ("survey_items.construct_is_measured", "update survey_items set kind = 'nps'", 2),
    ("survey_responses.has_its_items", "delete from survey_items", 1),
    ("survey_responses.has_its_items", "delete from survey_items where item_id = 'q1'", 0),
    ("survey_responses.program_is_named", "update survey_responses set program_id = null", 1),
    ("survey_responses.program_has_pairings", "update survey_responses set program_id = 'P 1'", 2),
    ("survey_responses.program_has_pairings", "update survey_responses set program_id = null", 0),
    ("enrollments.program_has_pairings", "update enrollments set program_id = 'P 1'", 1),
    (
        "enrollments.program_has_pairings",
        "update enrollments set program_id = 'P 1', status = 'applied'",
        0,
    ),
    (
        "survey_responses.program_is_named",
        "update survey_responses set program_id = null; "
        "update survey_items set construct = 'workplace_satisfaction'",
        0,
    ),
    *(
        (
            f"{table}.begins_with_the_first_hire",
            f"update {table} set {column} = '{day}'",
            len(SOUND_ROWS[table]) if day < "2018-01-01" else 0,
        )
        for table, column in DATES.items()
        if table != "job_history"
        for day in ("2017-12-31", "2018-01-01")
    ),
]
LIMITS = ExpectationsConfig(watched_columns={"job_history": ("level",)})
SALT = "of the workspace"
LEVELS = {9: 0, 1: 1, 2: 4, 3: 1, 5: 5}
# The sound job history by month.
MONTHS = {
    "2018-01 hire": 1,
    "2019-01 hire": 1,
    "2022-03 hire": 1,
    "2024-03 promotion": 1,
    "2024-09 exit": 1,
    "2025-05 rehire": 1,
}


def known(connection: Any) -> Known:
    """Return what earlier loads told: levels with their rows in the last one, and a source."""
    marks = {
        connection.sql(f"select {mark_of(str(level), repr(SALT))}").fetchall()[0][0]: rows_n
        for level, rows_n in LEVELS.items()
    }
    return Known(
        {"job_history": 6, "people": 100},
        {"job_history": {"level": marks}},
        SALT,
        sources=(SourceLimit("meetings", ("exports/meetings.csv", "exports/none.csv"), 900),),
        months={"job_history": MONTHS},
        months_as_of=dt.date(2025, 6, 30),
    )


def queries(beside: Known) -> dict[str, Promise]:
    return {
        promise.full_name: promise
        for table in TABLES
        for promise in beyond_the_contract(table, LIMITS, beside)
        if promise.expectation == ROWS_QUERY
    }


QUERIES = queries(known(duckdb))


def broken_n(promise: Promise, connection: Any) -> int:
    query = promise.arguments["unexpected_rows_query"].format(batch=promise.table)
    return int(connection.sql(query).count("*").fetchall()[0][0])


@pytest.fixture(scope="module")
def sound_connection(make_sound: Callable[[], Any]) -> Any:
    connection = make_sound().connection
    attach(connection, known(duckdb))
    return connection


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
    promises = promised({"job_history": 1, "pairings": 1}, LIMITS, known(duckdb))
    assert set(promises) == {"job_history", "pairings"}
    assert all(
        needed in promises for table in promises.values() for p in table for needed in p.needs
    )
    assert "person_is_in_people" not in {promise.name for promise in promises["job_history"]}


def test_contract_promises_cover_every_required_column_code_and_key() -> None:
    promises = promised(dict.fromkeys(TABLES, 1), LIMITS)
    assert list(promises) == list(TABLES)
    for name, table in TABLES.items():
        by_name: dict[str, list[Promise]] = {}
        for promise in promises[name]:
            by_name.setdefault(promise.name, []).append(promise)
        assert {p.column for p in by_name["is_filled"]} == {
            column.raw_name for column in table.raw_columns if column.is_required
        }
        assert {p.column for p in by_name.get("is_a_known_code", [])} == {
            column.raw_name for column in table.columns if column.codes
        }
        assert ("key_is_unique" in by_name) == (
            name not in {"job_history", "identifiers", "learning", "recognitions"}
        )
        columns = by_name["columns_match_the_contract"][0].arguments["column_set"]
        assert columns == [*(column.raw_name for column in table.raw_columns), *LINEAGE]


def test_names_are_unique_within_a_table_and_column() -> None:
    for promises in promised(dict.fromkeys(TABLES, 1), LIMITS, known(duckdb)).values():
        names = [(promise.name, promise.column) for promise in promises]
        assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("limits", "name", "statement", "expected_n"),
    [
        ({"recent_exit_months": 9}, "job_history.has_recent_exits", "select 1", 1),
        ({"recent_exit_months": 10}, "job_history.has_recent_exits", "select 1", 0),
        (
            {"minimum_people_for_exits": 3},
            "job_history.many_do_not_all_stay",
            "select 1" + NOBODY_LEFT,
            1,
        ),
        # Three in half a year are as many as one and a half in a year.
        (
            {"minimum_people_for_exits": 2, "recent_exit_months": 6},
            "job_history.many_do_not_all_stay",
            "select 1" + NOBODY_LEFT,
            0,
        ),
        (
            {"stale_after_days": {"job_history": 914}},
            "job_history.goes_on_until_as_of",
            "update settings set as_of = date '2027-10-31'",
            0,
        ),
        ({"maximum_unknown_answer_share": 0.5}, *HALF_UNKNOWN, 0),
        ({"maximum_unknown_answer_share": 0.49}, *HALF_UNKNOWN, 1),
        ({"minimum_people_for_exits": 4}, "job_history.every_year_has_exits", "select 1", 0),
        # Two were here when 2020 began; three when 2023 did, in which nobody left.
        ({"minimum_people_for_exits": 3}, "job_history.every_year_has_exits", "select 1", 1),
        ({"stale_after_days": {"goals": 852}}, "goals.reaches_as_of", GOALS_OF_P2, 1),
        ({"stale_after_days": {"goals": 853}}, "goals.reaches_as_of", GOALS_OF_P2, 0),
        ({"stale_after_days": {"recognitions": 514}}, "recognitions.reaches_as_of", "select 1", 1),
        ({"stale_after_days": {"recognitions": 515}}, "recognitions.reaches_as_of", "select 1", 0),
        ({"maximum_pairing_years": 1}, "pairings.is_not_too_long", "select 1", 0),
        (
            {"maximum_pairing_years": 1},
            "pairings.is_not_too_long",
            "update pairings set ended_on = '2024-02-02' where pairing_id = 'p1'",
            1,
        ),
        ({"maximum_mentees": 1}, "pairings.mentor_has_not_too_many_mentees", TWO_MENTEES, 2),
        ({"maximum_mentees": 2}, "pairings.mentor_has_not_too_many_mentees", TWO_MENTEES, 0),
        ({"maximum_meeting_minutes": 44}, "meetings.duration_is_plausible", "select 1", 1),
        ({"maximum_meeting_minutes": 45}, "meetings.duration_is_plausible", "select 1", 0),
        ({"pairing_grace_days": 0}, "meetings.lies_within_its_pairing", "select 1", 0),
        (
            {"pairing_grace_days": 0},
            "meetings.lies_within_its_pairing",
            "update meetings set scheduled_at = '2023-01-31 12:00'",
            1,
        ),
        ({"maximum_empty_share": 0.4}, "job_history.level_is_mostly_filled", NO_LEVEL_OF_BEA, 0),
        ({"maximum_empty_share": 0.39}, "job_history.level_is_mostly_filled", NO_LEVEL_OF_BEA, 2),
    ],
)
def test_a_threshold_of_the_configuration_moves_the_boundary(
    sound_connection: Any, limits: dict[str, Any], name: str, statement: str, expected_n: int
) -> None:
    config = ExpectationsConfig.model_validate(limits)
    table = name.split(".")[0]
    (promise,) = (p for p in beyond_the_contract(table, config) if p.full_name == name)
    sound_connection.execute("begin")
    try:
        sound_connection.execute(statement)
        assert broken_n(promise, sound_connection) == expected_n
    finally:
        sound_connection.execute("rollback")


@pytest.mark.parametrize(
    ("share", "expected_n"),
    [(0.83, 5), (0.84, 0)],  # five of six leavers are 83.3 %
)
def test_a_share_of_the_leavers_may_be_known_by_their_exit_alone(
    sound_connection: Any, share: float, expected_n: int
) -> None:
    limits = ExpectationsConfig(maximum_stray_share=share)
    made = beyond_the_contract("job_history", limits)
    (promise,) = (p for p in made if p.name == "exits_end_an_employment")
    sound_connection.execute("begin")
    sound_connection.execute(left("2025-01-01", 5))
    assert broken_n(promise, sound_connection) == expected_n
    sound_connection.execute("rollback")


def test_a_share_of_the_past_may_be_corrected(sound_connection: Any) -> None:
    # Five of the five rows of the past are not more than all of them.
    limits = ExpectationsConfig(maximum_restated_share=1)
    made = beyond_the_contract("job_history", limits, known(duckdb))
    (promise,) = (p for p in made if p.name == "keeps_its_past")
    assert promise.can_be_confirmed
    for rows_n, expected_n in ((5, 0), (6, 6)):
        sound_connection.execute("begin")
        sound_connection.execute(promoted("2023-01-15", rows_n))
        assert broken_n(promise, sound_connection) == expected_n
        sound_connection.execute("rollback")


def test_rows_must_not_be_fewer_nor_many_more_than_in_the_last_load() -> None:
    limits = ExpectationsConfig(maximum_shrink_share=0.07, maximum_growth_factor=1.5)
    beside = Known({"job_history": 100, "people": 99})
    made = {p.full_name: p for t in TABLES for p in beyond_the_contract(t, limits, beside)}
    # 93 of 100 are not fewer by more than 7 %, and 92.07 of 99 rows are 93 at least.
    assert made["job_history.keeps_its_volume"].arguments == {"min_value": 93}
    assert made["people.keeps_its_volume"].arguments == {"min_value": 93}
    assert made["job_history.does_not_multiply"].arguments == {"max_value": 150}
    assert "people.does_not_multiply" not in made  # 99 rows are too few to say
    assert "pairings.keeps_its_volume" not in made  # it was never loaded
    assert made["job_history.keeps_its_volume"].severity == "critical"
    assert made["people.keeps_its_volume"].severity == "warning"
    assert all(made[name].can_be_confirmed for name in made if name.endswith("_its_volume"))


def test_a_warning_can_be_made_critical_and_nothing_else_changes() -> None:
    limits = ExpectationsConfig(critical=("meetings.reaches_as_of", "people.keeps_its_volume"))
    beside = Known({"people": 100})
    usual = {p.full_name: p for t in TABLES for p in beyond_the_contract(t, LIMITS, beside)}
    raised = {p.full_name: p for t in TABLES for p in beyond_the_contract(t, limits, beside)}
    assert {n for n, p in raised.items() if p.severity != usual[n].severity} == {
        "meetings.reaches_as_of",
        "people.keeps_its_volume",
    }
    assert raised["meetings.reaches_as_of"].severity == "critical"


def test_an_empty_table_can_refuse_the_build_too() -> None:
    limits = ExpectationsConfig.model_validate({"critical": ["pairings.has_rows"]})
    severities = {
        promise.full_name: promise.severity
        for table in promised({"pairings": 0, "goals": 0}, limits).values()
        for promise in table
    }
    assert severities["pairings.has_rows"] == "critical"
    assert severities["goals.has_rows"] == "warning"


def test_a_table_of_which_nothing_is_expected_is_not_asked_for_its_age() -> None:
    limits = ExpectationsConfig.model_validate({"stale_after_days": {"job_history": None}})
    asked = {p.full_name for t in TABLES for p in beyond_the_contract(t, limits)}
    assert "job_history.reaches_as_of" not in asked
    assert "meetings.reaches_as_of" in asked


def test_every_promise_has_a_name_that_the_configuration_knows() -> None:
    limits = ExpectationsConfig.model_validate(
        {"stale_after_days": {"goals": 1, "survey_responses": 400}}
    )
    made = {p.full_name for t in TABLES for p in beyond_the_contract(t, limits, known(duckdb))}
    assert made <= names()
    assert len(names()) > 100


@pytest.mark.parametrize(
    ("name", "broken_n", "rows_n", "found"),
    [
        (
            "job_history.exits_have_a_reason",
            *(130, 872),
            "Broken by 130 of 872 rows (14.9 %): Every exit says why (voluntary, involuntary, "
            "retirement, other).",
        ),
        (
            "people.keeps_its_volume",
            *(0, 84),
            "people has 84 rows, 16 % fewer than the last load's 100.",
        ),
        (
            "people.does_not_multiply",
            *(0, 2100),
            "people has 2,100 rows, 2,000 % more than the last load's 100.",
        ),
        ("job_history.has_recent_exits", *(1, 872), "Nobody left in the 12 months before as_of."),
        (
            "job_history.every_year_has_exits",
            *(3, 872),
            "Full years that began with 50 or more people and in which nobody left: 3.",
        ),
        (
            "job_history.keeps_its_values",
            *(2, 872),
            "Values of level that 5 or more rows of job_history had in the last load and none has "
            "now: 2.",
        ),
    ],
)
def test_a_broken_promise_says_what_was_found(
    name: str, broken_n: int, rows_n: int, found: str
) -> None:
    table = name.split(".")[0]
    made = beyond_the_contract(table, LIMITS, known(duckdb))
    (promise,) = (p for p in made if p.full_name == name)
    assert promise.found(broken_n, rows_n) == found


def test_whatever_counts_no_rows_says_what_it_found() -> None:
    made = promised(dict.fromkeys(TABLES, 1), LIMITS, known(duckdb))
    mute = [p for of in made.values() for p in of if not p.counts_rows and not p.broken]
    assert mute == []
    for promise in (p for of in made.values() for p in of):
        said = promise.found(1, 2)
        assert "{" not in said
        assert said.endswith(".")


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0.1, "10 %"), (0.1521, "15.2 %"), (0.00004, "0.004 %"), (1, "100 %"), (20, "2,000 %")],
)
def test_shares_are_written_as_percent(share: float, shown: str) -> None:
    assert percent(share) == shown
