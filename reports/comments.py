"""What people say in comments, as pages write it: themes, waves and topics, and no quotes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analyses.verdicts import COUNTED, NOT_MEASURED
from reports import formats
from reports.frames import records
from reports.strips import Scale, round_ends

WHOLE, UNASSIGNED = "all", "unassigned"
SHOWN_WAVES_N = 5
WITHOUT = f"{NOT_MEASURED}: needs a question of kind text in survey_items"


@dataclass(frozen=True)
class Mention:
    """One theme of a survey's comments.

    Attributes:
        label: the theme.
        value: share of those who commented, 0 to 1.
        text: the same as text.
        basis: people of people.
        waves: the share of each wave, or why there is none.
    """

    label: str
    value: float
    text: str
    basis: str
    waves: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """One topic: its first words, about how many it is of, and how reliably it is found."""

    words: str
    share: str
    stability: str


@dataclass(frozen=True)
class Commented:
    """What was said in one survey.

    Attributes:
        survey: its id as words.
        coverage: how many commented, and how many of them touched no theme.
        mentions: themes with a number, the most frequent first.
        scale: of their shares.
        waves: those of which there is a number, the newest last; none where it is one alone.
        few: themes of too few people.
        topics: topics of all programs together.
        topics_status: why there are none.
    """

    survey: str
    coverage: str
    mentions: tuple[Mention, ...]
    scale: Scale | None
    waves: tuple[str, ...]
    few: tuple[str, ...]
    topics: tuple[Found, ...]
    topics_status: str


@dataclass(frozen=True)
class Comments:
    """What a page says of comments: by survey, or why there are none."""

    surveys: tuple[Commented, ...]
    without: str


def comments(said: pd.DataFrame, topics: pd.DataFrame, program: str) -> Comments:
    """Return what a page says of the comments of one program, or of all.

    Args:
        said: the result table `comments`.
        topics: the result table `topics`.
        program: its id, or `all`.
    """
    rows = records(said[said["program"].eq(program)])
    found = records(topics) if program == WHOLE else []
    surveys = sorted({str(row["survey_id"]) for row in rows})
    return Comments(
        tuple(
            _commented(
                survey,
                [row for row in rows if row["survey_id"] == survey],
                [row for row in found if row["survey_id"] == survey],
            )
            for survey in surveys
        ),
        WITHOUT if said.empty else "no data",
    )


def _commented(
    survey: str, rows: Sequence[Mapping[str, Any]], topics: Sequence[Mapping[str, Any]]
) -> Commented:
    whole = {str(row["theme"]): row for row in rows if row["wave"] == WHOLE}
    by_wave = {(str(row["wave"]), str(row["theme"])): row for row in rows if row["wave"] != WHOLE}
    themes = [name for name in whole if name not in (WHOLE, UNASSIGNED)]
    counted = [name for name in themes if whole[name]["status"] == COUNTED]
    counted.sort(key=lambda name: (-whole[name]["mention_share"], name))
    shown = {w for (w, name), row in by_wave.items() if name in counted and _is_counted(row)}
    waves = sorted(shown)[-SHOWN_WAVES_N:] if len(shown) > 1 else []
    own = [row for row in topics if row["topic"] and row["words"]]
    return Commented(
        survey=survey.replace("_", " "),
        coverage=_coverage(whole[WHOLE], whole[UNASSIGNED]),
        mentions=tuple(
            Mention(
                label=_label(name),
                value=whole[name]["mention_share"],
                text=formats.percent(whole[name]["mention_share"]),
                basis=_of(whole[name]),
                waves=tuple(_wave(by_wave.get((wave, name))) for wave in waves),
            )
            for name in counted
        ),
        scale=_scale([whole[name]["mention_share"] for name in counted]),
        waves=tuple(waves),
        few=tuple(_label(name) for name in sorted(themes, key=_number) if name not in counted),
        topics=tuple(_found(row) for row in own),
        topics_status=next((str(row["status"]) for row in topics if not row["topic"]), ""),
    )


def _coverage(commented: Mapping[str, Any], unassigned: Mapping[str, Any]) -> str:
    """Return how many commented, and how many of them the themes leave out."""
    if not _is_counted(commented):
        return "How many commented is hidden, because they are few."
    said = f"{_of(commented).capitalize()} people who answered wrote a comment."
    if not _is_counted(unassigned):
        return f"{said} How many touch none of the themes is hidden, because they are few."
    share = formats.percent(unassigned["mention_share"])
    return f"{said} {share} of them ({_of(unassigned)}) touch none of the themes."


def _found(row: Mapping[str, Any]) -> Found:
    return Found(
        words=str(row["words"]),
        share=f"about {formats.percent(row['topic_share'])}",
        stability=f"{row['topic_stability']:.2f}",
    )


def _scale(shares: Sequence[float]) -> Scale | None:
    return Scale(*round_ends(0.0, max(shares), lowest=0, highest=1), "share") if shares else None


def _wave(row: Mapping[str, Any] | None) -> str:
    return formats.percent(row["mention_share"]) if row and _is_counted(row) else "too few"


def _is_counted(row: Mapping[str, Any]) -> bool:
    return bool(row["status"] == COUNTED)


def _of(row: Mapping[str, Any]) -> str:
    return f"about {formats.count(row['people_n'])} of {formats.count(row['of_people_n'])}"


def _label(theme: str) -> str:
    name = theme.partition(" ")[2]
    return name[:1].upper() + name[1:]


def _number(theme: str) -> int:
    return int(theme.partition(" ")[0])
