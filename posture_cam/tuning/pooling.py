"""Figures over several clips: everything is pooled over frames, bouts and hours, never averaged
over clips, because one threshold serves them all and a short clip should not weigh like a long one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from posture_cam.tuning.angle_metrics import (
    ErrorSummary,
    coverage_curve,
    summarise_errors,
)
from posture_cam.tuning.event_metrics import AlertCounts, EventCounts
from posture_cam.tuning.metrics import Array, Counts, count_verdicts, ratio, roc_auc
from posture_cam.tuning.scoring import ClipScore
from posture_cam.types import ANGLE_NAMES

VIEW_ORDER = ("front", "oblique", "side", "unknown")


@dataclass(frozen=True)
class StateFigures:
    """What was said while one labelled thing happened.

    slouched: whether the labels call it slouching. frames: labelled frames of it. judged: those
    with a verdict. called: judged frames that were called slouched.
    """

    slouched: bool
    frames: int
    judged: int
    called: int

    @property
    def called_share(self) -> float:
        """Share of the judged frames called slouched: false positives of an innocent state."""
        return ratio(self.called, self.judged)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "slouched": self.slouched,
            "frames": self.frames,
            "coverage": ratio(self.judged, self.frames),
            "called_slouched": self.called_share,
        }


@dataclass(frozen=True)
class AngleFigures:
    """Errors of one angle: of its change against upright and, where it has one, of its value.

    The stated uncertainty is that of the value which the program gives, so `curve` (nominal and
    observed shares) and `within_sd` compare it with the errors of the value, or of the change for
    angles that are only stated relative to upright.
    """

    change: ErrorSummary
    absolute: ErrorSummary | None
    curve: list[tuple[float, float]]

    @property
    def within_sd(self) -> float:
        """Share of the errors within the stated 1-sigma uncertainty, NaN when none is stated."""
        return (self.absolute or self.change).within_sd

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "change": self.change.to_dict(),
            "absolute": self.absolute.to_dict() if self.absolute else None,
            "uncertainty": [
                {"nominal": nominal, "observed": observed} for nominal, observed in self.curve
            ],
        }


@dataclass(frozen=True)
class Figures:
    """All figures of a set of clips."""

    clips: int
    auc: float
    counts: Counts
    events: EventCounts
    alerts: AlertCounts
    states: dict[str, StateFigures]
    angles: dict[str, AngleFigures]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; unknown figures are NaN."""
        return {
            "clips": self.clips,
            "auc": self.auc,
            **self.counts.to_dict(),
            "events": self.events.to_dict(),
            "alerts": self.alerts.to_dict(),
            "states": {name: state.to_dict() for name, state in self.states.items()},
            "angles": {name: angle.to_dict() for name, angle in self.angles.items()},
        }


def pool(clips: Sequence[ClipScore]) -> Figures:
    """The figures of all frames, bouts and alerts of these clips together."""
    truth = join([clip.truth for clip in clips])
    verdict = join([clip.verdict for clip in clips])
    state = np.concatenate([clip.state for clip in clips]) if clips else np.empty(0, dtype=object)
    return Figures(
        clips=len(clips),
        auc=roc_auc(truth, join([clip.score for clip in clips])),
        counts=count_verdicts(truth, verdict),
        events=sum((clip.events for clip in clips), EventCounts()),
        alerts=sum((clip.alerts for clip in clips), AlertCounts()),
        states=_states(truth, verdict, state),
        angles={name: figures for name in ANGLE_NAMES if (figures := _angle(clips, name))},
    )


def by_group(
    clips: Sequence[ClipScore], key: Callable[[ClipScore], str | None]
) -> dict[str, list[ClipScore]]:
    """Clips by what `key` says of them, in the order of first appearance; None is left out."""
    groups: dict[str, list[ClipScore]] = {}
    for clip in clips:
        name = key(clip)
        if name is not None:
            groups.setdefault(name, []).append(clip)
    return groups


def by_view(clips: Sequence[ClipScore]) -> dict[str, list[ClipScore]]:
    """Clips by the camera's view: front, oblique, side, unknown."""
    groups = by_group(clips, lambda clip: clip.view)
    return {view: groups[view] for view in VIEW_ORDER if view in groups}


def join(parts: Sequence[Array]) -> Array:
    """The columns of several clips as one (N,) column."""
    return np.concatenate([*parts, np.empty(0)])


def _states(truth: Array, verdict: Array, state: np.ndarray[Any, Any]) -> dict[str, StateFigures]:
    """Figures per labelled state, innocent ones first; transitions without a label are left out."""
    figures: dict[str, StateFigures] = {}
    for slouched in (False, True):
        labelled = truth == float(slouched)
        for name in sorted({str(word) for word in state[labelled] if word}):
            here = labelled & (state == name)
            judged = int(np.isfinite(verdict[here]).sum())
            called = int((verdict[here] == 1).sum())
            label = f"{name} (slouched)" if name in figures else name
            figures[label] = StateFigures(slouched, int(here.sum()), judged, called)
    return figures


def _angle(clips: Sequence[ClipScore], name: str) -> AngleFigures | None:
    errors = [clip.angles[name] for clip in clips if name in clip.angles]
    if not errors:
        return None
    asked = sum(error.asked for error in errors)
    change = join([error.change for error in errors])
    sd = join([error.sd for error in errors])
    values = [error.absolute for error in errors if error.absolute is not None]
    if not values:
        return AngleFigures(summarise_errors(change, asked, sd), None, coverage_curve(change, sd))
    absolute = join(values)
    return AngleFigures(
        change=summarise_errors(change, asked),
        absolute=summarise_errors(absolute, asked, sd),
        curve=coverage_curve(absolute, sd),
    )
