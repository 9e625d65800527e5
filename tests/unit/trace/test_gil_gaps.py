"""Who held the GIL between two looks that lie several hand-overs apart."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.support.drawn_edges import MS, edges, gil_looks, looks
from visualiser.events.blocks import Held, Seen
from visualiser.trace.arrivals import Arrivals
from visualiser.trace.gil_gaps import FREE, UNSURE, Proofs, holders_in, no_proofs
from visualiser.trace.joiner import Facts, join
from visualiser.trace.joining import Waits
from visualiser.trace.observed import Edges, Looks, Losses
from visualiser.trace.turns import outcome
from visualiser.trace.values import State

US = 1000
Stay = tuple[int, int, int, bool, bool]
"""t, off, tid, whether it left by blocking, whether it came from waiting for the GIL."""


class Played:
    """Four threads that take the GIL by its rules, one event after the other; what really happened is kept."""

    def __init__(self, chance: Random) -> None:
        self.t, self.holder, self.count = MS, 1, 0
        self.stays: list[Stay] = []
        self.truth = [(MS, 1)]
        self.proofs: list[tuple[int, int]] = []
        self._since, self._waited = 0, True
        self._waiters, self._sleepers = [2, 3], [4]
        self._chance = chance

    def step(self) -> None:
        """One event."""
        self.t += self._chance.randrange(20, 2000) * US
        steps: tuple[Callable[[], None], ...] = (self.ask, self.hand_over, self.wake, self.preempt, self.write)
        self._chance.choice(steps)()

    def end(self) -> int:
        """The moment of the second look."""
        self.t += 50 * US
        self._leave(gone=False)
        return self.t

    def ask(self) -> None:
        """One who waits wakes up, sees that it is held, and waits on."""
        if self._waiters:
            self.stays.append((self.t, self.t + 5 * US, self._chance.choice(self._waiters), True, True))

    def hand_over(self) -> None:
        """The holder blocks, and one who waits takes it."""
        if not self._waiters:
            return
        taker = self._chance.choice(self._waiters)
        self._leave(gone=True)
        self.truth.append((self.t, FREE))
        self._waiters.remove(taker)
        self._chance.choice([self._waiters, self._sleepers]).append(self.holder)
        self.t += 2 * US
        self.holder, self.count = taker, self.count + 1
        self.truth.append((self.t, taker))
        self._since, self._waited = self.t, True

    def wake(self) -> None:
        """One who slept comes, sees that it is held, and waits for it."""
        if self._sleepers:
            one = self._sleepers.pop(self._chance.randrange(len(self._sleepers)))
            self.stays.append((self.t, self.t + 5 * US, one, True, False))
            self._waiters.append(one)

    def preempt(self) -> None:
        """The holder loses its CPU and gets one again."""
        self._leave(gone=False)
        self.t += 3 * US
        self._since, self._waited = self.t, False

    def write(self) -> None:
        """The holder writes a record down."""
        self.proofs.append((self.t, self.holder))

    def _leave(self, gone: bool) -> None:
        self.stays.append((self._since, self.t, self.holder, gone, self._waited))

    def arrivals(self) -> Arrivals:
        """As the edges tell."""
        t, off, tid, gone, waited = np.array(sorted(self.stays), "i8").T
        left = np.where(gone, off, 0)
        return Arrivals(t, tid, left, left, waited.astype(bool), t > 0, t < 0, left, off)


def told(played: Played, proofs: Proofs) -> list[tuple[int, int]]:
    """(t, holder) of what is said of all that happened."""
    end = played.end()
    seen = gil_looks((0, 1, Held.HELD, 0), ((end - MS) / MS, played.holder, Held.HELD, played.count))
    times, holders, known = outcome(holders_in(seen, np.array([0]), played.arrivals(), proofs))
    assert known.all()
    return list(zip(times.tolist(), holders.tolist(), strict=True))


@given(st.integers(0, 10_000), st.integers(1, 25), st.booleans())
def test_nobody_is_said_to_have_held_it_who_did_not(seed: int, steps: int, proved: bool) -> None:
    played = Played(Random(seed))
    for _ in range(steps):
        played.step()
    t, tid = np.array(played.proofs, "i8").reshape(-1, 2).T
    for at, who in told(played, Proofs(t, tid) if proved else no_proofs()):
        truly = next(holder for since, holder in reversed(played.truth) if since <= at)
        assert who in (UNSURE, truly)


def test_who_only_asks_while_another_has_it_leaves_nothing_in_doubt() -> None:
    played = Played(Random(1))
    for step in (played.ask, played.hand_over, played.ask, played.hand_over, played.ask, played.hand_over):
        played.t += MS
        step()
    assert UNSURE not in [who for _, who in told(played, no_proofs())]


def shares(proofs: Proofs) -> list[int]:
    """Two threads that stay on their CPUs and swap the GIL four times without a trace: holders from each record on."""
    stays: list[Stay] = [(MS // 2, 9 * MS, 1, False, False), (MS // 2, 9 * MS, 2, False, False)]
    played = Played(Random(1))
    played.stays = stays
    seen = gil_looks((0, 1, Held.HELD, 0), (7, 1, Held.HELD, 2))
    _, holders, _ = outcome(holders_in(seen, np.array([0]), played.arrivals(), proofs))
    return [int(who) for who in holders]


def test_a_record_proves_that_its_writer_had_it() -> None:
    assert shares(no_proofs()) == []
    assert shares(Proofs(np.array([3 * MS, 5 * MS]), np.array([2, 1]))) == [1, 2, 1]


def test_who_was_asked_for_it_and_has_not_got_it_back_waited_for_it_from_the_start() -> None:
    # 1 runs, 2 asks in vain, 1 gives it up and blocks, 2 runs, 1 comes back to ask, and is seen to wait
    one, two = edges("RRR..|...R", 1), edges("..|.RRRRR.", 2, cpu=1)
    two.t[:] = np.where(two.t > MS, two.t + 970_000, two.t)  # it asks right before the third millisecond is over
    seen = gil_looks((0.5, 1, Held.HELD, 5), (4.5, 2, Held.HELD, 6), (8.5, 2, Held.HELD, 6))
    looked = Looks.join([looks((7, Seen.GIL), tid=1), looks((0.5, Seen.GIL), (3.5, Seen.GIL), tid=2)])
    waits = {2: Waits(*(np.empty(0, "i8"),) * 3)}
    track = join(Facts(Edges.join([one, two]), looked, seen, Losses.join([]), waits)).threads[1]
    row = int(np.searchsorted(track.start, 4 * MS, "right")) - 1
    assert (track.state[row], track.start[row]) == (State.GIL, 4 * MS)


def test_who_gets_it_at_once_from_one_that_has_it_had_waited_for_it() -> None:
    # 1 blocks, nobody looks; when it comes back, 2 runs and hands the GIL over, and goes on for a moment
    one, two = edges("RRR.....RRR", 1), edges("..RRRRRR...", 2, cpu=1)
    two.t[two.t == 9 * MS] += 20_000
    seen = gil_looks((0.5, 1, Held.HELD, 5), (4.5, 2, Held.HELD, 6), (9.5, 1, Held.HELD, 7))
    track = join(Facts(Edges.join([one, two]), Looks.join([]), seen, Losses.join([]))).threads[1]
    row = int(np.searchsorted(track.start, 5 * MS, "right")) - 1
    assert (track.state[row], track.start[row], track.end[row]) == (State.GIL, 4 * MS, 9 * MS)


def test_who_gets_it_when_it_is_free_may_have_waited_for_anything() -> None:
    one, two = edges("RRR.....RRR", 1), edges("..RRRRR....", 2, cpu=1)
    seen = gil_looks((0.5, 1, Held.HELD, 5), (4.5, 2, Held.HELD, 6), (9.5, 1, Held.HELD, 7))
    track = join(Facts(Edges.join([one, two]), Looks.join([]), seen, Losses.join([]))).threads[1]
    assert track.state[int(np.searchsorted(track.start, 5 * MS, "right")) - 1] == State.UNKNOWN
