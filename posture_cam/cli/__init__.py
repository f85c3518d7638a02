"""The command line: one small file per command, loaded only when that command runs.

`posture-cam --help` must stay quick, so this file imports click alone and carries the one-line
summary of each command itself; a test holds them equal to the commands' own docstrings.
"""

from __future__ import annotations

import importlib
import io
import sys

import click

COMMANDS = {
    "live": "Watch your posture through a camera and speak up when slouching lasts.",
    "calibrate": "Learn what sitting upright looks like for you and this camera.",
    "analyze": "Measure posture in recorded videos and write tables and a report.",
    "tune": "Compare settings with labelled recordings.",
    "stretches": "Show the stretches, who should not do them, and when to see a doctor.",
    "doctor": "Check this installation and say what to do about each problem.",
    "config": "Show, create or locate the configuration.",
    "models": "List the pose models and check that they are whole.",
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called, not when they are listed."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"posture_cam.cli.{name}")
        command: click.Command = getattr(module, name)
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="posture_cam", prog_name="posture-cam")
def posture_cam() -> None:
    """Spine and shoulder angles from a webcam, and a word when slouching lasts.

    Everything is computed on this machine; nothing is sent anywhere. Not a medical device.
    """


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; a failure is one plain sentence and exit code 1."""
    from posture_cam.errors import PostureCamError

    given = sys.argv[1:] if arguments is None else arguments
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # file names need not be text
    try:
        posture_cam.main(args=given, prog_name="posture-cam", standalone_mode=True)
    except PostureCamError as error:
        if "--debug" in given:
            raise
        click.echo(f"posture-cam: {error}", err=True)
        sys.exit(1)
    except OSError as error:
        if "--debug" in given:
            raise
        click.echo(f"posture-cam: {describe_os_error(error)}", err=True)
        sys.exit(1)


def describe_os_error(error: OSError, place: str = "the place") -> str:
    """One sentence for a disk or permission problem that no command has foreseen.

    place: what may be missing, locked or full.
    """
    where = f" at {error.filename}" if error.filename else " where the output goes"
    return (
        f"{error.strerror or error}{where}; check that {place} exists, can be written and has free"
        " space."
    )
