"""Curve of the back in side views, from the outline of the person's silhouette.

A flexicurve is a ruler that is bent along the back. Its angle is atan(E / L1) + atan(E / L2): E the
depth of the curve over its chord, L1 and L2 the parts of the chord on both sides of the deepest
place. Cobb's angle, which X-ray shows, is about 1.53 times it (an average over people, for the
thoracic curve under a ruler on the skin). Here the outline of the back stands for the ruler, from
hip level to just below the shoulders. Clothes, hair, arms and chairs shape it too, so that only its
*change* against the same person's upright posture is told, with its uncertainty; see
docs/back_curve.md for what that is worth.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from posture_cam.angles import hips_seen, seen_points, view_direction
from posture_cam.baseline import Baseline
from posture_cam.landmarks import Landmark as L
from posture_cam.types import BACK_STATIONS, NAN, Angles, Pose

Array = NDArray[np.float64]

STATIONS: Array = np.linspace(0.0, 0.95, BACK_STATIONS)
"""Where the outline is looked for: 0 at hip level, 1 at the level of the shoulders. The neck, where
hair falls, lies above."""
REACH = 0.55
"""The outline is looked for so far behind the trunk's middle, in lengths of the trunk."""
STEPS = 160
"""Places on a ray per length of the trunk."""
LEAST_TRUNK_PX = 40.0
LOOKED_FROM_DEG = 45.0
"""Nearer to the front than this no outline is taken: it would be that of an arm."""
LEAST_VIEW_DEG, MOST_VIEW_DEG = 60.0, 110.0
"""The outline is the back's only when the camera stands between these, at either side."""
TOLERANCE = 0.015
"""Outline whose change is farther than this from the fitted one is not the back's, in lengths of
the trunk."""
UPRIGHT_TOLERANCE = 0.04
"""The same for the upright outline itself, which has lordosis, clothes and hair in it."""
LEAST_SEEN = 0.7
"""At least this share of the outline must have changed as the fitted curve says."""
LEAST_DEG, MISSING_DEG, TURNED_DEG = 1.7, 24.0, 1.7
"""Uncertainty of a change: at best, for all of the outline off the curve, and for every 10 degrees
by which the view is farther from square than SQUARE_DEG. Fitted on 120 rendered people
(docs/back_curve.md)."""
SQUARE_DEG = 85.0
ABSOLUTE_STEPS, BIWEIGHT_STEPS = 8, 6
FLEXION_SHARE = 0.38
"""So much of a change of the spine's flexion shows as change of the outline's flexicurve angle: the
mean of the same people. The stated uncertainty is about this share of the true flexion."""

NOT_FROM_THE_SIDE = "the camera does not stand at your side"
NO_OUTLINE = "you are not seen from the side"
HIPS_HIDDEN = "your hips are not seen"
BROKEN = "the outline of the back is broken"
NO_BASELINE = "the outline of your upright back is not known"
OTHER_SIDE = "your upright back was seen from the other side"
HIPS_WERE_HIDDEN = "your hips were not seen when you sat upright"


@dataclass(frozen=True, slots=True)
class OutlineChange:
    """An outline of the back against the upright one.

    change_deg: of the flexicurve angle, positive when the back is rounder; NaN when it cannot be
        told.
    upright, now: (BACK_STATIONS,) smooth curves, as `Pose.back`; NaN when it cannot be told.
    seen: 0..1, share of the outline that changed as the curves say.
    """

    change_deg: float
    upright: Array
    now: Array
    seen: float


def trace_back(silhouette: NDArray[np.float32], pose: Pose) -> NDArray[np.float32] | None:
    """Where the outline of the back lies behind the line from the hips to the shoulders.

    silhouette: (height, width) 0..1, probability of belonging to the person.
    Returns (BACK_STATIONS,) distances at STATIONS, perpendicular to that line and in its lengths,
    positive behind the person, NaN where no edge was found. Along each ray the silhouette's first
    end counts, so that a gap parts a chair or an elbow from the back. None when nobody is there,
    is seen from the front, or looks too small.
    """
    if not pose.present or not abs(view_direction(pose, 0.0)) >= LOOKED_FROM_DEG:
        return None
    hips, trunk, backward = back_axes(pose)
    length = float(np.hypot(*trunk))
    if length < LEAST_TRUNK_PX:
        return None
    reach = np.arange(0.0, REACH, 1 / STEPS)
    places = hips + STATIONS[:, None, None] * trunk + reach[:, None] * backward * length
    inside = _sampled(silhouette, places)
    outside = inside < 0.5
    first = outside.argmax(axis=1)
    found = outside.any(axis=1) & (first > 0)
    rows = np.arange(BACK_STATIONS)
    before, after = inside[rows, first - 1], inside[rows, first]
    share = (before - 0.5) / np.where(found, before - after, 1.0)
    return np.where(found, (first - 1 + share) / STEPS, np.nan).astype(np.float32)


def back_axes(pose: Pose) -> tuple[Array, Array, Array]:
    """Of a person seen from the side, in pixels of the picture: the middle of the hips, the way
    from there to the middle of the shoulders, and the unit vector backwards, across that way."""
    points = pose.landmarks[:, :2].astype(np.float64)
    hips = (points[L.LEFT_HIP] + points[L.RIGHT_HIP]) / 2
    trunk = (points[L.LEFT_SHOULDER] + points[L.RIGHT_SHOULDER]) / 2 - hips
    across = np.array([trunk[1], -trunk[0]]) / max(float(np.hypot(*trunk)), 1e-9)
    # Seen from their left side a person faces the picture's left, so their back is at its right.
    is_left = view_direction(pose, 0.0) > 0
    upright = -math.copysign(1.0, trunk[1])
    return hips, trunk, -across * upright if is_left else across * upright


def outline(pose: Pose, depths: NDArray[np.floating]) -> Array:
    """(BACK_STATIONS, 2) places of depths, such as `pose.back`, in pixels of the picture."""
    hips, trunk, backward = back_axes(pose)
    along = STATIONS[:, None] * trunk
    return np.asarray(hips + along + depths[:, None] * np.hypot(*trunk) * backward)


def compare_backs(
    now: NDArray[np.floating] | None, upright: NDArray[np.floating] | None
) -> OutlineChange:
    """How much rounder the outline of the back is than the upright one.

    now, upright: as `Pose.back`. A single arch is what can be told of the change under clothes: a
    parabola through the differences of the outlines. So what both have in common, such as folds,
    hair or a backrest that the mask takes for the person, does not count, and what only one of them
    has, such as an elbow, is left out.
    """
    nothing = np.full(BACK_STATIONS, np.nan)
    if now is None or upright is None:
        return OutlineChange(NAN, nothing, nothing, 0.0)
    seen, change = _fitted(now.astype(np.float64) - upright, 2, TOLERANCE)
    if seen < LEAST_SEEN:
        return OutlineChange(NAN, nothing, nothing, seen)
    arch, smooth = _upright_curves(upright.astype(np.float64).tobytes())
    bent = angle_of_curve(np.stack([STATIONS, arch + change], axis=1))
    change_deg = bent - angle_of_curve(np.stack([STATIONS, arch], axis=1))
    return OutlineChange(change_deg, smooth, smooth + change, seen)


@lru_cache(maxsize=8)
def _upright_curves(outline: bytes) -> tuple[Array, Array]:
    """A single arch and a closer curve through the upright outline; kept, as it seldom changes."""
    depths = np.frombuffer(outline, dtype=np.float64)
    arch, smooth = (_fitted(depths, degree, UPRIGHT_TOLERANCE)[1] for degree in (2, 4))
    return arch, smooth


def angle_of_curve(points: Array) -> float:
    """Flexicurve angle of a curve with one arch, degrees in -180..180.

    points: (N, 2) along the curve: upward and backward, in any unit. The chord joins the ends;
    positive when the deepest place lies behind it.
    """
    chord = points[-1] - points[0]
    length = float(np.hypot(*chord))
    along = (points - points[0]) @ chord / length
    behind = (points - points[0]) @ np.array([-chord[1], chord[0]]) / length
    deepest = int(np.abs(behind[1:-1]).argmax()) + 1
    return flexicurve_deg(float(behind[deepest]), along[deepest], length - along[deepest])


def flexicurve_deg(depth: float, below: float, above: float) -> float:
    """atan(E / L1) + atan(E / L2) in degrees.

    depth: E, over the chord. below, above: L1 and L2, parts of the chord. All in one unit. An arc
    of a circle gives half of the angle by which its direction turns from end to end.
    """
    return math.degrees(math.atan2(depth, below) + math.atan2(depth, above))


def with_back_curve(
    angles: Angles,
    pose: Pose,
    baseline: Baseline | None,
    min_visibility: float,
    doubt_deg: float = 0.0,
) -> Angles:
    """`angles` with the change of the curve of the back against the baseline, where it is seen.

    doubt_deg: of spine flexion, how uncertain it is what the baseline's own back was like.
    """
    _, back = judge_back(pose, baseline, angles.view_deg, min_visibility)
    if back is None or baseline is None:
        return angles
    views_deg = angles.view_deg, baseline.angles.view_deg
    deviation = max(deviation_deg(view_deg, back.seen) for view_deg in views_deg)
    doubt = FLEXION_SHARE * doubt_deg
    changed = {**angles.sd, "back_curve_deg": math.hypot(deviation, doubt)}
    return replace(angles, back_curve_deg=back.change_deg, sd=changed)


def judge_back(
    pose: Pose, baseline: Baseline | None, view_deg: float, min_visibility: float
) -> tuple[str, OutlineChange | None]:
    """The change of the curve of the back and "", or why it cannot be told and None.

    view_deg: direction of the camera, as in `Angles`.
    """
    if pose.back is None:
        return NO_OUTLINE, None
    seen_from = view_direction(pose, 0.0)
    if not LEAST_VIEW_DEG <= abs(view_deg) <= MOST_VIEW_DEG or view_deg * seen_from < 0:
        return NOT_FROM_THE_SIDE, None
    if not hips_seen(seen_points(pose, min_visibility), pose.height):
        return HIPS_HIDDEN, None
    if baseline is None or baseline.pose.back is None:
        return NO_BASELINE, None
    if view_direction(baseline.pose, 0.0) * seen_from < 0:
        return OTHER_SIDE, None
    if not hips_seen(seen_points(baseline.pose, min_visibility), baseline.pose.height):
        return HIPS_WERE_HIDDEN, None
    back = compare_backs(pose.back, baseline.pose.back)
    return ("", back) if math.isfinite(back.change_deg) else (BROKEN, None)


def deviation_deg(view_deg: float, seen: float) -> float:
    """1-sigma uncertainty of a change, degrees.

    view_deg: direction of the camera, as in `Angles`. seen: as in `OutlineChange`.
    """
    missing = MISSING_DEG * (1 - seen)
    turned = TURNED_DEG * off_square_deg(view_deg) / 10
    return math.hypot(LEAST_DEG, missing, turned)


def off_square_deg(view_deg: float) -> float:
    """By how much a direction is farther from square to the back than SQUARE_DEG, either way."""
    return max(abs(abs(view_deg) - 90.0) - (90.0 - SQUARE_DEG), 0.0)


def _fitted(outline: NDArray[np.floating], degree: int, tolerance: float) -> tuple[float, Array]:
    """The polynomial that most of an outline lies on: the share that does, and its values.

    From a start by least absolute deviations, what lies farther off than `tolerance` loses its
    weight (Tukey's biweight). The share is 0 where too little of the outline is known.
    """
    known = np.isfinite(outline)
    if known.mean() < LEAST_SEEN:
        return 0.0, np.full(BACK_STATIONS, np.nan)
    depths = np.where(known, outline, 0.0).astype(np.float64)
    shapes = _shapes(degree)
    ridge = 1e-9 * np.eye(degree + 1)  # all weight may be gone
    weights = known.astype(np.float64)
    for step in range(ABSOLUTE_STEPS + BIWEIGHT_STEPS):
        weighted = shapes.T * weights
        curve = np.asarray(shapes @ np.linalg.solve(weighted @ shapes + ridge, weighted @ depths))
        off = np.abs(depths - curve) / tolerance
        if step < ABSOLUTE_STEPS:
            weights = known / np.maximum(off, 1 / 6)
        else:
            weights = known * np.maximum(1 - off**2, 0.0) ** 2
    return float((weights > 0.1).mean()), curve


@lru_cache
def _shapes(degree: int) -> Array:
    """(BACK_STATIONS, degree + 1) Legendre polynomials."""
    places = np.linspace(-1.0, 1.0, BACK_STATIONS)
    return np.asarray(np.polynomial.legendre.legvander(places, degree))


def _sampled(silhouette: NDArray[np.float32], places: Array) -> Array:
    """(...) values of the silhouette at places (..., 2) in pixels, bilinear; 0 outside of it."""
    height, width = silhouette.shape
    x, y = places[..., 0] - 0.5, places[..., 1] - 0.5
    within = (x >= 0) & (y >= 0) & (x < width - 1) & (y < height - 1)
    column = np.clip(x, 0, width - 2).astype(np.intp)
    row = np.clip(y, 0, height - 2).astype(np.intp)
    right, down = x - column, y - row
    upper = silhouette[row, column] * (1 - right) + silhouette[row, column + 1] * right
    lower = silhouette[row + 1, column] * (1 - right) + silhouette[row + 1, column + 1] * right
    return np.where(within, upper * (1 - down) + lower * down, 0.0)
