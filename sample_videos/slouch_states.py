"""The slouches, as changes against upright. The back really bends in each of them."""

from __future__ import annotations

import numpy as np

from .posture import Posture
from .state_details import pelvis_roll, varied, work_hands


def slumped(depth: float, rng: np.random.Generator) -> Posture:
    left, right = work_hands(rng, "lap")
    lumbar, thoracic = varied(depth, rng, 6, 21), varied(depth, rng, 4, 15)
    slide = varied(depth, rng, 0, 4)
    return Posture(
        pelvis_tilt_deg=pelvis_roll(lumbar, thoracic, slide, rng.uniform(-2, 6)),
        hip_slide_cm=slide,
        lumbar_flexion_deg=lumbar,
        thoracic_flexion_deg=thoracic,
        neck_flexion_deg=varied(depth, rng, 3, 15),
        head_pitch_deg=rng.uniform(-4, 8),
        protraction_left_cm=varied(depth, rng, 0.8, 4),
        protraction_right_cm=varied(depth, rng, 0.8, 4),
        elevation_left_cm=rng.uniform(-1, 0.5),
        elevation_right_cm=rng.uniform(-1, 0.5),
        left_hand=left,
        right_hand=right,
    )


def hunched(depth: float, rng: np.random.Generator) -> Posture:
    left, right = work_hands(rng)
    lumbar, thoracic = varied(depth, rng, 2, 9), varied(depth, rng, 8, 24)
    return Posture(
        pelvis_tilt_deg=pelvis_roll(lumbar, thoracic, 0.0, varied(depth, rng, 1, 8)),
        lumbar_flexion_deg=lumbar,
        thoracic_flexion_deg=thoracic,
        neck_flexion_deg=varied(depth, rng, 6, 20),
        head_pitch_deg=rng.uniform(-6, 8),
        protraction_left_cm=varied(depth, rng, 1.2, 5),
        protraction_right_cm=varied(depth, rng, 1.2, 5),
        elevation_left_cm=rng.uniform(0, 2),
        elevation_right_cm=rng.uniform(0, 2),
        left_hand=left,
        right_hand=right,
    )


def slid_down(depth: float, rng: np.random.Generator) -> Posture:
    places = [
        ("lap", "lap"),
        ("armrest", "armrest"),
        ("armrest", "mouse"),
        ("phone_low", "phone_low"),
    ]
    left, right = places[int(rng.integers(len(places)))]
    slide = varied(depth, rng, 6, 21)
    lumbar, thoracic = varied(depth, rng, 7, 20), varied(depth, rng, 5, 13)
    # The upper back stays on the backrest while the hips go: the trunk reclines with the slide.
    shoulders = -varied(depth, rng, 3, 13)
    roll = pelvis_roll(lumbar, thoracic, slide, shoulders)
    # The reclined chest would take the gaze to the ceiling: the neck brings the head forward again.
    reclined = max(0.0, -(roll + lumbar + thoracic))
    return Posture(
        hip_slide_cm=slide,
        pelvis_tilt_deg=roll,
        lumbar_flexion_deg=lumbar,
        thoracic_flexion_deg=thoracic,
        neck_flexion_deg=varied(depth, rng, 4, 16) + rng.uniform(0.5, 1.0) * reclined,
        head_pitch_deg=rng.uniform(-6, 8),
        protraction_left_cm=varied(depth, rng, 0.5, 3),
        protraction_right_cm=varied(depth, rng, 0.5, 3),
        elevation_left_cm=rng.uniform(-0.5, 1.5),
        elevation_right_cm=rng.uniform(-0.5, 1.5),
        lateral_bend_deg=rng.normal(0, 2),
        left_hand=((left, 1.0),),
        right_hand=((right, 1.0),),
    )


def slumped_side(side: float, depth: float, rng: np.random.Generator) -> Posture:
    bend = side * varied(depth, rng, 8, 22)
    near = rng.choice(["armrest", "chin", "desk"])
    far = rng.choice(["mouse" if side > 0 else "keyboard", "lap"])
    left, right = (near, far) if side > 0 else (far, near)
    lumbar, thoracic = varied(depth, rng, 5, 15), varied(depth, rng, 5, 12)
    return Posture(
        pelvis_tilt_deg=pelvis_roll(lumbar, thoracic, 0.0, rng.uniform(-5, 4)),
        lumbar_flexion_deg=lumbar,
        thoracic_flexion_deg=thoracic,
        lateral_bend_deg=bend,
        twist_deg=rng.normal(0, 4),
        neck_flexion_deg=varied(depth, rng, 2, 10),
        head_pitch_deg=rng.uniform(-4, 8),
        head_roll_deg=bend * rng.uniform(0.1, 0.8),
        protraction_left_cm=varied(depth, rng, 0.5, 3),
        protraction_right_cm=varied(depth, rng, 0.5, 3),
        elevation_left_cm=rng.uniform(0, 2.5) if side > 0 else 0.0,
        elevation_right_cm=rng.uniform(0, 2.5) if side < 0 else 0.0,
        left_hand=((str(left), 1.0),),
        right_hand=((str(right), 1.0),),
    )


def slumped_left(depth: float, rng: np.random.Generator) -> Posture:
    return slumped_side(1.0, depth, rng)


def slumped_right(depth: float, rng: np.random.Generator) -> Posture:
    return slumped_side(-1.0, depth, rng)


def folded_over_phone(depth: float, rng: np.random.Generator) -> Posture:
    lumbar, thoracic = varied(depth, rng, 6, 20), varied(depth, rng, 6, 20)
    place = str(rng.choice(["phone_low", "phone_desk"]))
    return Posture(
        pelvis_tilt_deg=pelvis_roll(lumbar, thoracic, 0.0, varied(depth, rng, 0, 10)),
        lumbar_flexion_deg=lumbar,
        thoracic_flexion_deg=thoracic,
        neck_flexion_deg=varied(depth, rng, 8, 26),
        head_pitch_deg=varied(depth, rng, 22, 48),
        protraction_left_cm=varied(depth, rng, 1, 4),
        protraction_right_cm=varied(depth, rng, 1, 4),
        left_hand=((place, 1.0),),
        right_hand=((place, 1.0),),
    )
