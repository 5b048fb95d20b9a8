"""The warehouse: the dbt project run over one raw database, on the engine of the workspace."""

from __future__ import annotations

import datetime as dt
import importlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from mentorship.checkout import CHECKOUT
from mentorship.failure import disk_failed, is_about_disk, is_about_memory, memory_failed
from workspace.config import WorkspaceConfig
from workspace.database import connect
from workspace.errors import DataRefused, MentorshipError
from workspace.leash import leash

_TESTS_NAMED = 5
_LINK = "databases"


@dataclass(frozen=True)
class Warehouse:
    """A built warehouse.

    Attributes:
        path: the database.
        manifest_path: dbt's description of every model and measure in it.
        warnings: tests that only warn, and did.
    """

    path: Path
    manifest_path: Path
    warnings: tuple[str, ...]


class Engine(Protocol):
    """What runs the models: DuckDB in this process, or Spark."""

    @property
    def target(self) -> str:
        """The target of `profiles.yml`."""

    @property
    def variables(self) -> Mapping[str, Any]:
        """What models must be told because of the engine."""

    def opened(
        self, raw_path: Path, warehouse_path: Path, log_folder: Path
    ) -> AbstractContextManager[None]:
        """Have the engine at hand for dbt, over a raw database, and let go of it at the end."""

    def bring_back(self, raw_path: Path, warehouse_path: Path, manifest_path: Path) -> None:
        """Bring what the analyses read into the warehouse, where it is not there already."""


@dataclass(frozen=True)
class DuckDb:
    """The engine that needs nothing: the warehouse is its own file."""

    target: str = "duckdb"

    @property
    def variables(self) -> Mapping[str, Any]:
        """Nothing: the project's own variables are this engine's."""
        return {}

    @contextmanager
    def opened(self, raw_path: Path, warehouse_path: Path, log_folder: Path) -> Iterator[None]:  # noqa: ARG002 - the raw database is attached by the profile
        """Close what dbt opened, so that the file can be moved."""
        try:
            yield
        finally:
            _release(warehouse_path)

    def bring_back(self, raw_path: Path, warehouse_path: Path, manifest_path: Path) -> None:
        """Do nothing: what dbt built is there."""


def engine_of(config: WorkspaceConfig) -> Engine:
    """Return the engine that a configuration asks for.

    Raises:
        EnvironmentFailed: what it needs is not there.
    """
    if config.engine == "spark":
        from mentorship.cluster import Spark

        spark = Spark(config.spark.master)
        spark.refuse_absent()
        return spark
    return DuckDb()


@contextmanager
def models_parsed_beside(
    raw_path: Path,
    warehouse_path: Path,
    state: Path,
    *,
    variables: Mapping[str, Any],
    engine: Engine,
) -> Iterator[None]:
    """Parse the models in a process of their own while the caller reads the exports.

    What is parsed lies under the state folder, where `build_warehouse` finds it if it is asked the
    same way. Nothing depends on it: a parse that fails is tried again, and reported, by the build.
    """
    target = state / "dbt"
    process = subprocess.Popen(  # noqa: S603 - our own module, on our own paths
        [sys.executable, "-m", "mentorship.parsing", *_arguments(["parse"], variables, engine)],
        cwd=CHECKOUT,
        env=os.environ | leash() | _wanted(raw_path, warehouse_path, target),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
        # The build needs dbt in this process too; its import costs nothing while the other parses.
        importlib.import_module("dbt.cli.main")
        process.wait()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def build_warehouse(
    raw_path: Path,
    warehouse_path: Path,
    state: Path,
    *,
    variables: Mapping[str, Any],
    engine: Engine,
) -> Warehouse:
    """Return the warehouse that dbt builds from a raw database, closed and without a log file.

    Args:
        raw_path: the raw database, opened read-only.
        warehouse_path: the database to write, in the same folder.
        state: the workspace's private folder, where dbt keeps what it remembers.
        variables: what models read as `var(...)`, in place of `dbt_project.yml`'s own.
        engine: what runs the models.

    Raises:
        DataRefused: a test of the data failed.
        EnvironmentFailed: the engine is not there, or went away.
        MentorshipError: a model failed; that is a defect of ours.
    """
    target = state / "dbt"
    with (
        _environment(raw_path, warehouse_path, target),
        engine.opened(raw_path, warehouse_path, target),
    ):
        from dbt.cli.main import dbtRunner

        words = ["build", "--exclude-resource-type", "unit_test"]
        run = dbtRunner().invoke(_arguments(words, variables, engine))
        if run.success:
            engine.bring_back(raw_path, warehouse_path, target / "manifest.json")
    if isinstance(run.exception, KeyboardInterrupt):
        raise run.exception
    if run.exception is not None:
        _refuse_machine(str(run.exception), run.exception)
        raise MentorshipError(
            f"dbt could not run the models: {_sentence(str(run.exception))}",
            to_do=f"read {target / 'dbt.log'}",
        ) from run.exception
    nodes = [_Node.of(result) for result in run.result.results]
    _refuse_failed(nodes, target)
    if not run.success:
        raise MentorshipError("dbt did not finish.", to_do=f"read {target / 'dbt.log'}")
    return Warehouse(
        path=warehouse_path,
        manifest_path=target / "manifest.json",
        warnings=tuple(
            f"{node.name}: {node.rows} rows break this rule of the models"
            for node in nodes
            if node.status == "warn"
        ),
    )


@dataclass(frozen=True)
class _Node:
    """What became of one model or test."""

    name: str
    kind: str
    status: str
    rows: int
    message: str

    @classmethod
    def of(cls, result: Any) -> _Node:
        return cls(
            name=str(result.node.name),
            kind=str(getattr(result.node.resource_type, "value", result.node.resource_type)),
            status=str(getattr(result.status, "value", result.status)),
            rows=int(result.failures or 0),
            message=str(result.message or ""),
        )


def model_variables(config: WorkspaceConfig, *, today: dt.date) -> dict[str, Any]:
    """Return what the configuration tells the models, by the names of `dbt_project.yml`."""
    from analyses.outcomes import NAMES, asked_outcomes
    from ingest.columns.retention import measured_from

    impact, platform = config.impact, config.reconciliation
    first_months = measured_from(config, today)
    return {
        "measured_from": {table: day.isoformat() for table, day in first_months.items()},
        "reconciliation_as_of": platform.as_of.isoformat()
        if platform is not None and platform.as_of is not None
        else "",
        "impact_roles": list(impact.roles),
        "impact_horizons": list(impact.horizons_months),
        # Nothing named is everything on the list.
        "impact_outcomes": [] if asked_outcomes(config) == NAMES else [*asked_outcomes(config)],
        "impact_minimum_tenure_months": impact.minimum_tenure_months,
        "impact_eligible_levels": list(impact.eligible_levels),
        "impact_eligible_departments": list(impact.eligible_departments),
        "impact_subgroups": list(impact.subgroups),
        "impact_ladder": [list(rung) for rung in impact.ladder],
        "warning_thresholds": {
            # Whole thresholds stand in SQL as whole numbers, as those of dbt_project.yml do.
            name: int(threshold) if threshold is not None and threshold % 1 == 0 else threshold
            for name, threshold in config.warnings.thresholds.items()
        },
    }


def _arguments(words: list[str], variables: Mapping[str, Any], engine: Engine) -> list[str]:
    folder = str(CHECKOUT)
    return [
        "--quiet",
        "--log-level=none",
        "--no-use-colors",
        "--no-version-check",
        "--log-level-file=info",
        *words,
        "--project-dir",
        folder,
        "--profiles-dir",
        folder,
        "--target",
        engine.target,
        "--vars",
        json.dumps({**variables, **engine.variables}),
    ]


def _refuse_failed(nodes: list[_Node], target: Path) -> None:
    """Raise what failed: a broken model first, since tests after it say nothing."""
    errors = [node for node in nodes if node.status in ("error", "partial success")]
    if errors:
        for node in errors:
            _refuse_machine(node.message)
        first = errors[0]
        raise MentorshipError(
            f"The {first.kind} {first.name} failed: {_sentence(first.message)}",
            found=f"{len(errors)} of {len(nodes)} models and tests failed",
            to_do=f"read {target / 'dbt.log'}; this is a defect of ours, please report it",
        )
    broken = [node for node in nodes if node.status == "fail"]
    if broken:
        named = [f"{node.name} ({node.rows} rows)" for node in broken[:_TESTS_NAMED]]
        more = len(broken) - len(named)
        raise DataRefused(
            f"{len(broken)} tests of the modeled data failed; nothing was published.",
            found=", ".join(named) + (f" and {more} more" if more else ""),
            expected="no row that breaks a rule",
            to_do=f"the SQL that finds the rows is in {target / 'compiled'}",
        )


def _refuse_machine(message: str, error: BaseException | None = None) -> None:
    """Raise what dbt says of the machine as that; it knows such failures as text only."""
    if is_about_disk(message):
        raise disk_failed(_sentence(message)) from error
    if is_about_memory(message):
        raise memory_failed() from error


def _sentence(message: str) -> str:
    return " ".join(message.split())[:500]


def _wanted(raw_path: Path, warehouse_path: Path, target: Path) -> dict[str, str]:
    """Return what dbt reads from the environment.

    It parses every file again where a path is another than last time, so it is led to each run's
    databases by one link.
    """
    target.mkdir(exist_ok=True)
    link = target.resolve() / _LINK
    link.unlink(missing_ok=True)
    link.symlink_to(raw_path.parent.resolve())
    return {
        "MENTORSHIP_RAW": str(link / raw_path.name),
        "MENTORSHIP_WAREHOUSE": str(link / warehouse_path.name),
        "DBT_TARGET_PATH": str(target.resolve()),
        "DBT_LOG_PATH": str(target.resolve()),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
    }


@contextmanager
def _environment(raw_path: Path, warehouse_path: Path, target: Path) -> Iterator[None]:
    """Set what `profiles.yml` and dbt read from the environment, and put back what was there."""
    wanted = _wanted(raw_path, warehouse_path, target)
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        (target / _LINK).unlink(missing_ok=True)
        for name, text in before.items():
            if text is None:
                del os.environ[name]
            else:
                os.environ[name] = text


def _release(warehouse_path: Path) -> None:
    """Close what dbt-duckdb keeps open for the life of the process, so the file can be moved."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.adapters.factory import cleanup_connections, reset_adapters

    cleanup_connections()
    environment = DuckDBConnectionManager._ENV
    if environment is not None:
        environment.close()
    DuckDBConnectionManager.close_all_connections()
    reset_adapters()
    if warehouse_path.exists():
        with connect(warehouse_path) as connection:
            connection.execute("checkpoint")
    log = warehouse_path.with_name(f"{warehouse_path.name}.wal")
    if log.exists():
        raise MentorshipError(
            "The warehouse still has a write-ahead log; moving it would lose data.",
            found=str(log),
        )


def forget_warehouses(state: Path) -> None:
    """Remove what dbt remembers of earlier builds: parsed files, compiled SQL, logs."""
    shutil.rmtree(state / "dbt", ignore_errors=True)
