"""What must hold for every stream, searched for counter-examples by hypothesis."""

from __future__ import annotations

import json
import math
import sys
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from streams import AWAY, Frame, events_of, feed, feed_one, frame, of_kind, stream

from posture_cam.config import Settings
from posture_cam.slouch import SlouchJudge
from posture_cam.slouch_odds import HALF_SCORE_DEG, SCORE_WIDTH_DEG
from posture_cam.strain import StrainMonitor
from posture_cam.types import Angles, Assessment, Event, EventKind

FEWER = settings(max_examples=30, deadline=None)
QUICK = Settings.model_validate(
    {
        "slouch": {"sustained_s": 10, "recover_s": 4, "settle_s": 1.5, "bridge_s": 4},
        "strain": {"mild_hold_s": 40, "severe_hold_s": 12, "recovery_half_s": 20},
        "quiet": {"cooldown_s": 30, "settle_in_s": 2, "spacing_s": 5, "max_per_hour": 120},
        "movement": {"away_s": 5, "break_s": 10, "still_s": 60, "break_every_s": 60},
    }
)
"""Everything at a sixth of its time, so that short streams reach every rule."""

part = st.tuples(
    st.floats(0.5, 40).map(lambda value: round(value, 1)),
    st.one_of(st.floats(-5, 45), st.sampled_from(["away", "unjudged"])),
)
parts = st.lists(part, min_size=1, max_size=8)
flexions = st.lists(st.floats(-5, 45), min_size=20, max_size=120)
number = st.floats(allow_nan=True, allow_infinity=True)


def alerts(frames: list[Frame]) -> list[float]:
    """When the monitor alerted."""
    return [event.end_s for event in of_kind(events_of(frames, QUICK), EventKind.ALERT)]


@FEWER
@given(parts, st.floats(1, 600), st.integers(1, 10))
def test_more_upright_time_never_raises_the_dose(
    before: list[Any], more_s: float, rate_hz: int
) -> None:
    """The dose after further upright sitting is at most what it was."""
    monitor = StrainMonitor(QUICK)
    feed(monitor, stream(*before, (5, 0.0), rate_hz=rate_hz))
    end_s = sum(duration for duration, _ in before) + 5
    dose = feed_one(monitor, frame(end_s, 0.0))[0].dose
    for one in stream((more_s, 0.0), rate_hz=rate_hz, start_s=end_s + 0.1):
        after = feed_one(monitor, one)[0].dose
        assert not after > dose + 1e-9
        dose = after


@FEWER
@given(flexions, st.lists(st.floats(0, 30), min_size=120, max_size=120))
def test_a_deeper_slouch_never_alerts_later(shallow: list[float], added: list[float]) -> None:
    """Adding flexion anywhere brings every alert forward or leaves it."""
    shallow = [flexion for flexion in shallow for _ in range(3)]
    deeper = [flexion + added[index // 3] for index, flexion in enumerate(shallow)]
    first = alerts([frame(index / 2, flexion) for index, flexion in enumerate(shallow)])
    second = alerts([frame(index / 2, flexion) for index, flexion in enumerate(deeper)])
    assert len(second) >= len(first)
    assert all(b <= a + 1e-6 for a, b in zip(first, second, strict=False))


@FEWER
@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=20, max_size=120),
    st.floats(0.1, 1),
)
def test_a_surer_slouch_never_alerts_later(scores: list[tuple[float, float]], seen: float) -> None:
    """Raising the score anywhere, and with it how sure the verdict is, delays no alert."""

    def said(raised: bool) -> list[float]:
        judge, monitor, events = SlouchJudge(QUICK.slouch), StrainMonitor(QUICK), list[Event]()
        for index, (low, more) in enumerate(each for each in scores for _ in range(3)):
            score = low + (1 - low) * more if raised else low
            odds = math.log((score + 1e-6) / (1 - score + 1e-6))
            flexion = HALF_SCORE_DEG + SCORE_WIDTH_DEG * odds
            angles = Angles(spine_flexion_deg=flexion, confidence=seen)
            assessment = judge.judge(angles, odds)
            events += monitor.update(index / 2, True, angles, assessment)[1]
        return [event.end_s for event in of_kind(events, EventKind.ALERT)]

    first, second = said(False), said(True)
    assert len(second) >= len(first)
    assert all(b <= a + 1e-6 for a, b in zip(first, second, strict=False))


@FEWER
@given(parts, st.floats(10, 45), st.integers(0, 7), st.floats(1, 60))
def test_a_longer_slouch_never_alerts_later(
    before: list[Any], deep: float, where: int, longer_s: float
) -> None:
    """Turning upright time after a slouch into more of it brings no alert later."""
    where = where % len(before)
    slouch = (20.0, deep)
    first = alerts(stream(*before[:where], slouch, (longer_s, 0.0), *before[where:], rate_hz=2))
    second = alerts(stream(*before[:where], slouch, (longer_s, deep), *before[where:], rate_hz=2))
    assert len(second) >= len(first)
    assert all(b <= a + 1e-6 for a, b in zip(first, second, strict=False))


@FEWER
@given(parts, st.floats(0, 1), st.integers(1, 10))
def test_a_restored_monitor_goes_on_as_if_nothing_had_happened(
    whole: list[Any], cut: float, rate_hz: int
) -> None:
    """Splitting a stream anywhere, with the state through JSON, changes no event and no strain."""
    frames = stream(*whole, rate_hz=rate_hz)
    at = round(cut * len(frames))
    straight, first, second = (StrainMonitor(QUICK) for _ in range(3))
    expected = [*feed(straight, frames), *straight.finish()]
    events = feed(first, frames[:at])
    second.restore(json.loads(json.dumps(first.state(), allow_nan=False)))
    events += feed(second, frames[at:])
    assert repr([*events, *second.finish()]) == repr(expected)
    assert second.state() == straight.state()


@st.composite
def any_frame(draw: st.DrawFn) -> Frame:
    """A frame with anything in it, NaN and infinity included."""
    angles = Angles(
        view_deg=draw(number),
        confidence=draw(number),
        shoulder_tilt_deg=draw(number),
        neck_inclination_deg=draw(number),
        trunk_inclination_deg=draw(number),
        trunk_lateral_deg=draw(number),
        spine_flexion_deg=draw(number),
        head_pitch_deg=draw(number),
        head_forward_cm=draw(number),
        twist_deg=draw(number),
    )
    verdict = draw(st.sampled_from([True, False, None]))
    return Frame(
        draw(number),
        draw(st.booleans()),
        angles,
        Assessment(draw(number), verdict, draw(number)),
        draw(number),
        draw(st.booleans()),
        draw(st.booleans()),
    )


@FEWER
@given(st.lists(any_frame(), max_size=40))
@example([frame(-sys.float_info.max, 20.0), frame(0.0, AWAY), frame(1e300, 0.0), frame(2.0, 0.0)])
def test_no_pattern_of_missing_values_or_times_crashes(frames: list[Frame]) -> None:
    """NaN, infinity, and times that stand still or run backwards are taken in without an error."""
    monitor = StrainMonitor(Settings())
    feed(monitor, frames)
    monitor.finish()
    json.dumps(monitor.state(), allow_nan=False)


@FEWER
@given(
    st.lists(
        st.tuples(st.floats(-2, 8), st.sampled_from([0.0, 30.0, math.nan, "away", "unjudged"])),
        max_size=60,
    )
)
def test_broken_times_never_alert(steps: list[tuple[float, float | str]]) -> None:
    """Less than a minute of frames, however its times jump back and repeat, says no alert."""
    now, frames = 0.0, []
    for step_s, seen in steps:
        now += step_s
        frames.append(frame(now % 55, seen))
    assert not of_kind(events_of(frames), EventKind.ALERT)


@FEWER
@given(
    st.lists(
        st.tuples(st.floats(1, 50), st.floats(3600, 40000), st.floats(10, 45)),
        min_size=1,
        max_size=6,
    )
)
def test_hours_without_frames_are_not_slouching(pieces: list[tuple[float, float, float]]) -> None:
    """Slouches of under a minute with hours of nothing between them are no bout and no alert."""
    frames, start_s = [], 0.0
    for duration_s, gap_s, deep in pieces:
        frames += stream((duration_s, deep), start_s=start_s)
        start_s += duration_s + gap_s
    events = events_of(frames)
    assert not of_kind(events, EventKind.ALERT)
    assert not of_kind(events, EventKind.SLOUCH)


@FEWER
@given(parts, st.integers(1, 30))
def test_events_lie_within_the_stream_and_in_the_right_order(
    whole: list[Any], rate_hz: int
) -> None:
    """No event begins before the stream, ends after it, or ends before it begins."""
    frames = stream(*whole, rate_hz=rate_hz)
    for event in events_of(frames, QUICK):
        assert -1e-9 <= event.start_s <= event.end_s <= frames[-1].time_s + 1e-9
        assert event.message
