"""How safely the upright posture is found without a calibration, on people held out.

    python models/fit_upright.py DIR [DIR ...]

DIR holds the sessions that models/render_training.py writes. Of the people of whom
models/train_posture.py learns nothing, single pictures stand for postures that were held. Prints by
how many degrees one must look less round (posture_cam/upright.py) for how many uprights to take the
place of a slouch, and how many innocent postures, which should not, that of an upright one.
"""

from __future__ import annotations

import argparse
from itertools import chain
from pathlib import Path

import numpy as np
from fit_doubt import held_out_files, poses, read_session

from posture_cam.angles import measure_angles
from posture_cam.baseline import Baseline
from posture_cam.config import Settings
from posture_cam.models import load_networks
from posture_cam.spine import SpineEstimator
from posture_cam.upright import may_be_upright, rounder_deg

UPRIGHTS, OTHERS = 2, 8
"""So many pictures of each person."""
LIMITS_DEG = (4.0, 6.0, 8.0, 10.0, 12.0)
MIN_VISIBILITY = Settings().pose.min_visibility


def less_round(file: Path, estimator: SpineEstimator) -> tuple[list[float], list[float]]:
    """Of one person: degrees by which uprights look less round than slouches, and innocent
    postures than uprights; minus infinity where nobody sits upright like the former."""
    session = read_session(file)
    found, upright = session["found"][0], session["upright"]
    random = np.random.default_rng(int(session["seed"]))
    others = random.permutation(np.flatnonzero(found & ~upright))[:OTHERS]
    seen = poses(session)
    held = {
        place: Baseline(seen[place], measure_angles(seen[place], MIN_VISIBILITY), 3.0, 15)
        for place in [*np.flatnonzero(found & upright)[:UPRIGHTS], *others]
    }
    right: list[float] = []
    wrong: list[float] = []
    for old in held:
        for new in held:
            if upright[new] and session["slouched"][old] == 1:
                right.append(_less_round(estimator, held[new], held[old]))
            elif upright[old] and not upright[new] and session["slouched"][new] == 0:
                wrong.append(_less_round(estimator, held[new], held[old]))
    return right, wrong


def _less_round(estimator: SpineEstimator, new: Baseline, old: Baseline) -> float:
    if not may_be_upright(estimator, new, old):
        return -np.inf
    return -rounder_deg(estimator, new, old)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rendered", type=Path, nargs="+", help="folders of rendered sessions")
    options = parser.parse_args()
    estimator = SpineEstimator(load_networks(), MIN_VISIBILITY)
    people = [less_round(file, estimator) for file in held_out_files(options.rendered)]
    right, wrong = (np.array(list(chain.from_iterable(part))) for part in zip(*people, strict=True))
    print(f"{len(people)} people; pairs: {len(right)} slouch, upright; {len(wrong)} upright, other")
    for limit in LIMITS_DEG:
        taken = 100 * (right > limit).mean(), 100 * (wrong > limit).mean()
        print(
            f"{limit:.0f} degrees: {taken[0]:.0f} % of the former, {taken[1]:.1f} % of the latter"
        )


if __name__ == "__main__":
    main()
