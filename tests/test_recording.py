"""Recorded poses: the same bits back, in little memory, and plain words for what cannot be read."""

from __future__ import annotations

import json
import math
import os
import tracemalloc
import zipfile
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from people import body, seen_from

from posture_cam.baseline import make_baseline
from posture_cam.config import Settings
from posture_cam.errors import RecordingError
from posture_cam.landmarks import Landmark
from posture_cam.pose_recorder import PoseRecorder
from posture_cam.provenance import Provenance
from posture_cam.recording import Recording, load_recording
from posture_cam.recording_format import COLOURS_BEFORE
from posture_cam.sources import SourceInfo, SourceKind
from posture_cam.types import FIGURE_SHAPE, REGIONS, SCENE_SHAPE, Pose

SOURCE = SourceInfo("clip.mp4", SourceKind.FILE, 640, 480, fps=29.97)
PROVENANCE = Provenance(
    SOURCE,
    file_size=1234,
    file_sha256="ab" * 32,
    model_sha256="cd" * 32,
    versions={"posture_cam": "0.1.0", "mediapipe": "1.2.2"},
    settings=Settings().model_dump(mode="json"),
    problem="The video ends after 4.9 s of 10.0 s.",
)


def person(time_s: float, seed: int) -> Pose:
    """A pose of arbitrary bits, among them NaN, infinity and negative zero."""
    random = np.random.default_rng(seed)
    landmarks = random.normal(300, 90, (33, 3)).astype(np.float32)
    landmarks[32] = (np.nan, np.inf, -0.0)
    return Pose(
        time_s,
        640,
        480,
        landmarks=landmarks,
        world=random.normal(0, 0.4, (33, 3)).astype(np.float32),
        visibility=random.random(33, dtype=np.float32),
        presence=random.random(33, dtype=np.float32),
        brightness=0.3 + time_s / 1e4,
    )


def place(number: int) -> np.ndarray | None:
    """A small picture of the place behind, for every fourth frame."""
    random = np.random.default_rng(number)
    return random.integers(0, 256, SCENE_SHAPE, dtype=np.uint8) if number % 4 == 1 else None


def silhouette(number: int) -> np.ndarray:
    """Some figure, another one for every frame."""
    return np.random.default_rng(number).integers(1, 256, FIGURE_SHAPE, dtype=np.uint8)


def clip(length: int) -> list[tuple[int, tuple[Pose, ...], int]]:
    """Frames with one person, with two, and with nobody, at times that are no round numbers."""
    frames = []
    for number in range(length):
        time_s = number / 29.97 * 3
        people: tuple[Pose, ...] = (person(time_s, number),)
        if number % 5 == 1:
            people = (*people, person(time_s, number + 10_000))
        if number % 7 == 3:
            people = (Pose.nobody(time_s, 640, 480, 0.25),)
        if number % 4 != 2:
            people = tuple(replace(pose, figure=silhouette(number)) for pose in people)
        people = tuple(replace(pose, scene=place(number)) for pose in people)
        frames.append((number * 3, people, -1 if number % 7 == 3 else len(people) - 1))
    return frames


def record(path: Path, length: int = 20) -> Recording:
    """Save such a clip."""
    with PoseRecorder() as recorder:
        for frame, people, chosen in clip(length):
            recorder.append(frame, people, chosen)
        return recorder.save(path, PROVENANCE)


def bits(pose: Pose) -> tuple[object, ...]:
    """Everything of a pose, comparable bit for bit."""
    arrays = (pose.landmarks, pose.world, pose.visibility, pose.presence)
    scene = None if pose.scene is None else (pose.scene.dtype, pose.scene.tobytes())
    figure = None if pose.figure is None else (pose.figure.dtype, pose.figure.tobytes())
    facts = (pose.time_s.hex(), pose.width, pose.height, pose.brightness.hex(), pose.silhouette)
    return (
        *facts,
        scene,
        figure,
        *((array.dtype, array.shape, array.tobytes()) for array in arrays),
    )


class TestRoundTrip:
    """What comes back is what went in."""

    def test_bit_for_bit(self, tmp_path: Path) -> None:
        """Every pose of every person comes back to the last bit, over several pieces."""
        length = 2500
        record(tmp_path / "poses.npz", length)
        back = load_recording(tmp_path / "poses.npz")
        assert len(back) == length
        for (frame, people, chosen), recorded in zip(clip(length), back, strict=True):
            assert (recorded.frame, recorded.chosen) == (frame, chosen)
            assert [bits(pose) for pose in recorded.people] == [bits(pose) for pose in people]

    def test_again(self, tmp_path: Path) -> None:
        """A recording can be gone through as often as wanted, and left in the middle."""
        recording = record(tmp_path / "poses.npz")
        first = [bits(frame.pose) for frame in islice(recording, 7)]
        assert [bits(pose) for pose in recording.poses()][:7] == first

    def test_watched_person(self, tmp_path: Path) -> None:
        """The watched person is the chosen one; without one there is nobody, at the same time."""
        recording = record(tmp_path / "poses.npz")
        for (_, people, chosen), pose in zip(clip(20), recording.poses(), strict=True):
            assert pose.present == (chosen >= 0)
            assert pose.time_s == people[0].time_s
            if chosen >= 0:
                assert bits(pose) == bits(people[chosen])

    def test_choice_made_at_the_end(self, tmp_path: Path) -> None:
        """Who is watched may be decided once the whole clip is known."""
        with PoseRecorder() as recorder:
            for frame, people, _ in clip(8):
                recorder.append(frame, people)
            recording = recorder.save(tmp_path / "poses.npz", PROVENANCE, chosen=[0, 1, *[-1] * 6])
        assert [frame.chosen for frame in recording] == [0, 1, *[-1] * 6]

    @pytest.mark.parametrize(("member", "name"), [("scenes", "scene"), ("figures", "figure")])
    def test_earlier_versions(self, tmp_path: Path, member: str, name: str) -> None:
        """A recording of an earlier version, which had no such pictures, is read as it was."""
        path = tmp_path / "poses.npz"
        record(path)
        with np.load(path) as archive:
            contents = {key: archive[key] for key in archive.files if key != member}
        metadata = json.loads(str(contents["metadata"]))
        del metadata[member]
        np.savez(path, **contents | {"metadata": np.array(json.dumps(metadata))})
        poses = list(load_recording(path).poses())
        assert len(poses) == 20
        assert all(getattr(pose, name) is None for pose in poses)

    def test_before_the_neck_was_looked_at(self, tmp_path: Path) -> None:
        """Of an earlier version's colours those that it had come back, and the neck as not seen."""
        path, random = tmp_path / "poses.npz", np.random.default_rng(0)
        seen = random.random((6, len(REGIONS), 3), dtype=np.float32)
        poses = [
            replace(person(number, number), colours=seen[number // 2] if number % 2 else None)
            for number in range(12)
        ]
        with PoseRecorder() as recorder:
            for number, pose in enumerate(poses):
                recorder.append(number, (pose,), 0)
            recorder.save(path, PROVENANCE)
        with np.load(path) as archive:
            contents = {key: archive[key] for key in archive.files}
        before = np.zeros(len(seen), COLOURS_BEFORE)
        before["record"] = contents["colours"]["record"]
        before["bgr"] = contents["colours"]["bgr"][:, :3]
        np.savez(path, **contents | {"colours": before})
        for old, pose in zip(load_recording(path).poses(), poses, strict=True):
            assert (old.colours is None) is (pose.colours is None)
            if old.colours is not None and pose.colours is not None:
                np.testing.assert_array_equal(old.colours[:3], pose.colours[:3])
                assert np.isnan(old.colours[REGIONS.index("neck")]).all()

    def test_provenance(self, tmp_path: Path) -> None:
        """Source, versions, settings and problem come back equal, unknown facts unknown."""
        record(tmp_path / "poses.npz")
        back = load_recording(tmp_path / "poses.npz").provenance
        assert math.isnan(back.source.duration_s)
        assert back.to_dict() == PROVENANCE.to_dict()
        assert Settings.model_validate(back.settings) == Settings()

    def test_baseline(self, tmp_path: Path) -> None:
        """A calibrated baseline comes back exactly, so that a replay judges exactly the same."""
        odd = person(0.0, 1)
        presence = (0.8 + odd.presence / 5).astype(np.float32)
        still = [seen_from(body(), time_s=number / 10) for number in range(10)]
        finite = [
            replace(pose, world=odd.world, presence=presence, brightness=0.1) for pose in still
        ]
        baseline = make_baseline(finite, Settings())
        with PoseRecorder() as recorder:
            recorder.append(0, finite[:1], 0)
            saved = recorder.save(
                tmp_path / "poses.npz", Provenance(SOURCE, baseline=baseline.to_dict())
            )
        assert saved.provenance.baseline is not None
        back = type(baseline).from_dict(saved.provenance.baseline, Settings().pose.min_visibility)
        assert bits(back.pose)[4:] == bits(baseline.pose)[4:]

    def test_nothing_recorded(self, tmp_path: Path) -> None:
        """A clip without a single analysed frame is an empty recording, not a failure."""
        with PoseRecorder() as recorder:
            recording = recorder.save(tmp_path / "poses.npz", PROVENANCE)
        assert list(recording) == []

    def test_plain_numpy_reads_it(self, tmp_path: Path) -> None:
        """Anyone can open the file with NumPy, without unpickling."""
        record(tmp_path / "poses.npz")
        with np.load(tmp_path / "poses.npz", allow_pickle=False) as archive:
            assert archive["frames"]["time_s"][1] == 1 / 29.97 * 3
            assert archive["poses"]["landmarks"].shape[1:] == (33, 3)
            assert json.loads(str(archive["metadata"]))["format"] == "posture_cam poses"

    def test_memory(self, tmp_path: Path) -> None:
        """Recording, saving and replaying hold a few megabytes, however long the clip."""
        people = (person(0.0, 1),)
        tracemalloc.start()
        with PoseRecorder() as recorder:
            for number in range(8000):
                recorder.append(number, people, 0)
            recording = recorder.save(tmp_path / "poses.npz", PROVENANCE)
        assert sum(1 for _ in recording) == 8000
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 4e6  # the poses alone are 8.4e6

    def test_impossible_choice(self) -> None:
        """A person who is not in the frame cannot be the chosen one."""
        with PoseRecorder() as recorder, pytest.raises(ValueError, match="person 1 of 1"):
            recorder.append(0, (person(0.0, 1),), chosen=1)


class TestBadFiles:
    """Each failure is one plain sentence."""

    def test_missing(self, tmp_path: Path) -> None:
        """A missing recording is named."""
        with pytest.raises(RecordingError, match=r"poses\.npz cannot be read"):
            load_recording(tmp_path / "poses.npz")

    @pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04" + bytes(200)])
    def test_not_an_archive(self, tmp_path: Path, content: bytes) -> None:
        """Empty and foreign files are damaged recordings."""
        path = tmp_path / "poses.npz"
        path.write_bytes(content)
        with pytest.raises(RecordingError, match="damaged; analyse the video again"):
            load_recording(path)

    def test_foreign_archive(self, tmp_path: Path) -> None:
        """Another program's archive is not a recording."""
        np.savez(tmp_path / "poses.npz", poses=np.zeros(3))
        with pytest.raises(RecordingError, match="not a recording of poses"):
            load_recording(tmp_path / "poses.npz")

    def test_other_version(self, tmp_path: Path) -> None:
        """A recording of a later format names both versions."""
        path = tmp_path / "poses.npz"
        record(path)
        rewrite(path, metadata=json.dumps({"format": "posture_cam poses", "format_version": 99}))
        with pytest.raises(
            RecordingError, match="of format 99, and this posture_cam reads format 1"
        ):
            load_recording(path)

    @pytest.mark.parametrize("part", ["source", "versions", "settings"])
    def test_a_part_that_is_no_mapping(self, tmp_path: Path, part: str) -> None:
        """Metadata that something else has written are damage, not a surprise later on."""
        path = tmp_path / "poses.npz"
        record(path)
        with np.load(path) as archive:
            metadata = json.loads(str(archive["metadata"]))
        rewrite(path, metadata=json.dumps(metadata | {part: None}))
        with pytest.raises(RecordingError, match="damaged; analyse the video again"):
            load_recording(path)

    def test_never_unpickles(self, tmp_path: Path) -> None:
        """A pickled object inside is refused without being brought to life."""
        path = tmp_path / "poses.npz"
        witness = tmp_path / "witness"

        class Evil:
            def __reduce__(self) -> tuple[object, ...]:
                return os.mkdir, (str(witness),)

        np.savez(path, metadata=np.array([Evil()], dtype=object))
        with pytest.raises(RecordingError):
            load_recording(path)
        assert not witness.exists()
        with np.load(path, allow_pickle=True) as archive:
            _ = archive["metadata"]
        assert witness.exists()  # so it would have struck

    @pytest.mark.parametrize("share", [0.02, 0.5, 0.98])
    def test_cut_off(self, tmp_path: Path, share: float) -> None:
        """A recording that was cut off is damaged."""
        path = tmp_path / "poses.npz"
        record(path)
        data = path.read_bytes()
        path.write_bytes(data[: int(len(data) * share)])
        with pytest.raises(RecordingError, match="damaged"):
            load_recording(path)

    @settings(
        max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(place=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
    def test_any_damaged_byte(self, tmp_path: Path, place: float, flip: int) -> None:
        """Whatever byte is damaged, either the poses are untouched or the damage is told."""
        path = tmp_path / "poses.npz"
        whole = [bits(pose) for pose in record(path, 5).poses()]
        data = bytearray(path.read_bytes())
        data[int(place * len(data))] ^= flip
        path.write_bytes(data)
        try:
            back = [bits(pose) for pose in load_recording(path).poses()]
        except RecordingError:
            return
        assert back == whole

    def test_contradiction(self, tmp_path: Path) -> None:
        """Frames and poses that do not belong together are damage, too."""
        path = tmp_path / "poses.npz"
        record(path)
        with np.load(path) as archive:
            frames = archive["frames"]
        rewrite(path, frames=frames[:-1])
        with pytest.raises(RecordingError, match="damaged"):
            load_recording(path)

    def test_a_person_without_shoulders(self, tmp_path: Path) -> None:
        """Somebody was found, but a shoulder is nowhere: damage, told before anything is judged."""
        path = tmp_path / "poses.npz"
        record(path)
        with np.load(path) as archive:
            poses = archive["poses"].copy()
        poses["landmarks"][0, Landmark.LEFT_SHOULDER] = np.nan
        rewrite(path, poses=poses)
        with pytest.raises(RecordingError, match="damaged"):
            load_recording(path)

    def test_gone_while_reading(self, tmp_path: Path) -> None:
        """A file that disappears before it is gone through is told, not half replayed."""
        recording = record(tmp_path / "poses.npz")
        recording.path.unlink()
        with pytest.raises(RecordingError, match="gone or changed"):
            list(recording)


def rewrite(path: Path, **members: object) -> None:
    """Replace members of a recording."""
    with np.load(path) as archive:
        contents = {name: archive[name] for name in archive.files} | members
    with zipfile.ZipFile(path, "w") as archive:
        for name, value in contents.items():
            with archive.open(f"{name}.npy", "w") as stream:
                np.lib.format.write_array(stream, np.asarray(value))
