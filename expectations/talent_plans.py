"""What an export of talent plans promises beyond its columns."""

from __future__ import annotations

from expectations.promise import Promise, not_after_as_of

TABLE = "talent_plans"

PROMISES: tuple[Promise, ...] = (not_after_as_of(TABLE, "planned_on", what="plan"),)
