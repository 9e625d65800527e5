"""What each command does, once its words are understood: which room answers, and what is said of it.

Rooms are imported inside the commands that need them, so that `--help`, `scenarios` and `doctor` load no Qt.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from visualiser import __version__

if TYPE_CHECKING:
    from visualiser.preflight import Readiness
    from visualiser.run import Recording, Target
    from visualiser.trace import TraceStore

PROGRAM_FAILED, USAGE, INTERRUPTED = 1, 2, 130
UNAVAILABLE = 69  # sysexits.h: EX_UNAVAILABLE

Range = tuple[int, int]
"""Two times in ns: as typed since the start of the run, then on the store's clock."""


class CommandError(Exception):
    """Something the user can put right: the text is one or two plain sentences, `code` the exit code."""

    def __init__(self, text: str, code: int = USAGE) -> None:
        super().__init__(text)
        self.code = code


def complain(text: str, code: int) -> int:
    """Say it on standard error, under our name; returns the exit code."""
    print(f"interleave: {text}", file=sys.stderr)
    return code


# --- commands -------------------------------------------------------------------------------------------------------


def desktop(options: argparse.Namespace) -> int:
    if options.version:
        return _versions()
    ready = _qt_ready(window=True)
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


def open(options: argparse.Namespace) -> int:
    path = Path(options.file)
    if not path.exists():
        raise CommandError(f"There is no file {path}.")
    return _app(file=path)


def run(options: argparse.Namespace) -> int:
    return _app(target=_target(options))


def _app(**what: Any) -> int:
    ready = _qt_ready(window=True)
    if not ready.has_display:
        raise CommandError(
            f"No window can be shown ({ready.reason}). The commands record, export and stats work without one.",
            UNAVAILABLE,
        )
    from visualiser.app import run_app

    return run_app(**what)


def scenarios(options: argparse.Namespace) -> int:
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


def record(options: argparse.Namespace) -> int:
    from visualiser.files import save_ilv
    from visualiser.trace import stats, stats_text

    target = _target(options)
    output = Path(options.output) if options.output else _default_name(target)
    _check_place(output, (".ilv",))
    with _recorded(target, own_terminal=True) as recording:
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
        return complain("The run was interrupted; what happened until then is kept.", INTERRUPTED)
    if info.signal:
        name = signal.Signals(info.signal).name if info.signal in set(signal.Signals) else str(info.signal)
        return complain(f"The program was killed by {name}.", PROGRAM_FAILED)
    if info.exit_code:
        return complain(f"The program ended with exit code {info.exit_code}.", PROGRAM_FAILED)
    return 0


def export(options: argparse.Namespace) -> int:
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
    t_range: Range | None,
    size: tuple[int, int | None] | None,
) -> None:
    from visualiser.export import ExportError, export_picture

    if output.suffix.lower() != ".svg":
        _qt_ready(window=False)
    more: dict[str, Any] = {} if size is None else {"size": size}
    more |= {"scale": options.scale, "theme": options.theme, "title": options.title}
    try:
        export_picture(store, output, t_range=t_range, **more)
    except ExportError as error:
        raise CommandError(str(error)) from None


def stats(options: argparse.Namespace) -> int:
    store = _source(options)
    from visualiser.trace import stats, stats_text

    print(json.dumps(stats(store)) if options.json else stats_text(store))
    return 0


def doctor(options: argparse.Namespace) -> int:
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


def _qt_ready(*, window: bool) -> Readiness:
    """Qt can be loaded from here on, on the platform that preflight chose; else a sentence and exit code 69."""
    from visualiser.preflight import ready_for_qt

    ready = ready_for_qt(window=window)
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
        _outcome(recording)
        return recording.store


def _recorded(target: Target, *, own_terminal: bool) -> Recording:
    """The run of a program, finished. Raises CommandError when the program could not be started at all."""
    from visualiser.run import BadRunDirectory, BadTarget, LaunchError, record

    try:
        recording = record(target, own_terminal=own_terminal)
    except BadTarget as error:
        raise CommandError(str(error)) from None
    except (LaunchError, BadRunDirectory) as error:
        raise CommandError(str(error), UNAVAILABLE) from None
    if recording.info.failure and recording.info.exit_code is None and recording.info.signal is None:
        recording.close()
        raise CommandError(recording.info.failure, UNAVAILABLE)
    return recording


def _default_name(target: Target) -> Path:
    name = target.scenario or (target.path.stem if target.path else target.module)
    return Path(f"{name}-{time.strftime('%Y%m%d-%H%M%S')}.ilv")


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


def _range(text: str | None) -> Range | None:
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


def _size(text: str | None) -> tuple[int, int | None] | None:
    """WxH, or W alone: as high as what is drawn needs."""
    if text is None:
        return None
    try:
        width, *height = (int(part) for part in text.lower().split("x"))
    except ValueError:
        width, height = 0, []
    if width < 1 or len(height) > 1 or min(height, default=1) < 1:
        raise CommandError(f"“{text}” is not a size; write it as 1600x900, or as 1600 alone.")
    return width, height[0] if height else None
