"""Which stored calibration fits: the same camera in the same place, and the same person before it.

chooser = ProfileChooser(profiles, preferred="default")
for pose in poses:
    if chooser.update(pose): ...         # decided: chooser.chosen, or None when none fits
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from posture_cam.angles import view_direction
from posture_cam.baseline import Baseline, median_pose
from posture_cam.camera_motion import SceneMatch, compare_places
from posture_cam.features import Array
from posture_cam.reference import SOMEBODY_ELSE
from posture_cam.resemblance import differences, evidence
from posture_cam.sitter import OTHER, describe, difference
from posture_cam.tracks import apparent_size, centre
from posture_cam.types import Pose

LOOK_S = 3.0
"""Somebody is looked at for this long before a profile is chosen."""
MIN_POSES = 5
GONE_S = 2.0
"""Who comes after so long without anybody may be somebody else than who was looked at before."""
AGAIN_S = 10.0
"""After so long without anybody it is looked anew whether a profile fits, if none did; and so often
while the chosen one does not hold."""
VIEW_DEG = 30.0
"""A view that differs by more is of another place of the camera."""
GROWTH, AWAY = 0.45, 1.0
"""Logarithm of the ratio of sizes, and own sizes between the places, up to which a person may sit
elsewhere than at calibration."""
PREFERRED = 0.5
"""Advantage of the profile that the settings name, in log-odds of being another person (our choice,
as the next)."""
PLACE_UNKNOWN = 1.0
"""Disadvantage of one whose place the background does not show, in the same."""
ANOTHER_DAY = 1.0
"""Disadvantage of one of another day: who sits there has most likely made that of today (our
choice)."""
MOST_UNLIKE = 2.0
"""Log-odds of being another person up to which somebody who sits down may be that of a profile."""
CLEARLY_ALIKE = -1.0
"""The same where more must speak for them: when the background does not show the place and the
settings do not name the profile, or when they are not the one who sat there before."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stored calibration."""

    name: str
    baseline: Baseline


class ProfileChooser:
    """Looks at the first seconds of a stream, and again when nothing fits or what did fits no more.

    That is after an absence while none fits, and while the chosen one does not hold because the
    camera stands elsewhere or somebody else has come: another one may be of that place, or theirs.

    preferred: name of the profile taken when several fit equally.
    place_needed: only where the background shows that the camera is the same; without it the
        preferred profile fits, too, when the background cannot tell, and so does that of somebody
        clearly alike.
    decided: whether there is no choice to make at present.
    newcomer: whether somebody else may have been there before the one it was made for.
    """

    def __init__(
        self, candidates: Sequence[Candidate], preferred: str = "", *, place_needed: bool = False
    ) -> None:
        self.chosen: Candidate | None = None
        self._candidates = candidates
        self._preferred = preferred
        self._place_needed = place_needed
        self._poses: list[Pose] = []
        self._seen_s = self._looked_s = math.nan
        self._stretch = 0
        self.decided = not candidates
        self.newcomer = False

    def update(self, pose: Pose, obstacle: str = "", stretch: int = 0) -> bool:
        """Take in the next pose; True when a choice has just been made.

        obstacle, stretch: as in `Reference`: why a chosen profile does not hold, which is kept
        until another one fits; how often camera or person have changed.
        """
        if stretch != self._stretch:
            self._stretch = stretch
            self.start_over()
        if not pose.present or not self._candidates:
            return False
        gone_s, self._seen_s = pose.time_s - self._seen_s, pose.time_s
        if gone_s >= GONE_S:
            self._poses.clear()
        if self.chosen is not None:
            return self._look_for_another(pose, obstacle)
        if self.decided and gone_s >= AGAIN_S:
            self.start_over(newcomer=True)
        if self.decided or not self._looked_at(pose):
            return False
        self.decided = True
        self.chosen = choose_profile(
            self._candidates, self._poses, self._preferred, place_needed=self._place_needed
        )
        self._poses.clear()
        return True

    def start_over(self, newcomer: bool = False) -> None:
        """Look anew, unless a profile has been chosen. newcomer: somebody else may be there now."""
        self._poses.clear()
        self.decided = self.chosen is not None or not self._candidates
        self.newcomer = newcomer

    def forget(self) -> None:
        """On another day anybody may sit there: look anew, whatever was chosen."""
        self.chosen = None
        self.start_over()

    def _look_for_another(self, pose: Pose, obstacle: str) -> bool:
        """The chosen profile may not hold here: whether another one does."""
        if not obstacle:
            self._looked_s = math.nan
        if not obstacle or pose.time_s - self._looked_s < AGAIN_S:
            self._poses.clear()
            return False
        if not self._looked_at(pose):
            return False
        self._looked_s = pose.time_s
        others = [one for one in self._candidates if one is not self.chosen]
        unlike = self.chosen.baseline if self.chosen and obstacle == SOMEBODY_ELSE else None
        found = choose_profile(others, self._poses, place_needed=True, unlike=unlike)
        self._poses.clear()
        if found is None:
            return False
        self.chosen, self.newcomer = found, obstacle == SOMEBODY_ELSE
        return True

    def _looked_at(self, pose: Pose) -> bool:
        """Take in a pose; whether somebody has been looked at for long enough."""
        self._poses.append(pose)
        return pose.time_s - self._poses[0].time_s >= LOOK_S and len(self._poses) >= MIN_POSES


def choose_profile(
    candidates: Sequence[Candidate],
    poses: Sequence[Pose],
    preferred: str = "",
    *,
    place_needed: bool = False,
    unlike: Baseline | None = None,
) -> Candidate | None:
    """The profile that fits these poses of one person best, None when none does.

    unlike: upright posture of whoever it is not. The profile's person must then be clearly like
        these poses, and more so than that.
    """
    present = [pose for pose in poses if pose.present]
    if len(present) < MIN_POSES:
        return None
    described = [describe(pose) for pose in present]
    now = median_pose(present)
    before = None if unlike is None else _evidence(unlike, now)
    fitting: list[tuple[Candidate, Array, float]] = []
    for candidate in candidates:
        baseline, named = candidate.baseline, candidate.name == preferred
        place, another = compare_places(baseline.pose.scene, now.scene), _evidence(baseline, now)
        known = place is SceneMatch.SAME
        if not known and (place_needed or place is not SceneMatch.UNKNOWN):
            continue
        sure = before is None and (known or named)
        if np.nansum(another) >= (MOST_UNLIKE if sure else CLEARLY_ALIKE):
            continue
        if before is not None and np.nansum(another - before) >= 0:
            continue
        if difference(baseline, described) < OTHER and _same_setup(baseline, now):
            against = PLACE_UNKNOWN * (not known) + ANOTHER_DAY * baseline.of_another_day
            fitting.append((candidate, another, against - PREFERRED * named))
    return _likeliest(fitting)


def _likeliest(fitting: Sequence[tuple[Candidate, Array, float]]) -> Candidate | None:
    """Of candidates, the evidence that each is another's (6,) and what else speaks against it.

    Only traits that all of them show are compared, else one that shows little would look unlike.
    """
    if not fitting:
        return None
    seen_in_all = np.isfinite([another for _, another, _ in fitting]).all(axis=0)
    costs = [another[seen_in_all].sum() + against for _, another, against in fitting]
    return fitting[int(np.argmin(costs))][0]


def _evidence(baseline: Baseline, now: Pose) -> Array:
    """(6,) log-odds of each trait that somebody is not the person of a profile."""
    return evidence(differences(baseline.pose, now))


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
