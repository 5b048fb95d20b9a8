"""The one list of columns per canonical table.

Readers type against it, sources and suites are built from it, and
`docs/reference/tables.md` is printed from it. The names are an interface: extend, never rename.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "text", "id", "integer", "year", "number", "boolean", "date", "timestamp", "code", "person"
]
Group = Literal["hris", "program", "survey"]

# What each kind becomes in the raw database; a person becomes a key.
SQL_TYPES: dict[Kind, str] = {
    "text": "varchar",
    "id": "varchar",
    "integer": "integer",
    "year": "integer",
    "number": "double",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamp",
    "code": "varchar",
    "person": "varchar",
}

# Columns that ingest adds to every raw table: the export, its record, and its line where known.
LINEAGE = {"_source": "varchar", "_record": "bigint", "_line": "bigint"}


@dataclass(frozen=True)
class Column:
    """One column of a canonical table.

    Attributes:
        name: its name in exports that need no mapping.
        kind: how its text is read.
        meaning: one plain phrase.
        is_required: the header must be there and every row must fill it.
        codes: the values a code may take.
        is_identifying: it stays in ingest and never reaches the raw database.
    """

    name: str
    kind: Kind
    meaning: str
    is_required: bool = False
    codes: tuple[str, ...] = ()
    is_identifying: bool = False

    @property
    def raw_name(self) -> str:
        """The column's name in the raw database, where people are keys."""
        if self.kind != "person":
            return self.name
        return (
            "person_key" if self.name == "employee_id" else self.name.removesuffix("_id") + "_key"
        )

    @property
    def sql_type(self) -> str:
        """The column's type in the raw database."""
        return SQL_TYPES[self.kind]


@dataclass(frozen=True)
class Table:
    """One canonical table: its grain, its columns, and the columns that name a row.

    Where a key may repeat, it only helps a reader: two changes of one day are both true, and so
    are two courses of a kind.
    """

    name: str
    group: Group
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    is_required: bool = False
    may_repeat_key: bool = False

    @property
    def person_columns(self) -> tuple[Column, ...]:
        """The columns that hold an employee id or an e-mail, row by row."""
        return tuple(column for column in self.columns if column.kind == "person")

    @property
    def raw_columns(self) -> tuple[Column, ...]:
        """The columns that reach the raw database."""
        return tuple(column for column in self.columns if not column.is_identifying)

    def column(self, name: str) -> Column:
        """Return the column of that name; `KeyError` where there is none."""
        return {column.name: column for column in self.columns}[name]


def _must(name: str, kind: Kind, meaning: str, codes: tuple[str, ...] = ()) -> Column:
    return Column(name, kind, meaning, is_required=True, codes=codes)


def _may(name: str, kind: Kind, meaning: str, codes: tuple[str, ...] = ()) -> Column:
    return Column(name, kind, meaning, codes=codes)


def _hidden(name: str, meaning: str) -> Column:
    return Column(name, "text", meaning, is_identifying=True)


JOB_HISTORY = Table(
    "job_history",
    "hris",
    "One row per change of a person's employment; its attributes hold from that date on.",
    ("employee_id", "effective_on", "event"),
    (
        _must("employee_id", "person", "who"),
        _must(
            "effective_on", "date", "first day on which the change holds; an exit's first day out"
        ),
        _must(
            "event",
            "code",
            "what changed",
            (
                "hire",
                "rehire",
                "promotion",
                "demotion",
                "transfer",
                "change",
                "leave_start",
                "leave_end",
                "exit",
            ),
        ),
        _may("department", "text", "the function worked in"),
        _may("level", "integer", "1 is the most junior"),
        _may("job_title", "text", "title of the job"),
        _may("location", "text", "site"),
        _may("work_arrangement", "code", "where work is done", ("onsite", "hybrid", "remote")),
        _may("manager_id", "person", "the person reported to"),
        _may("employment_type", "code", "kind of contract", ("employee", "contractor", "intern")),
        _may(
            "exit_reason",
            "code",
            "why an exit happened",
            ("voluntary", "involuntary", "retirement", "other"),
        ),
    ),
    is_required=True,
    may_repeat_key=True,
)

PEOPLE = Table(
    "people",
    "hris",
    "One row per person.",
    ("employee_id",),
    (
        _must("employee_id", "person", "who"),
        _hidden("email", "current e-mail"),
        _hidden("other_emails", "former and other e-mails, separated by ;"),
        _hidden("first_name", "first name, used to redact comments"),
        _hidden("last_name", "last name, used to redact comments"),
        _may("birth_year", "year", "year of birth; of a date, its year"),
        _may("gender", "text", "gender as recorded"),
        _may("ethnicity", "text", "ethnicity as recorded"),
    ),
)

PERFORMANCE_REVIEWS = Table(
    "performance_reviews",
    "hris",
    "One row per person and review.",
    ("employee_id", "reviewed_on"),
    (
        _must("employee_id", "person", "who"),
        _must("reviewed_on", "date", "day the rating was final"),
        _must("rating", "number", "rating given"),
        _must("rating_scale_max", "number", "highest rating possible"),
    ),
)

TALENT_PLANS = Table(
    "talent_plans",
    "hris",
    "One row per person and plan.",
    ("employee_id", "planned_on", "plan_type"),
    (
        _must("employee_id", "person", "who"),
        _must("planned_on", "date", "day the plan was made"),
        _must("plan_type", "code", "kind of plan", ("succession", "development")),
        _may("target_level", "integer", "level the plan leads to"),
    ),
)

IDENTIFIERS = Table(
    "identifiers",
    "program",
    "One row per identifier of a person that job_history and people do not know.",
    ("employee_id", "system"),
    (
        Column(
            "identifier",
            "id",
            "the person's id in a platform or survey tool, or any other way somebody is named",
            is_required=True,
            is_identifying=True,
        ),
        _must("employee_id", "person", "who"),
        _may("system", "id", "whose id it is; sources name it in `ids_of:`. Empty holds anywhere"),
        _hidden("first_name", "first name, used to suggest who is meant"),
        _hidden("last_name", "last name, used to suggest who is meant"),
        Column(
            "hired_on",
            "date",
            "first day of employment, used to suggest who is meant",
            is_identifying=True,
        ),
    ),
    may_repeat_key=True,
)

PROGRAMS = Table(
    "programs",
    "program",
    "One row per program.",
    ("program_id",),
    (
        _must("program_id", "id", "the program"),
        _may("program_name", "text", "its name"),
        _may("program_type", "code", "its form", ("one_to_one", "reverse", "group", "peer")),
        _may("starts_on", "date", "first day"),
        _may("ends_on", "date", "last day"),
        _may("is_voluntary", "boolean", "whether people choose to join"),
        _may("planned_duration_days", "integer", "agreed length of a pairing"),
        _may("meetings_expected_per_month", "number", "agreed rate of meetings"),
        _may("budget_amount", "number", "budget"),
        _may("budget_currency", "text", "its currency"),
    ),
)

ENROLLMENTS = Table(
    "enrollments",
    "program",
    "One row per program, participant and role.",
    ("program_id", "participant_id", "role"),
    (
        _must("program_id", "id", "the program"),
        _must("participant_id", "person", "who"),
        _must("role", "code", "role applied for", ("mentor", "mentee")),
        _may("applied_on", "date", "day of the application"),
        _must(
            "status",
            "code",
            "where the application stands",
            ("applied", "selected", "waitlisted", "declined", "withdrawn"),
        ),
        _may("decided_on", "date", "day of the decision"),
        _may("nominated_by", "code", "who put them forward", ("self", "manager", "sponsor")),
        _may("round", "text", "application round, where the platform has one"),
        _may("assignment", "code", "what a lottery drew", ("offered", "not_offered")),
        _may("draw", "id", "the lottery it was drawn in"),
    ),
)

PAIRINGS = Table(
    "pairings",
    "program",
    "One row per pairing and stretch of time; a pairing that reopens has another row.",
    ("pairing_id", "started_on"),
    (
        _must("pairing_id", "id", "the pairing, as the program's platform names it"),
        _must("program_id", "id", "the program"),
        _must("mentor_id", "person", "the mentor; in a reverse program the junior person"),
        _must("mentee_id", "person", "the mentee"),
        _must("started_on", "date", "first day"),
        _may("ended_on", "date", "last day; empty while it runs"),
        _may(
            "end_reason",
            "code",
            "why it ended",
            ("completed", "participant", "administrator", "inactivity", "left_company"),
        ),
        _may("match_score", "number", "the platform's fit score"),
        _may("expectations_agreed_on", "date", "day both agreed what to expect"),
    ),
)

MEETINGS = Table(
    "meetings",
    "program",
    "One row per meeting.",
    ("meeting_id",),
    (
        _must("meeting_id", "id", "the meeting"),
        _must("pairing_id", "id", "the pairing"),
        _must("scheduled_at", "timestamp", "when it was to begin"),
        _may("duration_minutes", "integer", "how long it took"),
        _must("status", "code", "whether it took place", ("held", "cancelled", "no_show")),
        _may("modality", "code", "how they met", ("in_person", "video", "phone", "chat")),
        _may("kind", "code", "what it was for", ("session", "check_in", "coffee_chat")),
    ),
)

GOALS = Table(
    "goals",
    "program",
    "One row per goal.",
    ("goal_id",),
    (
        _must("goal_id", "id", "the goal"),
        _must("pairing_id", "id", "the pairing"),
        _may("category", "text", "what it is about"),
        _must("set_on", "date", "day it was set"),
        _may("due_on", "date", "day it is due"),
        _may("completed_on", "date", "day it was reached"),
        _may("status", "code", "where it stands", ("open", "completed", "dropped")),
    ),
)

FEEDBACK = Table(
    "feedback",
    "program",
    "One row per piece of feedback.",
    ("feedback_id",),
    (
        _must("feedback_id", "id", "the feedback"),
        _must("pairing_id", "id", "the pairing"),
        _must("given_at", "timestamp", "when it was given"),
        _may("about_on", "date", "day of the event it is about"),
        _may("from_role", "code", "who gave it", ("mentor", "mentee")),
        _may("kind", "code", "its tone", ("constructive", "praise", "mixed")),
    ),
)

EXPOSURES = Table(
    "exposures",
    "program",
    "One row per occasion on which a mentee met leadership.",
    ("exposure_id",),
    (
        _must("exposure_id", "id", "the occasion"),
        _must("mentee_id", "person", "the mentee"),
        _may("pairing_id", "id", "the pairing it came from"),
        _must("occurred_on", "date", "day it happened"),
        _may(
            "kind",
            "code",
            "what it was",
            (
                "senior_meeting",
                "project_lead",
                "stakeholder_interaction",
                "shadowing",
                "presentation",
            ),
        ),
    ),
)

LEARNING = Table(
    "learning",
    "program",
    "One row per completed learning activity of a person.",
    ("employee_id", "completed_on", "kind"),
    (
        _must("employee_id", "person", "who"),
        _must("completed_on", "date", "day it was completed"),
        _must("kind", "code", "what it was", ("workshop", "training", "peer_learning", "course")),
        _may("hours", "number", "hours spent"),
    ),
    may_repeat_key=True,
)

RECOGNITIONS = Table(
    "recognitions",
    "program",
    "One row per award to a person.",
    ("employee_id", "awarded_on"),
    (
        _must("employee_id", "person", "who"),
        _must("awarded_on", "date", "day of the award"),
        _may("kind", "text", "what it was for"),
    ),
    may_repeat_key=True,
)

SURVEY_RESPONSES = Table(
    "survey_responses",
    "survey",
    "One row per response and item answered.",
    ("survey_id", "wave", "response_id", "item_id"),
    (
        _must("survey_id", "id", "the survey"),
        _must("wave", "id", "the round of the survey"),
        _must("response_id", "id", "the response"),
        _may("respondent_id", "person", "who answered; empty when anonymous"),
        _may("program_id", "id", "the program asked about; empty for a survey of the workforce"),
        _must("submitted_at", "timestamp", "when it was handed in"),
        _must("item_id", "id", "the item"),
        _must("answer", "text", "the answer"),
        _may("may_quote", "boolean", "consent to quote this comment"),
    ),
)

SURVEY_ITEMS = Table(
    "survey_items",
    "survey",
    "One row per survey and item.",
    ("survey_id", "item_id"),
    (
        _must("survey_id", "id", "the survey"),
        _must("item_id", "id", "the item"),
        _may("construct", "text", "what it measures, such as satisfaction or recommendation"),
        _may("text", "text", "the question"),
        _must("kind", "code", "how it is answered", ("likert", "nps", "text", "choice")),
        _may("scale_min", "integer", "lowest answer"),
        _may("scale_max", "integer", "highest answer"),
        _may("is_reversed", "boolean", "whether a high answer is bad"),
    ),
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        JOB_HISTORY,
        PEOPLE,
        PERFORMANCE_REVIEWS,
        TALENT_PLANS,
        IDENTIFIERS,
        PROGRAMS,
        ENROLLMENTS,
        PAIRINGS,
        MEETINGS,
        GOALS,
        FEEDBACK,
        EXPOSURES,
        LEARNING,
        RECOGNITIONS,
        SURVEY_RESPONSES,
        SURVEY_ITEMS,
    )
}
