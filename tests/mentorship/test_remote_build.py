"""A build whose job history lies on a web server: whole, private, nothing to do the next time."""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from workspace.folder import Workspace

pytestmark = pytest.mark.slow

PASSWORD = "s3cret-Passw0rd"  # noqa: S105 - of the server below
BASIC = "Basic " + b64encode(f"exporter:{PASSWORD}".encode()).decode()


class Shelf(SimpleHTTPRequestHandler):
    """Gives files of a folder to one user; says when nothing has changed."""

    answered: list[int]

    def do_GET(self) -> None:
        if self.headers.get("Authorization") == BASIC:
            super().do_GET()
        else:
            self.send_error(401)

    def log_request(self, code: Any = "-", size: Any = "-") -> None:  # noqa: ARG002
        self.answered.append(int(code))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path, list[int]]]:
    """Give the address of a server, its folder, and the status of each answer."""
    folder = tmp_path_factory.mktemp("server")
    Shelf.answered = []
    listener = ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Shelf, directory=str(folder))
    )
    thread = threading.Thread(target=listener.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.server_address[1]}", folder, Shelf.answered
    listener.shutdown()
    listener.server_close()
    thread.join()


def mentorship(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mentorship.cli", *(str(word) for word in words)],
        check=False,
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "MENTORSHIP_HR_USER": "exporter",
            "MENTORSHIP_HR_PASSWORD": PASSWORD,
        },
    )


def age(path: Path) -> None:
    """Let a file be an hour old, so that its date can be believed."""
    then = time.time() - 3600
    os.utime(path, (then, then))


@pytest.fixture(scope="module")
def workspace(
    tmp_path_factory: pytest.TempPathFactory,
    small_workspace: Callable[[Path], Workspace],
    server: tuple[str, Path, list[int]],
) -> Workspace:
    """Return a workspace whose job history is remote."""
    address, folder, _ = server
    workspace = small_workspace(tmp_path_factory.mktemp("remote"))
    shutil.move(workspace.exports / "job_history.csv", folder / "job history.csv")
    age(folder / "job history.csv")
    text = workspace.config_path.read_text(encoding="utf-8")
    workspace.config_path.write_text(
        text.replace(
            'path: "exports/job_history.csv"',
            f'path: "{address}/job%20history.csv", credentials: HR',
        ),
        encoding="utf-8",
    )
    return workspace


def test_a_remote_export_is_built_once_and_again_only_when_it_changes(
    workspace: Workspace, server: tuple[str, Path, list[int]]
) -> None:
    address, folder, answered = server
    shown = f"{address}/job%20history.csv"
    downloads = workspace.state / "downloads"

    checked = mentorship("check", "-C", workspace.root, "--json")
    assert checked.returncode == 0, checked.stderr
    (jobs,) = [s for s in json.loads(checked.stdout)["sources"] if s["table"] == "job_history"]
    # 240 hires, 48 promotions (every fifth), 60 exits (every fourth).
    assert (jobs["source"], jobs["rows_in"], jobs["rows_kept"]) == (shown, 348, 348)
    assert answered == [200]

    # The check has told the build which version has which hash; its content is still needed.
    built = mentorship("build", "-C", workspace.root)
    assert built.returncode == 0, built.stderr
    assert answered == [200, 304, 200]
    first = workspace.site.resolve()
    assert [path.name for path in downloads.iterdir()] == ["known.json"]

    again = mentorship("build", "-C", workspace.root)
    assert "Nothing has changed" in again.stdout
    assert answered == [200, 304, 200, 304]
    assert workspace.site.resolve() == first

    run_record = json.loads((workspace.site / "data" / "run.json").read_text(encoding="utf-8"))
    (remote,) = [one for one in run_record["inputs"] if one["path"].startswith("http")]
    assert (remote["path"], remote["rows"]) == (shown, 348)

    # A changed export is read at once, and named by its address where it is refused.
    path = folder / "job history.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("effective_on", "since"), encoding="utf-8")
    age(path)
    refused = mentorship("build", "-C", workspace.root)
    assert refused.returncode == 1
    assert shown in refused.stderr
    assert "The column effective_on is missing." in refused.stderr
    assert answered == [200, 304, 200, 304, 200]
    assert workspace.site.resolve() == first
    assert [path.name for path in downloads.iterdir()] == ["known.json"]
    path.write_text(text, encoding="utf-8")
    age(path)

    runs = json.loads(mentorship("status", "-C", workspace.root, "--json").stdout)["runs"]
    assert [run["outcome"] for run in runs] == ["refused", "unchanged", "published"]
    assert shown in runs[-1]["inputs"]
    for folder_kept in (workspace.state, workspace.releases):
        for kept in folder_kept.rglob("*"):
            if kept.is_file():
                content = kept.read_bytes()
                assert PASSWORD.encode() not in content, kept
                assert b"exporter" not in content, kept


def test_a_place_that_refuses_leaves_the_last_good_site(
    workspace: Workspace, server: tuple[str, Path, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, folder, answered = server
    release = workspace.site.readlink()
    before = len(answered)
    (folder / "job history.csv").rename(folder / "moved.csv")
    missing = mentorship("build", "-C", workspace.root)
    assert missing.returncode == 2
    assert "A remote place has no such file." in missing.stderr
    (folder / "moved.csv").rename(folder / "job history.csv")

    ended = subprocess.run(
        [sys.executable, "-m", "mentorship.cli", "build", "-C", str(workspace.root), "--debug"],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "MENTORSHIP_HR_USER": "exporter", "MENTORSHIP_HR_PASSWORD": "wr0ng"},
    )
    assert ended.returncode == 4
    assert "MENTORSHIP_HR_PASSWORD" in ended.stderr
    assert "wr0ng" not in ended.stderr + ended.stdout
    assert answered[before:] == [404, 401]

    monkeypatch.setenv("MENTORSHIP_HR_USER", "")
    unset = subprocess.run(
        [sys.executable, "-m", "mentorship.cli", "build", "-C", str(workspace.root)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert unset.returncode == 4
    assert "are not in the environment" in unset.stderr
    assert workspace.site.readlink() == release
    assert [path.name for path in (workspace.state / "downloads").iterdir()] == ["known.json"]
