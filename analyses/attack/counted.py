"""The people and the outcomes that a release counts, hidden or shown, table by table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analyses.attack.release import CONFIDENCE, Release
from analyses.attack.sums import (
    ALIKE,
    AT_LEAST,
    AT_MOST,
    CELL,
    EXACT,
    PARTIAL,
    PLACE,
    UNTRUE,
    same_people,
)
from analyses.attack.system import Floats
from analyses.disclosure import SMALL, UNANIMOUS_FACTOR
from analyses.intervals import normal_critical_value

SCALE = re.compile(r"\((-?\d+)-(\d+)\)")
SHARE, NPS = "share", "NPS"
# The people behind things that a measure counts, and what is in none of the parts of a measure.
PERSONS_OF, REST_OF = "people of ", "rest of "
OF_CURVES = ("survival", "incidence")
# Relative error of a limit, which is written with ten digits.
LIMIT_ERROR = 5e-10
FIRST = ("same", "table", "month", "outcome", "is_person_each", "persons", "part_of")


@dataclass(frozen=True)
class Counted:
    """What a release counts.

    Attributes:
        people: one row per quantity of people, or of things of theirs, and cell: `n`, missing where
            hidden; `n_low` and `n_high`, what rounded values and intervals leave of it;
            `is_hidden`; `is_listed`, that the row is there only because somebody is; `threshold`,
            of things as many as so few people have; `is_person_each`; `table`; `counted`, the same
            for rows that count the same people; `persons`, the quantity of those who have the
            things; `part_of`, the quantity of which it is a part.
        outcomes: one row per measure and cell: `person`, the row of its people; `kind`, of
            which `scores_of` gives the categories; `numerator` and `square_sum` where
            known; `low` and `high`, between which numerator / people lies; `is_hidden`;
            `adds_up`, the same for outcomes of the same people that nobody has two of.
    """

    people: pd.DataFrame
    outcomes: pd.DataFrame


def scores_of(kind: str) -> Floats:
    """Return what a person of each category adds to the numerator, the highest first."""
    if kind == SHARE:
        return np.array([1.0, 0.0])
    if kind == NPS:
        # Promoters, passives, detractors.
        return np.array([100.0, 0.0, -100.0])
    low, high = (int(number) for number in kind.split(" to "))
    return np.arange(high, low - 1, -1.0)


def counted_in(release: Release) -> Counted:
    """Return the people and outcomes that the tables of a release count."""
    cells = pd.concat([_metrics(release), _survival(release)], ignore_index=True)
    # What is declared comes first; the rest is seen from the counts.
    is_start = (cells["table"].eq("metrics") | cells["month"].le(1)) & cells["same"].eq("")
    cells.loc[is_start, "same"] = same_people(cells[is_start])
    effects = _effects(release)
    if len(effects):
        effects["same"] = same_people(effects)
    others = [frame for frame in (effects, _curves(release), _flow(release)) if len(frame)]
    cells = pd.concat([cells, *others], ignore_index=True)
    cells["same"] = cells["same"].where(cells["same"].ne(""), cells["quantity"])
    people = cells.groupby(["quantity", *CELL], dropna=False, sort=False, as_index=False).agg(
        n=("n", "max"),
        n_low=("n_low", "max"),
        n_high=("n_high", "min"),
        is_hidden=("is_hidden", "all"),
        is_suppressed=("is_hidden", "all"),
        is_listed=("is_listed", "any"),
        members=("members", "first"),
        threshold=("threshold", "max"),
        **{name: (name, "first") for name in FIRST},
    )
    people["counted"] = people.groupby(["same", *CELL], dropna=False, sort=False).ngroup()
    people["n"] = people.groupby("counted")["n"].transform("max")
    people["is_hidden"] &= people["n"].isna()
    measured = cells[cells["measure"].ne("") & cells["kind"].ne("")]
    rests, of_rests = _rests(people, measured)
    people = pd.concat([people, rests], ignore_index=True)
    measured = pd.concat([measured, of_rests], ignore_index=True)
    rows = people[["quantity", *CELL]].assign(person=np.arange(len(people)))
    return Counted(people=people, outcomes=measured.merge(rows, on=["quantity", *CELL]))


def _rests(people: pd.DataFrame, measured: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return who is in a whole and in no listed part of it, and their outcomes: all unknown."""
    parts = people.loc[people["part_of"].ne(""), ["part_of", *CELL]].drop_duplicates()
    if parts.empty:
        return people.iloc[:0], measured.iloc[:0]
    parts = parts.rename(columns={"part_of": "quantity"})
    rests, outcomes = (
        frame.merge(parts, on=["quantity", *CELL]).pipe(
            lambda found: found.assign(
                part_of=found["quantity"],
                quantity=REST_OF + found["quantity"],
                n=np.nan, n_low=0.0, n_high=np.inf, is_hidden=True, is_listed=False,
            )
        )
        for frame in (people, measured)
    )  # fmt: skip
    rests = rests.assign(
        is_suppressed=True, members=UNTRUE, same=REST_OF + rests["same"], persons=""
    )
    rests["counted"] = people["counted"].max() + 1 + np.arange(len(rests))
    unknown = dict.fromkeys(("numerator", "square_sum", "low", "high"), np.nan)
    return rests, outcomes.assign(measure=outcomes["quantity"], adds_up="", **unknown)


def _frame(rows: pd.DataFrame, /, **columns: object) -> pd.DataFrame:
    """Return cells with every column that `counted_in` reads; what is not given is not known."""
    defaults: dict[str, object] = {
        "program": "all",
        "dimension": "all",
        "member": "all",
        "period_grain": "all",
        "period_start": pd.NaT,
        "edition": rows.get("edition", ""),
        "n_low": 0.0,
        "n_high": np.inf,
        "is_listed": True,
        "members": EXACT,
        "measure": "",
        "same": "",
        "numerator": np.nan,
        "square_sum": np.nan,
        "low": np.nan,
        "high": np.nan,
        "month": 0,
        "outcome": "",
        "kind": "",
        "is_person_each": True,
        "persons": "",
        "part_of": "",
        "adds_up": "",
    }
    frame = pd.DataFrame({**defaults, **columns}, index=rows.index)
    frame["period_start"] = pd.to_datetime(frame["period_start"])
    return frame.reset_index(drop=True)


def _metrics(release: Release) -> pd.DataFrame:
    """Return the people behind every cell of the metrics, with what is known of their outcomes."""
    metrics = release.tables["metrics"]
    declared = (
        release.tables["measures"].set_index("measure")
        if len(release.tables["measures"])
        else pd.DataFrame()
    )

    def said(column: str, unsaid: object) -> list[object]:
        found = declared[column].dropna().to_dict() if column in declared else {}
        return [found.get(measure, unsaid) for measure in metrics["measure"]]

    is_person_each = np.array(said("is_person_each", True), dtype=bool)
    frame = _frame(
        metrics,
        table="metrics",
        quantity=metrics["measure"],
        same=said("people", ""),
        adds_up=said("adds_up", ""),
        part_of=said("part_of", ""),
        is_person_each=is_person_each,
        **{name: metrics[name] for name in PLACE if name != "period_start"},
        period_start=pd.to_datetime(metrics["period_start"]).mask(
            metrics["period_grain"].eq("all")
        ),
        n=metrics["denominator"].astype(float),
        is_hidden=metrics["is_suppressed"],
        is_listed=not release.run.get("lists_empty_rows", False),
        threshold=float(release.minimum_group_size),
        measure=metrics["measure"],
        numerator=metrics["numerator"].astype(float),
    )
    estimators = declared["estimator"].to_dict() if "estimator" in declared else {}
    kinds = {
        # A curve's value is no number of people out of those who began.
        str(measure): "" if estimators.get(measure) in OF_CURVES else _kind(rows)
        for measure, rows in metrics.groupby("measure", sort=True)
    }
    frame["kind"] = frame["measure"].map(kinds)
    # A curve's value is listed only where somebody is still followed, so members may be missing.
    frame["members"] = np.where(frame["kind"].ne(""), EXACT, AT_MOST)
    frame = _from_reasons(frame, metrics)
    _, half = _intervals(metrics)
    is_mean = ~frame["kind"].isin(["", SHARE])
    farthest = metrics[["ci_low", "ci_high"]].astype(float).abs().max(axis=1)
    squares = _square_sums(frame, half, farthest.to_numpy())
    frame["square_sum"] = squares.where(is_mean & frame["numerator"].notna())
    frame = _from_values(frame, metrics)
    return pd.concat([frame, *_persons(frame, metrics)], ignore_index=True)


def _from_reasons(frame: pd.DataFrame, metrics: pd.DataFrame) -> pd.DataFrame:
    """Return cells with what the rules of hiding say: a small group is below what is shown."""
    if "reason" not in metrics:
        return frame
    # A curve is hidden for those who are still followed, not for those who began.
    is_small = metrics["reason"].reset_index(drop=True).eq(SMALL) & frame["kind"].ne("")
    is_small &= frame["is_person_each"]
    most = frame["threshold"] * UNANIMOUS_FACTOR - 1.0
    return frame.assign(n_high=frame["n_high"].mask(is_small, most))


def _kind(rows: pd.DataFrame) -> str:
    """Return into which categories a measure counts people; nothing where that is unknown."""
    numerator = rows["numerator"].dropna()
    if (numerator % 1).abs().gt(ALIKE).any():
        return ""
    unit = str(rows["unit"].dropna().iloc[0]) if rows["unit"].notna().any() else ""
    if unit.startswith(NPS):
        return NPS
    if scale := SCALE.search(unit):
        return f"{scale[1]} to {scale[2]}"
    return SHARE if unit == SHARE else ""


def _intervals(metrics: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    value = metrics["value"].astype(float).reset_index(drop=True)
    half = (metrics["ci_high"] - metrics["ci_low"]).astype(float).reset_index(drop=True) / 2
    return value, half


def _square_sums(frame: pd.DataFrame, half: pd.Series, farthest: Floats) -> pd.Series:
    """Return the sums of squares that t intervals give back, where their digits tell which.

    Args:
        frame: cells, with their people, numerator and kind.
        half: half the width of each interval.
        farthest: the limit farther from zero of each.
    """
    from scipy.special import stdtrit

    n, total = frame["n"], frame["numerator"]
    freedom = (n - 1).where(n > 1)
    per_width = n * freedom / stdtrit(freedom, 0.5 + CONFIDENCE / 2) ** 2
    squares = per_width * half**2 + total**2 / n
    # Scores of 100 have squares that are ten thousands, whatever the people.
    step = frame["kind"].map({kind: _step(kind) for kind in frame["kind"].unique()})
    nearest = (squares / step).round() * step
    # What limits of ten digits leave open: of a large group, which of several it is.
    error = 2 * per_width * half * farthest * LIMIT_ERROR + 1e-6 * step
    return nearest.where((error < step / 4) & ((squares - nearest).abs() <= error))


def _step(kind: str) -> float:
    """Return what the squares of scores are multiples of."""
    return float(np.gcd.reduce(scores_of(kind).astype(int) ** 2)) if kind else 1.0


def _from_values(frame: pd.DataFrame, metrics: pd.DataFrame) -> pd.DataFrame:
    """Return cells with what values that are shown without counts say of them."""
    value, half = _intervals(metrics)
    is_bare = (value.notna() & frame["n"].isna()).to_numpy()
    if not is_bare.any():
        return frame
    for measure, rows in frame[is_bare].groupby("measure"):
        index = rows.index
        step = _rounding(value[index])
        frame.loc[index, "low"] = value[index] - step
        frame.loc[index, "high"] = value[index] + step
        shown = frame.index[frame["measure"].eq(measure) & frame["n"].notna()]
        behind = _people_behind(value[shown], half[shown], unknown=np.nan)
        # Where people have several rows, an interval is that of the people.
        if (np.abs(behind / frame.loc[shown, "n"] - 1) > 0.01).any():
            continue
        is_share = frame.loc[index, "kind"].eq(SHARE) & frame.loc[index, "is_person_each"]
        shares = index[is_share]
        frame.loc[shares, "n_low"], frame.loc[shares, "n_high"] = _people_between(
            value[shares], half[shares], step
        )
    return frame


def _people_between(value: pd.Series, half: pd.Series, step: float) -> tuple[Floats, Floats]:
    """Return the fewest and most people of whom a rounded share has such an interval."""
    # The value is rounded, too: of the same width, the nearer to one half the more people.
    off = (value - 0.5).abs()
    far = value + np.where(value < 0.5, -step, step)
    near = 0.5 + np.sign(value - 0.5) * (off - step).clip(lower=0)
    low = _people_behind(far.clip(0, 1), half + step, unknown=0.0)
    high = _people_behind(near, half - step, unknown=np.inf)
    return np.ceil(low - 1e-3), np.floor(high + 1e-3)


def _persons(frame: pd.DataFrame, metrics: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Yield the people who have what a share counts; tell the cells who they are.

    An interval is that of the people, and so gives their number back. Of things a group is small
    that fewer people than the threshold may have, as many things each as anybody shown has.
    """
    is_share = ~frame["is_person_each"] & frame["kind"].eq(SHARE)
    if not is_share.any():
        return
    value, half = (column[is_share] for column in _intervals(metrics))
    things = frame[is_share]
    exact = _people_behind(value, half, unknown=np.nan)
    is_exact = things["n"].notna() & (np.abs(exact - np.round(exact)) < 1e-4 * exact)
    whose = PERSONS_OF + things["same"].where(things["same"].ne(""), things["quantity"])
    persons = things.assign(
        quantity=whose,
        same=whose,
        n=np.where(is_exact, np.round(exact), np.nan),
        members=np.where(things["dimension"].isin(PARTIAL), UNTRUE, AT_LEAST),
        measure="",
        kind="",
        adds_up="",
        part_of="",
        is_person_each=True,
    )
    is_bare = value.notna() & things["n"].isna()
    for _, rows in persons[is_bare].groupby(things["measure"][is_bare]):
        at = rows.index
        persons.loc[at, "n_low"], persons.loc[at, "n_high"] = _people_between(
            value[at], half[at], _rounding(value[at])
        )
    if "reason" in metrics:
        is_small = metrics["reason"].reset_index(drop=True)[is_share].eq(SMALL)
        most = persons["threshold"] * UNANIMOUS_FACTOR - 1.0
        persons["n_high"] = persons["n_high"].mask(is_small, most)
    each = things["n"] / persons["n"]
    of_any = each.groupby([things["quantity"], things["population"]]).transform("max")
    frame.loc[is_share, "persons"] = persons["quantity"]
    frame.loc[is_share, "threshold"] *= each.fillna(of_any.clip(lower=1)).fillna(1.0)
    yield persons


def _rounding(values: pd.Series) -> float:
    """Return half of the last digit that the values are written with."""
    for digits in range(7):
        if np.allclose(values, values.round(digits), rtol=0, atol=1e-12):
            return float(0.5 * 10.0**-digits)
    return 1e-9


def _people_behind(value: pd.Series, half: pd.Series, *, unknown: float) -> Floats:
    """Return how many people a Wilson interval of this half width has.

    With u = z^2 / n the half width h satisfies (h^2 - 1/4) u^2 + (2 h^2 - p (1 - p)) u + h^2 = 0.
    """
    p, h = value.to_numpy(dtype=float), half.to_numpy(dtype=float)
    a, b, c = h**2 - 0.25, 2 * h**2 - p * (1 - p), h**2
    with np.errstate(invalid="ignore", divide="ignore"):
        u = (-b - np.sqrt(b**2 - 4 * a * c)) / (2 * a)
        n = normal_critical_value(confidence=CONFIDENCE) ** 2 / u
    is_known = np.isfinite(n) & (h > 0) & (h < 0.5)
    return np.where(is_known, n, unknown)


def _survival(release: Release) -> pd.DataFrame:
    """Return the people at risk in every month, and of curves of staying those who then left."""
    table = release.tables["survival"]
    if not len(table):
        return pd.DataFrame()
    table = table.reset_index(drop=True)
    curve = ["population", "program", "dimension", "member", "outcome", "edition"]
    table = table.sort_values([*curve, "month"], ignore_index=True)
    before = table.groupby(curve)["value"].shift()
    left = (table["at_risk_n"] * (1 - table["value"] / before)).where(before > 0)
    is_staying = table["outcome"].eq("retention") & table["month"].gt(0)
    is_whole = (left - left.round()).abs() < 1e-4
    names = table["outcome"] + ", at risk in month " + table["month"].astype(str)
    return _frame(
        table,
        table="survival",
        quantity=names,
        **{name: table[name] for name in ("population", "program", "dimension", "member")},
        n=table["at_risk_n"].astype(float),
        is_hidden=table["is_suppressed"],
        threshold=float(release.minimum_group_size),
        measure=np.where(is_staying, "left, of " + names, ""),
        numerator=left.round().where(is_staying & is_whole),
        month=table["month"],
        outcome=table["outcome"],
        kind=np.where(is_staying, SHARE, ""),
    )


def _effects(release: Release) -> pd.DataFrame:
    table = release.tables["effects"]
    if not len(table):
        return pd.DataFrame()
    question = (
        table["outcome"]
        + " "
        + table["horizon_months"].astype(str)
        + " months "
        + table["estimand"]
    )
    frames = []
    for column in ("treated_n", "matched_treated_n", "control_n"):
        value = table["treated_value" if column == "treated_n" else "control_value"]
        events = table[column] * value
        is_counted = table["estimand"].eq("naive") & (column != "matched_treated_n")
        is_whole = (events - events.round()).abs() < 1e-4
        frame = _frame(
            table,
            table="effects",
            quantity=f"effects {column} " + question,
            population=table["role"],
            program=table["program"],
            dimension=table["subgroup_dimension"],
            member=table["subgroup_member"],
            n=table[column].astype(float),
            is_hidden=table["is_suppressed"],
            # A person may be compared with people of several members.
            members=UNTRUE if column == "control_n" else EXACT,
            is_listed=False,
            threshold=float(release.minimum_effect_group_size),
            measure=np.where(is_counted, f"effects {column} outcome " + question, ""),
            numerator=events.round().where(is_counted & is_whole),
            kind=np.where(is_counted, SHARE, ""),
        )
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def _curves(release: Release) -> pd.DataFrame:
    table = release.tables["curves"]
    if not len(table):
        return pd.DataFrame()
    return _frame(
        table,
        table="curves",
        quantity="curves "
        + table["arm"]
        + " "
        + table["outcome"]
        + ", at risk in month "
        + table["month"].astype(str),
        population=table["role"],
        program=table["program"],
        n=table["at_risk_n"].astype(float),
        is_hidden=table["is_suppressed"],
        threshold=float(release.minimum_effect_group_size),
        month=table["month"],
        outcome=table["arm"] + " " + table["outcome"],
    )


def _flow(release: Release) -> pd.DataFrame:
    table = release.tables["flow"]
    if not len(table):
        return pd.DataFrame()
    frames = [
        _frame(
            table,
            table="flow",
            quantity=f"flow {column} " + table["step"] + " " + table["reason"],
            population=table["role"],
            program=table["program"],
            n=table[column].astype(float),
            # Only one of the two may be hidden; where neither is known, the other may not exist.
            is_hidden=table["is_suppressed"] & table[column].isna() & table["treated_n"].isna()
            if column == "treated_n"
            else table["is_suppressed"] & table[column].isna() & table["treated_n"].notna(),
            is_listed=False,
            threshold=float(release.minimum_group_size),
            outcome=column,
        )
        for column in ("treated_n", "control_n")
    ]
    return pd.concat(frames, ignore_index=True)
