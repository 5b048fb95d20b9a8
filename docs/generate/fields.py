"""What a key of a configuration may hold, in words."""

from __future__ import annotations

import types
from collections.abc import Sequence
from typing import Any, Literal, Union, get_args, get_origin

import yaml
from pydantic_core import PydanticUndefined


def kind_of(annotation: Any) -> str:
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
        return " or ".join(kind_of(part) for part in parts if part is not type(None))
    if origin is Literal:
        return ", ".join(f"`{part}`" for part in parts)
    if origin is tuple:
        return f"list of {kind_of(parts[0])}"
    if origin is dict:
        return f"mapping of {kind_of(parts[0])} to {kind_of(parts[1])}"
    return "date" if annotation.__name__ == "date" else str(annotation.__name__)


def limits_of(metadata: Sequence[Any]) -> str:
    """Return what else a value must be, as in `, at least 1`."""
    words = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
    said = [
        f"{word} {getattr(limit, name):g}"
        for limit in metadata
        for name, word in words.items()
        if hasattr(limit, name)
    ]
    return f", {' and '.join(said)}" if said else ""


def default_of(field: Any, *, has_section: bool) -> str:
    """Return what holds where a key is not given."""
    if field.is_required():
        return "**required**"
    if field.default is PydanticUndefined or (has_section and field.default is not None):
        return "its defaults"
    if field.default in (None, (), {}):
        return "nothing"
    flow = yaml.safe_dump(_plain(field.default), default_flow_style=True, width=10_000)
    return f"`{flow.strip().removesuffix('...').strip()}`"


def _plain(default: Any) -> Any:
    return [_plain(part) for part in default] if isinstance(default, tuple) else default
