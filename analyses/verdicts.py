"""What may be said of an effect: the declared questions, the limits, and the ladder of verdicts.

One place for the engine that judges and the pages that say why. It imports nothing heavy.
"""

from __future__ import annotations

from dataclasses import dataclass

# The estimands: the headline, its cross-check, and what is no effect at all.
HEADLINE = "mentored_vs_not"
FIXED = "started_vs_not_yet"
NAIVE = "naive"

# The declared questions: the primary outcomes (analyses/outcomes.py) of this role in all programs.
PRIMARY_ROLE = "mentee"
PRIMARY_HORIZON_MONTHS = 12

# Fewer events than this in both arms together say nothing about a risk.
MINIMUM_EVENTS = 5
# Below this many mentored people Student's t takes the place of the normal distribution.
FEW_TREATED = 50
# Of the interval that a likely verdict needs to keep clear of zero.
LIKELY_CONFIDENCE = 0.80
# Up to this q an effect is called clear; of a declared question it is the p.
Q_THRESHOLD = 0.05
# Below this p of the joint test the placebo has failed.
PLACEBO_P_THRESHOLD = 0.05
# The standardized difference that matching aims at, and the largest that is tolerated. One is
# only held against the arms where it is also more than so many standard errors of chance.
TARGET_SMD = 0.1
LARGEST_TOLERATED_SMD = 0.25
CHANCE_STANDARD_ERRORS = 3
# Standard errors of the smallest effect found in four of five studies: 1.96 for the two-sided 5 %
# test plus 0.84 for 80 % power. The placebo's joint test finds a bias of that size that leaves the
# ratings alone in seven of ten: noncentral chi-squared, 2.80 squared.
DETECTABLE_STANDARD_ERRORS = 2.80

TOO_FEW = "too few to say"
NOT_COMPARABLE = "not comparable"
CONTRADICTED = "contradicted by placebo"
CLEAR_BENEFIT, LIKELY_BENEFIT = "clear benefit", "likely benefit"
CLEAR_HARM, LIKELY_HARM = "clear harm", "likely harm"
NO_CLEAR_EFFECT = "no clear effect"
NAIVE_COMPARISON = "naive comparison, not an effect"


@dataclass(frozen=True)
class Verdict:
    """One rung of the ladder of verdicts.

    Attributes:
        name: as the results spell it.
        meaning: what it says, in plain words.
        is_stated: whether a headline may be made of the effect.
    """

    name: str
    meaning: str
    is_stated: bool = True


# In the order in which they are tried: the first that applies is given.
LADDER = (
    Verdict(
        TOO_FEW,
        f"Fewer than the smallest group in one of the arms, fewer than {MINIMUM_EVENTS} events in "
        "both together, or all or none of an arm below twice the smallest group: the number would "
        "be more chance than fact, and may give people away.",
        is_stated=False,
    ),
    Verdict(
        NOT_COMPARABLE,
        "The two groups differ too much in what was known before, or too few of the mentored found "
        "anybody alike. The numbers stay in the results, but nothing may be concluded from them.",
        is_stated=False,
    ),
    Verdict(
        CONTRADICTED,
        "The same comparison finds a difference in the past, which mentoring cannot have caused. "
        "So the difference afterwards cannot be put down to mentoring either.",
        is_stated=False,
    ),
    Verdict(
        CLEAR_BENEFIT,
        "The whole 95 % range lies on the good side of zero, also after allowing for how many "
        "questions were asked.",
    ),
    Verdict(
        CLEAR_HARM,
        "The whole 95 % range lies on the bad side of zero, also after allowing for how many "
        "questions were asked.",
    ),
    Verdict(
        LIKELY_BENEFIT,
        "If mentoring changed nothing, a result at least this good would come up by chance in "
        "fewer than one of ten such comparisons. That falls short of a clear benefit: more likely "
        "helpful than not.",
    ),
    Verdict(
        LIKELY_HARM,
        "If mentoring changed nothing, a result at least this bad would come up by chance in fewer "
        "than one of ten such comparisons. That falls short of a clear harm: more likely harmful "
        "than not.",
    ),
    Verdict(
        NO_CLEAR_EFFECT,
        "The data fit a benefit, none at all and a harm. This is not proof that nothing happened: "
        "the smallest effect that could have been seen stands beside it.",
    ),
)
# Verdicts under which nothing may be concluded.
WITHDRAWN = tuple(verdict.name for verdict in LADDER if not verdict.is_stated)
