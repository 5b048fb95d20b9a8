"""The results described for other tools: a Data Package, from the columns as they are declared."""

from __future__ import annotations

from typing import Any

from analyses.results import TABLES, Column, Table

STANDARD = "https://datapackage.org/profiles/2.0/datapackage.json"
TYPES = {
    "varchar": "string",
    "integer": "integer",
    "double": "number",
    "boolean": "boolean",
    "date": "date",
}


def described() -> dict[str, Any]:
    """Return the descriptor of the folder of results (Data Package 2.0).

    Rates are numerator over denominator and do not add up over cells; cells of different cuts hold
    the same people. `unit` beside a field is ours, as the standard allows.
    """
    return {
        "$schema": STANDARD,
        "name": "mentorship-impact",
        "title": "Whether mentoring works: results past disclosure control",
        "resources": [_resource(table) for table in TABLES.values()],
    }


def _resource(table: Table) -> dict[str, Any]:
    return {
        "name": table.name.replace("_", "-"),
        "path": f"{table.name}.csv",
        "description": table.grain,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {
            "fields": [_field(column) for column in table.columns],
            # A part of a key may be empty, which a primary key may not.
            "uniqueKeys": [list(table.key)],
            "missingValues": [""],
        },
    }


def _field(column: Column) -> dict[str, Any]:
    unit = column.unit.sentence
    return {
        "name": column.name,
        "type": TYPES[column.kind],
        "description": column.sentence,
        **({"unit": unit} if unit else {}),
    }
