"""`posture-cam analyze`: recorded videos to tables and a report."""

from __future__ import annotations

import json
import logging
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from posture_cam.cli import describe_os_error
from posture_cam.cli.options import NumberRange, common_options
from posture_cam.config import SLOWEST_HZ, AnalyzeSettings, Settings
from posture_cam.errors import PostureCamError
from posture_cam.stopping import StopSignal

if TYPE_CHECKING:
    from posture_cam.analyze import Job
    from posture_cam.batch import Outcome

DEFAULT_OUTPUT = Path("posture-results")
STOPPED = (
    "Stopped. The videos that were finished are kept, the unfinished one left nothing; run the same"
    " command again to go on."
)


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=DEFAULT_OUTPUT,
    metavar="DIR",
    show_default=True,
    help="Where the results go: one folder per video, named after it.",
)
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    default=1,
    metavar="N",
    show_default=True,
    help="Videos analysed at the same time.",
)
@click.option("--annotate", is_flag=True, help="Also write a video with skeleton and angles.")
@click.option("--overwrite", is_flag=True, help="Do again what is done already.")
@click.option("--profile", metavar="NAME", help="Use the baseline stored by `calibrate`.")
@click.option("--no-profile", is_flag=True, help="Use none, even if a stored one fits.")
@click.option(
    "--person",
    type=click.IntRange(min=1),
    metavar="N",
    help="Watch the N-th most prominent person instead of choosing.",
)
@click.option(
    "--rate",
    type=NumberRange(min=SLOWEST_HZ, max=240),
    metavar="HZ",
    help=f"Frames analysed per second of video (default {AnalyzeSettings().rate_hz:g}).",
)
@click.option("--every-frame", is_flag=True, help="Analyse every frame.")
@click.option("--json", "as_json", is_flag=True, help="Print the results as one JSON document.")
@common_options
def analyze(
    settings: Settings,
    paths: tuple[str, ...],
    output: Path,
    jobs: int,
    annotate: bool,
    overwrite: bool,
    profile: str | None,
    no_profile: bool,
    person: int | None,
    rate: float | None,
    every_frame: bool,
    as_json: bool,
) -> None:
    """Measure posture in recorded videos and write tables and a report.

    PATH is a video, a folder of videos or a wildcard. What was analysed before with the same
    settings is skipped.
    """
    if rate is not None and every_frame:
        raise click.UsageError("--rate and --every-frame exclude each other.")
    if profile is not None and no_profile:
        raise click.UsageError("--profile and --no-profile exclude each other.")
    with StopSignal() as stop:
        # PyAV and numpy take a moment to load: a signal has to be heard from the first moment.
        from posture_cam.batch import Stopped, plan, run_batch
        from posture_cam.progress import BatchProgress

        chosen = _with_options(settings, 0.0 if every_frame else rate, person)
        work = plan(
            paths,
            output,
            chosen,
            profile=profile,
            choose_profile=not no_profile,
            annotate=annotate,
            overwrite=overwrite,
        )
        teller = Teller(as_json)
        for problem in work.problems:
            teller.tell_problem(problem)
        bar = BatchProgress([job.video for job in work.jobs], show=sys.stderr.isatty())
        try:
            with bar:
                for outcome in run_batch(work.jobs, jobs, bar.reached, stop):
                    bar.finished(outcome.job.video, skipped=outcome.skipped)
                    with bar.paused():
                        teller.tell(outcome)
        except Stopped:
            teller.close()
            raise PostureCamError(STOPPED) from None
    teller.close()
    if teller.failed:
        sys.exit(1)


class Teller:
    """Prints outcomes as they come: for people line by line, for programs once at the end."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._quiet = logging.getLogger().level >= logging.ERROR
        self._entries: list[dict[str, Any]] = []
        self.failed = 0

    def tell_problem(self, problem: PostureCamError) -> None:
        """Something that was asked for and holds no video."""
        self.failed += 1
        self._entries.append({"status": "failed", "problem": str(problem)})
        click.echo(f"posture-cam: {problem}", err=True)

    def tell(self, outcome: Outcome) -> None:
        """One video is over."""
        job = outcome.job
        entry = {"path": str(job.video), "folder": str(job.folder)}
        if outcome.error is not None:
            self.failed += 1
            sentence = describe(outcome.error, job)
            self._entries.append({**entry, "status": "failed", "problem": sentence})
            click.echo(f"posture-cam: {sentence}", err=True)
            return
        status = "skipped" if outcome.skipped else "done"
        self._entries.append({**entry, "status": status, "summary": outcome.document})
        if outcome.skipped:
            self._say(f"{job.video.name}: done before, results are in {job.folder}")
        else:
            self._say("\n".join(outcome.lines))

    def close(self) -> None:
        """Print what waits until the end; of several videos also what became of them."""
        if self._as_json:
            click.echo(json.dumps({"results": self._entries}, indent=2))
            return
        videos = [entry for entry in self._entries if "path" in entry]
        if len(videos) > 1:
            self._say(closing_line(videos))

    def _say(self, text: str) -> None:
        if not (self._as_json or self._quiet):
            click.echo(text)


def closing_line(videos: Sequence[dict[str, Any]]) -> str:
    """How many videos were analysed, had been before, and failed, which are named once more."""
    counts = Counter(video["status"] for video in videos)
    failed = [Path(video["path"]).name for video in videos if video["status"] == "failed"]
    parts = [
        f"{counts[status]} {words}"
        for status, words in (
            ("done", "analysed"),
            ("skipped", "done before"),
            ("failed", "failed"),
        )
        if counts[status]
    ]
    names = f" ({', '.join(failed)})" if failed else ""
    return f"{len(videos)} videos: {', '.join(parts)}{names}"


def describe(error: Exception, job: Job) -> str:
    """One sentence about why a video could not be analysed."""
    if not isinstance(error, OSError):
        return str(error)
    place = f"{job.folder.parent} (or {tempfile.gettempdir()}, where the landmarks wait)"
    return f"{job.video.name}: {describe_os_error(error, place)}"


def _with_options(settings: Settings, rate_hz: float | None, person: int | None) -> Settings:
    given = {"rate_hz": rate_hz, "person": person}
    update = {name: value for name, value in given.items() if value is not None}
    return settings.model_copy(update={"analyze": settings.analyze.model_copy(update=update)})
