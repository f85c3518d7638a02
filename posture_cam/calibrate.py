"""Calibration: some seconds of sitting upright become a stored profile, or are refused.

A refusal says why and leaves the profile that was there untouched.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from posture_cam.address import without_password
from posture_cam.baseline import Baseline, make_baseline
from posture_cam.calibration_checks import (
    refuse_another_posture,
    refuse_back_view,
    refuse_carried_camera,
    refuse_company,
    refuse_darkness,
    refuse_gaps,
    refuse_portrait,
)
from posture_cam.config import Settings
from posture_cam.errors import CalibrationError, SourceError
from posture_cam.models import load_networks
from posture_cam.news import Ended, Notice
from posture_cam.observation import Observation
from posture_cam.profiles import check_folder, save_profile
from posture_cam.recording_date import recorded_at
from posture_cam.sources import comes_back
from posture_cam.spine import SpineEstimator
from posture_cam.stopping import StopSignal
from posture_cam.types import Pose
from posture_cam.watcher import Watcher

PATIENCE_S = 0.05
MOST_MISSING = 0.1
"""A recording that ends early may lack this share of the seconds asked for."""
SURELY_SLOUCHED = 2.0
"""Log-odds of a slouch by one picture alone. No upright picture of 337 training people held out
reaches them; of their slouches one in four does."""


class Phase(StrEnum):
    """What the person is asked to do."""

    GET_READY = "get_ready"
    HOLD_STILL = "hold_still"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the calibration is.

    remaining_s: seconds left in this phase. recorded: whether a recording is watched, in which
    nobody can be asked for anything.
    """

    phase: Phase
    remaining_s: float
    recorded: bool = False

    @property
    def sentence(self) -> str:
        """What to tell the person."""
        if self.phase is Phase.DONE:
            return "Done."
        ready = self.phase is Phase.GET_READY
        if self.recorded:
            what = "Upright seconds begin in" if ready else "Upright seconds left"
        else:
            what = "Sit upright" if ready else "Hold still"
        return f"{what}: {math.ceil(self.remaining_s)} s"

    @property
    def note(self) -> str:
        """What to add where there is room for it."""
        return "Of the recording." if self.recorded else "Look at your screen, as when you work."


class CalibrationDisplay(Protocol):
    """Where a calibration shows what it is doing."""

    def show(self, observation: Observation, progress: Progress) -> None:
        """A picture was taken in."""

    def tell(self, sentence: str) -> None:
        """Something to say once."""

    def close(self) -> None:
        """It is over."""


class Calibration:
    """Collects the poses of the seconds that count.

    seconds: how long they last. countdown_s: time to get ready before them. recorded: whether a
    recording is watched; then that is where in it they begin.
    """

    def __init__(self, seconds: float, countdown_s: float, recorded: bool = False) -> None:
        self._seconds = seconds
        self._countdown_s = countdown_s
        self._recorded = recorded
        self._pictures, self._first_s = 0, math.nan
        self._poses: list[Pose] = []
        self._rivals: list[frozenset[int]] = []
        self._portraits: frozenset[int] = frozenset()
        self._is_portrait = False
        self.progress = self._at(Phase.GET_READY, countdown_s)

    def update(
        self,
        pose: Pose,
        rivals: frozenset[int] = frozenset(),
        portraits: frozenset[int] = frozenset(),
        is_portrait: bool = False,
    ) -> Progress:
        """Take in one picture.

        rivals: numbers of the others who could be meant in it, if they are not among the
        portraits: those of whom it is known by now that they are pictures of people. is_portrait:
        whether that is known of the pose's own.
        """
        self._pictures += 1
        waits = self._countdown_s > 0 and not self._recorded
        if self._pictures <= 1 + waits:
            # The very first picture may have waited until the pose model was loaded.
            self._first_s = pose.time_s
        begins_s = self._first_s + self._countdown_s
        ends_s = begins_s + self._seconds
        if pose.time_s < begins_s:
            self.progress = self._at(Phase.GET_READY, begins_s - pose.time_s)
        elif pose.time_s < ends_s:
            self._poses.append(pose)
            self._rivals.append(rivals)
            self._portraits, self._is_portrait = portraits, is_portrait
            self.progress = self._at(Phase.HOLD_STILL, ends_s - pose.time_s)
        else:
            self.progress = self._at(Phase.DONE, 0.0)
        return self.progress

    def _at(self, phase: Phase, remaining_s: float) -> Progress:
        return Progress(phase, remaining_s, self._recorded)

    def baseline(self, settings: Settings) -> Baseline:
        """What sitting upright looks like. Raises CalibrationError, saying why not."""
        if self._pictures == 1:
            raise CalibrationError(
                "A single picture does not show whether somebody sits still; nothing was stored."
                " Calibrate again with a camera, or with a video of some seconds."
            )
        missing_s = self.progress.remaining_s
        if self.progress.phase is Phase.GET_READY or missing_s > MOST_MISSING * self._seconds:
            if self.progress.phase is Phase.GET_READY:
                missing_s += self._seconds
            earlier = ", or for an earlier --start" if self._recorded else ""
            raise CalibrationError(
                f"The pictures ended {missing_s:.1f} s too early to calibrate;"
                f" nothing was stored. Calibrate again, or ask for fewer --seconds{earlier}."
            )
        begins_s = self._first_s + self._countdown_s
        ends_s = begins_s + self._seconds - missing_s
        refuse_gaps([pose.time_s for pose in self._poses], begins_s, ends_s)
        refuse_darkness(self._poses, settings)
        refuse_portrait(self._is_portrait)
        refuse_company([len(rivals - self._portraits) for rivals in self._rivals])
        refuse_carried_camera(self._poses)
        baseline = make_baseline(self._poses, settings)
        refuse_another_posture(self._poses)
        refuse_back_view(baseline)
        return baseline


def looks_slouched(baseline: Baseline, settings: Settings) -> bool:
    """Whether a calibration is rather a slouch than upright. A round back may look so for good."""
    estimator = SpineEstimator(load_networks(), settings.pose.min_visibility)
    return estimator.alone(baseline).slouch_logit >= SURELY_SLOUCHED


def watch_upright(
    watcher: Watcher,
    calibration: Calibration,
    displays: Sequence[CalibrationDisplay],
    stop: StopSignal,
) -> None:
    """Feed the calibration until it is done, the source ends or `stop` is set.

    Raises SourceError or ModelError when the source or the model fails.
    """
    with watcher:
        while not stop.is_set():
            for news in watcher.news(PATIENCE_S):
                if isinstance(news, Ended):
                    if isinstance(news.error, SourceError):
                        raise SourceError(f"{news.error} Nothing was stored.") from news.error
                    if news.error is not None:
                        raise news.error
                    return
                if not isinstance(news, Observation):
                    if isinstance(news, Notice):
                        _tell(displays, news.sentence)
                    continue
                progress = calibration.update(
                    news.pose, news.rivals, news.portraits, news.is_portrait
                )
                for display in displays:
                    display.show(news, progress)
                if progress.phase is Phase.DONE:
                    return


def calibrate(
    settings: Settings,
    source: str,
    stop: StopSignal,
    displays: Sequence[CalibrationDisplay],
    *,
    profile: str,
    seconds: float,
    start_s: float = 0.0,
) -> tuple[Baseline, Path]:
    """Watch the person sit upright and store what it looks like.

    start_s: of a recording, where the upright seconds begin. Raises SourceError when it is not 0
    for a camera or a stream.

    Returns the baseline and the file it was stored in. Raises CalibrationError when it is refused:
    the profile that was there stays as it was.
    """
    check_folder(profile)  # what makes it vain is told before anybody has to sit still
    looking = settings.model_copy(
        update={"pose": settings.pose.model_copy(update={"people": max(2, settings.pose.people)})}
    )
    present = comes_back(source)
    if present and start_s > 0:
        raise SourceError("--start is for a video file; a camera shows the present.")
    countdown_s = settings.calibration.countdown_s if present else start_s
    calibration = Calibration(seconds, countdown_s, recorded=not present)
    watcher = Watcher(source, looking, retry=False, realtime=present, judging=False)
    watch_upright(watcher, calibration, displays, stop)
    if stop.is_set() and calibration.progress.phase is not Phase.DONE:
        raise CalibrationError("Calibration was ended before it was done; nothing was stored.")
    baseline = calibration.baseline(settings)
    path = save_profile(
        profile, baseline, settings, camera=without_password(source), taken=recorded_at(source)
    )
    return baseline, path


def _tell(displays: Sequence[CalibrationDisplay], sentence: str) -> None:
    for display in displays:
        display.tell(sentence)
