"""A new workspace: a commented configuration, a place for exports, a private state folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from workspace.errors import ConfigError, Place
from workspace.folder import Workspace

CONFIGURATION = """\
# The configuration of this workspace. Check it with `mentorship check`; the reference of every
# key is docs/reference/configuration.md. Lines that start with "#: " are settings you can switch
# on by removing those three characters.

organization: Example Corp  # shown on every page

# The day the exports describe. Without it: the newest date in job_history that has come to pass.
#: as_of: 2026-06-30

# One entry per export. `table` is a canonical table (docs/reference/tables.md), `path` is relative
# to this folder and may hold * and ?. With `preset: canonical` the file's headers are already the
# canonical names. Remove what you do not have: what depends on it is then reported as not measured.
# Only job_history is required. It must hold the people who left, or retention would be 100 %.
sources:
  - {table: job_history, path: "exports/job_history.csv", preset: canonical}
  - {table: people, path: "exports/people.csv", preset: canonical}
  - {table: programs, path: "exports/programs.csv", preset: canonical}
  - {table: pairings, path: "exports/pairings.csv", preset: canonical}
  - {table: survey_items, path: "exports/survey_items.csv", preset: canonical}
  - {table: survey_responses, path: "exports/survey_responses.csv", preset: canonical}

# An export with names of its own is mapped: canonical column on the left, its header on the right.
#:   - table: performance_reviews
#:     path: "exports/reviews_*.csv"
#:     columns:
#:       employee_id: Worker ID
#:       reviewed_on: Review Completed
#:       rating: Overall Rating
#:     constants: {rating_scale_max: 5}
#:     date_format: "%m/%d/%Y"
#:     encoding: cp1252

# A sheet with several mentees in a row is one pairing each; rows without any are left out.
#:   - table: pairings
#:     path: "exports/matches.xlsx"
#:     columns: {mentor_id: Mentor, started_on: Start}
#:     each_of: {mentee_id: [Mentee 1, Mentee 2, Mentee 3]}
#:     constants: {program_id: rise, pairing_id: "{record}"}

# How small a group may be and still be shown. These can only be raised.
#: privacy:
#:   minimum_group_size: 5
#:   minimum_effect_group_size: 10

# What your levels mean; without it bands are thirds of the range of levels.
#: workforce:
#:   middle_level_min: 4
#:   senior_level_min: 7

# When an export is refused as a whole.
#: ingest:
#:   maximum_quarantined_share: 0.02
#:   maximum_age_days: 45
#:   email_domain_aliases: {old-name.example: example.com}

# What the gate expects of a load beside the earlier ones.
#: expectations:
#:   stale_after_days: {job_history: 45, meetings: 14}

# Whose effect is estimated, and how alike people must be to be compared. The defaults are good.
#: impact:
#:   horizons_months: [6, 12, 24]
#:   minimum_tenure_months: 3
#:   eligible_levels: [2, 3, 4, 5, 6]
#:   eligible_departments: [Engineering]
#:   subgroups: [level_band, department, work_arrangement]

# How much worse what mentoring must not spoil may become. Choose it before you look.
#: guardrails:
#:   rating_margin: 0.03
#:   mentor_load_limit: 3

# What is looked for in running pairings; null switches a warning off.
#: warnings:
#:   thresholds: {not_met: 30, quiet: 45, no_goal: 45, overdue_goals: null}

# What a measure is to be by a day. Declare it before its year begins; 0.8 is 80 %.
#: targets:
#:   - {measure: goal_by_day_30, value: 0.8, by: 2027-12-31, declared_on: 2026-12-15}

# What mentoring costs and saves: without it no return on investment is worked out.
#: costs:
#:   currency: USD
#:   budget: {amount: 120000, mentees: 160}
#:   hours_per_mentee: 20
#:   hours_per_mentor: 16
#:   hourly_cost: 60
#:   yearly_pay: {junior: 45000, middle: 70000, senior: 120000}
#:   replacement_share: 0.21

# What the mentoring platform's own dashboard prints, to be held beside what is counted here.
#: reconciliation:
#:   pairings: 320
#:   active_pairings: 96
#:   meetings: 2450

# What runs the models; without it this machine does. See docs/how-to/run-on-spark.md.
#: engine: spark
#: spark:
#:   master: spark://cluster.example.com:7077

#: report:
#:   title: Mentorship at Example Corp

# Who is told when a scheduled build fails or the data are stale. Secrets come from the environment.
#: notice:
#:   smtp: {host: mail.example.com, port: 587, from: reports@example.com, to: [hr@example.com]}
"""

EXPORTS_NOTE = """\
Put the exports here, under the names that mentorship.yml gives them. They are read, never changed.

- job_history: every change of employment, people who left included.
- people: who is who; names and e-mail addresses are used for linking and never leave this folder.
- programs, pairings, survey_items, survey_responses and whatever else you have.

`mentorship check` says what it understood. Keep this folder readable for yourself only.
"""

# A workspace under version control must not carry anybody's data there.
IGNORED = "exports/\nstate/\nreleases/\nsite\n"


def write_starter(
    workspace: Workspace,
    *,
    configuration: str = CONFIGURATION,
    others: Mapping[Path, str] | None = None,
) -> list[Path]:
    """Return the files written into a new workspace.

    Args:
        workspace: where to.
        configuration: the text of its mentorship.yml.
        others: further files and their texts.

    Raises:
        ConfigError: there is a configuration already.
    """
    refuse_existing(workspace)
    workspace.exports.mkdir(parents=True, exist_ok=True, mode=0o700)
    workspace.prepare()
    written = []
    for path, text in (
        (workspace.config_path, configuration),
        (workspace.exports / "README.txt", EXPORTS_NOTE),
        (workspace.root / ".gitignore", IGNORED),
        *(others or {}).items(),
    ):
        if not path.exists():
            path.write_text(text, encoding="utf-8")
            written.append(path)
    return written


def refuse_existing(workspace: Workspace) -> None:
    """Raise `ConfigError` where there is a configuration already."""
    if workspace.config_path.exists():
        raise ConfigError(
            "There is a configuration already; it was not touched.",
            place=Place(workspace.config_path),
            to_do="edit it, or choose another folder",
        )


def nothing_recognized(exports: Path, *, files_n: int) -> ConfigError:
    """Return the error for a folder of whose files none was recognized as an export."""
    files = "no file" if files_n == 0 else "1 file" if files_n == 1 else f"{files_n:,} files"
    return ConfigError(
        "No export was recognized; nothing was written.",
        place=Place(exports),
        found=files,
        expected="exports with a line of headers, job_history among them",
        to_do="put the exports there and run it again, or run `mentorship init DIR` without "
        "--exports and say in mentorship.yml what they are",
    )
