"""Poses on disk: everything that a replay needs, without the video. Of silhouettes the figure.

`poses.npz` is an ordinary NumPy archive, read without unpickling:

| member | dtype, shape | what |
|---|---|---|
| `metadata` | text | JSON: format, format_version and the fields of Provenance |
| `frames` | FRAME (N,) | one record for each analysed frame |
| `poses` | POSE (sum of people,) | one record for each pose found, frame after frame |
| `scenes` | SCENE (about one a second,) | the place behind the people, who are blanked |
| `figures` | FIGURE (one for each pose that has one,) | the person's silhouette, small |
| `backs` | BACK (one for each pose that has one,) | the outline of the back, from the side |

Poses are written and read in pieces, so that a recording of many hours needs little memory.
"""

from __future__ import annotations

import json
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from posture_cam.atomic import atomic_file
from posture_cam.errors import RecordingError
from posture_cam.landmarks import LANDMARK_COUNT
from posture_cam.provenance import Provenance
from posture_cam.record_stream import count_records, read_records, write_records
from posture_cam.types import BACK_STATIONS, FIGURE_SHAPE, SCENE_SHAPE, Pose

FORMAT = "posture_cam poses"
FORMAT_VERSION = 1

FRAME = np.dtype(
    [
        ("frame", "<i8"),  # its number in the source, counted from 0
        ("time_s", "<f8"),
        ("width", "<i4"),  # pixels of the upright picture
        ("height", "<i4"),
        ("brightness", "<f8"),  # mean luma 0..1, NaN when unknown
        ("people", "i1"),  # how many poses the estimator returned
        ("chosen", "i1"),  # which of them is the watched person, -1 nobody
    ]
)
POSE = np.dtype(
    [
        ("landmarks", "<f4", (LANDMARK_COUNT, 3)),
        ("world", "<f4", (LANDMARK_COUNT, 3)),
        ("visibility", "<f4", (LANDMARK_COUNT,)),
        ("presence", "<f4", (LANDMARK_COUNT,)),
    ]
)
SCENE = np.dtype([("record", "<i8"), ("grey", "u1", SCENE_SHAPE)])  # record: index in `frames`
FIGURE = np.dtype([("record", "<i8"), ("pixels", "u1", FIGURE_SHAPE)])  # record: index in `poses`
BACK = np.dtype([("record", "<i8"), ("depths", "<f4", (BACK_STATIONS,))])  # index in `poses`
POSE_FIELDS = ("landmarks", "world", "visibility", "presence")
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ValueError,
    TypeError,
    EOFError,
    RuntimeError,
)
COMPRESSION = 1  # landmarks are noise in their lower digits; more effort gains a percent


@dataclass(frozen=True, slots=True)
class RecordedFrame:
    """All people of one analysed frame.

    frame: its number in the source. chosen: which of `people` is watched, -1 for nobody.
    """

    frame: int
    people: tuple[Pose, ...]
    chosen: int

    @property
    def pose(self) -> Pose:
        """The watched person, or `Pose.nobody` when they were not there."""
        if self.chosen >= 0:
            return self.people[self.chosen]
        first = self.people[0]
        return Pose.nobody(first.time_s, first.width, first.height, first.brightness, first.scene)


class PoseRecorder:
    """Collects the poses of one clip; `save` writes them all. Close it, or use a `with` block."""

    def __init__(self) -> None:
        self._frames = bytearray()
        self._poses = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        self._scenes = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        self._scene_count = 0
        self._figures = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        self._backs = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        self._pose_count = self._figure_count = self._back_count = 0

    def __len__(self) -> int:
        return len(self._frames) // FRAME.itemsize

    def append(self, frame: int, people: Sequence[Pose], chosen: int = -1) -> None:
        """Add one analysed frame.

        frame: its number in the source. people: what the estimator returned, at least one pose.
        chosen: index of the watched person, -1 for nobody; `save` can set it for all frames.
        Raises OSError when there is no room left for temporary files.
        """
        if not people or not -1 <= chosen < len(people):
            raise ValueError(f"frame {frame}: person {chosen} of {len(people)}")
        first = people[0]
        if first.scene is not None:
            self._scenes.write(np.array((len(self), first.scene), dtype=SCENE).tobytes())
            self._scene_count += 1
        facts = (frame, first.time_s, first.width, first.height, first.brightness)
        self._frames += np.array((*facts, len(people), chosen), dtype=FRAME).tobytes()
        rows = [tuple(getattr(pose, name) for name in POSE_FIELDS) for pose in people]
        self._poses.write(np.array(rows, dtype=POSE).tobytes())
        for index, pose in enumerate(people, start=self._pose_count):
            if pose.figure is not None:
                self._figures.write(np.array((index, pose.figure), dtype=FIGURE).tobytes())
                self._figure_count += 1
            if pose.back is not None:
                self._backs.write(np.array((index, pose.back), dtype=BACK).tobytes())
                self._back_count += 1
        self._pose_count += len(people)

    def save(
        self, path: Path, provenance: Provenance, chosen: Sequence[int] | None = None
    ) -> Recording:
        """Write the file, whole or not at all, and return it as it will be loaded.

        chosen: the watched person of every frame, where that was decided only now.
        Raises OSError when it cannot be written.
        """
        frames = np.frombuffer(self._frames, dtype=FRAME).copy()
        if chosen is not None:
            frames["chosen"] = np.array(chosen, dtype=np.int8)
        pose_count = int(frames["people"].sum(dtype=np.int64))
        _check(frames, pose_count)
        metadata = {
            "format": FORMAT,
            "format_version": FORMAT_VERSION,
            "scenes": self._scene_count,
            "figures": self._figure_count,
            "backs": self._back_count,
        } | provenance.to_dict()
        text = json.dumps(metadata, ensure_ascii=False)
        with (
            atomic_file(path) as file,
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION) as archive,
        ):
            for name, member in (("metadata", np.array(text)), ("frames", frames)):
                with archive.open(f"{name}.npy", "w") as stream:
                    npy.write_array(stream, member, allow_pickle=False)
            write_records(archive, "poses", POSE, pose_count, self._poses)
            write_records(archive, "scenes", SCENE, self._scene_count, self._scenes)
            write_records(archive, "figures", FIGURE, self._figure_count, self._figures)
            write_records(archive, "backs", BACK, self._back_count, self._backs)
        return load_recording(path)

    def close(self) -> None:
        """Drop what was collected."""
        self._poses.close()
        self._scenes.close()
        self._figures.close()
        self._backs.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass(frozen=True)
class Recording:
    """A file of recorded poses. Iterating reads it from the beginning, each time anew.

    records: (N,) FRAME, one for each analysed frame; read-only. scenes: how many frames have one.
    figures, backs: how many poses have one.
    """

    path: Path
    provenance: Provenance
    records: NDArray[Any] = field(repr=False)
    scenes: int = 0
    figures: int = 0
    backs: int = 0

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[RecordedFrame]:
        """Every frame with exactly the poses that were recorded.

        Raises RecordingError if the file has gone or changed since it was loaded.
        """
        rows = _read(self.path, "poses", POSE)
        scenes = _read(self.path, "scenes", SCENE) if self.scenes else iter(())
        figures = _read(self.path, "figures", FIGURE) if self.figures else iter(())
        backs = _read(self.path, "backs", BACK) if self.backs else iter(())
        scene, figure, back = next(scenes, None), next(figures, None), next(backs, None)
        pose_index = 0
        for index, record in enumerate(self.records):
            frame, time_s, width, height, brightness, people, chosen = record.item()
            grey = None
            if scene is not None and scene["record"] == index:
                grey, scene = scene["grey"], next(scenes, None)
            poses = []
            for row in islice(rows, people):
                pixels = depths = None
                if figure is not None and figure["record"] == pose_index:
                    pixels, figure = figure["pixels"], next(figures, None)
                if back is not None and back["record"] == pose_index:
                    depths, back = back["depths"], next(backs, None)
                pose_index += 1
                found = Pose(time_s, width, height, *row.item())
                poses.append(
                    replace(found, figure=pixels, brightness=brightness, scene=grey, back=depths)
                )
            yield RecordedFrame(frame, tuple(poses), chosen)

    @property
    def frames(self) -> list[int]:
        """Number of each analysed frame in its source."""
        numbers: list[int] = self.records["frame"].tolist()
        return numbers

    @property
    def times(self) -> NDArray[np.float64]:
        """(N,) seconds."""
        return self.records["time_s"]

    def poses(self) -> Iterator[Pose]:
        """The watched person of every frame, `Pose.nobody` where they were not there."""
        return (frame.pose for frame in self)


def load_recording(path: Path) -> Recording:
    """Open recorded poses and check that they are whole.

    Raises RecordingError when the file is missing, damaged, foreign or of another version.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.testzip() is not None:
                raise ValueError("checksum")
            with archive.open("metadata.npy") as stream:
                text = str(npy.read_array(stream, allow_pickle=False))
            provenance = _read_provenance(path, text)
            with archive.open("frames.npy") as stream:
                frames: NDArray[Any] = npy.read_array(stream, allow_pickle=False)
            _check(frames, count_records(archive, "poses", POSE))
            metadata = json.loads(text)
            scenes = _count_optional(archive, "scenes", SCENE, metadata)
            figures = _count_optional(archive, "figures", FIGURE, metadata)
            backs = _count_optional(archive, "backs", BACK, metadata)
    except OSError as error:
        raise RecordingError(
            f"The recorded poses {path} cannot be read ({error.strerror}); check the path."
        ) from error
    except KeyError as error:
        raise RecordingError(
            f"{path} is not a recording of poses, or lacks a part of it; analyse the video again."
        ) from error
    except DAMAGE as error:
        raise RecordingError(
            f"The recorded poses {path} are damaged; analyse the video again."
        ) from error
    frames.flags.writeable = False
    return Recording(path, provenance, frames, scenes, figures, backs)


def _read_provenance(path: Path, text: str) -> Provenance:
    values = json.loads(text)
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise KeyError("format")
    if values.get("format_version") != FORMAT_VERSION:
        raise RecordingError(
            f"The recorded poses {path} are of format {values.get('format_version')}, and this"
            f" posture_cam reads format {FORMAT_VERSION}; analyse the video again, or use the"
            " version that wrote them."
        )
    return Provenance.from_dict(values)


def _check(frames: NDArray[Any], pose_count: int) -> None:
    """Raises ValueError where the records contradict each other."""
    if frames.dtype != FRAME or frames.ndim != 1:
        raise ValueError("frames are not what they should be")
    people, chosen = frames["people"], frames["chosen"]
    if (people < 1).any() or people.sum(dtype=np.int64) != pose_count:
        raise ValueError("frames and poses do not belong together")
    if (chosen < -1).any() or (chosen >= people).any():
        raise ValueError("a person is chosen who is not there")
    if not np.isfinite(frames["time_s"]).all():
        raise ValueError("a frame has no time")


def _count_optional(
    archive: zipfile.ZipFile, member: str, dtype: np.dtype[Any], metadata: dict[str, Any]
) -> int:
    """Recordings of earlier versions have none; a member that should be there must be."""
    expected = int(metadata.get(member, 0))
    if expected and count_records(archive, member, dtype) != expected:
        raise ValueError(f"{member} are not as many as they should be")
    return expected


def _read(path: Path, member: str, dtype: np.dtype[Any]) -> Iterator[Any]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield from read_records(archive, member, dtype)
    except (OSError, KeyError, *DAMAGE) as error:
        raise RecordingError(
            f"The recorded poses {path} have gone or changed while they were read; analyse the"
            " video again."
        ) from error
