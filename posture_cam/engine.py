"""The engine: one pose in, everything that is known about it out.

Deterministic: the same poses and settings give the same steps, whether they come live, from a file
or from a recording. It reads no clock and touches no disk; time is the poses' own.
"""

from __future__ import annotations

import math

from posture_cam.baseline import Baseline, BaselineFinder
from posture_cam.config import Settings
from posture_cam.slouch import SlouchJudge
from posture_cam.spine import SpineEstimator
from posture_cam.strain import StrainMonitor
from posture_cam.types import Assessment, Event, Pose, Step


class PostureEngine:
    """Angles, verdict and events for a stream of poses of one person.

    settings: all settings.
    baseline: the calibrated upright posture; without one the first upright seconds are taken.
    clock_at_zero_s: seconds after local midnight at time 0 of the poses, for quiet hours; None when
        the time of day is not known.
    """

    def __init__(
        self,
        settings: Settings,
        baseline: Baseline | None = None,
        *,
        clock_at_zero_s: float | None = None,
    ) -> None:
        self.settings = settings
        self.baseline = baseline
        self._finder = BaselineFinder(settings)
        self._estimator = SpineEstimator(settings.pose.min_visibility)
        self._judge = SlouchJudge(settings.slouch)
        self._strain = StrainMonitor(settings, clock_at_zero_s=clock_at_zero_s)
        self._time_s = -math.inf

    def update(self, pose: Pose) -> Step:
        """Judge one pose. Poses whose time does not advance are measured but change nothing."""
        if self.baseline is None:
            self.baseline = self._finder.update(pose)
        angles = self._estimator.measure(pose, self.baseline)
        if pose.time_s <= self._time_s:
            return Step(pose.time_s, angles, Assessment())
        self._time_s = pose.time_s
        assessment = self._judge.judge(angles)
        strain, events = self._strain.update(
            pose.time_s, pose.present, angles, assessment, brightness=pose.brightness
        )
        return Step(pose.time_s, angles, assessment, strain, events)

    def finish(self) -> tuple[Event, ...]:
        """The end of the stream: events that were still open."""
        return self._strain.finish()

    def snooze(self, until_s: float) -> None:
        """The person asked for no reminders until that time of the poses."""
        self._strain.snooze(until_s)

    def dismissed(self, event: Event) -> None:
        """The person waved this reminder away."""
        self._strain.dismissed(event)
