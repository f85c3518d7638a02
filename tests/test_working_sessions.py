"""Whole working sessions with known truth, on seeds that were not used while writing the rules.

The figures over more sessions: python tests/benchmarks/strain_evidence.py
"""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import SAMPLES, start
from landmark_sessions import compose as compose_landmarks
from landmark_sessions import course_of, poses_of, read_materials
from session_scores import Score, events_of, score, score_sessions
from streams import of_kind
from working_sessions import Flaws, compose, expected_alerts, expected_bouts

from posture_cam.config import Settings
from posture_cam.replay import run_engine
from posture_cam.tuning.clips import find_clips
from posture_cam.types import Event, EventKind

SEEDS = range(2000, 2004)
FLAWLESS = Flaws(noise=(), spikes_per_hour=0, lost_share=0, lost_bursts_per_hour=0)
CLIPS = ("front_low", "side_right")
MINUTES = 9.0


@pytest.fixture(scope="module", params=[1, 2, 5, 10])
def noisy(request: pytest.FixtureRequest) -> Score:
    """Sessions of 10-60 min with noise, spikes and lost frames, at one frame rate."""
    seeds = SEEDS if request.param <= 5 else SEEDS[:2]
    return score_sessions(seeds, request.param, Flaws())


def test_the_sessions_hold_what_they_should() -> None:
    """Short slouches and long ones, absences, and budgets that are truly used up."""
    courses = [compose(seed, 30) for seed in SEEDS]
    assert sum(len(expected_bouts(course)) for course in courses) >= 8
    assert sum(len(expected_bouts(course, sustained_s=0)) for course in courses) >= 16
    assert sum(len(expected_alerts(course)) for course in courses) >= 5
    assert any(course.here.mean() < 1 for course in courses)


def test_bouts_are_found_with_their_start_and_end(noisy: Score) -> None:
    """F1 at least .95 with start and end within 10 s."""
    assert noisy.bouts.f1 >= 0.95


def test_false_alerts_are_rare(noisy: Score) -> None:
    """At most one in two hours, and none outside a true bout."""
    assert noisy.false_alerts_per_hour <= 0.5
    assert noisy.outside == 0


def test_reminders_come_when_the_holding_time_is_truly_used_up(noisy: Score) -> None:
    """With a median delay of at most 5 s, early or late; missed only if the bout ends then."""
    assert noisy.alert_recall >= 0.85
    assert abs(noisy.median_delay_s) <= 5


@pytest.mark.parametrize("rate_hz", [1, 2, 10, 30])
def test_every_frame_rate_gives_the_same_events(rate_hz: int) -> None:
    """Without noise, bouts agree within a second with those at 5 frames a second."""
    course = compose(2005, 15)
    assert_same_bouts(
        events_of(course, rate_hz, FLAWLESS, 1), events_of(course, 5, FLAWLESS, 1)
    )  # fmt: skip


@pytest.fixture(scope="module")
def seen_closely() -> dict[int, list[Event]]:
    """Noisy sessions at ten frames a second."""
    return {seed: events_of(compose(seed, 20), 10, Flaws(), seed) for seed in SEEDS[:3]}


@pytest.mark.parametrize("rate_hz", [1, 2, 5])
def test_noise_does_not_make_the_events_depend_on_the_frame_rate(
    rate_hz: int, seen_closely: dict[int, list[Event]]
) -> None:
    """With the noise of real landmarks, bouts agree within a second."""
    for seed, expected in seen_closely.items():
        assert_same_bouts(events_of(compose(seed, 20), rate_hz, Flaws(), seed), expected)


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """MediaPipe's landmarks of two sample clips."""
    output = tmp_path_factory.mktemp("landmarks")
    clips = [SAMPLES / f"{clip}.mp4" for clip in CLIPS]
    with start("analyze", *clips, "-o", output, "--set", "analyze.rate_hz=5") as process:
        _, errors = process.communicate()
    assert process.returncode == 0, errors
    return output


@pytest.mark.parametrize("clip", CLIPS)
def test_real_landmarks_through_the_whole_engine_give_the_true_bouts(
    recordings: Path, clip: str
) -> None:
    """Sessions of replayed landmarks: every bout, no alert outside one, the same at 1 and 5 Hz."""
    [recorded] = find_clips([recordings / clip])
    scenes = compose_landmarks(read_materials(recorded), 2010, MINUTES)
    slow, fast = (
        list(run_engine(poses_of(scenes, rate_hz), Settings()).events) for rate_hz in (1, 5)
    )
    for events in (slow, fast):
        figures = score(course_of(scenes), events)
        assert figures.bouts.true >= 1
        assert figures.bouts.f1 == 1.0
        assert figures.outside == 0
    assert_same_bouts(slow, fast)


def assert_same_bouts(events: list[Event], others: list[Event]) -> None:
    """The same number of bouts, each beginning and ending within a second of its other."""
    bouts, expected = (of_kind(some, EventKind.SLOUCH) for some in (events, others))
    assert len(bouts) == len(expected) > 0
    for bout, other in zip(bouts, expected, strict=True):
        assert bout.start_s == pytest.approx(other.start_s, abs=1)
        assert bout.end_s == pytest.approx(other.end_s, abs=1)
