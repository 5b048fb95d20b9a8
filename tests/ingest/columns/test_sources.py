"""What a source may name, and what it is told when it cannot be followed."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ingest.columns.sources import Sources
from ingest.files.local import LocalFile, fingerprint
from workspace.config import WorkspaceConfig
from workspace.errors import ConfigError

JOBS = {"table": "job_history", "path": "exports/jobs.csv"}


def config_of(**source: Any) -> WorkspaceConfig:
    return WorkspaceConfig.model_validate(
        {"organization": "Example", "sources": [JOBS, {**JOBS, **source}]}
    )


def found(config: WorkspaceConfig, root: Path) -> list[LocalFile]:
    """Return the files of the second source."""
    files = Sources(config, root=root).files()[1][1]
    assert all(isinstance(file, LocalFile) for file in files)
    return files  # type: ignore[return-value]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "jobs.csv").write_text("employee_id\n")
    return tmp_path


def test_a_pattern_names_several_files_in_sorted_order(root: Path) -> None:
    for name in ("b_2.csv", "b_1.csv"):
        (root / "exports" / name).write_text("x\n")
    files = found(config_of(path="exports/b_*.csv"), root)
    assert [file.shown for file in files] == ["exports/b_1.csv", "exports/b_2.csv"]
    assert [file.fetched().name for file in files] == ["b_1.csv", "b_2.csv"]
    assert [file.stem for file in files] == ["b_1", "b_2"]


def test_a_file_whose_name_looks_like_a_pattern_is_itself(root: Path) -> None:
    (root / "exports" / "jobs[1].csv").write_text("x\n")
    files = found(config_of(path="exports/jobs[1].csv"), root)
    assert [file.shown for file in files] == ["exports/jobs[1].csv"]


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ({"path": "exports/job.csv"}, "exports/jobs.csv"),
        ({"preset": "qualtrix"}, "did you mean qualtrics?"),
        ({"preset": "qualtrics"}, "survey_responses"),
        ({"columns": {"employe_id": "x"}}, "did you mean employee_id?"),
        ({"values": {"events": {"a": "b"}}}, "did you mean event?"),
        ({"constants": {"levle": "1"}}, "did you mean level?"),
        ({"columns": {"level": "L"}, "constants": {"level": "1"}}, "keep one of the two"),
        ({"items": {"Q1": "q"}}, "wide survey"),
        ({"timezone": "Europe/Berln"}, "did you mean Europe/Berlin?"),
        ({"delimiter": "::"}, "one character"),
        ({"path": "../jobs.csv"}, "outside the workspace"),
        ({"path": "/etc/passwd"}, "outside the workspace"),
    ],
)
def test_a_source_that_cannot_be_followed_says_what_was_meant(
    root: Path, source: dict[str, Any], says: str
) -> None:
    with pytest.raises(ConfigError) as refusal:
        found(config_of(**source), root)
    assert says in str(refusal.value)
    assert refusal.value.exit_code == 2
    assert "mentorship.yml" in str(refusal.value.place)


def test_a_missing_file_is_named_when_nothing_is_near(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"exports/jobs\.csv"):
        found(config_of(), tmp_path)


def test_a_link_out_of_the_workspace_is_refused(root: Path, tmp_path_factory: Any) -> None:
    outside = tmp_path_factory.mktemp("elsewhere") / "secret.csv"
    outside.write_text("x\n")
    (root / "exports" / "link.csv").symlink_to(outside)
    with pytest.raises(ConfigError, match="link that leaves the workspace"):
        found(config_of(path="exports/link.csv"), root)


@pytest.mark.parametrize(
    "path", ["../jobs.csv", "exports/../../jobs.csv", "exports/../exports/jobs.csv", "exports/.."]
)
def test_a_path_with_two_dots_is_refused_even_where_it_would_stay(root: Path, path: str) -> None:
    with pytest.raises(ConfigError, match="outside the workspace"):
        found(config_of(path=path), root)


def test_no_export_lies_where_builds_write(root: Path) -> None:
    """Quarantined records and published tables would come back as exports."""
    for name in ("state/quarantine", "releases/1/data", "exports/more"):
        (root / name).mkdir(parents=True)
        (root / name / "found.csv").write_text("x\n")
    (root / "site").symlink_to("releases/1")
    files = found(config_of(path="**/found.csv"), root)
    assert [file.shown for file in files] == ["exports/more/found.csv"]
    for path in ("state/quarantine/found.csv", "releases/1/data/*.csv", "site/data/found.csv"):
        with pytest.raises(ConfigError) as caught:
            found(config_of(path=path), root)
        assert caught.value.exit_code == 2
    (root / "exports" / "linked.csv").symlink_to("../state/quarantine/found.csv")
    with pytest.raises(ConfigError, match="where builds write"):
        found(config_of(path="exports/linked.csv"), root)


@pytest.fixture
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder outside the workspace, with an export and a link to a neighbor's."""
    folder = tmp_path_factory.mktemp("elsewhere")
    (folder / "shelf").mkdir()
    (folder / "shelf2").mkdir()
    for name in ("shelf/b.csv", "shelf/a.csv", "shelf2/secret.csv"):
        (folder / name).write_text("x\n")
    return folder / "shelf"


def allowing(*folders: Path | str, path: Path | str) -> WorkspaceConfig:
    given = config_of(path=str(path)).model_dump()
    given["ingest"]["allowed_folders"] = [str(folder) for folder in folders]
    return WorkspaceConfig.model_validate(given)


def test_an_allowed_folder_may_be_named_and_linked_to(root: Path, shelf: Path) -> None:
    files = found(allowing(shelf, path=shelf / "*.csv"), root)
    assert [file.shown for file in files] == [str(shelf / "a.csv"), str(shelf / "b.csv")]
    assert found(allowing(shelf, path=shelf / "b.csv"), root)[0].stem == "b"
    (root / "exports" / "newest.csv").symlink_to(shelf / "a.csv")
    (file,) = found(allowing(shelf, path="exports/newest.csv"), root)
    assert (file.shown, file.stem) == ("exports/newest.csv", "newest")
    assert file.fetched() == (shelf / "a.csv").resolve()


def test_an_allowed_folder_that_is_a_link_is_what_it_leads_to(root: Path, shelf: Path) -> None:
    link = shelf.parent / "link"
    link.symlink_to(shelf)
    (file,) = found(allowing(link, path=link / "a.csv"), root)
    assert file.shown == str(link / "a.csv")


@pytest.mark.parametrize(
    "path", ["shelf2/secret.csv", "shelf/../shelf2/secret.csv", "shelf/link.csv", "*/secret.csv"]
)
def test_what_an_allowed_folder_does_not_hold_stays_out(root: Path, shelf: Path, path: str) -> None:
    (shelf / "link.csv").symlink_to(shelf.parent / "shelf2" / "secret.csv")
    with pytest.raises(ConfigError) as caught:
        found(allowing(shelf, path=shelf.parent / path), root)
    assert caught.value.exit_code == 2
    assert "outside" in caught.value.message


@pytest.mark.parametrize("pattern", ["/**/secret.csv", "/*/*.csv", "exports/out/**/*.csv"])
def test_what_no_folder_allows_is_not_even_looked_for(
    root: Path, shelf: Path, monkeypatch: pytest.MonkeyPatch, pattern: str
) -> None:
    (root / "exports" / "out").symlink_to(shelf.parent)
    looked: list[Path] = []
    monkeypatch.setattr(
        "ingest.files.local._matching", lambda anchor, *_, **__: looked.append(anchor)
    )
    with pytest.raises(ConfigError, match=r"outside the folders|leaves the workspace"):
        found(allowing(shelf, path=pattern), root)
    assert looked == []


@pytest.mark.parametrize("path", ["/proc/self/environ", "/proc/self/env*", "/proc/**/environ"])
def test_what_the_system_shows_of_itself_is_no_export(root: Path, path: str) -> None:
    for folder in ("/", "/proc"):
        with pytest.raises(ConfigError, match="the system shows itself"):
            found(allowing(folder, path=path), root)


def test_a_link_to_what_the_system_shows_is_no_export(root: Path) -> None:
    (root / "exports" / "me.csv").symlink_to("/proc/self/environ")
    with pytest.raises(ConfigError, match="the system shows itself"):
        found(allowing("/", path="exports/m*.csv"), root)


def test_a_missing_file_of_an_allowed_folder_is_named(root: Path, shelf: Path) -> None:
    with pytest.raises(ConfigError, match="is not there"):
        found(allowing(shelf, path=shelf / "none.csv"), root)


@pytest.mark.parametrize("folder", ["elsewhere", "./exports", "/srv/../etc"])
def test_an_allowed_folder_is_written_as_an_absolute_path(root: Path, folder: str) -> None:
    with pytest.raises(ConfigError, match="absolute path"):
        found(allowing(folder, path="exports/jobs.csv"), root)


def test_a_pipe_or_a_folder_is_no_export(root: Path) -> None:
    os.mkfifo(root / "exports" / "pipe.csv")
    (root / "exports" / "folder.csv").mkdir()
    with pytest.raises(ConfigError, match="is not there"):
        found(config_of(path="exports/[pf]*.csv"), root)


@pytest.mark.parametrize(
    ("make", "found"),
    [
        (os.mkfifo, "a pipe"),
        (Path.mkdir, "a folder"),
        (lambda p: p.symlink_to("/dev/null"), "a device"),
    ],
)
def test_what_is_no_file_is_said(root: Path, make: Any, found: str) -> None:
    make(root / "exports" / "more.csv")
    with pytest.raises(ConfigError, match="is no file") as refusal:
        Sources(config_of(path="exports/more.csv"), root=root).files()
    assert refusal.value.found == found


def test_what_programs_put_beside_an_export_is_passed_over_and_said(root: Path) -> None:
    for name in ("~$jobs.csv", "._jobs.csv", ".~lock.jobs.csv#"):
        (root / "exports" / name).write_bytes(b"\x05Ann")
    files = found(config_of(path="exports/*"), root)
    assert [file.shown for file in files] == ["exports/jobs.csv"]
    assert files[0].remarks == (
        "3 files are passed over that the source's pattern matches: by their names, an office "
        "program's mark that a file is open, or what macOS puts beside one.",
    )
    with pytest.raises(ConfigError, match="is not there"):
        found(config_of(path="exports/~$*"), root)


def test_a_name_that_is_not_utf8_is_refused(root: Path) -> None:
    name = os.fsencode(root / "exports") + b"/caf\xe9.csv"
    os.rename(os.fsencode(root / "exports" / "jobs.csv"), name)
    with pytest.raises(ConfigError, match="name of a file is not UTF-8") as refusal:
        Sources(
            WorkspaceConfig.model_validate(
                {"organization": "Example", "sources": [{**JOBS, "path": "exports/*.csv"}]}
            ),
            root=root,
        ).files()
    assert (refusal.value.found, refusal.value.to_do) == ("caf\\xe9.csv", "rename it")


def test_the_fingerprint_is_sha256(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n" * 3_000_000)
    assert fingerprint(path) == hashlib.sha256(b"a,b\n" * 3_000_000).hexdigest()


def test_finding_the_files_imports_nothing_heavy() -> None:
    code = (
        "import sys, ingest.columns.sources; "
        "print([m for m in ('pandas', 'duckdb') if m in sys.modules])"
    )
    said = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    assert said.stdout.strip() == "[]"
