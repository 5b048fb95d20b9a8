"""What an export of recognitions promises beyond its columns."""

from __future__ import annotations

from expectations.promise import Promise, not_after_as_of

TABLE = "recognitions"

PROMISES: tuple[Promise, ...] = (not_after_as_of(TABLE, "awarded_on", what="award"),)
