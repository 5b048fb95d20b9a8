"""The rules of the house that no linter knows."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).parents[1]
# Where no measure is known by name: what a measure is stands in its declaration alone.
BLIND_TO_MEASURES = (
    *("analyses/**/*.py", "demo/**/*.py", "docs/**/*.py", "docs/**/*.md", "tests/reports/*.py"),
    *("reports/**/*.py", "reports/**/*.html", "reports/**/*.js"),
)
# And where it is all the same, each with its reason.
KNOWS_MEASURES = {
    "analyses/guardrails.py": "one of the guardrails is a measure",
    "reports/headlines.py": "the sentences of the leadership page",
    "demo/truth.py": "what is planted is planted in measures",
    "docs/how-to/set-targets.md": "a worked example has to be about something",
    "docs/how-to/add-a-measure.md": "a worked example has to be about something",
    "docs/how-to/read-results-in-bi.md": "a worked example has to be about something",
}
# From the ground floor up: a room imports those below it, and none above.
FLOORS = ("workspace", "ingest", "demo", "expectations", "analyses", "reports", "mentorship")
ROOMS = FLOORS[:-1]
# The same inside ingest: modules that stand alone, and wings.
WINGS = (
    *("contract", "names", "declared", "records", "files", "columns", "people", "checks"),
    *("review", "settled", "raw", "load", "erasing", "recognition"),
)
FOLDERS = (*FLOORS, "models", "macros", "tests", "docs")
FILES = (
    *("README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "Makefile", ".ci/run"),
    *("dbt_project.yml", "profiles.yml", "pyproject.toml"),
)
LOCKS = (
    *("requirements.lock", "requirements-remote.lock", "requirements-dev.lock"),
    *("requirements-spark.lock", "requirements-dagster.lock"),
)
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc"}
# Seconds of imports that `mentorship --help` and a build with nothing to do go without.
HEAVY = ("duckdb", "dbt", "great_expectations", "numpy", "pandas", "plotly", "rich", "scipy",
         "sklearn")  # fmt: skip


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


def climbing(floors: Sequence[str], place_of: Callable[[str], str | None]) -> list[str]:
    """Return the imports by which something reaches up, from `floors` of which the first is lowest.

    Args:
        floors: the places, from the ground up.
        place_of: tells in which of them a module lies; None for modules that are not ours.
    """
    return [
        f"{name} imports {module}"
        for name, tree in all_modules()
        for module, _ in imports(tree)
        if (here := place_of(name)) and (there := place_of(module)) and here != there
        if floors.index(there) > floors.index(here)
    ]


def all_modules() -> Iterator[tuple[str, ast.Module]]:
    for room in FLOORS:
        yield from modules(room)


def room_of(module: str) -> str | None:
    room = module.split(".")[0]
    return room if room in FLOORS else None


def test_no_import_climbs_from_room_to_room() -> None:
    assert climbing(FLOORS, room_of) == []


def wing_of(module: str) -> str | None:
    room, *rest = module.split(".")
    return rest[0] if room == "ingest" and rest else None


def test_no_import_climbs_between_the_wings_of_ingest() -> None:
    assert {wing_of(name) for name, _ in modules("ingest")} - {"__init__"} == set(WINGS)
    assert climbing(WINGS, wing_of) == []


def test_the_head_of_a_wing_is_one_sentence() -> None:
    for wing in WINGS:
        head = PROJECT / "ingest" / wing / "__init__.py"
        if head.exists() and wing != "recognition":
            docstring = ast.get_docstring(ast.parse(head.read_text(encoding="utf-8"))) or ""
            assert docstring.endswith("."), wing
            assert docstring.count(".") == 1, wing


def test_the_door_imports_rooms_only_where_it_needs_them() -> None:
    broken = []
    for name, tree in modules("mentorship"):
        for node in tree.body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                broken += [(name, m) for m, _ in imports(node) if m.split(".")[0] in ROOMS[1:]]
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
        for package in FLOORS
        for path in (PROJECT / package).rglob("__init__.py")
    }
    assert set(project["tool"]["setuptools"]["packages"]) == there


def test_no_module_is_named_for_nothing() -> None:
    names = {path.stem for package in FLOORS for path in (PROJECT / package).rglob("*.py")}
    assert names & VAGUE == set()


def test_there_is_no_python_among_the_models() -> None:
    assert list((PROJECT / "models").rglob("*.py")) == []


def test_the_house_is_complete() -> None:
    assert [name for name in FOLDERS if not (PROJECT / name).is_dir()] == []
    assert [name for name in (*FILES, *LOCKS) if not (PROJECT / name).is_file()] == []


def test_the_license_is_apache_2() -> None:
    license_text = (PROJECT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in license_text
    assert "Version 2.0, January 2004" in license_text
    assert "END OF TERMS AND CONDITIONS" in license_text


def locked(name: str) -> list[str]:
    """Return the entries of a lock, each with its hashes and without comments."""
    text = (PROJECT / name).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    return re.split(r"\n(?=[A-Za-z0-9])", "\n".join(lines).strip())


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_version_has_hashes_and_no_address(name: str) -> None:
    assert "://" not in (PROJECT / name).read_text(encoding="utf-8")
    entries = locked(name)
    assert entries
    assert [e.split()[0] for e in entries if "==" not in e or "--hash=sha256:" not in e] == []


def test_each_lock_holds_the_one_before_it() -> None:
    core, remote, dev, spark, dagster = ({e.split()[0] for e in locked(name)} for name in LOCKS)
    assert core < remote < dev
    assert core < spark
    assert core < dagster


def test_what_a_build_needs_is_locked_without_the_tools_of_developers() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {re.split(r"[=\[]", entry)[0] for entry in locked(LOCKS[0])}

    def direct(declared: list[str]) -> set[str]:
        return {re.split(r"[<>=\[]", one)[0].lower() for one in declared}

    assert direct(project["dependencies"]) <= names
    extras = project["optional-dependencies"]
    assert names & (direct(extras["remote"]) | direct(extras["dev"])) == set()


def test_every_direct_dependency_has_its_reason() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    declared = [*project["dependencies"], *extras["remote"], *extras["spark"]]
    declared += [*extras["dagster"], *extras["dev"]]
    names = {re.split(r"[<>=\[]", one)[0].lower() for one in declared}
    decision = (PROJECT / "docs/decisions/0002-versions-pinned.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| (?:\*(?:dev|remote|spark|dagster):\* )?([^|]+) \| \w", decision, flags=re.MULTILINE
    )
    given = {name.strip().lower() for row in rows for name in row.split(",")} - {"dependency"}
    assert given == names


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


def declared_measures(node: Any) -> Iterator[str]:
    """Return the names of the measures declared in a YAML file of models, one per horizon."""
    if isinstance(node, list):
        for one in node:
            yield from declared_measures(one)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key != "measures":
                yield from declared_measures(value)
                continue
            for declared in value:
                name = declared.get("measure") or declared["name"]
                for months in declared.get("horizons", [""]):
                    yield name.replace("{months}", str(months))


def test_no_measure_is_known_by_name_outside_its_declaration() -> None:
    files = (PROJECT / "models").rglob("*.yml")
    names = {
        name
        for file in files
        for name in declared_measures(yaml.safe_load(file.read_text(encoding="utf-8")))
    }
    assert names
    # A single word is a name only where it is quoted.
    spellings = (rf"\b{name}\b" if "_" in name else rf"[\"'`]{name}[\"'`]" for name in names)
    known = re.compile("|".join(spellings))
    knowing = {
        path.relative_to(PROJECT).as_posix()
        for pattern in BLIND_TO_MEASURES
        for path in PROJECT.glob(pattern)
        # The reference is printed from the declarations.
        if "docs/reference" not in path.as_posix()
        and known.search(path.read_text(encoding="utf-8"))
    }
    assert knowing == set(KNOWS_MEASURES)


def test_every_database_is_opened_within_its_share_of_the_memory() -> None:
    opened = [
        name
        for floor in FLOORS
        for name, tree in modules(floor)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr == "connect"
        and ast.unparse(node.value) == "duckdb"
    ]
    assert opened == ["workspace.database"], opened
    profile = yaml.safe_load((PROJECT / "profiles.yml").read_text(encoding="utf-8"))
    duckdb = profile["mentorship_impact"]["outputs"]["duckdb"]
    assert duckdb["plugins"] == [{"module": "mentorship.bounds"}]
