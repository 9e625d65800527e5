"""The table of a session's states has a way out of each and none that skips the reading of the last events."""

from __future__ import annotations

import pytest

from visualiser.run.session import ACTIVE, LEGAL, Session, SessionState, how_it_ended
from visualiser.run.session import IllegalTransition as Illegal
from visualiser.trace import RunInfo

S = SessionState


def test_every_state_has_an_entry_and_every_run_comes_to_an_end() -> None:
    assert set(LEGAL) == set(SessionState)
    for state in ACTIVE:
        assert LEGAL[state] & {S.DRAINING, S.DONE}
        assert S.FAILED in LEGAL[state]
        assert S.STARTING not in LEGAL[state]


def test_done_is_only_reached_by_draining() -> None:
    assert [state for state in S if S.DONE in LEGAL[state]] == [S.DRAINING]


def test_a_step_that_is_not_in_the_table_is_refused() -> None:
    session = Session()
    with pytest.raises(Illegal, match="done cannot follow idle"):
        session._go(S.DONE)
    assert session.state is S.IDLE


def test_stop_kill_and_close_without_a_run_are_harmless() -> None:
    session = Session()
    session.stop()
    session.kill()
    session.close()
    assert session.state is S.IDLE


@pytest.mark.parametrize(
    ("info", "words"),
    [
        (RunInfo(exit_code=0), "The program ended."),
        (RunInfo(exit_code=3), "The program ended with exit code 3."),
        (RunInfo(signal=11), "The program was killed by SIGSEGV."),
        (RunInfo(signal=9, stopped_by="user"), "The run was stopped; what happened until then is kept."),
        (RunInfo(failure="It broke."), "It broke."),
    ],
)
def test_how_a_run_ended_is_said_in_a_sentence(info: RunInfo, words: str) -> None:
    assert how_it_ended(info) == words
