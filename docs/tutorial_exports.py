"""Write the exports of a small made-up company into ./exports: the example of docs/tutorial.md.

Once as canonical tables, and the history and the answers once more as vendors write them.
"""

import csv
import datetime as dt
import random
from pathlib import Path

chance = random.Random(7)  # noqa: S311 - an example, not a secret
DAY = dt.timedelta(days=1)
LAST = dt.date(2025, 12, 31)


def write(name, header, rows):
    """Write one export."""
    path = Path("exports", name)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])


jobs, people, pairings, answers = [], [], [], []
for n in range(400):
    who, level = f"E{n:03}", 1 + n % 5
    here = ("Sales", "Operations", "Finance")[n % 3]
    hired = dt.date(2021, 1, 4) + n * 2 * DAY
    left = hired + chance.randint(200, 3000) * DAY
    jobs.append((who, hired, "hire", here, level, ""))
    if n % 4 == 0 and (promoted := hired + chance.randint(300, 900) * DAY) < min(left, LAST):
        jobs.append((who, promoted, "promotion", here, level + 1, ""))
    if left <= LAST:
        jobs.append((who, left, "exit", "", "", "voluntary" if n % 3 else "involuntary"))
    people.append((who, f"p{n}@example.com", f"Given{n}", f"Family{n}"))
    started = hired + chance.randint(150, 400) * DAY
    if n >= 5 and n % 5 == 0 and started + 30 * DAY < left:
        mentor = f"p{n - 5}@example.com"
        pairings.append((f"M{n}", "rise", mentor, f"p{n}@example.com", started))
        asked = started + 90 * DAY
        answers.append((f"R{n}", f"p{n}@example.com", asked, chance.randint(2, 5)))
pairings.append(("M999", "rise", "p1@example.com", "someone@elsewhere.example", "2023-05-01"))
jobs.append(("E400", LAST, "hire", "Sales", 1, ""))
people.append(("E400", "p400@example.com", "Given400", "Family400"))

write(
    "job_history.csv",
    ("employee_id", "effective_on", "event", "department", "level", "exit_reason"),
    jobs,
)
write("people.csv", ("employee_id", "email", "first_name", "last_name"), people)
write(
    "pairings.csv", ("pairing_id", "program_id", "mentor_id", "mentee_id", "started_on"), pairings
)
write(
    "programs.csv",
    ("program_id", "program_name", "program_type", "is_voluntary"),
    [("rise", "Rise", "one_to_one", "yes")],
)
write(
    "survey_items.csv",
    ("survey_id", "item_id", "construct", "text", "kind", "scale_min", "scale_max"),
    [("pulse", "Q1", "satisfaction", "I am satisfied with the program", "likert", 1, 5)],
)
write(
    "survey_responses.csv",
    (
        "survey_id",
        "wave",
        "response_id",
        "respondent_id",
        "program_id",
        "submitted_at",
        "item_id",
        "answer",
    ),
    [("pulse", "w1", r, who, "rise", f"{day}T09:00:00Z", "Q1", a) for r, who, day, a in answers],
)

# The same history and the same answers, as an HR report and a survey tool write them.
words = {"hire": "Hire", "promotion": "Promote Employee", "exit": "Termination"}
write(
    "workday/Worker_History.csv",
    ("Worker ID", "Effective Date", "Business Process", "Organization", "Grade", "Reason"),
    [
        (who, f"{day:%m/%d/%Y}", words[event], here, f"G{level}" if level else "", why.title())
        for who, day, event, here, level, why in jobs
    ],
)
agree = {2: "Disagree", 3: "Neutral", 4: "Agree", 5: "Strongly agree"}
path = Path("exports/qualtrics/Pulse.csv")
path.parent.mkdir(exist_ok=True)
with path.open("w", newline="", encoding="utf-8-sig") as file:
    csv.writer(file).writerows(
        [
            ("Status", "Finished", "RecordedDate", "ResponseId", "RecipientEmail", "Program", "Q1"),
            (
                "Response Type",
                "Finished",
                "Recorded Date",
                "Response ID",
                "Recipient Email",
                "Program",
                "I am satisfied with the program",
            ),
            (
                '{"ImportId":"status"}',
                '{"ImportId":"finished"}',
                '{"ImportId":"recordedDate","timeZone":"America/New_York"}',
                '{"ImportId":"_recordId"}',
                '{"ImportId":"recipientEmail"}',
                '{"ImportId":"program"}',
                '{"ImportId":"QID1"}',
            ),
            ("Survey Preview", "True", "2023-01-02 08:00:00", "R_test", "", "rise", "Agree"),
            *(
                ("IP Address", "True", f"{day} 05:00:00", f"R_{r}", who, "rise", agree[a])
                for r, who, day, a in answers
            ),
        ]
    )
