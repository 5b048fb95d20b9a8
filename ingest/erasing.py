"""Whom an employee id or an e-mail means, and what of the exports goes with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.columns.exports import drop_landing, land, plan
from ingest.columns.sources import Sources
from ingest.columns.tables import begin
from ingest.load import plain_database
from ingest.people.erasure import Erasure, Seen
from ingest.people.keys import id_secret
from ingest.people.tombstones import Tombstones
from workspace.config import WorkspaceConfig
from workspace.errors import ConfigError


@dataclass(frozen=True)
class Found:
    """Whom the exports name of those who are to be erased.

    Attributes:
        tombstones: the tombstones with theirs.
        seen: what the exports say of them; plain text.
        unknown: what was asked for and stands in no export, and under no tombstone.
    """

    tombstones: Tombstones
    seen: Seen
    unknown: tuple[str, ...]


def find_people(
    identifiers: Sequence[str],
    config: WorkspaceConfig,
    *,
    root: Path,
    key: bytes,
    sources: Sources,
    tombstones: Tombstones,
) -> Found:
    """Return whom identifiers mean; nothing is written.

    Args:
        identifiers: employee ids and e-mails.
        config: the workspace's configuration.
        root: the workspace.
        key: its key.
        sources: its exports.
        tombstones: those of people who were erased before.

    Raises:
        ConfigError: an e-mail is that of several people, or a source cannot be followed.
        DataRefused: a file cannot be read.
    """
    planned = [one for files in plan(sources, root) for one in files]
    with plain_database() as connection:
        secret = begin(connection, secret=id_secret(key)).secret
        erasure = Erasure(
            tombstones, domain_aliases=config.ingest.email_domain_aliases, secret=secret
        )
        erasure.read(connection, planned)
        known = {one for one in identifiers if erasure.is_erased(one)}
        for number, identifier in enumerate(identifiers, start=1):
            people = erasure.ids_behind(identifier)
            if len(people) > 1:
                raise ConfigError(
                    "It cannot be told who is to be erased.",
                    found=f"{len(people)} people with the {number}. of the identifiers",
                    expected="one person",
                    to_do="give the employee id",
                )
            known |= {identifier} if people else set()
            for one in (identifier, *people):
                erasure.remember(one)
        erasure.learn()
        for file in planned:
            export, _ = erasure.without(connection, file.export(land(connection, file)))
            drop_landing(connection, export.landing)
    unknown = (
        one
        for one in identifiers
        if one not in known and not erasure.is_among(one, erasure.matched)
    )
    return Found(erasure.tombstones, erasure.seen, tuple(unknown))
