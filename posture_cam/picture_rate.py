"""Whether pictures come often enough to judge a posture by."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from posture_cam.still_poses import MAX_GAP_S


def too_seldom(times: Sequence[float]) -> str | None:
    """What to do when pictures at these times, seconds, are too far apart to see anybody sit still.

    None where most of them come often enough, or fewer than three are known.
    """
    if len(times) < 3:
        return None
    apart_s = float(np.median(np.diff(times)))
    if apart_s <= MAX_GAP_S:
        return None
    return (
        f"Pictures come only every {apart_s:.0f} s, too seldom to judge a posture; it takes one"
        f" every {MAX_GAP_S:.0f} s at least, better five a second."
    )
