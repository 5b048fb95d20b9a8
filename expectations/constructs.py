"""What questions may measure so that a measure counts their answers: read from the declarations.

A measure says in its declaration (`models/marts/*.yml`) which construct and kind of item it takes;
an outcome says it in its model.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

MODELS = Path(__file__).parents[1] / "models"
NAMED = re.compile(r"construct = '(\w+)'(?: and item_kind = '(\w+)')?")
# What is asked about the workplace is called after what is asked about a program.
OF_WORKPLACE = "workplace_"


@cache
def measured() -> tuple[tuple[str, str], ...]:
    """Return each construct that is measured, and the kind its items must have; empty for any."""
    files = [path for path in MODELS.rglob("*") if path.suffix in (".yml", ".sql")]
    texts = [path.read_text(encoding="utf-8") for path in sorted(files)]
    named = {pair for text in texts for pair in NAMED.findall(text)}
    # What a measure takes of one kind only, others that name it do not count of another.
    of_a_kind = {name for name, kind in named if kind}
    return tuple(sorted(pair for pair in named if pair[1] or pair[0] not in of_a_kind))


def about_programs() -> tuple[str, ...]:
    """Return the constructs that ask about a program, and have another name for the workplace."""
    names = {name for name, _ in measured()}
    return tuple(sorted(name for name in names if OF_WORKPLACE + name in names))


def closed_list() -> str:
    """Return the constructs that are measured, as a sentence lists them."""
    return ", ".join(f"{name} ({kind})" if kind else name for name, kind in measured())


def is_measured(item: str) -> str:
    """Return the SQL of whether an item, of whose table the alias is given, is in some measure."""
    return " or ".join(
        f"coalesce({item}.construct, {item}.item_id) = '{name}'"
        + (f" and {item}.kind = '{kind}'" if kind else "")
        for name, kind in measured()
    )
