"""The front page: what this is, where it stands, and who should read on where."""

from __future__ import annotations

from dataclasses import dataclass

from reports.findings import Finding, findings
from reports.pages.leadership import Headline, headlines
from reports.view import View


@dataclass(frozen=True)
class Index:
    """What the front page says."""

    findings: tuple[Finding, ...]
    headlines: tuple[Headline, ...]


def index(view: View) -> Index:
    """Return what the front page says."""
    return Index(findings(view), headlines(view, with_charts=False))
