"""Why a record is not in the warehouse: every reason code, its meaning, what to do about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """One reason code.

    Attributes:
        code: what stands in quarantine and in the quality table.
        meaning: one plain phrase.
        expected: what should have been there; empty where the column's kind says it.
        to_do: what the analyst can do.
        is_problem: it counts toward the share above which a source is refused. What a vendor's own
            rules set aside, and what only follows from another record's problem, does not.
    """

    code: str
    meaning: str
    expected: str
    to_do: str
    is_problem: bool = True


REASONS: dict[str, Reason] = {
    reason.code: reason
    for reason in (
        # The file's form
        Reason(
            "ragged_row",
            "the record has more or fewer cells than the header",
            "as many cells as the header has",
            "export again; look for a separator inside an unquoted cell, or a footer row",
        ),
        Reason(
            "broken_quotes",
            "text stands after a closing quote",
            "a quote inside a cell written twice",
            "export again, with quotes inside cells doubled",
        ),
        Reason(
            "blank_record", "every cell is empty", "a filled record", "nothing", is_problem=False
        ),
        # What the vendor's own rules set aside
        Reason(
            "preview_response",
            "a preview or test of the survey",
            "a response of a participant",
            "nothing; previews are not answers",
            is_problem=False,
        ),
        Reason(
            "spam_response",
            "marked as spam by the survey tool",
            "a response of a participant",
            "nothing, unless the survey tool is wrong",
            is_problem=False,
        ),
        Reason(
            "unfinished_response",
            "the survey was left before its end",
            "a finished response",
            "nothing; or close the response in the survey tool and export again",
            is_problem=False,
        ),
        Reason(
            "empty_response",
            "the response answers no question",
            "at least one answer",
            "nothing; or name the questions under `items`",
            is_problem=False,
        ),
        # Values
        Reason(
            "missing_value",
            "a required value is empty",
            "a value",
            "fill it in the source system and export again",
        ),
        Reason(
            "unreadable_date",
            "the date or time cannot be read without guessing",
            "",
            "correct it, or say how dates are written with `date_format:` and `timezone:`",
        ),
        Reason(
            "unreadable_number",
            "the number cannot be read",
            "",
            "write it with a decimal point and without separators or signs of currency",
        ),
        Reason("unreadable_boolean", "neither yes nor no", "", "map it under `values:`"),
        Reason("unknown_code", "a value the table does not know", "", "map it under `values:`"),
        # People
        Reason(
            "unknown_person",
            "nobody in job_history or people has this employee id or e-mail",
            "an employee id or an e-mail of job_history or people",
            "add the person, or the e-mail to other_emails, or an alias of the domain",
        ),
        Reason(
            "ambiguous_person",
            "two people share this identifier, so it links nobody",
            "an identifier of one person",
            "correct the e-mails in people, or use employee ids",
        ),
        Reason(
            "unlinked_manager",
            "the manager is nobody in job_history or people; the row is kept without one",
            "an employee id or an e-mail of job_history or people",
            "add the manager to people",
            is_problem=False,
        ),
        # Sense
        Reason(
            "self_mentoring",
            "mentor and mentee are the same person",
            "two people",
            "correct the pairing",
        ),
        Reason(
            "end_before_start",
            "the end lies before the start",
            "an end on or after the start",
            "correct the dates",
        ),
        Reason(
            "outside_employment",
            "the pairing starts when its mentor or mentee was not employed",
            "a start while both were employed",
            "correct the start, or export the whole job history with leavers and rehires",
        ),
        Reason(
            "unknown_program",
            "no such program in programs",
            "a program_id of programs",
            "add the program, or correct the id",
        ),
        Reason(
            "unknown_pairing",
            "no such pairing in pairings",
            "a pairing_id of pairings",
            "export the pairings of the same period, or correct the id",
        ),
        Reason(
            "pairing_quarantined",
            "its pairing is in quarantine",
            "a pairing that was kept",
            "correct the pairing; this record then returns by itself",
            is_problem=False,
        ),
        Reason(
            "outside_scale",
            "the answer is not a number on the scale of its item",
            "",
            "correct scale_min and scale_max in survey_items, or map the answer under `values:`",
        ),
        Reason(
            "conflicting_key",
            "an earlier record has the same key and says something else",
            "one record per key",
            "export again, or remove the record that is out of date",
        ),
    )
}
