"""From single frames to what lasts: bouts, holding time used up, load, and when to speak.

Pure and deterministic: the same frames give the same events, whatever the frame rate (to within a
frame). Time is the frames' own, in seconds; no clock is read. See docs/strain.md for the model.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from posture_cam.bouts import Bout
from posture_cam.config import Settings
from posture_cam.dose import Creep
from posture_cam.lasting import Lasting
from posture_cam.messages import say
from posture_cam.movement_watch import MovementWatch
from posture_cam.picture_reminders import of_calibration, of_light, told
from posture_cam.posture_events import of_absence, of_bouts, of_movement, of_slouching
from posture_cam.presence import Presence
from posture_cam.reminders import Reminders, Topic
from posture_cam.samples import Sample
from posture_cam.slouch_watch import SlouchWatch
from posture_cam.strain_parts import StrainParts
from posture_cam.types import Angles, Assessment, Event, EventKind, Strain

STATE_VERSION = 8
NO_TIME_S = 1e12  # some 30,000 years; differences of times far beyond would overflow
RECOVERED_BELOW = 0.5
"""Share of the holding time used below which the next reminder counts as a first one again."""


class StrainMonitor:
    """Follows one person through time.

    settings: all settings.
    clock_at_zero_s: seconds after local midnight at time_s = 0, for quiet hours; None when the
        recording's time of day is unknown, then there are none.
    """

    def __init__(self, settings: Settings, *, clock_at_zero_s: float | None = None) -> None:
        self._settings = settings
        self._clock_s = clock_s = math.nan if clock_at_zero_s is None else clock_at_zero_s
        self._parts = StrainParts(
            settings,
            SlouchWatch.from_settings(settings),
            MovementWatch.from_settings(settings),
            Presence.from_settings(settings),
            Reminders(settings.quiet, clock_s),
            Lasting.of(settings.movement.dark_s, settings.slouch.settle_s),
        )
        self._strain = Strain()
        self._untold: tuple[Event, ...] = ()

    def update(
        self,
        time_s: float,
        present: bool,
        angles: Angles,
        assessment: Assessment,
        *,
        upright: Angles | None = None,
        brightness: float = math.nan,
        camera_moved: bool = False,
        stand_in: bool = False,
        sitter_changed: bool = False,
        sitter_back: bool = False,
        straighter_deg: float = math.nan,
    ) -> tuple[Strain, tuple[Event, ...]]:
        """Take in one frame; returns the strain so far and the events that ended or fell due.

        time_s: seconds; a frame whose time does not advance, or is no time, changes nothing.
        present: somebody was found. assessment.slouched None: cannot be judged.
        upright: the baseline's angles, for angles that are absolute; None leaves these out.
        brightness: mean luma 0..1. camera_moved: it stands elsewhere than the baseline was taken
            from; nothing counts until it is back or a `stand_in` for the baseline holds there.
        sitter_changed: somebody else sits here from this frame on. sitter_back: its person again.
        straighter_deg: by how many degrees they turn out, with this frame, to sit straighter than
            when they calibrated; NaN otherwise.
        """
        parts = self._parts
        time_s += parts.zero_s
        lost = camera_moved and not stand_in
        if not abs(time_s) < NO_TIME_S or time_s <= parts.time_s:
            return self._strain, ()
        supported = self._settings.strain.arms_supported
        sample = Sample.from_angles(time_s, assessment, angles, upright, arms_supported=supported)
        judged = present and assessment.slouched is not None and not lost
        parts.ledger.follow_day(time_s + parts.reminders.clock_at_zero_s)
        events = [*self._untold, *self._changes(time_s, camera_moved, lost, sitter_changed)]
        self._untold = ()
        if sitter_back:
            self._begin_anew(time_s)
        events += self._follow_presence(sample, present, judged, brightness)
        lapsed = [parts.slouch.lapse(time_s)]
        watched = time_s - parts.time_s <= self._settings.strain.max_step_s
        events += self._ended_by_person(lapsed) if watched else of_bouts(lapsed)
        if judged:
            events += self._follow_slouch(sample)
            events += of_slouching(parts, time_s)
        if present and not lost:
            parts.movement.update(sample)
            if parts.presence.here.on:
                # Just back, an absence is not counted yet: its prompts would be of before.
                events += of_movement(parts, time_s)
        events += of_calibration(parts, time_s, straighter_deg, judged)
        events += of_light(parts, time_s)
        parts.time_s, parts.camera_moved = time_s, camera_moved
        self._strain = self._summary(sample if judged else None, time_s)
        return self._strain, self._on_the_frames_clock(events)

    def finish(self) -> tuple[Event, ...]:
        """End of the stream: the events still open."""
        absence = self._parts.presence.close()
        events = [*self._untold, *self._interrupt()]
        self._untold = ()
        events += of_absence(absence, self._settings.movement.away_s)
        return self._on_the_frames_clock(events)

    def snooze(self, until_s: float) -> None:
        """The person asked for no reminders until then."""
        self._parts.reminders.snooze(until_s + self._parts.zero_s)

    def dismissed(self, event: Event) -> None:
        """The person waved this reminder away: holding times grow a little, within bounds."""
        if event.kind is EventKind.ALERT:
            self._parts.reminders.dismissed()

    def paused(self) -> None:
        """No frames come after the last one: nobody sees what happens until the next.

        That time counts as a break if it is long enough, but not as `away`.
        """
        self._parts.presence.paused = True

    def calibrated(self) -> None:
        """The upright posture is another one: what was yet to be told of the one before is not."""
        self._parts.straighter_deg = math.nan

    @property
    def left(self) -> bool:
        """Whether the person was seen to leave, and nobody has come since."""
        return self._parts.presence.left

    def state(self) -> dict[str, Any]:
        """Everything that later events depend on, JSON-able."""
        return {"version": STATE_VERSION, **self._parts.state()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where `state` was taken; the settings are those given at construction.

        Raises RecordingError when the state is from another version; nothing has changed then.
        """
        values = dict(state)
        if values.pop("version", None) != STATE_VERSION:
            values = {}
        before = self._parts, self._strain
        self._parts = copy.copy(self._parts)
        try:
            self._parts.restore(values)
            self._set_clock()
            self._strain = self._summary(None, self._parts.time_s)
        except Exception:
            self._parts, self._strain = before
            raise

    def resume(self, state: Mapping[str, Any], ago_s: float) -> None:
        """Go on with an earlier run of the same day, before the first frame of this one.

        state: what `state` gave there, ago_s seconds (at least 0) before time 0 of this run. The
        time between was not watched, as after `paused`; a bout that it ends, of a run that could
        not tell of it any more, comes with the first frame. Raises RecordingError as `restore`.
        """
        self.restore(state)
        self.paused()
        self._untold = tuple(self._interrupt())
        self.calibrated()
        self._parts.ledger.day = math.nan
        if math.isfinite(self._parts.time_s):
            self._parts.zero_s = self._parts.time_s + max(0.0, ago_s)
            self._set_clock()

    def set_clock(self, clock_at_zero_s: float) -> None:
        """The time of day was set, or summer time has begun: as at construction."""
        self._clock_s = clock_at_zero_s
        self._set_clock()

    def _set_clock(self) -> None:
        """Tell the parts that know the time of day where their own zero lies in it."""
        self._parts.reminders.clock_at_zero_s = self._clock_s - self._parts.zero_s

    def _on_the_frames_clock(self, events: Iterable[Event]) -> tuple[Event, ...]:
        """These events with the times of the frames."""
        zero_s = self._parts.zero_s
        return tuple(
            replace(event, start_s=event.start_s - zero_s, end_s=event.end_s - zero_s)
            for event in events
        )

    def _changes(
        self, time_s: float, camera_moved: bool, lost: bool, sitter_changed: bool
    ) -> Iterator[Event]:
        parts = self._parts
        if camera_moved and not parts.camera_moved:
            moved = Event(EventKind.CAMERA_MOVED, time_s, time_s, message=say("camera_moved"))
            yield told(parts.reminders, moved, Topic.CAMERA)
        if lost:
            parts.reminders.settle(time_s)
        if sitter_changed:
            yield from self._interrupt()
            other = Event(EventKind.OTHER_PERSON, time_s, time_s, message=say("other_person"))
            yield told(parts.reminders, other, Topic.SITTER)
            self._begin_anew(time_s)

    def _begin_anew(self, time_s: float) -> None:
        """What the person before has used up is not the next one's."""
        parts = self._parts
        parts.slouch = SlouchWatch.from_settings(self._settings)
        parts.movement = MovementWatch.from_settings(self._settings)
        parts.presence.new_sitter(time_s)
        parts.creep = Creep()
        self.calibrated()
        parts.reminders.settle(time_s)
        parts.reminders.recovered()

    def _follow_presence(
        self, sample: Sample, present: bool, judged: bool, brightness: float
    ) -> Iterator[Event]:
        parts, time_s = self._parts, sample.time_s
        dark = brightness < self._settings.movement.dark_brightness
        if time_s - parts.time_s <= self._settings.strain.max_step_s:
            hidden = dark and not judged and not parts.presence.left
            parts.dark.update(parts.time_s, time_s, hidden, brightness)
        first = math.isnan(parts.time_s)
        absence = parts.presence.update(time_s, present, dark)
        if first:
            parts.reminders.settle(time_s)
        away_s = self._settings.movement.away_s
        if absence and absence.duration_s >= away_s:
            parts.slouch.budget.rest(absence.duration_s)
            parts.movement.rest(absence.duration_s)
            parts.creep.update(absence.duration_s, 0.0)
            parts.reminders.settle(absence.end_s)
            yield from of_absence(absence, away_s)

    def _follow_slouch(self, sample: Sample) -> Iterator[Event]:
        parts = self._parts
        spans, bouts = parts.slouch.update(sample, parts.reminders.patience)
        for span in spans:
            one, duration_s = span.sample, span.duration_s
            parts.ledger.add(span.start_s, duration_s, one.load)
            if math.isfinite(one.flexion_deg):
                parts.creep.update(duration_s, one.flexion_deg)
        if parts.slouch.budget.now.used < RECOVERED_BELOW:
            parts.reminders.recovered()
        yield from self._ended_by_person(bouts)

    def _interrupt(self) -> Iterator[Event]:
        """What comes next has nothing to do with what was; the running bout ends, if there is one.

        That is no answer to a reminder.
        """
        return of_bouts([self._parts.slouch.interrupt()])

    def _ended_by_person(self, bouts: Iterable[Bout | None]) -> Iterator[Event]:
        """Of bouts that ended with a recovery or with the person leaving."""
        ended = [bout for bout in bouts if bout is not None]
        for bout in ended:
            self._parts.reminders.bout_ended(bout.end_s)
        return of_bouts(ended)

    def _summary(self, sample: Sample | None, time_s: float) -> Strain:
        parts = self._parts
        away_since_s = parts.presence.away_since_s()
        away_s = time_s - away_since_s if math.isfinite(away_since_s) else 0.0
        credited_s = away_s if away_s >= self._settings.movement.away_s else 0.0
        return Strain(
            budget_left=parts.slouch.budget_left(credited_s),
            load=sample.load if sample else math.nan,
            dose=parts.ledger.dose,
            slouched_for_s=parts.slouch.bouts.slouched_for_s,
            dose_minute=parts.ledger.dose_minute(time_s),
            dose_hour=parts.ledger.dose_hour(time_s),
            creep_deg=parts.creep.deg,
            head_budget_left=parts.movement.head_budget_left,
            sitting_for_s=parts.presence.sitting_s,
            still_for_s=parts.movement.stillness.still_s,
            away_for_s=away_s,
        )
