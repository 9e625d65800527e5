"""The command that does the same work several ways and sets them side by side."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import UNAVAILABLE, CommandError, check_place
from .sources import qt_ready

if TYPE_CHECKING:
    from visualiser.compare import Comparison, Measured, Way

PICTURES = (".png", ".svg", ".pdf")
MOST_REPEATS = 100


def compare(options: argparse.Namespace) -> int:
    if not 1 <= options.repeats <= MOST_REPEATS:
        raise CommandError(f"--repeats must be between 1 and {MOST_REPEATS}.")
    from visualiser.compare import as_json, as_text, compared

    output = _output(options.output)
    title, measured = _saved(options) if _are_files(options.targets) else _run(options)
    found = compared(title, measured)
    print(as_text(found), file=sys.stderr if options.json else sys.stdout)
    if output is not None:
        _write_picture(found, output)
    if options.json:
        print(json.dumps(as_json(found)))
    return 0


def _output(name: str | None) -> Path | None:
    """Where the picture goes; checked before anything runs."""
    if name is None:
        return None
    output = Path(name)
    check_place(output, PICTURES)
    if output.suffix.lower() != ".svg":
        qt_ready(window=False)
    return output


def _write_picture(found: Comparison, output: Path) -> None:
    from visualiser.compare import pictured
    from visualiser.export import ExportError, export_comparison

    try:
        export_comparison(pictured(found), output)
    except ExportError as error:
        raise CommandError(str(error)) from None
    print(f"Wrote {output}", file=sys.stderr)


def _are_files(targets: Sequence[str]) -> bool:
    return len(targets) > 1 or any(Path(target).suffix in (".ilv", ".json", ".gz") for target in targets)


def _saved(options: argparse.Namespace) -> tuple[str, tuple[Measured, ...]]:
    """Runs that were recorded before."""
    from visualiser.compare import measured_runs
    from visualiser.files import BadFile, load

    if len(options.targets) < 2:
        raise CommandError("Name two saved runs at least, or one program to run in several ways.")
    if options.args or options.set or options.variants or options.python or options.module:
        raise CommandError("These are saved runs: arguments and parameters belong to a program that is run.")
    try:
        stores = [(Path(name).stem, load(Path(name))) for name in options.targets]
    except BadFile as error:
        raise CommandError(str(error)) from None
    return " and ".join(name for name, _ in stores), measured_runs(stores)


def _run(options: argparse.Namespace) -> tuple[str, tuple[Measured, ...]]:
    """Every way, run now."""
    from visualiser.compare import PAIRS, WayFailed, find_pair, measure, ways_of, ways_of_pair
    from visualiser.run import BadRunDirectory, BadTarget, LaunchError

    if bool(options.targets) == bool(options.module):
        raise CommandError(
            "Name one thing to compare: a scenario's id, a .py file, -m MODULE, saved runs, or one of these that are "
            f"ready-made: {', '.join(pair.id for pair in PAIRS)}."
        )
    text = options.targets[0] if options.targets else None
    names, pythons = (part.split(",") if part else [] for part in (options.variants, options.python))
    pair = find_pair(text)
    if pair is not None and (names or options.set or options.args):
        raise CommandError(f"{pair.id} is ready-made: only --python and --repeats can be chosen.")
    try:
        ways = ways_of_pair(pair, pythons, _skip) if pair is not None else ways_of(
            text, module=options.module, variants=names, settings=options.set, pythons=pythons, args=options.args,
            on_skip=_skip,
        )  # fmt: skip
        if len(ways) < 2:
            raise CommandError("There is only one way. Give several values (--set N=1,2), variants or interpreters.")
        return pair.title if pair is not None else _title(ways, text or options.module), measure(
            ways, options.repeats, on_run=_tell
        )
    except (BadTarget, WayFailed) as error:
        raise CommandError(str(error)) from None
    except (LaunchError, BadRunDirectory) as error:
        raise CommandError(str(error), UNAVAILABLE) from None


def _skip(why: str) -> None:
    print(why, file=sys.stderr)


def _title(ways: Sequence[Way], text: str) -> str:
    """What is done in all the ways: a scenario's title, or what the user typed."""
    from visualiser.scenarios import find

    scenario = ways[0].target.scenario
    return find(scenario).title if scenario is not None else text


def _tell(label: str, turn: int) -> None:
    if sys.stderr.isatty():
        print(f"Run {turn + 1}: {label} ...", file=sys.stderr)
