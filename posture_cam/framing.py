"""Whether the camera shows the whole head, with room to move.

From the front the spine is read from head and shoulders alone, and what a pose model guesses beyond
the edge of the picture is no measurement: docs/accuracy.md tells what little room costs.
"""

from __future__ import annotations

from posture_cam.landmarks import Landmark as L
from posture_cam.types import NAN, Pose

ABOVE_THE_EYES = 1.9
"""How far the top of the head is above the eyes, in distances of eyes and mouth, hair included:
median of 60 rendered front views, 1.4 to 2.6 in four of five. Side views: 1.7."""
LITTLE_ROOM = 0.1
"""Share of the picture's height."""
LITTLE_ROOM_ADVICE = (
    "There is little room above your head in the picture, which makes angles less exact: tilt the"
    " camera up or move it back."
)


def room_above_head(pose: Pose) -> float:
    """About how much of the picture's height is left above the head; negative where it is cut off.

    NaN when nobody is in the picture.
    """
    if not pose.present:
        return NAN
    height = pose.landmarks[:, 1].astype(float)
    eyes = (height[L.LEFT_EYE] + height[L.RIGHT_EYE]) / 2
    mouth = (height[L.MOUTH_LEFT] + height[L.MOUTH_RIGHT]) / 2
    return float(eyes - ABOVE_THE_EYES * (mouth - eyes)) / pose.height


def little_room(pose: Pose) -> bool:
    """Whether the camera should be tilted up or moved back."""
    return room_above_head(pose) < LITTLE_ROOM
