"""What earlier loads made of the exports, kept so that only what is new or changed is read again.

A folder in the private state, `manifest.json` and one folder per export in it. Nothing in it names
anybody: rows hold keys, words are redacted, identifiers are keyed hashes. Everything may be deleted
at any time; the next load then reads every export. What a load writes counts from the moment its
manifest replaces the last one, so a load that is cut short changes nothing.
"""

from __future__ import annotations

import errno
import hashlib
import hmac
import json
import os
import platform
import secrets
import shutil
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from ingest.columns.exports import Export, Planned
from ingest.files.local import SourceFile, fingerprint
from ingest.files.readers.heads import Head
from ingest.files.readers.landing import Landing
from ingest.files.remote.addresses import shown_path
from workspace.config import SourceConfig, WorkspaceConfig
from workspace.errors import DataRefused, Place
from workspace.writing import move_whole

MANIFEST = "manifest.json"
VERSION = 2
# Where the manifest says what the rest of it hashes to.
CHECKSUM = "checksum"
# The files of an export's folder.
ROWS, PROBLEMS, DUPLICATES, RECORDS, LOOKUPS = (
    f"{name}.parquet" for name in ("rows", "problems", "duplicates", "records", "lookups")
)
# Settings of ingest that decide whether a file is taken, not what it becomes.
LIMITS = {
    "maximum_quarantined_share",
    "maximum_age_days",
    "allowed_folders",
    "retries",
    "timeout_seconds",
    "maximum_download_bytes",
}
# What decides how a text is read, besides our own code.
_PACKAGES = ("duckdb", "pandas", "numpy", "charset-normalizer")


@dataclass(frozen=True)
class Entry:
    """One export as an earlier load settled it.

    Attributes:
        sha256: hash of its bytes.
        size_bytes: its size.
        records_n: its records.
        head: its columns.
        sheet: the sheet of a workbook.
        warnings: what was said about it.
        advice: column: what would read its unreadable values.
        folder: the name of its folder.
        parts: name of each file in the folder: hash of its bytes.
        gone_n: records that were taken out before anything was read.
    """

    sha256: str
    size_bytes: int
    records_n: int
    head: dict[str, Any]
    sheet: str | None
    warnings: tuple[str, ...]
    advice: dict[str, str]
    folder: str
    parts: dict[str, str]
    gone_n: int = 0

    @property
    def landing(self) -> Landing:
        """The file as it was landed, without its records."""
        head = Head(**{name: _as_tuples(value) for name, value in self.head.items()})
        return Landing("", head, self.records_n, (), self.sha256, self.size_bytes, sheet=self.sheet)


@dataclass
class Store:
    """The folder of what earlier loads settled, and of what this one does.

    Args:
        folder: the folder, made when it is not there.
        settings: what every file is settled by, besides its source and its bytes.
        forget: begin anew, whatever lies there.
    """

    folder: Path
    settings: Mapping[str, Any]
    forget: bool = False
    warnings: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder.chmod(0o700)
        manifest = {} if self.forget else self._read()
        self._known: list[dict[str, Any]] = manifest.get("sources", [])
        self._quarantine: dict[str, str] = manifest.get("quarantine", {})
        self._entries = {
            name: Entry(**{**entry, "warnings": tuple(entry["warnings"])})
            for name, entry in manifest.get("files", {}).items()
        }
        self._kept: dict[str, Entry] = {}
        # What is common to the names of a source's files, by the source's number.
        self._shared: dict[int, str] = {}
        self._delete_strays({entry.folder for entry in self._entries.values()})

    def refuse_vanished(self, files: Sequence[tuple[SourceConfig, list[SourceFile]]]) -> None:
        """Refuse a source that has lost a file since the last load.

        Raises:
            DataRefused: a file that the last load read is gone.
        """
        now = {identity_of(source): {file.shown for file in found} for source, found in files}
        for known in self._known:
            there = now.get(known.get("identity", ""))
            gone = [path for path in known["files"] if there is not None and path not in there]
            if gone:
                raise DataRefused(
                    "An export is gone that the last build read.",
                    place=Place(gone[0]),
                    found=f"{len(there or ())} of the {len(known['files'])} files of the source "
                    f"{known['table']}: {known['path']}",
                    expected="every file that the last build read, or a newer one of that name",
                    to_do="put it back; if it is gone on purpose, confirm it once with "
                    "`mentorship build --full-refresh`",
                )

    def find(self, name: str, file: SourceFile) -> Entry | None:
        """Return what an earlier load made of a file, if nothing about it has changed.

        Args:
            name: the file's `name_of`.
            file: the file as it is now.
        """
        entry = self._entries.get(name)
        if entry is None or entry.sha256 != file.sha256():
            return None
        folder = self.folder / entry.folder
        try:
            is_whole = all(fingerprint(folder / n) == known for n, known in entry.parts.items())
        except OSError:
            return None
        return entry if is_whole else None

    def new_folder(self) -> Path:
        """Return a new folder for what an export becomes."""
        path = self.folder / secrets.token_hex(8)
        path.mkdir(mode=0o700)
        return path

    def keep(self, name: str, entry: Entry) -> None:
        """Remember an entry for the next load."""
        self._kept[name] = entry

    def entry_of(
        self,
        export: Export,
        folder: Path,
        *,
        warnings: Sequence[str],
        advice: Mapping[str, str],
        gone_n: int,
    ) -> Entry:
        """Return the entry of an export that was settled into a folder of ours."""
        parts = sorted(path for path in folder.iterdir())
        for path in parts:
            path.chmod(0o600)
        landing = export.landing
        return Entry(
            landing.sha256,
            landing.size_bytes,
            landing.records_n,
            asdict(landing.head),
            landing.sheet,
            tuple(warnings),
            dict(advice),
            folder.name,
            {path.name: fingerprint(path) for path in parts},
            gone_n,
        )

    def is_quarantine_known(self, path: Path) -> bool:
        """Return whether a file of the quarantine is the one that the last load left there.

        It is not known where it cannot say which of two sources a record came from.
        """
        known = self._quarantine.get(path.name)
        return known is not None and path.exists() and fingerprint(path) == known

    def commit(
        self, files: Sequence[tuple[SourceConfig, list[SourceFile]]], quarantine: Path
    ) -> None:
        """Make what was kept count, and delete what no longer does."""
        unclear = {f"{table}.csv" for table in _tables_with_a_file_twice(files)}
        manifest: dict[str, Any] = {
            "version": VERSION,
            "sources": [
                {
                    "identity": identity_of(source),
                    "table": source.table,
                    "path": shown_path(source.path),
                    "files": [file.shown for file in found],
                }
                for source, found in files
            ],
            "quarantine": {
                path.name: fingerprint(path)
                for path in sorted(quarantine.glob("*.csv"))
                if path.name not in unclear
            },
            "files": {name: asdict(entry) for name, entry in sorted(self._kept.items())},
        }
        manifest[CHECKSUM] = _checksum(manifest)
        path = self.folder / MANIFEST
        partial = path.with_suffix(".partial")
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(manifest, file, indent=1)
        move_whole(partial, path)
        self._delete_strays({entry.folder for entry in self._kept.values()})

    def name_of(self, planned: Planned) -> str:
        """Return the name of a file as its source reads it: any change makes it another."""
        if planned.source_number not in self._shared:
            told = [
                VERSION,
                _code(),
                dict(self.settings),
                planned.source.model_dump(mode="json"),
                planned.preset.model_dump(mode="json"),
            ]
            shared = json.dumps(told, sort_keys=True, default=str).encode()
            self._shared[planned.source_number] = hashlib.sha256(shared).hexdigest()
        own = [self._shared[planned.source_number], planned.file.shown, planned.file.stem]
        return hashlib.sha256(json.dumps(own).encode()).hexdigest()

    def _read(self) -> dict[str, Any]:
        """Return the manifest; what cannot be read is no manifest."""
        path = self.folder / MANIFEST
        try:
            if path.exists() and not path.is_file():
                raise OSError(errno.EINVAL, "no file", str(path))
            manifest = json.loads(path.read_text(encoding="utf-8"))
            if manifest["version"] != VERSION:
                return {}
            is_whole = manifest.pop(CHECKSUM) == _checksum(manifest)
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            is_whole = False
        if not is_whole:
            self.warnings.append(
                "What the last build read is not remembered: its memory in the state folder is "
                "damaged. Every export is read again, and one that is gone would not be missed."
            )
            return {}
        return dict(manifest)

    def _delete_strays(self, wanted: set[str]) -> None:
        """Delete what a load left that was cut short, and what is not wanted any more."""
        for path in self.folder.iterdir():
            if path.name in wanted or (path.name == MANIFEST and path.is_file()):
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()


def settings_of(config: WorkspaceConfig, key: bytes, *, taken_out: str) -> dict[str, object]:
    """Return what decides how every file is settled, as far as it is not said by its source.

    Args:
        config: the workspace's configuration.
        key: its key.
        taken_out: what says which records are taken out of files.
    """
    return {
        "taken_out": taken_out,
        "key": hmac.digest(key, b"settled", hashlib.sha256).hex(),
        "ingest": config.ingest.model_dump(mode="json", exclude=LIMITS),
    }


def identity_of(source: SourceConfig) -> str:
    """Return one hash that tells a source from others; its address may say more than is kept."""
    told = [source.table, source.path, source.credentials]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _tables_with_a_file_twice(
    files: Sequence[tuple[SourceConfig, list[SourceFile]]],
) -> set[str]:
    """Return the tables for which two sources read one file, as two sheets of a workbook."""
    read = Counter((source.table, file.shown) for source, found in files for file in found)
    return {table for (table, _), sources_n in read.items() if sources_n > 1}


def _checksum(manifest: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()


@cache
def _code() -> str:
    """Return one hash of all that decides what a file becomes, besides the file and its source."""
    digest = hashlib.sha256()
    folder = Path(__file__).parents[1]
    for path in sorted(p for p in folder.rglob("*") if p.suffix in (".py", ".yml")):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    versions = [platform.python_version(), unicodedata.unidata_version]
    versions += [metadata.version(name) for name in _PACKAGES]
    digest.update(json.dumps(versions).encode())
    return digest.hexdigest()


def _as_tuples(value: Any) -> Any:
    return tuple(_as_tuples(one) for one in value) if isinstance(value, list) else value
