"""The command line: what the user can ask for, which room answers, and with which exit code.

Nothing heavy is imported at the top: `--help`, `scenarios` and `doctor` load no Qt, and everything but the desktop app
works without a display. Exit codes: 0; 1 the watched program failed (its own code is printed); 2 wrong usage or a file
that cannot be read; 69 something this machine lacks, named with the command that installs it; 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Sequence
from typing import TypeAlias

from visualiser import commands
from visualiser.commands import INTERRUPTED, USAGE, CommandError, check_level, complain

EPILOG = """\
examples:
  visualiser                                          the desktop app
  visualiser run two-threads-one-program              the app, running a scenario
  visualiser record program.py -o run.ilv -- --size 5 record a program of your own with its arguments
  visualiser record -m http.server -- 8000            record a module
  visualiser export run.ilv -o picture.svg            a picture of a recorded run
  visualiser stats run.ilv --json                     totals per process and thread, and a verdict
  visualiser compare gil-relay-race                   the same work serially, with threads and with processes
"""

AFTER_DASHES = "After -- come the program's own arguments, as in: program.py -- --size 5"
RUNNING = ("run", "record", "export", "stats", "compare")  # the commands that run a program


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code. Never shows a traceback for what a user can put right."""
    own, program_args = _split(list(sys.argv[1:] if argv is None else argv))
    options, unknown = _parser().parse_known_args(own)
    options.args = program_args
    if unknown:
        return complain(_not_understood(unknown, options.command), USAGE)
    if program_args and options.command not in RUNNING:
        return complain("Arguments after -- belong to a program that is run; this command runs none.", USAGE)
    try:
        check_level()
        return int(options.do(options))
    except CommandError as error:
        return complain(str(error), error.code)
    except KeyboardInterrupt:
        return complain("Interrupted.", INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # whoever read our output has gone: nothing is left to say
        return 0


def _split(argv: list[str]) -> tuple[list[str], list[str]]:
    """What is ours and, after the first `--`, the program's."""
    if "--" not in argv:
        return argv, []
    at = argv.index("--")
    return argv[:at], argv[at + 1 :]


def _not_understood(unknown: list[str], command: str | None) -> str:
    words = shlex.join(unknown)
    if command in RUNNING:
        return f"“{words}” is not understood. What belongs to the program goes after --, as in: program.py -- {words}"
    return f"“{words}” is not understood. visualiser {f'{command} ' if command else ''}--help tells what is."


Menu: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def _parser() -> argparse.ArgumentParser:
    wide = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="visualiser",
        description="Interleave shows what Python threads and processes really do.",
        epilog=EPILOG,
        formatter_class=wide,
    )
    parser.add_argument("--version", action="store_true", help="print the version and those of what it stands on")
    parser.set_defaults(do=commands.desktop, command=None)
    menu = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command")

    _add_app(menu)
    _add_recording(menu)
    _add_pictures(menu)
    _add_comparing(menu)
    _add_telling(menu)
    return parser


def _add_app(menu: Menu) -> None:
    """The desktop app."""
    command = menu.add_parser("open", help="open a saved run in the app")
    command.add_argument("file", metavar="FILE")
    command.set_defaults(do=commands.open)

    command = menu.add_parser("run", help="the app, running a scenario, a .py file or a module")
    _add_target(command)
    command.set_defaults(do=commands.run)


def _add_recording(menu: Menu) -> None:
    """What runs or watches a program, and keeps what happened."""
    command = menu.add_parser("record", help="run a program and keep what happened, without a window")
    _add_target(command)
    command.add_argument("-o", "--output", metavar="FILE", help="where to keep the run (.ilv)")
    command.add_argument("--json", action="store_true", help="the totals as JSON, the last line of standard output")
    command.set_defaults(do=commands.record)

    command = menu.add_parser("attach", help="watch a process that runs already, and let go of it unharmed (Linux)")
    command.add_argument("pid", metavar="PID", type=int, help="the process's number")
    command.add_argument("--seconds", metavar="N", type=float, help="for so long (default: until Ctrl+C, or its end)")
    command.add_argument("-o", "--output", metavar="FILE", help="where to keep the run (.ilv)")
    command.add_argument("--json", action="store_true", help="the totals as JSON, the last line of standard output")
    command.set_defaults(do=commands.attach)


def _add_pictures(menu: Menu) -> None:
    """What is made of a run: pictures, tables, totals."""
    command = menu.add_parser("export", help="write a run as a picture or a table")
    _add_source(command)
    command.add_argument(
        "-o", "--output", metavar="FILE", required=True, help=".png .svg .pdf .csv .json .gecko.json .ilv"
    )
    command.add_argument("--range", metavar="T0:T1", help="only this part of the run, such as 100ms:1.5s")
    command.add_argument("--size", metavar="WxH", help="size of the picture in pixels: 1600x900, or 1600 wide alone")
    command.add_argument("--scale", metavar="N", type=float, default=1.0, help="pixels per pixel: 2 for print")
    command.add_argument("--theme", choices=("light", "dark"), default="light")
    command.add_argument("--title", metavar="TEXT", help="instead of the run's own title")
    command.set_defaults(do=commands.export)

    command = menu.add_parser("stats", help="totals per process and thread")
    _add_source(command)
    command.add_argument("--json", action="store_true", help="as JSON")
    command.set_defaults(do=commands.stats)


def _add_comparing(menu: Menu) -> None:
    """The same work several ways."""
    command = menu.add_parser("compare", help="the same work several ways, side by side", epilog=AFTER_DASHES)
    command.add_argument("targets", metavar="TARGET", nargs="*", help="a scenario or a .py file; or saved runs")
    command.add_argument("-m", dest="module", metavar="MODULE", help="run a module, as python -m does")
    command.add_argument("--variants", metavar="A,B", help="only these variants of a scenario (default: all)")
    command.add_argument("--set", metavar="NAME=V1,V2", action="append", default=[], help="a parameter's values")
    command.add_argument("--python", metavar="EXE,EXE", help="the interpreters to run it with (default: this one)")
    command.add_argument("--repeats", metavar="N", type=int, default=3, help="runs of each way, in turns (default: 3)")
    command.add_argument(
        "-o", "--output", metavar="FILE", help="a picture of all ways on one time scale: .png .svg .pdf"
    )
    command.add_argument("--json", action="store_true", help="as JSON")
    command.set_defaults(do=commands.compare)


def _add_telling(menu: Menu) -> None:
    """What there is: scenarios, this machine."""
    command = menu.add_parser("scenarios", help="the catalogue of scenarios")
    command.add_argument("--json", action="store_true", help="as JSON")
    command.add_argument("--check", metavar="DIR", help="say what is wrong with the scenarios in a folder of yours")
    command.set_defaults(do=commands.scenarios)

    command = menu.add_parser("doctor", help="what can be measured on this machine, and what not")
    command.add_argument("--json", action="store_true", help="as JSON")
    command.set_defaults(do=commands.doctor)


def _add_target(command: argparse.ArgumentParser) -> None:
    command.add_argument("target", metavar="TARGET", nargs="?", help="a scenario's id or a .py file")
    _add_run_options(command)


def _add_source(command: argparse.ArgumentParser) -> None:
    command.add_argument("target", metavar="SOURCE", nargs="?", help="a saved run; or what to run: a scenario, a file")
    _add_run_options(command)


def _add_run_options(command: argparse.ArgumentParser) -> None:
    command.epilog = AFTER_DASHES
    command.add_argument("-m", dest="module", metavar="MODULE", help="run a module, as python -m does")
    command.add_argument("--variant", metavar="V", help="the scenario's variant")
    command.add_argument(
        "--set",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="a parameter: of a file, an upper-case constant at its top",
    )
    command.add_argument("--python", metavar="EXE", help="the interpreter to run it with (default: this one)")
    command.add_argument("--lines", action="store_true", help="record every line of the program's own files (slower)")
    command.add_argument("--watch", metavar="NAME,NAME", help="record what these names are worth, too")
