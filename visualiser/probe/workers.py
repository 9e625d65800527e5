"""Notices what workers do: of a Pool, a ThreadPool, a ProcessPoolExecutor, and of loky, which is made like the latter.

A worker's life is a loop in the library: get a task, call it, put the result. No frame of ours may lie beneath the
program's function, so it is the two queues that are listened to: what a worker gets is a task, what it puts ends it.
"""

from __future__ import annotations

from ..events import Kind, Span, Wait, word
from . import hooks, processes, recorder
from .messages import begin_receiving, end_receiving
from .pools import label
from .recorder import begin_span, begin_wait, end_span, end_wait, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ROLES = {
    ("multiprocessing.pool", "worker"): "Pool worker",
    ("concurrent.futures.process", "_process_worker"): "Executor worker",  # short: a lane has room for some 20 letters
    ("loky.process_executor", "_process_worker"): "loky worker",
    ("joblib.externals.loky.process_executor", "_process_worker"): "loky worker",
}

_TASK, _DONE = word(Kind.SPAN_BEGIN, Span.TASK), word(Kind.SPAN_END, Span.TASK)
_SEND, _SENT = word(Kind.SPAN_BEGIN, Span.SEND_RESULT), word(Kind.SPAN_END, Span.SEND_RESULT)


def install() -> None:
    """Take care of workers where they begin."""
    processes.roles.append(_role)
    processes.on_child_begin.append(_begin_worker)
    hooks.after_import("multiprocessing.pool", _change_pool)


def _kind(target: Any) -> str:
    """What a process or a thread with this target is; "" for no worker."""
    return ROLES.get((getattr(target, "__module__", None) or "", getattr(target, "__name__", "")), "")


def _role(process: Any) -> str:
    given, kind = str(process._name), _kind(getattr(process, "_target", None))
    if kind:
        return "{} {} ({})".format(kind, given.rpartition("-")[2], given)
    target = getattr(process, "_target", None)
    if getattr(target, "__qualname__", "") == "BaseManager._run_server":
        return f"Manager ({given})"
    return ""


def _begin_worker(process: Any) -> None:
    """In a child: if it is to be a worker, listen to its two queues."""
    if not _kind(getattr(process, "_target", None)):
        return
    inqueue, outqueue, *rest = _arguments(process)
    worker = _Worker(inqueue, outqueue)
    inqueue.get, outqueue.put = worker.get, worker.put
    if rest and rest[0] is not None:
        worker.begin_initializer(rest[0])


def _arguments(process: Any) -> list[Any]:
    """Of a worker's function: its queues, its initializer. loky gives the last ones by name."""
    return [*process._args, *process._kwargs.values()]


class _Worker:
    """One worker's tasks, as seen from its queues."""

    def __init__(self, inqueue: Any, outqueue: Any) -> None:
        self._get, self._put = inqueue.get, outqueue.put
        self._task = 0  # the label of the task at hand, in its place in a record
        self._initializer = ""

    def begin_initializer(self, function: Any) -> None:
        """What comes before the first task is looked for, is the initializer."""
        self._initializer = str(getattr(function, "__name__", type(function).__name__))
        begin_span(Span.INITIALIZER, self._initializer, None)

    def get(self, *args: Any, **kwargs: Any) -> Any:
        if self._initializer:
            name, self._initializer = self._initializer, ""
            end_span(Span.INITIALIZER, name)
        task = self._wait(args, kwargs)
        if task is not None:
            self._task = text(label(task)) << 32
            recorder.pen.record(_TASK | self._task, 0)
        return task

    def _wait(self, args: Any, kwargs: Any) -> Any:
        mine = begin_receiving(Wait.POOL_TASK, 0, 0, kwargs.get("timeout"))
        try:
            return self._get(*args, **kwargs)
        finally:
            end_receiving(mine)

    def put(self, result: Any) -> None:
        task, self._task = self._task, 0
        if not task:  # a farewell, or a result that could not be pickled the first time
            return self._put(result)  # type: ignore[no-any-return]
        record, about = recorder.pen.record, text("result") << 32
        record(_DONE | task, 0)
        record(_SEND | about, 0)
        try:
            self._put(result)
        finally:
            record(_SENT | about, 0)
        return None


class _Thread(_Worker):
    """A worker of a ThreadPool. Its queues are shared by all of them, so it is given two that only stand for them."""

    def __init__(self, inqueue: Any, outqueue: Any, number: str) -> None:
        super().__init__(inqueue, outqueue)
        self._number = number

    def _wait(self, args: Any, kwargs: Any) -> Any:
        if self._number:
            name, self._number = f"ThreadPool worker {self._number}", ""
            recorder.pen.record(word(Kind.THREAD_NAME, 0, text(name)), 0)
        mine = begin_wait(Wait.POOL_TASK, 0, 0, None)
        try:
            return self._get(*args, **kwargs)
        finally:
            end_wait(mine, Wait.POOL_TASK, 0, True)


def _change_pool(pool: Any) -> None:
    real = pool.ThreadPool.Process
    count = 0

    def Process(ctx: Any, *args: Any, **kwargs: Any) -> Any:
        nonlocal count
        made = real(ctx, *args, **kwargs)
        if getattr(made, "_target", None) is pool.worker:
            count += 1
            stand_in = _Thread(made._args[0], made._args[1], str(count))
            made._args = (stand_in, stand_in, *made._args[2:])
        return made

    pool.ThreadPool.Process = staticmethod(Process)
