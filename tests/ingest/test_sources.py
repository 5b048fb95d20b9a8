"""What a source may name, and what it is told when it cannot be followed."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ingest.sources import fingerprint, input_files
from mentorship.config import WorkspaceConfig
from mentorship.errors import ConfigError

JOBS = {"table": "job_history", "path": "exports/jobs.csv"}


def config_of(**source: Any) -> WorkspaceConfig:
    return WorkspaceConfig.model_validate(
        {"organization": "Example", "sources": [JOBS, {**JOBS, **source}]}
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "jobs.csv").write_text("employee_id\n")
    return tmp_path


def test_a_pattern_names_several_files_in_sorted_order(root: Path) -> None:
    for name in ("b_2.csv", "b_1.csv"):
        (root / "exports" / name).write_text("x\n")
    found = input_files(config_of(path="exports/b_*.csv"), root=root)
    assert [path.name for path in found[1][1]] == ["b_1.csv", "b_2.csv"]


def test_a_file_whose_name_looks_like_a_pattern_is_itself(root: Path) -> None:
    (root / "exports" / "jobs[1].csv").write_text("x\n")
    found = input_files(config_of(path="exports/jobs[1].csv"), root=root)
    assert [path.name for path in found[1][1]] == ["jobs[1].csv"]


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ({"path": "exports/job.csv"}, "exports/jobs.csv"),
        ({"table": "job_historie"}, "did you mean job_history?"),
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
        input_files(config_of(**source), root=root)
    assert says in str(refusal.value)
    assert refusal.value.exit_code == 2
    assert "mentorship.yml" in str(refusal.value.place)


def test_a_missing_file_is_named_when_nothing_is_near(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"exports/jobs\.csv"):
        input_files(config_of(), root=tmp_path)


def test_a_link_out_of_the_workspace_is_refused(root: Path, tmp_path_factory: Any) -> None:
    outside = tmp_path_factory.mktemp("elsewhere") / "secret.csv"
    outside.write_text("x\n")
    (root / "exports" / "link.csv").symlink_to(outside)
    with pytest.raises(ConfigError, match="link that leaves the workspace"):
        input_files(config_of(path="exports/link.csv"), root=root)


def test_the_fingerprint_is_sha256(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n" * 3_000_000)
    assert fingerprint(path) == hashlib.sha256(b"a,b\n" * 3_000_000).hexdigest()


def test_finding_the_files_imports_nothing_heavy() -> None:
    code = (
        "import sys, ingest.sources; print([m for m in ('pandas', 'duckdb') if m in sys.modules])"
    )
    said = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert said.stdout.strip() == "[]"
