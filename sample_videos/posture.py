"""What a seated person does with the body: `Posture`, and named states of random depth."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

HandMix = tuple[tuple[str, float], ...]

SLOUCHES: tuple[str, ...] = (
    "slumped",
    "hunched",
    "slid_down",
    "slumped_left",
    "slumped_right",
    "folded_over_phone",
)
INNOCENT: tuple[str, ...] = (
    "upright",
    "looking_down",
    "turning",
    "reaching",
    "nearer",
    "farther",
    "leaning_back",
    "leaning_in",
    "drinking",
    "hand_on_chin",
    "talking",
    "shrug",
)
STATES: tuple[str, ...] = (*INNOCENT, *SLOUCHES, "away")

# A slouch bends the spine by at least this much beyond the person's own upright, even at depth 0.
MINIMUM_SLOUCH_FLEXION_DEG = 8.0


@dataclass(frozen=True)
class Posture:
    """A posture; degrees and centimetres, forward and own left positive.

    All zero is the mesh at rest, sat down with a straight back. People's own upright differs:
    `Person.upright` holds it, and `person.with_change(change)` adds a change to it.

    pelvis_tilt_deg: the pelvis rolls forward, taking all above along.
    lumbar_flexion_deg, thoracic_flexion_deg: bend of the lower and of the upper spine.
    trunk_lean_deg: the straight trunk hinges at the hips. lateral_bend_deg, twist_deg: to the left.
    hip_slide_cm: the hips slide forward on the seat.
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


def state_posture(name: str, depth: float, rng: np.random.Generator) -> Posture:
    """The change against one's own upright that makes a named state.

    name: one of `STATES`. depth: 0 mild .. 1 deep. Each call draws the details anew.
    Raises ValueError for an unknown name.
    """
    if name not in _MAKERS:
        raise ValueError(f"Unknown state {name!r}; choose one of {', '.join(STATES)}.")
    return _MAKERS[name](float(np.clip(depth, 0, 1)), rng)


def is_slouch(state: str) -> bool:
    """Whether a named state is one of the slouches."""
    return state in SLOUCHES


def _mix(start: HandMix, end: HandMix, share: float) -> HandMix:
    weights: dict[str, float] = {}
    for place, weight in start:
        weights[place] = weights.get(place, 0.0) + (1 - share) * weight
    for place, weight in end:
        weights[place] = weights.get(place, 0.0) + share * weight
    return tuple((place, weight) for place, weight in weights.items() if weight > 1e-6)


def _range(depth: float, rng: np.random.Generator, mild: float, deep: float) -> float:
    """A value between mild and deep by depth, varied by about a tenth of the span either way."""
    return float(mild + (deep - mild) * np.clip(depth + rng.normal(0, 0.1), 0, 1.15))


def _pelvis_roll(lumbar: float, thoracic: float, slide_cm: float, shoulders_cm: float) -> float:
    """Pelvis tilt in degrees that puts the shoulders `shoulders_cm` ahead of their upright place.

    A planar spine of average lengths stands for the person's: the bend makes the shoulders go
    forward, the pelvis rolls back to make up for it, as sitting people do to keep their balance.
    """
    lengths = np.array([0.09, 0.09, 0.09, 0.10, 0.10])
    bends = np.cumsum([0.0, 0.5 * lumbar, 0.5 * lumbar, 0.5 * thoracic, 0.5 * thoracic])
    low, high = -60.0, 30.0
    for _ in range(30):
        tilt = 0.5 * (low + high)
        ahead = slide_cm / 100 + float(lengths @ np.sin(np.radians(bends + tilt)))
        low, high = (tilt, high) if ahead < shoulders_cm / 100 else (low, tilt)
    return tilt


def _side(rng: np.random.Generator) -> float:
    return 1.0 if rng.random() < 0.5 else -1.0


def _work_hands(rng: np.random.Generator, *extra: str) -> tuple[HandMix, HandMix]:
    """Left and right hand of someone at work."""
    pairs = [("keyboard", "keyboard"), ("keyboard", "mouse"), ("lap", "mouse"), ("desk", "desk")]
    pairs += [(name, name) for name in extra]
    left, right = pairs[int(rng.integers(len(pairs)))]
    return ((left, 1.0),), ((right, 1.0),)


def _upright(depth: float, rng: np.random.Generator) -> Posture:
    left, right = _work_hands(rng, "lap")
    return Posture(
        thoracic_flexion_deg=rng.normal(0, 0.6),
        trunk_lean_deg=rng.normal(0, 1.0) * (0.5 + depth),
        head_pitch_deg=rng.normal(0, 2.0),
        head_yaw_deg=rng.normal(0, 3.0),
        left_hand=left,
        right_hand=right,
    )


def _slumped(depth: float, rng: np.random.Generator) -> Posture:
    left, right = _work_hands(rng, "lap")
    lumbar, thoracic = _range(depth, rng, 6, 21), _range(depth, rng, 4, 15)
    slide = _range(depth, rng, 0, 4)
    return Posture(
        pelvis_tilt_deg=_pelvis_roll(lumbar, thoracic, slide, rng.uniform(-2, 6)),
        hip_slide_cm=slide,
        lumbar_flexion_deg=lumbar,
        thoracic_flexion_deg=thoracic,
        neck_flexion_deg=_range(depth, rng, 3, 15),
        head_pitch_deg=rng.uniform(-4, 8),
        protraction_left_cm=_range(depth, rng, 0.8, 4),
        protraction_right_cm=_range(depth, rng, 0.8, 4),
        elevation_left_cm=rng.uniform(-1, 0.5),
        elevation_right_cm=rng.uniform(-1, 0.5),
        left_hand=left,
        right_hand=right,
    )


def _hunched(depth: float, rng: np.random.Generator) -> Posture:
    left, right = _work_hands(rng)
    lumbar, thoracic = _range(depth, rng, 2, 9), _range(depth, rng, 8, 24)
    return Posture(
        pelvis_tilt_deg=_pelvis_roll(lumbar, thoracic, 0.0, _range(depth, rng, 1, 8)),
        lumbar_flexion_deg=lumbar,
        thoracic_flexion_deg=thoracic,
        neck_flexion_deg=_range(depth, rng, 6, 20),
        head_pitch_deg=rng.uniform(-6, 8),
        protraction_left_cm=_range(depth, rng, 1.2, 5),
        protraction_right_cm=_range(depth, rng, 1.2, 5),
        elevation_left_cm=rng.uniform(0, 2),
        elevation_right_cm=rng.uniform(0, 2),
        left_hand=left,
        right_hand=right,
    )


def _slid_down(depth: float, rng: np.random.Generator) -> Posture:
    places = [
        ("lap", "lap"),
        ("armrest", "armrest"),
        ("armrest", "mouse"),
        ("phone_low", "phone_low"),
    ]
    left, right = places[int(rng.integers(len(places)))]
    slide = _range(depth, rng, 6, 21)
    lumbar, thoracic = _range(depth, rng, 7, 20), _range(depth, rng, 5, 13)
    # The upper back stays on the backrest while the hips go: the trunk reclines with the slide.
    shoulders = -_range(depth, rng, 1, 9)
    roll = _pelvis_roll(lumbar, thoracic, slide, shoulders)
    # The reclined chest would take the gaze to the ceiling: the neck brings the head forward again.
    reclined = max(0.0, -(roll + lumbar + thoracic))
    return Posture(
        hip_slide_cm=slide,
        pelvis_tilt_deg=roll,
        lumbar_flexion_deg=lumbar,
        thoracic_flexion_deg=thoracic,
        neck_flexion_deg=_range(depth, rng, 4, 16) + rng.uniform(0.5, 1.0) * reclined,
        head_pitch_deg=rng.uniform(-6, 8),
        protraction_left_cm=_range(depth, rng, 0.5, 3),
        protraction_right_cm=_range(depth, rng, 0.5, 3),
        elevation_left_cm=rng.uniform(-0.5, 1.5),
        elevation_right_cm=rng.uniform(-0.5, 1.5),
        lateral_bend_deg=rng.normal(0, 2),
        left_hand=((left, 1.0),),
        right_hand=((right, 1.0),),
    )


def _slumped_side(side: float, depth: float, rng: np.random.Generator) -> Posture:
    bend = side * _range(depth, rng, 8, 22)
    near = rng.choice(["armrest", "chin", "desk"])
    far = rng.choice(["mouse" if side > 0 else "keyboard", "lap"])
    left, right = (near, far) if side > 0 else (far, near)
    lumbar, thoracic = _range(depth, rng, 5, 15), _range(depth, rng, 5, 12)
    return Posture(
        pelvis_tilt_deg=_pelvis_roll(lumbar, thoracic, 0.0, rng.uniform(-5, 4)),
        lumbar_flexion_deg=lumbar,
        thoracic_flexion_deg=thoracic,
        lateral_bend_deg=bend,
        twist_deg=rng.normal(0, 4),
        neck_flexion_deg=_range(depth, rng, 2, 10),
        head_pitch_deg=rng.uniform(-4, 8),
        head_roll_deg=bend * rng.uniform(0.1, 0.8),
        protraction_left_cm=_range(depth, rng, 0.5, 3),
        protraction_right_cm=_range(depth, rng, 0.5, 3),
        elevation_left_cm=rng.uniform(0, 2.5) if side > 0 else 0.0,
        elevation_right_cm=rng.uniform(0, 2.5) if side < 0 else 0.0,
        left_hand=((str(left), 1.0),),
        right_hand=((str(right), 1.0),),
    )


def _slumped_left(depth: float, rng: np.random.Generator) -> Posture:
    return _slumped_side(1.0, depth, rng)


def _slumped_right(depth: float, rng: np.random.Generator) -> Posture:
    return _slumped_side(-1.0, depth, rng)


def _folded_over_phone(depth: float, rng: np.random.Generator) -> Posture:
    lumbar, thoracic = _range(depth, rng, 6, 20), _range(depth, rng, 6, 20)
    place = str(rng.choice(["phone_low", "phone_desk"]))
    return Posture(
        pelvis_tilt_deg=_pelvis_roll(lumbar, thoracic, 0.0, _range(depth, rng, 0, 10)),
        lumbar_flexion_deg=lumbar,
        thoracic_flexion_deg=thoracic,
        neck_flexion_deg=_range(depth, rng, 8, 26),
        head_pitch_deg=_range(depth, rng, 22, 48),
        protraction_left_cm=_range(depth, rng, 1, 4),
        protraction_right_cm=_range(depth, rng, 1, 4),
        left_hand=((place, 1.0),),
        right_hand=((place, 1.0),),
    )


def _looking_down(depth: float, rng: np.random.Generator) -> Posture:
    left, right = _work_hands(rng, "phone_low", "phone_desk")
    pitch = _range(depth, rng, 14, 45)
    return Posture(
        thoracic_flexion_deg=rng.uniform(0, 2.0),
        neck_flexion_deg=pitch * rng.uniform(0.2, 0.4),
        head_pitch_deg=pitch,
        head_yaw_deg=rng.normal(0, 6),
        left_hand=left,
        right_hand=right,
    )


def _turning(depth: float, rng: np.random.Generator) -> Posture:
    side = _side(rng)
    left, right = _work_hands(rng, "lap")
    whole = rng.random()
    twist = _range(depth, rng, 8, 34) if whole > 0.4 else rng.uniform(0, 5)
    chair = _range(depth, rng, 8, 40) if whole > 0.75 else 0.0
    return Posture(
        twist_deg=side * (twist if chair == 0.0 else 0.3 * twist),
        chair_turn_deg=side * chair,
        head_yaw_deg=side * _range(depth, rng, 18, 52),
        head_pitch_deg=rng.uniform(-6, 10),
        left_hand=left,
        right_hand=right,
    )


def _reaching(depth: float, rng: np.random.Generator) -> Posture:
    side = _side(rng)
    forward = rng.random() < 0.5
    hand = ("reach_forward" if forward else "reach_side", 1.0)
    rest = ("keyboard" if rng.random() < 0.5 else "lap", 1.0)
    return Posture(
        trunk_lean_deg=_range(depth, rng, 5, 20) if forward else rng.uniform(0, 6),
        lumbar_flexion_deg=rng.uniform(0, 2.5),
        thoracic_flexion_deg=rng.uniform(0, 1.5),
        lateral_bend_deg=0.0 if forward else side * _range(depth, rng, 3, 14),
        twist_deg=-side * _range(depth, rng, 3, 14) if forward else side * rng.uniform(0, 10),
        neck_flexion_deg=rng.uniform(0, 5),
        head_pitch_deg=rng.uniform(0, 20),
        head_yaw_deg=side * (rng.uniform(0, 15) if forward else rng.uniform(10, 45)),
        protraction_left_cm=3.0 if side > 0 and forward else 0.0,
        protraction_right_cm=3.0 if side < 0 and forward else 0.0,
        left_hand=(hand,) if side > 0 else (rest,),
        right_hand=(hand,) if side < 0 else (rest,),
    )


def _nearer(depth: float, rng: np.random.Generator) -> Posture:
    return replace(
        _upright(0.3, rng),
        chair_forward_cm=_range(depth, rng, 4, 16),
        chair_left_cm=rng.normal(0, 3),
    )


def _farther(depth: float, rng: np.random.Generator) -> Posture:
    return replace(
        _upright(0.3, rng),
        chair_forward_cm=-_range(depth, rng, 5, 28),
        chair_left_cm=rng.normal(0, 4),
    )


def _leaning_back(depth: float, rng: np.random.Generator) -> Posture:
    places = [("lap", "lap"), ("armrest", "armrest"), ("armrest", "mouse"), ("behind_head",) * 2]
    left, right = places[int(rng.integers(len(places)))]
    recline = _range(depth, rng, 8, 22)
    return Posture(
        chair_recline_deg=recline,
        thoracic_flexion_deg=rng.uniform(-1, 2),
        head_pitch_deg=-recline * rng.uniform(0.0, 0.5),
        left_hand=((left, 1.0),),
        right_hand=((right, 1.0),),
    )


def _leaning_in(depth: float, rng: np.random.Generator) -> Posture:
    left, right = _work_hands(rng)
    return Posture(
        trunk_lean_deg=_range(depth, rng, 8, 25),
        lumbar_flexion_deg=rng.uniform(-2, 1.5),
        thoracic_flexion_deg=rng.uniform(-1, 1.5),
        neck_flexion_deg=-rng.uniform(0, 5),
        head_pitch_deg=rng.uniform(-4, 8),
        left_hand=left,
        right_hand=right,
    )


def _drinking(depth: float, rng: np.random.Generator) -> Posture:
    cup, rest = (("mouth_cup", 1.0),), ((str(rng.choice(["keyboard", "lap", "desk"])), 1.0),)
    left_handed = rng.random() < 0.4
    return Posture(
        thoracic_flexion_deg=rng.uniform(-1, 1),
        head_pitch_deg=-_range(depth, rng, 2, 18),
        neck_flexion_deg=-rng.uniform(0, 4),
        elevation_left_cm=1.0 if left_handed else 0.0,
        elevation_right_cm=0.0 if left_handed else 1.0,
        left_hand=cup if left_handed else rest,
        right_hand=rest if left_handed else cup,
    )


def _hand_on_chin(depth: float, rng: np.random.Generator) -> Posture:
    chin, rest = (("chin", 1.0),), ((str(rng.choice(["desk", "lap", "mouse"])), 1.0),)
    left_handed = rng.random() < 0.5
    rest = (("desk", 1.0),) if not left_handed and rest[0][0] == "mouse" else rest
    return Posture(
        trunk_lean_deg=_range(depth, rng, 3, 12),
        thoracic_flexion_deg=rng.uniform(-1, 2.5),
        head_roll_deg=(1 if left_handed else -1) * rng.uniform(0, 8),
        head_pitch_deg=rng.uniform(-4, 10),
        left_hand=chin if left_handed else rest,
        right_hand=rest if left_handed else chin,
    )


def _talking(depth: float, rng: np.random.Generator) -> Posture:
    left, right = _work_hands(rng, "gesture", "gesture")
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


def _shrug(depth: float, rng: np.random.Generator) -> Posture:
    left, right = _work_hands(rng, "gesture", "lap")
    return Posture(
        elevation_left_cm=_range(depth, rng, 2.5, 6),
        elevation_right_cm=_range(depth, rng, 2.5, 6),
        protraction_left_cm=rng.uniform(-1, 1),
        protraction_right_cm=rng.uniform(-1, 1),
        head_roll_deg=rng.normal(0, 4),
        left_hand=left,
        right_hand=right,
    )


def _away(_depth: float, rng: np.random.Generator) -> Posture:
    side = _side(rng)
    return Posture(
        standing=1.0,
        chair_forward_cm=-20.0,
        walk_forward_cm=-25.0,
        walk_left_cm=side * 330.0,
        walk_turn_deg=side * 80.0,
        left_hand=(("hanging", 1.0),),
        right_hand=(("hanging", 1.0),),
    )


_MAKERS = {
    "upright": _upright,
    "slumped": _slumped,
    "hunched": _hunched,
    "slid_down": _slid_down,
    "slumped_left": _slumped_left,
    "slumped_right": _slumped_right,
    "folded_over_phone": _folded_over_phone,
    "looking_down": _looking_down,
    "turning": _turning,
    "reaching": _reaching,
    "nearer": _nearer,
    "farther": _farther,
    "leaning_back": _leaning_back,
    "leaning_in": _leaning_in,
    "drinking": _drinking,
    "hand_on_chin": _hand_on_chin,
    "talking": _talking,
    "shrug": _shrug,
    "away": _away,
}
