"""Intervals against published values and against sums done by hand."""

import numpy as np
import pytest

from analyses import intervals


def _array(*numbers: float) -> intervals.Array:
    return np.array(numbers, dtype=float)


@pytest.mark.parametrize(
    ("numerator", "denominator", "low", "high"),
    [
        # Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_share_gives_the_published_wilson_intervals(
    numerator: int, denominator: int, low: float, high: float
) -> None:
    estimate = intervals.share(_array(numerator), _array(denominator), confidence=0.95)
    assert estimate.value[0] == pytest.approx(numerator / denominator)
    assert estimate.ci_low[0] == pytest.approx(low, abs=5e-5)
    assert estimate.ci_high[0] == pytest.approx(high, abs=5e-5)


def test_share_of_everybody_reaches_one_and_of_nobody_is_missing() -> None:
    estimate = intervals.share(_array(20, 0), _array(20, 0), confidence=0.95)
    assert estimate.ci_low[0] == pytest.approx(1 - 0.1611, abs=5e-5)
    assert estimate.ci_high[0] == 1.0
    assert np.isnan([estimate.value[1], estimate.ci_low[1], estimate.ci_high[1]]).all()


def test_events_per_person_have_the_published_exact_poisson_intervals() -> None:
    """Garwood's table: 0 events 0 to 3.689, 1 0.0253 to 5.572, 10 4.795 to 18.390."""
    events = _array(0, 1, 10)
    people = _array(1, 1, 5)
    estimate = intervals.OF_SUMS["summed_rate"](events, events, people, confidence=0.95)
    assert estimate.value == pytest.approx([0, 1, 2])
    assert estimate.ci_low == pytest.approx([0, 0.0253, 4.795 / 5], abs=5e-4)
    assert estimate.ci_high == pytest.approx([3.689, 5.572, 18.390 / 5], abs=5e-4)


def test_mean_gives_the_t_interval() -> None:
    # 4, 5, 3, 4: mean 4, variance 2/3, t(0.975; 3) = 3.1824, half = 3.1824 x sqrt(2/3/4) = 1.2992.
    estimate = intervals.mean(_array(16), _array(66), _array(4), confidence=0.95)
    assert estimate.value[0] == 4
    assert estimate.ci_low[0] == pytest.approx(4 - 1.2992, abs=1e-4)
    assert estimate.ci_high[0] == pytest.approx(4 + 1.2992, abs=1e-4)


def test_mean_of_one_person_has_no_interval() -> None:
    estimate = intervals.mean(_array(4), _array(16), _array(1), confidence=0.95)
    assert estimate.value[0] == 4
    assert np.isnan(estimate.ci_low[0])


def test_kaplan_meier_by_hand() -> None:
    # 10 at risk and 2 gone: 0.8; 5 at risk and 1 gone: 0.64.
    # Greenwood: 0.64^2 x (2/(10 x 8) + 1/(5 x 4)) = 0.4096 x 0.075 = 0.03072.
    survival, variance = intervals.kaplan_meier(np.array([[10.0, 5.0]]), np.array([[2.0, 1.0]]))
    assert survival[0] == pytest.approx([0.8, 0.64])
    assert variance[0] == pytest.approx([0.64 * 0.025, 0.03072])


def test_kaplan_meier_is_zero_from_the_month_in_which_the_last_one_leaves() -> None:
    survival, variance = intervals.kaplan_meier(np.array([[4.0, 2.0]]), np.array([[2.0, 2.0]]))
    assert survival[0] == pytest.approx([0.5, 0.0])
    assert variance[0, 1] == 0


def test_kaplan_meier_stops_where_nobody_is_followed() -> None:
    survival, _ = intervals.kaplan_meier(np.array([[4.0, 0.0]]), np.array([[1.0, 0.0]]))
    assert survival[0, 0] == 0.75
    assert np.isnan(survival[0, 1])


def test_cumulative_incidence_by_hand() -> None:
    # Month 1: 10 at risk, 2 promoted, 1 left: F = 0.2, S = 0.7. Month 2: 7 at risk, 1 promoted:
    # F = 0.2 + 0.7 / 7 = 0.3.
    incidence, variance = intervals.cumulative_incidence(
        np.array([[10.0, 7.0]]), np.array([[2.0, 1.0]]), np.array([[1.0, 0.0]])
    )
    assert incidence[0] == pytest.approx([0.2, 0.3])
    # Complete follow-up: the variance is that of a share, p (1 - p) / n.
    assert variance[0] == pytest.approx([0.2 * 0.8 / 10, 0.3 * 0.7 / 10])


def test_cumulative_incidence_with_one_cause_is_one_minus_kaplan_meier() -> None:
    at_risk, events = np.array([[20.0, 12.0, 9.0]]), np.array([[3.0, 1.0, 4.0]])
    survival, greenwood = intervals.kaplan_meier(at_risk, events)
    incidence, variance = intervals.cumulative_incidence(at_risk, events, np.zeros_like(events))
    assert incidence == pytest.approx(1 - survival)
    assert variance == pytest.approx(greenwood)


def test_log_log_interval_by_hand() -> None:
    # S = 0.8, variance 0.016: spread = 1.96 x 0.12649 / (0.8 x 0.22314) = 1.38876;
    # 0.8^e^1.38876 = 0.40872, 0.8^e^-1.38876 = 0.94589.
    estimate = intervals.log_log(_array(0.8), _array(0.016), _array(10), confidence=0.95)
    assert estimate.ci_low[0] == pytest.approx(0.40872, abs=2e-4)
    assert estimate.ci_high[0] == pytest.approx(0.94589, abs=2e-4)


def test_log_log_interval_before_any_event_is_wilsons() -> None:
    estimate = intervals.log_log(_array(1.0), _array(0.0), _array(20), confidence=0.95)
    assert estimate.ci_low[0] == pytest.approx(1 - 0.1611, abs=5e-5)
    assert estimate.ci_high[0] == 1.0


def test_a_ratio_to_one_of_each_person_is_the_mean() -> None:
    """Scores of 1, 2 and 6: a mean of 3, distances of -2, -1 and 3, squares of 14."""
    ratio = intervals.ratio(_array(9), _array(14), _array(3), confidence=0.95)
    mean = intervals.mean(_array(9), _array(41), _array(3), confidence=0.95)
    assert ratio.value == pytest.approx(mean.value)
    assert ratio.ci_high == pytest.approx(mean.ci_high)
    # 3 - 4.303 x 1.528 is below 0, where no count lies.
    assert mean.ci_low[0] == pytest.approx(-3.572, abs=1e-3)
    assert ratio.ci_low[0] == 0


def test_a_ratio_of_nobody_is_missing_and_of_one_person_has_no_interval() -> None:
    estimate = intervals.ratio(_array(0, 2), _array(0, 0), _array(0, 1), confidence=0.95)
    assert np.isnan(estimate.value[0])
    assert estimate.value[1] == 2
    assert np.isnan([estimate.ci_low, estimate.ci_high]).all()


def test_limits_of_a_median_are_of_the_confidence_they_were_counted_for() -> None:
    with pytest.raises(ValueError, match="95%"):
        intervals.OF_SUMS["median"](_array(5), _array(4), _array(6), confidence=0.9)
