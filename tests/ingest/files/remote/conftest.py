"""Real servers on this machine: of the web, of SFTP, and one that speaks S3."""

from __future__ import annotations

import datetime as dt
import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import paramiko
import pytest

from ingest.files.remote.downloads import Downloads, RemoteCopy
from workspace.config import IngestConfig, SourceConfig
from workspace.errors import Place

CSV = b"employee_id,effective_on,event\nE1,2019-01-01,hire\n"
NEWER = b"employee_id,effective_on,event\nE1,2019-01-01,hire\nE2,2020-01-01,hire\n"
PASSWORD = "s3cret-Passw0rd"  # noqa: S105 - of the servers below
TOKEN = "bearer-T0ken-4711"  # noqa: S105

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Client:
    """Downloads as a build has them, with waits that only are counted."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)

    def run(self, *, forget: bool = False) -> Downloads:
        """Return the downloads of a new run."""
        return Downloads(
            self.folder,
            IngestConfig.model_validate({"timeout_seconds": 5, **self.settings}),
            environment=self.environment,
            wait=self.waits.append,
            forget=forget,
        )

    def files(
        self, path: str, credentials: str | None = None, *, run: Downloads | None = None
    ) -> list[RemoteCopy]:
        """Return the files of a source."""
        source = SourceConfig(table="job_history", path=path, credentials=credentials)
        return (run or self.run()).files(source, place=Place("mentorship.yml"))

    def fetch(self, path: str, credentials: str | None = None) -> bytes:
        """Return the content of the one file of a source, in a run of its own."""
        run = self.run()
        try:
            (file,) = self.files(path, credentials, run=run)
            return file.fetched().read_bytes()
        finally:
            run.close()

    def copies(self) -> list[str]:
        """Return what lies in the folder of downloads, but for what is known of them."""
        if not self.folder.exists():
            return []
        return sorted(p.name for p in self.folder.iterdir() if p.name != "known.json")


@pytest.fixture
def client(tmp_path: Path) -> Client:
    return Client(
        tmp_path / "state" / "downloads",
        environment={
            "MENTORSHIP_HR_USER": "exporter",
            "MENTORSHIP_HR_PASSWORD": PASSWORD,
            "MENTORSHIP_API_TOKEN": TOKEN,
        },
    )


@dataclass
class WebServer:
    """A web server that answers as its tests say.

    Attributes:
        port: where it listens.
        answers: path: what it answers, one after the other; the last one again and again.
        asked: each question: its path with query, and its headers.
    """

    port: int
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def on(self, path: str, *answers: Answer) -> str:
        """Answer so at a path, and return its address."""
        self.answers[path] = list(answers)
        return self.url(path)


def gives(body: bytes, status: int = 200, **headers: str) -> Answer:
    """Return the answer with a body and its length."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        said = {"Content-Length": str(len(body)), **headers}
        for name, text in said.items():
            handler.send_header(name.replace("_", "-"), text)
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(body)

    return answer


def breaks_off(body: bytes, after: int) -> Answer:
    """Return the answer that promises a body and stops in its midst."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[:after])
        handler.wfile.flush()
        handler.close_connection = True
        handler.connection.shutdown(socket.SHUT_RDWR)

    return answer


def chunked(*chunks: bytes, is_whole: bool = True, **headers: str) -> Answer:
    """Return the answer in chunks, whose end may be missing."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        for name, text in {"Transfer-Encoding": "chunked", **headers}.items():
            handler.send_header(name.replace("_", "-"), text)
        handler.end_headers()
        for chunk in chunks:
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        if is_whole:
            handler.wfile.write(b"0\r\n\r\n")
        handler.close_connection = True

    return answer


def endless(body: bytes) -> Answer:
    """Return the answer whose end is only told by the end of the connection."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(body)
        handler.close_connection = True

    return answer


def drips(begins: bytes, released: threading.Event) -> Answer:
    """Return the answer that goes on and on with bytes that are none of the file's."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(begins)
        while not released.wait(0.01):
            handler.wfile.write(b"x")

    return answer


def leads_to(target: str, status: int = 302) -> Answer:
    """Return the answer that sends one elsewhere."""
    return gives(b"", status, Location=target)


def versioned(body: bytes, etag: str) -> Answer:
    """Return the answer that says nothing has changed to who knows its version."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        if handler.headers.get("If-None-Match") == etag:
            handler.send_response(304)
            handler.end_headers()
        else:
            gives(body, ETag=etag)(handler)

    return answer


def served(server: WebServer) -> type[BaseHTTPRequestHandler]:
    """Return the handler that answers as a server's tests say."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            server.asked.append((self.path, dict(self.headers.items())))
            answers = server.answers.get(path, [gives(b"", 404)])
            (answers.pop(0) if len(answers) > 1 else answers[0])(self)

        def do_HEAD(self) -> None:
            self.do_GET()

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


@contextmanager
def web_server(context: ssl.SSLContext | None = None) -> Iterator[WebServer]:
    """Give a web server on this machine, encrypted when it has a context for it."""
    listener = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    listener.daemon_threads = True
    # Clients that have seen enough leave in the midst of an answer.
    listener.handle_error = lambda *_: None  # type: ignore[method-assign]
    server = WebServer(listener.server_address[1])
    listener.RequestHandlerClass = served(server)
    if context is not None:
        listener.socket = context.wrap_socket(listener.socket, server_side=True)
    thread = threading.Thread(target=listener.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()


@pytest.fixture
def web() -> Iterator[WebServer]:
    with web_server() as server:
        yield server


@pytest.fixture
def elsewhere() -> Iterator[WebServer]:
    """Another server: the same machine, but another port."""
    with web_server() as server:
        yield server


class Guard(paramiko.ServerInterface):
    """Lets in one user, by password or by key."""

    def __init__(self, server: SftpServer) -> None:
        self.server = server

    def check_auth_password(self, username: str, password: str) -> int:
        self.server.tried.append("password")
        good = (username, password) == ("exporter", PASSWORD)
        return paramiko.AUTH_SUCCESSFUL if good else paramiko.AUTH_FAILED

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        if "key" not in self.server.tried:
            self.server.tried.append("key")
        good = username == "exporter" and key == self.server.user_key
        return paramiko.AUTH_SUCCESSFUL if good else paramiko.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:  # noqa: ARG002
        return paramiko.OPEN_SUCCEEDED

    def get_allowed_auths(self, username: str) -> str:  # noqa: ARG002
        return "password,publickey"


class Handle(paramiko.SFTPHandle):
    """An open file, which may end the connection or grow while it is read."""

    def __init__(self, server: SftpServer, path: str) -> None:
        super().__init__(os.O_RDONLY)
        self.server, self.path = server, path
        self.readfile = open(path, "rb")  # noqa: SIM115 - paramiko closes it

    def read(self, offset: int, length: int) -> bytes | int:
        if self.server.broken_reads:
            self.server.broken_reads -= 1
            for transport in self.server.transports:
                transport.close()
            return paramiko.SFTP_FAILURE
        if self.server.is_short and offset:
            return paramiko.SFTP_EOF
        if self.server.released is not None:
            self.server.released.wait(20)
        if self.server.growing:
            with open(self.path, "ab") as file:
                file.write(b"E9,2021-01-01,hire\n")
        return super().read(offset, length)


class Shelf(paramiko.SFTPServerInterface):
    """A folder of this machine as the root of the server."""

    def __init__(self, guard: Guard) -> None:
        self.server = guard.server

    def _real(self, path: str) -> str:
        return str(self.server.root) + self.canonicalize(path)

    def list_folder(self, path: str) -> list[paramiko.SFTPAttributes] | int:
        folder = self._real(path)
        try:
            found = []
            for name in sorted(os.listdir(folder), reverse=True):
                entry = paramiko.SFTPAttributes.from_stat(os.lstat(os.path.join(folder, name)))
                entry.filename = os.fsencode(name)  # type: ignore[assignment] # as it is sent
                found.append(entry)
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)
        return found

    def stat(self, path: str) -> paramiko.SFTPAttributes | int:
        try:
            return paramiko.SFTPAttributes.from_stat(os.stat(self._real(path)))
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)

    def lstat(self, path: str) -> paramiko.SFTPAttributes | int:
        return self.stat(path)

    def open(self, path: str, *_: Any) -> Handle | int:
        self.server.opened.append(path)
        if path in self.server.forbidden:
            return paramiko.SFTP_PERMISSION_DENIED
        try:
            return Handle(self.server, self._real(path))
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)


@dataclass
class SftpServer:
    """An SFTP server with one user.

    Attributes:
        root: the folder it shows.
        port: where it listens.
        host_key: who it is.
        user_key: the key of its user.
        known_hosts: a file that vouches for it.
        tried: how somebody tried to come in.
        opened: the paths of the files it was asked for.
        forbidden: paths it does not give.
        broken_reads: how many reads end the connection.
        growing: whether files grow while they are read.
        is_mute: whether it never says who it is.
        is_short: whether files end before their time.
        released: what reads wait for, when they wait.
    """

    root: Path
    port: int
    host_key: paramiko.PKey
    user_key: paramiko.PKey
    known_hosts: Path
    tried: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    forbidden: set[str] = field(default_factory=set)
    broken_reads: int = 0
    growing: bool = False
    is_mute: bool = False
    is_short: bool = False
    released: threading.Event | None = None
    transports: list[paramiko.Transport] = field(default_factory=list)

    def url(self, path: str, user: str = "exporter@") -> str:
        return f"sftp://{user}127.0.0.1:{self.port}{path}"

    def write(self, name: str, content: bytes, *, age_seconds: int = 3600) -> Path:
        """Put a file there that was changed so long ago."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        then = dt.datetime.now(dt.UTC).timestamp() - age_seconds
        os.utime(path, (then, then))
        return path


@pytest.fixture(scope="session")
def ssh_keys() -> tuple[paramiko.PKey, paramiko.PKey]:
    return paramiko.ECDSAKey.generate(), paramiko.ECDSAKey.generate()


@pytest.fixture
def sftp(
    tmp_path: Path, client: Client, ssh_keys: tuple[paramiko.PKey, paramiko.PKey]
) -> Iterator[SftpServer]:
    listener = socket.create_server(("127.0.0.1", 0))
    root = tmp_path / "server"
    root.mkdir()
    host_key, user_key = ssh_keys
    port = listener.getsockname()[1]
    known_hosts = tmp_path / "known_hosts"
    known_hosts.write_text(f"[127.0.0.1]:{port} {host_key.get_name()} {host_key.get_base64()}\n")
    server = SftpServer(root, port, host_key, user_key, known_hosts)
    client.environment["MENTORSHIP_HR_KNOWN_HOSTS"] = str(known_hosts)

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            if server.is_mute:
                connection.sendall(b"220 ready\r\n" * 200)
                connection.close()
                continue
            transport = paramiko.Transport(connection)
            transport.add_server_key(host_key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, Shelf)
            server.transports.append(transport)
            try:
                transport.start_server(server=Guard(server))
            except (paramiko.SSHException, EOFError, OSError):
                transport.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield server
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    for transport in server.transports:
        transport.close()
    thread.join()


@dataclass
class S3Server:
    """A service that speaks S3, with one bucket."""

    endpoint: str
    bucket: str
    api: Any

    def put(self, key: str, content: bytes, **said: Any) -> None:
        self.api.put_object(Bucket=self.bucket, Key=key, Body=content, **said)


@pytest.fixture(scope="session")
def s3_service() -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    service = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    service.start()
    host, port = service.get_host_and_port()
    yield f"http://{host}:{port}"
    service.stop()


@pytest.fixture
def s3(s3_service: str, client: Client, monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Server]:
    import boto3

    # No profile of this machine, and no question to a cloud that is not there.
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    api = boto3.client(
        "s3",
        endpoint_url=s3_service,
        region_name="us-east-1",
        aws_access_key_id="exporter",
        aws_secret_access_key=PASSWORD,
    )
    api.create_bucket(Bucket="exports")
    client.environment["MENTORSHIP_HR_ENDPOINT"] = s3_service
    yield S3Server(s3_service, "exports", api)
    for found in api.list_objects_v2(Bucket="exports").get("Contents", []):
        api.delete_object(Bucket="exports", Key=found["Key"])
    api.delete_bucket(Bucket="exports")
