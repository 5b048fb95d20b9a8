"""From exports to the raw database: the whole of ingest on one page.

Everything before `write_raw` happens in one in-memory connection that may not spill to disk, so
names and e-mails are nowhere but in the exports, in memory, and in the quarantine of the analyst.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from ingest.accounts import Accounts, Export
from ingest.contract import TABLES
from ingest.identity import link_people
from ingest.mapping import read_mapping
from ingest.presets import read_preset
from ingest.quality import quality_frame, refuse_bad_sources
from ingest.quarantine import write_quarantine
from ingest.raw import redact_text, write_raw
from ingest.readers.delimited import land
from ingest.readers.heads import HEADS
from ingest.sense import (
    check_answers,
    check_keys,
    check_pairing_ids,
    check_pairings,
    check_programs,
)
from ingest.sources import InputFile, input_files
from ingest.tables import create_tables, drop_repeated_records, fill
from mentorship.config import SourceConfig, WorkspaceConfig
from mentorship.errors import ConfigError, DataRefused, Place

__all__ = ["InputFile", "LoadReport", "input_files", "load"]


# Below this, handing work to several threads costs more than it saves.
SMALL_BYTES = 1 << 26


@dataclass(frozen=True)
class LoadReport:
    """What a load did.

    Attributes:
        quality: one row per file and reason, as `analyses.results.QUALITY`.
        inputs: the files read.
        as_of: the day the exports describe.
        warnings: sentences for the run's record, without any cell's value.
    """

    quality: pd.DataFrame
    inputs: tuple[InputFile, ...]
    as_of: dt.date
    warnings: tuple[str, ...]


def load(
    config: WorkspaceConfig,
    *,
    root: Path,
    raw_path: Path,
    quarantine: Path,
    key: bytes,
    today: dt.date,
) -> LoadReport:
    """Return what became of every record, having written the raw database.

    Args:
        config: the workspace's configuration.
        root: the workspace.
        raw_path: the database to write, replaced when it exists.
        quarantine: the folder for the records that are not in it, written before any refusal.
        key: the workspace's key.
        today: the day of the build.

    Raises:
        ConfigError: a source cannot be followed.
        DataRefused: a file cannot be read, or too much of it.
    """
    connection = duckdb.connect(":memory:", config={"temp_directory": ""})
    try:
        connection.execute("set timezone = 'UTC'")
        if _size_bytes(config, root) < SMALL_BYTES:
            connection.execute("set threads = 1")
        accounts = Accounts(connection)
        create_tables(connection)
        _land_sources(accounts, config, root)
        link_people(accounts, key=key, domain_aliases=config.ingest.email_domain_aliases)
        _check_sense(accounts)
        write_quarantine(accounts, quarantine)
        quality = quality_frame(accounts)
        refuse_bad_sources(
            accounts, maximum_share=config.ingest.maximum_quarantined_share, quarantine=quarantine
        )
        as_of = _as_of(accounts, config, today)
        redact_text(accounts)
        write_raw(accounts, config, raw_path, key=key, as_of=as_of)
    finally:
        connection.close()
    inputs = tuple(
        InputFile(e.path, e.landing.sha256, e.landing.size_bytes, e.landing.records_n)
        for e in accounts.exports
    )
    return LoadReport(quality, inputs, as_of, tuple(accounts.warnings))


def _size_bytes(config: WorkspaceConfig, root: Path) -> int:
    files = [path for _, paths in input_files(config, root=root) for path in paths]
    return sum(path.stat().st_size for path in files)


def _land_sources(accounts: Accounts, config: WorkspaceConfig, root: Path) -> None:
    """Land every file, then read each source's records into its table."""
    for source_number, (source, paths) in enumerate(input_files(config, root=root)):
        _check_date_format(accounts, source)
        for path in paths:
            accounts.open(_land(accounts, source, source_number, path, root))
        drop_repeated_records(accounts, source_number)
        for export in accounts.exports[-len(paths) :]:
            if export.landing.records_n == 0:
                accounts.warn(f"{export.path} holds headers and no record.")
            fill(accounts, export)


def _land(
    accounts: Accounts, source: SourceConfig, source_number: int, path: Path, root: Path
) -> Export:
    preset, shown = read_preset(source.preset), path.relative_to(root).as_posix()
    number = len(accounts.exports)
    landing = land(
        accounts.connection,
        path,
        name=f"landed_{number}",
        shown=shown,
        find_head=HEADS[preset.layout],
        encoding=source.encoding,
        delimiter=source.delimiter,
    )
    mapping = read_mapping(source, preset, landing.head, file=shown, stem=path.stem)
    return Export(number, source_number, source, shown, landing, mapping)


def _check_sense(accounts: Accounts) -> None:
    """Check the tables in the order in which they depend on each other."""
    present = {table.name for table in accounts.tables}
    others_need = ("job_history", "people", "programs", "survey_items")
    for name in others_need:
        check_keys(accounts, TABLES[name])
    check_programs(accounts, has_programs="programs" in present)
    check_pairings(accounts)
    check_keys(accounts, TABLES["pairings"])
    check_pairing_ids(accounts, has_pairings="pairings" in present)
    check_answers(accounts)
    for name in sorted(present - {*others_need, "pairings"}):
        check_keys(accounts, TABLES[name])


def _as_of(accounts: Accounts, config: WorkspaceConfig, today: dt.date) -> dt.date:
    """Return the day the exports describe: the user's word, else the newest job-history date."""
    place = Place(next(e.path for e in accounts.exports if e.mapping.table.name == "job_history"))
    row = accounts.connection.execute(
        "select max(effective_on) from rows_job_history where effective_on <= $today",
        {"today": today},
    ).fetchone()
    newest: dt.date | None = None if row is None else row[0]
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
    return config.as_of or newest


def _check_date_format(accounts: Accounts, source: SourceConfig) -> None:
    if source.date_format is None:
        return
    try:
        accounts.connection.execute("select strftime(date '2026-01-31', ?)", [source.date_format])
    except duckdb.Error as error:
        raise ConfigError(
            "The date format cannot be followed.",
            place=Place(f"mentorship.yml (source {source.table}: {source.path})"),
            found=source.date_format,
            expected="a format such as %Y-%m-%d or %m/%d/%Y",
        ) from error
