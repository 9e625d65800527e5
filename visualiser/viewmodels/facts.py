"""What is known about the place under the mouse: as one line, and as a table of facts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualiser.scene import Hit, Lane, ViewWindow, at_once, crowd_of, tell
from visualiser.trace import SOURCE_NAMES, Points, Source, Spans, TraceStore, state_at
from visualiser.viewmodels.names import who
from visualiser.viewmodels.task_facts import task_facts, tasks_facts
from visualiser.viewmodels.words import duration, moment


@dataclass(frozen=True)
class Facts:
    """What is known: a `title`, and `rows` of (what, value)."""

    title: str = ""
    rows: tuple[tuple[str, str], ...] = ()

    @property
    def line(self) -> str:
        """All of it on one line, for the hover text's accessible form and the status line."""
        return " · ".join(part for part in (self.title, *(value for _, value in self.rows)) if part)


NOTHING = Facts()


def facts_of(store: TraceStore, hit: Hit | None) -> Facts:
    """The facts behind a hit; empty where there are none."""
    if hit is None:
        return NOTHING
    if hit.what in ("span", "hold", "mark", "output") and hit.index is not None:
        return _item(store, hit, hit.index)
    if hit.what in ("task", "tasks"):
        crowd = hit.what == "tasks"
        found = tasks_facts(store, hit.number, hit.t) if crowd else task_facts(store, hit.number, hit.t, hit.index)
        return Facts(*found) if found is not None else NOTHING
    if (told := tell(store, hit)) is not None:
        return Facts(told[0], (*told[1], *_known_of_cpus(store, hit)))
    if hit.thread is None:
        return _process(store, hit.process) if hit.process is not None else NOTHING
    if hit.t is None:
        return _thread(store, hit.thread)
    return _state(store, hit.thread, hit.t)


def crowd_facts(store: TraceStore, window: ViewWindow, lane: Lane, t: int | None) -> Facts:
    """The facts about the folded threads of one process, in the window their lane was drawn for; `t`: also how many
    were alive at that moment (ns).
    """
    assert lane.process is not None
    threads = crowd_of(store, window, lane.process)
    lives = at_once(store, threads)
    longest = max((_life_ns(store, thread) for thread in threads), default=0)
    rows = [("Threads", f"{len(threads)} that lived less than a quarter of their process")]
    if t is not None:
        rows.append(("Alive", f"{lives.at(t)} at this moment"))
    rows += [
        ("At once", f"{lives.most} at most"),
        ("Longest", duration(longest)),
        ("Click", "on the name to see each of them"),
    ]
    return Facts(lane.name.lstrip("▸▾ "), tuple(rows))


def _life_ns(store: TraceStore, thread: int) -> int:
    life = store.threads[thread]
    return (store.end_ns if life.end_ns is None else life.end_ns) - life.start_ns


def _state(store: TraceStore, thread: int, t: int) -> Facts:
    now = state_at(store, thread, t)
    name = who(store, thread)
    if now is None:
        return Facts(name, (("State", "not alive at this moment"),))
    until = "" if not now.open else ", until its end" if store.finished else " so far"
    length = f"{duration(now.length_ns)}{until}"
    known = now.source is not Source.NONE
    rows = [
        ("State", now.words if known else f"{now.words} (only its recorded calls are known)"),
        ("Since", f"{moment(now.start_ns - store.start_ns)} (for {length})"),
        ("CPU", _cpu(store, thread, t)),
        ("On", now.object.label if now.object and now.object.label not in now.words else ""),
        ("Line", _where(now.site.short, now.site.function) if now.site else ""),
        ("Holds", ", ".join(now.holds)),
        ("Inside", " > ".join(now.spans)),
        ("But", now.contradiction),
        ("How known", SOURCE_NAMES[now.source] if known else ""),
    ]
    return Facts(name, tuple((what, value) for what, value in rows if value))


def _cpu(store: TraceStore, thread: int, t: int) -> str:
    """On which CPU a thread is, and since when; empty where it is on none, or that was not measured."""
    spans = store.thread_cpus(thread)
    row = int(np.searchsorted(spans.start, t, "right")) - 1
    if row < 0 or t >= spans.end[row]:
        return ""
    start, end = int(spans.start[row]), int(spans.end[row])
    return f"CPU {int(spans.cpu[row])}, since {moment(start - store.start_ns)} (for {duration(end - start)})"


def _known_of_cpus(store: TraceStore, hit: Hit) -> tuple[tuple[str, str], ...]:
    how = store.sources.get("switches", "none")
    return (("How known", str(how)),) if hit.what in ("cpu", "parallel") and how != "none" else ()


def _where(short: str, function: str) -> str:
    return f"{short} in {function}" if short and function else short


def _item(store: TraceStore, hit: Hit, index: int) -> Facts:
    if hit.what == "output":
        return _point(store, store.outputs(), index, "printed")
    if hit.thread is None:
        return NOTHING
    if hit.what == "mark":
        return _point(store, store.marks(hit.thread), index, "mark")
    spans = store.spans(hit.thread) if hit.what == "span" else store.holds(hit.thread)
    return _span(store, hit.thread, spans, index, "Inside" if hit.what == "span" else "Holds")


def _span(store: TraceStore, thread: int, spans: Spans, index: int, what: str) -> Facts:
    if index >= len(spans):
        return NOTHING
    start, end = int(spans.start[index]), int(spans.end[index])
    site = store.site(int(spans.site[index]))
    named = store.text(int(spans.label[index])) or store.object(int(spans.object[index])).label
    rows = [
        (what, named),
        ("Since", f"{moment(start - store.start_ns)} (for {duration(end - start)})"),
        ("Line", _where(site.short, site.function)),
    ]
    return Facts(who(store, thread), tuple((key, value) for key, value in rows if value))


def _point(store: TraceStore, points: Points, index: int, verb: str) -> Facts:
    if index >= len(points):
        return NOTHING
    site = store.site(int(points.site[index]))
    rows = [
        (verb.capitalize(), store.text(int(points.text[index])).rstrip("\n")),
        ("At", moment(int(points.t[index]) - store.start_ns)),
        ("Line", _where(site.short, site.function)),
    ]
    return Facts(who(store, int(points.thread[index])), tuple((key, value) for key, value in rows if value))


def _thread(store: TraceStore, index: int) -> Facts:
    thread = store.threads[index]
    end = thread.end_ns
    rows = [
        ("Began", moment(thread.start_ns - store.start_ns)),
        ("Ended", moment(end - store.start_ns) if end is not None else "still alive"),
        ("Lived", duration(end - thread.start_ns) if end is not None else ""),
        ("How", thread.ended_by),
        ("Started by", store.threads[thread.starter].name if thread.starter is not None else ""),
        ("Native id", str(thread.tid)),
        ("Note", thread.note),
    ]
    return Facts(thread.name, tuple((key, value) for key, value in rows if value))


def _process(store: TraceStore, index: int) -> Facts:
    process = store.processes[index]
    parent = store.processes[process.parent] if process.parent is not None else None
    rows = [
        ("Process", str(process.pid)),
        ("Began", moment(process.start_ns - store.start_ns)),
        ("Ended", moment(process.end_ns - store.start_ns) if process.end_ns is not None else "still alive"),
        ("How", process.ended_how),
        ("Born by", process.method if process.method and process.parent is not None else ""),
        ("Parent", f"{parent.name} ({parent.pid})" if parent else ""),
        ("Python", process.python or ""),
        ("Note", process.note),
    ]
    return Facts(process.name, tuple((key, value) for key, value in rows if value))
