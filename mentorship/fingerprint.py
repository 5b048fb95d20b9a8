"""The fingerprint of a build: the same fingerprint, the same site.

Read on every build, also on the one that has nothing to do, so nothing heavy is imported here.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mentorship.checkout import CHECKOUT, code_files, package_versions
from workspace.folder import Workspace

if TYPE_CHECKING:
    from ingest.columns.sources import Sources


@dataclass(frozen=True)
class Fingerprint:
    """What a build's outcome depends on.

    Attributes:
        digest: everything below and the key, as one hexadecimal SHA-256.
        config_hash: of the bytes of `mentorship.yml` and of the workspace's own presets, and what
            the command line overrides.
        inputs: SHA-256 per input file, by its path relative to the workspace or its address.
        code_hash: of the project's own files.
        versions: of the packages that touch a number.
    """

    digest: str
    config_hash: str
    inputs: dict[str, str]
    code_hash: str
    versions: dict[str, str]


def fingerprint(
    workspace: Workspace,
    sources: Sources,
    *,
    as_of: dt.date | None,
    key: bytes,
    erasures_n: int = 0,
) -> Fingerprint:
    """Return the fingerprint of a build of this workspace.

    Raises:
        ConfigError: a source names a file that is not there.
        EnvironmentFailed: a remote place cannot be reached or does not let us in.
    """
    from ingest.columns.presets import own_presets

    presets = [part for path in own_presets(workspace.root) for part in _named_bytes(path)]
    config_hash = _digest(workspace.config_path.read_bytes(), str(as_of or "").encode(), *presets)
    inputs = sources.hashes()
    code_hash = contents_hash(code_files(), root=CHECKOUT)
    versions = package_versions()
    known = json.dumps([config_hash, inputs, code_hash, versions], sort_keys=True).encode()
    erased = [str(erasures_n).encode()] if erasures_n else []
    return Fingerprint(_digest(known, key, *erased), config_hash, inputs, code_hash, versions)


def contents_hash(paths: Iterable[Path], *, root: Path) -> str:
    """Return one SHA-256 over files and their names; what is missing counts as such."""
    from ingest.files.local import fingerprint as file_hash

    files = sorted(paths)
    return _digest(
        *(f"{_relative(p, root)} {file_hash(p) if p.is_file() else ''}".encode() for p in files)
    )


def _digest(*parts: bytes) -> str:
    """Return one SHA-256 over parts whose borders cannot be shifted."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "big"))
        whole.update(part)
    return whole.hexdigest()


def _named_bytes(path: Path) -> tuple[bytes, bytes]:
    return path.name.encode(), path.read_bytes()


def _relative(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
