"""A report that leaves out the leavers is refused, and the refusal says where to bring them in."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pytest

from mentorship.check import check
from mentorship.progress import Progress
from workspace.errors import DataRefused
from workspace.folder import Workspace

CONFIG = """\
organization: Example Corp
sources:
  - {table: job_history, path: exports/directory.csv, preset: together}
"""


@pytest.mark.slow
def test_the_refusal_names_the_setting_of_the_vendor_s_report(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    workspace.exports.mkdir()
    workspace.config_path.write_text(CONFIG, encoding="utf-8")
    staff = [f"T{n},A,{2015 + n % 8}-02-01T00:00:00Z,\n" for n in range(30)]
    (workspace.exports / "directory.csv").write_text(
        "employeeId,employeeStatusCode,lastHireDate,dateOfTermination\n" + "".join(staff),
        encoding="utf-8",
    )
    with pytest.raises(DataRefused) as refusal:
        check(workspace, today=dt.date(2024, 1, 31), progress=Progress(io.StringIO()))
    said = str(refusal.value)
    assert "at least one exit" in said
    assert "Together's directory must hold terminated users (employeeStatusCode T) too" in said
