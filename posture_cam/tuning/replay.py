"""What a changed setting would have done to recorded clips."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from posture_cam.config_file import setting_changes
from posture_cam.replay import Replay
from posture_cam.results import plain
from posture_cam.summary import Summary, summarise
from posture_cam.tuning.clips import Likeness, RecordedClip, Watch, find_clips
from posture_cam.types import Event, EventKind

MOVED_S = 0.1
"""What tables show; a smaller difference of times is none."""


@dataclass(frozen=True)
class ChangedBout:
    """A slouch bout before and after a change of settings; None where it does not exist."""

    before: Event | None
    after: Event | None

    @property
    def moved(self) -> bool:
        """Whether the bout came, went or has another end, by as much as tables show."""
        if self.before is None or self.after is None:
            return True
        by_s = self.before.start_s - self.after.start_s, self.before.end_s - self.after.end_s
        return max(abs(by_s[0]), abs(by_s[1])) >= MOVED_S


@dataclass(frozen=True)
class Outcome:
    """What a replay of one clip came to; far smaller than its steps."""

    summary: Summary
    events: tuple[Event, ...]

    @classmethod
    def of_replay(cls, replay: Replay) -> Outcome:
        """What is kept of it."""
        return cls(summarise(replay), replay.events)

    def of(self, kind: EventKind) -> list[Event]:
        """The events of one kind."""
        return [event for event in self.events if event.kind is kind]

    @property
    def alerts_s(self) -> list[float]:
        """When reminders about slouching fell due."""
        return [event.end_s for event in self.of(EventKind.ALERT)]


@dataclass(frozen=True)
class Comparison:
    """One clip under the settings of its recording and under changed ones.

    likeness: whether re-doing it with the recorded settings gave exactly the run's own tables.
    version: of the posture_cam that made the recording.
    """

    name: str
    before: Outcome
    after: Outcome
    likeness: Likeness
    version: str

    @property
    def bouts(self) -> list[ChangedBout]:
        """Slouch bouts before and after, paired by overlap, in the order of time."""
        return pair_bouts(self.before.of(EventKind.SLOUCH), self.after.of(EventKind.SLOUCH))

    @property
    def alerts_moved(self) -> bool:
        """Whether reminders about slouching came, went or fell due at other times."""
        before, after = self.before.alerts_s, self.after.alerts_s
        if len(before) != len(after):
            return True
        return any(abs(one - other) >= MOVED_S for one, other in zip(before, after, strict=True))

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        document: dict[str, Any] = plain(
            {
                "clip": self.name,
                "with_recorded_settings": str(self.likeness),
                "recorded_by_version": self.version,
                "before": _side(self.before),
                "after": _side(self.after),
                "bouts": [
                    {"before": _span(bout.before), "after": _span(bout.after)}
                    for bout in self.bouts
                ],
            }
        )
        return document


def compare(
    places: Sequence[Path],
    *,
    config_file: Path | None = None,
    assignments: Iterable[str] = (),
    watch: Watch = iter,
) -> tuple[list[Comparison], dict[str, tuple[Any, Any]]]:
    """Judge recorded clips with their own settings and with changed ones.

    places: recordings, folders of results, or folders of such folders. config_file, assignments:
    changes on top of each recording's own settings. watch: gives the clips one by one, and may
    tell how far that is. Returns a comparison per clip, and what changes in their settings.
    Raises RecordingError when nothing is recorded there, ConfigError for unusable settings.
    """
    wanted = tuple(assignments)
    clips = find_clips(places)
    # Of each a copy, which goes with the poses that it has read.
    comparisons = [_compared(replace(clip), config_file, wanted) for clip in watch(clips)]
    return comparisons, changes_of(clips, config_file, wanted)


def _compared(clip: RecordedClip, config_file: Path | None, wanted: tuple[str, ...]) -> Comparison:
    changed = clip.changed_settings(config_file, wanted)
    replay = clip.replay()
    before, likeness = Outcome.of_replay(replay), clip.likeness(replay)
    after = before if changed == clip.settings else Outcome.of_replay(clip.replay(changed))
    return Comparison(clip.name, before, after, likeness, clip.version)


def changes_of(
    clips: Sequence[RecordedClip], config_file: Path | None, wanted: tuple[str, ...]
) -> dict[str, tuple[Any, Any]]:
    """What changes in any of the clips, by the first one in which it does; see `compare`."""
    changes: dict[str, tuple[Any, Any]] = {}
    for clip in reversed(clips):
        changes |= setting_changes(clip.settings, clip.changed_settings(config_file, wanted))
    return changes


def named(changes: dict[str, tuple[Any, Any]]) -> dict[str, dict[str, Any]]:
    """Changed settings for JSON."""
    return {name: {"recorded": before, "used": after} for name, (before, after) in changes.items()}


def pair_bouts(before: Sequence[Event], after: Sequence[Event]) -> list[ChangedBout]:
    """Bouts of two lists, one to one, those that share the most time first; the rest alone."""
    shared = sorted(
        (
            (min(old.end_s, new.end_s) - max(old.start_s, new.start_s), i, j)
            for i, old in enumerate(before)
            for j, new in enumerate(after)
        ),
        reverse=True,
    )
    bouts: list[ChangedBout] = []
    old_left, new_left = set(range(len(before))), set(range(len(after)))
    for seconds, i, j in shared:
        if seconds > 0 and i in old_left and j in new_left:
            bouts.append(ChangedBout(before[i], after[j]))
            old_left.remove(i)
            new_left.remove(j)
    bouts += [ChangedBout(before[i], None) for i in old_left]
    bouts += [ChangedBout(None, after[j]) for j in new_left]
    return sorted(bouts, key=_start)


def _side(outcome: Outcome) -> dict[str, Any]:
    summary = outcome.summary
    return {
        "slouched_share": summary.slouched_share,
        "judged_s": summary.judged_s,
        "events": {str(kind): count for kind, count in summary.events.items()},
        "alerts_s": outcome.alerts_s,
    }


def _span(event: Event | None) -> list[float] | None:
    return [event.start_s, event.end_s] if event else None


def _start(bout: ChangedBout) -> float:
    """Where a bout stands in the list: at its start before the change, if it existed."""
    event = bout.before or bout.after
    assert event is not None
    return event.start_s
