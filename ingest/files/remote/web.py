"""The web: one address, one file, asked for with the version that is known already.

requests asks one question at a time. What to do with the answer is decided here: its own session
follows a redirect wherever it leads, and reads what a redirect holds without end.
"""

from __future__ import annotations

import base64
import re
import socket
import ssl
import threading
import urllib.request
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.exceptions import (
    HTTPError,
    IncompleteRead,
    NameResolutionError,
    ProtocolError,
    ReadTimeoutError,
)

from ingest.files.remote.addresses import Address, is_loopback
from ingest.files.remote.credentials import Credentials
from ingest.files.remote.networks import Network, network_of, networks_of
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
    "User-Agent": "mentorship-impact",
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
        self._transport = _Transport()

    def files(self, address: Address) -> list[RemoteFile]:
        """Return the one file of an address; whether it is there shows when it is opened."""
        return [RemoteFile(address, None)]

    @contextmanager
    def opened(self, file: RemoteFile, *, known: str | None) -> Iterator[Stream | None]:
        """Give the bytes of an answer, or None when nothing has changed since the known one."""
        shown, deadline = file.address.shown, Deadline(self._timeout_seconds)
        with self._transport.cut_off_at(deadline):
            with _said(shown, deadline):
                response, is_elsewhere = self._asked(file.address, known, deadline)
            try:
                if response.status_code == UNCHANGED and known is not None:
                    yield None
                    return
                self._check(response, shown, is_elsewhere=is_elsewhere)
                _check_whole(response, shown)
                chunks = _chunks(response, shown, deadline)
                yield Stream(
                    version=_version(response),
                    size_bytes=_size_bytes(response),
                    md5=_md5(response),
                    chunks=_unpacked(chunks) if _packing(response) else chunks,
                )
            finally:
                response.close()

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def _asked(
        self, address: Address, known: str | None, deadline: Deadline
    ) -> tuple[requests.Response, bool]:
        """Return the answer behind all redirects, and whether it is another server's."""
        first = url = _url(address)
        # Whoever sends us on may not choose what its own credentials open: once away, always away.
        is_elsewhere = False
        self._transport.stay_within(None, address.shown)
        networks = {Network.INTERNET, *networks_of(address.host)}
        for _ in range(MOST_REDIRECTS + 1):
            is_elsewhere = is_elsewhere or _origin(url) != _origin(first)
            response = self._get(url, known, deadline, authorized=not is_elsewhere)
            target = response.headers.get("Location")
            if response.status_code not in REDIRECTS or target is None:
                return response, is_elsewhere
            response.close()
            # Servers write it in UTF-8, whatever the standard says.
            target = target.encode("latin-1", "replace").decode("utf-8", "replace")
            url = _followed(url, target, address.shown)
            self._transport.stay_within(networks, address.shown)
            if _proxy(url):
                # What a proxy connects to is not seen here.
                _refuse_inside(networks_of(urlsplit(url).hostname or ""), networks, address.shown)
        raise EnvironmentFailed(
            "A web server sends us from one address to the next without end.",
            place=Place(address.shown),
            to_do="open the address in a browser and use the one where the file is",
        )

    def _get(
        self, url: str, known: str | None, deadline: Deadline, *, authorized: bool
    ) -> requests.Response:
        """Return the answer to one question; credentials go to the address's own server only."""
        headers: dict[str, str | bytes] = {**HEADERS, **_condition(known)}
        if authorized and self._authorization:
            headers["Authorization"] = self._authorization.encode()
        proxy = _proxy(url)
        response = self._transport.send(
            requests.Request("GET", url, headers=headers).prepare(),
            stream=True,
            timeout=(self._timeout_seconds, self._timeout_seconds),
            proxies={urlsplit(url).scheme: proxy} if proxy else {},
        )
        if deadline.is_over:
            # What was cut off may look whole.
            response.close()
            raise TimeoutError
        return response

    def _check(self, response: requests.Response, shown: str, *, is_elsewhere: bool) -> None:
        """Refuse an answer that is not a file; what may go better the next time breaks off."""
        status, is_page = response.status_code, _content_type(response) in PAGES
        pause_seconds = _pause_seconds(response)
        if status in PASSING or (status == TOO_OFTEN and pause_seconds is not None):
            raise BrokenOff(f"the server answered {status}", pause_seconds=pause_seconds or 0.0)
        if status in CLOSED_DOORS or (status == DONE and is_page):
            answer = "a web page, as for signing in" if status == DONE else str(status)
            host = urlsplit(response.url).hostname
            whose = f" of {host}, where it sent us" if is_elsewhere else ""
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


def _check_whole(response: requests.Response, shown: str) -> None:
    """Refuse an answer that is not all there is, or of which nobody could tell."""
    if _NEXT.search(response.headers.get("Link", "")):
        raise EnvironmentFailed(
            "A web server gives only the first page of its records.",
            place=Place(shown),
            to_do="ask for all of them in one file: a larger page, a report, an export",
        )
    if _content_length(response) is None and not _is_chunked(response):
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


class _Transport(HTTPAdapter):
    """requests' way to a server: trusting as this machine does, and cut off when time is up."""

    def __init__(self) -> None:
        super().__init__()
        self._connections: list[Any] = []
        self._networks: set[Network] | None = None
        self._shown = ""

    def stay_within(self, networks: set[Network] | None, shown: str) -> None:
        """Connect to these networks only from now on, or to all.

        Connections that are open stay open: they were allowed then.
        """
        self._networks, self._shown = networks, shown
        super().close()

    def check(self, reached: set[Network]) -> None:
        """Refuse a server in a network that is not among those to stay within."""
        if self._networks is not None:
            _refuse_inside(reached, self._networks, self._shown)

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:  # noqa: ARG002
        """Demand a certificate that this machine trusts, and not one that requests brings."""
        conn.cert_reqs = "CERT_REQUIRED"

    def get_connection_with_tls_context(self, *given: Any, **named: Any) -> Any:
        """Return the connections to a server, each of which can be cut off."""
        pool = super().get_connection_with_tls_context(*given, **named)
        kind, opened = type(pool).ConnectionCls, self._connections
        is_direct, check = urlsplit(given[0].url).hostname == pool.host, self.check

        class Connection(kind):  # type: ignore[misc, valid-type] # of HTTP or of HTTPS
            def connect(self) -> None:
                opened.append(self)
                super().connect()

            def _new_conn(self) -> Any:
                # Asked of the socket too, since a name may lead elsewhere a moment later.
                if is_direct:
                    check(networks_of(self.host))
                reached = super()._new_conn()
                try:
                    if is_direct:
                        check({network_of(reached.getpeername()[0])})
                except EnvironmentFailed:
                    reached.close()
                    raise
                return reached

        pool.ConnectionCls = Connection
        return pool

    @contextmanager
    def cut_off_at(self, deadline: Deadline) -> Iterator[None]:
        """End whatever is still on its way at a deadline, however often a byte of it comes."""
        timer = threading.Timer(deadline.left_seconds, self._cut_off)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def close(self) -> None:
        """Close the connections."""
        super().close()
        self._connections.clear()

    def _cut_off(self) -> None:
        for connection in list(self._connections):
            if connection.sock is not None:
                with suppress(OSError):
                    socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)


def _chunks(response: requests.Response, shown: str, deadline: Deadline) -> Iterator[bytes]:
    answer: urllib3.HTTPResponse = response.raw
    with _said(shown, deadline):
        while chunk := answer.read1(CHUNK_BYTES, decode_content=False):
            yield chunk


@contextmanager
def _said(shown: str, deadline: Deadline) -> Iterator[None]:
    """Say in our words what went wrong on the way; the library's may hold the whole address."""
    try:
        yield
        return
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:
        causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            raise _untrusted(cause, shown)
    if deadline.is_over:
        raise deadline.missed(shown)
    raise BrokenOff(_why(causes))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and what it came of; urllib3 keeps that in `reason` or among its arguments."""
    while error is not None:
        yield error
        inner = (getattr(error, "reason", None), *error.args, error.__cause__, error.__context__)
        error = next((one for one in inner if isinstance(one, BaseException)), None)


def _why(causes: list[BaseException]) -> str:
    """Return what went wrong in a few words without any secret."""
    strerror = next((c.strerror for c in causes if isinstance(c, OSError) and c.strerror), None)
    kinds: dict[str, tuple[type[BaseException], ...]] = {
        "the file broke off": (IncompleteRead,),
        "no machine of that name": (NameResolutionError,),
        "no answer in time": (requests.Timeout, ReadTimeoutError, TimeoutError),
    }
    for why, kind in kinds.items():
        if any(isinstance(cause, kind) for cause in causes):
            return why
    name = type(causes[-1]).__name__
    if isinstance(causes[0], requests.ConnectionError | ProtocolError):
        return f"no connection ({strerror or name})"
    return f"no answer that can be read ({name})"


def _untrusted(error: ssl.SSLCertVerificationError, shown: str) -> EnvironmentFailed:
    return EnvironmentFailed(
        "A web server's certificate is not trusted.",
        place=Place(shown),
        found=error.verify_message or type(error).__name__,
        to_do="if your organization signs its own, set SSL_CERT_FILE to its certificates; "
        "there is no way to read without checking",
    )


def _url(address: Address) -> str:
    query = f"?{address.query}" if address.query else ""
    url = f"{address.scheme}://{address.authority}{address.path}{query}"
    try:
        requests.Request("GET", url).prepare()
    except ValueError:
        raise ConfigError(
            "A source's address cannot be read.",
            place=Place(f"{address.scheme}://..."),
            expected="an address such as https://host.example/report?format=csv",
        ) from None
    return url


def _origin(url: str) -> tuple[str, str | None, int | None]:
    """Return the server of an address: two with the same are one."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}[parts.scheme]


def _authorization(credentials: Credentials) -> str | None:
    if credentials.token:
        return f"Bearer {credentials.token}"
    if credentials.password is None:
        return None
    said = f"{credentials.user}:{credentials.password}"
    return f"Basic {base64.b64encode(said.encode()).decode()}"


def _followed(url: str, target: str, shown: str) -> str:
    """Return where a redirect leads; never from an encrypted connection to an open one."""
    try:
        followed = urljoin(url, target)
        parts = urlsplit(followed)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        parts, is_web = SplitResult("", "", "", "", ""), False
    is_open = parts.scheme == "http" and urlsplit(url).scheme == "https"
    if not is_web or is_open or parts.username or parts.password:
        raise EnvironmentFailed(
            "A web server sends us where we do not go.",
            place=Place(shown),
            found=f"a redirect to {parts.scheme or 'no'}:// of {parts.hostname or 'no host'}",
            expected="an address of the web, encrypted like the first, without a user in it",
            to_do="use the address where the file is",
        )
    return followed


def _refuse_inside(reached: set[Network], allowed: set[Network], shown: str) -> None:
    """Refuse a redirect to a network of ours in which the source itself does not lie."""
    for network in sorted(reached - allowed, key=lambda one: one.value):
        raise EnvironmentFailed(
            "A web server sends us where we do not go.",
            place=Place(shown),
            found=f"a redirect into {network.value}",
            expected="an address of the internet, or of the network in which the source lies",
            to_do="use the address where the file is",
        )


def _proxy(url: str) -> str | None:
    """Return the proxy that the environment names for an address."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if is_loopback(host) or urllib.request.proxy_bypass(host):
        return None
    return urllib.request.getproxies().get(parts.scheme)


def _condition(known: str | None) -> dict[str, str]:
    kind, _, said = (known or "").partition(":")
    header = {"etag": "If-None-Match", "modified": "If-Modified-Since"}.get(kind)
    return {} if header is None else {header: said}


def _version(response: requests.Response) -> str | None:
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


def _pause_seconds(response: requests.Response) -> int | None:
    """Return how long the server asks to be left alone, unless that is longer than we wait."""
    said = response.headers.get("Retry-After", "")
    is_short = said.isascii() and said.isdecimal() and len(said) < 5
    return int(said) if is_short and int(said) <= LONGEST_PAUSE else None


def _size_bytes(response: requests.Response) -> int | None:
    """Return how many bytes are coming, where the server says so of the file itself."""
    return None if _packing(response) or _is_chunked(response) else _content_length(response)


def _md5(response: requests.Response) -> str | None:
    """Return the hash of the bytes, where the server says so of the file itself."""
    said = "" if _packing(response) else response.headers.get("Content-MD5", "")
    try:
        return base64.b64decode(said, validate=True).hex() or None
    except ValueError:
        return None


def _packing(response: requests.Response) -> str:
    """Return how the server says it packed the file; nothing when it is as it is."""
    said = response.headers.get("Content-Encoding", "").lower().split(",")
    return ", ".join(one for text in said if (one := text.strip()) not in ("", "identity"))


def _content_type(response: requests.Response) -> str:
    return response.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def _content_length(response: requests.Response) -> int | None:
    said = response.headers.get("Content-Length", "").strip()
    return int(said) if said.isascii() and said.isdecimal() else None


def _is_chunked(response: requests.Response) -> bool:
    return "chunked" in response.headers.get("Transfer-Encoding", "").lower()
