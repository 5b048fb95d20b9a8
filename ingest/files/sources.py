"""The exports a workspace declares: found where they may lie, fingerprinted, and checked.

Nothing heavy is imported here: a build that has nothing to do gets no further than this module,
unless it must ask a remote place.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import time
import zoneinfo
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from ingest.columns.histories.columns import columns_read
from ingest.columns.presets import Preset, kin_of, preset_names, read_preset
from ingest.columns.presets.soundness import check_preset, check_table, nearest, unknown
from ingest.contract import TABLES
from ingest.files.remote.addresses import is_remote, read_address, shown_path
from ingest.files.remote.credentials import check_name
from workspace.config import SourceConfig, WorkspaceConfig
from workspace.errors import ConfigError, Place

if TYPE_CHECKING:
    from ingest.files.remote.downloads import Downloads, RemoteCopy

CONFIG_NAME = "mentorship.yml"
CHUNK_BYTES = 1 << 22
# Where builds write; no export lies there.
WRITTEN = ("state", "releases", "site")
# Where the system shows itself as files.
SYSTEM = ("/proc", "/sys", "/dev")
DOWNLOADS = Path("state/downloads")
_WILD = re.compile(r"[*?\[]")


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


class SourceFile(Protocol):
    """A file that a source names, wherever it lies."""

    @property
    def shown(self) -> str:
        """How errors, lineage and the ledger name it; no other file has the same name."""
        ...

    @property
    def stem(self) -> str:
        """Its name without folder and ending."""
        ...

    @property
    def remarks(self) -> tuple[str, ...]:
        """What the reader should know of where it came from."""
        ...

    def sha256(self) -> str:
        """Return the hash of its bytes, for which nothing need be downloaded."""
        ...

    def fetched(self) -> Path:
        """Return where it can be read."""
        ...


@dataclass(frozen=True)
class LocalFile:
    """A file of this machine, as `SourceFile`.

    Attributes:
        path: where it lies, with every link followed.
        shown: relative to the workspace, or as the source names it.
        stem: its name without folder and ending.
        remarks: what the reader should know of the files beside it.
    """

    path: Path
    shown: str
    stem: str
    remarks: tuple[str, ...] = ()

    def sha256(self) -> str:
        """Return the hash of its bytes as they are now."""
        return fingerprint(self.path)

    def fetched(self) -> Path:
        """Return where it lies."""
        return self.path


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
        folders = _allowed_folders(self._config, self._root)
        local = {
            number: _files_of(source, root=self._root, folders=folders)
            for number, source in enumerate(self._config.sources)
            if not is_remote(source.path)
        }
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


def fingerprint(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


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
    if source.items and not preset.is_wide:
        raise ConfigError(
            "`items` renames the questions of a wide survey export.",
            place=place_of(source),
            found=f"preset {source.preset}, which is not one",
            to_do="remove `items`, or name the preset of the survey tool",
        )


def _allowed_folders(config: WorkspaceConfig, root: Path) -> tuple[Path, ...]:
    """Return the folders that files may lie in, with every link followed: the workspace first."""
    for folder in config.ingest.allowed_folders:
        if not Path(folder).is_absolute() or ".." in Path(folder).parts:
            raise ConfigError(
                "An allowed folder is not written as an absolute path.",
                place=Place(f"{CONFIG_NAME} (ingest.allowed_folders)"),
                found=folder,
                expected="a path that begins with /, without ..",
            )
    return (root.resolve(), *(Path(folder).resolve() for folder in config.ingest.allowed_folders))


def _files_of(source: SourceConfig, *, root: Path, folders: tuple[Path, ...]) -> list[LocalFile]:
    """Return the files a source names, sorted; each lies in one of the folders."""
    pattern = Path(source.path)
    if ".." in pattern.parts or (pattern.is_absolute() and len(folders) == 1):
        raise ConfigError(
            "A source lies outside the workspace.",
            place=place_of(source),
            found=source.path,
            expected="a path relative to the workspace, without ..",
            to_do="copy the export into the workspace, or write its folder, as an absolute path, "
            "into ingest.allowed_folders",
        )
    given = root / pattern
    anchor = Path(pattern.anchor) if pattern.is_absolute() else root
    if given.is_file():
        matching = [given]
    elif given.exists():
        raise _no_file(source, given)
    else:
        # What lies elsewhere is not even looked for.
        fixed = anchor.joinpath(*takewhile(lambda part: not _WILD.search(part), pattern.parts))
        _refuse_outside(source, fixed, root=root, folders=folders)
        matching = _matching(anchor, pattern, root=root)
    found = [path for path in matching if path == given or not is_by_product(path.name)]
    if not found:
        raise _missing(source, root=root)
    files = [_local_file(source, path, root=root, folders=folders) for path in found]
    passed_n = len(matching) - len(found)
    if passed_n:
        files[0] = replace(files[0], remarks=(_passed_over(passed_n),))
    return files


def is_by_product(name: str) -> bool:
    """Return whether a file is no export but what an office program or macOS puts beside one."""
    return name.startswith(("~$", "._")) or (name.startswith(".~lock.") and name.endswith("#"))


def _passed_over(files_n: int) -> str:
    files = "1 file is" if files_n == 1 else f"{files_n} files are"
    return (
        f"{files} passed over that the source's pattern matches: by their names, an office "
        "program's mark that a file is open, or what macOS puts beside one."
    )


def _no_file(source: SourceConfig, path: Path) -> ConfigError:
    """Return the refusal of a path at which something lies that is no file."""
    kinds = (
        (path.is_dir(), "a folder"),
        (path.is_fifo(), "a pipe"),
        (path.is_socket(), "a socket"),
    )
    return ConfigError(
        f"A source of {source.table} is no file.",
        place=place_of(source),
        found=next((kind for is_it, kind in kinds if is_it), "a device"),
        expected="a file",
        to_do=f"name the files in it, as in {source.path.rstrip('/')}/*.csv"
        if path.is_dir()
        else "put the export there as a file",
    )


def _matching(anchor: Path, pattern: Path, *, root: Path) -> list[Path]:
    """Return the files that a pattern stands for, sorted, without what builds write."""
    relative = pattern.relative_to(pattern.anchor).as_posix()
    if relative in ("", "."):
        return []
    written = [root / name for name in WRITTEN]
    return sorted(
        path
        for path in anchor.glob(relative)
        if path.is_file() and not any(path.is_relative_to(folder) for folder in written)
    )


def _local_file(
    source: SourceConfig, path: Path, *, root: Path, folders: tuple[Path, ...]
) -> LocalFile:
    if not _is_text(str(path.resolve())):
        raise ConfigError(
            "The name of a file is not UTF-8.",
            place=place_of(source),
            found=str(path.name).encode(errors="surrogateescape").decode(errors="backslashreplace"),
            expected="a name, and names of its folders, in UTF-8",
            to_do="rename it",
        )
    _refuse_outside(source, path, root=root, folders=folders)
    real, shown = path.resolve(), _shown(path, root)
    if any(real.is_relative_to(folders[0] / name) for name in WRITTEN):
        raise ConfigError(
            "A source lies where builds write.",
            place=place_of(source),
            found=shown,
            expected=f"an export outside {', '.join(WRITTEN)}",
        )
    return LocalFile(real, shown, path.stem)


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _refuse_outside(
    source: SourceConfig, path: Path, *, root: Path, folders: tuple[Path, ...]
) -> None:
    """Refuse what lies in none of the folders, or where a system shows itself, links followed."""
    real = path.resolve()
    if not any(real.is_relative_to(folder) for folder in folders):
        raise ConfigError(
            "A source is a link that leaves the workspace."
            if path.is_relative_to(root)
            else "A source lies outside the folders that may be read.",
            place=place_of(source),
            found=_shown(path, root),
            to_do="copy the export into the workspace, or write its folder, as an absolute path, "
            "into ingest.allowed_folders",
        )
    if not real.is_relative_to(folders[0]) and any(real.is_relative_to(one) for one in SYSTEM):
        raise ConfigError(
            "A source is no file: the system shows itself there.",
            place=place_of(source),
            found=_shown(path, root),
            expected=f"an export outside {', '.join(SYSTEM)}",
        )


def _shown(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def _missing(source: SourceConfig, *, root: Path) -> ConfigError:
    there = [
        path.relative_to(root).as_posix()
        for top in sorted(root.iterdir() if root.is_dir() else [])
        if top.name not in WRITTEN and not top.name.startswith(".")
        for path in ([top] if top.is_file() else sorted(top.rglob("*")))
        if path.is_file() and path.name != CONFIG_NAME and _is_text(path.as_posix())
    ]
    near = nearest(source.path, there)
    return ConfigError(
        f"The file of a source of {source.table} is not there.",
        place=place_of(source, source.path),
        found="no file " + source.path,
        expected="a file in the workspace; the nearest is " + near if near else None,
        to_do="put the export there, or correct the path in " + CONFIG_NAME,
    )


def _unknown(what: str, name: str, names: Iterable[str], source: SourceConfig) -> ConfigError:
    return unknown(
        f"Unknown {what}: {name}.",
        name,
        names,
        place=place_of(source, name),
        guide="docs/reference/tables.md",
    )


def place_of(source: SourceConfig, word: str = "") -> Place:
    """Return where a source says a word, or where it begins."""
    name = f"{CONFIG_NAME} (source {source.table}: {shown_path(source.path)})"
    return Place(name, source.line_of(word))
