"""Work that needs nobody's attention, done in a thread of its own while its asker goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

Outcome = TypeVar("Outcome")

LOOK_SECONDS = 0.004
"""How long the asker waits at each look: it has other things to do, but must not take the CPU for asking."""


class Elsewhere(Generic[Outcome]):
    """`work` in a thread; it must touch nothing that anybody changes meanwhile."""

    def __init__(self, work: Callable[[], Outcome]) -> None:
        self._work = work
        self._outcome: list[Outcome] = []
        self._error: BaseException | None = None

    def steps(self, weight: int) -> Iterator[int]:
        """Starts it, and tells `weight` at each look until it is over."""
        thread = threading.Thread(target=self._run, name="joining", daemon=True)
        thread.start()
        while thread.is_alive():
            thread.join(LOOK_SECONDS)
            yield weight

    def outcome(self) -> Outcome:
        """What came of it; whatever it raised."""
        if self._error is not None:
            raise self._error
        return self._outcome[0]

    def _run(self) -> None:
        try:
            self._outcome.append(self._work())
        except BaseException as error:  # it is raised where it is asked for
            self._error = error
