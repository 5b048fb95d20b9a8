"""What an export of meetings promises beyond its columns."""

from __future__ import annotations

from expectations.promise import Promise, known_in, no_row, not_after_as_of

TABLE = "meetings"

PROMISES: tuple[Promise, ...] = (
    known_in(TABLE, "pairing_id", "pairings"),
    no_row(
        TABLE,
        "lies_within_its_pairing",
        """
        select 1 as broken
        from t
        where t.pairing_id in (select k.pairing_id from pairings as k)
            and not exists (
                select 1
                from pairings as p
                where p.pairing_id = t.pairing_id
                    and cast(t.scheduled_at as date) >= p.started_on - interval 31 day
                    and (
                        p.ended_on is null
                        or cast(t.scheduled_at as date) <= p.ended_on + interval 31 day
                    )
            )
        """,
        severity="warning",
        sentence="Meetings lie within their pairing, give or take 31 days.",
        to_do="Compare the dates of pairings and meetings on the platform; a wrong date format of "
        "one of the two exports is the usual cause.",
        column="scheduled_at",
        needs=("pairings",),
    ),
    not_after_as_of(
        TABLE, "scheduled_at", what="meeting that was held", condition="t.status = 'held'"
    ),
    no_row(
        TABLE,
        "duration_is_plausible",
        "select 1 as broken from t where t.status = 'held' "
        "and (t.duration_minutes <= 0 or t.duration_minutes > 600)",
        severity="warning",
        sentence="Meetings that were held took between 1 minute and 10 hours.",
        to_do="Look whether the export counts seconds or hours instead of minutes.",
        column="duration_minutes",
    ),
)
