"""The explanation of a measure: what it is, its numbers today, and its way from export to page."""

from __future__ import annotations

import csv
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mentorship.progress import plain_table
from workspace.errors import ConfigError, Place

if TYPE_CHECKING:
    from workspace.config import SourceConfig, WorkspaceConfig
    from workspace.folder import Workspace

# What the results say of a measure that a reader asks for, in this order.
DEFINITION = ("formula", "numerator", "denominator", "interval", "unit", "direction", "standard")
NUMBERS = (
    *("program", "population", "is_suppressed", "value", "ci_low", "ci_high"),
    *("numerator", "denominator"),
)
SETTINGS = "settings"
TRUE = "true"
WIDTH = 80


def explain(workspace: Workspace, config: WorkspaceConfig, measure: str) -> dict[str, Any]:
    """Return a measure of the published site as a record.

    Its numbers are those of the whole time, of everybody and of each program.

    Raises:
        ConfigError: nothing is published, or there is no such measure.
    """
    from ingest.names import unknown

    data = workspace.site / "data"
    measures = {row["measure"]: row for row in _rows(data / "measures.csv")}
    if measure not in measures:
        raise unknown(
            "There is no measure of this name.",
            measure,
            measures,
            place=Place(data / "measures.csv"),
            guide="docs/reference/measures.md",
        )
    declared = measures[measure]
    exports, *steps = (step.split(", ") for step in declared["lineage"].split(" > "))
    return {
        "measure": measure,
        "label": declared["label"],
        "theme": declared["theme"],
        "sentence": declared["sentence"],
        **{name: declared[name] for name in DEFINITION},
        "needs": declared["needs"],
        "is_measured": declared["is_measured"] == TRUE,
        "numbers": list(_numbers(data / "metrics.csv", measure)),
        "exports": [
            _export(source, workspace.root)
            for source in config.sources
            if source.table in exports and source.table != SETTINGS
        ],
        "models": steps,
        "targets": list(_targets(data / "targets.csv", measure)),
        "pages": list(_pages(workspace.site, measure)),
        "charts": list(_charts(workspace.site, measure)),
    }


def explanation_lines(record: dict[str, Any]) -> list[str]:
    """Return an explanation as lines of text."""
    lines = [f"{record['label']} ({record['measure']}), theme {record['theme']}"]
    lines += [*textwrap.wrap(record["sentence"], WIDTH), ""]
    for name in DEFINITION:
        lines += _wrapped(name, record[name])
    lines += ["", "Numbers of the whole time"]
    if not record["is_measured"]:
        lines += _wrapped("", f"not measured: needs {record['needs']}")
    elif record["numbers"]:
        rows = [_number(row, record["unit"]) for row in record["numbers"]]
        header = ("program", "people", "value", "range", "counted", "out of")
        lines += [f"  {line}" for line in plain_table(header, rows)]
    else:
        lines += ["  none: too few people"]
    if record["targets"]:
        lines += ["", "Targets"]
        lines += [line for row in record["targets"] for line in _target(row)]
    lines += ["", "From the exports"]
    for export in record["exports"]:
        lines.append(f"  {export['path']} ({export['table']}, preset {export['preset']})")
        mapped = ", ".join(
            column if headers == [column] else f"{' or '.join(headers)} > {column}"
            for column, headers in export["columns"].items()
        )
        lines += textwrap.wrap(mapped, WIDTH, initial_indent="    ", subsequent_indent="    ")
    lines += ["through the models"]
    for step in record["models"]:
        lines += _wrapped(">", ", ".join(step))
    lines += ["to the pages", *(f"  {page}" for page in record["pages"] or ("none",))]
    if record["charts"]:
        lines += ["and the charts, each with its numbers in data/charts"]
        lines += [f"  {chart}" for chart in record["charts"]]
    return lines


def _target(row: dict[str, str]) -> list[str]:
    """Return a target as lines: what is to be by when, and what may be said of it."""
    late = ", declared late" if row["is_declared_late"] == TRUE else ""
    because = f" ({row['reason']})" if row["reason"] else ""
    text = (
        f"{float(row['target_value']):g} by {row['due_on']}, program {row['program']}, "
        f"{row['population']}: {row['target_status']}{because}{late}"
    )
    return textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="    ")


def _number(row: dict[str, str], unit: str) -> tuple[str, ...]:
    from reports.formats import THIN, amount

    value, low, high = (
        amount(float(row[name]), unit).replace(THIN, " ") if row[name] else ""
        for name in ("value", "ci_low", "ci_high")
    )
    counts = (f"{float(row[name]):,.0f}" if row[name] else "" for name in NUMBERS[-2:])
    shown = "hidden" if row["is_suppressed"] == TRUE else value
    return row["program"], row["population"], shown, f"{low} to {high}" if low else "", *counts


def _wrapped(name: str, text: str) -> list[str]:
    start = f"  {name:<12}" if len(name) > 1 else f"  {name} ".rstrip() + " "
    return textwrap.wrap(
        text, WIDTH, initial_indent=start, subsequent_indent=" " * len(start)
    )  # fmt: skip


def _numbers(path: Path, measure: str) -> Iterator[dict[str, str]]:
    wanted = {"measure": measure, "dimension": "all", "period_grain": "all"}
    for row in _rows(path):
        if wanted.items() <= row.items():
            yield {name: row[name] for name in NUMBERS}


def _export(source: SourceConfig, root: Path) -> dict[str, Any]:
    from ingest.columns.mapping import headers_of
    from ingest.columns.presets import read_preset

    preset = read_preset(source.preset, table=source.table, root=root)
    columns = headers_of(source, preset)
    return {
        "table": source.table,
        "path": source.path,
        "preset": source.preset,
        "columns": {column: list(headers) for column, headers in columns.items()},
    }


def _targets(path: Path, measure: str) -> Iterator[dict[str, str]]:
    """Yield the targets of the measure; a release of an earlier version has none."""
    if path.exists():
        yield from (row for row in _rows(path) if row["measure"] == measure)


def _charts(site: Path, measure: str) -> Iterator[str]:
    """Yield the charts that draw the measure, with their page."""
    link = f'glossary.html#{measure}"'
    for page in sorted(site.glob("*.html")):
        figures = page.read_text(encoding="utf-8").split('<figure class="chart')[1:]
        for figure in figures:
            head, _, rest = figure.partition(">")
            if link in rest.partition("</figure>")[0]:
                name = head.partition('id="')[2].partition('"')[0]
                yield f"{name} ({page.name})"


def _pages(site: Path, measure: str) -> Iterator[str]:
    """Yield the pages that print a number of the measure."""
    mark = f'data-measure="{measure}"'
    for page in sorted(site.glob("*.html")):
        if mark in page.read_text(encoding="utf-8"):
            yield page.name


def _rows(path: Path) -> Iterator[dict[str, str]]:
    if not path.exists():
        raise ConfigError(
            "Nothing is published here yet.",
            place=Place(path),
            expected="the results of a build",
            to_do="run `mentorship build` first",
        )
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
