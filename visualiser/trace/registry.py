"""The registry: the lives of processes and threads, as they follow from a census."""

from __future__ import annotations

import signal
from collections import defaultdict
from collections.abc import Collection, Iterable

import numpy as np

from .census import Census, Exit, ProcessFacts, Start, ThreadFacts
from .lives import NO_MEMORY, Memory, Process, Thread
from .sightings import Sightings
from .values import ProcessHeader


class Registry:
    """The lives that follow from a census, as values. Made anew when the census has changed. `incomplete`: threads of
    which records were lost.
    """

    def __init__(
        self,
        census: Census,
        texts: list[str],
        seen: Sightings,
        finished: Exit | None = None,
        incomplete: Collection[int] = (),
    ) -> None:
        self._census, self._texts, self._seen, self._incomplete = census, texts, seen, incomplete
        self._starters = census.starters()
        self._thread_starters = census.thread_starters()
        self._names = census.thread_names()
        self._exits = self._exits_by_process(finished)
        self._memories = self._memories_by_process()
        self.processes = tuple(self._process(facts) for facts in census.processes)
        self.threads = tuple(self._thread(facts) for facts in census.threads)

    def _exits_by_process(self, finished: Exit | None) -> dict[int, list[Exit]]:
        found: dict[int, list[Exit]] = defaultdict(list)
        for told in [*self._census.exits, *([finished] if finished else [])]:
            process = self._census.alive_at(told.pid, told.t)
            if process is not None:
                found[process.index].append(told)
        return found

    def _memories_by_process(self) -> dict[int, Memory]:
        columns = {name: column.view for name, column in self._census.memory.items()}
        order = np.lexsort((columns["t"], columns["pid"]))
        t, pid, rss = (columns[name][order] for name in ("t", "pid", "rss"))
        found: dict[int, Memory] = {}
        for number in np.unique(pid).tolist():
            first, last = np.searchsorted(pid, (number, number + 1))
            same = self._census.by_pid.get(number, [])
            begins = [one.header.start_ns for one in same[1:]]
            cuts = [first, *(first + np.searchsorted(t[first:last], begins)), last]
            for one, begin, end in zip(same, cuts, cuts[1:], strict=False):
                found[one.index] = Memory(t[begin:end], rss[begin:end])
        return found

    def _last_sign(self, facts: ProcessFacts) -> int:
        lasts = (self._census.threads[index].last_ns for index in facts.threads)
        return max(lasts, default=facts.header.start_ns)

    def _process(self, facts: ProcessFacts) -> Process:
        census, header = self._census, facts.header
        exits = self._exits.get(facts.index, [])
        code, number = _how(facts, exits)
        ended = _earliest([facts.end_ns] if facts.end_ns is not None else [told.t for told in exits])
        born, died = self._life(header.pid, header.start_ns)
        ended = ended if died is None or facts.became else died
        if ended is None and facts.stranger:
            ended = self._gone(header.pid, header.start_ns, self._seen.last_ns)
        start = self._starters.get(facts.index)
        method = header.info.get("method")
        name = self._texts[facts.name or (start.name if start else 0)] or facts.called or _nameless(header)
        enabled = header.info.get("gil")
        python = header.info.get("python")
        return Process(
            index=facts.index,
            pid=header.pid,
            parent=self._parent(facts, start),
            name=name,
            start_ns=min(header.start_ns, born),
            end_ns=None if ended is None else max(ended, self._last_sign(facts)),
            exit_code=code,
            signal=number,
            method=(start and start.method) or (method if isinstance(method, str) else None),
            python=python if isinstance(python, str) else None,
            gil_enabled=enabled if isinstance(enabled, bool) else None,
            threads=tuple(sorted(facts.threads, key=lambda one: census.threads[one].first_ns)),
            memory=self._memories.get(facts.index, NO_MEMORY),
            ended_how="" if ended is None else (facts.became and "exec") or _ended_how(code, number),
            note=_why_no_record(facts, start, number, name) if facts.stranger else "",
        )

    def _parent(self, facts: ProcessFacts, start: Start | None) -> int | None:
        """Who recorded that it started this process; else, by its header, the process it was born from."""
        if start is not None:
            return self._census.threads[start.thread].process
        parent = self._census.alive_at(facts.header.parent_pid, facts.header.start_ns)
        return parent.index if parent is not None and parent is not facts else None

    def _life(self, number: int, t: int) -> tuple[int, int | None]:
        """When the kernel saw that thread begin (`t` if it did not) and end."""
        begin, end = self._seen.life(self._seen.key(number, t))
        return t if begin is None else begin, end

    def _gone(self, number: int, t: int, now: int | None) -> int | None:
        """The last sign of a thread that had not been seen for a while by `now`; None: nothing tells that it ended."""
        last = self._seen.kinship.last_ns(self._seen.key(number, t))
        return last if last is not None and now is not None and now - last > UNSEEN_NS else None

    def _thread(self, facts: ThreadFacts) -> Thread:
        census = self._census
        process = self.processes[facts.process]
        start = self._thread_starters.get(facts.index)
        born = self._starters.get(facts.process)
        is_main = facts.index == census.main_thread(census.processes[facts.process])
        starter = start.thread if start else born.thread if born and is_main else None
        end, ended_by = _thread_end(facts, process, is_main)
        begin, died = self._life(facts.tid, facts.first_ns)
        of = census.processes[facts.process]
        died = None if of.became else died  # what the kernel saw end was another program by then
        gone = None
        if not is_main and facts.end_ns is None:  # nobody told us of its end: what it was seen of last tells
            gone = self._gone(facts.tid, facts.first_ns, process.end_ns)
        if facts.stranger:
            end, ended_by = gone or process.end_ns, ""
        elif gone is not None and died is None:
            end, ended_by = max(gone, facts.last_ns), ""
        elif facts.end_ns is None and facts.index in self._incomplete and process.end_ns is not None:
            ended_by = NOT_RECORDED
        said = of.end_ns
        if died is not None and said is not None and died < said and facts.end_ns is None:
            ended_by = ""  # it was gone before its process ended: that it said so itself was lost
        return Thread(
            index=facts.index,
            process=facts.process,
            serial=facts.serial,
            tid=facts.tid,
            ident=facts.ident,
            name=self._texts[self._names[facts.index] or (start.name if start else 0)] or _nickname(facts, of),
            start_ns=min(facts.first_ns, begin),
            end_ns=end if died is None else max(died, facts.last_ns),
            ended_by=ended_by,
            starter=starter,
            note=_why_unheard(start) if facts.stranger and not of.stranger else "",
        )


UNABLE = "the run's limit was reached, the disk was full, or the run's folder not writable"
UNSEEN_NS = 200_000_000
NOT_RECORDED = "end not recorded"
NOT_ANNOUNCED = "no record of its own: not started through threading"


def _why_unheard(start: Start | None) -> str:
    """Why a thread has no record of its own though its process writes: its starter may have told of it, by name."""
    if start is None or not start.name:
        return NOT_ANNOUNCED
    return f"no record of its own: it could write none ({UNABLE}), or ended before it began one"


def _nickname(thread: ThreadFacts, process: ProcessFacts) -> str:
    """What to call a thread that nobody gave a name."""
    if process.stranger and thread.tid == process.header.pid:
        return "main thread"
    return thread.called or f"thread {thread.tid}"


def _why_no_record(facts: ProcessFacts, start: Start | None, number: int | None, name: str) -> str:
    """Why a process has no record of its own, as far as that is known."""
    is_program = facts.header.info.get("role") == "program"
    if start is not None and start.method is not None and number is not None:
        return f"no record of its own: {_ended_how(None, number)} before it began one"
    if is_program or (start is not None and start.method is not None):
        return f"no record of its own: it could write none ({UNABLE})"
    if (facts.called or name).startswith("python"):
        return (
            "no record of its own: a Python that was started without the probe (-I, -S, -E), or ended before it began"
        )
    return "no record of its own: no Python program, or one that was started without the probe"


def _nameless(header: ProcessHeader) -> str:
    """What to call a process that nobody gave a name; `multiprocessing` calls the first one so."""
    return "MainProcess" if header.info.get("role") == "program" else f"pid {header.pid}"


def _thread_end(facts: ThreadFacts, process: Process, is_main: bool) -> tuple[int | None, str]:
    if facts.end_ns is not None:
        ended_by = "" if facts.failed is None else f"exception {facts.failed}"
        return max(facts.end_ns, facts.last_ns), ended_by
    if process.end_ns is None:
        return None, ""
    if process.signal is not None:
        return process.end_ns, process.ended_how
    return process.end_ns, "" if is_main else "still alive at exit"


def _how(facts: ProcessFacts, exits: list[Exit]) -> tuple[int | None, int | None]:
    """(exit code, signal). Whoever waited for the process knows better than the process itself."""
    for told in exits:
        if told.exit_code is not None or told.signal is not None:
            return told.exit_code, told.signal
    return facts.exit_code, None


def _ended_how(code: int | None, number: int | None) -> str:
    if number is not None:
        return f"killed ({signal_name(number)})"
    if code is None:
        return "ended"
    return f"exit code {code}" if code else "finished"


def signal_name(number: int) -> str:
    """What people call a signal: "SIGTERM"; one that this system does not know, "signal 99"."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _earliest(times: Iterable[int]) -> int | None:
    return min(times, default=None)
