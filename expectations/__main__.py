"""`python -m expectations RAW_PATH OUT_JSON`: check a raw database and write the verdicts."""

from __future__ import annotations

import gc
import sys
from pathlib import Path

from expectations.gate import check, write_gates
from mentorship.errors import ConfigError, EnvironmentFailed, MentorshipError


def main(arguments: list[str]) -> int:
    """Return 0 when every promise was asked, kept or not; else the exit code of the error."""
    try:
        if len(arguments) != 2:
            raise ConfigError("usage: python -m expectations RAW_PATH OUT_JSON")
        raw_path, out_path = map(Path, arguments)
        verdicts = check(raw_path)
        try:
            write_gates(verdicts, out_path)
        except OSError as error:
            raise EnvironmentFailed(f"{out_path} cannot be written: {error.strerror}") from error
    except MentorshipError as error:
        sys.stderr.write("expectations: " + "; ".join(map(str.strip, error.lines())) + "\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    gc.disable()  # a short life of imports and counts: collecting garbage costs it a second
    sys.exit(main(sys.argv[1:]))
