"""A measure is one declaration: what each must say, and that its SQL and its test are there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from analyses import intervals
from analyses.impact_ratios import ESTIMATOR
from analyses.publishing import read_rules
from ingest.contract import TABLES

Node = dict[str, Any]

TEXTS = (
    "measure", "label", "theme", "audience", "sentence", "formula", "estimator", "unit",
    "direction", "interval", "standard",
)  # fmt: skip
MAY = ("horizons", "participants_need", "people", "adds_up", "part_of", "scale", "outcome",
       "follow_months")  # fmt: skip
THEMES = (
    "1 Foundations", "2 Communication", "3 Milestones and goals", "4 Feedback in real time",
    "5 Leadership exposure", "6 Reverse mentoring", "7 Learning culture", "8 Hybrid work",
    "9 Impact", "10 From the top", "11 Challenges", "12 The organization",
)  # fmt: skip
AUDIENCES = ("leadership", "program owners", "analysts")
DIRECTIONS = ("up", "down", "none")
CUTS = ("cohort", "department", "gender", "level_band", "work_arrangement")
RATES = {"rate", "summed_rate"}
# Estimators of facts with many rows of one person.
BY_PERSON = {"share", "part", "ratio", "median", ESTIMATOR}
# Both sides are conditions on a row, or the denominator alone; of the others both are numbers.
CONDITIONS = {"share": ("numerator", "denominator"), "mean": ("denominator",),
              "nps": ("denominator",), "median": ("denominator",)}  # fmt: skip
STANDARD_COLUMNS = {"population", "program", *CUTS, "person_key", "counted_on"}
FACT_SETTINGS = {
    "people": ("rows", "distinct", "average"),
    "periods": ("followed",),
    "workforce": ("opening",),
    "observed": ("leavers",),
    "shortest": ("quarter",),
}


def lacks(entry: Node, *, columns: dict[str, str], tested: set[str]) -> list[str]:
    """Return what a declaration lacks, a sentence each.

    Args:
        entry: one entry of `config.meta.measures`.
        columns: type by name of the columns of its model.
        tested: measures and outcomes that the rows of a unit test expect.
    """
    name = str(entry.get("measure", "a measure without a name"))
    names = [name.replace("{months}", str(n)) for n in entry.get("horizons", [""])]
    missing = [key for key in (*TEXTS, "numerator", "denominator", "needs") if not entry.get(key)]
    found = [f"has no `{key}`" for key in missing]
    found += [
        f"has `{key}`, which nothing reads"
        for key in sorted(set(entry) - {*TEXTS, *MAY, "numerator", "denominator", "needs"})
    ]
    estimators = {*intervals.OF_SUMS, *intervals.OF_CURVES, ESTIMATOR}
    offered = (
        ("theme", THEMES), ("audience", AUDIENCES), ("direction", DIRECTIONS),
        ("estimator", sorted(estimators)),
    )  # fmt: skip
    found += [
        f"{key} is {entry[key]!r}, which is none of {', '.join(allowed)}"
        for key, allowed in offered
        if key not in missing and entry[key] not in allowed
    ]
    found += [
        f"needs {table!r}, which is no table of the contract"
        for table in [*entry.get("needs", []), *entry.get("participants_need", [])]
        if table not in TABLES
    ]
    if ("{months}" in name) != ("horizons" in entry):
        found.append("`horizons` and `{months}` in its name go together")
    found += list(_lacking_sums(entry, columns))
    if not tested & {*names, entry.get("outcome")}:
        found.append("stands in the expected rows of no unit test")
    return [f"{name} {sentence}" for sentence in found]


def _lacking_sums(entry: Node, columns: dict[str, str]) -> Iterator[str]:
    """Yield what is wrong with numerator and denominator: run on a row of nothing."""
    is_counted = entry.get("estimator") in intervals.OF_SUMS
    given = ", ".join(f"cast(null as {kind}) as {column}" for column, kind in columns.items())
    for part in ("numerator", "denominator"):
        declared = entry.get(part) or {}
        if not declared.get("text"):
            yield f"says nothing in words (`text`) of its {part}"
        if is_counted and not declared.get("sql"):
            yield f"has no `sql` of its {part}"
        elif is_counted:
            sql = str(declared["sql"]).replace("{months}", "12")
            is_condition = part in CONDITIONS.get(entry["estimator"], ())
            asked = f"case when {sql} then 1 end" if is_condition else sql
            try:
                duckdb.sql(f"select {asked} from (select {given})").fetchall()
            except duckdb.Error as error:
                yield f"has SQL of its {part} that its fact cannot answer: {error}"


@pytest.fixture(scope="session")
def tested(manifest: Node) -> set[str]:
    """Return the measures, and outcomes of curves, in the rows that unit tests expect."""
    rows = [row for test in manifest["unit_tests"].values() for row in test["expect"]["rows"]]
    return {row[key] for row in rows for key in ("measure", "outcome") if key in row}


def declared(models: dict[str, Node]) -> Iterator[tuple[Node, Node]]:
    for model in models.values():
        for entry in model["config"]["meta"].get("measures", []):
            yield model, entry


def columns_of(model: Node) -> dict[str, str]:
    return {name: column["data_type"] for name, column in model["columns"].items()}


def test_no_declaration_lacks_anything(models: dict[str, Node], tested: set[str]) -> None:
    found = [
        sentence
        for model, entry in declared(models)
        for sentence in lacks(entry, columns=columns_of(model), tested=tested)
    ]
    assert found == [], "\n".join(found)


def test_what_a_declaration_lacks_is_said(models: dict[str, Node]) -> None:
    fact = models["fct_pairing_months"]
    (entry,) = (e for e in fact["config"]["meta"]["measures"] if e["measure"] == "engaged_share")
    broken = {
        **entry,
        "label": "",
        "theme": "2 Talking",
        "estimator": "guess",
        "needs": ["meetings", "calendars"],
        "colour": "red",
    }
    assert lacks(broken, columns=columns_of(fact), tested=set()) == [
        "engaged_share has no `label`",
        "engaged_share has `colour`, which nothing reads",
        f"engaged_share theme is '2 Talking', which is none of {', '.join(THEMES)}",
        "engaged_share estimator is 'guess', which is none of "
        + ", ".join(sorted({*intervals.OF_SUMS, *intervals.OF_CURVES, ESTIMATOR})),
        "engaged_share needs 'calendars', which is no table of the contract",
        "engaged_share stands in the expected rows of no unit test",
    ]
    misspelled = {**entry, "numerator": {"text": "pairings", "sql": "days_since_meeting_n < 30"}}
    (sentence,) = lacks(misspelled, columns=columns_of(fact), tested={"engaged_share"})
    assert "days_since_meeting_n" in sentence


def test_a_measure_is_declared_once(models: dict[str, Node]) -> None:
    names = [entry["measure"] for _, entry in declared(models)]
    assert sorted(names) == sorted(set(names))


def test_a_fact_has_the_columns_and_settings_that_counting_reads(models: dict[str, Node]) -> None:
    for name, model in models.items():
        if name.startswith("fct_"):
            meta = model["config"]["meta"]
            assert set(model["columns"]) >= STANDARD_COLUMNS, name
            assert meta["people"] in FACT_SETTINGS["people"], name
            for key, allowed in FACT_SETTINGS.items():
                assert meta.get(key) in (*allowed, None), (name, key)
            assert ("program_type" in model["columns"]) == (meta["people"] == "distinct"), name
            last = meta.get("counts_last", {"of": [], "by": []})
            assert {*last["of"], *last["by"]} <= set(model["columns"]), name


def test_rates_have_a_fact_of_their_own(models: dict[str, Node]) -> None:
    """Their people are an average; a share's or a mean's are counted."""
    for name, model in models.items():
        meta = model["config"]["meta"]
        kinds = {entry["estimator"] for entry in meta.get("measures", [])}
        assert bool(kinds & RATES) == (meta.get("people") == "average"), name
        assert not kinds & RATES or kinds <= RATES, name
        assert meta.get("people") != "distinct" or kinds <= BY_PERSON, name


@pytest.mark.slow
def test_the_macro_offers_the_cuts_that_are_offered(built: Node, models: dict[str, Node]) -> None:
    code = {r["unique_id"]: r["compiled_code"] for r in built["results"] if r.get("compiled_code")}
    offered = re.findall(r"'(\w+)' as dimension", models["int_dimensions__offered"]["raw_code"])
    for name, fact in models.items():
        if name.startswith("fct_"):
            counting = models[f"int_{name.removeprefix('fct_')}__counted"]
            sql = code[counting["unique_id"]]
            cuts = re.findall(r"(?:when grouping\(|')(\w+)(?:\) = 0|' as dimension)", sql)
            of_fact = {"all", *fact["columns"]}
            assert set(cuts) | {"all"} == set(offered) & of_fact, name


def test_no_member_is_asked_for_by_less_than_a_year() -> None:
    """Facts with many rows of one person count no such cells."""
    rules = read_rules()
    asked = {grain for grains in (rules.grains, rules.practices)
             for kind in ("cuts", "program_cuts") for grain in grains.get(kind, ())}  # fmt: skip
    assert asked <= {"year"}
