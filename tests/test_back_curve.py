"""Specification of the curve of the back: closed forms, invariances, and what cannot be told."""

from __future__ import annotations

import csv
import dataclasses
import math
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from commands import SAMPLES, start
from numpy.typing import NDArray
from people import HEIGHT, PIXELS_PER_METRE, WIDTH, body, seen_from

from posture_cam.back_curve import (
    BROKEN,
    FLEXION_SHARE,
    HIPS_HIDDEN,
    HIPS_WERE_HIDDEN,
    NO_BASELINE,
    NO_OUTLINE,
    NOT_FROM_THE_SIDE,
    OTHER_SIDE,
    STATIONS,
    angle_of_curve,
    back_axes,
    compare_backs,
    deviation_deg,
    flexicurve_deg,
    judge_back,
    outline,
    trace_back,
    with_back_curve,
)
from posture_cam.back_curve_drawing import YELLOW, draw_back, label
from posture_cam.baseline import Baseline, make_baseline
from posture_cam.config import Settings
from posture_cam.landmarks import Landmark as L
from posture_cam.pose_recorder import PoseRecorder
from posture_cam.pose_state import pose_from_state, pose_state
from posture_cam.provenance import Provenance
from posture_cam.sources import SourceInfo, SourceKind
from posture_cam.tuning.clips import Likeness, find_clips
from posture_cam.types import Angles, Pose

Array = NDArray[np.float64]
VISIBLE = 0.5
CHORD = float(STATIONS[-1] - STATIONS[0])
HIGHER = (0.0, -60.0)
"""Pixels by which the stick person is moved, so that the hips are well above the lower edge."""
CHEST = 0.2  # of the trunk's length, from the line through the joints to the skin of the back


def arc(half_deg: float) -> Array:
    """Depths at STATIONS of an arc of a circle that turns by half_deg on both sides of its top."""
    if half_deg == 0:
        return np.full(len(STATIONS), CHEST)
    radius = CHORD / 2 / math.sin(math.radians(half_deg))
    middle = (STATIONS[0] + STATIONS[-1]) / 2
    height = np.sqrt(radius**2 - (STATIONS - middle) ** 2)
    return np.asarray(CHEST + np.sign(radius) * height - radius * math.cos(math.radians(half_deg)))


def silhouette(pose: Pose, depths: Array) -> NDArray[np.float32]:
    """The mask of a person whose back has these depths; it reaches far to the front."""
    hips, trunk, backward = back_axes(pose)
    length = float(np.hypot(*trunk))
    y, x = np.mgrid[0 : pose.height, 0 : pose.width] + 0.5
    offset = np.stack([x, y], axis=-1) - hips
    along = offset @ trunk / length**2
    behind = offset @ backward / length
    edge = np.interp(along, STATIONS, depths)
    ramp = (edge - behind) * length + 0.5  # a pixel on the edge belongs to it in part
    return np.asarray(np.clip(ramp, 0, 1) * (behind > -0.4), dtype=np.float32)


def person(
    half_deg: float,
    view_deg: float = 90.0,
    time_s: float = 0.0,
    *,
    scale: float = 1.0,
    shift: tuple[float, float] = HIGHER,
    hidden: tuple[L, ...] = (),
) -> Pose:
    """Somebody seen from the side whose back is an arc of a circle."""
    pose = seen_from(body(), view_deg, time_s=time_s, scale=scale, shift=shift, hidden=hidden)
    return dataclasses.replace(pose, back=trace_back(silhouette(pose, arc(half_deg)), pose))


def why_not(pose: Pose, baseline: Baseline | None, view_deg: float) -> str:
    return judge_back(pose, baseline, view_deg, VISIBLE)[0]


def upright(half_deg: float = 0.0, view_deg: float = 90.0) -> Baseline:
    poses = [person(half_deg, view_deg, step / 10) for step in range(30)]
    return make_baseline(poses, Settings())


@pytest.mark.parametrize("half_deg", [-40, -3, 1, 10, 25, 60])
def test_an_arc_of_a_circle_gives_half_of_the_angle_by_which_it_turns(half_deg: float) -> None:
    """E = R (1 - cos a) over two halves of R sin a: atan(E / L1) + atan(E / L2) is a, exactly."""
    depth, half = 1 - math.cos(math.radians(half_deg)), math.sin(math.radians(abs(half_deg)))
    signed = math.copysign(depth, half_deg)
    assert flexicurve_deg(signed, half, half) == pytest.approx(half_deg, abs=1e-9)


def test_the_formula_weighs_both_parts_of_the_chord() -> None:
    """A deepest place off the middle: atan(1 / 2) + atan(1 / 1)."""
    assert flexicurve_deg(1, 2, 1) == pytest.approx(26.565051 + 45, abs=1e-6)


@pytest.mark.parametrize("turn_deg", [-30, 0, 75])
def test_a_curve_has_the_same_angle_wherever_it_lies(turn_deg: float) -> None:
    """The chord is the curve's own: turning, moving and enlarging it change nothing."""
    angle = np.radians(turn_deg)
    turning = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    points = np.stack([STATIONS, arc(20)], axis=1) @ turning.T * 37 + (5, -8)
    assert angle_of_curve(points) == pytest.approx(20, abs=0.05)


@pytest.mark.parametrize("view_deg", [90.0, -90.0])
@pytest.mark.parametrize("half_deg", [-15.0, 0.0, 20.0])
def test_the_outline_is_found_where_it_is(half_deg: float, view_deg: float) -> None:
    """From the person's left and from their right, to a fraction of a pixel."""
    found = person(half_deg, view_deg).back
    assert found is not None
    off = np.abs(found - arc(half_deg)) * 0.48 * PIXELS_PER_METRE
    assert off.max() < 0.6


@pytest.mark.parametrize(
    ("scale", "shift"), [(0.5, (0.0, 0.0)), (1.0, (90.0, -90.0)), (1.1, (-30.0, -80.0))]
)
def test_size_and_place_in_the_picture_do_not_matter(
    scale: float, shift: tuple[float, float]
) -> None:
    """The same back nearer, farther or elsewhere has the same curve."""
    change = compare_backs(person(18, scale=scale, shift=shift).back, person(18).back)
    assert change.change_deg == pytest.approx(0, abs=0.7)
    assert change.seen == 1


def test_a_mirrored_picture_shows_the_same_curve() -> None:
    """Seen from the right instead of the left, the outline is the same."""
    left, right = person(18, 90.0).back, person(18, -90.0).back
    assert left is not None
    assert right is not None
    assert np.abs(left - right).max() < 0.01


@pytest.mark.parametrize("bent", [8.0, 20.0, -10.0])
def test_the_change_is_that_of_the_arcs(bent: float) -> None:
    """Rounder is positive, hollower negative."""
    change = compare_backs(person(4 + bent).back, person(4).back)
    assert change.change_deg == pytest.approx(bent, abs=1.0)


def test_a_back_compared_with_itself_has_not_changed() -> None:
    """Whatever its shape, folds and backrest included."""
    back = person(12).back
    assert back is not None
    back[5:12] += 0.08
    assert compare_backs(back, back).change_deg == 0


def test_what_one_outline_alone_has_is_left_out() -> None:
    """A backrest that the mask takes in at the lower end, or an elbow, leaves the change alone."""
    clean, rest = person(15).back, person(3).back
    assert clean is not None
    disturbed = clean.copy()
    disturbed[:5] += 0.15
    disturbed[25:27] += 0.1
    found = compare_backs(disturbed, rest)
    assert found.change_deg == pytest.approx(12, abs=2.0)
    assert 0.75 <= found.seen < 0.85
    assert deviation_deg(90, found.seen) > 2 * deviation_deg(90, 1.0)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda mask: mask * 0,
        lambda mask: mask * 0 + 1,
        lambda mask: np.where(np.arange(len(mask))[:, None] > 270, 0, mask),
    ],
    ids=["nobody", "everything", "half"],
)
def test_a_broken_mask_gives_nothing_and_says_why(
    spoil: Callable[[NDArray[np.float32]], NDArray[np.float32]],
) -> None:
    """No outline, no number."""
    pose = person(0)
    mask = spoil(silhouette(pose, arc(10))).astype(np.float32)
    broken = dataclasses.replace(pose, back=trace_back(mask, pose))
    assert why_not(broken, upright(), 90) == BROKEN
    angles = with_back_curve(Angles(view_deg=90), broken, upright(), VISIBLE)
    assert math.isnan(angles.back_curve_deg)
    assert "back_curve_deg" not in angles.sd


def test_only_a_side_view_tells() -> None:
    """Nearer to the front the outline is that of an arm."""
    assert person(10, 20.0).back is None
    assert why_not(person(10), upright(), 50) == NOT_FROM_THE_SIDE
    assert why_not(person(10), upright(), 130) == NOT_FROM_THE_SIDE
    assert why_not(person(10), upright(), -90) == NOT_FROM_THE_SIDE
    assert why_not(person(10), upright(), 80) == ""


def test_hidden_hips_leave_no_lower_end() -> None:
    """Below a desk the outline is not the person's."""
    hidden = person(10, hidden=(L.LEFT_HIP, L.RIGHT_HIP))
    assert why_not(hidden, upright(), 90) == HIPS_HIDDEN


def test_hips_hidden_or_the_other_side_when_upright_are_no_reference() -> None:
    """A guessed lower end shifts the upright outline, and left of it is right on the other side."""
    hips = (L.LEFT_HIP, L.RIGHT_HIP)
    guessed = [person(0, time_s=step / 10, hidden=hips) for step in range(30)]
    assert why_not(person(10), make_baseline(guessed, Settings()), 90) == HIPS_WERE_HIDDEN
    assert why_not(person(10), upright(view_deg=-90.0), 90) == OTHER_SIDE


def test_an_upright_back_seen_less_from_the_side_makes_a_change_less_certain() -> None:
    """As much as if the present one were seen so."""
    square, turned = (
        with_back_curve(Angles(view_deg=90), person(10), upright(view_deg=view_deg), VISIBLE)
        for view_deg in (90.0, 65.0)
    )
    assert turned.sd["back_curve_deg"] > square.sd["back_curve_deg"]


def test_doubt_about_the_posture_compared_with_is_doubt_about_the_curve() -> None:
    """What may have been a slouch may have been as round as it is now."""
    sure, doubted = (
        with_back_curve(Angles(view_deg=90), person(10), upright(), VISIBLE, doubt)
        for doubt in (0.0, 20.0)
    )
    assert doubted.back_curve_deg == sure.back_curve_deg
    assert doubted.sd["back_curve_deg"] > FLEXION_SHARE * 20 > sure.sd["back_curve_deg"]


def test_without_an_outline_or_an_upright_one_nothing_is_told() -> None:
    """A profile may have been made from the front, or by an earlier version."""
    without = make_baseline([seen_from(body(), 90, time_s=step / 10) for step in range(30)],
                            Settings())  # fmt: skip
    assert why_not(seen_from(body(), 90), upright(), 90) == NO_OUTLINE
    assert why_not(person(10), without, 90) == NO_BASELINE
    assert why_not(person(10), None, 90) == NO_BASELINE


def test_the_uncertainty_grows_away_from_the_side_and_with_what_is_missing() -> None:
    """Faded, not cut off: from about 2 degrees to more than the change that slouching makes."""
    views = [deviation_deg(view, 1.0) for view in (90, 80, 70, 60)]
    assert views == sorted(views)
    assert views[0] < views[-1]
    assert deviation_deg(-70, 0.9) == deviation_deg(70, 0.9) == deviation_deg(110, 0.9)
    assert deviation_deg(90, 0.7) > FLEXION_SHARE * 15


def test_the_outline_survives_profile_recording_and_saved_state(tmp_path: Path) -> None:
    """To the last bit, unknown places included."""
    poses = [dataclasses.replace(person(9, time_s=step / 10)) for step in range(30)]
    for pose in poses:
        assert pose.back is not None
        pose.back[:3] = np.nan
    baseline = make_baseline(poses, Settings())
    again = Baseline.from_dict(baseline.to_dict(), VISIBLE)
    np.testing.assert_array_equal(again.pose.back, baseline.pose.back)
    np.testing.assert_array_equal(pose_from_state(pose_state(poses[3])).back, poses[3].back)
    provenance = Provenance(SourceInfo("clip.mp4", SourceKind.FILE, WIDTH, HEIGHT, fps=10))
    with PoseRecorder() as recorder:
        for index, pose in enumerate(poses):
            nobody = Pose.nobody(pose.time_s, WIDTH, HEIGHT)
            recorder.append(index, (nobody, pose), chosen=1)
        recording = recorder.save(tmp_path / "poses.npz", provenance)
    for frame, pose in zip(recording, poses, strict=True):
        assert frame.people[0].back is None
        np.testing.assert_array_equal(frame.people[1].back, pose.back)


@pytest.mark.parametrize("mirrored", [False, True])
def test_the_curve_is_drawn_along_the_back(mirrored: bool) -> None:
    """Yellow where the outline is, in the mirror too; nothing where it cannot be told."""
    pose, baseline = person(20), upright()
    angles = with_back_curve(Angles(view_deg=90), pose, baseline, VISIBLE)
    picture = np.zeros((HEIGHT, WIDTH, 3), dtype=np.uint8)
    draw_back(picture, pose, angles, baseline, mirrored=mirrored)
    assert pose.back is not None
    x, y = outline(pose, pose.back)[len(STATIONS) // 2]
    column = round(WIDTH - 1 - x if mirrored else x)
    assert np.abs(picture[round(y), column].astype(int) - YELLOW).max() < 40
    empty = np.zeros_like(picture)
    draw_back(empty, pose, Angles(view_deg=20), baseline)
    assert not empty.any()


@pytest.mark.parametrize("width", [160, 640])
def test_the_words_do_not_cover_the_curve(width: int) -> None:
    """Behind the back where there is room, below it in a narrow upright picture."""
    picture = np.zeros((480, width, 3), dtype=np.uint8)
    curve = np.stack([np.full(30, width / 2), np.linspace(150, 300, 30)], axis=1)
    label(picture, "back curve +8°", curve, 1.0, 1.0)
    assert picture.any()
    assert not picture[150:301, width // 2 - 2 : width // 2 + 3].any()


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample clip from the left side, analysed and drawn on."""
    output = tmp_path_factory.mktemp("back")
    arguments = ("-o", output, "--annotate", "--set", "analyze.rate_hz=5")
    with start("analyze", SAMPLES / "side_left.mp4", *arguments) as process:
        _, errors = process.communicate()
    assert process.returncode == 0, errors
    return output / "side_left"


def test_a_rendered_person_is_measured_with_an_uncertainty(results: Path) -> None:
    """Slumped and hunched is rounder than upright; every number comes with its uncertainty."""
    with (SAMPLES / "side_left.truth.csv").open(encoding="utf-8") as file:
        truth = [(float(row["time_s"]), row["state"]) for row in csv.DictReader(file)]
    times = np.array([time_s for time_s, _ in truth])
    changes: dict[str, list[float]] = {"upright": [], "slumped": [], "hunched": []}
    with (results / "frames.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            state = truth[int(np.abs(times - float(row["time_s"])).argmin())][1]
            assert (row["back_curve_deg"] == "") == (row["back_curve_deg_sd"] == "")
            if row["back_curve_deg"] and state in changes:
                changes[state].append(float(row["back_curve_deg"]))
    assert all(len(values) >= 10 for values in changes.values())
    middle = {state: float(np.median(values)) for state, values in changes.items()}
    assert abs(middle["upright"]) < 4
    assert middle["slumped"] > middle["upright"] + 3
    assert middle["hunched"] > middle["upright"] + 3


def test_a_replay_says_the_same_of_the_back(results: Path) -> None:
    """The outline is in poses.npz, so that no picture is needed again."""
    (clip,) = find_clips([results])
    assert clip.likeness(clip.replay()) is Likeness.IDENTICAL


def test_the_annotated_video_shows_the_curve(results: Path) -> None:
    """In the frames in which the change is told there is more yellow than in the others."""
    with (results / "frames.csv").open(encoding="utf-8") as file:
        told = [row["back_curve_deg_sd"] != "" for row in csv.DictReader(file)]
    yellow = []
    with av.open(str(results / "annotated.mp4")) as container:
        for frame in container.decode(video=0):
            picture = frame.to_ndarray(format="bgr24")[:, :WIDTH].astype(int)
            yellow.append(int((np.abs(picture - YELLOW).max(axis=2) < 45).sum()))
    drawn = np.array(yellow)[told]
    bare = np.array(yellow)[~np.array(told)]
    assert len(drawn) > 60
    assert np.percentile(drawn, 5) > np.percentile(bare, 95)  # there is a yellow cup in the room
