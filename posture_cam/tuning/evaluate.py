"""`tune evaluate`: how good are the verdicts on recorded clips, against their labels?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from posture_cam.errors import CalibrationError, RecordingError
from posture_cam.results import plain
from posture_cam.tuning.clips import RecordedClip, Watch, find_clips, find_labels
from posture_cam.tuning.labels import Labels, load_labels
from posture_cam.tuning.pooling import by_view, pool
from posture_cam.tuning.replay import changes_of, named
from posture_cam.tuning.scoring import ClipScore, score_clip

TOLERANCE_S = 3.0
"""Default of how far start and end of a found bout may be from the true one."""


@dataclass(frozen=True)
class Evaluation:
    """Scores of all clips that have labels.

    without_labels: names of those that have none, or none after the calibration. without_baseline:
    of those whose first seconds make no calibration. settings: per changed setting, its value in
    the first recording in which it differs, and the one used. calibrated_s, tolerance_s: as asked
    for.
    """

    clips: tuple[ClipScore, ...]
    without_labels: tuple[str, ...]
    without_baseline: tuple[str, ...]
    settings: dict[str, tuple[Any, Any]]
    calibrated_s: float
    tolerance_s: float

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; null stands for "unknown"."""
        document: dict[str, Any] = plain(
            {
                "tolerance_s": self.tolerance_s,
                "calibrated_s": self.calibrated_s,
                "changed_settings": named(self.settings),
                "without_labels": list(self.without_labels),
                "without_baseline": list(self.without_baseline),
                "all": pool(self.clips).to_dict(),
                "views": {
                    view: pool(clips).to_dict() for view, clips in by_view(self.clips).items()
                },
                "clips": [
                    {"name": clip.name, "view": clip.view, **pool([clip]).to_dict()}
                    for clip in self.clips
                ],
            }
        )
        return document


def evaluate(
    places: Sequence[Path],
    *,
    labels: Path | None = None,
    config_file: Path | None = None,
    assignments: Iterable[str] = (),
    calibrated_s: float = 0.0,
    tolerance_s: float = TOLERANCE_S,
    watch: Watch = iter,
) -> Evaluation:
    """Replay recorded clips and score them against their labels.

    places: recordings, folders of results, or folders of such folders. labels: a label file (for a
    single clip) or a folder of them; by default they are looked for beside the source video.
    config_file, assignments: changes on top of each recording's own settings.
    calibrated_s: take the baseline from that many first seconds of each clip, which then are not
    scored; 0 uses the recorded profile, or lets the engine find its own upright.
    watch: gives the clips one by one, and may tell how far that is.
    Raises RecordingError when nothing can be scored, ConfigError for unusable settings.
    """
    clips = find_clips(places)
    if labels is not None and labels.is_file() and len(clips) > 1:
        raise RecordingError(
            f"One label file cannot serve {len(clips)} clips; name a folder with one file per"
            " video, called after it."
        )
    wanted = tuple(assignments)
    scores: list[ClipScore] = []
    silent: list[str] = []
    restless: list[str] = []
    for clip, truth in watch(list(zip(clips, read_labels(clips, labels), strict=True))):
        if truth is None:
            silent.append(clip.name)
            continue
        try:
            # Of a copy, which goes with the poses that it has read.
            score = evaluate_clip(
                replace(clip), truth, config_file, wanted, calibrated_s, tolerance_s
            )
        except CalibrationError:
            restless.append(clip.name)
            continue
        if score.counts.labelled:
            scores.append(score)
        else:
            silent.append(clip.name)
    if not scores:
        raise _nothing_to_score(len(clips), calibrated_s if restless else 0.0)
    changes = changes_of(clips, config_file, wanted)
    return Evaluation(
        tuple(scores), tuple(silent), tuple(restless), changes, calibrated_s, tolerance_s
    )


def _nothing_to_score(clips: int, restless_s: float) -> RecordingError:
    """restless_s: the first seconds in which somebody did not sit still, 0 if all did."""
    if restless_s > 0:
        return RecordingError(
            f"The first {restless_s:g} s make no upright posture in any of the clips; name other"
            " --calibrate seconds, in which they sit still."
        )
    return RecordingError(
        f"None of the {clips} clips has labels for what was recorded after its calibration; put"
        " <video>.truth.csv or <video>.csv beside the video, or name the folder with --labels."
    )


def read_labels(clips: Sequence[RecordedClip], labels: Path | None) -> list[Labels | None]:
    """The labels of each clip, None where there are none.

    labels: as in `evaluate`. Raises RecordingError when one cannot be read, or two videos share it.
    """
    files = [find_labels(clip, labels) for clip in clips]
    videos: dict[Path, Path | None] = {}
    for clip, file in zip(clips, files, strict=True):
        if file is not None and videos.setdefault(file, clip.video) != clip.video:
            raise RecordingError(
                f"{file} would label two videos of one name; name the files in the folder of"
                " --labels after the folders of results."
            )
    return [None if file is None else load_labels(file) for file in files]


def evaluate_clip(
    clip: RecordedClip,
    labels: Labels,
    config_file: Path | None = None,
    assignments: Iterable[str] = (),
    calibrated_s: float = 0.0,
    tolerance_s: float = TOLERANCE_S,
) -> ClipScore:
    """Replay and score one clip; see `evaluate`.

    Raises CalibrationError when its first seconds make no upright posture, or are labelled
    slouched.
    """
    settings = clip.changed_settings(config_file, assignments)
    if calibrated_s > 0:
        replay = clip.replay_calibrated(settings, calibrated_s)
        early = replay.times[replay.times < replay.times[0] + calibrated_s]
        if (labels.at(early).slouched == 1).any():
            raise CalibrationError(f"The first seconds of {clip.name} are labelled slouched.")
    else:
        replay = clip.replay(settings)
    return score_clip(
        clip.name,
        replay,
        labels,
        tolerance_s=tolerance_s,
        calibrated_s=calibrated_s,
    )
