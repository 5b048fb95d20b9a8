"""mentorship-impact in Dagster: one asset is one build; checks read what `run.json` says of it."""

import datetime as dt
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import dagster as dg

WORKSPACE = Path(os.environ.get("MENTORSHIP_WORKSPACE", "/srv/mentorship"))
COMMAND = os.environ.get("MENTORSHIP_COMMAND", "mentorship")
WAIT_SECONDS = 600
# What a second attempt may mend: 3, another build runs; 4, the machine lacked something.
PASSING = {3, 4}


def published() -> dict[str, Any]:
    """Return what the published release says of its run."""
    path = WORKSPACE / "site" / "data" / "run.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@dg.asset(group_name="mentorship")
def mentorship_release() -> dg.MaterializeResult:
    """Whether the mentorship programs work: the site and its checked tables."""
    words = [COMMAND, "build", "-C", str(WORKSPACE), "--json"]
    ended = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603
    if ended.returncode in PASSING:
        raise dg.RetryRequested(max_retries=2, seconds_to_wait=WAIT_SECONDS)
    if ended.returncode:
        said = json.loads(ended.stdout or "{}")
        told = {"exit_code": ended.returncode, "to_do": said.get("to_do")}
        message = said.get("message", f"The build ended with {ended.returncode}.")
        raise dg.Failure(message, metadata=told, allow_retries=False)
    run = published()
    told = {name: run[name] for name in ("run_id", "as_of", "version", "warnings", "timings")}
    return dg.MaterializeResult(metadata=told, data_version=dg.DataVersion(run["run_id"]))


@dg.asset_check(asset=mentorship_release)
def expectations_are_met() -> dg.AssetCheckResult:
    """Whether the exports keep what is promised of them."""
    gates = published()["gates"]
    severity = dg.AssetCheckSeverity.ERROR if gates["critical_failed_n"] else WARN
    kept = not (gates["critical_failed_n"] or gates["warning_failed_n"])
    return dg.AssetCheckResult(passed=kept, severity=severity, metadata=gates)


@dg.asset_check(asset=mentorship_release)
def data_are_recent() -> dg.AssetCheckResult:
    """Whether the exports describe a day that is not long ago, as `report` in mentorship.yml."""
    run = published()
    days = (dt.datetime.now(dt.UTC).date() - dt.date.fromisoformat(run["as_of"])).days
    is_red = days > run["report"]["red_after_days"]
    return dg.AssetCheckResult(
        passed=days <= run["report"]["amber_after_days"],
        severity=dg.AssetCheckSeverity.ERROR if is_red else WARN,
        metadata={"as_of": run["as_of"], "age_days": days, **run["report"]},
    )


@dg.asset_check(asset=mentorship_release)
def attack_found_nothing() -> dg.AssetCheckResult:
    """Whether the release withstood the attack on its hidden cells: the receipt of it."""
    receipt = published()["attack"]
    told_n = sum(receipt[name] for name in ("found_n", "unsolved_n", "contradicted_n"))
    return dg.AssetCheckResult(passed=told_n == 0, metadata=receipt)


WARN = dg.AssetCheckSeverity.WARN
weekly = dg.ScheduleDefinition(
    name="mentorship_weekly", target=[mentorship_release], cron_schedule="0 6 * * 1"
)
definitions = dg.Definitions(
    assets=[mentorship_release],
    asset_checks=[expectations_are_met, data_are_recent, attack_found_nothing],
    schedules=[weekly],
)
