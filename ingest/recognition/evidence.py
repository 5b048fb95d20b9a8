"""Whether the records of a file, taken together, are what a table holds.

Headers that many files have in common prove little. A list of people has a record per person, a
history has people with several records and days, a key comes once, and a form asks something.
"""

from __future__ import annotations

from collections.abc import Mapping as Mapped
from dataclasses import dataclass, replace

from ingest.columns.mapping import Mapping, Parameters, meaning_of, written_of
from ingest.columns.presets import Preset, read_preset
from ingest.contract import TABLES
from ingest.files.headers import folded
from ingest.recognition.contents import texts_of
from ingest.recognition.inspection import InspectedFile
from ingest.recognition.lexicon import (
    asks,
    bare,
    has_word,
    hours,
    is_employee_id,
    lexicon,
    may_be_any_day,
    of_pay,
    ordinary,
    other_people,
    periods,
    says_id,
    vague,
    whole_names,
)

# Tables in which the columns that name a row may come several times.
REPEATING = ("job_history", "identifiers", "learning", "recognitions", "survey_responses")
# Tables that are about a company's own people.
ABOUT_EMPLOYEES = ("job_history", "people")
# What says that a record is about a job.
OF_JOBS = ("job_title", "department", "level", "manager_id", "employment_type")
# One of these at least has a record of a change, whatever else holds from a day on.
TOLD_BY_CHANGES = {"reason", "standing", "job_title", "level", "manager_id", "employment_type"}
# Known events that tell a history whose people have no better name than `id`.
EVENTS_MIN = 2
# What is asked of a snapshot that stands alone.
ONE_DAY = "this is one day: are the snapshots of other days here, too?"
# A time of the day behind a day, and midnight, which a system writes behind days.
HOUR, MIDNIGHT = r"(?s).*\d[T ]\d{1,2}:.*", r"(?s).*\d[T ]00?:00.*"
# Share of the records that must have a key of their own, without and with a question.
KEYS_SHARE_SURE, KEYS_SHARE_MIN = 0.98, 0.9
# Fewer records than this are no proof against a history, or against a form.
RECORDS_MIN = 10
# Share of the people of all days that a snapshot of each day holds.
FILLED_SHARE_MIN = 0.6
# Headers of a survey tool that are proof enough, and those that logs of other kinds have, too.
OWN_HEADERS_MIN, FRONT_HEADERS = 3, 5
FORM_HEADERS = (
    *("Timestamp", "Start time", "Completion time", "Last modified time", "Email address"),
    *("Response ID", "Date submitted", "IP address", "Token", "First name", "Last name", "Tags"),
)
# Most different answers that a scale or a choice has.
ANSWERS_MAX = 12


@dataclass(frozen=True)
class Weighed:
    """What the records as a whole say of a candidate.

    Attributes:
        contradiction: why it cannot be; None where it can.
        questions: what is left to ask.
    """

    contradiction: str | None = None
    questions: tuple[str, ...] = ()


def weigh(
    inspected: InspectedFile,
    mapping: Mapping,
    values: Mapped[str, Mapped[str, str]],
    *,
    is_by_words: bool,
    is_telling: bool = False,
) -> Weighed:
    """Return what the records of a file say about its being what its headers suggest.

    Args:
        inspected: the file.
        mapping: its columns.
        values: column: word: what it means, as drafted.
        is_by_words: whether no preset of a vendor says what its columns mean.
        is_telling: whether its own columns tell more than any other header.
    """
    against = _spoken_against(inspected, mapping) if is_by_words and not is_telling else None
    if against is None and is_by_words:
        against = _own_period(inspected, mapping)
    if against is not None:
        return Weighed(f"{against} speaks against it")
    if mapping.is_wide:
        return Weighed(_asks_nothing(inspected, mapping, is_told=is_telling))
    if is_by_words and mapping.table.name in ABOUT_EMPLOYEES:
        other = _other_id(inspected, mapping)
        if other is not None:
            return Weighed(f"{other} may be the employee's id as well: say which is")
    if mapping.table.name == "job_history":
        return _weigh_history(inspected, mapping, values, is_by_words=is_by_words)
    if mapping.table.name == "people" and len(mapping.positions) < 2:
        return Weighed("it says nothing of people but their ids")
    if mapping.table.name == "pairings" and "pairing_id" not in mapping.positions:
        return _weigh_pairs(inspected, mapping)
    weighed = _weigh_keys(inspected, mapping)
    return replace(weighed, questions=(*weighed.questions, *_about_names(inspected, mapping)))


def _spoken_against(inspected: InspectedFile, mapping: Mapping) -> str | None:
    """Return a header that this table does not have, and files of another kind do."""
    words = next(
        (
            w
            for w in lexicon().values()
            if w.table == mapping.table.name and read_preset(w.preset) == mapping.preset
        ),
        None,
    )
    against = words.against if words else ()
    if mapping.preset.turn == "changes" and _tells_moves(inspected, mapping):
        against = tuple(word for word in against if word not in of_pay())
    if mapping.table.name in ABOUT_EMPLOYEES and not _has_employee_id(inspected, mapping):
        against = (*against, *other_people())
    return _header_against(inspected, mapping, against)


def _tells_moves(inspected: InspectedFile, mapping: Mapping) -> bool:
    """Return whether employees have one job after another in it, whatever else changes, as pay."""
    if not {"effective_on", "job_title"} <= set(mapping.positions):
        return False
    if not _has_employee_id(inspected, mapping):
        return False
    people_n, jobs_n = (
        _keys_n(inspected, mapping, names)
        for names in (["employee_id"], ["employee_id", "job_title"])
    )
    return jobs_n > people_n


def _header_against(
    inspected: InspectedFile, mapping: Mapping, against: tuple[str, ...]
) -> str | None:
    """Return a header without a place that has one of some words."""
    used = {place for places in mapping.positions.values() for place in places}
    names = inspected.landing.head.names
    unused = [name for place, name in enumerate(names) if place not in used and name.strip()]
    return next((h.strip() for h in unused for word in against if has_word(h, word)), None)


def _own_period(inspected: InspectedFile, mapping: Mapping) -> str | None:
    """Return the header of a day or an hour that each record is about, and that has no place.

    A list of people or of pairs has none, and a last day belongs to the first day beside it.
    """
    used = {place for places in mapping.positions.values() for place in places}
    names = inspected.landing.head.names
    free = [name.strip() for n, name in enumerate(names) if n not in used]
    if mapping.table.name == "pairings":
        return next((header for header in free if bare(header) in hours()), None)
    if mapping.table.name != "people" and mapping.preset.turn != "spells":
        return None
    against = periods()
    if "left_on" in mapping.positions and bare(_header(inspected, mapping, "left_on")) in vague():
        starts = {bare(word) for word in lexicon()["spells"].columns["hired_on"]}
        against |= starts & vague()
    return next((header for header in free if bare(header) in against), None)


def _has_employee_id(inspected: InspectedFile, mapping: Mapping) -> bool:
    return "employee_id" in mapping.positions and is_employee_id(
        _header(inspected, mapping, "employee_id")
    )


def _other_id(inspected: InspectedFile, mapping: Mapping) -> str | None:
    """Return an unused header that names people as well, where an e-mail stands for their id.

    It says an id or a number, and its values are as many as the e-mails.
    """
    if "employee_id" not in mapping.positions or _has_employee_id(inspected, mapping):
        return None
    who = texts_of(inspected, mapping, mapping.column("employee_id"))
    if who.fitting_n(r"(?s).*@.*") * 2 <= who.values_n:
        return None
    used = {place for places in mapping.positions.values() for place in places}
    for place, header in enumerate(inspected.landing.head.names):
        if place in used or not says_id(header):
            continue
        texts = inspected.texts(f"nullif(trim(c{place}), '')", {})
        if texts.values_n == who.values_n and texts.different_n == who.different_n:
            return header.strip()
    return None


def _weigh_keys(inspected: InspectedFile, mapping: Mapping) -> Weighed:
    """Return what it says that the columns which name a row are, or are not, different in each."""
    key = mapping.table.key
    held = [name for name in key if name in mapping.positions]
    is_whole = all(name in mapping.positions or name in mapping.constants for name in key)
    if mapping.table.name in REPEATING or mapping.preset.turn or not held or not is_whole:
        return Weighed()
    share = _keys_n(inspected, mapping, held) / max(inspected.different_n, 1)
    named = " and ".join(_header(inspected, mapping, name) for name in held)
    verb = "repeats" if len(held) == 1 else "repeat together"
    if share >= KEYS_SHARE_SURE:
        return Weighed()
    grain = mapping.table.grain.rstrip(".").lower()
    if share < KEYS_SHARE_MIN:
        return Weighed(f"{named} {verb}, and {mapping.table.name} has {grain}")
    return Weighed(questions=(f"{named} {verb} in some records: is it {grain}?",))


def _weigh_pairs(inspected: InspectedFile, mapping: Mapping) -> Weighed:
    """Return what it says that a pair stands in several records, as in a log of meetings."""
    names = [n for n in ("mentor_id", "mentee_id", "program_id") if n in mapping.positions]
    if _keys_n(inspected, mapping, names) < KEYS_SHARE_MIN * inspected.different_n:
        return Weighed("the same pairs stand in several records, so that it is a log of theirs")
    return Weighed()


def _about_names(inspected: InspectedFile, mapping: Mapping) -> list[str]:
    """Return what to ask about a column that holds first and last names in one."""
    if mapping.table.name != "people" or "last_name" not in mapping.positions:
        return []
    header = _header(inspected, mapping, "last_name")
    if "first_name" in mapping.positions or bare(header) not in whole_names():
        return []
    return [
        f"{header} holds whole names and is read as last_name, which takes each of their words out "
        "of comments: right?"
    ]


def _weigh_history(
    inspected: InspectedFile,
    mapping: Mapping,
    values: Mapped[str, Mapped[str, str]],
    *,
    is_by_words: bool,
) -> Weighed:
    turn = mapping.preset.turn
    records_n, people_n = inspected.different_n, _keys_n(inspected, mapping, ["employee_id"])
    if turn is None and is_by_words and (end := _own_end(inspected, mapping)) is not None:
        return Weighed(f"{end} says that each record lasts, so that it is no event")
    if turn == "spells":
        return _weigh_spells(inspected, mapping, records_n, people_n, is_by_words=is_by_words)
    day = {"snapshots": "snapshot_on"}.get(turn or "", "effective_on")
    days_n = _keys_n(inspected, mapping, [day]) if day in mapping.positions else 1
    if turn == "snapshots":
        return _weigh_snapshots(inspected, mapping, day, days_n)
    if records_n >= RECORDS_MIN and days_n == 1:
        return Weighed(
            f"every record has the same {_header(inspected, mapping, day)}: it is the state of one "
            "day and no history"
        )
    is_list = records_n >= RECORDS_MIN and people_n == records_n
    if turn == "changes":
        if is_by_words and not TOLD_BY_CHANGES & set(mapping.positions):
            return Weighed("it says neither what happened nor a job: its days may be of anything")
        is_list = is_list or (is_by_words and people_n == records_n)
        return Weighed("nobody has two records: it is a list and no history" if is_list else None)
    if is_by_words and bare(_header(inspected, mapping, "employee_id")) in vague():
        meant = _events_meant(inspected, mapping, values)
        if not {"hire", "rehire"} & meant or len(meant) < EVENTS_MIN:
            return Weighed(
                f"{_header(inspected, mapping, 'employee_id')} may number anything, and its events "
                "are not those of employments"
            )
    return Weighed(questions=tuple(_about_events(inspected, mapping, values, is_list, is_by_words)))


def _events_meant(
    inspected: InspectedFile, mapping: Mapping, values: Mapped[str, Mapped[str, str]]
) -> set[str]:
    """Return the events that the words of a history are known to mean."""
    words = texts_of(inspected, mapping, TABLES["job_history"].column("event")).words() or ()
    events = TABLES["job_history"].column("event").codes
    return {values.get("event", {}).get(word, word.lower()) for word in words} & set(events)


def _own_end(inspected: InspectedFile, mapping: Mapping) -> str | None:
    """Return the unused header of a last day, where the first has no better name than `start`."""
    day = _header(inspected, mapping, "effective_on") if "effective_on" in mapping.positions else ""
    if bare(day) not in vague():
        return None
    used = {place for places in mapping.positions.values() for place in places}
    ends = {bare(word) for word in lexicon()["spells"].columns["left_on"]} & vague()
    names = inspected.landing.head.names
    return next((h.strip() for n, h in enumerate(names) if n not in used and bare(h) in ends), None)


def _weigh_spells(
    inspected: InspectedFile, mapping: Mapping, records_n: int, people_n: int, *, is_by_words: bool
) -> Weighed:
    if "hired_on" not in mapping.positions:
        return Weighed("no header says when people were hired")
    are_jobs = _are_jobs(inspected, mapping, records_n)
    if people_n * 2 < records_n and not are_jobs:
        return Weighed("people have too many records for one per employment")
    if not is_by_words:
        return Weighed()
    told = [
        _header(inspected, mapping, n) for n in ("hired_on", "left_on") if n in mapping.positions
    ]
    is_vague = all(bare(header) in vague() for header in told)
    if people_n < KEYS_SHARE_MIN * records_n and is_vague and not are_jobs:
        return Weighed("people have several records, and no header says when they were hired")
    against = _against_employments(inspected, mapping)
    if against is not None:
        return Weighed(against)
    used = {place for places in mapping.positions.values() for place in places}
    dated = {bare(word) for word in lexicon()["job_history"].columns["effective_on"]} - vague()
    names = inspected.landing.head.names
    own_day = next(
        (h.strip() for n, h in enumerate(names) if n not in used and bare(h) in dated), None
    )
    if own_day is not None:
        return Weighed(f"{own_day} says that each record holds from a day of its own")
    if "left_on" not in mapping.positions:
        question = (
            "no header says when people left: are they in it, with the day? Without them "
            "retention would be 100 %"
        )
        return Weighed(questions=(question,))
    header = _header(inspected, mapping, "left_on")
    return Weighed(questions=(f"is {header} the last day worked, as the preset takes it?",))


def _are_jobs(inspected: InspectedFile, mapping: Mapping, records_n: int) -> bool:
    """Return whether each record is a job of somebody, with its first and its last day."""
    if not {"left_on", "employee_id"} <= set(mapping.positions):
        return False
    if not {"job_title", "level", "department"} & set(mapping.positions):
        return False
    return _keys_n(inspected, mapping, ["employee_id", "hired_on"]) >= KEYS_SHARE_SURE * records_n


def _against_employments(inspected: InspectedFile, mapping: Mapping) -> str | None:
    """Return why days on which something came and went are not those of employments."""
    for name in ("hired_on", "left_on"):
        if name not in mapping.positions:
            continue
        texts = texts_of(inspected, mapping, mapping.column(name))
        hours_n = texts.fitting_n(HOUR) - texts.fitting_n(MIDNIGHT)
        if hours_n * 2 > texts.values_n:
            return f"{_header(inspected, mapping, name)} says the hour, as no employment does"
    told = (n for n in ("hired_on", "left_on") if n in mapping.positions)
    may_be_any = all(may_be_any_day(_header(inspected, mapping, name)) for name in told)
    who = texts_of(inspected, mapping, mapping.column("employee_id"))
    are_people = who.fitting_n(r"(?s).*@.*") * 2 > who.values_n
    if may_be_any and not are_people and not set(OF_JOBS) & set(mapping.positions):
        return "nothing in it says a job, so its days may be those of anything"
    return None


def _weigh_snapshots(inspected: InspectedFile, mapping: Mapping, day: str, days_n: int) -> Weighed:
    key = ["employee_id", day] if day in mapping.positions else ["employee_id"]
    if _keys_n(inspected, mapping, key) < KEYS_SHARE_SURE * inspected.different_n:
        return Weighed("people have several records of one day")
    if bare(_header(inspected, mapping, day) if day in mapping.positions else "") in _effective():
        against = _header_against(inspected, mapping, lexicon()["changes"].against)
        if against is not None:
            return Weighed(f"{against} speaks against it")
        people_n = _keys_n(inspected, mapping, ["employee_id"])
        if (
            days_n < 2
            or people_n < 2
            or people_n * days_n > inspected.different_n / FILLED_SHARE_MIN
        ):
            return Weighed("its dates are not those of one day for everybody")
    if not {"level", "job_title", "hired_on"} & set(mapping.positions):
        return Weighed("it says nothing of people's jobs")
    questions = []
    if days_n == 1:
        questions.append(ONE_DAY)
    if "left_on" in mapping.positions:
        header = _header(inspected, mapping, "left_on")
        questions.append(f"is {header} the last day worked, as the preset takes it?")
    else:
        questions.append(
            "no header says when people left: people who are missing from a later snapshot count "
            "as having left; right?"
        )
    return Weighed(questions=tuple(questions))


def _effective() -> set[str]:
    """Return headers, bare, that tell the day of a change as well as that of a snapshot."""
    return {bare(word) for word in lexicon()["job_history"].columns["effective_on"]}


def _about_events(
    inspected: InspectedFile,
    mapping: Mapping,
    values: Mapped[str, Mapped[str, str]],
    is_list: bool,
    is_by_words: bool,
) -> list[str]:
    """Return what to ask about a history whose rows are events already."""
    meant = _events_meant(inspected, mapping, values)
    questions = []
    if "exit" in meant and is_by_words:
        questions.append(
            "is the date of an exit the first day out, as it is read here? Where it is the last "
            "day worked, say `preset: workday_worker_history`, and `reason` in place of `event`"
        )
    if not {"hire", "rehire"} & meant:
        questions.append("it holds no hires: does another export hold them?")
    elif is_list:
        questions.append("nobody has two rows: does another export hold what came after the hire?")
    return questions


def _asks_nothing(inspected: InspectedFile, mapping: Mapping, *, is_told: bool) -> str | None:
    """Return why a table with a time in front is no form; None where it is one.

    The head rows of Qualtrics and SurveyMonkey are proof enough.
    """
    if mapping.preset.layout != "table":
        return None
    asked = [item for item in mapping.items if asks(item.item_id)]
    if not asked and (is_told or is_form_by_head(inspected, mapping.preset)):
        asked = list(mapping.items)
    if not asked:
        return "none of its other headers asks anything"
    if inspected.different_n >= RECORDS_MIN and not any(
        _is_answer(inspected, i.position) for i in asked
    ):
        return "nothing below its questions looks like answers"
    return None


def is_form_by_head(inspected: InspectedFile, preset: Preset) -> bool:
    """Return whether a file has so many of a survey tool's own headers that it needs no question.

    Headers that any file may have do not count, unless they stand in front as the tool writes them.
    """
    beside = {folded(header) for header in preset.not_items}
    front = [folded(header) in beside for header in inspected.headers[:FRONT_HEADERS]]
    if len(front) == FRONT_HEADERS and all(front) and preset.vendor != "any":
        return True
    headers = {folded(header) for header in inspected.headers} - {folded(h) for h in FORM_HEADERS}
    own = {folded(header) for header in preset.not_items if bare(header) not in ordinary()}
    return len(headers & own) >= OWN_HEADERS_MIN


def _is_answer(inspected: InspectedFile, position: int) -> bool:
    """Return whether a column has answers: few different ones, or words."""
    texts = inspected.texts(f"nullif(trim(c{position}), '')", {})
    return texts.different_n <= ANSWERS_MAX or texts.fitting_n(r"(?s)\S+\s+\S+\s+\S.*") > 0


def _keys_n(inspected: InspectedFile, mapping: Mapping, names: list[str]) -> int:
    parameters = Parameters()
    columns = [column for column in mapping.columns if column.name in names]
    records = written_of(mapping, columns, inspected.landing.view, parameters)
    texts = [meaning_of(mapping, c, f"s_{c.name}", parameters) for c in columns]
    return inspected.keys_n(texts, parameters.values, of=records)


def _header(inspected: InspectedFile, mapping: Mapping, name: str) -> str:
    return inspected.landing.head.names[mapping.positions[name][0]].strip()
