"""The exports a workspace declares: found where they may lie, fingerprinted, and checked.

Nothing heavy is imported here: a build that has nothing to do gets no further than this module,
unless it must ask a remote place.
"""

from __future__ import annotations

import shutil
import time
import zoneinfo
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from ingest.columns.histories.columns import columns_read
from ingest.columns.presets import Preset, kin_of, preset_names, read_preset
from ingest.columns.presets.soundness import check_preset, check_table
from ingest.contract import TABLES
from ingest.files.local import (
    FileMissing,
    LocalFile,
    SourceFile,
    all_missing,
    allowed_folders,
    files_of,
    place_of,
)
from ingest.files.remote.addresses import is_remote, read_address
from ingest.files.remote.credentials import check_name
from ingest.names import unknown
from workspace.config import SourceConfig, WorkspaceConfig
from workspace.errors import ConfigError

if TYPE_CHECKING:
    from ingest.files.remote.downloads import Downloads, RemoteCopy

DOWNLOADS = Path("state/downloads")


@dataclass(frozen=True)
class InputFile:
    """One export as it was read.

    Attributes:
        path: how it is shown: relative to the workspace, or an address.
        sha256: hash of its bytes.
        size_bytes: its size.
        rows: source records in it, however they ended.
    """

    path: str
    sha256: str
    size_bytes: int
    rows: int


class Sources:
    """The files that the sources of a workspace name: found once, the same for a whole run.

    A context: what was downloaded is deleted when it ends, however it ends.

    Args:
        config: the workspace's configuration.
        root: the workspace.
        forget: download every remote file anew, whatever its place says of its version.
        wait: waits for a number of seconds before something is tried again.
    """

    def __init__(
        self,
        config: WorkspaceConfig,
        *,
        root: Path,
        forget: bool = False,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._config = config
        self._root = root
        self._forget = forget
        self._wait = wait
        self._downloads: Downloads | None = None
        self._found: list[tuple[SourceConfig, list[SourceFile]]] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._downloads is not None:
            self._downloads.close()
        elif not any(is_remote(source.path) for source in self._config.sources):
            # What a build with remote sources left behind when it was killed.
            shutil.rmtree(self._root / DOWNLOADS, ignore_errors=True)

    def files(self) -> list[tuple[SourceConfig, list[SourceFile]]]:
        """Return each source with the files it names, in the order in which they are read.

        Raises:
            ConfigError: a source names an unknown table, preset, column or time zone, a file that
                is not there, a file where none may be read, or an address with a secret in it.
            EnvironmentFailed: a remote place cannot be reached or does not let us in.
        """
        if self._found is None:
            for source in self._config.sources:
                check_source(source, root=self._root)
            self._found = self._find()
        return self._found

    def hashes(self) -> dict[str, str]:
        """Return the SHA-256 of every file by the name under which it is shown, sorted."""
        files = {file.shown: file for _, found in self.files() for file in found}
        return {shown: files[shown].sha256() for shown in sorted(files)}

    def discard(self) -> None:
        """Delete what was downloaded, as soon as it has been read."""
        if self._downloads is not None:
            self._downloads.discard()

    def _find(self) -> list[tuple[SourceConfig, list[SourceFile]]]:
        folders = allowed_folders(self._config, self._root)
        local: dict[int, list[LocalFile]] = {}
        missing: list[FileMissing] = []
        for number, source in enumerate(self._config.sources):
            if is_remote(source.path):
                continue
            try:
                local[number] = files_of(source, root=self._root, folders=folders)
            except FileMissing as error:
                missing.append(error)
        if missing:
            raise all_missing(missing)
        remote = self._find_remote()
        return [
            (source, list(local[number] if number in local else remote[number]))
            for number, source in enumerate(self._config.sources)
        ]

    def _find_remote(self) -> dict[int, list[RemoteCopy]]:
        """Return the remote files of each remote source, by the source's number."""
        asked = {n: s for n, s in enumerate(self._config.sources) if is_remote(s.path)}
        if not asked:
            return {}
        from ingest.files.remote.downloads import Downloads, named_apart

        self._downloads = Downloads(
            self._root / DOWNLOADS, self._config.ingest, wait=self._wait, forget=self._forget
        )
        found = {n: self._downloads.files(s, place=place_of(s)) for n, s in asked.items()}
        self._downloads.keep_known([copy for copies in found.values() for copy in copies])
        return named_apart(found)


def check_source(source: SourceConfig, *, root: Path | None = None) -> None:
    """Refuse a source whose preset, columns, time zone or delimiter do not exist.

    An address that holds a secret, or leads nowhere, is refused before anything else. The presets
    are ours and those of the workspace, where one is given.
    """
    if is_remote(source.path):
        read_address(source.path, place=place_of(source))
        if source.credentials is not None:
            check_name(source.credentials, place=place_of(source))
    elif source.credentials is not None:
        raise ConfigError(
            "A source in the workspace needs no credentials.",
            place=place_of(source),
            to_do="remove `credentials`, or write an address as the path",
        )
    kin = kin_of(source.preset, table=source.table, root=root)
    if source.preset not in preset_names(root) and len(kin) != 1:
        raise _unknown("preset", source.preset, kin or preset_names(root), source)
    preset = read_preset(source.preset, table=source.table, root=root)
    check_table(preset)
    if preset.table not in (None, source.table):
        kin = kin_of(source.preset.split("_")[0], table=source.table, root=root)
        raise ConfigError(
            f"Preset {source.preset} fills the table {preset.table}.",
            place=place_of(source),
            found=source.table,
            expected=str(preset.table),
            to_do=f"for {source.table} there is {' and '.join(kin)}" if kin else None,
        )
    check_preset(preset, TABLES[source.table])
    _check_columns(source, preset)
    if source.timezone is not None and source.timezone not in zoneinfo.available_timezones():
        raise _unknown("time zone", source.timezone, zoneinfo.available_timezones(), source)
    if source.delimiter is not None and len(source.delimiter) != 1:
        raise ConfigError(
            "A delimiter is one character.", place=place_of(source), found=repr(source.delimiter)
        )


def _check_columns(source: SourceConfig, preset: Preset) -> None:
    table = TABLES[source.table]
    read = (*columns_read(table, preset), *table.columns)
    columns = list(dict.fromkeys(column.name for column in read))
    for name in (*source.columns, *source.values, *source.constants):
        if name not in columns:
            raise _unknown(f"column of {source.table}", name, columns, source)
    for name in source.columns:
        if name in source.constants:
            raise ConfigError(
                f"{name} is given both as a column and as a constant.",
                place=place_of(source),
                to_do="keep one of the two",
            )
    _check_parts(source, columns)
    if source.items and not preset.is_wide:
        raise ConfigError(
            "`items` renames the questions of a wide survey export.",
            place=place_of(source),
            found=f"preset {source.preset}, which is not one",
            to_do="remove `items`, or name the preset of the survey tool",
        )


def _check_parts(source: SourceConfig, columns: Iterable[str]) -> None:
    """Refuse records that are to be taken apart by columns which cannot tell how."""
    for name in (*source.each_of, *source.split, *source.incomplete_dates):
        if name not in columns:
            raise _unknown(f"column of {source.table}", name, columns, source)
    for name in (*source.each_of, *source.split):
        if name in source.constants or (name in source.each_of and name in source.columns):
            raise ConfigError(
                f"{name} is given twice.",
                place=place_of(source),
                to_do="keep its headers under `each_of`, or one header under `columns`",
            )
    lengths = {len(headers) for headers in source.each_of.values()}
    if lengths and (len(lengths) > 1 or 0 in lengths):
        raise ConfigError(
            "The columns of `each_of` do not go together.",
            place=place_of(source),
            found=f"{' and '.join(map(str, sorted(lengths)))} headers",
            expected="as many headers for each column, and one at least",
        )
    for name, signs in source.split.items():
        if not signs or (isinstance(signs, tuple) and "" in signs):
            raise ConfigError(
                f"Nothing is no sign by which {name} can be split.",
                place=place_of(source),
                expected='a sign such as ";"',
            )


def _unknown(what: str, name: str, names: Iterable[str], source: SourceConfig) -> ConfigError:
    return unknown(
        f"Unknown {what}: {name}.",
        name,
        names,
        place=place_of(source, name),
        guide="docs/reference/tables.md",
    )
