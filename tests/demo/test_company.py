"""The demo company: believable exports, the same for a seed, with a truth that can be found."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
import stat
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from demo.company import generate
from demo.months import MONTH_STARTS, MONTHS_N
from demo.truth import planted
from demo.workforce import PROMOTION, Workforce, simulate
from ingest.contract import TABLES
from workspace.config import SourceConfig, WorkspaceConfig
from workspace.reading import read_config

Row = dict[str, str]

PERSON_HEADERS = {
    "workday/Performance_Reviews.csv": "Employee ID",
    "workday/Talent_Plans.csv": "Employee ID",
    "mentoring/applications.csv": "Applicant",
    "mentoring/matches.csv": "Mentee Email",
    "mentoring/exposure_log.csv": "Mentee Email",
    "learning/completions.csv": "User",
    "recognition/awards.csv": "Recipient",
    "qualtrics/Mentoring_Pulse.csv": "RecipientEmail",
    "qualtrics/Engagement_Survey.csv": "RecipientEmail",
}
QUALTRICS = ("qualtrics/Mentoring_Pulse.csv", "qualtrics/Engagement_Survey.csv")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    generate(folder, employees=400, seed=11)
    return folder


@pytest.fixture(scope="module")
def config(workspace: Path) -> WorkspaceConfig:
    return read_config(workspace / "mentorship.yml")


@pytest.fixture(scope="module")
def workforce() -> Workforce:
    return simulate(employees=6_000, rng=np.random.default_rng(5))


@pytest.fixture(scope="module")
def truth(workforce: Workforce) -> dict[str, Any]:
    return planted(workforce, employees=6_000, seed=5, as_of="2025-12-31")


def rows_of(workspace: Path, name: str) -> list[Row]:
    with (workspace / "exports" / name).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return rows[2:] if name in QUALTRICS else rows


def job_history(workspace: Path) -> list[Row]:
    seen = {tuple(row.items()) for row in rows_of(workspace, "workday/Worker_Job_History.csv")}
    return sorted((dict(row) for row in seen), key=lambda row: us_date(row["Effective Date"]))


def us_date(text: str) -> dt.date:
    return dt.datetime.strptime(text, "%m/%d/%Y").date()


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def effect_of(truth: dict[str, Any], outcome: str, *, role: str = "mentee") -> dict[str, Any]:
    (found,) = (
        effect
        for effect in truth["effects"]
        if (effect["role"], effect["outcome"], effect["horizon_months"]) == (role, outcome, 12)
    )
    return dict(found)


def test_the_same_seed_gives_the_same_bytes_even_over_an_earlier_company(
    workspace: Path, tmp_path: Path
) -> None:
    generate(tmp_path, employees=300, seed=12)
    other = digests(tmp_path)
    generate(tmp_path, employees=400, seed=11)
    assert digests(tmp_path) == digests(workspace)
    assert (
        other["exports/mentoring/matches.csv"] != digests(tmp_path)["exports/mentoring/matches.csv"]
    )


@pytest.mark.parametrize("employees", [20, 200])
def test_a_small_company_has_every_export(tmp_path: Path, employees: int) -> None:
    generate(tmp_path, employees=employees, seed=1)
    config = read_config(tmp_path / "mentorship.yml")
    assert all((tmp_path / source.path).is_file() for source in config.sources)


def test_every_canonical_table_has_a_source(config: WorkspaceConfig) -> None:
    # The demo's platform knows people by their e-mails, so it has no ids of its own to tell.
    assert {source.table for source in config.sources} == set(TABLES) - {"identifiers"}


def test_every_mapped_header_is_in_its_export_and_no_required_column_is_missing(
    workspace: Path, config: WorkspaceConfig
) -> None:
    for source in config.sources:
        first = rows_of(workspace, source.path.removeprefix("exports/"))[0]
        assert {*source.columns.values(), *source.items} <= set(first), source.path
        if source.preset == "canonical":
            names = {*source.columns, *source.constants} if source.columns else set(first)
            required = {
                column.name for column in TABLES[source.table].columns if column.is_required
            }
            assert required <= names, source.path


def test_every_coded_word_means_a_code_of_the_contract(
    workspace: Path, config: WorkspaceConfig
) -> None:
    for source in config.sources:
        if source.preset != "canonical":
            continue
        rows = rows_of(workspace, source.path.removeprefix("exports/"))
        for column in TABLES[source.table].columns:
            if column.codes:
                assert meanings(source, column.name, rows) <= set(column.codes), column.name


def meanings(source: SourceConfig, column: str, rows: list[Row]) -> set[str]:
    header = source.columns.get(column, column)
    meant = source.values.get(column, {})
    return {meant.get(row[header], row[header]) for row in rows if row.get(header)}


@pytest.mark.parametrize("name", QUALTRICS)
def test_qualtrics_exports_have_a_bom_and_three_header_rows(workspace: Path, name: str) -> None:
    path = workspace / "exports" / name
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        fields, texts, imports = (row for _, row in zip(range(3), csv.reader(file), strict=False))
    assert fields[:2] == ["StartDate", "EndDate"]
    assert len(fields) == len(texts) == len(imports) == len(set(fields))
    assert json.loads(imports[fields.index("ResponseId")]) == {"ImportId": "_recordId"}
    assert all("ImportId" in json.loads(cell) for cell in imports)


def test_surveys_hold_previews_unfinished_anonymous_and_many_line_comments(
    workspace: Path,
) -> None:
    rows = rows_of(workspace, "qualtrics/Engagement_Survey.csv")
    assert {row["Status"] for row in rows} == {"IP Address", "Survey Preview"}
    assert {row["Finished"] for row in rows} == {"True", "False"}
    assert 0.05 < sum(not row["RecipientEmail"] for row in rows) / len(rows) < 0.2
    pulse = rows_of(workspace, "qualtrics/Mentoring_Pulse.csv")
    assert any("\n" in row["Q12"] for row in pulse)
    assert {row["Program"] for row in pulse} == {"p_career", "p_reverse", "p_group"}


@pytest.mark.parametrize("name", PERSON_HEADERS)
def test_rows_that_cannot_be_used_stay_below_two_percent(workspace: Path, name: str) -> None:
    people = rows_of(workspace, "workday/Worker_Personal_Data.csv")
    known = {row["Employee ID"].lower() for row in people}
    known |= {row["Work Email"].lower() for row in people}
    known |= {mail.lower() for row in people for mail in row["Former Emails"].split(";")}
    rows = rows_of(workspace, name)
    unusable = [
        row
        for row in rows
        if row[PERSON_HEADERS[name]].lower() not in known
        or row.get("Finished") == "False"
        or row.get("Status") == "Survey Preview"
    ]
    assert len(unusable) < 0.02 * len(rows)
    assert unusable or len(rows) < 200


def test_identities_are_emails_in_any_case_and_ids_in_one_export(workspace: Path) -> None:
    mentors = [row["Mentor Email"] for row in rows_of(workspace, "mentoring/matches.csv")]
    assert any("@" not in name for name in mentors)
    assert any("@" in name and name != name.lower() for name in mentors)


def test_an_email_belongs_to_one_person(workspace: Path) -> None:
    people = rows_of(workspace, "workday/Worker_Personal_Data.csv")
    mails = [row["Work Email"].lower() for row in people]
    mails += [row["Former Emails"].lower() for row in people if row["Former Emails"]]
    assert len(mails) == len(set(mails))


def test_nobody_leaves_without_being_there_or_acts_after_leaving(workspace: Path) -> None:
    is_here: defaultdict[str, bool] = defaultdict(bool)
    for row in job_history(workspace):
        person, event = row["Employee ID"], row["Business Process Type"]
        assert is_here[person] != (event in {"Hire", "Rehire"}), (person, event)
        assert bool(row["Termination Category"]) == (event == "Termination")
        is_here[person] = event != "Termination"


def test_job_history_has_every_kind_of_change_and_some_gaps(workspace: Path) -> None:
    rows = job_history(workspace)
    events = Counter(row["Business Process Type"] for row in rows)
    assert len(events) == len(TABLES["job_history"].column("event").codes)
    assert 0.005 < sum(not row["Work Arrangement"] for row in rows) / len(rows) < 0.03
    assert {row["Worker Type"] for row in rows} >= {"Regular", "Contingent Worker"}


def test_headcount_stays_near_its_target_in_every_month(workforce: Workforce) -> None:
    spells = np.arange(len(workforce.person))
    counts = [workforce.is_employed(spells, int(day)).sum() for day in MONTH_STARTS[:MONTHS_N]]
    assert min(counts) > 0.93 * 6_000
    assert max(counts) < 1.07 * 6_000


def test_nobody_has_two_spells_at_once(workforce: Workforce) -> None:
    order = np.lexsort((workforce.hired_day, workforce.person))
    person, hired = workforce.person[order], workforce.hired_day[order]
    same = person[1:] == person[:-1]
    assert same.any(), "somebody comes back"
    assert (hired[1:][same] > workforce.exit_day[order][:-1][same]).all()


def test_the_newest_job_history_date_is_the_last_day_of_the_last_year(workspace: Path) -> None:
    newest = max(us_date(row["Effective Date"]) for row in job_history(workspace))
    assert newest == dt.date(2025, 12, 31)
    assert json.loads((workspace / "state/truth.json").read_text())["as_of"] == "2025-12-31"


def test_some_pairings_reopen_under_their_number(workspace: Path) -> None:
    starts: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in rows_of(workspace, "mentoring/matches.csv"):
        starts[row["Match ID"]].add((row["Matched On"], row["Closed On"]))
    reopened = [sorted(stretches) for stretches in starts.values() if len(stretches) > 1]
    assert reopened
    for first, second in reopened:
        assert first[1] < second[0]


def test_meetings_take_place_while_their_pairing_runs(workspace: Path) -> None:
    stretches: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in rows_of(workspace, "mentoring/matches.csv"):
        stretches[row["Match ID"]].append((row["Matched On"], row["Closed On"] or "2025-12-31"))
    for row in rows_of(workspace, "mentoring/sessions.csv"):
        day = row["Scheduled For"][:10]
        assert any(first <= day <= last for first, last in stretches[row["Match ID"]])


def test_mentees_are_chosen_on_rating(workforce: Workforce) -> None:
    starts, reviews = workforce.starts, workforce.reviews
    chosen = starts.standing.rating[starts.is_first]
    assert chosen[chosen > 0].mean() > reviews.rating.mean() + 0.3


def test_between_8_and_12_percent_of_those_there_since_2022_are_mentees(
    workforce: Workforce,
) -> None:
    there = np.unique(workforce.person[workforce.exit_day > MONTH_STARTS[36]])
    assert 0.08 < workforce.starts.is_first.sum() / len(there) < 0.12


def test_the_planted_effects_are_near_the_plan(truth: dict[str, Any]) -> None:
    assert effect_of(truth, "retention")["effect"] == pytest.approx(0.05, abs=0.008)
    assert effect_of(truth, "promotion")["effect"] == pytest.approx(0.07, abs=0.010)
    for effect in truth["effects"]:
        if effect["role"] == "mentor":
            assert effect["effect"] == 0.0
        else:
            assert effect["effect"] == pytest.approx(
                effect["treated"] - effect["untreated"], abs=2e-6
            )


def test_what_happened_to_mentees_agrees_with_the_truth_within_chance(
    workforce: Workforce, truth: dict[str, Any]
) -> None:
    starts = workforce.starts
    rows = np.flatnonzero(starts.is_first & (starts.month + 12 <= MONTHS_N - 2))
    begins = MONTH_STARTS[starts.month[rows] + 1]
    ends = MONTH_STARTS[starts.month[rows] + 13]
    stayed = workforce.exit_day[starts.mentee[rows]] >= ends
    promotions: defaultdict[int, list[int]] = defaultdict(list)
    events = workforce.events
    chosen = events.event == PROMOTION
    for spell, day in zip(events.spell[chosen], events.day[chosen], strict=True):
        promotions[int(spell)].append(int(day))
    promoted = np.array(
        [
            any(first <= day < last for day in promotions[int(spell)])
            for spell, first, last in zip(starts.mentee[rows], begins, ends, strict=True)
        ]
    )
    for outcome, happened in (("retention", stayed), ("promotion", promoted)):
        expected = effect_of(truth, outcome)["treated"]
        error = np.sqrt(expected * (1 - expected) / len(rows))
        assert abs(happened.mean() - expected) < 3.5 * error


def test_ever_mentored_against_never_is_far_from_the_truth(
    workforce: Workforce, truth: dict[str, Any]
) -> None:
    first_program_day = MONTH_STARTS[37]
    begins = np.maximum(workforce.hired_day, first_program_day)
    there = (workforce.exit_day > begins) & (begins < MONTH_STARTS[MONTHS_N - 13])
    ever = np.isin(workforce.person, workforce.person[workforce.starts.mentee])
    stayed = workforce.exit_day >= begins + 365
    naive = stayed[there & ever].mean() - stayed[there & ~ever].mean()
    assert naive > 2 * effect_of(truth, "retention")["effect"]


def test_the_truth_lies_where_only_the_owner_reads(workspace: Path) -> None:
    state = workspace / "state"
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    assert stat.S_IMODE((state / "truth.json").stat().st_mode) == 0o600
