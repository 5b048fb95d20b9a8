"""Whom an identifier of nobody may mean, and that nothing but a list comes of it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.people.conflicts import Successor
from ingest.people.identity import Directory, Listed, Person
from ingest.people.suggestions import Suggester, Suggestion, is_one_slip

JOBS = ["00123", "E10", "E7", "E8", "E9", "X1", "X2"]
PEOPLE = [
    Person("00123", "anna.smith@corp.example", (), "Anna", "Smith"),
    Person("E10", "b.jones@corp.example", ("ben@old.example",), "Ben", "Jones"),
    Person("E7", "mary1@corp.example", (), "Mary", "Low"),
    Person("E8", "mary2@corp.example", (), "Mary", "Low"),
    Person("E9", None, (), "Zoë", "Müller"),
]
LISTED = [
    Listed("1", "who@else.example", "loop", "Mary", "Low", "2020-05"),
    Listed("2", "me@else.example", "loop", "Muller", "Zoe"),
    Listed("3", "you@else.example", "loop", "Mary", "Low"),
    Listed("4", "old@else.example", "loop", "Ben", "Jones", "2020-05"),
]
MONTHS = {"E7": "2020-05", "E8": "2021-01", "E10": "2019-02"}


@pytest.fixture
def suggester() -> Suggester:
    """Five people of seven in the job history."""
    return Suggester(Directory(JOBS, PEOPLE, domain_aliases={}, listed=LISTED), MONTHS)


@pytest.mark.parametrize(
    ("said", "employee_id", "why"),
    [
        ("123", "00123", "lost_zeros"),
        ("0123", "00123", "lost_zeros"),
        ("E010", "E10", "lost_zeros"),
        ("\u041510", "E10", "lookalike_letters"),  # a Cyrillic E
        ("E1O", "E10", "lookalike_letters"),  # a letter for the zero
        ("anna.smiht@corp.example", "00123", "email_typo"),
        ("anna.smth@corp.example", "00123", "email_typo"),
        ("anna.smitth@corp.example", "00123", "email_typo"),
        ("anna.smich@corp.example", "00123", "email_typo"),
        ("annq.smith@corp.example", "00123", "email_typo"),
        ("anna.smith@cor.example", "00123", "domain_typo"),
        ("anna.smith@corp.exampel", "00123", "domain_typo"),
        ("anna.smith@mail.example", "00123", "other_domain"),
        ("ben@mail.example", "E10", "other_domain"),
        ("anna.smith+loop@corp.example", "00123", "tagged_email"),
        ("jones_ben@home.example", "E10", "name_in_email"),
        ("zoe.muller@home.example", "E9", "name_in_email"),
        ("\u0430nna.smith@corp.example", "00123", "lookalike_letters"),
        ("who@else.example", "E7", "name_and_hire_month"),
        ("me@else.example", "E9", "same_name"),
    ],
)
def test_a_person_is_suggested(suggester: Suggester, said: str, employee_id: str, why: str) -> None:
    assert suggester.suggest([said]) == {said: (Suggestion(employee_id, why),)}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "said",
    [
        "1234",
        "E99",
        "mary3@corp.example",  # another Mary
        "anna@corp.example",
        "a.smith@corp.example",
        "anna.smith2@corp.example",
        "ann.smit@corp.example",  # two slips
        "you@else.example",  # two people are called so
        "old@else.example",  # hired in another month
        "1.23457E+11",
        "",
        "@",
    ],
)
def test_nobody_is_suggested(suggester: Suggester, said: str) -> None:
    assert suggester.suggest([said]) == {}


def test_several_who_may_be_meant_are_all_named_and_many_are_nobody() -> None:
    few = Suggester(Directory(["07", "007"], [], domain_aliases={}), {})
    assert few.suggest(["7"]) == {
        "7": (Suggestion("007", "lost_zeros"), Suggestion("07", "lost_zeros"))
    }
    many = Suggester(Directory(["07", "007", "0007", "00007"], [], domain_aliases={}), {})
    assert many.suggest(["7"]) == {}


def test_ids_that_may_be_one_persons_are_told_of_each_other() -> None:
    directory = Directory(["E1", "e1", "9", "09", "8", "8.0"], [], domain_aliases={})
    told = list(Suggester(directory, {}).of_each_other([Successor("A", "B", "same_email")]))
    assert sorted(told, key=str) == sorted(
        [
            ("B", Suggestion("A", "same_email")),
            ("e1", Suggestion("E1", "spelling")),
            ("9", Suggestion("09", "lost_zeros")),
            ("8.0", Suggestion("8", "spelling")),
        ],
        key=str,
    )


WORDS = st.text(alphabet="abc1", max_size=6)


@settings(max_examples=500, deadline=None)
@given(one=WORDS, other=WORDS)
def test_one_slip_is_a_distance_of_one_with_the_same_digits(one: str, other: str) -> None:
    digits = [[c for c in text if c.isdigit()] for text in (one, other)]
    runs_match = _runs(one) == _runs(other)
    assert is_one_slip(one, other) == (_distance(one, other) == 1 and runs_match)
    assert not is_one_slip(one, other) or digits[0] == digits[1]
    assert is_one_slip(one, other) == is_one_slip(other, one)


@settings(max_examples=60, deadline=None)
@given(
    said=st.lists(
        st.one_of(
            st.sampled_from(["123", "E1O", "anna.smiht@corp.example", "00123", "ben@x.example"]),
            st.text(max_size=12),
            st.emails(),
        ),
        max_size=8,
    )
)
def test_a_suggestion_changes_no_link(said: list[str]) -> None:
    directory = Directory(JOBS, PEOPLE, domain_aliases={}, listed=LISTED)
    before = [directory.find(one) for one in said]
    answers = sorted(directory.answers())
    suggested = Suggester(directory, MONTHS).suggest(said)
    assert [directory.find(one) for one in said] == before
    assert sorted(directory.answers()) == answers
    assert {s.employee_id for found in suggested.values() for s in found} <= directory.ids
    assert suggested == Suggester(directory, MONTHS).suggest(reversed(said))


def test_nobody_is_compared_with_everybody() -> None:
    ids = [f"{n:07}" for n in range(20_000)]
    people = [Person(one, f"first{n % 900}.last{n}@corp.example", ()) for n, one in enumerate(ids)]
    directory = Directory(ids, people, domain_aliases={})
    said = [f"frist{n % 900}.last{n}@corp.example" for n in range(0, 20_000, 8)]
    started = time.perf_counter()
    suggested = Suggester(directory, {}).suggest([*said, *(f"{n}" for n in range(1, 2500))])
    # Each with each would be a hundred million comparisons.
    assert time.perf_counter() - started < 15
    assert suggested["frist56.last56@corp.example"] == (Suggestion("0000056", "email_typo"),)
    assert suggested["2499"] == (Suggestion("0002499", "lost_zeros"),)
    assert len(suggested) == 2500 + 2499


def _runs(text: str) -> list[str]:
    return "".join(c if c.isdigit() else " " for c in text).split()


def _distance(one: str, other: str) -> int:
    """Return the optimal string alignment distance, by its recursion."""
    rows = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for n in range(len(one) + 1):
        for m in range(len(other) + 1):
            if not n or not m:
                rows[n][m] = n + m
                continue
            rows[n][m] = min(
                rows[n - 1][m] + 1,
                rows[n][m - 1] + 1,
                rows[n - 1][m - 1] + (one[n - 1] != other[m - 1]),
            )
            if n > 1 and m > 1 and one[n - 2 : n] == other[m - 2 : m][::-1]:
                rows[n][m] = min(rows[n][m], rows[n - 2][m - 2] + 1)
    return rows[-1][-1]
