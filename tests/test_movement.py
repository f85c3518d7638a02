"""Stillness, breaks, repeated movements, one-sided postures, looking down."""

from __future__ import annotations

import math
from typing import Any

import pytest
from streams import AWAY, Frame, events_of, feed_one, of_kind, stream

from posture_cam.config import Settings
from posture_cam.lasting import HeldPosture, Repeats
from posture_cam.strain import StrainMonitor
from posture_cam.types import Angles, Event, EventKind


def sitting(**angles: float) -> Angles:
    """Upright except for these angles."""
    base: dict[str, Any] = {
        "spine_flexion_deg": 0.0,
        "trunk_inclination_deg": 0.0,
        "trunk_lateral_deg": 0.0,
        "shoulder_tilt_deg": 0.0,
        "twist_deg": 0.0,
        "head_pitch_deg": 0.0,
    }
    return Angles(**{**base, **angles})


def found(frames: list[Frame], kind: EventKind, **sections: Any) -> list[Event]:
    """Events of one kind."""
    return of_kind(events_of(frames, Settings.model_validate(sections)), kind)


def repeated(times: int, every_s: float, angles: Angles) -> list[Frame]:
    """A two-second movement every so often."""
    return stream((30, sitting()), *[(2.0, angles), (every_s - 2, sitting())] * times)


@pytest.mark.parametrize("rate_hz", [1, 5])
def test_too_long_without_a_change_of_posture(rate_hz: int) -> None:
    """Half an hour in one posture is due after 25 min; the message says how long it was."""
    frames = stream((1600, sitting()), rate_hz=rate_hz)
    [still] = found(frames, EventKind.STILL)
    assert still.end_s == pytest.approx(1500, abs=1.1)
    assert "25 min" in still.message


def test_a_reminder_to_move_is_no_movement() -> None:
    """How long they have been still goes on, and the next reminder comes as long after."""
    frames = stream((3100, sitting()), rate_hz=1)
    settings = Settings.model_validate({"movement": {"break_every_s": 28800}})
    monitor = StrainMonitor(settings)
    strains = [feed_one(monitor, one)[0] for one in frames]
    assert strains[-1].still_for_s == pytest.approx(3100, abs=3)
    told = found(frames, EventKind.STILL, movement={"break_every_s": 28800})
    assert [event.end_s for event in told] == pytest.approx([1500, 3000], abs=2)


def test_a_change_of_posture_begins_the_stillness_anew() -> None:
    """Leaning back by ten degrees after 20 min: nothing is due at 25 min."""
    reclined = sitting(trunk_inclination_deg=-10)
    frames = stream((1200, sitting()), (900, reclined), rate_hz=1)
    assert found(frames, EventKind.STILL, movement={"break_every_s": 28800}) == []


def test_a_gesture_is_no_change_of_posture() -> None:
    """Reaching for a cup for two seconds does not count as having moved."""
    reach = sitting(trunk_lateral_deg=15)
    frames = stream((1200, sitting()), (2, reach), (400, sitting()), rate_hz=2)
    assert len(found(frames, EventKind.STILL)) == 1


def test_sitting_too_long_without_a_break() -> None:
    """Moving now and then is no break: after 30 min of sitting one is due."""
    moving = [(300.0, sitting()), (300.0, sitting(trunk_inclination_deg=-10))] * 4
    [due] = found(stream(*moving, rate_hz=1), EventKind.BREAK_DUE)
    assert due.end_s == pytest.approx(1800, abs=2)
    assert due.start_s == pytest.approx(0, abs=1)


def test_a_natural_break_counts() -> None:
    """Two minutes away after 20 min: the next break is due 30 min after that."""
    frames = stream((1200, 0.0), (120, AWAY), (1900, 0.0), rate_hz=1)
    [due] = found(frames, EventKind.BREAK_DUE, movement={"still_s": 14400})
    assert due.end_s == pytest.approx(1320 + 1800, abs=4)


def test_the_second_break_is_due_again_after_as_long() -> None:
    """Ignored, it comes back after another 30 min, not every minute."""
    frames = stream((3700, 0.0), rate_hz=1)
    due = found(frames, EventKind.BREAK_DUE, movement={"still_s": 14400})
    assert [round(event.end_s, -2) for event in due] == [1800, 3600]


@pytest.mark.parametrize("seconds", [0.0, 2.0])
@pytest.mark.parametrize("flexion_deg", [8.0, 27.0, 45.0])
def test_a_change_of_posture_is_one_and_dated_back(flexion_deg: float, seconds: float) -> None:
    """However deep the slump, at once or within two seconds: held since it began."""
    held = HeldPosture(6.0)
    for tenth in range(1000):
        gone = min(1.0, max(0.0, (tenth / 10 - 20) / max(seconds, 0.1)))
        held.update(tenth / 10, tenth / 10 + 0.1, {"flexion": gone * flexion_deg})
    assert held.since_s == pytest.approx(20, abs=6 if flexion_deg < 10 else 3)
    assert held.still_s == pytest.approx(100 - held.since_s)


@pytest.mark.parametrize(
    ("angles", "kind"),
    [
        (sitting(trunk_inclination_deg=35), EventKind.BENDING),
        (sitting(trunk_lateral_deg=-20), EventKind.BENDING),
        (Angles(spine_flexion_deg=30), EventKind.BENDING),
        (sitting(twist_deg=-35), EventKind.TWISTING),
    ],
)
def test_movements_that_repeat_twice_a_minute_are_told(angles: Angles, kind: EventKind) -> None:
    """Three a minute for three minutes are told; three in ten minutes are not."""
    often = found(repeated(12, 20, angles), kind)
    assert len(often) == 1
    assert abs(often[0].peak) == pytest.approx(max(abs(angle) for angle in _sizes(angles)), abs=0.1)
    assert found(repeated(4, 150, angles), kind) == []


def test_a_posture_held_is_one_movement() -> None:
    """Bending forward and staying there is no repetition."""
    frames = stream((30, sitting()), (600, sitting(trunk_inclination_deg=35)))
    assert found(frames, EventKind.BENDING) == []


@pytest.mark.parametrize(
    ("angles", "left", "words"),
    [
        (sitting(trunk_lateral_deg=14), True, "Leaning left, 14 degrees"),
        (sitting(trunk_lateral_deg=-14), False, "Leaning right, 14 degrees"),
        (sitting(shoulder_tilt_deg=11), True, "The left shoulder higher"),
        (sitting(shoulder_tilt_deg=-11), False, "The right shoulder higher"),
        (sitting(trunk_lateral_deg=-14, shoulder_tilt_deg=14), False, "Leaning right"),
    ],
)
def test_one_sided_sitting_is_told_after_minutes(angles: Angles, left: bool, words: str) -> None:
    """Three minutes, told once, as what was measured: a lean lifts the other shoulder."""
    [event] = found(stream((30, sitting()), (400, angles), (30, sitting())), EventKind.ASYMMETRY)
    assert event.end_s == pytest.approx(210, abs=1)
    assert (event.mean > 0) == left
    assert event.message.startswith(words)
    assert found(stream((30, sitting()), (120, angles), (90, sitting())), EventKind.ASYMMETRY) == []


def test_one_sided_is_judged_against_the_persons_own_upright() -> None:
    """A crooked camera, or a crooked person, is no one-sided sitting: nothing without upright."""
    frames = stream((400, Angles(spine_flexion_deg=0.0, head_tilt_deg=15.0)))
    assert found(frames, EventKind.ASYMMETRY) == []


def test_one_sided_sitting_that_is_not_seen_any_more_is_not_told() -> None:
    """It fell due while nothing was to be said; when that is over, shoulders are out of view."""
    lean, unseen = sitting(shoulder_tilt_deg=11), sitting(shoulder_tilt_deg=math.nan)
    quiet = {"settle_in_s": 250.0}
    seen_on = stream((30, sitting()), (400, lean))
    hidden = stream((30, sitting()), (190, lean), (210, unseen))
    assert len(found(seen_on, EventKind.ASYMMETRY, quiet=quiet)) == 1
    assert found(hidden, EventKind.ASYMMETRY, quiet=quiet) == []


def test_looking_down_for_minutes_uses_up_the_heads_holding_time() -> None:
    """At 55 degrees ISO 11226 allows 4.5 min; brief glances never add up to it."""
    down = sitting(head_pitch_deg=55)
    [event] = found(stream((30, sitting()), (400, down)), EventKind.HEAD_DOWN)
    assert event.end_s == pytest.approx(30 + 270, abs=1)
    assert event.start_s == pytest.approx(30, abs=0.3)
    assert event.mean == pytest.approx(55)
    glances = stream(*[(6.0, down), (20.0, sitting())] * 60, rate_hz=2)
    assert found(glances, EventKind.HEAD_DOWN) == []


def test_looking_up_rests_the_neck_no_more_than_looking_straight_ahead() -> None:
    """After three minutes of looking down, half a minute gives the same back either way."""
    left = []
    for pitch_deg in (0.0, -30.0):
        monitor = StrainMonitor(Settings())
        frames = stream((180, Angles(head_pitch_deg=40.0)), (30, Angles(head_pitch_deg=pitch_deg)))
        left.append([feed_one(monitor, one)[0].head_budget_left for one in frames][-1])
    assert left[0] == pytest.approx(left[1])
    assert 0.0 < left[0] < 1.0


def test_nobody_is_told_to_move_while_away() -> None:
    """What falls due during an absence is not said to an empty chair."""
    frames = stream((1450, sitting()), (600, AWAY), rate_hz=1)
    assert [event.kind for event in events_of(frames)] == [EventKind.AWAY]


def _sizes(angles: Angles) -> list[float]:
    sizes = (
        angles.trunk_inclination_deg,
        angles.trunk_lateral_deg,
        angles.twist_deg,
        angles.view_deg,
        angles.spine_flexion_deg,
    )
    return [size for size in sizes if size == size]


def test_movements_are_forgotten_though_the_angle_is_measured_no_more() -> None:
    """Hips out of sight for an hour: five bends of then and one of now are not six in a row."""
    repeats = Repeats.of(20.0, 180.0)
    for bend_s in range(0, 50, 10):
        repeats.update(bend_s, bend_s + 5.0, 30.0)
        repeats.update(bend_s + 5.0, bend_s + 10.0, 0.0)
    assert len(repeats.rows) == 5
    repeats.update(3600.0, 3601.0, math.nan)
    assert repeats.rows == []


def test_a_still_slump_is_no_bending_though_the_hips_come_and_go() -> None:
    """The spine is bent by 23 degrees and the trunk leans by 9; which is seen changes."""
    slump = sitting(spine_flexion_deg=23.0, trunk_inclination_deg=9.0)
    hidden = sitting(spine_flexion_deg=23.0, trunk_inclination_deg=math.nan)
    frames = stream((30, sitting()), *[(2.0, slump), (2.0, hidden)] * 75)
    assert found(frames, EventKind.BENDING) == []


def test_bends_are_counted_where_the_hips_are_seen_only_upright() -> None:
    """Who bends forward hides them; the spine tells when that is over."""
    bent = sitting(spine_flexion_deg=30.0, trunk_inclination_deg=math.nan)
    begun = sitting(spine_flexion_deg=30.0, trunk_inclination_deg=40.0)
    cycle = [(1.0, begun), (1.0, bent), (1.0, sitting(trunk_inclination_deg=math.nan))]
    frames = stream((30, sitting()), *[*cycle, (17.0, sitting())] * 10)
    assert len(found(frames, EventKind.BENDING)) == 1


def test_a_bend_is_counted_though_its_depth_hides_the_hips() -> None:
    """They are seen just beyond the angle that counts, and not any more at the bottom."""
    over = sitting(spine_flexion_deg=25.0, trunk_inclination_deg=24.0)
    deep = sitting(spine_flexion_deg=30.0, trunk_inclination_deg=math.nan)
    cycle = [(0.4, over), (2.0, deep), (0.4, over), (12.0, sitting())]
    frames = stream((30, sitting()), *cycle * 12)
    assert len(found(frames, EventKind.BENDING)) >= 1
