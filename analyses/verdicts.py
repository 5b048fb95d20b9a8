"""What may be said of an effect: the declared questions, the limits, and the ladder of verdicts.

One place for the engine that judges and the pages that say why. It imports nothing heavy.
"""

from __future__ import annotations

from dataclasses import dataclass

# The estimands: the headline, its cross-check, and what is no effect at all.
HEADLINE = "mentored_vs_not"
FIXED = "started_vs_not_yet"
APPLIED = "mentored_vs_applied"
OFFERED = "offered_vs_not"
NAIVE = "naive"

# What a comparison rests on.
RANDOMIZED, APPLICANTS, MATCHED_ONLY = "randomized", "applicants", "matched_only"
GRADE_OF = {
    HEADLINE: MATCHED_ONLY,
    FIXED: MATCHED_ONLY,
    APPLIED: APPLICANTS,
    OFFERED: RANDOMIZED,
}
# Better designs first: the answer to a declared question is that of the first one with the size, a
# smallest detectable effect up to so many points.
PREFERRED = (OFFERED, APPLIED)
LARGEST_DETECTABLE_EFFECT = 0.10

# The declared questions: the primary outcomes (analyses/outcomes.py) of this role in all programs.
PRIMARY_ROLE = "mentee"
PRIMARY_HORIZON_MONTHS = 12

# Fewer events than this in both arms together say nothing about a risk. An arm with fewer, or with
# fewer people without the event, cannot tell its own variance: none at all would make it zero.
MINIMUM_EVENTS = 5
# Below this many mentored people Student's t takes the place of the normal distribution.
FEW_TREATED = 50
# Up to this q an effect is called clear; of a declared question it is the p.
Q_THRESHOLD = 0.05
# Up to this q it is called likely, a hint; the declared questions count as one another's company.
LIKELY_Q_THRESHOLD = 0.20
# Above this share of the variance, one person decides an estimate; above this share of later
# starts, a comparison is of starting now with starting later.
LARGEST_TOLERATED_PERSON_SHARE = 0.10
LARGEST_TOLERATED_CONTAMINATION = 0.25
# Below this p the placebo has failed: earlier promotions one-sided, earlier ratings two-sided at
# half of it.
PLACEBO_P_THRESHOLD = 0.05
# Below this p more of one arm of a lottery were lost than chance would lose: a warning, and from
# where on it is called randomized no more.
SAMPLE_RATIO_WARNING, SAMPLE_RATIO_REFUSAL = 0.01, 0.001
# Of what the last rating pulls, what a clear effect on staying must exceed in a voluntary program.
TOLERATED_PULL = 0.5
# The standardized difference that matching aims at, and the largest that is tolerated. One is
# only held against the arms where it is also more than so many standard errors of chance; among
# many levels, as many more as keep the chance of a false alarm of all of them together.
TARGET_SMD = 0.1
LARGEST_TOLERATED_SMD = 0.25
CHANCE_STANDARD_ERRORS = 3
# Standard errors of the smallest effect found in four of five studies: 1.96 for the two-sided 5 %
# test plus 0.84 for 80 % power. The placebo, one-sided at 5 %, finds a bias of that size in
# seven of eight: 2.80 is 1.16 above 1.645.
DETECTABLE_STANDARD_ERRORS = 2.80

TOO_FEW = "too few to say"
NOT_COMPARABLE = "not comparable"
CONTRADICTED = "contradicted by placebo"
VETOED = "contradicted by applicants"
CLEAR_BENEFIT, LIKELY_BENEFIT = "clear benefit", "likely benefit"
CLEAR_HARM, LIKELY_HARM = "clear harm", "likely harm"
BENEFIT_UNLESS, HARM_UNLESS = (
    "benefit, unless selection explains it",
    "harm, unless selection explains it",
)
NO_CLEAR_EFFECT = "no clear effect"
NAIVE_COMPARISON = "naive comparison, not an effect"

# What mentoring must not spoil, and what may be said of each.
MENTEE_RATINGS, MENTOR_RETENTION, MENTOR_LOAD = (
    "mentee_ratings",
    "mentor_retention",
    "mentor_load",
)
NOT_WORSE, WORSE, CANNOT_TELL = "not worse", "worse", "cannot tell"
NOT_MEASURED = "not measured"

# What may be said of a practice of the first 90 days and what becomes of pairings later. The limit
# of q is that of an effect.
GOES_WITH_BETTER, GOES_WITH_WORSE, NO_CLEAR_LINK, COUNTED = (
    "goes with better",
    "goes with worse",
    "no clear link",
    "counted",
)


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
        VETOED,
        "People who applied and were turned down stay and rise more than people like them who did "
        "not apply. So who wants a mentor is different from who does not, and matching people on "
        "what is recorded does not make up for it.",
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
        BENEFIT_UNLESS,
        "Chance does not explain it, but who was mentored may: something unrecorded that pulls no "
        "harder than what is known about the choice of mentees would be enough.",
    ),
    Verdict(
        HARM_UNLESS,
        "Chance does not explain it, but who was mentored may: something unrecorded that pulls no "
        "harder than what is known about the choice of mentees would be enough.",
    ),
    Verdict(
        LIKELY_BENEFIT,
        "A hint of a benefit, not a finding: of all the hints that are given like this one, also "
        "after allowing for how many questions were asked, up to one in five is chance.",
    ),
    Verdict(
        LIKELY_HARM,
        "A hint of a harm, not a finding: of all the hints that are given like this one, also "
        "after allowing for how many questions were asked, up to one in five is chance.",
    ),
    Verdict(
        NO_CLEAR_EFFECT,
        "The data fit a benefit, none at all and a harm. This is not proof that nothing happened: "
        "the smallest effect that could have been seen stands beside it.",
    ),
)
# Verdicts under which nothing may be concluded.
WITHDRAWN = tuple(verdict.name for verdict in LADDER if not verdict.is_stated)
