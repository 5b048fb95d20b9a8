"""What an export of goals promises beyond its columns."""

from __future__ import annotations

from expectations.promise import Promise, in_order, known_in, no_row, not_after_as_of

TABLE = "goals"

PROMISES: tuple[Promise, ...] = (
    known_in(TABLE, "pairing_id", "pairings"),
    in_order(TABLE, "set_on", "completed_on", sentence="No goal is reached before it is set."),
    not_after_as_of(TABLE, "set_on", what="goal"),
    not_after_as_of(TABLE, "completed_on", what="goal reached"),
    no_row(
        TABLE,
        "status_agrees_with_completion",
        "select 1 as broken from t where (t.status = 'completed') <> (t.completed_on is not null)",
        severity="warning",
        sentence="A goal has a day of completion exactly when its status says completed.",
        to_do="Export the day of completion, and look how the platform's own status words are "
        "mapped under values in mentorship.yml.",
        column="status, completed_on",
    ),
)
