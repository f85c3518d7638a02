"""The monitor as a whole: its state, its answers to a changed sitter, camera or clock."""

from __future__ import annotations

import json
import math
from functools import lru_cache

import pytest
from streams import AWAY, UNJUDGED, events_of, feed, feed_one, frame, of_kind, stream

from posture_cam.config import Settings
from posture_cam.errors import RecordingError
from posture_cam.strain import StrainMonitor
from posture_cam.types import Event, EventKind

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


def test_time_in_doubt_is_no_part_of_the_running_bout() -> None:
    """Two seconds upright may be its end: until that is settled it is as long as it was."""
    monitor = StrainMonitor(Settings())
    feed(monitor, stream((20, 0.0), (30, 20.0), (2, 0.0)))
    doubtful = feed_one(monitor, frame(52.0, 0.0))[0]
    assert doubtful.slouched_for_s == pytest.approx(30, abs=0.3)
    feed(monitor, stream((5, 20.0), start_s=52.2))
    settled = feed_one(monitor, frame(57.2, 20.0))[0]
    assert settled.slouched_for_s == pytest.approx(37.2, abs=0.3)


@lru_cache(maxsize=1)
def day_at_10_hz() -> list[Event]:
    return events_of(stream(*DAY, rate_hz=10))


@pytest.mark.parametrize("rate_hz", [1, 2, 5, 30])
def test_the_same_day_gives_the_same_events_at_every_frame_rate(rate_hz: int) -> None:
    """Kinds in the same order, times within a second of those at 10 frames a second."""
    expected = day_at_10_hz()
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
    for event, other in zip(events_of(ragged), day_at_10_hz(), strict=True):
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
    assert [event.kind for event in events] == [EventKind.SLOUCH, EventKind.OTHER_PERSON]
    assert "Somebody else" in events[1].message
    assert strain.budget_left == 1.0
    assert strain.sitting_for_s < 1


def test_who_comes_back_after_somebody_else_starts_afresh_without_a_word() -> None:
    """The calibrated person is known; nothing of what the other has used up is theirs."""
    monitor = StrainMonitor(Settings())
    feed(monitor, stream((100, 0.0), (100, 30.0)))
    one = frame(200.1, 0.0)
    strain, events = monitor.update(one.time_s, True, one.angles, one.assessment, sitter_back=True)
    assert strain.sitting_for_s < 1
    assert strain.budget_left == 1.0
    assert EventKind.OTHER_PERSON not in {event.kind for event in events}


def test_nothing_of_before_an_absence_is_prompted_on_return() -> None:
    """A break reminder that had to wait its turn is void once the break was taken."""
    events = events_of(stream((1920, 0.0), (3600, AWAY), (60, 0.0), rate_hz=1))
    assert [event.kind for event in events if event.end_s > 1920] == [EventKind.AWAY]
    due = events_of(stream((2400, 0.0), rate_hz=1))
    assert EventKind.BREAK_DUE in {event.kind for event in due}  # it was due, had they stayed


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


def test_a_state_of_another_version_is_refused_in_one_sentence() -> None:
    """Rather than half restored."""
    state = StrainMonitor(Settings()).state()
    with pytest.raises(RecordingError, match="another version"):
        StrainMonitor(Settings()).restore({**state, "version": 0})
    del state["slouch"]
    with pytest.raises(RecordingError, match="start without it"):
        StrainMonitor(Settings()).restore(state)


def two_runs(gap_s: float, clock_s: float | None = None) -> StrainMonitor:
    """A monitor that goes on with a day of 10 min upright and 5 min slouched, gap_s later."""
    first = StrainMonitor(Settings(), clock_at_zero_s=clock_s)
    feed(first, stream((600, 0.0), (300, 20.0)))
    first.finish()
    second_clock_s = None if clock_s is None else clock_s + 900 + gap_s
    second = StrainMonitor(Settings(), clock_at_zero_s=second_clock_s)
    second.resume(json.loads(json.dumps(first.state(), allow_nan=False)), gap_s)
    return second


def test_a_restart_goes_on_with_the_day() -> None:
    """Dose, sitting time and learned patience go on as if there had been one run."""
    resumed = two_runs(20.0)
    whole = StrainMonitor(Settings())
    feed(whole, stream((600, 0.0), (300, 20.0)))
    feed(whole, stream((60, 5.0), start_s=920))
    feed(resumed, stream((60, 5.0)))
    after, expected = (
        feed_one(resumed, frame(60.2, 5.0))[0],
        feed_one(whole, frame(980.2, 5.0))[0],
    )
    assert after.dose == pytest.approx(expected.dose, abs=1e-6)
    assert after.sitting_for_s == pytest.approx(expected.sitting_for_s, abs=1)
    assert after.budget_left == pytest.approx(expected.budget_left, abs=0.01)
    assert after.creep_deg == pytest.approx(expected.creep_deg, abs=0.01)


def test_the_time_between_two_runs_is_a_break_if_it_is_long_enough() -> None:
    """A minute gives sitting a fresh start, and holding time back; it is not told as `away`."""
    soon, later = two_runs(20.0), two_runs(240.0)
    events = feed(later, stream((30, 0.0)))
    feed(soon, stream((30, 0.0)))
    short, long = feed_one(soon, frame(30.2, 0.0))[0], feed_one(later, frame(30.2, 0.0))[0]
    assert short.sitting_for_s > 900
    assert long.sitting_for_s < 35
    assert long.budget_left > short.budget_left + 0.3
    assert events == []


def test_reminders_keep_their_cooldown_and_escalation_over_a_restart() -> None:
    """The reminder of the run before was less than ten minutes ago; the next one is a second."""
    resumed = two_runs(5.0)
    events = feed(resumed, stream((1000, 20.0)))
    first = of_kind(events, EventKind.ALERT)[0]
    assert 300 < first.end_s < 700
    assert "Try this" in first.message


def test_events_of_a_resumed_run_have_its_own_times() -> None:
    """Seconds since its first picture, not since the first one of the day."""
    events = feed(two_runs(5.0), stream((30, 0.0), (90, 20.0), (30, 0.0)))
    (bout,) = of_kind(events, EventKind.SLOUCH)
    assert bout.start_s == pytest.approx(30, abs=0.5)
    assert bout.end_s == pytest.approx(120, abs=0.5)


def test_a_bout_cut_off_by_a_run_that_died_is_told_by_the_next() -> None:
    """Once, with its true times: it began and ended before the first picture of this run."""
    first = StrainMonitor(Settings())
    feed(first, stream((60, 0.0), (100, 20.0)))
    second = StrainMonitor(Settings())
    second.resume(first.state(), 30.0)
    bouts = of_kind(feed(second, stream((60, 0.0))), EventKind.SLOUCH)
    (bout,) = bouts
    assert bout.start_s == pytest.approx(-130, abs=0.5)
    assert bout.end_s == pytest.approx(-30, abs=0.5)
    assert second.finish() == ()


def test_a_snooze_outlives_a_restart() -> None:
    """Whoever asked for silence gets it from the next run, too."""
    first = StrainMonitor(Settings())
    feed(first, stream((60, 0.0)))
    first.snooze(1000.0)
    second = StrainMonitor(Settings())
    second.resume(first.state(), 40.0)
    alerts = of_kind(feed(second, stream((1200, 25.0))), EventKind.ALERT)
    assert alerts[0].end_s == pytest.approx(900, abs=1)


def test_the_dose_begins_anew_at_midnight() -> None:
    """Where the time of day is known; the hour's does not."""
    monitor = StrainMonitor(Settings(), clock_at_zero_s=24 * 3600 - 300.0)
    feed(monitor, stream((20, 0.0), (279, 30.0)))
    before = feed_one(monitor, frame(299.5, 30.0))[0]
    feed(monitor, stream((60, 0.0), start_s=301))
    after = feed_one(monitor, frame(361.2, 0.0))[0]
    assert before.dose > 1.3
    assert after.dose < 1.05
    assert after.dose_hour > 1.2


def test_a_day_that_went_on_after_midnight_is_one_day() -> None:
    """A restart on the same date keeps the dose, whenever the first run began."""
    first = StrainMonitor(Settings(), clock_at_zero_s=24 * 3600 - 100.0)
    feed(first, stream((20, 0.0), (300, 30.0)))
    dose = feed_one(first, frame(320.2, 30.0))[0].dose
    second = StrainMonitor(Settings(), clock_at_zero_s=240.0)
    second.resume(first.state(), 19.8)
    assert feed_one(second, frame(0.1, 0.0))[0].dose == pytest.approx(dose)


def test_a_state_that_does_not_fit_changes_nothing() -> None:
    """The monitor stays as it was."""
    monitor = StrainMonitor(Settings())
    feed(monitor, stream((100, 20.0)))
    before = monitor.state()
    with pytest.raises(RecordingError):
        monitor.resume({**before, "ledger": {}}, 10.0)
    assert monitor.state() == before
