"""The page about the canonical tables."""

from __future__ import annotations

from docs.generate.markdown import table_of
from ingest.columns.casts import expected_of
from ingest.contract import LINEAGE, TABLES, Column, Kind, Table
from ingest.people.crosswalk import IDENTITIES
from ingest.people.identity import RULES


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
        *table_of(("kind", "what is read"), ((kind, said) for kind, said in _kinds().items())),
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
        *table_of(("rule", "what it says"), ((f"`{rule}`", said) for rule, said in RULES.items())),
    ]


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
        *table_of(
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
    spelled: tuple[Kind, ...] = ("date", "timestamp", "integer", "year", "number", "boolean")
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
