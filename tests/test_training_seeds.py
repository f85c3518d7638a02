"""People kept for tests are never trained on: commands that draw training people refuse them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("moderngl")
MODELS = Path(__file__).resolve().parents[1] / "models"


@pytest.mark.parametrize(
    "asked",
    [
        "render_training.py DIR --first 799999 --sessions 2",
        "render_days.py DIR --first 749999 --pairs 2",
        "render_pairs.py DIR --pairs 50001",
        "fit_back.py --sessions 100001",
    ],
)
def test_seeds_kept_for_tests_are_refused(asked: str, tmp_path: Path) -> None:
    """Of a pair also when it is only the second one's: it counts 50,000 further on."""
    script, *arguments = asked.replace("DIR", str(tmp_path / "people")).split()
    command = [sys.executable, str(MODELS / script), *arguments]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 2
    assert "seeds from 800000 on are kept for tests" in run.stderr
