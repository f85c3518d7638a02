"""All people of a recording: who of them is watched, and whose stored profile fits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from posture_cam.baseline import Baseline
from posture_cam.config import Settings
from posture_cam.errors import RecordingError
from posture_cam.person_choice import choose_in_clip, people_of_clip
from posture_cam.profile_choice import Candidate, ProfileChooser
from posture_cam.tracks import Tracker
from posture_cam.types import Pose

BEGINNING_S, EVERY_S = 120.0, 0.05
"""Seconds at the beginning of a clip in which a stored profile is looked for, and least time from
one of the frames that are kept for it to the next."""

GOOD_PART = 0.5
"""Of the most prominent person's time; so long must one be there who is chosen by their profile."""


@dataclass(frozen=True, slots=True)
class Watched:
    """Who is watched. chosen: their index in every frame, -1 where they were not found.

    people: how many there were. profile: the stored one that fits them, None if none does.
    """

    chosen: list[int]
    people: int
    profile: Candidate | None = None


class Crowd:
    """Follows everybody in a clip, and says at its end who is watched."""

    def __init__(self) -> None:
        self._tracker = Tracker()
        self._numbers: list[tuple[int, ...]] = []
        self._beginning: list[tuple[int, tuple[Pose, ...]]] = []
        self._kept_s = -math.inf
        self._size = (1, 1)

    def update(self, people: Sequence[Pose]) -> None:
        """Take in the people of the next frame."""
        if people:
            self._size = people[0].width, people[0].height
        time_s = people[0].time_s if people else math.inf
        if time_s <= BEGINNING_S and time_s - self._kept_s >= EVERY_S:
            self._beginning.append((len(self._numbers), tuple(people)))
            self._kept_s = time_s
        self._numbers.append(self._tracker.update(people))

    def choose(
        self,
        baseline: Baseline | None,
        settings: Settings,
        candidates: Sequence[Candidate] = (),
    ) -> Watched:
        """Who is watched.

        baseline: of a profile that was named, whose person is chosen; in pictures of another shape
            it does not say where they are.
        candidates: stored profiles, looked at without a baseline. Whom one of them fits is chosen
            before who is more prominent, if they are there for a good part of the time.
        Raises RecordingError when there is no person analyze.person.
        """
        wanted = settings.analyze.person
        fitted = baseline.in_pictures_of(*self._size) if baseline and wanted == 0 else None
        everybody = people_of_clip(self._tracker.tracks, fitted)
        if wanted > max(len(everybody), 1):
            raise RecordingError(
                f"Person {wanted} was asked for, and {len(everybody)} could be told apart in the"
                " video; ask for a smaller --person, leave it out, or let more people be looked"
                f" for at a time than {settings.pose.people}, by --set pose.people=5."
            )
        somebody = everybody[max(wanted, 1) - 1] if everybody else None
        chosen = choose_in_clip(self._numbers, somebody)
        if somebody is None or baseline is not None or not candidates:
            return Watched(chosen, len(everybody))
        for other in [somebody] if wanted else everybody:
            if other.seconds >= GOOD_PART * somebody.seconds:
                theirs = choose_in_clip(self._numbers, other)
                profile = self._profile(candidates, settings.profile, theirs)
                if profile is not None:
                    return Watched(theirs, len(everybody), profile)
        return Watched(chosen, len(everybody))

    def _profile(
        self, candidates: Sequence[Candidate], preferred: str, chosen: Sequence[int]
    ) -> Candidate | None:
        """The stored profile that fits the beginning of a person, None if none does.

        Only one whose background is recognised: a recording may show anybody anywhere.
        preferred: name of the one taken where several fit. chosen: the person's index by frame.
        """
        chooser = ProfileChooser(candidates, preferred, place_needed=True)
        for frame, people in self._beginning:
            if chosen[frame] >= 0:
                chooser.update(people[chosen[frame]])
            if chooser.chosen is not None:
                break
        return chooser.chosen
