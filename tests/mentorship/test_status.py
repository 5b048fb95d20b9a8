"""The status says how old the published data is."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from mentorship.ledger import Ledger
from mentorship.status import status, status_lines
from workspace.config import ReportConfig
from workspace.folder import Workspace


@pytest.fixture
def published(tmp_path: Path) -> Workspace:
    """Return a workspace whose release describes the first day of 2025."""
    workspace = Workspace(tmp_path)
    release = workspace.releases / "run"
    release.mkdir(parents=True)
    (release / "index.html").touch()
    workspace.site.symlink_to(release.relative_to(tmp_path))
    workspace.ledger_path.parent.mkdir(parents=True, exist_ok=True)
    with Ledger(workspace.ledger_path).recorded("run") as entry:
        entry |= {"outcome": "published", "as_of": "2025-01-01"}
    return workspace


@pytest.mark.parametrize(
    ("days", "said"),
    [(45, None), (46, "more than 45 days"), (90, "more than 45 days"), (91, "more than 90 days")],
)
def test_the_age_of_the_data_is_told_and_warned_of_past_each_limit(
    published: Workspace, days: int, said: str | None
) -> None:
    today = dt.date(2025, 1, 1) + dt.timedelta(days=days)
    record = status(published, today=today)
    assert (record["as_of"], record["age_days"]) == ("2025-01-01", days)
    assert f"data: as of 2025-01-01, {days} days old" in status_lines(record)
    assert (record["warning"] is None) == (said is None)
    assert said is None or said in record["warning"]


def test_the_limits_are_those_of_the_workspace(published: Workspace) -> None:
    limits = ReportConfig(amber_after_days=10, red_after_days=20)
    record = status(published, today=dt.date(2025, 1, 12), limits=limits)
    assert "more than 10 days" in record["warning"]


def test_where_nothing_is_published_nothing_is_old(tmp_path: Path) -> None:
    record = status(Workspace(tmp_path), today=dt.date(2025, 1, 12))
    assert (record["as_of"], record["warning"]) == (None, None)
