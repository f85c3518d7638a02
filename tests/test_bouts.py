"""Bouts of slouching: what lasts, when it began and ended, how deep it was."""

from __future__ import annotations

import math

import pytest
from streams import AWAY, UNJUDGED, Frame, events_of, frame, of_kind, stream

from posture_cam.config import Settings
from posture_cam.types import Angles, Assessment, Event, EventKind


def bouts(frames: list[Frame], **slouch: float) -> list[Event]:
    """The slouch events of a stream."""
    settings = Settings.model_validate({"slouch": slouch})
    return of_kind(events_of(frames, settings), EventKind.SLOUCH)


@pytest.mark.parametrize("rate_hz", [1, 2, 5, 10, 30, 60])
def test_start_and_end_are_when_they_happened_at_every_frame_rate(rate_hz: int) -> None:
    """Recognised later, but dated back: within half a second at 1 Hz, better above."""
    [bout] = bouts(stream((20.3, 0.0), (130.0, 18.0), (40.0, 0.0), rate_hz=rate_hz))
    assert bout.start_s == pytest.approx(20.3, abs=0.51 / min(rate_hz, 5))
    assert bout.end_s == pytest.approx(150.3, abs=0.51 / min(rate_hz, 5))


def test_a_bout_shorter_than_sustained_is_not_reported() -> None:
    """A person slouches for two seconds a hundred times a day."""
    assert bouts(stream((20, 0.0), (58, 20.0), (60, 0.0))) == []
    assert len(bouts(stream((20, 0.0), (62, 20.0), (60, 0.0)))) == 1


def test_short_recoveries_are_bridged_and_ten_good_seconds_end_the_bout() -> None:
    """An upright stretch below recover_s belongs to the bout, a longer one parts two bouts."""
    bridged = stream((20, 0.0), (70, 20.0), (9, 0.0), (70, 20.0), (60, 0.0))
    parted = stream((20, 0.0), (70, 20.0), (11, 0.0), (70, 20.0), (60, 0.0))
    assert len(bouts(bridged)) == 1
    assert len(bouts(parted)) == 2


def test_a_recovery_that_ends_while_it_is_still_in_doubt_is_as_long_as_it_was() -> None:
    """Slouching again after 9 s is bridged although it is only believed 3 s later."""
    [bout] = bouts(stream((20, 0.0), (70, 20.0), (9.4, 0.0), (5, 20.0), (60, 0.0)))
    assert bout.end_s == pytest.approx(104.4, abs=0.2)


@pytest.mark.parametrize("last_s", [0, 1, 2.8, 3.2])
def test_upright_seconds_in_doubt_at_the_end_do_not_count_as_slouched(last_s: float) -> None:
    """30 slouched seconds of 63 are less than half, whenever the stream ends after them."""
    frames = stream((20, 0.0), (15, 20.0), (33, 0.0), (15, 20.0), (last_s, 0.0))
    assert bouts(frames, recover_s=40) == []
    assert len(bouts(frames, recover_s=40, slouched_share=0.45)) == 1


def test_flicker_does_not_break_a_bout_nor_make_one() -> None:
    """One wrong frame in five changes neither start nor end."""
    flexions = [0.0] * 100 + [20.0] * 500 + [0.0] * 300
    wrong = [20.0 - value if index % 5 == 2 else value for index, value in enumerate(flexions)]
    [bout] = bouts([frame(index / 5, value) for index, value in enumerate(wrong)])
    assert bout.start_s == pytest.approx(20, abs=1)
    assert bout.end_s == pytest.approx(120, abs=1)


def test_missing_detection_is_bridged_and_a_long_absence_ends_the_bout_when_last_seen() -> None:
    """Eight seconds without a verdict are nothing, thirty end the bout at its last frame."""
    for missing in (AWAY, UNJUDGED):
        [short] = bouts(stream((20, 0.0), (70, 20.0), (8, missing), (70, 20.0), (60, 0.0)))
        assert short.end_s == pytest.approx(168, abs=0.2)
        [first, second] = bouts(stream((20, 0.0), (70, 20.0), (30, missing), (70, 20.0)))
        assert first.end_s == pytest.approx(90, abs=0.3)
        assert second.start_s == pytest.approx(120, abs=0.3)


def test_a_stream_that_stops_for_an_hour_is_not_slouching_on() -> None:
    """Suspend: the bout ends at the last frame before the gap."""
    frames = stream((70, 20.0)) + stream((70, 20.0), start_s=3670)
    [first, second] = bouts(frames)
    assert first.end_s == pytest.approx(70, abs=0.3)
    assert second.start_s == pytest.approx(3670, abs=0.3)


def test_the_end_of_the_stream_closes_the_bout() -> None:
    """A bout still running is reported by finish, up to the last frame."""
    [bout] = bouts(stream((20, 0.0), (100, 20.0)))
    assert bout.end_s == pytest.approx(120, abs=0.3)


def test_peak_and_mean_are_degrees_of_spine_flexion() -> None:
    """Half the bout at 16 and half at 24 degrees: mean 20, peak 24."""
    [bout] = bouts(stream((20, 0.0), (60, 16.0), (60, 24.0), (30, 0.0)))
    assert bout.mean == pytest.approx(20, abs=0.2)
    assert bout.peak == pytest.approx(24, abs=0.1)


@pytest.mark.parametrize("seconds", [2.0, 5.0])
def test_the_peak_of_a_short_bout_is_no_less_than_its_mean(seconds: float) -> None:
    """Whoever takes such bouts for sustained sees them from their beginning, too."""
    frames = stream((20, 0.0), (seconds, 20.0), (30, 0.0))
    [bout] = bouts(frames, sustained_s=1.0, settle_s=0.5)
    assert bout.peak >= bout.mean
    assert bout.mean == pytest.approx(20, abs=2.5)


def test_a_glimpse_of_upright_does_not_lower_the_peak() -> None:
    """One second too short to be believed, between 30 and then 20 degrees: 30 stays the most."""
    [bout] = bouts(stream((20, 0.0), (60, 30.0), (1, 0.0), (60, 20.0), (30, 0.0)))
    assert bout.peak == pytest.approx(30, abs=0.1)


def test_one_wild_frame_is_no_peak() -> None:
    """A single frame of 80 degrees among 20 does not set the peak."""
    frames = stream((20, 0.0), (100, 20.0), (30, 0.0), rate_hz=30)
    frames[1500] = frame(frames[1500].time_s, 80.0)
    [bout] = bouts(frames)
    assert bout.peak < 24


def test_a_bout_without_measured_flexion_has_no_peak() -> None:
    """A verdict from other cues gives a bout; its degrees are unknown, not 0."""
    frames = [
        Frame(one.time_s, True, type(one.angles)(), one.assessment)
        for one in stream((20, 0.0), (100, 20.0), (30, 0.0))
    ]
    [bout] = bouts(frames)
    assert math.isnan(bout.peak)
    assert math.isnan(bout.mean)


def test_glances_are_not_a_sustained_bout() -> None:
    """Four slouched seconds in every twelve, for minutes, are mostly upright: no bout."""
    assert bouts(stream(*[(4.0, 20.0), (8.0, 0.0)] * 30, (30, 0.0))) == []
    assert len(bouts(stream(*[(4.0, 20.0), (8.0, 0.0)] * 30, (30, 0.0)), slouched_share=0.2)) == 1


def scored(
    time_s: float, score: float, confidence: float = 1.0, slouched: bool | None = None
) -> Frame:
    """A frame of 30 degrees when slouched, by a score that says how clearly.

    slouched: the frame's own verdict, where it is not what the upper limit says.
    """
    slouched = score >= 0.5 if slouched is None else slouched
    angles = Angles(spine_flexion_deg=30.0 if slouched else 0.0)
    return Frame(time_s, True, angles, Assessment(score, slouched, confidence))


@pytest.mark.parametrize(("upright", "first_s"), [(0.1, 30.5), (0.4, 30.16), (0.01, 30.68)])
def test_a_change_between_two_frames_is_placed_by_their_scores(
    upright: float, first_s: float
) -> None:
    """At one frame a second: the clearer of the two keeps more of the second between them."""
    frames = [scored(second, upright if second <= 30 else 0.9) for second in range(130)]
    (bout,) = of_kind(events_of([*frames, *stream((30, 0.0), start_s=130)]), EventKind.SLOUCH)
    assert bout.start_s == pytest.approx(first_s, abs=0.01)


def test_a_touch_of_the_limit_does_not_begin_a_bout() -> None:
    """A score that touches 0.5 and stays between 0.4 and 0.5 for long is no slouch yet."""
    frames = [scored(second / 5, 0.1) for second in range(5 * 30)]
    frames += [scored(30.0, 0.51)]
    frames += [scored(30.2 + second / 5, 0.45, slouched=True) for second in range(5 * 10)]
    frames += [scored(40.2 + second / 5, 0.9) for second in range(5 * 90)]
    (bout,) = of_kind(events_of(frames), EventKind.SLOUCH)
    assert bout.start_s == pytest.approx(40.0, abs=0.3)


def test_a_settled_slouch_ends_below_the_lower_limit_only() -> None:
    """Half a minute between 0.4 and 0.5 does not end a bout; below 0.4 it ends."""
    frames = [scored(second / 5, 0.9) for second in range(5 * 90)]
    frames += [scored(90 + second / 5, 0.45, slouched=False) for second in range(5 * 30)]
    frames += [scored(120 + second / 5, 0.3) for second in range(5 * 30)]
    (bout,) = of_kind(events_of(frames), EventKind.SLOUCH)
    assert bout.end_s == pytest.approx(120.0, abs=0.3)


def test_unsure_frames_neither_make_a_bout_nor_end_one() -> None:
    """Ten seconds of hardly seen uprightness do not end what was seen clearly for minutes."""
    clear, unsure = (1.0, 0.05)
    frames = [scored(second / 5, 0.95, clear) for second in range(5 * 90)]
    frames += [scored(90 + second / 5, 0.05, unsure) for second in range(5 * 12)]
    frames += [scored(102 + second / 5, 0.95, clear) for second in range(5 * 60)]
    frames += [scored(162 + second / 5, 0.05, clear) for second in range(5 * 60)]
    (bout,) = of_kind(events_of(frames), EventKind.SLOUCH)
    assert bout.start_s == pytest.approx(0.0, abs=0.2)
    assert bout.end_s == pytest.approx(162.0, abs=0.2)
