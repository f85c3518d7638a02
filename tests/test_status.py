"""Specification of what live monitoring writes for people."""

from __future__ import annotations

import io
import math
from dataclasses import replace

import numpy as np
import pytest
from people import body, seen_from

from posture_cam.alerts import OF_THE_PICTURE
from posture_cam.observation import Observation
from posture_cam.reference import CAMERA_MOVED
from posture_cam.status import PlainLines, StatusLine, reminder_text, status_text
from posture_cam.types import Angles, Assessment, Event, EventKind, Frame, Pose, Step, Strain, View

IMAGE = np.zeros((480, 640, 3), dtype=np.uint8)


def observed(time_s: float, slouched: bool | None, pose: Pose | None = None) -> Observation:
    angles = Angles(view=View.FRONT, spine_flexion_deg=14.0, sd={"spine_flexion_deg": 3.0})
    score = 0.8 if slouched else 0.1
    step = Step(time_s, angles, Assessment(score, slouched), Strain(0.5, slouched_for_s=42.0))
    return Observation(Frame(0, time_s, IMAGE), pose or seen_from(body()), step, 1, True)


def test_the_status_says_state_angle_score_view_and_budget() -> None:
    """Everything that the reminders rest on, in one line."""
    observation = observed(0.0, True)
    text = status_text(observation.state, observation.step).plain
    assert text == (
        "▼ Slouched  upper back 14 ± 3°  holding time left 50 %  slouched for 0:42"
        "  score 0.80  view front"
    )


def test_the_status_says_why_nothing_is_judged() -> None:
    """A camera that was moved, not that a back is hidden which is in full view."""
    observation = observed(0.0, None)
    step = replace(observation.step, assessment=Assessment(reason=CAMERA_MOVED))
    text = status_text(observation.state, step).plain
    assert text.startswith(f"○ Cannot judge  {CAMERA_MOVED}  holding time left 50 %")
    assert "upper back" not in text


def test_the_status_says_what_has_built_up() -> None:
    """Head, break, stillness and load, before the score; what is not worth a word is left out."""
    observation = observed(0.0, False)
    strain = Strain(0.9, dose=1.124, head_budget_left=0.64, sitting_for_s=2530, still_for_s=190)
    text = status_text(observation.state, replace(observation.step, strain=strain)).plain
    assert (
        "holding time left 90 %, head 64 %  no break for 42:10  unmoved for 3:10"
        "  load so far 1.12 x upright" in text
    )
    soon = replace(strain, head_budget_left=1.0, sitting_for_s=30, still_for_s=20, dose=math.nan)
    text = status_text(observation.state, replace(observation.step, strain=soon)).plain
    assert not any(word in text for word in ("head", "break", "unmoved", "load"))


def test_a_reminder_says_where_to_read_about_pain() -> None:
    """Warning signs are one step away from everything that offers a stretch."""
    text = reminder_text(Event(EventKind.ALERT, 0.0, 60.0, message="Sit back.")).plain
    assert "Sit back." in text
    assert "posture-cam stretches" in text


@pytest.mark.parametrize("kind", sorted(OF_THE_PICTURE))
def test_what_is_wrong_with_the_picture_is_said_alone(kind: EventKind) -> None:
    """A camera that was moved is no reason to stretch."""
    text = reminder_text(Event(kind, 0.0, 60.0, message="The camera has moved.")).plain
    assert text.endswith("The camera has moved.")


def test_nobody_has_no_angles() -> None:
    """An empty chair is not upright."""
    observation = observed(0.0, None, Pose.nobody(0.0, 640, 480))
    text = status_text(observation.state, observation.step).plain
    assert "Person not in view" in text
    assert "upper back" not in text


def test_plain_lines_come_with_a_change_and_every_minute() -> None:
    """A log shows what changed, and that monitoring is alive."""
    output = io.StringIO()
    display = PlainLines(output)
    for second in range(131):
        display.show(observed(float(second), second >= 70))
    times = [line.split()[0] for line in output.getvalue().splitlines()]
    assert times == ["0:00", "1:00", "1:10", "2:10"]


def test_a_flickering_verdict_does_not_flood_the_log() -> None:
    """At most one line a second."""
    output = io.StringIO()
    display = PlainLines(output)
    for frame in range(40):
        display.show(observed(frame / 10, frame % 2 == 0))
    assert len(output.getvalue().splitlines()) <= 4


def test_records_are_reported_and_reminders_wait_for_their_sink() -> None:
    """A reminder is printed by the terminal's alert sink, so that it does not come twice."""
    output = io.StringIO()
    display = PlainLines(output)
    display.report(Event(EventKind.SLOUCH, 0.0, 90.0, message="Slouched for 90 s."))
    display.report(Event(EventKind.ALERT, 0.0, 90.0, message="Sit back."))
    assert "slouch: Slouched for 90 s." in output.getvalue()
    assert "Sit back." not in output.getvalue()
    display.remind(Event(EventKind.ALERT, 0.0, 90.0, message="Sit [back]."))
    assert "Sit [back]." in output.getvalue()


def test_what_is_only_noted_is_in_the_log() -> None:
    """A camera that was moved again is written down where nobody is reminded of it."""
    moved = Event(EventKind.CAMERA_MOVED, 3.0, 3.0, message="The camera has moved.", quiet=True)
    written = io.StringIO()
    lines = PlainLines(written)
    lines.report(replace(moved, quiet=False))
    assert written.getvalue() == ""
    lines.report(moved)
    assert "The camera has moved." in written.getvalue()


def test_the_status_line_leaves_nothing_behind() -> None:
    """After the run the terminal holds the sentences and events, not the last status."""
    output = io.StringIO()
    display = StatusLine(output)
    display.show(observed(0.0, True))
    display.wait(3.0, "Camera 0 was lost.")
    display.tell("Camera 0 was lost.")
    display.close()
    assert output.getvalue().splitlines()[0] == "Camera 0 was lost."
