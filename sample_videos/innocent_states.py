"""What people do without slouching, as changes against upright."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .posture import Posture
from .state_details import random_side, varied, work_hands


def upright(depth: float, rng: np.random.Generator) -> Posture:
    left, right = work_hands(rng, "lap")
    return Posture(
        thoracic_flexion_deg=rng.normal(0, 0.6),
        trunk_lean_deg=rng.normal(0, 1.0) * (0.5 + depth),
        head_pitch_deg=rng.normal(0, 2.0),
        head_yaw_deg=rng.normal(0, 3.0),
        left_hand=left,
        right_hand=right,
    )


def looking_down(depth: float, rng: np.random.Generator) -> Posture:
    left, right = work_hands(rng, "phone_low", "phone_desk")
    pitch = varied(depth, rng, 14, 45)
    return Posture(
        thoracic_flexion_deg=rng.uniform(0, 2.0),
        neck_flexion_deg=pitch * rng.uniform(0.2, 0.4),
        head_pitch_deg=pitch,
        head_yaw_deg=rng.normal(0, 6),
        left_hand=left,
        right_hand=right,
    )


def turning(depth: float, rng: np.random.Generator) -> Posture:
    side = random_side(rng)
    left, right = work_hands(rng, "lap")
    whole = rng.random()
    twist = varied(depth, rng, 8, 34) if whole > 0.4 else rng.uniform(0, 5)
    chair = varied(depth, rng, 8, 40) if whole > 0.75 else 0.0
    return Posture(
        twist_deg=side * (twist if chair == 0.0 else 0.3 * twist),
        chair_turn_deg=side * chair,
        head_yaw_deg=side * varied(depth, rng, 18, 52),
        head_pitch_deg=rng.uniform(-6, 10),
        left_hand=left,
        right_hand=right,
    )


def reaching(depth: float, rng: np.random.Generator) -> Posture:
    side = random_side(rng)
    forward = rng.random() < 0.5
    hand = ("reach_forward" if forward else "reach_side", 1.0)
    rest = ("keyboard" if rng.random() < 0.5 else "lap", 1.0)
    return Posture(
        trunk_lean_deg=varied(depth, rng, 5, 20) if forward else rng.uniform(0, 6),
        lumbar_flexion_deg=rng.uniform(0, 2.5),
        thoracic_flexion_deg=rng.uniform(0, 1.5),
        lateral_bend_deg=0.0 if forward else side * varied(depth, rng, 3, 14),
        twist_deg=-side * varied(depth, rng, 3, 14) if forward else side * rng.uniform(0, 10),
        neck_flexion_deg=rng.uniform(0, 5),
        head_pitch_deg=rng.uniform(0, 20),
        head_yaw_deg=side * (rng.uniform(0, 15) if forward else rng.uniform(10, 45)),
        protraction_left_cm=3.0 if side > 0 and forward else 0.0,
        protraction_right_cm=3.0 if side < 0 and forward else 0.0,
        left_hand=(hand,) if side > 0 else (rest,),
        right_hand=(hand,) if side < 0 else (rest,),
    )


def nearer(depth: float, rng: np.random.Generator) -> Posture:
    return replace(
        upright(0.3, rng),
        chair_forward_cm=varied(depth, rng, 4, 16),
        chair_left_cm=rng.normal(0, 3),
    )


def farther(depth: float, rng: np.random.Generator) -> Posture:
    return replace(
        upright(0.3, rng),
        chair_forward_cm=-varied(depth, rng, 5, 28),
        chair_left_cm=rng.normal(0, 4),
    )


def leaning_back(depth: float, rng: np.random.Generator) -> Posture:
    places = [("lap", "lap"), ("armrest", "armrest"), ("armrest", "mouse"), ("behind_head",) * 2]
    left, right = places[int(rng.integers(len(places)))]
    recline = varied(depth, rng, 8, 22)
    return Posture(
        chair_recline_deg=recline,
        thoracic_flexion_deg=rng.uniform(-1, 2),
        head_pitch_deg=-recline * rng.uniform(0.0, 0.5),
        left_hand=((left, 1.0),),
        right_hand=((right, 1.0),),
    )


def leaning_in(depth: float, rng: np.random.Generator) -> Posture:
    left, right = work_hands(rng)
    return Posture(
        trunk_lean_deg=varied(depth, rng, 8, 25),
        lumbar_flexion_deg=rng.uniform(-2, 1.5),
        thoracic_flexion_deg=rng.uniform(-1, 1.5),
        neck_flexion_deg=-rng.uniform(0, 5),
        head_pitch_deg=rng.uniform(-4, 8),
        left_hand=left,
        right_hand=right,
    )


def drinking(depth: float, rng: np.random.Generator) -> Posture:
    cup, rest = (("mouth_cup", 1.0),), ((str(rng.choice(["keyboard", "lap", "desk"])), 1.0),)
    left_handed = rng.random() < 0.4
    return Posture(
        thoracic_flexion_deg=rng.uniform(-1, 1),
        head_pitch_deg=-varied(depth, rng, 2, 18),
        neck_flexion_deg=-rng.uniform(0, 4),
        elevation_left_cm=1.0 if left_handed else 0.0,
        elevation_right_cm=0.0 if left_handed else 1.0,
        left_hand=cup if left_handed else rest,
        right_hand=rest if left_handed else cup,
    )


def hand_on_chin(depth: float, rng: np.random.Generator) -> Posture:
    chin, rest = (("chin", 1.0),), ((str(rng.choice(["desk", "lap", "mouse"])), 1.0),)
    left_handed = rng.random() < 0.5
    rest = (("desk", 1.0),) if not left_handed and rest[0][0] == "mouse" else rest
    return Posture(
        trunk_lean_deg=varied(depth, rng, 3, 12),
        thoracic_flexion_deg=rng.uniform(-1, 2.5),
        head_roll_deg=(1 if left_handed else -1) * rng.uniform(0, 8),
        head_pitch_deg=rng.uniform(-4, 10),
        left_hand=chin if left_handed else rest,
        right_hand=rest if left_handed else chin,
    )


def talking(depth: float, rng: np.random.Generator) -> Posture:
    left, right = work_hands(rng, "gesture", "gesture")
    return Posture(
        thoracic_flexion_deg=rng.uniform(-1, 1.5),
        trunk_lean_deg=rng.uniform(-2, 4),
        head_pitch_deg=rng.normal(0, 5) * (0.5 + depth),
        head_yaw_deg=rng.normal(0, 10) * (0.5 + depth),
        head_roll_deg=rng.normal(0, 4),
        jaw_deg=rng.uniform(0, 12),
        left_hand=left,
        right_hand=right,
    )


def shrug(depth: float, rng: np.random.Generator) -> Posture:
    left, right = work_hands(rng, "gesture", "lap")
    return Posture(
        elevation_left_cm=varied(depth, rng, 2.5, 6),
        elevation_right_cm=varied(depth, rng, 2.5, 6),
        protraction_left_cm=rng.uniform(-1, 1),
        protraction_right_cm=rng.uniform(-1, 1),
        head_roll_deg=rng.normal(0, 4),
        left_hand=left,
        right_hand=right,
    )


def away(_depth: float, rng: np.random.Generator) -> Posture:
    side = random_side(rng)
    return Posture(
        standing=1.0,
        chair_forward_cm=-20.0,
        walk_forward_cm=-25.0,
        walk_left_cm=side * 330.0,
        walk_turn_deg=side * 80.0,
        left_hand=(("hanging", 1.0),),
        right_hand=(("hanging", 1.0),),
    )
