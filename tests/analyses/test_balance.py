"""Levels of few people, and what the others would tell of them, are hidden."""

from __future__ import annotations

import pandas as pd

from analyses.balance import balance_table


def hidden(people: dict[str, list[int]]) -> dict[str, list[bool]]:
    """Return which levels are hidden, by program, where so many mentored are at each."""
    cells = pd.DataFrame(
        [
            {
                "role": "mentee", "program": program, "covariate": "department",
                "covariate_level": f"d{number}", "treated_before": float(n),
                "treated_after": float(n), "control_before": 100.0, "control_after": float(n),
            }
            for program, levels in people.items()
            for number, n in enumerate(levels)
        ]
    )  # fmt: skip
    table = balance_table(cells, minimum_group_size=10)
    return {str(key): list(rows["is_suppressed"]) for key, rows in table.groupby("program")}


def test_levels_of_fewer_than_ten_are_hidden_with_the_next_until_they_are_twenty() -> None:
    assert hidden({"all": [9, 11, 30, 40]}) == {"all": [True, True, False, False]}


def test_nobody_elsewhere_says_that_all_of_few_are_at_one_level() -> None:
    assert hidden({"all": [9, 0, 0]}) == {"all": [True, True, True]}


def test_no_program_shows_levels_of_which_another_has_few() -> None:
    people = {"all": [34, 40], "p": [30, 20], "q": [4, 20]}
    assert hidden(people) == {"all": [False] * 2, "p": [True] * 2, "q": [True] * 2}


def test_programs_that_bear_all_levels_show_them() -> None:
    people = {"all": [30, 40], "p": [20, 20], "q": [10, 20]}
    assert hidden(people) == {name: [False] * 2 for name in people}
