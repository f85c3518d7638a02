"""The engine: one pose in, everything that is known about it out.

Deterministic: the same poses and settings give the same steps, whether they come live, from a file
or from a recording. It reads no clock and touches no disk; time is the poses' own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from posture_cam.back_curve import with_back_curve
from posture_cam.baseline import Baseline
from posture_cam.camera_watch import CameraWatch
from posture_cam.config import Settings
from posture_cam.doubt import in_doubt
from posture_cam.errors import PostureCamError, RecordingError
from posture_cam.measurement_filter import MeasurementFilter
from posture_cam.pose_state import number_from_state, number_state
from posture_cam.posture_networks import PostureNetworks
from posture_cam.seats import SeatWatch
from posture_cam.sinking import SinkingWatch
from posture_cam.sitter import SitterWatch
from posture_cam.slouch import SlouchJudge
from posture_cam.spine import Measurement, SpineEstimator
from posture_cam.strain import StrainMonitor
from posture_cam.types import Angles, Assessment, Event, Pose, Step
from posture_cam.upright import UprightFinder

STATE_VERSION = 9
OTHER_SHAPE = "the pictures have another shape than those you calibrated with: calibrate again"
CALIBRATED_MOVED = "the camera has moved since you calibrated: put it back or calibrate again"
SOMEBODY_ELSE = "somebody else seems to sit here: calibrate for them, or name their profile"
FOUND_MOVED = "the camera has moved: sit upright and still for a moment"
OUT_OF_SIGHT = "you have sunk out of the camera's sight"


class PostureEngine:
    """Angles, verdict and events for a stream of poses of one person.

    settings: all settings.
    networks: the trained networks that read angles from landmarks (`models.load_networks`).
    baseline: the calibrated upright posture; without one the most upright posture seen so far is
        taken, provisionally from the first second on.

    stretch: how often camera or person have changed so far, as far as noticed.

    While the camera stands elsewhere than the baseline was taken from, nothing is judged: a
    calibrated baseline waits until the camera is back; one found by the engine gives way to the
    next upright seconds. The same when somebody else has sat down after an absence.

    Who sits upright in a chair that was turned or moved is judged against how they sit there.

    Pictures of another size than the baseline's are judged alike; those of another shape are taken
    for another camera's.

    foreseen: of a recording, the postures to judge each stretch of it against, by `stretch`; they
        count as found, not as calibrated.
    clock_at_zero_s: seconds after local midnight at time 0 of the poses, for quiet hours; None when
        the time of day is not known.
    """

    def __init__(
        self,
        settings: Settings,
        networks: PostureNetworks,
        baseline: Baseline | None = None,
        *,
        foreseen: Mapping[int, Baseline] | None = None,
        clock_at_zero_s: float | None = None,
    ) -> None:
        self.settings = settings
        self.baseline = baseline
        self.stretch = 0
        self._foreseen = foreseen or {}
        self._calibrated = baseline is not None
        self._size: tuple[int, int] | None = None
        self._same_shape = True
        self._camera = CameraWatch()
        self._sitter: SitterWatch | None = None
        self._networks = networks
        self._finder = UprightFinder(settings, networks)
        self._finder_before: UprightFinder | None = None
        self._estimator = SpineEstimator(networks, settings.pose.min_visibility)
        self._seats = SeatWatch(settings, self._estimator)
        if baseline is not None:
            self._refer_to(baseline)
        self._filter = MeasurementFilter()
        self._judge = SlouchJudge(settings.slouch)
        self._sinking = SinkingWatch()
        self._strain = StrainMonitor(settings, clock_at_zero_s=clock_at_zero_s)
        self._time_s = -math.inf

    def update(self, pose: Pose) -> Step:
        """Judge one pose. Poses whose time does not advance are measured but change nothing."""
        if pose.time_s <= self._time_s:
            raw = self._measure(pose, self._reference())
            return _step(pose.time_s, raw, raw.angles)
        self._time_s = pose.time_s
        self._follow_size(pose)
        was_other = self._is_other()
        sitter_changed = self._follow_sitter(pose)
        sitter_back = was_other and not self._is_other()
        out_of_sight = self._sinking.update(pose, self._valid_baseline())
        self._follow_camera(pose)
        obstacle, baseline = self._obstacle(), self._valid_baseline()
        reference = self._reference()
        raw = self._measure(pose, reference)
        if baseline is not None:
            self._seats.update(pose, raw.angles.view_deg, baseline)
        measured = self._filter.update(pose.time_s, raw)
        assessment = self._judge.judge(measured.angles, measured.slouch_log_odds)
        if out_of_sight:
            assessment = Assessment(reason=OUT_OF_SIGHT)
        elif obstacle and pose.present:
            assessment = Assessment(reason=obstacle)
        elif not self._calibrated:
            trusted = assessment.confidence * self._trust()
            assessment = replace(assessment, confidence=trusted)
        strain, events = self._strain.update(
            pose.time_s,
            pose.present or out_of_sight,
            measured.angles,
            assessment,
            upright=None if reference is None else self._estimator.upright(reference),
            brightness=pose.brightness,
            camera_moved=self._camera.moved or not self._same_shape,
            sitter_changed=sitter_changed,
            sitter_back=sitter_back,
        )
        judged = _step(pose.time_s, raw, measured.angles)
        return replace(
            judged,
            assessment=assessment,
            strain=strain,
            events=events,
            out_of_sight=out_of_sight,
        )

    def calibrate(self, baseline: Baseline) -> None:
        """From now on judge against a calibrated baseline, chosen once the person was seen."""
        self._calibrated = True
        self._refer_to(baseline)

    def start_over(self) -> None:
        """What was watched so far was a picture of somebody: a posture found in it is forgotten."""
        if not self._calibrated:
            self._forget_posture()

    def finish(self) -> tuple[Event, ...]:
        """The end of the stream: events that were still open."""
        return self._strain.finish()

    def snooze(self, until_s: float) -> None:
        """The person asked for no reminders until that time of the poses."""
        self._strain.snooze(until_s)

    def dismissed(self, event: Event) -> None:
        """The person waved this reminder away."""
        self._strain.dismissed(event)

    def paused(self) -> tuple[Event, ...]:
        """Watching pauses after the last pose; returns the bout that this ends, if any.

        The time until the next pose counts as a break if it is long enough, but not as `away`.
        """
        return self._strain.paused()

    def day_state(self) -> dict[str, Any]:
        """What a later run of the same day goes on with: numbers alone, JSON-able."""
        return self._strain.state()

    def resume_day(self, state: Mapping[str, Any], ago_s: float) -> None:
        """Before the first pose: go on with a day whose `day_state` was taken ago_s before time 0.

        Dose, sitting time, holding times and reminders go on; the time between counts as away.
        Raises RecordingError when the state is damaged or of another version; nothing has changed
        then.
        """
        try:
            self._strain.resume(state, ago_s)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise RecordingError("The saved day is damaged; start without it.") from error

    def state(self) -> dict[str, Any]:
        """Everything that later steps depend on but settings and networks, JSON-able."""
        return {
            "version": STATE_VERSION,
            "time_s": number_state(self._time_s),
            "calibrated": self._calibrated,
            "stretch": self.stretch,
            "baseline": None if self.baseline is None else self.baseline.to_dict(),
            "finder": self._finder.state(),
            "finder_before": self._finder_before and self._finder_before.state(),
            "camera": self._camera.state(),
            "sitter": None if self._sitter is None else self._sitter.state(),
            "seats": self._seats.state(),
            "filter": self._filter.state(),
            "slouched": self._judge.slouched,
            "sinking": self._sinking.state(),
            "strain": self._strain.state(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where `state` was taken: the same poses then give the same steps.

        Settings, networks and the time of day are those given at construction. Raises
        RecordingError when the state is damaged or of another version; use a fresh engine then.
        """
        try:
            if state["version"] != STATE_VERSION:
                raise ValueError("version")
            self._restore(state)
        except (KeyError, TypeError, ValueError, AttributeError, PostureCamError) as error:
            raise RecordingError(
                "The saved state of the engine is damaged or from another version of posture_cam;"
                " start without it."
            ) from error

    def _restore(self, state: Mapping[str, Any]) -> None:
        stored = state["baseline"]
        if stored is not None:
            self._refer_to(Baseline.from_dict(stored, self.settings.pose.min_visibility))
        else:
            self.baseline, self._camera = None, CameraWatch()
        self._calibrated, self.stretch = bool(state["calibrated"]), int(state["stretch"])
        self._camera.restore(state["camera"])
        if state["sitter"] is None or self._sitter is None:
            self._sitter = None
        else:
            self._sitter.restore(state["sitter"])
        self._finder.restore(state["finder"])
        if state["finder_before"] is not None:
            self._finder_before = UprightFinder(self.settings, self._networks)
            self._finder_before.restore(state["finder_before"])
        self._seats.restore(state["seats"])
        self._filter.restore(state["filter"])
        self._judge.slouched = bool(state["slouched"])
        self._sinking.restore(state["sinking"])
        self._strain.restore(state["strain"])
        self._time_s = number_from_state(state["time_s"], -math.inf)

    def _trust(self) -> float:
        """0..1: how far the posture judged against has been seen as long as it should be."""
        return 1.0 if self.stretch in self._foreseen else self._finder.trust

    def _measure(self, pose: Pose, reference: Baseline | None) -> Measurement:
        measured = self._estimator.measure(pose, reference)
        if self.baseline is not None and not self._calibrated:
            measured = in_doubt(measured, self._estimator.alone(self.baseline))
        min_visibility = self.settings.pose.min_visibility
        angles = with_back_curve(measured.angles, pose, reference, min_visibility)
        return replace(measured, angles=angles)

    def _obstacle(self) -> str:
        """Why the baseline does not hold at present, "" when it does."""
        if not self._same_shape:
            return OTHER_SHAPE
        if self._camera.moved:
            return CALIBRATED_MOVED if self._calibrated else FOUND_MOVED
        return SOMEBODY_ELSE if self._is_other() else ""

    def _is_other(self) -> bool:
        """Whether somebody else seems to sit here than the person of the baseline."""
        return self._sitter is not None and self._sitter.changed

    def _valid_baseline(self) -> Baseline | None:
        """The baseline, while it holds."""
        return None if self._obstacle() else self.baseline

    def _reference(self) -> Baseline | None:
        """The valid baseline, or the person upright in another seat."""
        baseline = self._valid_baseline()
        return None if baseline is None else self._seats.reference(baseline)

    def _follow_size(self, pose: Pose) -> None:
        """Let the baseline lie in the pictures as large as they are now."""
        size = pose.width, pose.height
        if size == self._size:
            return
        if self.baseline is not None:
            fitted = self.baseline.in_pictures_of(*size)
            self._same_shape = fitted is not None or not self._calibrated
            if fitted is None and not self._calibrated:
                self._forget_posture()
            elif fitted is not None and fitted is not self.baseline:
                self._judge_against(fitted)
        self._size = size

    def _follow_sitter(self, pose: Pose) -> bool:
        """Notice somebody else; a baseline that the engine had found is theirs no longer."""
        if self._sitter is None or self._camera.moved:
            return False
        was_other, now_other = self._is_other(), self._sitter.update(pose)
        if was_other != self._is_other():
            self._seats = SeatWatch(self.settings, self._estimator)
        if now_other and not self._calibrated:
            self._forget_posture()
        return now_other

    def _forget_posture(self) -> None:
        """It was somebody else's."""
        self.baseline = self._sitter = None
        self._begin_stretch()

    def _begin_stretch(self) -> None:
        """What was found before says nothing any more."""
        self.stretch += 1
        self._finder_before = None
        self._finder = UprightFinder(self.settings, self._networks)

    def _back_in_place(self) -> None:
        """The camera is back before another posture was found: what was found before holds."""
        if self._finder_before is not None:
            finder = self._finder_before
            self._begin_stretch()
            self._finder = finder

    def _judge_against(self, baseline: Baseline) -> None:
        """A new upright posture; seats were upright beside the one before."""
        self.baseline = baseline
        self._size = None
        self._finder_before = None
        self._seats = SeatWatch(self.settings, self._estimator)

    def _refer_to(self, baseline: Baseline) -> None:
        """A new upright posture, of a person and a camera to be learned anew."""
        self._judge_against(baseline)
        self._camera = CameraWatch(baseline.pose.scene)
        self._sitter = SitterWatch(baseline, self.settings.movement.away_s)

    def _follow_camera(self, pose: Pose) -> None:
        """Notice a moved camera; without a calibration, look for the most upright posture."""
        before, finder = self._camera.moved, self._finder
        moved = self._camera.update(pose)
        if moved and not before:
            self._begin_stretch()
            self._finder_before = finder
        elif before and not moved:
            self._back_in_place()
        if self._calibrated:
            return
        foreseen = self._foreseen.get(self.stretch)
        if foreseen is not None:
            if pose.present and foreseen is not self.baseline:
                self._refer_to(foreseen)
            return
        settled = self._finder.settled
        found = self._finder.update(pose)
        if found is not None and settled:
            self._judge_against(found)  # camera's place and person stay as they were learned
        elif found is not None:
            self._refer_to(found)


def _step(time_s: float, raw: Measurement, smooth: Angles) -> Step:
    """A step that is measured and not yet judged."""
    return Step(time_s, smooth, unsmoothed=raw.angles, unsmoothed_log_odds=raw.slouch_log_odds)
