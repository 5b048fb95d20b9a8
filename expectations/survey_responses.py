"""What an export of survey responses promises beyond its columns."""

from __future__ import annotations

from expectations.constructs import OF_WORKPLACE, about_programs
from expectations.promise import (
    Promise,
    in_a_program_with_pairings,
    known_in,
    no_row,
    no_thing,
    not_after_as_of,
    percent,
)
from workspace.config import ExpectationsConfig

TABLE = "survey_responses"

_UNKNOWN = (
    "not exists (select 1 from survey_items as i "
    "where i.survey_id = t.survey_id and i.item_id = t.item_id)"
)
_SCALED = (
    "select 1 as broken from t inner join survey_items as i "
    "on t.survey_id = i.survey_id and t.item_id = i.item_id where i.kind in ('likert', 'nps') "
)

PROMISES: tuple[Promise, ...] = (
    no_row(
        TABLE,
        "answers_are_on_their_scale",
        _SCALED + "and (try_cast(t.answer as double) < i.scale_min "
        "or try_cast(t.answer as double) > i.scale_max)",
        severity="critical",
        sentence="Answers to scaled questions lie on the scale that survey_items gives them.",
        to_do="Correct scale_min and scale_max in survey_items; a question asked on a 5-point "
        "scale in one wave and on 7 points in another needs two items.",
        column="answer",
        needs=("survey_items",),
    ),
    no_row(
        TABLE,
        "scaled_answers_are_numbers",
        _SCALED + "and try_cast(t.answer as double) is null",
        severity="warning",
        sentence="Answers to scaled questions are numbers.",
        to_do="Export numeric values instead of choice text, or map each choice to its number "
        "under values in mentorship.yml; answers in words are left out of scores.",
        column="answer",
        needs=("survey_items",),
    ),
    no_row(
        TABLE,
        "item_is_known",
        f"select 1 as broken from t where {_UNKNOWN}",
        severity="warning",
        sentence="Every question answered is in survey_items.",
        to_do="Add the missing questions to survey_items with what they measure; answers to "
        "unknown questions are left out of every measure.",
        column="item_id",
        needs=("survey_items",),
    ),
    no_thing(
        TABLE,
        "has_its_items",
        "select 1 as broken from settings where not exists (select 1 from survey_items)",
        severity="warning",
        sentence="Where there are responses, survey_items says what their questions measure.",
        broken="There are responses and no survey_items: nobody knows what the questions measure, "
        "and no answer is in any measure.",
        to_do="Add a source of the table survey_items, one row per question with survey_id, "
        "item_id, construct, kind, scale_min and scale_max; `mentorship init` drafts it from the "
        "questions in the file.",
    ),
    no_row(
        TABLE,
        "program_is_named",
        "select 1 as broken from t inner join survey_items as i "
        "on t.survey_id = i.survey_id and t.item_id = i.item_id "
        f"where i.construct in ({', '.join(repr(name) for name in about_programs())}) "
        "and t.program_id is null",
        severity="warning",
        sentence=f"Answers about a program ({', '.join(about_programs())}) name it in program_id.",
        broken=f"{{n}} of {{rows}} answers are about a program ({', '.join(about_programs())}) and "
        "name none in program_id: they are in the number of no program, and anonymous ones in "
        "none at all.",
        to_do="Say which: `constants: {program_id: ...}` or `columns: {program_id: ...}` at the "
        "source of the responses. Where the survey asks the workforce about the workplace, the "
        "construct in survey_items is "
        f"{' or '.join(OF_WORKPLACE + name for name in about_programs())}.",
        column="program_id",
        needs=("survey_items",),
    ),
    known_in(TABLE, "program_id", "programs"),
    in_a_program_with_pairings(TABLE, what="response"),
    not_after_as_of(TABLE, "submitted_at", what="response"),
    no_row(
        TABLE,
        "one_response_a_wave",
        """
        select 1 as broken
        from (
            select count(distinct response_id) over (
                partition by survey_id, wave, program_id, respondent_key
            ) as responses_n
            from t
            where respondent_key is not null
        ) as answers
        where responses_n > 1
        """,
        severity="warning",
        sentence="Nobody answers the same survey twice in one wave of one program.",
        to_do="Keep each person's last finished response in the export, and look for retakes and "
        "for links that several people shared.",
        column="respondent_key",
    ),
)


def limited(limits: ExpectationsConfig) -> tuple[Promise, ...]:
    """Return the promises that have a threshold."""
    return (_knows_its_questions(limits.maximum_unknown_answer_share),)


def _knows_its_questions(maximum_share: float) -> Promise:
    """Return the promise that no survey's answers are nearly all to questions nobody described."""
    return no_row(
        TABLE,
        "most_items_are_known",
        f"""
        select 1 as broken
        from (
            select is_unknown, avg(is_unknown::int) over (partition by survey_id) as unknown_share
            from (select t.survey_id, {_UNKNOWN} as is_unknown from t) as answers
        ) as shares
        where is_unknown and unknown_share > {maximum_share}
        """,
        severity="critical",
        sentence=f"Of the answers of each survey at most {percent(maximum_share)} are to "
        "questions that survey_items does not have.",
        broken=f"{{n}} of {{rows}} answers are of surveys of which more than "
        f"{percent(maximum_share)} of the answers are to questions that survey_items does not "
        "have: what they measure, such as satisfaction, would be missing from the report.",
        to_do="Look whether survey_id and item_id are written alike in survey_items and in the "
        "export, and rename questions under items in mentorship.yml; if the survey's other "
        "questions are meant to be left out, raise expectations.maximum_unknown_answer_share.",
        column="item_id",
        needs=("survey_items",),
    )
