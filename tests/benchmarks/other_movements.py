"""The named states as an animator makes them who turns one joint after another.

sample_videos moves a body as a whole: who slumps rolls the pelvis back to keep the balance. Nothing
here does. The pelvis stays or goes its own way, the bend begins anywhere in the spine, the gaze is
kept or not. Nothing was ever trained on these (some limits were weighed with them): they show what
happens when people move otherwise than our pictures.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sample_videos.posture import HandMix, Posture
from sample_videos.states import state_posture

DEEPEST_DEG, MILDEST_DEG = 40.0, 10.0
HANDS = (
    ("keyboard", "keyboard"),
    ("keyboard", "mouse"),
    ("lap", "lap"),
    ("desk", "desk"),
    ("armrest", "armrest"),
)


def other_posture(name: str, depth: float, rng: np.random.Generator) -> Posture:
    """The change against one's own upright that makes a named state, as `state_posture` has it."""
    hands = HANDS[int(rng.integers(len(HANDS)))]
    left: HandMix = ((hands[0], 1.0),)
    right: HandMix = ((hands[1], 1.0),)
    makers = {
        "slumped": _slumped,
        "hunched": _hunched,
        "slid_down": _slid_down,
        "slumped_left": _slumped_left,
        "slumped_right": _slumped_right,
        "folded_over_phone": _folded,
        "leaning_in": _leaning_in,
        "looking_down": _looking_down,
        "turning": _turning,
        "reaching": _reaching,
        "leaning_back": _leaning_back,
        "shrug": _shrug,
    }
    if name not in makers:
        return state_posture(name, depth, rng)
    made = makers[name](depth, rng)
    if name == "reaching":
        return replace(made, left_hand=(("reach_forward", 1.0),), right_hand=right)
    if name == "folded_over_phone":
        phone: HandMix = (("phone_low", 1.0),)
        return replace(made, left_hand=phone, right_hand=phone)
    return replace(made, left_hand=left, right_hand=right)


def _bend(depth: float, rng: np.random.Generator) -> Posture:
    flexion = MILDEST_DEG + depth * (DEEPEST_DEG - MILDEST_DEG)
    low = rng.uniform(0.3, 0.7)
    return Posture(lumbar_flexion_deg=low * flexion, thoracic_flexion_deg=(1 - low) * flexion)


def _slumped(depth: float, rng: np.random.Generator) -> Posture:
    bent = _bend(depth, rng)
    flexion = bent.lumbar_flexion_deg + bent.thoracic_flexion_deg
    return replace(
        bent,
        pelvis_tilt_deg=-rng.uniform(0, 0.6) * flexion,
        neck_flexion_deg=rng.uniform(-5, 15),
        head_pitch_deg=rng.uniform(0, 0.6) * flexion,
        elevation_left_cm=-rng.uniform(0, 3),
        elevation_right_cm=-rng.uniform(0, 3),
    )


def _hunched(depth: float, rng: np.random.Generator) -> Posture:
    flexion = MILDEST_DEG + depth * (DEEPEST_DEG - MILDEST_DEG)
    return Posture(
        lumbar_flexion_deg=0.15 * flexion,
        thoracic_flexion_deg=0.85 * flexion,
        neck_flexion_deg=rng.uniform(8, 25),
        head_pitch_deg=rng.uniform(-5, 12),
        protraction_left_cm=rng.uniform(0, 4),
        protraction_right_cm=rng.uniform(0, 4),
    )


def _slid_down(depth: float, rng: np.random.Generator) -> Posture:
    bent = _bend(depth, rng)
    flexion = bent.lumbar_flexion_deg + bent.thoracic_flexion_deg
    return replace(
        bent,
        hip_slide_cm=rng.uniform(8, 20),
        pelvis_tilt_deg=-rng.uniform(8, 25) - 0.3 * flexion,
        neck_flexion_deg=rng.uniform(5, 25),
        head_pitch_deg=rng.uniform(-8, 8),
    )


def _slumped_side(side: float, depth: float, rng: np.random.Generator) -> Posture:
    return replace(
        _bend(0.5 * depth, rng),
        lateral_bend_deg=side * rng.uniform(8, 25),
        head_roll_deg=side * rng.uniform(0, 15),
        head_pitch_deg=rng.uniform(-5, 8),
    )


def _slumped_left(depth: float, rng: np.random.Generator) -> Posture:
    return _slumped_side(1.0, depth, rng)


def _slumped_right(depth: float, rng: np.random.Generator) -> Posture:
    return _slumped_side(-1.0, depth, rng)


def _folded(depth: float, rng: np.random.Generator) -> Posture:
    return replace(
        _bend(depth, rng),
        neck_flexion_deg=rng.uniform(5, 25),
        head_pitch_deg=rng.uniform(25, 50),
    )


def _leaning_in(depth: float, rng: np.random.Generator) -> Posture:
    lean, kept = 6 + 19 * depth, rng.uniform(0, 1)
    return Posture(
        trunk_lean_deg=lean,
        head_pitch_deg=lean * (1 - kept),
        neck_flexion_deg=-lean * kept * rng.uniform(0, 0.5),
    )


def _looking_down(depth: float, rng: np.random.Generator) -> Posture:
    return Posture(neck_flexion_deg=rng.uniform(0, 12), head_pitch_deg=12 + 33 * depth)


def _turning(depth: float, rng: np.random.Generator) -> Posture:
    side = 1.0 if rng.random() < 0.5 else -1.0
    return Posture(head_yaw_deg=side * (15 + 40 * depth), twist_deg=rng.uniform(-15, 15))


def _reaching(depth: float, _rng: np.random.Generator) -> Posture:
    return Posture(trunk_lean_deg=15 * depth)


def _leaning_back(depth: float, rng: np.random.Generator) -> Posture:
    return Posture(chair_recline_deg=5 + 15 * depth, head_pitch_deg=rng.uniform(-8, 2))


def _shrug(depth: float, rng: np.random.Generator) -> Posture:
    return Posture(
        elevation_left_cm=1 + 4 * depth * rng.uniform(0.5, 1),
        elevation_right_cm=1 + 4 * depth * rng.uniform(0.5, 1),
    )
