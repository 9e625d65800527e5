"""Numbered work in a pool: late answers are dropped, errors arrive, closing leaves no thread."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event

import pytest
from pytestqt.qtbot import QtBot

from visualiser.viewmodels import Jobs


def never(answer: object) -> None:
    pytest.fail(f"{answer!r} was delivered")


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[Jobs]:
    made = Jobs()
    yield made
    assert made.close()


def test_an_answer_arrives_and_the_window_is_told_meanwhile(jobs: Jobs, qtbot: QtBot) -> None:
    told: list[str] = []
    answers: list[int] = []
    jobs.doing_changed.connect(told.append)
    jobs.start("load", "Opening it", lambda _: 42, answers.append, never)
    assert jobs.doing == "Opening it"
    qtbot.waitUntil(lambda: answers == [42])
    assert told[-1] == ""


def test_an_error_arrives_as_one(jobs: Jobs, qtbot: QtBot) -> None:
    errors: list[Exception] = []

    def work(_: object) -> None:
        raise OSError("no disk")

    jobs.start("load", "", work, never, errors.append)
    qtbot.waitUntil(lambda: len(errors) == 1)
    assert str(errors[0]) == "no disk"


def test_a_newer_job_of_the_same_name_takes_the_place_of_the_older(jobs: Jobs, qtbot: QtBot) -> None:
    release = Event()
    answers: list[str] = []
    cancelled: list[bool] = []

    def slow(is_cancelled: object) -> str:
        release.wait(10)
        assert callable(is_cancelled)
        cancelled.append(is_cancelled())
        return "old"

    jobs.start("load", "", slow, answers.append, never)
    jobs.start("load", "", lambda _: "new", answers.append, never)
    qtbot.waitUntil(lambda: answers == ["new"])
    release.set()
    qtbot.waitUntil(lambda: cancelled == [True])
    qtbot.waitUntil(lambda: not jobs.busy)
    assert answers == ["new"]


def test_closing_drops_what_has_not_answered(qtbot: QtBot) -> None:
    jobs, release = Jobs(), Event()
    jobs.start("load", "Opening it", lambda _: release.wait(10), never, never)
    jobs.cancel()
    assert jobs.doing == ""
    release.set()
    assert jobs.close()
