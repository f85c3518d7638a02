"""Which stored calibration fits: the same camera in the same place, and the same person before it.

chooser = ProfileChooser(profiles, preferred="default")
for pose in poses:
    if chooser.update(pose): ...         # decided: chooser.chosen, or None when none fits
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from posture_cam.angles import view_direction
from posture_cam.baseline import Baseline, median_pose
from posture_cam.camera_motion import CameraComparer, Place
from posture_cam.sitter import OTHER, describe, difference
from posture_cam.tracks import apparent_size, centre
from posture_cam.types import Pose

LOOK_S = 3.0
"""Somebody is looked at for this long before a profile is chosen."""
MIN_POSES = 5
GONE_S = 2.0
"""Who comes after so long without anybody may be somebody else than who was looked at before."""
AGAIN_S = 10.0
"""After so long it is looked anew whether a profile fits, if none did."""
VIEW_DEG = 30.0
"""A view that differs by more is of another place of the camera."""
GROWTH, AWAY = 0.45, 1.0
"""Logarithm of the ratio of sizes, and own sizes between the places, up to which a person may sit
elsewhere than at calibration."""
PREFERRED = 1.0
"""Advantage of the profile that the settings name, in units of the distance of proportions."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stored calibration."""

    name: str
    baseline: Baseline


class ProfileChooser:
    """Looks at the first seconds of a stream, and at those after an absence while none fits.

    preferred: name of the profile taken when several fit equally.
    place_needed: only where the background shows that the camera is the same; without it a profile
        fits, too, when the background cannot tell.
    decided: whether there is no choice to make any more.
    """

    def __init__(
        self, candidates: Sequence[Candidate], preferred: str = "", *, place_needed: bool = False
    ) -> None:
        self.chosen: Candidate | None = None
        self._candidates = candidates
        self._preferred = preferred
        self._place_needed = place_needed
        self._poses: list[Pose] = []
        self._seen_s = math.nan
        self.decided = not candidates

    def update(self, pose: Pose) -> bool:
        """Take in the next pose; True when a choice has just been made."""
        if not pose.present or not self._candidates:
            return False
        gone_s, self._seen_s = pose.time_s - self._seen_s, pose.time_s
        if self.decided and (self.chosen is not None or not gone_s >= AGAIN_S):
            return False
        if gone_s >= GONE_S:
            self.start_over()
        self._poses.append(pose)
        if pose.time_s - self._poses[0].time_s < LOOK_S or len(self._poses) < MIN_POSES:
            return False
        self.decided = True
        self.chosen = choose_profile(
            self._candidates, self._poses, self._preferred, place_needed=self._place_needed
        )
        self._poses.clear()
        return True

    def start_over(self) -> None:
        """It was nobody, or somebody else: look anew, unless a profile has been chosen."""
        self._poses.clear()
        self.decided = self.chosen is not None


def choose_profile(
    candidates: Sequence[Candidate],
    poses: Sequence[Pose],
    preferred: str = "",
    *,
    place_needed: bool = False,
) -> Candidate | None:
    """The profile that fits these poses of one person best, None when none does."""
    present = [pose for pose in poses if pose.present]
    if len(present) < MIN_POSES:
        return None
    described = [describe(pose) for pose in present]
    now = median_pose(present)
    costs = []
    for index, candidate in enumerate(candidates):
        place = _place(candidate.baseline, now)
        if place is Place.UNKNOWN and place_needed:
            continue
        if place in (Place.MOVED, Place.ELSEWHERE) or not _same_setup(candidate.baseline, now):
            continue
        cost = difference(candidate.baseline, described)
        if cost <= OTHER:
            cost += OTHER * (place is Place.UNKNOWN) - PREFERRED * (candidate.name == preferred)
            costs.append((cost, index))
    return candidates[min(costs)[1]] if costs else None


def _place(baseline: Baseline, now: Pose) -> Place:
    """What the background says."""
    then = baseline.pose.scene
    if then is None or now.scene is None:
        return Place.UNKNOWN
    return CameraComparer(then).compare(now.scene).place


def _same_setup(baseline: Baseline, now: Pose) -> bool:
    """Whether view, distance and place in the picture are about those of the calibration."""
    fitted = baseline.in_pictures_of(now.width, now.height)
    if fitted is None:
        return False
    then = fitted.pose
    size_then = max(apparent_size(then), 1.0)
    growth = abs(math.log(max(apparent_size(now), 1.0) / size_then))
    (x, y), (u, v) = centre(now), centre(then)
    away = math.hypot(x - u, y - v) / size_then
    turned = abs(view_direction(now, 0.0) - view_direction(then, 0.0))
    turned = min(turned, 360 - turned)
    return growth <= GROWTH and away <= AWAY and turned <= VIEW_DEG
