"""The notice: one message about a build that needs somebody, without a word of the exports."""

from __future__ import annotations

import datetime as dt
import email
import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, TypeVar

import pytest
from click.testing import CliRunner, Result

from mentorship import build as building
from mentorship.cli import main
from mentorship.ledger import Ledger
from workspace.errors import DataRefused, MentorshipError, Place
from workspace.folder import Workspace

CONFIG = """\
organization: Example Corp
sources:
  - {table: job_history, path: "exports/job_history.csv"}
"""
REFUSED = DataRefused(
    "Too many records of people cannot be used.",
    place=Place("exports/people.csv", 7, "email"),
    found="ann.smith@example.com",
    expected="ann",
    to_do="ask Ann Smith",
)


Server = TypeVar("Server", bound=socketserver.BaseServer)


class MailServer(socketserver.ThreadingTCPServer):
    """A server that takes every mail, on loopback."""

    allow_reuse_address = True
    mails: list[Message]

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), MailDialogue)
        self.mails = []


class MailDialogue(socketserver.StreamRequestHandler):
    """What a mail server answers (RFC 5321), as far as a client of ours asks."""

    def handle(self) -> None:
        self.wfile.write(b"220 ready\r\n")
        while line := self.rfile.readline():
            word = line.split()[0].upper() if line.strip() else b""
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = []
                while (text := self.rfile.readline()) != b".\r\n":
                    lines.append(text)
                assert isinstance(self.server, MailServer)
                self.server.mails.append(email.message_from_bytes(b"".join(lines)))
            if word == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            self.wfile.write(b"250 fine\r\n")


class Webhook(BaseHTTPRequestHandler):
    """Takes what is posted; one path leads elsewhere."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert isinstance(self.server, WebServer)
        self.server.posted.append((self.path, dict(self.headers), json.loads(body)))
        self.send_response(302 if self.path == "/elsewhere" else 500 if "bad" in self.path else 200)
        if self.path == "/elsewhere":
            self.send_header("Location", "/stolen")
        self.end_headers()

    def do_GET(self) -> None:
        assert isinstance(self.server, WebServer)
        self.server.posted.append((self.path, dict(self.headers), None))

    def log_message(self, format: str, *_: Any) -> None:  # noqa: A002 - the same
        """Say nothing."""


class WebServer(HTTPServer):
    """A web server on loopback that remembers what it was sent."""

    posted: list[tuple[str, dict[str, str], Any]]

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Webhook)
        self.posted = []


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with serving(MailServer()) as server:
        yield server


@pytest.fixture
def web() -> Iterator[WebServer]:
    with serving(WebServer()) as server:
        yield server


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    for name in ("USER", "PASSWORD", "TOKEN", "WEBHOOK"):
        monkeypatch.delenv(f"MENTORSHIP_NOTICE_{name}", raising=False)
    workspace = Workspace(tmp_path / "reports")
    workspace.prepare()
    return workspace


def configure(workspace: Workspace, notice: str) -> None:
    workspace.config_path.write_text(f"{CONFIG}notice:\n{notice}", encoding="utf-8")


def by_mail(port: int) -> str:
    return (
        f"  smtp: {{host: 127.0.0.1, port: {port}, security: none, from: reports@example.com, "
        "to: [hr@example.com, it@example.com]}\n"
    )


def by_web(port: int, path: str = "/hook") -> str:
    return f'  webhook: "http://127.0.0.1:{port}{path}"\n'


def build(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, error: BaseException | None = None
) -> Result:
    """Return how a build ended that fails with an error, or that has nothing to do."""

    def ended(*_: object, **__: object) -> building.Outcome:
        if error is not None:
            raise error
        return building.Outcome("unchanged", "a", workspace.site, {}, ())

    monkeypatch.setattr(building, "build", ended)
    return CliRunner().invoke(main, ["build", "-C", str(workspace.root)])


def published(workspace: Workspace, as_of: dt.date) -> None:
    with Ledger(workspace.ledger_path).recorded("run-1") as entry:
        entry |= {"outcome": "published", "as_of": as_of.isoformat()}


def test_a_refused_build_is_told_by_mail_and_nothing_that_was_found(
    workspace: Workspace, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(workspace, dt.date(2026, 6, 30))
    configure(workspace, by_mail(mail.server_address[1]))
    ended = build(workspace, monkeypatch, REFUSED)
    assert ended.exit_code == 1
    assert "A notice was sent." in ended.stderr
    (message,) = mail.mails
    assert message["Subject"] == "Mentorship report of reports was not published"
    assert (message["From"], message["To"]) == (
        "reports@example.com",
        "hr@example.com, it@example.com",
    )
    text = message.get_payload(decode=True).decode().replace("\r\n", "\n")
    assert "Too many records of people cannot be used." in text
    assert "exports/people.csv, line 7, column email" in text.replace("\n", " ")
    assert "exit_code: 1" in text
    assert "2026-06-30" in text
    assert "ann" not in text.lower().replace("cannot", "")


def test_a_webhook_gets_the_same_as_json(
    workspace: Workspace, web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MENTORSHIP_NOTICE_TOKEN", "a secret")
    configure(workspace, by_web(web.server_address[1]))
    assert build(workspace, monkeypatch, REFUSED).exit_code == 1
    ((path, headers, said),) = web.posted
    assert (path, headers["Authorization"]) == ("/hook", "Bearer a secret")
    assert (said["kind"], said["workspace"], said["exit_code"]) == ("failed", "reports", 1)
    assert (said["error"], said["file"], said["line"]) == ("DataRefused", "exports/people.csv", 7)
    assert "ann" not in json.dumps(said).lower().replace("cannot", "")


@pytest.mark.parametrize(
    "error",
    [
        ValueError("could not convert 'Ann Smith'"),
        MentorshipError("The model people failed: could not convert 'Ann Smith'"),
        RuntimeError("No space left on device: Ann Smith"),
    ],
)
def test_what_nobody_foresaw_is_told_by_its_kind_alone(
    workspace: Workspace, web: WebServer, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    configure(workspace, by_web(web.server_address[1]))
    build(workspace, monkeypatch, error)
    ((_, _, said),) = web.posted
    assert "Ann" not in json.dumps(said)


@pytest.mark.parametrize(("days", "sent_n"), [(90, 0), (91, 1)])
def test_published_data_are_stale_from_the_day_after_their_limit(
    workspace: Workspace, web: WebServer, monkeypatch: pytest.MonkeyPatch, days: int, sent_n: int
) -> None:
    published(workspace, dt.datetime.now(dt.UTC).date() - dt.timedelta(days=days))
    configure(workspace, by_web(web.server_address[1]))
    assert build(workspace, monkeypatch).exit_code == 0
    assert [said["kind"] for _, _, said in web.posted] == ["stale"] * sent_n


def test_a_notice_that_fails_is_a_warning_and_no_other_exit_code(
    workspace: Workspace, web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(workspace, by_mail(1) + by_web(web.server_address[1], "/bad/secret"))
    ended = build(workspace, monkeypatch, REFUSED)
    assert ended.exit_code == 1
    assert ended.stderr.count("warning: The notice could not be sent") == 2
    assert "secret" not in ended.stderr


def test_a_redirect_is_not_followed(
    workspace: Workspace, web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MENTORSHIP_NOTICE_TOKEN", "a secret")
    configure(workspace, by_web(web.server_address[1], "/elsewhere"))
    assert "could not be sent" in build(workspace, monkeypatch, REFUSED).stderr
    assert [path for path, _, _ in web.posted] == ["/elsewhere"]


def test_a_password_goes_over_no_open_line(
    workspace: Workspace, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MENTORSHIP_NOTICE_USER", "reports")
    monkeypatch.setenv("MENTORSHIP_NOTICE_PASSWORD", "secret")
    configure(workspace, by_mail(mail.server_address[1]))
    assert "could not be sent" in build(workspace, monkeypatch, REFUSED).stderr
    assert mail.mails == []


def test_an_address_that_is_a_secret_comes_from_the_environment(
    workspace: Workspace, web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"http://127.0.0.1:{web.server_address[1]}/secret"
    monkeypatch.setenv("MENTORSHIP_NOTICE_WEBHOOK", address)
    configure(workspace, "  webhook: https://example.com/another\n")
    build(workspace, monkeypatch, REFUSED)
    assert [path for path, _, _ in web.posted] == ["/secret"]


def test_a_configuration_that_is_wrong_elsewhere_is_told_of(
    workspace: Workspace, web: WebServer
) -> None:
    configure(workspace, by_web(web.server_address[1]) + "privcy: {}\n")
    ended = CliRunner().invoke(main, ["build", "-C", str(workspace.root)])
    assert ended.exit_code == 2
    ((_, _, said),) = web.posted
    assert (said["error"], said["exit_code"]) == ("ConfigError", 2)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), None])
def test_without_a_reason_or_a_section_nobody_is_told(
    workspace: Workspace,
    web: WebServer,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException | None,
) -> None:
    configure(workspace, by_web(web.server_address[1]))
    build(workspace, monkeypatch, error)
    workspace.config_path.write_text(CONFIG, encoding="utf-8")
    build(workspace, monkeypatch, REFUSED)
    assert web.posted == []


@pytest.mark.parametrize(
    ("notice", "words"),
    [
        ("  webhook: http://example.com/hook\n", "https://host/path"),
        ("  webhook: https://me:secret@example.com/hook\n", "https://host/path"),
        ("  webhook: file:///etc/passwd\n", "https://host/path"),
        ("  smtp: {host: a, from: b@example.com}\n", "notice.smtp.to is missing"),
        ("  smtp: {host: a, from: nobody, to: [b@example.com]}\n", "name@host"),
        ("  smtp: {host: a, form: b@example.com, to: [b@example.com]}\n", "did you mean from?"),
    ],
)
def test_what_a_notice_cannot_be_is_refused_with_its_line(
    workspace: Workspace, notice: str, words: str
) -> None:
    configure(workspace, notice)
    ended = CliRunner().invoke(main, ["build", "-C", str(workspace.root)])
    assert ended.exit_code == 2
    assert words in ended.stderr
    assert "secret" not in ended.stderr
    assert "mentorship.yml, line 5" in ended.stderr
