"""S3: objects as their buckets list them, verified by the hash that S3 itself gives."""

from __future__ import annotations

import hashlib
import threading
import traceback
import urllib.request
from collections.abc import Iterator

import pytest

from ingest.files.remote.s3 import _md5
from tests.ingest.files.remote.conftest import (
    CSV,
    NEWER,
    PASSWORD,
    Client,
    S3Server,
    WebServer,
    breaks_off,
    drips,
    gives,
)
from workspace.errors import ConfigError, DataRefused, EnvironmentFailed, MentorshipError

ETAG = f'"{hashlib.md5(CSV).hexdigest()}"'  # noqa: S324 - what S3 calls a version


def refusal(client: Client, url: str, credentials: str | None = "HR") -> MentorshipError:
    with pytest.raises(MentorshipError) as caught:
        client.fetch(url, credentials)
    assert client.copies() == []
    said = "".join(traceback.format_exception(caught.value)) + str(caught.value.as_record())
    assert PASSWORD not in said
    return caught.value


@pytest.fixture
def imitation(s3: S3Server, web: WebServer, client: Client) -> WebServer:  # noqa: ARG001
    """A web server in the place of S3, to break off where no real one does on purpose."""
    client.environment["MENTORSHIP_HR_ENDPOINT"] = web.url("")
    return web


def test_an_object_comes_whole(client: Client, s3: S3Server) -> None:
    s3.put("hr/2026/jobs.csv", CSV * 100_000)
    assert client.fetch("s3://exports/hr/2026/jobs.csv", "HR") == CSV * 100_000


def test_a_pattern_names_several_objects_in_sorted_order(client: Client, s3: S3Server) -> None:
    for key in ("b_2.csv", "b_10.csv", "b_1.csv", "a.csv", ".b_3.csv", "b_4/jobs.csv", "b_5.csv.x"):
        s3.put(f"hr/{key}", key.encode())
    run = client.run()
    files = client.files("s3://exports/hr/b_*.csv", "HR", run=run)
    assert [file.shown for file in files] == [
        f"s3://exports/hr/{name}" for name in ("b_1.csv", "b_10.csv", "b_2.csv")
    ]
    assert [file.fetched().read_bytes() for file in files] == [b"b_1.csv", b"b_10.csv", b"b_2.csv"]
    run.close()


def test_an_object_at_the_top_of_its_bucket(client: Client, s3: S3Server) -> None:
    s3.put("jobs.csv", CSV)
    assert client.fetch("s3://exports/jobs.csv", "HR") == CSV
    assert client.fetch("s3://exports/*.csv", "HR") == CSV


def test_a_name_with_odd_characters_is_itself(client: Client, s3: S3Server) -> None:
    s3.put("hr/jobs [1] #a+b?é.csv", CSV)
    s3.put("hr/jobs 1 #a+b?é.csv", NEWER)
    assert client.fetch("s3://exports/hr/jobs [1] #a+b?é.csv", "HR") == CSV


@pytest.mark.parametrize(
    "url",
    [
        "s3://exports/hr/none.csv",
        "s3://exports/hr/n*.csv",
        "s3://exports/nowhere/n*.csv",
        "s3://exports/hr",
        "s3://no-such-bucket/jobs.csv",
        "s3://no-such-bucket/*.csv",
    ],
)
def test_what_is_not_there_is_a_mistake_of_the_configuration(
    client: Client, s3: S3Server, url: str
) -> None:
    s3.put("hr/jobs.csv", CSV)
    error = refusal(client, url)
    assert isinstance(error, ConfigError)
    assert error.exit_code == 2
    assert client.waits == []


@pytest.mark.usefixtures("s3")
def test_a_bucket_that_cannot_be_one_is_not_understood(client: Client) -> None:
    error = refusal(client, "s3://Not_A_Bucket!/jobs.csv")
    assert error.exit_code == 4
    assert "bucket's name" in (error.to_do or "")


# Who we are.


@pytest.fixture
def guarded(s3: S3Server) -> Iterator[S3Server]:
    """The service, asking everybody for a key that it knows."""

    def reset(count: bytes) -> None:
        request = urllib.request.Request(  # noqa: S310 - the server of the tests
            f"{s3.endpoint}/moto-api/reset-auth", data=count, headers={"Content-Type": "text/plain"}
        )
        urllib.request.urlopen(request).close()  # noqa: S310

    reset(b"0")
    yield s3
    reset(b"inf")


@pytest.mark.usefixtures("guarded")
@pytest.mark.parametrize("url", ["s3://exports/jobs.csv", "s3://exports/*.csv"])
def test_a_key_that_the_service_does_not_know_is_refused(client: Client, url: str) -> None:
    error = refusal(client, url)
    assert isinstance(error, EnvironmentFailed)
    assert error.exit_code == 4
    assert "MENTORSHIP_HR_USER" in (error.to_do or "")
    assert client.waits == []


def test_without_any_key_it_says_how_to_name_one(
    client: Client, s3: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", s3.endpoint)
    error = refusal(client, "s3://exports/jobs.csv", None)
    assert error.exit_code == 4
    assert "credentials: NAME" in (error.to_do or "")


def test_the_key_that_the_tools_of_aws_find_counts_without_a_name(
    client: Client, s3: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    s3.put("jobs.csv", CSV)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "exporter")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", PASSWORD)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", s3.endpoint)
    assert client.fetch("s3://exports/jobs.csv") == CSV


@pytest.mark.usefixtures("s3")
@pytest.mark.parametrize(
    "endpoint",
    ["http://s3.example:9000", "https://key:pw@s3.example", "ftp://s3.example", "s3.example"],
)
def test_a_service_is_only_spoken_to_in_secret(client: Client, endpoint: str) -> None:
    client.environment["MENTORSHIP_HR_ENDPOINT"] = endpoint
    error = refusal(client, "s3://exports/jobs.csv")
    assert error.exit_code == 4
    assert error.found == "MENTORSHIP_HR_ENDPOINT"
    assert endpoint not in str(error)


# What breaks off.


def test_what_breaks_off_is_tried_again(client: Client, imitation: WebServer) -> None:
    head = gives(CSV, ETag=ETAG)
    imitation.on("/exports/jobs.csv", head, breaks_off(CSV, 20), gives(b"", 503), head)
    assert client.fetch("s3://exports/jobs.csv", "HR") == CSV
    assert client.waits == [1.0, 2.0]


def test_what_always_breaks_off_is_given_up(client: Client, imitation: WebServer) -> None:
    imitation.on("/exports/jobs.csv", gives(CSV, ETag=ETAG), breaks_off(CSV, 20))
    error = refusal(client, "s3://exports/jobs.csv")
    assert error.exit_code == 4
    assert "3 times" in (error.found or "")
    assert len(imitation.asked) == 1 + 3


def test_other_bytes_than_were_stored_are_not_read(client: Client, imitation: WebServer) -> None:
    """As many bytes, but not the ones whose hash the service tells."""
    imitation.on("/exports/jobs.csv", gives(CSV.replace(b"E1", b"E2"), ETag=ETAG))
    error = refusal(client, "s3://exports/jobs.csv")
    assert "not the ones that were sent" in (error.found or "")
    assert client.waits == [1.0, 2.0]


@pytest.mark.usefixtures("s3")
def test_a_service_that_is_gone_says_what_to_do(client: Client) -> None:
    client.environment["MENTORSHIP_HR_ENDPOINT"] = "http://127.0.0.1:1"
    error = refusal(client, "s3://exports/jobs.csv")
    assert error.exit_code == 4
    assert client.waits == [1.0, 2.0]
    assert "check the address" in (error.to_do or "")


def test_a_larger_object_than_allowed_is_refused(client: Client, s3: S3Server) -> None:
    s3.put("jobs.csv", CSV)
    client.settings["maximum_download_bytes"] = len(CSV) - 1
    assert isinstance(refusal(client, "s3://exports/jobs.csv"), DataRefused)


# Nothing has changed.


@pytest.mark.parametrize("url", ["s3://exports/hr/jobs.csv", "s3://exports/hr/*.csv"])
def test_an_unchanged_object_is_not_fetched_again(client: Client, s3: S3Server, url: str) -> None:
    def sha256() -> tuple[str, list[str]]:
        run = client.run()
        (file,) = client.files(url, "HR", run=run)
        found = file.sha256(), client.copies()
        run.close()
        return found

    s3.put("hr/jobs.csv", CSV)
    (first, fetched), (second, fetched_again) = sha256(), sha256()
    assert first == second == hashlib.sha256(CSV).hexdigest()
    assert (len(fetched), len(fetched_again)) == (1, 0)

    s3.put("hr/jobs.csv", NEWER)
    assert sha256()[0] == hashlib.sha256(NEWER).hexdigest()


def test_an_object_that_was_sent_in_parts_comes_whole(client: Client, s3: S3Server) -> None:
    upload = s3.api.create_multipart_upload(Bucket="exports", Key="jobs.csv")["UploadId"]
    part = s3.api.upload_part(
        Bucket="exports", Key="jobs.csv", UploadId=upload, PartNumber=1, Body=CSV
    )
    done = s3.api.complete_multipart_upload(
        Bucket="exports",
        Key="jobs.csv",
        UploadId=upload,
        MultipartUpload={"Parts": [{"ETag": part["ETag"], "PartNumber": 1}]},
    )
    assert done["ETag"].endswith('-1"')
    assert client.fetch("s3://exports/jobs.csv", "HR") == CSV


@pytest.mark.parametrize(
    ("said", "md5"),
    [
        ({"ETag": ETAG}, ETAG.strip('"')),
        ({"ETag": ETAG, "ServerSideEncryption": "AES256"}, ETAG.strip('"')),
        ({"ETag": ETAG, "ServerSideEncryption": "aws:kms"}, None),
        ({"ETag": ETAG, "SSECustomerAlgorithm": "AES256"}, None),
        ({"ETag": ETAG.replace('"', "") + "-2"}, None),
        ({}, None),
    ],
)
def test_an_etag_is_a_hash_only_of_what_was_sent_whole_under_the_services_own_key(
    said: dict[str, str], md5: str | None
) -> None:
    assert _md5(said) == md5


def test_a_service_that_never_falls_silent_is_given_up(
    client: Client, imitation: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.files.remote.transfer.WHOLE_PER_SILENCE", 0.1)
    released = threading.Event()
    imitation.on("/exports/a.csv", drips(b"HTTP/1.1 200 OK\r\nX-Long: ", released))
    try:
        error = refusal(client, "s3://exports/a.csv")
    finally:
        released.set()
    assert error.exit_code == 4
    assert "too slowly" in error.message
    assert client.waits == []
