"""From exports to the raw database: the whole of ingest on one page.

Plain text is nowhere but in the exports, in one in-memory database that may not spill to disk, and
in the quarantine of the analyst. Each file settles into rows that name nobody; everything after
that sees settled rows only, and an earlier load may have left them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pandas as pd

from ingest.checks.employment import check_employment
from ingest.checks.responses import check_answers, check_responses
from ingest.checks.sense import (
    check_keys,
    check_pairing_ids,
    check_pairings,
    check_programs,
    note_mutual_mentoring,
)
from ingest.columns.exports import Planned, check_date_formats, land, plan
from ingest.columns.tables import create_tables
from ingest.contract import TABLES
from ingest.files.sources import InputFile, Sources
from ingest.people.crosswalk import IDENTITIES_FILE, check_systems, count_linked, link_people
from ingest.people.disputes import Disputes
from ingest.people.identity import Directory
from ingest.people.keys import id_secret
from ingest.people.unmatched import list_unmatched
from ingest.raw import write_raw
from ingest.records.accounts import Accounts
from ingest.records.quality import quality_frame, refuse_bad_sources, refuse_lost_exits
from ingest.records.quarantine import write_quarantine
from ingest.records.waiting import WaitingRoom
from ingest.settled.reading import SMALL_BYTES, Reading
from ingest.settled.store import Store
from workspace.config import WorkspaceConfig
from workspace.errors import DataRefused, Place

__all__ = ["InputFile", "LoadReport", "load"]


# Memory of the database that may spill.
KEYED_MEMORY = "2GB"
# Settings of ingest that decide whether a file is taken, not what it becomes.
LIMITS = {
    "maximum_quarantined_share",
    "maximum_age_days",
    "allowed_folders",
    "retries",
    "timeout_seconds",
    "maximum_download_bytes",
}


@dataclass(frozen=True)
class LoadReport:
    """What a load did.

    Attributes:
        quality: one row per file and reason, as `ingest.records.quality.COLUMNS`.
        inputs: the files read.
        as_of: the day the exports describe.
        holds_before: the first day on which the same exports would describe another day, or be too
            old; None where that day never comes.
        warnings: sentences for the run's record, without any cell's value.
        read: names of the files that were read; what the others became was known.
        timings: seconds of wall time per stage of the load.
    """

    quality: pd.DataFrame
    inputs: tuple[InputFile, ...]
    as_of: dt.date
    holds_before: dt.date | None
    warnings: tuple[str, ...]
    read: tuple[str, ...]
    timings: Mapping[str, float]


def load(
    config: WorkspaceConfig,
    *,
    root: Path,
    raw_path: Path,
    quarantine: Path,
    key: bytes,
    today: dt.date,
    sources: Sources | None = None,
    store: Path | None = None,
    forget: bool = False,
) -> LoadReport:
    """Return what became of every record, having written the raw database.

    Args:
        config: the workspace's configuration.
        root: the workspace.
        raw_path: the database to write, replaced when it exists.
        quarantine: the folder for the records that are not in it, written before any refusal.
        key: the workspace's key.
        today: the day of the build.
        sources: the files of the sources, where the caller has found them already.
        store: the folder of what earlier loads settled; without it every file is read.
        forget: read every file, whatever lies in the store.

    Raises:
        ConfigError: a source cannot be followed.
        DataRefused: a file cannot be read, or too much of it, or one is gone.
        EnvironmentFailed: a remote place cannot be reached or does not let us in.
    """
    with ExitStack() as stack:
        if sources is None:
            sources = stack.enter_context(Sources(config, root=root))
        raw_path.parent.mkdir(parents=True, exist_ok=True)
        folder = store or Path(
            stack.enter_context(TemporaryDirectory(dir=raw_path.parent, prefix=".settled-"))
        )
        kept = Store(folder, settings=_settings(config, key), forget=forget)
        kept.refuse_vanished(sources.files())
        accounts = Accounts(stack.enter_context(_plain_database()))
        accounts.id_secret = id_secret(key)
        for sentence in kept.warnings:
            accounts.warn(sentence)
        planned = plan(sources, root)
        room = _waiting_room(accounts, planned, kept, quarantine)
        read, directory = _settle_all(accounts, planned, kept, room, config, key=key)

        keyed = stack.enter_context(_keyed_database(accounts, kept.new_folder()))
        create_tables(keyed)
        with accounts.watch.stage("sense"):
            accounts.continue_in(keyed, kept.new_folder())
        with accounts.watch.stage("identity"):
            count_linked(accounts)
            disputes = Disputes(directory, key=key)
            disputes.check(accounts)
        _check_sense(accounts)
        with accounts.watch.stage("quarantine"):
            write_quarantine(accounts, room, quarantine)
            list_unmatched(accounts, room, directory, disputes, quarantine)
            room.close()
            sources.discard()
        quality = quality_frame(accounts)
        refuse_bad_sources(
            accounts, maximum_share=config.ingest.maximum_quarantined_share, quarantine=quarantine
        )
        refuse_lost_exits(accounts, maximum_share=config.ingest.maximum_quarantined_share)
        as_of, holds_before = _as_of(accounts, config, today)
        with accounts.watch.stage("raw"):
            write_raw(accounts, config, raw_path, as_of=as_of)
        kept.commit(sources.files(), quarantine)
    return LoadReport(
        quality,
        tuple(
            InputFile(e.path, e.landing.sha256, e.landing.size_bytes, e.landing.records_n)
            for e in accounts.exports
        ),
        as_of,
        holds_before,
        tuple(accounts.warnings),
        tuple(read),
        {stage: round(seconds, 3) for stage, seconds in accounts.watch.seconds.items()},
    )


@contextmanager
def _plain_database() -> Iterator[duckdb.DuckDBPyConnection]:
    """Give the database that sees plain text: in memory, and never on a disk."""
    with duckdb.connect(":memory:", config={"temp_directory": ""}) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute("set threads = 1")
        # A list of words to compare with must not become a join: columns that nobody asks for
        # could then no longer be left out of a query.
        connection.execute("set disabled_optimizers = 'in_clause'")
        yield connection


@contextmanager
def _keyed_database(accounts: Accounts, folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give the database that sees settled rows only, which may take the disk for memory."""
    with duckdb.connect(
        ":memory:", config={"temp_directory": str(folder), "memory_limit": KEYED_MEMORY}
    ) as connection:
        connection.execute("set timezone = 'UTC'")
        if sum(export.landing.size_bytes for export in accounts.exports) < SMALL_BYTES:
            connection.execute("set threads = 1")
        yield connection


def _settings(config: WorkspaceConfig, key: bytes) -> dict[str, object]:
    """Return what decides how every file is settled, as far as it is not said by its source."""
    return {
        "key": hmac.digest(key, b"settled", hashlib.sha256).hex(),
        "ingest": config.ingest.model_dump(mode="json", exclude=LIMITS),
    }


def _waiting_room(
    accounts: Accounts, planned: Sequence[Sequence[Planned]], kept: Store, quarantine: Path
) -> WaitingRoom:
    """Return where the cells of quarantined records are found."""
    connection = accounts.connection
    by_number = {one.number: one for files in planned for one in files}

    def left_there(table: str) -> Path | None:
        path = quarantine / f"{table}.csv"
        return path if kept.is_quarantine_known(path) else None

    return WaitingRoom(
        connection,
        land=lambda export: land(connection, by_number[export.number]),
        quarantine=left_there,
    )


def _settle_all(
    accounts: Accounts,
    planned: Sequence[Sequence[Planned]],
    kept: Store,
    room: WaitingRoom,
    config: WorkspaceConfig,
    *,
    key: bytes,
) -> tuple[list[str], Directory]:
    """Settle every file; return the names of those that were read for it, and who people are."""
    create_tables(accounts.connection)
    check_date_formats(accounts.connection, planned)
    reading = Reading(accounts, kept, room, key)
    for files in planned:
        if files[0].is_whole:
            reading.read_whole(files, config.ingest)
    with accounts.watch.stage("identity"):
        directory = link_people(
            accounts,
            key=key,
            domain_aliases=config.ingest.email_domain_aliases,
            path=kept.new_folder() / IDENTITIES_FILE,
        )
    check_systems(directory, (files[0].source for files in planned if files))
    reading.learn(directory)
    for files in planned:
        if not files[0].is_whole:
            reading.settle(files)
    reading.hide_said_ids()
    return reading.read, directory


def _check_sense(accounts: Accounts) -> None:
    """Check the tables in the order in which they depend on each other."""
    watch = accounts.watch
    present = {table.name for table in accounts.tables}
    others_need = ("job_history", "people", "programs", "survey_items")
    with watch.stage("keys"):
        for name in others_need:
            check_keys(accounts, TABLES[name])
    with watch.stage("sense"):
        check_employment(accounts)
        check_programs(accounts)
        check_pairings(accounts)
    with watch.stage("keys"):
        check_keys(accounts, TABLES["pairings"])
    with watch.stage("sense"):
        note_mutual_mentoring(accounts)
        check_pairing_ids(accounts)
        check_answers(accounts)
        check_responses(accounts)
    with watch.stage("keys"):
        for name in sorted(present - {*others_need, "pairings"}):
            check_keys(accounts, TABLES[name])


def _as_of(
    accounts: Accounts, config: WorkspaceConfig, today: dt.date
) -> tuple[dt.date, dt.date | None]:
    """Return the day the exports describe, and the first day on which that would be another.

    It is the user's word, else the newest date that is not in the future: of the job history, or
    declared by an export. It moves when a date of the future comes to pass; and one day the
    exports are too old.
    """
    place = Place(next(e.path for e in accounts.exports if e.mapping.table.name == "job_history"))
    row = accounts.connection.execute(
        "select max(effective_on) filter (effective_on <= $today), "
        "min(effective_on) filter (effective_on > $today) from rows_job_history",
        {"today": today},
    ).fetchone()
    told, coming = row or (None, None)
    days = [min(day, today) for day in accounts.days_described]
    newest = max([*days, *([told] if told else [])], default=None)
    if newest is None:
        raise DataRefused(
            "The job history holds no record up to today.",
            place=place,
            expected="one record per change of employment, with hires and exits",
            to_do="export the whole history, not only the current state",
        )
    oldest_allowed = config.ingest.maximum_age_days
    if oldest_allowed is not None and (today - newest).days > oldest_allowed:
        raise DataRefused(
            "The job history is too old.",
            place=place,
            found=f"newest date {newest}, {(today - newest).days} days before {today}",
            expected=f"at most {oldest_allowed} days (ingest.maximum_age_days)",
            to_do="export the job history again",
        )
    ends = [] if oldest_allowed is None else [newest + dt.timedelta(days=oldest_allowed + 1)]
    if config.as_of is not None:
        return config.as_of, min(ends, default=None)
    if any(day > today for day in accounts.days_described):
        ends.append(today + dt.timedelta(days=1))
    if coming is not None:
        ends.append(coming)
    return newest, min(ends, default=None)
