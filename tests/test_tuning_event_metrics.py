"""Bouts are matched one to one within seconds; alerts are true, false, late or missing."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from posture_cam.tuning.event_metrics import (
    AlertCounts,
    EventCounts,
    count_alerts,
    count_events,
    match_bouts,
)

bouts = st.lists(
    st.tuples(st.integers(0, 100), st.integers(1, 30)).map(
        lambda pair: (float(pair[0]), float(pair[0] + pair[1]))
    ),
    max_size=8,
)
tolerances = st.floats(0, 20)


@given(bouts)
def test_a_perfect_monitor_finds_every_bout(true: list[tuple[float, float]]) -> None:
    """Identical lists match completely at any tolerance."""
    assert count_events(true, true, 0.0) == EventCounts(len(true), len(true), len(true))


@given(bouts, bouts, tolerances)
def test_matching_is_one_to_one_and_within_tolerance(
    found: list[tuple[float, float]], true: list[tuple[float, float]], tolerance: float
) -> None:
    """No bout is used twice, and both ends of a pair agree within the tolerance."""
    pairs = match_bouts(found, true, tolerance)
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)
    for i, j in pairs:
        assert abs(found[i][0] - true[j][0]) <= tolerance
        assert abs(found[i][1] - true[j][1]) <= tolerance


@given(bouts, bouts, tolerances, tolerances)
def test_a_wider_tolerance_never_loses_a_pair(
    found: list[tuple[float, float]],
    true: list[tuple[float, float]],
    one: float,
    other: float,
) -> None:
    """Event F1 cannot fall when the tolerance grows."""
    narrow, wide = sorted((one, other))
    assert set(match_bouts(found, true, narrow)) <= set(match_bouts(found, true, wide))


@given(bouts, bouts, tolerances)
def test_swapping_found_and_true_swaps_precision_and_recall(
    found: list[tuple[float, float]], true: list[tuple[float, float]], tolerance: float
) -> None:
    """The two sides are treated alike."""
    one, other = count_events(found, true, tolerance), count_events(true, found, tolerance)
    assert (one.found, one.true) == (other.true, other.found)


def test_event_f1_by_hand() -> None:
    """Two of three found bouts match two of four true ones: precision 2/3, recall 1/2, F1 4/7."""
    true = [(0.0, 10.0), (20.0, 30.0), (40.0, 50.0), (60.0, 70.0)]
    found = [(1.0, 11.0), (19.0, 29.0), (44.0, 50.0)]
    counts = count_events(found, true, 3.0)
    assert (counts.precision, counts.recall) == (2 / 3, 1 / 2)
    assert counts.f1 == 4 / 7


def test_one_long_bout_does_not_stand_for_two_short_ones() -> None:
    """A monitor that glues two bouts together has found neither."""
    assert count_events([(0.0, 30.0)], [(0.0, 10.0), (20.0, 30.0)], 3.0).matched == 0


def test_nothing_found_where_nothing_was_is_unknown_not_perfect() -> None:
    """A clip without slouching says nothing about finding it."""
    assert math.isnan(count_events([], [], 3.0).f1)


def test_alerts_are_sorted_into_true_and_false() -> None:
    """An alert inside a bout, or within the grace after it, is true; any other is false."""
    counts = count_alerts([70.0, 130.0, 200.0, 400.0], [(10.0, 125.0)], 3600.0, grace_s=10.0)
    assert counts.false == 2
    assert counts.false_per_hour == 2.0
    assert counts.delays_s == (60.0,)


def test_the_delay_counts_from_the_start_of_the_bout_to_its_first_alert() -> None:
    """Reminders that follow the first do not make it look late."""
    counts = count_alerts([65.0, 95.0, 320.0], [(5.0, 100.0), (250.0, 400.0)], 500.0, 10.0)
    assert counts.delays_s == (60.0, 70.0)
    assert counts.median_delay_s == 65.0
    assert counts.late_delay_s == 69.0


def test_a_bout_without_an_alert_is_missed_and_has_no_delay() -> None:
    """Silence is counted as a miss, not as an endless delay."""
    counts = count_alerts([], [(0.0, 90.0)], 120.0, 10.0)
    assert counts.missed == 1
    assert math.isnan(counts.median_delay_s)


def test_false_alerts_are_pooled_over_hours_not_averaged_over_clips() -> None:
    """One false alert in a half-hour clip and none in a clip of 90 minutes: 0.5 an hour."""
    pooled = AlertCounts(false=1, watched_s=1800.0) + AlertCounts(false=0, watched_s=5400.0)
    assert pooled.false_per_hour == 0.5
    assert math.isnan(AlertCounts().false_per_hour)
