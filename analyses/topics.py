"""Topics that nobody named before: words that go together in comments, where they do so reliably.

Non-negative matrix factorization (Lee and Seung, 1999) of the words' TF-IDF. It is repeated on
halves of the comments, and a topic is shown where its first words are found again there (Greene,
O'Callaghan and Cunningham, 2014, How many topics? Stability analysis for topic models).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from analyses.editions import with_evidence
from analyses.rounding import coarse
from analyses.verdicts import COUNTED, TOO_FEW
from ingest.people.redaction import short_forms

TOPICS_N = (8, 6, 4)
WORDS_N = 10
REFITS_N = 10
# Of a word, beside the first one of its topic.
LEAST_WEIGHT = 0.1
# Mean agreement of a topic's first words with those of the refits: 8 of 10 words the same are 0.67.
# In 150 made-up surveys whose words go together by chance no topic had more; in 30 with four
# planted topics 90 of 120 had (tests/study/topics.py).
LEAST_STABILITY = 0.7
# A single frequent word is no topic, and of few words any ten agree by chance.
FEWEST_WORDS, LEAST_VOCABULARY = 5, 40
# More comments tell a topic no better, and take time.
MOST_COMMENTS = 2000
SEED = 2024
UNSTABLE = "not stable"
STOP_WORDS = Path(__file__).with_name("stop_words.yml")
STEP, SHARE_STEP = 0.01, 0.05
NUMBERS = ["topic_share", "topic_stability"]

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Topic:
    """One topic.

    Attributes:
        words: its first words, the first the most its own.
        stability: mean agreement of them over refits, from 0 to 1.
        comments_n: comments that are more about it than about any other.
        share: of all comments.
    """

    words: tuple[str, ...]
    stability: float
    comments_n: int
    share: float


def topic_rows(
    words: pd.DataFrame, commented: pd.Series, *, minimum_group_size: int
) -> pd.DataFrame:
    """Return the rows of the result table `topics` with the people they rest on.

    Args:
        words: rows of `rpt_words__by_comment`.
        commented: people who commented, by survey.
        minimum_group_size: fewest people who use a word that is shown, and who are in a topic.
    """
    rows: list[dict[str, Any]] = []
    for survey, people_n in commented.sort_index().items():
        own = words[words["survey_id"].eq(survey)]
        found = stable_topics(own, minimum_group_size=minimum_group_size)
        status = COUNTED if found else UNSTABLE if len(own) else TOO_FEW
        row = {"survey_id": survey, "persons": people_n, "topic": 0, "words": None}
        rows += [{**row, "status": status}] + [
            {
                **row, "topic": number, "words": ", ".join(topic.words), "status": COUNTED,
                "topic_share": topic.share, "topic_stability": topic.stability,
            }
            for number, topic in enumerate(found, start=1)
        ]  # fmt: skip
    frame = pd.DataFrame(
        rows, columns=["survey_id", "topic", "words", *NUMBERS, "status", "persons"]
    )
    for name, step in (("topic_share", SHARE_STEP), ("topic_stability", STEP)):
        frame[name] = coarse(frame[name].astype(float), step)
    block = "topics " + frame["survey_id"].astype(str)
    return with_evidence(
        frame.drop(columns="persons").assign(is_suppressed=False),
        key=block + "|" + frame["topic"].astype(str),
        block=block,
        root=block,
        is_shown=True,
        is_each=False,
        persons=frame["persons"],
    )


def topic_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows as they are published.

    Args:
        rows: what `topic_rows` gives, beside what was released.
    """
    # A threshold that was raised since hides what stands, too.
    is_hidden = rows["is_suppressed"].astype(bool)
    return rows.assign(
        words=rows["words"].mask(is_hidden, None), status=rows["status"].mask(is_hidden, TOO_FEW)
    )


def stable_topics(words: pd.DataFrame, *, minimum_group_size: int) -> list[Topic]:
    """Return the topics that are found again, the largest first.

    Of several numbers of topics that is taken whose topics agree best.

    Args:
        words: rows of `rpt_words__by_comment` of one survey.
        minimum_group_size: fewest people who use a word, and comments in a topic, one of each.
    """
    kept = words[words["people_n"].ge(minimum_group_size) & ~words["word"].isin(_no_topic())]
    vocabulary = np.array(sorted(set(kept["word"])), dtype=object)
    if len(vocabulary) < LEAST_VOCABULARY:
        return []
    weights = _weights(kept, vocabulary)
    tried = [_topics(weights, vocabulary, topics_n) for topics_n in TOPICS_N]
    best = max(tried, key=lambda topics: float(np.mean([topic.stability for topic in topics])))
    shown = [
        topic
        for topic in best
        if topic.stability >= LEAST_STABILITY
        and len(topic.words) >= FEWEST_WORDS
        and topic.comments_n >= minimum_group_size
    ]
    return sorted(shown, key=lambda topic: (-topic.comments_n, topic.words))


def _no_topic() -> frozenset[str]:
    """Return words that are of every sentence, and those that are also somebody's name."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    german = yaml.safe_load(STOP_WORDS.read_text(encoding="utf-8"))["words"].split()
    return frozenset(ENGLISH_STOP_WORDS) | frozenset(german) | short_forms()


def _weights(words: pd.DataFrame, vocabulary: Array) -> Any:
    """Return the TF-IDF of each word in each comment, a sparse matrix; comments are drawn."""
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import TfidfTransformer

    # They are numbered in the order of their words: the first of them would be of few words.
    comments_n = int(words["comments_n"].max())
    place = np.random.default_rng(SEED).permutation(comments_n + 1)[words["comment_number"]]
    is_drawn = place < MOST_COMMENTS
    word = np.searchsorted(vocabulary, words["word"].to_numpy(dtype=object)[is_drawn])
    counted = csr_matrix(
        (words["times_n"].to_numpy(dtype=float)[is_drawn], (place[is_drawn], word)),
        shape=(min(comments_n + 1, MOST_COMMENTS), len(vocabulary)),
    )
    return TfidfTransformer(sublinear_tf=True).fit_transform(counted)


def _topics(weights: Any, vocabulary: Array, topics_n: int) -> list[Topic]:
    """Return so many topics, each with how far refits on halves of the comments find it again."""
    parts, of_words = _factorized(weights, topics_n)
    first = _first_words(of_words, vocabulary)
    random = np.random.default_rng(SEED)
    comments_n = weights.shape[0]
    agreements = []
    for _ in range(REFITS_N):
        half = np.sort(random.choice(comments_n, comments_n // 2, replace=False))
        again = _first_words(_factorized(weights[half], topics_n)[1], vocabulary)
        agreements.append([max(_agreement(own, other) for other in again) for own in first])
    stability = np.mean(agreements, axis=0)
    belongs = parts.argmax(axis=1)[parts.max(axis=1) > 0]
    sizes = np.bincount(belongs, minlength=topics_n)
    return [
        Topic(own, float(stable), int(size), size / comments_n)
        for own, stable, size in zip(first, stability, sizes, strict=True)
    ]


def _factorized(weights: Any, topics_n: int) -> tuple[Array, Array]:
    """Return topics by comment and words by topic; the same ones for the same weights."""
    from sklearn.decomposition import NMF
    from sklearn.exceptions import ConvergenceWarning

    model = NMF(n_components=topics_n, init="nndsvd", random_state=SEED, tol=1e-3)
    with warnings.catch_warnings():
        # Where there is nothing to find; then refits do not agree, either.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit_transform(weights), model.components_


def _first_words(of_words: Array, vocabulary: Array) -> list[tuple[str, ...]]:
    """Return the first words of each topic, but for those that are hardly its own."""
    found = []
    for row in np.round(of_words, 6):
        order = np.lexsort((vocabulary.astype(str), -row))[:WORDS_N]
        is_own = row > LEAST_WEIGHT * row.max()
        found.append(tuple(str(vocabulary[place]) for place in order if is_own[place]))
    return found


def _agreement(own: tuple[str, ...], other: tuple[str, ...]) -> float:
    """Return Jaccard's index: words of both, of the words of either."""
    either = {*own, *other}
    return len({*own} & {*other}) / len(either) if either else 0.0
