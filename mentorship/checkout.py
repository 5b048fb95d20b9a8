"""The checkout this program runs from, and the versions of what it runs on."""

from __future__ import annotations

import platform
import sys
from importlib import metadata
from pathlib import Path

from workspace.errors import EnvironmentFailed

CHECKOUT = Path(__file__).resolve().parent.parent
DISTRIBUTION = "mentorship-impact"

# What a build's outcome depends on besides its inputs.
ROOMS = (
    "workspace",
    "mentorship",
    "ingest",
    "demo",
    "expectations",
    "models",
    "macros",
    "analyses",
    "reports",
)
ROOT_FILES = ("dbt_project.yml", "profiles.yml", "pyproject.toml", "requirements.lock")

_PACKAGES = (
    "dbt-core",
    "dbt-duckdb",
    "duckdb",
    "great-expectations",
    "jinja2",
    "numpy",
    "pandas",
    "plotly",
    "pydantic",
    "scikit-learn",
    "scipy",
)


def version() -> str:
    """Return the version of mentorship-impact, as installed."""
    try:
        return metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return "unknown"


def refuse_stripped_python() -> None:
    """Refuse a Python that forgets docstrings, out of which dbt and Great Expectations are made.

    Raises:
        EnvironmentFailed: it does.
    """
    if sys.flags.optimize > 1:
        raise EnvironmentFailed(
            "Python was told to forget docstrings, which packages need.",
            found=f"PYTHONOPTIMIZE={sys.flags.optimize}",
            expected="PYTHONOPTIMIZE unset, or 1",
            to_do="unset PYTHONOPTIMIZE, then run again",
        )


def package_versions() -> dict[str, str]:
    """Return the version of Python and of every package that touches a number."""
    found = {"python": platform.python_version()}
    for name in _PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "missing"
    return found


def code_files() -> list[Path]:
    """Return every file of the checkout that can change what a build publishes, sorted."""
    files = [path for name in ROOT_FILES if (path := CHECKOUT / name).is_file()]
    for folder in ROOMS:
        files.extend(
            path
            for path in (CHECKOUT / folder).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
        )
    return sorted(files)
