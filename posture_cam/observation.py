"""What is known about one frame, and the one word for it that every display uses."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from posture_cam.types import Frame, Pose, Step, Strain, View


class Posture(StrEnum):
    """What the time of a frame counts as; the `posture` column of frames.csv."""

    UPRIGHT = "upright"
    SLOUCHED = "slouched"
    UNKNOWN = "unknown"
    AWAY = "away"


class State(StrEnum):
    """The person's state in one word; the `state` field of `live --json`."""

    UPRIGHT = "upright"
    SLOUCHED = "slouched"
    UNKNOWN = "unknown"
    FINDING_BASELINE = "finding_baseline"
    NOBODY = "nobody"
    NO_PICTURE = "no_picture"


STATES = {
    Posture.UPRIGHT: State.UPRIGHT,
    Posture.SLOUCHED: State.SLOUCHED,
    Posture.UNKNOWN: State.UNKNOWN,
    Posture.AWAY: State.NOBODY,
}
ALL_LEFT = 0.995
"""A share that is written as 100 % is not worth a word."""
HEADLINES = {
    State.UPRIGHT: "Upright",
    State.SLOUCHED: "Slouched",
    State.UNKNOWN: "Cannot judge",
    State.FINDING_BASELINE: "Finding your upright posture",
    State.NOBODY: "Person not in view",
    State.NO_PICTURE: "No picture",
}

VIEW_NAMES = {
    View.FRONT: "front",
    View.OBLIQUE_LEFT: "oblique left",
    View.OBLIQUE_RIGHT: "oblique right",
    View.SIDE_LEFT: "left side",
    View.SIDE_RIGHT: "right side",
    View.UNKNOWN: "not recognised",
}


@dataclass(frozen=True, slots=True)
class Observation:
    """One judged frame.

    pose: the watched person, or nobody.
    people: how many people the picture shows.
    calibrated: whether the engine had a baseline to judge this frame against, calibrated or found.
    rivals: numbers of the others who look large enough to be the one who is watched. portraits: of
        those who have turned out to be pictures of people so far; is_portrait: whether the watched
        one has, and somebody living is there. All three only where nobody is judged, as while
        calibrating.
    """

    frame: Frame
    pose: Pose
    step: Step
    people: int
    calibrated: bool
    rivals: frozenset[int] = frozenset()
    portraits: frozenset[int] = frozenset()
    is_portrait: bool = False

    @property
    def state(self) -> State:
        """The person's state in one word."""
        return state_of(self.pose, self.step, self.calibrated)


def state_of(pose: Pose, step: Step, calibrated: bool) -> State:
    """The state that a pose and the engine's step amount to.

    calibrated: whether there is an upright posture to judge against, calibrated or found.
    """
    posture = posture_of(pose, step)
    if posture is not Posture.AWAY and not calibrated and not step.in_the_dark:
        return State.FINDING_BASELINE
    return STATES[posture]


def posture_of(pose: Pose, step: Step) -> Posture:
    """AWAY without the person, UNKNOWN without a verdict or in the dark, else the verdict."""
    if not (pose.present or step.out_of_sight or step.in_the_dark):
        return Posture.AWAY
    if step.assessment.slouched is None:
        return Posture.UNKNOWN
    return Posture.SLOUCHED if step.assessment.slouched else Posture.UPRIGHT


def explanation(state: State, step: Step) -> str:
    """One short sentence under the headline."""
    if state is State.FINDING_BASELINE:
        return "Sit upright, keep still."
    if state is State.UNKNOWN:
        return step.assessment.reason or "Your upper back cannot be judged from this picture."
    if state is State.NOBODY and step.strain.away_for_s >= 1:
        return f"Away for {clock(step.strain.away_for_s)}."
    return step.assessment.reason if state in (State.UPRIGHT, State.SLOUCHED) else ""


def why_unmeasured(state: State, step: Step) -> str:
    """In two words why an angle has no value."""
    if state is State.FINDING_BASELINE:
        return "not yet known"
    held_back = state is State.UNKNOWN and step.assessment.reason
    return "not judged" if held_back else "not visible"


def clock(seconds: float) -> str:
    """A length of time as m:ss or h:mm:ss."""
    if not math.isfinite(seconds):
        return "-"
    whole = int(max(seconds, 0.0))
    hours, minutes = divmod(whole // 60, 60)
    tail = f"{whole % 60:02d}"
    return f"{hours}:{minutes:02d}:{tail}" if hours else f"{minutes}:{tail}"


def moment(seconds: float) -> str:
    """A time in a recording, to the nearest second as lengths are told."""
    return clock(seconds + 0.5)


def deviation(sd: float) -> str:
    """An uncertainty in words; one below 1 keeps a decimal, since none is 0."""
    return f"{sd:.0f}" if sd >= 0.95 else f"{max(sd, 0.1):.1f}"


def bout_so_far(step: Step) -> str:
    """How long the running bout has lasted; empty without one. A moment upright does not end it."""
    if step.strain.slouched_for_s <= 0:
        return ""
    over = "" if step.assessment.slouched is not False else ", not yet over"
    return f"slouched for {clock(step.strain.slouched_for_s)}{over}"


def holding_time_left(strain: Strain) -> str:
    """What is left of the holding times, the head's once some of it is used; "-" while unknown."""
    if math.isnan(strain.budget_left):
        return "-"
    head = strain.head_budget_left
    also = f", head {100 * max(head, 0.0):.0f} %" if head < ALL_LEFT else ""
    return f"{100 * max(strain.budget_left, 0.0):.0f} %{also}"


def times_upright(load: float) -> str:
    """A load as a multiple of the person's own upright posture; "-" for NaN."""
    return f"{load:.2f} x upright" if math.isfinite(load) else "-"


def plus_minus(value: float, sd: float, unit: str = "") -> str:
    """A measured value with its 1-sigma uncertainty where that is known; "not visible" for NaN."""
    if not math.isfinite(value):
        return "not visible"
    spread = f" ± {deviation(sd)}" if math.isfinite(sd) else ""
    return f"{round(value)}{spread}{unit}"
