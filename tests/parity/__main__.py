"""Compare DuckDB and Spark: macros on a grid of dates, then every mart of made-up companies.

    python -m tests.parity                      companies of 600 and 1,500, then a cluster
    python -m tests.parity --people 4000 --seed 2024 --master spark://host:7077

Needs the extra `spark` and Java (`make spark`). Exit code 1 where anything differs.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from mentorship.cluster import Spark
from tests.parity.cluster import losing_a_worker, standalone
from tests.parity.macros import macros_apart
from tests.parity.marts import MARTS, company, modeled

COMPANIES = ((600, 2024), (600, 7), (1500, 31))
ON_CLUSTER = (240, 11)


def main() -> int:
    """Print what differs; return 1 where anything does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int)
    parser.add_argument("--seed", type=int, default=2024)
    parser.add_argument("--master", default="local[*]")
    asked = parser.parse_args()
    local = Spark(asked.master, brought_back=MARTS)
    local.refuse_absent()
    if asked.people:
        return 0 if is_same(local, people=asked.people, seed=asked.seed) else 1
    with tempfile.TemporaryDirectory(prefix="mentorship-parity-") as folder:
        apart = macros_apart(local, Path(folder))
    print(f"macros that differ: {', '.join(apart) or 'none'}")
    same = [not apart, *(is_same(local, people=people, seed=seed) for people, seed in COMPANIES)]
    people, seed = ON_CLUSTER
    with standalone() as cluster, losing_a_worker(cluster) as lost:
        print(f"{cluster.master}, a worker of it killed:")
        same.append(is_same(Spark(cluster.master, brought_back=MARTS), people=people, seed=seed))
    same.append(lost.is_set())
    return 0 if all(same) else 1


def is_same(engine: Spark, *, people: int, seed: int) -> bool:
    """Return whether every mart of a company is the same on both engines, having printed it."""
    with tempfile.TemporaryDirectory(prefix="mentorship-parity-") as folder:
        sides = modeled(company(Path(folder), people=people, seed=seed), engine)
        found = list(sides.differences())
    print(
        f"{people:,} people, seed {seed}: {len(found)} marts, "
        f"{sum(one.rows_n for one in found):,} rows; "
        f"DuckDB {sides.seconds[0]:.0f} s, Spark {sides.seconds[1]:.0f} s; "
        f"largest difference {max(one.largest for one in found):.1e}"
    )
    for one in found:
        if not one.is_none:
            print(f"  {one.mart}: {one.unmatched_n} unmatched rows, {one.largest:.1e}")
    return all(one.is_none for one in found)


if __name__ == "__main__":
    sys.exit(main())
