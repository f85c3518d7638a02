"""Calibration: some seconds of sitting upright become a stored profile, or are refused.

A refusal says why and leaves the profile that was there untouched.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from posture_cam.baseline import Baseline, make_baseline
from posture_cam.camera_motion import recognisable
from posture_cam.config import Settings
from posture_cam.errors import CalibrationError, PostureCamError
from posture_cam.framing import room_above_head
from posture_cam.models import load_networks
from posture_cam.observation import Observation
from posture_cam.reconnecting import comes_back
from posture_cam.sources import without_password
from posture_cam.spine import SpineEstimator
from posture_cam.stopping import StopSignal
from posture_cam.types import Pose, View
from posture_cam.watcher import Ended, Notice, Watcher

PATIENCE_S = 0.05
MOST_COMPANY = 0.2
"""Refused when two people could be meant in more than this share of the pictures."""
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
    """How far the calibration is. remaining_s: seconds left in this phase."""

    phase: Phase
    remaining_s: float

    @property
    def sentence(self) -> str:
        """What to tell the person."""
        if self.phase is Phase.GET_READY:
            return f"Sit upright: {math.ceil(self.remaining_s)} s"
        if self.phase is Phase.HOLD_STILL:
            return f"Hold still: {math.ceil(self.remaining_s)} s"
        return "Done."


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

    seconds: how long they last. countdown_s: time to get ready before them.
    """

    def __init__(self, seconds: float, countdown_s: float) -> None:
        self._seconds = seconds
        self._countdown_s = countdown_s
        self._pictures, self._first_s = 0, math.nan
        self._poses: list[Pose] = []
        self._rivals: list[frozenset[int]] = []
        self._portraits: frozenset[int] = frozenset()
        self._is_portrait = False
        self.progress = Progress(Phase.GET_READY, countdown_s)

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
        if self._pictures <= 1 + (self._countdown_s > 0):
            # The very first picture may have waited until the pose model was loaded.
            self._first_s = pose.time_s
        begins_s = self._first_s + self._countdown_s
        ends_s = begins_s + self._seconds
        if pose.time_s < begins_s:
            self.progress = Progress(Phase.GET_READY, begins_s - pose.time_s)
        elif pose.time_s < ends_s:
            self._poses.append(pose)
            self._rivals.append(rivals)
            self._portraits, self._is_portrait = portraits, is_portrait
            self.progress = Progress(Phase.HOLD_STILL, ends_s - pose.time_s)
        else:
            self.progress = Progress(Phase.DONE, 0.0)
        return self.progress

    def baseline(self, settings: Settings) -> Baseline:
        """What sitting upright looks like. Raises CalibrationError, saying why not."""
        if self._pictures == 1:
            raise CalibrationError(
                "A single picture does not show whether somebody sits still; nothing was stored."
                " Calibrate again with a camera, or with a video of some seconds."
            )
        missing_s = self.progress.remaining_s
        if self.progress.phase is Phase.GET_READY or missing_s > MOST_MISSING * self._seconds:
            raise CalibrationError(
                f"The pictures ended {missing_s:.1f} s too early to calibrate;"
                " nothing was stored. Calibrate again, or ask for fewer --seconds."
            )
        if not self._poses:
            raise CalibrationError(
                "The camera gave no pictures in those seconds; nothing was stored. Calibrate again."
            )
        refuse_darkness(self._poses, settings)
        refuse_portrait(self._is_portrait)
        refuse_company([len(rivals - self._portraits) for rivals in self._rivals])
        baseline = make_baseline(self._poses, settings)
        refuse_back_view(baseline)
        return baseline


def refuse_darkness(poses: Sequence[Pose], settings: Settings) -> None:
    """Raise CalibrationError when the pictures are too dark to trust the landmarks."""
    brightness = float(np.median([pose.brightness for pose in poses]))
    if brightness < settings.movement.dark_brightness:
        raise CalibrationError(
            "It is too dark to see you well; switch a light on, best from the front, and calibrate"
            " again."
        )


def refuse_portrait(is_portrait: bool) -> None:
    """Raise CalibrationError when a picture of somebody was watched instead of who sits there."""
    if is_portrait:
        raise CalibrationError(
            "Whoever looks largest in the picture does not move at all, as a portrait on a wall;"
            " take it out of the picture or sit nearer, and calibrate again."
        )


def refuse_company(rivals: Sequence[int]) -> None:
    """Raise CalibrationError when somebody else could be meant. rivals: how many, per picture.

    A portrait on the wall, or somebody far behind, could not.
    """
    company = sum(count > 0 for count in rivals)
    if company > MOST_COMPANY * len(rivals):
        raise CalibrationError(
            f"Somebody else who looks about as large was in {company} of {len(rivals)} pictures;"
            " calibrate again when you are alone in the picture, or nearest to the camera."
        )


def refuse_back_view(baseline: Baseline) -> None:
    """Raise CalibrationError when the view does not tell how the person sits."""
    if baseline.angles.view is View.UNKNOWN:
        raise CalibrationError(
            "You are seen from behind, or your face is turned away; put the camera in front of you"
            " or at your side and calibrate again."
        )


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
) -> tuple[Baseline, Path]:
    """Watch the person sit upright and store what it looks like.

    Returns the baseline and the file it was stored in. Raises CalibrationError when it is refused:
    the profile that was there stays as it was.
    """
    from posture_cam.profiles import profile_path, save_profile

    profile_path(profile)  # a name that none can have is told before anybody has to sit still
    looking = settings.model_copy(
        update={"pose": settings.pose.model_copy(update={"people": max(2, settings.pose.people)})}
    )
    present = comes_back(source)
    countdown_s = settings.calibration.countdown_s if present else 0.0
    calibration = Calibration(seconds, countdown_s)
    watcher = Watcher(source, looking, retry=False, realtime=present, judging=False)
    watch_upright(watcher, calibration, displays, stop)
    if stop.is_set() and calibration.progress.phase is not Phase.DONE:
        raise CalibrationError("Calibration was ended before it was done; nothing was stored.")
    baseline = calibration.baseline(settings)
    return baseline, save_profile(profile, baseline, settings, camera=without_password(source))


def result_record(profile: str, baseline: Baseline, path: Path, slouched: bool) -> dict[str, Any]:
    """What `calibrate --json` prints after success. slouched: see looks_slouched."""
    angles = baseline.angles
    return {
        "calibrated": True,
        "profile": profile,
        "path": str(path),
        "view": angles.view.value,
        "view_deg": round(angles.view_deg, 1),
        "confidence": round(angles.confidence, 3),
        "seconds": round(baseline.seconds, 2),
        "frames": baseline.frames,
        "looks_slouched": slouched,
        "room_above_head": round(room_above_head(baseline.pose), 2),
        "place_recognisable": recognisable(baseline.pose.scene),
    }


def refusal_record(profile: str, error: PostureCamError) -> dict[str, Any]:
    """What `calibrate --json` prints when nothing was stored."""
    return {"calibrated": False, "profile": profile, "reason": str(error)}


def _tell(displays: Sequence[CalibrationDisplay], sentence: str) -> None:
    for display in displays:
        display.tell(sentence)
