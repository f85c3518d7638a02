"""Which profile is judged by while live runs, and what the person is told of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from posture_cam.baseline import Baseline
from posture_cam.config import Settings
from posture_cam.engine import PostureEngine
from posture_cam.framing import advice_on
from posture_cam.news import Notice
from posture_cam.person_choice import PersonSelector
from posture_cam.profile_choice import Candidate, ProfileChooser
from posture_cam.types import Pose

NO_PROFILE_FITS = (
    "No stored profile fits this camera and person for certain; your first upright seconds are"
    " taken. If one of them is yours, name it with --profile."
)
ANOTHER_DAY = "The profile is of another day: sit upright for a moment, as you do today."


class ProfileUse:
    """Gives the engine the profile that fits.

    baseline: the one that was named, which the engine has from the start.
    candidates: without it, stored profiles of which the one that fits is chosen.
    tell: called with what is worth a line.

    sat_before: name of the profile of whoever's day it was before this run, "" when not known.
    """

    def __init__(
        self,
        baseline: Baseline | None,
        candidates: Sequence[Candidate],
        settings: Settings,
        tell: Callable[[Notice], object],
    ) -> None:
        self.sat_before = ""
        self._tell = tell
        self._chooser = ProfileChooser(() if baseline else candidates, settings.profile)
        self._in_use: Candidate | None = None
        self._framing_known = baseline is not None
        self._none_fits_told = False
        self._holds_s = settings.calibration.holds_s
        self._named = baseline

    @property
    def name(self) -> str:
        """Of the profile that was chosen, "" while there is none."""
        return "" if self._in_use is None else self._in_use.name

    def begin(self) -> None:
        """The source is open."""
        if self._named is not None:
            self._tell_of_day(self._named)

    def start_over(self) -> None:
        """Who was looked at so far was a picture of somebody."""
        self._chooser.start_over(newcomer=True)

    def choose(self, pose: Pose, engine: PostureEngine, selector: PersonSelector) -> None:
        """Before a pose is judged: take another profile where that fits now."""
        if not self._chooser.update(pose, engine.obstacle, engine.stretch):
            return
        chosen, before = self._chooser.chosen, self._in_use
        self._in_use = chosen
        if chosen is None and before is not None:
            engine.calibrate(None)
        if chosen is None and not self._none_fits_told:
            self._none_fits_told = True
            self._tell(Notice(NO_PROFILE_FITS, hint=True))
        elif chosen is not None and chosen is not before:
            self._use(chosen, pose.time_s, engine)
            selector.know()

    def follow(self, engine: PostureEngine) -> None:
        """After a pose was judged: another day, or a posture that was found, may begin with it."""
        if engine.new_day:
            self._begin_day(engine)
        self._check_framing(engine.baseline)

    def _use(self, chosen: Candidate, time_s: float, engine: PostureEngine) -> None:
        baseline = chosen.baseline.aged(time_s, self._holds_s)
        another = self.sat_before not in ("", chosen.name)
        self.sat_before = ""
        engine.calibrate(baseline, newcomer=self._chooser.newcomer or another)
        self._framing_known = True
        self._tell(Notice(f"The profile '{chosen.name}' fits and is used.", hint=True))
        self._tell_of_day(baseline)

    def _begin_day(self, engine: PostureEngine) -> None:
        """Somebody sits down after a night, whose profile may be another one."""
        if engine.baseline is not None:
            self._tell_of_day(engine.baseline)
        self._chooser.forget()

    def _tell_of_day(self, baseline: Baseline) -> None:
        """Say what helps beside a profile of another day."""
        if baseline.of_another_day:
            self._tell(Notice(ANOTHER_DAY, hint=True))

    def _check_framing(self, baseline: Baseline | None) -> None:
        """Say once what the camera's place makes worse; who calibrated so was told then."""
        if baseline is None or self._framing_known or not self._chooser.decided:
            return
        self._framing_known = True
        for sentence in advice_on(baseline.pose):
            self._tell(Notice(sentence, hint=True))
