"""Credentials: from the environment, by name, never shown."""

from __future__ import annotations

import traceback

import pytest

from ingest.files.remote.credentials import Credentials, check_name, read_credentials
from workspace.errors import ConfigError, EnvironmentFailed, Place

HERE = Place("mentorship.yml (source people)")
SECRET = "hunter2"  # noqa: S105


def read(scheme: str, name: str | None = "HR", **variables: str) -> Credentials:
    environment = {f"MENTORSHIP_HR_{suffix}": text for suffix, text in variables.items()}
    return read_credentials(name, scheme=scheme, environment=environment, place=HERE)


def test_every_variable_has_its_field() -> None:
    names = (
        *("USER", "PASSWORD", "TOKEN", "KEY_FILE", "KEY_PASSPHRASE", "KNOWN_HOSTS"),
        *("ENDPOINT", "REGION"),
    )
    found = read("sftp", **{name: name.lower() for name in names})
    assert found.name == "HR"
    for name in names:
        assert getattr(found, name.lower()) == name.lower()


def test_without_a_name_nothing_is_read() -> None:
    assert read("https", None, USER="u", PASSWORD=SECRET) == Credentials()


def test_the_line_end_that_a_file_of_variables_leaves_is_no_part_of_a_secret() -> None:
    assert read("https", TOKEN=f"{SECRET}\r\n").token == SECRET
    assert read("https", USER="u", PASSWORD=f" {SECRET} \n").password == f" {SECRET} "


@pytest.mark.parametrize(
    ("scheme", "variables"),
    [
        ("https", {}),
        ("https", {"USER": "u"}),
        ("https", {"PASSWORD": SECRET}),
        ("https", {"TOKEN": ""}),
        ("s3", {"USER": "u"}),
        ("s3", {"TOKEN": SECRET}),
        ("sftp", {}),
        ("sftp", {"TOKEN": SECRET}),
    ],
)
def test_what_a_place_needs_is_asked_for_by_the_names_of_variables(
    scheme: str, variables: dict[str, str]
) -> None:
    with pytest.raises(EnvironmentFailed) as caught:
        read(scheme, **variables)
    assert caught.value.exit_code == 4
    assert "MENTORSHIP_HR_" in (caught.value.expected or "")
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("text", [f"{SECRET}\nX: 1", f"{SECRET}\tx", f"\x00{SECRET}"])
def test_a_line_break_in_a_secret_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(EnvironmentFailed) as caught:
        read("https", TOKEN=text)
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert caught.value.found == "MENTORSHIP_HR_TOKEN"


def test_a_password_and_a_token_at_once_are_ambiguous_on_the_web() -> None:
    with pytest.raises(EnvironmentFailed, match="both a password and a token"):
        read("https", USER="u", PASSWORD=SECRET, TOKEN=SECRET)
    assert read("s3", USER="u", PASSWORD=SECRET, TOKEN=SECRET).token == SECRET


@pytest.mark.parametrize("name", ["HR", "A", "SFTP_2", "X" * 40])
def test_a_name_is_capitals_digits_and_underscores(name: str) -> None:
    check_name(name, place=HERE)


@pytest.mark.parametrize("name", ["hr", "", "2HR", "HR!", SECRET, "X" * 41, "H R", "HR\n"])
def test_what_is_no_name_may_be_a_secret_and_is_not_shown(name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check_name(name, place=HERE)
    assert caught.value.found is None
    if name == SECRET:
        assert SECRET not in str(caught.value)


def test_credentials_do_not_show_themselves() -> None:
    found = read("https", USER="u", PASSWORD=SECRET)
    assert SECRET not in repr(found) + str(found) + f"{found}"
