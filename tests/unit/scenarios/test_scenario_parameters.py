"""Parameters: which constants of a program are found, and what replacing them leaves alone."""

from __future__ import annotations

import ast
import keyword
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualiser.scenarios import Parameter, ParameterError, parameters_of, parse_assignments, with_parameters

PROGRAM = '''"""A docstring."""
import time  # é before a constant on no line of its own

N = 1_000  # how often
PAUSE: float = 0.5; AFTER = "ü"  # two on one line
DEBT = -3
LOUD = True
lower = 4
SUM = N + 1
LIMITS = (1, 2)
TWICE = 1
TWICE = 2
NOTHING = None
LONG = """a
b"""


def work():
    return N


LATE = 7
'''

VALUES = {
    "int": st.integers(min_value=-(10**40), max_value=10**40),
    "float": st.floats(allow_nan=False, allow_infinity=False),
    "str": st.text(),
    "bool": st.booleans(),
}
NAMES = st.from_regex(r"[A-Z][A-Z0-9_]{0,8}", fullmatch=True).filter(lambda name: not keyword.iskeyword(name))
COMMENTS = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"])).map(lambda text: f"# {text}")


@st.composite
def programs(draw: st.DrawFn) -> tuple[str, dict[str, object], dict[str, object]]:
    """A program, the values of its constants, and other values of the same kinds for some of them."""
    names = draw(st.lists(NAMES, min_size=1, max_size=5, unique=True))
    kinds = {name: draw(st.sampled_from(sorted(VALUES))) for name in names}
    old = {name: draw(VALUES[kinds[name]]) for name in names}
    new = {name: draw(VALUES[kinds[name]]) for name in draw(st.sets(st.sampled_from(names)))}
    lines = [f"{name} = {old[name]!r}  {draw(COMMENTS)}" for name in names]
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    return end.join(["import os", "", *lines, "", "print(os.name)", ""]), old, new


def test_only_literal_constants_at_the_top_that_are_set_once_are_parameters() -> None:
    found = {each.name: (each.kind, each.default) for each in parameters_of(PROGRAM)}
    assert found == {
        "N": ("int", 1000),
        "PAUSE": ("float", 0.5),
        "AFTER": ("str", "ü"),
        "DEBT": ("int", -3),
        "LOUD": ("bool", True),
    }


def test_a_replaced_value_leaves_every_other_character_alone() -> None:
    changed = with_parameters(PROGRAM, {"N": 20_000, "AFTER": "x", "DEBT": 5, "LOUD": False})
    expected = (
        PROGRAM.replace("N = 1_000", "N = 20_000")
        .replace('AFTER = "ü"', 'AFTER = "x"')
        .replace("DEBT = -3", "DEBT = 5")
        .replace("LOUD = True", "LOUD = False")
    )
    assert changed == expected


def test_two_constants_on_one_line_are_both_replaced_when_their_lengths_change() -> None:
    source = 'A = "ü"; B = 1  # ü\n'
    assert with_parameters(source, {"A": "a long text", "B": 22}) == 'A = "a long text"; B = 22  # ü\n'


@given(programs())
def test_replacing_values_changes_those_values_and_nothing_else(
    case: tuple[str, dict[str, object], dict[str, object]],
) -> None:
    source, old, new = case
    changed = with_parameters(source, new)
    found = {each.name: each.default for each in parameters_of(changed)}
    assert {name: repr(value) for name, value in found.items()} == {
        name: repr(value) for name, value in {**old, **new}.items()
    }
    assert _with_holes(changed) == _with_holes(source)


def _with_holes(source: str) -> list[bytes]:
    """The lines of a generated program without the values: `NAME = ?  # comment`."""
    lines = []
    for line in re.split(r"\r\n|\r|\n", source):
        raw = line.encode()
        for statement in ast.parse(line).body:
            if isinstance(statement, ast.Assign):
                raw = raw[: statement.value.col_offset] + b"?" + raw[statement.value.end_col_offset :]
        lines.append(raw)
    return lines


@given(programs())
def test_putting_the_old_values_back_gives_the_old_program(
    case: tuple[str, dict[str, object], dict[str, object]],
) -> None:
    source, old, new = case
    assert with_parameters(source, old) == source
    back = with_parameters(with_parameters(source, new), old)
    assert ast.dump(ast.parse(back)) == ast.dump(ast.parse(source))


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"n": 3}, "The program has no parameter n. Did you mean N?"),
        ({"N": 2.5}, "N must be a whole number, not '2.5'."),
        ({"N": True}, "N must be a whole number, not 'True'."),
        ({"PAUSE": math.inf}, "PAUSE must be a finite number, not inf."),
        ({"PAUSE": 10**400}, "PAUSE is too large a number."),
        ({"N": 10**5000}, "N is too large a number."),
        ({"LOUD": 1}, "LOUD must be true or false, not '1'."),
        ({"AFTER": None}, "AFTER must be a text, not 'None'."),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_in_one_sentence(values: dict[str, object], sentence: str) -> None:
    with pytest.raises(ParameterError) as refusal:
        with_parameters(PROGRAM, values)
    assert str(refusal.value) == sentence


def test_a_whole_number_is_taken_for_a_float_and_stays_one() -> None:
    changed = with_parameters(PROGRAM, {"PAUSE": 2})
    assert "PAUSE: float = 2.0;" in changed


@pytest.mark.parametrize(
    ("value", "sentence"),
    [(0, "N must be at least 1, not 0."), (10, "N must be at most 9, not 10.")],
)
def test_bounds_are_inclusive_and_named_when_passed(value: int, sentence: str) -> None:
    bounded = (Parameter("N", 5, "int", minimum=1, maximum=9),)
    assert with_parameters("N = 5\n", {"N": 9}, bounded) == "N = 9\n"
    assert with_parameters("N = 5\n", {"N": 1}, bounded) == "N = 1\n"
    with pytest.raises(ParameterError) as refusal:
        with_parameters("N = 5\n", {"N": value}, bounded)
    assert str(refusal.value) == sentence


def test_assignments_are_read_in_the_parameters_own_types() -> None:
    found = parameters_of(PROGRAM)
    values = parse_assignments(["N=1", "N=2_000", "PAUSE = 1", "AFTER= a=b", "LOUD=No"], found)
    assert values == {"N": 2000, "PAUSE": 1.0, "AFTER": " a=b", "LOUD": False}
    assert isinstance(values["PAUSE"], float)


@pytest.mark.parametrize(
    ("assignment", "sentence"),
    [
        ("N", "'N' is no setting. Write NAME=VALUE."),
        ("=3", "'=3' is no setting. Write NAME=VALUE."),
        ("N=", "N must be a whole number, not ''."),
        ("N=three", "N must be a whole number, not 'three'."),
        ("PAUSE=nan", "PAUSE must be a finite number, not nan."),
        ("LOUD=maybe", "LOUD must be true or false, not 'maybe'."),
        ("PAUS=1", "The program has no parameter PAUS. Did you mean PAUSE?"),
    ],
)
def test_an_assignment_that_cannot_be_used_is_refused_in_one_sentence(assignment: str, sentence: str) -> None:
    with pytest.raises(ParameterError) as refusal:
        parse_assignments([assignment], parameters_of(PROGRAM))
    assert str(refusal.value) == sentence


def test_a_choice_that_is_not_offered_is_refused_with_the_list_of_those_that_are() -> None:
    method = Parameter("METHOD", "default", "str", choices=("default", "fork"))
    with pytest.raises(ParameterError, match=r"METHOD must be one of default, fork, not thread\."):
        parse_assignments(["METHOD=thread"], (method,))
