"""Early warnings: shares and counts by hand, and what is not said of few."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from analyses.early_warnings import warning_rows, warning_table
from analyses.results import WARNINGS
from analyses.warning_rules import RULES, check_warnings
from workspace.config import WorkspaceConfig
from workspace.errors import ConfigError

EVERYTHING = {need for rule in RULES for need in rule.needs}
CAME_TRUE = {"rule": "quiet", "figure": "precision", "program": "all", "cohort": "all",
             "met_n": 12, "looked_at_n": 48, "mentees_n": 40, "met_mentees_n": 10,
             "unmet_mentees_n": 30}  # fmt: skip
OPEN = {**CAME_TRUE, "figure": "open"}


def one(cell: dict[str, Any], **given: Any) -> dict[str, Any]:
    """Return the row of the figure that a cell counts."""
    how = {"exported": EVERYTHING, "thresholds": {}, "programs": [], **given}
    rows = warning_rows(
        pd.DataFrame([cell]), pd.DataFrame(), confidence=0.95, minimum_group_size=10, **how
    )
    found = warning_table(rows.assign(as_of=None, edition_number=1))[list(WARNINGS)]
    wanted = found["rule"].eq(cell["rule"]) & found["figure"].eq(cell["figure"])
    return dict(found[wanted].iloc[0])


def test_how_many_came_true_is_rounded_with_an_interval_as_wide_as_of_so_many_mentees() -> None:
    """12 of 48 pairings are a quarter; of 40 mentees Wilson has it from 14 % to 40 %."""
    found = one(CAME_TRUE)
    assert (found["value"], found["ci_low"], found["ci_high"]) == pytest.approx((0.25, 0.14, 0.40))
    assert (found["unit"], found["status"]) == ("share", "counted")
    assert found["sentence"] == "The last meeting was held 45 days ago or longer."


def test_a_cohort_is_counted_beside_its_program() -> None:
    cells = [
        {**OPEN, "rule": "any", "program": "p", "cohort": name} for name in ("all", "p 2025-Q1")
    ]
    rows = warning_rows(
        pd.DataFrame(cells), pd.DataFrame(), confidence=0.95, minimum_group_size=10,
        exported=EVERYTHING, thresholds={}, programs=["p"],
    )  # fmt: skip
    of_cohorts = rows[rows["cohort"].ne("all")]
    assert of_cohorts[["program", "cohort", "figure", "value"]].to_numpy().tolist() == [
        ["p", "p 2025-Q1", "open", 10.0]
    ]
    assert not rows.duplicated(["rule", "figure", "program", "cohort"]).any()


def test_what_was_released_without_a_cohort_is_of_all() -> None:
    rows = warning_rows(
        pd.DataFrame([OPEN]), pd.DataFrame(), confidence=0.95, minimum_group_size=10,
        exported=EVERYTHING, thresholds={}, programs=[],
    )  # fmt: skip
    assert set(warning_table(rows.assign(cohort=None))["cohort"]) == {"all"}


def test_counts_are_to_the_nearest_five() -> None:
    assert one(OPEN)["value"] == 10
    assert one({**OPEN, "met_n": 13})["value"] == 15


@pytest.mark.parametrize(
    ("cell", "what"),
    [
        ({**OPEN, "met_mentees_n": 9}, "nine mentees warned about"),
        ({**OPEN, "unmet_mentees_n": 9}, "nine who are not"),
        ({**CAME_TRUE, "mentees_n": 29}, "a share of 29 mentees"),
        ({**CAME_TRUE, "met_n": 0}, "nobody"),
        ({**CAME_TRUE, "met_n": 48}, "everybody"),
    ],
)
def test_of_few_of_nobody_and_of_everybody_nothing_is_said(cell: dict[str, Any], what: str) -> None:
    found = one(cell)
    assert (found["status"], found["is_suppressed"]) == ("too few to say", True), what
    assert pd.isna(found["value"]), what


def test_what_is_off_or_has_no_table_is_not_measured() -> None:
    off = one(CAME_TRUE, thresholds={"quiet": None})
    assert (off["status"], off["reason"]) == ("not measured", "no threshold")
    bare = one(CAME_TRUE, exported=EVERYTHING - {"meetings"})
    assert (bare["status"], bare["reason"]) == ("not measured", "needs meetings")
    assert one({**CAME_TRUE, "rule": "low_match"}, thresholds={"low_match": 2.5})["value"] == 0.25


def test_a_threshold_of_no_warning_is_refused() -> None:
    config = WorkspaceConfig.model_validate(
        {
            "organization": "Example Corp",
            "sources": [{"table": "job_history", "path": "jobs.csv"}],
            "warnings": {"thresholds": {"quit": 30}},
        }
    )
    with pytest.raises(ConfigError, match="did you mean quiet"):
        check_warnings(config)
