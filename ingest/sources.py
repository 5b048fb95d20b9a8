"""The exports a workspace declares: found inside it, fingerprinted, and checked to make sense.

Nothing heavy is imported here: a build that has nothing to do gets no further than this module.
"""

from __future__ import annotations

import difflib
import hashlib
import zoneinfo
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ingest.contract import TABLES
from ingest.presets import Preset, preset_names, read_preset
from mentorship.config import SourceConfig, WorkspaceConfig
from mentorship.errors import ConfigError, Place

CONFIG_NAME = "mentorship.yml"
CHUNK_BYTES = 1 << 22


@dataclass(frozen=True)
class InputFile:
    """One export as it was read.

    Attributes:
        path: where it lies, relative to the workspace.
        sha256: hash of its bytes.
        size_bytes: its size.
        rows: source records in it, however they ended.
    """

    path: str
    sha256: str
    size_bytes: int
    rows: int


def input_files(config: WorkspaceConfig, *, root: Path) -> list[tuple[SourceConfig, list[Path]]]:
    """Return each source with the files it names, in the order in which they are read.

    Raises:
        ConfigError: a source names an unknown table, preset, column or time zone, a file that is
            not there, or a file outside the workspace.
    """
    for source in config.sources:
        check_source(source)
    return [(source, _files_of(source, root=root)) for source in config.sources]


def fingerprint(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Return the one of the names that looks most like this one, or None when none does."""
    by_fold = {known.casefold(): known for known in names}
    close = difflib.get_close_matches(name.casefold(), list(by_fold), n=1, cutoff=0.5)
    return by_fold[close[0]] if close else None


def check_source(source: SourceConfig) -> None:
    """Refuse a source whose table, preset, columns, time zone or delimiter do not exist."""
    if source.table not in TABLES:
        raise _unknown("table", source.table, TABLES, source)
    if source.preset not in preset_names():
        raise _unknown("preset", source.preset, preset_names(), source)
    preset = read_preset(source.preset)
    if preset.table not in (None, source.table):
        raise ConfigError(
            f"Preset {source.preset} fills the table {preset.table}.",
            place=_place(source),
            found=source.table,
            expected=str(preset.table),
        )
    _check_columns(source, preset)
    if source.timezone is not None and source.timezone not in zoneinfo.available_timezones():
        raise _unknown("time zone", source.timezone, zoneinfo.available_timezones(), source)
    if source.delimiter is not None and len(source.delimiter) != 1:
        raise ConfigError(
            "A delimiter is one character.", place=_place(source), found=repr(source.delimiter)
        )


def _check_columns(source: SourceConfig, preset: Preset) -> None:
    columns = [column.name for column in TABLES[source.table].columns]
    for name in (*source.columns, *source.values, *source.constants):
        if name not in columns:
            raise _unknown(f"column of {source.table}", name, columns, source)
    for name in source.columns:
        if name in source.constants:
            raise ConfigError(
                f"{name} is given both as a column and as a constant.",
                place=_place(source),
                to_do="keep one of the two",
            )
    if source.items and not preset.is_wide:
        raise ConfigError(
            "`items` renames the questions of a wide survey export.",
            place=_place(source),
            found=f"preset {source.preset}, which is not one",
            to_do="remove `items`, or name the preset of the survey tool",
        )


def _files_of(source: SourceConfig, *, root: Path) -> list[Path]:
    """Return the files a source names, sorted; each lies inside the workspace."""
    pattern = source.path
    if Path(pattern).is_absolute() or ".." in Path(pattern).parts:
        raise ConfigError(
            "A source lies outside the workspace.",
            place=_place(source),
            found=pattern,
            expected="a path relative to the workspace, without ..",
        )
    given = root / pattern
    found = [given] if given.is_file() else sorted(p for p in root.glob(pattern) if p.is_file())
    if not found:
        raise _missing(source, root=root)
    for path in found:
        if not path.resolve().is_relative_to(root.resolve()):
            raise ConfigError(
                "A source is a link that leaves the workspace.",
                place=_place(source),
                found=str(path.relative_to(root)),
                to_do="copy the export into the workspace",
            )
    return found


def _missing(source: SourceConfig, *, root: Path) -> ConfigError:
    hidden = {"state", "releases", "site"}
    there = [
        path.relative_to(root).as_posix()
        for top in sorted(root.iterdir() if root.is_dir() else [])
        if top.name not in hidden and not top.name.startswith(".")
        for path in ([top] if top.is_file() else sorted(top.rglob("*")))
        if path.is_file() and path.name != CONFIG_NAME
    ]
    near = nearest(source.path, there)
    return ConfigError(
        f"The file of a source of {source.table} is not there.",
        place=_place(source),
        found="no file " + source.path,
        expected="a file in the workspace; the nearest is " + near if near else None,
        to_do="put the export there, or correct the path in " + CONFIG_NAME,
    )


def _unknown(what: str, name: str, names: Iterable[str], source: SourceConfig) -> ConfigError:
    known = sorted(names)
    near = nearest(name, known)
    return ConfigError(
        f"Unknown {what}: {name}.",
        place=_place(source),
        found=name,
        expected=f"one of {', '.join(known)}" if len(known) <= 40 else None,
        to_do=f"did you mean {near}?" if near else "see docs/reference/tables.md",
    )


def _place(source: SourceConfig) -> Place:
    return Place(f"{CONFIG_NAME} (source {source.table}: {source.path})")
