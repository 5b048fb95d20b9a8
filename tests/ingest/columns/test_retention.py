"""Records past the period of their table are left out unread; the first day that is kept stays."""

from __future__ import annotations

import datetime as dt

import pytest

from ingest.columns.retention import EVENT_DAYS, kept_from, measured_from, months_before
from ingest.contract import TABLES
from tests.ingest.conftest import Workspace, total
from workspace.config import WorkspaceConfig
from workspace.errors import ConfigError

# 36 months before 2026-06-30.
RESPONSES = """\
survey_id,wave,response_id,respondent_id,submitted_at,item_id,answer
s,1,before,E1,2023-05-31 23:59:59,t,too old to be kept
s,1,on,E1,2023-06-01,t,kept
s,1,after,E1,2023-06-02,t,kept
s,1,undated,E1,some day,t,to be mended
"""


@pytest.mark.parametrize(
    ("day", "months", "first"),
    [
        (dt.date(2026, 6, 30), 36, dt.date(2023, 6, 1)),
        (dt.date(2026, 6, 1), 36, dt.date(2023, 6, 1)),
        (dt.date(2026, 1, 31), 1, dt.date(2025, 12, 1)),
        (dt.date(2026, 12, 31), -1, dt.date(2027, 1, 1)),
    ],
)
def test_a_period_ends_on_the_first_of_a_month(day: dt.date, months: int, first: dt.date) -> None:
    assert months_before(day, months) == first


def test_every_table_with_a_period_has_a_required_day_of_its_own() -> None:
    for table, day in EVENT_DAYS.items():
        column = TABLES[table].column(day)
        assert column.is_required
        assert column.kind in ("date", "timestamp")


def test_records_before_the_period_are_left_out_and_told(company: Workspace) -> None:
    company.remembers = True
    company.settings |= {"privacy": {"retention_months": {"survey_responses": 36}}}
    company.write("survey_responses", RESPONSES)
    for _ in range(2):  # read, and taken from what the first load settled
        report = company.load()
        assert company.rows("select response_id from survey_responses order by all") == [
            ("after",),
            ("on",),
        ]
        assert total(report, "survey_responses") == (3, 2, 1, 0)
        assert report.holds_before == dt.date(2026, 7, 1)
        assert (
            "exports/survey_responses.csv: 1 record is older than 2023-06-01 and left out "
            "(privacy.retention_months)."
        ) in report.warnings
    assert "too old" not in str(company.waiting("survey_responses"))
    assert set(report.read) == {"exports/job_history.csv", "exports/people.csv"}


def test_a_history_has_no_period(company: Workspace) -> None:
    company.settings |= {"privacy": {"retention_months": {"job_history": 36}}}
    with pytest.raises(ConfigError, match="job_history is not a table whose records can expire"):
        company.load()


def test_a_month_is_measured_when_all_it_looks_back_on_is_kept() -> None:
    config = WorkspaceConfig.model_validate(
        {
            "organization": "Example",
            "sources": [{"table": "meetings", "path": "m.csv"}],
            "privacy": {"retention_months": {"meetings": 12}},
        }
    )
    day = dt.date(2026, 6, 30)
    assert kept_from(config, day) == {"meetings": dt.date(2025, 6, 1)}
    assert measured_from(config, day) == {"meetings": dt.date(2025, 7, 1)}
