"""Presets: how each vendor lays its exports out, one YAML file each, data and not code.

A preset only fills in what the user leaves unsaid; it never overrides the workspace's own mapping.
A workspace may hold presets of its own in its folder `presets/`; they come before ours.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    model_validator,
)

from workspace.config import SourceConfig
from workspace.errors import ConfigError, Place

FOLDER = Path(__file__).parent
OWN_FOLDER = "presets"

Turn = Literal["spells", "snapshots", "changes", "latest"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SetAside(_Part):
    """Records that the vendor marks as not meant to count."""

    header: str = Field(description="the column that marks them")
    values: tuple[str, ...] = Field(default=(), description="what it then says; case is ignored")
    is_no: bool = Field(
        default=False,
        description="it then says no, in any language that is known; what is neither yes nor no "
        "is warned of",
    )
    reason: str = Field(description="the reason code they go to quarantine with")


class Duration(_Part):
    """The column that says how long an answer took, and what is too fast to be believed."""

    header: str = Field(description="the column")
    seconds_per_item_min: float = Field(description="fewest seconds a question takes")


class Rewrite(_Part):
    """A way of writing that no format reads, and what it becomes before it is read."""

    pattern: str = Field(description="regular expression (RE2)")
    replacement: str = Field(description="what stands in its place; `\\1` is its first group")


class Preset(_Part):
    """How one vendor lays an export out."""

    vendor: str = Field(description="whose export it is")
    evidence: tuple[str, ...] = Field(
        min_length=1, description="public pages on which its headers are documented"
    )
    layout: Literal["table", "qualtrics", "surveymonkey"] = Field(
        default="table", description="how the header rows are found"
    )
    table: str | None = Field(
        default=None, description="the one canonical table it fills; any without it"
    )
    is_wide: bool = Field(
        default=False,
        description="each header that is not otherwise used is a question, each record a response",
    )
    turn: Turn | None = Field(
        default=None, description="how records become rows where a record is not a row"
    )
    left_on_is: Literal["last_day", "first_day_out"] = Field(
        default="last_day", description="what the day of leaving means in this export"
    )
    begins_with_hire: bool = Field(
        default=True,
        description="a person's first change is the hire, unless the export tells hires itself",
    )
    columns: dict[str, tuple[str, ...]] = Field(
        default={},
        description="canonical column: headers that may hold it; the first that is filled counts. "
        "Without any, the canonical names themselves are looked for",
    )
    constants: dict[str, str] = Field(
        default={},
        description="canonical column: value of every record; `{file_stem}` is the file's name "
        "and `{record}` the record's number",
    )
    composed: dict[str, tuple[str, ...]] = Field(
        default={},
        description="canonical column: other columns that name the record together where the "
        "export has no id; what is kept is a digest under the workspace's key",
    )
    values: dict[str, dict[str, str]] = Field(
        default={},
        description="canonical column: what the export says: what it means; `*` is anything else",
    )
    date_formats: dict[str, tuple[str, ...]] = Field(
        default={},
        description="header: formats its dates may have besides ISO 8601; `*` is any header",
    )
    rewrites: dict[str, tuple[Rewrite, ...]] = Field(
        default={}, description="canonical column: rewritings before it is read, in order"
    )
    sheet: str | None = Field(default=None, description="the sheet of a workbook")
    header_row: int | None = Field(default=None, ge=1, description="the row of the headers")
    records_path: str | None = Field(
        default=None, description="keys that lead to the records of a JSON document"
    )
    not_items: tuple[str, ...] = Field(
        default=(),
        description="headers of a wide export that are never questions. `{question}` stands for "
        "another header, from which the vendor derives this one, `{number}` for digits and `{any}` "
        "for anything",
    )
    not_item_ids: tuple[str, ...] = Field(
        default=(),
        description="the same for the vendor's own ids of columns, where the export says them",
    )
    set_aside: tuple[SetAside, ...] = Field(
        default=(), description="records not meant to count, and why"
    )
    duration: Duration | None = Field(default=None, description="how long a response took")
    leavers_note: str | None = Field(
        default=None, description="which setting of the report brings people who left into it"
    )

    _file: str = PrivateAttr(default="")
    _is_own: bool = PrivateAttr(default=False)

    @property
    def out_after_days(self) -> int:
        """Days from the day of leaving, as this export means it, to the first day out."""
        return 1 if self.left_on_is == "last_day" else 0

    @property
    def file(self) -> str:
        """Its file, as errors show it."""
        return self._file

    @property
    def is_own(self) -> bool:
        """Whether the workspace wrote it."""
        return self._is_own

    @model_validator(mode="after")
    def _turns_into_a_history(self) -> Preset:
        if self.turn in ("spells", "snapshots", "changes") and self.table != "job_history":
            raise ValueError(f"the turn {self.turn} fills the table job_history")
        return self


def preset_names(root: Path | None = None) -> tuple[str, ...]:
    """Return the names of the presets, ours and those of a workspace, sorted."""
    own = () if root is None else _names_in(root / OWN_FOLDER)
    return tuple(sorted({*_names_in(FOLDER), *own}))


def read_preset(name: str, *, table: str | None = None, root: Path | None = None) -> Preset:
    """Return the preset of that name; a workspace's own comes before ours.

    Args:
        name: the preset's name. Where none is called so, or that one fills another table than the
            one asked for, the only preset of that vendor which fills it (`together_people` for
            `together`) is meant.
        table: the canonical table that is to be filled.
        root: the workspace.

    Raises:
        KeyError: there is no such preset.
        ConfigError: a preset of the workspace says something a preset cannot say.
    """
    kin = () if table is None else kin_of(name, table=table, root=root)
    if name not in preset_names(root) and len(kin) == 1:
        return _read(kin[0], root)
    preset = _read(name, root)
    if preset.table in (None, table) or len(kin) != 1:
        return preset
    return _read(kin[0], root)


def kin_of(name: str, *, table: str, root: Path | None = None) -> tuple[str, ...]:
    """Return the presets of the same vendor that fill a table, by their names."""
    others = (other for other in preset_names(root) if other.startswith(f"{name}_"))
    return tuple(other for other in others if _read(other, root).table == table)


def leavers_notes(sources: Iterable[SourceConfig], *, root: Path) -> tuple[str, ...]:
    """Return what the presets of job_history say about bringing people who left into a report."""
    presets = (
        read_preset(source.preset, table=source.table, root=root)
        for source in sources
        if source.table == "job_history"
    )
    return tuple(dict.fromkeys(p.leavers_note for p in presets if p.leavers_note))


def own_presets(root: Path) -> list[Path]:
    """Return the files of a workspace's own presets, sorted."""
    return sorted((root / OWN_FOLDER).glob("*.yml"))


def _read(name: str, root: Path | None) -> Preset:
    if root is not None and name in _names_in(root / OWN_FOLDER):
        return _parse(root / OWN_FOLDER / f"{name}.yml")
    return _read_ours(name)


@cache
def _read_ours(name: str) -> Preset:
    if name not in _names_in(FOLDER):
        raise KeyError(name)
    return _parse(FOLDER / f"{name}.yml")


def _parse(path: Path) -> Preset:
    shown = Place(f"{path.parent.name}/{path.name}")
    try:
        preset = Preset.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(
            "The preset is not readable as YAML.",
            place=shown,
            found=str(getattr(error, "problem", error)),
            to_do="mend the line; docs/how-to/add-a-preset.md has an example",
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise ConfigError(
            f"The preset cannot say this: {where}: {first['msg']}.",
            place=shown,
            expected=f"keys such as {', '.join(list(Preset.model_fields)[:6])}",
            to_do="see docs/how-to/add-a-preset.md",
        ) from error
    preset._file, preset._is_own = str(shown), path.parent != FOLDER
    return preset


def _names_in(folder: Path) -> tuple[str, ...]:
    return tuple(path.stem for path in sorted(folder.glob("*.yml")))
