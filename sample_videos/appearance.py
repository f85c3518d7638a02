"""Skin, hair, clothes and accessories of a person, at random or chosen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Colour = tuple[float, float, float]  # sRGB, 0..1

SKINS: tuple[Colour, ...] = (
    (0.96, 0.83, 0.75),
    (0.92, 0.76, 0.66),
    (0.87, 0.69, 0.56),
    (0.80, 0.61, 0.47),
    (0.71, 0.51, 0.37),
    (0.58, 0.40, 0.28),
    (0.45, 0.30, 0.21),
    (0.34, 0.22, 0.16),
)
HAIRS: tuple[Colour, ...] = (
    (0.07, 0.06, 0.06),
    (0.15, 0.10, 0.07),
    (0.27, 0.17, 0.10),
    (0.42, 0.28, 0.16),
    (0.66, 0.50, 0.30),
    (0.50, 0.22, 0.10),
    (0.62, 0.62, 0.62),
    (0.84, 0.83, 0.80),
)
EYES: tuple[Colour, ...] = (
    (0.20, 0.12, 0.07),
    (0.33, 0.22, 0.10),
    (0.25, 0.38, 0.50),
    (0.28, 0.38, 0.25),
)
CLOTHES: tuple[Colour, ...] = (
    (0.92, 0.92, 0.90),
    (0.15, 0.16, 0.18),
    (0.45, 0.47, 0.50),
    (0.13, 0.20, 0.38),
    (0.25, 0.42, 0.65),
    (0.55, 0.72, 0.85),
    (0.60, 0.13, 0.15),
    (0.80, 0.45, 0.40),
    (0.16, 0.36, 0.24),
    (0.50, 0.58, 0.40),
    (0.85, 0.68, 0.30),
    (0.42, 0.26, 0.48),
    (0.85, 0.75, 0.66),
    (0.90, 0.55, 0.20),
)
TROUSERS: tuple[Colour, ...] = (
    (0.13, 0.17, 0.28),
    (0.10, 0.10, 0.12),
    (0.28, 0.29, 0.31),
    (0.55, 0.48, 0.38),
    (0.24, 0.33, 0.47),
)
PATTERNS = ("plain", "stripes", "vertical stripes", "check", "print")
HAIR_STYLES = ("bald", "cropped", "short", "full", "bob", "long")


@dataclass(frozen=True)
class Appearance:
    """Colours are sRGB 0..1.

    sleeve: where the sleeve ends, 0 shoulder, 1 elbow, 2 wrist. looseness: how far the shirt stands
    off the body, metres. smoothing: passes of smoothing that turn skin into cloth.
    beard: 0 none .. 1 full.
    """

    skin: Colour = SKINS[2]
    hair: Colour = HAIRS[1]
    hair_style: str = "short"
    eyes: Colour = EYES[0]
    beard: float = 0.0
    shirt: Colour = CLOTHES[4]
    shirt_second: Colour = CLOTHES[0]
    pattern: str = "plain"
    pattern_scale: float = 1.0
    sleeve: float = 0.55
    v_neck: float = 0.0
    looseness: float = 0.012
    smoothing: int = 12
    trousers: Colour = TROUSERS[0]
    glasses: Colour | None = None
    headset: Colour | None = None

    @staticmethod
    def random(rng: np.random.Generator, male: bool) -> Appearance:
        """A plausible look; hair length and beard depend on `male` only in frequency."""
        skin_at = rng.uniform(0, len(SKINS) - 1)
        skin = _between(SKINS, skin_at)
        dark = skin_at > 3.5
        hair = HAIRS[int(rng.integers(0, 3 if dark else len(HAIRS)))]
        weights = [0.1, 0.25, 0.4, 0.2, 0.02, 0.03] if male else [0.01, 0.04, 0.1, 0.15, 0.3, 0.4]
        pattern = str(rng.choice(PATTERNS, p=[0.5, 0.15, 0.1, 0.13, 0.12]))
        shirt = CLOTHES[int(rng.integers(len(CLOTHES)))]
        second = CLOTHES[int(rng.integers(len(CLOTHES)))]
        sleeve = float(rng.choice([0.3, 0.55, 0.75, 1.1, 1.9], p=[0.07, 0.3, 0.13, 0.1, 0.4]))
        return Appearance(
            skin=_jitter(skin, rng, 0.02),
            hair=_jitter(hair, rng, 0.03),
            hair_style=str(rng.choice(HAIR_STYLES, p=weights)),
            eyes=EYES[int(rng.integers(0, 2 if dark else len(EYES)))],
            beard=float(rng.choice([0.0, 0.25, 0.6, 0.95], p=[0.5, 0.2, 0.15, 0.15]))
            if male
            else 0.0,
            shirt=_jitter(shirt, rng, 0.05),
            shirt_second=_jitter(second, rng, 0.05),
            pattern=pattern,
            pattern_scale=float(rng.uniform(0.6, 1.8)),
            sleeve=sleeve,
            v_neck=float(rng.choice([0.0, 0.5, 1.0], p=[0.6, 0.2, 0.2])),
            looseness=float(rng.uniform(0.006, 0.022)),
            smoothing=int(rng.integers(16, 45)),
            trousers=_jitter(TROUSERS[int(rng.integers(len(TROUSERS)))], rng, 0.03),
            glasses=_jitter((0.1, 0.1, 0.1), rng, 0.09) if rng.random() < 0.3 else None,
            headset=_jitter((0.12, 0.12, 0.13), rng, 0.09) if rng.random() < 0.2 else None,
        )


def _between(table: tuple[Colour, ...], place: float) -> Colour:
    low = int(place)
    high = min(low + 1, len(table) - 1)
    share = place - low
    r, g, b = ((1 - share) * x + share * y for x, y in zip(table[low], table[high], strict=True))
    return r, g, b


def _jitter(colour: Colour, rng: np.random.Generator, amount: float) -> Colour:
    r, g, b = np.clip(np.array(colour) + rng.uniform(-amount, amount, 3), 0.02, 0.98)
    return float(r), float(g), float(b)
