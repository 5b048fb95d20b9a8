"""Who an identifier means: by rules in the order of certainty, and never by likeness."""

from __future__ import annotations

import random
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.columns.mapping import ids_of
from ingest.people.identity import RULES, Directory, Link, Listed, Person, Rule

ANNA = Person("E1", "Anna@corp.example", ("anna.old@corp.example",))
BEN = Person("e2", "ben@corp.example", ("passed.on@corp.example",))
CORA = Person("300", "cora@corp.example", ())
DANA = Person("E4", "passed.on@corp.example", ())
LISTED = (
    Listed("77", "E1", "Loop"),
    Listed("78", "ben@corp.example", "Loop"),
    Listed("79", "nobody@corp.example", "Loop"),
    Listed("80", "E1", "Loop"),
    Listed("80", "E4", "Loop"),
    Listed("77", "E4", "Other"),
    Listed("badge 9", "300"),
    Listed("ben@home.example", "e2"),
)


@pytest.fixture
def directory() -> Directory:
    """Four people, E5 and 00600 whom people does not know, and what two systems call them."""
    return Directory(
        ["E1", "E2", "300", "E4", "E5", "00600"],
        [ANNA, BEN, CORA, DANA],
        domain_aliases={"Corp.test": "corp.example"},
        listed=LISTED,
    )


@pytest.mark.parametrize(
    ("said", "employee_id", "rule"),
    [
        ("E1", "E1", "employee_id"),
        ("E5", "E5", "employee_id"),
        ("e1", "E1", "employee_id_case"),
        ("E 1", "E1", "employee_id_spelling"),
        (" e1 ", "E1", "employee_id_spelling"),
        ("\uff251", "E1", "employee_id_spelling"),  # a full-width E
        ("E\u200b1", "E1", "employee_id_spelling"),  # a space of no width
        ("300.0", "300", "employee_id_decimal"),
        ("300,00", "300", "employee_id_decimal"),
        ("anna@CORP.example", "E1", "email"),
        ("an na@corp.example ", "E1", "email"),
        ("anna@corp.test", "E1", "email"),
        ("\uff41nna@corp.example", "E1", "email"),
        ("anna.old@corp.example", "E1", "former_email"),
        ("badge 9", "300", "directory"),
        ("BADGE9", "300", "directory"),
        ("ben@home.example", "E2", "directory"),
        (ids_of("loop") + "77", "E1", "directory"),
        (ids_of("LOOP") + "77.0", "E1", "directory"),
        (ids_of("Loop") + "78", "E2", "directory"),
        (ids_of("Other") + "77", "E4", "directory"),
        (ids_of("Loop") + "ben@corp.example", "E2", "email"),
    ],
)
def test_an_identifier_leads_to_one_person_by_a_rule(
    directory: Directory, said: str, employee_id: str, rule: str
) -> None:
    assert directory.find(said) == Link(employee_id, rule)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ("E9", "unknown"),
        ("600", "unknown"),  # 00600 without its zeros is only suggested
        ("\u04151", "unknown"),  # a Cyrillic E is only suggested
        ("300.000", "unknown"),  # may be three hundred thousand
        ("300.5", "unknown"),
        ("anna@corp.exampel", "unknown"),
        ("77", "unknown"),  # a system's own id, where nothing says whose
        (ids_of("Loop") + "E1", "unknown"),  # an employee id, where a system's is meant
        (ids_of("Loop") + "79", "unknown"),
        (ids_of("Third") + "77", "unknown"),
        ("passed.on@corp.example", "ambiguous"),  # first Ben's, now Dana's
        (ids_of("Loop") + "80", "ambiguous"),
        ("1.23457E+11", "damaged"),
        ("1,2E+05", "damaged"),
        ("1e+11", "damaged"),
        ("1.23457e11", "damaged"),
        (ids_of("Loop") + "1.2E+17", "damaged"),
    ],
)
def test_what_is_not_certain_links_nobody(directory: Directory, said: str, rule: str) -> None:
    assert directory.find(said) == Link(None, rule)  # type: ignore[arg-type]


@pytest.mark.parametrize("said", ["E12", "1E5", "E+05", "12E+05", "1.2.3"])
def test_ids_with_an_e_are_ids(said: str) -> None:
    assert Directory([said], [], domain_aliases={}).find(said) == Link(said, "employee_id")


def test_every_rule_says_what_it_means() -> None:
    assert set(RULES) == set(get_args(Rule))


def test_a_decimal_is_an_id_of_its_own_where_the_job_history_says_so() -> None:
    both = Directory(["123", "123.0"], [], domain_aliases={})
    assert both.find("123.0") == Link("123.0", "employee_id")
    assert both.alike == (frozenset({"123", "123.0"}),)
    # Unless people knows only one of them: then it is one person, written in two ways.
    known = Directory(["123", "123.0"], [Person("123", None, ())], domain_aliases={})
    assert known.find("123.0") == Link("123", "employee_id_decimal")
    assert (known.ids, known.alike) == ({"123"}, ())
    floats = Directory(["123.0"], [], domain_aliases={})
    assert floats.find("123") == Link("123.0", "employee_id_decimal")


def test_of_two_ways_of_writing_the_nearer_one_is_meant() -> None:
    ids = Directory(["ab1", "AB 1"], [], domain_aliases={})
    assert ids.find("AB1") == Link("ab1", "employee_id_case")
    assert ids.find("a b1") == Link(None, "ambiguous")


def test_people_may_write_an_id_otherwise_than_the_job_history() -> None:
    directory = Directory(
        ["E1"], [Person(" e1", "a@x.example", ()), Person("E2", None, ())], domain_aliases={}
    )
    assert directory.find("a@x.example") == Link("E1", "email")
    assert directory.ids == {"E1", "E2"}
    assert directory.employed == {"E1"}


def test_identifiers_may_say_whom_people_means() -> None:
    directory = Directory(
        ["00123"],
        [Person("123", "a@x.example", ())],
        domain_aliases={},
        listed=[Listed("123", "00123")],
    )
    assert directory.find("a@x.example") == Link("00123", "email")
    assert directory.find("123") == Link("00123", "directory")
    assert directory.claimed_twice_n == 0


def test_an_id_that_is_anothers_employee_id_is_found_out() -> None:
    listed = [Listed("E1", "E2"), Listed("E2", "E2"), Listed("x", "E1"), Listed("E1", "E2", "S")]
    directory = Directory(["E1", "E2"], [], domain_aliases={}, listed=listed)
    assert directory.claimed_twice_n == 1
    assert directory.find("E1") == Link("E1", "employee_id")


def test_a_damaged_id_is_nobodys_even_in_people_and_job_history() -> None:
    directory = Directory(["1.2E+11"], [Person("1.2E+11", "a@x.example", ())], domain_aliases={})
    assert directory.ids == frozenset()
    assert directory.find("a@x.example") == Link(None, "unknown")


def test_people_named_by_email_everywhere_are_one_each() -> None:
    directory = Directory(
        ["Anna@x.example", "ben@x.example"],
        [Person("anna@X.example", None, ())],
        domain_aliases={},
    )
    assert directory.find("Anna@x.example").employee_id == "anna@X.example"
    assert directory.find("ANNA@x.example").employee_id == "anna@X.example"
    assert directory.find("ben@x.example").employee_id == "ben@x.example"
    assert directory.alike == ()


# Whatever the exports say

IDS = st.sampled_from(
    ["1", "01", "1.0", "E1", "e1", "E 1", "2", "2.0", "1E+11", "a@x", "A@x", "b@x"]
)
EMAILS = st.none() | st.sampled_from(["a@x", "A@X ", "b@x", "b@y", "c@x"])
PEOPLE = st.builds(
    Person, IDS, EMAILS, st.lists(st.sampled_from(["a@x", "c@x", "d@y"]), max_size=2).map(tuple)
)
SYSTEMS = st.sampled_from([None, "s", "T"])
ROWS = st.builds(Listed, IDS, IDS, SYSTEMS)
SAID = st.builds(
    lambda system, said: said if system is None else ids_of(system) + said, SYSTEMS, IDS
)


@settings(max_examples=200, deadline=None)
@given(
    jobs=st.lists(IDS, max_size=5),
    people=st.lists(PEOPLE, max_size=5),
    listed=st.lists(ROWS, max_size=5),
    seed=st.integers(0, 9),
)
def test_the_order_of_rows_changes_nobody(
    jobs: list[str], people: list[Person], listed: list[Listed], seed: int
) -> None:
    aliases = {"y": "x"}
    directory = Directory(jobs, people, domain_aliases=aliases, listed=listed)
    shuffle = random.Random(seed).shuffle  # noqa: S311 - an order to repeat, not a secret
    for rows in (jobs, people, listed):
        shuffle(rows)
    other = Directory(jobs, people, domain_aliases=aliases, listed=listed)
    for said in ["1", "01", "1.0", "E1", "e 1", "a@x", "b@y", "d@x", ids_of("t") + "1", "2.00"]:
        assert directory.find(said) == other.find(said)
    assert sorted(directory.answers()) == sorted(other.answers())


@settings(max_examples=200, deadline=None)
@given(
    jobs=st.lists(IDS, max_size=4),
    people=st.lists(PEOPLE, max_size=4),
    listed=st.lists(ROWS, max_size=4),
    more_jobs=st.lists(IDS, max_size=2),
    more_people=st.lists(PEOPLE, max_size=2),
    said=SAID,
)
def test_an_identifier_with_the_same_answers_leads_to_the_same_person(
    jobs: list[str],
    people: list[Person],
    listed: list[Listed],
    more_jobs: list[str],
    more_people: list[Person],
    said: str,
) -> None:
    """A file is not read again while nothing it asked is answered otherwise."""
    before = Directory(jobs, people, domain_aliases={}, listed=listed)
    after = Directory(jobs + more_jobs, people + more_people, domain_aliases={}, listed=listed)
    told, then = dict(before.answers()), dict(after.answers())
    assert {question: before.answer(question) for question in told} == told
    assert all(before.answer(one) == told.get(one) for one in before.questions(said))
    assert before.questions(said) == after.questions(said)
    if all(told.get(question) == then.get(question) for question in before.questions(said)):
        assert before.find(said) == after.find(said)
