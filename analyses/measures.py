"""The measures as the dbt project declares them: one entry each, printed everywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from analyses.results import MEASURES

if TYPE_CHECKING:  # so that a configuration can be checked without the seconds of pandas
    import pandas as pd

DECLARATIONS = Path(__file__).resolve().parents[1] / "models"


@cache
def declared_measures() -> Mapping[str, Mapping[str, Any]]:
    """Return the entry of each measure by its name, as the YAML beside the models has it.

    It is for what is checked before dbt has read the project.
    """
    found: dict[str, Mapping[str, Any]] = {}
    for path in sorted(DECLARATIONS.rglob("*.yml")):
        content = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader) or {}
        for model in content.get("models", []):
            meta = model.get("config", {}).get("meta", {})
            for entry in meta.get("measures", []):
                for months in entry.get("horizons", [""]):
                    found[entry["measure"].replace("{months}", str(months))] = entry
    return found


def read_measures(manifest_path: Path) -> pd.DataFrame:
    """Return one row per measure from a dbt manifest, with the lineage behind each.

    Columns are those of the result table `measures` without `is_measured`.
    """
    import pandas as pd

    manifest = json.loads(manifest_path.read_text(encoding="utf-8"))
    rows = [row for node in manifest["nodes"].values() for row in _measures_of(node, manifest)]
    columns = [column for column in MEASURES if column != "is_measured"]
    table = pd.DataFrame(rows, columns=columns).sort_values("measure", ignore_index=True)
    return table.astype({"horizon_months": "Int64"})


def _measures_of(node: Mapping[str, Any], manifest: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    meta = node.get("config", {}).get("meta", {})
    for declared in meta.get("measures", []):
        lineage = _lineage(node["unique_id"], manifest)
        sums = {name: declared[name]["text"] for name in ("numerator", "denominator")}
        for months in declared.get("horizons", [None]):
            texts = {
                name: text.replace("{months}", str(months))
                for name, text in {**declared, **sums}.items()
                if isinstance(text, str)
            }
            needs = list(declared.get("needs", []))
            extra = declared.get("participants_need", [])
            if extra:
                needs.append(f"{', '.join(extra)} for participants")
            yield {
                **texts,
                "needs": ", ".join(needs),
                "lineage": lineage,
                "horizon_months": months,
                "is_person_each": meta.get("people") != "distinct",
            }


def _lineage(unique_id: str, manifest: Mapping[str, Any]) -> str:
    """Return the way from the exports to the cells, as `exports > models > fact > cells`."""
    parents: Mapping[str, list[str]] = manifest["parent_map"]
    seen: set[str] = set()
    waiting = [unique_id]
    while waiting:
        current = waiting.pop()
        if current not in seen:
            seen.add(current)
            waiting.extend(parents.get(current, []))
    exports = sorted(_name(key) for key in seen if key.startswith("source."))
    models = [_name(key) for key in seen if key.startswith("model.")]
    layers = [
        sorted(model for model in models if model.startswith(prefix))
        for prefix in ("stg_", "int_", ("fct_", "dim_"), "rpt_")
    ]
    steps = [exports, *filter(None, layers), *_cells_of(unique_id, manifest)]
    return " > ".join(", ".join(step) for step in steps)


def _cells_of(unique_id: str, manifest: Mapping[str, Any]) -> Iterator[list[str]]:
    """Yield the models that count a fact, and those that hold its cells."""
    children: Mapping[str, list[str]] = manifest["child_map"]
    step = [unique_id]
    while step := [c for key in step for c in children.get(key, []) if c.startswith("model.")]:
        yield sorted({_name(key) for key in step})


def _name(key: str) -> str:
    return key.rsplit(".", 1)[-1]
