"""When to speak and when to be quiet."""

from __future__ import annotations

import itertools
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streams import AWAY, Frame, events_of, feed, feed_one, frame, of_kind, stream

from posture_cam.config import Settings
from posture_cam.quiet_hours import parse_quiet_hours, quiet_until
from posture_cam.reminders import Reminders, Topic
from posture_cam.strain import StrainMonitor
from posture_cam.types import Event, EventKind

LONG = stream((20, 0.0), (3700, 25.0), rate_hz=2)
"""An hour of slouching at 25 degrees, whose holding time is 150 s."""


NO_PROMPTS = {"still_s": 14400, "break_every_s": 28800}
"""No reminders to move, so that those about slouching stand alone."""


def alerts(frames: list[Frame], **sections: Any) -> list[Event]:
    """Reminders about slouching."""
    settings = Settings.model_validate({"movement": NO_PROMPTS, **sections})
    return of_kind(events_of(frames, settings), EventKind.ALERT)


def test_the_reminder_comes_when_the_holding_time_is_used_up() -> None:
    """25 degrees may be held for 2.5 min; a severe slouch waits for the bout to be sustained."""
    assert alerts(LONG)[0].end_s == pytest.approx(170, abs=2)
    deep = stream((20, 0.0), (120, 45.0), rate_hz=2)
    assert alerts(deep)[0].end_s == pytest.approx(80, abs=2)


@pytest.mark.parametrize(("deep", "minutes"), [(12, 3.8), (20, 3), (30, 2), (40, 1)])
def test_a_mild_slouch_is_reminded_of_later_than_a_deep_one(deep: float, minutes: float) -> None:
    """Two to four minutes when mild, about one when severe."""
    [first, *_] = alerts(stream((20, 0.0), (400, deep), rate_hz=2))
    assert first.end_s - first.start_s == pytest.approx(minutes * 60, abs=3)


def test_partial_recovery_gives_partial_credit() -> None:
    """Half a minute upright delays the reminder, but by less than starting over would."""
    straight = alerts(stream((20, 0.0), (400, 20.0), rate_hz=2))[0]
    broken = alerts(stream((20, 0.0), (120, 20.0), (30, 0.0), (400, 20.0), rate_hz=2))[0]
    assert straight.end_s + 30 < broken.end_s < 170 + 180 - 60


def test_between_two_reminders_lies_the_cooldown() -> None:
    """Ten minutes by default."""
    times = [event.end_s for event in alerts(LONG)]
    assert [round(b - a) for a, b in itertools.pairwise(times)] == [600] * 5


def test_no_more_than_so_many_an_hour() -> None:
    """Two an hour: the third waits until the first is an hour old."""
    frames = stream((20, 0.0), (4000, 25.0), rate_hz=1)
    times = [event.end_s for event in alerts(frames, quiet={"max_per_hour": 2})]
    assert len(times) == 3
    assert times[2] - times[0] == pytest.approx(3600, abs=2)
    assert alerts(frames, quiet={"max_per_hour": 0}) == []


def test_the_second_and_third_reminder_differ() -> None:
    """First sit back, then a stretch, then stand up; never the same action twice in a row."""
    messages = [event.message for event in alerts(LONG)]
    assert "Try this" not in messages[0]
    assert "Try this" in messages[1]
    assert all("stand up" in message for message in messages[2:])
    actions = [message.split(". ", 1)[1] for message in messages]
    assert all(a != b for a, b in itertools.pairwise(actions))


def test_after_a_real_recovery_the_next_reminder_is_a_first_one_again() -> None:
    """Five minutes upright, then slouched again."""
    frames = stream((20, 0.0), (300, 25.0), (300, 0.0), (500, 25.0), rate_hz=2)
    messages = [event.message for event in alerts(frames)]
    assert len(messages) == 2
    assert "Try this" not in messages[1]


def test_snoozed_it_is_quiet_and_speaks_when_the_snooze_is_over() -> None:
    """The budget is still used up then, so the reminder is due at once."""
    monitor = StrainMonitor(Settings())
    monitor.snooze(1000.0)
    [first, *_] = of_kind(feed(monitor, LONG), EventKind.ALERT)
    assert first.end_s == pytest.approx(1000, abs=1)


def test_quiet_hours_need_the_time_of_day() -> None:
    """Recorded at 21:55, quiet from 22:00 to 22:30; without a clock there are no quiet hours."""
    settings = Settings.model_validate({"quiet": {"hours": "22:00-22:30"}})
    monitor = StrainMonitor(settings, clock_at_zero_s=21 * 3600 + 55 * 60)
    times = [event.end_s for event in of_kind(feed(monitor, LONG), EventKind.ALERT)]
    assert times[0] == pytest.approx(170, abs=2)
    assert times[1] == pytest.approx(35 * 60, abs=1)
    unknown = alerts(LONG, quiet={"hours": "00:00-24:00"})
    assert len(unknown) == 6


def test_no_reminder_soon_after_sitting_down_or_moving_the_camera() -> None:
    """Everything may be used up, but the first seconds are for settling in."""
    hasty = {"sustained_s": 2, "settle_s": 0.5}
    strain = {"mild_hold_s": 5, "severe_hold_s": 2}
    frames = stream((60, AWAY), (60, 20.0))
    [first, *_] = alerts(frames, slouch=hasty, strain=strain, quiet={"settle_in_s": 30})
    assert first.end_s == pytest.approx(90, abs=1)
    moved = [frame(index / 5, 0.0 if index < 300 else 20.0, camera_moved=100 < index < 310)
             for index in range(700)]  # fmt: skip
    [first, *_] = alerts(moved, slouch=hasty, strain=strain, quiet={"settle_in_s": 30})
    assert first.end_s == pytest.approx(310 / 5 + 30, abs=1)


@pytest.mark.parametrize("change", ["camera_moved", "sitter_changed"])
def test_what_has_changed_is_always_noted_and_told_once_an_hour(change: str) -> None:
    """At once, however soon after sitting down; a camera that frames by itself moves all day."""
    frames = [frame(float(s), 0.0, **{change: s % 60 == 7}) for s in range(4000)]
    changes = [event for event in events_of(frames) if event.start_s % 60 == 7]
    assert [event.start_s for event in changes] == [float(s) for s in range(7, 4000, 60)]
    assert [event.start_s for event in changes if not event.quiet] == [7.0, 3607.0]


@pytest.mark.parametrize("way", ["snoozed", "quiet hours", "none an hour"])
def test_what_has_changed_is_not_told_who_wants_no_reminders(way: str) -> None:
    """It is noted all the same."""
    quiet = {"quiet hours": {"hours": "00:00-24:00"}, "none an hour": {"max_per_hour": 0}}
    settings = Settings.model_validate({"quiet": quiet.get(way, {})})
    monitor = StrainMonitor(settings, clock_at_zero_s=40_000)
    if way == "snoozed":
        monitor.snooze(100.0)
    moved = feed(monitor, [frame(float(s), 0.0, camera_moved=s > 5) for s in range(50)])
    assert [event.quiet for event in moved if event.kind is EventKind.CAMERA_MOVED] == [True]


def test_a_slouched_calibration_is_told_once_that_is_allowed() -> None:
    """It turns out only once, so a snooze must not hide it for good."""
    monitor = StrainMonitor(Settings())
    monitor.snooze(60.0)
    frames = [frame(float(s), 0.0, straighter_deg=9.0 if s == 20 else math.nan) for s in range(100)]
    told = of_kind(feed(monitor, frames), EventKind.STRAIGHTER)
    assert [(event.end_s, event.peak, event.quiet) for event in told] == [
        (20.0, 9.0, True),
        (60.0, 9.0, False),
    ]


def test_a_slouched_calibration_is_not_told_to_an_empty_chair() -> None:
    """The snooze ends while nobody is there."""
    monitor = StrainMonitor(Settings())
    monitor.snooze(60.0)
    frames = [
        frame(float(s), AWAY if 30 < s < 90 else 0.0, straighter_deg=9.0 if s == 20 else math.nan)
        for s in range(120)
    ]
    told = of_kind(feed(monitor, frames), EventKind.STRAIGHTER)
    assert [(event.end_s, event.quiet) for event in told] == [(20.0, True), (90.0, False)]


def test_brief_glances_never_alert() -> None:
    """An hour of six slouched seconds in every thirty: nothing is said about slouching."""
    assert alerts(stream(*[(6.0, 30.0), (24.0, 0.0)] * 120, rate_hz=2)) == []


def test_dismissing_lengthens_the_holding_time_within_bounds() -> None:
    """Each dismissal adds 15 %, up to one and a half times; heeding takes it back."""
    monitor = StrainMonitor(Settings())
    event = Event(EventKind.ALERT, 0, 1)
    for _ in range(2):
        monitor.dismissed(event)
    [first, *_] = of_kind(feed(monitor, LONG), EventKind.ALERT)
    assert first.end_s == pytest.approx(20 + 150 * 1.15**2, abs=3)
    for _ in range(20):
        monitor.dismissed(event)
    assert monitor.state()["reminders"]["patience"] == 1.5
    heeded = stream((30, 25.0), (60, 0.0), start_s=LONG[-1].time_s + 0.5)
    feed(monitor, heeded)
    assert monitor.state()["reminders"]["patience"] == 1.5
    again = stream((300, 25.0), (60, 0.0), start_s=heeded[-1].time_s + 2000)
    [reminder] = of_kind(feed(monitor, again), EventKind.ALERT)
    assert again[0].time_s + 300 - reminder.end_s > 60
    assert monitor.state()["reminders"]["patience"] == 1.5


def test_heeding_a_reminder_takes_learned_patience_back() -> None:
    """A bout that ends within a minute of its reminder was ended by it."""
    monitor = StrainMonitor(Settings())
    monitor.dismissed(Event(EventKind.ALERT, 0, 1))
    frames = stream((20, 0.0), (200, 25.0), (60, 0.0), rate_hz=2)
    assert len(of_kind(feed(monitor, frames), EventKind.ALERT)) == 1
    assert monitor.state()["reminders"]["patience"] == pytest.approx(1.0)


@pytest.mark.parametrize("way", ["finish", "pause", "somebody else", "no pictures", "leaving"])
def test_only_the_person_heeds_a_reminder(way: str) -> None:
    """Standing up does; ending the run, pausing, changing seats or losing the camera does not."""
    monitor = StrainMonitor(Settings())
    monitor.dismissed(Event(EventKind.ALERT, 0, 1))
    assert of_kind(feed(monitor, stream((20, 0.0), (180, 25.0), rate_hz=2)), EventKind.ALERT)
    if way == "finish":
        monitor.finish()
    elif way == "pause":
        monitor.paused()
    elif way == "somebody else":
        feed_one(monitor, frame(200.0, 25.0, sitter_changed=True))
    elif way == "no pictures":
        feed(monitor, stream((10, 25.0), start_s=230.0, rate_hz=2))
    else:
        feed(monitor, stream((30, AWAY), start_s=200.0, rate_hz=2))
    kept = monitor.state()["reminders"]["patience"]
    assert kept == pytest.approx(1.0 if way == "leaving" else 1.15)


def test_other_reminders_keep_their_distance_but_never_delay_one_about_slouching() -> None:
    """A break due just before the holding time is used up; the alert comes in time."""
    frames = stream((1700, 0.0), (400, 25.0), rate_hz=1)
    events = events_of(frames, Settings.model_validate({"movement": {"still_s": 14400}}))
    [due] = of_kind(events, EventKind.BREAK_DUE)
    [alert] = of_kind(events, EventKind.ALERT)
    assert due.end_s == pytest.approx(1800, abs=2)
    assert alert.end_s == pytest.approx(1850, abs=2)
    later = stream((1640, 0.0), (400, 25.0), rate_hz=1)
    events = events_of(later, Settings.model_validate({"movement": {"still_s": 14400}}))
    [due] = of_kind(events, EventKind.BREAK_DUE)
    [alert] = of_kind(events, EventKind.ALERT)
    assert due.end_s == pytest.approx(alert.end_s + 120, abs=2)


@pytest.mark.parametrize("text", ["22-7", "25:00-07:00", "10:75-11:00", "always"])
def test_quiet_hours_that_cannot_be_read_say_how_to_write_them(text: str) -> None:
    """A mistake is named, with an example of the right form."""
    with pytest.raises(ValueError, match="22:00-07:00"):
        parse_quiet_hours(text)


@pytest.mark.parametrize(
    ("now_h", "until_h"), [(12, 12), (23, 31), (22, 31), (3, 7), (7, 7), (46.5, 55)]
)
def test_quiet_hours_run_past_midnight(now_h: float, until_h: float) -> None:
    """22:00-07:00 covers the night, on every day, and ends at seven."""
    spans = parse_quiet_hours("22:00-07:00")
    assert quiet_until(spans, now_h * 3600) == pytest.approx(until_h * 3600)


@given(st.floats(0, 3e6), st.floats(0, 24 * 3600 - 2000))
def test_outside_quiet_hours_they_change_nothing(start_s: float, clock_s: float) -> None:
    """At any time since the machine was started, however it is counted."""
    settings = Settings.model_validate({"quiet": {"hours": "23:59-24:00"}})
    reminders = Reminders(settings.quiet, clock_s - start_s)
    for step in range(20):
        now_s = start_s + step / 5
        assert not math.isnan(reminders.open_since_s(Topic.SLOUCH, now_s))


def test_a_clock_that_is_set_moves_the_quiet_hours() -> None:
    """Summer time ends at night, or a machine corrects its clock: quiet until the new seven."""
    settings = Settings.model_validate({"quiet": {"hours": "22:00-07:00"}})
    monitor = StrainMonitor(settings, clock_at_zero_s=6.5 * 3600 + 3600)
    monitor.set_clock(6.5 * 3600)
    first, *_ = of_kind(feed(monitor, LONG), EventKind.ALERT)
    assert first.end_s == pytest.approx(1800, abs=2)
