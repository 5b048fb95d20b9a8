"""The lists that owners of programs act on: which pairings are warned about, and since when.

A list names pairings as the mentoring platform does, and nobody. It lies in `state/actions/`, one
file a day that exports describe, and leaves the workspace in no other way.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path
from typing import TYPE_CHECKING

from workspace.database import connect
from workspace.folder import Workspace
from workspace.spreadsheets import neutralized
from workspace.writing import write_private

if TYPE_CHECKING:
    import pandas as pd

    from workspace.config import WorkspaceConfig

NAME = "warnings-{day}.csv"
COLUMNS = ("pairing_id", "program", "cohort", "warning", "means", "since_on", "what_to_do")
# The list of today, and the one before it that today's is held against.
KEPT = 2

_OPEN = """
select pairing_id, program, cohort, rule, since_on from rpt_warnings__by_pairing
where rule <> 'running'
"""
# A pairing that is not in the exports any more has ended as far as anybody can tell. A warning that
# has been switched off since is not one that was resolved.
_FOLLOWED_UP = """
with listed as (
    select distinct unnest([rule, 'any']) as rule, pairing_id, program from earlier
    where rule in (select rule from rpt_warnings__by_program)
),
running as (
    select pairing_id from rpt_warnings__by_pairing where rule = 'running'
),
open_now as (
    select distinct unnest([rule, 'any']) as rule, pairing_id from rpt_warnings__by_pairing
    where rule <> 'running'
),
became as (
    select
        listed.rule,
        listed.program,
        listed.pairing_id,
        case
            when running.pairing_id is null then 'ended'
            when open_now.rule is not null then 'still_open'
            else 'resolved'
        end as figure
    from listed
    left join running on listed.pairing_id = running.pairing_id
    left join open_now
        on listed.rule = open_now.rule and listed.pairing_id = open_now.pairing_id
),
placed as (
    select rule, unnest([program, 'all']) as program, pairing_id, figure from became
),
figures as (
    select unnest(['resolved', 'ended', 'still_open']) as figure
)
select
    placed.rule,
    figures.figure,
    placed.program,
    count(*) filter (placed.figure = figures.figure) as met_n,
    count(*) as looked_at_n,
    count(distinct placed.pairing_id) as mentees_n,
    count(distinct placed.pairing_id) filter (placed.figure = figures.figure) as met_mentees_n,
    count(distinct placed.pairing_id) filter (placed.figure <> figures.figure) as unmet_mentees_n
from placed
cross join figures
group by all
order by all
"""


def followed_up(workspace: Workspace, warehouse_path: Path, *, as_of: dt.date) -> pd.DataFrame:
    """Return what became of the warnings of the newest list of an earlier day, counted.

    One row per rule (and `any`), program (and `all`) and figure: resolved, ended, still_open;
    `since_on` is the day of that list. No rows where there is none. A pairing stands for its
    mentee.

    Args:
        workspace: whose lists they are.
        warehouse_path: the warehouse of today.
        as_of: the day its exports describe.
    """
    import pandas as pd

    earlier = [(day, path) for day, path in _lists(workspace) if day < as_of]
    if not earlier:
        return pd.DataFrame()
    day, path = earlier[-1]
    with path.open(encoding="utf-8", newline="") as file:
        rows = [(row["warning"], row["pairing_id"], row["program"]) for row in csv.DictReader(file)]
    listed = pd.DataFrame(rows, columns=["rule", "pairing_id", "program"], dtype="object")
    with connect(warehouse_path, read_only=True) as connection:
        connection.register("earlier", listed.astype("string"))
        return connection.sql(_FOLLOWED_UP).df().assign(since_on=pd.Timestamp(day))


def write_actions(workspace: Workspace, *, as_of: dt.date, config: WorkspaceConfig) -> Path:
    """Return the list of the warnings that are open, written for its owner only.

    It is in the order of programs and pairings, which ranks nobody. Lists of earlier days but the
    last one are removed.

    Args:
        workspace: whose list it is; its warehouse is that of the release just published.
        as_of: the day the exports describe.
        config: whose thresholds hold.
    """
    from analyses.warning_rules import RULES

    rules = {rule.name: rule for rule in RULES}
    with connect(workspace.warehouse_path, read_only=True) as connection:
        found = connection.execute(_OPEN).fetchall()
    path = workspace.actions / NAME.format(day=as_of.isoformat())
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(COLUMNS)
    for pairing, program, cohort, name, since_on in sorted(found, key=lambda row: row[1::-1]):
        rule = rules[name]
        means = rule.said(rule.at(config.warnings.thresholds))
        cells = (pairing, program, cohort, name, means, since_on.isoformat(), rule.to_do)
        lines.writerow([neutralized(str(cell)) for cell in cells])
    write_private(path, text.getvalue())
    for _, old in _lists(workspace)[:-KEPT]:
        old.unlink()
    return path


def _lists(workspace: Workspace) -> list[tuple[dt.date, Path]]:
    """Return the lists with the days that their exports describe, the oldest first."""
    found = []
    for path in workspace.actions.glob(NAME.format(day="*")):
        try:
            day = dt.date.fromisoformat(path.stem.removeprefix("warnings-"))
        except ValueError:
            continue
        found.append((day, path))
    return sorted(found)
