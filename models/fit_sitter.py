"""Fit the projection and the threshold of posture_cam/sitter.py, and print its error rates.

    python models/fit_sitter.py DIR [--pairs PAIRS]

DIR holds the sessions that models/render_training.py writes. Rates come from people left out of the
fit: four halves, each judged by a projection fitted to the other half. They flatter, because every
person sits before another camera. PAIRS holds what models/render_pairs.py writes, two people before
one camera: the rates of posture_cam/sitter.py as it stands on them are the honest ones.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posture_cam.looks import LUMA, Look, shape_of
from posture_cam.sitter import COLOUR_LOOKS, OTHER, PROJECTION, otherness, proportions
from posture_cam.types import REGIONS

Array = NDArray[np.float64]

DIMENSIONS = 4
MOMENTS = 6
"""Postures whose median stands for the person who came."""
FALSE_ALARMS = 0.01
CLOTHES = REGIONS.index("clothes")
UPRIGHT = 3
"""Pictures with which each person of a pair begins."""
EXPOSURE, WHITE_BALANCE, LAMP = 0.25, 0.08, 0.15
"""Spread of the logarithms by which the light differs after an absence: all colours, each one, and
the place behind the person, which another lamp lights."""


def read(folder: Path) -> list[tuple[str, Array, Array]]:
    """Of every session: its view, the description of upright, those of six times six moments."""
    random = np.random.default_rng(0)
    sessions = []
    for file in sorted(folder.glob("session_*.npz")):
        with np.load(file) as data:
            found, upright = data["found"][0], data["upright"]
            space = proportions(data["world"][0].astype(np.float64))
            picture = proportions(data["landmarks"][0].astype(np.float64))
            view = float(np.median(data["truth"][:, list(data["truth_names"]).index("view_deg")]))
        described = np.concatenate([space, picture], axis=-1)
        rest = np.flatnonzero(found & ~upright)
        if (found & upright).sum() < 3 or len(rest) < MOMENTS:
            continue
        moments = [random.choice(rest, MOMENTS, replace=False) for _ in range(6)]
        came = np.array([np.median(described[some], axis=0) for some in moments])
        sessions.append((view_name(view), np.median(described[found & upright], axis=0), came))
    return sessions


def fit(sessions: list[tuple[str, Array, Array]]) -> Array:
    """(16, DIMENSIONS): postures of one person have unit spread, people differ most."""
    within = np.cov(np.concatenate([came - base for _, base, came in sessions]).T)
    within += 1e-3 * np.trace(within) / len(within) * np.eye(len(within))
    bases = {name: [base for view, base, _ in sessions if view == name] for name, _, _ in sessions}
    between = sum(np.cov(np.array(some).T) for some in bases.values()) / len(bases)
    root = np.linalg.cholesky(np.linalg.inv(within))
    _, directions = np.linalg.eigh(root.T @ between @ root)
    projection: Array = root @ directions[:, ::-1][:, :DIMENSIONS]
    return projection


def distances(
    sessions: list[tuple[str, Array, Array]], projection: Array, seed: int
) -> dict[str, tuple[Array, Array]]:
    """By view: distances of the same person from their upright, and of others of that view."""
    random = np.random.default_rng(seed)
    found = {}
    for view in ("front", "oblique", "side"):
        some = [(base, came) for name, base, came in sessions if name == view]
        same = [np.linalg.norm((came - base) @ projection, axis=1) for base, came in some]
        other = [
            np.linalg.norm((came - some[k][0]) @ projection, axis=1)
            for i, (_, came) in enumerate(some)
            for k in random.choice(len(some), min(4, len(some)), replace=False)
            if k != i
        ]
        found[view] = np.concatenate(same), np.concatenate(other)
    return found


def report_pairs(folder: Path) -> None:
    """Rates with the person who came in one posture, and by the median of MOMENTS postures."""
    random = np.random.default_rng(0)
    rates: dict[str, list[tuple[float, ...]]] = {}
    coloured: dict[str, list[tuple[bool, ...]]] = {}
    for file in sorted(folder.glob("pair_*.npz")):
        with np.load(file) as data:
            first, second = (describe_all(data, name) for name in ("first", "second"))
            looks = [looks_of(data, who) for who in ("first", "second")]
            name = view_name(float(data["view_deg"]))
        if min(len(first), len(second)) < 2 * UPRIGHT:
            continue
        coloured.setdefault(name, []).extend(
            told_by_colours(looks[0], looks[1], random) for _ in range(20)
        )
        base, own = np.median(first[:UPRIGHT], axis=0), first[UPRIGHT:]
        rates.setdefault(name, []).append(
            tuple(
                share_beyond(base, came, moments, random)
                for moments in (1, MOMENTS)
                for came in (own, second)
            )
        )
    for name, some in rates.items():
        same, other, same_many, other_many = np.mean(some, axis=0)
        print(
            f"{name:8} {len(some)} pairs before one camera, in one posture: the same taken for"
            f" another {same:.1%}, another noticed {other:.1%}; over {MOMENTS} postures:"
            f" {same_many:.1%}, {other_many:.1%}"
        )
        same, dressed, other = np.mean(coloured[name], axis=0)
        print(
            f"{name:8} with colours, over {COLOUR_LOOKS} postures: {same:.1%},"
            f" in the other's clothes {dressed:.1%}; {other:.1%}"
        )


def told_by_colours(
    looks: list[Look], others: list[Look], random: np.random.Generator
) -> tuple[bool, ...]:
    """Who is taken for another: the first, the first in the second's clothes, the second.

    All in another light. The first is known by the upright pictures and half of the others.
    """
    rest = UPRIGHT + random.permutation(len(looks) - UPRIGHT)
    half = len(rest) - min(COLOUR_LOOKS, len(rest) // 2)
    known, later = [*range(UPRIGHT), *rest[:half]], rest[half:]
    some = random.choice(len(others), min(COLOUR_LOOKS, len(others)), replace=False)
    clothes = random.choice(len(others), len(later))
    came = (
        [looks[place] for place in later],
        [dressed(looks[place], others[one]) for place, one in zip(later, clothes, strict=True)],
        [others[place] for place in some],
    )
    light = random.normal(0, EXPOSURE) + random.normal(0, WHITE_BALANCE, 3)
    lamp = np.exp(random.normal(0, LAMP))
    before = [looks[place] for place in known]
    return tuple(
        min(otherness(before, [lit(look, np.exp(light), lamp) for look in who])) > 1 for who in came
    )


def lit(look: Look, light: Array, lamp: float) -> Look:
    """A look in another light, see `lit_colours`."""
    return Look(lit_colours(look.colours, light, lamp), look.shape)


def lit_colours(colours: NDArray[np.float32], light: Array, lamp: float) -> NDArray[np.float32]:
    """Colours (5, 3) in another light: (3,) factors of all, lamp one more of the place."""
    other = np.clip(colours * light, 0, 1)
    other[-1] = colours[-1] * (light @ LUMA) * lamp
    return other.astype(np.float32)


def dressed(look: Look, other: Look) -> Look:
    """A look at somebody in the clothes of another."""
    colours = look.colours.copy()
    colours[CLOTHES] = other.colours[CLOTHES]
    return Look(colours, look.shape)


def looks_of(data: Mapping[str, NDArray[Any]], name: str) -> list[Look]:
    """Looks at one person of a pair in the pictures in which they were found."""
    found = data[f"{name}_found"]
    both = zip(data[f"{name}_looks"][found], data[f"{name}_landmarks"][found], strict=True)
    return [Look(colours, shape_of(landmarks)) for colours, landmarks in both]


def describe_all(data: Mapping[str, NDArray[Any]], name: str) -> Array:
    """(N, 16) descriptions of one person of a pair in the pictures in which they were found."""
    found = data[f"{name}_found"]
    arrays = (data[f"{name}_{kind}"][found].astype(np.float64) for kind in ("world", "landmarks"))
    return np.concatenate([proportions(array) for array in arrays], axis=-1)


def share_beyond(base: Array, came: Array, moments: int, random: np.random.Generator) -> float:
    """How often medians of `moments` pictures of somebody lie beyond OTHER from a base."""
    drawn = [random.choice(len(came), min(moments, len(came)), replace=False) for _ in range(20)]
    changes = np.array([np.median(came[some], axis=0) - base for some in drawn])
    return float((np.linalg.norm(changes @ PROJECTION, axis=1) > OTHER).mean())


def view_name(view_deg: float) -> str:
    """front, oblique or side."""
    return "front" if abs(view_deg) < 25 else "oblique" if abs(view_deg) < 60 else "side"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pairs", type=Path)
    options = parser.parse_args()
    sessions = read(options.folder)
    held: dict[str, list[tuple[Array, Array]]] = {}
    for seed in range(4):
        order = np.random.default_rng(seed).permutation(len(sessions))
        half = [sessions[i] for i in order[: len(order) // 2]]
        rest = [sessions[i] for i in order[len(order) // 2 :]]
        for view, pair in distances(rest, fit(half), seed).items():
            held.setdefault(view, []).append(pair)
    every = np.concatenate([same for pairs in held.values() for same, _ in pairs])
    threshold = float(np.quantile(every, 1 - FALSE_ALARMS))
    print(f"{len(sessions)} sessions, OTHER = {threshold:.2f}")
    for view, pairs in held.items():
        same = np.concatenate([pair[0] for pair in pairs])
        other = np.concatenate([pair[1] for pair in pairs])
        print(
            f"{view:8} the same person taken for another {(same > threshold).mean():6.1%},"
            f" another noticed {(other > threshold).mean():6.1%}"
        )
    np.set_printoptions(precision=2, suppress=True)
    print(repr(fit(sessions).round(2).tolist()))
    if options.pairs:
        report_pairs(options.pairs)


if __name__ == "__main__":
    main()
