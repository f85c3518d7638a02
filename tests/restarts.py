"""An engine that is saved and put back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

from posture_cam.engine import PostureEngine
from posture_cam.types import Pose, Step


def run_restarted(
    engine: PostureEngine, fresh: Callable[[], PostureEngine], stream: Iterable[Pose]
) -> list[Step]:
    """The steps of a stream of which every pose is judged by an engine of its own.

    engine: judges the first. fresh: makes the next, which is given the state of the one before as
    JSON, and must give the same state back.
    """
    steps = []
    for pose in stream:
        steps.append(engine.update(pose))
        state = json.dumps(engine.state(), allow_nan=False)
        engine = fresh()
        engine.restore(json.loads(state))
        assert json.dumps(engine.state(), allow_nan=False) == state
    return steps
