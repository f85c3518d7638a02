"""Where recorded poses come from, so that a replay can do what the original run did."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from posture_cam.sources import SourceInfo, SourceKind

SHAPING = ("pose.model", "pose.people", "pose.min_confidence", "analyze.rate_hz")
"""Settings that shape the recorded landmarks; all others only judge them."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """The source of recorded poses and the means by which they were found and judged.

    source: facts about the video. file_size: bytes. file_sha256: of the video's contents.
    model_sha256: of the pose model. versions: by package, "posture_cam" among them.
    settings: Settings.model_dump(mode="json") of the run.
    baseline: Baseline.to_dict() of the profile that was used, None without one.
    problem: one sentence when the video was damaged or cut off.
    """

    source: SourceInfo
    file_size: int | None = None
    file_sha256: str = ""
    model_sha256: str = ""
    versions: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    baseline: dict[str, Any] | None = None
    problem: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON-able values; `from_dict` gives the same back."""
        values = asdict(self)
        values["source"] = {
            name: None if isinstance(value, float) and math.isnan(value) else value
            for name, value in values["source"].items()
        }
        return values

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Provenance:
        """Raises KeyError, TypeError or ValueError when values are missing or wrong."""
        if not all(isinstance(values[name], dict) for name in ("source", "versions", "settings")):
            raise TypeError("a part is no mapping")
        source = dict(values["source"])
        source["kind"] = SourceKind(source["kind"])
        for name in ("fps", "duration_s"):
            source[name] = math.nan if source[name] is None else float(source[name])
        return cls(
            source=SourceInfo(**source),
            **{item.name: values[item.name] for item in fields(cls) if item.name != "source"},
        )
