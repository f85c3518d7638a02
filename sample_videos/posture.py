"""What a seated person does with the body: `Posture`, and ways between two of them."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

HandMix = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Posture:
    """A posture; degrees and centimetres, forward and own left positive.

    All zero is the mesh at rest, sat down with a straight back. People's own upright differs:
    `Person.upright` holds it, and `person.with_change(change)` adds a change to it.

    pelvis_tilt_deg: the pelvis rolls forward, taking all above along.
    lumbar_flexion_deg, thoracic_flexion_deg: bend of the lower and of the upper spine.
    trunk_lean_deg: the straight trunk hinges at the hips. lateral_bend_deg, twist_deg: to the left.
    hip_slide_cm, hip_sink_cm: the hips slide forward on the seat, and down into it.
    neck_flexion_deg: the neck bends on the upper back. head_pitch_deg: the head's own pitch in
    space, looking down positive, whatever the neck does. head_yaw_deg, head_roll_deg: to the left.
    protraction, elevation: shoulder joints forward and up. left_hand, right_hand: places with
    weights, see `hands.HAND_PLACES`. chair_recline_deg: seat and trunk tilt back.
    chair_forward_cm, chair_left_cm, chair_turn_deg: chair and person move together.
    standing: 0 sits, 1 stands. walk_forward_cm, walk_left_cm: the person without the chair.
    jaw_deg: mouth open.
    """

    pelvis_tilt_deg: float = 0.0
    lumbar_flexion_deg: float = 0.0
    thoracic_flexion_deg: float = 0.0
    trunk_lean_deg: float = 0.0
    lateral_bend_deg: float = 0.0
    twist_deg: float = 0.0
    hip_slide_cm: float = 0.0
    hip_sink_cm: float = 0.0
    neck_flexion_deg: float = 0.0
    head_pitch_deg: float = 0.0
    head_yaw_deg: float = 0.0
    head_roll_deg: float = 0.0
    protraction_left_cm: float = 0.0
    protraction_right_cm: float = 0.0
    elevation_left_cm: float = 0.0
    elevation_right_cm: float = 0.0
    left_hand: HandMix = (("keyboard", 1.0),)
    right_hand: HandMix = (("keyboard", 1.0),)
    chair_recline_deg: float = 0.0
    chair_forward_cm: float = 0.0
    chair_left_cm: float = 0.0
    chair_turn_deg: float = 0.0
    standing: float = 0.0
    walk_forward_cm: float = 0.0
    walk_left_cm: float = 0.0
    walk_turn_deg: float = 0.0
    jaw_deg: float = 0.0


NUMBERS: tuple[str, ...] = tuple(f.name for f in fields(Posture) if not f.name.endswith("_hand"))


def add(posture: Posture, change: Posture, share: float = 1.0) -> Posture:
    """`posture` plus `share` times the numbers of `change`; hands are taken from `change`."""
    numbers = {name: getattr(posture, name) + share * getattr(change, name) for name in NUMBERS}
    return replace(change, **numbers)


def blend(start: Posture, end: Posture, share: float) -> Posture:
    """The posture `share` (0..1) of the way from `start` to `end`, hands included."""
    numbers = {
        name: (1 - share) * getattr(start, name) + share * getattr(end, name) for name in NUMBERS
    }
    return Posture(
        **numbers,
        left_hand=_mix(start.left_hand, end.left_hand, share),
        right_hand=_mix(start.right_hand, end.right_hand, share),
    )


def minimum_jerk(progress: float) -> float:
    """Smooth 0..1 course of a human movement (Flash and Hogan 1985)."""
    p = min(max(progress, 0.0), 1.0)
    return p**3 * (10 - 15 * p + 6 * p**2)


def _mix(start: HandMix, end: HandMix, share: float) -> HandMix:
    weights: dict[str, float] = {}
    for place, weight in start:
        weights[place] = weights.get(place, 0.0) + (1 - share) * weight
    for place, weight in end:
        weights[place] = weights.get(place, 0.0) + share * weight
    return tuple((place, weight) for place, weight in weights.items() if weight > 1e-6)
