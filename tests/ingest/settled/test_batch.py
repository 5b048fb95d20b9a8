"""Small files settle together, and nobody can tell from the outcome."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.columns.exports import land as _land
from tests.ingest.conftest import Workspace
from tests.ingest.settled.test_settlement import ANSWERS, MEETINGS, outcome

SETTLEMENT = "ingest.settled.settlement"
PAIRINGS = (
    "pairing_id,program_id,mentor_id,mentee_id,started_on\n"
    "p1,g,E1,E2,2020-02-01\np2,g,e3,bea@corp.example,2020-02-01\n"
)
# Each has something that is told file by file.
FILES = {
    "01": MEETINGS + "m1,p1,2020-03-01,held\nm2,p2,2020-03-02,held\n",
    "02": MEETINGS + "m1,p1,2020-03-01,held\nm3,p7,2020-03-01,held\n",
    "03": "scheduled_at,meeting_id,pairing_id,status\n"
    "2020-03-02,m2,p2,held\n2020-03-05,m5,p1,held\n",
    "04": MEETINGS + 'm6,p1,soon,held\n,,,\n"m\n7",p1,2020-03-07,held\nm8,p1,2020-03-08,perhaps',
    "05": MEETINGS,
    "06": MEETINGS + "m9,p1\nm10,p1,2020-03-10,held\n",
    "07": (MEETINGS + "m11,p1,2020-03-11,held\nm12,p1,2020-03-12,held\n").replace(",", ";"),
    "08": MEETINGS.replace("status", "status,") + "m13,p1,2020-03-13,held,x\n",
    "09": MEETINGS + "m1,p1,2020-03-01,held\nm14,p1,03/14/2020,held\nm15,p1,03/15/2020,held\n",
    "10": MEETINGS + "m16,p1,2020-03-16,held\nm16,p1,2020-03-17,held\nm11,p1,2020-03-11,held\n",
}
COMMENTS = {
    "1": ANSWERS + "s,1,r1,E1,2020-06-01,q,4\ns,1,r1,E1,2020-06-01,t,Beatrixa helped me\n",
    "2": ANSWERS + "s,1,r2,E9,2020-06-01,q,9\ns,1,r3,,2020-06-01,t,Beatrixa helped me\n",
    "3": ANSWERS + "s,1,r1,E1,2020-06-01,q,4\ns,1,r4,bea@corp.example,2020-06-02,t,thanks\n",
}


def write_files(workspace: Workspace) -> None:
    """Write sources of several small files."""
    workspace.write("programs", "program_id,program_name\ng,Guides\n")
    workspace.write("pairings", PAIRINGS)
    workspace.write(
        "survey_items", "survey_id,item_id,kind,scale_min,scale_max\ns,q,likert,1,5\ns,t,text,,\n"
    )
    for table, files in (("meetings", FILES), ("survey_responses", COMMENTS)):
        folder = workspace.root / "exports" / table
        folder.mkdir()
        for name, text in files.items():
            (folder / f"{name}.csv").write_text(text)
        workspace.sources.append({"table": table, "path": f"exports/{table}/*.csv"})


def loaded(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, least_n: int) -> dict[str, Any]:
    """Return what a load leaves in which as many small files at least settle together."""
    monkeypatch.setattr(f"{SETTLEMENT}.TOGETHER_MIN", least_n)
    return outcome(workspace, workspace.load())


@pytest.mark.parametrize("most_n", [3, 250])
def test_files_that_settle_together_become_what_they_become_one_by_one(
    company: Workspace, monkeypatch: pytest.MonkeyPatch, most_n: int
) -> None:
    write_files(company)
    monkeypatch.setattr(f"{SETTLEMENT}.TOGETHER_MAX", most_n)
    apart = loaded(company, monkeypatch, 1000)
    together = loaded(company, monkeypatch, 1)
    assert together == apart


def test_files_that_settled_together_are_known_together_until_one_of_them_changes(
    company: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(company)
    apart = loaded(company, monkeypatch, 1000)
    company.remembers = True
    monkeypatch.setattr(f"{SETTLEMENT}.TOGETHER_MAX", 3)
    assert loaded(company, monkeypatch, 1) == apart
    again = company.load()
    assert outcome(company, again) == apart
    assert not any("/meetings/" in path or "/survey_responses/" in path for path in again.read)

    changed = company.root / "exports" / "meetings" / "02.csv"
    changed.write_text(MEETINGS + "m2,p2,2020-03-02,held\n")
    report = company.load()
    assert [path for path in report.read if "/meetings/" in path] == [
        f"exports/meetings/{name}.csv" for name in ("01", "02", "03")
    ]
    left = outcome(company, report)
    company.remembers = False
    assert left == loaded(company, monkeypatch, 1000)


def test_the_work_of_a_load_hardly_grows_with_files_that_settle_together(
    company: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.write("programs", "program_id,program_name\ng,Guides\n")
    company.write("pairings", PAIRINGS)
    folder = company.root / "exports" / "meetings"
    folder.mkdir()
    for n in range(40):
        (folder / f"{n:02}.csv").write_text(f"{MEETINGS}m{n},p1,2020-03-01,held\n")
    company.sources.append({"table": "meetings", "path": "exports/meetings/*.csv"})
    landed: list[object] = []
    monkeypatch.setattr(
        "ingest.columns.opening.land",
        lambda connection, planned: landed.append(planned) or _land(connection, planned),
    )
    company.load()
    assert company.rows("select count(*) from meetings") == [(40,)]
    assert len(landed) == 4
