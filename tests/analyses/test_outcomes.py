"""One list of outcomes: every entry complete, and no outcome named anywhere else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from analyses.outcomes import (
    FOLLOWED,
    MEANS,
    NAMES,
    OUTCOMES,
    PRIMARY,
    STAYING,
    asked_outcomes,
    check_outcomes,
    read_outcomes,
)
from analyses.project import VARIABLES
from workspace.config import WorkspaceConfig
from workspace.errors import ConfigError

PROJECT = Path(__file__).parents[2]
ROOMS = ("analyses", "docs", "ingest", "macros", "mentorship", "models", "reports", "workspace")
# Descriptive measures and tables of the same names are another matter.
ALSO_MEASURED = {"retention", "promotion"}
FOLLOWED_ENTRY: dict[str, Any] = {
    "name": "return",
    "label": "Coming back",
    "kind": "followed",
    "counts": "happening",
    "direction": "up",
    "roles": ["mentee"],
    "event": "return_month_number",
}


def test_what_is_asked_of_the_list() -> None:
    assert tuple(dict.fromkeys(NAMES)) == NAMES
    assert PRIMARY == ("retention", "promotion")
    assert {"retention", "voluntary_retention"} <= set(STAYING)
    assert {"promotion", "internal_move"} <= {o.name for o in FOLLOWED} - set(STAYING)
    assert {"rating_change", "engagement_change"} <= set(MEANS)


@pytest.mark.parametrize("outcome", OUTCOMES, ids=NAMES)
def test_an_entry_names_columns_that_its_models_have(outcome: Any) -> None:
    files = [path for room in ("models", "macros") for path in (PROJECT / room).rglob("*.sql")]
    models = {path.stem: path.read_text() for path in files}
    for column in filter(None, (outcome.event, outcome.event_if, outcome.competing)):
        assert re.search(rf"\b{column}\b", models["int_trials__eligible"]), column
    for column, model in (
        (outcome.value, "outcomes"),
        (outcome.naive_day, "rpt_naive_comparison__by_horizon"),
    ):
        if column:
            assert re.search(rf" as {column}\b", models[model]), column


@pytest.mark.parametrize("key", ["event", "counts", "label", "roles", "direction"])
def test_an_entry_that_lacks_something_is_refused(key: str) -> None:
    assert read_outcomes([FOLLOWED_ENTRY])[0].roles == ("mentee",)
    with pytest.raises(ValueError, match="the outcome return is not complete"):
        read_outcomes([{**FOLLOWED_ENTRY, key: ""}])


def test_a_value_needs_its_column_and_no_event() -> None:
    entry = {**FOLLOWED_ENTRY, "kind": "value"}
    with pytest.raises(ValueError, match="any other `value`"):
        read_outcomes([entry])


def test_a_key_that_no_outcome_has_is_refused() -> None:
    with pytest.raises(TypeError, match="colour"):
        read_outcomes([{**FOLLOWED_ENTRY, "colour": "blue"}])


def test_the_configuration_may_ask_for_what_is_on_the_list_only() -> None:
    given = {"organization": "X", "sources": [{"table": "job_history", "path": "j.csv"}]}
    check_outcomes(WorkspaceConfig.model_validate(given))
    asked = {**given, "impact": {"outcomes": ["retention", "promotoin"]}}
    with pytest.raises(ConfigError) as refused:
        check_outcomes(WorkspaceConfig.model_validate(asked))
    assert "impact.outcomes.1 must be 'retention', " in str(refused.value)
    assert str(refused.value.found) == "promotoin"


def test_an_outcome_that_no_export_tells_of_is_not_asked_for() -> None:
    """Without ratings and plans nobody is ever regretted: all stay, which says nothing."""
    jobs = {"table": "job_history", "path": "j.csv"}
    given = {"organization": "X", "sources": [jobs]}
    unknown = {"regretted_retention"}
    assert {*asked_outcomes(WorkspaceConfig.model_validate(given))} == {*NAMES} - unknown
    for table in ("performance_reviews", "talent_plans"):
        more = {**given, "sources": [jobs, {"table": table, "path": "t.csv"}]}
        assert asked_outcomes(WorkspaceConfig.model_validate(more)) == NAMES
    asked = {**given, "impact": {"outcomes": sorted(unknown)}}
    with pytest.raises(ConfigError, match="needs an export of performance_reviews or talent_plans"):
        check_outcomes(WorkspaceConfig.model_validate(asked))


def test_no_outcome_is_named_outside_the_list() -> None:
    names = "|".join(sorted({*NAMES} - ALSO_MEASURED))
    named = {
        path.relative_to(PROJECT).as_posix()
        for room in ROOMS
        for suffix in ("py", "sql", "yml", "html")
        for path in (PROJECT / room).rglob(f"*.{suffix}")
        if re.search(rf"""(["'`])({names})\1""", path.read_text(encoding="utf-8"))
    }
    assert named == set()


def test_what_is_asked_for_without_a_configuration_is_the_whole_list() -> None:
    assert VARIABLES["impact_outcomes"] == []
