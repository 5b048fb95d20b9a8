"""A log: of several records of one thing the last one tells, and all are accounted for."""

from __future__ import annotations

from tests.ingest.conftest import Workspace, total

PAIRINGS = "pairing_id,program_id,mentor_id,mentee_id,started_on\np1,g,E3,E1,2024-01-01\n"
LOG = """\
meeting_id,pairing_id,scheduled_at,status,told_at
m1,p1,2024-02-01,cancelled,2024-02-01T18:00:00Z
m2,p1,2024-03-01,held,2024-03-01T18:00:00Z
m1,p1,2024-02-02,held,2024-02-03T18:00:00Z
m2,p1,2024-03-01,cancelled,2024-02-20T18:00:00Z
m3,p1,2024-03-01,dreamt,2024-02-20T18:00:00Z
"""


def test_one_meeting_with_several_records_is_one_row(company: Workspace) -> None:
    company.write("pairings", PAIRINGS)
    company.write("meetings", LOG, preset="qooper_meetings")
    report = company.load()
    assert company.rows("select meeting_id, status, _record from meetings order by 1") == [
        ("m1", "held", 3),
        ("m2", "held", 2),
    ]
    assert total(report, "meetings") == (5, 4, 1, 0)
    assert company.reasons("meetings") == [(5, "unknown_code")]


def test_without_a_time_the_last_record_of_the_last_file_tells(company: Workspace) -> None:
    company.write("pairings", PAIRINGS)
    header = "meeting_id,pairing_id,scheduled_at,status\n"
    folder = company.root / "exports"
    (folder / "log_1.csv").write_text(
        header + "m1,p1,2024-02-01,cancelled\nm1,p1,2024-02-01,held\n"
    )
    (folder / "log_2.csv").write_text(header + "m1,p1,2024-02-01,no_show\n")
    company.sources.append(
        {"table": "meetings", "path": "exports/log_*.csv", "preset": "qooper_meetings"}
    )
    report = company.load()
    assert company.rows("select meeting_id, status, _source from meetings") == [
        ("m1", "no_show", "exports/log_2.csv")
    ]
    assert total(report, "meetings") == (3, 3, 0, 0)
