"""The results: the only thing a report ever reads, and what each column of them means.

A `Results` has passed disclosure control. Columns are declared here and nowhere else: the tables
are written by them (`analyses.files`), the reference and the glossary are printed from them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal

from analyses import units
from analyses.units import ALPHA, ITEMS, NONE, Unit
from analyses.verdicts import (
    APPLICANTS,
    APPLIED,
    CHANCE_STANDARD_ERRORS,
    DETECTABLE_STANDARD_ERRORS,
    FEW_TREATED,
    FIXED,
    GOES_WITH_BETTER,
    GOES_WITH_WORSE,
    HEADLINE,
    LARGEST_TOLERATED_PERSON_SHARE,
    LARGEST_TOLERATED_SMD,
    MATCHED_ONLY,
    MENTEE_RATINGS,
    MENTOR_LOAD,
    MENTOR_RETENTION,
    NAIVE,
    NO_CLEAR_LINK,
    NOT_MEASURED,
    OFFERED,
    PLACEBO_P_THRESHOLD,
    Q_THRESHOLD,
    RANDOMIZED,
    SAMPLE_RATIO_REFUSAL,
    SAMPLE_RATIO_WARNING,
    TARGET_SMD,
    TOO_FEW,
)

if TYPE_CHECKING:  # so that a column's meaning can be read without the seconds of pandas
    import pandas as pd

Kind = Literal["varchar", "integer", "double", "boolean", "date"]

# What `run.json` beside the tables says.
RUN = "Run id, versions, inputs, `as_of`, timings, warnings."
CLUSTERED = (
    "95 %, from what each person adds to the estimate, summed by person and squared; Student's t "
    f"below {FEW_TREATED} mentored people"
)
BY_PERSON = "95 %, clustered by person"
PLACEBOS = "rpt_placebos__by_program"
SEQUENTIAL_TRIALS = "sequential nested trials; Danaei et al., Stat. Methods Med. Res. 22 (2013)"
E_VALUES = "VanderWeele & Ding, Ann. Intern. Med. 167 (2017) 268-274"


@dataclass(frozen=True)
class Entry:
    """What the glossary adds to the sentence of a column or of a value.

    Attributes:
        label: how pages call it.
        formula: how it is worked out.
        numerator: what is counted above the line of a share.
        denominator: what is counted below it.
        interval: what kind of range stands beside it.
        standard: where it is published.
        lineage: the mart it comes from.
    """

    label: str
    formula: str = ""
    numerator: str = ""
    denominator: str = ""
    interval: str = ""
    standard: str = ""
    lineage: str = "rpt_effects__by_horizon"


@dataclass(frozen=True)
class Value:
    """One of the words that a column may hold, with what it means."""

    name: str
    sentence: str
    entry: Entry


@dataclass(frozen=True)
class Column:
    """One column of a result table.

    Attributes:
        name: as it is written.
        kind: its type in DuckDB.
        sentence: what it means.
        unit: of its numbers.
        entry: what the glossary adds, where the column has a place there.
        values: the words it may hold, where they have a place there.
    """

    name: str
    kind: Kind
    sentence: str
    unit: Unit = NONE
    entry: Entry | None = None
    values: tuple[Value, ...] = ()


@dataclass(frozen=True, eq=False)
class Table(Mapping[str, Column]):
    """One result table: its columns by name, in the order in which they are written.

    Attributes:
        name: of its files.
        grain: what one row is, as a sentence.
        key: the columns that tell its rows apart.
        columns: every column.
    """

    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    def __getitem__(self, name: str) -> Column:
        """Return a column by its name."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        """Yield the names of the columns in order."""
        return (column.name for column in self.columns)

    def __len__(self) -> int:
        """Return how many columns there are."""
        return len(self.columns)


def _text(name: str, sentence: str, **more: Any) -> Column:
    return Column(name, "varchar", sentence, **more)


def _count(name: str, sentence: str, unit: Unit, entry: Entry | None = None) -> Column:
    return Column(name, "integer", sentence, unit, entry)


def _number(name: str, sentence: str, unit: Unit, entry: Entry | None = None) -> Column:
    return Column(name, "double", sentence, unit, entry)


ROLE = _text("role", "Mentee or mentor.")
PROGRAM = _text("program", "Program id, or `all`.")
POPULATION = _text("population", "Mentees, mentors, participants (either) or workforce.")
DIMENSION = _text("dimension", "What the people are cut by, or `all`.")
MEMBER = _text("member", "Which of them, or `all`.")
OUTCOME = _text("outcome", "What is followed or compared ([outcomes](#outcomes)).")
MEASURE = _text("measure", "Name of the measure ([measures](measures.md)).")
MONTH = _count("month", "Month of follow-up; 0 is the first day.", units.MONTHS)
AT_RISK = _count("at_risk_n", "People still followed, with weights left out.", units.PEOPLE)
IS_SUPPRESSED = Column(
    "is_suppressed", "boolean", "Hidden by disclosure control; its numbers are empty."
)
COUNTED_TOGETHER = (
    Column(
        "as_of",
        "date",
        "Day of the exports that the number rests on. It is earlier than that of the release where "
        "too few people have moved the number since.",
    ),
    _count(
        "edition_number",
        "Which numbers were counted together: 1 is the first release of the workspace.",
        NONE,
    ),
)
CANONICAL_TABLE = _text("table", "Canonical table.")


def uneditioned(table: Table) -> list[str]:
    """Return the columns of a table before it is known which of its rows are new."""
    return [name for name in table if name not in (column.name for column in COUNTED_TOGETHER)]


def _estimate(unit: Unit) -> tuple[Column, Column, Column]:
    return (
        _number("value", "The estimate.", unit),
        _number("ci_low", "Lower limit of the 95 % interval.", unit),
        _number("ci_high", "Upper limit of the 95 % interval.", unit),
    )


METRICS = Table(
    "metrics",
    "One row per measure, program, population, member of a dimension and period.",
    ("measure", "program", "population", "dimension", "member", "period_grain", "period_start"),
    (
        MEASURE,
        PROGRAM,
        POPULATION,
        DIMENSION,
        MEMBER,
        _text("period_grain", "All, month, quarter, half_year or year."),
        Column("period_start", "date", "First day of the period."),
        *_estimate(units.OF_ROW),
        _number("numerator", "See the measure's definition.", units.SUM),
        _number(
            "denominator",
            "People behind the value, or average headcount for a rate.",
            units.PEOPLE,
        ),
        _text("unit", "Unit of the value."),
        IS_SUPPRESSED,
        _text(
            "reason",
            "Why the value is hidden: `small group`.",
        ),
        *COUNTED_TOGETHER,
    ),
)
ESTIMANDS = (
    Value(
        HEADLINE,
        "The headline. Mentored people against alike people for as long as those stay without "
        "a mentor: a comparison person who starts later is followed only until then, and those "
        "who stay count a little more in their place.",
        Entry(
            "Estimand: mentored or not",
            formula="for each month with starts, a trial of everybody eligible in it; time zero is "
            "the first day of the next month for both groups; controls weighted by the inverse of "
            "their chance not to have started yet",
            standard=SEQUENTIAL_TRIALS,
        ),
    ),
    Value(
        FIXED,
        "The cross-check. Mentored people against alike people who had not started by then, "
        "whatever those did later, after a fixed time and only where everybody could be "
        "followed that long. Later starters in the comparison make it smaller: the share of "
        "them, the contamination, stands beside it.",
        Entry(
            "Estimand: started or not yet",
            formula="weighted difference of shares or means at the horizon (intention to treat)",
        ),
    ),
    Value(
        OFFERED,
        "People a lottery offered a mentor against people it did not, whoever took the offer: the "
        "lot decided, nothing else. The effect on those who took it stands beside it.",
        Entry(
            "Estimand: offered or not",
            formula="difference of shares at the horizon with a constant for every draw (intention "
            "to treat)",
        ),
    ),
    Value(
        APPLIED,
        "People who applied and were mentored against people who applied in the same round and did "
        "not get in: both wanted it. After a fixed time, whatever those did later. Where it has "
        "the size, it answers before the headline does.",
        Entry(
            "Estimand: mentored or applied",
            formula="weighted difference of shares at the horizon, matched on the round, month, "
            "level and rating, then without rating, then without level",
        ),
    ),
    Value(
        NAIVE,
        "Ever mentored against never mentored: not an effect. It credits mentoring with the "
        "time that people had to stay to be mentored, and with what they were chosen for.",
        Entry(
            "Naive comparison",
            formula="share of the ever mentored - share of the never mentored",
            lineage="rpt_naive_comparison__by_horizon",
        ),
    ),
)
GRADES = (
    Value(
        RANDOMIZED,
        "A lottery decided who was offered a mentor, so nothing else can have.",
        Entry("Evidence: randomized"),
    ),
    Value(
        APPLICANTS,
        "People who wanted in and did not get in. They are alike in wanting it, which no export "
        "records otherwise; who was picked among them may still differ.",
        Entry("Evidence: applicants"),
    ),
    Value(
        MATCHED_ONLY,
        "People who were alike in what the exports record. What they do not record, such as "
        "ambition, may have decided who was mentored. So a clear benefit needs more: a promotion "
        "effect must be more than the lead of the years before, and an effect on staying, where "
        "people choose to join, more than half of what the last rating pulls.",
        Entry("Evidence: matched only"),
    ),
)
EFFECTS = Table(
    "effects",
    "One row per role, program, subgroup, outcome, horizon and estimand.",
    (
        "role",
        "program",
        "subgroup_dimension",
        "subgroup_member",
        "outcome",
        "horizon_months",
        "estimand",
    ),
    (
        ROLE,
        PROGRAM,
        _text("subgroup_dimension", "What the mentored are cut by, or `all`."),
        _text("subgroup_member", "Which of them, or `all`."),
        OUTCOME,
        _count("horizon_months", "Months from time zero.", units.MONTHS),
        _text(
            "estimand",
            f"`{HEADLINE}`, `{FIXED}`, `{APPLIED}`, `{OFFERED}` or `{NAIVE}`.",
            values=ESTIMANDS,
        ),
        _text(
            "evidence_grade",
            "What the comparison rests on; empty for what is no effect.",
            values=GRADES,
        ),
        _count(
            "treated_n",
            "People who started in the role for the first time and were eligible, each once.",
            units.PEOPLE,
            Entry("Mentored people"),
        ),
        _count(
            "matched_treated_n",
            "Those of them who found at least one person alike and whose outcome is compared.",
            units.PEOPLE,
            Entry("Matched people"),
        ),
        _count(
            "control_n",
            "Different people who stand in the comparison; one person may do so in many months.",
            units.PEOPLE,
            Entry("Comparison people"),
        ),
        _number(
            "control_ess",
            "How many equally weighted people the comparison is worth.",
            units.PEOPLE,
            Entry(
                "Effective size of the comparison",
                formula="(sum of weights)\u00b2 / sum of squared weights",
            ),
        ),
        _number(
            "treated_value",
            "The outcome among the mentored who found somebody alike.",
            units.VALUE,
            Entry("Value of the mentored"),
        ),
        _number(
            "control_value",
            "The outcome among the people they are compared with, weighted to be like the "
            "mentored: what would have happened to the mentored without mentoring, if nothing "
            "that matters was left unrecorded.",
            units.VALUE,
            Entry("Value of the comparison"),
        ),
        _number(
            "effect",
            "What mentoring changed for the people who were mentored: the outcome among them, less "
            "the outcome among people who were alike on the day before and were not mentored.",
            units.EFFECT,
            Entry(
                "Effect",
                formula="value of the mentored - value of the comparison",
                interval=CLUSTERED,
                standard="Hern\u00e1n & Robins, Am. J. Epidemiol. 183 (2016) 758-764",
            ),
        ),
        _number(
            "se",
            "How far the estimate would typically move if chance were dealt again.",
            units.DIFFERENCE,
            Entry(
                "Standard error",
                formula="\u221a( C/(C-1) \u00b7 sum over people of "
                "(sum of their influence)\u00b2 )",
            ),
        ),
        _number(
            "se_mentor_clustered",
            "The standard error if the mentees of one mentor are counted as one, because they may "
            "share a fate. A sensitivity: the range does not use it. Much larger than the standard "
            "error, it says that a few mentors decide the result.",
            units.DIFFERENCE,
            Entry(
                "Standard error, clustered by mentor",
                formula="as the standard error, with the influence of the mentees of one mentor "
                "added up before it is squared",
            ),
        ),
        _number(
            "ci_low",
            "The range that the data fit: of 100 ranges made this way about 95 hold the true "
            "effect, if the comparison is sound. It covers chance, not what was never recorded.",
            Unit(units.EFFECT.name, units.EFFECT.stored),
            Entry("Lower and upper end", interval=CLUSTERED),
        ),
        _number("ci_high", "The upper end of the same range.", units.EFFECT),
        _number(
            "risk_ratio",
            "How many times as common the event is among the mentored: leaving for retention, the "
            "event itself for everything else. Empty for means.",
            units.RATIO,
            Entry("Risk ratio", formula="risk of the mentored / risk of the comparison"),
        ),
        _number(
            "p_value",
            "How often a difference at least this large would appear by chance if mentoring "
            "changed nothing.",
            units.PROBABILITY,
            Entry("p-value"),
        ),
        _number(
            "q_value",
            "The same, after allowing for how many questions were asked: if everything with a "
            f"q-value up to {Q_THRESHOLD} is called found, about {100 * Q_THRESHOLD:.0f} in 100 of "
            "those are false. For the two declared questions it is the p-value.",
            units.PROBABILITY,
            Entry(
                "q-value",
                standard="Benjamini & Hochberg, J. R. Stat. Soc. B 57 (1995) 289-300",
            ),
        ),
        _number(
            "e_value",
            "How strong something unrecorded would have to be to explain the estimate away: this "
            "many times as common among the mentored, and making the event this many times as "
            "likely (or unlikely). Beside it, the same for the end of the range nearer to no "
            "effect; that is 1 where the range holds no effect at all. A value near 1 means that "
            "little would be enough.",
            units.RATIO,
            Entry(
                "E-value",
                formula="RR + \u221a(RR \u00b7 (RR - 1)), with RR below 1 turned over",
                standard=E_VALUES,
            ),
        ),
        _number(
            "e_value_ci",
            "The E-value of the end of the risk ratio's range that is nearer to no effect; 1 where "
            "the range holds no effect, because then nothing has to be explained away.",
            units.RATIO,
            Entry("E-value of the limit", standard=E_VALUES),
        ),
        _number(
            "minimum_detectable_effect",
            "A true effect of this size would have been found in four of five studies like this "
            "one. A smaller one could well have been missed, so \u201cno clear effect\u201d says "
            "nothing about it.",
            units.DIFFERENCE,
            Entry(
                "Smallest effect that could have been seen",
                formula=f"{DETECTABLE_STANDARD_ERRORS:.2f} \u00b7 standard error",
            ),
        ),
        _number(
            "placebo_effect",
            "The same people compared in the same way on what lay before the mentoring: promotions "
            "a year over up to 36 months before, of everybody employed for a year, and the rating "
            "before the last one. Mentoring cannot have changed either, so a difference there "
            "betrays that the groups were not alike. It has a reach, "
            f"{DETECTABLE_STANDARD_ERRORS:.2f} of its standard errors: a bias of that size is "
            "found in seven of eight such studies, a smaller one less often. No difference is no "
            "proof that nothing was hidden.",
            units.DIFFERENCE,
            Entry(
                "Placebo",
                formula="earlier promotions tested one-sided, earlier ratings two-sided at half of "
                "that; the figure shown is the yearly difference in earlier promotions",
                interval=BY_PERSON,
                lineage=PLACEBOS,
            ),
        ),
        _number("placebo_ci_low", "Lower limit of its 95 % interval.", units.DIFFERENCE),
        _number("placebo_ci_high", "Upper limit of its 95 % interval.", units.DIFFERENCE),
        _number(
            "placebo_reach",
            "The bias in earlier promotions that the placebo finds in seven of eight such studies: "
            f"{DETECTABLE_STANDARD_ERRORS:.2f} of its standard errors.",
            units.DIFFERENCE,
        ),
        _number(
            "placebo_p_value",
            "How often chance alone would bring as many more earlier promotions of the mentored, "
            "or, doubled, earlier ratings as far apart; the smaller of the two. Below "
            f"{PLACEBO_P_THRESHOLD} the headline is withdrawn.",
            units.PROBABILITY,
            Entry(
                "Placebo, p-value",
                formula="the smaller of the one-sided p of earlier promotions and of twice the "
                "two-sided p of earlier ratings; of one where only one can be asked",
                lineage=PLACEBOS,
            ),
        ),
        _text(
            "placebo_questions",
            "What the placebo could ask of both groups: earlier promotions, earlier ratings, or "
            "both; empty where neither.",
        ),
        _number(
            "veto_p_value",
            "Whether people who applied and were turned down stay and rise more than people like "
            "them who did not apply: how often chance alone would bring so large a lead in both "
            f"together. Below {PLACEBO_P_THRESHOLD} wanting a mentor goes with staying or rising, "
            "and every estimate that rests on matching alone is withdrawn. Empty without "
            "applications.",
            units.PROBABILITY,
            Entry(
                "Veto of the applicants, p-value",
                formula="sum of the standardized differences in retention and promotion, divided "
                "by its standard error; one-sided",
                standard="O\u2019Brien, Biometrics 40 (1984) 1079-1087",
                lineage="rpt_vetoes__by_role",
            ),
        ),
        _number(
            "rating_pull",
            "What the estimate moves by when people are compared without regard to their last "
            "rating: how hard the choice of well rated people pulls. Something unrecorded that "
            "pulls as hard would move it by as much.",
            units.DIFFERENCE,
            Entry(
                "The rating\u2019s pull",
                formula="effect matched without the last rating - effect matched with it, after a "
                "fixed time",
            ),
        ),
        _number(
            "own_past_effect",
            "The effect less the lead in the same thing that the mentored had already before: for "
            "promotion, the yearly difference in earlier promotions. If they would have gone on "
            "like that without mentoring, this is what it changed.",
            units.DIFFERENCE,
            Entry(
                "Effect beyond the own past",
                formula="effect - months / 12 \u00b7 yearly difference in earlier promotions",
                interval=BY_PERSON,
            ),
        ),
        _number("own_past_ci_low", "Lower limit of its 95 % interval.", units.DIFFERENCE),
        _number("own_past_ci_high", "Upper limit of its 95 % interval.", units.DIFFERENCE),
        _number(
            "max_abs_smd",
            "How unlike the groups are in one thing known before, on one scale for all things: "
            "the difference of shares, divided by the standard deviation among the mentored, or by "
            f"that of both groups together where it is larger. Up to {TARGET_SMD} is the target. "
            f"Nothing is compared when one is above {LARGEST_TOLERATED_SMD} and above what chance "
            "gives groups of this size when so many things are looked at.",
            units.DEVIATIONS,
            Entry(
                "Standardized mean difference",
                formula="(share of the mentored - share of the comparison) / the larger standard "
                "deviation, of the mentored or pooled; the largest over all levels after matching",
                lineage="rpt_balance__by_covariate",
            ),
        ),
        _number(
            "chance_smd",
            "The largest standardized difference that chance gives groups of this size: z "
            "\u221a(1/n\u2081 + 1/ess\u2080), of the matched people and the effective size of the "
            f"comparison, with z = {CHANCE_STANDARD_ERRORS} for one level, and more for many "
            "(Bonferroni).",
            units.DEVIATIONS,
        ),
        Column(
            "is_imbalanced",
            "boolean",
            f"Whether `max_abs_smd` is above {LARGEST_TOLERATED_SMD} and above `chance_smd`, so "
            "that nothing is compared.",
        ),
        _number(
            "matched_share",
            "How many of the mentored found at least one person alike on some rung of the ladder.",
            units.SHARE,
            Entry(
                "Matched share",
                numerator="mentored people with a match",
                denominator="eligible mentored people",
            ),
        ),
        _number(
            "full_follow_up_share",
            "How many of the matched mentored began early enough to be followed for the whole "
            "time. The others count for as long as they are followed.",
            units.SHARE,
            Entry(
                "Full follow-up",
                numerator="matched mentored people who began at least the horizon ago",
                denominator="matched mentored people",
            ),
        ),
        _number(
            "contamination_share",
            "How many of the comparison found a mentor themselves within the horizon. The more, "
            "the more the difference between the groups is watered down.",
            units.SHARE,
            Entry(
                "Contamination",
                numerator="comparison people who started within the horizon",
                denominator="comparison people",
            ),
        ),
        _number(
            "take_up",
            "How many more of those whom a lottery offered a mentor found one within the horizon "
            "than of those it did not.",
            units.DIFFERENCE,
        ),
        _number(
            "taker_effect",
            "What mentoring changed for those who took the offer of a lottery, and would not have "
            "found a mentor without it.",
            units.DIFFERENCE,
            Entry(
                "Effect on those who took the offer",
                formula="effect of the offer / take-up (two-stage least squares)",
                interval=BY_PERSON,
                standard="Angrist, Imbens & Rubin, J. Am. Stat. Assoc. 91 (1996) 444-455",
            ),
        ),
        _number("taker_ci_low", "Lower limit of its 95 % interval.", units.DIFFERENCE),
        _number("taker_ci_high", "Upper limit of its 95 % interval.", units.DIFFERENCE),
        _number(
            "sample_ratio_p_value",
            "Whether as many of those a lottery offered a mentor are left out of the comparison as "
            f"of the others: below {SAMPLE_RATIO_WARNING} ask why, below {SAMPLE_RATIO_REFUSAL} it "
            "is not called randomized.",
            units.PROBABILITY,
            Entry(
                "Sample ratio, p",
                formula="chi-squared of kept and lost by arm",
                standard="Fabijan et al., KDD 2019",
            ),
        ),
        _number(
            "largest_weight",
            "How many mentored people a single comparison person stands for at most, in one trial. "
            "A large one means that a few people decide the result.",
            Unit("people"),
            Entry("Largest weight"),
        ),
        _number(
            "largest_person_share",
            "How much of the doubt about the estimate one single person makes up: the largest "
            "share that one person has in the variance. Above "
            f"{LARGEST_TOLERATED_PERSON_SHARE:.0%} the estimate hangs on what becomes of that "
            "person.",
            units.SHARE,
            Entry(
                "Largest share of one person",
                formula="(largest influence of one person)\u00b2 / sum over people of "
                "(sum of their influence)\u00b2",
            ),
        ),
        _text(
            "verdict",
            "What may be made of an estimate, in two or three words. The first rung of the ladder "
            "that applies is given; the first three withdraw the headline.",
            entry=Entry("Verdict", formula="size, then likeness, then placebo, then the interval"),
        ),
        _text(
            "reason",
            "Why nobody was compared; empty where somebody was, or where too few started to say "
            "even that.",
        ),
        IS_SUPPRESSED,
        *COUNTED_TOGETHER,
    ),
)
NON_INFERIORITY = "non-inferiority; Piaggio et al., JAMA 308 (2012) 2594-2604"
GUARDED = (
    Value(
        MENTEE_RATINGS,
        "The ratings of mentees a year after the start, beside those of people like them: "
        "mentoring takes time, and must not take it from the work. Of those rated before and "
        "after.",
        Entry("Guardrail: ratings of mentees", standard=NON_INFERIORITY, lineage="effects"),
    ),
    Value(
        MENTOR_RETENTION,
        "How many mentors are still here after a year, beside people like them who mentor nobody: "
        "those who give their time must not leave over it.",
        Entry("Guardrail: retention of mentors", standard=NON_INFERIORITY, lineage="effects"),
    ),
    Value(
        MENTOR_LOAD,
        "Mentees of a mentor in a quarter, in the last year that is published: beside the limit "
        "that is declared, or beside the year before.",
        Entry("Guardrail: load of mentors", standard=NON_INFERIORITY, lineage="metrics"),
    ),
)
GUARDRAILS = Table(
    "guardrails",
    "One row per guardrail, worked out from published numbers alone.",
    ("guardrail",),
    (
        _text("guardrail", "What must not become worse.", values=GUARDED),
        _number("value", "What is guarded.", units.OF_ROW),
        _number("compared_value", "What it is held against.", units.OF_ROW),
        _number("change", "The value, less what it is held against.", units.OF_ROW),
        _number("ci_low", "Lower limit of its 95 % interval.", units.OF_ROW),
        _number("ci_high", "Upper limit of its 95 % interval.", units.OF_ROW),
        _number("margin", "How much worse is tolerated, as `mentorship.yml` has it.", units.OF_ROW),
        _text("unit", "Unit of the numbers: a share, a share of the rating scale, or mentees."),
        _text("compared_with", "Whom or what it is held against."),
        _text(
            "status",
            "`not worse`: the whole interval lies within the margin. `worse`: it lies on the wrong "
            "side of zero, and not within the margin. `cannot tell`: neither, or the comparison is "
            "withdrawn. `too few to say`. `not measured`.",
        ),
        _text("reason", "What is missing, or why nothing can be told; empty otherwise."),
        IS_SUPPRESSED,
    ),
)
DRIVERS = Table(
    "drivers",
    "One row per practice of the first 90 days, outcome, contrast and program. An association, "
    "never an effect. Numbers are rounded and without counts, because measures count nearly the "
    "same people.",
    ("driver", "outcome", "contrast", "program"),
    (
        _text("driver", "Name of the practice, as `drivers` in dbt_project.yml has it."),
        _text("outcome", "What becomes of pairings later; `all` on the rows of who lacks it."),
        _text(
            "contrast",
            "`done`: pairings with the practice beside those without. `each`: one more beside one "
            "fewer. `lacking`: how many pairings lack it. Any other: a band beside the lowest.",
        ),
        PROGRAM,
        _text("label", "Name of the practice on the pages."),
        _text("theme", "Theme of the measures it belongs to."),
        _text("sentence", "When a pairing counts as having done it."),
        _text("lacking", "What is said of pairings without it."),
        _text("doing", "What those with it are called."),
        _text("outcome_label", "Name of the outcome on the pages."),
        _text("said", "What pairings did; `{difference}` stands where a page says how much."),
        _text("unit", "Of the difference: of two shares, or a share of the scale of a score."),
        _number(
            "lacking_share",
            "Of the pairings that were active on day 90, the share without the practice; of an "
            "amount, with less than the second band.",
            units.SHARE,
            Entry(
                "Pairings without a practice",
                numerator="pairings without it",
                denominator="pairings active on day 90 of which it is known",
                lineage="rpt_shortfalls__by_program",
            ),
        ),
        _number(
            "difference",
            "How much more often, or by how much, pairings with a practice had the outcome than "
            "pairings without it that share program, half-year of start, level band and whether "
            "the mentee was rated in the top quarter. The practice is what was done before day 90; "
            "pairings must be active on that day, and only what comes after counts.",
            units.OF_ROW,
            Entry(
                "Practices and later outcomes: difference",
                formula="slope of the outcome on the practice within strata; of a practice that is "
                "done or not, the risk difference of Mantel and Haenszel",
                interval="95 %, clustered by mentee and by mentor; Student's t, a degree of "
                "freedom for each stratum",
                standard="landmark analysis; Anderson, Cain & Gelber, J. Clin. Oncol. 1 (1983) "
                "710-719",
                lineage="rpt_drivers__by_program",
            ),
        ),
        _number("ci_low", "Lower limit of its 95 % interval.", units.OF_ROW),
        _number("ci_high", "Upper limit of its 95 % interval.", units.OF_ROW),
        _number(
            "q_value",
            "The p-value with all comparisons of the table counted (Benjamini and Hochberg).",
            units.PROBABILITY,
        ),
        _number(
            "potential",
            "The difference, times the share of pairings without the practice: what all pairings "
            "together would gain if the link were one of cause. Practices are listed by it.",
            units.OF_ROW,
            Entry(
                "Practices: strength times shortfall",
                formula="difference x share of pairings without the practice",
                lineage="drivers",
            ),
        ),
        _text(
            "status",
            f"`{GOES_WITH_BETTER}` or `{GOES_WITH_WORSE}`: more than chance explains, with all "
            f"comparisons of the table counted (q of {Q_THRESHOLD} or less). "
            f"`{NO_CLEAR_LINK}`: the data fit none as well, as far as the range goes. `counted` on "
            f"the rows of who lacks it. `{TOO_FEW}`. `{NOT_MEASURED}`.",
        ),
        _text("reason", "What is missing; empty otherwise."),
        IS_SUPPRESSED,
        *COUNTED_TOGETHER,
    ),
)
FIGURES = (
    Value(
        "open",
        "Pairings that run on the day of the exports and are warned about, to the nearest five. "
        "Which they are stands in a list of the program's owner alone.",
        Entry("Warnings: open", lineage="rpt_warnings__by_program"),
    ),
    Value(
        "precision",
        "Of the pairings that a warning was raised about in the past, counted by the first time, "
        "those that were in trouble within 90 days after: ended before their planned last day or "
        "for another reason than that they were completed, or with a low answer of the mentee "
        "about satisfaction. Warnings are worked out from what had happened by the end of each "
        "month.",
        Entry(
            "Warnings: how many came true",
            formula="warned about and in trouble within 90 days / warned about",
            interval="Wilson score interval, 95 %, on mentees",
            standard="positive predictive value",
            lineage="rpt_warnings__by_program",
        ),
    ),
    Value(
        "without",
        "The same for pairings on days on which the warning was not raised: what a warning has to "
        "beat.",
        Entry(
            "Warnings: trouble without one",
            interval="Wilson score interval, 95 %, on mentees",
            lineage="rpt_warnings__by_program",
        ),
    ),
    Value(
        "recall",
        "Of the pairings that were in trouble, those that the warning was raised about in the 90 "
        "days before it began.",
        Entry(
            "Warnings: trouble foretold",
            formula="in trouble and warned about before / in trouble",
            interval="Wilson score interval, 95 %, on mentees",
            standard="sensitivity",
            lineage="rpt_warnings__by_program",
        ),
    ),
    Value(
        "resolved",
        "Of the warnings of the list before, those whose pairing runs and is not warned about any "
        "more, to the nearest five.",
        Entry("Warnings: resolved", lineage="state/actions"),
    ),
    Value(
        "ended",
        "Of the warnings of the list before, those whose pairing has ended, to the nearest five.",
        Entry("Warnings: ended", lineage="state/actions"),
    ),
    Value(
        "still_open",
        "Of the warnings of the list before, those that are open still, to the nearest five.",
        Entry("Warnings: still open", lineage="state/actions"),
    ),
)
WARNINGS = Table(
    "warnings",
    "One row per early warning (or any), figure, program and, of any that is open, cohort. Who is "
    "warned about is in no table.",
    ("rule", "figure", "program", "cohort"),
    (
        _text("rule", "Name of the warning; `any` for any of them."),
        _text("figure", "What is counted.", values=FIGURES),
        PROGRAM,
        _text("cohort", "Program and quarter of the start, or `all`."),
        _text("label", "Name of the warning on the pages."),
        _text("sentence", "When it is raised."),
        _text("to_do", "What the owner of the program does about it; empty for any."),
        Column("since_on", "date", "The day of the list before, where it is counted."),
        *_estimate(units.OF_ROW),
        _text("unit", "Of the value: share or pairings."),
        _text("status", f"`counted`, `{TOO_FEW}` or `{NOT_MEASURED}`."),
        _text("reason", "What is missing, or that it has no threshold; empty otherwise."),
        IS_SUPPRESSED,
        *COUNTED_TOGETHER,
    ),
)
TARGETS = Table(
    "targets",
    "One row per target of `mentorship.yml`, judged by published numbers alone.",
    ("target_number",),
    (
        _count("target_number", "Its place in the list.", NONE),
        MEASURE,
        PROGRAM,
        POPULATION,
        _number(
            "target_value",
            "What the measure is to be at least, or at most where less is better.",
            units.OF_ROW,
        ),
        Column("due_on", "date", "By when: the last day of the period that judges it."),
        Column("declared_on", "date", "When it was declared."),
        Column(
            "is_declared_late",
            "boolean",
            "Whether the period that judges it had begun when it was declared.",
        ),
        _text("period_grain", "By which periods it is judged: year or quarter."),
        Column("period_start", "date", "First day of the newest period that says anything of it."),
        *_estimate(units.OF_ROW),
        _number(
            "baseline_value",
            "The number of the last period that began before it was declared; empty without one, "
            "and where the target is due.",
            units.OF_ROW,
        ),
        _number(
            "expected_value",
            "Where the number should be by now, on a straight line from there to the target.",
            units.OF_ROW,
        ),
        _text("unit", "Unit of the numbers: that of the measure."),
        _text(
            "target_status",
            "Due: `met` where the whole interval lies at the target or beyond it, `missed` "
            "where all of it falls short, `too few to say` between the two. Not due: `on "
            "the way` where the number has come as far as it should be by now, `behind` "
            "where even the better end of its interval has not, `too early` where no "
            "period has begun and ended since. `not measured`.",
            entry=Entry(
                "Target",
                formula="the published number of the period and its interval, beside the "
                "target; until it is due, beside a straight line from the last number "
                "before it was declared",
                lineage="metrics",
            ),
        ),
        _text("reason", "What is missing, or why nothing can be told; empty otherwise."),
        IS_SUPPRESSED,
    ),
)
STANDINGS = Table(
    "standings",
    "One row per program, measure and what it is compared with, worked out from published numbers "
    "alone.",
    ("program", "measure", "population", "compared_with"),
    (
        PROGRAM,
        MEASURE,
        POPULATION,
        _text("compared_with", "`the year before` or `the other programs`."),
        Column(
            "period_start",
            "date",
            "First day of the newer year; empty beside other programs, which are compared over the "
            "whole time.",
        ),
        _number("value", "The number itself.", units.OF_ROW),
        _number(
            "compared_value",
            "What it is held against: of other programs the plain mean, each counted once.",
            units.OF_ROW,
        ),
        _number("change", "The value, less what it is held against.", units.OF_ROW),
        _number("ci_low", "Lower limit of its 95 % interval.", units.OF_ROW),
        _number("ci_high", "Upper limit of its 95 % interval.", units.OF_ROW),
        _number("p_value", "At which the interval would end at zero.", units.PROBABILITY),
        _number("q_value", "The same after allowing for all rows.", units.PROBABILITY),
        _text("unit", "Unit of the numbers: that of the measure."),
        _text(
            "standing",
            "`better` or `worse` than the year before, or than the other programs on "
            "average, up to a q of 5 % over all such differences of the release; `no clear "
            "difference` otherwise. What happened, not what somebody caused.",
            entry=Entry(
                "Where a theme stands",
                formula="difference of published numbers, each with its interval",
                interval="MOVER, 95 %, as if no person were in both",
                standard="Zou & Donner, Stat. Med. 27 (2008) 1693-1702",
                lineage="metrics",
            ),
        ),
    ),
)
OF_KEPT = "people kept, each worth the cost of replacing one"
PHILLIPS = "Phillips, level 5"
ACCOUNT = (
    Value(
        "people_kept",
        "How many more of the mentees are still here after twelve months than would have been "
        "without mentoring, out of those whom the estimate is about. The range is that of the "
        "estimate.",
        Entry("People kept", formula="effect on retention x people compared", lineage="effects"),
    ),
    Value(
        "promotions_caused",
        "How many more of the mentees were promoted within twelve months than would have been.",
        Entry(
            "Promotions caused", formula="effect on promotion x people compared", lineage="effects"
        ),
    ),
    Value(
        "full_cost",
        "What mentoring these people cost: the programs, the hours of mentees and those of "
        "mentors, as `mentorship.yml` declares them.",
        Entry(
            "Full cost",
            formula="people x (budget / mentees + hours of a mentee and of a mentor x cost of an "
            "hour)",
            standard=PHILLIPS,
            lineage="effects, mentorship.yml",
        ),
    ),
    Value(
        "replacement_cost",
        "What it costs to replace one of the mentees: a share of yearly pay, by their levels where "
        "their numbers are published, else that of the level where it costs least.",
        Entry(
            "Cost of replacing one person",
            formula="yearly pay x share",
            standard="published cases from 16 % to 213 % of yearly pay, typically 21 %: Boushey & "
            "Glynn, Center for American Progress (2012)",
            lineage="effects, mentorship.yml",
        ),
    ),
    Value(
        "return_on_investment",
        "What the first year brought beyond its full cost, as a share of that cost: 0 % pays it "
        "back. Only where the verdict on retention is clear; people kept beyond the first year, "
        "and all else that mentoring may be good for, count nothing.",
        Entry(
            "Return on investment",
            formula="(benefit - full cost) / full cost",
            interval="those of people kept and promotions, both at the same end; costs as declared",
            standard=PHILLIPS,
            lineage="effects, mentorship.yml",
        ),
    ),
    Value(
        "break_even_replacement_cost",
        "The programs pay for themselves in the first year if replacing one person costs more "
        "than this.",
        Entry(
            "Break-even",
            formula="(full cost - benefit of promotions) / people kept",
            lineage="effects, mentorship.yml",
        ),
    ),
    Value(
        "break_even_people",
        "So many people must be kept for the first year to pay for itself, whatever the estimate.",
        Entry(
            "Break-even in people",
            formula="full cost / cost of replacing one person",
            lineage="effects, mentorship.yml",
        ),
    ),
)
RETURNS = Table(
    "returns",
    "One row per line of the account of return on investment, worked out from published effects "
    "and declared costs alone.",
    ("item",),
    (
        _text(
            "item",
            "What it is; beside those below `mentees_compared`, `program_costs`, `mentee_time`, "
            "`mentor_time`, `benefit_of_people_kept`, `benefit_of_promotions` and `net_benefit`.",
            values=ACCOUNT,
        ),
        _number("low", "At the lower limits of people kept and promotions.", units.OF_ROW),
        _number("central", "At the estimates.", units.OF_ROW),
        _number("high", "At the upper limits of people kept and promotions.", units.OF_ROW),
        _text("unit", "People, share, or the currency that is declared."),
        _text("status", "`counted`, or `refused` with the reason."),
        _text("reason", "Why there is no number; empty otherwise."),
    ),
)
OF_FIGURE = Unit("that of the figure", "pairings, meetings or hours; of a reason, records")
RECONCILIATION = Table(
    "reconciliation",
    "One row per figure that a mentoring platform prints of itself, and reason why it may print "
    "another one.",
    ("figure", "reason"),
    (
        _text(
            "figure",
            "`pairings`, `active_pairings`, `completed_pairings`, `meetings` that were held, or "
            "their `hours`.",
        ),
        _text(
            "reason",
            "`total`: the figure itself. Otherwise what may set two counts apart; a reason code "
            "([reasons](reasons.md)) where records were set aside.",
        ),
        _number("counted", "Our count; of a reason, the records or pairings.", OF_FIGURE),
        _number(
            "platform_value", "What `mentorship.yml` says that the platform prints.", OF_FIGURE
        ),
        _number("difference", "That less our count.", OF_FIGURE),
        _text(
            "status",
            "`agrees`. `within what the reasons allow`: the platform prints more, and no more than "
            "all reasons together. `the platform prints more`: more than that. `the platform "
            "prints fewer`. `not declared`. `hidden`. Empty for a reason.",
        ),
        _text("sentence", "What a reason is; empty for a figure."),
        IS_SUPPRESSED,
        *COUNTED_TOGETHER,
    ),
)
RELIABILITY = Table(
    "reliability",
    "One row per survey, wave, construct and scale.",
    ("survey_id", "wave", "construct", "scale_name"),
    (
        _text("survey_id", "The survey."),
        _text("wave", "Its wave."),
        _text("construct", "What its items measure together."),
        _text("scale_name", "Lowest and highest answer; other scales are never pooled."),
        _count("items_n", "Items of the construct; empty where hidden.", ITEMS),
        _number(
            "cronbach_alpha",
            "Cronbach's alpha: how far people who answer one of the items high answer the others "
            "high, too. Over those who answered all of them, after reversing, each by their last "
            "answer of the wave; an anonymous answer is somebody of their own.",
            ALPHA,
            Entry(
                "Cronbach's alpha",
                formula="items / (items - 1) x (1 - sum of the items' variances / variance of "
                "their sum)",
                interval="Feldt's F interval, 95 %",
                standard="Cronbach (1951); 0.7 is the usual rule of thumb for scores of groups",
                lineage="rpt_reliability__by_construct",
            ),
        ),
        _number("ci_low", "Lower limit of the 95 % interval.", ALPHA),
        _number("ci_high", "Upper limit of the 95 % interval.", ALPHA),
        _number(
            "respondents",
            "Who answered all items, to the next lower five; the interval is that of so many.",
            units.PEOPLE,
        ),
        _text("status", f"`counted`, `{TOO_FEW}` or `{NOT_MEASURED}`."),
        _text("reason", "Why it is not measured; empty otherwise."),
        IS_SUPPRESSED,
        *COUNTED_TOGETHER,
    ),
)
COMMENTS = Table(
    "comments",
    "One row per survey that asks for words, program, wave and theme; programs are of all waves, "
    "and waves of all programs.",
    ("survey_id", "program", "wave", "theme"),
    (
        _text("survey_id", "The survey."),
        _text("program", "Program id, or `all`."),
        _text("wave", "Its wave, or `all`."),
        _text(
            "theme",
            "One of the twelve themes; `all`, whoever commented; `unassigned`, whoever commented "
            "and touched no theme.",
        ),
        _count(
            "people_n",
            "People whose comments touch the theme, each once, to the nearest five; an anonymous "
            "response is somebody of their own. Whoever touches several themes is in each.",
            units.PEOPLE,
        ),
        _count(
            "of_people_n",
            "People who commented, to the nearest five; of the theme `all`, people who answered "
            "anything.",
            units.PEOPLE,
        ),
        _number(
            "mention_share",
            "Of the people who commented, the share whose comments have a word or phrase of the "
            "theme. It says what is talked about, not whether it is praised.",
            units.SHARE,
            Entry(
                "Share who mention a theme",
                formula="people who touch the theme / people who commented",
                numerator="people whose comments have a word or phrase of the theme",
                denominator="people who commented",
                standard="a codebook of words and phrases in English and German, "
                "`comment_themes` in dbt_project.yml",
                lineage="rpt_comments__by_theme",
            ),
        ),
        _text("status", f"`counted` or `{TOO_FEW}`."),
        IS_SUPPRESSED,
        *COUNTED_TOGETHER,
    ),
)
TOPICS = Table(
    "topics",
    "One row per survey that asks for words and topic found in its comments.",
    ("survey_id", "topic"),
    (
        _text("survey_id", "The survey."),
        _count("topic", "Its number, the largest first; 0 is the survey as a whole.", ITEMS),
        _text("words", "Its first words, each used by at least ten people."),
        _number(
            "topic_share",
            "Of the people who commented, the share whose last comment is more about this topic "
            "than about any other, to the nearest 5 %.",
            units.SHARE,
        ),
        _number(
            "topic_stability",
            "How far the topic's first words are found again in halves of the comments: Jaccard's "
            "index of the best match, the mean of ten refits.",
            units.PROBABILITY,
            Entry(
                "Stability of a topic",
                formula="words of both / words of either, with the most alike topic of a refit",
                standard="Greene, O'Callaghan & Cunningham (2014); shown from 0.7",
                lineage="rpt_words__by_comment",
            ),
        ),
        _text(
            "status",
            f"`counted`; of the survey also `not stable`, or `{TOO_FEW}`: 200 people or fewer.",
        ),
        IS_SUPPRESSED,
        *COUNTED_TOGETHER,
    ),
)
SURVIVAL = Table(
    "survival",
    "One row per descriptive curve and month.",
    ("population", "program", "dimension", "member", "outcome", "month"),
    (
        POPULATION,
        PROGRAM,
        DIMENSION,
        MEMBER,
        OUTCOME,
        MONTH,
        *_estimate(units.SHARE),
        AT_RISK,
        IS_SUPPRESSED,
        *COUNTED_TOGETHER,
    ),
)
CURVES = Table(
    "curves",
    "One row per role, program, outcome, arm and month of follow-up.",
    ("role", "program", "outcome", "arm", "month"),
    (
        ROLE,
        PROGRAM,
        OUTCOME,
        _text("arm", "Mentored or comparison."),
        MONTH,
        *_estimate(units.SHARE),
        AT_RISK,
        IS_SUPPRESSED,
        *COUNTED_TOGETHER,
    ),
)
BALANCE = Table(
    "balance",
    "One row per role, program, covariate and level.",
    ("role", "program", "covariate", "level"),
    (
        ROLE,
        PROGRAM,
        _text("covariate", "What was known before."),
        _text("level", "Which value of it."),
        _number(
            "smd_before",
            "Standardized difference of the arms before matching.",
            units.DEVIATIONS,
        ),
        _number("smd_after", "The same after matching.", units.DEVIATIONS),
        IS_SUPPRESSED,
        *COUNTED_TOGETHER,
    ),
)
FLOW = Table(
    "flow",
    "One row per role, program, step of the design and reason.",
    ("role", "program", "step_number", "step", "reason"),
    (
        ROLE,
        PROGRAM,
        _count("step_number", "Order of the steps.", NONE),
        _text("step", "Step of the design."),
        _text("reason", "Why people are lost at this step."),
        _count("treated_n", "People who started; empty where the step has none.", units.PEOPLE),
        _count(
            "control_n",
            "People who could be a control; empty where the step has none.",
            units.PEOPLE,
        ),
        IS_SUPPRESSED,
        *COUNTED_TOGETHER,
    ),
)
QUALITY = Table(
    "quality",
    "One row per source file and reason; counts of file rows, not of people.",
    ("table", "source", "reason"),
    (
        CANONICAL_TABLE,
        _text("source", "The export, relative to the workspace."),
        _text("reason", "`total`, or a reason code ([reasons](reasons.md))."),
        _count("rows_in", "Records in the file; 0 on the row of a reason.", units.RECORDS),
        _count(
            "rows_kept",
            "Records that reached the warehouse; 0 on the row of a reason.",
            units.RECORDS,
        ),
        _count("rows_quarantined", "Records in quarantine.", units.RECORDS),
        _count("rows_duplicate", "Exact duplicates.", units.RECORDS),
        _count("rows", "Records the row is about.", units.RECORDS),
        _count(
            "rows_with_person",
            "Records that could be read and name a person; 0 on the row of a reason.",
            units.RECORDS,
        ),
        _count(
            "rows_unlinked",
            "Of these, records whose person is nobody in job_history or people, or cannot be told; "
            "0 on the row of a reason.",
            units.RECORDS,
        ),
        _number(
            "unlinked_share",
            "`rows_unlinked` of `rows_with_person`; empty where no record names anybody.",
            units.SHARE,
        ),
    ),
)
GATES = Table(
    "gates",
    "One row per expectation.",
    ("table", "expectation", "column", "sentence"),
    (
        CANONICAL_TABLE,
        _text("expectation", "Name of the expectation ([expectations](expectations.md))."),
        _text("column", "Columns it is about; empty for the whole table."),
        _text("severity", "Critical or warning."),
        Column("is_met", "boolean", "Whether it was kept."),
        _count(
            "unexpected_n", "Rows that broke it; empty where the table as a whole did.", units.ROWS
        ),
        _count("rows_n", "Rows of the table.", units.ROWS),
        _text("sentence", "What was promised."),
        _text("to_do", "What to do when it is broken."),
        _text("found", "What is the case instead; empty when it was kept."),
    ),
)
LOADS = Table(
    "loads",
    "One row per load and table, this load and those published before it; counts of file rows, "
    "not of people.",
    ("load_number", "table"),
    (
        _count("load_number", "1 is the first load that was published.", NONE),
        Column("as_of", "date", "The day its exports describe."),
        CANONICAL_TABLE,
        _count("rows_in", "Records in its files.", units.RECORDS),
        _count("rows_quarantined", "Records in quarantine.", units.RECORDS),
        _count("rows_duplicate", "Exact duplicates.", units.RECORDS),
        _number(
            "quarantined_share",
            "`rows_quarantined` in `rows_in`; empty without any record.",
            units.SHARE,
        ),
        _count("rows_n", "Rows of the table.", units.ROWS),
        _number(
            "change_share",
            "How much more or fewer rows than in the load before; empty without one.",
            units.CHANGE,
        ),
        _count("expectations_n", "Promises asked of the table.", Unit("promises")),
        _count("failed_n", "Those that were broken.", Unit("promises")),
    ),
)
MEASURES = Table(
    "measures",
    "One row per measure, as the dbt project defines it.",
    ("measure",),
    (
        MEASURE,
        _text("label", "Its name on the pages."),
        _text("theme", "Theme of the glossary."),
        _text(
            "audience",
            "Whom it is for: leadership, program owners or analysts. Those for program owners are "
            "listed on the pages of programs.",
        ),
        _text("sentence", "Its definition in a sentence."),
        _text("formula", "Its formula."),
        _text("numerator", "What is counted above the line."),
        _text("denominator", "What is counted below the line."),
        _text(
            "estimator",
            "How it is worked out: share, mean, rate or nps; survival and incidence are read off a "
            "curve of the table survival.",
        ),
        _text(
            "people",
            "Who is counted below the line, where other measures count the same people; they are "
            "published by the same cells.",
        ),
        Column(
            "is_person_each",
            "boolean",
            "Whether each that is counted below the line is another person. If not, a person has "
            "several, such as meetings; then the interval is as wide as the people make it.",
        ),
        _text(
            "adds_up",
            "Measures with the same word here, of the same `people`, count none below the line "
            "twice above it, as with the ways in which a pairing can end.",
        ),
        _text(
            "part_of",
            "The measure of which it counts a part: those below its line, and above it, are among "
            "those of that one, and in no other part of it.",
        ),
        _text("unit", "Unit of its value."),
        _text("direction", "Whether up or down is good."),
        _count(
            "horizon_months",
            "Months people are followed for; empty where they are not.",
            units.MONTHS,
        ),
        _text("outcome", "The outcome whose curve it reads; empty where it reads none."),
        _text("interval", "Kind of interval."),
        _text("standard", "The standard it follows."),
        _text("needs", "Tables without which it is not measured."),
        Column("is_measured", "boolean", "Whether this build could measure it."),
        _text("lineage", "The way from the exports to the mart."),
    ),
)
OUTCOMES = Table(
    "outcomes",
    "One row per outcome whose effect the release can estimate.",
    ("outcome",),
    (
        _text("outcome", "Name of the outcome."),
        _count("outcome_number", "Order on the pages.", NONE),
        _text("label", "Its name on the pages."),
        _text(
            "kind",
            "`followed` month by month; `value`, a mean over those who have one at the horizon; or "
            "`response`, whether people have one.",
        ),
        _text("direction", "Whether up or down is good."),
        _text("unit", "Unit of its value in an arm: share, or difference for a mean change."),
        Column(
            "is_primary",
            "boolean",
            "Whether it is a declared question, judged on its own p instead of q.",
        ),
        Column(
            "is_staying",
            "boolean",
            "Whether those without the event are counted, as with retention.",
        ),
    ),
)
PROGRAMS = Table(
    "programs",
    "One row per program.",
    ("program",),
    (
        _text("program", "Program id."),
        _text("program_name", "Its name."),
        _text("program_type", "Its form."),
        Column("starts_on", "date", "Its first day."),
        Column("is_voluntary", "boolean", "Whether people choose to join; empty when unknown."),
    ),
)

TABLES = {
    table.name: table
    for table in (
        METRICS,
        EFFECTS,
        GUARDRAILS,
        DRIVERS,
        WARNINGS,
        TARGETS,
        STANDINGS,
        RETURNS,
        RECONCILIATION,
        RELIABILITY,
        COMMENTS,
        TOPICS,
        CURVES,
        BALANCE,
        FLOW,
        SURVIVAL,
        QUALITY,
        GATES,
        LOADS,
        MEASURES,
        OUTCOMES,
        PROGRAMS,
    )
}


@dataclass(frozen=True)
class Results:
    """Everything a report may know: a frame per table of `TABLES`, and what `run.json` says."""

    metrics: pd.DataFrame
    effects: pd.DataFrame
    guardrails: pd.DataFrame
    drivers: pd.DataFrame
    warnings: pd.DataFrame
    targets: pd.DataFrame
    standings: pd.DataFrame
    returns: pd.DataFrame
    reconciliation: pd.DataFrame
    reliability: pd.DataFrame
    comments: pd.DataFrame
    topics: pd.DataFrame
    curves: pd.DataFrame
    balance: pd.DataFrame
    flow: pd.DataFrame
    survival: pd.DataFrame
    quality: pd.DataFrame
    gates: pd.DataFrame
    loads: pd.DataFrame
    measures: pd.DataFrame
    outcomes: pd.DataFrame
    programs: pd.DataFrame
    run: Mapping[str, Any]

    def __post_init__(self) -> None:
        """Refuse a frame that does not hold exactly the columns its table declares."""
        for name, table in TABLES.items():
            given = list(getattr(self, name).columns)
            if given != list(table):
                raise ValueError(f"results table {name} holds {given}, not {list(table)}")


assert [field.name for field in fields(Results)] == [*TABLES, "run"]  # noqa: S101 - one list, two uses
