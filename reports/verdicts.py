"""The verdicts on an effect: what each says in plain words, and how it looks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Verdict:
    """One rung of the ladder of verdicts.

    Attributes:
        name: as the results spell it.
        tone: how its badge looks; the words say the same without any color.
        meaning: what it says, in a sentence.
        is_stated: whether a headline may be made of the effect.
    """

    name: str
    tone: str
    meaning: str
    is_stated: bool = True

    @property
    def is_clear(self) -> bool:
        """Whether the 95 % interval itself keeps clear of zero."""
        return self.name.startswith("clear")

    @property
    def is_found(self) -> bool:
        """Whether the verdict names a direction."""
        return self.name.endswith(("benefit", "harm"))


TOO_FEW = Verdict(
    "too few to say",
    "silent",
    "Fewer than the smallest group in one of the arms, fewer than 5 events in both together, or "
    "all or none of an arm below twice the smallest group: the number would be more chance than "
    "fact, and may give people away.",
    is_stated=False,
)
WITHHELD = Verdict(
    "withheld",
    "silent",
    "Enough people stand behind it, but together with the numbers beside it it would give away a "
    "smaller group.",
    is_stated=False,
)
NOT_COMPARABLE = Verdict(
    "not comparable",
    "stopped",
    "The two groups differ too much in what was known before, or too few of the mentored found "
    "anybody alike. The numbers stay in the results, but nothing may be concluded from them.",
    is_stated=False,
)
CONTRADICTED = Verdict(
    "contradicted by placebo",
    "stopped",
    "The same comparison finds a difference in the past, which mentoring cannot have caused. So "
    "the difference afterwards cannot be put down to mentoring either.",
    is_stated=False,
)
CLEAR_BENEFIT = Verdict(
    "clear benefit",
    "good",
    "The whole 95 % range lies on the good side of zero, also after allowing for how many "
    "questions were asked.",
)
CLEAR_HARM = Verdict(
    "clear harm",
    "bad",
    "The whole 95 % range lies on the bad side of zero, also after allowing for how many "
    "questions were asked.",
)
LIKELY_BENEFIT = Verdict(
    "likely benefit",
    "hopeful",
    "If mentoring changed nothing, a result at least this good would come up by chance in fewer "
    "than one of ten such comparisons. That falls short of a clear benefit: more likely helpful "
    "than not.",
)
LIKELY_HARM = Verdict(
    "likely harm",
    "worrying",
    "If mentoring changed nothing, a result at least this bad would come up by chance in fewer "
    "than one of ten such comparisons. That falls short of a clear harm: more likely harmful than "
    "not.",
)
NO_CLEAR_EFFECT = Verdict(
    "no clear effect",
    "neutral",
    "The data fit a benefit, none at all and a harm. This is not proof that nothing happened: "
    "the smallest effect that could have been seen stands beside it.",
)
NAIVE = Verdict(
    "naive comparison, not an effect",
    "stopped",
    "Ever mentored against never mentored. Shown struck out, so that it can be recognized.",
    is_stated=False,
)

# In the order in which they are tried: the first that applies is given.
LADDER = (
    TOO_FEW,
    NOT_COMPARABLE,
    CONTRADICTED,
    CLEAR_BENEFIT,
    CLEAR_HARM,
    LIKELY_BENEFIT,
    LIKELY_HARM,
    NO_CLEAR_EFFECT,
)
_BY_NAME = {verdict.name: verdict for verdict in (*LADDER, NAIVE)}


def verdict(name: str) -> Verdict:
    """Return the verdict of this name; one this release does not know makes no headline."""
    return _BY_NAME.get(name) or Verdict(name or "no verdict", "silent", "", is_stated=False)
