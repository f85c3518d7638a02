"""Where the hands go: named places, resolved against the posed body and the workplace."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .body_data import Array
from .posture import HandMix
from .skeleton import Skeleton, frame, pose_limb, unit
from .workplace import Workplace

HAND_PLACES: tuple[str, ...] = (
    "keyboard",
    "mouse",
    "desk",
    "lap",
    "armrest",
    "chin",
    "mouth_cup",
    "phone_low",
    "phone_desk",
    "reach_forward",
    "reach_side",
    "behind_head",
    "gesture",
    "hanging",
)
ON_DESK = ("keyboard", "mouse", "desk", "reach_forward", "reach_side")


@dataclass(frozen=True)
class HandGoal:
    """wrist: place (3,). fingers, palm: directions the fingers point and the palm faces.
    elbow: direction to which the elbow points. All in world axes."""

    wrist: Array
    fingers: Array
    palm: Array
    elbow: Array


def pose_arm(skeleton: Skeleton, side: str, mix: HandMix, workplace: Workplace) -> HandGoal:
    """Reach with the arm of `side` ("L" or "R") for a mixture of places; returns the goal."""
    goals = [(_reachable(skeleton, side, name, workplace), weight) for name, weight in mix]
    goal = _mixed(goals)
    hand_turn = frame(goal.fingers, goal.palm) @ frame(*_rest_hand(skeleton, side)).T
    bones = tuple(
        f"{bone}.{side}"
        for bone in ("upperarm01", "upperarm02", "lowerarm01", "lowerarm02", "wrist")
    )
    pose_limb(
        skeleton,
        (bones[0], bones[1], bones[2], bones[3], bones[4]),
        goal.wrist,
        goal.elbow,
        hand_turn,
    )
    return goal


def _mixed(goals: list[tuple[HandGoal, float]]) -> HandGoal:
    if len(goals) == 1:
        return goals[0][0]
    wrist = sum((w * g.wrist for g, w in goals), np.zeros(3))
    # Between two places the hand travels in an arc above the straight line.
    spread = 1.0 - sum(w**2 for _, w in goals)
    lift = np.array([0.0, 0.12 * spread, 0.06 * spread])
    return HandGoal(
        wrist + lift,
        unit(sum((w * g.fingers for g, w in goals), np.zeros(3))),
        unit(sum((w * g.palm for g, w in goals), np.array([0.0, -1e-3, 0.0]))),
        unit(sum((w * g.elbow for g, w in goals), np.zeros(3))),
    )


def _rest_hand(skeleton: Skeleton, side: str) -> tuple[Array, Array]:
    """Directions of fingers and palm at rest."""
    body = skeleton.body
    wrist = body.head_of(f"wrist.{side}")
    index, middle, little = (body.head_of(f"finger{i}-1.{side}") for i in (2, 3, 5))
    fingers = unit(middle - wrist)
    across = unit(index - little)
    palm = np.cross(fingers, across) if side == "L" else np.cross(across, fingers)
    return fingers, unit(palm)


def _reachable(skeleton: Skeleton, side: str, name: str, workplace: Workplace) -> HandGoal:
    """The goal of a place, drawn nearer along the desk, then to the lap, when the arm is short."""
    goal = _goal(skeleton, side, name, workplace)
    if name not in ON_DESK or name.startswith("reach"):
        return goal
    body = skeleton.body
    length = sum(
        float(np.linalg.norm(body.head_of(f"{b}.{side}") - body.head_of(f"{a}.{side}")))
        for a, b in (("upperarm01", "lowerarm01"), ("lowerarm01", "wrist"))
    )
    skeleton.follow(f"upperarm01.{side}")
    shoulder = skeleton.place(f"upperarm01.{side}")
    aside = goal.wrist[[0, 1]] - shoulder[[0, 1]]
    span = (0.97 * length) ** 2 - float(aside @ aside)
    farthest = shoulder[2] + np.sqrt(max(span, 0.0))
    # The wrist may lie on the desk's edge but not fall behind it.
    edge = workplace.desk_edge - 0.01
    if farthest >= goal.wrist[2]:
        return goal
    near = HandGoal(
        np.array([goal.wrist[0], goal.wrist[1], max(farthest, edge)]),
        goal.fingers,
        goal.palm,
        goal.elbow,
    )
    short = float(np.clip((edge - farthest) / 0.10, 0, 1))
    if short == 0.0:
        return near
    return _mixed([(near, 1 - short), (_goal(skeleton, side, "lap", workplace), short)])


def _goal(skeleton: Skeleton, side: str, name: str, workplace: Workplace) -> HandGoal:
    s = 1.0 if side == "L" else -1.0
    head, head_place = skeleton.rotation_of("head"), skeleton.place("head")
    chest, neck = skeleton.rotation_of("spine01"), skeleton.place("neck01")
    pelvis, hips = skeleton.rotation_of("root"), skeleton.place("root")
    desk = workplace.desk_height
    edge = workplace.desk_edge
    outward = np.array([0.6 * s, -0.75, -0.35])
    down, forward = np.array([0.0, -1.0, 0.0]), np.array([0.0, 0.0, 1.0])

    def on_desk(x: float, z: float, inward: float = 0.2, height: float = 0.035) -> HandGoal:
        return HandGoal(
            np.array([s * x, desk + height, edge + z]),
            unit(np.array([-s * inward, -0.08, 1.0])),
            down,
            outward,
        )

    if name == "keyboard":
        return on_desk(0.11, 0.07)
    if name == "mouse":
        return on_desk(0.27, 0.10, inward=0.05)
    if name == "desk":
        return on_desk(0.09, 0.05, inward=1.2)
    if name == "reach_forward":
        return on_desk(0.13, 0.42, inward=0.1, height=0.08)
    if name == "reach_side":
        return on_desk(0.62, 0.16, inward=-0.7, height=0.08)
    if name == "lap":
        knee = skeleton.place(f"lowerleg01.{side}")
        hip = skeleton.place(f"upperleg01.{side}")
        place = hip + 0.50 * (knee - hip) + np.array([-0.02 * s, 0.095, 0.0])
        return HandGoal(place, unit(knee - hip + np.array([-0.1 * s, 0.0, 0.0])), down, outward)
    if name == "armrest":
        place = hips + pelvis @ np.array([0.0, 0.0, 0.0]) + np.array([0.29 * s, 0.17, 0.22])
        return HandGoal(place, unit(np.array([-0.1 * s, -0.05, 1.0])), down, outward)
    if name == "chin":
        place = head_place + head @ np.array([0.055 * s, -0.205, 0.10])
        fingers = head @ unit(np.array([-0.1 * s, 1.0, 0.15]))
        return HandGoal(
            place,
            fingers,
            head @ unit(np.array([-0.5 * s, 0.0, -1.0])),
            np.array([0.5 * s, -1.0, 0.3]),
        )
    if name == "mouth_cup":
        place = head_place + head @ np.array([0.07 * s, -0.075, 0.175])
        fingers = head @ unit(np.array([-1.0 * s, 0.35, 0.25]))
        return HandGoal(
            place,
            fingers,
            head @ unit(np.array([-0.3 * s, 0.0, -1.0])),
            np.array([0.8 * s, -0.8, 0.2]),
        )
    if name in ("phone_low", "phone_desk"):
        fingers = unit(np.array([-0.55 * s, 0.35, 0.8]))
        palm = unit(np.array([-0.5 * s, 0.8, -0.35]))
        if name == "phone_low":
            place = hips + np.array([0.055 * s, 0.19, 0.24])
        else:
            place = np.array([hips[0] + 0.055 * s, desk + 0.10, max(edge + 0.01, hips[2] + 0.22)])
        return HandGoal(place, fingers, palm, outward)
    if name == "behind_head":
        place = head_place + head @ np.array([0.10 * s, 0.05, -0.08])
        return HandGoal(
            place,
            head @ unit(np.array([-1.0 * s, 0.1, -0.3])),
            head @ forward,
            np.array([1.0 * s, 0.25, 0.3]),
        )
    if name == "gesture":
        place = neck + chest @ np.array([0.20 * s, -0.24, 0.27])
        return HandGoal(
            place,
            unit(np.array([-0.1 * s, 0.75, 0.65])),
            unit(np.array([-0.8 * s, 0.2, 0.3])),
            outward,
        )
    shoulder = neck + chest @ np.array([0.22 * s, 0.0, 0.0])
    return HandGoal(
        shoulder + np.array([0.04 * s, -0.52, 0.03]),
        unit(np.array([0.0, -1.0, 0.15])),
        np.array([-s, 0.0, 0.0]),
        np.array([0.3 * s, 0.0, -1.0]),
    )
