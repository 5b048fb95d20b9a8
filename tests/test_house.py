"""The rules of the house that no linter knows."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
ROOMS = ("ingest", "expectations", "analyses", "reports")
PACKAGES = (*ROOMS, "mentorship")
# What a room may import from outside itself, of ours. Pages show cells by the rule that result
# tables are written by, so `analyses.cells`, which knows no statistic, is open too.
OPEN_TO_ALL = {
    "mentorship.errors",
    "mentorship.config",
    "mentorship.storage",
    "ingest.contract",
    "analyses.results",
    "analyses.cells",
}
FOLDERS = (*ROOMS, "models", "macros", "tests", "docs", "mentorship")
FILES = (
    *("README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "Makefile", ".ci/run"),
    *("dbt_project.yml", "profiles.yml", "pyproject.toml", "requirements.lock"),
)
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc"}
# Seconds of imports that `mentorship --help` and a build with nothing to do go without.
HEAVY = ("duckdb", "dbt", "great_expectations", "numpy", "pandas", "plotly", "rich", "scipy")
TEXTS = {".css", ".html", ".js", ".md", ".py", ".sql", ".toml", ".yml", ""}
UNSEEN = {".git", ".venv", "__pycache__", "target", "logs"}
# Written apart, so that this file does not hold what it looks for.
# The fields of an HR system that go by paths which look alike are none.
FIELDS = "id|email|firstName|surname|startDate|department|title|site|reportsTo"
MACHINE_PATHS = re.compile(
    "|".join(
        ("/" + rf"work/(?!{FIELDS})[a-z]", "/" + rf"root/(?!({FIELDS})\.value)", "/" + "tmp/w/")
    )
)
REGISTRIES = re.compile("|".join((r"py" + r"pi\.org", "python" + "hosted", r"/" + "simple/")))
WORKPLACE = re.compile(
    r"\b(" + "|".join(("agen" + "ts?", "subag" + "ents?", "cha" + "tgpt", "ll" + "ms?")) + r")\b",
    re.IGNORECASE,
)


def texts() -> Iterator[tuple[str, str]]:
    """Return every text file that is ours, by its path in the project."""
    for path in sorted(PROJECT.rglob("*")):
        inside = path.relative_to(PROJECT)
        is_hidden = any(part.startswith(".") and part != ".ci" for part in inside.parts)
        if is_hidden or UNSEEN & set(inside.parts) or inside.parts[0] == "data":
            continue
        if (
            path.is_file()
            and path.suffix in TEXTS
            and not any(part.endswith(".egg-info") for part in inside.parts)
        ):
            yield inside.as_posix(), path.read_text(encoding="utf-8")


def modules(package: str) -> Iterator[tuple[str, ast.Module]]:
    for path in sorted((PROJECT / package).rglob("*.py")):
        name = ".".join(path.relative_to(PROJECT).with_suffix("").parts)
        yield name, ast.parse(path.read_text(encoding="utf-8"))


def imports(tree: ast.AST) -> Iterator[tuple[str, set[str]]]:
    """Return each module a tree imports from, and the names taken out of it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, set()
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where a name comes from"
            yield node.module or "", {alias.name for alias in node.names}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_is_open_to_all(room: str) -> None:
    broken = []
    for name, tree in modules(room):
        for module, taken in imports(tree):
            top = module.split(".")[0]
            if top not in PACKAGES or top == room or module in OPEN_TO_ALL:
                continue
            if taken and {f"{module}.{part}" for part in taken} <= OPEN_TO_ALL:
                continue
            broken.append((name, module))
    assert broken == []


def test_the_door_imports_rooms_only_where_it_needs_them() -> None:
    broken = []
    for name, tree in modules("mentorship"):
        for node in tree.body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                broken += [(name, m) for m, _ in imports(node) if m.split(".")[0] in ROOMS]
    assert broken == []


def test_the_command_line_imports_nothing_heavy() -> None:
    asked = f"import sys, mentorship.cli; print(*[m for m in {HEAVY} if m in sys.modules])"
    said = subprocess.run(
        [sys.executable, "-c", asked], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert said.stdout.split() == []


def test_every_package_is_listed() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    there = {
        ".".join(path.parent.relative_to(PROJECT).parts)
        for package in PACKAGES
        for path in (PROJECT / package).rglob("__init__.py")
    }
    assert set(project["tool"]["setuptools"]["packages"]) == there


def test_no_module_is_named_for_nothing() -> None:
    names = {path.stem for package in PACKAGES for path in (PROJECT / package).rglob("*.py")}
    assert names & VAGUE == set()


def test_there_is_no_python_among_the_models() -> None:
    assert list((PROJECT / "models").rglob("*.py")) == []


def test_the_house_is_complete() -> None:
    assert [name for name in FOLDERS if not (PROJECT / name).is_dir()] == []
    assert [name for name in FILES if not (PROJECT / name).is_file()] == []


def test_the_license_is_apache_2() -> None:
    license_text = (PROJECT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in license_text
    assert "Version 2.0, January 2004" in license_text
    assert "END OF TERMS AND CONDITIONS" in license_text


def test_every_locked_version_has_hashes_and_no_address() -> None:
    lock = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    entries = re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE)
    pinned = [entry for entry in entries if entry.strip() and not entry.startswith("#")]
    assert pinned
    assert [e.split()[0] for e in pinned if "==" not in e or "--hash=sha256:" not in e] == []


def test_every_direct_dependency_has_its_reason() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.split(r"[<>=\[]", one)[0].lower() for one in declared}
    decision = (PROJECT / "docs/decisions/0002-versions-pinned.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (?:\*dev:\* )?([^|]+) \| \w", decision, flags=re.MULTILINE)
    given = {name.strip().lower() for row in rows for name in row.split(",")} - {"dependency"}
    assert given == names


def test_no_text_names_the_machine_it_was_written_on() -> None:
    found = [name for name, text in texts() if MACHINE_PATHS.search(text)]
    assert found == []


def test_no_text_names_a_package_registry() -> None:
    found = [name for name, text in texts() if REGISTRIES.search(text)]
    assert found == []


def test_no_text_speaks_of_how_it_was_written() -> None:
    found = [(name, m[0]) for name, text in texts() if (m := WORKPLACE.search(text))]
    assert found == []


def test_decisions_are_numbered_in_a_row_and_say_context_decision_consequences() -> None:
    decisions = sorted((PROJECT / "docs/decisions").glob("*.md"))
    assert [path.name[:4] for path in decisions] == [
        f"{n:04}" for n in range(1, len(decisions) + 1)
    ]
    for path in decisions:
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {path.name[:4]}. "), path.name
        sections = re.findall(r"^## (.+)$", text, flags=re.MULTILINE)
        assert sections == ["Context", "Decision", "Consequences"], path.name
