"""The web: whole files or none, credentials only where they belong, tried again only on the way."""

from __future__ import annotations

import base64
import datetime as dt
import gzip
import hashlib
import ipaddress
import os
import socket
import ssl
import subprocess
import sys
import threading
import traceback
import zlib
from collections.abc import Callable
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ingest.files.remote.addresses import read_address
from ingest.files.remote.credentials import Credentials
from ingest.files.remote.networks import Network, networks_of
from ingest.files.remote.transfer import CHUNK_BYTES, BrokenOff
from ingest.files.remote.web import WebPlace, _followed, _proxy
from tests.ingest.files.remote.conftest import (
    CSV,
    NEWER,
    PASSWORD,
    TOKEN,
    Answer,
    Client,
    WebServer,
    breaks_off,
    chunked,
    drips,
    endless,
    gives,
    leads_to,
    versioned,
    web_server,
)
from workspace.errors import (
    ConfigError,
    DataRefused,
    EnvironmentFailed,
    MentorshipError,
    Place,
)

PROJECT = Path(__file__).parents[4]
BASIC = "Basic " + base64.b64encode(f"exporter:{PASSWORD}".encode()).decode()


def refusal(client: Client, url: str, credentials: str | None = None) -> MentorshipError:
    with pytest.raises(MentorshipError) as caught:
        client.fetch(url, credentials)
    assert client.copies() == []
    return caught.value


def test_a_file_comes_with_basic_authentication(client: Client, web: WebServer) -> None:
    url = web.on("/report.csv", gives(CSV))
    assert client.fetch(url, "HR") == CSV
    assert [headers["Authorization"] for _, headers in web.asked] == [BASIC]


def test_a_report_comes_with_a_bearer_token_and_its_query(client: Client, web: WebServer) -> None:
    url = web.on("/ccx/service/customreport2/acme/report", chunked(CSV[:20], CSV[20:]))
    assert client.fetch(f"{url}?format=csv&Effective=2026-01-01", "API") == CSV
    ((path, headers),) = web.asked
    assert path == "/ccx/service/customreport2/acme/report?format=csv&Effective=2026-01-01"
    assert headers["Authorization"] == f"Bearer {TOKEN}"


def test_a_public_file_is_asked_for_without_credentials(
    client: Client, web: WebServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine 127.0.0.1 login exporter password {PASSWORD}\n")
    monkeypatch.setenv("NETRC", str(netrc))
    assert client.fetch(web.on("/report.csv", gives(CSV))) == CSV
    assert "Authorization" not in web.asked[0][1]


# What breaks off is tried again.


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(breaks_off(CSV, 20), id="in the midst of a known length"),
        pytest.param(chunked(CSV[:20], is_whole=False), id="between two chunks"),
        pytest.param(gives(b"busy", 500), id="500"),
        pytest.param(gives(b"busy", 502), id="502"),
        pytest.param(gives(b"busy", 503), id="503"),
        pytest.param(gives(b"busy", 504), id="504"),
        pytest.param(
            gives(CSV, Content_MD5=base64.b64encode(hashlib.md5(NEWER).digest()).decode()),  # noqa: S324
            id="other bytes than were sent",
        ),
    ],
)
def test_what_breaks_off_is_tried_again_and_never_read(
    client: Client, web: WebServer, broken: Answer
) -> None:
    url = web.on("/a.csv", broken, broken, gives(CSV))
    assert client.fetch(url) == CSV
    assert client.waits == [1.0, 2.0]

    client.waits.clear()
    web.on("/a.csv", broken)
    web.asked.clear()
    error = refusal(client, url)
    assert isinstance(error, EnvironmentFailed)
    assert error.exit_code == 4
    assert "3 times" in (error.found or "")
    assert len(web.asked) == 3
    assert client.waits == [1.0, 2.0]


def test_the_bytes_that_came_are_the_ones_that_were_sent(client: Client, web: WebServer) -> None:
    md5 = base64.b64encode(hashlib.md5(CSV).digest()).decode()  # noqa: S324
    assert client.fetch(web.on("/a.csv", gives(CSV, Content_MD5=md5))) == CSV


def test_how_often_it_is_tried_again_is_configured(client: Client, web: WebServer) -> None:
    client.settings["retries"] = 0
    url = web.on("/a.csv", gives(b"", 503), gives(CSV))
    assert "503" in (refusal(client, url).found or "")
    assert client.waits == []


def test_waits_grow_and_stay_bounded(client: Client, web: WebServer) -> None:
    client.settings["retries"] = 7
    refusal(client, web.on("/a.csv", gives(b"", 503)))
    assert client.waits == [1, 2, 4, 8, 16, 30, 30]


def test_a_place_that_nobody_answers_at_says_what_to_do(client: Client) -> None:
    with web_server() as gone:
        url = gone.url("/a.csv")
    error = refusal(client, url)
    assert error.exit_code == 4
    assert len(client.waits) == 2
    assert url in str(error.place)
    assert "check the address" in (error.to_do or "")


def test_a_name_that_no_machine_has_says_so(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    error = refusal(client, "https://hr.example/a.csv")
    assert error.exit_code == 4
    assert "no machine of that name" in (error.found or "")


def test_a_silent_server_breaks_off(web: WebServer) -> None:
    released = threading.Event()

    def silent(_: BaseHTTPRequestHandler) -> None:
        released.wait(10)

    address = read_address(web.on("/a.csv", silent), place=Place())
    place = WebPlace(address, Credentials(), timeout_seconds=0.05)
    try:
        with (
            pytest.raises(BrokenOff, match="no answer in time"),
            place.opened(place.files(address)[0], known=None),
        ):
            pass
    finally:
        released.set()
        place.close()


@pytest.mark.parametrize(
    "begins",
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nX-Long: ", id="in its head"),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", id="in a chunk"),
    ],
)
def test_a_server_that_never_falls_silent_is_given_up(
    client: Client, web: WebServer, monkeypatch: pytest.MonkeyPatch, begins: bytes
) -> None:
    """It sends a byte before each silence counts, and none of them is one of the file."""
    monkeypatch.setattr("ingest.files.remote.transfer.WHOLE_PER_SILENCE", 0.02)
    released = threading.Event()
    try:
        error = refusal(client, web.on("/a.csv", drips(begins, released)))
    finally:
        released.set()
    assert error.exit_code == 4
    assert "too slowly" in error.message
    assert client.waits == []


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(("said", "waits"), [("0", [1.0]), ("7", [7]), ("30", [30])])
def test_a_server_that_asks_for_a_short_pause_is_given_it(
    client: Client, web: WebServer, status: int, said: str, waits: list[float]
) -> None:
    url = web.on("/a.csv", gives(b"", status, Retry_After=said), gives(CSV))
    assert client.fetch(url) == CSV
    assert client.waits == waits


@pytest.mark.parametrize("said", ["31", "3600", "9" * 5000, "-1", "1.5", "soon", ""])
def test_a_server_that_asks_for_a_long_pause_is_not_waited_for(
    client: Client, web: WebServer, said: str
) -> None:
    url = web.on("/a.csv", gives(b"", 429, Retry_After=said), gives(CSV))
    assert "try again later" in (refusal(client, url).to_do or "")
    assert client.waits == []


def test_a_server_that_is_always_asked_too_often_is_given_up(
    client: Client, web: WebServer
) -> None:
    error = refusal(client, web.on("/a.csv", gives(b"", 429, Retry_After="2")))
    assert error.found == "the server answered 429, 3 times"
    assert client.waits == [2, 2]


# What is refused is not tried again.


@pytest.mark.parametrize(
    ("status", "kind", "says"),
    [
        (400, EnvironmentFailed, "correct the address"),
        (401, EnvironmentFailed, "MENTORSHIP_HR_PASSWORD"),
        (403, EnvironmentFailed, "what the user may read"),
        (404, ConfigError, "correct the path"),
        (410, ConfigError, "correct the path"),
        (429, EnvironmentFailed, "try again later"),
        (501, EnvironmentFailed, "501"),
    ],
)
def test_what_is_refused_is_not_asked_for_again(
    client: Client, web: WebServer, status: int, kind: type, says: str
) -> None:
    error = refusal(client, web.on("/a.csv", gives(b"no", status), gives(CSV)), "HR")
    assert type(error) is kind
    assert error.exit_code == {ConfigError: 2, EnvironmentFailed: 4}[kind]
    assert says in str(error)
    assert len(web.asked) == 1
    assert client.waits == []


def test_a_refusal_without_credentials_says_how_to_name_them(
    client: Client, web: WebServer
) -> None:
    error = refusal(client, web.on("/a.csv", gives(b"", 401)))
    assert "credentials: NAME" in (error.to_do or "")


def test_an_expired_token_is_named_by_its_variable(client: Client, web: WebServer) -> None:
    error = refusal(client, web.on("/a.csv", gives(b"", 401)), "API")
    assert "MENTORSHIP_API_TOKEN" in (error.to_do or "")


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "application/xhtml+xml"])
def test_a_page_to_sign_in_is_no_export(client: Client, web: WebServer, kind: str) -> None:
    page = gives(b"<html>Sign in</html>", Content_Type=kind)
    error = refusal(client, web.on("/a.csv", page), "HR")
    assert error.exit_code == 4
    assert "a web page, as for signing in" in (error.found or "")


def test_the_first_page_of_many_is_no_export(client: Client, web: WebServer) -> None:
    page = gives(b"[]", Link='<https://host.example/r?page=2>; rel="next"')
    assert "only the first page" in refusal(client, web.on("/a.json", page)).message


def test_a_file_whose_end_nobody_tells_is_refused(client: Client, web: WebServer) -> None:
    error = refusal(client, web.on("/a.csv", endless(CSV)))
    assert error.exit_code == 4
    assert "where the file ends" in error.message
    assert client.waits == []


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(gives(CSV), id="told beforehand"),
        pytest.param(chunked(CSV[:20], CSV[20:]), id="in chunks"),
        pytest.param(
            gives(gzip.compress(bytes(1_000_000)), Content_Encoding="gzip"), id="packed tightly"
        ),
    ],
)
def test_a_file_larger_than_allowed_is_refused(
    client: Client, web: WebServer, answer: Answer
) -> None:
    client.settings["maximum_download_bytes"] = len(CSV) - 1
    error = refusal(client, web.on("/a.csv", answer))
    assert isinstance(error, DataRefused)
    assert "ingest.maximum_download_bytes" in (error.expected or "")


def test_a_file_as_large_as_allowed_comes(client: Client, web: WebServer) -> None:
    client.settings["maximum_download_bytes"] = len(CSV)
    assert client.fetch(web.on("/a.csv", gives(CSV))) == CSV


def test_a_file_that_is_packed_on_its_way_is_unpacked(client: Client, web: WebServer) -> None:
    packed = gives(gzip.compress(CSV), Content_Encoding="gzip")
    assert client.fetch(web.on("/a.csv", packed)) == CSV
    assert web.asked[0][1]["Accept-Encoding"] == "identity"


@pytest.mark.parametrize(
    ("packing", "packed"),
    [
        pytest.param("gzip", gzip.compress(CSV[:20]) + gzip.compress(CSV[20:]), id="two in a row"),
        pytest.param("X-Gzip", gzip.compress(CSV), id="by its old name"),
        pytest.param("deflate", zlib.compress(CSV), id="without a header of gzip"),
        pytest.param("identity", CSV, id="not at all"),
    ],
)
@pytest.mark.parametrize("answer", [gives, chunked])
def test_what_is_packed_comes_whole(
    client: Client, web: WebServer, answer: Callable[..., Answer], packing: str, packed: bytes
) -> None:
    url = web.on("/a.csv", answer(packed, Content_Encoding=packing))
    assert client.fetch(url) == CSV


@pytest.mark.parametrize("size_bytes", [CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1])
def test_what_unpacks_to_several_pieces_comes_whole(
    client: Client, web: WebServer, size_bytes: int
) -> None:
    body = bytes(size_bytes)
    url = web.on("/a.csv", gives(gzip.compress(body), Content_Encoding="gzip"))
    assert client.fetch(url) == body


def flushed(body: bytes) -> bytes:
    """Return what a filter that packs has sent when what it packs dies: no end, but all so far."""
    packer = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    return packer.compress(body) + packer.flush(zlib.Z_SYNC_FLUSH)


@pytest.mark.parametrize(
    "packed",
    [
        pytest.param(flushed(CSV), id="without its end"),
        pytest.param(gzip.compress(CSV)[:-8], id="without its sum"),
        pytest.param(gzip.compress(CSV)[:-1], id="without a byte"),
        pytest.param(gzip.compress(CSV)[:-8] + bytes(8), id="with another sum"),
        pytest.param(gzip.compress(CSV) + gzip.compress(CSV)[:12], id="with half a second part"),
        pytest.param(zlib.compress(CSV)[:-2], id="without its sum, as deflate"),
        pytest.param(CSV, id="not packed at all"),
        pytest.param(b"", id="nothing"),
    ],
)
@pytest.mark.parametrize("answer", [gives, chunked])
def test_what_is_packed_and_cut_off_is_tried_again_and_never_taken(
    client: Client, web: WebServer, answer: Callable[..., Answer], packed: bytes
) -> None:
    cut = answer(packed, Content_Encoding="gzip")
    url = web.on("/a.csv", cut, gives(gzip.compress(CSV), Content_Encoding="gzip"))
    assert client.fetch(url) == CSV
    assert len(web.asked) == 2
    assert "3 times" in (refusal(client, web.on("/b.csv", cut)).found or "")


@pytest.mark.parametrize("packing", ["br", "zstd", "compress", "gzip, gzip"])
def test_a_way_of_packing_that_cannot_be_undone_is_refused(
    client: Client, web: WebServer, packing: str
) -> None:
    error = refusal(client, web.on("/a.csv", gives(CSV, Content_Encoding=packing)))
    assert error.exit_code == 4
    assert error.found == f"Content-Encoding: {packing}"
    assert client.waits == []


# Redirects.


def test_a_redirect_on_the_same_server_keeps_the_credentials(
    client: Client, web: WebServer
) -> None:
    web.on("/new/a.csv", gives(CSV))
    assert client.fetch(web.on("/a.csv", leads_to("/new/a.csv", 307)), "HR") == CSV
    assert [headers.get("Authorization") for _, headers in web.asked] == [BASIC, BASIC]


@pytest.mark.parametrize("credentials", ["HR", "API"])
def test_a_redirect_elsewhere_goes_without_credentials_and_cookies(
    client: Client, web: WebServer, elsewhere: WebServer, credentials: str
) -> None:
    # By name: cookies of a host known by number would not be sent in any case.
    target = elsewhere.on("/b.csv", gives(CSV)).replace("127.0.0.1", "localhost")
    url = web.on("/a.csv", gives(b"", 302, Location=target, Set_Cookie="session=1"))
    assert client.fetch(url.replace("127.0.0.1", "localhost"), credentials) == CSV
    assert "Authorization" in web.asked[0][1]
    ((_, headers),) = elsewhere.asked
    assert not {"Authorization", "Cookie", "Referer"} & set(headers)


def test_credentials_do_not_come_back_at_a_path_that_another_server_chose(
    client: Client, web: WebServer, elsewhere: WebServer
) -> None:
    back = elsewhere.on("/b", leads_to(web.on("/everything.csv", gives(CSV))))
    assert client.fetch(web.on("/a.csv", leads_to(back)), "HR") == CSV
    assert [(path, headers.get("Authorization")) for path, headers in web.asked] == [
        ("/a.csv", BASIC),
        ("/everything.csv", None),
    ]


# The source is `localhost`, which these tests take for a host of the internet.
PUBLIC = "localhost"


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch, web: WebServer) -> WebServer:
    """A server that a build takes for one of the internet."""

    def networks(host: str) -> set[Network]:
        return {Network.INTERNET} if host == PUBLIC else networks_of(host)

    monkeypatch.setattr("ingest.files.remote.web.networks_of", networks)
    return web


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "0.0.0.0", "[::1]"),  # noqa: S104 - no server listens there
        *("[::ffff:127.0.0.1]", "127.0.0.1.", "LOCALHOST.", "ip6-localhost"),
    ],
)
def test_nobody_on_the_internet_sends_us_to_this_machine(
    client: Client, outside: WebServer, elsewhere: WebServer, host: str
) -> None:
    if not networks_of(host.strip("[]")):
        pytest.skip("this machine knows no such name")
    elsewhere.on("/b.csv", gives(CSV))
    target = f"http://{host}:{elsewhere.port}/b.csv"
    url = outside.on("/a.csv", leads_to(target)).replace("127.0.0.1", PUBLIC)
    error = refusal(client, url)
    assert (error.exit_code, error.found) == (4, "a redirect into this machine")
    assert elsewhere.asked == client.waits == []


@pytest.mark.parametrize("host", ["169.254.169.254", "10.1.2.3", "192.168.0.1", "[fd00::1]"])
def test_nobody_on_the_internet_sends_us_into_a_network_of_ours(
    client: Client, outside: WebServer, host: str
) -> None:
    target = f"http://{host}/latest/meta-data/"
    error = refusal(client, outside.on("/a.csv", leads_to(target)).replace("127.0.0.1", PUBLIC))
    assert "sends us where we do not go" in error.message


def test_each_redirect_is_looked_at_not_only_the_first(
    client: Client, outside: WebServer, elsewhere: WebServer
) -> None:
    inside = elsewhere.on("/b.csv", gives(CSV))
    outside.on("/2", leads_to(inside))
    url = outside.on("/1", leads_to("/2")).replace("127.0.0.1", PUBLIC)
    assert "into this machine" in (refusal(client, url).found or "")
    assert elsewhere.asked == []


def test_a_name_that_leads_elsewhere_a_moment_later_is_told_by_its_connection(
    client: Client, outside: WebServer, elsewhere: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.files.remote.web.networks_of", lambda _: {Network.INTERNET})
    url = outside.on("/a.csv", leads_to(elsewhere.on("/b.csv", gives(CSV))))
    assert "into this machine" in (refusal(client, url).found or "")
    assert elsewhere.asked == []


def test_a_proxy_is_not_asked_for_what_lies_inside(
    client: Client, outside: WebServer, elsewhere: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "ingest.files.remote.web._proxy",
        lambda url: elsewhere.url("") if "10.1.2.3" in url else None,
    )
    url = outside.on("/a.csv", leads_to("http://10.1.2.3/b.csv")).replace("127.0.0.1", PUBLIC)
    assert "into a private network" in (refusal(client, url).found or "")
    assert elsewhere.asked == []


def test_a_redirect_elsewhere_that_wants_credentials_is_refused(
    client: Client, web: WebServer, elsewhere: WebServer
) -> None:
    url = web.on("/a.csv", leads_to(elsewhere.on("/b.csv", gives(b"", 401))))
    error = refusal(client, url, "HR")
    assert "credentials are not sent to other servers" in (error.to_do or "")
    assert "Authorization" not in elsewhere.asked[0][1]


@pytest.mark.parametrize(
    "target",
    ["ftp://host.example/a.csv", "file:///etc/passwd", "http://u:p@127.0.0.1/a.csv", "https://"],
)
def test_a_redirect_to_no_place_of_the_web_is_refused(
    client: Client, web: WebServer, target: str
) -> None:
    error = refusal(client, web.on("/a.csv", leads_to(target)), "HR")
    assert error.exit_code == 4
    assert "sends us where we do not go" in error.message
    assert client.waits == []


def test_a_redirect_never_leaves_encryption() -> None:
    here = "https://host.example/a.csv"
    with pytest.raises(EnvironmentFailed, match="http:// of host\\.example"):
        _followed(here, "http://host.example/a.csv", "shown")
    assert _followed(here, "https://other.example/b", "shown") == "https://other.example/b"


def test_redirects_without_end_are_refused(client: Client, web: WebServer) -> None:
    error = refusal(client, web.on("/a.csv", leads_to("/a.csv")))
    assert "without end" in error.message
    assert len(web.asked) == 6


# Nothing has changed.


def test_an_unchanged_file_is_not_sent_again(client: Client, web: WebServer) -> None:
    url = web.on("/a.csv", versioned(CSV, '"v1"'))
    for _ in range(2):
        run = client.run()
        (file,) = client.files(url, run=run)
        assert file.sha256() == hashlib.sha256(CSV).hexdigest()
        run.close()
        assert client.copies() == []
    assert [headers.get("If-None-Match") for _, headers in web.asked] == [None, '"v1"']

    web.on("/a.csv", versioned(NEWER, '"v2"'))
    run = client.run()
    (file,) = client.files(url, run=run)
    assert file.sha256() == hashlib.sha256(NEWER).hexdigest()
    assert file.fetched().read_bytes() == NEWER
    run.close()
    assert len(web.asked) == 3


def test_an_unchanged_file_that_is_needed_is_fetched(client: Client, web: WebServer) -> None:
    url = web.on("/a.csv", versioned(CSV, '"v1"'))
    client.fetch(url)
    run = client.run()
    (file,) = client.files(url, run=run)
    assert file.sha256() == hashlib.sha256(CSV).hexdigest()
    assert file.fetched().read_bytes() == CSV
    run.close()
    assert [headers.get("If-None-Match") for _, headers in web.asked] == [None, '"v1"', None]


def test_a_full_refresh_believes_no_version(client: Client, web: WebServer) -> None:
    url = web.on("/a.csv", versioned(CSV, '"v1"'))
    client.fetch(url)
    run = client.run(forget=True)
    client.files(url, run=run)[0].sha256()
    run.close()
    assert "If-None-Match" not in web.asked[1][1]


@pytest.mark.parametrize(
    ("age_seconds", "asked"),
    [(59, None), (60, "If-Modified-Since"), (3600, "If-Modified-Since")],
)
def test_a_date_is_believed_when_it_is_a_minute_old(
    client: Client, web: WebServer, age_seconds: int, asked: str | None
) -> None:
    """Younger, the file could change again within the second that the date tells."""
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    said = format_datetime(now - dt.timedelta(seconds=age_seconds), usegmt=True)

    def dated(handler: BaseHTTPRequestHandler) -> None:
        handler.date_time_string = lambda *_: format_datetime(now, usegmt=True)  # type: ignore[method-assign]
        gives(CSV, Last_Modified=said)(handler)

    url = web.on("/a.csv", dated)
    client.fetch(url)
    client.fetch(url)
    run = client.run()
    client.files(url, run=run)[0].sha256()
    run.close()
    conditions = {"If-Modified-Since", "If-None-Match"}
    assert conditions & set(web.asked[-1][1]) == ({asked} if asked else set())


def test_a_server_that_says_no_version_is_asked_once_in_each_run(
    client: Client, web: WebServer
) -> None:
    url = web.on("/report", gives(CSV))
    for n in (1, 2):
        run = client.run()
        (file,) = client.files(url, run=run)
        assert file.sha256() == hashlib.sha256(CSV).hexdigest()
        assert file.fetched().read_bytes() == CSV
        run.close()
        assert len(web.asked) == n


# Encryption.


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate that this machine signed for itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(
        signed.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


def encrypted(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_a_certificate_that_nobody_trusts_is_refused_at_once(
    client: Client, certificate: Path
) -> None:
    with web_server(encrypted(certificate)) as server:
        url = server.on("/a.csv", gives(CSV)).replace("http://", "https://")
        error = refusal(client, url, "HR")
        assert server.asked == []
    assert error.exit_code == 4
    assert "certificate is not trusted" in error.message
    assert "self-signed" in (error.found or "")
    assert client.waits == []


def test_a_certificate_of_the_organization_is_trusted_when_named(
    client: Client, certificate: Path
) -> None:
    """What to trust is read once, when the program starts."""
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from ingest.files.remote.downloads import Downloads\n"
        "from workspace.config import IngestConfig, SourceConfig\n"
        "from workspace.errors import Place\n"
        "run = Downloads(Path(sys.argv[2]), IngestConfig())\n"
        "source = SourceConfig(table='people', path=sys.argv[1])\n"
        "print(run.files(source, place=Place())[0].sha256())\n"
        "run.close()\n"
    )
    with web_server(encrypted(certificate)) as server:
        url = server.on("/a.csv", gives(CSV)).replace("http://", "https://")
        said = subprocess.run(
            [sys.executable, "-c", code, url, str(client.folder)],
            cwd=PROJECT,
            env={**os.environ, "SSL_CERT_FILE": str(certificate)},
            capture_output=True,
            text=True,
            check=True,
        )
    assert said.stdout.strip() == hashlib.sha256(CSV).hexdigest()


def test_credentials_never_travel_unencrypted(client: Client) -> None:
    error = refusal(client, "http://hr.example/a.csv", "HR")
    assert isinstance(error, ConfigError)
    assert "https://" in (error.expected or "")


def test_an_unencrypted_file_is_remarked_upon(client: Client, web: WebServer) -> None:
    (far,) = client.files("http://hr.example/a.csv")
    (near,) = client.files(web.url("/a.csv"))
    assert "unencrypted" in far.remarks[0]
    assert near.remarks == ()


@pytest.mark.parametrize(
    ("url", "proxy"),
    [
        ("https://hr.example/a", "http://proxy.example:3128"),
        ("https://files.inside.example/a", None),
        ("https://127.0.0.1/a", None),
        ("http://hr.example/a", None),
    ],
)
def test_the_proxy_of_the_environment_is_used(
    monkeypatch: pytest.MonkeyPatch, url: str, proxy: str | None
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "inside.example")
    assert _proxy(url) == proxy


# Secrets.


@pytest.mark.parametrize("credentials", ["HR", "API"])
@pytest.mark.parametrize(
    "answer",
    [
        gives(b"", 401),
        gives(b"", 404),
        gives(b"", 500),
        breaks_off(CSV, 20),
        leads_to("gopher://host.example/"),
        endless(CSV),
    ],
)
def test_no_error_and_no_file_holds_a_secret(
    client: Client, web: WebServer, credentials: str, answer: Answer
) -> None:
    url = web.on("/a.csv", answer) + "?who=" + "Quillon"
    with pytest.raises(MentorshipError) as caught:
        client.fetch(url, credentials)
    said = "".join(traceback.format_exception(caught.value)) + str(caught.value.as_record())
    kept = b"".join(path.read_bytes() for path in client.folder.rglob("*") if path.is_file())
    secrets = (PASSWORD, TOKEN, BASIC, "who=Quillon")
    assert [one for one in secrets if one in said or one.encode() in kept] == []
