"""The one Jinja environment: everything is escaped, and a name that does not exist is an error."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from reports import formats

ROOM = Path(__file__).parent
ASSETS = ROOM / "assets"


def environment() -> Environment:
    """Return the environment that lays out every page."""
    jinja = Environment(
        loader=FileSystemLoader(ROOM / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    jinja.filters.update(
        count=formats.count, day=formats.day, listing=formats.listing, plural=formats.plural
    )
    return jinja
