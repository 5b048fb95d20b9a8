"""The web: one address, one file, asked for with the version that is known already.

fsspec brings the session and its event loop. The questions are asked here, because its own follow
a redirect wherever it leads and do not hand over what the server says of a file's version.
"""

from __future__ import annotations

import base64
import re
import ssl
import urllib.request
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
from fsspec.asyn import sync
from fsspec.implementations.http import HTTPFileSystem
from yarl import URL

from ingest.files.remote.addresses import Address, is_loopback
from ingest.files.remote.credentials import Credentials
from ingest.files.remote.transfer import (
    CHUNK_BYTES,
    LONGEST_PAUSE,
    SURE_AFTER_SECONDS,
    BrokenOff,
    Deadline,
    RemoteFile,
    Stream,
    missing,
    not_let_in,
)
from workspace.errors import ConfigError, EnvironmentFailed, Place

MOST_REDIRECTS = 5
DONE = 200
REDIRECTS = (301, 302, 303, 307, 308)
UNCHANGED = 304
TOO_OFTEN = 429
# A server says these of itself, so the next time may go better.
PASSING = (500, 502, 503, 504)
CLOSED_DOORS = (401, 403, 407)
GONE = (404, 410)
PAGES = ("text/html", "application/xhtml+xml")
HEADERS = {
    "Accept": "text/csv, application/json;q=0.9, */*;q=0.5",
    # Bytes as they lie there: their number is then the one that the server tells.
    "Accept-Encoding": "identity",
    aiohttp.hdrs.USER_AGENT: "mentorship-impact",
}
# How servers pack a file, though nobody asked for that; its beginning tells in which form.
PACKED = ("gzip", "x-gzip", "deflate")
EITHER_FORM = zlib.MAX_WBITS | 32
# How a server says that more records follow (RFC 8288).
_NEXT = re.compile(r"""rel\s*=\s*["']?next\b""", re.IGNORECASE)


class WebPlace:
    """A web server, as `RemotePlace`.

    Args:
        address: any address of the server.
        credentials: what it is shown; a user with a password, a token, or nothing.
        timeout_seconds: longest silence.
    """

    def __init__(
        self, address: Address, credentials: Credentials, *, timeout_seconds: float
    ) -> None:
        self._authorization = _authorization(credentials)
        if self._authorization and address.scheme == "http" and not address.is_on_this_machine:
            raise ConfigError(
                "Credentials would travel unencrypted.",
                place=Place(address.shown),
                expected="an address that begins with https://",
            )
        self._credentials = credentials
        self._timeout_seconds = timeout_seconds
        self._timeout = aiohttp.ClientTimeout(
            total=None, connect=timeout_seconds, sock_read=timeout_seconds
        )
        self._files: HTTPFileSystem | None = None
        self._session: aiohttp.ClientSession | None = None

    def files(self, address: Address) -> list[RemoteFile]:
        """Return the one file of an address; whether it is there shows when it is opened."""
        return [RemoteFile(address, None)]

    @contextmanager
    def opened(self, file: RemoteFile, *, known: str | None) -> Iterator[Stream | None]:
        """Give the bytes of an answer, or None when nothing has changed since the known one."""
        shown, deadline = file.address.shown, Deadline(self._timeout_seconds)
        with _said(shown, deadline):
            response, is_elsewhere = self._asked(file.address, known, deadline)
        try:
            if response.status == UNCHANGED and known is not None:
                yield None
                return
            self._check(response, shown, is_elsewhere=is_elsewhere)
            _check_whole(response, shown)
            chunks = self._chunks(response, shown, deadline)
            yield Stream(
                version=_version(response),
                size_bytes=_size_bytes(response),
                md5=_md5(response),
                chunks=_unpacked(chunks) if _packing(response) else chunks,
            )
        finally:
            self._let_go(response)

    def close(self) -> None:
        """Close the session."""
        if self._session is not None and self._files is not None:
            sync(self._files.loop, self._session.close)
        self._files = self._session = None

    def _asked(
        self, address: Address, known: str | None, deadline: Deadline
    ) -> tuple[aiohttp.ClientResponse, bool]:
        """Return the answer behind all redirects, and whether it is another server's."""
        first = url = _url(address)
        for _ in range(MOST_REDIRECTS + 1):
            is_elsewhere = url.origin() != first.origin()
            response = self._get(url, known, deadline, authorized=not is_elsewhere)
            target = response.headers.get("Location")
            if response.status not in REDIRECTS or target is None:
                return response, is_elsewhere
            self._let_go(response)
            url = _followed(url, target, address.shown)
        raise EnvironmentFailed(
            "A web server sends us from one address to the next without end.",
            place=Place(address.shown),
            to_do="open the address in a browser and use the one where the file is",
        )

    def _get(
        self, url: URL, known: str | None, deadline: Deadline, *, authorized: bool
    ) -> aiohttp.ClientResponse:
        """Return the answer to one question; credentials go to the address's own server only."""
        headers = {**HEADERS, **_condition(known)}
        if authorized and self._authorization:
            headers["Authorization"] = self._authorization
        files, session = self._connected()
        response: aiohttp.ClientResponse = sync(
            files.loop,
            session.get,
            url,
            timeout=deadline.left_seconds,
            headers=headers,
            allow_redirects=False,
            proxy=_proxy(url),
        )
        return response

    def _let_go(self, response: aiohttp.ClientResponse) -> None:
        if self._files is not None:
            sync(self._files.loop, _closed, response)

    def _connected(self) -> tuple[HTTPFileSystem, aiohttp.ClientSession]:
        if self._files is None or self._session is None:
            self._files = HTTPFileSystem(
                # Cookies and the user's .netrc would be credentials that nobody named.
                client_kwargs={
                    "timeout": self._timeout,
                    "trust_env": False,
                    # What is unpacked for us may end anywhere without a word.
                    "auto_decompress": False,
                },
                get_client=_new_session,
                skip_instance_cache=True,
            )
            self._session = sync(self._files.loop, self._files.set_session)
        return self._files, self._session

    def _chunks(
        self, response: aiohttp.ClientResponse, shown: str, deadline: Deadline
    ) -> Iterator[bytes]:
        files, _ = self._connected()
        read = response.content.read
        with _said(shown, deadline):
            while chunk := sync(files.loop, read, CHUNK_BYTES, timeout=deadline.left_seconds):
                yield chunk

    def _check(self, response: aiohttp.ClientResponse, shown: str, *, is_elsewhere: bool) -> None:
        """Refuse an answer that is not a file; what may go better the next time breaks off."""
        status, is_page = response.status, response.content_type in PAGES
        pause_seconds = _pause_seconds(response)
        if status in PASSING or (status == TOO_OFTEN and pause_seconds is not None):
            raise BrokenOff(f"the server answered {status}", pause_seconds=pause_seconds or 0.0)
        if status in CLOSED_DOORS or (status == DONE and is_page):
            answer = "a web page, as for signing in" if status == DONE else str(status)
            whose = f" of {response.url.host}, where it sent us" if is_elsewhere else ""
            raise not_let_in(
                shown,
                found=f"the answer {answer}{whose}",
                to_do=self._to_do(is_elsewhere=is_elsewhere),
            )
        if status in GONE:
            raise missing(shown)
        if status != DONE:
            raise EnvironmentFailed(
                "A web server does not give the file.",
                place=Place(shown),
                found=f"the answer {status}",
                to_do="try again later" if status == TOO_OFTEN else "correct the address",
            )

    def _to_do(self, *, is_elsewhere: bool) -> str:
        variable = self._credentials.variable
        if is_elsewhere:
            return "use the address where the file is; credentials are not sent to other servers"
        if self._credentials.name is None:
            return "write `credentials: NAME` beside the path, and set its variables"
        if self._credentials.token:
            return f"check {variable('TOKEN')}, whether it has expired, and what it may read"
        return f"check {variable('USER')} and {variable('PASSWORD')}, and what the user may read"


def _check_whole(response: aiohttp.ClientResponse, shown: str) -> None:
    """Refuse an answer that is not all there is, or of which nobody could tell."""
    if _NEXT.search(response.headers.get("Link", "")):
        raise EnvironmentFailed(
            "A web server gives only the first page of its records.",
            place=Place(shown),
            to_do="ask for all of them in one file: a larger page, a report, an export",
        )
    if response.content_length is None and not _is_chunked(response):
        raise EnvironmentFailed(
            "A web server does not say where the file ends, so nobody could tell whether all of it "
            "came.",
            place=Place(shown),
            expected="an answer with Content-Length or in chunks",
            to_do="ask who runs the server, or fetch the file in another way",
        )
    if _packing(response) not in ("", *PACKED):
        raise EnvironmentFailed(
            "A web server packs the file in a way that nobody asked for.",
            place=Place(shown),
            found=f"Content-Encoding: {_packing(response)}",
            expected="the bytes as they are, or packed as gzip or deflate",
            to_do="ask who runs the server, or fetch the file in another way",
        )


def _unpacked(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Give the bytes that were packed, a piece at a time, up to an end that they say themselves."""
    unpacker = zlib.decompressobj(EITHER_FORM)
    try:
        for packed in chunks:
            rest, is_full = packed, False
            while rest or is_full:
                if unpacker.eof:
                    # Packed files may follow each other and are one.
                    unpacker = zlib.decompressobj(EITHER_FORM)
                piece = unpacker.decompress(rest, CHUNK_BYTES)
                is_full = len(piece) == CHUNK_BYTES and not unpacker.eof
                rest = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
                if piece:
                    yield piece
    except zlib.error:
        raise BrokenOff("what was packed cannot be unpacked") from None
    if not unpacker.eof:
        raise BrokenOff("the file broke off while it was packed")


async def _new_session(**settings: Any) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), **settings)


async def _closed(response: aiohttp.ClientResponse) -> None:
    response.close()


@contextmanager
def _said(shown: str, deadline: Deadline) -> Iterator[None]:
    """Say in our words what went wrong on the way; the library's may hold the whole address."""
    why = None
    try:
        yield
    except (aiohttp.ClientConnectorCertificateError, ssl.SSLCertVerificationError) as error:
        raise _untrusted(error, shown) from None
    except aiohttp.ClientPayloadError:
        why = "the file broke off"
    except TimeoutError:
        if deadline.is_over:
            raise deadline.missed(shown) from None
        why = "no answer in time"
    except aiohttp.ClientConnectorDNSError:
        why = "no machine of that name"
    except aiohttp.ClientOSError as error:
        why = f"no connection ({error.strerror or type(error).__name__})"
    except aiohttp.ClientError as error:
        why = f"no answer that can be read ({type(error).__name__})"
    if why is not None:
        raise BrokenOff(why)


def _untrusted(error: Exception, shown: str) -> EnvironmentFailed:
    inner = getattr(error, "certificate_error", error)
    return EnvironmentFailed(
        "A web server's certificate is not trusted.",
        place=Place(shown),
        found=getattr(inner, "verify_message", None) or type(inner).__name__,
        to_do="if your organization signs its own, set SSL_CERT_FILE to its certificates; "
        "there is no way to read without checking",
    )


def _url(address: Address) -> URL:
    query = f"?{address.query}" if address.query else ""
    try:
        return URL(f"{address.scheme}://{address.authority}{address.path}{query}")
    except ValueError:
        raise ConfigError(
            "A source's address cannot be read.",
            place=Place(f"{address.scheme}://..."),
            expected="an address such as https://host.example/report?format=csv",
        ) from None


def _authorization(credentials: Credentials) -> str | None:
    if credentials.token:
        return f"Bearer {credentials.token}"
    if credentials.password is None:
        return None
    said = f"{credentials.user}:{credentials.password}"
    return f"Basic {base64.b64encode(said.encode()).decode()}"


def _followed(url: URL, target: str, shown: str) -> URL:
    """Return where a redirect leads; never from an encrypted connection to an open one."""
    try:
        followed = url.join(URL(target))
    except ValueError:
        followed = URL()
    is_web = followed.scheme in ("http", "https") and bool(followed.host)
    is_open = followed.scheme == "http" and url.scheme == "https"
    if not is_web or is_open or followed.user or followed.password:
        raise EnvironmentFailed(
            "A web server sends us where we do not go.",
            place=Place(shown),
            found=f"a redirect to {followed.scheme or 'no'}:// of {followed.host or 'no host'}",
            expected="an address of the web, encrypted like the first, without a user in it",
            to_do="use the address where the file is",
        )
    return followed


def _proxy(url: URL) -> str | None:
    """Return the proxy that the environment names for an address."""
    host = url.host or ""
    if is_loopback(host) or urllib.request.proxy_bypass(host):
        return None
    return urllib.request.getproxies().get(url.scheme)


def _condition(known: str | None) -> dict[str, str]:
    kind, _, said = (known or "").partition(":")
    header = {"etag": "If-None-Match", "modified": "If-Modified-Since"}.get(kind)
    return {} if header is None else {header: said}


def _version(response: aiohttp.ClientResponse) -> str | None:
    """Return what the server says of the file's version, as far as it can be relied on."""
    if etag := response.headers.get("ETag"):
        return f"etag:{etag}"
    modified, now = response.headers.get("Last-Modified"), response.headers.get("Date")
    if not modified or not now:
        return None
    try:
        age = parsedate_to_datetime(now) - parsedate_to_datetime(modified)
    except (ValueError, TypeError):
        return None
    return f"modified:{modified}" if age.total_seconds() >= SURE_AFTER_SECONDS else None


def _pause_seconds(response: aiohttp.ClientResponse) -> int | None:
    """Return how long the server asks to be left alone, unless that is longer than we wait."""
    said = response.headers.get("Retry-After", "")
    is_short = said.isascii() and said.isdecimal() and len(said) < 5
    return int(said) if is_short and int(said) <= LONGEST_PAUSE else None


def _size_bytes(response: aiohttp.ClientResponse) -> int | None:
    """Return how many bytes are coming, where the server says so of the file itself."""
    return None if _packing(response) or _is_chunked(response) else response.content_length


def _md5(response: aiohttp.ClientResponse) -> str | None:
    """Return the hash of the bytes, where the server says so of the file itself."""
    said = "" if _packing(response) else response.headers.get("Content-MD5", "")
    try:
        return base64.b64decode(said, validate=True).hex() or None
    except ValueError:
        return None


def _packing(response: aiohttp.ClientResponse) -> str:
    """Return how the server says it packed the file; nothing when it is as it is."""
    said = ",".join(response.headers.getall("Content-Encoding", ())).lower().split(",")
    return ", ".join(one for text in said if (one := text.strip()) not in ("", "identity"))


def _is_chunked(response: aiohttp.ClientResponse) -> bool:
    return "chunked" in response.headers.get("Transfer-Encoding", "").lower()
