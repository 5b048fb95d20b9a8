"""The glossary: every measure of the release, as the dbt project defines it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from reports.definitions import Definition
from reports.view import View


@dataclass(frozen=True)
class Theme:
    """The measures of one theme."""

    name: str
    definitions: tuple[Definition, ...]


@dataclass(frozen=True)
class Glossary:
    """What the glossary says."""

    themes: tuple[Theme, ...]


def glossary(view: View) -> Glossary:
    """Return every definition, by theme."""
    grouped = groupby(view.catalog, key=lambda definition: definition.theme_name)
    return Glossary(tuple(Theme(name or "Measures", tuple(found)) for name, found in grouped))
