"""One thread's raw records, and its tracks derived from them as far as somebody asked."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from visualiser.events import Kind, Table

from .census import ThreadFacts
from .columns import Int64s
from .definitions import Definitions
from .growing import Blocks
from .legal import GROUP_OF_KIND, Group, with_last_words
from .tracks import HoldTrack, SpanTrack, StateTrack
from .values import RECORD_DTYPE, Records, taken

SayOdd = Callable[[int | None, int, str], None]
"""Told of records that cannot be: (thread index, t, what is wrong)."""


class ThreadLog:
    """The records of one thread (of the program, or of the observer), in order of time."""

    def __init__(self, process: int, serial: int, tid: int, ident: int, facts: ThreadFacts | None) -> None:
        self.process, self.serial, self.tid, self.ident = process, serial, tid, ident
        self.facts = facts
        self.raw = Blocks(RECORD_DTYPE)
        self.last_ns = 0
        self.happened: set[int] = set()  # kinds of LIFE events so far
        self._done = 0
        self._counted = self._waiting = self._least = 0  # records; waits begun and not ended; the least there were
        self._tracks: tuple[StateTrack, HoldTrack, SpanTrack] | None = None

    def append(self, records: Records) -> Records:
        """Take in records; returns those that were kept: what is older than the last one came too late."""
        if records["t"][0] < self.last_ns:
            records = records[records["t"] >= self.last_ns]
        if len(records):
            self.raw.append(records)
            self.last_ns = int(records["t"][-1])
        return records

    def at(self, t: int) -> Records:
        """The records of one moment (ns)."""
        found = self.raw.since(len(self.raw))
        for part in reversed(self.raw.parts()):
            first, last = np.searchsorted(part["t"], np.array((t, t + 1), part["t"].dtype))
            found = np.concatenate((part[first:last], found))
            if first:
                break
        return found

    @property
    def behind(self) -> int:
        """How many records the tracks do not know of; 0 while there are no tracks."""
        return len(self.raw) - self._done if self._tracks is not None else 0

    @property
    def undone(self) -> bool:
        """Whether there are records that are in no track, of whose there may be none yet."""
        return self._done < len(self.raw)

    def tracks(
        self, definitions: Definitions, odd: SayOdd, most: int | None = None
    ) -> tuple[StateTrack, HoldTrack, SpanTrack]:
        """The tracks, brought up to date, or by `most` records nearer to that. Only for threads of the program."""
        assert self.facts is not None
        if self._tracks is None:
            index = self.facts.index

            def tell(t: int, what: str) -> None:
                odd(index, t, what)

            self._tracks = StateTrack(self.facts.first_ns, tell), HoldTrack(tell), SpanTrack(Kind.SPAN_BEGIN, tell)
        goal = len(self.raw) if most is None else min(self._done + most, len(self.raw))
        for part in self.raw.parts(self._done) if self._done < goal else ():  # so that what it takes beside is small
            new = part[: goal - self._done]
            if len(new):
                self._done += len(new)
                self._derive(new, definitions, *self._tracks)
        return self._tracks

    def _derive(
        self, new: Records, definitions: Definitions, states: StateTrack, holds: HoldTrack, spans: SpanTrack
    ) -> None:
        group = GROUP_OF_KIND[new["kind"]]
        wanted = (
            (Group.WAIT, Table.OBJECT, states),
            (Group.HOLD, Table.OBJECT, holds),
            (Group.SPAN, Table.TEXT, spans),
        )
        for one, table, track in wanted:
            records = taken(new, np.flatnonzero(group == one))
            if len(records):
                about = definitions.resolve(self.process, table, records["a"])
                sites = definitions.resolve(self.process, Table.SITE, records["site"])
                if one == Group.SPAN:
                    said = with_last_words(records)
                    sites[said] = definitions.resolve(self.process, Table.TEXT, records["site"][said])
                track.extend(records, about, sites)

    def waits_at_its_end(self) -> bool:
        """Whether more waits were begun than ended; what is new since it was asked last is looked at."""
        for part in self.raw.parts(self._counted) if self._counted < len(self.raw) else ():
            kinds = part["kind"]
            step = (kinds == Kind.WAIT_BEGIN).astype(np.int64) - (kinds == Kind.WAIT_END)
            so_far = self._waiting + np.cumsum(step)
            self._least = min(self._least, int(so_far.min(initial=0)))
            self._waiting, self._counted = int(so_far[-1]), self._counted + len(part)
        return self._waiting > self._least  # an end too many ends nothing

    def times(self) -> Int64s:
        """When something was recorded; doubles and order as recorded."""
        parts = [part["t"].astype(np.int64) for part in self.raw.parts()]
        return np.concatenate(parts) if parts else np.empty(0, np.int64)
