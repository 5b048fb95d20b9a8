"""The page about measures."""

from __future__ import annotations

import pandas as pd

from docs.generate.markdown import table_of


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
                *table_of(
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
