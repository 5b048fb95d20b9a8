"""From exports to the raw database: the whole of ingest on one page.

Plain text is nowhere but in the exports, in one in-memory database that may not spill to disk, and
in the quarantine of the analyst. Each file settles into rows that name nobody; everything after
that sees settled rows only, and an earlier load may have left them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pandas as pd

from ingest.checks.day import day_described
from ingest.checks.follow_up import follow_up_ends_on
from ingest.checks.sense import check_sense
from ingest.columns.exports import Exports, Planned, plan
from ingest.columns.retention import kept_from, next_expiry
from ingest.columns.sources import InputFile, Sources
from ingest.columns.tables import Load, begin, continue_in
from ingest.people.conflicts import Conflicts
from ingest.people.crosswalk import count_linked
from ingest.people.erasure import Erasure, Seen
from ingest.people.identifiers import Identifiers
from ingest.people.keys import id_secret
from ingest.people.tombstones import Tombstones
from ingest.raw import write_raw
from ingest.review.quality import (
    quality_frame,
    records_read_n,
    refuse_bad_sources,
    refuse_lost_exits,
)
from ingest.review.quarantine import write_quarantine
from ingest.review.unlinked import list_unlinked
from ingest.settled.settlement import SMALL_BYTES, Settlement
from ingest.settled.store import Store, settings_of
from workspace.config import WorkspaceConfig
from workspace.database import connect

__all__ = ["InputFile", "LoadReport", "load"]

# Memory of the database that may spill.
KEYED_BYTES = 2e9


@dataclass(frozen=True)
class LoadReport:
    """What a load did.

    Attributes:
        quality: one row per file and reason, as `ingest.review.quality.COLUMNS`.
        inputs: the files read.
        as_of: the day the exports describe.
        follow_up_ends_on: the first day of a month before which everybody can be followed.
        holds_before: the first day on which the same exports would describe another day, or be too
            old; None where that day never comes.
        warnings: sentences for the run's record, without any cell's value.
        read: names of the files that were read; what the others became was known.
        timings: seconds of wall time per stage of the load.
        erased: whom the exports still name of those who were erased; it is plain text, and goes
            nowhere but into the search for what is left of them.
    """

    quality: pd.DataFrame
    inputs: tuple[InputFile, ...]
    as_of: dt.date
    follow_up_ends_on: dt.date
    holds_before: dt.date | None
    warnings: tuple[str, ...]
    read: tuple[str, ...]
    timings: Mapping[str, float]
    erased: Seen


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
    tombstones: Path | None = None,
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
        tombstones: the file of what is remembered of people who were erased.

    Raises:
        ConfigError: a source cannot be followed.
        DataRefused: a file cannot be read, or too much of it, or one is gone.
        EnvironmentFailed: a remote place cannot be reached or does not let us in, or the
            tombstones are damaged.
    """
    maximum_share = config.ingest.maximum_quarantined_share
    identifiers = Identifiers()
    with ExitStack() as stack:
        # Which files there are, and what earlier loads made of them.
        if sources is None:
            sources = stack.enter_context(Sources(config, root=root))
        raw_path.parent.mkdir(parents=True, exist_ok=True)
        folder = store or Path(
            stack.enter_context(TemporaryDirectory(dir=raw_path.parent, prefix=".settled-"))
        )
        planned = plan(sources, root)

        # Whoever was erased is taken out of each file before anything of it is read.
        plain = begin(
            stack.enter_context(plain_database()),
            secret=id_secret(key),
            latest_on=min(config.as_of or today, today),
        )
        erasure = erasure_of(plain, planned, config, tombstones)
        days = kept_from(config, today)
        taken_out = f"{erasure.tombstones.digest} {sorted(days.items())}"
        kept = Store(folder, settings=settings_of(config, key, taken_out=taken_out), forget=forget)
        kept.refuse_vanished(sources.files())

        # Each file settles: plain text is read, linked, redacted and left behind.
        settlement = Settlement(
            plain, identifiers, kept, quarantine, config.ingest, key, erasure, days
        )
        directory = settlement.settle_all(planned)

        # The settled rows must make sense together.
        database = stack.enter_context(_keyed_database(plain.exports, kept.new_folder()))
        with plain.stopwatch.stage("sense"):
            keyed = continue_in(database, plain, kept.new_folder())
        with keyed.stopwatch.stage("identity"):
            count_linked(keyed, identifiers)
            conflicts = Conflicts(directory, key=key)
            conflicts.check(keyed)
        check_sense(keyed, config.ingest)

        # What does not is handed to the analyst, before too much of it refuses the load.
        with keyed.stopwatch.stage("quarantine"):
            cells = settlement.cells
            write_quarantine(keyed, cells, quarantine)
            list_unlinked(keyed, identifiers, cells, directory, conflicts, quarantine)
            cells.close()
            sources.discard()
        quality = quality_frame(keyed, identifiers)
        refuse_bad_sources(keyed, maximum_share=maximum_share, quarantine=quarantine)
        refuse_lost_exits(keyed, maximum_share=maximum_share)

        # The rest is what the raw database holds, and what the next load need not read again.
        as_of, holds_before = day_described(keyed, config, today)
        ends = (holds_before, next_expiry(config, today))
        holds_before = min((day for day in ends if day is not None), default=None)
        ends_on = follow_up_ends_on(keyed, config.expectations, as_of)
        with keyed.stopwatch.stage("raw"):
            write_raw(keyed, identifiers, config, raw_path, as_of=as_of, follow_up_ends_on=ends_on)
        kept.commit(sources.files(), quarantine)
    return _report(keyed, quality, (as_of, ends_on, holds_before), settlement.read, erasure.seen)


def erasure_of(
    load: Load,
    planned: Sequence[Sequence[Planned]],
    config: WorkspaceConfig,
    tombstones: Path | None,
) -> Erasure:
    """Return what takes people who were erased out of the files of a load.

    What the files say of their identifiers is remembered from now on.
    """
    known = Tombstones.none() if tombstones is None else Tombstones.read(tombstones)
    erasure = Erasure(known, domain_aliases=config.ingest.email_domain_aliases, secret=load.secret)
    if tombstones is not None and not erasure.is_idle:
        with load.stopwatch.stage("erasure"):
            erasure.read(load.connection, (one for files in planned for one in files))
            erasure.learn()
        if erasure.tombstones != known:
            erasure.tombstones.write(tombstones)
    return erasure


@contextmanager
def plain_database() -> Iterator[duckdb.DuckDBPyConnection]:
    """Give the database that sees plain text: in memory, and never on a disk."""
    with connect() as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute("set threads = 1")
        # A list of words to compare with must not become a join: columns that nobody asks for
        # could then no longer be left out of a query.
        connection.execute("set disabled_optimizers = 'in_clause'")
        yield connection


@contextmanager
def _keyed_database(exports: Exports, folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give the database that sees settled rows only, which may take the disk for memory."""
    with connect(spill=folder, most_bytes=KEYED_BYTES) as connection:
        connection.execute("set timezone = 'UTC'")
        if sum(export.landing.size_bytes for export in exports) < SMALL_BYTES:
            connection.execute("set threads = 1")
        yield connection


def _report(
    done: Load,
    quality: pd.DataFrame,
    days: tuple[dt.date, dt.date, dt.date | None],
    read: Sequence[str],
    erased: Seen,
) -> LoadReport:
    return LoadReport(
        quality,
        tuple(
            InputFile(e.path, e.landing.sha256, e.landing.size_bytes, records_read_n(done, e))
            for e in done.exports
        ),
        *days,
        tuple(done.remarks.warnings),
        tuple(read),
        {stage: round(seconds, 3) for stage, seconds in done.stopwatch.seconds.items()},
        erased,
    )
