"""What the user asked to run: a scenario, a file or a module, checked before anything is started."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from visualiser.run.interpreters import BadInterpreter, Interpreter, own_interpreter, probe_interpreter
from visualiser.scenarios import (
    ParameterError,
    ScenarioError,
    UnknownScenario,
    Variant,
    find,
    parameters_of,
    parse_assignments,
    prepare,
    with_parameters,
)

SUFFIXES = (".py", ".pyw")


class BadTarget(ValueError):
    """What was asked for cannot be run: the message is one or two plain sentences."""


@dataclass(frozen=True)
class Target:
    """What to run, as the user named it (`text`) and as it was understood.

    `kind` is "scenario", "file" or "module". `path` is the program's file (of a scenario: the original of its variant),
    None for a module. `scenario` and `variant` are ids; `values` replace a scenario's parameters. `lines`: tell of
    every line of the program's own files, and of the values of the names in `watch`.
    """

    kind: str
    text: str
    title: str
    interpreter: Interpreter
    path: Path | None = None
    module: str | None = None
    args: tuple[str, ...] = ()
    scenario: str | None = None
    variant: str | None = None
    values: Mapping[str, object] = field(default_factory=dict)
    lines: bool = False
    watch: tuple[str, ...] = ()

    @property
    def runs_copy(self) -> bool:
        """Whether a copy with other parameters is what is run."""
        return self.kind == "scenario" or bool(self.values)

    @property
    def python(self) -> str:
        """The executable to run it with."""
        return self.interpreter.executable


def resolve_target(
    text: str | None = None,
    *,
    module: str | None = None,
    args: Sequence[str] = (),
    variant: str | None = None,
    values: Mapping[str, object] | Iterable[str] = (),
    python: str | None = None,
    lines: bool | None = None,
    watch: Sequence[str] = (),
) -> Target:
    """Understand what the user typed: `module` as in `python -m`, else `text`, a scenario's id or a .py file's path.

    `values` are parameters (of a .py file: the upper-case constants at its top), by name or as texts "NAME=VALUE".
    `python` is a path or a name on PATH; None is the Python that runs this. `lines`: tell of every line; None: as the
    scenario's lesson wants it. `watch`: names whose values are told at each line, beside a scenario's own ones. Whether
    the program itself is sound (its syntax, its imports) is left to Python to say. Raises BadTarget.
    """
    if not (text or module):
        raise BadTarget("Name what to run: a scenario's id, a .py file, or a module.")
    interpreter = _interpreter(python)
    values = values if isinstance(values, Mapping) else tuple(values)
    _check_names(watch)
    if text and not module and not _looks_like_a_path(text):
        target = _scenario(text, tuple(args), variant, values, interpreter)
        wanted = target.lines if lines is None else lines
        return replace(target, lines=wanted, watch=(*dict.fromkeys((*target.watch, *watch)),))
    if variant or (module and values):
        raise BadTarget(
            f"Only scenarios have variants, and modules no parameters to set: {module or text} has neither."
        )
    if module:
        target = _module(module, tuple(args), interpreter)
    else:
        assert text
        target = _file(text, tuple(args), values, interpreter)
    return replace(target, lines=bool(lines or watch), watch=tuple(watch))


def _check_names(watch: Sequence[str]) -> None:
    for name in watch:
        if not name.isidentifier():
            raise BadTarget(f"{name!r} is no name whose value can be told. Give names such as counter.")


def _file(
    text: str, args: tuple[str, ...], settings: Mapping[str, object] | tuple[str, ...], interpreter: Interpreter
) -> Target:
    path = _program_file(text)
    values: dict[str, object] = {}
    if settings:
        try:
            source = path.read_text(encoding="utf-8")
            known = parameters_of(source)
            values = dict(settings) if isinstance(settings, Mapping) else dict(parse_assignments(settings, known))
            with_parameters(source, values)
        except (OSError, ValueError, SyntaxError) as error:  # a ParameterError is a ValueError
            raise BadTarget(f"{path.name}: {error}") from None
    return Target("file", text, path.name, interpreter, path=path, args=args, values=values)


def _interpreter(python: str | None) -> Interpreter:
    if python is None:
        return own_interpreter()
    try:
        return probe_interpreter(python)
    except BadInterpreter as error:
        raise BadTarget(str(error)) from None


def _looks_like_a_path(text: str) -> bool:
    separators = [os.sep, os.altsep or os.sep]
    return text.endswith(SUFFIXES) or text in (".", "..") or any(each in text for each in separators)


def _module(text: str, args: tuple[str, ...], interpreter: Interpreter) -> Target:
    if not all(part.isidentifier() for part in text.split(".")):
        raise BadTarget(f"{text!r} is no name of a module. Write it as in an import, without .py.")
    return Target("module", text, f"-m {text}", interpreter, module=text, args=args)


def _program_file(text: str) -> Path:
    """The absolute path of a program that can be read. Raises BadTarget."""
    path = Path(os.path.abspath(os.path.expanduser(text)))
    if path.is_dir():
        raise BadTarget(f"{text} is a folder. Name a .py file in it.")
    if not path.exists():
        raise BadTarget(f"There is no file {text}.")
    if path.suffix not in SUFFIXES or not path.is_file():
        raise BadTarget(f"{text} is not a Python program. Name a .py file.")
    if not os.access(path, os.R_OK):
        raise BadTarget(f"{text} cannot be read: you have no permission for it.")
    return path


def _scenario(
    text: str,
    args: tuple[str, ...],
    variant_id: str | None,
    settings: Mapping[str, object] | tuple[str, ...],
    interpreter: Interpreter,
) -> Target:
    try:
        scenario = find(text)
        variant = scenario.variant(variant_id)
        values = _values(settings, variant)
        with_parameters(variant.path.read_text(encoding="utf-8"), values, variant.parameters)
    except UnknownScenario as error:
        raise BadTarget(_unknown(text, error)) from None
    except (ParameterError, ScenarioError, OSError) as error:
        raise BadTarget(str(error)) from None
    if interpreter.version[:2] < variant.expects.minimum_python:
        needed = ".".join(map(str, variant.expects.minimum_python))
        raise BadTarget(f"{scenario.title} needs Python {needed} or newer, and this is {interpreter.version_text}.")
    title = scenario.title if len(scenario.variants) == 1 else f"{scenario.title} · {variant.title}"
    target = Target("scenario", text, title, interpreter, variant.path, None, args, scenario.id, variant.id, values)
    return replace(target, lines=variant.lines, watch=variant.watch)


def _values(settings: Mapping[str, object] | tuple[str, ...], variant: Variant) -> dict[str, object]:
    if isinstance(settings, Mapping):
        return dict(settings)
    return {**parse_assignments(settings, variant.parameters)}


def _unknown(text: str, error: UnknownScenario) -> str:
    """The sentence for a name that is no scenario; it may have been meant as a file."""
    if os.path.isdir(text):
        return f"{text} is a folder. Name a .py file in it, or a scenario."
    if os.path.exists(text):
        return f"{text} is not a Python program. Name a .py file, or a scenario."
    if os.path.exists(text + ".py"):
        return f"There is no scenario {text!r}. Did you mean the file {text}.py?"
    return str(error)


def prepare_program(target: Target, folder: Path) -> Path | None:
    """Put a copy of the program's file into `folder`; returns the copy, None for a module.

    Of a scenario, and of a user's file some parameters of which are set, the copy with these in place is what is run
    (`runs_copy`); else the original is. Raises BadTarget, OSError.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if target.path is None:
        return None
    if target.scenario is None:
        copy = folder / target.path.name
        source = target.path.read_bytes()
        if target.values:
            source = with_parameters(source.decode("utf-8"), target.values).encode("utf-8")
        copy.write_bytes(source)
        return copy
    try:
        return prepare(find(target.scenario), target.variant, target.values, folder)
    except (UnknownScenario, ParameterError) as error:
        raise BadTarget(str(error)) from None
