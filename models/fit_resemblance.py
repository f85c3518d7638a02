"""Fit the constants of posture_cam/resemblance.py, and print its error rates.

    python models/fit_resemblance.py DIR

DIR holds what models/render_days.py writes. The second day of each person is compared with the
first of the same and of the other, in a light that differs more than the rendered one does. Fitted
to two thirds of the pairs; the rates are of these, and of the last third by the fit and by
resemblance.py as it stands.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from fit_sitter import EXPOSURE, WHITE_BALANCE, lit_colours, view_name
from numpy.typing import NDArray

from posture_cam.resemblance import (
    FITTED,
    Constants,
    Traits,
    colours_differ,
    evidence,
    outlines_differ,
)

Array = NDArray[np.float64]

LAMP = 0.3
"""Spread of the logarithm by which another lamp, or the day, lights the place behind."""
LIGHTS = 8
"""Every pair is looked at in so many."""
RIDGE, STEPS = 2e-3, 30
TRAITS = len(Traits._fields)
LIMITS = (-2.0, -1.5, -1.0, -0.5, 0.0, 1.0, 1.5, 2.0)


@dataclass(frozen=True)
class Comparisons:
    """How people of their second day differ, one row each, (N, traits) as `resemblance.Traits`.

    same, other: from their own first day, and from the other's. views: names (N,).
    """

    same: Array
    other: Array
    views: NDArray[np.str_]


def compare(files: Sequence[Path]) -> Comparisons:
    """All comparisons of some pairs."""
    random = np.random.default_rng(0)
    same, other, views = [], [], []
    for file in files:
        with np.load(file) as data:
            looks, figures, view_deg = data["looks"], data["figures"], float(data["view_deg"])
        for _ in range(LIGHTS):
            light = random.normal(0, EXPOSURE) + random.normal(0, WHITE_BALANCE, 3)
            lamp = float(np.exp(random.normal(0, LAMP)))
            for who in range(2):
                now = lit_colours(looks[who, 1], np.exp(light), lamp), figures[who, 1]
                known = [
                    Traits(
                        *colours_differ(looks[whose, 0], now[0]),
                        *outlines_differ(figures[whose, 0], now[1]),
                    )
                    for whose in (who, 1 - who)
                ]
                same.append(known[0])
                other.append(known[1])
                views.append(view_name(view_deg))
    return Comparisons(np.array(same), np.array(other), np.array(views))


def fit(seen: Comparisons) -> Constants:
    """Scales are medians of all differences; weights a logistic regression without a constant, so
    that a trait in its middle says nothing."""
    every = np.vstack([seen.same, seen.other])
    scales = Traits(*np.nanmedian(every, axis=0).tolist())
    plain = Constants(scales, weights=Traits(*TRAITS * [1.0]), middles=Traits(*TRAITS * [0.0]))
    spread = evidence(every, plain)
    halves = spread[: len(seen.same)], spread[len(seen.same) :]
    middles = np.mean([np.nanmean(half, axis=0) for half in halves], axis=0)
    is_other = np.repeat([0.0, 1.0], len(seen.same))
    weights = logistic_regression(np.nan_to_num(spread - middles), is_other)
    return Constants(scales, Traits(*weights.tolist()), Traits(*middles.tolist()))


def logistic_regression(inputs: Array, is_other: Array) -> Array:
    """Weights that make what is known likeliest, by Newton's method, with a small ridge."""
    weights = np.zeros(inputs.shape[1])
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-inputs @ weights))
        slope = inputs.T @ (chance - is_other) / len(inputs) + RIDGE * weights
        bend = (inputs.T * (chance * (1 - chance))) @ inputs / len(inputs)
        weights -= np.linalg.solve(bend + RIDGE * np.eye(len(weights)), slope)
    return weights


def odds(differ: Array, constants: Constants) -> Array:
    """(N,) as `resemblance.log_odds_of_another`."""
    return np.asarray(np.nansum(evidence(differ, constants), axis=1))


def report(seen: Comparisons, constants: Constants) -> None:
    """Of two profiles the right one; how often limits take one for another."""
    same, other = odds(seen.same, constants), odds(seen.other, constants)
    for view in ("front", "oblique", "side"):
        here = seen.views == view
        print(f"{view:8} {here.sum():5} the right one of two {(same < other)[here].mean():.1%}")
    print(f"{'all':8} {len(same):5} the right one of two {(same < other).mean():.1%}")
    for limit in LIMITS:
        own = ((same < limit) & (same < other)).mean()
        print(
            f"limit {limit:5.1f}: the own profile fits {(same < limit).mean():.1%}, and best"
            f" {own:.1%}; another's {(other < limit).mean():.1%}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    files = sorted(parser.parse_args().folder.glob("pair_*.npz"))
    learnt, held_out = files[: 2 * len(files) // 3], files[2 * len(files) // 3 :]
    constants = fit(compare(learnt))
    for name, one in constants._asdict().items():
        print(f"{name}=Traits({', '.join(f'{number:.2f}' for number in one)})")
    print(f"\n{len(learnt)} pairs of the fit:")
    report(compare(learnt), constants)
    for name, some in (("by this fit", constants), ("as it is", FITTED)):
        print(f"\n{len(held_out)} pairs held out, {name}:")
        report(compare(held_out), some)


if __name__ == "__main__":
    main()
