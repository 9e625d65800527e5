"""What a thread is called where its lane is not beside it: with its process, as soon as there are several."""

from __future__ import annotations

from visualiser.trace import TraceStore

MAIN = "MainThread"


def who(store: TraceStore, thread: int) -> str:
    """`burner-a`; of several processes: `worker-1`, `worker-1 / burner-a`. `thread`: its index."""
    one = store.threads[thread]
    if len(store.processes) < 2:
        return one.name
    process = store.processes[one.process]
    name = process.name or ("main process" if process.parent is None else f"pid {process.pid}")
    return name if one.name == MAIN else f"{name} / {one.name}"
