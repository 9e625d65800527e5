"""The ways to do the same work that are to be compared: variants, parameters, interpreters, each a target to run."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from visualiser.run import (
    BadInterpreter,
    BadTarget,
    Target,
    own_interpreter,
    probe_interpreter,
    resolve_target,
)
from visualiser.scenarios import UnknownScenario, find

MOST_WAYS = 24
"""More than that nobody reads in one picture."""


@dataclass(frozen=True)
class Traits:
    """What tells one way from the others: its work, its variant, the values of parameters ("WORKERS=2"), its Python;
    each of them empty where all have the same."""

    variant: str = ""
    settings: tuple[str, ...] = ()
    python: str = ""
    work: str = ""

    @property
    def label(self) -> str:
        """A short name; empty when nothing tells it from the others."""
        settings = (one.replace("=", " ") for one in self.settings)
        return ", ".join(part for part in (self.variant, *settings, self.python) if part)

    @property
    def family(self) -> str:
        """What it has in common with those that differ from it in the values of parameters only."""
        return ", ".join(part for part in dict.fromkeys((self.work, self.variant, self.python)) if part)


ALIKE = Traits()
"""Nothing tells it from the others."""


@dataclass(frozen=True)
class Way:
    """One way: a short name that tells it from the others, and what to run."""

    label: str
    target: Target
    traits: Traits = ALIKE


def unheard(sentence: str) -> None:
    """Nobody asked what was left out."""


def ways_of(
    text: str | None,
    *,
    module: str | None = None,
    variants: Sequence[str] = (),
    settings: Sequence[str] = (),
    pythons: Sequence[str] = (),
    args: Sequence[str] = (),
    on_skip: Callable[[str], None] = unheard,
) -> tuple[Way, ...]:
    """Every variant with every combination of values under every interpreter, the first one being the base.

    `settings`: texts "NAME=V1,V2"; `variants`: ids, none given: all that the scenario has, without those that need a
    newer Python, of each of which `on_skip` is told in a sentence. Lines and values are not recorded, whatever the
    scenario's lesson is: that would cost time. Raises BadTarget.
    """
    names = _variants(text, module, variants)
    values = [_values(setting) for setting in settings]
    executables: list[str | None] = list(pythons) or [None]
    wanted = list(itertools.product(names, executables))
    if len(wanted) * math.prod(map(len, values)) > 10 * MOST_WAYS:
        raise BadTarget(f"That makes far too many ways; at most {MOST_WAYS} can be compared. Leave some values out.")
    found = []
    for variant, python in wanted:
        if not variants and variant is not None and (why := _too_old(text or "", variant, python)):
            on_skip(why)
            continue
        for chosen in itertools.product(*_known(text, variant, names, values)):
            target = resolve_target(text, module=module, args=args, variant=variant, values=chosen, python=python)
            traits = Traits(
                title := _variant_title(target) if len(names) > 1 else "",
                tuple(one for one, same in zip(chosen, _known(text, variant, names, values), strict=True) if same[1:]),
                f"Python {target.interpreter.version_text}" if len(pythons) > 1 else "",
                "" if _is_same_work(target) else title,
            )
            found.append(Way(traits.label or target.title, replace(target, lines=False, watch=()), traits))
    if len(found) > MOST_WAYS:
        raise BadTarget(f"That makes {len(found)} ways; at most {MOST_WAYS} can be compared. Leave some values out.")
    return tuple(found)


def _known(
    text: str | None, variant: str | None, names: Sequence[str | None], values: Sequence[list[str]]
) -> list[list[str]]:
    """The settings that a variant has parameters for; those that none of them has are left for `resolve_target` to
    refuse."""
    if text is None or variant is None or len(names) < 2:
        return list(values)
    scenario = find(text)
    parameters = {one: {parameter.name for parameter in scenario.variant(one).parameters} for one in names}
    anybodys = set().union(*parameters.values())
    return [one for one in values if (name := one[0].partition("=")[0]) in parameters[variant] or name not in anybodys]


def _variants(text: str | None, module: str | None, variants: Sequence[str]) -> list[str | None]:
    if variants or module or not text:
        return list(variants) or [None]
    try:
        return [variant.id for variant in find(text).variants]
    except UnknownScenario:
        return [None]


def _too_old(scenario: str, variant: str, python: str | None) -> str:
    """Why a variant cannot be run with this interpreter, in a sentence; empty when it can."""
    try:
        interpreter = own_interpreter() if python is None else probe_interpreter(python)
    except BadInterpreter as error:
        raise BadTarget(str(error)) from None
    needed, title = find(scenario).variant(variant).expects.minimum_python, find(scenario).variant(variant).title
    if interpreter.version[:2] >= needed:
        return ""
    least = ".".join(map(str, needed))
    return f"Without “{title}”: it needs Python {least} or newer, and this is {interpreter.version_text}."


def _values(setting: str) -> list[str]:
    """ "N=1,2" -> ["N=1", "N=2"]."""
    name, equals, texts = setting.partition("=")
    if not equals or not name.strip() or not texts.strip(","):
        raise BadTarget(f"{setting!r} is no setting. Write NAME=VALUE, or NAME=V1,V2 to compare.")
    return [f"{name.strip()}={text.strip()}" for text in texts.split(",") if text.strip()]


def _is_same_work(target: Target) -> bool:
    """Whether its scenario's variants get the same done; else each is a work of its own, and is held against none."""
    return target.scenario is None or find(target.scenario).same_work


def _variant_title(target: Target) -> str:
    if target.scenario is None:
        return ""
    return find(target.scenario).variant(target.variant).title
