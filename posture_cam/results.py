"""The folder of results of one video: its files, summary.json, and whether it is done.

A folder is "done" only if summary.json says that this very video (by its content) was analysed with
these settings, this baseline, this model and this version, and every file it lists is there. So a
changed video or setting is never hidden behind an old result.
"""

from __future__ import annotations

import hashlib
import json
import math
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from posture_cam import __version__
from posture_cam.atomic import UNREADABLE_NAMES
from posture_cam.baseline import Baseline
from posture_cam.config import Settings
from posture_cam.errors import SourceError
from posture_cam.framing import framing_advice
from posture_cam.models import POSTURE_NETWORKS, find_model, load_networks, models_folder
from posture_cam.sources import SourceInfo, absolute
from posture_cam.summary import AngleRange, Summary
from posture_cam.types import EventKind

FORMAT = 1
"""Raised when the meaning of a file changes; adding columns or keys does not count."""

FRAMES, EVENTS, SUMMARY, POSES, REPORT, VIDEO = (
    "frames.csv", "events.csv", "summary.json", "poses.npz", "report.html", "annotated.mp4",
)  # fmt: skip
FILES = {FRAMES, EVENTS, SUMMARY, POSES, REPORT, VIDEO}

HASHED_BYTES = 1 << 20
"""This much of a file is read at a time."""
WITHOUT_EFFECT = {"log_level", "live", "alert"}
"""Settings that change nothing in the results of a recorded video."""

THIS_CLIP = "this clip"
"""Source of an upright posture that was found in the video itself."""
OF_ANOTHER_DAY = "of another day"
"""What is added to the name of a profile that is a second witness."""
PACKAGES = ("mediapipe", "opencv-python", "numpy", "av")


@dataclass(frozen=True, slots=True)
class Identity:
    """What a result depends on; with equal `versions`, equal identities give equal results.

    video_sha256, model_sha256, networks_sha256: of the contents of the video, of the pose model and
        of the trained networks. version: of posture_cam.
    settings_sha256: of the settings that matter and of the baseline.
    """

    video_sha256: str
    settings_sha256: str
    model_sha256: str
    networks_sha256: str
    version: str = __version__

    def to_dict(self) -> dict[str, str]:
        """Plain values for summary.json."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Facts:
    """Where the figures of a result come from.

    baseline_source: "profile NAME", perhaps "of another day", "this clip", both, "this clip since
        profile NAME never held", or "" when no baseline was found.
    problem: one sentence when the video was damaged, cut off, lies on its side or has too few
        pictures, else None.
    frames: number of analysed frames. people: how many people were seen, the watched one included.
    """

    video: Path
    info: SourceInfo
    identity: Identity
    settings: Settings
    baseline_source: str
    baseline: Baseline | None
    problem: str | None
    frames: int
    people: int = 1


def identify(
    video: Path,
    settings: Settings,
    baseline: Baseline | None,
    candidates: Sequence[Baseline] = (),
    heed: Callable[[], None] = lambda: None,
) -> Identity:
    """Read the video and the models once and hash them (about a second per gigabyte).

    candidates: the stored baselines that a fitting one is chosen from. heed: called for every piece
    that was read; what it raises ends the reading.
    Raises SourceError when the video cannot be read, ModelError when a model is missing or damaged.
    """
    load_networks()
    relevant = settings.model_dump(mode="json", exclude=WITHOUT_EFFECT)
    stored = baseline.to_dict() if baseline else None
    others = [candidate.to_dict() for candidate in candidates]
    text = json.dumps([relevant, stored, others], sort_keys=True)
    try:
        video_sha256 = _sha256(video, heed)
    except OSError as error:
        reason = "does not exist" if isinstance(error, FileNotFoundError) else error.strerror
        raise SourceError(f"{video} cannot be read ({reason}); check the name.") from error
    return Identity(
        video_sha256=video_sha256,
        settings_sha256=hashlib.sha256(text.encode()).hexdigest(),
        model_sha256=_sha256(find_model(settings.pose.model), heed),
        networks_sha256=_sha256(models_folder() / POSTURE_NETWORKS, heed),
    )


def read_document(folder: Path) -> dict[str, Any] | None:
    """The contents of a folder's summary.json, None when there is none that can be read."""
    try:
        document = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def is_done(folder: Path, identity: Identity, annotate: bool) -> bool:
    """Whether `folder` holds the complete results that analysing again would give."""
    document = read_document(folder)
    if document is None or document.get("identity") != identity.to_dict():
        return False
    if document.get("versions") != versions():
        return False
    files = document.get("files")
    if not isinstance(files, list) or (annotate and VIDEO not in files):
        return False
    return all((folder / str(name)).is_file() for name in files)


def write_document(folder: Path, facts: Facts, summary: Summary) -> dict[str, Any]:
    """Write summary.json into a folder that holds the other files, and return its contents."""
    document = to_document(facts, summary)
    files = {entry.name for entry in folder.iterdir() if entry.is_file()} | {SUMMARY}
    document["files"] = sorted(files)
    text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)
    (folder / SUMMARY).write_text(
        text + "\n", encoding="utf-8", errors=UNREADABLE_NAMES, newline="\n"
    )
    return document


def to_document(facts: Facts, summary: Summary) -> dict[str, Any]:
    """Everything of summary.json but the list of files; null stands for "not measurable"."""
    document = {
        "format": FORMAT,
        "identity": facts.identity.to_dict(),
        "versions": versions(),
        "video": _video(facts),
        "frames_analysed": facts.frames,
        "people_seen": facts.people,
        "problem": facts.problem,
        "advice": list(framing_advice(facts.baseline.pose)) if facts.baseline else [],
        "baseline": _baseline(facts),
        "time": {
            "observed_s": summary.observed_s,
            "judged_s": summary.judged_s,
            **{f"{posture}_s": seconds for posture, seconds in summary.seconds.items()},
        },
        "share": {
            "slouched_of_judged": summary.slouched_share,
            **{
                str(posture): seconds / summary.observed_s if summary.observed_s else math.nan
                for posture, seconds in summary.seconds.items()
            },
        },
        "views_s": {str(view): seconds for view, seconds in summary.views.items()},
        "longest_bout": {
            "start_s": summary.longest_bout.start_s,
            "length_s": summary.longest_bout.length_s,
        },
        "events": {str(kind): summary.events.get(kind, 0) for kind in EventKind},
        "events_per_hour": {str(kind): summary.per_hour(kind) for kind in EventKind},
        "strain": {
            "load_mean": summary.load_mean,
            "load_p95": summary.load_high,
            "dose": summary.dose,
            "lowest_budget": summary.lowest_budget,
            "worst_minutes": [asdict(minute) for minute in summary.worst_minutes],
        },
        "angles": {name: _angle(values) for name, values in summary.angles.items()},
        "settings": facts.settings.model_dump(mode="json"),
    }
    cleaned: dict[str, Any] = plain(document)
    return cleaned


def versions() -> dict[str, str]:
    """Versions of this program and of what its results depend on."""
    found = {"posture_cam": __version__, "python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def plain(value: Any) -> Any:
    """The same with NaN as None and floats rounded to a millionth, as JSON can hold it."""
    if isinstance(value, float):
        return round(value, 6) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value


def _video(facts: Facts) -> dict[str, Any]:
    info = facts.info
    return {
        "path": absolute(facts.video),
        "recorded": info.recorded or None,
        "recorded_by": info.recorded_by or None,
        "width": info.width,
        "height": info.height,
        "fps": info.fps,
        "duration_s": info.duration_s,
        "frame_count": info.frame_count,
        "rotation_deg": info.rotation_deg,
        "codec": info.codec,
    }


def _baseline(facts: Facts) -> dict[str, Any] | None:
    baseline = facts.baseline
    if baseline is None:
        return None
    return {
        "source": facts.baseline_source,
        "seconds": baseline.seconds,
        "frames": baseline.frames,
        "view": baseline.angles.view.value,
    }


def _angle(values: AngleRange) -> dict[str, float]:
    return {
        "measured_share": values.measured_share,
        "median": values.median,
        "p5": values.low,
        "p95": values.high,
        "sd": values.sd,
    }


def _sha256(path: Path, heed: Callable[[], None]) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(HASHED_BYTES):
            heed()
            digest.update(block)
    return digest.hexdigest()
