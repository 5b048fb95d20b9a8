"""The page about bad inputs."""

from __future__ import annotations

import sys

from docs.generate.markdown import table_of
from docs.generate.project import PROJECT


def bad_inputs() -> str:
    """Return the page about exports that are wrong, printed from the fixtures that try them."""
    # The tests are no package that is installed: they are found from the checkout's own folder.
    if str(PROJECT) not in sys.path:
        sys.path.append(str(PROJECT))
    from tests.ingest.bad_inputs.catalog import bad_inputs as listed

    return "\n".join(
        [
            "# Bad inputs",
            "",
            "Ways in which exports go wrong, and what becomes of each. The tests make a file of "
            "every line and load it; each time the records of the file are counted, and everything "
            "read is kept, quarantined or an exact duplicate.",
            "",
            *table_of(
                ("", "what is wrong", "treatment", "", "reason"),
                (
                    (
                        str(bad.number),
                        bad.what,
                        bad.treatment,
                        bad.how,
                        ", ".join(f"[`{reason}`](reasons.md)" for reason in bad.reasons),
                    )
                    for bad in listed()
                ),
            ),
            "",
        ]
    )
