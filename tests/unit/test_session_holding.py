"""A run that is being drawn stays as it is: what arrives meanwhile is taken in after it."""

from __future__ import annotations

from tests.support.builder import RunBuilder
from visualiser.run import Session
from visualiser.trace import TraceStore


class Stub:
    """Counts what was taken in."""

    acknowledged = 0

    def acknowledge(self) -> None:
        self.acknowledged += 1


def test_what_arrives_while_a_picture_is_made_comes_after_it_and_is_not_asked_for_twice() -> None:
    run = RunBuilder()
    run.process().thread().begin(0).end(5)
    session, collector = Session(), Stub()
    session.store, session._collector = TraceStore(), collector  # type: ignore[assignment]
    grown: list[int] = []
    session.trace_grew.connect(grown.append)
    session.hold_back(True)
    session._take_batch(0, run.batch())
    assert (session.store.events, collector.acknowledged, grown) == (0, 0, [])
    session.hold_back(False)
    assert (session.store.events, collector.acknowledged, len(grown)) == (3, 1, 1)
