"""`mentorship.yml`: whatever it cannot say is refused with the place and the nearest valid word."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import traceback
from pathlib import Path

import pytest

from ingest.columns.sources import check_source
from mentorship.configuration import read_configuration
from workspace.config import WorkspaceConfig
from workspace.errors import ConfigError

SMALLEST = """\
organization: Example Corp
sources:
  - {table: job_history, path: "exports/job_history.csv", preset: canonical}
"""


def config(folder: Path, text: str) -> WorkspaceConfig:
    path = folder / "mentorship.yml"
    path.write_text(text, encoding="utf-8")
    return read_configuration(path)


def refusal(folder: Path, text: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        config(folder, text)
    return caught.value


def test_the_smallest_configuration_gets_every_default(tmp_path: Path) -> None:
    read = config(tmp_path, SMALLEST)
    assert read.organization == "Example Corp"
    assert read.as_of is None
    assert read.privacy.minimum_group_size == 5
    assert read.privacy.minimum_effect_group_size == 10
    assert read.ingest.maximum_quarantined_share == 0.02


def test_an_unknown_key_names_the_nearest_valid_one_and_its_line(tmp_path: Path) -> None:
    error = refusal(tmp_path, SMALLEST + "privacy:\n  minimum_group_sise: 7\n")
    assert error.exit_code == 2
    assert error.place.line == 5
    assert error.to_do == "did you mean minimum_group_size?"
    assert "Unknown key privacy.minimum_group_sise." in error.lines()[0]


def test_an_unknown_key_of_a_source_names_the_nearest_valid_one(tmp_path: Path) -> None:
    text = SMALLEST.replace("preset: canonical", "pressets: canonical")
    assert refusal(tmp_path, text).to_do == "did you mean preset?"


def test_a_missing_required_key_is_named(tmp_path: Path) -> None:
    error = refusal(tmp_path, SMALLEST.replace("organization: Example Corp\n", ""))
    assert error.exit_code == 2
    assert "organization" in error.message


def test_a_missing_key_of_a_source_is_named_with_its_place_in_the_list(tmp_path: Path) -> None:
    text = "organization: A\nsources:\n  - {table: job_history}\n"
    assert "sources.0.path" in refusal(tmp_path, text).message


def test_job_history_is_required(tmp_path: Path) -> None:
    error = refusal(tmp_path, SMALLEST.replace("job_history", "people"))
    assert "job_history, which is required" in error.message
    assert error.place.line == 2


@pytest.mark.parametrize(
    ("key", "below"), [("minimum_group_size", 4), ("minimum_effect_group_size", 9)]
)
def test_privacy_thresholds_only_go_up(tmp_path: Path, key: str, below: int) -> None:
    assert key in refusal(tmp_path, SMALLEST + f"privacy:\n  {key}: {below}\n").message
    assert config(tmp_path, SMALLEST + f"privacy:\n  {key}: {below + 1}\n")


def test_a_file_that_is_not_yaml_is_refused_with_its_line(tmp_path: Path) -> None:
    error = refusal(tmp_path, "organization: A\nsources: [\n")
    assert error.exit_code == 2
    assert error.place.line is not None


@pytest.mark.parametrize(
    ("text", "found"), [("", "nothing"), ("just words\n", "a text"), ("- a\n- b\n", "a list")]
)
def test_a_file_without_keys_is_refused(tmp_path: Path, text: str, found: str) -> None:
    error = refusal(tmp_path, text)
    assert (error.exit_code, error.found) == (2, found)
    assert "mentorship init" in (error.to_do or "")


@pytest.mark.parametrize(
    ("text", "line", "found", "to_do"),
    [
        ("a: 1\nb:\n\tc: 2\n", 3, "a tab indents line 3", "use spaces"),
        ("a: [1,\n2\nb: 3\n", 3, "a bracket opened on line 1 is not closed", "close it"),
        ("a: 'hunter2\nb: 3\n", 3, "a quote opened on line 1 is not closed", "close it"),
        ("a: hunter2: 3\n", 1, "a colon where none can stand, at character 11", "in quotes"),
        ("a: @hunter2\n", 1, "a sign that YAML keeps for itself", "in quotes"),
        ("a: *hunter2\n", 1, "which YAML reads as a reference", "quote the text"),
        ("a: 1\n- b\n", 2, "a line that is not indented like line 1", "same number of spaces"),
    ],
)
def test_what_is_no_yaml_is_told_in_plain_words_and_without_a_word_of_it(
    tmp_path: Path, text: str, line: int, found: str, to_do: str
) -> None:
    error = refusal(tmp_path, text)
    assert (error.exit_code, error.place.line) == (2, line)
    assert found in (error.found or "")
    assert to_do in (error.to_do or "")
    assert "hunter2" not in "".join(traceback.format_exception(error))


def test_a_file_in_another_encoding_says_so_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "mentorship.yml"
    path.write_bytes(b"sources: []\norganization: Caf\xe9\n")
    with pytest.raises(ConfigError) as caught:
        read_configuration(path)
    assert caught.value.place.line == 2
    assert caught.value.to_do == "save the file as UTF-8"


@pytest.mark.parametrize(
    ("more", "key", "lines"),
    [
        ("organization: Another\n", "organization", (1, 4)),
        ("privacy:\n  minimum_group_size: 7\n  minimum_group_size: 8\n", "privacy.", (5, 6)),
    ],
)
def test_a_key_that_stands_twice_is_refused_with_both_lines(
    tmp_path: Path, more: str, key: str, lines: tuple[int, int]
) -> None:
    error = refusal(tmp_path, SMALLEST + more)
    assert (error.exit_code, error.place.line) == (2, lines[1])
    assert f"The key {key}" in error.message
    assert f"on lines {lines[0]} and {lines[1]}" in error.message


@pytest.mark.parametrize("day", ["2025-13-45", "2025-02-30", "31.12.2025"])
def test_a_day_that_does_not_exist_is_refused_with_its_line(tmp_path: Path, day: str) -> None:
    error = refusal(tmp_path, SMALLEST + f"as_of: {day}\n")
    assert (error.exit_code, error.place.line, error.found) == (2, 4, day)
    assert "YYYY-MM-DD" in error.message


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("organization: A\nsources: []\n", "sources must have at least 1 entry.", 2),
        ("organization: A\nsources:\n", "sources must be a list, as in [a, b].", 2),
        (
            SMALLEST.replace("Example Corp", "5"),
            "organization must be a text; put it in quotes.",
            1,
        ),
        (SMALLEST + "privacy: 5\n", "privacy must hold keys.", 4),
        (SMALLEST + "impact:\n  roles: [mentee, boss]\n", "impact.roles.1 must be 'mentee' or", 5),
        (
            SMALLEST + "  - table: people\n    path: a.csv\n    date_format: 5\n",
            "sources.1.date_format must be a text",
            6,
        ),
        (SMALLEST + "ingest:\n  retries: many\n", "ingest.retries must be a whole number.", 5),
    ],
)
def test_what_a_key_cannot_be_is_said_in_plain_words(
    tmp_path: Path, text: str, message: str, line: int
) -> None:
    error = refusal(tmp_path, text)
    assert message in error.message
    assert error.place.line == line


def test_a_misspelled_table_is_named_with_its_line_and_the_nearest_one(tmp_path: Path) -> None:
    error = refusal(tmp_path, SMALLEST.replace("job_history,", "job_histroy,"))
    assert error.message.endswith("job_histroy is not a canonical table; did you mean job_history?")
    assert (error.place.line, error.found) == (3, "job_histroy")


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("preset: canonicall", 6),
        ("columns: {birth_year: Born,\n      mail: E-Mail}", 7),
        ("delimiter: ab", 4),
    ],
)
def test_a_source_that_cannot_be_read_is_named_with_its_line(
    tmp_path: Path, source: str, line: int
) -> None:
    text = f"{SMALLEST}  - table: people\n    path: a.csv\n    {source}\n"
    with pytest.raises(ConfigError) as caught:
        check_source(config(tmp_path, text).sources[1])
    assert caught.value.place.line == line


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="mentorship init"):
        read_configuration(tmp_path / "mentorship.yml")


def test_values_may_be_written_without_quotes(tmp_path: Path) -> None:
    text = SMALLEST + (
        "  - table: performance_reviews\n"
        "    path: a.csv\n"
        "    constants: {rating_scale_max: 5}\n"
        "    values: {rating: {2: 5, yes: 3}}\n"
    )
    source = config(tmp_path, text).sources[1]
    assert source.constants == {"rating_scale_max": "5"}
    assert source.values == {"rating": {"2": "5", "true": "3"}}


def test_as_of_is_a_date(tmp_path: Path) -> None:
    assert config(tmp_path, SMALLEST + "as_of: 2026-06-30\n").as_of == dt.date(2026, 6, 30)
    assert "as_of" in refusal(tmp_path, SMALLEST + "as_of: soon\n").message


@pytest.mark.parametrize(
    "source",
    [
        "password: hunter2",
        "token: hunter2",
        "credentials: {user: hr, password: hunter2}",
        "credentials: [hunter2]",
        "path: {url: hunter2}",
        "api_key: hunter2",
        "password: *hunter2",
    ],
)
def test_a_secret_in_the_file_is_refused_and_not_shown(tmp_path: Path, source: str) -> None:
    text = SMALLEST + f"  - table: people\n    path: a.csv\n    {source}\n"
    if source.startswith("path"):
        text = text.replace("    path: a.csv\n", "")
    error = refusal(tmp_path, text)
    assert error.exit_code == 2
    assert "hunter2" not in "".join(traceback.format_exception(error))


def test_an_address_in_the_wrong_place_is_not_shown(tmp_path: Path) -> None:
    error = refusal(tmp_path, SMALLEST + "  - sftp://hr:hunter2@files.example/a.csv\n")
    assert "hunter2" not in "".join(traceback.format_exception(error))


def test_a_secret_in_the_file_says_where_it_belongs(tmp_path: Path) -> None:
    text = SMALLEST + "  - {table: people, path: a.csv, password: hunter2}\n"
    assert "`credentials: NAME`" in (refusal(tmp_path, text).to_do or "")


def test_an_export_without_dates_cannot_be_stale(tmp_path: Path) -> None:
    text = SMALLEST + "  - {table: people, path: a.csv, stale_after_days: 31}\n"
    assert "people is not a table with dates" in refusal(tmp_path, text).message


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("critical: [meetings.reach_as_of]", "did you mean meetings.reaches_as_of?"),
        ("stale_after_days: {programs: 30}", "programs is not a table with dates"),
        ("stale_after_days: {meetings: 0}", "whole numbers from 1 on"),
        ("watched_columns: {job_history: [departement]}", "did you mean department?"),
        ("watched_columns: {survey_responses: [answer]}", "survey_responses is not a table"),
        ("watched_columns: {people: [first_name]}", "first_name is not a column of people"),
        ("maximum_shrink_share: 1", "less than 1"),
        ("maximum_growth_factor: 1", "greater than 1"),
    ],
)
def test_an_expectation_that_is_not_known_is_refused(
    tmp_path: Path, said: str, expected: str
) -> None:
    error = refusal(tmp_path, f"{SMALLEST}expectations:\n  {said}\n")
    assert error.exit_code == 2
    assert error.place.line == 5
    assert expected in error.message


def test_limits_of_age_that_are_not_said_keep_their_defaults(tmp_path: Path) -> None:
    said = "expectations:\n  stale_after_days: {meetings: null, goals: 31}\n"
    read = config(tmp_path, SMALLEST + said).expectations
    assert read.stale_after_days == {"job_history": 92, "meetings": None, "goals": 31}
    assert config(tmp_path, SMALLEST).expectations.stale_after_days == {
        "job_history": 92,
        "meetings": 92,
    }


def test_every_expectation_that_warns_can_be_made_critical(tmp_path: Path) -> None:
    named = "[job_history.has_no_new_value, people.keeps_its_volume, pairings.is_not_too_long]"
    read = config(tmp_path, f"{SMALLEST}expectations: {{critical: {named}}}\n").expectations
    assert read.critical[0] == "job_history.has_no_new_value"


def test_a_configuration_is_read_without_anything_heavy(tmp_path: Path) -> None:
    path = tmp_path / "mentorship.yml"
    path.write_text(
        f"{SMALLEST}expectations:\n  stale_after_days: {{goals: 9}}\n"
        "  watched_columns: {job_history: [level]}\n",
        encoding="utf-8",
    )
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from mentorship.configuration import read_configuration\n"
        "read_configuration(Path(sys.argv[1]))\n"
        "print(sorted({'duckdb', 'pandas', 'great_expectations'} & set(sys.modules)))\n"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code, str(path)], check=True, capture_output=True, text=True
    )
    assert shown.stdout.strip() == "[]"
