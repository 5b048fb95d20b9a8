"""The audit of published folders: an attack on one release, and on what several tell together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from analyses.attack.findings import SECONDS, Attack, Finding, attack
from analyses.attack.published import case_of
from analyses.attack.release import read_release
from analyses.attack.restatements import told_between


def audit(site: Path, *, seconds: float = SECONDS) -> Attack:
    """Return what a published folder tells of the cells it hides, from its files alone.

    Args:
        site: a published site, or its folder `data`.
        seconds: how long linear and integer programs may take; what is left over is counted.

    Raises:
        FileNotFoundError: there is no release in the folder.
    """
    return attack(case_of(read_release(site)), seconds=seconds)


def audit_between(earlier: Sequence[Path], new: Path) -> tuple[Finding, ...]:
    """Return the cells that releases tell together: by few people's difference, or by a sum.

    Args:
        earlier: published folders.
        new: a later one of the same organization.

    Raises:
        FileNotFoundError: there is no release in one of the folders.
    """
    return told_between([read_release(one) for one in earlier], read_release(new))
