"""Named states of random depth, as changes against a person's own upright."""

from __future__ import annotations

import numpy as np

from . import innocent_states, slouch_states
from .posture import Posture

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


_MAKERS = {
    "upright": innocent_states.upright,
    "slumped": slouch_states.slumped,
    "hunched": slouch_states.hunched,
    "slid_down": slouch_states.slid_down,
    "slumped_left": slouch_states.slumped_left,
    "slumped_right": slouch_states.slumped_right,
    "folded_over_phone": slouch_states.folded_over_phone,
    "looking_down": innocent_states.looking_down,
    "turning": innocent_states.turning,
    "reaching": innocent_states.reaching,
    "nearer": innocent_states.nearer,
    "farther": innocent_states.farther,
    "leaning_back": innocent_states.leaning_back,
    "leaning_in": innocent_states.leaning_in,
    "drinking": innocent_states.drinking,
    "hand_on_chin": innocent_states.hand_on_chin,
    "talking": innocent_states.talking,
    "shrug": innocent_states.shrug,
    "away": innocent_states.away,
}
