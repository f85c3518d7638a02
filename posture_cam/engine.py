"""The engine: one pose in, everything that is known about it out.

Deterministic: the same poses and settings give the same steps, whether they come live, from a file
or from a recording. It reads no clock and touches no disk; time is the poses' own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from posture_cam.back_curve import with_back_curve
from posture_cam.baseline import Baseline
from posture_cam.baseline_doubt import added_doubt_deg, in_doubt, on_another_day
from posture_cam.config import Settings
from posture_cam.errors import PostureCamError, RecordingError
from posture_cam.measurement import Measurement
from posture_cam.measurement_filter import MeasurementFilter
from posture_cam.pose_state import number_from_state, number_state
from posture_cam.posture_networks import PostureNetworks
from posture_cam.presence import in_the_dark
from posture_cam.recollection import Recaller, Recollection
from posture_cam.reference import Reference
from posture_cam.slouch import SlouchJudge
from posture_cam.spine import SpineEstimator
from posture_cam.stand_in import References, Search
from posture_cam.strain import StrainMonitor
from posture_cam.types import Angles, Assessment, Event, Pose, Step

STATE_VERSION = 18
OUT_OF_SIGHT = "you are out of the camera's sight"
IN_THE_DARK = "it is too dark to see anybody"


class PostureEngine:
    """Angles, verdict and events for a stream of poses of one person.

    settings: all settings.
    networks: the trained networks that read angles from landmarks (`models.load_networks`).
    baseline: the calibrated upright posture; without one the most upright posture seen so far is
        taken, provisionally from the first second on.

    Once the camera stands elsewhere than the baseline was taken from, the next upright seconds are
    judged against: a calibrated baseline waits until the camera is back, one found by the engine
    is forgotten. While somebody else sits there than who calibrated, nothing is judged; a baseline
    found by the engine gives way to theirs.

    A baseline calibrated on another day (`Baseline.of_another_day`, or before a night) is judged
    against until there has been a second of sitting still. From then on that is, as without a
    calibration, and the other day is a second witness; see recollection.py.

    Who sits upright in a chair that was turned or moved is judged against how they sit there.

    Pictures of another size than the baseline's are judged alike; those of another shape are taken
    for another camera's.

    foreseen: of a recording, the postures to judge each stretch of it against, by `search`; they
        count as found, not as calibrated.
    clock_at_zero_s: seconds after local midnight at time 0 of the poses, for quiet hours; None when
        the time of day is not known.

    compared_with: the upright posture that the latest pose was measured against: the baseline, or
        the person upright in another place of the chair; None where neither holds.
    """

    def __init__(
        self,
        settings: Settings,
        networks: PostureNetworks,
        baseline: Baseline | None = None,
        *,
        foreseen: Mapping[Search, Baseline] | None = None,
        clock_at_zero_s: float | None = None,
    ) -> None:
        self.settings = settings
        self._estimator = SpineEstimator(networks, settings.pose.min_visibility)
        new_reference = partial(Reference, settings, self._estimator)
        self._references = References(new_reference, baseline, foreseen)
        self._recaller = Recaller(self._estimator)
        self._filter = MeasurementFilter()
        self._judge = SlouchJudge(settings.slouch)
        self._strain = StrainMonitor(settings, clock_at_zero_s=clock_at_zero_s)
        self._time_s = -math.inf
        self.compared_with: Baseline | None = None

    @property
    def baseline(self) -> Baseline | None:
        """The upright posture in use: calibrated, or the most upright one seen so far."""
        return self._references.current.baseline

    @property
    def search(self) -> Search:
        """Which search for an upright posture is on, if any is."""
        return self._references.search

    @property
    def straightest(self) -> Baseline | None:
        """The posture against which hindsight judges this part of a recording.

        None where it keeps what was judged live.
        """
        return self._references.straightest

    @property
    def stand_in(self) -> bool:
        """Whether what is judged against now stands in for the calibrated upright posture."""
        return self._references.stand_in_holds

    @property
    def recalls(self) -> bool:
        """Whether a calibration of another day is a second witness now."""
        return self.stand_in and self._references.recalled is not None

    @property
    def new_day(self) -> bool:
        """Whether, with the latest pose, somebody has sat down on another day than before."""
        return self._references.own.new_day

    @property
    def stretch(self) -> int:
        """How often camera or person have changed so far, as far as noticed."""
        return self._references.own.stretch

    @property
    def camera_moved(self) -> bool:
        """Whether the camera is not where the upright posture was taken, as far as noticed."""
        return self._references.own.moved or self._references.current.moved

    @property
    def camera_carried(self) -> bool:
        """Whether, with the latest pose, it was noticed to have gone from a place or come back."""
        return self._references.camera_carried

    @property
    def camera_stood_s(self) -> float:
        """When it was last seen where what was judged against was taken, NaN if it never was."""
        return self._references.camera_stood_s

    @property
    def obstacle(self) -> str:
        """Why the calibrated upright posture does not hold at present, "" when it does.

        Without a calibration, or with one of another day: why the one that was found does not.
        """
        return self._references.obstructed.obstacle

    def update(self, pose: Pose) -> Step:
        """Judge one pose. Poses whose time does not advance are measured and change nothing."""
        if not self._time_s < pose.time_s < math.inf:
            raw = self._measure(pose, self._references.current.posture)
            return _step(pose.time_s, raw, raw.angles)
        self._time_s = pose.time_s
        self._references.update(pose)
        reference = self._references.current
        posture = self.compared_with = reference.posture
        raw = self._measure(pose, posture)
        reference.sits(pose, raw.angles.view_deg)
        measured = self._filter.update(pose.time_s, raw)
        upright = None if posture is None else self._estimator.upright(posture)
        assessment = self._assess(pose, measured, upright)
        strain, events = self._strain.update(
            pose.time_s,
            pose.present or reference.out_of_sight,
            measured.angles,
            assessment,
            upright=upright,
            brightness=pose.brightness,
            camera_moved=self.camera_moved,
            stand_in=self.stand_in,
            sitter_changed=self._references.sitter_changed,
            sitter_back=self._references.sitter_back,
            straighter_deg=reference.straighter_deg,
        )
        judged = _step(pose.time_s, raw, measured.angles)
        dark = in_the_dark(pose, self.settings.movement) and not self._strain.left
        return replace(
            judged,
            assessment=Assessment(reason=IN_THE_DARK) if dark else assessment,
            strain=strain,
            events=events,
            upright=upright,
            out_of_sight=reference.out_of_sight,
            in_the_dark=dark,
        )

    def calibrate(self, baseline: Baseline | None, *, newcomer: bool = False) -> None:
        """From now on judge against a calibrated baseline, chosen once the person was seen.

        None: nobody's; one is found. What was found before stays beside one of another day.
        newcomer: somebody else was there before; what they have used up is not this person's.
        """
        self._references.calibrate(baseline, newcomer)
        self._strain.calibrated()

    def start_over(self) -> None:
        """What was watched so far was a picture of somebody: a posture found in it is forgotten."""
        self._references.start_over()
        self._strain.calibrated()

    def finish(self) -> tuple[Event, ...]:
        """The end of the stream: events that were still open."""
        return self._strain.finish()

    def snooze(self, until_s: float) -> None:
        """The person asked for no reminders until that time of the poses."""
        self._strain.snooze(until_s)

    def dismissed(self, event: Event) -> None:
        """The person waved this reminder away."""
        self._strain.dismissed(event)

    def paused(self) -> None:
        """No poses come after the last one, as when the camera is lost: nobody sees what happens.

        The time until the next pose counts as a break if it is long enough, but not as `away`.
        """
        self._strain.paused()

    def set_clock(self, clock_at_zero_s: float) -> None:
        """The clock of the day was set, or summer time has begun: as at construction."""
        self._strain.set_clock(clock_at_zero_s)

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
            "references": self._references.state(),
            "filter": self._filter.state(),
            "slouched": self._judge.slouched,
            "strain": self._strain.state(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where `state` was taken: the same poses then give the same steps.

        Settings, networks, foreseen postures and the time of day are those given at construction.
        Raises RecordingError when the state is damaged or of another version; use a fresh engine
        then.
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
        self._references.restore(state["references"])
        self._filter.restore(state["filter"])
        self._judge.slouched = bool(state["slouched"])
        self._strain.restore(state["strain"])
        self._time_s = number_from_state(state["time_s"], -math.inf)

    def _measure(self, pose: Pose, posture: Baseline | None) -> Measurement:
        """Against an upright posture, or without one."""
        measured = plain = self._estimator.measure(pose, posture)
        found = None if self._references.current.calibrated else self.baseline
        if found is not None:
            alone = self._estimator.alone(found)
            measured = in_doubt(measured, alone, self._recall(pose, found))
        elif self.baseline is not None and self.baseline.of_another_day:
            measured = on_another_day(measured)
        min_visibility = self.settings.pose.min_visibility
        doubt_deg = added_doubt_deg(plain, measured)
        angles = with_back_curve(measured.angles, pose, posture, min_visibility, doubt_deg)
        return replace(measured, angles=angles)

    def _recall(self, pose: Pose, found: Baseline) -> Recollection | None:
        """What a calibration of another day says, if there is one."""
        recalled = self._references.recalled
        return None if recalled is None else self._recaller.recall(pose, found, recalled)

    def _assess(self, pose: Pose, measured: Measurement, upright: Angles | None) -> Assessment:
        """The verdict; no more certain than the posture that is judged against."""
        reference = self._references.current
        assessment = self._judge.judge(measured.angles, measured.slouch_log_odds, upright)
        if reference.out_of_sight:
            return Assessment(reason=OUT_OF_SIGHT)
        if reference.obstacle and pose.present:
            return Assessment(reason=reference.obstacle)
        return replace(assessment, confidence=assessment.confidence * reference.trust)


def _step(time_s: float, raw: Measurement, smooth: Angles) -> Step:
    """A step that is measured and not yet judged."""
    return Step(time_s, smooth, unsmoothed=raw.angles, unsmoothed_log_odds=raw.slouch_log_odds)
