"""Specification of taking another stored profile once the one in use no longer holds."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from commands import SAMPLES, run
from rooms import room
from test_profile_choice import ANNA, BEN, DESK, GUEST, KITCHEN, at, learned, sitting
from videos import Image, write_video

from posture_cam.config import Settings
from posture_cam.news import Ended, News, Notice
from posture_cam.observation import Observation
from posture_cam.profile_choice import AGAIN_S, LOOK_S, Candidate, ProfileChooser
from posture_cam.profiles import candidates_at, load_profiles
from posture_cam.recording_date import recorded_at
from posture_cam.reference import CAMERA_MOVED, SOMEBODY_ELSE
from posture_cam.types import EventKind, Pose
from posture_cam.watcher import Watcher

LITE = Settings.model_validate({"pose": {"model": "lite"}})
RATE_HZ = 5
HERE, THERE = "front_high.mp4", "front_low.mp4"
UPRIGHT_S = 8
"""So long people sit upright at the beginning of the sample clips."""


def upright(clip: str) -> list[Image]:
    """The upright pictures of a sample clip, at RATE_HZ."""
    with av.open(str(SAMPLES / clip)) as video:
        stream = video.streams.video[0]
        every = round(float(stream.average_rate or 0) / RATE_HZ)
        frames = (one for number, one in enumerate(video.decode(stream)) if number % every == 0)
        pictures = zip(frames, range(UPRIGHT_S * RATE_HZ), strict=False)
        return [np.asarray(one.to_ndarray(format="bgr24"), np.uint8) for one, _ in pictures]


def film(path: Path, *clips: str) -> Path:
    """One clip after the other, as if the camera had been moved between them."""
    images = [image for clip in clips for image in upright(clip)]
    times_s = [number / RATE_HZ for number in range(len(images))]
    return write_video(path, times_s, images=images)


def watched(source: Path) -> list[News]:
    """All that is heard of a video by whoever has stored profiles."""
    heard: list[News] = []
    candidates = candidates_at(recorded_at(str(source)), load_profiles(LITE), LITE)
    with Watcher(str(source), LITE, candidates=candidates, realtime=False) as watcher:
        while not (heard and isinstance(heard[-1], Ended)):
            heard += watcher.news(60.0)
    return heard


def test_a_camera_carried_to_another_desk_and_back_is_followed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each desk has a profile: the one that fits is used, and named, within eight seconds."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    for name, clip in (("here", HERE), ("there", THERE)):
        source = film(tmp_path / f"{name}.mp4", clip)
        done = run(capsys, "calibrate", "--source", source, "--profile", name, "--seconds", "6",
                   "--no-preview", "--set", "pose.model=lite")  # fmt: skip
        assert done.code == 0
    heard = watched(film(tmp_path / "both.mp4", HERE, THERE, HERE))
    told = [news.sentence for news in heard if isinstance(news, Notice)]
    assert [sentence.split("'")[1] for sentence in told] == ["here", "there", "here"]
    steps = [news.step for news in heard if isinstance(news, Observation)]
    moved = [event for step in steps for event in step.events]
    assert [event.kind for event in moved] == [EventKind.CAMERA_MOVED] * 2
    for part in range(3):
        last = [step for step in steps if step.time_s < UPRIGHT_S * (part + 1)][-1]
        assert last.assessment.slouched is False


def choices(chooser: ProfileChooser, poses: list[Pose], obstacle: str = "") -> list[str]:
    """Names of the profiles that are chosen while these poses are seen."""
    made = []
    for pose in poses:
        if chooser.update(pose, obstacle):
            made.append(chooser.chosen.name if chooser.chosen else "")
    return made


def test_another_place_is_asked_for_until_its_profile_fits() -> None:
    """While the camera is being carried nothing fits; ten seconds later it is looked again."""
    profiles = [
        Candidate("desk", learned(sitting(place=DESK))),
        Candidate("kitchen", learned(sitting(place=KITCHEN))),
    ]
    chooser = ProfileChooser(profiles)
    assert choices(chooser, at(sitting(place=DESK), 0)) == ["desk"]
    assert choices(chooser, at(sitting(place=room(8)), 6), CAMERA_MOVED) == []
    soon, later = 6 + LOOK_S, 6 + LOOK_S + AGAIN_S
    assert choices(chooser, at(sitting(place=KITCHEN), soon), CAMERA_MOVED) == []
    assert choices(chooser, at(sitting(place=KITCHEN), later), CAMERA_MOVED) == ["kitchen"]
    assert not chooser.newcomer


def test_a_profile_that_holds_is_kept_wherever_else_they_would_fit() -> None:
    """Two profiles of one place: nothing is asked while the first one does."""
    baseline = learned(sitting(place=DESK))
    chooser = ProfileChooser([Candidate("a", baseline), Candidate("b", baseline)])
    assert choices(chooser, at(sitting(place=DESK), 0)) == ["a"]
    assert choices(chooser, at(sitting(place=DESK), 6)) == []


def test_somebody_else_is_judged_by_their_own_profile_and_a_guest_by_none() -> None:
    """Before the same camera; whoever is like neither waits, as without the second profile."""
    profiles = [
        Candidate("anna", learned(sitting(ANNA, DESK))),
        Candidate("ben", learned(sitting(BEN, DESK))),
    ]
    chooser = ProfileChooser(profiles)
    assert choices(chooser, at(sitting(ANNA, DESK), 0)) == ["anna"]
    assert choices(chooser, at(sitting(GUEST, DESK), 6), SOMEBODY_ELSE) == []
    assert choices(chooser, at(sitting(BEN, DESK), 30), SOMEBODY_ELSE) == ["ben"]
    assert chooser.newcomer


def test_of_one_person_the_second_profile_is_not_taken_for_a_guest() -> None:
    """It resembles the guest no more than the one in use, of whom they are said to be another."""
    baseline = learned(sitting(place=DESK))
    chooser = ProfileChooser([Candidate("morning", baseline), Candidate("evening", baseline)])
    assert choices(chooser, at(sitting(place=DESK), 0)) == ["morning"]
    assert choices(chooser, at(sitting(place=DESK), 6), SOMEBODY_ELSE) == []
