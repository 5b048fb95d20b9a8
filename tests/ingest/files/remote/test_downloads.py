"""Downloads: for one run, for their owner only, and nothing left behind but hashes."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from ingest.columns.sources import Sources
from ingest.files.remote.downloads import Downloads
from tests.ingest.files.remote.conftest import (
    CSV,
    NEWER,
    PASSWORD,
    Client,
    SftpServer,
    WebServer,
    gives,
    versioned,
)
from workspace.config import IngestConfig, WorkspaceConfig
from workspace.errors import ConfigError, EnvironmentFailed

PROJECT = Path(__file__).parents[4]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_only_the_owner_may_read_what_was_downloaded(client: Client, web: WebServer) -> None:
    before = os.umask(0o000)
    try:
        run = client.run()
        (file,) = client.files(web.on("/a.csv", versioned(CSV, '"1"')), run=run)
        path = file.fetched()
        assert mode(client.folder) == 0o700
        assert mode(path) == 0o600
        run.close()
        assert mode(client.folder / "known.json") == 0o600
    finally:
        os.umask(before)


def test_a_folder_that_others_could_read_is_made_private(client: Client, web: WebServer) -> None:
    client.folder.mkdir(parents=True, mode=0o777)
    client.folder.chmod(0o777)
    client.fetch(web.on("/a.csv", gives(CSV)))
    assert mode(client.folder) == 0o700


def test_copies_are_gone_when_they_have_been_read(client: Client, web: WebServer) -> None:
    run = client.run()
    (file,) = client.files(web.on("/a.csv", gives(CSV)), run=run)
    assert file.fetched().read_bytes() == CSV
    run.discard()
    assert client.copies() == []
    # Whoever asks again gets it again.
    assert file.fetched().read_bytes() == CSV
    run.close()
    assert client.copies() == []


def test_what_a_killed_run_left_is_deleted_and_never_read(client: Client, web: WebServer) -> None:
    url = web.on("/a.csv", gives(CSV))
    run = client.run()
    (file,) = client.files(url, run=run)
    left = file.fetched()
    left.write_bytes(b"half a fi")
    left.with_name(left.name + ".partial").write_bytes(b"ha")
    # That run ends here without a word; the next one begins.
    (file,) = client.files(url, run=client.run())
    assert client.copies() == []
    assert file.fetched().read_bytes() == CSV


def test_no_file_has_its_name_before_it_is_whole(client: Client, web: WebServer) -> None:
    seen: list[list[str]] = []

    def slowly(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(CSV)))
        handler.end_headers()
        handler.wfile.write(CSV[:20])
        handler.wfile.flush()
        ends_at = time.monotonic() + 5
        while not client.copies() and time.monotonic() < ends_at:
            time.sleep(0.001)
        seen.append(client.copies())
        handler.wfile.write(CSV[20:])

    run = client.run()
    (file,) = client.files(web.on("/a.csv", slowly), run=run)
    path = file.fetched()
    assert seen == [[f"{path.name}.partial"]]
    assert client.copies() == [path.name]
    run.close()


def test_a_file_that_drips_is_given_up(
    client: Client, web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never silent for long, and yet never there: no time is allowed to it here."""
    monkeypatch.setattr("ingest.files.remote.transfer.WHOLE_PER_SILENCE", 0)
    with pytest.raises(EnvironmentFailed, match="too slowly"):
        client.fetch(web.on("/a.csv", gives(CSV)))
    assert client.copies() == []
    assert client.waits == []


def test_a_disk_that_takes_no_more_is_no_fault_of_the_place(
    client: Client, web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    url = web.on("/a.csv", gives(CSV))
    monkeypatch.setattr("ingest.files.remote.downloads.move_whole", full)
    with pytest.raises(OSError, match="No space left"):
        client.fetch(url)
    assert client.copies() == []
    assert client.waits == []
    assert len(web.asked) == 1


def test_what_is_known_names_nobody_and_no_place(client: Client, sftp: SftpServer) -> None:
    sftp.write("out/quillon.csv", CSV)
    client.fetch(sftp.url("/out/quillon.csv"), "HR")
    text = (client.folder / "known.json").read_text()
    ((identity, known),) = json.loads(text).items()
    assert len(identity) == 64
    assert known["sha256"] == hashlib.sha256(CSV).hexdigest()
    for word in ("quillon", "127.0.0.1", "exporter", PASSWORD):
        assert word not in text


@pytest.mark.parametrize(
    "text", ["", "{", "[" * 100_000, "[]", '{"a": 1}', '{"a": {"version": "1"}}', None]
)
def test_what_is_known_but_cannot_be_read_is_not_known(
    client: Client, web: WebServer, text: str | None
) -> None:
    client.folder.mkdir(parents=True)
    known = client.folder / "known.json"
    known.mkdir() if text is None else known.write_text(text)
    assert client.fetch(web.on("/a.csv", versioned(CSV, '"1"'))) == CSV
    assert len(json.loads((client.folder / "known.json").read_text())) == 1


def test_a_version_that_is_known_as_nothing_is_not_believed(client: Client, web: WebServer) -> None:
    url = web.on("/a.csv", versioned(CSV, '"1"'))
    client.fetch(url)
    path = client.folder / "known.json"
    ((identity, _),) = json.loads(path.read_text()).items()
    path.write_text(json.dumps({identity: {"version": None, "sha256": "0" * 64}}))
    (file,) = client.files(url)
    assert file.sha256() == hashlib.sha256(CSV).hexdigest()


def test_nothing_is_made_where_nothing_is_remote(tmp_path: Path) -> None:
    run = Downloads(tmp_path / "downloads", IngestConfig())
    run.close()
    assert list(tmp_path.iterdir()) == []


# As the sources of a workspace.


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "jobs.csv").write_bytes(CSV)
    return tmp_path


def config(*paths: str, **settings: Any) -> WorkspaceConfig:
    return WorkspaceConfig.model_validate(
        {
            "organization": "Example",
            "sources": [
                {"table": "job_history", "path": "exports/jobs.csv"},
                *({"table": "job_history", "path": path} for path in paths),
            ],
            "ingest": settings,
        }
    )


def test_local_and_remote_files_come_in_the_order_of_their_sources(
    root: Path, web: WebServer
) -> None:
    url = web.on("/a.csv", gives(NEWER))
    with Sources(config(url, "exports/j*.csv"), root=root) as sources:
        found = sources.files()
        assert [[file.shown for file in files] for _, files in found] == [
            ["exports/jobs.csv"],
            [url],
            ["exports/jobs.csv"],
        ]
        assert sources.hashes() == {
            "exports/jobs.csv": hashlib.sha256(CSV).hexdigest(),
            url: hashlib.sha256(NEWER).hexdigest(),
        }
        assert [files[0].fetched().read_bytes() for _, files in found] == [CSV, NEWER, CSV]
    assert len(web.asked) == 1


def test_files_that_would_be_called_the_same_are_told_apart(root: Path, web: WebServer) -> None:
    """Addresses are shown without their query, and a change of either must be noticed."""
    url = web.on("/report", gives(CSV))
    with Sources(config(f"{url}?part=1", f"{url}?part=2"), root=root) as sources:
        shown = [files[0].shown for _, files in sources.files()[1:]]
        assert len(set(shown)) == 2
        assert all(one.startswith(f"{url}#") and len(one) == len(url) + 9 for one in shown)
        assert set(sources.hashes()) == {"exports/jobs.csv", *shown}
    with Sources(config(f"{url}?part=1", f"{url}?part=1"), root=root) as sources:
        assert [files[0].shown for _, files in sources.files()[1:]] == [url, url]


def test_what_is_known_of_files_that_no_source_names_is_forgotten(
    root: Path, web: WebServer
) -> None:
    urls = [web.on(path, versioned(CSV, '"1"')) for path in ("/a.csv", "/b.csv")]
    known = root / "state" / "downloads" / "known.json"
    for named, count in ((urls, 2), (urls[:1], 1)):
        with Sources(config(*named), root=root) as sources:
            sources.hashes()
        assert len(json.loads(known.read_text())) == count
    with Sources(config(), root=root) as sources:
        sources.hashes()
    assert not known.parent.exists()


def test_a_mistake_in_a_local_source_is_found_before_any_place_is_asked(
    root: Path, web: WebServer
) -> None:
    with (
        pytest.raises(ConfigError),
        Sources(config(web.on("/a.csv", gives(CSV)), "exports/none.csv"), root=root) as sources,
    ):
        sources.files()
    assert web.asked == []


def test_a_secret_in_the_configuration_is_refused_before_any_place_is_asked(
    root: Path, web: WebServer
) -> None:
    secret = web.on("/a.csv", gives(CSV)).replace("http://", f"http://exporter:{PASSWORD}@")
    with pytest.raises(ConfigError) as caught:
        Sources(config(secret), root=root).files()
    assert PASSWORD not in str(caught.value)
    assert caught.value.place.file == "mentorship.yml (source job_history: http://...)"
    assert web.asked == []


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ({"path": "s3://exports/a.csv", "credentials": "s3cr3t"}, "a name in capitals"),
        ({"path": "exports/jobs.csv", "credentials": "HR"}, "needs no credentials"),
    ],
)
def test_credentials_that_cannot_be_followed_say_what_was_meant(
    root: Path, source: dict[str, str], says: str
) -> None:
    given = config().model_dump() | {"sources": [{"table": "job_history", **source}]}
    with pytest.raises(ConfigError, match=says) as caught:
        Sources(WorkspaceConfig.model_validate(given), root=root).files()
    assert "s3cr3t" not in str(caught.value)


def test_credentials_that_are_not_set_are_named(root: Path) -> None:
    source = {"table": "job_history", "path": "s3://exports/a.csv", "credentials": "NOWHERE"}
    given = config().model_dump() | {"sources": [source]}
    with (
        pytest.raises(EnvironmentFailed, match="MENTORSHIP_NOWHERE_USER"),
        Sources(WorkspaceConfig.model_validate(given), root=root) as sources,
    ):
        sources.files()


def test_nothing_of_remote_places_is_imported_without_one(root: Path) -> None:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from ingest.columns.sources import Sources\n"
        "from workspace.config import WorkspaceConfig\n"
        "one = {'table': 'job_history', 'path': 'exports/jobs.csv'}\n"
        "config = WorkspaceConfig(organization='A', sources=[one])\n"
        "with Sources(config, root=Path(sys.argv[1])) as sources:\n    sources.hashes()\n"
        "heavy = {'fsspec', 'aiohttp', 'paramiko', 's3fs', 'botocore', 'requests'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, str(root)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == "[]"


# What has imported what the extra brings.
PLACES = ("ingest.files.remote.s", "fsspec.implementations")


@pytest.mark.parametrize(
    ("path", "module"),
    [("sftp://hr.example/jobs.csv", "paramiko"), ("s3://exports/jobs.csv", "s3fs")],
)
def test_what_the_extra_brings_is_named_where_it_is_missing(
    client: Client, monkeypatch: pytest.MonkeyPatch, path: str, module: str
) -> None:
    for name in [
        one for one in sys.modules if one.startswith(("ingest.files.remote.s", "fsspec.impl"))
    ]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(EnvironmentFailed) as caught:
        client.files(path)
    error = caught.value
    assert error.exit_code == 4
    assert error.message == f"What reads {path.partition(':')[0]}:// addresses is not installed."
    assert error.found == f"no module {module}"
    assert error.to_do == "make remote"
