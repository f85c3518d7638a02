"""The measures of desk and chair that a person sits at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .body import Body
from .body_data import BODY


@dataclass(frozen=True)
class Workplace:
    """Heights and distances in metres; the origin is on the floor below the seated hips.

    hip_height: middle of the hips above the floor when seated. seat_height: top of the seat.
    desk_height: top of the desk. desk_edge: the desk's edge in front of the hips.
    backrest: its front face behind the hips at seat height. backrest_angle_deg: its own slope.
    backrest_height: its top above the seat. armrests, headrest: whether the chair has them.
    foot_forward: ankles in front of the hips.
    """

    hip_height: float
    seat_height: float
    desk_height: float
    desk_edge: float
    backrest: float
    backrest_angle_deg: float
    backrest_height: float
    armrests: bool
    headrest: bool
    foot_forward: float

    @staticmethod
    def for_body(body: Body, rng: np.random.Generator) -> Workplace:
        """A workplace that fits a body roughly, as real ones do."""
        hip, knee, ankle = (
            body.head_of(f"{bone}.L") for bone in ("upperleg01", "lowerleg01", "foot")
        )
        thigh, shin = np.linalg.norm(knee - hip), np.linalg.norm(ankle - knee)
        ankle_height = float(ankle[1] - body.floor)
        hip_height = float(shin + ankle_height + rng.uniform(-0.01, 0.04))
        trunk = body.vertices[list(BODY)]
        around = trunk[np.abs(trunk[:, 1] - hip[1]) < 0.08]
        around = around[np.abs(around[:, 0]) < 0.15]
        buttocks = float(hip[2] - around[:, 2].min())
        belly = trunk[(np.abs(trunk[:, 1] - hip[1] - 0.15) < 0.1) & (np.abs(trunk[:, 0]) < 0.1)]
        belly_depth = float(belly[:, 2].max() - hip[2])
        shoulder = body.head_of("upperarm01.L")
        elbow = body.head_of("lowerarm01.L")
        elbow_height = hip_height + shoulder[1] - hip[1] - np.linalg.norm(shoulder - elbow)
        seat_height = hip_height - buttocks * 0.85
        lowest_desk = hip_height + 0.11
        return Workplace(
            hip_height=hip_height,
            seat_height=seat_height,
            desk_height=float(max(lowest_desk, elbow_height + rng.uniform(-0.04, 0.04))),
            desk_edge=belly_depth + float(rng.uniform(0.06, 0.16)),
            backrest=-buttocks - float(rng.uniform(0.0, 0.03)),
            backrest_angle_deg=float(rng.uniform(4, 12)),
            backrest_height=float(rng.uniform(0.42, 0.68)),
            armrests=bool(rng.random() < 0.5),
            headrest=bool(rng.random() < 0.25),
            foot_forward=float(thigh + rng.uniform(-0.12, 0.10)),
        )
