"""The cluster: the dbt project run by Spark, on this machine or on many, over Parquet.

Ingest hands its tables over as files; Spark models them; the cells of the marts come back into the
warehouse, with the list of pairings to act on. What Spark wrote on the way goes with the run.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from workspace.database import connect
from workspace.errors import EnvironmentFailed

# Run in the checkout: installs the extra `spark` as locked, and Java where apt is.
INSTALL_SPARK = "make spark"
LEAST_JAVA = 17
_RAW = "raw"
_ANSWER_SECONDS, _WORKER_SECONDS = 10, 60
# Once workers were there: how long to wait for the last one that left to be replaced.
_ALONE_SECONDS, _LOOK_SECONDS = 120.0, 2.0
_SETTINGS = {
    # Tables live as long as the run; nothing is left in a metastore.
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.legacy.createHiveTableByDefault": "false",
    "spark.sql.sources.default": "parquet",
    # Times as DuckDB reads them: a moment without a zone is one of UTC.
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "false",
    # What cannot be cast fails, and is no null.
    "spark.sql.ansi.enabled": "true",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


@dataclass(frozen=True)
class Spark:
    """The engine of a workspace that says `engine: spark`.

    Attributes:
        master: where Spark runs: `local[*]` in a process of this machine, `spark://host:7077` on a
            standalone cluster that sees the workspace's folder under the same path.
        brought_back: how the names of the models begin whose rows come back: those of cells. What
            is told of people in rows stays with Spark.
    """

    master: str
    brought_back: tuple[str, ...] = ("dim_", "rpt_")
    target: str = field(default="spark", init=False)

    @property
    def variables(self) -> dict[str, Any]:
        """Where the raw tables stand: Spark has no databases above its schemas."""
        return {"raw_database": "", "raw_schema": _RAW}

    def refuse_absent(self) -> None:
        """Refuse a machine or a cluster on which nothing could be built, before anything is read.

        Raises:
            EnvironmentFailed: Java or the extra is missing, or no master answers.
        """
        _refuse_lacking()
        if not self._is_local:
            _refuse_unreachable(self.master)

    @contextmanager
    def opened(self, raw_path: Path, warehouse_path: Path, log_folder: Path) -> Iterator[None]:  # noqa: ARG002 - written by `bring_back`
        """Start Spark and show it the raw tables; end it, and what it wrote, afterwards.

        Raises:
            EnvironmentFailed: Spark did not start, or no worker took the work.
        """
        from ingest.records.parquet import quoted

        folder = raw_path.parent / "spark"
        tables = _hand_over(raw_path, folder / _RAW)
        try:
            with _said_to(log_folder / "spark.log"):
                session = self._session(folder)
            try:
                if not self._is_local:
                    _wait_for_worker(session, self.master)
                session.sql(f"create database {_RAW}")
                for name, path in tables.items():
                    session.sql(
                        f"create table {_RAW}.{name} using parquet location '{quoted(path)}'"
                    )
                with _watched(session, is_local=self._is_local):
                    yield
            finally:
                _stop(session)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def bring_back(self, raw_path: Path, warehouse_path: Path, manifest_path: Path) -> None:
        """Write the cells that Spark counted into the warehouse, typed as their contracts say."""
        from ingest.records.parquet import rows_in

        nodes = json.loads(manifest_path.read_text(encoding="utf-8"))["nodes"].values()
        wanted = [
            node
            for node in nodes
            if node["resource_type"] == "model" and node["name"].startswith(self.brought_back)
        ]
        with connect(warehouse_path) as connection:
            for node in wanted:
                columns = ", ".join(
                    f"{column['name']} {column['data_type']}" for column in node["columns"].values()
                )
                connection.execute(f"create table {node['name']} ({columns})")
                place = raw_path.parent / "spark" / "warehouse" / f"{node['schema']}.db"
                files = sorted((place / node["name"]).glob("*.parquet"))
                # Of a table without a row Spark may write no file.
                if files:
                    connection.execute(f"insert into {node['name']} by name from {rows_in(*files)}")

    @property
    def _is_local(self) -> bool:
        return self.master.startswith("local")

    def _session(self, folder: Path) -> Any:
        builder = importlib.import_module("pyspark.sql").SparkSession.builder
        settings = _SETTINGS | {
            "spark.sql.warehouse.dir": str(folder / "warehouse"),
            # Rows of people are spilled: not to where everybody may look.
            "spark.local.dir": str(folder / "scratch"),
        }
        if self._is_local:
            cores = os.cpu_count() or 1
            memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20
            settings |= {
                "spark.sql.shuffle.partitions": str(2 * cores),
                "spark.driver.memory": f"{max(1024, memory // 4)}m",
                "spark.driver.host": "localhost",
            }
        builder = builder.master(self.master).appName("mentorship-impact")
        for name, text in settings.items():
            builder = builder.config(name, text)
        try:
            return builder.getOrCreate()
        except Exception as error:
            raise EnvironmentFailed(
                f"Spark did not start at {self.master}.",
                found=" ".join(str(error).split())[:300],
                expected="a cluster of the same version of Spark"
                if not self._is_local
                else f"Java {LEAST_JAVA} and room for it",
                to_do="see what is said in state/dbt/spark.log",
            ) from error


def _refuse_lacking() -> None:
    """Refuse a machine without the extra, or without a Java that Spark can use."""
    for module in ("pyspark", "dbt.adapters.spark"):
        if importlib.util.find_spec(module) is None:
            raise EnvironmentFailed(
                "What runs the models on Spark is not installed.",
                found=f"no {module}",
                expected="the extra `spark` of this project",
                to_do=f"{INSTALL_SPARK}; or take `engine: spark` out of mentorship.yml",
            )
    found = _java_version()
    if found is None or found < LEAST_JAVA:
        raise EnvironmentFailed(
            "Spark needs Java.",
            found="no java" if found is None else f"Java {found}",
            expected=f"Java {LEAST_JAVA} or newer, on the path or in JAVA_HOME",
            to_do=f"{INSTALL_SPARK}; or install a Java {LEAST_JAVA} and set JAVA_HOME",
        )


def _java_version() -> int | None:
    """Return the major version of the Java that Spark would start, if there is one."""
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    if java is None or shutil.which(java) is None:
        return None
    said = subprocess.run(  # noqa: S603 - the user's own Java
        [java, "-version"], capture_output=True, text=True, check=False
    ).stderr
    _, _, after = said.partition('version "')
    major = after.split(".")[0].split('"')[0].split("-")[0]
    return int(major) if major.isdecimal() else None


def _refuse_unreachable(master: str) -> None:
    """Refuse a cluster of which no master answers; Spark itself would ask for a minute."""
    problems = []
    for one in master.removeprefix("spark://").split(","):
        place = urlsplit(f"//{one}")
        try:
            with socket.create_connection(
                (place.hostname or "", place.port or 7077), timeout=_ANSWER_SECONDS
            ):
                return
        except OSError as error:
            problems.append(f"{one}: {error.strerror or error}")
    raise EnvironmentFailed(
        "The Spark cluster does not answer.",
        found="; ".join(problems),
        expected=f"a master at {master}",
        to_do="start the cluster, or correct spark.master in mentorship.yml",
    )


def _hand_over(raw_path: Path, folder: Path) -> dict[str, Path]:
    """Write the raw tables as Parquet; return where each one is."""
    from ingest.records.parquet import quoted

    folder.mkdir(parents=True)
    with connect(raw_path, read_only=True) as connection:
        names = connection.execute("select table_name from duckdb_tables()").fetchall()
        paths = {str(name): folder / f"{name}.parquet" for (name,) in names}
        for name, path in paths.items():
            connection.execute(f"copy {name} to '{quoted(path)}' (format parquet)")
    return paths


def _executors_n(session: Any) -> int:
    """Return how many workers take tasks; the driver itself is counted beside them."""
    return int(session.sparkContext._jsc.sc().getExecutorMemoryStatus().size()) - 1


def _wait_for_worker(session: Any, master: str) -> None:
    """Refuse a cluster in which nobody works; Spark itself would wait for ever."""
    waited = threading.Event()
    for _ in range(_WORKER_SECONDS):
        if _executors_n(session) > 0:
            return
        waited.wait(1)
    raise EnvironmentFailed(
        "No worker of the Spark cluster took the work.",
        found=f"none within {_WORKER_SECONDS} seconds",
        expected="a worker with free cores and memory",
        to_do=f"look at the workers of {master}",
    )


@contextmanager
def _watched(session: Any, *, is_local: bool) -> Iterator[None]:
    """End Spark where all workers have gone and none came back; the models then fail."""
    ended = threading.Event()

    def watch() -> None:
        alone = 0.0
        while not ended.wait(_LOOK_SECONDS):
            alone = alone + _LOOK_SECONDS if _executors_n(session) < 1 else 0.0
            if alone >= _ALONE_SECONDS:
                session.stop()
                return

    thread = threading.Thread(target=watch, daemon=True)
    if not is_local:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        if thread.is_alive():
            thread.join()


@contextmanager
def _said_to(path: Path) -> Iterator[None]:
    """Let what is started here write to a file what it would write to the terminal."""
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with path.open("ab") as file:
            os.dup2(file.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _stop(session: Any) -> None:
    """Stop Spark and its process, so that it holds no file and nothing outlives the run."""
    context = importlib.import_module("pyspark").SparkContext
    try:
        session.stop()
    finally:
        gateway = context._gateway
        if gateway is not None:
            gateway.shutdown()
            process = gateway.proc
            process.stdin.close()
            try:
                process.wait(timeout=_ANSWER_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        context._gateway = context._jvm = None
