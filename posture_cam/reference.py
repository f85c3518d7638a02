"""What a person is judged against: their own upright posture, while it holds.

A posture that was calibrated is kept, and waits where it does not hold: before a camera that was
moved, in pictures of another shape (stand_in.py has what is judged against meanwhile), for somebody
else. One that was found gives way there to the next upright seconds. Who sits upright in another
place of the chair is judged against that.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from posture_cam.baseline import Baseline
from posture_cam.camera_watch import CameraWatch
from posture_cam.config import Settings
from posture_cam.nights import NightWatch
from posture_cam.out_of_sight import SinkingWatch
from posture_cam.presence import in_the_dark
from posture_cam.seats import SeatWatch
from posture_cam.sitter import SitterWatch
from posture_cam.spine import SpineEstimator
from posture_cam.straighter import StraighterWatch
from posture_cam.types import Pose
from posture_cam.upright_search import UprightSearch

OTHER_SHAPE = "the pictures have another shape than before: sit upright and still for a moment"
CAMERA_MOVED = "the camera has moved: sit upright and still for a moment"
SOMEBODY_ELSE = "somebody else seems to sit here: calibrate for them, or name their profile"


class Reference:
    """Follows one person before one camera, and notices when either has become another.

    baseline: the calibrated upright posture; without one the most upright posture seen so far.
    foreseen: of a recording, the postures to judge each stretch of it against, by `stretch`.
    recalled: a calibration of another day, which watches who sits there; this looks for how they
        sit upright today.

    calibrated: whether the baseline was. sitter_changed, sitter_back: whether, with the latest
        pose, somebody else was noticed, or the person of the baseline again. out_of_sight: whether
        nobody is found because the person has sunk below the picture. straighter_deg: by how many
        degrees they turn out, with the latest pose, to sit straighter than when they calibrated;
        else NaN.
    new_day: whether, with the latest pose, somebody has sat down on another day than before, or
        than that of the calibration.
    camera_carried: whether, with it, the camera was noticed to have gone away or come back.
    """

    def __init__(
        self,
        settings: Settings,
        estimator: SpineEstimator,
        baseline: Baseline | None = None,
        foreseen: Mapping[int, Baseline] | None = None,
        recalled: Baseline | None = None,
    ) -> None:
        self.baseline = baseline
        self.calibrated = baseline is not None
        self.sitter_changed = self.sitter_back = self.out_of_sight = self.new_day = False
        self.camera_carried = False
        self.straighter_deg = math.nan
        self._settings = settings
        self._estimator = estimator
        self._search = UprightSearch(settings, estimator, foreseen, recalled)
        self._newcomer = False
        self._beside = recalled is not None
        self._holds_s = settings.calibration.holds_s
        self._nights = NightWatch()
        self._size: tuple[int, int] | None = None
        self._same_shape = True
        self._camera = CameraWatch()
        self._sitter: SitterWatch | None = None
        self._seats = SeatWatch(settings, estimator)
        self._straighter = StraighterWatch(settings, estimator)
        self._sinking = SinkingWatch()
        if baseline is not None:
            self._refer_to(baseline)

    @property
    def stretch(self) -> int:
        """How often camera or person have changed so far."""
        return self._search.stretch

    @property
    def straightest(self) -> Baseline | None:
        """What hindsight judges this stretch against, if anything else; see `UprightFinder`."""
        return self._search.straightest

    @property
    def moved(self) -> bool:
        """Whether the camera is not where the baseline was taken."""
        return self._camera.moved or not self._same_shape

    @property
    def camera_stood_s(self) -> float:
        """When the camera was last seen where the baseline was taken, NaN if it never was."""
        return self._camera.stood_s

    @property
    def obstacle(self) -> str:
        """Why the baseline does not hold at present, "" when it does."""
        if not self._same_shape:
            return OTHER_SHAPE
        if self._camera.moved:
            return CAMERA_MOVED
        return SOMEBODY_ELSE if self._is_other() else ""

    @property
    def posture(self) -> Baseline | None:
        """What to judge against now: the baseline while it holds, or the person in another seat."""
        baseline = self._valid()
        return None if baseline is None else self._seats.reference(baseline)

    @property
    def trust(self) -> float:
        """0..1: how far the posture judged against has been seen as long as it should be."""
        return 1.0 if self.calibrated else self._search.trust

    def update(self, pose: Pose) -> None:
        """Take in the next pose."""
        self._follow_day(pose)
        self._follow_size(pose)
        self._follow_sitter(pose)
        if in_the_dark(pose, self._settings.movement):
            self.out_of_sight = False
        else:
            self.out_of_sight = self._sinking.update(pose, self._valid())
        self._follow_camera(pose)

    def waits(self, pose: Pose) -> None:
        """Take in a pose that is judged against another posture: being watched is no absence."""
        self._nights.update(pose)

    def sits(self, pose: Pose, view_deg: float) -> None:
        """The same pose once it is measured: where the person sits. view_deg: NaN if unknown."""
        baseline, self.straighter_deg = self._valid(), math.nan
        if baseline is None:
            return
        self._seats.update(pose, view_deg, baseline)
        if self.calibrated and self._seats.reference(baseline) is baseline:
            self.straighter_deg = self._straighter.update(pose, baseline)

    def calibrate(self, baseline: Baseline | None, newcomer: bool = False) -> None:
        """From now on a calibrated baseline, or none. newcomer: somebody else was there before."""
        self.calibrated = baseline is not None
        self._newcomer = newcomer
        self._nights = NightWatch()
        if baseline is None:
            self._forget()
        else:
            self._refer_to(baseline)

    def stand_before(self, found: Reference) -> None:
        """From now on this calibration of another day watches who sits there, in place of what was
        found today, which stands beside it. The changes that were noticed so far were its."""
        self._search.stretch = found.stretch
        found._beside, found._sitter, found._search.stretch = True, None, 0

    def start_over(self) -> None:
        """What was watched so far was a picture of somebody: a posture found in it is forgotten."""
        if not self.calibrated:
            self._forget()
        self._newcomer = True  # what it has used up is not the person's

    def state(self) -> dict[str, Any]:
        """All that later answers depend on, JSON-able."""
        return {
            "calibrated": self.calibrated,
            "newcomer": self._newcomer,
            "nights": self._nights.state(),
            "baseline": None if self.baseline is None else self.baseline.to_dict(),
            "search": self._search.state(),
            "camera": self._camera.state(),
            "sitter": None if self._sitter is None else self._sitter.state(),
            "seats": self._seats.state(),
            "straighter": self._straighter.state(),
            "sinking": self._sinking.state(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Put back what `state` gave."""
        stored = state["baseline"]
        if stored is not None:
            self._refer_to(Baseline.from_dict(stored, self._settings.pose.min_visibility))
        else:
            self.baseline, self._camera = None, CameraWatch()
        self.calibrated = bool(state["calibrated"])
        self._newcomer = bool(state["newcomer"])
        self._nights.restore(state["nights"])
        self._search.restore(state["search"])
        self._camera.restore(state["camera"])
        if state["sitter"] is None or self._sitter is None:
            self._sitter = None
        else:
            self._sitter.restore(state["sitter"])
        self._seats.restore(state["seats"])
        self._straighter.restore(state["straighter"])
        self._sinking.restore(state["sinking"])

    def _valid(self) -> Baseline | None:
        """The baseline, while it holds."""
        return None if self.obstacle else self.baseline

    def _is_other(self) -> bool:
        """Whether somebody else seems to sit here than the person of the baseline."""
        return self._sitter is not None and self._sitter.changed

    def _follow_day(self, pose: Pose) -> None:
        """Beyond its hours, a calibration is of another day for who sits down; after a night what
        was found says nothing, and one wears something else."""
        self.new_day = False
        night = self._nights.update(pose)
        if self.baseline is None or not self.calibrated:
            self.new_day = night
            if night:
                self._forget()
        elif night or self._nights.first:
            aged = self.baseline.aged(pose.time_s, self._holds_s)
            self.new_day = aged is not self.baseline or (night and aged.of_another_day)
            if self.new_day:
                self._judge_against(aged)
                if self._sitter is not None:
                    self._sitter.forget_colours()

    def _follow_size(self, pose: Pose) -> None:
        """Let the baseline lie in the pictures as large as they are now."""
        size = pose.width, pose.height
        if size == self._size:
            return
        if self.baseline is not None:
            fitted = self.baseline.in_pictures_of(*size)
            self._same_shape = fitted is not None or not self.calibrated
            if fitted is None and not self.calibrated:
                self._forget()
            elif fitted is not None and fitted is not self.baseline:
                self.baseline = fitted  # as before, and so is all that was learned beside it
                self._search.fit(*size)
                self._seats.fit(*size)
                self._straighter.fit()
        self._size = size

    def _follow_sitter(self, pose: Pose) -> None:
        """Notice somebody else; a baseline that was found is theirs no longer."""
        self.sitter_changed, self.sitter_back = False, self._newcomer
        self._newcomer = False
        if self._sitter is None or self._camera.moved:
            return
        was_other = self._is_other()
        self.sitter_changed = self._sitter.update(pose)
        self.sitter_back |= was_other and not self._is_other()
        if self.sitter_changed or self.sitter_back:
            self._seats = SeatWatch(self._settings, self._estimator)
        if self.sitter_changed and not self.calibrated:
            self._forget()

    def _follow_camera(self, pose: Pose) -> None:
        """Notice a moved camera; without a calibration, find what to judge against there."""
        before = self._camera.moved
        # Pictures of another shape say nothing of where the camera stands.
        moved = self._camera.update(pose) if self._same_shape else before
        self.camera_carried = moved is not before and self._same_shape
        if moved and not before:
            self._search.begin_stretch(may_return=True)
        elif before and not moved:
            self._search.go_back()
        if not self.calibrated:
            self._find(pose, same_person=not moved)

    def _find(self, pose: Pose, *, same_person: bool) -> None:
        """Look for the most upright posture."""
        settled, foreseen = self._search.settled, self._search.is_foreseen
        found = self._search.update(pose, self.baseline, just_noticed=self.camera_carried)
        if found is None:
            return
        if settled and not foreseen:
            self._judge_against(found)  # camera's place and person stay as they were learned
        else:
            self._refer_to(found, same_person=same_person and not foreseen)
        if foreseen:
            self._follow_size(pose)

    def _forget(self) -> None:
        """The posture that was found was somebody else's."""
        self.baseline = self._sitter = None
        self._search.begin_stretch()

    def _judge_against(self, baseline: Baseline) -> None:
        """A new upright posture; seats were upright beside the one before."""
        self.baseline = baseline
        self._size = None
        self._search.taken()
        self._seats = SeatWatch(self._settings, self._estimator)
        self._straighter = StraighterWatch(self._settings, self._estimator)

    def _refer_to(self, baseline: Baseline, *, same_person: bool = False) -> None:
        """A new upright posture, before a camera to be learned anew.

        same_person: whoever it is was watched before, so what they look like is known.
        """
        self._judge_against(baseline)
        self._camera = CameraWatch(baseline.pose.scene)
        if same_person and self._sitter is not None:
            self._sitter.refer_to(baseline)
        elif not self._beside:
            self._sitter = SitterWatch(baseline, self._settings.movement.away_s)
