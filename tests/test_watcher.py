"""Specification of the thread that turns pictures into observations."""

from __future__ import annotations

import math
import threading
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from commands import SAMPLES
from person_camera import PersonCamera, shortened
from servers import serving
from watched import everything

from posture_cam import time_of_day
from posture_cam.alerts import Answer
from posture_cam.baseline import make_baseline
from posture_cam.config import Settings
from posture_cam.engine import PostureEngine
from posture_cam.errors import ModelError, PostureCamError
from posture_cam.framing import LITTLE_ROOM_ADVICE
from posture_cam.live import answering
from posture_cam.models import load_networks
from posture_cam.news import Ended, Notice
from posture_cam.observation import Observation
from posture_cam.person_choice import PersonSelector
from posture_cam.types import Angles, Event, EventKind, Step
from posture_cam.watcher import Watcher

HOUR_S = 3600.0
SETTINGS = Settings.model_validate(
    {
        "pose": {"model": "lite"},
        "live": {"rate_hz": 10},
        "calibration": {"first_upright_s": 1},
        "slouch": {"sustained_s": 1},
    }
)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """26 s of a person, upright first and slouched at the end, three times as fast."""
    folder = tmp_path_factory.mktemp("clips")
    return shortened(SAMPLES / "front_low.mp4", folder / "clip.mp4", 26, speed=3)


def test_what_it_says_is_what_the_engine_says(clip: Path) -> None:
    """Watched live or replayed, the same poses give the same steps and events."""
    with Watcher(str(clip), SETTINGS, realtime=False) as watcher:
        *heard, ended = everything(watcher)
        events = watcher.finish()
    assert ended == Ended()
    observed = [news for news in heard if not isinstance(news, Notice)]
    engine = PostureEngine(SETTINGS, load_networks())
    slouched = set()
    for observation in observed:
        assert isinstance(observation, Observation)
        slouched.add(observation.step.assessment.slouched)
        assert repr(observation.step) == repr(engine.update(observation.pose))  # NaN is not NaN
    assert events == engine.finish()
    assert slouched == {None, False, True}


def test_observations_say_when_the_baseline_was_found(clip: Path) -> None:
    """Not before a second of sitting still, and then for good."""
    with Watcher(str(clip), SETTINGS, realtime=False) as watcher:
        observed = [news for news in everything(watcher) if isinstance(news, Observation)]
    calibrated = [observation.calibrated for observation in observed]
    assert calibrated == sorted(calibrated)
    assert not calibrated[0]
    assert calibrated[-1]
    assert {observation.people for observation in observed} == {1}


def test_little_room_above_the_head_is_told_once_unless_calibrated(clip: Path) -> None:
    """Who has calibrated before this camera was told then."""
    with Watcher(str(clip), SETTINGS, realtime=False) as watcher:
        news = everything(watcher)
    told = [one for one in news if isinstance(one, Notice)]
    assert told == [Notice(LITTLE_ROOM_ADVICE, hint=True)]
    first = [one.pose for one in news if isinstance(one, Observation)][:10]
    baseline = make_baseline(first, SETTINGS)
    with Watcher(str(clip), SETTINGS, baseline, realtime=False) as watcher:
        assert not any(isinstance(one, Notice) for one in everything(watcher))


def test_stopping_does_not_wait_for_the_end(clip: Path) -> None:
    """A full queue that nobody reads keeps nobody."""
    with Watcher(str(clip), SETTINGS, realtime=False) as watcher:
        assert watcher.news(60.0)
        assert watcher.stop()
        count = len(watcher.news(0.0))
    assert count < 80


def test_frames_after_the_finish_are_not_judged(clip: Path) -> None:
    """What was printed as the end stays the end."""
    with Watcher(str(clip), SETTINGS, realtime=False) as watcher:
        watcher.news(60.0)
        watcher.finish()
        assert watcher.finish() == watcher.finish()
        everything_later = everything(watcher)
    assert len(everything_later) < 80


def test_a_missing_model_ends_it_with_the_reason(clip: Path) -> None:
    """The main thread gets the error to tell."""
    settings = SETTINGS.model_copy(
        update={"pose": SETTINGS.pose.model_copy(update={"model": "none.task"})}
    )
    with Watcher(str(clip), settings, realtime=False) as watcher:
        (ended,) = everything(watcher)
    assert isinstance(ended, Ended)
    assert isinstance(ended.error, ModelError)


def test_a_fault_of_our_own_is_one_sentence_too(
    clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The traceback stays available as its cause."""

    def fail(*_: object) -> None:
        raise ZeroDivisionError("a fault")

    monkeypatch.setattr(PostureEngine, "update", fail)
    with Watcher(str(clip), SETTINGS, realtime=False) as watcher:
        (ended,) = everything(watcher)
    assert isinstance(ended, Ended)
    assert type(ended.error) is PostureCamError
    assert "ZeroDivisionError: a fault" in str(ended.error)
    assert isinstance(ended.error.__cause__, ZeroDivisionError)


@pytest.mark.parametrize("answer", list(Answer))
def test_an_answer_reaches_the_engine_on_its_own_thread(
    answer: Answer, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Snooze counts from now on the clock of the pictures; a dismissal names its reminder."""
    alert = Event(EventKind.ALERT, 0.0, 1.0)
    heard: list[tuple[str, object, str]] = []

    def note(name: str) -> object:
        def called(_: PostureEngine, value: object) -> None:
            heard.append((name, value, threading.current_thread().name))

        return called

    monkeypatch.setattr(PostureEngine, "snooze", note("snooze"))
    monkeypatch.setattr(PostureEngine, "dismissed", note("dismiss"))
    with Watcher(str(clip), SETTINGS, realtime=False) as watcher:
        watcher.news(60.0)
        answering(watcher, snooze_s=600.0)(answer, alert)
        everything(watcher)
        latest = watcher.now_s + 600.0
    ((name, value, thread),) = heard
    assert (name, thread) == (answer.value, "watcher")
    if answer is Answer.SNOOZE:
        assert isinstance(value, float)
        assert 600.0 < value <= latest
    else:
        assert value is alert


def test_a_clock_that_is_set_is_followed_before_a_camera_and_not_in_a_film(
    clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Summer time begins: an hour is told to the engine, whose quiet hours go by it, once."""
    told: list[float] = []
    ahead_s = [0.0]
    real = time_of_day.seconds_since_midnight
    monkeypatch.setattr(time_of_day, "LOOK_EVERY_S", 0.3)
    monkeypatch.setattr(time_of_day, "seconds_since_midnight", lambda: real() + ahead_s[0])
    monkeypatch.setattr(PostureEngine, "set_clock", lambda _, at_zero_s: told.append(at_zero_s))
    with serving(PersonCamera, video=clip) as (host, port):
        source = f"http://{host}:{port}/"
        with Watcher(source, SETTINGS) as watcher:
            watcher.news(60.0)
            began_s = real() - watcher.now_s
            ahead_s[0] = HOUR_S
            until_s = watcher.now_s + 2
            while watcher.now_s < until_s:
                watcher.news(1.0)
    assert told == pytest.approx([began_s + HOUR_S], abs=1)
    with Watcher(str(clip), SETTINGS, realtime=False) as watcher:
        ahead_s[0] = 0.0
        watcher.news(60.0)
        ahead_s[0] = HOUR_S
        everything(watcher)
    assert len(told) == 1


def test_the_time_of_day_is_that_of_the_pictures_however_long_the_model_takes_to_load(
    clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first picture waits for the pose model; quiet hours begin on the second all the same."""
    told: list[float] = []
    choose = PersonSelector.__init__

    def load_slowly(*values: Any) -> None:
        time.sleep(1.5)
        choose(*values)

    def begin(self: PostureEngine, *values: Any, clock_at_zero_s: float | None) -> None:
        assert clock_at_zero_s is not None
        told.append(clock_at_zero_s)
        make(self, *values, clock_at_zero_s=clock_at_zero_s)

    make = PostureEngine.__init__
    monkeypatch.setattr(PersonSelector, "__init__", load_slowly)
    monkeypatch.setattr(PostureEngine, "__init__", begin)
    with (
        serving(PersonCamera, video=clip) as (host, port),
        Watcher(f"http://{host}:{port}/", SETTINGS) as watcher,
    ):
        while not any(isinstance(news, Observation) for news in watcher.news(60.0)):
            pass
        expected_s = time_of_day.seconds_since_midnight() - watcher.now_s
    assert told == pytest.approx([expected_s], abs=0.5)


def test_a_camera_that_is_lost_sends_nobody_away(clip: Path) -> None:
    """Whoever sat there may sit there still; it counts as a break all the same."""
    settings = SETTINGS.model_copy(
        update={
            "live": SETTINGS.live.model_copy(update={"retry_s": 6.0}),
            "movement": SETTINGS.movement.model_copy(update={"away_s": 5.0, "break_s": 5.0}),
            "slouch": SETTINGS.slouch.model_copy(update={"settle_s": 0.5}),
        }
    )
    steps: list[Step] = []
    with (
        serving(PersonCamera, video=clip, pictures=20) as (host, port),
        Watcher(f"http://{host}:{port}/", settings) as watcher,
    ):
        while not steps or steps[-1].time_s < 10:
            steps += [one.step for one in watcher.news(60.0) if isinstance(one, Observation)]
    assert max(after.time_s - before.time_s for before, after in pairwise(steps)) > 5
    assert steps[-1].strain.sitting_for_s < 5
    assert EventKind.AWAY not in {event.kind for step in steps for event in step.events}


def test_without_judging_it_only_measures(clip: Path) -> None:
    """Calibration needs poses and absolute angles, no verdicts."""
    with Watcher(str(clip), SETTINGS, realtime=False, judging=False) as watcher:
        observed = [news for news in everything(watcher) if isinstance(news, Observation)]
        assert watcher.finish() == ()
    assert all(observation.step.assessment.slouched is None for observation in observed)
    assert all(np.isfinite(observation.step.angles.head_tilt_deg) for observation in observed)


def test_without_judging_it_shows_what_the_view_supports() -> None:
    """As while calibrating: of hips that are hidden no trunk, and no side lean of a forward one."""
    shown: list[Angles] = []
    with Watcher(str(SAMPLES / "front_low.mp4"), Settings(), realtime=False, judging=False) as one:
        while len(shown) < 5:
            news = one.news(1.0)
            shown += [item.step.angles for item in news if isinstance(item, Observation)]
            assert not any(isinstance(item, Ended) for item in news)
    assert all(math.isfinite(angles.neck_inclination_deg) for angles in shown)
    assert all(math.isnan(angles.trunk_lateral_deg) for angles in shown)
    assert all("neck_inclination_deg" in angles.sd for angles in shown)
