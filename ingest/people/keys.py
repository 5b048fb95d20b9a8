"""The key of a workspace, and the pseudonym it gives each person."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import tempfile
from pathlib import Path

from workspace.errors import ConfigError, EnvironmentFailed, Place

VARIABLE = "MENTORSHIP_KEY"
KEY_BYTES = 32
FEWEST_CHARACTERS = 16


def read_or_create_key(path: Path) -> bytes:
    """Return the workspace's key: from `MENTORSHIP_KEY`, else from its file, made when absent.

    Raises:
        ConfigError: the key is too short to keep anybody's identity.
        EnvironmentFailed: others than the owner may read the file.
    """
    if given := os.environ.get(VARIABLE, "").strip():
        return _key_of(given, Place(f"the environment variable {VARIABLE}"))
    if not path.exists():
        _create(path)
    if path.stat().st_mode & 0o077:
        raise EnvironmentFailed(
            "Others may read the key that protects people's identity.",
            place=Place(path),
            found=f"mode {path.stat().st_mode & 0o777:04o}",
            expected="mode 0600",
            to_do=f"chmod 600 {path}",
        )
    return _key_of(path.read_text(encoding="ascii", errors="replace").strip(), Place(path))


def person_key(employee_id: str, *, key: bytes) -> str:
    """Return the pseudonym of an employee id: HMAC-SHA256 (RFC 2104), in hexadecimal."""
    return hmac.new(key, employee_id.encode(), hashlib.sha256).hexdigest()


def id_secret(key: bytes) -> str:
    """Return what goes before the cells that name a record, so that nobody can guess its digest."""
    return hmac.new(key, b"composed ids", hashlib.sha256).hexdigest()


def _key_of(text: str, place: Place) -> bytes:
    if len(text) < FEWEST_CHARACTERS:
        raise ConfigError(
            "The key is too short.",
            place=place,
            found=f"{len(text)} characters",
            expected=f"{2 * KEY_BYTES} hexadecimal digits",
            to_do="restore the key from your backup; a new key gives everybody a new pseudonym",
        )
    try:
        return bytes.fromhex(text)
    except ValueError:
        return text.encode()


def _create(path: Path) -> None:
    """Write a new key where none is; a second process that comes first wins."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".key-")
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            Path(path).hardlink_to(name)
        except FileExistsError:
            return
    finally:
        Path(name).unlink()
