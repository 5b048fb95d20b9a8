"""The page about the result tables."""

from __future__ import annotations

from analyses.results import RUN
from analyses.results import TABLES as RESULTS
from analyses.results import Column as ResultColumn
from docs.generate.markdown import table_of


def results() -> str:
    """Return the page about the result tables."""
    lines = [
        "# Results",
        "",
        "Written to `site/data/` as CSV and Parquet, sorted, numbers rounded to 10 significant "
        "digits. Numbers about people are past [disclosure "
        "control](../explanation/privacy.md#disclosure-control). They are all that a page ever "
        "reads. A suppressed number is empty and `is_suppressed` is true; what was not "
        "measured is absent.",
        "",
        f"`run.json`: {RUN[0].lower()}{RUN[1:]}",
        "",
        "`datapackage.json`: the tables and columns below as a [Data "
        "Package](https://datapackage.org), for tools that read one. A rate is its numerator over "
        "its denominator; neither rates nor cells of different cuts add up.",
        "",
        "`semantic_model.yml`: a metric for each measure, and for the numbers of `effects`, in the "
        "YAML of the dbt semantic layer; [how to read it](../how-to/read-results-in-bi.md).",
    ]
    for table in RESULTS.values():
        key = ", ".join(f"`{column}`" for column in table.key)
        lines += [
            "",
            f"## {table.name}",
            "",
            f"{table.grain} Key: {key}.",
            "",
            *table_of(
                ("column", "type", "meaning", "unit"),
                ((f"`{c.name}`", c.kind, _meaning(c), c.unit.sentence) for c in table.columns),
            ),
        ]
    return "\n".join(lines)


def _meaning(column: ResultColumn) -> str:
    """Return what a column of a result table means, and each word that it may hold."""
    words = (f"`{value.name}`: {value.sentence}" for value in column.values)
    return " ".join([column.sentence, *words])
