"""Drivers: which practices of a pairing's first 90 days go with what becomes of it later.

An association, and never an effect: whoever sets goals early differs from whoever does not, also in
what no export records. Sums per comparison come in; what is published has no counts, because the
measures publish counts of nearly the same people.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Literal

import numpy as np
import pandas as pd

from analyses.disclosure import blank
from analyses.editions import with_evidence
from analyses.project import PROJECT, VARIABLES
from analyses.publishing import read_rules
from analyses.rounding import coarse
from analyses.sensitivity import benjamini_hochberg
from analyses.verdicts import (
    COUNTED,
    GOES_WITH_BETTER,
    GOES_WITH_WORSE,
    NO_CLEAR_LINK,
    NOT_MEASURED,
    Q_THRESHOLD,
    TOO_FEW,
)

CELL = ["driver", "outcome", "contrast", "program"]
PLACE = ["driver", "program"]
# Of each side as many must have had the outcome, and as many not.
FEWEST_EVENTS = 5
# What a row is about: a practice done or not, each more of an amount, or how many pairings lack it.
DONE, EACH, LACKING = "done", "each", "lacking"
WHOLE = "all"
# Less than a hundredth of a share is nothing to read; of an amount, many steps are one share.
ROUNDED_TO = {EACH: 0.001}
Q_DIGITS = 3
ESTIMATES = ["difference", "ci_low", "ci_high", "q_value"]
UNITS = {"share": "difference", "score": "share of the scale"}


@dataclass(frozen=True)
class Driver:
    """One entry of `drivers` in dbt_project.yml.

    Attributes:
        name: what the results call it.
        label: what pages call it.
        theme: the theme of the measures it belongs to.
        sentence: when a pairing counts as having done it.
        kind: `done` or not, or an `amount`.
        value: SQL over `int_pairings__landmarked`: whether it is done, or how much of it.
        known: SQL of whether that is known of a pairing.
        lacking: what is said of pairings without it, as in "had no goal by day 30".
        doing: what those with it are called, as in "pairings with one".
        needs: tables without which it is not measured.
        bands: of an amount, where each band begins but the lowest, which is what lacks it.
    """

    name: str
    label: str
    theme: str
    sentence: str
    kind: Literal["done", "amount"]
    value: str
    known: str
    lacking: str
    doing: str
    needs: tuple[str, ...]
    bands: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an entry whose bands do not fit its kind."""
        if (self.kind == "amount") != bool(self.bands) or list(self.bands) != sorted(self.bands):
            raise ValueError(
                f"{PROJECT.name}: the driver {self.name} is not complete. An amount has `bands`, "
                "in order, and what is done or not has none."
            )

    @property
    def contrast(self) -> str:
        """The comparison that says how strong it is."""
        return DONE if self.kind == "done" else EACH


@dataclass(frozen=True)
class DriverOutcome:
    """One entry of `driver_outcomes` in dbt_project.yml.

    Attributes:
        name: what the results call it.
        label: what pages call it.
        kind: a `share` of pairings, or a mean `score` as a part of its scale.
        value: column of `int_pairings__landmarked`; null where it is not known.
        said: what pairings did, with {difference} where it says how much more or less, as in
            "reached their planned end {difference} often".
        needs: tables without which it is not measured.
    """

    name: str
    label: str
    kind: Literal["share", "score"]
    value: str
    said: str
    needs: tuple[str, ...]


def read_drivers(entries: Iterable[Mapping[str, Any]]) -> tuple[Driver, ...]:
    """Return the drivers of a list, in its order.

    Raises:
        ValueError: an entry is not complete.
        TypeError: an entry has a key that no driver has, or lacks one that all have.
    """
    return tuple(
        Driver(**{**one, "needs": tuple(one["needs"]), "bands": tuple(one.get("bands", ()))})
        for one in entries
    )


LISTED = read_drivers(VARIABLES["drivers"])
OUTCOMES = tuple(
    DriverOutcome(**{**entry, "needs": tuple(entry["needs"])})
    for entry in VARIABLES["driver_outcomes"]
)


def estimated(cells: pd.DataFrame, *, confidence: float) -> pd.DataFrame:
    """Return comparisons with `difference`, `se`, `ci_low`, `ci_high` and `p_value`.

    The difference is the slope of the outcome on the practice among pairings of the same stratum;
    of a practice that is done or not it is the risk difference of Mantel and Haenszel. The
    variance is clustered by both people of a pairing, and never smaller than by the mentee alone.
    Each stratum takes a degree of freedom.

    Args:
        cells: rows of `rpt_drivers__by_program`.
        confidence: for example 0.95.

    Source: Greenland & Robins, Biometrics 41 (1985) 55-68, for the difference; Cameron, Gelbach &
    Miller, J. Bus. Econ. Stat. 29 (2011) 238-249, for the clusters.
    """
    from scipy.special import stdtr, stdtrit

    sums = cells.astype({name: "float64" for name in cells if name not in CELL})
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = sums["product_sum"] / sums["square_sum"]
        variances = {
            cluster: _clustered_variance(sums, slope, cluster)
            for cluster in ("mentee", "mentor", "both")
        }
        two_way = variances["mentee"] + variances["mentor"] - variances["both"]
        free = sums["pairings_n"] - sums["strata_n"] - 1
        lost = (sums["pairings_n"] - 1) / free.where(free > 0)
        se = np.sqrt(np.maximum(two_way, variances["mentee"]) * lost)
        degrees = np.minimum(free, sums["mentee_clusters_n"] - 1)
        half = stdtrit(degrees, 0.5 + confidence / 2) * se
        p_value = 2 * stdtr(degrees, -np.abs(slope / se))
    return cells.assign(
        difference=slope, se=se, ci_low=slope - half, ci_high=slope + half, p_value=p_value
    )


def _clustered_variance(sums: pd.DataFrame, slope: pd.Series, cluster: str) -> pd.Series:
    """Return the sum over clusters of their squared influence, for the clusters being few."""
    products, crosses, squares, clusters = (
        sums[f"{cluster}_{name}"] for name in ("products", "crosses", "squares", "clusters_n")
    )
    of_sums = products - 2 * slope * crosses + slope**2 * squares
    return of_sums / sums["square_sum"] ** 2 * clusters / (clusters - 1).where(clusters > 1)


def driver_rows(
    cells: pd.DataFrame,
    shortfalls: pd.DataFrame,
    *,
    confidence: float,
    minimum_group_size: int,
    exported: Collection[str],
    programs: Collection[str],
) -> pd.DataFrame:
    """Return the rows of the result table `drivers` with the people they rest on.

    Every driver has a row for every outcome and program, whatever may be said of it; none has where
    nobody is known to be mentored.

    Args:
        cells: rows of `rpt_drivers__by_program`.
        shortfalls: rows of `rpt_shortfalls__by_program`.
        confidence: for example 0.95.
        minimum_group_size: fewest mentees on each side of a comparison.
        exported: canonical tables there are exports of.
        programs: ids of the programs.
    """
    asked = pd.DataFrame(_asked(programs) if "pairings" in exported else [], columns=CELL)
    known = pd.concat([_with_sides(cells, confidence), _lacking(shortfalls)], ignore_index=True)
    counted = asked.merge(known, on=CELL, how="left")
    is_few = _is_few(counted, minimum_group_size=minimum_group_size)
    missing = [_missing(row.driver, row.outcome, exported) for row in asked.itertuples()]
    is_missing = pd.Series([bool(one) for one in missing], dtype=bool)
    is_hidden = is_few & ~is_missing
    is_shown = ~is_few & ~is_missing
    found = blank(counted, ~is_shown, ["difference", "ci_low", "ci_high", "p_value",
                                       "lacking_share"])  # fmt: skip
    found["q_value"] = benjamini_hochberg(found["p_value"].to_numpy(dtype=float))
    found["status"] = _status(found, is_missing=is_missing, is_hidden=is_hidden)
    found["reason"] = pd.Series(missing, dtype=object).where(is_missing, None)
    found["is_suppressed"] = is_hidden
    return _with_people(_rounded(found))


def _asked(programs: Collection[str]) -> list[tuple[str, str, str, str]]:
    """Return every comparison there should be, in the order of the lists."""
    asked = []
    for program in (WHOLE, *sorted(programs)):
        for driver in LISTED:
            asked.append((driver.name, WHOLE, LACKING, program))
            bands = _bands(driver)
            for outcome in OUTCOMES:
                asked += [(driver.name, outcome.name, one, program)
                          for one in (driver.contrast, *bands)]  # fmt: skip
    return asked


def _bands(driver: Driver) -> tuple[str, ...]:
    """Return what the bands of an amount are called, the lowest aside, as the models call them."""
    names = []
    for lowest, following in zip_longest(driver.bands, driver.bands[1:]):
        if following is None:
            names.append(f"{lowest} or more")
        else:
            names.append(str(lowest) if following == lowest + 1 else f"{lowest} to {following - 1}")
    return tuple(names)


def _with_sides(cells: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Return comparisons with estimates, and the fewest of a side with the outcome or without."""
    kinds = {outcome.name: outcome.kind for outcome in OUTCOMES}
    found = estimated(cells, confidence=confidence)
    lacking_n = found["pairings_n"] - found["doing_n"]
    sides = pd.DataFrame(
        {
            "doing": found["doing_outcome_sum"],
            "not_doing": found["doing_n"] - found["doing_outcome_sum"],
            "lacking": found["lacking_outcome_sum"],
            "not_lacking": lacking_n - found["lacking_outcome_sum"],
        }
    )
    is_share = found["outcome"].map(kinds).eq("share")
    return found.assign(events=sides.min(axis=1).where(is_share, np.inf))


def _lacking(shortfalls: pd.DataFrame) -> pd.DataFrame:
    """Return how many pairings lack each practice, as rows beside the comparisons."""
    return shortfalls.assign(
        outcome=WHOLE,
        contrast=LACKING,
        lacking_share=shortfalls["lacking_n"] / shortfalls["pairings_n"],
        events=np.inf,
    )


def _is_few(rows: pd.DataFrame, *, minimum_group_size: int) -> pd.Series:
    """Return which rows too few people stand behind, on either side or on both together."""
    sides = rows[["doing_mentees_n", "lacking_mentees_n"]].astype(float)
    is_enough = (
        sides.min(axis=1).ge(minimum_group_size)
        & rows["mentees_n"].astype(float).ge(read_rules().interval_from)
        & rows["events"].astype(float).ge(FEWEST_EVENTS)
    )
    has_value = rows["lacking_share"].notna() | (rows["ci_low"].notna() & rows["se"].gt(0))
    return ~(is_enough & has_value)


def _missing(driver: str, outcome: str, exported: Collection[str]) -> str:
    """Return what a comparison lacks, in words; nothing where every table is there."""
    needs = [*next(one.needs for one in LISTED if one.name == driver)]
    needs += [need for one in OUTCOMES if one.name == outcome for need in one.needs]
    missing = sorted({table for table in needs if table not in exported})
    return f"needs {', '.join(missing)}" if missing else ""


def _status(rows: pd.DataFrame, *, is_missing: pd.Series, is_hidden: pd.Series) -> Any:
    is_clear = rows["q_value"].le(Q_THRESHOLD)
    return np.select(
        [
            is_missing,
            is_hidden,
            rows["contrast"].eq(LACKING),
            is_clear & rows["difference"].gt(0),
            is_clear & rows["difference"].lt(0),
        ],
        [NOT_MEASURED, TOO_FEW, COUNTED, GOES_WITH_BETTER, GOES_WITH_WORSE],
        default=NO_CLEAR_LINK,
    )


def _rounded(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with their numbers as coarse as numbers without counts are."""
    whole = read_rules().rounding["share"]
    step = rows["contrast"].map(ROUNDED_TO).astype(float).fillna(whole)
    rounded = {name: coarse(rows[name], step) for name in ("difference", "ci_low", "ci_high")}
    rounded["lacking_share"] = coarse(rows["lacking_share"], whole)
    rounded["q_value"] = rows["q_value"].round(Q_DIGITS)
    return rows.assign(**rounded)


def _with_people(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with their evidence: each stands or moves alone, since none adds up."""
    key = rows["driver"]
    for name in CELL[1:]:
        key = key + "|" + rows[name]
    counted = {
        "persons": rows["mentees_n"], "events": rows["doing_mentees_n"],
        "squares": rows["doing_outcome_sum"], "rows": rows["pairings_n"],
        "more_persons": rows["lacking_mentees_n"], "more_events": rows["lacking_outcome_sum"],
    }  # fmt: skip
    shown = ["driver", "outcome", "contrast", "program", "difference", "ci_low", "ci_high",
             "q_value", "lacking_share", "status", "reason", "is_suppressed"]  # fmt: skip
    return with_evidence(
        rows[shown],
        key=key,
        block="drivers " + key,
        root="drivers " + key,
        is_shown=rows["status"].isin([COUNTED, GOES_WITH_BETTER, GOES_WITH_WORSE, NO_CLEAR_LINK]),
        **counted,
    )


def driver_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows as they are published, with what is worked out from published numbers alone.

    Args:
        rows: what `driver_rows` gives, beside what was released.
    """
    shares = rows[rows["contrast"].eq(LACKING)].set_index(PLACE)["lacking_share"]
    places = pd.MultiIndex.from_frame(rows[PLACE])
    lacking_share = shares.reindex(places).to_numpy(dtype=float)
    drivers = {one.name: one for one in LISTED}
    outcomes = {one.name: one for one in OUTCOMES}
    of = [drivers[name] for name in rows["driver"]]
    asked = [outcomes.get(name) for name in rows["outcome"]]
    potential = rows["difference"].to_numpy(dtype=float) * lacking_share
    is_main = rows["contrast"].isin([DONE, EACH]).to_numpy()
    return rows.assign(
        label=[one.label for one in of],
        theme=[one.theme for one in of],
        sentence=[one.sentence for one in of],
        lacking=[one.lacking for one in of],
        doing=[one.doing for one in of],
        outcome_label=[one.label if one else None for one in asked],
        said=[one.said if one else None for one in asked],
        unit=[UNITS[one.kind] if one else "share" for one in asked],
        lacking_share=lacking_share,
        potential=np.where(is_main, np.round(potential, 3), np.nan),
        # A threshold that was raised since hides what stands, too.
        status=rows["status"].mask(rows["is_suppressed"].astype(bool), TOO_FEW),
    )
