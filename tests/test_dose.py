"""Dose by minute, hour and day, and creep."""

from __future__ import annotations

import math

import pytest

from posture_cam.dose import Creep, Ledger


def test_dose_is_the_root_mean_square_of_the_load_over_time() -> None:
    """A minute at load 1 and a minute at load 3: sqrt((1 + 9) / 2)."""
    ledger = Ledger()
    ledger.add(0, 60, 1.0)
    ledger.add(60, 60, 3.0)
    assert ledger.dose == pytest.approx(math.sqrt(5))
    assert ledger.dose_minute(119) == pytest.approx(3)


def test_the_dose_of_the_hour_forgets_what_is_older() -> None:
    """After an hour at load 1 the hour's dose is 1 while the whole still remembers load 2."""
    ledger = Ledger()
    for second in range(0, 2 * 3600, 5):
        ledger.add(second, 5, 2.0 if second < 3600 else 1.0)
    assert ledger.dose_hour(7199) == pytest.approx(1)
    assert ledger.dose == pytest.approx(math.sqrt(2.5))


def test_leaning_back_earns_nothing() -> None:
    """Load below upright counts as upright."""
    ledger = Ledger()
    ledger.add(0, 30, 0.2)
    assert ledger.dose == 1.0


def test_before_the_first_load_there_is_no_dose() -> None:
    """Unknown, not 0; time without a load does not count."""
    ledger = Ledger()
    assert math.isnan(ledger.dose)
    assert math.isnan(ledger.dose_hour(0))
    ledger.add(0, 30, math.nan)
    assert math.isnan(ledger.dose)


def test_only_the_last_hour_is_kept() -> None:
    """The state of a day does not grow without end."""
    ledger = Ledger()
    for minute in range(1600):
        ledger.add(minute * 60, 60, 1.0)
    assert len(ledger.rows) == 60


def test_creep_follows_the_measured_course() -> None:
    """Full flexion gives 5.5 deg in 20 min; two minutes upright give back about half of it."""
    creep = Creep()
    for _ in range(1200):
        creep.update(1, 40.0)
    assert creep.deg == pytest.approx(5.5, abs=0.01)
    for _ in range(120):
        creep.update(1, 0.0)
    assert creep.deg == pytest.approx(5.5 / 2, abs=0.3)
    creep.update(20 * 60, 0.0)
    assert 0.5 < creep.deg < 1.2


def test_creep_does_not_depend_on_the_frame_rate() -> None:
    """One step of a minute is the same as sixty of a second."""
    once, often = Creep(), Creep()
    once.update(60, 25.0)
    for _ in range(60):
        often.update(1, 25.0)
    assert once.deg == pytest.approx(often.deg)


def test_an_hour_without_anybody_has_no_dose() -> None:
    """Neither the minute nor the hour keeps what is past."""
    ledger = Ledger()
    ledger.add(0, 60, 2.0)
    assert ledger.dose_minute(59) == pytest.approx(2)
    assert math.isnan(ledger.dose_minute(60))
    assert ledger.dose_hour(3599) == pytest.approx(2)
    assert math.isnan(ledger.dose_hour(3660))
