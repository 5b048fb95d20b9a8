"""A lottery among the applicants of an oversubscribed program: what it could see, and the draw.

The seed is made when the lottery is planned, and what it hashes to is said before anybody is drawn;
the draw gives the seed away, so whoever heard the hash can draw again and find the same.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from workspace.errors import ConfigError, Place
from workspace.folder import PRIVATE_FOLDER, Workspace
from workspace.writing import write_private

# The applicants' own ids, as the platform's export of applications has them.
ID = "participant_id"
OFFERED, NOT_OFFERED = "offered", "not_offered"
# Found in four of five lotteries of this size, by a two-sided test at 5 %.
DETECTABLE_STANDARD_ERRORS = 2.80


@dataclass(frozen=True)
class Lottery:
    """A planned lottery.

    Attributes:
        draw: its name, as `enrollments.draw` will say it.
        places: how many are offered a mentor.
        strata: columns within whose combinations places are drawn in proportion.
        applicants_sha256: of the file of applicants.
        seed: what decides; nobody sees it before the draw.
    """

    draw: str
    places: int
    strata: tuple[str, ...]
    applicants_sha256: str
    seed: str

    @property
    def commitment(self) -> str:
        """What the seed hashes to: it says nothing about the seed, and no other seed has it."""
        return hashlib.sha256(self.seed.encode()).hexdigest()


@dataclass(frozen=True)
class Planned:
    """A planned lottery, how many applied, and the smallest effect it would mostly find."""

    lottery: Lottery
    applicants_n: int
    detectable: float


def plan(
    workspace: Workspace,
    applicants: Path,
    *,
    draw: str,
    places: int,
    strata: Sequence[str],
    risk: float,
) -> Planned:
    """Return a lottery, whose seed is made now and kept in the workspace's state.

    Args:
        workspace: where it is kept.
        applicants: a CSV file with `participant_id` and the strata, a row per applicant.
        draw: the lottery's name.
        places: how many are offered a mentor.
        strata: columns within which places are drawn in proportion.
        risk: how many of 1 have the outcome without mentoring, as 0.10 who leave within a year.

    Raises:
        ConfigError: there is such a lottery, nothing to draw, or the file lacks a column.
    """
    rows = _applicants(applicants, strata)
    if not 0 < places < len(rows):
        raise ConfigError(
            "There is nothing to draw.",
            place=Place(applicants),
            found=f"{places} places for {len(rows)} applicants",
            expected="more applicants than places, and at least one place",
        )
    path = _path(workspace, draw, ".json")
    if path.exists():
        raise ConfigError(
            "There is a lottery of this name.",
            place=Place(path),
            to_do="draw it, or give the new one another name",
        )
    lottery = Lottery(draw, places, tuple(strata), _sha256(applicants), secrets.token_hex(32))
    _write(path, json.dumps(asdict(lottery), indent=2) + "\n")
    return Planned(lottery, len(rows), smallest_effect(places, len(rows) - places, risk=risk))


def smallest_effect(offered_n: int, not_offered_n: int, *, risk: float) -> float:
    """Return the smallest effect of an offer that four of five such lotteries find.

    Args:
        offered_n: people who are offered a mentor.
        not_offered_n: the other applicants.
        risk: how many of 1 have the outcome without mentoring.
    """
    spread = math.sqrt(risk * (1 - risk) * (1 / offered_n + 1 / not_offered_n))
    return DETECTABLE_STANDARD_ERRORS * spread


def draw(workspace: Workspace, applicants: Path, *, draw: str) -> tuple[Lottery, Path]:
    """Return a planned lottery with its seed, and the file that says who is offered a mentor.

    Drawn again it comes to the same, bit by bit. The file stays in the state.

    Raises:
        ConfigError: no such lottery was planned, or for other applicants.
    """
    planned = _path(workspace, draw, ".json")
    if not planned.exists():
        raise ConfigError(
            "No such lottery was planned.",
            place=Place(planned),
            to_do="run `mentorship lottery plan` first: the seed is committed before the draw",
        )
    said = json.loads(planned.read_text(encoding="utf-8"))
    lottery = Lottery(**{**said, "strata": tuple(said["strata"])})
    if _sha256(applicants) != lottery.applicants_sha256:
        raise ConfigError(
            "These are not the applicants that the lottery was planned for.",
            place=Place(applicants),
            to_do="draw from the very file, or plan another lottery",
        )
    rows = _applicants(applicants, lottery.strata)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([ID, "assignment", "draw"])
    for person, assignment in assigned(rows, lottery).items():
        writer.writerow([person, assignment, lottery.draw])
    path = _path(workspace, draw, ".csv")
    _write(path, text.getvalue())
    return lottery, path


def assigned(rows: Mapping[str, tuple[str, ...]], lottery: Lottery) -> dict[str, str]:
    """Return what each applicant draws, by id.

    Within a stratum people are ordered by the hash of seed, draw and id, and the first ones are
    offered a mentor. Places are shared out in proportion; what is left over goes to the largest
    remainders, among equal ones by the hash.

    Args:
        rows: of each applicant the stratum.
        lottery: the places and the seed.
    """
    strata: dict[tuple[str, ...], list[str]] = {}
    for person, stratum in rows.items():
        strata.setdefault(stratum, []).append(person)
    shares = {key: lottery.places * len(people) / len(rows) for key, people in strata.items()}
    places = {key: math.floor(share) for key, share in shares.items()}
    left_over = lottery.places - sum(places.values())
    by_remainder = sorted(
        strata, key=lambda key: (places[key] - shares[key], _number(lottery, ("stratum", *key)))
    )
    for key in by_remainder[:left_over]:
        places[key] += 1
    found = {}
    for key, people in strata.items():
        ordered = sorted(people, key=lambda person: _number(lottery, ("person", person)))
        for rank, person in enumerate(ordered):
            found[person] = OFFERED if rank < places[key] else NOT_OFFERED
    return {person: found[person] for person in sorted(found)}


def _number(lottery: Lottery, words: Iterable[str]) -> str:
    text = json.dumps([lottery.seed, lottery.draw, *words])
    return hashlib.sha256(text.encode()).hexdigest()


def _applicants(path: Path, strata: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the stratum of each applicant of a file."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            headers = list(reader.fieldnames or ())
            missing = [name for name in (ID, *strata) if name not in headers]
            rows = [] if missing else list(reader)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            "The applicants cannot be read.",
            place=Place(path),
            found=type(error).__name__,
            expected="a CSV file in UTF-8",
        ) from error
    if missing:
        raise ConfigError(
            "The file of applicants lacks a column.",
            place=Place(path),
            found=", ".join(headers) or "no headers",
            expected=", ".join(missing),
        )
    found = {
        (row[ID] or "").strip(): tuple((row[name] or "").strip() for name in strata) for row in rows
    }
    if len(found) < len(rows) or "" in found:
        raise ConfigError(
            "Somebody stands twice among the applicants, or without an id.",
            place=Place(path),
            expected=f"every applicant once, with a {ID}",
        )
    return found


def _path(workspace: Workspace, draw: str, ending: str) -> Path:
    if not draw.replace("-", "").replace("_", "").isalnum():
        raise ConfigError(
            "A lottery's name is part of a file's.",
            place=Place("--draw"),
            found=draw,
            expected="letters, digits, - and _",
        )
    return workspace.state / "lotteries" / f"{draw}{ending}"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
    write_private(path, text)


def _sha256(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise ConfigError(
            "The applicants cannot be read.", place=Place(path), found=type(error).__name__
        ) from error
