"""The semantic model: one metric per measure, as dbt reads it, and never a sum of cells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from dbt.cli.main import dbtRunner
from dbt_semantic_interfaces.implementations.semantic_manifest import PydanticSemanticManifest
from dbt_semantic_interfaces.validations.semantic_manifest_validator import (
    SemanticManifestValidator,
)

from analyses.measures import read_measures
from analyses.semantics import QUOTIENTS, semantic_yaml

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to" / "read-results-in-bi.md"
CELLS = """
select * from (values
    ('engaged_share', 'a', 0.75, 3.0, 4.0),
    ('engaged_share', 'withheld', 0.6, null, null),
    ('engaged_share', 'hidden', null, null, null)
) as cells (measure, member, value, numerator, denominator)
"""


@pytest.fixture(scope="module")
def measures(manifest_path: Path) -> list[dict[str, Any]]:
    return list(read_measures(manifest_path).to_dict("records"))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def model(measures: list[dict[str, Any]]) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(semantic_yaml(measures))
    return read


def of_name(entries: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(entry for entry in entries if entry["name"] == name)


def test_every_measure_is_a_metric_with_the_words_of_its_declaration(
    measures: list[dict[str, Any]], model: dict[str, Any]
) -> None:
    for measure in measures:
        metric = of_name(model["metrics"], measure["measure"])
        assert metric["label"] == measure["label"]
        assert measure["sentence"] in metric["description"]
        assert (metric["type"] == "ratio") == (measure["estimator"] in QUOTIENTS)
        assert metric["config"]["meta"]["unit"] == measure["unit"]
        assert "nan" not in metric["description"].split()


@pytest.mark.parametrize(
    ("members", "share"),
    [("a", 0.75), ("withheld", 0.6), ("hidden", None), ("a, withheld", None), ("a, hidden", None)],
)
def test_a_rate_is_that_of_one_published_cell_and_nothing_for_several(
    model: dict[str, Any], members: str, share: float | None
) -> None:
    sides = of_name(model["metrics"], "engaged_share")["type_params"]
    where = sides["numerator"]["filter"].replace("{{ Entity('measure') }}", "measure")
    chosen = ", ".join(f"'{member}'" for member in members.split(", "))

    def asked(metric: str) -> str:
        """Return a metric as SQL, as it is declared."""
        params = of_name(model["metrics"], metric)["type_params"]
        if "measure" in params:
            declared = of_name(model["semantic_models"][0]["measures"], params["measure"])
            return f"{declared['agg']}({declared['expr']})"
        return (
            str(params["expr"])
            .replace("rows_n", asked(params["metrics"][0]["name"]))
            .replace("number", asked(params["metrics"][1]["name"]), 1)
        )

    quotient = " / ".join(asked(sides[side]["name"]) for side in ("numerator", "denominator"))
    found = duckdb.sql(f"select {quotient} from ({CELLS}) where {where} and member in ({chosen})")
    assert found.fetchall() == [(share,)]


@pytest.mark.slow
def test_dbt_reads_it_with_the_project_of_the_how_to(
    tmp_path: Path, measures: list[dict[str, Any]]
) -> None:
    blocks = HOW_TO.read_text(encoding="utf-8").split("```yaml\n# ")[1:]
    (tmp_path / "models").mkdir()
    for block in blocks:
        name, _, text = block.split("```")[0].partition("\n")
        (tmp_path / name).write_text(text, encoding="utf-8")
    for table in ("metrics", "effects", "measures", "programs", "outcomes"):
        (tmp_path / "models" / f"{table}.sql").write_text(
            f"select * from {{{{ source('results', '{table}') }}}}", encoding="utf-8"
        )
    (tmp_path / "models" / "days.sql").write_text(
        "select current_date as date_day", encoding="utf-8"
    )
    (tmp_path / "models" / "semantic_model.yml").write_text(
        semantic_yaml(measures), encoding="utf-8"
    )
    folders = ["--project-dir", str(tmp_path), "--profiles-dir", str(tmp_path)]
    assert dbtRunner().invoke(["parse", "--quiet", *folders]).success
    read = PydanticSemanticManifest.parse_file(str(tmp_path / "target" / "semantic_manifest.json"))
    found = SemanticManifestValidator[PydanticSemanticManifest]().validate_semantic_manifest(read)
    assert [*found.errors, *found.warnings] == []
    assert {measure["measure"] for measure in measures} <= {one.name for one in read.metrics}
