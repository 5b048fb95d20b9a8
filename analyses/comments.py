"""What comments are about: people who touch each theme, by program and by wave.

No comment is quoted. A number needs as many people as an effect does, in the theme and in whatever
follows from what is published beside it: small parts are hidden together with the next. Counts are
to the nearest five and shares to the hundredth, because measures count nearly the same people.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analyses.disclosure import UNANIMOUS_FACTOR, blank, is_easily_unanimous
from analyses.editions import with_evidence
from analyses.publishing import read_rules
from analyses.rounding import coarse
from analyses.verdicts import COUNTED, TOO_FEW

CELL = ["survey_id", "program", "wave", "theme"]
WHOLE, UNASSIGNED = "all", "unassigned"
ROUNDED_TO = 5
NUMBERS = ["people_n", "of_people_n", "mention_share"]


def comment_rows(cells: pd.DataFrame, *, minimum_group_size: int) -> pd.DataFrame:
    """Return the rows of the result table `comments` with the people they rest on.

    Themes move only together with who commented: one that a single person made large enough is
    not shown for that.

    Args:
        cells: rows of `rpt_comments__by_theme`.
        minimum_group_size: fewest people of a theme; 10 or more.
    """
    cells = cells.sort_values(CELL, ignore_index=True)
    cells = cells.astype({"people_n": float, "of_people_n": float})
    hidden = hidden_cells(cells, minimum_group_size=minimum_group_size)
    shares = cells["people_n"] / cells["of_people_n"].where(cells["of_people_n"] > 0)
    numbers = cells[["people_n", "of_people_n"]]
    rounded = (numbers / ROUNDED_TO).round() * ROUNDED_TO
    rounded["mention_share"] = coarse(shares, read_rules().rounding["share"])
    shown = blank(cells.assign(**rounded), hidden, NUMBERS)
    shown["status"] = np.where(hidden, TOO_FEW, COUNTED)
    cell = cells["survey_id"] + "|" + cells["program"] + "|" + cells["wave"] + "|"
    key = cell + cells["theme"]
    return with_evidence(
        shown[[*CELL, *NUMBERS, "status", "is_suppressed"]],
        key=key,
        block="comments " + key,
        root="comments " + cell + WHOLE,
        is_shown=~hidden,
        persons=cells["people_n"],
        more_persons=cells["of_people_n"],
    )


def comment_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows as they are published.

    Args:
        rows: what `comment_rows` gives, beside what was released.
    """
    # A threshold that was raised since hides what stands, too.
    return rows.assign(status=rows["status"].mask(rows["is_suppressed"].astype(bool), TOO_FEW))


def commented(cells: pd.DataFrame) -> pd.Series:
    """Return how many people commented, by survey.

    Args:
        cells: rows of `rpt_comments__by_theme`.
    """
    is_whole = cells[["program", "wave", "theme"]].eq(WHOLE).all(axis=1)
    return cells[is_whole].set_index("survey_id")["people_n"]


def hidden_cells(cells: pd.DataFrame, *, minimum_group_size: int) -> pd.Series:
    """Return which cells are hidden: small ones, and what would give them back.

    Args:
        cells: `CELL`, `people_n` and `of_people_n`.
        minimum_group_size: fewest people that may be shown.
    """
    people, of_people = cells["people_n"], cells["of_people_n"]
    is_unanimous = (people == of_people) & is_easily_unanimous(of_people, minimum_group_size)
    hidden = (people < minimum_group_size) | (is_unanimous & cells["theme"].ne(WHOLE))
    families = list(_families(cells))
    hidden_n = -1
    while hidden_n != hidden.sum():
        hidden_n = hidden.sum()
        for whole, parts in families:
            # A part is no larger than its whole, and would say at least how many are in that.
            own = hidden[parts] | hidden[whole]
            hidden[parts] = _together(people[parts], own, minimum_group_size)
    return hidden


def _families(cells: pd.DataFrame) -> Iterator[tuple[int, pd.Index]]:
    """Yield each cell that others are parts of, with those: themes, programs, and waves."""
    is_whole_theme = cells["theme"].eq(WHOLE)
    for _, cell in cells.groupby(["survey_id", "program", "wave"], sort=True):
        is_whole = is_whole_theme[cell.index]
        yield int(cell.index[is_whole][0]), cell.index[~is_whole]
    for _, theme in cells.groupby(["survey_id", "theme"], sort=True):
        is_program, is_wave = theme["program"].ne(WHOLE), theme["wave"].ne(WHOLE)
        whole = int(theme.index[~is_program & ~is_wave][0])
        yield whole, theme.index[is_program]
        yield whole, theme.index[is_wave]


def _together(people: pd.Series, hidden: pd.Series, minimum_group_size: int) -> pd.Series:
    """Return which parts are hidden where some are: at least two, and twice the threshold.

    A part without people leaves nothing of the whole that others could give back.
    """
    hidden = hidden.copy()
    shown = people[~hidden].sort_values(kind="stable")
    told_n = int((people[hidden] > 0).sum())
    for place in shown.index if told_n else ():
        if told_n > 1 and people[hidden].sum() >= UNANIMOUS_FACTOR * minimum_group_size:
            break
        hidden[place] = True
        told_n += 1
    return hidden
