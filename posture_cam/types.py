"""The values that travel through the program: Frame -> Pose -> Angles -> Assessment -> Event.

All are frozen: a stage never changes what an earlier one said. Times are seconds on the clock of
the source (a file's own timestamps, or a monotonic clock for a camera). A quantity that this view
cannot support is NaN (numbers) or None (verdicts), never 0 and never "good".
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from posture_cam.landmarks import LANDMARK_COUNT

NAN = math.nan
FIGURE_SHAPE = (32, 32)
"""Rows and columns of the small picture of the person's silhouette."""
SCENE_SHAPE = (48, 64)
"""Rows and columns of the small picture of the place behind the person."""
BACK_STATIONS = 39
"""Places along the trunk at which the outline of the back is looked for."""
REGIONS = ("hair", "face", "clothes", "neck")
"""Parts of a person whose colours are kept; the neck's is beside it: long hair, or the place."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture from a camera, a file or a stream.

    `image` is (height, width, 3) uint8 in BGR order, upright (rotation metadata applied).
    `index` is the frame's number in its source, counted from 0 and including skipped frames.
    """

    index: int
    time_s: float
    image: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Pose:
    """Body landmarks of one person at one time, or the fact that nobody was found.

    landmarks: (33, 3) float32, x right and y down in pixels of the upright picture, z in the same
        scale with smaller values nearer to the camera (MediaPipe's estimate, not a measurement).
    world: (33, 3) float32, metres about the hip midpoint, axes as above (from a body prior: not a
        measurement of scale).
    visibility, presence: (33,) float32 in 0..1.
    silhouette: optional (height, width) float32 in 0..1, probability of belonging to the person.
    figure: optional FIGURE_SHAPE uint8, the silhouette cut out about the face (see figure.py).
    brightness: mean luma of the picture in 0..1, NaN when unknown.
    scene: about once a second, else None: the place behind, SCENE_SHAPE uint8, people 0.
    back: optional (BACK_STATIONS,) float32, how far the outline of the back lies behind the trunk
        (see back_curve.py).
    colours: about once a second (4, 3) float32, blue, green and red in 0..1 of REGIONS (see
        colours.py); None in the frames between.
    stir: about once a second, while several people are there, how much the picture about the head
        has changed, as a share of its contrast (see liveness.py); None in the frames between.
    """

    time_s: float
    width: int
    height: int
    landmarks: NDArray[np.float32]
    world: NDArray[np.float32]
    visibility: NDArray[np.float32]
    presence: NDArray[np.float32]
    silhouette: NDArray[np.float32] | None = None
    figure: NDArray[np.uint8] | None = None
    brightness: float = NAN
    scene: NDArray[np.uint8] | None = None
    back: NDArray[np.float32] | None = None
    colours: NDArray[np.float32] | None = None
    stir: float | None = None

    @classmethod
    def nobody(
        cls,
        time_s: float,
        width: int,
        height: int,
        brightness: float = NAN,
        scene: NDArray[np.uint8] | None = None,
    ) -> Pose:
        """The pose of an empty picture: every landmark NaN, every visibility 0."""
        missing = np.full((LANDMARK_COUNT, 3), np.nan, dtype=np.float32)
        unseen = np.zeros(LANDMARK_COUNT, dtype=np.float32)
        return cls(
            time_s, width, height, missing, missing, unseen, unseen,
            brightness=brightness, scene=scene,
        )  # fmt: skip

    def absent(self) -> Pose:
        """The same picture without anybody in it."""
        return Pose.nobody(self.time_s, self.width, self.height, self.brightness, self.scene)

    def without_pictures(self) -> Pose:
        """The same without what the engine alone reads: silhouette, colours, the place behind."""
        return replace(self, silhouette=None, figure=None, colours=None, scene=None)

    @property
    def present(self) -> bool:
        """Whether a person was found."""
        return math.isfinite(self.landmarks[0, 0])


class View(StrEnum):
    """Where the camera stands, seen from the person. `SIDE_LEFT`: it sees their left side."""

    FRONT = "front"
    OBLIQUE_LEFT = "oblique_left"
    OBLIQUE_RIGHT = "oblique_right"
    SIDE_LEFT = "side_left"
    SIDE_RIGHT = "side_right"
    UNKNOWN = "unknown"


ANGLE_COLUMNS = (
    "shoulder_tilt_deg",
    "head_tilt_deg",
    "neck_inclination_deg",
    "trunk_inclination_deg",
    "trunk_lateral_deg",
    "spine_flexion_deg",
    "head_pitch_deg",
    "head_forward_cm",
)
"""The angles that frames.csv promises, in the order of its columns."""
FURTHER_ANGLE_COLUMNS = (
    "twist_deg",
    "shoulder_protraction_cm",
    "shoulder_protraction_left_cm",
    "shoulder_protraction_right_cm",
    "shoulder_elevation_left_cm",
    "shoulder_elevation_right_cm",
    "upper_arm_elevation_left_deg",
    "upper_arm_elevation_right_deg",
    "back_curve_deg",
)
"""Angles in later columns of frames.csv."""
ANGLE_NAMES = (*ANGLE_COLUMNS, *FURTHER_ANGLE_COLUMNS)
"""All angles that are measured, the direction of view apart."""


@dataclass(frozen=True, slots=True)
class Angles:
    """Posture of one person in one frame; NaN where this view cannot support the angle.

    Degrees unless the name ends in `_cm`; forward positive, the person's own left positive.
    view_deg: direction of the camera about the person's vertical axis: 0 in front of them, +90 at
        their left side, -90 at their right.
    confidence: 0..1, how far the landmarks behind these angles were really seen.
    shoulder_tilt_deg, head_tilt_deg: line through the shoulders (ears) against the horizontal,
        positive when the person's left one is higher.
    neck_inclination_deg: shoulder midpoint -> ear midpoint against the vertical.
    trunk_inclination_deg: hip midpoint -> shoulder midpoint against the vertical.
    trunk_lateral_deg: lean of the trunk to the person's left.
    spine_flexion_deg: flexion between pelvis and upper back, relative to the calibrated upright.
    head_pitch_deg: looking down positive, relative to upright.
    head_forward_cm: head ahead of the shoulders, relative to upright.
    twist_deg: shoulders turned against the pelvis, to the person's left positive.
    shoulder_protraction_cm: shoulders rounded forward on the chest, relative to upright; mean of
        both. shoulder_protraction_left_cm, shoulder_protraction_right_cm: each of them.
    shoulder_elevation_left_cm, shoulder_elevation_right_cm: shoulder raised on the chest, relative
        to upright.
    upper_arm_elevation_left_deg, upper_arm_elevation_right_deg: upper arm against hanging straight
        down, 0..180, whatever the direction.
    back_curve_deg: change of the flexicurve angle of the outline of the back against upright, from
        the side, rounder positive (see back_curve.py).
    sd: 1-sigma uncertainty per angle, keyed by the field's name, in the field's unit.
    """

    view: View = View.UNKNOWN
    view_deg: float = NAN
    confidence: float = 0.0
    shoulder_tilt_deg: float = NAN
    head_tilt_deg: float = NAN
    neck_inclination_deg: float = NAN
    trunk_inclination_deg: float = NAN
    trunk_lateral_deg: float = NAN
    spine_flexion_deg: float = NAN
    head_pitch_deg: float = NAN
    head_forward_cm: float = NAN
    twist_deg: float = NAN
    shoulder_protraction_cm: float = NAN
    shoulder_protraction_left_cm: float = NAN
    shoulder_protraction_right_cm: float = NAN
    shoulder_elevation_left_cm: float = NAN
    shoulder_elevation_right_cm: float = NAN
    upper_arm_elevation_left_deg: float = NAN
    upper_arm_elevation_right_deg: float = NAN
    back_curve_deg: float = NAN
    sd: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Assessment:
    """One frame judged against the person's baseline.

    slouch_score: 0..1, how likely this is a slouch; NaN when it cannot be
        judged (nobody there, no baseline yet, too dark, view not supported).
    slouched: the verdict, None when it cannot be judged.
    confidence: 0..1 in the verdict, NaN without one.
    reason: plain words for the score, for example "upper back 18 degrees rounder than upright".
    """

    slouch_score: float = NAN
    slouched: bool | None = None
    confidence: float = NAN
    reason: str = ""


class EventKind(StrEnum):
    """What can last or fall due; the `kind` column of events.csv."""

    SLOUCH = "slouch"
    ALERT = "alert"
    STILL = "still"
    BREAK_DUE = "break_due"
    BENDING = "bending"
    TWISTING = "twisting"
    ASYMMETRY = "asymmetry"
    HEAD_DOWN = "head_down"
    AWAY = "away"
    CAMERA_MOVED = "camera_moved"
    OTHER_PERSON = "other_person"
    STRAIGHTER = "straighter"
    TOO_DARK = "too_dark"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that lasted, or a reminder that fell due.

    peak, mean: of the quantity that made the event (degrees of spine flexion for `slouch` and
        `alert`; see docs/formats.md for the others), NaN when it has none.
    message: one plain sentence for the person.
    quiet: it is recorded, not spoken: they want no reminders now, or were told the like not long
        ago.
    """

    kind: EventKind
    start_s: float
    end_s: float
    peak: float = NAN
    mean: float = NAN
    message: str = ""
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Strain:
    """What the held posture has built up so far (see docs/strain.md).

    budget_left: share 0..1 of the acceptable holding time that is left, NaN before the first
        judged frame.
    load: static moment about mid-back (T8) as a multiple of the person's own upright posture.
    dose: root mean square of the load over the time observed, of the running day where the time of
        day is known; 1 means "as if upright all along".
    slouched_for_s: length of the running bout of slouching, as far as it is not in doubt, 0 when
        there is none.
    dose_minute, dose_hour: the dose of the running minute, and of the last 60 minutes.
    creep_deg: estimated extra flexion from slowly yielding tissue (an extrapolation).
    head_budget_left: like budget_left, for looking down.
    sitting_for_s: time here since the last break; still_for_s: since the last change of posture.
    away_for_s: time out of the picture, 0 while somebody is here.
    """

    budget_left: float = NAN
    load: float = NAN
    dose: float = NAN
    slouched_for_s: float = 0.0
    dose_minute: float = NAN
    dose_hour: float = NAN
    creep_deg: float = 0.0
    head_budget_left: float = NAN
    sitting_for_s: float = 0.0
    still_for_s: float = 0.0
    away_for_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Step:
    """All that the engine says about one frame.

    angles and assessment are smoothed: live over the time up to now, in a recording over both sides
    of it (measurement_filter.py). unsmoothed and unsmoothed_log_odds (of a slouch, NaN when not
    measurable) are of this frame alone. events: those that ended or fell due now.
    upright: the angles of the posture judged against, None while there was none. out_of_sight:
    nobody was found, but who was seen last has sunk too low to be seen, and not left. in_the_dark:
    nobody was found, nor seen to leave, and the picture is too dark to find anybody.
    """

    time_s: float
    angles: Angles
    assessment: Assessment = field(default_factory=Assessment)
    strain: Strain = field(default_factory=Strain)
    events: tuple[Event, ...] = ()
    unsmoothed: Angles = field(default_factory=Angles)
    unsmoothed_log_odds: float = NAN
    upright: Angles | None = None
    out_of_sight: bool = False
    in_the_dark: bool = False
