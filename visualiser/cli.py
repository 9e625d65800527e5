"""The command line: what the user can ask for, which room answers, and with which exit code.

Nothing heavy is imported at the top: `--help`, `scenarios` and `doctor` load no Qt, and everything but the desktop app
works without a display. Exit codes: 0; 1 the watched program failed (its own code is printed); 2 wrong usage or a file
that cannot be read; 69 something this machine lacks, named with the command that installs it; 130 interrupted.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from visualiser import __version__

if TYPE_CHECKING:
    from visualiser.run import Recording, Target
    from visualiser.trace import TraceStore

PROGRAM_FAILED, USAGE, INTERRUPTED = 1, 2, 130
UNAVAILABLE = 69  # sysexits.h: EX_UNAVAILABLE

EPILOG = """\
examples:
  visualiser                                          the desktop app
  visualiser run two-threads-one-program              the app, running a scenario
  visualiser record program.py -o run.ilv -- --size 5 record a program of your own with its arguments
  visualiser record -m http.server -- 8000            record a module
  visualiser export run.ilv -o picture.svg            a picture of a recorded run
  visualiser stats run.ilv --json                     totals per process and thread
"""


class CommandError(Exception):
    """Something the user can put right: `text` is one or two plain sentences, `code` the exit code."""

    def __init__(self, text: str, code: int = USAGE) -> None:
        super().__init__(text)
        self.code = code


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code. Never shows a traceback for what a user can put right."""
    own, program_args = _split(list(sys.argv[1:] if argv is None else argv))
    options = _parser().parse_args(own)
    options.args = program_args
    if program_args and options.command not in ("run", "record", "export", "stats"):
        return _complain("Arguments after -- belong to a program that is run; this command runs none.", USAGE)
    try:
        return int(options.do(options))
    except CommandError as error:
        return _complain(str(error), error.code)
    except KeyboardInterrupt:
        return _complain("Interrupted.", INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # whoever read our output has gone: nothing is left to say
        return 0


def _split(argv: list[str]) -> tuple[list[str], list[str]]:
    """What is ours and, after the first `--`, the program's."""
    if "--" not in argv:
        return argv, []
    at = argv.index("--")
    return argv[:at], argv[at + 1 :]


def _complain(text: str, code: int) -> int:
    print(f"interleave: {text}", file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    wide = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="visualiser",
        description="Interleave shows what Python threads and processes really do.",
        epilog=EPILOG,
        formatter_class=wide,
    )
    parser.add_argument("--version", action="store_true", help="print the version and those of what it stands on")
    parser.set_defaults(do=_desktop, command=None)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command")

    command = commands.add_parser("open", help="open a saved run in the app")
    command.add_argument("file", metavar="FILE")
    command.set_defaults(do=_open)

    command = commands.add_parser("run", help="the app, running a scenario, a .py file or a module")
    _add_target(command)
    command.set_defaults(do=_run)

    command = commands.add_parser("scenarios", help="the catalogue of scenarios")
    command.add_argument("--json", action="store_true", help="as JSON")
    command.set_defaults(do=_scenarios)

    command = commands.add_parser("record", help="run a program and keep what happened, without a window")
    _add_target(command)
    command.add_argument("-o", "--output", metavar="FILE", help="where to keep the run (.ilv)")
    command.add_argument("--json", action="store_true", help="the totals as JSON, the last line of standard output")
    command.set_defaults(do=_record)

    command = commands.add_parser("export", help="write a run as a picture or a table")
    _add_source(command)
    command.add_argument("-o", "--output", metavar="FILE", required=True, help=".png .svg .pdf .csv .json .ilv")
    command.add_argument("--range", metavar="T0:T1", help="only this part of the run, such as 100ms:1.5s")
    command.add_argument("--size", metavar="WxH", help="size of the picture in pixels, such as 1600x900")
    command.add_argument("--scale", metavar="N", type=float, default=1.0, help="pixels per pixel: 2 for print")
    command.add_argument("--theme", choices=("light", "dark"), default="light")
    command.add_argument("--title", metavar="TEXT", help="instead of the run's own title")
    command.set_defaults(do=_export)

    command = commands.add_parser("stats", help="totals per process and thread")
    _add_source(command)
    command.add_argument("--json", action="store_true", help="as JSON")
    command.set_defaults(do=_stats)

    command = commands.add_parser("doctor", help="what can be measured on this machine, and what not")
    command.add_argument("--json", action="store_true", help="as JSON")
    command.set_defaults(do=_doctor)
    return parser


def _add_target(command: argparse.ArgumentParser) -> None:
    command.add_argument("target", metavar="TARGET", nargs="?", help="a scenario's id or a .py file")
    _add_run_options(command)


def _add_source(command: argparse.ArgumentParser) -> None:
    command.add_argument("target", metavar="SOURCE", nargs="?", help="a saved run; or what to run: a scenario, a file")
    _add_run_options(command)


def _add_run_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("-m", dest="module", metavar="MODULE", help="run a module, as python -m does")
    command.add_argument("--variant", metavar="V", help="the scenario's variant")
    command.add_argument("--set", metavar="NAME=VALUE", action="append", default=[], help="a scenario's parameter")
    command.add_argument("--python", metavar="EXE", help="the interpreter to run it with (default: this one)")


# --- commands -------------------------------------------------------------------------------------------------------


def _desktop(options: argparse.Namespace) -> int:
    if options.version:
        return _versions()
    ready = _qt_ready()
    if not ready.has_display:
        return _first_picture(ready.reason)
    from visualiser.app import run_app

    return run_app()


def _first_picture(reason: str) -> int:
    """Without a display: the first scenario run for real, its picture exported, and said so."""
    from visualiser.export import export_picture
    from visualiser.scenarios import catalogue

    first = catalogue()[0]
    store = _run_quietly(_target_of(first.id))
    path = Path.cwd() / f"{first.id}.png"
    export_picture(store, path)
    print(f"No window can be shown ({reason}), so the scenario “{first.title}” was run and its picture saved as {path}")
    return 0


def _open(options: argparse.Namespace) -> int:
    from visualiser.files import BadFile, check

    try:
        check(Path(options.file))
    except BadFile as error:
        raise CommandError(str(error)) from None
    return _app(file=Path(options.file))


def _run(options: argparse.Namespace) -> int:
    return _app(target=_target(options))


def _app(**what: Any) -> int:
    ready = _qt_ready()
    if not ready.has_display:
        raise CommandError(
            f"No window can be shown ({ready.reason}). The commands record, export and stats work without one.",
            UNAVAILABLE,
        )
    from visualiser.app import run_app

    return run_app(**what)


def _scenarios(options: argparse.Namespace) -> int:
    from visualiser.scenarios import as_json, catalogue

    if options.json:
        print(json.dumps([as_json(scenario) for scenario in catalogue()], indent=1, ensure_ascii=False))
        return 0
    width = max(len(scenario.id) for scenario in catalogue())
    group = ""
    for scenario in catalogue():
        if scenario.group != group:
            group = scenario.group
            print(f"\n{group}" if scenario is not catalogue()[0] else group)
        variants = ", ".join(variant.id for variant in scenario.variants)
        print(f"  {scenario.id:{width}}  {scenario.question}\n  {'':{width}}  variants: {variants}")
    return 0


def _record(options: argparse.Namespace) -> int:
    from visualiser.files import save_ilv
    from visualiser.trace import stats, stats_text

    target = _target(options)
    output = Path(options.output) if options.output else _default_name(target)
    _check_place(output, (".ilv",))
    with _recorded(target, own_terminal=True) as recording:
        if recording.info.failure and recording.info.exit_code is None and recording.info.signal is None:
            raise CommandError(recording.info.failure, UNAVAILABLE)
        save_ilv(recording.store, output)
        facts = stats(recording.store)
        print(stats_text(recording.store), file=sys.stderr)
        print(f"Saved as {output}", file=sys.stderr)
        if options.json:
            print(json.dumps(facts | {"file": str(output), "stopped_by": recording.info.stopped_by}), flush=True)
        return _outcome(recording)


def _outcome(recording: Recording) -> int:
    """Say how the program ended when it did not end well; the exit code of ours."""
    info = recording.info
    for sentence in recording.notes:
        print(f"interleave: {sentence}", file=sys.stderr)
    if info.stopped_by in ("interrupt", "user"):
        return _complain("The run was interrupted; what happened until then is kept.", INTERRUPTED)
    if info.signal:
        import signal

        name = signal.Signals(info.signal).name if info.signal in set(signal.Signals) else str(info.signal)
        return _complain(f"The program was killed by {name}.", PROGRAM_FAILED)
    if info.exit_code:
        return _complain(f"The program ended with exit code {info.exit_code}.", PROGRAM_FAILED)
    return 0


def _export(options: argparse.Namespace) -> int:
    suffixes = (".png", ".svg", ".pdf", ".csv", ".json", ".ilv")
    output = Path(options.output)
    _check_place(output, suffixes)
    t_range, size = _range(options.range), _size(options.size)
    store = _source(options)
    if t_range is not None:
        t_range = (store.start_ns + t_range[0], store.start_ns + t_range[1])
    from visualiser import files

    suffix = output.suffix.lower()
    try:
        if suffix == ".csv":
            files.write_csv(store, output, t_range=t_range)
        elif suffix == ".json":
            files.write_chrome(store, output, t_range=t_range)
        elif suffix == ".ilv":
            files.save_ilv(store, output)
        else:
            _picture(store, output, options, t_range, size)
    except OSError as error:
        raise CommandError(f"{output} could not be written: {error.strerror or error}.") from None
    print(f"Wrote {output}", file=sys.stderr)
    return 0


def _picture(
    store: TraceStore,
    output: Path,
    options: argparse.Namespace,
    t_range: tuple[int, int] | None,
    size: tuple[int, int] | None,
) -> None:
    from visualiser.export import ExportError, export_picture

    if output.suffix.lower() != ".svg":
        _qt_ready()
    more: dict[str, Any] = {} if size is None else {"size": size}
    try:
        export_picture(
            store, output, t_range=t_range, scale=options.scale, theme=options.theme, title=options.title, **more
        )
    except ExportError as error:
        raise CommandError(str(error)) from None


def _stats(options: argparse.Namespace) -> int:
    store = _source(options)
    from visualiser.trace import stats, stats_text

    print(json.dumps(stats(store)) if options.json else stats_text(store))
    return 0


def _doctor(options: argparse.Namespace) -> int:
    from visualiser.doctor import examine, report

    findings = examine()
    print(json.dumps(findings, indent=1) if options.json else report(findings))
    return 0


def _versions() -> int:
    from importlib.metadata import PackageNotFoundError, version

    print(f"Interleave {__version__} · Python {sys.version.split()[0]}")
    for name in ("PySide6-Essentials", "pyqtgraph", "numpy", "psutil", "Pygments"):
        try:
            print(f"{name} {version(name)}")
        except PackageNotFoundError:
            print(f"{name} is not installed")
    return 0


# --- what commands have in common -----------------------------------------------------------------------------------


def _qt_ready() -> Any:
    """Qt can be loaded from here on, on the platform that preflight chose; else a sentence and exit code 69."""
    from visualiser.preflight import ready_for_qt

    ready = ready_for_qt(window=False)
    if ready.missing:
        raise CommandError(ready.advice, UNAVAILABLE)
    if ready.platform:
        os.environ["QT_QPA_PLATFORM"] = ready.platform
    return ready


def _target(options: argparse.Namespace) -> Target:
    if bool(options.target) == bool(options.module):
        raise CommandError("Name one thing to run: a scenario's id, a .py file, or -m MODULE.")
    return _target_of(
        options.target,
        module=options.module,
        args=options.args,
        variant=options.variant,
        values=options.set,
        python=options.python,
    )


def _target_of(text: str | None, **more: Any) -> Target:
    from visualiser.run import BadTarget, resolve_target

    try:
        return resolve_target(text, **more)
    except BadTarget as error:
        raise CommandError(str(error)) from None


def _source(options: argparse.Namespace) -> TraceStore:
    """The trace that SOURCE means: a saved run that is read, or a program that is run now, quietly."""
    from visualiser.files import BadFile, load

    path = Path(options.target or "")
    runnable = options.module or path.suffix == ".py" or (not path.exists() and "." not in path.name)
    if runnable and (options.module or options.target):
        return _run_quietly(_target(options))
    if not options.target:
        raise CommandError("Name a saved run, or what to run: a scenario's id, a .py file, or -m MODULE.")
    if options.args or options.set or options.variant or options.python:
        raise CommandError(f"{path} is a saved run: arguments and parameters belong to a program that is run.")
    try:
        return load(path)
    except BadFile as error:
        raise CommandError(str(error)) from None


def _run_quietly(target: Target) -> TraceStore:
    """Run a program for its trace alone; its output is kept in the trace and not printed."""
    with _recorded(target, own_terminal=False) as recording:
        if recording.info.failure and recording.info.exit_code is None and recording.info.signal is None:
            raise CommandError(recording.info.failure, UNAVAILABLE)
        _outcome(recording)
        return recording.store


def _recorded(target: Target, *, own_terminal: bool) -> Recording:
    from visualiser.run import LaunchError, record

    try:
        return record(target, own_terminal=own_terminal)
    except LaunchError as error:
        raise CommandError(str(error), UNAVAILABLE) from None


def _default_name(target: Target) -> Path:
    import time

    return Path(f"{target.name}-{time.strftime('%Y%m%d-%H%M%S')}.ilv")


def _check_place(output: Path, suffixes: Sequence[str]) -> None:
    """Refuse, before anything is run, a file that could not be written afterwards."""
    if output.suffix.lower() not in suffixes:
        raise CommandError(f"{output} should end in {' or '.join(suffixes)}: the ending chooses the format.")
    if output.is_dir():
        raise CommandError(f"{output} is a folder; name a file.")
    folder = output.absolute().parent
    if not folder.is_dir():
        raise CommandError(f"The folder {folder} does not exist; make it first, or name another.")
    if not os.access(output if output.exists() else folder, os.W_OK):
        raise CommandError(f"{output} may not be written here; name a file in a folder of yours.")


def _range(text: str | None) -> tuple[int, int] | None:
    """T0:T1 as nanoseconds since the start of the run; either may be left out of the text only by writing 0."""
    if text is None:
        return None
    from visualiser.trace import parse_duration

    try:
        first, last = (parse_duration(part) for part in text.split(":"))
    except ValueError:
        raise CommandError(f"“{text}” is not a range of time; write it as 100ms:1.5s.") from None
    if last <= first:
        raise CommandError(f"The range {text} is empty: its end must come after its beginning.")
    return first, last


def _size(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    try:
        width, height = (int(part) for part in text.lower().split("x"))
    except ValueError:
        width = height = 0
    if width < 1 or height < 1:
        raise CommandError(f"“{text}” is not a size; write it as 1600x900.")
    return width, height
