"""A lottery can be drawn again by whoever heard its hash, and nobody knows it before."""

from __future__ import annotations

import hashlib
import stat
from collections import Counter
from pathlib import Path

import pytest

from mentorship.erasure import redact_ledger
from mentorship.lottery import Lottery, assigned, draw, plan, smallest_effect
from mentorship.proof import needles_of
from workspace.errors import ConfigError
from workspace.folder import Workspace


@pytest.fixture
def applicants(tmp_path: Path) -> Path:
    """Return a file of 100 applicants: 60 juniors and 40 seniors."""
    path = tmp_path / "applicants.csv"
    rows = [f"a{n:03},{'junior' if n < 60 else 'senior'}" for n in range(100)]
    path.write_text("\n".join(["participant_id,level", *rows, ""]), encoding="utf-8")
    return path


def lottery(seed: str = "00", places: int = 30) -> Lottery:
    return Lottery("spring", places, ("level",), "", seed)


def people(**strata: int) -> dict[str, tuple[str, ...]]:
    return {f"{name}{n}": (name,) for name, size in strata.items() for n in range(size)}


def test_what_it_could_see_is_2_80_standard_errors_of_two_shares() -> None:
    # 0.1 * 0.9 * (1/60 + 1/80) = 0.002625, its root 0.05123.
    assert smallest_effect(60, 80, risk=0.10) == pytest.approx(2.80 * 0.0512348, abs=1e-6)


def test_places_are_shared_out_in_proportion() -> None:
    rows = people(junior=60, senior=40)
    drawn = assigned(rows, lottery())
    offered = Counter(rows[person][0] for person, said in drawn.items() if said == "offered")
    assert offered == {"junior": 18, "senior": 12}
    # 31 places: 18.6 and 12.4, so the one left over goes to the juniors.
    more = assigned(rows, lottery(places=31))
    assert Counter(rows[p][0] for p, said in more.items() if said == "offered") == {
        "junior": 19,
        "senior": 12,
    }


def test_the_order_of_the_file_decides_nothing() -> None:
    rows = people(junior=60, senior=40)
    turned = dict(reversed(rows.items()))
    assert assigned(rows, lottery()) == assigned(turned, lottery())
    assert assigned(rows, lottery()) != assigned(rows, lottery("01"))


def test_everybody_has_the_same_chance() -> None:
    rows = people(junior=4)
    times = Counter(
        person
        for number in range(400)
        for person, said in assigned(rows, lottery(f"{number:x}", places=1)).items()
        if said == "offered"
    )
    # 100 each, with a standard deviation of sqrt(400 * 3/16) = 8.7.
    assert all(abs(count - 100) < 4 * 8.7 for count in times.values())


def test_the_seed_is_committed_before_and_given_away_after(
    tmp_path: Path, applicants: Path
) -> None:
    workspace = Workspace(tmp_path)
    planned = plan(workspace, applicants, draw="spring", places=30, strata=["level"], risk=0.1)
    lots, path = draw(workspace, applicants, draw="spring")
    assert planned.applicants_n == 100
    assert hashlib.sha256(lots.seed.encode()).hexdigest() == planned.lottery.commitment
    first = path.read_bytes()
    assert first.startswith(b"participant_id,assignment,draw\na000,")
    assert first.count(b",offered,spring") == 30
    assert draw(workspace, applicants, draw="spring")[1].read_bytes() == first
    assert path.parent == workspace.state / "lotteries"
    for private in (path, path.with_suffix(".json")):
        assert stat.S_IMODE(private.stat().st_mode) == 0o600


def test_other_applicants_or_a_second_plan_are_refused(tmp_path: Path, applicants: Path) -> None:
    workspace = Workspace(tmp_path)
    with pytest.raises(ConfigError, match="No such lottery"):
        draw(workspace, applicants, draw="spring")
    plan(workspace, applicants, draw="spring", places=30, strata=[], risk=0.1)
    with pytest.raises(ConfigError, match="lottery of this name"):
        plan(workspace, applicants, draw="spring", places=30, strata=[], risk=0.1)
    applicants.write_text("participant_id\nsomebody\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="not the applicants"):
        draw(workspace, applicants, draw="spring")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("participant_id\na\nb\n", "nothing to draw"),
        ("participant_id\na\na\nb\nc\n", "twice"),
        ("participant_id\n \nb\nc\n", "without an id"),
        ("person\na\nb\nc\n", "lacks a column"),
        ("", "lacks a column"),
    ],
)
def test_what_cannot_be_drawn_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "applicants.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=said):
        plan(Workspace(tmp_path), path, draw="spring", places=2, strata=[], risk=0.1)


def test_whoever_is_erased_is_no_longer_named_in_an_assignment(
    tmp_path: Path, applicants: Path
) -> None:
    workspace = Workspace(tmp_path)
    plan(workspace, applicants, draw="spring", places=30, strata=[], risk=0.1)
    _, path = draw(workspace, applicants, draw="spring")
    redact_ledger(workspace, needles_of({"a017"}, names=set(), keys=set()))
    text = path.read_text(encoding="utf-8")
    assert "a017" not in text
    assert len(text.splitlines()) == 101


def test_a_name_leads_nowhere_else(tmp_path: Path, applicants: Path) -> None:
    with pytest.raises(ConfigError, match="part of a file"):
        plan(Workspace(tmp_path), applicants, draw="../out", places=30, strata=[], risk=0.1)
