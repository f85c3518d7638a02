"""What docs/accuracy.md says between its tables."""

from __future__ import annotations

HEAD = """\
# Accuracy

How well posture_cam tells slouching from everything else, and how exact its angles are. This page
is written by one command:

    python tests/benchmarks/accuracy.py

It renders {people} people at desks, whose joint angles are known exactly, from seeds that no
training ever used; analyses the *videos* with `posture-cam analyze`, like anybody's; and scores the
results with the code behind `posture-cam tune evaluate` ([tuning.md](tuning.md) says how each
figure is defined). Every clip shows another body, camera, room and light. The first
{calibrated:.0f} seconds of a clip are upright and serve as calibration; they are not scored.

Measured with {versions}, pose model `{model}`: {clips} clips of
about 40 seconds with {frames} labelled frames, {drawn_last} more of the same kind, {others} of
people who move in another way, {moved} of people whose chairs are moved, {far} of people who lie
far back or bend far over, {anywhere} before cameras in unusual places, and {sessions} long
sessions. A frame without a verdict counts as
a miss when it shows a slouch. {unlabelled} of the scored frames with somebody in them show a change
from one posture to another and have no label; errors of angles count them. {slouched} of the
labelled frames are slouched, more than at a desk: AUC, recall and false positives do not depend on
that, but precision and F1 would be lower there.

No training ever used these people, but whether a network or a limit was taken was also looked up
on the {clips}, so they are not wholly independent proof. The {drawn_last} are
([below](#people-drawn-last)), and so are those who move in another way or lean far: they were drawn
when everything was settled.
"""

DRAWN_LAST = (
    "## People drawn last\n\n"
    "More people, cameras and rooms like those of the first tables, drawn and looked at only when "
    "all networks and limits were as they are.\n"
)

WAYS = (
    "A recording is judged knowing what comes next, `live` is not; and what is labelled above are "
    "postures that are held, not the second or two in which they change. Here those moments count, "
    "too, as slouched from 8 degrees of true flexion on and as innocent below 4 (all views):\n"
)

OTHERS = (
    "## People who move in another way\n\n"
    "All other people on this page move as those of the training pictures do: in a slump the "
    "pelvis rolls back, in leaning in the neck stays as it was. These do the same things as an "
    "animator would make them, turning one joint after another "
    "(tests/benchmarks/other_movements.py): the pelvis stays or goes its own way, the bend "
    "begins anywhere in the spine, the gaze is kept or "
    "not, and shoulders mostly stay where they are. Nothing was trained on them. Thirty others of "
    "the kind had shown that the training lacked such shoulders, which it has now "
    "(models/POSTURE_NET.md), and some limits (of hindsight, and of the correction for who leans "
    "far) were weighed with those. They stand for what real people do otherwise. What is told of "
    "the rounding of their shoulders mostly follows from how bent the back is: it is too much.\n"
)

MOVED = (
    "## In a chair that is moved\n\n"
    "All other people on this page slouch in a chair that stands where it stood when they were "
    "calibrated. These turn it by 12 to 40 degrees, as to a second screen, or move it by 4 to 25 "
    "cm (tests/benchmarks/moved_chairs.py), sit upright there for 8 seconds, then slouch and move "
    "there, three times in a clip. After 5 still and evidently upright seconds the program judges "
    "them against how they sit there ([baseline.md](baseline.md)).\n"
)

FAR = (
    "## Far back and far over\n\n"
    "Nobody else on this page leans by more than some 25 degrees from upright. These recline by 18 "
    "to 42 degrees or slide down with the pelvis rolled back by 20 to 44, and lean in by 22 to 46 "
    "or hunch from hips bent by 12 to 30 (tests/benchmarks/far_leans.py, written apart from what "
    "the networks learned of such postures): straight and bent backs by turns. From the front the "
    "verdict hardly tells the two apart. Their cameras stand half a metre farther away, since who "
    "bends over before a near one leaves its picture. The limits of the correction for such leans "
    "were weighed with thirty others of the kind.\n"
)

ANYWHERE = (
    "## Cameras in unusual places\n\n"
    "All other cameras on this page stand where people put webcams: on the desk before the "
    "person, or beside and farther away, with lenses of 50 to 80 degrees. These stand anywhere "
    "within some 3 m (sample_videos/any_camera.py): close beside so that no hip is seen, across "
    "the room, up to a metre above the eyes, with lenses of 32 to 105 degrees. The people move as "
    "those of the first tables do.\n"
)

LIMITS = """\
## What these figures do not say

The people are rendered. They differ in body, skin, clothes, hair, glasses, headset, chair, light
and camera, and they are found by the same pose model as real people, but cloth, hair and habits of
real people are richer. Expect real figures to be somewhat worse; what other outlines alone do, as
of loose clothes, is in [models/TRIALS.md](../models/TRIALS.md). Posture_cam is not a
medical device, and "slouched" here means that the spine is bent by at least 8° more than in the
person's own upright posture. Nothing here lies near that border: the roundest innocent frame is
bent by {innocent}°, the least bent slouched one by {slouched}°.
"""
