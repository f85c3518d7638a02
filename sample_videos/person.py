"""A person: body, look, own upright posture; sitting the person down in any posture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .appearance import Appearance
from .body import Body, Phenotype
from .body_data import Array
from .figure import Figure, build_figure
from .hands import HandGoal, pose_arm
from .posture import Posture, add
from .skeleton import Skeleton, bend, frame, pose_limb, rotation, unit
from .workplace import Workplace

# Shares of a bend by spine bone, lowest first.
LUMBAR_SHARES = {"spine05": 0.5, "spine04": 0.5}
THORACIC_SHARES = {"spine03": 0.36, "spine02": 0.34, "spine01": 0.30}
SIDE_SHARES = {"spine05": 0.22, "spine04": 0.24, "spine03": 0.22, "spine02": 0.18, "spine01": 0.14}
TWIST_SHARES = {"spine05": 0.08, "spine04": 0.10, "spine03": 0.22, "spine02": 0.30, "spine01": 0.30}
NECK_SHARES = {"neck01": 0.45, "neck02": 0.35, "neck03": 0.20}
FINGER_CURL_DEG = 14.0


@dataclass(frozen=True)
class Posed:
    """A posed person: skeleton and where the hands went (for what they hold)."""

    skeleton: Skeleton
    posture: Posture
    left: HandGoal
    right: HandGoal


@dataclass(frozen=True)
class Person:
    """Everything about one person that stays the same through a session."""

    phenotype: Phenotype
    look: Appearance
    workplace: Workplace
    upright: Posture

    @staticmethod
    def random(rng: np.random.Generator) -> Person:
        """A random adult at a fitting workplace, with a residual curve of the back of his own."""
        phenotype = Phenotype.random(rng)
        look = Appearance.random(rng, phenotype.gender > 0.5)
        workplace = Workplace.for_body(Body.from_phenotype(phenotype), rng)
        return Person(phenotype, look, workplace, random_upright(rng, phenotype.age))

    @cached_property
    def body(self) -> Body:
        return Body.from_phenotype(self.phenotype)

    @cached_property
    def figure(self) -> Figure:
        return build_figure(self.body, self.look)

    def with_change(self, change: Posture, share: float = 1.0) -> Posture:
        """The person's own upright plus a change, as `posture.state_posture` gives it."""
        return add(self.upright, change, share)

    @cached_property
    def upright_pose(self) -> Posed:
        """The calibrated upright, to which the relative angles refer."""
        return self.pose(self.upright)

    def pose(self, posture: Posture) -> Posed:
        """Sit (or stand) the person down in a posture, which includes the own upright."""
        skeleton = Skeleton.at_rest(self.body)
        _pose_trunk(skeleton, posture, self.workplace)
        _pose_head(skeleton, posture)
        _pose_legs(skeleton, posture, self.workplace)
        goals = {}
        for side, mix in (("L", posture.left_hand), ("R", posture.right_hand)):
            _pose_shoulder(skeleton, posture, side)
            goals[side] = pose_arm(skeleton, side, mix, self.workplace)
            _curl_fingers(skeleton, side)
        return Posed(skeleton, posture, goals["L"], goals["R"])


def random_upright(rng: np.random.Generator, age: float) -> Posture:
    """What "upright" is for one person: residual kyphosis, rounded or uneven shoulders, neck."""
    uneven = float(rng.normal(0, 0.45))
    round_shoulders = float(rng.uniform(-0.3, 2.0))
    return Posture(
        pelvis_tilt_deg=float(rng.uniform(-14, -4)),
        lumbar_flexion_deg=float(rng.uniform(2, 12)),
        thoracic_flexion_deg=float(rng.uniform(0, 8) + 8 * age * rng.random()),
        trunk_lean_deg=float(rng.uniform(-2, 5)),
        lateral_bend_deg=float(rng.normal(0, 1.2)),
        neck_flexion_deg=float(rng.uniform(2, 14)),
        head_pitch_deg=float(rng.uniform(-3, 8)),
        head_roll_deg=float(rng.normal(0, 1.5)),
        protraction_left_cm=round_shoulders + float(rng.normal(0, 0.3)),
        protraction_right_cm=round_shoulders + float(rng.normal(0, 0.3)),
        elevation_left_cm=-0.5 + uneven,
        elevation_right_cm=-0.5 - uneven,
    )


def heading(posture: Posture) -> float:
    """Where the pelvis faces, degrees to the left of the desk."""
    return posture.chair_turn_deg + posture.walk_turn_deg


def chair_place(posture: Posture) -> Array:
    """How far the chair has moved (3,), metres."""
    return np.array([posture.chair_left_cm, 0.0, posture.chair_forward_cm]) / 100


def _pose_trunk(skeleton: Skeleton, posture: Posture, workplace: Workplace) -> None:
    standing_height = float(skeleton.body.heads[0, 1] - skeleton.body.floor) * 0.985
    height = workplace.hip_height + posture.standing * (standing_height - workplace.hip_height)
    height -= posture.hip_sink_cm / 100
    facing = rotation(1, heading(posture))
    place = chair_place(posture) + facing @ np.array([0.0, 0.0, posture.hip_slide_cm / 100])
    place += np.array([posture.walk_left_cm / 100, height, posture.walk_forward_cm / 100])
    seated = 1 - posture.standing
    forward = posture.trunk_lean_deg + seated * (
        posture.pelvis_tilt_deg - posture.chair_recline_deg
    )
    root = facing @ bend(forward, 0.12 * posture.lateral_bend_deg)
    skeleton.place_root(place, root)
    for bone, share in SIDE_SHARES.items():
        flexion = (
            LUMBAR_SHARES.get(bone, 0.0) * posture.lumbar_flexion_deg
            + THORACIC_SHARES.get(bone, 0.0) * posture.thoracic_flexion_deg
        )
        skeleton.turn(
            bone,
            bend(
                flexion,
                0.88 * share * posture.lateral_bend_deg,
                TWIST_SHARES[bone] * posture.twist_deg,
            ),
        )


def _pose_head(skeleton: Skeleton, posture: Posture) -> None:
    """Bend the neck on the upper back; the head then takes the wanted direction in space."""
    chest = skeleton.rotation_of("spine01")
    facing = rotation(1, heading(posture) + posture.twist_deg)
    wanted = (
        facing
        @ rotation(1, posture.head_yaw_deg)
        @ rotation(2, -posture.head_roll_deg)
        @ rotation(0, posture.head_pitch_deg)
    )
    yaw = posture.head_yaw_deg
    # The neck gives back part of what the trunk has taken the head along: people keep their gaze.
    chest_pitch = float(np.degrees(np.arctan2((facing.T @ chest)[2, 1], (facing.T @ chest)[1, 1])))
    give_back = 0.35 * (posture.head_pitch_deg - posture.neck_flexion_deg - chest_pitch)
    for bone, share in NECK_SHARES.items():
        flexion = share * (posture.neck_flexion_deg + give_back)
        skeleton.turn(bone, bend(flexion, 0.4 * share * posture.head_roll_deg, 0.5 * share * yaw))
    skeleton.turn("head", skeleton.rotation_of("neck03").T @ wanted)
    skeleton.turn("jaw", rotation(0, posture.jaw_deg))
    # The eyes stay on the screen when the head turns a little.
    for side in "LR":
        gaze_yaw = float(np.clip(-0.3 * yaw, -15, 15))
        gaze_pitch = float(np.clip(-0.3 * posture.head_pitch_deg, -12, 12))
        skeleton.turn(f"eye.{side}", bend(gaze_pitch, 0.0, gaze_yaw))


def _pose_shoulder(skeleton: Skeleton, posture: Posture, side: str) -> None:
    s = 1.0 if side == "L" else -1.0
    left = side == "L"
    forward = (posture.protraction_left_cm if left else posture.protraction_right_cm) / 100
    up = (posture.elevation_left_cm if left else posture.elevation_right_cm) / 100
    body = skeleton.body
    length = float(
        np.linalg.norm(body.head_of(f"upperarm01.{side}") - body.head_of(f"clavicle.{side}"))
    )
    ahead = np.degrees(np.arcsin(np.clip(forward / length, -0.6, 0.6)))
    raised = np.degrees(np.arcsin(np.clip(up / length, -0.6, 0.6)))
    skeleton.turn(f"clavicle.{side}", rotation(1, -s * ahead) @ rotation(2, s * raised))
    skeleton.follow(f"shoulder01.{side}")


def _pose_legs(skeleton: Skeleton, posture: Posture, workplace: Workplace) -> None:
    body = skeleton.body
    facing = rotation(1, heading(posture))
    hips = skeleton.place("root")
    seated_hips = hips - facing @ np.array([0.0, 0.0, posture.hip_slide_cm / 100])
    for side in "LR":
        s = 1.0 if side == "L" else -1.0
        ankle_height = float(body.head_of(f"foot.{side}")[1] - body.floor)
        ahead = (1 - posture.standing) * workplace.foot_forward
        aside = s * (0.10 + 0.03 * (1 - posture.standing))
        ankle = seated_hips + facing @ np.array([aside, 0.0, ahead])
        # Steps: the feet swing by turns along the way that has been walked.
        way = np.hypot(posture.walk_left_cm, posture.walk_forward_cm) / 100
        step = (
            0.22
            * posture.standing
            * min(way, 1.0)
            * np.sin(2 * np.pi * way / 1.3 + 0.5 * np.pi * s)
        )
        ankle += facing @ np.array([0.0, 0.0, step])
        ankle[1] = ankle_height
        bones = tuple(
            f"{bone}.{side}"
            for bone in ("upperleg01", "upperleg02", "lowerleg01", "lowerleg02", "foot")
        )
        pose_limb(
            skeleton,
            (bones[0], bones[1], bones[2], bones[3], bones[4]),
            ankle,
            facing @ unit(np.array([0.12 * s, 0.5, 1.0])),
            facing @ rotation(1, 6 * s),
            hinge_rest=np.array([1.0, 0.0, 0.0]),
        )


def _curl_fingers(skeleton: Skeleton, side: str) -> None:
    """Bend the fingers a little towards the palm, so that the hand looks at ease."""
    body = skeleton.body
    wrist = body.head_of(f"wrist.{side}")
    knuckles = [body.head_of(f"finger{i}-1.{side}") for i in (2, 3, 5)]
    across = unit(knuckles[0] - knuckles[2])
    along = unit(knuckles[1] - wrist)
    palm = np.cross(along, across) if side == "L" else np.cross(across, along)
    axes = frame(along, palm)
    curl = axes @ rotation(2, FINGER_CURL_DEG) @ axes.T
    for finger in range(1, 6):
        for joint in (1, 2, 3):
            bone = f"finger{finger}-{joint}.{side}"
            skeleton.turn(bone, curl if finger > 1 else np.eye(3))
