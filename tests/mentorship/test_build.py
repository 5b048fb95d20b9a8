"""The whole way: published once, nothing to do the second time, and never half a site."""

from __future__ import annotations

import csv
import json
import os
import resource
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from analyses.files import read_results
from analyses.results import TABLES
from tests.faults import Killed, content, half_made, kill_at, wide_files
from workspace.folder import Workspace

pytestmark = pytest.mark.slow
PEOPLE_N = 240


def mentorship(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mentorship.cli", *(str(word) for word in words)],
        check=False,
        capture_output=True,
        text=True,
    )


def runs(workspace: Workspace) -> list[dict[str, Any]]:
    shown = mentorship("status", "-C", workspace.root, "--json")
    found: list[dict[str, Any]] = json.loads(shown.stdout)["runs"]
    return found


def pseudonyms(workspace: Workspace) -> set[bytes]:
    """Return every person's key in the raw database, as text."""
    with duckdb.connect(str(workspace.raw_path), read_only=True) as connection:
        found = connection.table("job_history").project("person_key").distinct().fetchall()
    return {str(key).encode() for (key,) in found}


@pytest.fixture(scope="module")
def built(
    tmp_path_factory: pytest.TempPathFactory, small_workspace: Callable[[Path], Workspace]
) -> Workspace:
    """Return a workspace that has been built once."""
    workspace = small_workspace(tmp_path_factory.mktemp("built"))
    ended = mentorship("build", "-C", workspace.root)
    assert ended.returncode == 0, ended.stderr
    assert "workforce, still employed after 12 months" in ended.stdout
    assert "Effect of mentoring" in ended.stdout
    assert str(workspace.site / "index.html") in ended.stdout
    return workspace


@pytest.fixture
def copy(built: Workspace, tmp_path: Path) -> Workspace:
    """Return a copy of the built workspace that a test may spoil."""
    root = tmp_path / "copy"
    shutil.copytree(built.root, root, symlinks=True)
    return Workspace(root)


def test_a_build_publishes_a_site_and_keeps_its_databases(built: Workspace) -> None:
    assert (built.site / "index.html").is_file()
    assert (built.site / "data" / "metrics.parquet").is_file()
    assert built.raw_path.is_file()
    assert built.warehouse_path.is_file()
    assert list(built.runs.iterdir()) == []
    assert not list(built.state.glob("*.wal"))


def test_the_rows_of_every_result_table_are_told_apart_by_its_key(built: Workspace) -> None:
    results = read_results(built.site / "data")
    repeated = {
        name: int(getattr(results, name).duplicated(list(table.key)).sum())
        for name, table in TABLES.items()
    }
    assert repeated == dict.fromkeys(TABLES, 0)


def test_state_is_for_its_owner_only(built: Workspace) -> None:
    for path in (built.state, *built.state.rglob("*")):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path


def test_nobody_is_named_outside_the_exports(built: Workspace) -> None:
    for folder in (built.state, built.releases):
        for path in folder.rglob("*"):
            if path.is_file():
                text = path.read_bytes()
                assert b"vesterholm" not in text.lower(), path
                assert b"p7@example.com" not in text.lower(), path


def test_the_ledger_says_what_went_in_and_how_it_ended(built: Workspace) -> None:
    first = runs(built)[-1]
    assert (first["outcome"], first["exit_code"]) == ("published", 0)
    assert first["rows"]["rows_in"] == 240 + 60 + 48 + 240 + 1 + 60 + 1 + 60
    assert set(first["inputs"]) >= {"exports/job_history.csv", "exports/pairings.csv"}
    assert first["gates"]["critical_failed_n"] == 0
    assert set(first["timings"]) >= {"ingest", "models", "analyses", "pages", "publish"}


def test_the_same_inputs_twice_are_nothing_to_do(built: Workspace) -> None:
    release = built.site.readlink()
    code = (
        "import sys\n"
        "from mentorship.cli import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        "heavy = {'pandas', 'numpy', 'duckdb', 'dbt', 'great_expectations', 'scipy', 'sklearn'}\n"
        "heavy |= {'plotly'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    again = subprocess.run(
        [sys.executable, "-c", code, "build", "-C", str(built.root)],
        check=True,
        capture_output=True,
        text=True,
    )
    assert "Nothing has changed" in again.stdout
    # The exports are of 2023: a feed that has died shows also where there is nothing to do.
    assert "Look whether the feed that writes them still runs." in again.stdout + again.stderr
    assert again.stdout.splitlines()[-1] == "[]"
    assert built.site.readlink() == release
    assert runs(built)[0]["outcome"] == "unchanged"


def test_a_moved_workspace_still_shows_its_site(copy: Workspace) -> None:
    assert (copy.site / "index.html").is_file()
    assert json.loads(mentorship("build", "-C", copy.root, "--json").stdout)["outcome"] == (
        "unchanged"
    )


def test_a_refused_export_leaves_the_last_good_site(copy: Workspace) -> None:
    """An export without leavers, the most common silent error of the field."""
    release = copy.site.readlink()
    path = copy.exports / "job_history.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(x for x in lines if ",exit," not in x), encoding="utf-8")

    refused = mentorship("build", "-C", copy.root)
    assert refused.returncode == 1
    assert "What the exports promised and did not keep" in refused.stderr
    assert "288" in refused.stderr
    assert copy.site.readlink() == release
    (page,) = copy.runs.glob("*/gate.html")
    assert str(page) in refused.stderr
    last = runs(copy)[0]
    # No exit is left, of 240 people nobody left within a year, and 60 of 348 rows are more than a
    # tenth.
    assert (last["outcome"], last["gates"]["critical_failed_n"]) == ("refused", 3)
    assert " rows fail" not in refused.stderr
    assert refused.stderr.count("Change the settings of the HR report so that it includes") == 2


def test_a_load_that_shrank_is_refused_until_somebody_confirms_it(copy: Workspace) -> None:
    """Every second person is missing, and with them a department: of 348 rows 204 are left."""
    path = copy.exports / "job_history.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(x for x in lines if ",Operations," not in x), encoding="utf-8")
    text = copy.config_path.read_text(encoding="utf-8")
    lenient = "ingest: {maximum_quarantined_share: 1}\n"
    # Of those who are missing, thirty are mentees.
    lenient += "expectations: {maximum_stray_share: 1}\n"
    copy.config_path.write_text(text + lenient, encoding="utf-8")

    refused = mentorship("check", "-C", copy.root, "--data-docs", "--json")
    assert refused.returncode == 1, refused.stderr
    assert json.loads(refused.stdout)["error"] == "DataRefused"
    assert "job_history has 204 rows, 41.4 % fewer than the last load's 348." in refused.stderr
    assert "mentorship build --full-refresh" in refused.stderr
    index = copy.state / "gx" / "site" / "index.html"
    assert str(index) in refused.stderr
    assert index.is_file()
    docs = [index.parents[1], *index.parents[1].rglob("*")]
    assert not any(stat.S_IMODE(path.stat().st_mode) & 0o077 for path in docs)
    assert list(copy.site.resolve().rglob("*gx*")) == []
    changed = copy.state / "check" / "quarantine" / "changed_values.csv"
    with changed.open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file))[1:] == [
            ["job_history", "department", "gone", "Operations", "144"],
            # Eight of that department alone were promoted to the highest level.
            ["job_history", "level", "gone", "7", "8"],
        ]

    confirmed = mentorship("build", "--full-refresh", "-C", copy.root, "--json")
    assert confirmed.returncode == 0, confirmed.stderr
    warned = "\n".join(json.loads(confirmed.stdout)["warnings"])
    assert "job_history: job_history has 204 rows, 41.4 % fewer than the last load's 348." in warned
    assert "job_history: Values of department that 5 or more rows" in warned
    assert "and none has now: 1. Look whether the export left out a department" in warned
    assert "Operations" not in warned
    with duckdb.connect() as connection:
        loads = connection.read_parquet(str(copy.site / "data" / "loads.parquet"))
        rows = loads.filter("\"table\" = 'job_history'").project("load_number, rows_n, failed_n")
        found = rows.order("load_number").fetchall()
    assert [(number, rows_n) for number, rows_n, _ in found] == [(1, 348), (2, 204)]
    assert found[1][2] >= 2

    # What is confirmed is what the next load is compared with.
    again = mentorship("check", "-C", copy.root, "--json")
    assert again.returncode == 0, again.stderr


def test_killed_the_site_stays_and_the_next_build_recovers_with_the_same_bytes(
    copy: Workspace,
) -> None:
    first = copy.site.resolve()
    with subprocess.Popen(
        [
            *(sys.executable, "-m", "mentorship.cli"),
            *("build", "--full-refresh", "-C", str(copy.root)),
        ],
        stderr=subprocess.PIPE,
        text=True,
    ) as killed:
        assert killed.stderr is not None
        while "Reading the exports" not in killed.stderr.readline():
            assert killed.poll() is None
        killed.kill()
    assert copy.site.resolve() == first
    assert runs(copy)[0]["outcome"] == "crashed"

    # The same inputs as the published run, yet after a crash nothing is taken for granted.
    again = mentorship("build", "-C", copy.root)
    assert again.returncode == 0, again.stderr
    second = copy.site.resolve()
    assert second != first
    assert content(second) == content(first)
    # What a killed run left explains nothing, and goes.
    assert list(copy.runs.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGKILL, -9)]
)
@pytest.mark.parametrize("after", ["Looking for changes", "Reading the exports"])
def test_whatever_ends_a_build_ends_its_children_and_leaves_the_site(
    copy: Workspace, number: signal.Signals, code: int, after: str
) -> None:
    first = copy.site.resolve()
    killed = kill_at(copy, number, after=after, seconds=1.0)
    assert killed == Killed(code, children_n=0)
    assert copy.site.resolve() == first
    assert wide_files(copy) == []
    last = runs(copy)[0]
    if number != signal.SIGKILL:
        assert (last["outcome"], last["exit_code"]) == ("failed", code)
        assert half_made(copy) == []


def test_a_new_key_gives_everybody_a_new_pseudonym_everywhere(copy: Workspace) -> None:
    old, numbers = pseudonyms(copy), content(copy.site)
    copy.key_path.unlink()
    lost = mentorship("build", "-C", copy.root)
    assert lost.returncode == 4
    assert "mentorship key rotate" in lost.stderr
    assert not copy.key_path.exists()

    rotated = mentorship("key", "rotate", "-C", copy.root)
    assert rotated.returncode == 0, rotated.stderr
    new = pseudonyms(copy)
    assert len(new) == len(old) >= PEOPLE_N
    assert not old & new
    assert content(copy.site) == numbers
    for folder in (copy.state, copy.releases):
        for path in folder.rglob("*"):
            if path.is_file():
                text = path.read_bytes()
                assert not any(known in text for known in old), path
                is_release = folder == copy.releases
                assert not (is_release and any(known in text for known in new)), path
    again = mentorship("build", "-C", copy.root, "--json")
    assert json.loads(again.stdout)["outcome"] == "unchanged"


def test_an_earlier_day_than_that_of_the_last_release_is_refused_until_confirmed(
    copy: Workspace,
) -> None:
    """A clock set back would cut the job history short, and publish a report of the past."""
    release = copy.site.readlink()
    refused = mentorship("build", "-C", copy.root, "--as-of", "2023-06-30")
    assert refused.returncode == 1
    assert "earlier day than the last release" in refused.stderr
    assert "--full-refresh" in refused.stderr
    assert copy.site.readlink() == release


@pytest.mark.parametrize(
    "largest_file",
    [
        pytest.param(100_000, id="the raw database"),
        pytest.param(4_500_000, id="the warehouse"),
    ],
)
def test_a_disk_that_takes_no_more_ends_in_4_and_leaves_the_last_good_site(
    copy: Workspace, largest_file: int
) -> None:
    release = copy.site.readlink()

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

    ended = subprocess.run(
        [
            *(sys.executable, "-m", "mentorship.cli"),
            *("build", "--full-refresh", "-C", str(copy.root)),
        ],
        check=False,
        capture_output=True,
        text=True,
        preexec_fn=limit,
    )
    assert ended.returncode == 4, ended.stderr
    assert "free disk space" in ended.stderr
    assert copy.site.readlink() == release
    assert runs(copy)[0]["exit_code"] == 4


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_ends_in_4(copy: Workspace) -> None:
    copy.state.chmod(0o500)
    try:
        ended = mentorship("build", "-C", copy.root)
    finally:
        copy.state.chmod(0o700)
    assert ended.returncode == 4


def test_a_folder_where_the_link_belongs_ends_in_4_and_stays(copy: Workspace) -> None:
    copy.site.unlink()
    copy.site.mkdir()
    ended = mentorship("build", "-C", copy.root)
    assert ended.returncode == 4
    assert "link" in ended.stderr
    assert not copy.site.is_symlink()
