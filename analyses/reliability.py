"""How far the items of a construct go together: Cronbach's alpha, by instrument and wave.

It is published without counts of people but rounded ones, of which the interval is made: a limit
with all its digits would give the number of respondents back.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from analyses.disclosure import blank
from analyses.editions import with_evidence
from analyses.intervals import Array
from analyses.publishing import read_rules
from analyses.rounding import coarse
from analyses.verdicts import COUNTED, NOT_MEASURED, TOO_FEW

CELL = ["survey_id", "wave", "construct", "scale_name"]
NUMBERS = ["cronbach_alpha", "ci_low", "ci_high", "respondents"]
ROUNDED_TO = 5
STEP = 0.01
SINGLE_ITEM = "a single item has nothing to go together with"


def alpha(items_n: Array, item_squares: Array, total_squares: Array) -> Array:
    """Return Cronbach's alpha; nan of a single item, and where all sums are alike.

    Cronbach (1951), Coefficient alpha and the internal structure of tests.

    Args:
        items_n: items of the construct.
        item_squares: variances of the items, summed; or as many times them as of the sums.
        total_squares: variance of the sums over the items.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        found = items_n / (items_n - 1) * (1 - item_squares / total_squares)
    return np.where((items_n > 1) & (total_squares > 0), found, np.nan)


def alpha_interval(
    value: Array, *, items_n: Array, people_n: Array, confidence: float
) -> tuple[Array, Array]:
    """Return the limits of Cronbach's alpha.

    Feldt, Woodruff and Salih (1987), Statistical inference for coefficient alpha, formulas 6 and 7:
    (1 - true alpha) / (1 - alpha) is as an F with n - 1 and (n - 1)(items - 1) degrees of freedom.
    """
    people, items = people_n - 1, items_n - 1
    tail = (1 - confidence) / 2
    upper, lower = (stats.f.ppf(p, people, people * items) for p in (1 - tail, tail))
    return 1 - (1 - value) * upper, 1 - (1 - value) * lower


def reliability_rows(
    cells: pd.DataFrame, *, confidence: float, minimum_group_size: int
) -> pd.DataFrame:
    """Return the rows of the result table `reliability` with the people they rest on.

    Args:
        cells: rows of `rpt_reliability__by_construct`.
        confidence: for example 0.95.
        minimum_group_size: fewest respondents; `interval_from` of publishing.yml, if that is more.
    """
    cells = cells.reset_index(drop=True)
    items_n, people_n, items, totals = (
        cells[name].to_numpy(dtype=float)
        for name in ("items_n", "people_n", "item_squares", "total_squares")
    )
    value = coarse(pd.Series(alpha(items_n, items, totals)), STEP).to_numpy(dtype=float)
    respondents = np.floor(people_n / ROUNDED_TO) * ROUNDED_TO
    low, high = alpha_interval(value, items_n=items_n, people_n=respondents, confidence=confidence)
    is_single = pd.Series(items_n < 2)
    # Sums that are all alike would tell what everybody answered.
    least = max(minimum_group_size, read_rules().interval_from)
    is_few = pd.Series((people_n < least) | (totals <= 0)) & ~is_single
    numbers = cells.assign(
        cronbach_alpha=value,
        ci_low=coarse(pd.Series(low), STEP),
        ci_high=coarse(pd.Series(high), STEP),
        respondents=respondents,
    )
    shown = blank(numbers, is_single | is_few, NUMBERS)
    # What is hidden has no numbers at all, as where it stands beside a release.
    shown = blank(shown, is_few, ["items_n"])
    shown["status"] = np.select([is_single, is_few], [NOT_MEASURED, TOO_FEW], COUNTED)
    shown["reason"] = pd.Series(SINGLE_ITEM, index=cells.index, dtype=object).where(is_single, None)
    shown["is_suppressed"] = is_few
    key = cells[CELL].agg("|".join, axis=1) if len(cells) else pd.Series(dtype=object)
    return with_evidence(
        shown[[*CELL, "items_n", *NUMBERS, "status", "reason", "is_suppressed"]],
        key=key,
        block="reliability " + key,
        root="reliability " + key,
        is_shown=shown["status"].eq(COUNTED),
        is_each=False,
        persons=cells["people_n"],
        events=cells["item_squares"],
        squares=cells["total_squares"],
    )


def reliability_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows as they are published.

    Args:
        rows: what `reliability_rows` gives, beside what was released.
    """
    # A threshold that was raised since hides what stands, too.
    return rows.assign(status=rows["status"].mask(rows["is_suppressed"].astype(bool), TOO_FEW))
