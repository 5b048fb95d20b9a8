"""The ledger of what was released comes back as it was kept, and nobody else can read it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd

from analyses.released import Edition, Released, read_released, write_released

EDITION = Edition(3, dt.date(2024, 1, 31), "1.0 abc")


def test_what_was_released_comes_back(tmp_path: Path) -> None:
    rows = pd.DataFrame(
        {
            "key": ["a", "b"], "value": [0.1 + 0.2, None], "reason": [None, None],
            "as_of": [pd.Timestamp(EDITION.as_of)] * 2, "is_shown": [True, False],
        }
    )  # fmt: skip
    path = tmp_path / "released.duckdb"
    write_released(Released(EDITION, {"flow": rows}, rows), path)
    back = read_released(path)
    assert back is not None
    assert back.edition == EDITION
    assert back.tables["flow"]["value"].tolist()[0] == 0.1 + 0.2
    assert back.tables["flow"]["is_shown"].tolist() == [True, False]
    assert back.tables["flow"]["reason"].isna().all()
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["released.duckdb"]


def test_before_the_first_release_there_is_none(tmp_path: Path) -> None:
    assert read_released(tmp_path / "released.duckdb") is None
