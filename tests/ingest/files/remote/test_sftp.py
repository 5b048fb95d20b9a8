"""SFTP: only servers that are known, only whole files, and the same file only once."""

from __future__ import annotations

import base64
import hashlib
import os
import threading
import traceback
from pathlib import Path

import paramiko
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from tests.ingest.files.remote.conftest import CSV, NEWER, PASSWORD, Client, SftpServer
from workspace.errors import ConfigError, EnvironmentFailed, MentorshipError

LONG = CSV * 40_000


KEYS = {
    "ecdsa": ec.generate_private_key(ec.SECP256R1()),
    "ed25519": ed25519.Ed25519PrivateKey.generate(),
    "rsa": rsa.generate_private_key(65537, 2048),
}
WRITTEN = [("ecdsa", "PEM"), ("ecdsa", "OpenSSH"), ("ed25519", "OpenSSH")]
WRITTEN += [("rsa", "PEM"), ("rsa", "OpenSSH")]


def public_key(kind: str) -> paramiko.PKey:
    """Return what a server knows a user by."""
    name, said = (
        KEYS[kind]
        .public_key()
        .public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
        .split()
    )
    return paramiko.PKey.from_type_string(name.decode(), base64.b64decode(said))


def written_key(kind: str, form: str, passphrase: str | None) -> bytes:
    """Return a private key as a file holds it."""
    lock = (
        serialization.BestAvailableEncryption(passphrase.encode())
        if passphrase
        else serialization.NoEncryption()
    )
    formats = {
        "PEM": serialization.PrivateFormat.TraditionalOpenSSL,
        "OpenSSH": serialization.PrivateFormat.OpenSSH,
    }
    return KEYS[kind].private_bytes(serialization.Encoding.PEM, formats[form], lock)


def refusal(client: Client, url: str, credentials: str | None = "HR") -> MentorshipError:
    with pytest.raises(MentorshipError) as caught:
        client.fetch(url, credentials)
    assert client.copies() == []
    said = "".join(traceback.format_exception(caught.value)) + str(caught.value.as_record())
    assert PASSWORD not in said
    return caught.value


def test_a_file_comes_whole(client: Client, sftp: SftpServer) -> None:
    sftp.write("out/jobs.csv", LONG)
    assert client.fetch(sftp.url("/out/jobs.csv"), "HR") == LONG


def test_a_pattern_names_several_files_in_sorted_order(client: Client, sftp: SftpServer) -> None:
    for name in ("b_2.csv", "b_10.csv", "b_1.csv", "a.csv", ".b_3.csv", "b_4.csv.part"):
        sftp.write(f"out/{name}", name.encode())
    (sftp.root / "out" / "b_folder.csv").mkdir()
    run = client.run()
    files = client.files(sftp.url("/out/b_*.csv"), "HR", run=run)
    assert [file.shown for file in files] == [
        sftp.url(f"/out/{name}", user="") for name in ("b_1.csv", "b_10.csv", "b_2.csv")
    ]
    assert [file.stem for file in files] == ["b_1", "b_10", "b_2"]
    assert [file.fetched().read_bytes() for file in files] == [b"b_1.csv", b"b_10.csv", b"b_2.csv"]
    run.close()


def test_a_link_of_the_server_is_what_it_leads_to(client: Client, sftp: SftpServer) -> None:
    sftp.write("out/2026-06.csv", CSV)
    (sftp.root / "out" / "newest.csv").symlink_to("2026-06.csv")
    (sftp.root / "out" / "newer.csv").symlink_to("gone.csv")
    assert client.fetch(sftp.url("/out/new*.csv"), "HR") == CSV


def test_a_name_that_looks_like_a_pattern_is_itself(client: Client, sftp: SftpServer) -> None:
    sftp.write("out/jobs[1].csv", CSV)
    sftp.write("out/jobs1.csv", NEWER)
    assert client.fetch(sftp.url("/out/jobs[1].csv"), "HR") == CSV


@pytest.mark.parametrize("path", ["/out/none.csv", "/out/n*.csv", "/nowhere/n*.csv", "/out/"])
def test_what_is_not_there_is_a_mistake_of_the_configuration(
    client: Client, sftp: SftpServer, path: str
) -> None:
    sftp.write("out/jobs.csv", CSV)
    error = refusal(client, sftp.url(path))
    assert isinstance(error, ConfigError)
    assert error.exit_code == 2
    assert client.waits == []


def test_a_name_that_is_not_utf8_says_what_to_do(client: Client, sftp: SftpServer) -> None:
    sftp.write("out/jobs.csv", CSV)
    (Path(os.fsdecode(os.fsencode(sftp.root) + b"/out/caf\xe9.csv"))).write_bytes(CSV)
    error = refusal(client, sftp.url("/out/*.csv"))
    assert error.exit_code == 4
    assert "not UTF-8" in error.message
    assert client.fetch(sftp.url("/out/jobs.csv"), "HR") == CSV


def test_a_folder_is_no_file(client: Client, sftp: SftpServer) -> None:
    sftp.write("out/jobs.csv", CSV)
    assert isinstance(refusal(client, sftp.url("/out")), ConfigError)


# Who the server is.


def test_a_server_that_nobody_vouched_for_is_refused(client: Client, sftp: SftpServer) -> None:
    sftp.write("jobs.csv", CSV)
    sftp.known_hosts.write_text("")
    error = refusal(client, sftp.url("/jobs.csv"))
    assert error.exit_code == 4
    assert sftp.host_key.fingerprint in (error.found or "")
    assert f"[127.0.0.1]:{sftp.port}" in (error.expected or "")
    assert f"ssh-keyscan -p {sftp.port} 127.0.0.1 >> {sftp.known_hosts}" in (error.to_do or "")
    assert sftp.known_hosts.read_text() == ""
    assert sftp.tried == []
    assert client.waits == []


def test_a_server_with_another_key_than_the_known_one_is_refused(
    client: Client, sftp: SftpServer
) -> None:
    other = paramiko.ECDSAKey.generate()
    sftp.known_hosts.write_text(
        f"[127.0.0.1]:{sftp.port} {other.get_name()} {other.get_base64()}\n"
    )
    error = refusal(client, sftp.url("/jobs.csv"))
    assert error.exit_code == 4
    assert "may be another server" in error.message
    assert sftp.host_key.fingerprint in (error.found or "")
    assert sftp.tried == []


def test_a_list_of_known_hosts_that_is_not_there_is_named(
    client: Client, sftp: SftpServer, tmp_path: Path
) -> None:
    client.environment["MENTORSHIP_HR_KNOWN_HOSTS"] = str(tmp_path / "none")
    error = refusal(client, sftp.url("/jobs.csv"))
    assert error.exit_code == 4
    assert error.place.file == str(tmp_path / "none")


def test_the_users_own_known_hosts_count_without_a_list(
    client: Client, sftp: SftpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sftp.write("jobs.csv", CSV)
    home = tmp_path / "home"
    (home / ".ssh").mkdir(parents=True)
    sftp.known_hosts.rename(home / ".ssh" / "known_hosts")
    monkeypatch.setenv("HOME", str(home))
    del client.environment["MENTORSHIP_HR_KNOWN_HOSTS"]
    assert client.fetch(sftp.url("/jobs.csv"), "HR") == CSV


# Who we are.


def test_a_wrong_password_is_tried_once(client: Client, sftp: SftpServer) -> None:
    client.environment["MENTORSHIP_HR_PASSWORD"] = "wrong"  # noqa: S105
    error = refusal(client, sftp.url("/jobs.csv"))
    assert isinstance(error, EnvironmentFailed)
    assert "MENTORSHIP_HR_PASSWORD" in (error.to_do or "")
    assert sftp.tried == ["password"]
    assert client.waits == []


def test_the_account_comes_from_the_environment_unless_the_address_names_one(
    client: Client, sftp: SftpServer
) -> None:
    sftp.write("jobs.csv", CSV)
    assert client.fetch(sftp.url("/jobs.csv", user=""), "HR") == CSV
    client.environment["MENTORSHIP_HR_USER"] = "somebody"
    assert client.fetch(sftp.url("/jobs.csv"), "HR") == CSV
    assert isinstance(refusal(client, sftp.url("/jobs.csv", user="")), EnvironmentFailed)


@pytest.mark.parametrize("passphrase", [None, "unlock-me"])
@pytest.mark.parametrize(("kind", "form"), WRITTEN)
def test_a_key_opens_the_place(
    client: Client,
    sftp: SftpServer,
    tmp_path: Path,
    kind: str,
    form: str,
    passphrase: str | None,
) -> None:
    sftp.write("jobs.csv", CSV)
    path = tmp_path / "id"
    path.write_bytes(written_key(kind, form, passphrase))
    sftp.user_key = public_key(kind)
    del client.environment["MENTORSHIP_HR_PASSWORD"]
    client.environment["MENTORSHIP_HR_KEY_FILE"] = str(path)
    if passphrase:
        error = refusal(client, sftp.url("/jobs.csv"))
        assert "MENTORSHIP_HR_KEY_PASSPHRASE" in (error.to_do or "")
        client.environment["MENTORSHIP_HR_KEY_PASSPHRASE"] = passphrase
    assert client.fetch(sftp.url("/jobs.csv"), "HR") == CSV
    assert sftp.tried == ["key"]


@pytest.mark.parametrize("content", [None, b"not a key", written_key("rsa", "PEM", None)[:200]])
def test_a_key_that_cannot_be_read_is_named_by_its_variable(
    client: Client, sftp: SftpServer, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "id"
    if content is not None:
        path.write_bytes(content)
    client.environment["MENTORSHIP_HR_KEY_FILE"] = str(path)
    error = refusal(client, sftp.url("/jobs.csv"))
    assert error.exit_code == 4
    assert "MENTORSHIP_HR_KEY_FILE" in (error.found or "")


def test_a_file_that_the_user_may_not_read_says_so(client: Client, sftp: SftpServer) -> None:
    sftp.write("jobs.csv", CSV)
    sftp.forbidden.add("/jobs.csv")
    error = refusal(client, sftp.url("/jobs.csv"))
    assert error.exit_code == 4
    assert "what the user may read" in (error.to_do or "")
    assert client.waits == []


# What breaks off.


def test_what_breaks_off_comes_over_a_new_connection(client: Client, sftp: SftpServer) -> None:
    sftp.write("jobs.csv", LONG)
    sftp.broken_reads = 1
    assert client.fetch(sftp.url("/jobs.csv"), "HR") == LONG
    assert client.waits == [1.0]
    assert len(sftp.transports) == 2


def test_what_always_breaks_off_is_given_up(client: Client, sftp: SftpServer) -> None:
    sftp.write("jobs.csv", LONG)
    sftp.broken_reads = 1_000_000
    error = refusal(client, sftp.url("/jobs.csv"))
    assert error.exit_code == 4
    assert "3 times" in (error.found or "")
    assert client.waits == [1.0, 2.0]


def test_a_file_that_is_still_being_written_is_not_read(client: Client, sftp: SftpServer) -> None:
    sftp.write("jobs.csv", LONG)
    sftp.growing = True
    error = refusal(client, sftp.url("/jobs.csv"))
    assert "changed while it was read" in (error.found or "")
    assert client.waits == [1.0, 2.0]


def test_a_file_that_ends_before_its_time_is_not_read(client: Client, sftp: SftpServer) -> None:
    """The server says how large it is, and then that it ends sooner."""
    sftp.write("jobs.csv", LONG)
    sftp.is_short = True
    error = refusal(client, sftp.url("/jobs.csv"))
    assert error.exit_code == 4
    assert f"of {len(LONG)} bytes came" in (error.found or "")
    assert client.waits == [1.0, 2.0]


def test_a_server_that_is_gone_says_what_to_do(client: Client, sftp: SftpServer) -> None:
    url = sftp.url("/jobs.csv").replace(f":{sftp.port}", ":1")
    error = refusal(client, url)
    assert error.exit_code == 4
    assert "check the address" in (error.to_do or "")


def test_a_server_that_speaks_something_else_is_given_up(client: Client, sftp: SftpServer) -> None:
    sftp.is_mute = True
    client.settings["timeout_seconds"] = 1
    client.settings["retries"] = 0
    assert refusal(client, sftp.url("/jobs.csv")).exit_code == 4


def test_a_server_that_falls_silent_is_given_up(client: Client, sftp: SftpServer) -> None:
    sftp.write("jobs.csv", LONG)
    sftp.released = threading.Event()
    client.settings |= {"timeout_seconds": 1, "retries": 0}
    try:
        error = refusal(client, sftp.url("/jobs.csv"))
    finally:
        sftp.released.set()
    assert error.exit_code == 4
    assert error.found == "no answer in time"


# Nothing has changed.


def sha256(client: Client, url: str) -> str:
    run = client.run()
    try:
        (file,) = client.files(url, "HR", run=run)
        return file.sha256()
    finally:
        run.close()


def test_an_unchanged_file_is_not_opened_again(client: Client, sftp: SftpServer) -> None:
    url = sftp.url("/jobs.csv")
    sftp.write("jobs.csv", CSV)
    assert sha256(client, url) == sha256(client, url) == hashlib.sha256(CSV).hexdigest()
    assert sftp.opened == ["/jobs.csv"]

    sftp.write("jobs.csv", NEWER)
    assert sha256(client, url) == hashlib.sha256(NEWER).hexdigest()
    sftp.write("jobs.csv", NEWER.replace(b"E2", b"E3"), age_seconds=3500)
    assert sha256(client, url) == hashlib.sha256(NEWER.replace(b"E2", b"E3")).hexdigest()
    assert sftp.opened == ["/jobs.csv"] * 3


def test_a_file_changed_within_the_last_minute_is_read_again(
    client: Client, sftp: SftpServer
) -> None:
    """Its date has whole seconds: another file of the same size could have the same one."""
    url = sftp.url("/jobs.csv")
    sftp.write("jobs.csv", CSV, age_seconds=30)
    assert sha256(client, url) == hashlib.sha256(CSV).hexdigest()
    sftp.write("jobs.csv", CSV.replace(b"E1", b"E2"), age_seconds=30)
    assert sha256(client, url) == hashlib.sha256(CSV.replace(b"E1", b"E2")).hexdigest()


def test_one_connection_serves_the_whole_run(client: Client, sftp: SftpServer) -> None:
    for name in ("a.csv", "b.csv"):
        sftp.write(f"out/{name}", CSV)
    run = client.run()
    for file in client.files(sftp.url("/out/*.csv"), "HR", run=run):
        file.fetched()
    client.files(sftp.url("/out/a.csv"), "HR", run=run)
    run.close()
    assert len(sftp.transports) == 1


def test_a_path_under_the_tilde_begins_where_the_user_comes_in(
    client: Client, sftp: SftpServer
) -> None:
    sftp.write("out/jobs.csv", CSV)
    assert client.fetch(sftp.url("/~/out/jobs.csv"), "HR") == CSV
    assert client.fetch(sftp.url("/~/out/*.csv"), "HR") == CSV
