"""Postures farther than people at a desk mostly go: reclined with the hips forward, bent far over.

The named states of sample_videos lean back by 22 degrees and in by 25 at most. Real people hang in
their chairs and lie over their knees. A back may be straight or bent in both; what is learned from
these keeps networks from taking everything far for the nearest thing they know.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sample_videos.posture import HandMix, Posture
from sample_videos.state_details import pelvis_roll

RECLINED_HANDS = ("lap", "armrest", "keyboard", "desk", "phone_low", "behind_head")
FORWARD_HANDS = ("lap", "keyboard", "desk", "phone_low", "reach_forward", "hanging", "chin")


def far_posture(random: np.random.Generator) -> tuple[str, Posture]:
    """A state's name and the change against one's own upright."""
    makers = (reclined, hung, bent_over, folded_over)
    state, change = makers[int(random.integers(len(makers)))](random)
    return state, replace(
        change,
        head_yaw_deg=random.normal(0, 8),
        head_roll_deg=random.normal(0, 3),
        twist_deg=random.normal(0, 4),
        lateral_bend_deg=random.normal(0, 2),
        chair_left_cm=random.normal(0, 4),
    )


def reclined(random: np.random.Generator) -> tuple[str, Posture]:
    """A straight back that lies far back; on many chairs the hips go forward for it."""
    back = random.uniform(12, 45)
    tilted = back * random.choice([0.0, random.random(), 1.0])
    return "leaning_back", Posture(
        trunk_lean_deg=-(back - tilted),
        chair_recline_deg=tilted,
        hip_slide_cm=random.uniform(0, 20) if random.random() < 0.45 else 0.0,
        lumbar_flexion_deg=random.uniform(-2, 2),
        thoracic_flexion_deg=random.uniform(-2, 1.5),
        neck_flexion_deg=random.uniform(0.0, 0.9) * back,
        head_pitch_deg=-back * random.uniform(0.0, 0.6) + random.normal(0, 5),
        chair_forward_cm=random.normal(0, 6),
        left_hand=_hand(RECLINED_HANDS, random),
        right_hand=_hand(RECLINED_HANDS, random),
    )


def hung(random: np.random.Generator) -> tuple[str, Posture]:
    """Hung in the chair: as far back, hips forward, with a bent back."""
    slide = random.uniform(8, 28)
    lumbar, thoracic = random.uniform(5, 26), random.uniform(4, 18)
    roll = pelvis_roll(lumbar, thoracic, slide, -random.uniform(0, 18))
    reclined_deg = max(0.0, -(roll + lumbar + thoracic))
    return "slid_down", Posture(
        hip_slide_cm=slide,
        pelvis_tilt_deg=roll,
        lumbar_flexion_deg=lumbar,
        thoracic_flexion_deg=thoracic,
        neck_flexion_deg=random.uniform(0, 16) + random.uniform(0.3, 1.0) * reclined_deg,
        head_pitch_deg=random.normal(0, 8),
        protraction_left_cm=random.uniform(-0.5, 3),
        protraction_right_cm=random.uniform(-0.5, 3),
        elevation_left_cm=random.uniform(-1, 2),
        elevation_right_cm=random.uniform(-1, 2),
        chair_forward_cm=random.normal(0, 6),
        left_hand=_hand(RECLINED_HANDS, random),
        right_hand=_hand(RECLINED_HANDS, random),
    )


def bent_over(random: np.random.Generator) -> tuple[str, Posture]:
    """A straight back that comes far forward from the hips."""
    lean = random.uniform(18, 50)
    return "leaning_in", Posture(
        trunk_lean_deg=lean,
        lumbar_flexion_deg=random.uniform(-2, 2),
        thoracic_flexion_deg=random.uniform(-2, 1.5),
        neck_flexion_deg=-random.uniform(0, 0.5) * lean,
        head_pitch_deg=random.uniform(0, 0.7) * lean + random.normal(0, 5),
        chair_forward_cm=-random.uniform(0, 0.6) * lean + random.normal(0, 4),
        left_hand=_hand(FORWARD_HANDS, random),
        right_hand=_hand(FORWARD_HANDS, random),
    )


def folded_over(random: np.random.Generator) -> tuple[str, Posture]:
    """A bent back that comes far forward as well."""
    flexion, low = random.uniform(12, 45), random.uniform(0.15, 0.75)
    lean = random.uniform(5, 35)
    return "hunched", Posture(
        trunk_lean_deg=lean,
        pelvis_tilt_deg=-random.uniform(0.0, 0.6) * flexion,
        lumbar_flexion_deg=low * flexion,
        thoracic_flexion_deg=(1 - low) * flexion,
        neck_flexion_deg=random.uniform(-0.3, 0.6) * flexion,
        head_pitch_deg=random.uniform(0, 50),
        protraction_left_cm=random.uniform(0, 4),
        protraction_right_cm=random.uniform(0, 4),
        elevation_left_cm=random.uniform(-1, 2),
        elevation_right_cm=random.uniform(-1, 2),
        chair_forward_cm=-random.uniform(0, 0.6) * lean + random.normal(0, 4),
        left_hand=_hand(FORWARD_HANDS, random),
        right_hand=_hand(FORWARD_HANDS, random),
    )


def _hand(places: tuple[str, ...], random: np.random.Generator) -> HandMix:
    return ((str(random.choice(places)), 1.0),)
