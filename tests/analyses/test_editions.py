"""A number moves only when many people move it, and what adds up moves together."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest

from analyses.editions import Standing, beside_released, with_evidence
from analyses.released import Edition, Released

FIRST = Edition(1, dt.date(2024, 1, 31), "1.0")
SECOND = Edition(2, dt.date(2024, 2, 29), "1.0")
Row = tuple[str, str, float] | tuple[str, str, float, float]


def rows(*given: Row, **columns: Any) -> dict[str, pd.DataFrame]:
    """Return a table of (key, block, people[, with the outcome]); blocks are parts of `whole`."""
    frame = pd.DataFrame([(*row, 0.0)[:4] for row in given],
                         columns=["key", "block", "persons", "events"])  # fmt: skip
    frame["value"] = frame["persons"]
    evidence = {
        "root": "whole", "is_shown": True, "is_suppressed": False, **columns,
        **{name: frame[name] for name in ("key", "block", "persons", "events")},
    }  # fmt: skip
    suppressed = evidence.pop("is_suppressed")
    own = frame[["value"]].assign(is_suppressed=suppressed)
    return {"survival": with_evidence(own, **evidence)}


def test_no_column_of_evidence_takes_the_place_of_one_of_the_rows() -> None:
    frame = pd.DataFrame({"value": [1.0], "block": ["of flats"]})
    with pytest.raises(ValueError, match="block"):
        with_evidence(frame, key="a", block="b", root="b", is_shown=True)


def release(given: dict[str, pd.DataFrame], **before: Any) -> Standing:
    return beside_released(given, None, edition=FIRST, needed=10, **before)


def after(old: dict[str, pd.DataFrame], new: dict[str, pd.DataFrame], *, edition: Edition = SECOND,
          held: tuple[str, ...] = ()) -> dict[str, tuple[float, int]]:  # fmt: skip
    """Return the value and the edition of every row of the second release."""
    released = Released(FIRST, release(old).tables)
    found = beside_released(new, released, edition=edition, needed=10, held=held).tables["survival"]
    numbers = zip(found["value"], found["edition_number"], strict=True)
    return dict(zip(found["key"], numbers, strict=True))


def test_nine_people_more_do_not_move_a_number_and_ten_do() -> None:
    old = rows(("all", "whole", 50))
    assert after(old, rows(("all", "whole", 59))) == {"all": (50, 1)}
    assert after(old, rows(("all", "whole", 60))) == {"all": (60, 2)}


def test_an_outcome_of_nine_people_does_not_move_a_number_and_of_ten_does() -> None:
    old = rows(("all", "whole", 50, 20))
    assert after(old, rows(("all", "whole", 50, 29))) == {"all": (50, 1)}
    assert after(old, rows(("all", "whole", 50, 30))) == {"all": (50, 2)}


def test_many_rows_of_one_person_are_no_ten_people() -> None:
    old = rows(("all", "whole", 50, 20), is_each=False)
    assert after(old, rows(("all", "whole", 50, 40), is_each=False)) == {"all": (50, 1)}


def test_a_block_moves_as_a_whole_or_not_at_all() -> None:
    old = rows(("all", "whole", 50), ("a", "parts", 30), ("b", "parts", 20))
    new = rows(("all", "whole", 63), ("a", "parts", 42), ("b", "parts", 21))
    assert after(old, new) == {"all": (63, 2), "a": (30, 1), "b": (20, 1)}


def test_nothing_new_adds_up_to_a_whole_that_is_as_it_was() -> None:
    """What was left out beside it is of its edition, and would be told as one of another."""
    old = rows(("all", "whole", 50))
    assert after(old, rows(("all", "whole", 50), ("a", "parts", 45))) == {"all": (50, 1)}
    assert after(old, rows(("all", "whole", 60), ("a", "parts", 45))) == {
        "all": (60, 2), "a": (45, 2),
    }  # fmt: skip


def test_parts_stand_where_their_whole_stands() -> None:
    # Twelve came to a and eleven left b: all but one of the whole are the same.
    old = rows(("all", "whole", 70), ("a", "parts", 30), ("b", "parts", 40))
    new = rows(("all", "whole", 71), ("a", "parts", 42), ("b", "parts", 29))
    assert after(old, new) == {"all": (70, 1), "a": (30, 1), "b": (40, 1)}


def test_parts_that_are_new_wait_for_their_whole() -> None:
    old = rows(("all", "whole", 70))
    new = rows(("all", "whole", 71), ("a", "parts", 41), ("b", "parts", 30))
    assert after(old, new) == {"all": (70, 1)}


def test_nobody_changed_looks_like_few_changed() -> None:
    old = rows(("all", "whole", 50))
    assert after(old, old) == after(old, rows(("all", "whole", 51))) == {"all": (50, 1)}


def test_what_another_method_makes_of_the_same_people_is_new() -> None:
    old = rows(("all", "whole", 50))
    new = {name: frame.assign(value=49.5) for name, frame in old.items()}
    other = Edition(2, SECOND.as_of, "1.1")
    assert after(old, new, edition=other) == {"all": (49.5, 2)}
    assert after(old, new) == {"all": (50, 1)}


def test_a_row_that_nobody_moved_keeps_its_number_in_a_block_that_moves() -> None:
    old = rows(("short", "whole", 50), ("long", "whole", 20))
    new = rows(("short", "whole", 62), ("long", "whole", 20))
    new["survival"]["value"] += 0.25  # those compared with them have changed
    assert after(old, new) == {"short": (62.25, 2), "long": (20, 2)}


def test_the_months_of_a_curve_keep_their_numbers_together() -> None:
    old = rows(("1", "whole", 50), ("2", "whole", 20), bundle="curve")
    new = rows(("1", "whole", 62), ("2", "whole", 20), bundle="curve")
    new["survival"]["value"] += 0.25
    assert after(old, new) == {"1": (62.25, 2), "2": (20.25, 2)}


def test_groups_that_were_merged_anew_must_differ_by_many() -> None:
    old = rows(("all", "whole", 90), ("Other (3 groups)", "parts", 30), regroups="people")
    few = rows(("all", "whole", 90), ("c", "parts", 12), ("Other (2 groups)", "parts", 19),
               regroups="people")  # fmt: skip
    assert set(after(old, few)) == {"all", "Other (3 groups)"}


def test_what_was_hidden_has_no_number_to_stand() -> None:
    old = rows(("all", "whole", 9), is_shown=False, is_suppressed=True)
    assert after(old, rows(("all", "whole", 11))) == {"all": (11, 2)}


def test_what_is_held_stands_and_is_not_published_for_the_first_time() -> None:
    old = rows(("all", "whole", 50))
    new = rows(("all", "whole", 80), ("a", "parts", 40))
    assert after(old, new, held=("whole",)) == {"all": (50, 1)}
    assert (
        beside_released(new, None, edition=FIRST, needed=10, held=("whole",))
        .tables["survival"]
        .empty
    )


def test_what_stands_is_hidden_where_the_threshold_was_raised() -> None:
    old = rows(("all", "whole", 12))
    new = {name: frame.assign(minimum=15) for name, frame in old.items()}
    assert after(old, new)["all"][1] == 1
    assert pd.isna(after(old, new)["all"][0])


def test_a_small_row_that_comes_or_goes_moves_nothing() -> None:
    whole = rows(("all", "whole", 50), ("a", "parts", 47))
    also = rows(("all", "whole", 50), ("a", "parts", 47), ("b", "parts", 3))
    assert set(after(also, whole)) == {"all", "a", "b"}
    assert set(after(whole, also)) == {"all", "a"}


def test_a_period_that_one_person_made_large_enough_waits_until_ten_have_moved_the_others() -> None:
    old = rows(("all", "whole", 42))
    assert after(old, rows(("all", "whole", 42), ("2022", "whole", 10))) == {"all": (42, 1)}
    more = rows(("all", "whole", 52), ("2022", "whole", 10))
    assert after(old, more) == {"all": (52, 2), "2022": (10, 2)}
