"""Every setting once: default, unit, bounds and help.

The config file, the environment, the command line, `posture-cam config show` and the docs all read
these models. How the layers are found and merged is in config_file.py.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import field_serializer, field_validator, model_validator

from posture_cam.address import without_password
from posture_cam.config_strain import MovementSettings, QuietSettings, StrainSettings
from posture_cam.setting import Section, setting
from posture_cam.strictness import with_preset


class PoseSettings(Section):
    """How people are found in a picture."""

    model: str = setting("full", "Pose model: lite, full, or the path of a .task file.")
    people: int = setting(
        2, "How many people are looked for, so that the right one can be chosen.", ge=1, le=5
    )
    min_confidence: float = setting(
        0.5, "How sure the model must be that there is a person.", ge=0.1, le=0.95
    )
    min_visibility: float = setting(
        0.5, "A landmark seen with less than this is treated as not visible.", ge=0.05, le=0.95
    )


SLOWEST_HZ = 1.0
"""Frames 2 s apart have nothing to do with each other (smoothing.py and others), and at half a
frame per second those of a video at 29.97 Hz often are."""


class AnalyzeSettings(Section):
    """How recorded videos are read."""

    rate_hz: float = setting(
        10.0, "Frames analysed per second of video; 0 means every frame.", unit="Hz", ge=0, le=240
    )
    person: int = setting(
        0, "Which of several people is watched, 1 the most prominent; 0 chooses.", ge=0, le=99
    )

    @field_validator("rate_hz")
    @classmethod
    def _often_enough_to_follow(cls, rate_hz: float) -> float:
        if 0 < rate_hz < SLOWEST_HZ:
            raise ValueError(f"{rate_hz:g} is too slow; give at least {SLOWEST_HZ:g} Hz, or 0")
        return rate_hz


class LiveSettings(Section):
    """How live monitoring runs."""

    source: str = setting(
        "0", "Camera number, device, video file, or http, https or rtsp URL, where none is named."
    )
    rate_hz: float = setting(
        5.0, "Frames judged per second; fewer save battery.", unit="Hz", ge=1, le=60
    )
    preview: bool = setting(True, "Show a window with the picture, the skeleton and the angles.")
    mirror: bool = setting(True, "Show yourself in the window as a mirror would.")
    retry_s: float = setting(
        5.0, "Wait before a lost camera is tried again.", unit="s", ge=0.1, le=300
    )
    timeout_s: float = setting(
        10.0, "A camera or stream silent for this long counts as lost.", unit="s", ge=1, le=120
    )
    keep_day: bool = setting(
        True, "Keep the day's load, sitting time and reminders in a small file for a restart."
    )

    @field_validator("source", mode="before")
    @classmethod
    def _camera_number_may_be_a_number(cls, source: Any) -> Any:
        return str(source) if type(source) is int else source

    @field_serializer("source", when_used="json")
    def _results_hold_no_password(self, source: str) -> str:
        return without_password(source)


class CalibrationSettings(Section):
    """How the person's own upright posture is learned."""

    seconds: float = setting(
        10.0, "How long `calibrate` watches you sit upright.", unit="s", ge=2, le=120
    )
    countdown_s: float = setting(
        3.0, "Time to get ready before `calibrate` begins with a camera.", unit="s", ge=0, le=60
    )
    first_upright_s: float = setting(
        5.0,
        "Without a profile: seconds of still, well seen sitting taken as the baseline.",
        unit="s",
        ge=1,
        le=120,
    )
    provisional_s: float = setting(
        1.0,
        "Without a profile: after so long of still sitting judging begins, with less confidence.",
        unit="s",
        ge=0.5,
        le=120,
    )
    whole_clip: bool = setting(
        True,
        "Without a profile, and where the camera was moved: judge a recording from its beginning"
        " against the most upright posture in all of it, as `live` cannot.",
    )
    holds_h: float = setting(
        12.0,
        "A profile taken longer than this before or after the pictures is of another day: beside"
        " the upright posture found in them it is a second witness.",
        unit="h",
        ge=0,
        le=1_000_000,
        source="our choice: a day's work; see docs/baseline.md",
    )

    max_movement: float = setting(
        0.27,
        "More change of posture than this during calibration is refused.",
        unit="spreads of head and shoulders",
        ge=0.005,
        le=1,
    )

    @property
    def holds_s(self) -> float:
        """`holds_h` in seconds."""
        return self.holds_h * 3600


class SlouchSettings(Section):
    """When a frame counts as slouched, and when slouching counts as lasting."""

    enter_score: float = setting(
        0.5, "A frame counts as slouched from this score on.", ge=0.05, le=0.95,
        source="even odds of a slouch at a desk; see docs/accuracy.md for its errors",
    )  # fmt: skip
    leave_score: float = setting(
        0.4, "A slouched frame stays slouched down to this score, so that the verdict is steady.",
        ge=0.01, le=0.95, source="our choice: two degrees of flexion below the other",
    )  # fmt: skip
    sustained_s: float = setting(
        60.0, "A bout of slouching is reported from this length on.", unit="s", ge=1, le=3600,
        source="RULA: a static posture weighs more from 1 min on",
    )  # fmt: skip
    recover_s: float = setting(
        10.0, "A bout ends after this long upright; shorter recoveries are bridged.",
        unit="s", ge=0.5, le=600, source="our choice: one good second is no recovery, ten are",
    )  # fmt: skip
    settle_s: float = setting(
        3.0,
        "A changed verdict is believed once it leads by this long, then dated back to the change.",
        unit="s",
        ge=0.1,
        le=30,
        source="our choice: below the 4 s from which ISO 11226 calls a posture static",
    )
    bridge_s: float = setting(
        10.0, "A bout bridges this long without a verdict (nobody found, view lost); then it ends.",
        unit="s", ge=1, le=600, source="as long as an upright stretch that ends a bout",
    )  # fmt: skip
    slouched_share: float = setting(
        0.5, "A bout is reported if at least this share of it was slouched.", ge=0, le=1,
        source="our choice: glances with short pauses are no bout",
    )  # fmt: skip

    def limit(self, slouched: bool) -> float:
        """The score from which a frame counts as slouched; slouched: whether it was so before."""
        return min(self.leave_score, self.enter_score) if slouched else self.enter_score


class AlertSettings(Section):
    """How a reminder reaches you."""

    terminal: bool = setting(True, "Print reminders in the terminal.")
    sound: bool = setting(True, "Play a short sound with a reminder.")
    volume: float = setting(
        0.4, "Loudness of that sound: 0 is silent, 1 half of what your system can do.", ge=0, le=1
    )
    notify: bool = setting(True, "Send a desktop notification with a reminder.")
    snooze_s: float = setting(
        900.0, "The notification's snooze button keeps reminders away for this long.", unit="s",
        ge=60, le=14400, source="our choice: a quarter of an hour",
    )  # fmt: skip


class Settings(Section):
    """All settings. `Settings()` is the default configuration."""

    strictness: Literal["gentle", "standard", "strict"] = setting(
        "standard",
        "How soon and how often to remind: a set of defaults, each of which you can still change.",
    )
    profile: str = setting(
        "default", "Calibration profile that `calibrate` stores, preferred where several fit."
    )
    log_level: Literal["error", "warning", "info", "debug"] = setting(
        "warning", "How much is told about the program's own work."
    )
    pose: PoseSettings = PoseSettings()
    analyze: AnalyzeSettings = AnalyzeSettings()
    live: LiveSettings = LiveSettings()
    calibration: CalibrationSettings = CalibrationSettings()
    slouch: SlouchSettings = SlouchSettings()
    alert: AlertSettings = AlertSettings()
    strain: StrainSettings = StrainSettings()
    movement: MovementSettings = MovementSettings()
    quiet: QuietSettings = QuietSettings()

    @model_validator(mode="before")
    @classmethod
    def _apply_strictness(cls, given: Any) -> Any:
        """The preset stands below everything that was given."""
        return with_preset(given)
