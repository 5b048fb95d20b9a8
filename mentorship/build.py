"""The build: exports in, an honest site out. Read `build` and you know the whole product."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mentorship.actions import followed_up, write_actions
from mentorship.attempt import Attempt, attempt, published_hash
from mentorship.checkout import version
from mentorship.configuration import effective_config
from mentorship.erasure import owes_erasure, purge, refuse_lost_tombstones
from mentorship.expiry import expire_remains
from mentorship.fingerprint import Fingerprint, fingerprint
from mentorship.gate import gate_beside, gate_counts, gate_warnings
from mentorship.ledger import PUBLISHED, UNCHANGED
from mentorship.loads import ThisLoad, refuse_earlier_day
from mentorship.progress import Progress
from mentorship.publish import current_release, kept_releases, publish, stage_release
from mentorship.rotation import renewed_state, switch_state
from mentorship.warehouse import (
    build_warehouse,
    engine_of,
    forget_warehouses,
    model_variables,
    models_parsed_beside,
)
from workspace.age import Age
from workspace.config import WorkspaceConfig
from workspace.errors import DataRefused, Place
from workspace.folder import Workspace
from workspace.writing import move_whole, write_private

if TYPE_CHECKING:
    import pandas as pd

    from ingest.load import LoadReport


@dataclass(frozen=True)
class Outcome:
    """How a build ended well.

    Attributes:
        kind: `published`, or `unchanged` when there was nothing to do.
        release: the run whose release the site shows.
        site: the link to it.
        timings: seconds per stage.
        warnings: what the reader should act on.
    """

    kind: str
    release: str
    site: Path
    timings: Mapping[str, float]
    warnings: tuple[str, ...]

    def as_record(self) -> dict[str, Any]:
        """Return the outcome as a record for `--json`."""
        return {
            "outcome": self.kind,
            "exit_code": 0,
            "release": self.release,
            "site": str(self.site),
            "timings": dict(self.timings),
            "warnings": list(self.warnings),
        }


def build(
    workspace: Workspace,
    *,
    today: dt.date,
    progress: Progress,
    as_of: dt.date | None = None,
    full_refresh: bool = False,
    has_new_key: bool = False,
) -> Outcome:
    """Return how the build of a workspace ended; whatever fails, the last good site stays.

    Args:
        workspace: the folder to build.
        today: the day of the build; only defaults and freshness limits ask for it.
        progress: who is told what happens.
        as_of: the day the exports describe, in place of what the configuration says.
        full_refresh: build even if nothing changed, read every export again, accept that some
            are gone, and forget what dbt remembers.
        has_new_key: give everybody a new pseudonym, everywhere in one step; a full refresh, too.

    Raises:
        DataRefused: the data failed a gate.
        ConfigError: the configuration cannot be followed.
        LockedError: another build holds the workspace.
        EnvironmentFailed: the machine lacks something.
    """
    from ingest.columns.presets import leavers_notes
    from ingest.columns.sources import Sources

    config = effective_config(workspace, as_of, today=today)
    is_owed = owes_erasure(workspace)
    full_refresh = full_refresh or has_new_key or is_owed
    with (
        attempt(
            workspace, command="key rotate" if has_new_key else "build", progress=progress
        ) as this,
        Sources(config, root=workspace.root, forget=full_refresh) as sources,
    ):
        expire_remains(workspace, this.run_id, days=config.privacy.remains_days, today=today)
        # 1. The site was built from these very inputs, by this very code: nothing to do.
        with progress.stage("fingerprint", "Looking for changes"):
            from ingest.people.keys import workspace_key

            # Where the state goes that is made here: beside the old one, if people get new keys.
            home = renewed_state(workspace, this.folder) if has_new_key else workspace
            key = workspace_key(home)
            erasures_n = this.entry["erasures_n"] = refuse_lost_tombstones(workspace)
            known = fingerprint(workspace, sources, as_of=as_of, key=key, erasures_n=erasures_n)
        release = None if full_refresh else this.published_already(known, today)
        if release is not None:
            this.warn(*_old_data(this.published_as_of, config, today))
            return _unchanged(this, release)
        raw_path, warehouse_path = _fresh_databases(this, forget=full_refresh)

        with gate_beside(raw_path, organization=config.organization, progress=progress) as gate:
            # 2. Exports become typed tables of keys; what cannot be read or linked is quarantined.
            #    The models are parsed and the gate gets ready meanwhile: that needs no data.
            databases = (raw_path, warehouse_path, workspace.state)
            variables = model_variables(config, today=today)
            engine = engine_of(config)
            with (
                progress.stage("ingest", "Reading the exports"),
                models_parsed_beside(*databases, variables=variables, engine=engine),
            ):
                from ingest.load import load

                loaded = load(
                    config,
                    root=workspace.root,
                    raw_path=raw_path,
                    quarantine=home.quarantine,
                    key=key,
                    today=today,
                    sources=sources,
                    store=home.settled,
                    forget=full_refresh,
                    tombstones=workspace.tombstones_path,
                )
            _record_inputs(this, known, loaded)
            if not full_refresh:
                refuse_earlier_day(workspace, config.as_of or today, today=today)

            # 3. Two readers of those tables at once: what do they say when modeled, and did each
            #    export keep its promises? A failed promise refuses the build.
            this_load = ThisLoad(home, config, loaded, raw_path, key=key)
            brief = this_load.brief(
                sources.files(), quarantine=home.quarantine, is_confirmed=full_refresh
            )
            gate.begin(brief, leavers=leavers_notes(config.sources, root=workspace.root))
            this.entry["gates"] = gate.counts
            with progress.stage("models", "Modeling people, pairings and measures"):
                warehouse = build_warehouse(*databases, variables=variables, engine=engine)
            with progress.stage("expectations", "Waiting for the expectations"):
                gates = gate.answer()
        if not full_refresh:
            # Only now: where exports lack their newest rows, broken promises say more of it.
            refuse_earlier_day(workspace, loaded.as_of, today=today)
        this.warn(*warehouse.warnings, *gate_warnings(gates))
        this.warn(*_old_data(loaded.as_of, config, today))

        # 4. Counts become measures with intervals; small groups are hidden here, for good, and what
        #    is left is attacked before anybody sees it.
        with progress.stage("analyses", "Estimating, hiding small groups, and attacking the rest"):
            from analyses.attack.release import read_kept
            from analyses.released import read_released, write_released
            from analyses.study import analyze

            held = this_load.held(gates)
            study = analyze(
                warehouse_path=warehouse.path,
                manifest_path=warehouse.manifest_path,
                quality=loaded.quality,
                gates=gates,
                loads=this_load.beside_earlier(held),
                run=run_facts(this, config, known, loaded, gates, today=today),
                config=config,
                released=read_released(workspace.released_path),
                kept=read_kept(kept_releases(workspace)),
                followed_up=followed_up(workspace, warehouse.path, as_of=loaded.as_of),
            )
            results = study.results

        # 5. Results as they were written, rounded and sorted, are the only thing a page ever reads.
        with progress.stage("results", "Writing the results"):
            from analyses.files import read_results, write_results

            staged = stage_release(workspace, this.run_id, umask=this.umask)
            write_results(results, staged / "data")
        with progress.stage("pages", "Rendering the pages"):
            from reports.site import render_site

            render_site(read_results(staged / "data"), staged)

        # 6. One switch of a link: a reader sees the old site or the new one, never half of one.
        with progress.stage("publish", "Publishing"):
            move_whole(raw_path, home.raw_path)
            move_whole(warehouse_path, home.warehouse_path)
            if has_new_key:
                switch_state(workspace, home, run_id=this.run_id)
            published = publish(workspace, staged, this.run_id, umask=this.umask)
            this_load.keep(held, workspace)
            write_released(study.released, workspace.released_path)
            write_private(workspace.reconciled_path, study.reconciled.to_csv(index=False))
            listed = write_actions(workspace, as_of=loaded.as_of, config=config)
            if is_owed:
                purge(workspace, this.run_id, erased=loaded.erased, listed=listed)
        return _published(this, published, loaded.holds_before)


def run_facts(
    this: Attempt,
    config: WorkspaceConfig,
    known: Fingerprint,
    loaded: LoadReport,
    gates: pd.DataFrame,
    *,
    today: dt.date,
) -> dict[str, Any]:
    """Return what `run.json` and every page's foot say about the run."""
    previous = current_release(this.workspace)
    return {
        "run_id": this.run_id,
        "version": version(),
        "versions": known.versions,
        "organization": config.organization,
        "title": config.report.title or f"Mentorship at {config.organization}",
        "config_hash": known.config_hash,
        "inputs": [
            {"path": file.path, "sha256": file.sha256, "rows": file.rows} for file in loaded.inputs
        ],
        "as_of": loaded.as_of.isoformat(),
        "follow_up_ends_on": (loaded.follow_up_ends_on - dt.timedelta(days=1)).isoformat(),
        "built_on": today.isoformat(),
        "report": {
            "amber_after_days": config.report.amber_after_days,
            "red_after_days": config.report.red_after_days,
        },
        "has_pairings": any(source.table == "pairings" for source in config.sources),
        "gates": gate_counts(gates),
        "timings": dict(this.progress.timings),
        "warnings": list(this.warnings),
        "privacy": {
            "minimum_group_size": config.privacy.minimum_group_size,
            "minimum_effect_group_size": config.privacy.minimum_effect_group_size,
        },
        "impact": config.impact.model_dump(mode="json"),
        "previous_release": None if previous is None else previous.name,
    }


def _fresh_databases(this: Attempt, *, forget: bool) -> tuple[Path, Path]:
    """Return where this attempt's two databases go."""
    this.folder.mkdir(exist_ok=True)
    if forget:
        forget_warehouses(this.workspace.state)
    return this.folder / "raw.duckdb", this.folder / "warehouse.duckdb"


def _record_inputs(this: Attempt, known: Fingerprint, loaded: LoadReport) -> None:
    """Put what was read into the ledger, and refuse a file that changed while it was read."""
    for file in loaded.inputs:
        if known.inputs.get(file.path, file.sha256) != file.sha256:
            raise DataRefused(
                "An export changed while it was being read; nothing was published.",
                place=Place(file.path),
                to_do="run again when whatever writes it has finished",
            )
    totals = loaded.quality[loaded.quality["reason"] == "total"]
    columns = ("rows_in", "rows_kept", "rows_quarantined", "rows_duplicate")
    this.entry |= {
        "fingerprint": known.digest,
        "config_hash": known.config_hash,
        "code_hash": known.code_hash,
        "versions": known.versions,
        "inputs": known.inputs,
        "as_of": loaded.as_of.isoformat(),
        "rows": {column: int(totals[column].sum()) for column in columns}
        | {"rows_erased": sum(loaded.erased.records.values())},
        "read": list(loaded.read),
        "load_timings": dict(loaded.timings),
    }
    this.warn(*loaded.warnings)


def _old_data(as_of: dt.date | None, config: WorkspaceConfig, today: dt.date) -> list[str]:
    """Return a warning where the data is old, and nothing where it is not."""
    if as_of is None:
        return []
    limits = config.report
    age = Age(as_of, today, limits.amber_after_days, limits.red_after_days)
    return [age.warning] if age.warning else []


def _unchanged(this: Attempt, release: str) -> Outcome:
    this.entry |= {"outcome": UNCHANGED, "release": release}
    return _outcome(this, UNCHANGED, release)


def _published(this: Attempt, release: Path, holds_before: dt.date | None) -> Outcome:
    this.entry |= {
        "outcome": PUBLISHED,
        "published_hash": published_hash(this.workspace, release),
        "holds_before": None if holds_before is None else holds_before.isoformat(),
    }
    return _outcome(this, PUBLISHED, release.name)


def _outcome(this: Attempt, kind: str, release: str) -> Outcome:
    return Outcome(kind, release, this.workspace.site, this.progress.timings, tuple(this.warnings))
