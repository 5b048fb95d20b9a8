"""An explanation repeats what is published, and names the headers that the workspace reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from mentorship.explanation import explain, explanation_lines
from workspace.config import WorkspaceConfig
from workspace.errors import ConfigError
from workspace.folder import Workspace

HEAD = (
    "measure,label,theme,sentence,formula,numerator,denominator,interval,unit,direction,standard,"
    "needs,lineage,is_measured"
)
LINEAGE = '"job_history, settings > stg_jobs > fct_windows"'
MEASURES = f"""\
{HEAD}
stay,Staying,9 Impact,Who stays.,a / b,a,b,Wilson,share,up,none,job_history,{LINEAGE},true
meet,Meeting,2 Communication,Who meets.,a / b,a,b,Wilson,share,up,none,meetings,meetings > m,false
"""
METRICS = """\
measure,program,population,dimension,member,period_grain,period_start,value,ci_low,ci_high,numerator,denominator,unit,is_suppressed
stay,all,mentees,all,all,all,,0.9,0.85,0.934,180,200,share,false
stay,p1,mentees,all,all,all,,,,,,,share,true
stay,all,mentees,all,all,year,2024-01-01,0.1,0,0.2,1,10,share,false
stay,all,mentees,department,Sales,all,,0.2,0.1,0.3,2,10,share,false
"""
TARGETS = """\
measure,program,population,target_value,due_on,target_status,reason,is_declared_late
stay,all,mentees,0.95,2026-12-31,too early,no period has begun and ended since,true
meet,all,mentees,0.5,2026-12-31,met,,false
"""
PAGE = """\
<b data-measure="stay">90</b>
<figure class="chart small" id="stay-by-year"><a href="glossary.html#stay">Staying</a></figure>
<figure class="chart" id="stays-by-year"><a href="glossary.html#stays">Stays</a></figure>
"""
CONFIG = WorkspaceConfig.model_validate(
    {
        "organization": "Example Corp",
        "sources": [
            {"table": "job_history", "path": "jobs.csv", "columns": {"employee_id": "Worker"}},
            {"table": "people", "path": "people.csv"},
        ],
    }
)


@pytest.fixture(name="workspace")
def _workspace(tmp_path: Path) -> Workspace:
    data = tmp_path / "site" / "data"
    data.mkdir(parents=True)
    (data / "measures.csv").write_text(MEASURES, encoding="utf-8")
    (data / "metrics.csv").write_text(METRICS, encoding="utf-8")
    (data / "targets.csv").write_text(TARGETS, encoding="utf-8")
    (tmp_path / "site" / "a.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "site" / "b.html").write_text('<b data-measure="stays">90</b>', encoding="utf-8")
    return Workspace(tmp_path)


def test_the_numbers_are_those_of_the_whole_time_and_hidden_ones_stay_hidden(
    workspace: Workspace,
) -> None:
    lines = explanation_lines(explain(workspace, CONFIG, "stay"))
    table = lines[lines.index("Numbers of the whole time") + 1 :][:3]
    assert [line.split() for line in table[1:]] == [
        ["all", "mentees", "90.0", "%", "85.0", "%", "to", "93.4", "%", "180", "200"],
        ["p1", "mentees", "hidden"],
    ]


def test_the_way_goes_from_the_header_of_an_export_to_the_pages(workspace: Workspace) -> None:
    record = explain(workspace, CONFIG, "stay")
    (export,) = record["exports"]
    assert (export["table"], export["path"]) == ("job_history", "jobs.csv")
    assert export["columns"]["employee_id"] == ["Worker"]
    assert export["columns"]["effective_on"] == ["effective_on"]
    assert record["models"] == [["stg_jobs"], ["fct_windows"]]
    assert record["pages"] == ["a.html"]
    assert record["charts"] == ["stay-by-year (a.html)"]


def test_its_targets_are_said(workspace: Workspace) -> None:
    lines = explanation_lines(explain(workspace, CONFIG, "stay"))
    start = lines.index("Targets")
    assert " ".join(line.strip() for line in lines[start + 1 : start + 3]) == (
        "0.95 by 2026-12-31, program all, mentees: too early (no period has begun and ended "
        "since), declared late"
    )


def test_a_measure_that_lacks_its_table_says_which(workspace: Workspace) -> None:
    lines = explanation_lines(explain(workspace, CONFIG, "meet"))
    assert any("not measured: needs meetings" in line for line in lines)


def test_an_unknown_measure_names_the_nearest(workspace: Workspace) -> None:
    with pytest.raises(ConfigError) as refused:
        explain(workspace, CONFIG, "staying")
    assert "did you mean stay?" in str(refused.value)


def test_without_a_release_there_is_nothing_to_explain(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="Nothing is published"):
        explain(Workspace(tmp_path), CONFIG, "stay")
