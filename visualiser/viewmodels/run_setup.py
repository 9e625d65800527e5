"""What Run will run: the chosen scenario with its variant and parameters, or the user's program with arguments."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from visualiser.scenarios import Parameter, ParameterError, Scenario, Variant, parse_value, with_parameters
from visualiser.viewmodels.own_scenarios import is_own


@dataclass(frozen=True)
class RunRequest:
    """A wish to run something; `run.resolve_target` understands it. `python` None: the Python of this app. `lines`:
    tell of every line, and what the names in `watch` are worth; None: as the scenario has it."""

    text: str | None = None
    module: str | None = None
    args: tuple[str, ...] = ()
    variant: str | None = None
    values: Mapping[str, object] = field(default_factory=dict)
    python: str | None = None
    lines: bool | None = None
    watch: tuple[str, ...] = ()


class BadArguments(ValueError):
    """The arguments cannot be split as a shell would; the message is a sentence."""


class RunSetup(QObject):
    """Holds the choice. Facts: `choice_changed()`, `values_changed()`, `lines_changed()`: whether lines are recorded,
    or which names are watched."""

    choice_changed = Signal()
    values_changed = Signal()
    lines_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.scenario: Scenario | None = None
        self.variant: Variant | None = None
        self.program: Path | None = None
        self.module: str | None = None
        self.arguments = ""
        self.python: str | None = None
        self._values: dict[str, dict[str, object]] = {}
        self._lines: dict[tuple[str, str], bool] = {}
        self._watch: dict[tuple[str, str], tuple[str, ...]] = {}

    @property
    def chosen(self) -> bool:
        """Whether there is anything to run."""
        return self.scenario is not None or self.program is not None or self.module is not None

    @property
    def title(self) -> str:
        """What is chosen, by name."""
        if self.scenario is not None:
            return self.scenario.title
        return self.program.name if self.program is not None else f"-m {self.module}" if self.module else ""

    @property
    def key(self) -> tuple[str, str]:
        """What distinguishes this choice from others, whatever its parameters are."""
        if self.scenario is not None and self.variant is not None:
            return self.scenario.id, self.variant.id
        return str(self.program or self.module or ""), ""

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters of the chosen variant."""
        return self.variant.parameters if self.variant is not None else ()

    @property
    def lines(self) -> bool:
        """Whether every line is recorded: as the user has chosen, else as the scenario's lesson wants it."""
        return self._lines.get(self.key, self.variant is not None and self.variant.lines)

    @property
    def watch(self) -> tuple[str, ...]:
        """The names whose values are recorded with the lines: the scenario's own and those that the user has picked."""
        own = self.variant.watch if self.variant is not None else ()
        return (*dict.fromkeys((*own, *self._watch.get(self.key, ()))),)

    def set_lines(self, on: bool) -> None:
        """Record every line in the next run of this choice, or do not."""
        if on != self.lines:
            self._lines[self.key] = on
            self.lines_changed.emit()

    def set_watched(self, name: str, on: bool) -> None:
        """Record what this name is worth, or do not; a scenario's own names stay. Values are told at lines, so the
        first name that is watched turns them on."""
        picked = [each for each in self._watch.get(self.key, ()) if each != name]
        self._watch[self.key] = (*picked, name) if on else tuple(picked)
        if on:
            self._lines[self.key] = True
        self.lines_changed.emit()

    def value_of(self, parameter: Parameter) -> object:
        """What a parameter is set to. A value set for one variant holds in the others, where it is allowed."""
        assert self.scenario is not None
        value = self._values.get(self.scenario.id, {}).get(parameter.name, parameter.default)
        try:
            return parse_value(parameter, str(value))
        except ParameterError:
            return parameter.default

    def choose_scenario(self, scenario: Scenario, variant_id: str | None = None) -> None:
        """Choose a scenario; its default variant for None. Raises UnknownScenario."""
        self.variant = scenario.variant(variant_id)
        self.scenario, self.program, self.module = scenario, None, None
        self.choice_changed.emit()

    def choose_variant(self, variant_id: str) -> None:
        """Choose another variant of the same scenario."""
        if self.scenario is not None and (self.variant is None or self.variant.id != variant_id):
            self.choose_scenario(self.scenario, variant_id)

    def choose_program(self, path: Path, arguments: str = "") -> None:
        """Choose a Python file of the user's own."""
        self.scenario = self.variant = self.module = None
        self.program, self.arguments = path, arguments
        self.choice_changed.emit()

    def choose_module(self, module: str, arguments: str = "") -> None:
        """Choose a module, to be run as `python -m` does."""
        self.scenario = self.variant = self.program = None
        self.module, self.arguments = module, arguments
        self.choice_changed.emit()

    def choose_nothing(self) -> None:
        """Nothing is chosen: what is shown cannot be run here."""
        self.scenario = self.variant = self.program = self.module = None
        self.choice_changed.emit()

    def set_value(self, name: str, value: object) -> None:
        """Set a parameter of the chosen scenario. Raises ParameterError."""
        assert self.scenario is not None
        for parameter in self.parameters:
            if parameter.name == name:
                self._values.setdefault(self.scenario.id, {})[name] = parse_value(parameter, str(value))
                self.values_changed.emit()

    def set_arguments(self, text: str) -> None:
        """The program's arguments, as typed in a shell."""
        self.arguments = text

    def set_python(self, executable: str | None) -> None:
        """The interpreter to run with; None: the one of this app."""
        self.python = executable

    def request(self) -> RunRequest:
        """What to run now. Raises BadArguments."""
        lines = self._lines.get(self.key)
        watch = self._watch.get(self.key, ()) if self.lines else ()
        if self.scenario is not None and self.variant is not None:
            values = {each.name: self.value_of(each) for each in self.parameters}
            changed = {each.name: values[each.name] for each in self.parameters if values[each.name] != each.default}
            if is_own(self.scenario):  # found by its program, since no catalogue lists it
                return RunRequest(str(self.variant.path), values=changed, python=self.python, lines=self.lines,
                                  watch=self.watch if self.lines else ())  # fmt: skip
            return RunRequest(self.scenario.id, variant=self.variant.id, values=changed, python=self.python,
                              lines=lines, watch=watch)  # fmt: skip
        args = self._split()
        text = str(self.program) if self.program is not None else None
        return RunRequest(text, module=self.module, args=args, python=self.python, lines=lines, watch=watch)

    def source(self) -> tuple[str, str, str] | None:
        """The program that would be run: name, path, text; None when it is no file. Raises OSError, UnicodeError."""
        path = self.variant.path if self.variant is not None else self.program
        if path is None:
            return None
        text = path.read_text(encoding="utf-8")
        if self.variant is not None:
            values = {each.name: self.value_of(each) for each in self.parameters}
            text = with_parameters(text, values, self.parameters)
        return path.name, str(path), text

    def _split(self) -> tuple[str, ...]:
        try:
            return tuple(shlex.split(self.arguments))
        except ValueError:
            raise BadArguments("The arguments have an open quotation mark. Close it, then run again.") from None
