"""`python -m expectations BRIEF`: check what a brief says, once a line comes on standard input.

Great Expectations takes seconds to import, so that is done while somebody still reads the exports
and the brief is not written yet. Input that ends without a line means that nothing will come.
"""

from __future__ import annotations

import gc
import sys
from pathlib import Path

from workspace.errors import ConfigError, EnvironmentFailed, MentorshipError
from workspace.leash import follow_parent


def main(arguments: list[str]) -> int:
    """Return 0 when every promise was asked, kept or not; else the exit code of the error."""
    follow_parent()
    try:
        if len(arguments) != 1:
            raise ConfigError("usage: python -m expectations BRIEF")
        if _is_told_to_begin():
            _check(Path(arguments[0]))
    except MentorshipError as error:
        sys.stderr.write("expectations: " + "; ".join(map(str.strip, error.lines())) + "\n")
        return error.exit_code
    return 0


def _is_told_to_begin() -> bool:
    from expectations import validation  # noqa: F401 - imported while waiting

    return bool(sys.stdin.buffer.readline())


def _check(path: Path) -> None:
    # Imported here: the leash comes first.
    from expectations.brief import read_brief
    from expectations.changes import write_changes
    from expectations.gate import check, write_gates

    brief = read_brief(path)
    verdicts = check(brief)
    try:
        write_changes(brief)
        write_gates(verdicts, brief.verdicts_path)
    except OSError as error:
        raise EnvironmentFailed(
            f"{error.filename or brief.verdicts_path} cannot be written: {error.strerror}"
        ) from error


if __name__ == "__main__":
    gc.disable()  # a short life of imports and counts: collecting garbage costs it a second
    sys.exit(main(sys.argv[1:]))
