"""The parameters of an ordinary program: its upper-case constants, found in the source and replaced in place.

The top of a program is what comes before its first statement that is neither an import nor an assignment nor a
docstring. A constant there is a parameter when it is a literal number, text, True or False on one line, and is
assigned once. Columns are byte offsets in UTF-8, as `ast` documents them.
"""

from __future__ import annotations

import ast
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from visualiser.scenarios.errors import ParameterError, near_matches
from visualiser.scenarios.model import Literal, Parameter

_NAME = re.compile(r"[A-Z][A-Z0-9_]*")
_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")  # str.splitlines also splits at form feeds; Python does not
_KINDS: Mapping[type, str] = {bool: "bool", int: "int", float: "float", str: "str"}
_WORDS = {"int": "a whole number", "float": "a number", "str": "a text", "bool": "true or false"}
_TRUTH = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}

_TOO_LARGE = 10**300  # float() overflows soon after; str() refuses thousands of digits


@dataclass(frozen=True)
class _Constant:
    """A constant and where its literal stands: line from 1, columns in bytes of UTF-8."""

    name: str
    value: Literal
    line: int
    start: int
    end: int


def parameters_of(source: str) -> tuple[Parameter, ...]:
    """The parameters of a program in the order of its lines, without bounds. Raises SyntaxError as `ast.parse` does."""
    return tuple(Parameter(each.name, each.value, _KINDS[type(each.value)]) for each in _constants(source))


def with_parameters(source: str, values: Mapping[str, object], parameters: Sequence[Parameter] | None = None) -> str:
    """The source with the literals of the named constants replaced; comments and line numbers stay as they are.

    A value equal to the one in the source leaves its spelling alone. `parameters` carries the bounds; without it only
    names and types are checked. Raises ParameterError; SyntaxError as `ast.parse` does.
    """
    known = parameters_of(source) if parameters is None else parameters
    checked = {name: check(_parameter_named(name, known), value) for name, value in values.items()}
    lines = _LINES.findall(source)
    for constant in reversed(_constants(source)):  # from the right, so that the columns to the left stay true
        if constant.name in checked and not _same(checked[constant.name], constant.value):
            lines[constant.line - 1] = _replaced(lines[constant.line - 1], constant, checked[constant.name])
    return "".join(lines)


def parse_assignments(assignments: Iterable[str], parameters: Sequence[Parameter]) -> dict[str, Literal]:
    """The values that texts such as "N=3" give, as the command line's --set does; the last one of a name counts.

    Raises ParameterError.
    """
    values: dict[str, Literal] = {}
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        if not equals or not name.strip():
            raise ParameterError(f"{assignment!r} is no setting. Write NAME=VALUE.")
        parameter = _parameter_named(name.strip(), parameters)
        values[parameter.name] = parse_value(parameter, text)
    return values


def parse_value(parameter: Parameter, text: str) -> Literal:
    """The value that the user typed as `text`, checked. Raises ParameterError."""
    return check(parameter, _converted(parameter, text))


def check(parameter: Parameter, value: object) -> Literal:
    """`value` as this parameter takes it: of its type, within its bounds, one of its choices. Raises ParameterError."""
    typed = _typed(parameter, value)
    if parameter.choices and typed not in parameter.choices:
        allowed = ", ".join(str(choice) for choice in parameter.choices)
        raise ParameterError(f"{parameter.name} must be one of {allowed}, not {typed}.")
    if not isinstance(typed, str):
        _check_bounds(parameter, typed)
    return typed


def _constants(source: str) -> list[_Constant]:
    top = list(_top(ast.parse(source)))
    found = [each for statement in top for each in _constant(statement)]
    times = Counter(name for statement in top for name in _assigned(statement))
    return [each for each in found if times[each.name] == 1]


def _top(module: ast.Module) -> Iterator[ast.stmt]:
    """The statements at the top of a program."""
    for statement in module.body:
        docstring = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if not docstring and not isinstance(statement, ast.Import | ast.ImportFrom | ast.Assign | ast.AnnAssign):
            return
        yield statement


def _assigned(statement: ast.stmt) -> list[str]:
    """Every name that a statement binds."""
    return [node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]


def _constant(statement: ast.stmt) -> Iterator[_Constant]:
    """The constant that a statement sets, if it does."""
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target: ast.expr = statement.targets[0]
    elif isinstance(statement, ast.AnnAssign):
        target = statement.target
    else:
        return
    node = statement.value
    if not isinstance(target, ast.Name) or not _NAME.fullmatch(target.id) or node is None:
        return
    value = _literal(node)
    if value is not None and node.lineno == node.end_lineno and node.end_col_offset is not None:
        yield _Constant(target.id, value, node.lineno, node.col_offset, node.end_col_offset)


def _literal(node: ast.expr) -> Literal | None:
    """The value of a literal that a parameter may hold, else None."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        number = _literal(node.operand)
        return -number if isinstance(number, int | float) and not isinstance(number, bool) else None
    if isinstance(node, ast.Constant) and type(node.value) in _KINDS:
        value: Literal = node.value  # type: ignore[assignment]  # the line above leaves only these four types
        return value
    return None


def _replaced(line: str, constant: _Constant, value: Literal) -> str:
    raw = line.encode("utf-8", "surrogatepass")
    changed = raw[: constant.start] + _spelling(value).encode("utf-8") + raw[constant.end :]
    return changed.decode("utf-8", "surrogatepass")


def _spelling(value: Literal) -> str:
    """How a person would write the value in a program."""
    if type(value) is int:
        return f"{value:_}" if abs(value) >= 10_000 else str(value)
    spelled = repr(value)
    return f'"{spelled[1:-1]}"' if spelled.startswith("'") and '"' not in spelled else spelled


def _same(one: Literal, other: Literal) -> bool:
    """Whether the two are the same literal: 0.0 is not -0.0, and 1 is neither 1.0 nor True."""
    return type(one) is type(other) and repr(one) == repr(other)


def _parameter_named(name: str, parameters: Sequence[Parameter]) -> Parameter:
    for parameter in parameters:
        if parameter.name == name:
            return parameter
    known = [parameter.name for parameter in parameters]
    raise ParameterError(f"The program has no parameter {name}. {near_matches(name, known)}")


def _converted(parameter: Parameter, text: str) -> object:
    """What was typed, in the parameter's type; the text itself when it is none, for the check to refuse."""
    word = text.strip()
    try:
        if parameter.kind == "int":
            return int(word)
        if parameter.kind == "float":
            return float(word)
    except ValueError:
        return text
    return _TRUTH.get(word.lower(), text) if parameter.kind == "bool" else text


def _typed(parameter: Parameter, value: object) -> Literal:
    kind = _KINDS.get(type(value))
    if isinstance(value, int) and abs(value) >= _TOO_LARGE:
        raise ParameterError(f"{parameter.name} is too large a number.")
    if kind == "int" and parameter.kind == "float" and isinstance(value, int):
        value, kind = float(value), "float"
    if kind != parameter.kind or not isinstance(value, int | float | str):
        raise ParameterError(f"{parameter.name} must be {_WORDS[parameter.kind]}, not {str(value)[:40]!r}.")
    if isinstance(value, float) and not math.isfinite(value):
        raise ParameterError(f"{parameter.name} must be a finite number, not {value}.")
    return value


def _check_bounds(parameter: Parameter, value: float) -> None:
    if parameter.minimum is not None and value < parameter.minimum:
        raise ParameterError(f"{parameter.name} must be at least {parameter.minimum}, not {value}.")
    if parameter.maximum is not None and value > parameter.maximum:
        raise ParameterError(f"{parameter.name} must be at most {parameter.maximum}, not {value}.")
