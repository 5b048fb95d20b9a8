"""The glossary: every measure as the dbt project defines it, and every term of the estimates."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from reports.definitions import Definition
from reports.terms import TERMS, THEME, followed
from reports.verdicts import LADDER, Verdict
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
    ladder: tuple[Verdict, ...]


def glossary(view: View) -> Glossary:
    """Return every definition, by theme."""
    grouped = groupby(view.catalog, key=lambda definition: definition.theme_name)
    measures = tuple(Theme(name or "Measures", tuple(found)) for name, found in grouped)
    arms = tuple(followed(outcome) for outcome in view.outcomes.primary)
    terms = tuple(term for term in (*TERMS, *arms) if term.measure not in view.catalog)
    return Glossary((*measures, Theme(THEME, terms)), LADDER)
