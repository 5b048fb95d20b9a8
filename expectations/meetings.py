"""What an export of meetings promises beyond its columns."""

from __future__ import annotations

from expectations.promise import Promise, known_in, no_row, not_after_as_of
from workspace.config import ExpectationsConfig

TABLE = "meetings"

PROMISES: tuple[Promise, ...] = (
    known_in(TABLE, "pairing_id", "pairings"),
    not_after_as_of(
        TABLE, "scheduled_at", what="meeting that was held", condition="t.status = 'held'"
    ),
)


def limited(limits: ExpectationsConfig) -> tuple[Promise, ...]:
    """Return the promises that have a threshold."""
    return (
        _lies_within_its_pairing(limits.pairing_grace_days),
        _duration_is_plausible(limits.maximum_meeting_minutes),
    )


def _lies_within_its_pairing(grace_days: int) -> Promise:
    grace = f"interval {grace_days} day"
    return no_row(
        TABLE,
        "lies_within_its_pairing",
        f"""
        select 1 as broken
        from t
        where t.pairing_id in (select k.pairing_id from pairings as k)
            and not exists (
                select 1
                from pairings as p
                where p.pairing_id = t.pairing_id
                    and cast(t.scheduled_at as date) >= p.started_on - {grace}
                    and (
                        p.ended_on is null
                        or cast(t.scheduled_at as date) <= p.ended_on + {grace}
                    )
            )
        """,
        severity="warning",
        sentence=f"Meetings lie within their pairing, give or take {grace_days} days.",
        to_do="Compare the dates of pairings and meetings on the platform; a wrong date format of "
        "one of the two exports is the usual cause.",
        column="scheduled_at",
        needs=("pairings",),
    )


def _duration_is_plausible(maximum_minutes: int) -> Promise:
    return no_row(
        TABLE,
        "duration_is_plausible",
        "select 1 as broken from t where t.status = 'held' "
        f"and (t.duration_minutes <= 0 or t.duration_minutes > {maximum_minutes})",
        severity="warning",
        sentence=f"Meetings that were held took between 1 and {maximum_minutes} minutes.",
        to_do="Look whether the export counts seconds or hours instead of minutes.",
        column="duration_minutes",
    )
