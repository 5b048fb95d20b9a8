"""Names that there are not, refused with the one that may have been meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from workspace.errors import ConfigError, Place

# Names that an error lists.
LISTED_MAX = 40


def unknown(
    sentence: str, name: str, names: Iterable[str], *, place: Place, guide: str
) -> ConfigError:
    """Return the refusal of a name that there is not, with the one that may have been meant.

    Args:
        sentence: what is wrong.
        name: the name.
        names: those that there are.
        place: where it stands.
        guide: what to read where none looks like it.
    """
    known = sorted(names)
    near = nearest(name, known)
    return ConfigError(
        sentence,
        place=place,
        found=name,
        expected=f"one of {', '.join(known)}" if len(known) <= LISTED_MAX else None,
        to_do=f"did you mean {near}?" if near else f"see {guide}",
    )


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Return the one of the names that looks most like this one, or None when none does."""
    by_fold = {known.casefold(): known for known in names}
    close = difflib.get_close_matches(name.casefold(), list(by_fold), n=1, cutoff=0.5)
    return by_fold[close[0]] if close else None
