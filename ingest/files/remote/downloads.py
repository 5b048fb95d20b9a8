"""Downloads: copies of remote files for one run, whole or not there at all, deleted at its end.

What stays is `known.json`: which version of each file had which hash, so that the next build can
tell without a download that nothing has changed. Nothing in it names a person, a place or a user.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import BinaryIO

from ingest.files.remote.addresses import WEB, Address, read_address
from ingest.files.remote.credentials import Credentials, read_credentials
from ingest.files.remote.transfer import (
    BrokenOff,
    Deadline,
    Given,
    RemoteFile,
    RemotePlace,
    Stream,
    missing,
    tried,
)
from workspace.config import IngestConfig, SourceConfig
from workspace.errors import DataRefused, EnvironmentFailed, Place
from workspace.writing import move_whole

PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
KNOWN_NAME = "known.json"
# Run in the checkout; make installs the locked versions of the extra `remote`.
INSTALL_REMOTE = "make remote"


@dataclass(frozen=True)
class Known:
    """What the last download of a file found: its version and the hash of its bytes."""

    version: str
    sha256: str


@dataclass(frozen=True)
class RemoteCopy:
    """A remote file as one of a source's files.

    Attributes:
        downloads: what fetches it.
        file: the file as its place lists it.
        credentials: the name of what opens the place.
        shown: how errors, lineage and the ledger name it.
    """

    downloads: Downloads
    file: RemoteFile
    credentials: str | None
    shown: str

    @property
    def stem(self) -> str:
        """The file's name without its ending."""
        return self.file.address.stem

    @property
    def identity(self) -> str:
        """What tells this file from every other, in hexadecimal."""
        return self.file.address.identity(self.credentials)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What the reader should know of how it came."""
        address = self.file.address
        if address.scheme != "http" or address.is_on_this_machine:
            return ()
        return ("it came unencrypted: others could read or change it on its way",)

    def sha256(self) -> str:
        """Return the hash of its bytes, downloading them only when they may have changed."""
        return self.downloads.sha256(self)

    def fetched(self) -> Path:
        """Return the whole file on this machine."""
        return self.downloads.fetched(self)

    def distinct(self) -> RemoteCopy:
        """Return the same file under a name that no other file has."""
        return replace(self, shown=f"{self.shown}#{self.identity[:8]}")


class Downloads:
    """The downloads of one run, in a folder that only its owner may enter.

    Args:
        folder: where they go; whatever an earlier run left there is deleted.
        settings: how large, how patient, how often.
        environment: where credentials are read from.
        wait: waits for a number of seconds between two tries.
        forget: ask for every file anew, whatever its place says of its version.
    """

    def __init__(
        self,
        folder: Path,
        settings: IngestConfig,
        *,
        environment: Mapping[str, str] = os.environ,
        wait: Callable[[float], None] = time.sleep,
        forget: bool = False,
    ) -> None:
        self.folder = folder
        self._settings = settings
        self._environment = environment
        self._wait = wait
        self._places: dict[object, RemotePlace] = {}
        self._hashes: dict[str, str] = {}
        self._known = {} if forget else _read_known(folder / KNOWN_NAME)
        _delete_copies(folder)

    def files(self, source: SourceConfig, *, place: Place) -> list[RemoteCopy]:
        """Return the files that a source's address stands for, sorted by name.

        Raises:
            ConfigError: the address or the name of its credentials is none, or nothing is there.
            EnvironmentFailed: the place cannot be reached or does not let us in.
        """
        address = read_address(source.path, place=place)
        remote = self._place(address, source.credentials, place)
        found = self._tried(lambda: remote.files(address), remote, address.shown)
        if not found:
            raise missing(address.shown)
        return [RemoteCopy(self, f, source.credentials, f.address.shown) for f in found]

    def sha256(self, copy: RemoteCopy) -> str:
        """Return the hash of a file's bytes, the same for the whole run.

        It is downloaded for it only where its place does not say, or not surely, that it is still
        the version whose hash is known.
        """
        if copy.identity not in self._hashes:
            known = self._known.get(copy.identity)
            if known is None or known.version != copy.file.version:
                known = self._download(copy, known)
            self._hashes[copy.identity] = known.sha256
        return self._hashes[copy.identity]

    def fetched(self, copy: RemoteCopy) -> Path:
        """Return where a file lies as a whole, downloading it unless this run has done so."""
        path = self.folder / copy.identity
        if not path.exists():
            self._hashes.setdefault(copy.identity, self._download(copy, None).sha256)
        return path

    def keep_known(self, copies: list[RemoteCopy]) -> None:
        """Forget what is known of any other file."""
        identities = {copy.identity for copy in copies}
        self._known = {one: known for one, known in self._known.items() if one in identities}

    def discard(self) -> None:
        """Delete every copy and let go of the places; what is asked for later comes anew."""
        _delete_copies(self.folder)
        for remote in self._places.values():
            remote.close()

    def close(self) -> None:
        """Delete every copy, let go of the places, and remember what is known."""
        self.discard()
        # What cannot be remembered is downloaded again.
        with suppress(OSError):
            self._write_known()

    def _download(self, copy: RemoteCopy, known: Known | None) -> Known:
        """Return what a file is found to be; what is known already is not downloaded."""
        address = copy.file.address
        remote = self._place(address, copy.credentials, Place(copy.shown))
        version = None if known is None else known.version

        def once() -> Known | None:
            with remote.opened(copy.file, known=version) as stream:
                return known if stream is None else self._store(copy, stream)

        found = self._tried(once, remote, copy.shown)
        if found is None:
            raise RuntimeError(f"{copy.shown}: unchanged, although nothing is known of it")
        if found.version:
            self._known[copy.identity] = found
        else:
            self._known.pop(copy.identity, None)
        return found

    def _store(self, copy: RemoteCopy, stream: Stream) -> Known:
        """Write a stream to its file; a name without `.partial` is only ever a whole file's."""
        if stream.size_bytes is not None:
            self._check_size(copy, stream.size_bytes)
        _make_private(self.folder)
        path = self.folder / copy.identity
        partial = path.with_name(f"{path.name}.partial")
        with _create(partial) as file:
            sha256 = self._copy(copy, stream, file)
        move_whole(partial, path)
        return Known(stream.version or "", sha256)

    def _copy(self, copy: RemoteCopy, stream: Stream, file: BinaryIO) -> str:
        """Return the SHA-256 of the bytes written, which are all there are."""
        sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
        size_bytes = 0
        deadline = Deadline(self._settings.timeout_seconds)
        for chunk in stream.chunks:
            size_bytes += len(chunk)
            self._check_size(copy, size_bytes)
            if stream.size_bytes is not None and size_bytes > stream.size_bytes:
                break
            if deadline.is_over:
                raise deadline.missed(copy.shown)
            sha256.update(chunk)
            md5.update(chunk)
            file.write(chunk)
        if stream.size_bytes not in (None, size_bytes):
            raise BrokenOff(f"{size_bytes} of {stream.size_bytes} bytes came")
        if stream.md5 not in (None, md5.hexdigest()):
            raise BrokenOff("the bytes that came are not the ones that were sent")
        return sha256.hexdigest()

    def _check_size(self, copy: RemoteCopy, size_bytes: int) -> None:
        most = self._settings.maximum_download_bytes
        if size_bytes > most:
            raise DataRefused(
                "A remote file is larger than allowed.",
                place=Place(copy.shown),
                found=f"{size_bytes} bytes or more",
                expected=f"at most {most} (ingest.maximum_download_bytes)",
                to_do="look whether it is the right file; raise the limit if it is",
            )

    def _place(self, address: Address, name: str | None, place: Place) -> RemotePlace:
        """Return the place an address lies in, the same one for all its files."""
        key = (address.place, name)
        if key not in self._places:
            credentials = read_credentials(
                name, scheme=address.scheme, environment=self._environment, place=place
            )
            self._places[key] = _new_place(
                address, credentials, timeout_seconds=self._settings.timeout_seconds
            )
        return self._places[key]

    def _tried(self, action: Callable[[], Given], remote: RemotePlace, shown: str) -> Given:
        return tried(
            action,
            retries=self._settings.retries,
            wait=self._wait,
            shown=shown,
            after_break=remote.close,
        )

    def _write_known(self) -> None:
        path = self.folder / KNOWN_NAME
        if self._known == _read_known(path):
            return
        _make_private(self.folder)
        partial = path.with_suffix(".partial")
        records = {one: asdict(known) for one, known in sorted(self._known.items())}
        with _create(partial) as file:
            file.write(json.dumps(records, indent=1).encode())
        move_whole(partial, path)


def named_apart(found: Mapping[int, list[RemoteCopy]]) -> dict[int, list[RemoteCopy]]:
    """Return the files under names that differ where the files do.

    Addresses are shown without user and query; where that makes two of them the same, a few
    digits of a hash tell them apart.
    """
    identities: dict[str, set[str]] = {}
    for copies in found.values():
        for copy in copies:
            identities.setdefault(copy.shown, set()).add(copy.identity)
    return {
        number: [copy.distinct() if len(identities[copy.shown]) > 1 else copy for copy in copies]
        for number, copies in found.items()
    }


def _new_place(address: Address, credentials: Credentials, *, timeout_seconds: int) -> RemotePlace:
    """Return a place of the address's kind; only now is anything heavy imported."""
    try:
        if address.scheme in WEB:
            from ingest.files.remote.web import WebPlace

            return WebPlace(address, credentials, timeout_seconds=timeout_seconds)
        if address.scheme == "s3":
            from ingest.files.remote.s3 import S3Place

            return S3Place(address, credentials, timeout_seconds=timeout_seconds)
        from ingest.files.remote.sftp import SftpPlace

        return SftpPlace(address, credentials, timeout_seconds=timeout_seconds)
    except ModuleNotFoundError as error:
        raise EnvironmentFailed(
            f"What reads {address.scheme}:// addresses is not installed.",
            place=Place(address.shown),
            found=f"no module {error.name}",
            expected="the extra `remote` of this project",
            to_do=INSTALL_REMOTE,
        ) from None


def _read_known(path: Path) -> dict[str, Known]:
    """Return what is known of files; a record that cannot be read is nothing known."""
    try:
        # A pipe would be waited for.
        records = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        return {
            one: Known(str(known["version"]), str(known["sha256"]))
            for one, known in records.items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _delete_copies(folder: Path) -> None:
    """Delete everything in the folder of downloads but what is known of them."""
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != KNOWN_NAME:
            path.unlink()


def _make_private(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
    folder.chmod(PRIVATE_FOLDER)


def _create(path: Path) -> BinaryIO:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
    return os.fdopen(handle, "wb")
