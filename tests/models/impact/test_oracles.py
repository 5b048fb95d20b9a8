"""The estimators against other people's: lifelines, statsmodels, a jackknife, LaLonde's trial."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from analyses import intervals, sensitivity
from analyses.balance import standardized
from analyses.outcomes import FOLLOWED
from analyses.placebo import placebo_tests
from tests.models.impact.engine import Engine

MENTORED, COMPARISON = "mentored", "comparison"
LISTED = pd.DataFrame(
    {
        "group_number": [1],
        "role": ["mentee"],
        "program": ["all"],
        "subgroup_dimension": ["all"],
        "subgroup_member": ["all"],
    }
)
EXIT = "exit_month_number"
# Outcomes with which another end competes.
COMPETED = tuple(outcome.name for outcome in FOLLOWED if outcome.competing)


def follow_ups(rows: pd.DataFrame) -> pd.DataFrame:
    """Return `int_follow_ups__monthly` of rows with arm, person, months, cause and weight.

    A row is followed for `months`; in the last of them `cause` 1 (exit, for the promotion outcome
    the promotion) or 2 (competing there) may end it. `growth` is what a month does to the weight.
    """
    months = rows["months"].astype(int)
    repeated = rows.loc[rows.index.repeat(months)]
    month = repeated.groupby(level=0).cumcount() + 1
    weight = repeated["weight"] * repeated["growth"] ** (month - 1)
    is_last = month.eq(repeated["months"])
    parts = pd.DataFrame(
        {
            "arm": repeated["arm"],
            "person_number": repeated["person"],
            "month": month,
            "weight": weight,
            "first": weight * (is_last & repeated["cause"].eq(1)),
            "second": weight * (is_last & repeated["cause"].eq(2)),
        }
    )
    monthly = parts.groupby(["arm", "person_number", "month"], as_index=False).agg(
        weight=("weight", "sum"),
        first=("first", "sum"),
        second=("second", "sum"),
        largest_weight=("weight", "max"),
    )
    ended = monthly["first"] + monthly["second"]
    return monthly.assign(
        group_number=1,
        followed_weight=monthly["weight"],
        retention_events=ended,
        **{f"{o.name}_at_risk": monthly["weight"] for o in FOLLOWED if o.event != EXIT},
        **{f"{name}_events": monthly["first"] for name in COMPETED},
        **{f"{name}_competing": monthly["second"] for name in COMPETED},
    )


def unweighted(months: np.ndarray, cause: np.ndarray) -> pd.DataFrame:
    return follow_ups(
        pd.DataFrame(
            {
                "arm": MENTORED,
                "person": np.arange(len(months)),
                "months": months,
                "cause": cause,
                "weight": 1.0,
                "growth": 1.0,
            }
        )
    )


def curve(engine: Engine, monthly: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Return incidence and variance by month, of the compiled models."""
    given = {"int_follow_ups__monthly": monthly, "int_groups__listed": LISTED}
    variances = engine.run(["int_variances__by_month"], given=given)["int_variances__by_month"]
    one = variances[variances["outcome"].eq(outcome)].sort_values("month")
    return one.set_index("month")


@pytest.mark.parametrize("name", ["rossi", "lung"])
def test_survival_and_its_interval_equal_lifelines(engine: Engine, name: str) -> None:
    lifelines = pytest.importorskip("lifelines")
    datasets = pytest.importorskip("lifelines.datasets")
    if name == "rossi":
        data = datasets.load_rossi()
        months, died = data["week"].to_numpy(), data["arrest"].to_numpy()
    else:
        data = datasets.load_lung()
        months, died = data["time"].to_numpy(), data["status"].to_numpy()
    oracle = lifelines.KaplanMeierFitter().fit(months, died)
    ours = curve(engine, unweighted(months, died), "retention")
    at = ours.index[(ours["incidence"] > 0) & (ours["incidence"] < 1)]
    survival = oracle.survival_function_at_times(at).to_numpy()
    np.testing.assert_allclose(1 - ours.loc[at, "incidence"], survival, atol=1e-8)

    limits = oracle.confidence_interval_survival_function_.reindex(at, method="ffill").to_numpy()
    estimate = intervals.log_log(
        1 - ours.loc[at, "incidence"].to_numpy(),
        ours.loc[at, "variance"].to_numpy(),
        ours.loc[at, "at_risk_n"].to_numpy(),
        confidence=0.95,
    )
    np.testing.assert_allclose(estimate.ci_low, limits[:, 0], atol=1e-8)
    np.testing.assert_allclose(estimate.ci_high, limits[:, 1], atol=1e-8)

    table = oracle.event_table.iloc[1:]
    by_table, variance = intervals.kaplan_meier(
        table["at_risk"].to_numpy(dtype=float)[None, :],
        table["observed"].to_numpy(dtype=float)[None, :],
    )
    inside = table.index.isin(at)
    np.testing.assert_allclose(by_table[0, inside], survival_at(oracle, table.index[inside]))
    np.testing.assert_allclose(
        variance[0, inside], ours.loc[table.index[inside], "variance"], atol=1e-8
    )


def survival_at(oracle: object, times: pd.Index) -> np.ndarray:
    return oracle.survival_function_at_times(times).to_numpy()  # type: ignore[attr-defined]


def competing(size: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return months and causes: 1 the event, 2 another end, 0 no end yet."""
    rng = np.random.default_rng(seed)
    first, second = rng.geometric(0.06, size), rng.geometric(0.04, size)
    censored = rng.integers(5, 30, size)
    months = np.minimum(np.minimum(first, second), censored)
    cause = np.where(first <= months, 1, np.where(second <= months, 2, 0))
    return months, cause


def test_cumulative_incidence_equals_statsmodels(engine: Engine) -> None:
    survfunc = pytest.importorskip("statsmodels.duration.survfunc")
    months, cause = competing(400, seed=1)
    oracle = survfunc.CumIncidenceRight(months, cause)
    ours = curve(engine, unweighted(months, cause), "promotion").loc[oracle.times]
    np.testing.assert_allclose(ours["incidence"], oracle.cinc[0], atol=1e-12)
    # The same quantity by other approximations; ours is the delta method's (Python has its own).
    np.testing.assert_allclose(np.sqrt(ours["variance"]), oracle.cinc_se[0], rtol=0.02)
    counts = pd.DataFrame({"month": months, "cause": cause})
    horizon = np.arange(1, months.max() + 1)
    at_risk = np.array([(months >= month).sum() for month in horizon], dtype=float)
    events, others = (
        np.array([((counts["month"] == m) & (counts["cause"] == c)).sum() for m in horizon])
        for c in (1, 2)
    )
    incidence, variance = intervals.cumulative_incidence(
        at_risk[None, :], events[None, :].astype(float), others[None, :].astype(float)
    )
    everywhere = curve(engine, unweighted(months, cause), "promotion")
    np.testing.assert_allclose(incidence[0], everywhere["incidence"], atol=1e-12)
    np.testing.assert_allclose(variance[0], everywhere["variance"], atol=1e-12)


def weighted_rows() -> pd.DataFrame:
    """Return rows as the design makes them: people in several trials, some in both arms."""
    rng = np.random.default_rng(7)
    size = 500
    months, cause = competing(size, seed=8)
    person = rng.integers(0, 160, size)
    is_mentored = rng.random(size) < 0.25
    return pd.DataFrame(
        {
            "arm": np.where(is_mentored, MENTORED, COMPARISON),
            "person": person,
            "months": np.minimum(months, 12),
            "cause": np.where(months <= 12, cause, 0),
            "weight": np.where(is_mentored, 1.0, rng.uniform(0.2, 2.0, size)),
            "growth": np.where(is_mentored, 1.0, rng.uniform(1.0, 1.04, size)),
        }
    )


class Written:
    """The estimator written anew, on arrays: people by months."""

    def __init__(self, monthly: pd.DataFrame) -> None:
        self.people = np.sort(monthly["person_number"].unique())
        self.arms = {
            arm: {
                column: monthly[monthly["arm"].eq(arm) & monthly["month"].le(12)]
                .pivot(index="person_number", columns="month", values=column)
                .reindex(self.people)
                .fillna(0.0)
                .to_numpy()
                for column in ("followed_weight", "retention_events", "voluntary_retention_events")
            }
            for arm in (MENTORED, COMPARISON)
        }

    def incidence(self, arm: str, scale: np.ndarray) -> dict[str, float]:
        """Return an arm's incidence after twelve months, people's weights scaled."""
        sums = {name: scale @ matrix for name, matrix in self.arms[arm].items()}
        at_risk, ended = sums["followed_weight"], sums["retention_events"]
        voluntary = sums["voluntary_retention_events"]
        before = np.concatenate([[1.0], np.cumprod(1 - ended / at_risk)[:-1]])
        return {
            "retention": float((before * ended / at_risk).sum()),
            "voluntary_retention": float((before * voluntary / at_risk).sum()),
        }

    def difference(self, scale: np.ndarray) -> dict[str, float]:
        """Return what the effect would be with people's weights scaled."""
        mentored, comparison = (self.incidence(arm, scale) for arm in (MENTORED, COMPARISON))
        return {name: mentored[name] - comparison[name] for name in mentored}

    def scaled(self, place: int, factor: float) -> np.ndarray:
        """Return a scale of 1 for everybody but one person."""
        scale = np.ones(len(self.people))
        scale[place] = factor
        return scale


@pytest.fixture(scope="module")
def monthly() -> pd.DataFrame:
    return follow_ups(weighted_rows())


def mentors(monthly: pd.DataFrame) -> pd.DataFrame:
    """Return `int_mentors__first`: up to three people whose numbers follow share a mentor."""
    mentored = monthly.loc[monthly["arm"].eq(MENTORED), "person_number"].unique()
    return pd.DataFrame({"person_number": mentored, "mentor_number": mentored // 3})


@pytest.fixture(scope="module")
def effects(engine: Engine, monthly: pd.DataFrame) -> pd.DataFrame:
    people_n = monthly["person_number"].nunique()
    counted = pd.DataFrame(
        {
            "group_number": [1],
            "horizon_months": [12],
            "treated_n": [1],
            "matched_treated_n": [1],
            "control_n": [1],
            "control_ess": [1.0],
            "full_follow_up_share": [1.0],
            "people_n": [people_n],
        }
    )
    given = {
        "int_follow_ups__monthly": monthly,
        "int_groups__counted": counted,
        "int_groups__listed": LISTED,
        "int_mentors__first": mentors(monthly),
    }
    found = engine.run(["int_effects__followed"], given=given)["int_effects__followed"]
    return found.set_index("outcome")


def test_the_variance_equals_a_jackknife_over_people(
    monthly: pd.DataFrame, effects: pd.DataFrame
) -> None:
    written = Written(monthly)
    people_n = len(written.people)
    assert monthly.groupby("person_number")["arm"].nunique().eq(2).sum() > 30
    whole = written.difference(np.ones(people_n))
    left_out = pd.DataFrame(
        [written.difference(written.scaled(place, 0.0)) for place in range(people_n)]
    )
    for outcome in ("retention", "voluntary_retention"):
        ours = effects.loc[outcome]
        effect = ours["treated_incidence"] - ours["control_incidence"]
        assert effect == pytest.approx(whole[outcome], abs=1e-12)
        variance = ours["treated_variance"] + ours["control_variance"] - 2 * ours["covariance"]
        spread = left_out[outcome] - left_out[outcome].mean()
        jackknife = (people_n - 1) / people_n * (spread**2).sum()
        assert variance == pytest.approx(jackknife, rel=0.05)
        without_covariance = variance + 2 * ours["covariance"]
        assert without_covariance != pytest.approx(variance, rel=0.01)


def test_the_variance_clustered_by_mentor_adds_up_the_derivatives_of_their_mentees(
    monthly: pd.DataFrame, effects: pd.DataFrame
) -> None:
    written, step = Written(monthly), 1e-5
    mentor_of = mentors(monthly).set_index("person_number")["mentor_number"]
    clusters = [
        f"mentor {mentor_of[p]}" if p in mentor_of else f"alone {p}" for p in written.people
    ]
    influences = []
    for cluster in set(clusters):
        is_in = np.array([one == cluster for one in clusters])
        up, down = (written.difference(1 + sign * step * is_in) for sign in (1, -1))
        influences.append({name: (up[name] - down[name]) / (2 * step) for name in up})
    clusters_n = len(influences)
    assert clusters_n < len(written.people) - 30
    squares = (pd.DataFrame(influences) ** 2).sum() * clusters_n / (clusters_n - 1)
    for outcome in ("retention", "voluntary_retention"):
        ours = effects.loc[outcome, "mentor_clustered_variance"]
        assert ours == pytest.approx(squares[outcome], rel=1e-6)


def test_the_influence_equals_the_derivative_by_a_persons_weight(
    engine: Engine, monthly: pd.DataFrame, effects: pd.DataFrame
) -> None:
    stepped = engine.run(["int_influence__stepped"], given={"int_follow_ups__monthly": monthly})
    summed = stepped["int_influence__stepped"].groupby(["arm", "person_number"]).sum()
    written, step = Written(monthly), 1e-5
    for place, person in enumerate(written.people):
        for arm, column in ((MENTORED, "treated"), (COMPARISON, "control")):
            up, down = (
                written.incidence(arm, written.scaled(place, 1 + sign * step)) for sign in (1, -1)
            )
            for outcome in ("retention", "voluntary_retention"):
                if (arm, person) not in summed.index:
                    continue
                steps = [f"{outcome}_own_step", f"{outcome}_lost_step"]
                own, lost = summed.loc[(arm, person), steps]
                influence = own - effects.loc[outcome, f"{column}_incidence"] * lost
                derivative = (up[outcome] - down[outcome]) / (2 * step)
                assert influence == pytest.approx(derivative, abs=1e-9)


def test_everybody_leaving_leaves_no_doubt(engine: Engine) -> None:
    # Y = d in month 2: survival is 0 for certain, however the months before went.
    ours = curve(engine, unweighted(np.array([1, 1, 2, 2]), np.ones(4)), "retention")
    assert ours.loc[1, "incidence"] == pytest.approx(0.5)
    assert ours.loc[1, "variance"] == pytest.approx(0.5 * 0.5 / 4)
    assert ours.loc[2, "incidence"] == pytest.approx(1.0)
    assert ours.loc[2, "variance"] == pytest.approx(0.0, abs=1e-15)


# LaLonde: the National Supported Work trial, and a comparison from the Current Population Survey --


def lalonde(comparison: str) -> pd.DataFrame:
    causaldata = pytest.importorskip("causaldata")
    trial = causaldata.nsw_mixtape.load_pandas().data
    mentored = trial[trial["treat"] == 1].assign(arm=MENTORED)
    if comparison == "randomized":
        others = trial[trial["treat"] == 0]
    else:
        others = causaldata.cps_mixtape.load_pandas().data
    both = pd.concat([mentored, others.assign(arm=COMPARISON)], ignore_index=True)
    return both.assign(person_number=range(len(both)), weight=1.0)


def sums(data: pd.DataFrame, column: str, outcome: str, months: int) -> pd.DataFrame:
    """Return `int_sums__by_person` of one outcome."""
    return data[["arm", "person_number", "weight"]].assign(
        group_number=1,
        outcome=outcome,
        horizon_months=months,
        weighted_outcome=data[column] * data["weight"],
        weight_contaminated=0.0,
    )


def test_lalondes_benchmark(engine: Engine) -> None:
    # Published: the trial raised earnings of 1978 by 1794 dollars, standard error 671.
    given = {"int_sums__by_person": sums(lalonde("randomized"), "re78", "earnings", 12)}
    effect = engine.run(["int_effects__fixed"], given=given)["int_effects__fixed"].iloc[0]
    assert effect["treated_mean"] - effect["control_mean"] == pytest.approx(1794.3, abs=0.1)
    variance = effect["treated_variance"] + effect["control_variance"] - 2 * effect["covariance"]
    assert np.sqrt(variance) == pytest.approx(671, abs=2)


def placebo(engine: Engine, data: pd.DataFrame) -> pd.Series:
    given = {
        "int_sums__by_person": sums(data, "re75", "prior_rating", 0),
        "int_groups__listed": LISTED,
    }
    cells = engine.run(["rpt_placebos__by_program"], given=given)["rpt_placebos__by_program"]
    return placebo_tests(cells, confidence=0.95, minimum_group_size=10).iloc[0]


def test_the_placebo_passes_lalondes_trial_and_fails_the_survey(engine: Engine) -> None:
    assert not placebo(engine, lalonde("randomized"))["has_failed_placebo"]
    assert placebo(engine, lalonde("survey"))["has_failed_placebo"]


def test_the_placebo_fails_the_survey_matched_on_who_people_are(engine: Engine) -> None:
    # Alike in age, schooling, race and marriage, the survey's people still earned more in 1975.
    data = lalonde("survey")
    data["age_band"] = data["age"] // 5
    cell = data.groupby(["age_band", "educ", "black", "hisp", "marr", "nodegree"])["arm"]
    mentored_n = cell.transform(lambda arm: (arm == MENTORED).sum())
    comparison_n = cell.transform(lambda arm: (arm == COMPARISON).sum())
    data = data.assign(
        weight=np.where(data["arm"] == MENTORED, 1.0, mentored_n / comparison_n.clip(lower=1))
    )
    matched = data[(mentored_n > 0) & (comparison_n > 0)]
    assert matched["arm"].eq(MENTORED).sum() > 100
    assert placebo(engine, matched)["has_failed_placebo"]


def test_the_placebos_variances_equal_a_jackknife(engine: Engine) -> None:
    # People answer in both arms.
    rng = np.random.default_rng(5)
    size = 600
    shared = rng.normal(size=size)
    rows = pd.DataFrame(
        {
            "arm": np.where(rng.random(size) < 0.3, MENTORED, COMPARISON),
            "person_number": rng.integers(0, 250, size),
            "weight": rng.uniform(0.5, 2.0, size),
            "prior_promotion": (shared + rng.normal(size=size) > 1).astype(float),
            "prior_rating": 0.6 + 0.1 * shared + 0.1 * rng.normal(size=size),
        }
    )
    questions = ["prior_promotion", "prior_rating"]
    given = {
        "int_sums__by_person": pd.concat(
            sums(rows, question, question, 0)
            .groupby(["arm", "person_number", "group_number", "outcome", "horizon_months"])
            .sum()
            .reset_index()
            for question in questions
        ),
        "int_groups__listed": LISTED,
    }
    cells = engine.run(["rpt_placebos__by_program"], given=given)["rpt_placebos__by_program"]
    ours = cells.set_index("question").loc[questions]

    def differences(left: pd.DataFrame) -> np.ndarray:
        means = [
            np.average(arm[questions], axis=0, weights=arm["weight"])
            for arm in (left[left["arm"].eq(name)] for name in (MENTORED, COMPARISON))
        ]
        return means[0] - means[1]

    people = rows["person_number"].unique()
    left_out = np.array([differences(rows[rows["person_number"] != one]) for one in people])
    spread = left_out - left_out.mean(axis=0)
    jackknife = (len(people) - 1) / len(people) * spread.T @ spread
    np.testing.assert_allclose(ours["difference"], differences(rows), rtol=1e-10)
    np.testing.assert_allclose(ours["variance"], np.diag(jackknife), rtol=0.05)
    test = placebo_tests(cells, confidence=0.95, minimum_group_size=10).iloc[0]
    z = ours["difference"] / np.sqrt(ours["variance"])
    expected = min(norm.sf(z["prior_promotion"]), 4 * norm.sf(abs(z["prior_rating"])))
    assert test["placebo_p_value"] == pytest.approx(min(expected, 1), rel=1e-9)


def test_the_survey_is_far_from_the_trial_in_race() -> None:
    # 84.3 % of the trial's people are black, 7.4 % of the survey's: 0.770 / 0.364 = 2.11 (2.117).
    data = lalonde("survey")
    counts = data.groupby("black")["arm"].value_counts().unstack(fill_value=0)
    cells = pd.DataFrame(
        {
            "role": "mentee",
            "program": "all",
            "covariate": "black",
            "covariate_level": ["no", "yes"],
            "treated_before": counts[MENTORED].to_numpy(),
            "treated_after": counts[MENTORED].to_numpy(),
            "control_before": counts[COMPARISON].to_numpy(),
            "control_after": counts[MENTORED].to_numpy(),
        }
    )
    smd = standardized(cells).set_index("covariate_level").loc["yes"]
    assert smd["smd_before"] == pytest.approx(2.11, abs=0.01)
    assert smd["smd_after"] == pytest.approx(0.0, abs=1e-12)


# Sensitivity -------------------------------------------------------------------------------------


def test_e_values_of_the_published_example() -> None:
    # VanderWeele & Ding 2017: a risk ratio of 3.9 with a lower limit of 2.4 gives 7.26 and 4.23.
    assert sensitivity.e_value(np.array([3.9]))[0] == pytest.approx(7.26, abs=0.005)
    limit = sensitivity.e_value_of_limit(np.array([2.4]), np.array([6.3]))
    assert limit[0] == pytest.approx(4.23, abs=0.005)
    # The other way around it is the same question; an interval that holds 1 needs nothing.
    assert sensitivity.e_value(np.array([1 / 3.9]))[0] == pytest.approx(7.26, abs=0.005)
    assert sensitivity.e_value_of_limit(np.array([0.9]), np.array([1.4]))[0] == 1.0


def test_benjamini_hochberg_of_the_published_example() -> None:
    # Benjamini & Hochberg 1995, section 4.1: of 15 questions the first four are found at 5 %.
    p_values = np.array(
        [
            *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
            *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000),
        ]
    )
    shuffled = np.random.default_rng(3).permutation(15)
    q_values = sensitivity.benjamini_hochberg(p_values[shuffled])[np.argsort(shuffled)]
    assert list(q_values <= 0.05) == [True] * 4 + [False] * 11
    # By hand: 0.0095 * 15 / 4 = 0.035625; the sixth has the seventh's 0.0298 * 15 / 7.
    assert q_values[3] == pytest.approx(0.035625)
    assert q_values[4] == pytest.approx(0.0603)
    assert q_values[5:7] == pytest.approx(0.0298 * 15 / 7)
    with_gap = sensitivity.benjamini_hochberg(np.array([0.01, np.nan, 0.02]))
    assert with_gap[[0, 2]] == pytest.approx([0.02, 0.02])
    assert np.isnan(with_gap[1])
