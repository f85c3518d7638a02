"""Poses on disk: everything that a replay needs, without the video.

Of each silhouette only the small `figure` is kept.

`poses.npz` is an ordinary NumPy archive, read without unpickling:

| member | dtype, shape | what |
|---|---|---|
| `metadata` | text | JSON: format, format_version and the fields of Provenance |
| `frames` | FRAME (N,) | one record for each analysed frame |
| `poses` | POSE (sum of people,) | one record for each pose found, frame after frame |
| `scenes` | SCENE (about one a second,) | the place behind the people, who are blanked |
| `figures` | FIGURE (one for each pose that has one,) | the person's silhouette, small |
| `backs` | BACK (one for each pose that has one,) | the outline of the back, from the side |
| `colours` | COLOURS (about one a second,) | colours of a person's hair, face, clothes and neck |
| `stirs` | STIR (about one a second,) | of each of several people, how much they have stirred |

Poses are written and read in pieces, so that a recording of many hours needs little memory.
"""

from __future__ import annotations

import json
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from posture_cam.errors import RecordingError
from posture_cam.provenance import Provenance
from posture_cam.record_stream import count_records, read_pieces, read_records, records_type
from posture_cam.recording_format import (
    COLOURS,
    COLOURS_BEFORE,
    FORMAT,
    FORMAT_VERSION,
    OF_SOME_POSES,
    POSE,
    SCENE,
    check_landmarks,
    check_records,
)
from posture_cam.types import REGIONS, Pose

DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ValueError,
    TypeError,
    EOFError,
    OverflowError,
    RuntimeError,
)


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
        return self.people[0].absent()


class _OfSome:
    """Records that only some poses have, read along with the poses."""

    def __init__(self, records: Iterator[Any]) -> None:
        self._records = records
        self._next = next(records, None)

    def take(self, pose_index: int) -> Any:
        """What the pose of that index has, None when it has none. Indices only grow."""
        if self._next is None or self._next[0] != pose_index:
            return None
        value, self._next = self._next[1], next(self._records, None)
        return value


@dataclass(frozen=True)
class Recording:
    """A file of recorded poses. Iterating reads it from the beginning, each time anew.

    records: (N,) FRAME, one for each analysed frame; read-only. scenes: how many frames have one.
    of_some: how many poses have one, by name of the member.
    """

    path: Path
    provenance: Provenance
    records: NDArray[Any] = field(repr=False)
    scenes: int = 0
    of_some: Mapping[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[RecordedFrame]:
        """Every frame with exactly the poses that were recorded.

        Raises RecordingError if the file has gone or changed since it was loaded.
        """
        rows = _read(self.path, "poses", POSE)
        scenes = _read(self.path, "scenes", SCENE) if self.scenes else iter(())
        scene = next(scenes, None)
        of_some = {name: self._some(member) for member, (name, _) in OF_SOME_POSES.items()}
        pose_index = 0
        for index, record in enumerate(self.records):
            frame, time_s, width, height, brightness, people, chosen = record.item()
            grey = None
            if scene is not None and scene["record"] == index:
                grey, scene = scene["grey"], next(scenes, None)
            poses = []
            for row in islice(rows, people):
                own = {name: some.take(pose_index) for name, some in of_some.items()}
                pose_index += 1
                found = Pose(time_s, width, height, *row.item())
                poses.append(replace(found, brightness=brightness, scene=grey, **own))
            yield RecordedFrame(frame, tuple(poses), chosen)

    def _some(self, member: str) -> _OfSome:
        if not self.of_some.get(member):
            return _OfSome(iter(()))
        return _OfSome(_read(self.path, member, OF_SOME_POSES[member][1]))

    @property
    def frames(self) -> list[int]:
        """Number of each analysed frame in its source."""
        numbers: list[int] = self.records["frame"].tolist()
        return numbers

    @property
    def times(self) -> NDArray[np.float64]:
        """(N,) seconds."""
        return self.records["time_s"]

    def poses(self) -> WatchedPoses:
        """The watched person of every frame."""
        return WatchedPoses(self)


@dataclass(frozen=True)
class WatchedPoses:
    """Of every frame, `Pose.nobody` where they were not there; each time read anew."""

    recording: Recording

    def __iter__(self) -> Iterator[Pose]:
        return (frame.pose for frame in self.recording)


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
            check_records(frames, count_records(archive, "poses", POSE))
            check_landmarks(read_pieces(archive, "poses", POSE))
            metadata = json.loads(text)
            scenes = _count_optional(archive, "scenes", SCENE, metadata)
            of_some = {
                name: _count_optional(archive, name, dtype, metadata)
                for name, (_, dtype) in OF_SOME_POSES.items()
            }
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
    return Recording(path, provenance, frames, scenes, of_some)


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


def _count_optional(
    archive: zipfile.ZipFile, member: str, dtype: np.dtype[Any], metadata: dict[str, Any]
) -> int:
    """Recordings of earlier versions have none; a member that should be there must be."""
    expected = int(metadata.get(member, 0))
    if expected and count_records(archive, member, _written(archive, member, dtype)) != expected:
        raise ValueError(f"{member} are not as many as they should be")
    return expected


def _written(archive: zipfile.ZipFile, member: str, dtype: np.dtype[Any]) -> np.dtype[Any]:
    """COLOURS_BEFORE where colours are such, else `dtype`."""
    before = dtype == COLOURS and records_type(archive, member) == COLOURS_BEFORE
    return COLOURS_BEFORE if before else dtype


def _with_neck(records: Iterator[Any]) -> Iterator[Any]:
    """COLOURS of COLOURS_BEFORE."""
    for record, bgr in records:
        unseen = np.full((len(REGIONS) - len(bgr), 3), np.nan, dtype=np.float32)
        yield record, np.concatenate([bgr, unseen])


def _read(path: Path, member: str, dtype: np.dtype[Any]) -> Iterator[Any]:
    try:
        with zipfile.ZipFile(path) as archive:
            written = _written(archive, member, dtype)
            records = read_records(archive, member, written)
            yield from records if written == dtype else _with_neck(records)
    except (OSError, KeyError, *DAMAGE) as error:
        raise RecordingError(
            f"The recorded poses {path} have gone or changed while they were read; analyse the"
            " video again."
        ) from error
