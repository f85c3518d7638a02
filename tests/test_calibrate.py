"""Specification of calibration: what is stored, what is refused, and that refusals do no harm."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from commands import SAMPLES, run, start
from montages import before_a_portrait, beside_a_smaller
from numpy.typing import NDArray
from people import bend, body, seen_from
from person_camera import PersonCamera, shortened
from rooms import room, seen
from servers import serving
from spoilt_pictures import rewrite
from videos import write_video

from posture_cam.calibrate import Calibration, Phase
from posture_cam.config import Settings
from posture_cam.errors import CalibrationError
from posture_cam.landmarks import Landmark as L
from posture_cam.profiles import list_profiles, load_profile
from posture_cam.sources import open_source
from posture_cam.types import Pose, View

ANOTHER = frozenset({1})
"""Somebody else who could be meant, by number."""
CLIP = SAMPLES / "front_low.mp4"
SETTINGS = Settings()
LITE = ("--set", "pose.model=lite")


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the profiles of whoever runs the tests."""
    for name in ("DATA", "CONFIG"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    monkeypatch.delenv("DISPLAY", raising=False)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds of a person sitting upright."""
    return shortened(CLIP, tmp_path_factory.mktemp("clips") / "upright.mp4", 4)


def watched(
    pose_at: Callable[[float], Pose],
    *,
    rivals: frozenset[int] = frozenset(),
    seconds: float = 5.0,
    shown_s: float = 5.2,
) -> Calibration:
    """A calibration that was shown these poses, ten a second."""
    calibration = Calibration(seconds, countdown_s=0.0)
    for step in range(round(shown_s * 10)):
        calibration.update(pose_at(step / 10), rivals)
    return calibration


def upright(time_s: float) -> Pose:
    return seen_from(body(), time_s=time_s)


def test_after_the_countdown_the_seconds_are_counted() -> None:
    """Get ready, hold still, done; the sentences say how long."""
    calibration = Calibration(2.0, countdown_s=1.0)
    told = [calibration.update(upright(10 + step / 2)) for step in range(9)]
    assert [progress.phase for progress in told] == [
        *[Phase.GET_READY] * 3, *[Phase.HOLD_STILL] * 4, *[Phase.DONE] * 2
    ]  # fmt: skip
    assert told[0].sentence == told[1].sentence == "Sit upright: 1 s"
    assert told[3].sentence == "Hold still: 2 s"


def test_of_a_recording_the_seconds_begin_where_it_is_said() -> None:
    """From its first picture on; nobody is asked to sit still."""
    calibration = Calibration(2.0, countdown_s=1.0, recorded=True)
    told = [calibration.update(upright(10 + step / 2)) for step in range(8)]
    assert [progress.phase for progress in told] == [
        *[Phase.GET_READY] * 2, *[Phase.HOLD_STILL] * 4, *[Phase.DONE] * 2
    ]  # fmt: skip
    assert told[0].sentence == "Upright seconds begin in: 1 s"
    assert told[2].sentence == "Upright seconds left: 2 s"


def test_the_countdown_does_not_run_while_the_pose_model_is_loaded() -> None:
    """The first picture waits for it, so the second begins the countdown."""
    calibration = Calibration(2.0, countdown_s=3.0)
    calibration.update(upright(0.0))
    late = calibration.update(upright(4.0))
    assert (late.phase, late.sentence) == (Phase.GET_READY, "Sit upright: 3 s")


def test_only_the_seconds_after_the_countdown_count() -> None:
    """Getting ready may be as restless as it likes."""
    calibration = Calibration(3.0, countdown_s=1.0)
    for step in range(45):
        restless = bend(body(), -0.479, 30 * np.sin(step)) if step < 10 else body()
        calibration.update(seen_from(restless, time_s=step / 10))
    baseline = calibration.baseline(SETTINGS)
    assert baseline.angles.view is View.FRONT
    assert baseline.seconds == pytest.approx(2.9)


@pytest.mark.parametrize(
    ("pose_at", "rivals", "reason"),
    [
        (lambda time_s: Pose.nobody(time_s, 640, 480, 0.5), frozenset(), "found in only"),
        (upright, ANOTHER, "Somebody else who looks about as large"),
        (lambda time_s: seen_from(bend(body(), -0.479, 30 * np.sin(3 * time_s)), 90,
                                  time_s=time_s), frozenset(), "moved too much"),
        (lambda time_s: seen_from(body(), time_s=time_s, hidden=(L.NOSE,)), frozenset(),
         "not seen well"),
        (lambda time_s: seen_from(body(), 180, time_s=time_s), frozenset(), "from behind"),
        (lambda time_s: Pose.nobody(time_s, 640, 480, 0.01), frozenset(), "too dark"),
    ],
    ids=["nobody", "two people", "moving", "face hidden", "from behind", "dark"],
)  # fmt: skip
def test_poor_pictures_are_refused_with_the_reason(
    pose_at: Callable[[float], Pose], rivals: frozenset[int], reason: str
) -> None:
    """Each refusal says what was wrong and that one should calibrate again."""
    with pytest.raises(CalibrationError, match=rf"{reason}.*calibrate\s+again"):
        watched(pose_at, rivals=rivals).baseline(SETTINGS)


def test_a_photograph_is_no_calibration() -> None:
    """One picture does not show whether somebody sits still."""
    calibration = Calibration(10.0, countdown_s=0.0)
    calibration.update(upright(0.0))
    with pytest.raises(CalibrationError, match="A single picture does not show"):
        calibration.baseline(SETTINGS)


def test_a_name_that_no_profile_can_have_is_refused_before_anybody_sits_still(
    capsys: pytest.CaptureFixture[str], clip: Path
) -> None:
    """Not after the countdown and ten seconds of holding still."""
    refused = run(capsys, "calibrate", "--source", clip, "--profile", "a/b", "--no-preview")
    assert refused.code == 1
    assert "'a/b' cannot name a profile" in refused.err
    assert "Hold still" not in refused.out + refused.err


def test_a_camera_that_stalls_for_all_of_the_seconds_is_named() -> None:
    """There is nothing to say about pictures that were not there."""
    calibration = Calibration(2.0, countdown_s=3.0)
    for time_s in (0.0, 1.0, 9.0):
        calibration.update(upright(time_s))
    assert calibration.progress.phase is Phase.DONE
    with pytest.raises(CalibrationError, match="gave no pictures in those seconds"):
        calibration.baseline(SETTINGS)


@pytest.mark.parametrize("gone", [(1.0, 5.0), (3.0, 4.99), (1.0, 3.5)])
def test_a_stream_that_stalls_is_no_calibration(gone: tuple[float, float]) -> None:
    """One second of five does not show how somebody sat."""
    calibration = Calibration(5.0, countdown_s=0.0)
    for step in range(55):
        if not gone[0] <= step / 10 - 0.1 < gone[1]:
            calibration.update(upright(step / 10))
    calibration.update(upright(5.5))
    if gone[1] - gone[0] < 2:
        assert calibration.baseline(SETTINGS).frames > 20
    else:
        with pytest.raises(CalibrationError, match="No pictures came for"):
            calibration.baseline(SETTINGS)


@pytest.mark.parametrize("view_deg", [0, 45, 90])
def test_half_of_a_slouch_is_no_calibration(view_deg: float) -> None:
    """Still before and after: the median of both would be no upright posture."""
    slumped = bend(bend(body(), -0.4, 12), -0.1, 25)

    def sitting(time_s: float) -> Pose:
        return seen_from(body() if time_s < 3 else slumped, view_deg, time_s=time_s)

    with pytest.raises(CalibrationError, match=r"posture changed meanwhile|moved too much"):
        watched(sitting).baseline(SETTINGS)


def test_too_few_pictures_are_named_as_such() -> None:
    """Whoever was in all four of them need not sit otherwise."""
    calibration = Calibration(4.0, countdown_s=0.0)
    for step in range(6):
        calibration.update(upright(float(step)))
    with pytest.raises(CalibrationError, match="Only 4 pictures came in 4 s"):
        calibration.baseline(SETTINGS)


def test_a_camera_that_was_knocked_and_put_back_is_no_calibration() -> None:
    """In between it showed another place."""
    wall = room()

    def knocked(time_s: float) -> Pose:
        pose = upright(time_s)
        right = 6.0 if 2 <= time_s < 4 else 0.0
        return replace(pose, scene=seen(wall, right, people=(pose,))) if time_s % 1 == 0 else pose

    with pytest.raises(CalibrationError, match="camera moved"):
        watched(knocked).baseline(SETTINGS)


def test_somebody_walking_past_is_no_company() -> None:
    """One person behind you for half a second does not spoil ten seconds."""
    calibration = Calibration(5.0, countdown_s=0.0)
    for step in range(55):
        calibration.update(upright(step / 10), ANOTHER if 20 <= step < 25 else frozenset())
    assert calibration.baseline(SETTINGS).frames == 50


def test_a_portrait_as_large_is_no_company() -> None:
    """It may take some seconds until that is known; a person beside it is company all the same."""
    for number, refused in ((1, False), (2, True)):
        calibration = Calibration(5.0, countdown_s=0.0)
        for step in range(55):
            known = frozenset({1}) if step > 40 else frozenset[int]()
            calibration.update(upright(step / 10), frozenset({1, number}), known)
        with pytest.raises(CalibrationError) if refused else nullcontext():
            assert calibration.baseline(SETTINGS).frames == 50


def test_too_short_a_recording_is_refused() -> None:
    """Three seconds are not five; a tenth of them may be missing."""
    with pytest.raises(CalibrationError, match=r"2\.\d s too early"):
        watched(upright, shown_s=3.0).baseline(SETTINGS)
    assert watched(upright, shown_s=4.8).baseline(SETTINGS).frames == 48


def test_a_profile_is_stored_and_used(capsys: pytest.CaptureFixture[str], clip: Path) -> None:
    """`calibrate` writes it, and `live` then needs no seconds of sitting upright."""
    done = run(capsys, "calibrate", "--source", clip, "--seconds", "3", "--profile", "desk",
               "--no-preview", "--json", *LITE)  # fmt: skip
    assert done.code == 0
    record = json.loads(done.out)
    assert record["calibrated"] is True
    assert record["looks_slouched"] is False
    assert Path(record["path"]).is_file()
    assert record["view"] == "front"
    assert load_profile("desk", Settings()).baseline.seconds > 2.5
    live = start("live", "--source", clip, "--profile", "desk", "--no-preview", "--json", *LITE)
    out, _ = live.communicate(timeout=60)
    states = [json.loads(line)["state"] for line in out.splitlines()]
    assert next(state for state in states if state != "no_picture") == "upright"


def test_who_has_no_room_above_the_head_is_told_how_to_aim(
    capsys: pytest.CaptureFixture[str], clip: Path
) -> None:
    """The calibration is stored; what is read with it is less exact."""
    arguments = ("calibrate", "--source", clip, "--seconds", "3", "--no-preview", *LITE)
    low = run(capsys, *arguments)
    assert low.code == 0
    assert "tilt the camera up or move it back. Then calibrate again." in low.out
    record = json.loads(run(capsys, *arguments, "--json").out)
    assert 0 < record["room_above_head"] < 0.1
    assert 0.1 < record["room_below_shoulders"] < 0.6
    high = shortened(SAMPLES / "front_high.mp4", clip.with_name("high.mp4"), 4)
    done = run(capsys, *arguments[:2], high, *arguments[3:])
    assert done.code == 0
    assert "camera" not in done.out


def test_who_fills_the_picture_is_told_that_a_moved_camera_will_not_be_noticed(
    capsys: pytest.CaptureFixture[str], clip: Path, tmp_path: Path
) -> None:
    """Of the place behind too little is left to know it again; in the whole picture enough is."""
    with open_source(str(clip)) as source:
        close = [frame.image[:, 200:440] for frame in source]
    near = write_video(tmp_path / "near.mp4", [n / 15 for n in range(len(close))], images=close)
    told = {}
    for video in (clip, near):
        arguments = ("calibrate", "--source", video, "--seconds", "3", "--no-preview", *LITE)
        told[video] = "moved camera will not be noticed" in run(capsys, *arguments).out
        record = json.loads(run(capsys, *arguments, "--json").out)
        assert record["place_recognisable"] is not told[video]
    assert told == {clip: False, near: True}


def test_who_is_folded_over_a_phone_is_told_so(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """It is stored, because a round back may look so for good."""
    with open_source(str(SAMPLES / "side_right.mp4")) as source:
        images = [frame.image for frame in source if 10.6 <= frame.time_s < 14.4]
    times_s = [number / 15 for number in range(len(images))]
    folded = write_video(tmp_path / "folded.mp4", times_s, images=images)
    done = run(capsys, "calibrate", "--source", folded, "--seconds", "3", "--no-preview")
    assert done.code == 0
    assert "Stored as profile" in done.out
    assert "looks slouched" in done.out


def test_a_recording_that_begins_slouched_is_calibrated_later_in_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Where the upright seconds begin; beyond its end there are none."""
    with open_source(str(SAMPLES / "side_right.mp4")) as source:
        pictures = [(frame.time_s, frame.image) for frame in source if frame.time_s < 14.4]
    images = [image for time_s, image in pictures if time_s >= 10.6]
    images += [image for time_s, image in pictures if time_s < 7.0]
    times_s = [number / 15 for number in range(len(images))]
    video = write_video(tmp_path / "later.mp4", times_s, images=images)
    command = ("calibrate", "--source", video, "--seconds", "3", "--no-preview", "--start")
    assert "looks slouched" in run(capsys, *command, "0").out
    later = run(capsys, *command, "6")
    assert later.code == 0
    assert "looks slouched" not in later.out
    beyond = run(capsys, *command, "12")
    assert beyond.code == 1
    assert re.search(r"ended 4\.\d s too early .* earlier --start", beyond.err)


def test_a_camera_has_no_later_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    """It shows the present."""
    refused = run(capsys, "calibrate", "--source", "/dev/video97", "--start", "5", "--no-preview")
    assert refused.code == 1
    assert "--start is for a video file" in refused.err


def test_a_network_camera_is_watched_in_the_present(capsys: pytest.CaptureFixture[str]) -> None:
    """With its countdown, as a camera is."""
    with serving(PersonCamera, video=CLIP) as (host, port):
        done = run(capsys, "calibrate", "--source", f"http://{host}:{port}/", "--seconds", "2",
                   "--no-preview", "--set", "calibration.countdown_s=1", *LITE)  # fmt: skip
    assert done.code == 0
    said = done.out.splitlines()
    assert said[0].startswith("Sit upright")
    assert said[1].startswith("Hold still")
    assert said[2].startswith("Stored as profile 'default' in ")
    assert list_profiles() == ["default"]


def test_a_refusal_leaves_the_stored_profile_alone(
    capsys: pytest.CaptureFixture[str], clip: Path, tmp_path: Path
) -> None:
    """Exit code 1, one sentence, and the good profile is untouched to the byte."""
    assert run(capsys, "calibrate", "--source", clip, "--seconds", "3", "--no-preview",
               *LITE).code == 0  # fmt: skip
    (stored,) = tmp_path.rglob("default.json")
    before = stored.read_bytes()
    grey = write_video(tmp_path / "grey.mp4", [step / 10 for step in range(35)])
    done = run(capsys, "calibrate", "--source", grey, "--seconds", "3", "--no-preview", "--json",
               *LITE)  # fmt: skip
    assert done.code == 1
    assert json.loads(done.out)["calibrated"] is False
    assert json.loads(done.out)["reason"] in done.err
    assert stored.read_bytes() == before


@pytest.mark.parametrize(("scale", "refused"), [(1.0, True), (0.4, False)])
def test_only_somebody_about_as_large_could_be_meant(
    capsys: pytest.CaptureFixture[str],
    portrait: NDArray[np.uint8],
    tmp_path: Path,
    scale: float,
    refused: bool,
) -> None:
    """A portrait on the wall behind must not make calibrating impossible."""
    images = [beside_a_smaller(portrait, scale)] * 40
    video = write_video(tmp_path / "two.mp4", [n / 10 for n in range(40)], images=images)
    done = run(capsys, "calibrate", "--source", video, "--seconds", "3", *LITE)
    assert done.code == int(refused), done.err
    assert ("Somebody else who looks about as large" in done.err) == refused


def test_a_portrait_is_not_calibrated(
    capsys: pytest.CaptureFixture[str], portrait: NDArray[np.uint8], tmp_path: Path
) -> None:
    """It looks larger than the person before it, who is told why and what to do."""
    video = tmp_path / "beside.mp4"
    rewrite(CLIP, video, lambda picture: before_a_portrait(picture, portrait))
    done = run(capsys, "calibrate", "--source", video, "--seconds", "12", *LITE)
    assert done.code == 1
    assert "as a portrait on a wall" in done.err
    assert list_profiles() == []


@pytest.mark.parametrize("source", ["/dev/video97", "http://127.0.0.1:9/", "missing.mp4"])
def test_a_missing_source_is_an_error_at_once(
    capsys: pytest.CaptureFixture[str], source: str
) -> None:
    """Somebody is sitting there: nothing is waited for."""
    done = run(capsys, "calibrate", "--source", source, "--no-preview", *LITE)
    assert done.code == 1
    assert done.err.startswith("posture-cam: ")
    assert list_profiles() == []


def test_a_stream_that_is_lost_stores_nothing_and_says_so(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In the middle of sitting still."""
    with serving(PersonCamera, video=CLIP, pictures=20) as (host, port):
        done = run(capsys, "calibrate", "--source", f"http://{host}:{port}/", "--no-preview", *LITE)
    assert done.code == 1
    assert done.err.endswith(" Nothing was stored.\n")
    assert list_profiles() == []


def test_ending_it_stores_nothing() -> None:
    """Ctrl-C is a refusal, too."""
    with serving(PersonCamera, video=CLIP) as (host, port):
        process = start("calibrate", "--source", f"http://{host}:{port}/", "--no-preview", *LITE)
        assert process.stdout is not None
        assert process.stdout.readline().startswith("Sit upright")
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert err == (
        "posture-cam: Calibration was ended before it was done; nothing was stored.\n"
    )  # fmt: skip
    assert list_profiles() == []
