"""S3 and services that speak it, through s3fs."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from botocore import exceptions as boto
from botocore.parsers import ResponseParserError
from fsspec.asyn import sync
from s3fs import S3FileSystem
from s3fs.errors import ERROR_CODE_TO_EXCEPTION

from ingest.files.remote.addresses import Address, is_loopback
from ingest.files.remote.credentials import Credentials
from ingest.files.remote.transfer import (
    CHUNK_BYTES,
    BrokenOff,
    Deadline,
    RemoteFile,
    Stream,
    matching,
    missing,
    not_let_in,
)
from workspace.errors import EnvironmentFailed, Place

# What S3 says of itself, so that the next time may go better; s3fs turns its words into numbers.
PASSING = {
    ERROR_CODE_TO_EXCEPTION[code](code).errno
    for code in ("InternalError", "SlowDown", "500", "503")
}
# The hash of the bytes, unless it was sent in parts or is encrypted under a key of its own.
_MD5 = re.compile(r'"?([0-9a-f]{32})"?')


class S3Place:
    """A bucket, as `RemotePlace`.

    Args:
        address: any address in the bucket.
        credentials: an access key, its secret, and where the service is; without a name, what
            the tools of AWS find in the environment.
        timeout_seconds: longest silence.
    """

    def __init__(
        self, address: Address, credentials: Credentials, *, timeout_seconds: float
    ) -> None:
        self._credentials = credentials
        self._timeout_seconds = timeout_seconds
        self._files: S3FileSystem | None = None
        _check_endpoint(credentials, address.shown)

    def files(self, address: Address) -> list[RemoteFile]:
        """Return the objects of an address, sorted by key."""
        deadline = Deadline(self._timeout_seconds)
        with self._said(address.shown, deadline):
            if not address.is_pattern:
                head = self._asked("head_object", address, deadline)
                return [RemoteFile(address, _version(head))]
            return self._matching(address, deadline)

    @contextmanager
    def opened(self, file: RemoteFile, *, known: str | None) -> Iterator[Stream | None]:
        """Give the bytes of an object as they are now, whatever it was when it was listed."""
        shown, deadline = file.address.shown, Deadline(self._timeout_seconds)
        with self._said(shown, deadline):
            answer = self._asked("get_object", file.address, deadline)
        if known is not None and _version(answer) == known:
            answer["Body"].close()
            yield None
            return
        try:
            yield Stream(
                version=_version(answer),
                size_bytes=answer["ContentLength"],
                md5=_md5(answer),
                chunks=self._chunks(answer["Body"], shown, deadline),
            )
        finally:
            answer["Body"].close()

    def close(self) -> None:
        """Let go of the session; s3fs closes it when nobody holds it."""
        self._files = None

    def _asked(self, question: str, address: Address, deadline: Deadline) -> dict[str, Any]:
        answer: dict[str, Any] = self._connected().call_s3(
            question, Bucket=address.host, Key=address.path[1:], timeout=deadline.left_seconds
        )
        return answer

    def _matching(self, address: Address, deadline: Deadline) -> list[RemoteFile]:
        folder = f"{address.host}{address.folder}"
        try:
            found = self._connected().ls(
                folder.rstrip("/"), detail=True, refresh=True, timeout=deadline.left_seconds
            )
        except FileNotFoundError:
            return []
        names = {
            entry["name"].rpartition("/")[2]: entry for entry in found if entry["type"] == "file"
        }
        return [
            RemoteFile(replace(address, path=address.folder + name), _version(names[name]))
            for name in matching(names, address.name)
        ]

    def _connected(self) -> S3FileSystem:
        if self._files is None:
            given = self._credentials
            settings: dict[str, Any] = {
                "connect_timeout": self._timeout_seconds,
                "read_timeout": self._timeout_seconds,
                "retries": {"max_attempts": 0},
            }
            if given.endpoint:
                # Services other than Amazon's seldom have a host name for each bucket.
                settings["s3"] = {"addressing_style": "path"}
            self._files = S3FileSystem(
                key=given.user,
                secret=given.password,
                token=given.token,
                endpoint_url=given.endpoint,
                client_kwargs={"region_name": given.region} if given.region else {},
                config_kwargs=settings,
                skip_instance_cache=True,
                use_listings_cache=False,
            )
            # We try again ourselves, after closing what broke off.
            self._files.retries = 1
        return self._files

    def _chunks(self, body: Any, shown: str, deadline: Deadline) -> Iterator[bytes]:
        loop = self._connected().loop
        with self._said(shown, deadline):
            while chunk := sync(loop, body.read, CHUNK_BYTES, timeout=deadline.left_seconds):
                yield chunk

    @contextmanager
    def _said(self, shown: str, deadline: Deadline) -> Iterator[None]:
        """Say in our words what went wrong; the library's may hold more than may be shown."""
        why = None
        try:
            yield
        except FileNotFoundError:
            raise missing(shown) from None
        except (
            PermissionError,
            boto.NoCredentialsError,
            boto.PartialCredentialsError,
            boto.CredentialRetrievalError,
            boto.TokenRetrievalError,
        ) as error:
            raise not_let_in(
                shown, found=type(error).__name__, to_do=self._to_do_credentials()
            ) from None
        except (boto.SSLError, ssl.SSLError):
            raise EnvironmentFailed(
                "The certificate of an S3 service is not trusted.",
                place=Place(shown),
                to_do="if your organization signs its own, set AWS_CA_BUNDLE to its certificates; "
                "there is no way to read without checking",
            ) from None
        except (
            boto.ConnectionError,
            boto.HTTPClientError,
            boto.IncompleteReadError,
            boto.ChecksumError,
            boto.FlexibleChecksumError,
            aiohttp.ClientError,
            TimeoutError,
        ) as error:
            if deadline.is_over:
                raise deadline.missed(shown) from None
            why = f"no answer, or half of one ({type(error).__name__})"
        except OSError as error:
            if error.errno not in PASSING:
                raise _not_understood(error, shown) from None
            why = "the service cannot answer at the moment"
        except (boto.BotoCoreError, ResponseParserError, ValueError) as error:
            raise _not_understood(error, shown) from None
        if why is not None:
            raise BrokenOff(why)

    def _to_do_credentials(self) -> str:
        variable = self._credentials.variable
        if self._credentials.name is None:
            return "write `credentials: NAME` beside the path, and set its variables"
        return (
            f"check {variable('USER')} (the access key's id), {variable('PASSWORD')} (its secret) "
            "and that the key may list and read the bucket"
        )


def _check_endpoint(credentials: Credentials, shown: str) -> None:
    """Refuse a service that would be spoken to in the open, or whose address holds a secret."""
    if credentials.endpoint is None:
        return
    parts = urlsplit(credentials.endpoint)
    is_closed = parts.scheme == "https" or is_loopback(parts.hostname or "")
    if parts.scheme not in ("http", "https") or not is_closed or "@" in parts.netloc:
        raise EnvironmentFailed(
            "The address of an S3 service cannot be used.",
            place=Place(shown),
            found=credentials.variable("ENDPOINT"),
            expected="an address that begins with https://, without a user in it",
        )


def _version(answer: dict[str, Any]) -> str | None:
    return f"etag:{answer['ETag']}" if answer.get("ETag") else None


def _md5(answer: dict[str, Any]) -> str | None:
    found = _MD5.fullmatch(answer.get("ETag") or "")
    is_hash = "kms" not in (answer.get("ServerSideEncryption") or "") and not answer.get(
        "SSECustomerAlgorithm"
    )
    return found[1] if found and is_hash else None


def _not_understood(error: Exception, shown: str) -> EnvironmentFailed:
    return EnvironmentFailed(
        "An S3 service does not understand what it is asked for.",
        place=Place(shown),
        found=type(error).__name__,
        to_do="check the bucket's name, its region and the address of the service",
    )
