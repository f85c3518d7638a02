"""Figures of a clip: weighted by time, honest about what was not judged."""

from __future__ import annotations

import math

import numpy as np
import pytest
from clips import away, clip, slouched, unjudged, upright

from posture_cam.config import Settings
from posture_cam.observation import Posture
from posture_cam.summary import longest_bout, summarise, weighted_quantile, worst_minutes
from posture_cam.types import Event, EventKind, View

GAP_S = Settings().strain.max_step_s


def test_time_is_counted_not_frames() -> None:
    """Ten frames in one second weigh as much as one frame of a second."""
    fast = [upright(number / 10) for number in range(10)]
    replay = clip([*fast, slouched(1.0), slouched(2.0), slouched(3.0)])
    summary = summarise(replay)
    assert summary.seconds[Posture.UPRIGHT] == pytest.approx(1.0)
    assert summary.seconds[Posture.SLOUCHED] == pytest.approx(2.0 + 0.1)


def test_share_slouched_is_of_the_judged_time() -> None:
    """Time without a verdict, or without the person, counts neither as good nor as bad."""
    frames = [upright(0), slouched(1), unjudged(2), away(3), away(4)]
    summary = summarise(clip(frames))
    assert summary.slouched_share == pytest.approx(0.5)
    assert summary.judged_s == pytest.approx(2.0)
    assert summary.present_s == pytest.approx(3.0)
    assert summary.observed_s == pytest.approx(5.0)


def test_gap_counts_only_as_long_as_a_frame_may_speak() -> None:
    """After an hour without pictures, one frame stands for strain.max_step_s, not for the hour."""
    summary = summarise(clip([upright(0), upright(3600), upright(3601)]))
    assert summary.observed_s == pytest.approx(GAP_S + 1.0 + (GAP_S + 1.0) / 2)


def test_nothing_judged_is_not_zero_percent() -> None:
    """Without a verdict the share is unknown, and so is everything else."""
    summary = summarise(clip([unjudged(0), away(1), unjudged(2)]))
    assert math.isnan(summary.slouched_share)
    assert math.isnan(summary.load_mean)
    assert math.isnan(summary.angles["spine_flexion_deg"].median)
    assert summary.angles["spine_flexion_deg"].measured_share == 0.0


def test_clip_without_frames_has_no_time() -> None:
    """There is nothing to divide by."""
    summary = summarise(clip([]))
    assert summary.observed_s == 0.0
    assert math.isnan(summary.slouched_share)
    assert math.isnan(summary.per_hour(EventKind.SLOUCH))


def test_photograph_is_judged_like_a_frame() -> None:
    """It has no length, and yet somebody was there, seen from somewhere, sitting somehow."""
    summary = summarise(clip([slouched(0.0)]))
    assert summary.slouched_share == 1.0
    assert list(summary.views) == [View.FRONT]
    assert summary.angles["spine_flexion_deg"].median == 20.0


def test_views_are_those_of_the_time_with_the_person() -> None:
    """An empty chair has no view."""
    summary = summarise(clip([upright(0), upright(1), away(2), away(3)]))
    assert summary.views == {View.FRONT: pytest.approx(2.0)}


def test_events_per_hour_are_of_the_time_with_the_person() -> None:
    """One reminder in a quarter of an hour at the desk is four an hour, absences apart."""
    event = Event(EventKind.ALERT, 1.0, 1.0)
    sitting = [upright(second) for second in range(900)]
    absent = [away(second) for second in range(900, 1800)]
    assert summarise(clip([*sitting, *absent], [event])).per_hour(EventKind.ALERT) == 4.0


def test_longest_bout_is_that_of_the_events() -> None:
    """Where a bout was long enough to be an event, the event's own beginning and end are told."""
    events = [Event(EventKind.SLOUCH, 10, 80), Event(EventKind.SLOUCH, 100, 190)]
    bout = longest_bout(clip([slouched(second) for second in range(200)], events))
    assert (bout.start_s, bout.length_s) == (100, 90)


def test_longest_bout_too_short_for_an_event_is_told_too() -> None:
    """A clip of half a minute has no sustained slouch, but it has a longest bout."""
    frames = [upright(0), slouched(1, 0.5), slouched(2, 1.5), upright(3), slouched(4, 0.5)]
    bout = longest_bout(clip(frames))
    assert (bout.start_s, bout.length_s) == (0.5, 1.5)


def test_upright_time_after_a_bout_is_no_part_of_it() -> None:
    """While its end is in doubt a bout seems longer than it turns out to be."""
    lengths = [0.0, 1.0, 2.0, 3.0, 4.0, 2.5, 2.5]  # over after 2.5 s, known two seconds later
    frames = [slouched(second, length) for second, length in enumerate(lengths)]
    bout = longest_bout(clip([*frames, upright(7)]))
    assert (bout.start_s, bout.length_s) == (0.0, 2.5)


def test_worst_minutes_have_slouching_and_the_highest_dose() -> None:
    """Worst first; a minute without slouching is none, whatever its dose."""
    doses = [1.9, 1.2, 1.6, 1.4, 1.3]
    frames = [
        (upright if minute == 0 else slouched)(60.0 * minute + second, dose=doses[minute])
        for minute in range(5)
        for second in range(60)
    ]
    minutes = worst_minutes(clip(frames))
    worst = [(minute.start_s, minute.dose) for minute in minutes]
    assert worst == [(120.0, 1.6), (180.0, 1.4), (240.0, 1.3)]


def test_short_clip_has_no_worst_minutes() -> None:
    """With less than two minutes there is nothing to compare."""
    assert worst_minutes(clip([slouched(second) for second in range(100)])) == ()


def test_quantile_follows_the_weights() -> None:
    """A value that stands for most of the time is the median, NaN is nobody's."""
    values, weights = np.array([1.0, math.nan, 5.0]), np.array([1.0, 9.0, 3.0])
    assert weighted_quantile(values, weights, 0.5) == 5.0
    assert weighted_quantile(values, weights, 0.24) == 1.0


@pytest.mark.parametrize("start_s", [0.0, 12.4, 1e5 / 3])
def test_half_of_the_time_at_each_of_two_angles_has_its_median_between_them(start_s: float) -> None:
    """Whatever the rounding of the frames' times, of which the weights are made."""
    weights = np.diff(start_s + np.arange(51) / 10)
    assert weighted_quantile(np.repeat([0.0, 20.0], 25), weights, 0.5) == 10.0
