"""The exports themselves: each vendor's files, headers and words."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from demo import development, surveys
from demo.hazards import DEPARTMENTS
from demo.mentoring import LAST_DAY, UNKNOWN, Mentoring, Pairings
from demo.months import MONTH_STARTS, MONTHS_N, Ints, Texts, day_texts, moment_texts
from demo.people import Directory
from demo.programs import PROGRAMS, REFERENCE_HEADCOUNT
from demo.sheets import Sheet, ids, numbers, words
from demo.workforce import LOCATIONS, NOBODY, Workforce

LEVEL_WORDS = ("Entry", "Intermediate", "Senior", "Lead", "Manager", "Director", "Executive")

_US_DATE, _GERMAN_DATE = "%m/%d/%Y", "%d.%m.%Y"
_CRLF = "\r\n"
_BOM = "utf-8-sig"

_EVENTS = (
    "Hire",
    "Rehire",
    "Promote Employee",
    "Demote Employee",
    "Transfer Employee",
    "Data Change",
    "Start Leave",
    "End Leave",
    "Termination",
)
_REASONS = (
    "Terminate Employee > Voluntary",
    "Terminate Employee > Involuntary",
    "Terminate Employee > Retirement",
    "Terminate Employee > End of Contract or Other",
)
_ARRANGEMENTS = ("On-site", "Flexible", "Fully Remote")
_ARRANGEMENT_MISSING_SHARE = 0.015
_TYPES = ("Regular", "Contingent Worker", "Intern")
_CRAFTS = (
    "Engineer",
    "Operations Specialist",
    "Care Specialist",
    "Account Executive",
    "Product Analyst",
    "Marketing Specialist",
    "Finance Analyst",
    "People Partner",
)
_ID_SHARE = 0.06  # rows in which the platform names people by employee id
_PROGRAM_NAMES = [program.name for program in PROGRAMS]


def write_exports(
    folder: Path,
    *,
    workforce: Workforce,
    mentoring: Mentoring,
    people: Directory,
    employees: int,
    rng: np.random.Generator,
) -> None:
    """Write every export of the company below a folder."""
    _write_workday(folder / "workday", workforce, mentoring.pairings, people, rng)
    _write_platform(folder / "mentoring", workforce, mentoring, people, employees, rng)
    _learning(workforce, mentoring.pairings, people, rng).write(
        folder / "learning" / "completions.csv"
    )
    _awards(workforce, mentoring.pairings, people, rng).write(folder / "recognition" / "awards.csv")
    qualtrics = folder / "qualtrics"
    for name, survey in (
        ("Mentoring_Pulse.csv", surveys.pulse),
        ("Engagement_Survey.csv", surveys.engagement),
    ):
        sheet, more_headers = survey(workforce, mentoring.pairings, people, rng)
        sheet.write(qualtrics / name, more_headers=more_headers, encoding=_BOM)
    surveys.items().write(qualtrics / "survey_items.csv")


# HRIS ----------------------------------------------------------------------------------------


def _write_workday(
    folder: Path,
    workforce: Workforce,
    pairings: Pairings,
    people: Directory,
    rng: np.random.Generator,
) -> None:
    for name, sheet in (
        ("Worker_Job_History.csv", _job_history(workforce, people, rng)),
        ("Worker_Personal_Data.csv", _personal_data(workforce, people)),
        ("Performance_Reviews.csv", _reviews(workforce, people, rng)),
        ("Talent_Plans.csv", _talent_plans(workforce, pairings, people, rng)),
    ):
        sheet.write(folder / name, line_end=_CRLF)


def _job_history(workforce: Workforce, people: Directory, rng: np.random.Generator) -> Sheet:
    events = workforce.events
    order = np.argsort(workforce.person[events.spell], kind="stable")
    spell = events.spell[order]
    person = workforce.person[spell]
    manager = events.manager[order]
    manager_person = np.where(manager == NOBODY, 0, workforce.person[manager])
    is_missing = rng.random(len(spell)) < _ARRANGEMENT_MISSING_SHARE
    department, level = events.department[order], events.level[order]
    return Sheet(
        {
            "Employee ID": people.ids[person],
            "Worker": people.last_names[person] + ", " + people.first_names[person],
            "Effective Date": day_texts(events.day[order], _US_DATE),
            "Business Process Type": words(events.event[order], _EVENTS),
            "Continuous Service Date": day_texts(workforce.service_day[spell], _US_DATE),
            "Worker Type": words(workforce.employment_type[spell], _TYPES),
            "Supervisory Department": words(department, DEPARTMENTS),
            "Management Level": words(level - 1, LEVEL_WORDS),
            "Business Title": _titles(department, level),
            "Location": words(events.location[order], LOCATIONS),
            "Work Arrangement": words(
                np.where(is_missing, UNKNOWN, events.arrangement[order]), _ARRANGEMENTS
            ),
            "Manager ID": np.where(manager == NOBODY, "", people.ids[manager_person]),
            "Termination Category": words(events.reason[order], _REASONS),
        }
    ).with_repeats(rng)


def _titles(department: Ints, level: Ints) -> Texts:
    titles = [
        f"{word} {craft}" if number < 5 else f"{word}, {name}"
        for name, craft in zip(DEPARTMENTS, _CRAFTS, strict=True)
        for number, word in enumerate(LEVEL_WORDS, 1)
    ]
    return words(department * len(LEVEL_WORDS) + level - 1, titles)


def _personal_data(workforce: Workforce, people: Directory) -> Sheet:
    return Sheet(
        {
            "Employee ID": people.ids,
            "Work Email": people.emails,
            "Former Emails": people.former_emails,
            "Legal First Name": people.first_names,
            "Legal Last Name": people.last_names,
            "Year of Birth": numbers(workforce.birth_year),
            "Gender": people.genders,
            "Ethnicity": people.ethnicities,
        }
    )


def _reviews(workforce: Workforce, people: Directory, rng: np.random.Generator) -> Sheet:
    reviews = workforce.reviews
    days = MONTH_STARTS[reviews.month] + rng.integers(4, 26, len(reviews.spell))
    return (
        Sheet(
            {
                "Employee ID": people.ids[workforce.person[reviews.spell]],
                "Review Period": numbers(2018 + reviews.month // 12),
                "Review Completed": day_texts(days, _US_DATE),
                "Overall Rating": numbers(reviews.rating),
            }
        )
        .with_strangers(rng, "Employee ID")
        .with_repeats(rng)
    )


def _talent_plans(
    workforce: Workforce, pairings: Pairings, people: Directory, rng: np.random.Generator
) -> Sheet:
    plans = development.talent_plans(workforce, pairings, rng)
    return Sheet(
        {
            "Employee ID": people.ids[workforce.person[plans.spell]],
            "Plan": words(plans.kind, ("Succession Plan", "Individual Development Plan")),
            "Plan Date": day_texts(plans.day, _US_DATE),
            "Target Level": words(plans.target_level - 1, LEVEL_WORDS),
        }
    ).with_strangers(rng, "Employee ID")


# Mentoring platform --------------------------------------------------------------------------


def _write_platform(
    folder: Path,
    workforce: Workforce,
    mentoring: Mentoring,
    people: Directory,
    employees: int,
    rng: np.random.Generator,
) -> None:
    for name, sheet in (
        ("programs.csv", _programs(employees)),
        ("applications.csv", _applications(workforce, mentoring, people, rng)),
        ("matches.csv", _matches(workforce, mentoring.pairings, people, rng)),
        ("sessions.csv", _sessions(mentoring, rng)),
        ("goals.csv", _goals(mentoring)),
        ("feedback.csv", _feedback(mentoring)),
        ("exposure_log.csv", _exposure_log(workforce, mentoring, people, rng)),
    ):
        sheet.write(folder / name)


def _programs(employees: int) -> Sheet:
    months = np.array([program.first_month for program in PROGRAMS])
    years = (MONTHS_N - months) / 12
    yearly = np.array([program.budget for program in PROGRAMS]) * employees / REFERENCE_HEADCOUNT
    columns: dict[str, list[str]] = {
        "Program ID": [program.program_id for program in PROGRAMS],
        "Program": _PROGRAM_NAMES,
        "Format": [{"one_to_one": "1:1"}.get(p.kind, p.kind.title()) for p in PROGRAMS],
        "Opens On": day_texts(MONTH_STARTS[months]).tolist(),
        "Closes On": [""] * len(PROGRAMS),
        "Voluntary": ["Yes"] * len(PROGRAMS),
        "Duration (days)": [str(program.duration_days) for program in PROGRAMS],
        "Meetings per Month": [f"{program.meetings_agreed:g}" for program in PROGRAMS],
        "Budget": [f"{amount:.0f}" for amount in (yearly * years).tolist()],
        "Currency": ["EUR"] * len(PROGRAMS),
    }
    return Sheet({name: np.array(column, dtype=object) for name, column in columns.items()})


def _applications(
    workforce: Workforce, mentoring: Mentoring, people: Directory, rng: np.random.Generator
) -> Sheet:
    enrollments = mentoring.enrollments
    person = workforce.person[enrollments.spell]
    return (
        Sheet(
            {
                "Program": words(enrollments.program, _PROGRAM_NAMES),
                "Applicant": people.mentions(person, rng, id_share=_ID_SHARE),
                "Applying As": words(enrollments.role, ("Mentor", "Mentee")),
                "Applied On": day_texts(enrollments.applied_day),
                "Status": words(
                    enrollments.status,
                    (
                        "In Review",
                        "Accepted",
                        "Waiting List",
                        "Not Accepted",
                        "Withdrawn by Applicant",
                    ),
                ),
                "Decided On": day_texts(enrollments.decided_day),
                "Put Forward By": words(
                    enrollments.nominated_by, ("Myself", "My Manager", "Executive Sponsor")
                ),
            }
        )
        .with_strangers(rng, "Applicant")
        .with_repeats(rng)
    )


def _match_ids(pairings: Pairings, rows: Ints) -> Texts:
    numbers_ = np.where(rows == UNKNOWN, UNKNOWN, pairings.number[rows] + 1)
    return ids("M-", numbers_, 5)


def _matches(
    workforce: Workforce, pairings: Pairings, people: Directory, rng: np.random.Generator
) -> Sheet:
    rows = np.arange(len(pairings.number))
    ends = (
        "Completed",
        "Closed by Participant",
        "Closed by Program Team",
        "Auto-closed (inactivity)",
        "Participant Left",
        "",
    )
    return (
        Sheet(
            {
                "Match ID": _match_ids(pairings, rows),
                "Program": words(pairings.program, _PROGRAM_NAMES),
                "Mentor Email": people.mentions(
                    workforce.person[pairings.mentor], rng, id_share=_ID_SHARE
                ),
                "Mentee Email": people.mentions(
                    workforce.person[pairings.mentee], rng, id_share=_ID_SHARE
                ),
                "Matched On": day_texts(pairings.started_day),
                "Closed On": day_texts(pairings.ended_day),
                "Close Reason": words(pairings.end, ends),
                "Fit": words(pairings.fit, ("Poor Fit", "Fair Fit", "Good Fit", "Excellent Fit")),
                "Agreement Signed On": day_texts(pairings.agreed_day),
            }
        )
        .with_strangers(rng, "Mentee Email", new_id="Match ID")
        .with_repeats(rng)
    )


def _sessions(mentoring: Mentoring, rng: np.random.Generator) -> Sheet:
    meetings = mentoring.meetings
    order = np.lexsort((meetings.pairing, meetings.minute, meetings.day))
    return Sheet(
        {
            "Session ID": ids("S-", np.arange(1, len(order) + 1)),
            "Match ID": _match_ids(mentoring.pairings, meetings.pairing[order]),
            "Scheduled For": moment_texts(meetings.day[order], meetings.minute[order]),
            "Minutes": numbers(meetings.duration_minutes[order]),
            "Outcome": words(meetings.status[order], ("Took Place", "Cancelled", "No Show")),
            "Held Via": words(
                meetings.modality[order], ("In Person", "Video Call", "Phone Call", "Chat")
            ),
            "Session Type": words(
                meetings.kind[order], ("Mentoring Session", "Check-in", "Virtual Coffee")
            ),
        }
    ).with_repeats(rng)


def _goals(mentoring: Mentoring) -> Sheet:
    goals = mentoring.goals
    areas = (
        "Career path",
        "Leadership",
        "Communication",
        "Technical skills",
        "Network",
        "Work-life balance",
    )
    return Sheet(
        {
            "Goal ID": ids("G-", np.arange(1, len(goals.pairing) + 1), 5),
            "Match ID": _match_ids(mentoring.pairings, goals.pairing),
            "Area": words(goals.category, areas),
            "Created On": day_texts(goals.set_day),
            "Target Date": day_texts(goals.due_day),
            "Completed On": day_texts(goals.completed_day),
            "State": words(goals.status, ("In Progress", "Done", "Dropped")),
        }
    )


def _feedback(mentoring: Mentoring) -> Sheet:
    feedback = mentoring.feedback
    return Sheet(
        {
            "Feedback ID": ids("F-", np.arange(1, len(feedback.pairing) + 1), 5),
            "Match ID": _match_ids(mentoring.pairings, feedback.pairing),
            "Given At": moment_texts(feedback.day, feedback.minute),
            "Refers To": day_texts(feedback.about_day),
            "From": words(feedback.from_role, ("Mentor", "Mentee")),
            "Tone": words(feedback.kind, ("Constructive", "Praise", "Mixed")),
        }
    )


def _exposure_log(
    workforce: Workforce, mentoring: Mentoring, people: Directory, rng: np.random.Generator
) -> Sheet:
    exposures = mentoring.exposures
    occasions = (
        "Meeting with Senior Leader",
        "Led a Project",
        "Stakeholder Meeting",
        "Shadowing",
        "Presented to Leadership",
    )
    person = workforce.person[exposures.mentee]
    return Sheet(
        {
            "Log ID": ids("X-", np.arange(1, len(exposures.day) + 1), 5),
            "Mentee Email": people.mentions(person, rng, id_share=_ID_SHARE),
            "Match ID": _match_ids(mentoring.pairings, exposures.pairing),
            "Date": day_texts(np.minimum(exposures.day, LAST_DAY)),
            "Occasion": words(exposures.kind, occasions),
        }
    ).with_strangers(rng, "Mentee Email", new_id="Log ID")


# Learning and recognition --------------------------------------------------------------------


def _learning(
    workforce: Workforce, pairings: Pairings, people: Directory, rng: np.random.Generator
) -> Sheet:
    done = development.learning(workforce, pairings, rng)
    hours = [f"{half / 2:g}" for half in range(64)]
    return (
        Sheet(
            {
                "User": people.mentions(workforce.person[done.spell], rng, id_share=0.5),
                "Completion Date": day_texts(done.day, _GERMAN_DATE),
                "Type": words(done.kind, ("Workshop", "Training", "Peer Learning", "Course")),
                "Hours": words(done.half_hours, hours),
            }
        )
        .with_strangers(rng, "User")
        .with_repeats(rng)
    )


def _awards(
    workforce: Workforce, pairings: Pairings, people: Directory, rng: np.random.Generator
) -> Sheet:
    given = development.recognitions(workforce, pairings, rng)
    awards = ("Mentor of the Quarter", "Spot Award", "Values Award")
    return Sheet(
        {
            "Recipient": people.mentions(workforce.person[given.spell], rng),
            "Awarded On": day_texts(given.day),
            "Award": words(given.kind, awards),
        }
    ).with_strangers(rng, "Recipient")
