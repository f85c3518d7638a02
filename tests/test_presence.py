"""Here or away: absences, breaks, and pictures too dark to tell."""

from __future__ import annotations

from dataclasses import replace

import pytest
from streams import AWAY, Frame, events_of, feed, feed_one, frame, of_kind, stream

from posture_cam.config import Settings
from posture_cam.strain import StrainMonitor
from posture_cam.types import EventKind


def dark(frames: list[Frame]) -> list[Frame]:
    """The same frames in a dark picture."""
    return [replace(one, brightness=0.02) for one in frames]


@pytest.mark.parametrize("rate_hz", [1, 10, 30])
def test_an_absence_is_told_on_return_with_its_true_times(rate_hz: int) -> None:
    """Gone from 30 s to 90 s."""
    frames = stream((30, 0.0), (60, AWAY), (30, 0.0), rate_hz=rate_hz)
    [away] = of_kind(events_of(frames), EventKind.AWAY)
    assert away.start_s == pytest.approx(30, abs=0.6)
    assert away.end_s == pytest.approx(90, abs=0.6)


def test_lost_frames_are_no_absence_and_a_false_find_does_not_end_one() -> None:
    """Two seconds without detection are nothing; one second of a chair taken for a person too."""
    lost = stream((30, 0.0), (2, AWAY), (30, 0.0))
    assert of_kind(events_of(lost), EventKind.AWAY) == []
    found = stream((30, 0.0), (60, AWAY), (1, 0.0), (60, AWAY), (30, 0.0))
    [away] = of_kind(events_of(found), EventKind.AWAY)
    assert away.end_s - away.start_s == pytest.approx(121, abs=1)


def test_a_gap_without_frames_is_an_absence() -> None:
    """Suspend for an hour: away from the last frame to the next."""
    frames = stream((30, 0.0)) + stream((30, 0.0), start_s=3630)
    [away] = of_kind(events_of(frames), EventKind.AWAY)
    assert away.start_s == pytest.approx(29.8)
    assert away.end_s == pytest.approx(3630)


def test_a_pause_is_a_break_but_nobody_was_away() -> None:
    """While the camera is lost nothing is known, so nothing is said of it."""
    monitor = StrainMonitor(Settings())
    feed(monitor, stream((100, 20.0)))
    monitor.paused()
    events = feed(monitor, stream((30, 0.0), start_s=1000))
    [bout] = of_kind(events, EventKind.SLOUCH)
    assert bout.end_s == pytest.approx(100, abs=1)
    assert of_kind(events, EventKind.AWAY) == []
    assert feed_one(monitor, frame(1030.1, 0.0))[0].sitting_for_s == pytest.approx(30, abs=0.5)


def test_somebody_still_away_at_the_end_is_told_by_finish() -> None:
    """The recording ends with an empty chair."""
    [away] = of_kind(events_of(stream((30, 0.0), (60, AWAY))), EventKind.AWAY)
    assert away.end_s == pytest.approx(89.8)


def test_an_absence_gives_the_holding_time_back() -> None:
    """Two minutes away, like two minutes upright, give back half of what was used."""
    monitor = StrainMonitor(Settings())
    feed(monitor, stream((100, 10.0), (125, AWAY), (4, 0.0)))
    left = feed_one(monitor, frame(229.1, 0.0))[0].budget_left
    assert left == pytest.approx(1 - 100 / 240 / 2, abs=0.03)


def test_only_a_long_enough_absence_is_a_break() -> None:
    """Forty seconds away leave the sitting time running, seventy begin it anew."""
    for away_s, sitting_s in ((40, 660), (70, 60)):
        monitor = StrainMonitor(Settings())
        feed(monitor, stream((600, 0.0), (away_s, AWAY), (60, 0.0), rate_hz=2))
        strain = feed_one(monitor, frame(660.1 + away_s, 0.0))[0]
        assert strain.sitting_for_s == pytest.approx(sitting_s, abs=2)


def test_in_the_dark_nobody_is_said_to_be_away() -> None:
    """Light off: too dark to tell, after ten seconds, once; no absence."""
    frames = stream((60, 0.0), (120, AWAY), (30, 0.0))
    frames = frames[:300] + dark(frames[300:900]) + frames[900:]
    events = events_of(frames)
    [event] = of_kind(events, EventKind.TOO_DARK)
    assert event.start_s == pytest.approx(60, abs=0.3)
    assert event.end_s == pytest.approx(70, abs=0.5)
    assert of_kind(events, EventKind.AWAY) == []


def test_an_empty_room_may_be_dark() -> None:
    """Nobody is told of dusk who was seen to leave; who comes back in the dark is."""
    frames = stream((60, 0.0), (600, AWAY), (1, 0.0))
    dusk = [one if one.time_s < 200 else replace(one, brightness=0.02) for one in frames]
    assert of_kind(events_of(dusk), EventKind.TOO_DARK) == []
    back = stream((60, 0.0), (100, AWAY), (30, 0.0), (100, AWAY))
    evening = [one if one.time_s < 190 else replace(one, brightness=0.02) for one in back]
    assert len(of_kind(events_of(evening), EventKind.TOO_DARK)) == 1


def test_who_switched_the_light_off_and_went_is_not_told_at_every_light() -> None:
    """Once, when it went off; a monitor that lights the empty chair shows that they have gone."""
    seated, unlit, lit = stream((60, 0.0)), stream((300, AWAY)), stream((20, AWAY))
    frames, end_s = list(seated), 60.0
    for part in [dark(unlit), lit] * 6:
        frames += [replace(one, time_s=one.time_s + end_s) for one in part]
        end_s = frames[-1].time_s + 0.2
    assert len(of_kind(events_of(frames), EventKind.TOO_DARK)) == 1


def test_a_dark_picture_that_can_be_judged_is_not_complained_about() -> None:
    """Darkness matters only where it hides the posture."""
    assert of_kind(events_of(dark(stream((120, 0.0)))), EventKind.TOO_DARK) == []


def test_how_long_somebody_has_been_away_is_shown_meanwhile() -> None:
    """The live view sees the absence before it has ended."""
    monitor = StrainMonitor(Settings())
    feed(monitor, stream((30, 0.0), (60, AWAY)))
    assert feed_one(monitor, frame(90, AWAY))[0].away_for_s == pytest.approx(60, abs=0.5)
    assert feed_one(monitor, frame(90.2, 0.0))[0].away_for_s > 0
