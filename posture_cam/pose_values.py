"""A pose as plain values that JSON can hold, as a profile keeps it; a person can read them, too.

(pose_state.py is for the engine's own state, which is larger and exact.)
"""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posture_cam.types import BACK_STATIONS, FIGURE_SHAPE, REGIONS, SCENE_SHAPE, Pose

FARTHEST = 1e6
"""No picture is so large, nor does any part of a body lie so many pixels outside of it."""


def pose_to_dict(pose: Pose) -> dict[str, Any]:
    """All but its time; `pose_from_dict` gives the same pose back, at time 0."""
    return {
        "width": pose.width,
        "height": pose.height,
        "landmarks": pose.landmarks.tolist(),
        "world": pose.world.tolist(),
        "visibility": pose.visibility.tolist(),
        "presence": pose.presence.tolist(),
        "brightness": pose.brightness if math.isfinite(pose.brightness) else None,
        "scene": None if pose.scene is None else _to_text(pose.scene),
        "figure": None if pose.figure is None else _to_text(pose.figure),
        "back": None if pose.back is None else _to_numbers(pose.back),
        "colours": None if pose.colours is None else _by_region(pose.colours),
    }


def pose_from_dict(values: Mapping[str, Any]) -> Pose:
    """Raises KeyError, TypeError, ValueError or OverflowError where values are missing or wrong."""
    brightness = values["brightness"]
    width, height = int(values["width"]), int(values["height"])
    if not (0 < width < FARTHEST and 0 < height < FARTHEST):
        raise ValueError("expected a picture of some size")
    return Pose(
        time_s=0.0,
        width=width,
        height=height,
        landmarks=_array(values["landmarks"], (33, 3)),
        world=_array(values["world"], (33, 3)),
        visibility=_array(values["visibility"], (33,)),
        presence=_array(values["presence"], (33,)),
        brightness=math.nan if brightness is None else float(brightness),
        scene=_from_text(values.get("scene"), SCENE_SHAPE),
        figure=_from_text(values.get("figure"), FIGURE_SHAPE),
        back=_from_numbers(values.get("back")),
        colours=_from_regions(values.get("colours")),
    )


def _array(values: Any, shape: tuple[int, ...]) -> NDArray[np.float32]:
    array = np.array(values, dtype=np.float32)
    if array.shape != shape or not (np.abs(array) < FARTHEST).all():
        raise ValueError(f"expected finite numbers of shape {shape}")
    return array


def _to_numbers(back: NDArray[np.float32]) -> list[float | None]:
    """JSON has no NaN."""
    return [float(depth) if math.isfinite(depth) else None for depth in back]


def _from_numbers(numbers: Any) -> NDArray[np.float32] | None:
    """Profiles without a silhouette, and those of earlier versions, have none."""
    if numbers is None:
        return None
    back = np.array([math.nan if depth is None else depth for depth in numbers], dtype=np.float32)
    if back.shape != (BACK_STATIONS,):
        raise ValueError("expected an outline of the back")
    return back


def _by_region(colours: NDArray[np.float32]) -> dict[str, list[float]]:
    """Those that were seen."""
    named = zip(REGIONS, colours, strict=True)
    return {name: colour.tolist() for name, colour in named if np.isfinite(colour).all()}


def _from_regions(colours: Any) -> NDArray[np.float32] | None:
    """Profiles of earlier versions have none."""
    if colours is None:
        return None
    array = np.full((len(REGIONS), 3), np.nan, dtype=np.float32)
    for name, colour in dict(colours).items():
        array[REGIONS.index(name)] = _array(colour, (3,))
    return array


def _to_text(picture: NDArray[np.uint8]) -> str:
    return base64.b64encode(picture.tobytes()).decode("ascii")


def _from_text(text: Any, shape: tuple[int, int]) -> NDArray[np.uint8] | None:
    """Profiles of earlier versions have no such picture."""
    if text is None:
        return None
    grey = np.frombuffer(base64.b64decode(text, validate=True), dtype=np.uint8)
    return grey.reshape(shape)
