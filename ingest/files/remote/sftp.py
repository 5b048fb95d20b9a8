"""SFTP servers, through fsspec and paramiko, whose host keys must be known."""

from __future__ import annotations

import datetime as dt
import logging
import shlex
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from socket import gaierror
from typing import Any

import paramiko
from fsspec.implementations.sftp import SFTPFileSystem

from ingest.files.remote.addresses import Address
from ingest.files.remote.credentials import Credentials
from ingest.files.remote.transfer import (
    CHUNK_BYTES,
    SURE_AFTER_SECONDS,
    BrokenOff,
    RemoteFile,
    Stream,
    matching,
    missing,
    not_let_in,
)
from workspace.errors import EnvironmentFailed, MentorshipError, Place

SSH_PORT = 22
HOME = "/~/"
KNOWN_HOSTS = (Path("~/.ssh/known_hosts"), Path("/etc/ssh/ssh_known_hosts"))
KEY_KINDS = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)
# Pieces of a file that are asked for before the first has come.
AHEAD = 64

# What paramiko logs of a broken connection would reach the terminal; our errors say it.
logging.getLogger("paramiko").addHandler(logging.NullHandler())


class SftpPlace:
    """An SFTP server, as `RemotePlace`.

    Args:
        address: any address on the server.
        credentials: a user, a password or a key; without either, the user's own keys.
        timeout_seconds: longest silence.
    """

    def __init__(
        self, address: Address, credentials: Credentials, *, timeout_seconds: float
    ) -> None:
        self._host, self._port = address.host, address.port or SSH_PORT
        self._user = address.user or credentials.user
        self._credentials = credentials
        self._timeout_seconds = timeout_seconds
        self._files: _VerifiedSftp | None = None

    def files(self, address: Address) -> list[RemoteFile]:
        """Return the files of an address, sorted by name; links lead to what they name."""
        with self._said(address.shown):
            files = self._connected(address.shown)
            if not address.is_pattern:
                return self._listed(files, address)
            try:
                names = [one.rpartition("/")[2] for one in files.ls(_spelled(address.folder))]
            except FileNotFoundError:
                return []
            return [
                file
                for name in matching(names, address.name)
                for file in self._listed(files, replace(address, path=address.folder + name))
            ]

    @contextmanager
    def opened(self, file: RemoteFile, *, known: str | None) -> Iterator[Stream | None]:  # noqa: ARG002 - its listing has told the version
        """Give the bytes of a file; one that changes meanwhile breaks off."""
        shown = file.address.shown
        with self._said(shown):
            files = self._connected(shown)
            path = _spelled(file.address.path)
            before = files.info(path)
            handle = files.ftp.open(path, "rb")
        try:
            yield Stream(
                version=_version(before),
                size_bytes=before["size"],
                md5=None,
                chunks=self._chunks(files, path, handle, before, shown),
            )
        finally:
            with suppress(OSError, EOFError, paramiko.SSHException):
                handle.close()

    def close(self) -> None:
        """Close the connection."""
        if self._files is not None:
            with suppress(OSError, EOFError, paramiko.SSHException):
                self._files.client.close()
        self._files = None

    def _listed(self, files: _VerifiedSftp, address: Address) -> list[RemoteFile]:
        try:
            found = files.info(_spelled(address.path))
        except FileNotFoundError:
            return []
        return [RemoteFile(address, _version(found))] if found["type"] == "file" else []

    def _chunks(
        self,
        files: _VerifiedSftp,
        path: str,
        handle: paramiko.SFTPFile,
        before: dict[str, Any],
        shown: str,
    ) -> Iterator[bytes]:
        with self._said(shown):
            left = before["size"]
            _silence(handle)
            handle.prefetch(left, AHEAD)
            # A file that grows faster than it comes would have no end.
            while left and (chunk := handle.read(min(CHUNK_BYTES, left))):
                left -= len(chunk)
                yield chunk
            after = files.info(path)
            if (after["size"], after["mtime"]) != (before["size"], before["mtime"]):
                raise BrokenOff("the file changed while it was read")

    def _connected(self, shown: str) -> _VerifiedSftp:
        if self._files is None:
            given = self._credentials
            key = given.key_file and self._key(Path(given.key_file).expanduser(), shown)
            has_own = bool(given.password or key)
            self._files = _VerifiedSftp(
                self._host,
                known_hosts=given.known_hosts,
                port=self._port,
                username=self._user,
                password=given.password,
                pkey=key or None,
                allow_agent=not has_own,
                look_for_keys=not has_own,
                timeout=self._timeout_seconds,
                banner_timeout=self._timeout_seconds,
                auth_timeout=self._timeout_seconds,
                channel_timeout=self._timeout_seconds,
            )
        return self._files

    def _key(self, path: Path, shown: str) -> paramiko.PKey:
        """Return the private key in a file, whichever kind it is of."""
        why = "none of the kinds " + ", ".join(kind.__name__ for kind in KEY_KINDS)
        for kind in KEY_KINDS:
            try:
                return kind.from_private_key_file(str(path), self._credentials.key_passphrase)
            except OSError as error:
                why = error.strerror or type(error).__name__
            except paramiko.PasswordRequiredException:
                why = "it is locked"
            except (paramiko.SSHException, ValueError):
                continue
            break
        variable = self._credentials.variable
        raise EnvironmentFailed(
            "A private key of SSH cannot be read.",
            place=Place(shown),
            found=f"{why}: the file that {variable('KEY_FILE')} names",
            to_do="name a private key that this user may read; if it is locked, set "
            f"{variable('KEY_PASSPHRASE')}",
        )

    @contextmanager
    def _said(self, shown: str) -> Iterator[None]:
        """Say in our words what went wrong; what breaks off is told apart from what is refused."""
        why = None
        try:
            yield
        except (MentorshipError, BrokenOff):
            raise
        except _UnknownHostError as error:
            raise self._unknown_host(error.key, shown) from None
        except paramiko.BadHostKeyException as error:
            raise self._changed_host(error.key, shown) from None
        except FileNotFoundError:
            raise missing(shown) from None
        except (PermissionError, paramiko.AuthenticationException) as error:
            raise not_let_in(shown, found=type(error).__name__, to_do=self._to_do()) from None
        except UnicodeDecodeError:
            raise EnvironmentFailed(
                "An SFTP server has names of files that are not UTF-8.",
                place=Place(shown),
                to_do="name the file without *, or have the others renamed",
            ) from None
        except gaierror:
            why = "no machine of that name"
        except TimeoutError:
            why = "no answer in time"
        except paramiko.SSHException as error:
            if "No authentication methods" in str(error):
                raise not_let_in(shown, to_do=self._to_do()) from None
            why = f"no connection ({type(error).__name__})"
        except (OSError, EOFError) as error:
            why = f"no connection ({getattr(error, 'strerror', None) or type(error).__name__})"
        if why is not None:
            raise BrokenOff(why)

    def _to_do(self) -> str:
        if self._credentials.name is None:
            return "write `credentials: NAME` beside the path, and set its variables"
        variable = self._credentials.variable
        return (
            f"check {variable('USER')}, {variable('PASSWORD')} or {variable('KEY_FILE')}, "
            "and what the user may read"
        )

    def _unknown_host(self, key: paramiko.PKey, shown: str) -> EnvironmentFailed:
        return EnvironmentFailed(
            "Nobody has said that this SFTP server is the right one: its host key is not known.",
            place=Place(shown),
            found=f"{key.get_name()} {key.fingerprint}",
            expected=f"a line for {self._host_name()} in {self._known_hosts()}",
            to_do="ask who runs the server for its fingerprint; if it is the one above: "
            f"ssh-keyscan -p {self._port} {shlex.quote(self._host)} >> {self._known_hosts()}",
        )

    def _changed_host(self, key: paramiko.PKey, shown: str) -> EnvironmentFailed:
        return EnvironmentFailed(
            "An SFTP server shows another host key than the known one; it may be another server.",
            place=Place(shown),
            found=f"{key.get_name()} {key.fingerprint}",
            expected=f"the key of {self._host_name()} in {self._known_hosts()}",
            to_do="ask who runs the server; only if it has a new key, put that in place of the old",
        )

    def _known_hosts(self) -> str:
        return self._credentials.known_hosts or str(KNOWN_HOSTS[0])

    def _host_name(self) -> str:
        return self._host if self._port == SSH_PORT else f"[{self._host}]:{self._port}"


class _UnknownHostError(Exception):
    """A server whose host key nobody has written down."""

    def __init__(self, key: paramiko.PKey) -> None:
        super().__init__("unknown host")
        self.key = key


class _RefuseUnknown(paramiko.MissingHostKeyPolicy):
    """Never goes on with a server that nobody has vouched for."""

    def missing_host_key(
        self,
        client: paramiko.SSHClient,  # noqa: ARG002 - paramiko's signature
        hostname: str,  # noqa: ARG002
        key: paramiko.PKey,
    ) -> None:
        """Refuse the server."""
        raise _UnknownHostError(key)


class _VerifiedSftp(SFTPFileSystem):  # type: ignore[misc] # fsspec ships without types
    """fsspec's file system, connected only to servers whose key stands in `known_hosts`."""

    # An instance holds a password: none is kept for later.
    cachable = False

    def __init__(self, host: str, *, known_hosts: str | None, **settings: Any) -> None:
        self._known_hosts = known_hosts
        super().__init__(host, **settings)

    def _connect(self) -> None:
        self.client = paramiko.SSHClient()
        self._load_known_hosts()
        self.client.set_missing_host_key_policy(_RefuseUnknown())
        try:
            self.client.connect(self.host, **self.ssh_kwargs)
            self.ftp = self.client.open_sftp()
            if (channel := self.ftp.get_channel()) is not None:
                channel.settimeout(self.ssh_kwargs["timeout"])
        except BaseException:
            self.client.close()
            raise

    def _load_known_hosts(self) -> None:
        if self._known_hosts is None:
            for path in KNOWN_HOSTS:
                if path.expanduser().is_file():
                    self.client.load_system_host_keys(str(path.expanduser()))
            return
        try:
            self.client.load_system_host_keys(str(Path(self._known_hosts).expanduser()))
        except OSError as error:
            raise EnvironmentFailed(
                "The file of known hosts cannot be read.",
                place=Place(self._known_hosts),
                found=error.strerror,
                expected="the lines that ssh-keyscan writes, checked by you",
            ) from None


def _silence(handle: Any) -> None:
    """Keep the thread that asks ahead from telling the terminal what the reader raises."""
    ask = handle._prefetch_thread

    def ask_silently(*given: Any) -> None:
        with suppress(OSError, EOFError, paramiko.SSHException):
            ask(*given)

    handle._prefetch_thread = ask_silently


def _spelled(path: str) -> str:
    """Return a path as the server takes it; one under `/~/` begins where the user comes in."""
    return path.removeprefix(HOME) if path.startswith(HOME) else path


def _version(found: dict[str, Any]) -> str | None:
    """Return size and date of change, unless it may change again within the same second."""
    age = dt.datetime.now(dt.UTC) - found["mtime"]
    is_sure = age.total_seconds() >= SURE_AFTER_SECONDS
    return f"{found['size']} {found['mtime'].isoformat()}" if is_sure else None
