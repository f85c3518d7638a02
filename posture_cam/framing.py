"""Whether the camera shows head and shoulders with room to move, and what to say where it does not.

From the front the spine is read from head and shoulders alone, and what a pose model guesses beyond
the edge of the picture is no measurement: docs/accuracy.md tells what little room above the head
costs, docs/cameras.md what little of the chest does.
"""

from __future__ import annotations

from posture_cam.angles import shoulders_shown
from posture_cam.camera_motion import recognisable
from posture_cam.landmarks import Landmark as L
from posture_cam.types import NAN, Pose

ABOVE_THE_EYES = 1.9
"""How far the top of the head is above the eyes, in distances of eyes and mouth, hair included:
median of 60 rendered front views, 1.4 to 2.6 in four of five. Side views: 1.7."""
LITTLE_ROOM = 0.1
"""Share of the picture's height, above the head and below the shoulders."""
LITTLE_ROOM_ADVICE = (
    "There is little room above your head in the picture, which makes angles less exact: tilt the"
    " camera up or move it back."
)
HEAD_CUT_ADVICE = (
    "The top of your head is cut off in the picture, which makes angles less exact: tilt the camera"
    " up or move it back."
)
SHOULDERS_CUT_ADVICE = (
    "Your shoulders are not wholly in the picture: they are not measured, and your back is measured"
    " less exactly. Move the camera back."
)
LITTLE_CHEST_ADVICE = (
    "Your shoulders are close to the lower edge of the picture and leave it when you slump or lean"
    " in, which makes angles less exact: move the camera back."
)
BARE_PLACE_ADVICE = (
    "Little can be recognised behind you, so a moved camera will not be noticed: calibrate whenever"
    " you have moved it, and name your profile."
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


def room_below_shoulders(pose: Pose) -> float:
    """How much of the picture's height is left below the lower shoulder; negative when it is cut.

    NaN when nobody is in the picture.
    """
    if not pose.present:
        return NAN
    lower = float(max(pose.landmarks[[L.LEFT_SHOULDER, L.RIGHT_SHOULDER], 1]))
    return 1 - lower / pose.height


def advice_on(pose: Pose) -> tuple[str, ...]:
    """What to say about where the camera stands, a sentence each; nothing where nobody is.

    pose: when sitting upright.
    """
    if not pose.present:
        return ()
    bare = () if recognisable(pose.scene) else (BARE_PLACE_ADVICE,)
    return (*framing_advice(pose), *bare)


def framing_advice(pose: Pose) -> tuple[str, ...]:
    """The same of how much of the person is in the picture alone."""
    if not pose.present:
        return ()
    room, whole = room_above_head(pose), all(shoulders_shown(pose))
    applies = {
        HEAD_CUT_ADVICE: room < 0,
        LITTLE_ROOM_ADVICE: 0 <= room < LITTLE_ROOM,
        SHOULDERS_CUT_ADVICE: not whole,
        LITTLE_CHEST_ADVICE: whole and room_below_shoulders(pose) < LITTLE_ROOM,
    }
    return tuple(sentence for sentence, is_so in applies.items() if is_so)
