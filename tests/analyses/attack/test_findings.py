"""Releases that were made to be broken are, and safe ones are not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analyses import intervals
from analyses.attack.bounds import propagate
from analyses.attack.counted import counted_in
from analyses.attack.findings import (
    ANSWERS,
    CURVE,
    HEADCOUNT,
    MEMBER,
    OUTCOME,
    SMALL_SHOWN,
    UNANIMOUS,
    attack,
)
from analyses.attack.published import case_of
from analyses.attack.release import Release
from tests.analyses.attack.conftest import HIDDEN, mean, share, things

Made = Callable[..., Release]


def told(release: Release) -> dict[str, set[str]]:
    """Return the members that are told about, by kind."""
    found: dict[str, set[str]] = {}
    for finding in attack(case_of(release), seconds=30).findings:
        found.setdefault(finding.kind, set()).add(finding.cell.split(": ")[1].split(", ")[3])
    return found


def bounds_of(release: Release, member: str) -> tuple[float, float, float, float]:
    """Return what the people and the outcome of a member lie between."""
    case = case_of(release)
    bounds = propagate(case.system)
    row = case.outcomes[case.outcomes["member"].eq(member)].iloc[0]
    count, first = int(row["count"]), int(row["first"])
    return (
        bounds.lower[count],
        bounds.upper[count],
        bounds.lower[first],
        bounds.upper[first],
    )


def test_one_hidden_member_is_what_is_left_of_the_total(release: Made) -> None:
    broken = release(share("all", (17, 20)), share("A", (14, 16)), share("B", HIDDEN))
    assert bounds_of(broken, "B") == (4, 4, 3, 3)
    assert told(broken) == {HEADCOUNT: {"B"}, OUTCOME: {"B"}, MEMBER: {"B"}}


def test_a_listed_row_is_somebody(release: Made) -> None:
    # B and C make five people, and each is listed: one to four.
    broken = release(
        share("all", (15, 20)), share("A", (12, 15)), share("B", HIDDEN), share("C", HIDDEN)
    )
    assert bounds_of(broken, "B")[:2] == (1, 4)
    assert told(broken)[HEADCOUNT] == {"B", "C"}


def test_two_hidden_members_of_many_are_safe(release: Made) -> None:
    safe = release(
        share("all", (60, 80)), share("A", (40, 50)), share("B", HIDDEN), share("C", HIDDEN)
    )
    assert told(safe) == {}


def test_a_measure_of_the_same_people_gives_a_head_count_back(release: Made) -> None:
    rows = [share("all", (60, 80)), share("A", (40, 50)), share("B", HIDDEN), share("C", HIDDEN)]
    sister = [
        share("all", (9, 80), measure="promoted"),
        share("A", (4, 50), measure="promoted"),
        share("B", (3, 28), measure="promoted"),
        share("C", HIDDEN, measure="promoted"),
    ]
    apart = release(*rows, *sister)
    linked = release(*rows, *sister, people={"stayed": "employed", "promoted": "employed"})
    # Promotion tells its own C: 2 of 2. Only whoever knows that both count the same people knows
    # that C of the other has two as well.
    assert bounds_of(apart, "C")[:2] == (1, 29)
    assert bounds_of(linked, "C")[:2] == (2, 2)
    assert UNANIMOUS in told(apart)


ENDS = ("completion", "left", "stopped")


def test_what_excludes_each_other_gives_the_last_of_it_back(release: Made) -> None:
    """Of twelve who ended 8 completed and 4 left: nobody was stopped, hidden or not."""
    rows = [
        share(member, counts, measure=end)
        for member in "ABCDEF"
        for end, counts in zip(ENDS, ((10, 20), (6, 20), (4, 20)), strict=True)
    ]
    rows += [
        share("G", counts, measure=end)
        for end, counts in zip(ENDS, ((8, 12), (4, 12), HIDDEN), strict=True)
    ]
    measures = [{"measure": end, "people": "due"} for end in ENDS]
    assert told(release(*rows, measures=measures)) == {}
    measures = [{**measure, "adds_up": "ends"} for measure in measures]
    assert told(release(*rows, measures=measures)) == {UNANIMOUS: {"G"}}


@pytest.mark.parametrize(
    ("cross_site", "found"),
    [
        # 40 - 24 - 13 = 3 are of unknown sites, and 20 - 12 - 5 = 3 of them completed.
        ((5, 13), {HEADCOUNT: {"all"}, UNANIMOUS: {"all"}, OUTCOME: {"all"}}),
        # 40 - 24 - 16: nobody is left.
        ((8, 16), {}),
    ],
)
def test_what_no_part_of_a_measure_has_is_a_group(
    release: Made, cross_site: tuple[int, int], found: dict[str, set[str]]
) -> None:
    rows = [
        share("all", counts, measure=measure)
        for measure, counts in (
            ("completion", (20, 40)), ("same_site", (12, 24)), ("cross_site", cross_site),
        )
    ]  # fmt: skip
    measures = [
        {"measure": "completion", "part_of": None},
        {"measure": "same_site", "part_of": "completion"},
        {"measure": "cross_site", "part_of": "completion"},
    ]
    assert told(release(*rows)) == {}
    assert told(release(*rows, measures=measures)) == found


def test_few_people_with_many_things_are_few(release: Made) -> None:
    """By their intervals 24 people have 72 pairings, and 20 in A 60: four in B have twelve."""
    rows = [
        things("all", (36, 72, 24)),
        things("A", (30, 60, 20)),
        things("B", HIDDEN),
    ]
    measures = [{"measure": "completion", "is_person_each": False}]
    assert HEADCOUNT not in told(release(*rows))
    assert told(release(*rows, measures=measures))[HEADCOUNT] == {"B"}


def test_nobody_of_a_hidden_part_is_told_however_large_it_is(release: Made) -> None:
    broken = release(
        share("all", (5, 100)), share("A", (5, 60)), share("B", HIDDEN), share("C", HIDDEN)
    )
    assert told(broken) == {UNANIMOUS: {"B", "C"}}


def test_a_large_whole_that_is_shown_to_be_none_tells_it_itself(release: Made) -> None:
    shown = release(
        share("all", (0, 100)), share("A", (0, 60)), share("B", HIDDEN), share("C", HIDDEN)
    )
    assert told(shown) == {}


def test_whoever_is_the_one_knows_the_others(release: Made) -> None:
    broken = release(
        share("all", (6, 40)), share("A", (5, 28)), share("B", HIDDEN), share("C", HIDDEN)
    )
    assert told(broken) == {MEMBER: {"B", "C"}}


def test_no_single_sum_tells_but_all_together_do(release: Made) -> None:
    # Two measures of time and three departments: every sum has two hidden cells.
    def rows(year: str, total: int, **shown: int | None) -> list[dict[str, Any]]:
        people = {member: HIDDEN if n is None else (n // 2, n) for member, n in shown.items()}
        return [
            share(member, counts, period_start=f"{year}-01-01")
            for member, counts in {"all": (total // 2, total), **people}.items()
        ]

    broken = release(
        *rows("2023", 42, A=40, B=None, C=None), *rows("2024", 60, A=None, B=None, C=30),
    )  # fmt: skip
    # 2 people in B and C of 2023: one each.
    assert told(broken)[HEADCOUNT] == {"B", "C"}


def test_a_group_below_the_threshold_is_not_to_be_shown(release: Made) -> None:
    assert told(release(share("all", (2, 4))))[SMALL_SHOWN] == {"all"}


def test_all_of_few_are_not_to_be_shown(release: Made) -> None:
    assert told(release(share("all", (9, 9)))) == {UNANIMOUS: {"all"}}
    assert told(release(share("all", (10, 10)))) == {}


def test_a_mean_of_eight_with_its_interval_gives_the_answers_back(release: Made) -> None:
    # 35 points of 8 people whose squares make 155: five answered 4, three answered 5.
    shown = release(mean("all", [4, 4, 4, 4, 4, 5, 5, 5]))
    case = case_of(shown)
    first = int(case.outcomes["first"].iloc[0])
    bounds = propagate(case.system)
    assert bounds.lower[first : first + 5].tolist() == [3, 5, 0, 0, 0]
    assert told(shown) == {ANSWERS: {"all"}}


def test_ten_digits_of_the_interval_of_many_contradict_nothing(release: Made) -> None:
    # Of 31,776 people 5,300 would recommend and 12,669 would not: their squares are 179,690,000,
    # which the ten digits of the limits miss by one.
    n, total, squares = 31_776.0, -736_900.0, 179_690_000.0
    estimate = intervals.mean(
        np.array([total]), np.array([squares]), np.array([n]), confidence=0.95
    )
    limits = {"ci_low": estimate.ci_low[0], "ci_high": estimate.ci_high[0]}
    row = mean("all", [1, 2]) | {"measure": "enps", "unit": "NPS (-100 to 100)"}
    row |= {"value": total / n, "numerator": total, "denominator": n}
    shown = release(row | {name: float(f"{of:.10g}") for name, of in limits.items()})
    assert counted_in(shown).outcomes["square_sum"].tolist() == [squares]
    assert attack(case_of(shown)).contradicted_n == 0


def test_a_mean_says_all_where_the_share_beside_it_is_hidden(release: Made) -> None:
    box = share("all", HIDDEN, measure="liked_top_two_box")
    broken = release(
        mean("all", [4, 4, 4, 4, 4, 5, 5, 5]),
        box,
        people={"liked": "answered", "liked_top_two_box": "answered"},
    )
    assert bounds_of(broken, "all")[:2] == (8, 8)
    assert told(broken)[UNANIMOUS] == {"all"}


def test_a_mean_of_many_without_interval_tells_nobodys_answer(release: Made) -> None:
    assert told(release(mean("all", [1, 2, 3, 4, 5] * 6, has_interval=False))) == {}


def test_a_wilson_interval_gives_its_counts_back(release: Made) -> None:
    estimate = intervals.share(np.array([11.0]), np.array([37.0]), confidence=0.95)
    shown = share("all", HIDDEN, is_suppressed=False) | {
        "value": estimate.value[0],
        "ci_low": estimate.ci_low[0],
        "ci_high": estimate.ci_high[0],
    }
    assert bounds_of(release(shown), "all") == (37, 37, 11, 11)


def test_a_rounded_share_without_interval_leaves_many_counts(release: Made) -> None:
    shown = share("all", HIDDEN, is_suppressed=False) | {"value": 0.3}
    least, most, *_ = bounds_of(release(shown), "all")
    assert most - least > 1000


def test_a_hidden_month_of_enough_people_is_one_in_which_nobody_left(release: Made) -> None:
    def month(number: int, value: float | None, at_risk: int | None) -> dict[str, object]:
        return {
            "population": "mentees", "program": "all", "dimension": "all", "member": "all",
            "outcome": "retention", "month": number, "value": value, "at_risk_n": at_risk,
            "is_suppressed": value is None,
        }  # fmt: skip

    curve = [month(0, 1.0, 9), month(1, None, None), month(2, 8 / 9, 9)]
    found = attack(case_of(release(share("all", (60, 80)), survival=curve))).by_kind()
    assert found[CURVE] == 1


def test_the_steps_of_the_flow_add_up(release: Made) -> None:
    def step(name: str, treated: int | None, reason: str = "") -> dict[str, object]:
        return {
            "role": "mentee", "program": "all", "step_number": 1, "step": name, "reason": reason,
            "treated_n": treated, "control_n": None, "is_suppressed": treated is None,
        }  # fmt: skip

    flow = [
        step("workforce", 40), step("not eligible", 9, "too recent"), step("trials", 31),
        step("matched at rung 1", 29), step("matched at rung 2", None), step("matched", 31),
    ]  # fmt: skip
    found = attack(case_of(release(share("all", (60, 80)), flow=flow)))
    assert [finding.cell for finding in found.findings] == [
        "flow treated_n matched at rung 2 : mentee, all, all, all, all, all"
    ]


@pytest.mark.parametrize("horizons", [6])
def test_who_is_promoted_sooner_is_promoted_later(release: Made, horizons: int) -> None:
    # Six published departments bear the order out; the seventh's 6 months follow from its 12.
    people = {f"promoted_{months}_months": "employed" for months in (6, 12)}
    rows = [
        share(f"D{number}", (number + months // 6, 40), measure=f"promoted_{months}_months")
        for number in range(horizons)
        for months in (6, 12)
    ]
    hidden = share("Z", HIDDEN, measure="promoted_6_months")
    shown = share("Z", (2, 30), measure="promoted_12_months")
    *_, least, most = bounds_of(release(*rows, hidden, shown, people=people), "Z")
    assert (least, most) == (0, 2)


def test_findings_name_cells_and_no_values(release: Made) -> None:
    broken = release(share("all", (17, 20)), share("A", (14, 16)), share("B", HIDDEN))
    cells = {finding.cell for finding in attack(case_of(broken)).findings}
    assert cells == {"stayed: mentees, all, department, B, year, 2024-01-01"}


def test_a_release_without_rows_is_safe(release: Made) -> None:
    empty = release(share("all", (60, 80)))
    assert attack(case_of(Release({**empty.tables, "metrics": empty.tables["metrics"].iloc[:0]},
                                  {}))).findings == ()  # fmt: skip
    assert isinstance(empty.tables["survival"], pd.DataFrame)


def levels(**of_program: tuple[bool, ...]) -> list[dict[str, Any]]:
    """Return rows of the balance: of every program, which of its levels A, B, ... are hidden."""
    return [
        {"role": "mentee", "program": program, "covariate": "department", "level": level,
         "smd_before": None if is_hidden else 0.1, "smd_after": None if is_hidden else 0.0,
         "is_suppressed": is_hidden}
        for program, hidden in of_program.items()
        for level, is_hidden in zip("ABCD", hidden, strict=False)
    ]  # fmt: skip


SHOWN, LEFT_OUT = False, True


@pytest.mark.parametrize(
    ("of_program", "found"),
    [
        # All less the other program.
        ({"all": (SHOWN,) * 3, "p": (SHOWN,) * 3, "q": (LEFT_OUT, LEFT_OUT, SHOWN)}, {"A", "B"}),
        # The program less its other levels.
        ({"all": (SHOWN, SHOWN, LEFT_OUT)}, {"C"}),
        # B of q is all less p; then C of q is what is left of q, and C of p of all.
        (
            {
                "all": (SHOWN, SHOWN, SHOWN),
                "p": (SHOWN, SHOWN, LEFT_OUT),
                "q": (SHOWN, LEFT_OUT, LEFT_OUT),
            },
            {"B", "C"},
        ),
        ({"all": (SHOWN, LEFT_OUT, LEFT_OUT)}, set()),
        ({"all": (SHOWN,) * 3, "p": (LEFT_OUT,) * 3, "q": (LEFT_OUT,) * 3}, set()),
    ],
)
def test_a_hidden_level_is_what_shown_ones_leave(
    release: Made, of_program: dict[str, tuple[bool, ...]], found: set[str]
) -> None:
    given = release(share("all", (17, 20)), balance=levels(**of_program))
    assert told(given).get(HEADCOUNT, set()) == found
