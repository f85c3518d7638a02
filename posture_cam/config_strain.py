"""Settings of the time side: how long is too long, what else is noticed, when to be quiet."""

from __future__ import annotations

from pydantic import field_validator

from posture_cam.quiet_hours import parse_quiet_hours
from posture_cam.setting import Section, setting


class StrainSettings(Section):
    """How long a posture may be held, and how the mid-back load is reckoned."""

    patience: float = setting(
        1.0, "All holding times are multiplied by this: 2 waits twice as long before a reminder.",
        ge=0.1, le=10, source="1 keeps the standards' times",
    )  # fmt: skip
    mild_deg: float = setting(
        10.0, "Spine flexion from which the holding time below applies.", unit="deg", ge=1, le=45,
        source="the slouch signal is 10-15 deg: ten minutes at a computer flex the spine by 12",
    )  # fmt: skip
    mild_hold_s: float = setting(
        240.0, "How long a mild slouch may be held.", unit="s", ge=5, le=7200,
        source="ISO 11226 trunk: 4 min where its time limit begins",
    )  # fmt: skip
    severe_deg: float = setting(
        40.0, "Spine flexion from which the shortest holding time applies.", unit="deg",
        ge=2, le=90, source="ISO 11226 back curvature: not recommended beyond 40 deg",
    )  # fmt: skip
    severe_hold_s: float = setting(
        60.0, "How long the deepest slouch may be held.", unit="s", ge=1, le=7200,
        source="ISO 11226 trunk: 1 min where its time limit ends",
    )  # fmt: skip
    trunk_mild_deg: float = setting(
        20.0, "Forward lean of the trunk (against upright) with the holding time of a mild slouch.",
        unit="deg", ge=1, le=60, source="ISO 11226 trunk inclination",
    )  # fmt: skip
    trunk_severe_deg: float = setting(
        60.0, "Forward lean of the trunk with the holding time of the deepest slouch.",
        unit="deg", ge=2, le=90, source="ISO 11226 trunk inclination",
    )  # fmt: skip
    head_mild_deg: float = setting(
        25.0, "Looking down further than this uses up the head's holding time.", unit="deg",
        ge=5, le=60, source="ISO 11226 head inclination",
    )  # fmt: skip
    head_mild_hold_s: float = setting(
        480.0, "How long the head may be held that far down.", unit="s", ge=5, le=7200,
        source="ISO 11226 head inclination: 8 min",
    )  # fmt: skip
    head_severe_deg: float = setting(
        85.0, "Looking down this far has the shortest holding time.", unit="deg", ge=6, le=120,
        source="ISO 11226 head inclination",
    )  # fmt: skip
    head_severe_hold_s: float = setting(
        60.0, "How long the head may be held as far down as that.", unit="s", ge=1, le=7200,
        source="ISO 11226 head inclination: 1 min",
    )  # fmt: skip
    recovery_half_s: float = setting(
        120.0, "Upright or away, half of the used holding time comes back in this time.", unit="s",
        ge=5, le=3600, source="McGill and Brown 1992: half the stiffness back within 2 min",
    )  # fmt: skip
    max_step_s: float = setting(
        3.0, "Longest time from one picture to the next that counts as watched.",
        unit="s", ge=2, le=30, source="three frames at the slowest rate, 1 Hz",
    )  # fmt: skip
    arms_supported: bool = setting(
        True, "Your forearms rest on the desk, so that the load leaves them out."
    )


class MovementSettings(Section):
    """What else is noticed: stillness, breaks, repeated movements, one-sided postures, absence."""

    still_s: float = setting(
        1500.0, "A reminder comes after this long without any change of posture.", unit="s",
        ge=60, le=14400, source="a movement prompt every 20-30 min (McLean 2001: 20 min best)",
    )  # fmt: skip
    still_deg: float = setting(
        6.0, "A posture has changed when an angle has moved by this much.", unit="deg",
        ge=1, le=45, source="twice the scatter of a webcam's angles",
    )  # fmt: skip
    break_every_s: float = setting(
        1800.0, "A reminder comes after sitting this long without a break.", unit="s",
        ge=60, le=28800, source="a movement prompt every 20-30 min (McLean 2001, NIOSH)",
    )  # fmt: skip
    break_s: float = setting(
        60.0, "Being away this long is a break, suspend and a lost camera too.",
        unit="s", ge=5, le=3600,
        source="twice the 30 s microbreak of McLean 2001",
    )  # fmt: skip
    bend_deg: float = setting(
        20.0, "Bending forward further than this is a movement that is counted.", unit="deg",
        ge=5, le=90, source="EN 1005-4: over 20 deg, unacceptable at 2 a minute",
    )  # fmt: skip
    side_bend_deg: float = setting(
        10.0, "Bending to a side further than this is a movement that is counted.", unit="deg",
        ge=3, le=60, source="EN 1005-4: over 10 deg, unacceptable at 2 a minute",
    )  # fmt: skip
    twist_deg: float = setting(
        20.0, "Turning the trunk further than this is a movement that is counted.", unit="deg",
        ge=5, le=90, source="EN 1005-4 says 10 deg; doubled, as a webcam sees turning coarsely",
    )  # fmt: skip
    repeats_per_min: float = setting(
        2.0, "Bending or turning is reported at this many a minute or more.", unit="1/min",
        ge=0.5, le=30, source="EN 1005-4",
    )  # fmt: skip
    repeats_window_s: float = setting(
        180.0, "Movements are counted over this time.", unit="s", ge=30, le=1800,
        source="our choice: two movements in one minute are no habit yet",
    )  # fmt: skip
    tilt_deg: float = setting(
        8.0, "A shoulder raised by more than this (against upright) is one-sided.", unit="deg",
        ge=2, le=45, source="four times the error of the shoulder line, 2 deg",
    )  # fmt: skip
    lateral_deg: float = setting(
        10.0, "A trunk leaning to a side by more than this (against upright) is one-sided.",
        unit="deg", ge=2, le=45, source="ISO 11226: lateral within 10 deg",
    )  # fmt: skip
    one_sided_s: float = setting(
        180.0, "One-sided sitting is reported after this long.", unit="s", ge=10, le=7200,
        source="our choice: a minute before ISO 11226's 4 min, where time limits begin",
    )  # fmt: skip
    away_s: float = setting(
        10.0, "Out of the picture for this long counts as away.", unit="s", ge=5, le=600,
        source="as long as an upright stretch that ends a bout",
    )  # fmt: skip
    dark_brightness: float = setting(
        0.08, "A picture darker than this (0 black, 1 white) with no verdict is too dark.",
        ge=0, le=0.9, source="our choice: most of such a picture is black",
    )  # fmt: skip
    dark_s: float = setting(
        10.0, "Too little light is reported after this long.", unit="s", ge=1, le=600,
        source="our choice: a passing shadow is shorter",
    )  # fmt: skip


class QuietSettings(Section):
    """When to be quiet."""

    cooldown_s: float = setting(
        600.0, "Least time between two reminders of a kind: slouching, other posture, light.",
        unit="s", ge=0, le=14400, source="our choice: silence is what users ask for most",
    )  # fmt: skip
    spacing_s: float = setting(
        120.0, "Other reminders wait this long after any reminder.", unit="s", ge=0, le=3600,
        source="our choice: time to follow the first one",
    )  # fmt: skip
    max_per_hour: int = setting(
        6, "Most reminders an hour, those of all kinds together.", unit="1/h", ge=0, le=120,
        source="our choice: what the cooldown allows for slouching alone",
    )  # fmt: skip
    settle_in_s: float = setting(
        20.0, "No reminder this soon after you sit down or the camera was moved.", unit="s",
        ge=0, le=600, source="our choice: time to arrange chair and desk",
    )  # fmt: skip
    hours: str = setting(
        "", 'Times of day without reminders, for example "12:00-13:00, 22:00-07:00".'
    )
    adapt_step: float = setting(
        0.15, "Each reminder you dismiss lengthens the holding times by this share.", ge=0, le=1,
        source="our choice: three dismissals reach the bound",
    )  # fmt: skip
    adapt_most: float = setting(
        1.5, "Dismissing never lengthens the holding times beyond this many times their setting.",
        ge=1, le=5, source="the holding times of strictness gentle",
    )  # fmt: skip

    @field_validator("hours")
    @classmethod
    def _hours_can_be_read(cls, text: str) -> str:
        parse_quiet_hours(text)
        return text
