"""The one Jinja environment: everything is escaped, and a name that does not exist is an error."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from analyses import verdicts
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
    jinja.globals["limits"] = verdicts
    jinja.filters.update(
        count=formats.count,
        day=formats.day,
        listing=formats.listing,
        plural=formats.plural,
        coded=coded,
        pathlike=pathlike,
    )
    return jinja


def coded(text: str) -> Markup:
    """Return text with what stands between backticks as code, and all of it escaped."""
    parts = str(text).split("`")
    if len(parts) % 2 == 0:  # a backtick without its second is a sign like any other
        return escape(text)
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if i % 2 else escape(part)
        for i, part in enumerate(parts)
    )


def pathlike(path: str) -> Markup:
    """Return a path, escaped, that may be broken after its folders and nowhere else."""
    return Markup("/<wbr>").join(str(path).split("/"))
