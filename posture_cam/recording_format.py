"""The records of which a recording of poses is made, and what must hold between them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posture_cam.features import CORE
from posture_cam.landmarks import LANDMARK_COUNT
from posture_cam.types import BACK_STATIONS, FIGURE_SHAPE, REGIONS, SCENE_SHAPE

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
COLOURS = np.dtype([("record", "<i8"), ("bgr", "<f4", (len(REGIONS), 3))])  # index in `poses`
COLOURS_BEFORE = np.dtype([("record", "<i8"), ("bgr", "<f4", (3, 3))])
"""In recordings from before the neck was looked at, which is then not seen."""
STIR = np.dtype([("record", "<i8"), ("stir", "<f8")])  # record: index in `poses`
OF_SOME_POSES = {
    "figures": ("figure", FIGURE),
    "backs": ("back", BACK),
    "colours": ("colours", COLOURS),
    "stirs": ("stir", STIR),
}
"""Members with a record for each pose that has such a thing: the pose's field and the type."""
POSE_FIELDS = ("landmarks", "world", "visibility", "presence")


def check_records(frames: NDArray[Any], pose_count: int) -> None:
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


def check_landmarks(pieces: Iterable[NDArray[Any]]) -> None:
    """Raises ValueError where somebody was found, but a part of face and shoulders is nowhere."""
    for poses in pieces:
        core = np.isfinite(poses["landmarks"][:, CORE]).all(axis=2)
        if (core.any(axis=1) & ~core.all(axis=1)).any():
            raise ValueError("a pose lacks face or shoulders")
