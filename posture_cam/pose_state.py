"""Poses, pictures of the place and other arrays as JSON, exact to the last bit."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posture_cam.types import Pose

ARRAYS = ("landmarks", "world", "visibility", "presence")
OPTIONAL_ARRAYS = ("scene", "figure", "back", "colours")


def array_state(array: NDArray[Any]) -> dict[str, Any]:
    """Type, shape and bytes of an array."""
    little = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
    data = base64.b64encode(little.tobytes()).decode("ascii")
    return {"type": little.dtype.str, "shape": list(array.shape), "data": data}


def array_from_state(state: Mapping[str, Any]) -> NDArray[Any]:
    """The array again. Raises KeyError, TypeError or ValueError for anything else."""
    data = base64.b64decode(state["data"], validate=True)
    stored = np.frombuffer(data, dtype=np.dtype(state["type"])).reshape(state["shape"])
    return stored.astype(stored.dtype.newbyteorder("="))


def pose_state(pose: Pose) -> dict[str, Any]:
    """All of a pose but its silhouette and `stir`, which only tells who is watched."""
    return {
        "time_s": pose.time_s,
        "width": pose.width,
        "height": pose.height,
        "brightness": number_state(pose.brightness),
        **{name: array_state(getattr(pose, name)) for name in ARRAYS},
        **{name: optional_state(getattr(pose, name)) for name in OPTIONAL_ARRAYS},
    }


def pose_from_state(state: Mapping[str, Any]) -> Pose:
    """The pose again. Raises KeyError, TypeError or ValueError for anything else."""
    arrays: dict[str, Any] = {name: array_from_state(state[name]) for name in ARRAYS}
    arrays |= {name: optional_from_state(state[name]) for name in OPTIONAL_ARRAYS}
    return Pose(
        time_s=float(state["time_s"]),
        width=int(state["width"]),
        height=int(state["height"]),
        brightness=number_from_state(state["brightness"]),
        **arrays,
    )


def optional_state(array: NDArray[Any] | None) -> dict[str, Any] | None:
    """The same of an array that may be missing."""
    return None if array is None else array_state(array)


def optional_from_state(state: Mapping[str, Any] | None) -> NDArray[Any] | None:
    """The array again, or None; raises as `array_from_state`."""
    return None if state is None else array_from_state(state)


def number_state(value: float) -> float | None:
    """The number, None for NaN and infinities, which JSON does not have."""
    return float(value) if math.isfinite(value) else None


def number_from_state(value: float | None, otherwise: float = math.nan) -> float:
    """The number again, `otherwise` for None."""
    return otherwise if value is None else float(value)
