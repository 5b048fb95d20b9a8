"""The arms' curves end where few are left, and the flow hides what differences would give."""

from __future__ import annotations

import pandas as pd

from analyses.curves import arm_curves, flow_table


def curve(at_risk: list[int], program: str = "all") -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "role": "mentee", "program": program, "outcome": "retention", "arm": arm,
                "month": month, "survival_or_incidence": 0.854, "variance": 0.001, "at_risk_n": n,
            }
            for arm in ("mentored", "comparison")
            for month, n in enumerate(at_risk, start=1)
        ]
    )  # fmt: skip


def test_a_curve_ends_at_its_first_month_with_few() -> None:
    curves = arm_curves(curve([40, 9, 30]), confidence=0.95, minimum_group_size=10)
    assert sorted(set(curves["month"])) == [0, 1]
    assert not curves["is_suppressed"].any()


def test_the_curve_of_a_program_is_rounded_and_has_no_counts() -> None:
    curves = arm_curves(curve([40, 35], "p"), confidence=0.95, minimum_group_size=10)
    assert curves.loc[curves["month"].eq(2), "value"].tolist() == [0.85, 0.85]
    assert curves["at_risk_n"].isna().all()


def flow(*steps: tuple[str, str, float]) -> dict[str, float | None]:
    rows = pd.DataFrame(
        [
            {
                "role": "mentee", "program": "all", "step_number": number, "step": step,
                "reason": reason, "treated_n": n, "control_n": None,
            }
            for number, (step, reason, n) in enumerate(steps)
        ]
    )  # fmt: skip
    table = flow_table(rows, minimum_group_size=5)
    shown = table["treated_n"].astype(object).where(table["treated_n"].notna(), None)
    return dict(zip(table["step"] + table["reason"], shown, strict=True))


def test_few_losses_hide_the_step_before_them() -> None:
    shown = flow(("workforce", "", 97), ("not eligible", "x", 3), ("trials", "", 94),
                 ("matched", "", 94))  # fmt: skip
    assert shown == {"workforce": None, "not eligiblex": None, "trials": 94, "matched": 94}


def test_few_unmatched_hide_how_many_were_tried() -> None:
    shown = flow(("workforce", "", 97), ("trials", "", 97), ("unmatched", "", 2),
                 ("matched", "", 95))  # fmt: skip
    assert shown == {"workforce": None, "trials": None, "unmatched": None, "matched": 95}


def test_a_small_loss_is_hidden_with_the_next_one() -> None:
    shown = flow(("workforce", "", 100), ("not eligible", "x", 3), ("not eligible", "y", 9),
                 ("not eligible", "z", 20), ("trials", "", 68), ("matched", "", 68))  # fmt: skip
    assert shown["not eligiblex"] is None
    assert shown["not eligibley"] is None
    assert shown["not eligiblez"] == 20
    assert shown["workforce"] == 100
