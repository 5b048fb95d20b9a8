"""Write the pages of docs/reference from the code they describe: run by `make docs`.

Every page is a function of the code alone, so `tests/docs` can ask whether the committed pages are
what the code says today.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from analyses.measures import read_measures
from docs.generate.bad_inputs import bad_inputs
from docs.generate.commands import commands
from docs.generate.configuration import configuration
from docs.generate.expectations import expectations
from docs.generate.measures import measures
from docs.generate.presets import presets
from docs.generate.project import DOCS, parse_project
from docs.generate.reasons import MEANINGS_OF_REASONS, meanings_of_reasons, reasons
from docs.generate.results import results
from docs.generate.tables import tables

REFERENCE = DOCS / "reference"
NOTE = "<!-- Written by docs/generate from the code: change the code, then run `make docs`. -->"


def pages(manifest_path: Path) -> dict[str, str]:
    """Return the text of every reference page by the name of its file.

    Args:
        manifest_path: dbt's manifest of this project.
    """
    written: dict[str, Callable[[], str]] = {
        "bad-inputs.md": bad_inputs,
        "commands.md": commands,
        "configuration.md": configuration,
        "expectations.md": expectations,
        "presets.md": presets,
        "measures.md": lambda: measures(read_measures(manifest_path)),
        "reasons.md": reasons,
        "results.md": results,
        "tables.md": tables,
    }
    return {name: f"{NOTE}\n\n{write().strip()}\n" for name, write in written.items()}


def write(texts: Mapping[str, str]) -> None:
    """Write the pages into docs/reference, and remove a page that nothing writes any more."""
    REFERENCE.mkdir(exist_ok=True)
    for old in REFERENCE.glob("*.md"):
        if old.name not in texts:
            old.unlink()
    for name, text in texts.items():
        (REFERENCE / name).write_text(text, encoding="utf-8")
    MEANINGS_OF_REASONS.write_text(meanings_of_reasons(), encoding="utf-8")


def main() -> None:
    """Write every page."""
    with tempfile.TemporaryDirectory() as folder:
        write(pages(parse_project(Path(folder))))


if __name__ == "__main__":
    main()
