"""What every number about an effect means: definitions of the method, printed in the glossary.

The measures of the dbt project define themselves; these belong to the design of the estimates, and
carry the names of the result tables' columns.
"""

from __future__ import annotations

from reports.definitions import Definition

THEME = "Effects and their checks"


def _term(
    name: str,
    label: str,
    sentence: str,
    *,
    formula: str = "",
    numerator: str = "",
    denominator: str = "",
    unit: str = "",
    interval: str = "",
    standard: str = "",
    lineage: str = "rpt_effects__by_horizon",
) -> Definition:
    return Definition(
        measure=name,
        label=label,
        theme=THEME,
        sentence=sentence,
        formula=formula,
        numerator=numerator,
        denominator=denominator,
        unit=unit,
        direction="",
        interval=interval,
        standard=standard,
        needs="",
        is_measured=True,
        lineage=lineage,
    )


CLUSTERED = (
    "95 %, from what each person adds to the estimate, summed by person and squared; Student's t "
    "below 50 mentored people"
)
TERMS = (
    _term(
        "effect",
        "Effect",
        "What mentoring changed for the people who were mentored: the outcome among them, less "
        "the outcome among people who were alike on the day before and were not mentored.",
        formula="value of the mentored - value of the comparison",
        unit="points: of 100 people for an outcome that happens or not, of a scale of 100 for "
        "ratings and survey scores",
        interval=CLUSTERED,
        standard="Hern\u00e1n & Robins, Am. J. Epidemiol. 183 (2016) 758-764",
    ),
    _term(
        "mentored_vs_not",
        "Estimand: mentored or not",
        "The headline. Mentored people against alike people for as long as those stay without "
        "a mentor: a comparison person who starts later is followed only until then, and those "
        "who stay count a little more in their place.",
        formula="for each month with starts, a trial of everybody eligible in it; time zero is "
        "the first day of the next month for both groups; controls weighted by the inverse of "
        "their chance not to have started yet",
        standard="sequential nested trials; Danaei et al., Stat. Methods Med. Res. 22 (2013)",
    ),
    _term(
        "started_vs_not_yet",
        "Estimand: started or not yet",
        "The cross-check. Mentored people against alike people who had not started by then, "
        "whatever those did later, after a fixed time and only where everybody could be "
        "followed that long. Later starters in the comparison make it smaller: the share of "
        "them, the contamination, stands beside it.",
        formula="weighted difference of shares or means at the horizon (intention to treat)",
    ),
    _term(
        "naive",
        "Naive comparison",
        "Ever mentored against never mentored: not an effect. It credits mentoring with the "
        "time that people had to stay to be mentored, and with what they were chosen for.",
        formula="share of the ever mentored - share of the never mentored",
        lineage="rpt_naive_comparison__by_horizon",
    ),
    _term(
        "verdict",
        "Verdict",
        "What may be made of an estimate, in two or three words. The first rung of the ladder "
        "that applies is given; the first three withdraw the headline.",
        formula="size, then likeness, then placebo, then the interval",
    ),
    _term(
        "treated_value",
        "Value of the mentored",
        "The outcome among the mentored who found somebody alike.",
        unit="percent of people, or points of a scale of 100",
    ),
    _term(
        "control_value",
        "Value of the comparison",
        "The outcome among the people they are compared with, weighted to be like the "
        "mentored: what would have happened to the mentored without mentoring, if nothing "
        "that matters was left unrecorded.",
        unit="percent of people, or points of a scale of 100",
    ),
    _term(
        "treated_n",
        "Mentored people",
        "People who started in the role for the first time and were eligible, each once.",
        unit="people",
    ),
    _term(
        "matched_treated_n",
        "Matched people",
        "Those of them who found at least one person alike and whose outcome is compared.",
        unit="people",
    ),
    _term(
        "control_n",
        "Comparison people",
        "Different people who stand in the comparison; one person may do so in many months.",
        unit="people",
    ),
    _term(
        "control_ess",
        "Effective size of the comparison",
        "How many equally weighted people the comparison is worth.",
        formula="(sum of weights)\u00b2 / sum of squared weights",
        unit="people",
    ),
    _term(
        "ci_low",
        "Lower and upper end",
        "The range that the data fit: of 100 ranges made this way about 95 hold the true "
        "effect, if the comparison is sound. It covers chance, not what was never recorded.",
        interval=CLUSTERED,
    ),
    _term(
        "se",
        "Standard error",
        "How far the estimate would typically move if chance were dealt again.",
        formula="\u221a( C/(C-1) \u00b7 sum over people of (sum of their influence)\u00b2 )",
        unit="points",
    ),
    _term(
        "se_mentor_clustered",
        "Standard error, clustered by mentor",
        "The standard error if the mentees of one mentor are counted as one, because they may "
        "share a fate. A sensitivity: the range does not use it. Much larger than the standard "
        "error, it says that a few mentors decide the result.",
        formula="as the standard error, with the influence of the mentees of one mentor added up "
        "before it is squared",
        unit="points",
    ),
    _term(
        "risk_ratio",
        "Risk ratio",
        "How many times as common the event is among the mentored: leaving for retention, the "
        "event itself for everything else. Empty for means.",
        formula="risk of the mentored / risk of the comparison",
    ),
    _term(
        "p_value",
        "p-value",
        "How often a difference at least this large would appear by chance if mentoring "
        "changed nothing.",
    ),
    _term(
        "q_value",
        "q-value",
        "The same, after allowing for how many questions were asked: if everything with a "
        "q-value up to 0.05 is called found, about 5 in 100 of those are false. For the two "
        "declared questions it is the p-value.",
        standard="Benjamini & Hochberg, J. R. Stat. Soc. B 57 (1995) 289-300",
    ),
    _term(
        "e_value",
        "E-value",
        "How strong something unrecorded would have to be to explain the estimate away: this "
        "many times as common among the mentored, and making the event this many times as "
        "likely (or unlikely). Beside it, the same for the end of the range nearer to no "
        "effect; that is 1 where the range holds no effect at all. A value near 1 means that "
        "little would be enough.",
        formula="RR + \u221a(RR \u00b7 (RR - 1)), with RR below 1 turned over",
        standard="VanderWeele & Ding, Ann. Intern. Med. 167 (2017) 268-274",
    ),
    _term(
        "e_value_ci",
        "E-value of the limit",
        "The E-value of the end of the risk ratio's range that is nearer to no effect; 1 where "
        "the range holds no effect, because then nothing has to be explained away.",
        standard="VanderWeele & Ding, Ann. Intern. Med. 167 (2017) 268-274",
    ),
    _term(
        "minimum_detectable_effect",
        "Smallest effect that could have been seen",
        "A true effect of this size would have been found in four of five studies like this "
        "one. A smaller one could well have been missed, so \u201cno clear effect\u201d says "
        "nothing about it.",
        formula="2.80 \u00b7 standard error",
        unit="points",
    ),
    _term(
        "placebo_effect",
        "Placebo",
        "The same people compared in the same way on what lay before the mentoring: promotions "
        "in the 12 months before, and the rating before the last one. Mentoring cannot have "
        "changed either, so a difference there betrays that the groups were not alike. It has "
        "a reach, 2.80 of its standard errors: a bias of that size is found in seven of ten such "
        "studies, a smaller one less often. No difference is no proof that nothing was hidden.",
        formula="joint test of both questions; fails at p < 0.05; the figure shown is the "
        "difference in earlier promotions",
        unit="points",
        interval="95 %, clustered by person",
        lineage="rpt_placebos__by_program",
    ),
    _term(
        "placebo_p_value",
        "Placebo, p-value",
        "How often chance alone would bring differences at least this large, in earlier promotions "
        "and earlier ratings taken together. Below 0.05 the headline is withdrawn.",
        formula="Wald test of both questions, two degrees of freedom; one where only one of them "
        "can be asked",
        lineage="rpt_placebos__by_program",
    ),
    _term(
        "max_abs_smd",
        "Standardized mean difference",
        "How unlike the groups are in one thing known before, on one scale for all things: "
        "the difference of shares, divided by the standard deviation among the mentored. Up to "
        "0.1 is the target. Nothing is compared when one is above 0.25 and above "
        "3 \u221a(1/n\u2081 + 1/ess\u2080), what chance gives groups of this size: the matched "
        "people and the effective size of the comparison.",
        formula="(share of the mentored - share of the comparison) / standard deviation of the "
        "mentored; the largest over all levels after matching",
        lineage="rpt_balance__by_covariate",
    ),
    _term(
        "matched_share",
        "Matched share",
        "How many of the mentored found at least one person alike on some rung of the ladder.",
        numerator="mentored people with a match",
        denominator="eligible mentored people",
        unit="share",
    ),
    _term(
        "full_follow_up_share",
        "Full follow-up",
        "How many of the matched mentored began early enough to be followed for the whole "
        "time. The others count for as long as they are followed.",
        numerator="matched mentored people who began at least the horizon ago",
        denominator="matched mentored people",
        unit="share",
    ),
    _term(
        "contamination_share",
        "Contamination",
        "How many of the comparison found a mentor themselves within the horizon. The more, "
        "the more the difference between the groups is watered down.",
        numerator="comparison people who started within the horizon",
        denominator="comparison people",
        unit="share",
    ),
    _term(
        "largest_weight",
        "Largest weight",
        "How many mentored people a single comparison person stands for at most, in one trial. "
        "A large one means that a few people decide the result.",
    ),
    _term(
        "followed_retention",
        "Share still employed, both groups",
        "The share of the mentored still employed after so many months, and the share of alike "
        "people without a mentor.",
        formula="weighted Kaplan-Meier",
        interval="95 %, clustered by person, on the log-log scale",
        unit="share",
        lineage="rpt_curves__by_month",
    ),
    _term(
        "followed_promotion",
        "Share promoted, both groups",
        "The share of the mentored promoted within so many months, and the share of alike "
        "people without a mentor. Who leaves can no longer be promoted here.",
        formula="weighted cumulative incidence, exit competing",
        interval="95 %, clustered by person, on the log-log scale",
        unit="share",
        lineage="rpt_curves__by_month",
    ),
)
BY_NAME = {term.measure: term for term in TERMS}
