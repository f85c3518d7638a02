"""Postures drawn joint by joint, without a story.

In the named states the parts of the body move together in our own way: who slumps rolls the
pelvis back, who leans in keeps the neck. Real people have other ways. Here every joint is drawn on
its own within what a seated body can do, so that what is learned from it holds for any of them: a
bent back may go with any pelvis, a straight one with any lean.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .posture import HandMix, Posture
from .state_details import pelvis_roll

STRAIGHT, BENT = "straight", "bent"
BENT_SHARE = 0.5
FREE_HANDS = (
    *("keyboard", "mouse", "desk", "lap", "armrest") * 2,
    *("chin", "phone_low", "phone_desk", "gesture", "hanging", "reach_forward", "mouth_cup"),
)
MOST_NECK_EXTENSION_DEG = 45.0
"""Of the head against the upper back."""
TRUNK_CM = 50.0
"""From the hips to the shoulders of an average sitter."""


def free_posture(random: np.random.Generator) -> tuple[str, Posture]:
    """`STRAIGHT` or `BENT`, and the change against one's own upright."""
    if random.random() < BENT_SHARE:
        return BENT, _around(_bent(random), random)
    return STRAIGHT, _around(_straight(random), random)


def _bent(random: np.random.Generator) -> Posture:
    flexion, low = random.uniform(4, 45), random.uniform(0.1, 0.9)
    lumbar, thoracic = low * flexion, (1 - low) * flexion
    slide = _sometimes(0.4, random.uniform(0, 22), random)
    if random.random() < 0.5:
        pelvis = pelvis_roll(lumbar, thoracic, slide, random.normal(0, 7))
    else:
        pelvis = -random.uniform(-0.2, 1.0) * flexion - random.uniform(0, 1.5) * slide
    pelvis = float(np.clip(pelvis, -50, 20))
    chest = pelvis + flexion
    pitch = random.normal(0, 6) + (1 - np.sqrt(random.random())) * max(chest, 0.0)
    pitch += _sometimes(0.2, random.uniform(15, 45), random)
    neck = random.uniform(-5, 25) + random.uniform(0, 1) * max(-chest, 0.0)
    return Posture(
        pelvis_tilt_deg=pelvis,
        hip_slide_cm=slide,
        hip_sink_cm=_sometimes(0.5, random.uniform(0, 3), random),
        lumbar_flexion_deg=lumbar,
        thoracic_flexion_deg=thoracic,
        neck_flexion_deg=min(neck, MOST_NECK_EXTENSION_DEG + pitch - chest),
        head_pitch_deg=pitch,
        lateral_bend_deg=random.normal(0, 2) + _sometimes(0.3, random.uniform(-25, 25), random),
        protraction_left_cm=random.uniform(-0.5, 4.5),
        protraction_right_cm=random.uniform(-0.5, 4.5),
        elevation_left_cm=random.uniform(-3, 2.5),
        elevation_right_cm=random.uniform(-3, 2.5),
    )


def _straight(random: np.random.Generator) -> Posture:
    way = random.random()
    lean = random.uniform(3, 28) if way < 0.35 else random.normal(0, 3)
    recline = random.uniform(3, 25) if way > 0.8 else 0.0
    slide = _sometimes(0.1, random.uniform(2, 12), random)
    down = _sometimes(0.25, random.uniform(12, 48), random)
    pitch = random.normal(0, 6) + (1 - np.sqrt(random.random())) * (lean - recline) + down
    return Posture(
        trunk_lean_deg=lean - np.degrees(np.arcsin(slide / TRUNK_CM)),
        chair_recline_deg=recline,
        hip_slide_cm=slide,
        hip_sink_cm=random.normal(0, 0.7),
        lumbar_flexion_deg=random.normal(0, 1.2),
        thoracic_flexion_deg=random.normal(0, 1.2),
        neck_flexion_deg=random.uniform(-6, 6) + random.uniform(0, 0.4) * down,
        head_pitch_deg=pitch,
        lateral_bend_deg=random.normal(0, 1.5) + _sometimes(0.15, random.uniform(-14, 14), random),
        protraction_left_cm=random.normal(0, 1) + _sometimes(0.15, random.uniform(0, 4), random),
        protraction_right_cm=random.normal(0, 1) + _sometimes(0.15, random.uniform(0, 4), random),
        elevation_left_cm=random.normal(0, 0.6) + _sometimes(0.2, random.uniform(0, 6), random),
        elevation_right_cm=random.normal(0, 0.6) + _sometimes(0.2, random.uniform(0, 6), random),
    )


def _around(posture: Posture, random: np.random.Generator) -> Posture:
    """The same with hands somewhere, the head turned, and the chair moved."""
    return replace(
        posture,
        head_yaw_deg=random.normal(0, 8) + _sometimes(0.15, random.uniform(-55, 55), random),
        head_roll_deg=0.4 * posture.lateral_bend_deg + random.normal(0, 5),
        twist_deg=random.normal(0, 4) + _sometimes(0.15, random.uniform(-30, 30), random),
        chair_forward_cm=random.normal(-2, random.uniform(2, 14)),
        chair_left_cm=random.normal(0, random.uniform(1, 8)),
        chair_turn_deg=random.normal(0, 4) + _sometimes(0.1, random.uniform(-40, 40), random),
        jaw_deg=_sometimes(0.2, random.uniform(0, 12), random),
        left_hand=_hand(random),
        right_hand=_hand(random),
    )


def _hand(random: np.random.Generator) -> HandMix:
    return ((str(random.choice(FREE_HANDS)), 1.0),)


def _sometimes(share: float, value: float, random: np.random.Generator) -> float:
    return value if random.random() < share else 0.0
