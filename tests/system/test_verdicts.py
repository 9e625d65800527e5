"""Each verdict is given of a real program that deserves it, and not of one close to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.machine import watched_machine
from tests.support.verdict_programs import CASES, Case, Given, others, verdicts_of

TRIES = 3


def given(text: str, folder: Path) -> Given:
    found = verdicts_of(text, folder)
    if found.switches != "exact":
        pytest.skip(f"the kernel's switches are needed to tell, and here they are {found.switches}")
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_a_verdict_is_given_of_the_program_that_deserves_it(tmp_path: Path, case: Case) -> None:
    for _ in range(TRIES):
        with watched_machine() as foreign, others(4 if case.crowd else 0):
            found = given(case.guilty, tmp_path)
        if case.code in found.codes:
            return
        if not case.crowd and not foreign.disturbs:
            break
    else:
        pytest.skip(f"others kept the machine busy: {foreign.load:.0%} of it in the last of {TRIES} runs")
    assert case.code in found.codes


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_a_verdict_is_not_given_of_a_program_close_to_it(tmp_path: Path, case: Case) -> None:
    with watched_machine() as foreign:
        found = given(case.innocent, tmp_path)
    if case.code == "machine-busy" and foreign.disturbs:
        pytest.skip("others do use the machine")
    assert case.code not in found.codes
