"""The audit in words: what was attacked in a published folder, and what it tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from workspace.errors import ConfigError, Place

EXAMPLES = 20


def audit_site(site: Path, *, before: Sequence[Path] = (), seconds: float) -> dict[str, Any]:
    """Return an attack on a published folder as a record; `found_n` 0 means nothing is told.

    Args:
        site: a published folder.
        before: earlier ones that whoever holds it may hold, too; where none is given, those that
            lie beside it.
        seconds: how long linear and integer programs may take.

    Raises:
        ConfigError: there is no published folder.
    """
    from analyses.attack.release import lacking
    from analyses.audit import audit, audit_between

    for folder in (site, *before):
        if not folder.is_dir():
            raise _missing(folder)
    earlier = list(before) or _beside(site)
    try:
        attack = audit(site, seconds=seconds)
        differences = audit_between(earlier, site)
    except FileNotFoundError as error:
        raise _missing(Path(str(error))) from error
    findings = [*attack.findings, *attack.unsettled, *differences]
    return {
        "site": str(site),
        "before": [str(one) for one in earlier],
        "lacking": list(lacking(site)),
        "counts_n": attack.counts_n,
        "statements_n": attack.statements_n,
        "hidden_n": attack.hidden_n,
        "tightened_n": attack.tightened_n,
        "programs_n": attack.programs_n,
        "narrowest": attack.narrowest,
        "unsolved_n": attack.unsolved_n,
        "contradicted_n": attack.contradicted_n,
        "exact_people_n": attack.exact_people_n,
        "exact_outcomes_n": attack.exact_outcomes_n,
        "exact_both_n": attack.exact_both_n,
        "seconds": round(attack.seconds, 2),
        "found_n": len(findings),
        "is_passed": not (findings or attack.contradicted_n),
        "found": _by_kind(findings),
    }


def audit_lines(record: dict[str, Any]) -> list[str]:
    """Return an attack as lines of text."""
    narrowest, before, lacking = (record[name] for name in ("narrowest", "before", "lacking"))
    lines = [
        f"Attacked {record['hidden_n']:,} hidden cells in {record['site']}: {record['counts_n']:,} "
        f"counts in {record['statements_n']:,} statements.",
        f"{record['tightened_n']:,} bounds tightened, {record['programs_n']:,} linear or integer "
        f"programs solved, {record['seconds']:.1f} s.",
    ]
    if lacking:
        lines.append(f"Not in the folder, and so left out: {', '.join(lacking)}.")
    if before:
        lines.append(f"Together with {len(before):,} earlier: {', '.join(before)}.")
    if narrowest is not None:
        lines.append(
            f"The narrowest interval around a hidden group that may be small: {narrowest:g} wide."
        )
    if record["exact_people_n"] or record["exact_outcomes_n"]:
        lines.append(
            f"Known exactly: the size of {record['exact_people_n']:,} hidden cells of measures, "
            f"the outcome of {record['exact_outcomes_n']:,}, both below the threshold of "
            f"{record['exact_both_n']:,}."
        )
    if record["unsolved_n"]:
        lines.append(
            f"Not settled in the time given: {record['unsolved_n']:,} questions; give more "
            "--seconds."
        )
    if record["contradicted_n"]:
        reason = (
            "without the table measures some are taken for what they are not"
            if "measures" in lacking
            else "the files contradict each other"
        )
        lines.append(f"Nothing fits {record['contradicted_n']:,} counts: {reason}.")
    for found in record["found"]:
        lines += ["", f"{found['cells_n']:,} times {found['kind']}: {found['meaning']}."]
        lines += [f"  {cell}" for cell in found["examples"]]
    if record["is_passed"]:
        lines += ["", "Nothing was found that tells of a hidden group."]
    return lines


def _by_kind(findings: Sequence[Any]) -> list[dict[str, Any]]:
    from analyses.attack.findings import MEANINGS

    numbers = Counter(finding.kind for finding in findings)
    return [
        {
            "kind": kind,
            "meaning": MEANINGS[kind],
            "cells_n": number,
            "examples": [one.cell for one in findings if one.kind == kind][:EXAMPLES],
        }
        for kind, number in numbers.items()
    ]


def _beside(site: Path) -> list[Path]:
    """Return the releases that were published before one, where they are kept."""
    own = site.resolve()
    if own.parent.name != "releases":
        return []
    return sorted(
        one for one in own.parent.iterdir() if one.name < own.name and (one / "data").is_dir()
    )


def _missing(folder: Path) -> ConfigError:
    return ConfigError(
        "There is no published folder here.",
        place=Place(folder),
        expected="a site, or its folder data, with a table metrics",
        to_do="name the folder that a build published, as in `mentorship audit site`",
    )
