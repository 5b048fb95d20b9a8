"""The demo company as a workspace: exports, `mentorship.yml`, and the truth it hides."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from demo.exports import write_exports
from demo.mentoring import mentor_people
from demo.months import day_date
from demo.people import directory
from demo.platform import printed_figures
from demo.truth import planted
from demo.workforce import simulate

_WORKSPACE = Path(__file__).with_name("workspace.yml")
_STREAMS = ("workforce", "mentoring", "people", "exports")


def generate(folder: Path, *, employees: int, seed: int) -> None:
    """Write a demo company's workspace: the same bytes for the same number and seed.

    Args:
        folder: the workspace; files of an earlier company in it are replaced.
        employees: people employed at any time.
        seed: what chance starts from.
    """
    streams = {
        name: np.random.default_rng(child)
        for name, child in zip(
            _STREAMS, np.random.SeedSequence(seed).spawn(len(_STREAMS)), strict=True
        )
    }
    workforce = simulate(employees=employees, rng=streams["workforce"])
    people = directory(
        persons_n=len(workforce.birth_year), founders_n=employees, rng=streams["people"]
    )
    folder.mkdir(parents=True, exist_ok=True)
    write_exports(
        folder / "exports",
        workforce=workforce,
        mentoring=mentor_people(workforce, streams["mentoring"]),
        people=people,
        employees=employees,
        rng=streams["exports"],
    )
    (folder / "mentorship.yml").write_text(
        _WORKSPACE.read_text(encoding="utf-8") + printed_figures(folder / "exports" / "mentoring"),
        encoding="utf-8",
    )
    as_of = day_date(int(workforce.events.day.max())).isoformat()
    _keep_secret(
        folder / "state",
        planted(workforce, employees=employees, seed=seed, as_of=as_of),
    )


def _keep_secret(state: Path, truth: dict[str, Any]) -> None:
    """Write the truth where only the owner can read it."""
    state.mkdir(exist_ok=True)
    state.chmod(0o700)
    path = state / "truth.json"
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(json.dumps(truth, indent=2) + "\n")
