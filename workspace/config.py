"""`mentorship.yml`: what the user declares, checked before anything is read.

The models below are the reference of the file: `docs/reference/configuration.md` is printed from
them. An unknown key is an error that names the nearest valid one.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Iterable
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    field_validator,
    model_validator,
)

from workspace.document import Document
from workspace.errors import ConfigError, Place

# Where everything that the file may say is written down.
REFERENCE = "see docs/reference/configuration.md"

ProtectedDimension = Literal["gender"]

# Keys by which people try to hand over a secret.
SECRETS = re.compile(r"pass|secret|token|key|user|login|credential", re.IGNORECASE)


class Section(BaseModel):
    """A part of the file: read once, never changed, no key beyond the known ones."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class SourceConfig(Section):
    """One export and how its columns become a canonical table."""

    table: str = Field(description="The canonical table this export fills.")
    path: str = Field(
        description="The file, relative to the workspace; `*` and `?` match several files. Or an "
        "address: `sftp://user@host/folder/*.csv`, `s3://bucket/folder/file.csv` or "
        "`https://host/report?format=csv`, never with a password or token in it."
    )
    credentials: str | None = Field(
        default=None,
        description="For an address: a name in capitals. `HR` reads the environment variables "
        "`MENTORSHIP_HR_USER`, `_PASSWORD`, `_TOKEN`, `_KEY_FILE`, `_KEY_PASSPHRASE`, "
        "`_KNOWN_HOSTS`, `_ENDPOINT` and `_REGION`, as far as the place needs them "
        "([which](../how-to/read-from-remote-places.md)). Secrets are read from nowhere else.",
    )
    preset: str = Field(
        default="canonical", description="How the export is laid out: a preset's name."
    )
    columns: dict[str, str] = Field(
        default={}, description="Canonical column: header of the export."
    )
    values: dict[str, dict[str, str]] = Field(
        default={},
        description="Canonical column: what the export says: what it means; `*` is anything else. "
        "Case is ignored.",
    )
    constants: dict[str, str] = Field(
        default={},
        description="Canonical column: the one value every row of this export has. `{file_stem}` "
        "is the file's name without its ending, `{file_date}` the day in it, `{record}` the "
        "record's number.",
    )
    set_aside: dict[str, str | tuple[str, ...]] = Field(
        default={},
        description="Header: words whose records are left out of the table, as in "
        '`{Status: [Draft, Test]}`; `""` is an empty cell. Case is ignored. They are counted, '
        "and count against nothing.",
    )
    each_of: dict[str, tuple[str, ...]] = Field(
        default={},
        description="Canonical column: headers of which each filled cell is a record of its own, "
        "as in `{mentee_id: [Mentee 1, Mentee 2, Mentee 3]}`. Several columns go together: the "
        "first header of each, then the second.",
    )
    split: dict[str, str | tuple[str, ...]] = Field(
        default={},
        description="Canonical column: the sign, or the signs, between several people or values in "
        'one cell, as in `{mentee_id: ";"}`. Each of them is a record of its own.',
    )
    ids_of: str | None = Field(
        default=None,
        description="The system whose own ids stand in this export's columns of people, as the "
        "table `identifiers` calls it. An e-mail is an e-mail all the same; without it an id is an "
        "employee's.",
    )
    items: dict[str, str] = Field(
        default={},
        description="Question header of a wide survey export: `item_id`. Empty keeps every header.",
    )
    date_format: str | tuple[str, ...] | None = Field(
        default=None,
        description="How dates are written, as in `%m/%d/%Y`; `excel` or `excel_1904` where they "
        "are the numbers of days of a spreadsheet. Without it only ISO 8601 is read. Several ways "
        "make a list: a date that two of them read differently is not read. A month or a year "
        "(`%Y-%m`, `%b %Y`, `%Y`) stands for its last day in `snapshot_on`, `left_on`, `ended_on` "
        "and `ends_on`, and for its first in any other column.",
    )
    incomplete_dates: dict[str, Literal["first", "last"]] = Field(
        default={},
        description="Canonical column: which day a month or a year stands for, where that is not "
        "the usual one, as in `{left_on: first}`.",
    )
    calendar: Literal["buddhist"] | None = Field(
        default=None,
        description="The calendar of the years in dates, where it is not the common one: 2562 is "
        "2019 in the Buddhist calendar.",
    )
    decimal: Literal[",", "."] | None = Field(
        default=None,
        description="The sign before decimals. Where it is said, thousands may be separated, and "
        "a sign of currency or percent may stand at a number: `1.234,50 €` is 1234.5, `85 %` is "
        "85. Without it only plain numbers such as 1234.5 are read. What a workbook, JSON or "
        "Parquet holds as a number is that number either way.",
    )
    file_date: str | None = Field(
        default=None,
        description="How a file's name says the day it describes, as in `headcount_%Y-%m.csv`; a "
        "month or a year means its last day. The day takes the place of `{file_date}` in a "
        "constant, and is that of a snapshot.",
    )
    timezone: str | None = Field(
        default=None, description="Time zone of timestamps that carry none; UTC without it."
    )
    encoding: str | None = Field(default=None, description="Character encoding; UTF-8 without it.")
    delimiter: str | None = Field(
        default=None, description="Field separator; found in the header line without it."
    )
    sheet: str | None = Field(
        default=None,
        description="Sheet of a workbook, by name or by place (1 is the first); not needed where "
        "only one visible sheet holds anything.",
    )
    header_row: int | None = Field(
        default=None,
        ge=1,
        description="Line or sheet row on which the headers stand; found by its headers without "
        "it.",
    )
    cell_range: str | None = Field(
        default=None, description="Part of a sheet to read, as in `B3:K400`; all of it without."
    )
    records_path: str | None = Field(
        default=None,
        description="Keys that lead to the records of a JSON document, joined by dots, as in "
        "`data.employees`; not needed where it holds one list of records.",
    )
    stale_after_days: int | None = Field(
        default=None,
        ge=1,
        description="Days before `as_of` within which the newest row of this export must lie; "
        "where several exports fill one table, a fresh one does not hide a stale one.",
    )

    _words: dict[str, int] = PrivateAttr(default_factory=dict)
    _line: int | None = PrivateAttr(default=None)

    def line_of(self, word: str) -> int | None:
        """Return the line on which the source says a word, or else that on which it begins."""
        return self._words.get(word, self._line)

    @model_validator(mode="after")
    def _employee_ids_are_employees_own(self) -> SourceConfig:
        if self.ids_of is not None and self.table in ("job_history", "people"):
            raise ValueError(
                f"ids_of holds for the ids of a platform, and {self.table} has those of employees"
            )
        return self

    @property
    def date_formats(self) -> tuple[str, ...]:
        """How dates are written, as far as the source says it."""
        said = self.date_format
        return (said,) if isinstance(said, str) else said or ()

    @field_validator("sheet", mode="before")
    @classmethod
    def _as_name(cls, given: Any) -> Any:
        """Accept a sheet's place as a number."""
        return str(given) if isinstance(given, int) and not isinstance(given, bool) else given

    @field_validator("set_aside", "split", mode="before")
    @classmethod
    def _as_words(cls, given: Any) -> Any:
        """Accept unquoted numbers and booleans, one or a list of them."""
        if not isinstance(given, dict):
            return given
        return {
            key: [_text(one) for one in words] if isinstance(words, list) else _text(words)
            for key, words in given.items()
        }

    @field_validator("values", "constants", mode="before")
    @classmethod
    def _as_text(cls, given: Any) -> Any:
        """Accept unquoted numbers, dates and booleans: an export's values are text."""
        if not isinstance(given, dict):
            return given
        return {
            key: {_text(k): _text(v) for k, v in inner.items()}
            if isinstance(inner, dict)
            else _text(inner)
            for key, inner in given.items()
        }


def _text(given: object) -> str:
    if given is None:
        return ""
    return str(given).lower() if isinstance(given, bool) else str(given)


class PrivacyConfig(Section):
    """How small a group may be and still be shown; thresholds only go up."""

    minimum_group_size: int = Field(
        default=5, ge=5, description="Fewest people behind a score or a rate."
    )
    minimum_effect_group_size: int = Field(
        default=10, ge=10, description="Fewest people in each arm of an effect."
    )
    periods: tuple[Literal["month", "quarter", "half_year", "year"], ...] = Field(
        default=("month", "quarter", "half_year", "year"),
        description="Periods that may be published beside the whole time, as far as groups are "
        "large enough for them; `[]` publishes the whole time only. Fewer publish less, and "
        "nothing publishes more.",
    )
    protected_dimensions: tuple[ProtectedDimension, ...] = Field(
        default=(), description="Protected attributes that reports may be cut by; none by default."
    )
    retention_months: dict[str, int] = Field(
        default={},
        description="Table: months for which its records are kept, by their own day, as in "
        "`{survey_responses: 36}`. Older ones are left out unread, and what would need them is not "
        "measured ([which tables](../how-to/keep-data-no-longer-than-needed.md)). Without it "
        "everything that an export holds is read.",
    )
    remains_days: int = Field(
        default=90,
        ge=1,
        description="Days after which a build deletes what earlier ones left: releases but the "
        "published one, folders of runs that failed, what `check` left, and lists of records in "
        "quarantine, or of early warnings, that no load has written anew since.",
    )

    @field_validator("retention_months")
    @classmethod
    def _are_periods(cls, months: dict[str, int]) -> dict[str, int]:
        if any(n < 1 for n in months.values()):
            raise ValueError("a table is kept for whole months from 1 on")
        return months


class WorkforceConfig(Section):
    """What the organization's levels mean."""

    middle_level_min: int | None = Field(
        default=None, description="Lowest middle level; thirds of the level range without it."
    )
    senior_level_min: int | None = Field(
        default=None, description="Lowest senior level; thirds of the level range without it."
    )


class IngestConfig(Section):
    """From where exports may come, and when one is refused as a whole."""

    maximum_quarantined_share: float = Field(
        default=0.02,
        ge=0,
        le=1,
        description="Share of a source's rows that may be unreadable or unlinked before the build "
        "refuses it. A single bad row never refuses, unless this is 0.",
    )
    maximum_age_days: int | None = Field(
        default=None,
        ge=1,
        description="Refuse when the newest job-history date is older than this on build day.",
    )
    maximum_vanished_share: float = Field(
        default=0.3,
        gt=0,
        le=1,
        description="Share of a snapshot's people who may be missing from the next one without a "
        "day of leaving. Beyond it, and where a whole department of five or more is missing, the "
        "snapshot counts as incomplete, and the newest one is refused. 1 takes any.",
    )
    maximum_promoted_share: float = Field(
        default=0.5,
        gt=0,
        le=1,
        description="Share of the people employed who may be promoted within seven days. Beyond it "
        "levels have new numbers, and the job history is refused, whatever it was made of. 1 takes "
        "any.",
    )
    level_changes: tuple[dt.date, ...] = Field(
        default=(),
        description="Days on which levels got new numbers: promotions and demotions of these days "
        "are changes, and nobody rose or fell.",
    )
    maximum_returned_share: float = Field(
        default=0.1,
        gt=0,
        le=1,
        description="Share of the people employed who may leave within seven days and be back "
        "within 31. Beyond it an HR system was replaced or contracts were written anew, and the "
        "job history is refused, whatever it was made of. 1 takes any.",
    )
    system_change_on: tuple[dt.date, ...] = Field(
        default=(),
        description="The day on which an HR system was replaced or contracts were written anew, or "
        "a list of such days: whoever leaves and returns within 31 days of one stayed.",
    )
    maximum_unseen_days: int | None = Field(
        default=92,
        ge=1,
        description="Days that a hire may lie before a snapshot that shows others and not this "
        "person. Beyond it the person came later, with a company that was bought or from another "
        "system, and counts as employed from the first snapshot that shows them, with a warning. "
        "`null` believes every day of hire.",
    )
    email_domain_aliases: dict[str, str] = Field(
        default={}, description="Other e-mail domain: the domain it stands for."
    )
    allowed_folders: tuple[str, ...] = Field(
        default=(),
        description="Folders outside the workspace, as absolute paths, that sources may name and "
        "links may lead into; none without it.",
    )
    retries: int = Field(
        default=2,
        ge=0,
        le=10,
        description="How often a transfer from a remote place is tried again when it breaks off; "
        "what the place refuses is never asked for twice.",
    )
    timeout_seconds: int = Field(
        default=60,
        ge=1,
        le=3600,
        description="Longest silence of a remote place before a transfer counts as broken off; a "
        "whole file may take sixty times as long.",
    )
    maximum_download_bytes: int = Field(
        default=4 << 30,
        ge=1,
        description="Largest file taken from a remote place; a larger one refuses the build.",
    )

    @field_validator("system_change_on", mode="before")
    @classmethod
    def _as_days(cls, given: Any) -> Any:
        """Accept one day that stands alone."""
        return (given,) if isinstance(given, (dt.date, str)) else given


# Days before as_of after which a table counts as stale, where nothing else is said.
STALE_AFTER_DAYS: dict[str, int | None] = {"job_history": 92, "meetings": 92}


class ExpectationsConfig(Section):
    """What the gate asks of the exports ([expectations](expectations.md)). The defaults are good.

    A threshold can be moved; what always refuses a build cannot be turned off.
    """

    critical: tuple[str, ...] = Field(
        default=(),
        description="Warnings that shall refuse the build when they are broken, each written "
        "`table.expectation`, as in `meetings.reaches_as_of`.",
    )
    stale_after_days: dict[str, int | None] = Field(
        default=STALE_AFTER_DAYS,
        description="Table: days before `as_of` within which its newest row must lie. `null` asks "
        "nothing; tables that are not named keep the default.",
    )
    maximum_shrink_share: float = Field(
        default=0.1,
        ge=0,
        lt=1,
        description="Share of a table's rows that may be missing since the last load.",
    )
    maximum_growth_factor: float = Field(
        default=2,
        gt=1,
        description="How many times the rows of the last load a table may have; asked where that "
        "had a hundred or more.",
    )
    maximum_restated_share: float = Field(
        default=0.01,
        ge=0,
        description="Share of a table's rows of past months that may have come or gone since the "
        "last load.",
    )
    late_entry_days: int = Field(
        default=31,
        ge=0,
        description="Days before the last load's `as_of` from which rows may still come in late: "
        "only months that ended before them are past.",
    )
    watched_columns: dict[str, tuple[str, ...]] = Field(
        default={"job_history": ("department", "location", "level")},
        description="Table: columns whose values are compared with those of earlier loads: a new "
        "one, or one that is gone, is reported.",
    )
    maximum_empty_share: float = Field(
        default=0.2,
        ge=0,
        le=1,
        description="Share of job-history rows, exits aside, that may leave `department` or "
        "`level` empty where others fill it.",
    )
    maximum_unknown_answer_share: float = Field(
        default=0.9,
        ge=0,
        le=1,
        description="Share of a survey's answers that may be to questions `survey_items` does not "
        "have, before the build is refused. 1 takes any.",
    )
    maximum_stray_share: float = Field(
        default=0.2,
        ge=0,
        le=1,
        description="Share of the people who left of whom nothing but the exit may be known, and "
        "share of the mentees of whom the job history may know nothing, before the build is "
        "refused.",
    )
    recent_exit_months: int = Field(
        default=12, ge=1, description="Months before `as_of` in which somebody must have left."
    )
    minimum_people_for_exits: int = Field(
        default=50,
        ge=1,
        description="People employed at the start of a year from which on somebody must have left "
        "in it. Where nobody has left in the `recent_exit_months` before `as_of`, so many people "
        "(as many more as these are shorter than a year) refuse the build; fewer are a warning.",
    )
    minimum_recent_exit_share: float = Field(
        default=0.25,
        ge=0,
        lt=1,
        description="Where the newest months hold fewer exits than the year or two before them, "
        "and that is no chance, their leavers are late: follow-up ends before them, with a "
        "warning. Up to three months may lack a part of their exits; of more, each holds less than "
        "this share of a usual month. 0 asks nothing.",
    )
    exits_complete_until: dt.date | None = Field(
        default=None,
        description="Day until which you have confirmed that all exits are in the export: months "
        "that end by it are followed, however few left in them.",
    )
    maximum_level: int = Field(default=20, ge=1, description="Highest level that is plausible.")
    pairing_grace_days: int = Field(
        default=31,
        ge=0,
        description="Days by which a meeting may lie outside its pairing, and a pairing outlast "
        "the employment of its people.",
    )
    maximum_pairing_years: int = Field(
        default=10, ge=1, description="Longest pairing that is plausible."
    )
    maximum_mentees: int = Field(
        default=50, ge=1, description="Most mentees that a mentor may have at once."
    )
    maximum_meeting_minutes: int = Field(
        default=600, ge=1, description="Longest meeting that is plausible."
    )

    @field_validator("stale_after_days")
    @classmethod
    def _with_defaults(cls, days: dict[str, int | None]) -> dict[str, int | None]:
        if any(limit is not None and limit < 1 for limit in days.values()):
            raise ValueError("days are whole numbers from 1 on, or null")
        return {**STALE_AFTER_DAYS, **days}


Covariate = Literal[
    "trial_month",
    "trial_quarter",
    "department",
    "level",
    "level_band",
    "tenure_band",
    "rating",
    "promotion_band",
    "location",
    "work_arrangement",
    "is_people_manager",
    "gender",
]
Subgroup = Literal["level_band", "department", "work_arrangement", "gender"]


class ImpactConfig(Section):
    """Whose effect is estimated, on what, and who counts as alike. The defaults are good."""

    roles: tuple[Literal["mentee", "mentor"], ...] = Field(
        default=("mentee", "mentor"), min_length=1, description="Roles whose effect is estimated."
    )
    horizons_months: tuple[int, ...] = Field(
        default=(6, 12, 24), min_length=1, description="Months after which outcomes are compared."
    )
    outcomes: tuple[str, ...] | None = Field(
        default=None,
        min_length=1,
        description="Outcomes that are compared, by their names in `dbt_project.yml`; all of them "
        "without it.",
    )
    ladder: tuple[tuple[Covariate, ...], ...] = Field(
        default=(
            (
                "trial_month",
                "department",
                "level",
                "tenure_band",
                "rating",
                "promotion_band",
                "location",
            ),
            ("trial_month", "department", "level", "tenure_band", "rating", "promotion_band"),
            ("trial_month", "level", "tenure_band", "rating", "promotion_band"),
            ("trial_quarter", "level", "tenure_band", "rating", "promotion_band"),
            ("trial_quarter", "level", "rating"),
        ),
        min_length=1,
        description="What people must share to be compared, finest rung first; each mentored "
        "person is matched on the first rung that finds somebody. Choose it before you look at "
        "outcomes.",
    )
    eligible_levels: tuple[int, ...] = Field(
        default=(), description="Levels that can take part; every level without it."
    )
    eligible_departments: tuple[str, ...] = Field(
        default=(),
        description="Departments that can take part, as the job history writes them; every one "
        "without it. Where a program is open to one department only, the ladder's coarse rungs "
        "would compare its mentees with people who could never take part.",
    )
    minimum_tenure_months: int = Field(
        default=3, ge=0, description="Calendar months employed before somebody can take part."
    )
    minimum_retained_share: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="Share of the mentored that must find a match; below it no effect is shown.",
    )
    subgroups: tuple[Subgroup, ...] = Field(
        default=("level_band", "department", "work_arrangement"),
        description="Attributes by which effects are also shown.",
    )

    @field_validator("horizons_months")
    @classmethod
    def _within_follow_up(cls, months: tuple[int, ...]) -> tuple[int, ...]:
        if any(not 1 <= month <= 60 for month in months):
            raise ValueError("horizons are whole months between 1 and 60")
        return tuple(sorted(set(months)))


class GuardrailsConfig(Section):
    """How much worse what mentoring must not spoil may become. Choose it before you look."""

    rating_margin: float = Field(
        default=0.03,
        ge=0,
        le=1,
        description="How much lower the ratings of mentees may be than those of people like them, "
        "as a share of the scale: 0.03 is 0.15 points of 5.",
    )
    mentor_retention_margin: float = Field(
        default=0.05,
        ge=0,
        le=1,
        description="How many fewer mentors may be here after twelve months than people like them "
        "who mentor nobody: 0.05 is 5 of 100.",
    )
    mentor_load_margin: float = Field(
        default=0.5,
        ge=0,
        description="How many more mentees a mentor may have than in the year before, where no "
        "limit is declared.",
    )
    mentor_load_limit: float | None = Field(
        default=None,
        gt=0,
        description="How many mentees a mentor may have on average in a quarter; compared with "
        "the year before without it.",
    )


class WarningsConfig(Section):
    """What is looked for in running pairings."""

    thresholds: dict[str, float | None] = Field(
        default={},
        description="Warning: its threshold, in place of the one in `dbt_project.yml`, as in "
        "`{quiet: 60, no_goal: null}`; `null` switches it off. `low_match` and `low_score` are off "
        "until they have one ([what they look for](../how-to/act-on-warnings.md)).",
    )

    @field_validator("thresholds")
    @classmethod
    def _are_thresholds(cls, given: dict[str, float | None]) -> dict[str, float | None]:
        if any(threshold is not None and threshold <= 0 for threshold in given.values()):
            raise ValueError("a threshold is above 0, or null")
        return given


Population = Literal["mentees", "mentors", "workforce"]
LevelBand = Literal["junior", "middle", "senior"]


class TargetConfig(Section):
    """What a measure is to be by a day. Declare it before the time that it is about begins."""

    measure: str = Field(description="Name of the measure ([measures](measures.md)).")
    value: float = Field(
        description="What it is to be at least, or at most where less is better; a share as part "
        "of 1: 0.8 is 80 %."
    )
    by: dt.date = Field(
        description="By when: the last day of the year, or of the quarter, that it is judged by."
    )
    declared_on: dt.date = Field(
        description="The day on which it was declared. One declared after its time began is "
        "marked so."
    )
    program: str = Field(default="all", description="Program id; all programs together without.")
    population: Population | None = Field(
        default=None,
        description="Whose number; without it that of mentees, or of mentors or the workforce "
        "where there is none of mentees.",
    )
    period: Literal["year", "quarter"] = Field(
        default="year", description="The periods whose published numbers are held against it."
    )

    @model_validator(mode="after")
    def _ends_a_period(self) -> TargetConfig:
        after = self.by + dt.timedelta(days=1)
        months = (1,) if self.period == "year" else (1, 4, 7, 10)
        if (after.day, after.month in months) != (1, True):
            raise ValueError(f"by is the last day of a {self.period}, and {self.by} is none")
        if self.declared_on > self.by:
            raise ValueError("a target is declared before the day it is to be met by")
        return self


class BudgetConfig(Section):
    """What programs cost beside people's time, and for how many mentees."""

    amount: float = Field(
        ge=0, description="Fees, platform, training, events and the staff who run the programs."
    )
    mentees: int = Field(ge=1, description="The mentees that it was spent on.")


class CostsConfig(Section):
    """What mentoring costs, and what it costs to replace somebody; for return on investment."""

    currency: str = Field(min_length=1, description="In which all amounts are, as in `EUR`.")
    budget: BudgetConfig = Field(
        description="What the programs cost beside people's time, and for how many mentees."
    )
    hours_per_mentee: float = Field(
        ge=0, description="Working hours that a mentee spends on being mentored, all told."
    )
    hours_per_mentor: float = Field(
        ge=0, description="Working hours that a mentor spends on one mentee, all told."
    )
    hourly_cost: float = Field(ge=0, description="What an hour of working time costs.")
    yearly_pay: float | dict[LevelBand, float] = Field(
        description="What somebody is paid a year, or the same by level band, as in "
        "`{junior: 40000, middle: 60000, senior: 100000}`."
    )
    replacement_share: float | dict[LevelBand, float] = Field(
        default=0.21,
        description="What it costs to replace somebody, as a share of yearly pay, or the same by "
        "level band. 0.21 is typical of published cases, which go from 0.16 to 2.13 (Boushey and "
        "Glynn, Center for American Progress 2012).",
    )
    promotion_value: float = Field(
        default=0,
        ge=0,
        description="What a promotion from within saves beside hiring from outside; without it "
        "promotions are counted and worth nothing.",
    )

    @field_validator("yearly_pay", "replacement_share")
    @classmethod
    def _is_of_every_level(cls, given: float | dict[str, float]) -> float | dict[str, float]:
        values = given.values() if isinstance(given, dict) else (given,)
        if any(value <= 0 for value in values):
            raise ValueError("it is more than nothing")
        missing = [band for band in get_args(LevelBand) if band not in given] if (
            isinstance(given, dict)
        ) else []  # fmt: skip
        if missing:
            raise ValueError(f"it is one number, or one for each level band: {missing[0]} has none")
        return given


class ReconciliationConfig(Section):
    """What the mentoring platform prints of itself, to be held beside what is counted here."""

    as_of: dt.date | None = Field(
        default=None, description="The day of the platform's numbers, where it is not `as_of`."
    )
    pairings: int | None = Field(default=None, ge=0, description="Pairings, ended ones included.")
    active_pairings: int | None = Field(
        default=None, ge=0, description="Pairings that run on the day."
    )
    completed_pairings: int | None = Field(
        default=None, ge=0, description="Pairings that ended as completed."
    )
    meetings: int | None = Field(default=None, ge=0, description="Meetings that were held.")
    hours: float | None = Field(default=None, ge=0, description="Hours of these meetings.")


class ReportConfig(Section):
    """How the pages present themselves."""

    title: str | None = Field(default=None, description="Title of the site.")
    amber_after_days: int = Field(
        default=45,
        ge=0,
        description="The pages, `status` and a build warn when the exports describe a day more "
        "than so many days ago.",
    )
    red_after_days: int = Field(
        default=90,
        ge=0,
        description="The same in red: too old to decide anything by. Past it a notice is sent, "
        "where one is wanted.",
    )


class SmtpConfig(Section):
    """A mail server that takes notices.

    Where `MENTORSHIP_NOTICE_USER` and `MENTORSHIP_NOTICE_PASSWORD` are set, they are its login.
    """

    host: str = Field(min_length=1, description="Name of the server.")
    port: int = Field(default=587, ge=1, le=65535, description="Its port.")
    security: Literal["starttls", "tls", "none"] = Field(
        default="starttls",
        description="How the line is kept secret; without secrecy no password is sent.",
    )
    sender: str = Field(alias="from", description="Address that the notice comes from.")
    to: tuple[str, ...] = Field(min_length=1, description="Addresses that it goes to.")

    @field_validator("sender", "to")
    @classmethod
    def _are_addresses(cls, given: str | tuple[str, ...]) -> str | tuple[str, ...]:
        for address in (given,) if isinstance(given, str) else given:
            if not _ADDRESS.fullmatch(address):
                raise ValueError("an address is written name@host")
        return given


_ADDRESS = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+")
# Where no line can be listened to.
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class NoticeConfig(Section):
    """Who is told when a build fails or the data are stale; nobody without it."""

    smtp: SmtpConfig | None = Field(default=None, description="Tell them by mail.")
    webhook: str | None = Field(
        default=None,
        description="Tell a program: the web address that takes the notice as JSON. One that is "
        "itself a secret belongs into `MENTORSHIP_NOTICE_WEBHOOK`, a token into "
        "`MENTORSHIP_NOTICE_TOKEN`.",
    )

    @field_validator("webhook")
    @classmethod
    def _is_a_safe_address(cls, given: str | None) -> str | None:
        if given is not None:
            parts = urlsplit(given)
            is_safe = parts.scheme == "https" or (
                parts.scheme == "http" and parts.hostname in _LOOPBACK
            )
            if not is_safe or not parts.hostname or parts.username or parts.password:
                raise ValueError("a webhook is written https://host/path, without a password")
        return given


class SparkConfig(Section):
    """Where Spark runs, of a workspace whose engine it is."""

    master: str = Field(
        default="local[*]",
        pattern=r"^(local\[(\*|[1-9]\d*)\]|spark://[^\s,/]+(,[^\s,/]+)*)$",
        description="`local[*]` on this machine with all its cores, `spark://host:7077` on a "
        "standalone cluster.",
    )


class WorkspaceConfig(Section):
    """Everything `mentorship.yml` may say."""

    organization: str = Field(min_length=1, description="Name shown on every page.")
    as_of: dt.date | None = Field(
        default=None,
        description="The day the exports describe; the newest job-history date without it.",
    )
    sources: tuple[SourceConfig, ...] = Field(min_length=1, description="The exports.")
    privacy: PrivacyConfig = PrivacyConfig()
    workforce: WorkforceConfig = WorkforceConfig()
    ingest: IngestConfig = IngestConfig()
    expectations: ExpectationsConfig = ExpectationsConfig()
    impact: ImpactConfig = ImpactConfig()
    guardrails: GuardrailsConfig = GuardrailsConfig()
    warnings: WarningsConfig = WarningsConfig()
    targets: tuple[TargetConfig, ...] = Field(
        default=(), description="What measures are to be by a day; none without it."
    )
    costs: CostsConfig | None = Field(
        default=None,
        description="What mentoring costs and saves; return on investment is not worked out "
        "without it.",
    )
    reconciliation: ReconciliationConfig | None = Field(
        default=None,
        description="What the mentoring platform prints of itself, to be held beside our counts.",
    )
    report: ReportConfig = ReportConfig()
    engine: Literal["duckdb", "spark"] = Field(
        default="duckdb", description="What runs the models; the numbers are the same."
    )
    spark: SparkConfig = SparkConfig()
    notice: NoticeConfig | None = Field(
        default=None, description="Who is told when a build fails or the data are stale."
    )

    _document: Document | None = PrivateAttr(default=None)

    def remember(self, document: Document) -> None:
        """Keep where everything stands in the file, for errors that are found later."""
        self._document = document
        for number, source in enumerate(self.sources):
            source._words = document.words("sources", number)
            source._line = document.line_of("sources", number)

    def place(self, *keys: str | int) -> Place:
        """Return where something stands, as far as the configuration was read from a file."""
        return Place("mentorship.yml") if self._document is None else self._document.place(*keys)

    def refuse_unknown(
        self,
        *keys: str | int,
        names: Iterable[str],
        known: Iterable[str],
        what: str,
        found: str | None = None,
    ) -> None:
        """Refuse a name that its owner does not know, with the nearest one that it does.

        Args:
            keys: what leads to the names in the file.
            names: the names that stand there.
            known: the names that could.
            what: what a known name is, as in `a canonical table`.
            found: what stands there, where one word says it.

        Raises:
            ConfigError: one of the names is not known.
        """
        valid = sorted(known)
        for name in names:
            if name not in valid:
                near = difflib.get_close_matches(name, valid, n=1, cutoff=0.4)
                hint = f"; did you mean {near[0]}?" if near else f"; known are {', '.join(valid)}."
                raise self.refusal(*keys, problem=f"{name} is not {what}{hint}", found=found)

    def refusal(self, *keys: str | int, problem: str, found: str | None = None) -> ConfigError:
        """Return the error that something in the file cannot be followed."""
        return ConfigError(
            f"{'.'.join(str(key) for key in keys)}: {problem}",
            place=self.place(*keys),
            found=found,
            to_do=REFERENCE,
        )

    @model_validator(mode="after")
    def _protects_gender(self) -> WorkspaceConfig:
        asked = {*self.impact.subgroups, *(c for rung in self.impact.ladder for c in rung)}
        if "gender" in asked and "gender" not in self.privacy.protected_dimensions:
            raise ValueError("impact uses gender, which privacy.protected_dimensions does not list")
        return self
