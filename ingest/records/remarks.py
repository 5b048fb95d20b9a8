"""What a load says to the analyst: sentences for the run's record, and what to do about a value."""

from __future__ import annotations

from ingest.records.reasons import REASONS

# What a column as a whole may say something about.
TOLD_BY_COLUMN = (
    *("unreadable_date", "unreadable_number", "unreadable_boolean", "unknown_code"),
    "unknown_person",
)


class Remarks:
    """What a load has to say, without any cell's value that may name somebody.

    Attributes:
        warnings: sentences for the run's record.
        advice: file: column: what would read the values that could not be read.
    """

    def __init__(self) -> None:
        self.warnings: list[str] = []
        self.advice: dict[int, dict[str, str]] = {}

    def warn(self, sentence: str) -> None:
        """Remember a sentence for the run's record; no cell's value in it may name anybody."""
        self.warnings.append(sentence)

    def advise(self, file: int, column: str, to_do: str) -> None:
        """Remember what would read the unreadable values of a file's column."""
        self.advice.setdefault(file, {})[column] = to_do

    def advice_about(self, file: int) -> dict[str, str]:
        """Return what would read the unreadable values of a file, by column."""
        return dict(self.advice.get(file, {}))

    def to_do(self, file: int, column: str | None, reason: str) -> str:
        """Return what to do about a record in quarantine, in the light of its whole column."""
        about = self.advice.get(file, {})
        advice = about.get(f"{column}|{reason}")
        if advice is None and reason in TOLD_BY_COLUMN:
            advice = about.get(column or "")
        return advice or REASONS[reason].to_do

    def others(self, file: int, column: str | None) -> dict[str, str]:
        """Return what would read the unreadable values of a file's other columns."""
        found = self.advice_about(file).items()
        return {name: to_do for name, to_do in found if name != column and "|" not in name}
