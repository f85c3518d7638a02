"""Notices that the camera has moved since the baseline was taken, and that it is back.

One comparison is not believed: a verdict changes when several in a row, over some seconds, speak
for it. The light of a day changes slowly, so the place as it was a minute ago is asked as well
when nothing of the reference is recognised any more.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from posture_cam.background import Scene
from posture_cam.camera_motion import WELL, CameraComparer, SceneMatch
from posture_cam.pose_state import (
    number_from_state,
    number_state,
    optional_from_state,
    optional_state,
)
from posture_cam.types import SCENE_SHAPE, Pose

BACK = 0.35
"""Average shift, in pixels of the small pictures, up to which a moved camera is back; it counts as
moved from more on (camera_motion.NUDGED), so that it is not said to come and go."""
SETTLE_S = 2.0
VOTES = 3
"""A change is believed after so many comparisons that say so, over at least these seconds."""
CALM_S = 1.5
"""While the camera stands where it stood no comparison follows sooner: every other scene's."""
STALE_S = 10.0
"""Comparisons farther apart than this are no series."""
RENEW_S = 60.0
"""How often the place as it looks now is remembered."""


class CameraWatch:
    """Follows one camera through time.

    reference: the place at calibration; None when it is not known, then nothing is ever told.
    moved: whether the camera stands elsewhere now. stood_s: when it was last seen where it stood,
        NaN before.
    """

    def __init__(self, reference: Scene | None = None) -> None:
        self.moved, self.stood_s = False, math.nan
        self._refer_to(reference)
        self._remember(None)
        self._renewed_s = -math.inf
        self._same_s = -math.inf
        self._since_s = math.nan
        self._last_s = math.nan
        self._votes = 0

    def update(self, pose: Pose) -> bool:
        """Take in one pose, of which about one a second has a scene; whether the camera moved."""
        if self._reference is None or pose.scene is None or pose.time_s - self._same_s < CALM_S:
            return self.moved
        due = pose.time_s - self._renewed_s >= RENEW_S
        place = self._place(pose.scene, due)
        if place is SceneMatch.ELSEWHERE and not pose.present:
            # Somebody getting up before the camera, recognised by nobody, hides the whole place.
            place = SceneMatch.UNKNOWN
        if place is SceneMatch.UNKNOWN:
            return self.moved
        if place is SceneMatch.SAME:
            self.stood_s = pose.time_s
        if place is SceneMatch.SAME and due:
            self._remember(pose.scene)
            self._renewed_s = pose.time_s
        self._same_s = -math.inf if self.moved or place is not SceneMatch.SAME else pose.time_s
        self._vote(pose.time_s, place is not SceneMatch.SAME)
        return self.moved

    def state(self) -> dict[str, Any]:
        """All that later verdicts depend on, JSON-able."""
        return {
            "moved": self.moved,
            "stood_s": number_state(self.stood_s),
            "reference": optional_state(self._reference_scene),
            "recent": optional_state(self._recent_scene),
            "renewed_s": number_state(self._renewed_s),
            "same_s": number_state(self._same_s),
            "since_s": number_state(self._since_s),
            "last_s": number_state(self._last_s),
            "votes": self._votes,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Put back what `state` gave."""
        self.moved, self._votes = bool(state["moved"]), int(state["votes"])
        self.stood_s = number_from_state(state["stood_s"])
        self._refer_to(optional_from_state(state["reference"]))
        self._remember(optional_from_state(state["recent"]))
        self._renewed_s = number_from_state(state["renewed_s"], -math.inf)
        self._same_s = number_from_state(state["same_s"], -math.inf)
        self._since_s = number_from_state(state["since_s"])
        self._last_s = number_from_state(state["last_s"])

    def _refer_to(self, scene: Scene | None) -> None:
        self._reference_scene = scene
        self._reference = None if scene is None else CameraComparer(scene)

    def _remember(self, scene: Scene | None) -> None:
        self._recent_scene = scene
        self._recent = None if scene is None else CameraComparer(scene)

    def _place(self, scene: Scene, due: bool) -> SceneMatch:
        """The verdict on one scene.

        due: what was remembered a minute ago has grown old, so the reference must be asked as well.
        """
        assert self._reference is not None
        quick = self._reference.compare(scene, thorough=False)
        if self.moved:
            short_of_it = quick.shift * SCENE_SHAPE[1] > BACK
            return SceneMatch.MOVED if short_of_it else quick.place
        if quick.place is SceneMatch.SAME and quick.fit >= WELL:
            return SceneMatch.SAME
        as_before = False
        if quick.place is not SceneMatch.MOVED and self._recent is not None:
            recent = self._recent.compare(scene, thorough=False)
            as_before = recent.place is SceneMatch.SAME
            if as_before and recent.fit >= WELL and not due:
                return SceneMatch.SAME
        place = self._reference.compare(scene).place
        if place is SceneMatch.MOVED:
            self._remember(None)  # a camera that sinks slowly is at every moment as just before
        elif as_before:
            return SceneMatch.SAME
        return place

    def _vote(self, time_s: float, elsewhere: bool) -> None:
        if elsewhere is self.moved:
            self._votes = 0
            return
        if self._votes == 0 or time_s - self._last_s > STALE_S:
            self._since_s, self._votes = time_s, 0
        self._votes, self._last_s = self._votes + 1, time_s
        if self._votes >= VOTES and time_s - self._since_s >= SETTLE_S:
            self.moved, self._votes = elsewhere, 0
