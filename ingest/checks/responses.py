"""Whether the answers to a survey make sense: on their scale, by people employed, told once.

Each rule is one query. What contradicts what else is known goes to quarantine; what only looks
careless is kept and noted.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from ingest.columns.histories.presence import comings_and_goings
from ingest.columns.tables import Load

NPS_SCALE = (0, 10)
# A wave was asked on another scale when this many answers tell, and at least this share lies beyond
# the declared one. Fewer are slips.
OTHER_SCALE_ANSWERS_MIN = 10
OTHER_SCALE_SHARE_MIN = 0.02
# Fewer equal answers than this on one scale may well be meant.
STRAIGHT_ANSWERS_MIN = 6
# A wave of an item with this many answers would use the whole of a long scale.
WAVE_ANSWERS_MIN = 20
# Fewer responses than this, or a smaller share of a wave, may come within one second.
ONE_SECOND_RESPONSES_MIN, ONE_SECOND_SHARE_MIN = 5, 0.1
# On New Year's Day clocks of computers begin, and years that stand for a day; nobody answers then.
NEW_YEAR = (1, 1)
# The end of the scale that a question to recommend is asked on by mistake.
LIKERT_POINTS = 5
# Points of the shortest scale of which a part may be another scale.
LONG_SCALE_POINTS = 7

# Every answer to a scaled item that is a number, with its scale.
_SCALED = f"""
    scales as (
        select
            survey_id,
            item_id,
            any_value(kind) as kind,
            min(case when kind = 'nps' then coalesce(scale_min, {NPS_SCALE[0]}) else scale_min end)
                as scale_min,
            max(case when kind = 'nps' then coalesce(scale_max, {NPS_SCALE[1]}) else scale_max end)
                as scale_max,
        from rows_survey_items
        where kind in ('likert', 'nps')
        group by all
    ),
    scaled as (
        select r.*, s.kind, s.scale_min, s.scale_max, try_cast(r.answer as double) as points
        from rows_survey_responses as r
        inner join scales as s on r.survey_id = s.survey_id and r.item_id = s.item_id
        where s.scale_min is not null and s.scale_max is not null
    )
"""


def check_answers(load: Load) -> None:
    """Quarantine the records with an answer that is not a number on its item's scale.

    A wave whose answers to an item run from one below the scale to one below its end, or from one
    above to one above, counts from elsewhere; one with several different answers beyond the scale
    was asked on another. Then no answer of the wave is what it says. A single one may be a code.
    """
    if not _are_there(load, "survey_items"):
        return
    load.ledger.quarantine(
        f"""
        with {_SCALED},
        waves as (
            select
                survey_id,
                item_id,
                wave,
                min(points) as lowest,
                max(points) as highest,
                count(points) as answers_n,
                count(*) filter (where not points between scale_min and scale_max) as beyond_n,
                count(distinct points) filter (where not points between scale_min and scale_max)
                    as beyond_values_n,
                (min(points) = min(scale_min) - 1 and max(points) < min(scale_max))
                or (max(points) = min(scale_max) + 1 and min(points) > min(scale_min))
                    as is_shifted,
            from scaled
            group by all
        ),
        others as (
            select
                *,
                case when is_shifted then 'shifted_scale' else 'another_scale' end as reason,
            from waves
            where answers_n >= {OTHER_SCALE_ANSWERS_MIN}
            and beyond_n >= {OTHER_SCALE_SHARE_MIN} * answers_n
            and (is_shifted or beyond_values_n > 1)
        )
        select
            a._file,
            a._record,
            a._line,
            coalesce(o.reason, 'outside_scale') as reason,
            'answer' as column_name,
            concat(a.item_id, ': ', a.answer, ', on a scale of ', a.scale_min, ' to ',
                a.scale_max, format(', with answers from {{:g}} to {{:g}}', o.lowest, o.highest))
                as found,
        from scaled as a
        left join others as o
            on a.survey_id = o.survey_id and a.item_id = o.item_id and a.wave = o.wave
        where a.points is null or not a.points between a.scale_min and a.scale_max
        or o.item_id is not null
        """
    )
    load.tables.sweep("survey_responses")


def check_responses(load: Load) -> None:
    """Quarantine responses of people not yet or no longer there, and those told already."""
    if not _are_there(load):
        return
    load.ledger.quarantine(_before_hire())
    load.ledger.quarantine(
        f"select _file, _record, _line, 'response_after_exit' as reason, "
        f"'submitted_at' as column_name, found from ({_after_exit()}) where program_id is null"
    )
    load.ledger.quarantine(_told_in_another_wave())
    load.tables.sweep("survey_responses")
    load.ledger.note_flaws(
        "select _file, 'response_after_exit' as reason, count(distinct _record) as rows_n "
        f"from ({_after_exit()}) group by all"
    )
    load.ledger.note_flaws(_straight_lined())
    _warn_of_waves(load)
    _warn_of_one_second(load)


def _are_there(load: Load, *others: str) -> bool:
    """Return whether there are responses, and other tables that a rule needs."""
    return load.exports.fill("survey_responses", *others)


def _before_hire() -> str:
    """Return the query of responses from before the hire with which a respondent begins.

    A day of grace is for time zones.
    """
    return """
    with lives as (
        select
            employee_id,
            min(effective_on) as known_since_on,
            min(effective_on) filter (where event = 'hire') as hired_on,
        from rows_job_history
        group by all
    )
    select
        r._file,
        r._record,
        r._line,
        'response_before_hire' as reason,
        'submitted_at' as column_name,
        concat(cast(r.submitted_at as date), ', before the hire on ', l.hired_on) as found,
    from rows_survey_responses as r
    inner join lives as l on r.respondent_id = l.employee_id
    where l.hired_on = l.known_since_on
    and cast(r.submitted_at as date) < l.hired_on - interval 1 day
    """


def _after_exit() -> str:
    """Return the query of responses of people who had left; a day of grace is for time zones."""
    moves = comings_and_goings("employee_id in (select respondent_id from responses)")
    return f"""
    with leavers as (
        select employee_id, min(effective_on) as left_on
        from rows_job_history
        where event = 'exit'
        group by all
    ),
    responses as (
        select
            r._file,
            r._record,
            any_value(r._line) as _line,
            any_value(r.program_id) as program_id,
            r.respondent_id,
            cast(r.submitted_at as date) - 1 as known_on,
        from rows_survey_responses as r
        inner join leavers as l
            on r.respondent_id = l.employee_id and cast(r.submitted_at as date) > l.left_on
        group by all
    ),
    moves as ({moves})
    select
        r._file,
        r._record,
        r._line,
        r.program_id,
        concat(r.known_on + 1, ', after the exit on ', m.effective_on) as found,
    from responses as r
    asof inner join moves as m
        on r.respondent_id = m.employee_id and r.known_on >= m.effective_on
    where m.is_out
    """


def _told_in_another_wave() -> str:
    """Return the query of responses that stand, word for word, in an earlier record's wave too."""
    return """
    with repeated as (
        select survey_id, response_id
        from rows_survey_responses
        group by all
        having min(wave) <> max(wave)
    ),
    told as (
        select
            survey_id,
            response_id,
            submitted_at,
            wave,
            bit_xor(hash(item_id, answer)) as answers_hash,
            count(*) as answers_n,
            min((_file, _record)) as first_record,
        from rows_survey_responses
        semi join repeated using (survey_id, response_id)
        group by all
    ),
    ranked as (
        select
            *,
            row_number() over (
                partition by survey_id, response_id, submitted_at, answers_hash, answers_n
                order by first_record, wave
            ) as place,
        from told
    )
    select
        r._file,
        r._record,
        r._line,
        'relabeled_response' as reason,
        'wave' as column_name,
        r.wave as found,
    from rows_survey_responses as r
    inner join ranked as k
        on
            r.survey_id = k.survey_id
            and r.response_id = k.response_id
            and r.submitted_at = k.submitted_at
            and r.wave = k.wave
    where k.place > 1
    """


def _straight_lined() -> str:
    """Return the query of responses with the same answer to every Likert item of a scale."""
    return f"""
    with {_SCALED},
    lines as (
        select distinct survey_id, wave, response_id
        from scaled
        where kind = 'likert'
        group by survey_id, wave, response_id, scale_min, scale_max
        having count(*) >= {STRAIGHT_ANSWERS_MIN} and min(points) = max(points)
    )
    select _file, 'straight_lined' as reason, count(distinct _record) as rows_n
    from rows_survey_responses
    semi join lines using (survey_id, wave, response_id)
    group by all
    """


def _warn_of_one_second(load: Load) -> None:
    """Warn where many responses of a wave were handed in within one second, and nobody said so.

    A midnight, here or in the zone of the export, is a day without a time: that is a placeholder
    only where it lies before the company's first day, or on New Year's Day.
    """
    said = [e.number for e in load.exports if "submitted_at" in e.mapping.constants]
    zones = {e.number: e.source.timezone or e.landing.head.timezone or "UTC" for e in load.exports}
    rows = load.connection.execute(
        f"""
        with seconds as (
            select
                survey_id,
                wave,
                date_trunc('second', submitted_at) as moment,
                any_value(_file) as _file,
                count(distinct response_id) as responses_n,
            from rows_survey_responses
            where not list_contains($said, _file)
            group by all
        )
        select
            *,
            cast(sum(responses_n) over (partition by survey_id, wave) as integer) as wave_n,
            (select min(effective_on) from rows_job_history) as begins_on,
        from seconds
        qualify responses_n >= greatest({ONE_SECOND_RESPONSES_MIN}, {ONE_SECOND_SHARE_MIN} * wave_n)
        order by survey_id, wave, moment
        """,
        {"said": said},
    ).fetchall()
    for *_, moment, file, responses_n, wave_n, begins_on in rows:
        if _is_day(moment, zones[file]) and moment.date() >= begins_on:
            continue
        of = f"All {wave_n:,}" if responses_n == wave_n else f"{responses_n:,} of {wave_n:,}"
        load.remarks.warn(
            f"{of} responses of a wave were handed in in one second, {moment}: a survey tool that "
            "keeps answers anonymous writes such a placeholder. Say the day of the survey: "
            "`constants: {submitted_at: 2026-03-31}`."
        )


def _is_day(moment: dt.datetime, zone: str) -> bool:
    """Return whether a moment in UTC is a day without a time, and not New Year's Day."""
    here = moment.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(zone))
    is_midnight = dt.time() in (moment.time(), here.time())
    is_new_year = NEW_YEAR in ((moment.month, moment.day), (here.month, here.day))
    return is_midnight and not is_new_year


def _warn_of_waves(load: Load) -> None:
    """Warn where a wave seems to have two labels, or an item two scales."""
    row = load.connection.execute(
        f"""
        with {_SCALED},
        labels as (
            select regexp_replace(lower(wave), '[\\s\\pP\\pS]+', '', 'g') as label
            from (select distinct survey_id, wave from rows_survey_responses)
            group by survey_id, label
            having count(*) > 1
        ),
        waves as (
            select survey_id, item_id, wave, max(points) as highest, count(points) as answers_n,
                any_value(scale_max) as scale_max
            from scaled
            where kind = 'likert' and scale_max - scale_min + 1 >= {LONG_SCALE_POINTS}
            group by all
        ),
        halved as (
            select survey_id, item_id
            from waves
            group by all
            having bool_or(answers_n >= {WAVE_ANSWERS_MIN} and highest <= scale_max - 2)
            and max(highest) > any_value(scale_max) - 2
        ),
        low as (
            select survey_id, item_id
            from scaled
            where kind = 'nps'
            group by survey_id, item_id, wave
            having count(points) >= {WAVE_ANSWERS_MIN} and max(points) <= {LIKERT_POINTS}
        )
        select
            (select count(*) from labels),
            (select count(*) from halved),
            (select count(distinct (survey_id, item_id)) from low)
        """
    ).fetchone()
    labels_n, items_n, low_n = row or (0, 0, 0)
    if labels_n:
        waves = "wave is" if labels_n == 1 else "waves are"
        load.remarks.warn(
            f"{labels_n} {waves} written in more than one way (case, spaces or signs differ) and "
            "counted apart; give each one label under `values: {wave: ...}`."
        )
    if items_n:
        items = "question has" if items_n == 1 else "questions have"
        load.remarks.warn(
            f"{items_n} {items} a wave without an answer near the top of the scale, though others "
            "have some: a wave asked on fewer points needs an item of its own in survey_items."
        )
    if low_n:
        items = "question has" if low_n == 1 else "questions have"
        load.remarks.warn(
            f"{low_n} {items} a net promoter score although nobody answered above "
            f"{LIKERT_POINTS}: was it asked on 1 to {LIKERT_POINTS}? Then say so with scale_min "
            "and scale_max in survey_items; such a score is that of answers from 0 to 10 alone."
        )
