"""The results described for BI: a semantic model in the dbt semantic layer's YAML.

Cells of different cuts hold the same people, so no metric adds cells up: where a question falls on
one cell it gets that cell, where it falls on several it gets nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import yaml

from analyses.results import EFFECTS, METRICS, OUTCOMES, PROGRAMS, Column, Table
from analyses.results import MEASURES as DECLARED

# Estimators whose value is the numerator over the denominator. The others are no quotient of what
# is published, or, as a mean, not of two counts.
QUOTIENTS = frozenset({"share", "part", "ratio", "rate", "summed_rate"})
# Of an estimate, what a question may ask for, by the name of its metric.
OF_ESTIMATES = {
    "effect": "Effect",
    "ci_low": "Effect, lower end",
    "ci_high": "Effect, upper end",
    "treated_value": "Value of the mentored",
    "control_value": "Value of the comparison",
    "treated_n": "Mentored people",
    "control_n": "Comparison people",
}
OF_CELLS = {
    "value": "Value of one cell",
    "ci_low": "Lower end of one cell",
    "ci_high": "Upper end of one cell",
    "numerator": "Numerator of one cell",
    "denominator": "Denominator of one cell",
}
HEADER = """\
# The results as a semantic model (the dbt semantic layer's YAML, MetricFlow). Each `ref` is a model
# over the Parquet file of that name in this folder. No metric adds cells up: it gives one published
# cell, and nothing where a question falls on none, on a hidden one or on several.
"""


def semantic_yaml(measures: Iterable[Mapping[str, Any]]) -> str:
    """Return the semantic model of a release as text.

    Args:
        measures: rows of the result table `measures`.
    """
    content = semantic_model(measures)
    return HEADER + yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)


def semantic_model(measures: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the semantic models of the result tables and a metric for each measure."""
    return {
        "semantic_models": [
            _cells(),
            _estimates(),
            _lookup(DECLARED, "measure", ("label", "theme", "audience", "direction")),
            _lookup(PROGRAMS, "program", ("program_name", "program_type")),
            _lookup(OUTCOMES, "outcome", ("label", "kind", "direction")),
        ],
        "metrics": [
            *_alone(METRICS, "cell", OF_CELLS),
            *_quotient(),
            *_alone(EFFECTS, "estimate", OF_ESTIMATES),
            *(_metric(measure) for measure in measures),
        ],
    }


def _cells() -> dict[str, Any]:
    """Return the semantic model of the measures' cells."""
    is_whole = "numerator is not null and denominator is not null"
    return _fact(
        METRICS,
        "cell",
        time="period_start",
        entities=("measure", "program"),
        dimensions=(
            *("population", "dimension", "member", "period_grain", "unit"),
            *("is_suppressed", "reason", "as_of"),
        ),
        numbers=[
            *_numbers(METRICS, "cell", OF_CELLS),
            # Counts of a cell may be withheld where its value is not: it is a quotient then, too.
            _number(
                "cell_quotient_numerator",
                f"case when {is_whole} then numerator else value end",
                "Numerator of the cell; the value where counts are withheld.",
            ),
            _number(
                "cell_quotient_denominator",
                f"case when {is_whole} then denominator when value is not null then 1 end",
                "Denominator of the cell; 1 where counts are withheld.",
            ),
        ],
    )


def _estimates() -> dict[str, Any]:
    """Return the semantic model of the effects."""
    return _fact(
        EFFECTS,
        "estimate",
        time="as_of",
        entities=("program", "outcome"),
        dimensions=(
            *("role", "subgroup_dimension", "subgroup_member", "horizon_months", "estimand"),
            *("evidence_grade", "verdict", "reason", "is_suppressed"),
        ),
        numbers=_numbers(EFFECTS, "estimate", OF_ESTIMATES),
    )


def _fact(
    table: Table,
    row: str,
    *,
    time: str,
    entities: tuple[str, ...],
    dimensions: tuple[str, ...],
    numbers: list[dict[str, Any]],
) -> dict[str, Any]:
    return {
        "name": table.name,
        "description": table.grain,
        "model": f"ref('{table.name}')",
        "defaults": {"agg_time_dimension": time},
        "primary_entity": row,
        "entities": [
            {"name": name, "type": "foreign", "description": table[name].sentence}
            for name in entities
        ],
        "dimensions": [_dimension(table[name]) for name in dict.fromkeys((time, *dimensions))],
        "measures": [
            {
                "name": f"{row}s_n",
                "agg": "sum",
                "expr": "1",
                "description": f"Rows that a question falls on: a number needs just one. "
                f"{table.grain}",
            },
            *numbers,
        ],
    }


def _lookup(table: Table, key: str, words: tuple[str, ...]) -> dict[str, Any]:
    """Return the semantic model of a table that only says what the key of another one is."""
    return {
        "name": table.name,
        "description": table.grain,
        "model": f"ref('{table.name}')",
        "entities": [{"name": key, "type": "primary", "description": table[key].sentence}],
        "dimensions": [_dimension(table[name]) for name in words],
    }


def _dimension(column: Column) -> dict[str, Any]:
    described = {"name": column.name, "description": column.sentence}
    if column.kind == "date":
        return {**described, "type": "time", "type_params": {"time_granularity": "day"}}
    return {**described, "type": "categorical"}


def _numbers(table: Table, row: str, names: Iterable[str]) -> list[dict[str, Any]]:
    return [_number(f"{row}_{name}", name, table[name].sentence) for name in names]


def _number(name: str, expression: str, sentence: str) -> dict[str, Any]:
    """Return a column as a measure: of one row, whose largest number is its number."""
    return {"name": name, "agg": "max", "expr": expression, "description": sentence}


def _alone(table: Table, row: str, labels: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Yield the metrics of a table's columns, each of one row or of none."""
    yield _simple(f"{row}s_n", f"Rows behind it ({table.name})")
    for name, label in labels.items():
        yield _simple(f"{row}_{name}_any", f"{label}, unguarded")
        yield _of_one(row, name, label, table[name].sentence)


def _quotient() -> Iterator[dict[str, Any]]:
    """Yield both sides of a rate, each of one cell or of none."""
    for side in ("numerator", "denominator"):
        name, label = f"quotient_{side}", f"Rate, {side}"
        yield _simple(f"cell_{name}_any", f"{label}, unguarded")
        yield _of_one("cell", name, label, f"The {side} of a rate.")


def _simple(name: str, label: str) -> dict[str, Any]:
    return {
        "name": name,
        "label": label,
        "description": "A part of the metrics below; not to be shown.",
        "type": "simple",
        "type_params": {"measure": name.removesuffix("_any")},
    }


def _of_one(row: str, name: str, label: str, sentence: str) -> dict[str, Any]:
    return {
        "name": f"{row}_{name}",
        "label": label,
        "description": f"{sentence} Empty where a question falls on several rows.",
        "type": "derived",
        "type_params": {
            "expr": "case when rows_n = 1 then number end",
            "metrics": [
                {"name": f"{row}s_n", "alias": "rows_n"},
                {"name": f"{row}_{name}_any", "alias": "number"},
            ],
        },
    }


def _metric(measure: Mapping[str, Any]) -> dict[str, Any]:
    """Return the metric of a measure: a ratio where it is one, else the value as published."""
    name = measure["measure"]
    where = f"{{{{ Entity('measure') }}}} = '{name}'"
    if measure["estimator"] in QUOTIENTS:
        kind: dict[str, Any] = {
            "type": "ratio",
            "type_params": {
                side: {"name": f"cell_quotient_{side}", "filter": where}
                for side in ("numerator", "denominator")
            },
        }
    else:
        kind = {
            "type": "derived",
            "type_params": {
                "expr": "published",
                "metrics": [{"name": "cell_value", "alias": "published", "filter": where}],
            },
        }
    return {
        "name": name,
        "label": measure["label"],
        "description": _sentences(measure),
        **kind,
        "config": {
            "meta": {
                "is_additive": False,
                **{key: measure[key] for key in ("unit", "direction", "theme", "audience")},
            }
        },
    }


def _sentences(measure: Mapping[str, Any]) -> str:
    """Return what a measure is, as its declaration says it."""
    said = [
        measure["sentence"],
        f"Formula: {measure['formula']}.",
        f"Numerator: {measure['numerator']}.",
        f"Denominator: {measure['denominator']}.",
        f"Unit: {measure['unit']}.",
        f"Interval: {measure['interval']}.",
        f"Standard: {measure['standard']}.",
    ]
    return " ".join(sentence.replace("..", ".") for sentence in said)
