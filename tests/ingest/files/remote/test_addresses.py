"""Addresses: read as they are spelled, shown without user and query, refused with a secret."""

from __future__ import annotations

import pytest

from ingest.files.remote.addresses import Address, is_loopback, is_remote, read_address, shown_path
from ingest.files.remote.transfer import matching
from workspace.errors import ConfigError, Place

HERE = Place("mentorship.yml (source people)")


def address(text: str) -> Address:
    return read_address(text, place=HERE)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "sftp://hr@files.example:2222/out/*.csv",
            ("sftp", "files.example", 2222, "hr", "/out/*.csv", ""),
        ),
        (
            "sftp://files.example/a b#1?.csv",
            ("sftp", "files.example", None, None, "/a b#1?.csv", ""),
        ),
        ("SFTP://Files.Example/a.csv", ("sftp", "files.example", None, None, "/a.csv", "")),
        ("sftp://hr%40corp@[::1]:22/a.csv", ("sftp", "::1", 22, "hr@corp", "/a.csv", "")),
        ("s3://hr/code=US/a;1.csv", ("s3", "hr", None, None, "/code=US/a;1.csv", "")),
        ("s3://My.Bucket/hr/a@b.csv", ("s3", "My.Bucket", None, None, "/hr/a@b.csv", "")),
        (
            "https://hr.example/report/jobs?format=csv&from=2026-01-01",
            ("https", "hr.example", None, None, "/report/jobs", "format=csv&from=2026-01-01"),
        ),
        ("https://hr.example?x=1", ("https", "hr.example", None, None, "/", "x=1")),
        ("http://127.0.0.1:8080/", ("http", "127.0.0.1", 8080, None, "/", "")),
    ],
)
def test_an_address_is_read_as_it_is_spelled(text: str, parts: tuple[object, ...]) -> None:
    assert address(text) == Address(*parts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("sftp://hr@files.example:2222/out/*.csv", "sftp://files.example:2222/out/*.csv"),
        ("sftp://hr@[::1]/a.csv", "sftp://[::1]/a.csv"),
        ("s3://exports/hr/a.csv", "s3://exports/hr/a.csv"),
        ("https://hr.example/jobs?who=me", "https://hr.example/jobs"),
        ("exports/a.csv", "exports/a.csv"),
        ("sftp://hr:pw@files.example/a.csv", "sftp://..."),
        ("ftp://hr:pw@files.example/a.csv", "an address"),
        ("hr:pw@files.example://a.csv", "an address"),
    ],
)
def test_an_address_is_shown_without_user_and_query(text: str, shown: str) -> None:
    assert shown_path(text) == shown


@pytest.mark.parametrize(
    ("text", "stem"),
    [
        ("sftp://files.example/out/jobs.2026.csv", "jobs.2026"),
        ("https://hr.example/report/Worker%20History.csv?format=csv", "Worker History"),
        ("https://hr.example/report/jobs/", ""),
    ],
)
def test_the_stem_is_the_name_without_folder_and_ending(text: str, stem: str) -> None:
    assert address(text).stem == stem


SECRET = "hunter2"  # noqa: S105


@pytest.mark.parametrize(
    "text",
    [
        f"sftp://hr:{SECRET}@files.example/a.csv",
        f"sftp://:{SECRET}@files.example/a.csv",
        f"sftp://hr:{SECRET}/with@slash@files.example/a.csv",
        f"sftp://hr:22/{SECRET}@files.example/a.csv",
        f"s3://{SECRET}@exports/a.csv",
        f"s3://key:{SECRET}@exports/a.csv",
        f"https://{SECRET}@hr.example/a.csv",
        f"https://hr:{SECRET}@hr.example/a.csv",
        f"https://hr:{SECRET}@hr.example",
        f"http://hr:{SECRET}@hr.example/a.csv",
        f"sftp://hr%3A{SECRET}@files.example/a.csv",
        f"sftp://hr%0A{SECRET}@files.example/a.csv",
        f"https://hr.example/a.csv#token={SECRET}",
        f"https://hr.example#{SECRET}",
        f"https://hr.example/a.csv?from=2026;password={SECRET}",
        f"https://hr.example/a.csv;password={SECRET}",
        f"https://hr.example/token={SECRET}/a.csv",
        f"https://hr.example/a.csv?who=a?pwd={SECRET}",
        f"sftp://files.example/a.csv?password={SECRET}",
        f"s3://exports/a.csv#token={SECRET}",
        *(
            f"https://hr.example/a.csv?format=csv&{name}={SECRET}"
            for name in (
                *("password", "token", "access_token", "api_key", "apikey", "API-Key", "key"),
                *("client_secret", "sig", "X-Amz-Signature", "X-Amz-Credential", "auth"),
                *("pwd", "code", "jwt", "authCode", "access-code", "sas", "otp", "sessionid"),
                *("pass%77ord", "user[password]", "x-functions-key", "AWSAccessKeyId", "x+token"),
            )
        ),
    ],
)
def test_a_secret_in_an_address_is_refused_without_being_shown(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        address(text)
    error = caught.value
    assert error.exit_code == 2
    assert SECRET not in str(error) + str(error.__cause__) + str(error.__context__)
    assert "change" in (error.to_do or "")
    assert SECRET not in shown_path(text)


def test_a_refused_secret_says_where_it_belongs() -> None:
    with pytest.raises(ConfigError, match="MENTORSHIP_NAME_PASSWORD"):
        address("sftp://hr:pw@files.example/a.csv")


@pytest.mark.parametrize(
    "name",
    [
        *("format", "author", "keyword", "country_code", "pageSize", "tokens_n", "Effective"),
        *("sort_key", "postcode", "keys", "session_type", "user", "authors", "code_list"),
    ],
)
def test_an_ordinary_parameter_is_no_secret(name: str) -> None:
    assert address(f"https://hr.example/a?{name}=1").query == f"{name}=1"


@pytest.mark.parametrize(
    "text",
    [
        f"ftp://hr:{SECRET}@files.example/a.csv",
        f"file:///{SECRET}.csv",
        f"simplecache::s3://exports/{SECRET}",
        f"gs://{SECRET}/a.csv",
        f"exports/{SECRET}://a.csv",
        f"://{SECRET}",
    ],
)
def test_a_place_of_another_kind_is_refused_without_being_shown(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        address(text)
    assert SECRET not in str(caught.value)
    assert "s3://" in (caught.value.expected or "")


@pytest.mark.parametrize(
    "text",
    [
        "sftp://files.example",
        "sftp://files.example/",
        "sftp://files.example/out/",
        "sftp:///a.csv",
        "sftp://files.example:port/a.csv",
        "sftp://files.example:99999/a.csv",
        "sftp://files.example/out/../../etc/passwd",
        "sftp://files.example/*/a.csv",
        "sftp://files.example/a\n.csv",
        "sftp://two words/a.csv",
        "s3://exports",
        "s3://exports:9000/a.csv",
        "s3://exports/h?/a.csv",
        "https://",
        "https:///a.csv",
        "https://hr.example/*.csv",
        "https://hr example/a.csv",
    ],
)
def test_an_address_that_leads_nowhere_is_refused(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        address(text)
    assert caught.value.place == HERE


def test_what_is_remote_has_a_scheme() -> None:
    assert is_remote("s3://exports/a.csv")
    assert not is_remote("exports/a.csv")
    assert not is_remote("exports/s3:a.csv")


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("0.0.0.0", False),  # noqa: S104 - a number, not a place to listen
        ("10.0.0.1", False),
        ("localhost.example", False),
        ("127.0.0.1.example", False),
    ],
)
def test_only_this_machine_is_this_machine(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_a_file_is_told_from_others_by_everything_that_leads_to_it() -> None:
    told = [
        address(text).identity(credentials)
        for text, credentials in (
            ("sftp://a@files.example/x.csv", None),
            ("sftp://b@files.example/x.csv", None),
            ("sftp://a@files.example:22/x.csv", None),
            ("sftp://a@files.example/y.csv", None),
            ("sftp://a@files.example/x.csv", "HR"),
            ("https://files.example/x.csv", None),
            ("https://files.example/x.csv?a=1", None),
            ("https://files.example/x.csv?a=2", None),
        )
    ]
    assert len(set(told)) == len(told)
    assert told[0] == address("sftp://a@files.example/x.csv").identity(None)


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("*.csv", ["B.csv", "a.csv", "b.csv"]),
        ("?.csv", ["B.csv", "a.csv", "b.csv"]),
        ("[ab].csv", ["a.csv", "b.csv"]),
        (".*", [".hidden.csv"]),
        ("x[1].csv", ["x[1].csv"]),
        ("none*", []),
    ],
)
def test_a_pattern_stands_for_names_in_sorted_order(pattern: str, names: list[str]) -> None:
    there = ["b.csv", "a.csv", "B.csv", ".hidden.csv", "a.csv.part", "x[1].csv", "x1.csv"]
    there = [n for n in there if pattern == "x[1].csv" or not n.startswith("x")]
    assert matching(there, pattern) == names
