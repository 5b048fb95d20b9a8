"""The rules of the house, over the dbt project as dbt itself reads it."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from ingest.contract import TABLES
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
MARTS_OVER_STAGING = {
    "dim_programs": "a program is what its platform and its pairings say it is",
    "fct_active_months": "what happened in a pairing, and when, is what its platform says",
    "fct_applications": "an application is what its platform says",
    "fct_feedback": "a piece of feedback is what its platform says",
    "fct_goals": "a goal is what its platform says",
    "fct_pairing_months": "when a pairing was active and met is what its platform says",
    "fct_pairings": "what happened first in a pairing is what its platform says",
    "fct_person_quarters": "what people did, and were given, is what five exports say",
    "rpt_reconciliation__by_figure": "what a platform prints is held against its records",
}
WITHOUT_A_TEST_OF_ROWS = {
    "stg_hris__job_history": "several changes of a day are all true; the merge by day has a key",
}
TESTS_OF_ROWS = {"one_row_per", "holds", "unique"}

Node = dict[str, Any]


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


def test_a_fact_is_read_by_what_counts_it_and_by_nothing_else(models: dict[str, Node]) -> None:
    read = {(n, parent) for n, model in models.items() for parent in reads(model)}
    facts = {name for name in models if name.startswith("fct_")}
    counting = {(f"int_{fact.removeprefix('fct_')}__counted", fact) for fact in facts}
    assert {pair for pair in read if pair[1] in facts} == counting
    assert reads(models["rpt_metrics__by_period"]) == {name for name, _ in counting}
    over_marts = {
        name for name, parent in read
        if layer(models[name]) == "intermediate"
        and parent != "source" and layer(models[parent]) == "marts"
    }  # fmt: skip
    assert over_marts == {name for name, _ in counting}


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


@pytest.mark.slow
def test_the_raw_tables_may_stand_in_another_place(
    folder: Path, dbt: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    elsewhere = json.dumps({"raw_database": "lake", "raw_schema": "parquet"})
    parsed = dbt(
        folder, "--quiet", "parse", "--target-path", str(folder / "elsewhere"), "--vars", elsewhere
    )
    assert parsed.returncode == 0, parsed.stdout
    text = (folder / "elsewhere" / "manifest.json").read_text(encoding="utf-8")
    sources = json.loads(text)["sources"].values()
    assert {(source["database"], source["schema"]) for source in sources} == {("lake", "parquet")}


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
    assert asked["impact_eligible_departments"] == list(impact.eligible_departments)
    assert asked["impact_subgroups"] == list(impact.subgroups)
    assert asked["impact_ladder"] == [list(rung) for rung in impact.ladder]


@pytest.mark.slow
def test_the_models_build_on_the_smallest_raw_database_and_their_unit_tests_pass(
    built: Node, manifest: Node
) -> None:
    passed = {r["unique_id"] for r in built["results"] if r["status"] == "pass"}
    assert passed == set(manifest["unit_tests"])


@pytest.mark.slow
def test_no_outer_join_tries_every_pair(built: Node, folder: Path) -> None:
    """A left join hashes or sorts by comparisons; on an `or` or `coalesce` it compares all rows."""
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as connection:
        connection.execute(f"attach '{folder / 'raw.duckdb'}' as raw (read_only)")
        trying = [
            node["unique_id"]
            for node in built["results"]
            if node["unique_id"].startswith("model.")
            for (_, plan) in connection.execute(
                f"explain (format json) {node['compiled_code']}"
            ).fetchall()
            if any(is_outer_and_tries_all(step) for step in steps_of(json.loads(plan)))
        ]
    assert trying == []


def steps_of(steps: list[Node]) -> Iterator[Node]:
    """Yield each step of a plan."""
    for step in steps:
        yield step
        yield from steps_of(step["children"])


def is_outer_and_tries_all(step: Node) -> bool:
    """Return whether a step is a join of every pair that keeps what has none."""
    of_all = step["name"].strip() == "BLOCKWISE_NL_JOIN"
    return of_all and step["extra_info"]["Join Type"] != "INNER"
