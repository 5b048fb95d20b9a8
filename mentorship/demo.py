"""The demo: a made-up company with known effects, built like any other workspace."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mentorship.headline import HORIZON_MONTHS
from mentorship.lock import lock
from mentorship.progress import Progress
from workspace.errors import ConfigError, Place
from workspace.folder import Workspace


def generate_demo(workspace: Workspace, *, employees: int, seed: int, progress: Progress) -> None:
    """Write the demo company's exports into a workspace of its own.

    Raises:
        ConfigError: the folder holds something that is not a demo.
    """
    marker = workspace.state / "demo"
    if not (workspace.truth_path.exists() or marker.exists() or _is_vacant(workspace.root)):
        raise ConfigError(
            "This folder is not a demo workspace; the demo never overwrites anything else.",
            place=Place(workspace.root),
            expected="a folder that is empty, new, or made by `mentorship demo`",
            to_do="choose another folder with --out",
        )
    workspace.prepare()
    # Marks the folder before the first export, so that a demo cut short can be made again.
    marker.touch(mode=0o600)
    with lock(workspace.lock_path), progress.stage("generate", "Making up a company"):
        from demo.company import generate

        generate(workspace.root, employees=employees, seed=seed)


def _is_vacant(folder: Path) -> bool:
    return not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))


def planted_effects(workspace: Workspace) -> dict[str, float]:
    """Return what the generator planted for mentees, by outcome."""
    truth: dict[str, Any] = json.loads(workspace.truth_path.read_text(encoding="utf-8"))
    return {
        effect["outcome"]: effect["effect"]
        for effect in truth["effects"]
        if (effect["role"], effect["horizon_months"]) == ("mentee", HORIZON_MONTHS)
    }
