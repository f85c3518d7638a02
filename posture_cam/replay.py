"""Runs the engine over poses that are already there: a video's, or a recording's.

`analyze` first records the poses of a whole clip, then comes here; `tune` loads a recording and
comes here too. Both therefore get the same steps and events, bit for bit.

    recording = load_recording(folder / "poses.npz")
    replay = run_engine(recording.poses(), settings, baseline)
    replay.events                                  # what events.csv lists
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from posture_cam.baseline import Baseline
from posture_cam.config import Settings
from posture_cam.engine import PostureEngine
from posture_cam.measurement_filter import smooth_without_delay
from posture_cam.models import load_networks
from posture_cam.reference import CAMERA_MOVED
from posture_cam.stand_in import Search
from posture_cam.types import Angles, Assessment, Event, Pose, Step

MOST_TAKEN_BACK_S = 10.0
"""Within so many seconds nearly all moves of a camera are noticed."""
STILL_S = 0.1
"""A photograph has no length; this much lets it be judged and weighed like a frame of a video."""


@dataclass(frozen=True, slots=True)
class Replay:
    """What the engine said about a clip.

    settings: those that it was judged with.
    poses, steps: one of each per frame, in the order of time; poses without their pictures.
    events: all of them, by the time they began.
    baselines: per frame the upright posture in use, None while there was none.
    stand_ins: per frame whether that one stood in for a calibrated one.
    recalls: per frame whether a calibration of another day was a second witness then.
    compared_with: per frame the posture that it was measured against; see `PostureEngine`.
    """

    settings: Settings
    poses: tuple[Pose, ...]
    steps: tuple[Step, ...]
    events: tuple[Event, ...]
    baselines: tuple[Baseline | None, ...]
    stand_ins: tuple[bool, ...]
    recalls: tuple[bool, ...]
    compared_with: tuple[Baseline | None, ...]

    @property
    def baseline(self) -> Baseline | None:
        """The upright posture of most verdicts; the last one if there were none; None if never."""
        found = {id(baseline): baseline for baseline in self.baselines}
        verdicts = Counter(
            id(baseline)
            for baseline, step in zip(self.baselines, self.steps, strict=True)
            if baseline is not None and step.assessment.slouched is not None
        )
        if verdicts:
            return found[verdicts.most_common(1)[0][0]]
        return next(filter(None, reversed(self.baselines)), None)

    @property
    def times(self) -> NDArray[np.float64]:
        """(N,) seconds of the frames."""
        return np.array([step.time_s for step in self.steps], dtype=np.float64)

    @property
    def seconds(self) -> NDArray[np.float64]:
        """(N,) seconds that each frame speaks for: up to the next, at most strain.max_step_s.

        The last frame speaks for the median of the others, a single one for STILL_S.
        """
        if len(self.steps) < 2:
            return np.full(len(self.steps), STILL_S)
        gaps = np.clip(np.diff(self.times), 0.0, self.settings.strain.max_step_s)
        return np.append(gaps, np.median(gaps))


def run_engine(
    poses: Iterable[Pose], settings: Settings, baseline: Baseline | None = None
) -> Replay:
    """Judge the poses of one person with a fresh engine.

    poses: in the order of time; `Pose.nobody` where the person was not there.
    baseline: the calibrated upright posture; None lets the engine find one in the clip, as it does
        where a camera has been moved and on another day than the baseline's. Whoever sits
        straighter later on is then judged anew from the beginning, against that posture, if the
        setting calibration.whole_clip allows it.
    Angles and verdicts of the steps are smoothed without delay, and what was judged while a camera
    that had moved was not yet noticed is taken back, which only a whole clip allows; strain and
    events are those of a running stream.
    """
    if not settings.calibration.whole_clip:
        return _run(poses, settings, baseline)[0]
    if isinstance(poses, Iterator):
        poses = tuple(poses)
    replay, straighter = _run(poses, settings, baseline)
    if not straighter:
        return replay
    del replay  # two of many hours would fill the memory
    return _run(poses, settings, baseline, straighter)[0]


def run_as_live(
    poses: Iterable[Pose], settings: Settings, baseline: Baseline | None = None
) -> Replay:
    """As `run_engine`, but as `live` judges: each pose by what came before it alone."""
    return _run(poses, settings, baseline, live=True)[0]


def _run(
    poses: Iterable[Pose],
    settings: Settings,
    baseline: Baseline | None = None,
    foreseen: Mapping[Search, Baseline] | None = None,
    *,
    live: bool = False,
) -> tuple[Replay, dict[Search, Baseline]]:
    """One pass over a clip, and by each search for an upright posture the straightest one, where
    another was found first. foreseen: see `PostureEngine`. live: see `run_as_live`."""
    engine = PostureEngine(settings, load_networks(), baseline, foreseen=foreseen)
    judged, steps = list[Pose](), list[Step]()
    baselines, compared_with = list[Baseline | None](), list[Baseline | None]()
    stand_ins, recalls = list[bool](), list[bool]()
    straightest = dict[Search, Baseline | None]()
    for pose in poses:
        step = engine.update(pose)
        if engine.camera_carried and not live:
            take_back(steps, engine.camera_stood_s, pose.time_s)
        # Angles that are smoothed anew in the end need no room until then.
        steps.append(step if live else replace(step, angles=step.unsmoothed))
        judged.append(pose.without_pictures())  # of many hours they would fill the memory
        baselines.append(engine.baseline)
        stand_ins.append(engine.stand_in)
        recalls.append(engine.recalls)
        compared_with.append(engine.compared_with)
        straightest[engine.search] = engine.straightest
    events = [event for step in steps for event in step.events]
    events += engine.finish()
    if not live:
        smooth_without_delay(steps, settings.slouch)
    replay = Replay(
        settings,
        tuple(judged),
        tuple(steps),
        in_order(events),
        tuple(baselines),
        tuple(stand_ins),
        tuple(recalls),
        tuple(compared_with),
    )
    straighter = {search: found for search, found in straightest.items() if found is not None}
    return replay, straighter


def take_back(steps: list[Step], stood_s: float, noticed_s: float) -> None:
    """Leave unjudged, in place, what was compared with a posture from another place.

    stood_s: when the camera was last seen where the posture was taken, NaN if never. It moved after
        that; more than MOST_TAKEN_BACK_S before it was noticed it probably still stood there.
    """
    since_s = noticed_s - MOST_TAKEN_BACK_S
    for number in reversed(range(len(steps))):
        step = steps[number]
        if step.time_s <= stood_s or step.time_s < since_s:
            break
        steps[number] = replace(
            step,
            angles=_direction_alone(step.angles),
            unsmoothed=_direction_alone(step.unsmoothed),
            unsmoothed_log_odds=math.nan,
            assessment=Assessment(reason=CAMERA_MOVED),
            strain=replace(step.strain, load=math.nan),
            upright=None,
        )


def _direction_alone(angles: Angles) -> Angles:
    return Angles(view=angles.view, view_deg=angles.view_deg, confidence=angles.confidence)


def column(steps: Sequence[Step], pick: Callable[[Step], float]) -> NDArray[np.float64]:
    """(N,) one number of every step."""
    return np.array([pick(step) for step in steps], dtype=np.float64)


def in_order(events: Sequence[Event]) -> tuple[Event, ...]:
    """Events by their beginning, then their end; those of one time keep their order."""
    return tuple(sorted(events, key=lambda event: (event.start_s, event.end_s)))
