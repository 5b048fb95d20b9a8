"""Presets: how each vendor lays its exports out, one YAML file each, data and not code.

A preset only fills in what the user leaves unsaid; it never overrides the workspace's own mapping.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

FOLDER = Path(__file__).parent


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SetAside(_Part):
    """Records that the vendor marks as not meant to count.

    Attributes:
        header: the column that marks them.
        values: what it then says; case is ignored.
        reason: the reason code they go to quarantine with.
    """

    header: str
    values: tuple[str, ...]
    reason: str


class Duration(_Part):
    """The column that says how long an answer took, and what is too fast to be believed."""

    header: str
    seconds_per_item_min: float


class Preset(_Part):
    """How one vendor lays an export out.

    Attributes:
        vendor: whose export it is.
        evidence: where its headers are documented.
        layout: how the header rows are found.
        table: the one canonical table it fills; None fits any.
        is_wide: each header that is not otherwise used is a question, each record a response.
        columns: canonical column: headers that may hold it; the first that is filled counts.
        constants: canonical column: value of every record; `{file_stem}` is the file's name.
        not_items: headers of a wide export that are never questions.
        not_item_parts: parts of headers that the vendor derives from a question.
        set_aside: records not meant to count.
        duration: how long a response took.
    """

    vendor: str
    evidence: str
    layout: Literal["table", "qualtrics"]
    table: str | None = None
    is_wide: bool = False
    columns: dict[str, tuple[str, ...]] = {}
    constants: dict[str, str] = {}
    not_items: tuple[str, ...] = ()
    not_item_parts: tuple[str, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    duration: Duration | None = None


@cache
def preset_names() -> tuple[str, ...]:
    """Return the names of the presets, sorted."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yml")))


@cache
def read_preset(name: str) -> Preset:
    """Return the preset of that name; `KeyError` where there is none."""
    if name not in preset_names():
        raise KeyError(name)
    text = (FOLDER / f"{name}.yml").read_text(encoding="utf-8")
    return Preset.model_validate(yaml.safe_load(text))
