"""The page about presets."""

from __future__ import annotations

import inspect
import itertools

from docs.generate.fields import default_of, kind_of, limits_of
from docs.generate.markdown import anchor_of, table_of
from ingest.columns.histories.columns import DERIVATIONS, columns_read
from ingest.columns.presets import FOLDER as PRESETS
from ingest.columns.presets import Duration, Preset, Rewrite, SetAside, preset_names, read_preset
from ingest.contract import JOB_HISTORY, TABLES, Column


def presets() -> str:
    """Return the page about presets."""
    named = {name: read_preset(name) for name in preset_names()}
    lines = [
        "# Presets",
        "",
        "A preset says how an export is laid out. It fills in what a source leaves unsaid and "
        "never overrides it: its `columns`, `values`, `date_format` and all else it says come "
        "first. A vendor's name alone (`preset: personio`) is enough where one preset of that "
        "vendor fills the source's table. [Add a preset](../how-to/add-a-preset.md) of your own in "
        "the workspace.",
        "",
        *table_of(
            ("preset", "exports of", "table"),
            (
                (f"[`{name}`](#{anchor_of(name)})", preset.vendor, preset.table or "any")
                for name, preset in named.items()
            ),
        ),
        "",
        "## Turns",
        "",
        "Where a record of an export is not a row of its table, the preset names a turn. These "
        "columns are then read from each record, and may be mapped under `columns` like any other:",
        "",
        *_turns(),
    ]
    for name, preset in named.items():
        lines += _preset(name, preset)
    lines += [
        "",
        "## What a preset may say",
        "",
        *table_of(
            ("key", "value", "without it", "meaning"),
            (
                (
                    f"`{key}`",
                    kind_of(field.annotation) + limits_of(field.metadata),
                    default_of(field, has_section=False),
                    field.description or "",
                )
                for key, field in Preset.model_fields.items()
            ),
        ),
    ]
    for part in (SetAside, Duration, Rewrite):
        lines += [
            "",
            f"**{part.__name__}.** {inspect.getdoc(part)}",
            "",
            *table_of(
                ("key", "meaning"),
                ((f"`{key}`", field.description or "") for key, field in part.model_fields.items()),
            ),
        ]
    return "\n".join(lines)


def _turns() -> list[str]:
    """Return the table of what each turn makes, and of the columns it reads."""
    rows = []
    for name, turn in DERIVATIONS.items():
        of_table = {column.name for column in JOB_HISTORY.columns}
        own = [column for column in turn.columns if column.name not in of_table]
        told = "; ".join(
            f"`{column.name}`" + (" *" if column.is_required else "") + f": {_said(column)}"
            for column in own
        )
        rows.append((f"`{name}`", turn.meaning, told))
    return table_of(("turn", "what it makes", "columns besides those of its table"), rows)


def _said(column: Column) -> str:
    return column.meaning + (f" ({', '.join(column.codes)})" if column.codes else "")


def _preset(name: str, preset: Preset) -> list[str]:
    """Return one preset: its headers, what it leaves to the user, and where it is documented."""
    fills = f"Fills {preset.table or 'any table'}"
    turned = "" if preset.turn is None else f" by the turn `{preset.turn}`"
    own = "" if preset.columns else " Its headers are the columns' own names."
    lines = ["", f"## {name}", "", _opening(name), "", f"{fills}{turned}.{own}"]
    if preset.columns:
        lines += ["", *table_of(("column", "header"), _headers(preset))]
    if left := _left_to_the_user(preset):
        lines += ["", f"Not documented, so map them or give a constant: {', '.join(left)}."]
    if preset.leavers_note:
        lines += ["", f"**Leavers.** {preset.leavers_note}"]
    shown = [
        f"<{page}>" if "://" in page else f"[{page}](../../{page})" for page in preset.evidence
    ]
    return [*lines, "", f"Evidence: {', '.join(shown)}"]


def _opening(name: str) -> str:
    """Return the comment with which a preset's file begins."""
    text = (PRESETS / f"{name}.yml").read_text(encoding="utf-8")
    said = itertools.takewhile(lambda line: line.startswith("#"), text.splitlines())
    return " ".join(line.removeprefix("#").strip() for line in said)


def _headers(preset: Preset) -> list[tuple[str, str]]:
    """Return each column that a preset reads, and from where."""
    constants = {name: f"always `{said}`" for name, said in preset.constants.items()}
    composed = {
        name: f"a digest of {', '.join(f'`{part}`' for part in parts)}"
        for name, parts in preset.composed.items()
    }
    headers = {
        name: ", ".join(f"`{header}`" for header in headers)
        for name, headers in preset.columns.items()
    }
    return [(f"`{name}`", said) for name, said in (headers | constants | composed).items()]


def _left_to_the_user(preset: Preset) -> list[str]:
    """Return the columns that must be there and that the preset knows no header for."""
    if preset.table is None or not preset.columns:
        return []
    known = {*preset.columns, *preset.constants, *preset.composed}
    needed = columns_read(TABLES[preset.table], preset)
    return [f"`{c.name}`" for c in needed if c.is_required and c.name not in known]
