"""The command that watches a process that runs already, and lets go of it unharmed."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from .errors import UNAVAILABLE, CommandError, check_place
from .keeping import keep

if TYPE_CHECKING:
    from visualiser.observe import Attachment
    from visualiser.run import Running
    from visualiser.trace import TraceStore

LIMIT = 1 << 30
ENDINGS = ("SIGINT", "SIGTERM", "SIGHUP")


def attach(options: argparse.Namespace) -> int:
    """Watch a process until the time is up, it ends, or Ctrl+C comes; keep what was seen."""
    from visualiser.run import attaching
    from visualiser.trace import stats, stats_text

    if not sys.platform.startswith("linux"):
        raise CommandError("Attaching to a running process is possible on Linux only.", UNAVAILABLE)
    if options.seconds is not None and not options.seconds > 0:
        raise CommandError("The number of seconds must be greater than 0.")
    output = Path(options.output or f"process-{options.pid}-{time.strftime('%Y%m%d-%H%M%S')}.ilv")
    check_place(output, (".ilv",))
    try:
        target = attaching.running(options.pid)
    except attaching.AttachError as error:
        raise CommandError(str(error)) from None
    store, missing, over = _watched(target, options.seconds)
    facts = stats(store)
    print(stats_text(store), file=sys.stderr)
    print("\n".join(f"interleave: {one}" for one in missing), file=sys.stderr)
    print(f"Process {target.pid} {'has ended' if over else 'goes on'}.", file=sys.stderr)
    kept, code = keep(store, output)
    if options.json:
        print(json.dumps({**facts, "file": str(kept), "missing": missing, "process_ended": over}), flush=True)
    return code


def _watched(target: Running, seconds: float | None) -> tuple[TraceStore, list[str], bool]:
    """What was seen, what is missing in it, and whether the process has ended."""
    from visualiser.observe import Attachment
    from visualiser.run import BadRunDirectory, RunDirectory, attaching

    try:
        directory = RunDirectory.create()
    except BadRunDirectory as error:
        raise CommandError(str(error), UNAVAILABLE) from None
    with directory, _Signals() as told:
        try:
            attachment = Attachment(target.pid, str(directory.path), LIMIT)
        except OSError as error:
            raise CommandError(f"Process {target.pid} cannot be watched: {error}.", UNAVAILABLE) from None
        asking = _Beside(attaching.load_probe, target, directory.path, LIMIT)
        try:
            _say_that_it_goes_on(target, seconds)
            _follow(attachment, seconds, told)
        finally:
            unrecorded = asking.answer(attachment)
            asked = not unrecorded or attaching.has_begun(directory.path)
            if (
                asked
                and not attachment.over
                and not _Beside(attaching.unload_probe, target, directory.path).answer(attachment)
            ):
                attachment.lose_sight()  # records may still come, of what nobody watches any more
            sources, end_ns = attachment.finish(), time.perf_counter_ns()
        missing = _missing(sources, "" if asked else unrecorded, attachment.problem)
        info = attaching.concluded(
            attaching.described(target, attachment.start_ns, tuple(missing)), sources, asked, end_ns
        )
        return attaching.read(directory.path, info), missing, attachment.over


class _Beside(threading.Thread):
    """Asks the process for something beside the watching: it may take a while."""

    def __init__(self, ask: Callable[..., Any], *args: Any) -> None:
        super().__init__(name="asking", daemon=True)
        self._ask, self._args = ask, args
        self._answer: Any = None
        self.start()

    def answer(self, attachment: Attachment) -> Any:
        """What came of it; the process is watched meanwhile."""
        while self.is_alive():
            attachment.turn()
            self.join(attachment.pause)
        return self._answer

    def run(self) -> None:
        self._answer = self._ask(*self._args)


def _say_that_it_goes_on(target: Running, seconds: float | None) -> None:
    until = f"for {seconds:g} s" if seconds is not None else "until you press Ctrl+C"
    print(f"Watching {target.name} (process {target.pid}) {until} ...", file=sys.stderr, flush=True)


def _follow(attachment: Attachment, seconds: float | None, told: list[int]) -> None:
    """Turn by turn until the time is up, the process has ended, or a signal (`told`) says that it is enough."""
    end = time.monotonic() + seconds if seconds is not None else float("inf")
    while not (told or attachment.over) and time.monotonic() < end:
        attachment.turn()
        time.sleep(max(min(attachment.pause, end - time.monotonic()), 0.0))


class _Signals:
    """Takes note of signals that ask us to end, so that the process is let go of in order; gives the list of them."""

    def __init__(self) -> None:
        self._told: list[int] = []
        self._before: dict[int, Any] = {}

    def __enter__(self) -> list[int]:
        for number in (getattr(signal, name) for name in ENDINGS):
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._note)
        return self._told

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self._told.append(number)


def _missing(sources: dict[str, Any], unrecorded: str, problem: str) -> list[str]:
    """What is not known, in sentences, and what would help."""
    from visualiser.run import attaching

    found = [unrecorded, attaching.BEFORE, problem]
    why = dict(sources.get("why") or {})
    found += list(dict.fromkeys(why.values()))
    advice = sources.get("advice")
    if advice:
        found.append(f"What would help: {advice}")
    return [one for one in found if one]
