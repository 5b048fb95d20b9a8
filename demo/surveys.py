"""The two surveys, as Qualtrics exports them: the programs' pulse and the engagement survey."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from demo.hazards import DEPARTMENTS
from demo.mentoring import (
    GOAL_SATISFACTION,
    LAST_DAY,
    RHYTHM_SATISFACTION,
    UNKNOWN,
    Pairings,
    of_program,
)
from demo.months import (
    MONTH_STARTS,
    MONTHS_N,
    Bools,
    Floats,
    Ints,
    Texts,
    month_number,
    second_texts,
)
from demo.people import Directory, outsiders
from demo.programs import PROGRAMS
from demo.sheets import Sheet, ids, numbers, words
from demo.workforce import REMOTE, Workforce
from ingest.contract import SURVEY_ITEMS

PULSE, ENGAGEMENT = "program_pulse", "engagement"
AGREEMENT_EN = (
    "Strongly disagree",
    "Disagree",
    "Neither agree nor disagree",
    "Agree",
    "Strongly agree",
)
AGREEMENT_DE = (
    "Stimme gar nicht zu",
    "Stimme eher nicht zu",
    "Teils/teils",
    "Stimme eher zu",
    "Stimme voll und ganz zu",
)

_PULSE_SHARE, _ENGAGEMENT_SHARE = 0.68, 0.43
_ANONYMOUS_SHARE = 0.12
_GERMAN_SHARE = 0.25
_BLANK_SHARE = 0.015
_COMMENT_SHARE = {PULSE: 0.22, ENGAGEMENT: 0.06}
# Flawed responses, all kinds together, stay well below the share that refuses an export.
_PREVIEW_SHARE, _UNFINISHED_SHARE, _HASTY_SHARE, _STRANGER_SHARE = 0.001, 0.006, 0.001, 0.003
_FLAWED_FROM_ROWS = 200


@dataclass(frozen=True)
class Item:
    """One question.

    Attributes:
        item_id: its name in the canonical tables.
        header: its field name in the export.
        construct: what it measures.
        kind: likert (1-5), nps (0-10) or text.
        text: the question in English.
        german: the question in German.
        lift: how much higher than satisfaction it is answered.
        is_reversed: whether a high answer is bad.
        is_in_words: whether the export carries the choice's text instead of its number.
    """

    item_id: str
    header: str
    construct: str
    kind: str
    text: str
    german: str
    lift: float = 0.0
    is_reversed: bool = False
    is_in_words: bool = False


CONSENT_HEADER = "Q13"
_CONSENT_GERMAN = "Dürfen wir Ihren Kommentar anonym zitieren? (1 = ja, 2 = nein)"

PULSE_ITEMS = (
    Item(
        "satisfaction",
        "Q1",
        "satisfaction",
        "likert",
        "Overall, how satisfied are you with the program?",
        "Wie zufrieden sind Sie insgesamt mit dem Programm?",
    ),
    Item(
        "recommend",
        "Q2",
        "recommendation",
        "nps",
        "How likely are you to recommend the program to a colleague?",
        "Wie wahrscheinlich ist es, dass Sie das Programm weiterempfehlen?",
    ),
    Item(
        "speak_openly",
        "Q3",
        "psychological_safety",
        "likert",
        "I can speak openly in our meetings.",
        "Ich kann in unseren Treffen offen sprechen.",
        0.15,
    ),
    Item(
        "hold_back",
        "Q4",
        "psychological_safety",
        "likert",
        "I hold back problems because I fear how they will be taken.",
        "Ich spreche Probleme nicht an, weil ich die Reaktion fürchte.",
        0.1,
        is_reversed=True,
    ),
    Item(
        "listening",
        "Q5",
        "listening",
        "likert",
        "My counterpart listens carefully.",
        "Mein Gegenüber hört aufmerksam zu.",
        0.2,
    ),
    Item(
        "empathy",
        "Q6",
        "empathy",
        "likert",
        "My counterpart sees things from my side.",
        "Mein Gegenüber versetzt sich in meine Lage.",
        0.1,
    ),
    Item(
        "clarity",
        "Q7",
        "clarity",
        "likert",
        "We are clear about what we expect of each other.",
        "Wir sind uns einig, was wir voneinander erwarten.",
        -0.1,
        is_in_words=True,
    ),
    Item(
        "feedback_quality",
        "Q8",
        "feedback_quality",
        "likert",
        "The feedback I get is specific and timely.",
        "Das Feedback, das ich erhalte, ist konkret und zeitnah.",
        -0.15,
    ),
    Item(
        "confidence",
        "Q9",
        "confidence",
        "likert",
        "I feel confident about my next step.",
        "Ich sehe meinem nächsten Schritt zuversichtlich entgegen.",
        -0.25,
    ),
    Item(
        "decision_making",
        "Q10",
        "decision_making",
        "likert",
        "I make difficult decisions well.",
        "Ich treffe schwierige Entscheidungen gut.",
        -0.3,
    ),
    Item(
        "mentor_learning",
        "Q11",
        "mentor_learning",
        "likert",
        "As a mentor I learn from my mentee.",
        "Als Mentorin oder Mentor lerne ich von meinem Mentee.",
        0.05,
    ),
    Item(
        "comment",
        "Q12",
        "comment",
        "text",
        "What should we keep, what should we change?",
        "Was sollen wir beibehalten, was ändern?",
    ),
)

ENGAGEMENT_ITEMS = (
    Item(
        "workplace_satisfaction",
        "Q1",
        "workplace_satisfaction",
        "likert",
        "How satisfied are you with Brightwater as a place to work?",
        "Wie zufrieden sind Sie mit Brightwater als Arbeitgeber?",
    ),
    Item(
        "workplace_recommend",
        "Q2",
        "workplace_recommendation",
        "nps",
        "How likely are you to recommend Brightwater as a place to work?",
        "Wie wahrscheinlich ist es, dass Sie Brightwater weiterempfehlen?",
    ),
    Item(
        "energy",
        "Q3",
        "engagement",
        "likert",
        "My work gives me energy.",
        "Meine Arbeit gibt mir Energie.",
        0.05,
    ),
    Item(
        "thoughts_of_leaving",
        "Q4",
        "engagement",
        "likert",
        "I often think about leaving.",
        "Ich denke oft daran zu gehen.",
        -0.1,
        is_reversed=True,
    ),
    Item(
        "time_to_learn",
        "Q5",
        "learning_culture",
        "likert",
        "I find time to learn at work.",
        "Ich finde bei der Arbeit Zeit zu lernen.",
        -0.2,
    ),
    Item(
        "learn_from_colleagues",
        "Q6",
        "learning_culture",
        "likert",
        "I learn a lot from colleagues.",
        "Ich lerne viel von meinen Kolleginnen und Kollegen.",
        0.1,
    ),
    Item(
        "communication",
        "Q7",
        "communication",
        "likert",
        "Decisions that concern me are explained.",
        "Entscheidungen, die mich betreffen, werden erklärt.",
        -0.15,
        is_in_words=True,
    ),
    Item("comment", "Q8", "comment", "text", "Anything else?", "Möchten Sie noch etwas sagen?"),
)

# {name} is a colleague's first name: what a person would type, and what must never get out.
_PULSE_COMMENTS = (
    'Thanks to {name} I dared to lead the release review.\nNext time: "less slides, more talk".',
    "{name} listens, asks, and only then advises. Please keep the program.",
    "We had to cancel too often; calendars are full in the last week of a quarter.",
    "Die Treffen mit {name} sind das Beste an meinem Monat.",
    "Bitte mehr Zeit für das Kennenlernen, sonst bleibt es beim Small Talk.",
    "More structure would help: agree goals in the first meeting, look at them in the third.",
    "Write to {email} if you want an example of a good first meeting.",
    "I wanted someone from another site, the match was too close to my daily work.",
    "Great match, honest feedback, and I now know two people in the leadership team.",
    "My mentor has little time. Three mentees are too many.",
)
_ENGAGEMENT_COMMENTS = (
    "Too many priorities at once.\nOtherwise a good place.",
    "{name} from the service desk deserves a prize.",
    "I would like to hear earlier about changes in my department.",
    "Mehr Zeit zum Lernen wäre schön.",
    'The new office is "fine", the commute is not.',
)

# What many add, drawn apart so that nothing else of the company changes.
_FURTHER_SHARE = 0.7
_FURTHER = {
    PULSE: (
        "Our goals were clear and we looked at progress every month.",
        "Setting goals with milestones and deadlines helped us to see progress.",
        "We never set goals, so there was no progress to look at.",
        "Unsere Ziele waren klar, und der Fortschritt wurde jeden Monat besprochen.",
        "The feedback was honest and constructive, and it came right after the presentation.",
        "I want more constructive feedback, and right after a presentation.",
        "Konstruktive Rückmeldung kam sofort, das hat mir geholfen.",
        "Meetings were cancelled and moved, and the calendar is full.",
        "The calendar is full and meetings get cancelled at short notice.",
        "Termine werden oft abgesagt, der Kalender ist voll.",
        "I presented to executives and the board, which gave me confidence and visibility.",
        "Shadowing an executive gave me confidence and visibility with stakeholders.",
        "Video calls are fine, but meeting in person at another site was better.",
        "We work remotely; video calls from home instead of meeting in person.",
        "The workshop and the training course taught me new skills.",
        "More training, a workshop or a course on skills would help.",
        "The program helped my career; I was promoted into a new role.",
        "My career grew and the new role is worth it.",
        "From my mentee I learn how the younger generation works.",
        "The kitchen was cold in winter.",
    ),
    ENGAGEMENT: (
        "The workload is heavy and the deadlines cause stress.",
        "Stress and workload are too high before deadlines.",
        "Pay and salary fall behind other companies.",
        "My manager supports me and gives recognition for good work.",
        "Recognition from the manager is rare.",
        "More training and time for courses, please.",
        "The home office rules and the commute should be more flexible.",
        "Flexible home office makes the commute bearable.",
        "Die Abteilung wurde umstrukturiert, und niemand hat es erklärt.",
        "Lunch could be warmer.",
    ),
}

_BASE_FIELDS = (
    ("StartDate", "Anfangsdatum", "Start Date", "startDate"),
    ("EndDate", "Enddatum", "End Date", "endDate"),
    ("Status", "Antworttyp", "Response Type", "status"),
    ("IPAddress", "IP-Adresse", "IP Address", "ipAddress"),
    ("Progress", "Fortschritt", "Progress", "progress"),
    ("Duration (in seconds)", "Dauer (in Sekunden)", "Duration (in seconds)", "duration"),
    ("Finished", "Beendet", "Finished", "finished"),
    ("RecordedDate", "Aufgezeichnetes Datum", "Recorded Date", "recordedDate"),
    ("ResponseId", "Antwort-ID", "Response ID", "_recordId"),
    ("RecipientLastName", "Nachname des Empfängers", "Recipient Last Name", "recipientLastName"),
    (
        "RecipientFirstName",
        "Vorname des Empfängers",
        "Recipient First Name",
        "recipientFirstName",
    ),
    ("RecipientEmail", "E-Mail des Empfängers", "Recipient Email", "recipientEmail"),
    (
        "ExternalReference",
        "Externe Datenreferenz",
        "External Data Reference",
        "externalDataReference",
    ),
    ("LocationLatitude", "Breitengrad", "Location Latitude", "locationLatitude"),
    ("LocationLongitude", "Längengrad", "Location Longitude", "locationLongitude"),
    ("DistributionChannel", "Verteilungskanal", "Distribution Channel", "distributionChannel"),
    ("UserLanguage", "Benutzersprache", "User Language", "userLanguage"),
)


@dataclass(frozen=True)
class _Asked:
    """One entry per response: who answered what, when, and in what mood."""

    spell: Ints
    day: Ints
    wave: Texts
    mood: Floats
    counterpart: Ints


def pulse(
    workforce: Workforce, pairings: Pairings, people: Directory, rng: np.random.Generator
) -> tuple[Sheet, list[list[str]]]:
    """Return the programs' quarterly pulse of mentees and mentors, and its further headers."""
    asked, row, is_mentor = _pulse_responses(workforce, pairings, rng)
    months = (asked.day - pairings.started_day[row]) / 30.4
    answers: dict[str, Texts] = {}
    is_german = rng.random(len(row)) < _GERMAN_SHARE
    for item in PULSE_ITEMS[:-1]:
        lift = np.full(len(row), item.lift)
        if item.item_id in ("confidence", "decision_making"):
            lift += np.where(is_mentor, 0.3, np.minimum(0.05 * months, 0.55))
        if item.item_id == "clarity":
            lift += np.where(pairings.agreed_day[row] == UNKNOWN, -0.45, 0.15)
        answers[item.header] = _answers(item, asked.mood + lift, is_german, rng)
    answers["Q11"] = np.where(is_mentor, answers["Q11"], "")
    answers["Q12"] = _comments(_PULSE_COMMENTS, PULSE, asked, workforce, people, rng)
    consent = words(rng.choice(2, len(row), p=(0.6, 0.4)), ("1", "2"))
    answers[CONSENT_HEADER] = np.where(answers["Q12"] == "", "", consent)
    program = words(pairings.program[row], [p.program_id for p in PROGRAMS])
    sheet = _sheet(
        asked,
        answers,
        {"Program": program, "Wave": asked.wave},
        is_german,
        workforce,
        people,
        rng,
        anonymous_share=0.02,
    )
    headers = _headers(PULSE_ITEMS, ("Program", "Wave"), is_german=True)
    return sheet, headers


def engagement(
    workforce: Workforce, pairings: Pairings, people: Directory, rng: np.random.Generator
) -> tuple[Sheet, list[list[str]]]:
    """Return the half-yearly engagement survey of everybody, and its further headers."""
    asked = _engagement_responses(workforce, pairings, rng)
    is_german = rng.random(len(asked.spell)) < _GERMAN_SHARE / 2
    answers = {
        item.header: _answers(item, asked.mood + item.lift, is_german, rng)
        for item in ENGAGEMENT_ITEMS[:-1]
    }
    answers["Q8"] = _comments(_ENGAGEMENT_COMMENTS, ENGAGEMENT, asked, workforce, people, rng)
    sheet = _sheet(
        asked,
        answers,
        {"Wave": asked.wave},
        is_german,
        workforce,
        people,
        rng,
        anonymous_share=_ANONYMOUS_SHARE,
    )
    return sheet, _headers(ENGAGEMENT_ITEMS, ("Wave",), is_german=False)


def items() -> Sheet:
    """Return the canonical table of both surveys' items."""
    scales = {"likert": ("1", "5"), "nps": ("0", "10"), "text": ("", "")}
    rows = [
        (
            survey,
            item.item_id,
            item.construct,
            item.text,
            item.kind,
            *scales[item.kind],
            str(item.is_reversed).lower(),
        )
        for survey, survey_items in ((PULSE, PULSE_ITEMS), (ENGAGEMENT, ENGAGEMENT_ITEMS))
        for item in survey_items
    ]
    names = [column.name for column in SURVEY_ITEMS.columns]
    columns = zip(*rows, strict=True)
    return Sheet(
        {name: np.array(column, dtype=object) for name, column in zip(names, columns, strict=True)}
    )


# Who answers, and in what mood ---------------------------------------------------------------


def _pulse_responses(
    workforce: Workforce, pairings: Pairings, rng: np.random.Generator
) -> tuple[_Asked, Ints, Bools]:
    """Return the responses, the row of each one's pairing, and who answered as a mentor."""
    found: list[tuple[Ints, Ints, Ints]] = []
    first = month_number(2022, 1)
    for quarter, month in enumerate(range(first + 2, MONTHS_N, 3)):
        opens = int(MONTH_STARTS[month + 1]) - 17
        runs = (pairings.started_day <= opens - 14) & (pairings.until_day >= opens)
        rows = np.flatnonzero(runs)
        for is_mentor, spells in ((0, pairings.mentee), (1, pairings.mentor)):
            _, chosen = np.unique(
                spells[rows] * len(PROGRAMS) + pairings.program[rows], return_index=True
            )
            answering = rows[chosen][rng.random(len(chosen)) < _PULSE_SHARE]
            wave = np.full(len(answering), quarter)
            found.append((answering, np.full(len(answering), is_mentor), wave))
    row, role, wave = (np.concatenate(column) for column in zip(*found, strict=True))
    is_mentor = role == 1
    spell = np.where(is_mentor, pairings.mentor[row], pairings.mentee[row])
    day = MONTH_STARTS[first + 3 * (wave + 1)] - 17 + rng.integers(0, 15, len(row))
    here = np.flatnonzero(workforce.exit_day[spell] > day)
    row, is_mentor, spell, day, wave = (
        row[here],
        is_mentor[here],
        spell[here],
        day[here],
        wave[here],
    )
    years = wave / 4
    mood = (
        of_program("satisfaction", pairings.program[row])
        + 0.085 * years
        + 0.9 * pairings.warmth[row]
        + GOAL_SATISFACTION * (pairings.sets_goal_early[row] - 0.7)
        + RHYTHM_SATISFACTION * pairings.rhythm[row]
        + 0.12 * is_mentor
        + rng.normal(0, 0.45, len(row))
    )
    names = np.array([f"{2022 + q // 4}-Q{q % 4 + 1}" for q in range(4 * 8)], dtype=object)
    counterpart = np.where(is_mentor, pairings.mentee[row], pairings.mentor[row])
    return _Asked(spell, day, names[wave], mood, counterpart), row, is_mentor


def _engagement_responses(
    workforce: Workforce, pairings: Pairings, rng: np.random.Generator
) -> _Asked:
    spells_n = len(workforce.person)
    temper = rng.normal(0, 0.5, spells_n)
    lift = rng.normal(0, 0.14, len(DEPARTMENTS))
    since = {
        role: _first_days(spells, pairings.started_day, spells_n)
        for role, spells in (("mentee", pairings.mentee), ("mentor", pairings.mentor))
    }
    parts: list[tuple[Ints, Ints, Texts, Floats]] = []
    for half, month in enumerate(range(month_number(2021, 6), MONTHS_N, 6)):
        opens = int(MONTH_STARTS[month]) - 14
        staff = np.flatnonzero(workforce.is_employed(np.arange(spells_n), opens))
        spells = staff[rng.random(len(staff)) < _ENGAGEMENT_SHARE]
        days = opens + rng.integers(0, 18, len(spells))
        here = np.flatnonzero(workforce.exit_day[spells] > days)
        spells, days = spells[here], days[here]
        mood = (
            3.45
            + 0.035 * half
            + temper[spells]
            + lift[workforce.department[spells]]
            + 0.08 * (workforce.arrangement[spells] == REMOTE)
            + 0.22 * (since["mentee"][spells] <= opens)
            + 0.12 * (since["mentor"][spells] <= opens)
            + rng.normal(0, 0.35, len(spells))
        )
        name = f"{2021 + half // 2}-H{half % 2 + 1}"
        parts.append((spells, days, np.full(len(spells), name, dtype=object), mood))
    spell, day, wave, mood = (np.concatenate(column) for column in zip(*parts, strict=True))
    return _Asked(spell, day, wave, mood, rng.integers(0, spells_n, len(spell)))


def _first_days(spells: Ints, days: Ints, spells_n: int) -> Ints:
    first = np.full(spells_n, LAST_DAY + 1)
    np.minimum.at(first, spells, days)
    return first


# What they answer ----------------------------------------------------------------------------


def _answers(item: Item, level: Floats, is_german: Bools, rng: np.random.Generator) -> Texts:
    """Return the answers to an item, around a level on the 1-5 scale; a few are blank."""
    size = len(level)
    if item.kind == "nps":
        score = np.round(7.5 + 1.9 * (level - 3.9) + rng.normal(0, 1.1, size))
        answers = words(np.clip(score, 0, 10).astype(np.int64), [str(n) for n in range(11)])
    else:
        drawn = np.clip(np.round(level + rng.normal(0, 0.55, size)), 1, 5).astype(np.int64)
        drawn = 6 - drawn if item.is_reversed else drawn
        if item.is_in_words:
            answers = np.where(
                is_german, words(drawn - 1, AGREEMENT_DE), words(drawn - 1, AGREEMENT_EN)
            )
        else:
            answers = words(drawn - 1, ("1", "2", "3", "4", "5"))
    return np.where(rng.random(size) < _BLANK_SHARE, "", answers)


def _comments(
    templates: Sequence[str],
    survey: str,
    asked: _Asked,
    workforce: Workforce,
    people: Directory,
    rng: np.random.Generator,
) -> Texts:
    size = len(asked.spell)
    comments = np.full(size, "", dtype=object)
    rows = np.flatnonzero(rng.random(size) < _COMMENT_SHARE[survey])
    named = workforce.person[asked.counterpart[rows]]
    chosen = rng.integers(0, len(templates), len(rows))
    for row, person, template in zip(rows.tolist(), named.tolist(), chosen.tolist(), strict=True):
        comments[row] = templates[template].format(
            name=people.first_names[person], email=people.emails[person]
        )
    return _with_further(comments, rows, _FURTHER[survey])


def _with_further(comments: Texts, rows: Ints, sentences: Sequence[str]) -> Texts:
    """Return the comments with another sentence to most of them, of a generator of its own."""
    own = np.random.default_rng([len(comments), len(sentences)])
    has_more = own.random(len(rows)) < _FURTHER_SHARE
    chosen = own.integers(0, len(sentences), len(rows))
    for row, sentence in zip(rows[has_more].tolist(), chosen[has_more].tolist(), strict=True):
        comments[row] = f"{comments[row]} {sentences[sentence]}"
    return comments


# How Qualtrics writes it down ----------------------------------------------------------------


def _sheet(
    asked: _Asked,
    answers: dict[str, Texts],
    embedded: dict[str, Texts],
    is_german: Bools,
    workforce: Workforce,
    people: Directory,
    rng: np.random.Generator,
    *,
    anonymous_share: float,
) -> Sheet:
    size = len(asked.spell)
    person = workforce.person[asked.spell]
    is_anonymous = rng.random(size) < anonymous_share
    is_hasty = rng.random(size) < _HASTY_SHARE
    seconds = np.where(is_hasty, 9, rng.integers(95, 900, size))
    started = asked.day * 86_400 + rng.integers(7 * 3_600, 19 * 3_600, size)
    ended = second_texts(started + seconds)
    empty = np.full(size, "", dtype=object)
    sheet = Sheet(
        {
            "StartDate": second_texts(started),
            "EndDate": ended,
            "Status": np.full(size, "IP Address", dtype=object),
            "IPAddress": ids("192.0.2.", np.where(is_anonymous, -1, rng.integers(1, 255, size)), 1),
            "Progress": np.full(size, "100", dtype=object),
            "Duration (in seconds)": numbers(seconds),
            "Finished": np.full(size, "True", dtype=object),
            "RecordedDate": ended,
            "ResponseId": _response_ids(size, rng),
            "RecipientLastName": np.where(is_anonymous, "", people.last_names[person]),
            "RecipientFirstName": np.where(is_anonymous, "", people.first_names[person]),
            "RecipientEmail": np.where(is_anonymous, "", people.mentions(person, rng)),
            "ExternalReference": empty,
            "LocationLatitude": empty,
            "LocationLongitude": empty,
            "DistributionChannel": np.where(is_anonymous, "anonymous", "email"),
            "UserLanguage": np.where(is_german, "DE", "EN"),
            **answers,
            **embedded,
        }
    )
    order = np.argsort(started, kind="stable")
    return _with_flaws(sheet.take(order), list(answers), rng).with_repeats(rng)


def _with_flaws(sheet: Sheet, questions: list[str], rng: np.random.Generator) -> Sheet:
    """Return the sheet with some responses unfinished, previewed or by strangers."""
    size = len(sheet)
    shares = (_UNFINISHED_SHARE, _PREVIEW_SHARE, _STRANGER_SHARE)
    counts = [max(1, int(share * size)) if size >= _FLAWED_FROM_ROWS else 0 for share in shares]
    rows = rng.choice(size, sum(counts), replace=False)
    unfinished, preview, stranger = np.split(rows, np.cumsum(counts)[:-1])
    columns = {header: column.copy() for header, column in sheet.columns.items()}
    columns["Finished"][unfinished] = "False"
    columns["Progress"][unfinished] = words(rng.integers(0, 3, len(unfinished)), ("23", "46", "69"))
    for header in questions[len(questions) // 3 :]:
        columns[header][unfinished] = ""
    columns["Status"][preview] = "Survey Preview"
    columns["DistributionChannel"][preview] = "preview"
    for header in ("RecipientLastName", "RecipientFirstName", "RecipientEmail"):
        columns[header][preview] = ""
    columns["RecipientEmail"][stranger] = outsiders(len(stranger), rng)
    return Sheet(columns)


def _response_ids(size: int, rng: np.random.Generator) -> Texts:
    alphabet = np.frombuffer(
        b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", dtype="S1"
    )
    letters = alphabet[rng.integers(0, len(alphabet), (size, 15))].view("S15").ravel()
    return np.array([f"R_{text.decode()}" for text in letters.tolist()], dtype=object)


def _headers(asked: Sequence[Item], embedded: Sequence[str], *, is_german: bool) -> list[list[str]]:
    """Return the second and third header rows: the questions' text, and the import ids."""
    texts = [german if is_german else english for _, german, english, _ in _BASE_FIELDS]
    import_ids = [{"ImportId": name} for *_, name in _BASE_FIELDS]
    for name in (0, 1, 7):
        import_ids[name]["timeZone"] = "Z"
    for item in asked:
        texts.append(item.german if is_german else item.text)
        question = f"QID{item.header[1:]}"
        import_ids.append({"ImportId": f"{question}_TEXT" if item.kind == "text" else question})
    if is_german:
        texts.append(_CONSENT_GERMAN)
        import_ids.append({"ImportId": f"QID{CONSENT_HEADER[1:]}"})
    texts.extend(embedded)
    import_ids.extend({"ImportId": name} for name in embedded)
    return [texts, [json.dumps(fields, separators=(",", ":")) for fields in import_ids]]
