"""One clip against its labels: everything that the figures of a table are made from."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from posture_cam.angles import view_label
from posture_cam.replay import Replay, column
from posture_cam.tuning.angle_metrics import RELATIVE_ANGLES, change_of
from posture_cam.tuning.event_metrics import AlertCounts, EventCounts, count_alerts, count_events
from posture_cam.tuning.labels import FrameLabels, Labels
from posture_cam.tuning.metrics import Counts, count_verdicts, roc_auc
from posture_cam.tuning.true_bouts import bouts_of_labels
from posture_cam.types import ANGLE_NAMES, EventKind, Step, View

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

VIEW_GROUPS = {
    View.FRONT: "front",
    View.OBLIQUE_LEFT: "oblique",
    View.OBLIQUE_RIGHT: "oblique",
    View.SIDE_LEFT: "side",
    View.SIDE_RIGHT: "side",
    View.UNKNOWN: "unknown",
}


@dataclass(frozen=True)
class AngleErrors:
    """Errors of one angle over the N scored frames of a clip; NaN where it was not measured.

    true: (N,) the true change against upright. change: (N,) error of the measured change.
    absolute: (N,) error of the value itself, None for angles that are only stated relative to
    upright. sd: (N,) the stated 1-sigma uncertainty. asked: frames where the true value is known.
    """

    true: Array
    change: Array
    absolute: Array | None
    sd: Array
    asked: int


@dataclass(frozen=True)
class ClipScore:
    """A judged clip next to its labels.

    view: where the camera stands: front, oblique, side or unknown.
    truth, score, verdict: (N,) per frame that counts, as metrics.py reads them. state: N words.
    directions: (2, N) direction of view as measured and as labelled, degrees; NaN where unknown.
    angles: errors by name of the angle, only of angles that the labels know.
    groups: what else this clip can be grouped by, such as {"camera height": "low"}.
    """

    name: str
    view: str
    truth: Array
    score: Array
    verdict: Array
    state: NDArray[np.object_]
    directions: Array
    events: EventCounts
    alerts: AlertCounts
    angles: dict[str, AngleErrors] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)

    @property
    def auc(self) -> float:
        """Per-frame AUC of this clip alone."""
        return roc_auc(self.truth, self.score)

    @property
    def counts(self) -> Counts:
        """Verdicts of this clip alone."""
        return count_verdicts(self.truth, self.verdict)


def score_clip(
    name: str,
    replay: Replay,
    labels: Labels,
    *,
    tolerance_s: float,
    calibrated_s: float = 0.0,
    groups: dict[str, str] | None = None,
) -> ClipScore:
    """Score what the engine said about a clip.

    tolerance_s: how far start and end of a bout may be off. calibrated_s: the first seconds served
    as calibration and are not scored (alerts and bouts there do not count either).
    """
    times = replay.times
    truth = labels.at(times)
    scored = times >= (times[0] if len(times) else 0.0) + calibrated_s
    events, alerts = _lasting(replay, truth, scored, tolerance_s)
    return ClipScore(
        name=name,
        view=camera_view(replay, truth),
        truth=truth.slouched[scored],
        score=column(replay.steps, lambda step: step.assessment.slouch_score)[scored],
        verdict=column(replay.steps, verdict_of)[scored],
        state=np.array(truth.state, dtype=object)[scored],
        directions=_directions(replay, truth)[:, scored],
        events=events,
        alerts=alerts,
        angles=_angle_errors(replay, truth, scored, reference_frames(times, truth, calibrated_s)),
        groups=groups or {},
    )


def _directions(replay: Replay, truth: FrameLabels) -> Array:
    measured = column(replay.steps, lambda step: step.angles.view_deg)
    true = truth.values.get("view_deg", np.full(len(measured), math.nan))
    return np.stack([measured, true])


def camera_view(replay: Replay, truth: FrameLabels) -> str:
    """Where the camera stands for most of the clip: by the labels if they say, else as measured.

    One answer per clip: somebody who turns their head or chair before a front camera is still a
    case for the front view.
    """
    direction = truth.values.get("view_deg")
    if direction is None or not np.isfinite(direction).any():
        direction = column(replay.steps, lambda step: step.angles.view_deg)
    known = direction[np.isfinite(direction)]
    label = view_label(float(np.median(known))) if len(known) else View.UNKNOWN
    return VIEW_GROUPS[label]


def reference_frames(times: Array, truth: FrameLabels, calibrated_s: float) -> Mask:
    """(N,) the frames that say what upright is: those of the calibration that are not slouched.

    Without a calibration in the clip, all frames whose state is "upright", or failing that every
    frame labelled as not slouched.
    """
    innocent: Mask = truth.slouched == 0
    if calibrated_s > 0:
        first: Mask = innocent & (times < times[0] + calibrated_s)
        return first
    upright: Mask = innocent & np.array([state == "upright" for state in truth.state], dtype=bool)
    return upright if upright.any() else innocent


def _lasting(
    replay: Replay, truth: FrameLabels, scored: Mask, tolerance_s: float
) -> tuple[EventCounts, AlertCounts]:
    """Bouts found against true ones, alerts against true bouts; unlabelled time is not watched."""
    times, rule = replay.times, replay.settings.slouch
    slouched = np.where(scored, truth.slouched, math.nan)
    true = bouts_of_labels(times, replay.seconds, slouched, rule)
    labelled = np.isfinite(slouched)
    found = [
        (event.start_s, event.end_s)
        for event in replay.events
        if event.kind is EventKind.SLOUCH and _touches(times, labelled, event.start_s, event.end_s)
    ]
    # An alert's event runs from the start of what it is about to the moment it was due.
    alerts = [
        event.end_s
        for event in replay.events
        if event.kind is EventKind.ALERT and _touches(times, labelled, event.end_s, event.end_s)
    ]
    watched = float(replay.seconds[labelled].sum())
    return (
        count_events(found, true, tolerance_s),
        count_alerts(alerts, true, watched, rule.recover_s),
    )


def _touches(times: Array, labelled: Mask, start_s: float, end_s: float) -> bool:
    """Whether any labelled frame lies in, or right at, a stretch of time."""
    first = max(int(np.searchsorted(times, start_s, side="right")) - 1, 0)
    last = int(np.searchsorted(times, end_s, side="right"))
    return bool(labelled[first : max(last, first + 1)].any())


def _angle_errors(
    replay: Replay, truth: FrameLabels, scored: Mask, reference: Mask
) -> dict[str, AngleErrors]:
    errors: dict[str, AngleErrors] = {}
    for name in ANGLE_NAMES:
        true = truth.values.get(name)
        if true is None or not np.isfinite(true).any():
            continue
        measured = column(replay.steps, attrgetter(f"angles.{name}"))
        sd = column(replay.steps, _stated_sd(name))
        relative = name in RELATIVE_ANGLES
        true_change = change_of(true, reference)
        change = (measured if relative else change_of(measured, reference)) - true_change
        errors[name] = AngleErrors(
            true=true_change[scored],
            change=change[scored],
            absolute=None if relative else (measured - true)[scored],
            sd=sd[scored],
            asked=int((np.isfinite(true) & scored).sum()),
        )
    return errors


def _stated_sd(name: str) -> Callable[[Step], float]:
    return lambda step: step.angles.sd.get(name, math.nan)


def verdict_of(step: Step) -> float:
    """1 slouched, 0 not, NaN unknown."""
    slouched = step.assessment.slouched
    return math.nan if slouched is None else float(slouched)
