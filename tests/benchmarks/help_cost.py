"""What `posture-cam --help` costs, compared with starting Python and importing click.

    python tests/benchmarks/help_cost.py [--rounds 20]

Both are started in turns; printed is the mean processor time of each and their ratio, which is to
be at most 4. OpenCV, MediaPipe and the like must not be imported to show a help text.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import fmean

import click

ROOT = Path(__file__).parents[2]
LIMIT = 4.0
COMMANDS = {
    "import click": "import click",
    "posture-cam --help": "from posture_cam.cli import main; main(['--help'])",
}
"""The second is what the installed `posture-cam` script does."""


@click.command()
@click.option("--rounds", default=20, show_default=True)
def main(rounds: int) -> None:
    """Print the cost of showing the help."""
    seconds: dict[str, list[float]] = {name: [] for name in COMMANDS}
    wall: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for number in range(rounds + 1):
        for name, code in COMMANDS.items():
            processor_s, wall_s = cost(code)
            if number:  # the first round fills the caches
                seconds[name].append(processor_s)
                wall[name].append(wall_s)
    mean = {name: fmean(values) for name, values in seconds.items()}
    for name, value in mean.items():
        milliseconds = 1000 * fmean(wall[name])
        print(f"{name:20} {1000 * value:5.0f} ms of processor time, {milliseconds:5.0f} ms waiting")
    ratio = mean["posture-cam --help"] / mean["import click"]
    print(f"ratio {ratio:.2f} (asked: at most {LIMIT:g})")


def cost(code: str) -> tuple[float, float]:
    """(processor time, time waited) in seconds of a new Python that runs this code."""
    before, started = os.times(), time.perf_counter()
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    after = os.times()
    processor_s = (after.children_user - before.children_user) + (
        after.children_system - before.children_system
    )
    return processor_s, time.perf_counter() - started


if __name__ == "__main__":
    main()
