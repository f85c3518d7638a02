"""Specification of state that is written as JSON and put back."""

from __future__ import annotations

import json
import math

from posture_cam.lasting import Repeats


def test_a_number_that_is_unknown_stays_so_within_lists() -> None:
    """JSON has no NaN; what comes back is NaN again, not None."""
    before, after = Repeats.of(20.0, 60.0), Repeats.of(20.0, 60.0)
    before.rows = [[math.nan, 3.0], [4.0, 25.0]]
    after.restore(json.loads(json.dumps(before.state(), allow_nan=False)))
    assert math.isnan(after.rows[0][0])
    assert [after.rows[0][1], after.rows[1]] == [3.0, [4.0, 25.0]]
