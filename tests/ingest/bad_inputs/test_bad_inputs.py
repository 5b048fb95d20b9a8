"""Every way to go wrong gets the treatment that the reference promises, and no record is lost."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.ingest.bad_inputs.catalog import BadInput, bad_inputs
from tests.ingest.conftest import Workspace
from workspace.errors import MentorshipError


def test_the_list_is_whole() -> None:
    assert [one.number for one in bad_inputs()] == list(range(1, 89))


@pytest.mark.parametrize("bad", bad_inputs(), ids=lambda bad: f"{bad.number}-{bad.what}")
def test_a_bad_input(bad: BadInput, company: Workspace) -> None:
    bad.write(company)
    if bad.treatment == "refused":
        with pytest.raises(MentorshipError) as refused:
            company.load()
        assert bad.says is not None
        assert bad.says in str(refused.value)
        return
    # Loading checks that every file's records are kept, quarantined or duplicates.
    report = company.load()
    counted = report.quality[report.quality["table"].eq(bad.table)]
    found = Counter(
        dict(counted[~counted["reason"].isin(EXPECTED_ANYWAY)].groupby("reason")["rows"].sum())
    )
    assert found == Counter(bad.reasons)
    totals = counted[counted["reason"].eq("total")]
    assert totals["rows_duplicate"].sum() == bad.duplicates_n
    quarantined_n = totals["rows_quarantined"].sum()
    if bad.treatment == "quarantined":
        assert quarantined_n > 0
        waiting = company.waiting(bad.table)
        assert Counter(row["reason"] for row in waiting) == {
            reason: n for reason, n in bad.reasons.items() if n
        }
        assert all(row["to_do"] and row["raw"] for row in waiting)
    else:
        assert quarantined_n == 0
    if bad.treatment == "kept and noted":
        assert bad.reasons or bad.says
    if bad.query is not None:
        query, rows = bad.query
        assert company.rows(query) == rows
    if bad.says is not None:
        assert any(bad.says in sentence for sentence in report.warnings)


# What is counted of every file, whatever is wrong with it.
EXPECTED_ANYWAY = ("total", "names_somebody", "exact_duplicate")
