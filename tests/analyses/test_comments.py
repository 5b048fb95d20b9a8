"""What comments are about: who is hidden, and what would give them back."""

from __future__ import annotations

import datetime as dt
import itertools

import numpy as np
import pandas as pd
import pytest

from analyses.comments import comment_rows, comment_table, commented, hidden_cells
from analyses.editions import beside_released
from analyses.released import Edition, Released

WHOLE = ("all", "all")


def cells(people: dict[tuple[str, str], dict[str, int]], answered: int = 500) -> pd.DataFrame:
    """Return cells of one survey: people by theme, by (program, wave)."""
    return pd.DataFrame(
        [
            {
                "survey_id": "s", "program": program, "wave": wave, "theme": theme,
                "people_n": people_n,
                "of_people_n": answered if theme == "all" else of_themes["all"],
            }
            for (program, wave), of_themes in people.items()
            for theme, people_n in of_themes.items()
        ]
    )  # fmt: skip


def shown(found: pd.DataFrame) -> set[tuple[str, str, str]]:
    rows = found[found["status"].eq("counted")]
    return set(zip(rows["program"], rows["wave"], rows["theme"], strict=True))


def rows(people: dict[tuple[str, str], dict[str, int]], *, least: int = 10) -> pd.DataFrame:
    return comment_rows(cells(people), minimum_group_size=least)


def test_nine_people_are_hidden_and_ten_are_shown() -> None:
    """Nine and eleven hidden are twenty, twice the threshold: D's twelve need not be.

    They are told as about ten of about sixty, and 12 of 61 as 0.20.
    """
    people = {"all": 61, "unassigned": 30, "1 A": 9, "2 B": 11, "3 C": 40, "4 D": 12}
    found = rows({WHOLE: people})
    assert shown(found) == {("all", "all", name) for name in ("all", "unassigned", "3 C", "4 D")}
    row = found.set_index("theme").loc["4 D"]
    assert (row["people_n"], row["of_people_n"], row["mention_share"]) == (10, 60, 0.2)
    hidden = found.set_index("theme").loc["1 A"]
    assert hidden[["people_n", "of_people_n", "mention_share"]].isna().all()
    assert hidden["is_suppressed"]


def test_ten_people_of_a_theme_are_shown_where_nothing_is_small() -> None:
    found = rows({WHOLE: {"all": 60, "unassigned": 10, "1 A": 10, "2 B": 50}})
    assert len(shown(found)) == 4


def test_a_theme_that_nobody_touches_is_no_reason_to_hide_another() -> None:
    found = rows({WHOLE: {"all": 60, "unassigned": 10, "1 A": 0, "2 B": 50}})
    assert ("all", "all", "1 A") not in shown(found)
    assert len(shown(found)) == 3


def test_everybody_of_few_is_hidden_as_nobody_is() -> None:
    """All 19 who commented touch A: that tells of each of them; of 20 it is shown."""
    few = rows({WHOLE: {"all": 19, "unassigned": 0, "1 A": 19, "2 B": 12}})
    assert shown(few) == {("all", "all", "all")}
    many = rows({WHOLE: {"all": 20, "unassigned": 0, "1 A": 20, "2 B": 12}})
    assert ("all", "all", "1 A") in shown(many)


def test_a_small_program_is_hidden_together_with_the_next() -> None:
    """Of 100 who commented q and r would leave p its 8: q goes, too, 8 + 30 are enough."""
    of = {"unassigned": 0, "1 A": 0}
    found = rows(
        {
            WHOLE: {"all": 100, **of}, ("p", "all"): {"all": 8, **of},
            ("q", "all"): {"all": 30, **of}, ("r", "all"): {"all": 62, **of},
        }
    )  # fmt: skip
    assert shown(found) == {("all", "all", "all"), ("r", "all", "all")}


def test_a_theme_that_one_program_hides_is_hidden_in_another_and_in_a_wave() -> None:
    """6 of p and 20 of q mention A; shown in q, the 26 of both would tell of p. Waves are alike."""
    of = {"all": 60, "unassigned": 20, "2 B": 30}
    found = rows(
        {
            WHOLE: {**of, "all": 120, "1 A": 26}, ("p", "all"): {**of, "1 A": 6},
            ("q", "all"): {**of, "1 A": 20}, ("all", "w1"): {**of, "1 A": 7},
            ("all", "w2"): {**of, "1 A": 19},
        }
    )  # fmt: skip
    assert {one for one in shown(found) if one[2] == "1 A"} == {("all", "all", "1 A")}


def test_what_is_hidden_of_all_is_hidden_of_every_program() -> None:
    """A, of 11, is hidden with the 9 of B: the 11 of program p would be at least as many."""
    of = {"all": 60, "unassigned": 20, "1 A": 11, "2 B": 9}
    found = rows({WHOLE: of, ("p", "all"): {**of, "2 B": 10}})
    assert not {one for one in shown(found) if one[2] in ("1 A", "2 B")}


@pytest.mark.parametrize("seed", range(20))
def test_no_hidden_part_of_a_whole_is_alone_or_small_together(seed: int) -> None:
    """Random companies: each family hides none, or two or more who are twenty together."""
    random = np.random.default_rng(seed)
    themes = [f"{n} T" for n in range(1, 13)]
    people_n = int(random.integers(20, 400))
    touches = random.random((people_n, 12)) < random.uniform(0.0, 0.4, 12)
    program, wave = random.integers(0, 4, people_n), random.integers(0, 5, people_n)
    groups = {WHOLE: np.ones(people_n, dtype=bool)}
    groups |= {(f"p{n}", "all"): program == n for n in range(4)}
    groups |= {("all", f"w{n}"): wave == n for n in range(5)}
    found = cells(
        {
            place: {
                "all": int(own.sum()), "unassigned": int((~touches[own].any(axis=1)).sum()),
                **dict(zip(themes, touches[own].sum(axis=0).tolist(), strict=True)),
            }
            for place, own in groups.items()
        }
    )  # fmt: skip
    hidden = hidden_cells(found, minimum_group_size=10)
    assert hidden[found["people_n"] < 10].all()
    found["is_told"] = hidden & (found["people_n"] > 0)
    is_all = found["theme"].eq("all")
    families = [
        *(part for _, part in found[~is_all].groupby(["program", "wave"])),
        *(part for _, part in found[found["program"].ne("all")].groupby("theme")),
        *(part for _, part in found[found["wave"].ne("all")].groupby("theme")),
    ]
    for family in families:
        told = family.loc[family["is_told"], "people_n"]
        rest = family.loc[~hidden[family.index], "people_n"]
        assert told.empty or rest.empty or (len(told) > 1 and told.sum() >= 20)


def test_themes_move_only_when_ten_more_people_have_commented() -> None:
    """A passes ten by one person; it is shown when ten more have commented, not before."""
    people = {"all": 60, "unassigned": 20, "1 A": 9, "2 B": 11, "3 C": 40}
    edition = Edition(1, dt.date(2024, 1, 1), "m")
    first = beside_released({"comments": rows({WHOLE: people})}, None, edition=edition, needed=10)
    released = Released(edition, first.tables)
    later = Edition(2, dt.date(2024, 2, 1), "m")
    for commented_n, is_shown in ((61, False), (69, False), (70, True)):
        today = rows({WHOLE: {**people, "all": commented_n, "1 A": 10}})
        tables = beside_released({"comments": today}, released, edition=later, needed=10).tables
        found = comment_table(tables["comments"])
        assert (("all", "all", "1 A") in shown(found)) == is_shown


def test_a_threshold_that_was_raised_hides_what_stands() -> None:
    people = {"all": 60, "unassigned": 20, "1 A": 15, "3 C": 40}
    edition = Edition(1, dt.date(2024, 1, 1), "m")
    first = beside_released({"comments": rows({WHOLE: people})}, None, edition=edition, needed=10)
    today = rows({WHOLE: people}, least=16).assign(minimum=16)
    later = beside_released(
        {"comments": today}, Released(edition, first.tables), edition=edition, needed=10
    )
    found = comment_table(later.tables["comments"]).set_index("theme")
    assert found.loc["1 A", "status"] == "too few to say"
    assert np.isnan(found.loc["1 A", "people_n"])


def test_who_commented_is_counted_by_survey() -> None:
    found = commented(cells({WHOLE: {"all": 60, "1 A": 20}, ("p", "all"): {"all": 5, "1 A": 2}}))
    assert found.to_dict() == {"s": 60}


def test_no_comments_are_an_empty_table() -> None:
    empty = cells({WHOLE: {"all": 1}}).iloc[:0]
    assert comment_rows(empty, minimum_group_size=10).empty
    assert list(itertools.chain(commented(empty))) == []
