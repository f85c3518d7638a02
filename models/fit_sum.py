"""Fit how the errors of upright and of the change from it go together (posture_cam/spine.py).

    python models/fit_sum.py DIR [DIR ...]

DIR holds the sessions that models/render_training.py writes. An absolute angle is the one of the
upright picture plus the change. Of the people of whom models/train_posture.py learns nothing some
pictures are compared with upright ones. Prints for each angle with which correlation of both errors
nearest to 68 % of the sums lie within their stated deviation, how many then do, and how many if the
errors were independent.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from fit_doubt import held_out_files, poses, read_session
from training_report import WITHIN_ONE_SD

from posture_cam.baseline import Baseline
from posture_cam.config import Settings
from posture_cam.models import load_networks
from posture_cam.posture_networks import PostureNetworks
from posture_cam.spine import ABSOLUTE, SpineEstimator
from posture_cam.types import Angles

UPRIGHTS = 2
"""So many pictures of each person are compared with."""
CORRELATIONS = [tenths / 10 for tenths in range(-6, 4)]


def held(file: Path, networks: PostureNetworks, correlation: float) -> dict[str, list[bool]]:
    """Of one person by angle: whether each sum lies within its stated deviation."""
    same = dict.fromkeys(ABSOLUTE, correlation)
    estimator = SpineEstimator(networks, Settings().pose.min_visibility, same)
    session = read_session(file)
    names, found, seen = list(session["truth_names"]), session["found"][0], poses(session)
    within: dict[str, list[bool]] = {name: [] for name in ABSOLUTE}
    for upright in np.flatnonzero(found & session["upright"])[:UPRIGHTS]:
        baseline = Baseline(seen[upright], Angles(), seconds=1.0, frames=1)
        for other in np.flatnonzero(found & ~session["upright"]):
            angles = estimator.measure(seen[other], baseline).angles
            for name in set(ABSOLUTE) & set(angles.sd):
                error = getattr(angles, name) - session["truth"][other, names.index(name)]
                if np.isfinite(error):
                    within[name].append(bool(abs(error) < angles.sd[name]))
    return within


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rendered", type=Path, nargs="+", help="folders of rendered sessions")
    options = parser.parse_args()
    files, networks = held_out_files(options.rendered), load_networks()
    shares: dict[str, dict[float, float]] = {name: {} for name in ABSOLUTE}
    for correlation in CORRELATIONS:
        people = [held(file, networks, correlation) for file in files]
        for name in ABSOLUTE:
            within = [one for person in people for one in person[name]]
            shares[name][correlation] = float(np.mean(within))
    print(f"{len(files)} people")
    for name, by_correlation in shares.items():
        best = min(by_correlation, key=lambda one: abs(by_correlation[one] - WITHIN_ONE_SD))
        print(
            f"{name}: correlation {best:.1f}, within {100 * by_correlation[best]:.0f} %;"
            f" independent {100 * by_correlation[0.0]:.0f} %"
        )


if __name__ == "__main__":
    main()
