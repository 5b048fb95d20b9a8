"""Write the pages of docs/reference from the code they describe: run by `make docs`.

Every page is a function of the code alone, so `tests/docs` can ask whether the committed pages are
what the code says today.
"""

from __future__ import annotations

import datetime as dt
import inspect
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

import click
import pandas as pd
import yaml
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from analyses.measures import read_measures
from analyses.results import RUN
from analyses.results import TABLES as RESULTS
from analyses.results import Column as ResultColumn
from expectations.catalog import beyond_the_contract
from expectations.contract_suite import contract_promises
from expectations.known import Known, SourceLimit
from expectations.promise import Promise
from ingest.columns.casts import UNREADABLE, expected_of
from ingest.columns.histories.columns import DERIVATIONS, columns_read
from ingest.columns.presets import FOLDER as PRESETS
from ingest.columns.presets import Duration, Preset, Rewrite, SetAside, preset_names, read_preset
from ingest.contract import JOB_HISTORY, LINEAGE, TABLES, Column, Kind, Table
from ingest.people.crosswalk import IDENTITIES
from ingest.people.identity import RULES
from ingest.records.reasons import DUPLICATE, REASONS
from mentorship.cli import main as command
from workspace.config import ExpectationsConfig, Section, WorkspaceConfig

DOCS = Path(__file__).resolve().parent
PROJECT = DOCS.parent
REFERENCE = DOCS / "reference"
MEANINGS_OF_REASONS = PROJECT / "reports" / "assets" / "reasons.json"
NOTE = "<!-- Written by docs/generate.py from the code: change the code, then run `make docs`. -->"

EXIT_CODES = (
    (0, "published, or nothing to do"),
    (1, "data refused by a gate; nothing was published"),
    (2, "usage or configuration"),
    (3, "another build holds the workspace"),
    (4, "environment: disk, permissions, a missing package"),
    (5, "internal error: a defect of mentorship-impact"),
    (130, "interrupted; the published site is unchanged"),
)


def pages(manifest_path: Path) -> dict[str, str]:
    """Return the text of every reference page by the name of its file.

    Args:
        manifest_path: dbt's manifest of this project.
    """
    written: dict[str, Callable[[], str]] = {
        "bad-inputs.md": bad_inputs,
        "commands.md": commands,
        "configuration.md": configuration,
        "expectations.md": expectations,
        "presets.md": presets,
        "measures.md": lambda: measures(read_measures(manifest_path)),
        "reasons.md": reasons,
        "results.md": results,
        "tables.md": tables,
    }
    return {name: f"{NOTE}\n\n{write().strip()}\n" for name, write in written.items()}


def parse_project(folder: Path) -> Path:
    """Return the path of dbt's manifest of this project, parsed into a folder."""
    target = folder / "target"
    paths = {
        "MENTORSHIP_RAW": str(folder / "raw.duckdb"),
        "MENTORSHIP_WAREHOUSE": str(folder / "warehouse.duckdb"),
        "DBT_TARGET_PATH": str(target),
        "DBT_LOG_PATH": str(target),
        "DO_NOT_TRACK": "1",
    }
    where = ("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT))
    subprocess.run(  # noqa: S603 - our own project, on our own paths
        [
            str(Path(sys.executable).with_name("dbt")),
            *("--quiet", "--no-version-check", "parse"),
            *where,
        ],
        env=os.environ | paths,
        check=True,
    )
    return target / "manifest.json"


def configuration() -> str:
    """Return the page about `mentorship.yml`."""
    lines = [
        "# mentorship.yml",
        "",
        "Everything the configuration may say. An unknown key is an error that names the nearest "
        "valid one. `mentorship init DIR` writes a commented file to start from.",
        *_section("", WorkspaceConfig),
    ]
    return "\n".join(lines)


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
        *_table(
            ("preset", "exports of", "table"),
            (
                (f"[`{name}`](#{_anchor(name)})", preset.vendor, preset.table or "any")
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
        *_table(
            ("key", "value", "without it", "meaning"),
            (
                (
                    f"`{key}`",
                    _kind(field.annotation) + _limits(field.metadata),
                    _default(field, has_section=False),
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
            *_table(
                ("key", "meaning"),
                ((f"`{key}`", field.description or "") for key, field in part.model_fields.items()),
            ),
        ]
    return "\n".join(lines)


def tables() -> str:
    """Return the page about the canonical tables."""
    lines = [
        "# Canonical tables",
        "",
        "Every export ends in one of these tables. A file that already has these headers needs no "
        "mapping. Only `job_history` is required; what needs an absent table is reported as not "
        "measured.",
        "",
        "A **person** is an employee id or an e-mail, row by row; the raw database holds a key in "
        "its place, under the name in the last column. A column marked *stays in ingest* never "
        "reaches a database. A column marked * must be there, and every row must fill it. Every "
        "raw table also has "
        + ", ".join(f"`{name}`" for name in LINEAGE)
        + ": the export, the record and, where known, its line.",
        "",
        "## How values are read",
        "",
        *_table(("kind", "what is read"), ((kind, said) for kind, said in _kinds().items())),
        "",
        "Around a value spaces are ignored, and in it marks that nobody sees (of direction, of "
        "zero width). `#N/A`, `N/A`, `NULL`, `none`, `nan` and dashes mean empty everywhere but in "
        "names and answers; in dates, numbers, booleans and codes `NA` does too. In dates "
        "1900-01-01 and any day of the year 9999 mean empty. Case and spaces or hyphens in a code "
        "do not matter: `No Show` is `no_show`. Yes and no are understood in the commonest "
        "languages.",
        "",
        "A date is read as ISO 8601, or as the source's `date_format` says; a clock may follow it. "
        "`%B` and `%b` read the names of months in English, French, German, Spanish, Italian, "
        "Portuguese, Dutch, Swedish, Danish and Norwegian. `%y` reads 69 to 99 as 1969 to 1999, "
        "and 00 to 68 as 2000 to 2068. `excel` reads a spreadsheet's numbers of days, of which 60 "
        "(29 February 1900) never was and is not read. Nothing else is guessed: where a column "
        "shows which format would read it, or that no column could tell days from months, "
        "thousands from decimals, or midnights of another time zone from times of day, the "
        "quarantine says so, and what to declare.",
    ]
    for group in dict.fromkeys(table.group for table in TABLES.values()):
        lines += ["", f"## {group}"]
        for table in TABLES.values():
            if table.group == group:
                lines += _canonical(table)
    return "\n".join([*lines, "", *_identities()])


def _identities() -> list[str]:
    """Return the section about the crosswalk."""
    return [
        "## Who is who",
        "",
        "The raw database also has `identities`: one row per identifier of a person, table and "
        "column in which it stands, with "
        + ", ".join(f"`{name}`" for name in IDENTITIES)
        + ". `person_key` is empty where it links nobody. `identifier_key` is a keyed hash like "
        "the person's: no identifier is kept as it was written. The rule says how the person was "
        "found; the first that fits counts. Nothing that only looks alike is ever a link: "
        "[suggestions](../how-to/link-people.md) are listed for you.",
        "",
        *_table(("rule", "what it says"), ((f"`{rule}`", said) for rule, said in RULES.items())),
    ]


def reasons() -> str:
    """Return the page about quarantine reasons."""
    return "\n".join(
        [
            "# Reasons",
            "",
            "Why a record of an export is not in the warehouse. The code stands in "
            "`state/quarantine/<table>.csv` beside the whole record, and in the result table "
            "`quality` with a count. *Counts* says whether it counts toward "
            "`ingest.maximum_quarantined_share`.",
            "",
            *_table(
                ("code", "meaning", "expected", "what to do", "counts"),
                (
                    (
                        f"`{reason.code}`",
                        reason.meaning,
                        reason.expected or _expected(reason.code),
                        reason.to_do,
                        "yes" if reason.is_problem else "no",
                    )
                    for reason in REASONS.values()
                ),
            ),
            "",
            f"`{DUPLICATE}` is no quarantine: the record says what another of the same source or "
            "key says, is dropped, and is counted in `rows_duplicate`. A reason whose meaning says "
            "that the row is kept is no quarantine either: `quality` counts such rows in `rows` "
            "alone.",
        ]
    )


def bad_inputs() -> str:
    """Return the page about exports that are wrong, printed from the fixtures that try them."""
    # The tests are no package that is installed: they are found from the checkout's own folder.
    if str(PROJECT) not in sys.path:
        sys.path.append(str(PROJECT))
    from tests.ingest.bad_inputs.catalog import bad_inputs as listed

    return "\n".join(
        [
            "# Bad inputs",
            "",
            "Ways in which exports go wrong, and what becomes of each. The tests make a file of "
            "every line and load it; each time the records of the file are counted, and everything "
            "read is kept, quarantined or an exact duplicate.",
            "",
            *_table(
                ("", "what is wrong", "treatment", "", "reason"),
                (
                    (
                        str(bad.number),
                        bad.what,
                        bad.treatment,
                        bad.how,
                        ", ".join(f"[`{reason}`](reasons.md)" for reason in bad.reasons),
                    )
                    for bad in listed()
                ),
            ),
            "",
        ]
    )


def measures(frame: pd.DataFrame) -> str:
    """Return the page about measures.

    Args:
        frame: what `analyses.measures.read_measures` gives.
    """
    lines = [
        "# Measures",
        "",
        "Printed from the dbt project, like the glossary and the notes on the pages. Effects of "
        "mentoring are no measures of this list: see [impact](../explanation/impact.md).",
    ]
    number = frame["theme"].str.split().str[0].astype(int)
    for _, members in frame.groupby(number, sort=True):
        lines += ["", f"## {members['theme'].iloc[0]}"]
        for row in members.to_dict("records"):
            lines += [
                "",
                f"### `{row['measure']}`",
                "",
                f"**{row['label']}.** {row['sentence']}",
                "",
                *_table(
                    ("", ""),
                    [
                        (title, str(row[title]))
                        for title in (
                            "formula",
                            "numerator",
                            "denominator",
                            "unit",
                            "direction",
                            "interval",
                            "standard",
                            "needs",
                        )
                    ],
                ),
                "",
                f"Lineage: {row['lineage'].replace(' > ', ' → ')}",
            ]
    return "\n".join(lines)


def expectations() -> str:
    """Return the page about the gate's expectations."""
    lines = [
        "# Expectations",
        "",
        "What each export promises. A broken *critical* promise refuses the build with exit code "
        "1; a broken *warning* is shown on the analyst's page. A table that is absent promises "
        "nothing, and a promise about two tables needs both.",
        "",
        "The promises that follow from the contract alone repeat what ingest already enforces by "
        "quarantine: they check ingest itself.",
        "",
        "Thresholds are those without an `expectations` section in `mentorship.yml` "
        "([which](configuration.md#expectations)); its `critical` lets a warning refuse the build.",
        "",
        "## Beside earlier loads",
        "",
        "Asked of every table that an earlier load held, here of a `job_history` that had 1,000 "
        "rows. `has_no_new_value` and `keeps_its_values` are asked of `watched_columns`, and "
        "`each_source_reaches_as_of` where a source says `stale_after_days`. "
        "[How loads are compared](../how-to/read-a-refused-build.md#a-load-differs-from-the-last).",
        "",
        *_promises(_beside_earlier_loads()),
    ]
    for table in TABLES.values():
        lines += ["", f"## {table.name}"]
        beyond = beyond_the_contract(table.name, ExpectationsConfig())
        if beyond:
            lines += ["", *_promises(beyond)]
        lines += ["", "From the contract:", ""]
        lines += [f"- {_contract_line(promise)}" for promise in contract_promises(table, 0)]
    return "\n".join(lines)


def _beside_earlier_loads() -> list[Promise]:
    """Return what a job history promises once there was one before, and a source with a limit."""
    limits = ExpectationsConfig()
    known = Known(
        {"job_history": 1000},
        {"job_history": {"department": {}}},
        sources=(SourceLimit("job_history", (), 31),),
        months={"job_history": {}},
        months_as_of=dt.date(2026, 6, 30),
    )
    always = beyond_the_contract("job_history", limits)
    return [p for p in beyond_the_contract("job_history", limits, known) if p not in always]


def _promises(promises: Iterable[Promise]) -> list[str]:
    return _table(
        ("severity", "expectation", "promise", "when it is broken"),
        ((p.severity, f"`{p.name}`", p.sentence, p.to_do) for p in promises),
    )


def commands() -> str:
    """Return the page about the command line."""
    lines = [
        "# Commands",
        "",
        "`.venv/bin/mentorship` in the checkout. `make demo` and `make test` create it.",
        "",
        "## Exit codes",
        "",
        *_table(("code", "meaning"), ((str(code), said) for code, said in EXIT_CODES)),
        "",
        *_help(command, "mentorship"),
    ]
    for name, subcommand in sorted(command.commands.items()):
        lines += ["", *_help(subcommand, f"mentorship {name}")]
    return "\n".join(lines)


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
    ]
    for table in RESULTS.values():
        key = ", ".join(f"`{column}`" for column in table.key)
        lines += [
            "",
            f"## {table.name}",
            "",
            f"{table.grain} Key: {key}.",
            "",
            *_table(
                ("column", "type", "meaning", "unit"),
                ((f"`{c.name}`", c.kind, _meaning(c), c.unit.sentence) for c in table.columns),
            ),
        ]
    return "\n".join(lines)


def _meaning(column: ResultColumn) -> str:
    """Return what a column of a result table means, and each word that it may hold."""
    words = (f"`{value.name}`: {value.sentence}" for value in column.values)
    return " ".join([column.sentence, *words])


def _section(path: str, section: type[BaseModel]) -> list[str]:
    """Return a section's keys, and after them the sections inside it."""
    inner: list[tuple[str, type[BaseModel]]] = []
    rows = []
    for key, field in section.model_fields.items():
        below = _section_in(field.annotation)
        if below is not None:
            inner.append((f"{path}{key}", below))
        rows.append(
            (
                f"`{key}`",
                f"section [{path}{key}](#{_anchor(f'{path}{key}')})"
                if below is not None
                else _kind(field.annotation) + _limits(field.metadata),
                _default(field, has_section=below is not None),
                field.description or (inspect.getdoc(below) if below else "") or "",
            )
        )
    title = path.rstrip(".") or "The file"
    about = [] if not path else [inspect.getdoc(section) or "", ""]
    lines = ["", f"## {title}", "", *about]
    lines += _table(("key", "value", "without it", "meaning"), rows)
    for name, below in inner:
        lines += _section(f"{name}.", below)
    return lines


def _section_in(annotation: Any) -> type[BaseModel] | None:
    """Return the section that a key holds, alone or as a list of them."""
    for part in (annotation, *get_args(annotation)):
        if isinstance(part, type) and issubclass(part, Section):
            return part
    return None


def _kind(annotation: Any) -> str:
    """Return a type in words."""
    names: dict[Any, str] = {
        str: "text",
        int: "whole number",
        float: "number",
        bool: "true or false",
    }
    origin, parts = get_origin(annotation), get_args(annotation)
    if annotation in names:
        return names[annotation]
    if origin in (Union, types.UnionType):
        return " or ".join(_kind(part) for part in parts if part is not type(None))
    if origin is Literal:
        return ", ".join(f"`{part}`" for part in parts)
    if origin is tuple:
        return f"list of {_kind(parts[0])}"
    if origin is dict:
        return f"mapping of {_kind(parts[0])} to {_kind(parts[1])}"
    return "date" if annotation.__name__ == "date" else str(annotation.__name__)


def _limits(metadata: Sequence[Any]) -> str:
    words = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
    said = [
        f"{word} {getattr(limit, name):g}"
        for limit in metadata
        for name, word in words.items()
        if hasattr(limit, name)
    ]
    return f", {' and '.join(said)}" if said else ""


def _default(field: Any, *, has_section: bool) -> str:
    if field.is_required():
        return "**required**"
    if has_section or field.default is PydanticUndefined:
        return "its defaults"
    if field.default in (None, (), {}):
        return "nothing"
    flow = yaml.safe_dump(_plain(field.default), default_flow_style=True, width=10_000)
    return f"`{flow.strip().removesuffix('...').strip()}`"


def _plain(default: Any) -> Any:
    return [_plain(part) for part in default] if isinstance(default, tuple) else default


def _expected(code: str) -> str:
    """Return what a reason without words of its own expects, as the quarantine says it."""
    is_of_kind = code in UNREADABLE.values()
    return "what the column's kind says" if is_of_kind else "an answer on the scale of its item"


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
    return _table(("turn", "what it makes", "columns besides those of its table"), rows)


def _said(column: Column) -> str:
    return column.meaning + (f" ({', '.join(column.codes)})" if column.codes else "")


def _preset(name: str, preset: Preset) -> list[str]:
    """Return one preset: its headers, what it leaves to the user, and where it is documented."""
    fills = f"Fills {preset.table or 'any table'}"
    turned = "" if preset.turn is None else f" by the turn `{preset.turn}`"
    own = "" if preset.columns else " Its headers are the columns' own names."
    lines = ["", f"## {name}", "", _opening(name), "", f"{fills}{turned}.{own}"]
    if preset.columns:
        lines += ["", *_table(("column", "header"), _headers(preset))]
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


def _canonical(table: Table) -> list[str]:
    """Return one canonical table: what it is, and its columns."""
    needed = " **Required.**" if table.is_required else ""
    key = ", ".join(f"`{name}`" for name in table.key)
    return [
        "",
        f"### {table.name}",
        "",
        f"{table.grain}{needed} A row is named by {key}.",
        "",
        *_table(
            ("column", "kind", "meaning", "in the raw database"),
            (
                (
                    f"`{column.name}`" + (" *" if column.is_required else ""),
                    f"code: {', '.join(column.codes)}" if column.codes else column.kind,
                    column.meaning,
                    "stays in ingest" if column.is_identifying else f"`{column.raw_name}`",
                )
                for column in table.columns
            ),
        ),
    ]


def _kinds() -> dict[Kind, str]:
    """Return what is read as each kind, in the words of ingest's own errors."""
    spelled: tuple[Kind, ...] = ("date", "timestamp", "integer", "number", "boolean")
    said = {kind: expected_of(Column("", kind, ""), date_format=None) for kind in spelled}
    return {
        **said,
        "date": f"{said['date']}, or as the source's `date_format` says",
        "timestamp": f"{said['timestamp']}, or as `date_format` says; kept in UTC",
        "code": "one of the table's own words, or what `values:` maps to one",
        "person": "an employee id or an e-mail",
        "id": "text, as it is",
        "text": "text, as it is; e-mails in it are taken out",
    }


def _contract_line(promise: Promise) -> str:
    return f"{promise.severity}: {promise.sentence}"


def _help(subcommand: click.Command, name: str) -> list[str]:
    # How help is asked for is said once, for the whole command.
    context = click.Context(
        subcommand, info_name=name, terminal_width=90, **command.context_settings
    )
    return [f"## {name}", "", "```text", subcommand.get_help(context).strip(), "```"]


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return rows as a Markdown table."""
    return [
        _row(header),
        _row(["---"] * len(header)),
        *(_row([cell.replace("|", "\\|").replace("\n", " ") for cell in row]) for row in rows),
    ]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _anchor(title: str) -> str:
    """Return the anchor that Markdown renderers give a heading."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def write(texts: Mapping[str, str]) -> None:
    """Write the pages into docs/reference, and remove a page that nothing writes any more."""
    REFERENCE.mkdir(exist_ok=True)
    for old in REFERENCE.glob("*.md"):
        if old.name not in texts:
            old.unlink()
    for name, text in texts.items():
        (REFERENCE / name).write_text(text, encoding="utf-8")
    MEANINGS_OF_REASONS.write_text(meanings_of_reasons(), encoding="utf-8")


def meanings_of_reasons() -> str:
    """Return what the analyst's page reads, since pages know nothing of ingest."""
    meanings = {reason.code: reason.meaning for reason in REASONS.values()}
    meanings[DUPLICATE] = "the record says what another one says, and counts once"
    return json.dumps(meanings, indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    """Write every page."""
    with tempfile.TemporaryDirectory() as folder:
        write(pages(parse_project(Path(folder))))


if __name__ == "__main__":
    main()
