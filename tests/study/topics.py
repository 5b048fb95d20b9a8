"""How often topics are shown that are none, and those that are: python -m tests.study.topics.

Surveys are made up of words of which few are frequent, as in any language: by chance, or with four
topics whose words are six times likelier in their comments.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analyses.topics import stable_topics

# Words, people, and how much rarer each next word is.
BY_CHANCE = ((48, 400, 0.0), (60, 250, 1.0), (200, 400, 1.0), (60, 400, 1.2), (300, 1000, 1.0))
PLANTED = ((60, 250, 0.7), (200, 400, 1.0), (300, 1000, 1.0))
TOPICS_N, LIKELIER, LEAST = 4, 6.0, 10


def survey(
    seed: int, words_n: int, people_n: int, power: float, *, likelier: float
) -> pd.DataFrame:
    """Return the words of a survey's comments, as `rpt_words__by_comment` has them."""
    random = np.random.default_rng(seed)
    frequency = 1 / np.arange(1, words_n + 1) ** power
    topic = random.permutation(words_n) % TOPICS_N
    found = []
    for number in range(1, people_n + 1):
        weights = frequency * np.where(topic == number % TOPICS_N, likelier, 1.0)
        said = random.choice(words_n, random.integers(4, 16), p=weights / weights.sum())
        words, times = np.unique(said, return_counts=True)
        found += [(number, f"word{word:03d}", n) for word, n in zip(words, times, strict=True)]
    frame = pd.DataFrame(found, columns=["comment_number", "word", "times_n"])
    frame["people_n"] = frame.groupby("word")["comment_number"].transform("size")
    return frame[frame["people_n"] >= LEAST].assign(comments_n=people_n)


def main() -> None:
    """Print in how many surveys of each kind topics are shown, and how many."""
    for name, kinds, likelier, seeds in (
        ("by chance", BY_CHANCE, 1.0, 30), ("planted", PLANTED, LIKELIER, 10),
    ):  # fmt: skip
        shown = [
            len(stable_topics(survey(seed, *kind, likelier=likelier), minimum_group_size=LEAST))
            for kind in kinds
            for seed in range(100, 100 + seeds)
        ]
        with_any = sum(number > 0 for number in shown)
        print(f"{name}: {sum(shown)} topics in {with_any} of {len(shown)} surveys")


if __name__ == "__main__":
    main()
