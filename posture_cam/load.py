"""Mid-back load: the static moment about T8 as a multiple of the person's own upright posture.

A chain in the sagittal plane, forward positive: T8, up the upper trunk to C7, from there the head
with the neck; the arms hang at the shoulders. Each segment's weight acts at its centre of mass,
M = g * sum(m_i * x_i), with x_i its horizontal distance ahead of T8. Only the ratio to the same
sum in the upright posture leaves this module: masses in shares of body mass, lengths in shares of
body height, so neither needs to be known. It is a model, not a measurement.

Masses and centres of mass: de Leva 1996, mean of both sexes (J Biomech 29, 1223-1230). About
T8 carry the head with the neck and 77 % of the upper trunk, which is the part above T8.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from posture_cam.types import Angles

HEAD_MASS = 0.0681
"""Head with neck, share of body mass."""
UPPER_TRUNK_MASS = 0.77 * 0.1570
"""C7 to T8, share of body mass."""
UPPER_ARM_MASS = 2 * 0.0263
FOREARM_HAND_MASS = 2 * (0.0150 + 0.00585)
HEIGHT_M = 1.74
"""Body height that turns centimetres of head forward into shares of height."""
UPPER_TRUNK_LENGTH = 0.77 * 0.139
"""T8 to C7, share of body height."""
SHOULDER_LEVEL = 0.85
"""Height of the shoulder joints on the way from T8 to C7."""
HEAD_REACH = 0.071
"""C7 to the centre of mass of head and neck, share of body height."""
UPPER_ARM_LENGTH = 0.162
UPPER_ARM_CENTRE = 0.576
"""Centre of mass of the upper arm, share of its length from the shoulder."""
FOREARM_REACH = 0.10
"""Elbow to the centre of mass of forearm and hand held forward, share of body height."""

UPRIGHT_TRUNK_DEG = 10.0
"""Forward inclination of the upper trunk in upright sitting (the thoracic spine is curved)."""
UPRIGHT_HEAD_DEG = 41.0
"""C7 to ear against the vertical when upright: 90 minus a craniovertebral angle of 49 deg."""
UPRIGHT_ARM_DEG = 20.0
"""Upper arm elevation in upright desk work."""
FLEXION_ABOVE_CHORD = 0.2
"""The line from hips to shoulders is the chord of the back; the upper back has turned by this share
of spine flexion more. On an arc it would be half, but most of a slump happens below the ribs. Least
squares over rendered people who slouch (tests/test_load_of_people.py)."""
FLEXION_ALONE = 0.7
"""Where the hips are hidden, this share of spine flexion is taken for the whole turning of the
upper back: between slumps that roll the pelvis back and a rounded upper back (our choice)."""
MOST_TILT_DEG = 90.0


@dataclass(frozen=True, slots=True)
class PostureChange:
    """Changes against the upright posture that move weight forward of T8.

    upper_trunk_deg: inclination of the upper trunk; head_forward_cm: head ahead of the shoulders;
    arm_elevation_deg: upper arms against hanging down (no change), mean of both; upright_arm_deg:
        the same in the upright posture.
    """

    upper_trunk_deg: float
    head_forward_cm: float = 0.0
    arm_elevation_deg: float = UPRIGHT_ARM_DEG
    upright_arm_deg: float = UPRIGHT_ARM_DEG


def posture_change(angles: Angles, upright: Angles) -> PostureChange:
    """What the angles say about the weight ahead of T8.

    The upper trunk follows from spine flexion and, where the hips are seen, from the change of the
    trunk's inclination.
    Cues that were not measured count as unchanged; without spine flexion the result is NaN.
    """
    flexion = angles.spine_flexion_deg
    lean = change(angles.trunk_inclination_deg, upright.trunk_inclination_deg)
    turned = FLEXION_ALONE * flexion if math.isnan(lean) else lean + FLEXION_ABOVE_CHORD * flexion
    arms_deg, rest_deg = _arms_deg(angles, upright)
    return PostureChange(
        upper_trunk_deg=turned,
        head_forward_cm=_or(angles.head_forward_cm, 0.0),
        arm_elevation_deg=arms_deg,
        upright_arm_deg=rest_deg,
    )


def mid_back_load(posture: PostureChange, *, arms_supported: bool) -> float:
    """Moment about T8 as a multiple of upright: 1 upright, 2 twice as much; NaN if not measurable.

    arms_supported: forearms rest on desk or armrests, so that their weight does not hang on the
    back. Leaning back against a backrest can bring the ratio to 0, never below: the backrest bears
    what would otherwise pull backwards.
    """
    if not math.isfinite(posture.upper_trunk_deg):
        return math.nan
    rest_deg = posture.upright_arm_deg
    at_rest = PostureChange(0.0, arm_elevation_deg=rest_deg, upright_arm_deg=rest_deg)
    upright = moment_about_t8(at_rest, arms_supported=arms_supported)
    return max(0.0, moment_about_t8(posture, arms_supported=arms_supported) / upright)


def moment_about_t8(posture: PostureChange, *, arms_supported: bool) -> float:
    """Static moment about T8, forward positive, as a multiple of body weight times body height."""
    tilt = min(MOST_TILT_DEG, max(-MOST_TILT_DEG, UPRIGHT_TRUNK_DEG + posture.upper_trunk_deg))
    trunk_x = UPPER_TRUNK_LENGTH * math.sin(math.radians(tilt))
    head_x = HEAD_REACH * math.sin(math.radians(UPRIGHT_HEAD_DEG))
    head_x += posture.head_forward_cm / 100 / HEIGHT_M
    moment = UPPER_TRUNK_MASS * trunk_x / 2 + HEAD_MASS * (trunk_x + head_x)
    if arms_supported:
        return moment
    arm_sine = math.sin(math.radians(posture.arm_elevation_deg))
    shoulder_x = SHOULDER_LEVEL * trunk_x
    elbow_x = shoulder_x + UPPER_ARM_LENGTH * arm_sine
    upper_arm_x = shoulder_x + UPPER_ARM_CENTRE * UPPER_ARM_LENGTH * arm_sine
    moment += UPPER_ARM_MASS * upper_arm_x
    return moment + FOREARM_HAND_MASS * (elbow_x + FOREARM_REACH)


def change(now: float, upright: float) -> float:
    """now - upright, NaN when either is unknown."""
    return now - upright if math.isfinite(now) and math.isfinite(upright) else math.nan


def _arms_deg(angles: Angles, upright: Angles) -> tuple[float, float]:
    """Elevation of the upper arms now and when upright, means of those that were seen both times.

    Arms that cannot be compared count as unchanged; where neither was seen upright, upright is
    taken to be UPRIGHT_ARM_DEG.
    """
    now, then = (
        np.array([one.upper_arm_elevation_left_deg, one.upper_arm_elevation_right_deg])
        for one in (angles, upright)
    )
    if np.isnan(then).all():
        then = np.full(2, UPRIGHT_ARM_DEG)
    both = np.isfinite(now) & np.isfinite(then)
    if not both.any():
        return UPRIGHT_ARM_DEG, UPRIGHT_ARM_DEG
    return float(now[both].mean()), float(then[both].mean())


def _or(value: float, fallback: float) -> float:
    return value if math.isfinite(value) else fallback
