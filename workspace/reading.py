"""The reading of `mentorship.yml`: what it cannot say is refused in plain words, with its line."""

from __future__ import annotations

import datetime as dt
import difflib
from pathlib import Path
from typing import TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from workspace.config import (
    REFERENCE,
    SECRETS,
    NoticeConfig,
    ReportConfig,
    Section,
    WorkspaceConfig,
)
from workspace.document import Document, read_document
from workspace.errors import ConfigError, Place

SectionT = TypeVar("SectionT", bound=Section)


def read_config(path: Path) -> WorkspaceConfig:
    """Return the configuration in a `mentorship.yml`.

    Raises:
        ConfigError: the file is missing, is not YAML, or says something it cannot say.
    """
    try:
        document = read_document(path)
    except FileNotFoundError as error:
        raise ConfigError(
            "There is no configuration here.",
            place=Place(path),
            expected="a file mentorship.yml",
            to_do="run `mentorship init DIR`, or name the workspace with -C",
        ) from error
    if not isinstance(document.content, dict):
        raise ConfigError(
            "The configuration holds no keys.",
            place=Place(path),
            found=_KINDS.get(type(document.content), "a text"),
            expected="keys such as organization and sources",
            to_do="write them, or take them from a file that `mentorship init DIR` writes",
        )
    try:
        config = WorkspaceConfig.model_validate(document.content)
    except ValidationError as error:
        raise _config_error(document, error) from error
    config.remember(document)
    return config


def read_notice(path: Path) -> NoticeConfig | None:
    """Return the section `notice` of a `mentorship.yml`, whatever else is wrong in the file.

    Raises:
        FileNotFoundError: there is no such file.
        ConfigError: it is not YAML, or the section says something it cannot say.
    """
    return _read_section(path, "notice", NoticeConfig)


def read_report(path: Path) -> ReportConfig:
    """Return the section `report` of a `mentorship.yml`, as `read_notice` does; its defaults else.

    Raises:
        FileNotFoundError, ConfigError: as `read_notice`.
    """
    return _read_section(path, "report", ReportConfig) or ReportConfig()


def _read_section(path: Path, name: str, kind: type[SectionT]) -> SectionT | None:
    document = read_document(path)
    said = document.content.get(name) if isinstance(document.content, dict) else None
    if said is None:
        return None
    try:
        return kind.model_validate(said)
    except ValidationError as error:
        raise _config_error(document, error, within=(name,)) from error


def _config_error(
    document: Document, error: ValidationError, *, within: tuple[str, ...] = ()
) -> ConfigError:
    """Return the first problem pydantic found, in our words, with the nearest valid key."""
    errors = error.errors()
    for one in errors:
        one["loc"] = (*within, *one["loc"])
    # A misspelled key is also a missing one; its spelling says more.
    first = next((e for e in errors if e["type"] == "extra_forbidden"), errors[0])
    # Of several ways to write a value each has its error; the keys of all are the same.
    is_there = first["type"] not in ("missing", "extra_forbidden")
    loc = document.known_part(first["loc"]) if is_there else first["loc"]
    keys = [str(part) for part in loc]
    where = ".".join(keys)
    if first["type"] == "extra_forbidden":
        fields = _section_at(loc[:-1]).model_fields
        valid = sorted(field.alias or name for name, field in fields.items())
        near = difflib.get_close_matches(keys[-1], valid, n=1, cutoff=0.4)
        return ConfigError(
            f"Unknown key {where}.",
            place=document.place(*loc),
            found=keys[-1],
            expected=f"one of {', '.join(valid)}",
            to_do=_instead(keys, near),
        )
    return ConfigError(
        _said(where, first),
        place=document.place(*loc),
        found=_shown_input(keys, first) if keys and is_there else None,
        to_do=REFERENCE,
    )


# What pydantic finds wrong, as the rest of a sentence that begins with the key.
_WRONG = {
    "missing": "is missing",
    "string_type": "must be a text; put it in quotes",
    "string_too_short": "must not be empty",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "date_type": "must be a day that exists, written YYYY-MM-DD",
    "date_parsing": "must be a day that exists, written YYYY-MM-DD",
    "date_from_datetime_parsing": "must be a day that exists, written YYYY-MM-DD",
    "date_from_datetime_inexact": "must be a day that exists, written YYYY-MM-DD",
    "tuple_type": "must be a list, as in [a, b]",
    "too_short": "must have at least {min_length} entry",
    "dict_type": "must hold keys",
    "model_type": "must hold keys",
    "model_attributes_type": "must hold keys",
    "literal_error": "must be {expected}",
    "greater_than": "must be greater than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
}
# What may stand where something else is expected.
_KINDS: dict[type, str] = {
    type(None): "nothing",
    dict: "keys",
    list: "a list",
    bool: "true or false",
    int: "a number",
    float: "a number",
    dt.date: "a day",
    dt.datetime: "a time",
}


def _said(where: str, first: ErrorDetails) -> str:
    """Return a problem as a sentence."""
    if first["type"] in _WRONG:
        return f"{where} {_WRONG[first['type']].format_map(first.get('ctx') or {})}."
    said = first["msg"].removeprefix("Value error, ")
    end = "" if said.endswith("?") else "."
    return f"{where}: {said}{end}" if where else f"{said[:1].upper()}{said[1:]}{end}"


def _instead(keys: list[str], near: list[str]) -> str:
    """Return what to write in place of an unknown key."""
    if keys[0] == "sources" and SECRETS.search(keys[-1]):
        return (
            "remove it: secrets are read from the environment only; `credentials: NAME` says from "
            "which variables"
        )
    return f"did you mean {near[0]}?" if near else "remove the key"


def _shown_input(keys: list[str], first: ErrorDetails) -> str | None:
    """Return what stood at a key, unless it may be a secret."""
    given = first["input"]
    if given is None or isinstance(given, dict | list):
        return _KINDS[type(given)] if first["type"].endswith("_type") else None
    shown = str(given)
    return None if "://" in shown or SECRETS.search(keys[-1]) else shown


def _section_at(loc: tuple[int | str, ...]) -> type[BaseModel]:
    """Return the section that a path of keys leads to."""
    section: type[BaseModel] = WorkspaceConfig
    for key in loc:
        if isinstance(key, int):
            continue
        annotation = section.model_fields[key].annotation
        inner = next((a for a in get_args(annotation) if isinstance(a, type)), annotation)
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            section = inner
    return section
