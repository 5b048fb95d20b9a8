"""Topics: found where they are planted, not where words go together by chance; always the same."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from analyses.topics import stable_topics, topic_rows, topic_table
from ingest.people.redaction import short_forms

TOPICS = tuple(
    tuple(f"{stem}{letter}" for letter in "abcdefghijkl")
    for stem in ("goal", "time", "talk", "site")
)
VOCABULARY = [word for topic in TOPICS for word in topic]


def words(seed: int, *, likelier: int, comments_n: int = 400, survey: str = "s") -> pd.DataFrame:
    """Return comments of eight words, each topic's own as many times likelier as given."""
    random = np.random.default_rng(seed)
    found = []
    for number in range(1, comments_n + 1):
        weights = np.ones(len(VOCABULARY))
        weights[12 * (number % 4) : 12 * (number % 4) + 12] = likelier
        drawn = random.choice(len(VOCABULARY), 8, p=weights / weights.sum())
        found += [(number, VOCABULARY[place], n) for place, n in zip(
            *np.unique(drawn, return_counts=True), strict=True)]  # fmt: skip
    frame = pd.DataFrame(found, columns=["comment_number", "word", "times_n"])
    frame["people_n"] = frame.groupby("word")["comment_number"].transform("size")
    return frame.assign(survey_id=survey, comments_n=comments_n)


def topics(given: pd.DataFrame, *, least: int = 10, people_n: int = 400) -> pd.DataFrame:
    return topic_table(
        topic_rows(given, pd.Series({"s": people_n}, dtype=float), minimum_group_size=least)
    )


def test_planted_topics_are_found_with_their_own_words() -> None:
    found = topics(words(1, likelier=20))
    own = found[found["topic"] > 0]
    assert own["topic"].tolist() == [1, 2, 3, 4]
    for row in own.itertuples():
        stems = {word[:4] for word in str(row.words).split(", ")}
        assert len(stems) == 1
    assert len({str(text)[:4] for text in own["words"]}) == 4
    assert (own["topic_stability"] >= 0.7).all()
    assert (own["topic_share"] == 0.25).all()


@pytest.mark.parametrize("seed", range(5))
def test_words_that_go_together_by_chance_are_not_stable(seed: int) -> None:
    found = topics(words(seed, likelier=1))
    assert found[["topic", "status"]].to_numpy().tolist() == [[0, "not stable"]]
    assert found[["words", "topic_share", "topic_stability"]].isna().all(axis=None)


def test_the_same_comments_have_the_same_topics() -> None:
    given = words(1, likelier=20)
    pd.testing.assert_frame_equal(topics(given), topics(given.sample(frac=1, random_state=3)))


@pytest.mark.parametrize(
    ("people_n", "least", "is_shown"), [(9, 10, False), (10, 10, True), (10, 11, False)]
)
def test_a_word_of_nine_people_is_not_shown_and_one_of_ten_is(
    people_n: int, least: int, is_shown: bool
) -> None:
    given = words(1, likelier=20)
    first = stable_topics(given, minimum_group_size=10)[0].words[0]
    read = given.assign(people_n=given["people_n"].mask(given["word"].eq(first), people_n))
    found = {word for one in stable_topics(read, minimum_group_size=least) for word in one.words}
    assert (first in found) == is_shown


def test_a_word_that_is_somebodys_name_is_in_no_topic() -> None:
    """Will, Grace and Mark stay in a text in lower case, where the roster has none of them."""
    assert {"will", "bill", "andy", "heidi"} <= short_forms()
    given = words(1, likelier=20).replace(
        {"word": {"goala": "bill", "timea": "the", "talka": "und"}}
    )
    text = " ".join(topics(given)["words"].dropna())
    assert text
    assert not {"bill", "the", "und"} & set(text.replace(",", "").split())


def test_two_hundred_people_or_fewer_are_too_few() -> None:
    found = topics(words(1, likelier=20).iloc[:0], people_n=200)
    assert found[["topic", "status"]].to_numpy().tolist() == [[0, "too few to say"]]


def test_results_are_made_without_importing_what_only_topics_need() -> None:
    """A survey of few comments, and a build with nothing to do, go without its seconds."""
    said = "import sys, analyses.study, analyses.topics; print('sklearn' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
