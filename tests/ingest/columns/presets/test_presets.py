"""What holds for every preset, what a workspace may add, and that the user's word comes first."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import duckdb
import pytest

from ingest.columns.exports import Planned, check_date_formats
from ingest.columns.histories.columns import DERIVATIONS
from ingest.columns.presets import (
    OWN_FOLDER,
    Preset,
    leavers_notes,
    preset_names,
    read_preset,
)
from ingest.columns.presets.soundness import check_preset, check_table
from ingest.columns.sources import check_source
from ingest.contract import TABLES
from ingest.files.local import LocalFile
from tests.ingest.columns.histories.history import history_of, lines
from tests.ingest.conftest import Workspace, total
from workspace.config import SourceConfig
from workspace.errors import ConfigError

PROJECT = Path(__file__).parents[4]
EVERY = [(name, read_preset(name)) for name in preset_names()]
HR_SYSTEMS = ("Workday", "SAP SuccessFactors", "BambooHR", "Personio", "HiBob", "UKG Pro", "ADP")


def test_the_presets_of_the_contract_are_there() -> None:
    names = set(preset_names())
    assert names >= {
        *("canonical", "workday_worker_history", "qualtrics", "surveymonkey", "microsoft_forms"),
        *("google_forms", "together", "mentorloop", "qooper", "chronus"),
    }


@pytest.mark.parametrize(("name", "preset"), EVERY)
def test_a_preset_says_where_its_headers_are_documented(name: str, preset: Preset) -> None:
    for page in preset.evidence:
        assert page.startswith("https://") or (PROJECT / page).is_file(), f"{name}: {page}"
    text = (PROJECT / "ingest" / "columns" / "presets" / f"{name}.yml").read_text(encoding="utf-8")
    assert text.startswith("# "), f"{name} does not say what it is for"


@pytest.mark.parametrize(("name", "preset"), EVERY)
def test_a_preset_names_only_what_there_is(name: str, preset: Preset) -> None:
    check_table(preset)
    table = TABLES[preset.table or "job_history"]
    check_preset(preset, table)
    source = SourceConfig(table=table.name, path="x", preset=name)
    own = preset.model_copy()
    own._is_own = True
    planned = Planned(0, 0, source, own, LocalFile(PROJECT / "x.csv", "x.csv", "x"))
    with duckdb.connect() as connection:
        check_date_formats(connection, [[planned]])


@pytest.mark.parametrize(("name", "preset"), EVERY)
def test_no_two_formats_of_a_preset_read_one_text_as_two_days(name: str, preset: Preset) -> None:
    texts = [f"{a:02d}{sign}{b:02d}{sign}2024" for a, b in ((3, 4), (12, 11)) for sign in "/.-"]
    texts += [text + " 09:05:00" for text in texts]
    with duckdb.connect() as connection:
        for formats in preset.date_formats.values():
            strptimes = [one for one in formats if "%" in one]
            for one, other in itertools.combinations(strptimes, 2):
                for text in texts:
                    row = connection.execute(
                        "select try_strptime($t, $a)::varchar, try_strptime($t, $b)::varchar",
                        {"t": text, "a": one, "b": other},
                    ).fetchone()
                    assert row is None or None in row or row[0] == row[1], name


@pytest.mark.parametrize("vendor", HR_SYSTEMS)
def test_an_hr_system_s_preset_says_how_leavers_come_into_the_report(vendor: str) -> None:
    histories = [p for _, p in EVERY if p.vendor == vendor and p.table == "job_history"]
    assert histories
    assert all(preset.leavers_note for preset in histories)


def test_notes_on_leavers_are_those_of_the_job_histories(tmp_path: Path) -> None:
    sources = [
        SourceConfig(table="people", path="p", preset="personio_people"),
        SourceConfig(table="job_history", path="a", preset="hibob"),
        SourceConfig(table="job_history", path="b", preset="hibob_history"),
        SourceConfig(table="job_history", path="c"),
    ]
    assert leavers_notes(sources, root=tmp_path) == (
        'HiBob\'s search returns active employees only: ask with "showInactive": true.',
    )


@pytest.mark.parametrize(
    ("name", "table", "meant"),
    [
        ("personio", "people", "personio_people"),
        ("personio", "job_history", "personio_history"),
        ("together", "pairings", "together"),
        ("together", "people", "together_people"),
        ("successfactors", "job_history", "successfactors_emp_job"),
        ("ukg_pro", "job_history", "ukg_pro"),
    ],
)
def test_a_vendor_s_name_means_its_only_preset_for_the_table(
    name: str, table: str, meant: str
) -> None:
    check_source(SourceConfig(table=table, path="x", preset=name))
    assert read_preset(name, table=table) == read_preset(meant)


def test_a_vendor_with_two_presets_for_a_table_asks_for_one() -> None:
    source = SourceConfig(table="job_history", path="x", preset="bamboohr")
    with pytest.raises(ConfigError, match="bamboohr_employment_status, bamboohr_job_info"):
        check_source(source)


def test_a_preset_for_another_table_names_the_one_that_is_meant() -> None:
    source = SourceConfig(table="people", path="x", preset="personio_history")
    with pytest.raises(ConfigError, match="for people there is personio_people"):
        check_source(source)


def test_a_column_of_a_turn_may_be_mapped_where_there_is_one() -> None:
    columns = {"hired_on": "Start"}
    check_source(SourceConfig(table="job_history", path="x", preset="spells", columns=columns))
    with pytest.raises(ConfigError, match="hired_on"):
        check_source(SourceConfig(table="job_history", path="x", columns=columns))


# The user's word


def personio(**attributes: object) -> str:
    named = {name: {"label": name, "value": value} for name, value in attributes.items()}
    return json.dumps({"data": [{"type": "Employee", "attributes": named}]})


def test_what_the_source_says_comes_before_the_preset(workspace: Workspace) -> None:
    person = {"id": "E1", "hire_date": "2015-03-01T00:00:00+01:00", "status": "inactive"}
    text = personio(**person, start="01/02/2016", employment_type="external", division="Left Bank")
    workspace.write(
        "job_history",
        text,
        "people.json",
        preset="personio_history",
        columns={
            "hired_on": "attributes.start.value",
            "department": "attributes.division.value",
        },
        values={"standing": {"inactive": "leave"}},
        constants={"location": "Paris"},
        date_format="%d/%m/%Y",
    )
    report = workspace.load()
    # By the preset it would be a leaver without a date, hired in 2015, in no department.
    assert history_of(workspace, "E1", "department", "location", "employment_type") == [
        ("2016-02-01", "hire", "Left Bank", "Paris", "contractor")
    ]
    assert total(report, "job_history") == (1, 1, 0, 0)


def test_a_constant_of_the_source_comes_before_a_header_of_the_preset(workspace: Workspace) -> None:
    workspace.write("job_history", "employee_id,effective_on,event\nE1,2020-01-01,hire\n")
    workspace.write(
        "survey_responses",
        "Timestamp,Useful?\n2025-01-01 10:00:00,Yes\n",
        "pulse.csv",
        preset="google_forms",
        constants={"submitted_at": "2026-01-01", "wave": "{file_stem} of 2026", "survey_id": "s"},
        columns={"response_id": "Timestamp"},
    )
    workspace.load()
    assert workspace.rows(
        "select survey_id, wave, response_id, cast(submitted_at as varchar) from survey_responses"
    ) == [("s", "pulse of 2026", "2025-01-01 10:00:00", "2026-01-01 00:00:00")]


def test_a_path_to_the_records_comes_before_the_preset_s(workspace: Workspace) -> None:
    records = [{"Employee_ID": "E1", "Effective_Date": "2020-01-01", "Event": "Hire"}]
    workspace.write(
        "job_history",
        json.dumps({"Report_Entry": [], "mine": {"rows": records}}),
        "workers.json",
        preset="workday_worker_history",
        records_path="mine.rows",
    )
    workspace.load()
    assert history_of(workspace, "E1") == [("2020-01-01", "hire")]


def test_the_date_format_of_the_source_takes_the_place_of_the_preset_s(company: Workspace) -> None:
    header = "Program,Mentor Email,mentee_id,started_on,ended_on,Matching Status"
    company.write(
        "pairings",
        lines(header, "g,bea@corp.example,e1,03-04-2024,,Matched-Active"),
        preset="qooper",
        date_format="%d-%m-%Y",
    )
    company.load()
    assert company.rows("select cast(started_on as varchar) from pairings") == [("2024-04-03",)]


# Presets of the workspace

OWN = """\
vendor: MentorHub
evidence: ["its export wizard"]
table: pairings
columns:
  pairing_id: [Pair ID, Pair No]
  program_id: [Scheme]
  mentor_id: [Mentor E-Mail]
  mentee_id: [Mentee E-Mail]
  started_on: [Start]
  ended_on: [End]
  end_reason: [Closed Because]
values:
  end_reason: {Goals met: completed, "*": ""}
date_formats:
  "*": ["%d/%m/%Y"]
set_aside:
  - {header: State, values: [Proposed], reason: not_a_pairing}
"""
PAIRS = """\
Pair No,Scheme,Mentor E-Mail,Mentee E-Mail,Start,End,Closed Because,State
1,g,bea@corp.example,e1,03/04/2024,05/06/2024,Goals met,Closed
2,g,bea@corp.example,e3,03/04/2024,05/06/2024,Sabbatical,Closed
3,g,bea@corp.example,e3,03/05/2024,,,Proposed
"""


def own_preset(workspace: Workspace, name: str, text: str) -> None:
    folder = workspace.root / OWN_FOLDER
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.yml").write_text(text, encoding="utf-8")


def test_a_workspace_adds_a_preset_without_code(company: Workspace) -> None:
    own_preset(company, "mentorhub", OWN)
    company.write("pairings", PAIRS, preset="mentorhub")
    report = company.load()
    assert company.rows(
        "select pairing_id, cast(started_on as varchar), end_reason from pairings order by 1"
    ) == [("1", "2024-04-03", "completed"), ("2", "2024-04-03", None)]
    assert company.reasons("pairings") == [(3, "not_a_pairing")]
    assert total(report, "pairings") == (3, 2, 1, 0)


def test_a_preset_of_the_workspace_comes_before_ours(company: Workspace) -> None:
    own_preset(company, "chronus", OWN)
    company.write("pairings", PAIRS, preset="chronus")
    assert total(company.load(), "pairings") == (3, 2, 1, 0)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (OWN + "colums: {}\n", "colums"),
        (OWN.replace("evidence", "evidense"), "evidence"),
        (OWN + "turn: spells\n", "fills the table job_history"),
        ("vendor: [", "not readable as YAML"),
    ],
)
def test_a_preset_that_cannot_be_is_a_configuration_error(
    company: Workspace, text: str, found: str
) -> None:
    own_preset(company, "mentorhub", text)
    company.write("pairings", PAIRS, preset="mentorhub")
    with pytest.raises(ConfigError, match=found) as error:
        company.load()
    assert "presets/mentorhub.yml" in str(error.value)


WRONG = [
    # what is said instead of what, under which key, what was found, what was meant
    ("table: pairings", "table: pairing", "table", "pairing", "pairings"),
    ("  started_on: [Start]", "  start_on: [Start]", "columns", "start_on", "started_on"),
    ("  end_reason: {Goals", "  end_reson: {Goals", "values", "end_reson", "end_reason"),
    ("met: completed", "met: complete", "values.end_reason", "complete", "completed"),
    (
        "\nvalues:",
        "\ncomposed: {pair_id: [mentor_id]}\nvalues:",
        "composed",
        "pair_id",
        "pairing_id",
    ),
    (
        "\nvalues:",
        "\ncomposed: {pairing_id: [mentor, mentee_id]}\nvalues:",
        "composed",
        "mentor",
        "mentor_id",
    ),
    ("\nvalues:", "\nconstants: {program: g}\nvalues:", "constants", "program", "program_id"),
    (
        "\nvalues:",
        "\nrewrites: {ended: [{pattern: a, replacement: b}]}\nvalues:",
        "rewrites",
        "ended",
        "ended_on",
    ),
    ('  "*": ["%d', '  Strat: ["%d', "date_formats", "Strat", "Start"),
    # The key is a header, not a column.
    ('  "*": ["%d', '  started_on: ["%d', "date_formats", "started_on", "Start"),
    ('["%d/%m/%Y"]', '["DD/MM/YYYY"]', "date_formats.*", "DD/MM/YYYY", None),
    ('["%d/%m/%Y"]', '["%d/%m"]', "date_formats.*", "%d/%m", None),
    (
        "\nvalues:",
        "\nrewrites: {started_on: [{pattern: '(', replacement: b}]}\nvalues:",
        "rewrites.started_on",
        "(",
        None,
    ),
    ("reason: not_a_pairing", "reason: not_pairing", "set_aside", "not_pairing", "not_a_pairing"),
    ("header: State", "header: Status", "set_aside", "Status", "State"),
    ("values: [Proposed], ", "", "set_aside", None, None),
]


@pytest.mark.parametrize(
    ("right", "wrong", "key", "found", "meant"), WRONG, ids=[f"{w[2]}: {w[3]}" for w in WRONG]
)
def test_a_preset_that_cannot_be_followed_says_where_and_what_was_meant(
    company: Workspace, right: str, wrong: str, key: str, found: str | None, meant: str | None
) -> None:
    own_preset(company, "mentorhub", OWN.replace(right, wrong))
    company.write("pairings", PAIRS, preset="mentorhub")
    with pytest.raises(ConfigError) as raised:
        company.load()
    error = raised.value
    assert str(error.place) == f"presets/mentorhub.yml ({key})"
    assert error.found == found
    if meant is not None:
        assert f"did you mean {meant}?" == error.to_do or f"is {meant}" in (error.expected or "")


def test_a_preset_may_name_the_columns_of_its_turn_and_those_of_its_table(
    company: Workspace,
) -> None:
    text = """\
vendor: MentorHub
evidence: ["its export wizard"]
table: job_history
turn: spells
columns: {employee_id: [Who], hired_on: [Since], effective_on: [Since]}
values: {standing: {Gone: Left}}
date_formats: {since: ["%d/%m/%Y"]}
"""
    own_preset(company, "mentorhub", text)
    check_source(SourceConfig(table="job_history", path="x", preset="mentorhub"), root=company.root)


def test_the_example_of_the_guide_can_be_followed(company: Workspace) -> None:
    guide = (PROJECT / "docs" / "how-to" / "add-a-preset.md").read_text(encoding="utf-8")
    own_preset(company, "mentorhub_pairs", guide.split("```yaml\n")[1].split("```")[0])
    text = PAIRS.replace("Sabbatical", "no contact")
    # A word of the table in the preset's own column is anything else there, and one in a column
    # that the user maps is that word.
    text = text.replace("3,g,bea@corp.example,e3,03/05/2024,,,Proposed", "")
    text += "4,g,bea@corp.example,e3,03/05/2025,04/05/2025,administrator,Closed\n"
    company.write("pairings", text, preset="mentorhub_pairs")
    company.load()
    asked = "select pairing_id, end_reason from pairings order by 1"
    assert company.rows(asked) == [("1", "completed"), ("2", "inactivity"), ("4", None)]
    company.sources[-1]["columns"] = {"end_reason": "Closed Because"}
    company.load()
    assert company.rows(asked) == [("1", "completed"), ("2", "inactivity"), ("4", "administrator")]


def test_a_preset_that_nobody_has_is_named_with_the_nearest(company: Workspace) -> None:
    own_preset(company, "mentorhub", OWN)
    company.write("pairings", PAIRS, preset="mentorhob")
    with pytest.raises(ConfigError, match="did you mean mentorhub"):
        company.load()


def test_every_turn_is_documented() -> None:
    text = (PROJECT / "docs" / "how-to" / "read-snapshots.md").read_text(encoding="utf-8")
    assert all(f"`{turn}`" in text for turn in DERIVATIONS if turn != "latest")
