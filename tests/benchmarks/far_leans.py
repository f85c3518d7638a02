"""People who lie far back in their chairs or hang far over their knees, backs straight or bent.

What somebody does at a desk leans by some 25 degrees at most, and so do all other test people. Real
ones recline, and bend down. Written apart from what the networks learned of such postures
(models/far_postures.py): these recline with the chair and look where they looked before, slide down
with the trunk as it comes, and lean in or hunch from the hips.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sample_videos.posture import Posture
from sample_videos.states import state_posture

FAR_SLOUCHES = ("slid_down", "hunched")
FAR_INNOCENT = ("leaning_back", "leaning_in")
RESTING = ("lap", "armrest", "phone_low")
FORWARD = ("lap", "desk", "keyboard")


def far_lean(name: str, depth: float, rng: np.random.Generator) -> Posture:
    """The change against one's own upright that makes a named state, far over or far back."""
    makers = {
        "leaning_back": _leaning_back,
        "leaning_in": _leaning_in,
        "slid_down": _slid_down,
        "hunched": _hunched,
    }
    if name not in makers:
        return state_posture(name, depth, rng)
    hands = RESTING if name in ("leaning_back", "slid_down") else FORWARD
    place = str(rng.choice(hands))
    made = makers[name](depth, rng)
    return replace(made, left_hand=((place, 1.0),), right_hand=((place, 1.0),))


def _leaning_back(depth: float, rng: np.random.Generator) -> Posture:
    recline = 18 + 24 * depth
    level = rng.uniform(0.5, 1.0)
    return Posture(
        chair_recline_deg=recline,
        neck_flexion_deg=level * recline * rng.uniform(0.3, 0.7),
        head_pitch_deg=-(1 - level) * recline,
    )


def _leaning_in(depth: float, rng: np.random.Generator) -> Posture:
    lean, level = 22 + 24 * depth, rng.uniform(0.2, 1.0)
    return Posture(
        trunk_lean_deg=lean,
        neck_flexion_deg=-0.4 * level * lean,
        head_pitch_deg=(1 - level) * lean,
    )


def _slid_down(depth: float, rng: np.random.Generator) -> Posture:
    flexion, low = 14 + 22 * depth, rng.uniform(0.4, 0.8)
    back = rng.uniform(15, 30) + 0.4 * flexion
    return Posture(
        hip_slide_cm=8 + 12 * depth,
        pelvis_tilt_deg=-back,
        lumbar_flexion_deg=low * flexion,
        thoracic_flexion_deg=(1 - low) * flexion,
        neck_flexion_deg=rng.uniform(0.4, 0.9) * back,
        head_pitch_deg=rng.uniform(-10, 5),
    )


def _hunched(depth: float, rng: np.random.Generator) -> Posture:
    flexion, low = 14 + 24 * depth, rng.uniform(0.2, 0.6)
    return Posture(
        trunk_lean_deg=rng.uniform(12, 30),
        lumbar_flexion_deg=low * flexion,
        thoracic_flexion_deg=(1 - low) * flexion,
        neck_flexion_deg=rng.uniform(-5, 12),
        head_pitch_deg=rng.uniform(5, 40),
        protraction_left_cm=rng.uniform(0, 3),
        protraction_right_cm=rng.uniform(0, 3),
    )
