"""The page of a build that the gate refused: one file that stands alone."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from markupsafe import Markup

from reports.layout import ASSETS, environment
from reports.pages.analyst import checks


def render_gate(gates: pd.DataFrame, page: Path, *, organization: str) -> None:
    """Write the page that says which checks refused a build and what to do about each.

    Args:
        gates: one row per expectation, as in the results.
        page: the file to write; its folder must exist.
        organization: the name shown on the page.
    """
    found = checks(gates)
    text = (
        environment()
        .get_template("gate.html")
        .render(
            organization=organization,
            critical=[c for c in found if not c.is_met and c.severity == "critical"],
            warnings=[c for c in found if not c.is_met and c.severity != "critical"],
            met_n=sum(c.is_met for c in found),
            # Our own style sheet, so that the file needs nothing beside it.
            style=Markup((ASSETS / "site.css").read_text(encoding="utf-8")),  # noqa: S704
        )
    )
    page.write_text(text, encoding="utf-8")
