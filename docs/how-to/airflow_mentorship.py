"""mentorship-impact in Airflow: one task is one build; the others read `run.json` of it."""

import datetime as dt
import json
import logging
import os
import subprocess
from pathlib import Path
from typing import Any

from airflow.sdk import dag, task
from airflow.sdk.exceptions import AirflowFailException

WORKSPACE = Path(os.environ.get("MENTORSHIP_WORKSPACE", "/srv/mentorship"))
COMMAND = os.environ.get("MENTORSHIP_COMMAND", "mentorship")
# What a second attempt may mend: 3, another build runs; 4, the machine lacked something.
PASSING = {3, 4}


def published() -> dict[str, Any]:
    """Return what the published release says of its run."""
    path = WORKSPACE / "site" / "data" / "run.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@dag(schedule="0 6 * * 1", start_date=dt.datetime(2026, 1, 5), catchup=False, max_active_runs=1)
def mentorship() -> None:
    """Whether the mentorship programs work: a build, then what it says of itself."""

    @task(retries=2, retry_delay=dt.timedelta(minutes=10))
    def build() -> str:
        words = [COMMAND, "build", "-C", str(WORKSPACE), "--json"]
        ended = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603
        said = json.loads(ended.stdout or "{}")
        message = f"Exit code {ended.returncode}: {said.get('message')} {said.get('to_do') or ''}"
        if ended.returncode in PASSING:
            raise RuntimeError(message)
        if ended.returncode:
            raise AirflowFailException(message)
        return str(said["release"])

    @task(retries=0)
    def expectations_are_met() -> None:
        gates = published()["gates"]
        if gates["critical_failed_n"]:
            raise AirflowFailException(f"Broken promises of exports: {gates}")
        if gates["warning_failed_n"]:
            logging.warning("Broken promises of exports, none critical: %s", gates)

    @task(retries=0)
    def data_are_recent() -> None:
        run = published()
        days = (dt.datetime.now(dt.UTC).date() - dt.date.fromisoformat(run["as_of"])).days
        if days > run["report"]["red_after_days"]:
            raise AirflowFailException(f"The exports describe {run['as_of']}, {days} days ago.")

    @task(retries=0)
    def attack_found_nothing() -> None:
        receipt = published()["attack"]
        if any(receipt[name] for name in ("found_n", "unsolved_n", "contradicted_n")):
            raise AirflowFailException(f"The attack on the release: {receipt}")

    build() >> [expectations_are_met(), data_are_recent(), attack_found_nothing()]


builds = mentorship()
