"""The files of this machine that a source names: where they may lie, and which they are.

Nothing heavy is imported here: a build that has nothing to do gets no further than this.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path
from typing import Protocol

from ingest.files.remote.addresses import shown_path
from ingest.names import nearest
from workspace.config import SourceConfig, WorkspaceConfig
from workspace.errors import ConfigError, Place

CONFIG_NAME = "mentorship.yml"
CHUNK_BYTES = 1 << 22
# Where builds write; no export lies there.
WRITTEN = ("state", "releases", "site")
# Where the system shows itself as files.
SYSTEM = ("/proc", "/sys", "/dev")
_WILD = re.compile(r"[*?\[]")


class FileMissing(ConfigError):
    """A source names a file that is not there."""


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


def fingerprint(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    digest = hashlib.sha256()
    # What has become a pipe meanwhile is nobody's bytes, and not waited for.
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def allowed_folders(config: WorkspaceConfig, root: Path) -> tuple[Path, ...]:
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


def files_of(source: SourceConfig, *, root: Path, folders: tuple[Path, ...]) -> list[LocalFile]:
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


def all_missing(missing: Sequence[FileMissing]) -> ConfigError:
    """Return the one error about every file that is not there."""
    first = missing[0]
    if len(missing) == 1:
        return first
    return ConfigError(
        f"{len(missing)} files that sources name are not there.",
        place=first.place,
        found="; ".join(str(error.found) for error in missing),
        expected="; ".join(dict.fromkeys(e.expected for e in missing if e.expected)) or None,
        to_do="put the exports there, or correct the paths in "
        + CONFIG_NAME
        + "; remove the sources that you do not have",
    )


def _missing(source: SourceConfig, *, root: Path) -> FileMissing:
    there = [
        path.relative_to(root).as_posix()
        for top in sorted(root.iterdir() if root.is_dir() else [])
        if top.name not in WRITTEN and not top.name.startswith(".")
        for path in ([top] if top.is_file() else sorted(top.rglob("*")))
        if path.is_file() and path.name != CONFIG_NAME and _is_text(path.as_posix())
    ]
    near = nearest(source.path, there)
    return FileMissing(
        f"The file of a source of {source.table} is not there.",
        place=place_of(source, source.path),
        found="no file " + source.path,
        expected="a file in the workspace; the nearest is " + near if near else None,
        to_do="put the export there, or correct the path in " + CONFIG_NAME,
    )


def place_of(source: SourceConfig, word: str = "") -> Place:
    """Return where a source says a word, or where it begins."""
    name = f"{CONFIG_NAME} (source {source.table}: {shown_path(source.path)})"
    return Place(name, source.line_of(word))
