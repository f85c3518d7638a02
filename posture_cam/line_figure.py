"""Line drawings of a person from landmarks, as inline SVG: posture without a picture of anybody."""

from __future__ import annotations

import math
from html import escape

import numpy as np
from numpy.typing import NDArray

from posture_cam.angles import shown_points
from posture_cam.charts import runs, svg_points
from posture_cam.landmarks import FACE
from posture_cam.landmarks import Landmark as L
from posture_cam.types import Pose

Array = NDArray[np.float64]

_ARMS = (
    (L.LEFT_SHOULDER, L.LEFT_ELBOW, L.LEFT_WRIST),
    (L.RIGHT_SHOULDER, L.RIGHT_ELBOW, L.RIGHT_WRIST),
)
_TRUNK = (L.LEFT_SHOULDER, L.RIGHT_SHOULDER, L.RIGHT_HIP, L.LEFT_HIP)


def stick_figures(reference: Pose, other: Pose, min_visibility: float, label: str) -> str:
    """Two poses of one person as line drawings over each other, in one scale.

    Only what was seen is drawn, and no picture of the person is needed.
    """
    drawings, places = [], []
    for name, pose in (("reference", reference), ("other", other)):
        points = shown_points(pose, min_visibility) * (reference.width / pose.width)
        parts = [_trunk(points), _head(points)]
        parts += [f'<polyline points="{svg_points(line)}"/>' for line in _limbs(points)]
        drawings.append(f'<g class="{name}">{"".join(parts)}</g>')
        places.append(points[: L.RIGHT_HIP + 1])
    found = np.concatenate(places)
    found = found[np.isfinite(found).all(axis=1)]
    if not len(found):
        return ""
    low, high = found.min(axis=0), found.max(axis=0)
    margin = 0.18 * float((high - low).max()) + 1
    x, y = low - margin
    width, height = high - low + 2 * margin
    return (
        f'<svg class="figures" viewBox="{x:.1f} {y:.1f} {width:.1f} {height:.1f}" role="img"'
        f' aria-label="{escape(label)}" style="--stroke:{max(width, height) / 90:.2f}">'
        f"{''.join(drawings)}</svg>"
    )


def _limbs(points: Array) -> list[Array]:
    """Lines of a stick figure, each (n, 2) finite points, at least two."""
    shoulders = _mean(points[[L.LEFT_SHOULDER, L.RIGHT_SHOULDER]])
    hips = _mean(points[[L.LEFT_HIP, L.RIGHT_HIP]])
    lines = [points[list(chain)] for chain in (*_ARMS, _TRUNK[:2], _TRUNK[2:])]
    lines += [np.stack([hips, shoulders]), np.stack([shoulders, _chin(points, shoulders)])]
    pieces = [
        line[start:end]
        for line in lines
        for start, end in runs(np.asarray(np.isfinite(line).all(axis=1)))
    ]
    return [piece for piece in pieces if len(piece) > 1]


def _chin(points: Array, shoulders: Array) -> Array:
    """(2,) where the neck meets the circle of the head."""
    centre, radius = _head_circle(points)
    down = shoulders - centre
    length = float(np.hypot(*down))
    return centre + down * radius / length if length > radius else shoulders


def _trunk(points: Array) -> str:
    """The area between shoulders and hips, where all four were seen."""
    corners = points[list(_TRUNK)]
    return f'<polygon points="{svg_points(corners)}"/>' if np.isfinite(corners).all() else ""


def _head(points: Array) -> str:
    """The head as a circle, with a dot for the nose."""
    centre, radius = _head_circle(points)
    if not math.isfinite(radius):
        return ""
    head = _circle("head", centre, radius)
    nose = points[L.NOSE]
    return head + _circle("nose", nose, radius / 8) if np.isfinite(nose).all() else head


def _head_circle(points: Array) -> tuple[Array, float]:
    """Centre (2,) and radius of a circle about the face, NaN with less than three points of it."""
    face = points[FACE][np.isfinite(points[FACE]).all(axis=1)]
    if len(face) < 3:
        return np.full(2, np.nan), math.nan
    centre = _mean(points[[L.LEFT_EAR, L.RIGHT_EAR, L.NOSE]])
    centre = centre if np.isfinite(centre).all() else face.mean(axis=0)
    return centre, 1.15 * float(np.hypot(*(face - centre).T).max())


def _circle(name: str, centre: Array, radius: float) -> str:
    x, y = centre
    return f'<circle class="{name}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>'


def _mean(points: Array) -> Array:
    known = points[np.isfinite(points).all(axis=1)]
    return known.mean(axis=0) if len(known) else np.full(2, np.nan)
