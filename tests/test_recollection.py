"""Specification of a calibration of another day: a witness beside what is found today."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from commands import SAMPLES
from commands import run as run_command
from hypothesis import given
from hypothesis import strategies as st
from person_camera import shortened
from replays import from_first_slouch
from restarts import run_restarted
from test_another_profile import HERE as HERE_CLIP
from test_another_profile import RATE_HZ as FILM_HZ
from test_another_profile import film, upright, watched
from test_baseline_doubt import UPRIGHT, measured
from test_engine import NETWORKS, QUICK, RATE_HZ, run, verdicts
from test_stand_in import BASELINE, HERE, THERE, THIRD, kinds, poses
from videos import write_video

from posture_cam import nights
from posture_cam.baseline import Baseline, make_baseline
from posture_cam.baseline_doubt import doubt_about, in_doubt, on_another_day
from posture_cam.config import Settings
from posture_cam.engine import PostureEngine
from posture_cam.news import Notice
from posture_cam.nights import NIGHT_S
from posture_cam.observation import Observation
from posture_cam.person_choice import PersonSelector
from posture_cam.profile_choice import Candidate
from posture_cam.profile_use import ANOTHER_DAY, ProfileUse
from posture_cam.recollection import (
    ALONE_SURENESS,
    BESIDE_SURENESS,
    DAY_SD_DEG,
    TODAY_SURENESS,
    Recollection,
)
from posture_cam.reference import CAMERA_MOVED, SOMEBODY_ELSE
from posture_cam.replay import Replay, run_engine
from posture_cam.slouch_odds import at_a_desk
from posture_cam.tuning.clips import RecordedClip, find_clips, find_labels
from posture_cam.tuning.metrics import roc_auc
from posture_cam.types import EventKind, Pose

OF_YESTERDAY = replace(BASELINE, of_another_day=True)
RECORDINGS = sorted((Path(__file__).parent / "recordings").glob("same_*.npz"))
CALIBRATED_S = 8.0
MOSTLY_WRONG, HARDLY_WRONG = 0.5, 0.1
GAIN = 0.08
"""In AUC; it is .82 without."""
LOWER_SEAT = 0.2
"""Of the spread of head and shoulders: 2 to 3 cm."""
CERTAIN = 100.0
log_odds = st.floats(-12, 12)


def judged_of_yesterday() -> PostureEngine:
    return PostureEngine(QUICK, NETWORKS, OF_YESTERDAY)


# What is judged against


def test_what_is_found_today_is_judged_against() -> None:
    """From the first second of sitting still on; until then it is the profile."""
    engine = judged_of_yesterday()
    stream = poses(("upright", HERE, 6), ("slouched", HERE, 6))
    first = engine.update(stream[0])
    assert first.assessment.slouched is False
    assert engine.baseline is OF_YESTERDAY
    steps = run(engine, stream[1:])
    assert engine.baseline is not OF_YESTERDAY
    assert engine.recalls
    assert verdicts(steps)[-1] is True


def test_before_another_camera_the_other_day_says_nothing() -> None:
    """That is told once, and what is found there is judged against alone; never what was found at
    the old place. Back there both hold again at once."""
    engine = judged_of_yesterday()
    steps = run(engine, poses(("upright", HERE, 6), ("slouched", THERE, 4)))
    assert engine.obstacle == CAMERA_MOVED
    moved = next(number for number, step in enumerate(steps) if step.events)
    assert verdicts(steps)[moved] is None
    acts = (("upright", HERE, 6), ("upright", THERE, 9), ("upright", THIRD, 9))
    engine = judged_of_yesterday()
    steps = run(engine, poses(*acts))
    assert engine.stand_in
    there = engine.recalls
    assert verdicts(steps)[-1] is False
    back = poses(*acts, ("upright", HERE, 8), ("slouched", HERE, 6))
    steps += run(engine, back[len(steps) :])
    assert kinds(steps).count(EventKind.CAMERA_MOVED) == 1
    assert (there, engine.recalls) == (False, True)
    assert None not in verdicts(steps)[-10 * RATE_HZ :]
    assert verdicts(steps)[-1] is True


def test_a_day_before_another_camera_is_no_night(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who was watched there all along is judged by what was found in the morning, back here."""
    monkeypatch.setattr(nights, "NIGHT_S", 20.0)
    engine = judged_of_yesterday()
    acts = ("upright", HERE, 12), ("upright", THERE, 40), ("upright", HERE, 12)
    stream = poses(*acts)
    run(engine, stream[: 12 * RATE_HZ])
    found = engine.baseline
    run(engine, stream[12 * RATE_HZ :])
    assert engine.recalls
    assert engine.baseline is found


def test_a_guest_is_not_judged_by_it() -> None:
    """Nor by anything else, as beside a calibration of today; then the owner is, as before."""
    engine = judged_of_yesterday()
    acts = (("upright", HERE, 8), ("away", HERE, 7), ("broad", HERE, 40), ("away", HERE, 7))
    steps = run(engine, poses(*acts))
    before = [step for step in steps if step.time_s < 55]
    assert before[-1].assessment.reason == SOMEBODY_ELSE
    assert kinds(steps).count(EventKind.OTHER_PERSON) == 1
    guest = engine.recalls
    run(engine, poses(*acts, ("upright", HERE, 40))[len(steps) :])
    assert (guest, engine.recalls) == (False, True)


def test_the_owner_who_comes_back_has_not_sat_as_long_as_the_guest() -> None:
    """It counts from when they are recognised, though what is judged against is known at once."""
    settings = QUICK.model_copy(update={"strain": Settings().strain})
    acts = (("upright", HERE, 10), ("away", HERE, 7), ("broad", HERE, 40), ("away", HERE, 7))
    last = run_engine(poses(*acts, ("upright", HERE, 40)), settings, OF_YESTERDAY).steps[-1]
    assert last.strain.sitting_for_s < 20


def test_a_profile_that_is_chosen_later_leaves_what_was_found() -> None:
    """Its owner has sat upright while it was looked for, and slouches by then."""
    stream = poses(("upright", HERE, 4), ("slouched", HERE, 10))
    engine = PostureEngine(QUICK, NETWORKS)
    run(engine, stream[: 3 * RATE_HZ])
    found = engine.baseline
    engine.calibrate(OF_YESTERDAY)
    steps = run(engine, stream[3 * RATE_HZ :])
    assert engine.recalls
    assert found is not None
    assert engine.baseline is not OF_YESTERDAY
    assert verdicts(steps)[-1] is True


def test_a_calibration_of_today_ends_it() -> None:
    """From its first picture on nothing else is asked."""
    engine = judged_of_yesterday()
    run(engine, poses(("upright", HERE, 6)))
    engine.calibrate(BASELINE)
    engine.update(replace(poses(("upright", HERE, 1))[0], time_s=7.0))
    assert engine.baseline is BASELINE
    assert not engine.recalls


def test_it_can_be_saved_and_put_back() -> None:
    """Before and after today's posture is found, the camera moves, a guest comes, a night goes."""
    stream = poses(
        ("upright", HERE, 5), ("slouched", HERE, 3), ("upright", THERE, 8), ("slouched", HERE, 6),
        ("away", HERE, 5), ("broad", HERE, 22), ("away", HERE, 5), ("upright", HERE, 18),
    )  # fmt: skip
    stream += after(poses(("upright", HERE, 4)), 2 * NIGHT_S)
    expected = run(judged_of_yesterday(), stream)
    steps = run_restarted(judged_of_yesterday(), lambda: PostureEngine(QUICK, NETWORKS), stream)
    assert repr(steps) == repr(expected)


# A night


def after(stream: Sequence[Pose], pause_s: float) -> list[Pose]:
    """The same some hours later."""
    return [replace(pose, time_s=pose.time_s + pause_s) for pose in stream]


@pytest.mark.parametrize(("hours", "recalls"), [(14, True), (5, False)])
def test_after_a_night_a_calibration_is_of_another_day(hours: float, recalls: bool) -> None:
    """Not after a long meeting: who never ends the program is judged as who starts it daily."""
    engine = PostureEngine(QUICK, NETWORKS, BASELINE)
    day = poses(("upright", HERE, 6))
    run(engine, day)
    run(engine, after(day, hours * 3600))
    assert engine.recalls is recalls


def test_how_old_a_calibration_is_counts_from_its_making_on() -> None:
    """Made at one, live begun at nine in the evening, back at seven: that is another day."""
    engine = PostureEngine(QUICK, NETWORKS, replace(BASELINE, age_s=8 * 3600.0))
    day = poses(("upright", HERE, 6))
    run(engine, day)
    run(engine, after(day, 10 * 3600))
    assert engine.recalls


def test_who_comes_for_the_first_time_when_it_is_too_old_is_judged_of_another_day() -> None:
    """Live was begun in the evening, and nobody sat there before the morning."""
    engine = PostureEngine(QUICK, NETWORKS, replace(BASELINE, age_s=8 * 3600.0))
    day = poses(("upright", HERE, 6))
    run(engine, [pose.absent() for pose in day])
    new_days = [bool(engine.update(pose)) and engine.new_day for pose in after(day, 13 * 3600)]
    assert new_days == [True] + [False] * (len(day) - 1)
    assert engine.recalls


def test_a_profile_that_is_chosen_late_is_as_old_as_it_is_then() -> None:
    """And it is said so, as hints, which --quiet leaves out."""
    told: list[Notice] = []
    candidate = Candidate("desk", replace(BASELINE, age_s=8 * 3600.0))
    use = ProfileUse(None, [candidate], QUICK, told.append)
    engine = PostureEngine(QUICK, NETWORKS)
    selector = PersonSelector()
    for pose in after(poses(("upright", HERE, 6)), 13 * 3600):
        use.choose(pose, engine, selector)
        engine.update(pose)
        use.follow(engine)
    assert engine.recalls
    assert ANOTHER_DAY in [notice.sentence for notice in told]
    assert all(notice.hint for notice in told)


def test_a_calibration_that_holds_for_good_does_so_over_nights() -> None:
    """As the setting says."""
    calibration = QUICK.calibration.model_copy(update={"holds_h": 1e6})
    engine = PostureEngine(
        QUICK.model_copy(update={"calibration": calibration}), NETWORKS, BASELINE
    )
    day = poses(("upright", HERE, 6))
    run(engine, day)
    run(engine, after(day, 14 * 3600))
    assert engine.baseline is BASELINE


def test_a_guest_in_the_morning_is_noticed() -> None:
    """Other clothes than in the evening say nothing of who it is; proportions do."""
    engine = PostureEngine(QUICK, NETWORKS, BASELINE)
    run(engine, poses(("upright", HERE, 6)))
    steps = run(engine, after(poses(("broad", HERE, 40)), 14 * 3600))
    assert EventKind.OTHER_PERSON in kinds(steps)
    assert steps[-1].assessment.reason == SOMEBODY_ELSE


def test_after_a_second_night_it_still_is() -> None:
    """And what was found in between is not."""
    engine = judged_of_yesterday()
    day = poses(("upright", HERE, 6))
    run(engine, day)
    found = engine.baseline
    run(engine, after(day, NIGHT_S + 60))
    assert engine.recalls
    assert engine.baseline is not found


def test_after_a_night_a_posture_that_was_found_is_forgotten() -> None:
    """Another one is looked for, as at the beginning."""
    engine = PostureEngine(QUICK, NETWORKS)
    day = poses(("upright", HERE, 6))
    run(engine, day)
    first = engine.update(replace(day[0], time_s=NIGHT_S + 60))
    assert engine.baseline is None
    assert first.assessment.slouched is None
    assert verdicts(run(engine, after(day, NIGHT_S + 61)))[-1] is False


# What it says


@given(log_odds, log_odds, log_odds)
def test_beside_an_upright_posture_of_today_both_are_heard(
    today: float, recalled: float, own: float
) -> None:
    """Each by its share; what one picture says by itself adds nothing."""
    said = Recollection(-CERTAIN, recalled, (0.0, 5.0))
    doubted = in_doubt(measured(5.0, today, replace(UPRIGHT, slouch_logit=own)), UPRIGHT, said)
    expected = TODAY_SURENESS * today + BESIDE_SURENESS * recalled
    assert doubted.slouch_log_odds == pytest.approx(expected, abs=1e-4)


@given(log_odds, log_odds, log_odds)
def test_beside_a_slouch_of_today_the_other_day_is_heard(
    today: float, recalled: float, own: float
) -> None:
    """And the picture by itself; how much has changed since the slouch adds nothing."""
    said = Recollection(CERTAIN, recalled, (17.0, 5.0))
    doubted = in_doubt(measured(5.0, today, replace(UPRIGHT, slouch_logit=own)), UPRIGHT, said)
    expected = at_a_desk(own) + ALONE_SURENESS * recalled
    assert doubted.slouch_log_odds == pytest.approx(expected, abs=1e-4)
    assert doubted.angles.spine_flexion_deg == pytest.approx(17.0)
    assert doubted.angles.sd["spine_flexion_deg"] == pytest.approx(5.0, rel=0.02)


@given(log_odds, log_odds)
def test_before_anything_is_found_it_is_heard_beside_the_picture(
    recalled: float, own: float
) -> None:
    """Less surely than a calibration of today, in verdict and angle."""
    today = measured(5.0, recalled, replace(UPRIGHT, slouch_logit=own))
    doubted = on_another_day(today)
    expected = at_a_desk(own) + ALONE_SURENESS * recalled
    assert doubted.slouch_log_odds == pytest.approx(expected)
    assert doubted.angles.spine_flexion_deg == 5.0
    assert doubted.angles.sd["spine_flexion_deg"] == pytest.approx(math.hypot(4.0, DAY_SD_DEG))


@given(st.floats(-30, 30), st.floats(0, 20))
def test_the_more_it_speaks_against_a_posture_the_more_that_is_doubted(
    said: float, more: float
) -> None:
    """Between 0 and 1."""
    assert 0 <= doubt_about(UPRIGHT, said) <= doubt_about(UPRIGHT, said + more) <= 1


# How well that is


def on_a_higher_seat(clip: RecordedClip) -> Baseline:
    """Somebody's upright posture as it was on a day on which the seat was set higher."""
    upright = make_baseline([pose for pose in clip.poses if pose.time_s < CALIBRATED_S], Settings())
    points = upright.pose.landmarks.copy()
    points[:, 1] -= LOWER_SEAT * np.ptp(points[:13, 1])
    return replace(upright, pose=replace(upright.pose, landmarks=points))


def test_a_seat_that_was_higher_on_the_other_day_makes_no_slouch() -> None:
    """By a calibration that counts as one of today, most upright seconds become one."""
    wrong: dict[bool, list[bool]] = {False: [], True: []}
    for clip in find_clips(RECORDINGS):
        for other_day, verdicts_upright in wrong.items():
            baseline = replace(on_a_higher_seat(clip), of_another_day=other_day)
            replay = run_engine(clip.poses, Settings(), baseline)
            verdicts_upright += while_upright(replay)
    assert np.mean(wrong[False]) > MOSTLY_WRONG
    assert np.mean(wrong[True]) < HARDLY_WRONG


def while_upright(replay: Replay) -> list[bool]:
    """Verdicts while the recorded people sit upright, once they have sat still."""
    first_s = replay.times[0]
    return [
        step.assessment.slouched
        for step in replay.steps
        if step.assessment.slouched is not None and 2 < step.time_s - first_s < CALIBRATED_S
    ]


def test_who_begins_the_day_with_a_slouch_is_judged_better_with_it() -> None:
    """Though the seat was another; on the way, as `live` judges."""
    areas = []
    for recalled in (False, True):
        judged = []
        for clip in find_clips(RECORDINGS):
            labels = find_labels(clip)
            assert labels is not None
            profile = replace(on_a_higher_seat(clip), of_another_day=True) if recalled else None
            judged.append(from_first_slouch(clip, labels, hindsight=False, baseline=profile))
        truth, score = np.concatenate(judged, axis=1)
        known = np.isfinite(truth) & np.isfinite(score)
        areas.append(roc_auc(truth[known], score[known]))
    assert areas[1] > areas[0] + GAIN


# Which day it is


def test_the_date_of_the_pictures_decides(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a video that is when it was last written; the results say what they rest on."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    lite = ("--set", "pose.model=lite", "--profile", "desk")
    clip = shortened(SAMPLES / "front_high.mp4", tmp_path / "front_high.mp4", 12)
    made = run_command(
        capsys, "calibrate", "--source", clip, "--seconds", "6", "--no-preview", *lite
    )
    assert made.code == 0
    today, later = tmp_path / "today.mp4", tmp_path / "later.mp4"
    for copy, hours in ((today, 3), (later, 24)):
        copy.write_bytes(clip.read_bytes())
        moment_s = clip.stat().st_mtime + hours * 3600
        os.utime(copy, (moment_s, moment_s))
    done = run_command(capsys, "analyze", today, later, "-o", tmp_path / "out", *lite)
    assert done.code == 0
    source = {}
    for name in ("today", "later"):
        folder = tmp_path / "out" / name
        source[name] = json.loads((folder / "summary.json").read_text())["baseline"]["source"]
        page = (folder / "report.html").read_text(encoding="utf-8")
        assert ("the profile says how likely it is" in page) == (name == "later")
    assert source == {"today": "profile desk", "later": "this clip and profile desk of another day"}
    replayed = run_command(capsys, "tune", "replay", tmp_path / "out" / "later")
    assert replayed.code == 0


def test_live_says_that_a_profile_is_of_another_day(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once, beside its name, and what helps; nothing when it is of today."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    clip = film(tmp_path / "desk.mp4", HERE_CLIP)
    made = run_command(
        capsys, "calibrate", "--source", clip, "--profile", "desk", "--seconds", "6",
        "--no-preview", "--set", "pose.model=lite",
    )  # fmt: skip
    assert made.code == 0
    for hours, told in ((1, 0), (24, 1)):
        moment_s = clip.stat().st_mtime + hours * 3600
        os.utime(clip, (moment_s, moment_s))
        notices = [news.sentence for news in watched(clip) if isinstance(news, Notice)]
        assert notices[0] == "The profile 'desk' fits and is used."
        assert notices.count(ANOTHER_DAY) == told


def test_after_a_night_live_says_so_and_looks_at_the_profiles_anew(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The profile of its person and place is kept as a witness; its name is no news."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    images = upright(HERE_CLIP)
    times_s = [number / FILM_HZ for number in range(len(images))]
    night = [14 * 3600.0 + time_s for time_s in times_s]
    clip = write_video(tmp_path / "desk.mp4", times_s + night, images=images + images)
    made = run_command(
        capsys, "calibrate", "--source", clip, "--profile", "desk", "--seconds", "6",
        "--no-preview", "--set", "pose.model=lite",
    )  # fmt: skip
    assert made.code == 0
    heard = watched(clip)
    notices = [news.sentence for news in heard if isinstance(news, Notice)]
    assert notices == ["The profile 'desk' fits and is used.", ANOTHER_DAY]
    steps = [news.step for news in heard if isinstance(news, Observation)]
    assert steps[-1].time_s > night[0]
    assert steps[-1].assessment.slouched is False
