"""How old data is, and from when on that is said."""

import datetime as dt

import pytest

from workspace.age import Age

AS_OF = dt.date(2025, 1, 1)


@pytest.mark.parametrize(
    ("days", "tone"),
    [(-1, "good"), (0, "good"), (45, "good"), (46, "caution"), (90, "caution"), (91, "alarm")],
)
def test_data_is_old_the_day_after_each_limit(days: int, tone: str) -> None:
    age = Age(AS_OF, AS_OF + dt.timedelta(days=days), amber_after_days=45, red_after_days=90)
    assert (age.days, age.tone, bool(age.warning)) == (max(days, 0), tone, tone != "good")


def test_the_warning_names_both_days_and_the_limit() -> None:
    age = Age(AS_OF, dt.date(2025, 4, 11), amber_after_days=45, red_after_days=90)
    assert age.warning == (
        "The exports describe 2025-01-01, 100 days before 2025-04-11: more than 90 days. "
        "Look whether the feed that writes them still runs."
    )
