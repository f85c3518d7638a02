"""Which angles a picture cannot support, because the parts of the body they need are not shown."""

from __future__ import annotations

import math

from posture_cam.angles import hips_seen, seen_points, shoulders_shown
from posture_cam.landmarks import Landmark as L
from posture_cam.types import Pose

NEED_HIPS = ("trunk_inclination_deg", "trunk_lateral_deg", "twist_deg")
FAR_SIDE_HIDDEN_FROM_DEG = 65.0
"""From this far to the side the body hides its other shoulder and arm."""
NEED_BOTH_SIDES = (
    "shoulder_tilt_deg",
    "trunk_lateral_deg",
    "twist_deg",
    "shoulder_elevation_left_cm",
    "shoulder_elevation_right_cm",
)
"""What cannot be told then, because it is across the direction of view: of people in
tests/recordings who lean by 6 degrees or more to a side half of it was read there, with far too
small a deviation, of raised shoulders a sixth; of 14 people twisted by 8 degrees, 3."""


def unmeasurable(
    pose: Pose, upright: Pose | None, view_deg: float, min_visibility: float
) -> set[str]:
    """Names of the angles whose parts of the body this picture or the upright one does not show.

    upright: the pose of the upright picture, None without one. view_deg: as in `types.Angles`.
    min_visibility: landmarks seen with less than this (0..1) are hidden.
    """
    points = seen_points(pose, min_visibility)
    hips = hips_seen(points, pose.height)
    if upright is not None:  # beside an upright picture every angle is that one's and a change
        hips = hips and hips_seen(seen_points(upright, min_visibility), upright.height)
    hidden = set() if hips else set(NEED_HIPS)
    shown = shoulders_shown(pose)
    if not all(shown):
        hidden |= {"shoulder_tilt_deg", "twist_deg"}
    if not any(shown):
        hidden.add("neck_inclination_deg")
    if abs(view_deg) > FAR_SIDE_HIDDEN_FROM_DEG:
        hidden |= set(NEED_BOTH_SIDES)
    if upright is not None:  # what follows are changes from it
        there = shoulders_shown(upright)
        shown = shown[0] and there[0], shown[1] and there[1]
    if not all(shown):
        hidden.add("shoulder_protraction_cm")
    sides = (("left", L.LEFT_ELBOW, 1), ("right", L.RIGHT_ELBOW, -1))
    for (side, elbow, sign), here in zip(sides, shown, strict=True):
        far = sign * view_deg < -FAR_SIDE_HIDDEN_FROM_DEG
        if far or not here:
            hidden |= {f"shoulder_protraction_{side}_cm", f"shoulder_elevation_{side}_cm"}
        if far or math.isnan(points[elbow, 0]):
            hidden.add(f"upper_arm_elevation_{side}_deg")
    return hidden
