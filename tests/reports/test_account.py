"""Return on investment as leadership reads it."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from reports.account import Account, account
from reports.formats import MINUS
from reports.formats import THIN as T


def of(made: ModuleType, **given: dict[str, object]) -> Account:
    found = account(made.table("returns", made.returns(**given)))
    assert found is not None
    return found


REFUSED = {"low": None, "central": None, "high": None, "status": "refused"}


def test_what_was_kept_and_what_it_paid_is_said_with_the_range(made: ModuleType) -> None:
    found = of(made)
    assert [text for _, text in found.kept] == [
        "of the 100 mentees about 5 more are still here after a year than would have "
        "been; the data fit 1 more to 9 more.",
        "cannot be told; of the mentees the data fit 1 fewer to 7 more.",
    ]
    assert found.answer[1] == (
        f"+56.2{T}%, from {MINUS}68.8{T}% to +181.2{T}%, in the first year, of a full cost of "
        f"160{T}000 EUR."
    )
    assert found.break_even == (
        f"It pays back if replacing one person costs more than 32{T}000 EUR (the data fit "
        f"17{T}778 EUR to 160{T}000 EUR); declared is 50{T}000 EUR.",
        "By people kept alone the first year pays back if mentoring keeps 3 of 100 mentees who "
        "would have left.",
    )
    assert found.aloud.startswith(f"In its first year mentoring brought back its cost and 56.2{T}%")


def test_where_some_of_the_range_keeps_nobody_no_price_is_enough(made: ModuleType) -> None:
    found = of(made, break_even_replacement_cost={"high": None})
    assert f"(the data fit 17{T}778 EUR upwards, without limit)" in found.break_even[0]


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("no clear effect", "whether mentoring kept anybody cannot be told from these data"),
        ("contradicted by placebo", "mentees differed from people like them before it began"),
        ("needs costs in mentorship.yml", "needs costs in mentorship.yml"),
    ],
)
def test_it_is_refused_with_its_reason(made: ModuleType, reason: str, said: str) -> None:
    row = {**REFUSED, "reason": reason}
    found = of(made, return_on_investment=row, break_even_replacement_cost=row)
    assert found.answer[1] == f"not worked out; {said}."
    assert found.aloud == ""
    # What it would take is said all the same.
    assert len(found.break_even) == 1


def test_the_page_says_it_and_no_longer_that_it_cannot_be_said(
    estimated_site: Path, site: Path
) -> None:
    page = (estimated_site / "leadership.html").read_text(encoding="utf-8")
    assert "in the first year, of a full cost of" in page
    assert "What the program has paid back." not in page
    assert "Program by program" in page
    without = (site / "leadership.html").read_text(encoding="utf-8")
    assert "What the program has paid back." in without
