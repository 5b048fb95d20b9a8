"""What people are cut by, as pages call it, and in which order its members stand."""

from __future__ import annotations

DIMENSIONS = {
    "department": "Department",
    "level_band": "Level",
    "work_arrangement": "Work arrangement",
    "program_type": "Form of the program",
    "gender": "Gender",
}
LEVELS = ("junior", "middle", "senior")


def place(member: str) -> tuple[int, str]:
    """Return what members are sorted by: levels from the lowest, all others by name."""
    return LEVELS.index(member) if member in LEVELS else len(LEVELS), member
