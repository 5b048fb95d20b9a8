"""The page about expectations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from docs.generate.markdown import table_of
from expectations.catalog import beyond_the_contract
from expectations.contract_suite import contract_promises
from expectations.known import Known, SourceLimit
from expectations.promise import Promise
from ingest.contract import TABLES
from workspace.config import ExpectationsConfig


def expectations() -> str:
    """Return the page about the gate's expectations."""
    lines = [
        "# Expectations",
        "",
        "What each export promises. A broken *critical* promise refuses the build with exit code "
        "1; a broken *warning* is shown on the analyst's page. A table that is absent promises "
        "nothing, and a promise about two tables needs both.",
        "",
        "The promises that follow from the contract alone repeat what ingest already enforces by "
        "quarantine: they check ingest itself.",
        "",
        "Thresholds are those without an `expectations` section in `mentorship.yml` "
        "([which](configuration.md#expectations)); its `critical` lets a warning refuse the build.",
        "",
        "## Beside earlier loads",
        "",
        "Asked of every table that an earlier load held, here of a `job_history` that had 1,000 "
        "rows. `has_no_new_value` and `keeps_its_values` are asked of `watched_columns`, and "
        "`each_source_reaches_as_of` where a source says `stale_after_days`. "
        "[How loads are compared](../how-to/read-a-refused-build.md#a-load-differs-from-the-last).",
        "",
        *_promises(_beside_earlier_loads()),
    ]
    for table in TABLES.values():
        lines += ["", f"## {table.name}"]
        beyond = beyond_the_contract(table.name, ExpectationsConfig())
        if beyond:
            lines += ["", *_promises(beyond)]
        lines += ["", "From the contract:", ""]
        lines += [f"- {_contract_line(promise)}" for promise in contract_promises(table, 0)]
    return "\n".join(lines)


def _beside_earlier_loads() -> list[Promise]:
    """Return what a job history promises once there was one before, and a source with a limit."""
    limits = ExpectationsConfig()
    known = Known(
        {"job_history": 1000},
        {"job_history": {"department": {}}},
        sources=(SourceLimit("job_history", (), 31),),
        months={"job_history": {}},
        months_as_of=dt.date(2026, 6, 30),
    )
    always = beyond_the_contract("job_history", limits)
    return [p for p in beyond_the_contract("job_history", limits, known) if p not in always]


def _promises(promises: Iterable[Promise]) -> list[str]:
    return table_of(
        ("severity", "expectation", "promise", "when it is broken"),
        ((p.severity, f"`{p.name}`", p.sentence, p.to_do) for p in promises),
    )


def _contract_line(promise: Promise) -> str:
    return f"{promise.severity}: {promise.sentence}"
