"""What tells too much becomes coarser, a step at a time."""

from analyses.attack.findings import DIFFERENCE, HEADCOUNT, UNCOVERED, Finding
from analyses.mending import Coarsening, mended
from analyses.publishing import Cut

PEOPLE = {"retention_12_months": "followed 12 months", "promotion_12_months": "followed 12 months"}


def found(measure: str, program: str = "all", *, table: str = "metrics") -> Finding:
    return Finding(HEADCOUNT, table, "", (measure, "mentees", program, "all", "all"))


def test_measures_of_the_same_people_become_coarser_together_and_once() -> None:
    findings = [found(measure, "p") for measure in PEOPLE]
    programs = Cut("followed 12 months", "mentees", "programs", "all")
    once = mended(Coarsening(), findings, people=PEOPLE, without_counts=set())
    assert once.cuts == {programs: 1}
    # Their counts are gone already: the next step takes the intervals.
    bare = {("followed 12 months", "mentees")}
    assert mended(Coarsening(), findings, people=PEOPLE, without_counts=bare).cuts == {programs: 2}


def test_where_nothing_coarser_is_left_nothing_changes() -> None:
    whole = [found("retention_12_months")]
    # By the whole time only, and then not at all.
    once = mended(Coarsening(), whole, people=PEOPLE, without_counts=set())
    twice = mended(once, whole, people=PEOPLE, without_counts=set())
    assert (once.steps_n, twice.steps_n) == (1, 2)
    assert mended(twice, whole, people=PEOPLE, without_counts=set()) == twice


def test_other_tables_lose_their_programs() -> None:
    findings = [found("flow treated_n matched", table="flow"), found("survival_6_months")]
    mend = mended(Coarsening(), findings, people=PEOPLE, without_counts=set())
    assert mend.wholes == {"flow", "survival"}


def test_what_releases_tell_together_is_held_where_it_was() -> None:
    findings = [
        Finding(DIFFERENCE, "metrics", "", ("retention_12_months", "mentees", "all", "all", "all")),
        Finding(UNCOVERED, "effects", "", ("effects treated_n", "mentee", "p", "all", "all")),
        Finding(DIFFERENCE, "survival", "", ("at risk in month 3", "mentors", "all", "all", "all")),
    ]
    mend = mended(Coarsening(), findings, people=PEOPLE, without_counts=set())
    assert mend.held == {
        "metrics followed 12 months mentees whole all", "impact mentee", "survival mentors",
    }  # fmt: skip
    assert (mend.cuts, mend.wholes) == ({}, frozenset())
