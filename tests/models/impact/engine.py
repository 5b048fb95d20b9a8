"""The project's own SQL, compiled once by dbt and run on tables made up in memory.

dbt takes seconds to start; the models of the impact engine take a fraction of one on a small
company. What runs here is dbt's compiled text, statement for statement, without dbt around it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from analyses.balance import largest_differences
from analyses.effects import adjusted_effects
from analyses.naive import naive_effects
from analyses.placebo import placebo_tests, vetoes
from ingest.checks.follow_up import months_before
from ingest.contract import LINEAGE, TABLES

CHECKOUT = Path(__file__).resolve().parents[3]
MARTS = (
    "rpt_balance__by_covariate",
    "rpt_curves__by_month",
    "rpt_effects__by_horizon",
    "rpt_eligible__by_horizon",
    "rpt_flow__by_step",
    "rpt_naive_comparison__by_horizon",
    "rpt_placebos__by_program",
    "rpt_vetoes__by_role",
)
# What is asked of every company of the study.
CORE_SCOPE: Mapping[str, Any] = {
    "impact_roles": ["mentee"],
    "impact_horizons": [12],
    "impact_subgroups": [],
}
SETTINGS = {
    "organization": "varchar",
    "as_of": "date",
    "follow_up_ends_on": "date",
    "middle_level_min": "integer",
    "senior_level_min": "integer",
    "has_gender_dimension": "boolean",
}
Frames = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Model:
    """A model as dbt compiled it.

    Attributes:
        relation: its full name in the database.
        statement: the compiled query.
        kind: table or view.
        parents: the models it reads.
    """

    relation: str
    statement: str
    kind: str
    parents: tuple[str, ...]


@dataclass(frozen=True)
class Engine:
    """Every model that the impact marts need, parents first."""

    models: Mapping[str, Model]

    @property
    def fingerprint(self) -> str:
        """Return what changes whenever any statement does."""
        digest = hashlib.sha256()
        for name in sorted(self.models):
            digest.update(f"{name}\n{self.models[name].statement}\n".encode())
        return digest.hexdigest()[:12]

    def marts(self, raw: Mapping[str, pd.DataFrame], *, also: Sequence[str] = ()) -> Frames:
        """Return the impact marts of a company, and other models asked for by name.

        Args:
            raw: frames by contract table, columns by raw name; `settings` must be among them.
            also: further models to return.
        """
        return self.run((*MARTS, *also), raw=raw)

    def run(
        self,
        wanted: Sequence[str],
        *,
        raw: Mapping[str, pd.DataFrame] | None = None,
        given: Mapping[str, pd.DataFrame] | None = None,
    ) -> Frames:
        """Return models by name, each computed from raw tables or from the given models.

        Args:
            wanted: the models to return.
            raw: frames by contract table; absent tables are empty.
            given: frames that stand in for models; nothing above them is run.
        """
        given = given or {}
        with duckdb.connect(config={"threads": 1}) as connection:
            connection.execute("attach ':memory:' as raw; attach ':memory:' as warehouse")
            write_raw(connection, raw or {})
            for name, frame in given.items():
                connection.register("given", frame)
                relation = self.models[name].relation
                connection.execute(f"create table {relation} as select * from given")
                connection.unregister("given")
            for model in self.parents_first(wanted, known=given):
                connection.execute(f"create {model.kind} {model.relation} as {model.statement}")
            return {
                name: connection.sql(
                    f"select * from {self.models[name].relation} order by all"
                ).df()
                for name in wanted
            }

    def parents_first(self, wanted: Iterable[str], *, known: Iterable[str] = ()) -> list[Model]:
        """Return the models to run for some, parents first; what stands above known ones is not."""
        seen, order = set(known), []

        def visit(name: str) -> None:
            if name in seen:
                return
            seen.add(name)
            for parent in self.models[name].parents:
                visit(parent)
            order.append(self.models[name])

        for name in wanted:
            visit(name)
        return order


def compiled(variables: Mapping[str, Any] = CORE_SCOPE, *, marts: Sequence[str] = MARTS) -> Engine:
    """Return the models that marts need, as dbt compiles them for some variables."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for name in ("raw", "warehouse"):
            duckdb.connect(str(folder / f"{name}.duckdb")).close()
        environment = {
            **os.environ,
            "MENTORSHIP_RAW": str(folder / "raw.duckdb"),
            "MENTORSHIP_WAREHOUSE": str(folder / "warehouse.duckdb"),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "DO_NOT_TRACK": "1",
        }
        command = [
            str(Path(sys.executable).with_name("dbt")),
            "--quiet",
            "--no-version-check",
            "compile",
            "--select",
            *(f"+{mart}" for mart in marts),
            "--project-dir",
            str(CHECKOUT),
            "--profiles-dir",
            str(CHECKOUT),
            "--vars",
            json.dumps(dict(variables)),
        ]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"dbt could not compile the models:\n{done.stdout}{done.stderr}")
        manifest = json.loads((folder / "target" / "manifest.json").read_text(encoding="utf-8"))
    return Engine(_models(manifest))


def _models(manifest: Mapping[str, Any]) -> dict[str, Model]:
    nodes = {
        key: node
        for key, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and node.get("compiled_code")
    }
    return {
        node["name"]: Model(
            relation=node["relation_name"],
            statement=node["compiled_code"],
            kind=node["config"]["materialized"],
            parents=tuple(
                nodes[parent]["name"] for parent in node["depends_on"]["nodes"] if parent in nodes
            ),
        )
        for node in nodes.values()
    }


def write_raw(connection: duckdb.DuckDBPyConnection, frames: Mapping[str, pd.DataFrame]) -> None:
    """Write every contract table and the settings; a column that is not given is empty."""
    types = {
        table.name: {column.raw_name: column.sql_type for column in table.raw_columns} | LINEAGE
        for table in TABLES.values()
    } | {"settings": SETTINGS}
    unknown = set(frames) - set(types)
    if unknown:
        raise KeyError(f"no such raw table: {sorted(unknown)}")
    for name, columns in types.items():
        listed = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
        connection.execute(f"create table raw.main.{name} ({listed})")
        if name in frames and len(frames[name]):
            connection.register("given", frames[name])
            connection.execute(f"insert into raw.main.{name} by name select * from given")
            connection.unregister("given")


def settings(as_of: dt.date) -> pd.DataFrame:
    """Return the raw table `settings` of a workspace that says nothing but the day."""
    return pd.DataFrame({"organization": ["Example Corp"], "as_of": [as_of]}).assign(
        follow_up_ends_on=months_before(as_of + dt.timedelta(days=1), 0),
        has_gender_dimension=False,
    )


def adjusted(marts: Mapping[str, pd.DataFrame], *, minimum_group_size: int = 10) -> pd.DataFrame:
    """Return the adjusted effects of a company's marts, as the study of a workspace has them."""
    return adjusted_effects(
        marts["rpt_effects__by_horizon"],
        placebos(marts, minimum_group_size=minimum_group_size),
        largest_differences(marts["rpt_balance__by_covariate"]),
        vetoes(marts["rpt_vetoes__by_role"], minimum_group_size=minimum_group_size),
        confidence=0.95,
        minimum_group_size=minimum_group_size,
        minimum_retained_share=0.5,
    )


def placebos(marts: Mapping[str, pd.DataFrame], *, minimum_group_size: int = 10) -> pd.DataFrame:
    """Return the placebo tests of a company's marts."""
    return placebo_tests(
        marts["rpt_placebos__by_program"], confidence=0.95, minimum_group_size=minimum_group_size
    )


def naive(marts: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the naive comparison of a company's marts."""
    return naive_effects(
        marts["rpt_naive_comparison__by_horizon"], confidence=0.95, minimum_group_size=10
    )
