"""What `init --exports` takes files for: right where it is sure, and silent where it does not know.

The expected mapping of the demo company is the one its own mentorship.yml declares, written with
the exports and without this tool.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from demo.company import generate
from ingest.recognition import Recognition, recognize
from mentorship.cli import main
from mentorship.drafting import draft_configuration
from workspace.config import WorkspaceConfig
from workspace.reading import read_config

SHARED = Path(__file__).parents[4] / "shared" / "data"
WORDS_ONLY_A_PERSON_KNOWS = {("pairings", "match_score")}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    generate(folder, employees=800, seed=11)
    return folder


@pytest.fixture(scope="module")
def found(workspace: Path) -> Recognition:
    return recognize(workspace / "exports")


def test_every_export_of_the_demo_company_is_placed_and_none_wrongly(
    workspace: Path, found: Recognition
) -> None:
    declared = {
        (workspace / source.path).resolve(): source
        for source in read_config(workspace / "mentorship.yml").sources
    }
    assert not found.unplaced
    placed = {draft.inspected.path.resolve(): draft for draft in found.drafts}
    assert set(placed) == set(declared)
    for path, draft in placed.items():
        source = declared[path]
        assert (draft.table, draft.preset) == (source.table, source.preset)
        if source.preset != "canonical":
            continue
        for column, header in draft.columns.items():
            assert source.columns[column] == header
        left_out = {(source.table, c) for c in set(source.columns) - set(draft.columns)}
        assert left_out <= WORDS_ONLY_A_PERSON_KNOWS
        assert draft.date_format == source.date_format
        for column, words in draft.values.items():
            meant = {str(said): str(means) for said, means in source.values[column].items()}
            assert words == {word: meant[word] for word in words}


def test_what_is_drafted_is_a_configuration_that_says_its_doubts(
    workspace: Path, found: Recognition, tmp_path: Path
) -> None:
    text = draft_configuration(found, root=workspace)
    path = tmp_path / "mentorship.yml"
    path.write_text(text, encoding="utf-8")
    assert isinstance(read_config(path), WorkspaceConfig)
    assert "# check: is this the order of level, from the most junior on?" in text
    assert "# check: is this the highest rating possible?" in text
    assert "allowed_folders" not in text


@pytest.mark.shared_data
@pytest.mark.skipif(not SHARED.is_dir(), reason="the folder of real files is not here")
def test_real_files_are_placed_or_named_as_unknown() -> None:
    found = recognize(SHARED)
    placed = {(draft.inspected.path.name, draft.table, draft.preset) for draft in found.drafts}
    assert placed == {
        ("qualtrics_sample_scrubbed.csv", "survey_responses", "qualtrics"),
        ("qualtrics_sample_legacy_scrubbed.csv", "survey_responses", "qualtrics"),
        ("surveymonkey_StarWars.csv", "survey_responses", "surveymonkey"),
        ("get-employees.json", "people", "personio_people"),
        ("get-employees.json", "job_history", "personio_history"),
        ("get-employee-ada.json", "people", "personio_people"),
        ("get-employee-ada.json", "job_history", "personio_history"),
    }
    # Meetings of an office suite, attendance, and one row per person without dates are no sources.
    unknown = {one.path.name for one in found.unplaced}
    assert unknown >= {
        *("viva_mt_data.csv", "get-attendance.json", "get-absence-types.json"),
        *("job_retention.csv", "promotion.csv", "ibm_attrition_modeldata.csv"),
    }


def write(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def only(folder: Path) -> Recognition:
    return recognize(folder)


def test_days_and_months_that_cannot_be_told_apart_are_asked_about(tmp_path: Path) -> None:
    write(
        tmp_path,
        "reviews.csv",
        "Employee ID,Review Date,Overall Rating\nE1,01/02/2024,4\nE2,03/04/2024,3.5\n",
    )
    (draft,) = only(tmp_path).drafts
    assert draft.table == "performance_reviews"
    assert draft.date_format is None
    assert draft.questions[0] == (
        'days and months cannot be told apart: say date_format, "%d/%m/%Y" or "%m/%d/%Y", as '
        "whoever made the export knows"
    )
    assert draft.constants == {"rating_scale_max": "4"}
    assert not draft.is_sure


def test_a_column_of_names_is_no_column_of_people(tmp_path: Path) -> None:
    write(
        tmp_path,
        "matches.csv",
        "Match ID,Program,Mentor,Mentee,Matched On\nM1,A,Ada Lovelace,Alan Turing,2024-01-01\n",
    )
    found = only(tmp_path)
    assert not found.drafts
    assert [one.reason for one in found.unplaced] == [
        "5 of 5 headers fit pairings, but Mentor holds names, or anything with spaces, and no ids "
        "or e-mails"
    ]


def test_a_word_that_nobody_knows_is_asked_about(tmp_path: Path) -> None:
    write(
        tmp_path,
        "mentoring_sessions.csv",
        "Session ID,Match ID,Scheduled For,Outcome\n"
        "S1,M1,2024-01-01 10:00,Took Place\nS2,M1,2024-02-01 10:00,Moved to Mars\n",
    )
    (draft,) = only(tmp_path).drafts
    assert draft.values["status"] == {"Took Place": "held"}
    assert draft.questions == ("1 word of Outcome must be mapped under values",)


def test_a_file_that_may_be_two_things_is_left_to_the_analyst(tmp_path: Path) -> None:
    write(
        tmp_path,
        "log.csv",
        "Employee ID,Date Completed,Type,Recognition Date,Award\n"
        "E1,2024-01-01,course,2024-02-01,Spot\n",
    )
    found = only(tmp_path)
    assert not found.drafts
    assert [one.reason for one in found.unplaced] == ["it may be learning or recognitions"]


def test_files_that_cannot_be_read_are_named_with_the_reason(tmp_path: Path) -> None:
    write(tmp_path, "empty.csv", "")
    write(tmp_path, ".hidden.csv", "a,b\n1,2\n")
    (one,) = only(tmp_path).unplaced
    assert one.path.name == "empty.csv"
    assert one.reason.startswith("it cannot be read: ")


def test_init_writes_what_check_reads_whole_and_asks_what_only_a_person_knows(
    workspace: Path, tmp_path: Path
) -> None:
    # The exports stay where they are; the workspace allows their folders.
    root = tmp_path / "new"
    exports = str(workspace / "exports")
    done = CliRunner().invoke(main, ["init", str(root), "--exports", exports])
    assert done.exit_code == 0, done.output
    assert "Worker_Job_History.csv" in done.output
    config = read_config(root / "mentorship.yml")
    assert str((workspace / "exports" / "workday").resolve()) in config.ingest.allowed_folders
    # Nobody but the analyst knows which question of a survey tool is which item.
    text = (root / "mentorship.yml").read_text(encoding="utf-8")
    question = "# check: which survey of survey_items is it (engagement, program_pulse)"
    assert text.count(question) == 2
    # Until then the questions stand in a list of their own, so that nothing is refused.
    items = (root / "survey_items.csv").read_text(encoding="utf-8")
    assert items.startswith("survey_id,item_id,construct,text,kind,scale_min,scale_max\n")
    checked = CliRunner().invoke(main, ["check", "-C", str(root)])
    assert checked.exit_code == 0, checked.output


def test_init_leaves_an_existing_configuration_alone(workspace: Path, tmp_path: Path) -> None:
    (tmp_path / "mentorship.yml").write_text("organization: Mine\n", encoding="utf-8")
    words = ["init", str(tmp_path), "--exports", str(workspace / "exports")]
    assert CliRunner().invoke(main, words).exit_code == 2
    assert (tmp_path / "mentorship.yml").read_text(encoding="utf-8") == "organization: Mine\n"
