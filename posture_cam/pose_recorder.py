"""Collects the poses of one clip and writes them to disk, in the format of recording.py."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np
from numpy.lib import format as npy

from posture_cam.atomic import atomic_file
from posture_cam.provenance import Provenance
from posture_cam.record_stream import write_records
from posture_cam.recording import Recording, load_recording
from posture_cam.recording_format import (
    FORMAT,
    FORMAT_VERSION,
    FRAME,
    OF_SOME_POSES,
    POSE,
    POSE_FIELDS,
    SCENE,
    check_records,
)
from posture_cam.types import Pose

COMPRESSION = 1  # landmarks are noise in their lower digits; more effort gains a percent


class PoseRecorder:
    """Collects the poses of one clip; `save` writes them all. Close it, or use a `with` block."""

    def __init__(self) -> None:
        self._frames = bytearray()
        self._poses = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        self._scenes = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        self._scene_count = 0
        self._pose_count = 0
        self._of_some = {
            name: tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
            for name in OF_SOME_POSES
        }
        self._counts = dict.fromkeys(OF_SOME_POSES, 0)

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
            for member, (name, dtype) in OF_SOME_POSES.items():
                value = getattr(pose, name)
                if value is not None:
                    self._of_some[member].write(np.array((index, value), dtype=dtype).tobytes())
                    self._counts[member] += 1
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
        check_records(frames, pose_count)
        metadata = {
            "format": FORMAT,
            "format_version": FORMAT_VERSION,
            "scenes": self._scene_count,
            **self._counts,
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
            for name, (_, dtype) in OF_SOME_POSES.items():
                write_records(archive, name, dtype, self._counts[name], self._of_some[name])
        return load_recording(path)

    def close(self) -> None:
        """Drop what was collected."""
        self._poses.close()
        self._scenes.close()
        for records in self._of_some.values():
            records.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
