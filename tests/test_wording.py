"""What is said: true, short, and never the same twice in a row."""

from __future__ import annotations

import itertools
import re

import pytest
from streams import events_of, feed, frame, stream

from posture_cam.bouts import Average, Measured
from posture_cam.config import Settings
from posture_cam.messages import MESSAGES, duration_text, safety_text, say, stretch_text
from posture_cam.movement_watch import Finding
from posture_cam.strain import StrainMonitor
from posture_cam.stretches import STRETCHES
from posture_cam.types import Angles, EventKind
from posture_cam.wording import Wording, slouch_reason


def measured(flexion: float = 0.0, forward: float = 0.0, trunk: float = 0.0) -> Measured:
    """Averages over some time."""
    return Measured(*(Average(10, 10 * value, value) for value in (flexion, forward, trunk)))


def test_the_reason_is_what_was_measured() -> None:
    """The clearest change, with its number and how long it lasted."""
    assert slouch_reason(measured(18.2), 185) == (
        "Upper back 18 degrees rounder than your upright for 3 min."
    )
    assert slouch_reason(measured(3, 4.6), 60) == (
        "Head 5 cm further forward than your upright for 1 min."
    )
    assert slouch_reason(measured(3, 1, 12), 45) == (
        "Trunk 12 degrees further forward than your upright for 45 s."
    )


def test_nothing_measured_nothing_claimed() -> None:
    """A bout known only from the verdict is told without a number."""
    assert slouch_reason(Measured(), 120) == "Slouched for 2 min."


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(45, "45 s"), (59.7, "1 min"), (200, "3 min"), (3590, "1 h"), (3900, "1 h 5 min")],
)
def test_durations_are_said_as_people_say_them(seconds: float, text: str) -> None:
    """Seconds below a minute, minutes below an hour."""
    assert duration_text(seconds) == text


def test_repeated_movements_are_told_as_counted() -> None:
    """How many, within how long, and their mean: nothing that was not measured."""
    bent = Finding(EventKind.BENDING, 100.0, peak=40.0, mean=27.6, amount=6)
    told = Wording().finding(bent, 131.0)
    assert told.startswith("Bent by 28 degrees on average, 6 times within 31 s.")


def test_no_action_comes_twice_in_a_row() -> None:
    """Whatever the order of reminders, the next one suggests something else."""
    wording = Wording()
    actions = []
    still = Finding(EventKind.STILL, 0.0, amount=25)
    due = Finding(EventKind.BREAK_DUE, 0.0, amount=30)
    for level, finding in zip([1, 3, 2, 3, 1, 2] * 5, [due, still, due] * 10, strict=True):
        actions.append(wording.alert(level, Measured(), 60).removeprefix("Slouched for 1 min."))
        actions.append(wording.finding(finding, 60.0))
    pieces = [re.split(r"this: |minute\. |little\. |stand up\. ", action)[-1] for action in actions]
    assert all(a != b for a, b in itertools.pairwise(pieces))
    assert len(set(pieces)) > 8


def test_every_stretch_has_its_name_steps_dose_and_who_should_not() -> None:
    """The catalogue and the messages agree, and nothing in the messages is left over."""
    parts = ("name", "steps", "dose", "avoid")
    expected = {f"stretch.{stretch.key}.{part}" for stretch in STRETCHES for part in parts}
    assert expected | {"stretch.line"} == {key for key in MESSAGES if key.startswith("stretch.")}
    for stretch in STRETCHES:
        assert len(stretch_text(stretch.key)) < 120


def test_red_flags_and_limits_are_one_call_away() -> None:
    """Emergency, doctor soon, six weeks, and that this is no medical device."""
    text = safety_text()
    for words in ("not a medical device", "bladder", "chest pain", "fever", "6 weeks", "Stop"):
        assert words in text


def test_nothing_claims_to_cure_or_scares() -> None:
    """Words that the evidence does not support appear nowhere."""
    everything = " ".join(MESSAGES.values()).lower()
    for word in ("cure", "heal", "prevent", "damage", "27 kg", "harm", "dangerous"):
        assert word not in everything


def test_a_missing_value_is_an_error_not_a_blank() -> None:
    """A translation that forgets a value shows at once."""
    with pytest.raises(KeyError):
        say("reason.flexion", amount=3)
    with pytest.raises(KeyError):
        say("no.such.message")


def test_reminders_fit_a_notification() -> None:
    """Short enough to be read at a glance."""
    frames = stream((20, 0.0), (3700, 25.0), rate_hz=1)
    for event in events_of(frames):
        assert 10 < len(event.message) < 220
        assert event.message[0].isupper()
        assert event.message.endswith(".")


def test_a_head_down_message_gives_the_measured_angle() -> None:
    """And a moved camera asks for a new calibration."""
    down = Angles(spine_flexion_deg=0.0, head_pitch_deg=50.0)
    [event] = events_of(stream((340, down)))
    assert event.message.startswith("Looking down 50 degrees for 5 min")
    monitor = StrainMonitor(Settings())
    events = feed(monitor, [frame(0, 0.0), frame(1, 0.0, camera_moved=True)])
    assert "calibrate again" in events[0].message
