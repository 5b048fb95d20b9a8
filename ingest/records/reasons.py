"""Why a record is not in the warehouse: every reason code, its meaning, what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

# What a record is that says the same as an earlier one.
DUPLICATE = "exact_duplicate"


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
            "undecodable",
            "the record holds bytes that are no text in the file's encoding",
            "text in one encoding from the first line to the last",
            "export again as UTF-8; or say the encoding of the whole file with `encoding:`",
        ),
        Reason(
            "twice_encoded",
            "letters came out as pairs of signs, because a program took UTF-8 for something else",
            "letters as they were typed",
            "export again as UTF-8, and open it nowhere on the way; or say `encoding:` to keep the "
            "text as it is",
        ),
        Reason(
            "broken_json",
            "the line or the record is no JSON that can be read",
            "one JSON object",
            "export again; a line that was cut off, or a record nested without end",
        ),
        Reason(
            "no_record",
            "a plain value or a list stands where a record should",
            "an object with keys",
            "name the list of records with `records_path:`, or export again",
        ),
        Reason(
            "repeated_key",
            "a key stands twice in the record, so its value cannot be told",
            "each key once",
            "export again; look for two fields of one name",
        ),
        Reason(
            "repeated_header",
            "the record repeats the headers",
            "the headers once",
            "nothing; files were joined, and the headers of the later ones are left out",
            is_problem=False,
        ),
        Reason(
            "footer_row",
            "the record is a total or a footer of the program that wrote the file",
            "a record",
            "nothing; or export without totals",
            is_problem=False,
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
        Reason(
            "set_aside",
            "`set_aside` in mentorship.yml leaves such records out, or none of the columns of "
            "`each_of` is filled",
            "a record that counts",
            "nothing; or correct `set_aside:`",
            is_problem=False,
        ),
        Reason(
            "not_a_pairing",
            "the platform's status says that this match never ran",
            "a match that was active",
            "nothing; drafts and requests are no pairings",
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
            "the number cannot be read without guessing",
            "",
            "write it with a decimal point and without separators or signs of currency; or say "
            "which sign stands before decimals with `decimal:`",
        ),
        Reason("unreadable_boolean", "neither yes nor no", "", "map it under `values:`"),
        Reason("unknown_code", "a value the table does not know", "", "map it under `values:`"),
        Reason(
            "oversized_value",
            "the cell holds more than 100,000 characters",
            "a text that somebody wrote",
            "shorten it in the source system; look for a quote that closes far too late, or a "
            "picture or file in the cell",
        ),
        Reason(
            "spreadsheet_error",
            "the cell holds the error of a spreadsheet's formula",
            "the value that the formula should have found",
            "mend the formula and export again; `values:` may say what to read in its place",
        ),
        # People
        Reason(
            "unknown_person",
            "nobody in job_history, people or identifiers has this id or e-mail",
            "an employee id or an e-mail of job_history or people",
            "look into suggested_links.csv beside this list; add the person, the e-mail to "
            "other_emails, an alias of the domain, or a line to identifiers; where a platform's "
            "own ids stand here, say whose with `ids_of:`",
        ),
        Reason(
            "ambiguous_person",
            "two people, or one person with two employee ids, share this identifier, so it links "
            "nobody",
            "an identifier of one person",
            "look into identity_conflicts.csv and, for one person with two ids, "
            "suggested_links.csv beside this list; correct the e-mails in people, or use employee "
            "ids",
        ),
        Reason(
            "damaged_id",
            "a spreadsheet turned the id into a rounded number such as 1.23E+11; its last digits "
            "are lost",
            "an employee id as the source system writes it",
            "export again with the id as text, and do not save the file from a spreadsheet",
        ),
        Reason(
            "unlinked_manager",
            "the manager is nobody in job_history or people; the row is kept without one",
            "an employee id or an e-mail of job_history or people",
            "look into suggested_links.csv in quarantine; add the manager to people",
            is_problem=False,
        ),
        Reason(
            "not_in_job_history",
            "job_history says nothing of the person, who counts in no measure; the row is kept",
            "an employee id of job_history",
            "look into suggested_links.csv in quarantine, or export the job history of everybody",
            is_problem=False,
        ),
        Reason(
            "reused_id",
            "the employee id was given to two people, so nothing can be told of either",
            "an employee id of one person",
            "look into identity_conflicts.csv beside this list; give one of the two another id in "
            "every export, or remove the one that is not meant",
        ),
        Reason(
            "two_ids",
            "the person has two employee ids at one time and would count twice",
            "one employee id per person",
            "look into identity_conflicts.csv beside this list; map one id to the other in every "
            "export with `values: {employee_id: ...}`, or remove the second position",
        ),
        # Sense
        Reason(
            "exit_before_hire",
            "the exit lies before the hire with which the person begins",
            "an exit after the hire",
            "correct the dates; where the person had worked here before, call the later event "
            "rehire, or export the history back to the first hire",
        ),
        Reason(
            "level_against_event",
            "a promotion leads to a lower level, or a demotion to a higher one",
            "a level above the last one for a promotion, below it for a demotion",
            "correct the event or the level; where 1 is the most senior level of the export, turn "
            "the levels round under `values:`",
        ),
        Reason(
            "hire_while_employed",
            "a hire of somebody who had not left; the row is kept, and one employment goes on",
            "an exit before the next hire",
            "export the primary position only, or add the exit that is missing",
            is_problem=False,
        ),
        Reason(
            "rehire_without_exit",
            "a rehire of somebody who had not left; the row is kept, and one employment goes on",
            "an exit before the rehire",
            "include terminations in the report, so that the time in between counts as away",
            is_problem=False,
        ),
        Reason(
            "renamed_department",
            "people go together from a department that ends to one that begins on that day; the "
            "row is kept and counted as a move",
            "moves of people, not of names",
            "where it was only renamed, map the old name to the new one under "
            "`values: {department: ...}`",
            is_problem=False,
        ),
        Reason(
            "manager_cycle",
            "the person's chain of managers leads back to the person; the row is kept",
            "managers up to somebody who has none",
            "leave the manager of whoever leads the organization empty, and correct the others",
            is_problem=False,
        ),
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
            "correct the dates; where a day such as 1970-01-01 stands for none, write "
            "`values: {left_on: {'1970-01-01': ''}}` with the name of the column",
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
            "shifted_scale",
            "the answers to the item run from one below the scale, or to one above it: the export "
            "counts from elsewhere",
            "",
            "set scale_min and scale_max in survey_items as the export counts, or map each answer "
            "under `values:`",
        ),
        Reason(
            "another_scale",
            "the wave was asked on another scale: a part of its answers to the item lies beyond "
            "the declared one",
            "",
            "give the wave an item of its own in survey_items, with its scale, by mapping "
            "`item_id`; scores of two scales are never pooled",
        ),
        Reason(
            "response_before_hire",
            "the response was given before the respondent was hired",
            "a response on or after the hire",
            "compare the dates of both exports, and look whether two people share an identifier; "
            "where one day stands for none in many responses, give the day of the survey with "
            "`constants: {submitted_at: ...}`",
        ),
        Reason(
            "response_after_exit",
            "the response was given after the respondent had left; kept where it is about a "
            "program",
            "a response while the respondent was employed",
            "leave people who left out of a survey of the workforce, or correct the dates",
        ),
        Reason(
            "relabeled_response",
            "the same response, with the same answers at the same time, stands in another wave too",
            "each response in one wave",
            "give the wave one label, and export each round once",
        ),
        Reason(
            "straight_lined",
            "the response gives the same answer to all of six or more questions; it is kept",
            "answers that differ",
            "look at the response in the survey tool, and leave it out there if it was not meant",
            is_problem=False,
        ),
        Reason(
            "mutual_mentoring",
            "two people mentor each other at one time; the pairing is kept",
            "one direction, outside reverse and peer programs",
            "look whether mentor and mentee are swapped in one of the two pairings",
            is_problem=False,
        ),
        Reason(
            "conflicting_key",
            "an earlier record has the same key and says something else",
            "one record per key",
            "export again, or remove the record that is out of date",
        ),
    )
}


def is_problem(reason: str) -> bool:
    """Return whether a reason counts toward the share above which a source is refused."""
    return REASONS[reason].is_problem
