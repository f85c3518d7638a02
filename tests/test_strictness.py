"""Strictness presets: what they change, and that the user's own settings win."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from posture_cam.config import Settings
from posture_cam.config_strain import StrainSettings
from posture_cam.strictness import PRESETS


def test_strict_reminds_sooner_and_more_often_gentle_later_and_less() -> None:
    """Every number that a preset changes goes the way its name says."""
    gentle, standard, strict = (Settings.model_validate({"strictness": name}) for name in PRESETS)
    assert gentle.strain.patience > standard.strain.patience > strict.strain.patience
    assert gentle.quiet.cooldown_s > standard.quiet.cooldown_s > strict.quiet.cooldown_s
    assert gentle.quiet.max_per_hour < standard.quiet.max_per_hour < strict.quiet.max_per_hour
    assert gentle.movement.still_s > standard.movement.still_s > strict.movement.still_s
    assert gentle.movement.break_every_s > strict.movement.break_every_s


def test_standard_is_the_defaults() -> None:
    """Naming it changes nothing."""
    assert Settings(strictness="standard") == Settings()


def test_what_the_user_set_stands_above_the_preset() -> None:
    """From a file as a table, or in code as a section."""
    values = {"strictness": "strict", "quiet": {"cooldown_s": 42}}
    assert Settings.model_validate(values).quiet.cooldown_s == 42
    assert Settings.model_validate(values).quiet.max_per_hour == 10
    mild = Settings(strictness="strict", strain=StrainSettings(mild_deg=12))
    assert (mild.strain.mild_deg, mild.strain.patience) == (12, 0.6)


def test_every_preset_names_settings_that_exist_within_their_bounds() -> None:
    """A preset with a misspelt or impossible value would be refused."""
    for name, sections in PRESETS.items():
        settings = Settings.model_validate({"strictness": name})
        for section, values in sections.items():
            assert values.items() <= getattr(settings, section).model_dump().items()


def test_an_unknown_strictness_is_refused() -> None:
    """With the names that there are."""
    with pytest.raises(ValidationError, match="gentle"):
        Settings.model_validate({"strictness": "harsh"})


def test_quiet_hours_are_checked_when_they_are_set() -> None:
    """A mistake in the config file is told there, not in the middle of the day."""
    with pytest.raises(ValidationError, match="22:00-07:00"):
        Settings.model_validate({"quiet": {"hours": "late"}})


@pytest.mark.parametrize("section", ["strain", "movement", "quiet"])
def test_every_number_of_the_time_side_has_bounds_and_a_source(section: str) -> None:
    """`config show` can say for each where it comes from and how far it may go."""
    for name, info in type(getattr(Settings(), section)).model_fields.items():
        if info.annotation in (int, float):
            extra = info.json_schema_extra
            assert isinstance(extra, dict), name
            assert extra["source"], name
            assert len(info.metadata) == 2, name
