"""The rules of early warnings, as dbt_project.yml declares them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analyses.project import VARIABLES
from workspace.config import WorkspaceConfig


@dataclass(frozen=True)
class Rule:
    """One entry of `warnings` in dbt_project.yml.

    Attributes:
        name: what the results and `warnings.thresholds` call it.
        label: what pages and lists call it.
        sentence: when it is raised; `{threshold}` stands for the threshold.
        threshold: the one that holds where mentorship.yml says none; None is off.
        raised: SQL over `int_pairing_days__watched` of whether it is raised.
        since: the day there since when.
        to_do: what the owner of the program does about it.
        needs: tables without which it is not measured.
        is_counted_in_days: whether it is raised so many days after that day.
    """

    name: str
    label: str
    sentence: str
    threshold: float | None
    raised: str
    since: str
    to_do: str
    needs: tuple[str, ...]
    is_counted_in_days: bool = False

    def at(self, thresholds: Mapping[str, float | None]) -> float | None:
        """Return the threshold that holds in a workspace."""
        return thresholds.get(self.name, self.threshold)

    def said(self, threshold: float | None) -> str:
        """Return when it is raised, in words."""
        shown = "the threshold" if threshold is None else f"{threshold:g}"
        return self.sentence.format(threshold=shown)


RULES = tuple(Rule(**{**entry, "needs": tuple(entry["needs"])}) for entry in VARIABLES["warnings"])
DAYS: int = VARIABLES["warning_days"]


def check_warnings(config: WorkspaceConfig) -> None:
    """Refuse thresholds of `mentorship.yml` that belong to no warning.

    Raises:
        ConfigError: naming the entry and the nearest warning.
    """
    config.refuse_unknown(
        "warnings",
        "thresholds",
        names=config.warnings.thresholds,
        known=[rule.name for rule in RULES],
        what="a warning",
    )
