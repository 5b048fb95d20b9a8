"""The page about `mentorship.yml`."""

from __future__ import annotations

import inspect
from typing import Any, get_args

from pydantic import BaseModel

from docs.generate.fields import default_of, kind_of, limits_of
from docs.generate.markdown import anchor_of, table_of
from workspace.config import Section, WorkspaceConfig


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


def _section(path: str, section: type[BaseModel]) -> list[str]:
    """Return a section's keys, and after them the sections inside it."""
    inner: list[tuple[str, type[BaseModel]]] = []
    rows = []
    for name, field in section.model_fields.items():
        key = field.alias or name
        below = _section_in(field.annotation)
        if below is not None:
            inner.append((f"{path}{key}", below))
        rows.append(
            (
                f"`{key}`",
                f"section [{path}{key}](#{anchor_of(f'{path}{key}')})"
                if below is not None
                else kind_of(field.annotation) + limits_of(field.metadata),
                default_of(field, has_section=below is not None),
                field.description or (inspect.getdoc(below) if below else "") or "",
            )
        )
    title = path.rstrip(".") or "The file"
    about = [] if not path else [inspect.getdoc(section) or "", ""]
    lines = ["", f"## {title}", "", *about]
    lines += table_of(("key", "value", "without it", "meaning"), rows)
    for name, below in inner:
        lines += _section(f"{name}.", below)
    return lines


def _section_in(annotation: Any) -> type[BaseModel] | None:
    """Return the section that a key holds, alone or as a list of them."""
    for part in (annotation, *get_args(annotation)):
        if isinstance(part, type) and issubclass(part, Section):
            return part
    return None
