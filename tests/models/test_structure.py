"""The rules of the house, over the dbt project as dbt itself reads it."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from ingest.contract import TABLES
from ingest.load import load
from workspace.config import WorkspaceConfig

PROJECT = Path(__file__).parents[2]
RAW_BESIDE_THE_CONTRACT = {"settings"}
LAYERS = {"staging": ("stg_",), "intermediate": ("int_",), "marts": ("dim_", "fct_", "rpt_")}
NAMES = {
    "staging": re.compile(r"stg_[a-z]+__[a-z_]+"),
    "intermediate": re.compile(r"int_[a-z_]+?__[a-z_]+"),
    "marts": re.compile(r"(dim|fct)_[a-z_]+|rpt_[a-z_]+__by_[a-z_]+"),
}
READS = {
    "staging": {"source"},
    "intermediate": {"staging", "intermediate", "marts"},
    "marts": {"intermediate", "marts"},
}
# A mart that reads staging, with the reason why nothing stands between them.
MARTS_OVER_STAGING = {"dim_programs": "a program is what its platform and its pairings say it is"}
# An intermediate model that reads a mart, with the reason why the mart comes first.
INTERMEDIATES_OVER_MARTS = {
    "int_follow_ups__observed": "participants are one fact, for curves as for everything else",
    "int_responses__seated": "participants are one fact, for answers as for everything else",
    "int_windows__counted": "participants are one fact, for windows as for everything else",
}
WITHOUT_A_TEST_OF_ROWS = {
    "stg_hris__job_history": "several changes of a day are all true; the merge by day has a key",
}
TESTS_OF_ROWS = {"one_row_per", "holds", "unique"}

Node = dict[str, Any]


def dbt(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Return what dbt did with this project, its databases and files in a folder."""
    target = str(folder / "target")
    paths = {
        "MENTORSHIP_RAW": str(folder / "raw.duckdb"),
        "MENTORSHIP_WAREHOUSE": str(folder / "warehouse.duckdb"),
        "DBT_TARGET_PATH": target,
        "DBT_LOG_PATH": target,
        "DO_NOT_TRACK": "1",
    }
    where = ("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT))
    return subprocess.run(
        [str(Path(sys.executable).with_name("dbt")), "--no-version-check", *arguments, *where],
        env=os.environ | paths,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the raw database of the smallest workspace there is."""
    folder = tmp_path_factory.mktemp("models")
    (folder / "jobs.csv").write_text(
        "employee_id,effective_on,event,level\n"
        "E1,2020-01-01,hire,1\nE1,2022-03-01,exit,\nE2,2020-02-01,hire,2\n"
    )
    config = WorkspaceConfig.model_validate(
        {"organization": "Example", "sources": [{"table": "job_history", "path": "jobs.csv"}]}
    )
    load(
        config,
        root=folder,
        raw_path=folder / "raw.duckdb",
        quarantine=folder / "quarantine",
        key=bytes(32),
        today=dt.date(2022, 12, 31),
    )
    return folder


@pytest.fixture(scope="session")
def models(manifest: Node) -> dict[str, Node]:
    """Return every model of this project by name."""
    nodes = manifest["nodes"].values()
    return {node["name"]: node for node in nodes if node["resource_type"] == "model"}


def layer(model: Node) -> str:
    return str(model["path"].split("/")[0])


def reads(model: Node) -> set[str]:
    """Return the names of what a model reads; a source as `source`."""
    parents = model["depends_on"]["nodes"]
    return {"source" if p.startswith("source.") else p.rsplit(".", 1)[-1] for p in parents}


def data_tests(manifest: Node, name: str) -> set[str]:
    """Return the kinds of data test that a model as a whole has."""
    return {
        node["test_metadata"]["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test"
        and "test_metadata" in node
        and str(node["attached_node"]).endswith(f".{name}")
    }


def test_a_model_is_named_for_its_layer(models: dict[str, Node]) -> None:
    misnamed = [n for n, m in models.items() if not NAMES[layer(m)].fullmatch(n)]
    assert misnamed == []


def test_every_layer_is_there(models: dict[str, Node]) -> None:
    assert {layer(model) for model in models.values()} == set(LAYERS)


def test_a_model_reads_only_the_layers_before_it(models: dict[str, Node]) -> None:
    broken = {
        (name, parent)
        for name, model in models.items()
        for parent in reads(model)
        if (parent if parent == "source" else layer(models[parent])) not in READS[layer(model)]
    }
    assert {name for name, _ in broken} == set(MARTS_OVER_STAGING)


def test_an_intermediate_model_over_a_mart_says_why(models: dict[str, Node]) -> None:
    over_marts = {
        name
        for name, model in models.items()
        if layer(model) == "intermediate"
        and any(layer(models[parent]) == "marts" for parent in reads(model) - {"source"})
    }
    assert over_marts == set(INTERMEDIATES_OVER_MARTS)


def test_a_staging_model_reads_one_source_and_joins_nothing(models: dict[str, Node]) -> None:
    for model in models.values():
        if layer(model) == "staging":
            assert len(model["depends_on"]["nodes"]) == 1, model["name"]
            assert " join " not in model["raw_code"], model["name"]


def test_no_model_selects_everything_from_a_source(models: dict[str, Node]) -> None:
    for model in models.values():
        if layer(model) == "staging":
            assert "*" not in model["raw_code"], model["name"]


def test_every_description_opens_with_the_grain(models: dict[str, Node]) -> None:
    silent = [n for n, m in models.items() if not m["description"].startswith("One row per")]
    assert silent == []


def test_every_model_has_a_test_of_its_rows(manifest: Node, models: dict[str, Node]) -> None:
    untested = {name for name in models if not data_tests(manifest, name) & TESTS_OF_ROWS}
    assert untested == set(WITHOUT_A_TEST_OF_ROWS)


def test_every_mart_has_a_key(manifest: Node, models: dict[str, Node]) -> None:
    keyless = [
        name
        for name, model in models.items()
        if layer(model) == "marts" and "one_row_per" not in data_tests(manifest, name)
    ]
    assert keyless == []


def test_every_mart_has_an_enforced_contract(models: dict[str, Node]) -> None:
    for model in models.values():
        assert model["contract"]["enforced"] == (layer(model) == "marts"), model["name"]


def test_every_column_of_a_mart_is_described(models: dict[str, Node]) -> None:
    silent = [
        f"{name}.{column['name']}"
        for name, model in models.items()
        if layer(model) == "marts"
        for column in model["columns"].values()
        if not column["description"]
    ]
    assert silent == []


def test_no_mart_that_results_are_made_of_has_a_person(models: dict[str, Node]) -> None:
    for name, model in models.items():
        if name.startswith(("rpt_", "dim_")):
            assert not [c for c in model["columns"] if c.endswith("_key")], name


def test_the_sources_are_what_ingest_writes(manifest: Node) -> None:
    declared = {source["name"] for source in manifest["sources"].values()}
    assert declared - RAW_BESIDE_THE_CONTRACT <= set(TABLES)
    assert declared >= RAW_BESIDE_THE_CONTRACT


def test_every_source_is_read(manifest: Node) -> None:
    unread = [key for key in manifest["sources"] if not manifest["child_map"][key]]
    assert unread == []


def test_the_settings_of_the_project_are_the_defaults_of_the_configuration() -> None:
    project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))
    impact = WorkspaceConfig.model_fields["impact"].default
    asked = project["vars"]
    assert asked["impact_roles"] == list(impact.roles)
    assert asked["impact_horizons"] == list(impact.horizons_months)
    assert asked["impact_minimum_tenure_months"] == impact.minimum_tenure_months
    assert asked["impact_eligible_levels"] == list(impact.eligible_levels)
    assert asked["impact_subgroups"] == list(impact.subgroups)
    assert asked["impact_ladder"] == [list(rung) for rung in impact.ladder]


@pytest.mark.slow
def test_the_models_build_on_the_smallest_raw_database_and_their_unit_tests_pass(
    folder: Path, manifest: Node
) -> None:
    built = dbt(folder, "build", "--exclude-resource-type", "test")
    assert built.returncode == 0, built.stdout[-5000:]
    results = json.loads((folder / "target" / "run_results.json").read_text(encoding="utf-8"))
    passed = {r["unique_id"] for r in results["results"] if r["status"] == "pass"}
    assert passed == set(manifest["unit_tests"])
