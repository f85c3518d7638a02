"""The monitor as a whole: its state, its answers to a changed sitter, camera or clock."""

from __future__ import annotations

import math

import pytest
from streams import AWAY, UNJUDGED, events_of, feed, feed_one, frame, of_kind, stream

from posture_cam.config import Settings
from posture_cam.errors import RecordingError
from posture_cam.strain import StrainMonitor
from posture_cam.types import EventKind

DAY: list[tuple[float, float | str]] = [
    (300, 0.0),
    (50, 30.0),
    (60, 3.0),
    (400, 22.0),
    (6, 0.0),
    (90, 22.0),
    (200, 2.0),
    (90, AWAY),
    (500, 1.0),
    (8, AWAY),
    (700, 17.0),
    (800, 0.0),
]


def test_before_anything_was_judged_nothing_is_known() -> None:
    """Budget, load and dose are NaN, not 0 and not 1."""
    monitor = StrainMonitor(Settings())
    strain = feed_one(monitor, frame(0.0, UNJUDGED))[0]
    assert all(math.isnan(value) for value in (strain.budget_left, strain.load, strain.dose))
    assert math.isnan(strain.head_budget_left)


def test_the_budget_runs_out_while_slouching_and_refills_upright() -> None:
    """What the live view shows."""
    monitor = StrainMonitor(Settings())
    feed(monitor, stream((20, 0.0), (90, 10.0)))
    half = feed_one(monitor, frame(110.1, 10.0))[0]
    assert half.budget_left == pytest.approx(1 - 90 / 240, abs=0.02)
    assert half.slouched_for_s == pytest.approx(90, abs=1)
    feed(monitor, stream((120, 0.0), start_s=110.3))
    after = feed_one(monitor, frame(230.4, 0.0))[0]
    assert after.budget_left == pytest.approx(1 - 90 / 240 / 2, abs=0.03)
    assert after.slouched_for_s == 0


@pytest.mark.parametrize("rate_hz", [1, 2, 5, 30])
def test_the_same_day_gives_the_same_events_at_every_frame_rate(rate_hz: int) -> None:
    """Kinds in the same order, times within a second of those at 10 frames a second."""
    expected = events_of(stream(*DAY, rate_hz=10))
    events = events_of(stream(*DAY, rate_hz=rate_hz))
    assert [event.kind for event in events] == [event.kind for event in expected]
    for event, other in zip(events, expected, strict=True):
        assert event.start_s == pytest.approx(other.start_s, abs=1)
        assert event.end_s == pytest.approx(other.end_s, abs=1)
    assert {EventKind.SLOUCH, EventKind.ALERT, EventKind.AWAY, EventKind.BREAK_DUE} <= {
        event.kind for event in events
    }


def test_irregular_frames_give_the_same_events_too() -> None:
    """Variable frame rate: every second frame missing in places."""
    frames = stream(*DAY, rate_hz=10)
    ragged = [one for index, one in enumerate(frames) if index % 7 < 4 or index % 100 < 50]
    for event, other in zip(events_of(ragged), events_of(frames), strict=True):
        assert event.kind == other.kind
        assert event.end_s == pytest.approx(other.end_s, abs=1)


def test_the_same_stream_gives_the_same_events_to_the_last_bit() -> None:
    """Deterministic: nothing depends on a clock, on chance, or on earlier monitors."""
    assert repr(events_of(stream(*DAY))) == repr(events_of(stream(*DAY)))


def test_a_late_or_repeated_frame_changes_nothing() -> None:
    """Times that do not advance are ignored, whatever they bring."""
    monitor = StrainMonitor(Settings())
    feed(monitor, stream((100, 20.0)))
    before = monitor.state()
    for time_s in (99.8, 50.0, math.nan, -math.inf):
        assert feed_one(monitor, frame(time_s, 0.0))[1] == ()
    assert monitor.state() == before


def test_somebody_else_starts_afresh() -> None:
    """The bout ends with the person it belongs to; budget and sitting time are the new one's."""
    monitor = StrainMonitor(Settings())
    feed(monitor, stream((100, 20.0)))
    strain, events = feed_one(monitor, frame(100.0, 0.0, sitter_changed=True))
    assert [event.kind for event in events] == [EventKind.SLOUCH]
    assert strain.budget_left == 1.0
    assert strain.sitting_for_s < 1


def test_while_the_camera_is_not_where_it_was_nothing_is_judged() -> None:
    """Told once; the verdicts meanwhile count for nothing."""
    monitor = StrainMonitor(Settings())
    feed(monitor, stream((60, 0.0)))
    moved = [frame(60 + index / 5, 25.0, camera_moved=True) for index in range(1500)]
    events = feed(monitor, moved)
    assert [event.kind for event in events] == [EventKind.CAMERA_MOVED]
    assert events[0].end_s == 60
    assert feed_one(monitor, frame(361, 0.0))[0].budget_left == 1.0


def test_an_alert_lies_within_a_bout_that_is_reported() -> None:
    """Every reminder about slouching belongs to a slouch event."""
    events = events_of(stream(*DAY))
    bouts = of_kind(events, EventKind.SLOUCH)
    for alert in of_kind(events, EventKind.ALERT):
        assert any(bout.start_s <= alert.end_s <= bout.end_s for bout in bouts)


def test_load_and_dose_are_those_of_the_posture() -> None:
    """Rounding by 20 degrees adds load; the dose lies between upright and that."""
    monitor = StrainMonitor(Settings())
    feed(monitor, stream((60, 0.0), (60, 20.0)))
    strain = feed_one(monitor, frame(120.0, 20.0))[0]
    assert strain.load > 1.4
    assert 1 < strain.dose < strain.load
    assert strain.dose_hour == pytest.approx(strain.dose)
    assert strain.creep_deg > 0
    minutes = monitor.minutes()
    assert [round(row.slouched_s) for row in minutes[:2]] == [0, 60]


def test_a_state_of_another_version_is_refused_in_one_sentence() -> None:
    """Rather than half restored."""
    state = StrainMonitor(Settings()).state()
    with pytest.raises(RecordingError, match="another version"):
        StrainMonitor(Settings()).restore({**state, "version": 0})
    del state["slouch"]
    with pytest.raises(RecordingError, match="start without it"):
        StrainMonitor(Settings()).restore(state)
