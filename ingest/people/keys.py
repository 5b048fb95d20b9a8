"""The key of a workspace, and the pseudonym it gives each person."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from workspace.errors import ConfigError, EnvironmentFailed, Place
from workspace.folder import Workspace
from workspace.writing import sync_file

VARIABLE = "MENTORSHIP_KEY"
KEY_BYTES = 32
FEWEST_CHARACTERS = 16


def workspace_key(workspace: Workspace) -> bytes:
    """Return the key under which everything in a workspace was made; a new one in a new workspace.

    It comes from `MENTORSHIP_KEY`, else from its file. A mark beside it, which gives nothing away,
    tells it from any other: another key would give everybody another pseudonym, unnoticed.

    Raises:
        ConfigError: `MENTORSHIP_KEY` is too short to keep anybody's identity.
        EnvironmentFailed: the key is lost, damaged or another one, or others may read it.
    """
    path, mark_path = workspace.key_path, workspace.key_mark_path
    if given := os.environ.get(VARIABLE, "").strip():
        key, place = environment_key(given), f"the environment variable {VARIABLE}"
    else:
        if not path.exists():
            if _has_keys(workspace):
                raise _unusable("The key is lost under which people became keys.", path, "no file")
            _write(path, secrets.token_hex(KEY_BYTES))
        key, place = _read(path), str(path)
    if not mark_path.exists():
        _write(mark_path, key_mark(key))
    elif not is_marked(mark_path, key):
        raise _unusable(
            "The key is not the one under which people became keys.",
            place,
            f"another key than {mark_path.name} was made with",
        )
    return key


def examine_key(workspace: Workspace) -> str:
    """Return in words where the key of a workspace is, without making one.

    Raises:
        ConfigError, EnvironmentFailed: as `workspace_key`.
    """
    if not (workspace.key_path.exists() or os.environ.get(VARIABLE, "").strip()):
        if not _has_keys(workspace):
            return "the first build makes one"
    elif not workspace.key_mark_path.exists():
        return "there is one, without a mark yet"
    workspace_key(workspace)
    where = VARIABLE if os.environ.get(VARIABLE, "").strip() else str(workspace.key_path)
    return f"the one that the last build used, in {where}"


def environment_key(text: str) -> bytes:
    """Return the key that a text is.

    Raises:
        ConfigError: it is too short to keep anybody's identity.
    """
    if len(text) < FEWEST_CHARACTERS:
        raise ConfigError(
            "The key is too short.",
            place=Place(f"the environment variable {VARIABLE}"),
            found=f"{len(text)} characters",
            expected=f"{2 * KEY_BYTES} hexadecimal digits",
            to_do="give the key that the workspace was built with; a new key gives everybody a "
            "new pseudonym",
        )
    return _bytes_of(text)


def key_mark(key: bytes) -> str:
    """Return what tells a key from any other and gives nothing of it away."""
    return hmac.new(key, b"mark of the key", hashlib.sha256).hexdigest()


def is_marked(path: Path, key: bytes) -> bool:
    """Tell whether a mark is that of a key."""
    return hmac.compare_digest(path.read_bytes().strip(), key_mark(key).encode())


def person_key(employee_id: str, *, key: bytes) -> str:
    """Return the pseudonym of an employee id: HMAC-SHA256 (RFC 2104), in hexadecimal."""
    return hmac.new(key, employee_id.encode(), hashlib.sha256).hexdigest()


def id_secret(key: bytes) -> str:
    """Return what goes before the cells that name a record, so that nobody can guess its digest."""
    return hmac.new(key, b"composed ids", hashlib.sha256).hexdigest()


def _read(path: Path) -> bytes:
    if path.stat().st_mode & 0o077:
        raise EnvironmentFailed(
            "Others may read the key that protects people's identity.",
            place=Place(path),
            found=f"mode {path.stat().st_mode & 0o777:04o}",
            expected="mode 0600",
            to_do=f"chmod 600 {path}",
        )
    text = path.read_text(encoding="ascii", errors="replace").strip()
    if len(text) < FEWEST_CHARACTERS:
        raise _unusable("The key is too short.", path, f"{len(text)} characters")
    return _bytes_of(text)


def _bytes_of(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return text.encode()


def _has_keys(workspace: Workspace) -> bool:
    """Tell whether a workspace holds anything that was made under a key."""
    made = (
        *(workspace.key_mark_path, workspace.raw_path, workspace.warehouse_path),
        *(workspace.settled, workspace.history_path),
    )
    return any(path.exists() for path in made)


def _unusable(message: str, place: Path | str, found: str) -> EnvironmentFailed:
    return EnvironmentFailed(
        message,
        place=Place(place),
        found=found,
        expected="the key that the last build used",
        to_do="restore it from your backup; where there is none, `mentorship key rotate` begins "
        "anew: everybody gets a new pseudonym, everywhere at once",
    )


def _write(path: Path, text: str) -> None:
    """Write a secret where none is, whole or not at all; who comes first wins."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".key-")
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(name)
        sync_file(path.parent)
    finally:
        Path(name).unlink()
