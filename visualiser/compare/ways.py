"""The ways to do the same work that are to be compared: variants, parameters, interpreters, each a target to run."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from visualiser.run import BadTarget, Target, resolve_target
from visualiser.scenarios import UnknownScenario, find

MOST_WAYS = 24
"""More than that nobody reads in one picture."""


@dataclass(frozen=True)
class Way:
    """One way: a short name that tells it from the others, and what to run."""

    label: str
    target: Target


def ways_of(
    text: str | None,
    *,
    module: str | None = None,
    variants: Sequence[str] = (),
    settings: Sequence[str] = (),
    pythons: Sequence[str] = (),
    args: Sequence[str] = (),
) -> tuple[Way, ...]:
    """Every variant with every combination of values under every interpreter, the first one being the base.

    `settings`: texts "NAME=V1,V2"; `variants`: ids, none given: all that the scenario has. Raises BadTarget.
    """
    names = _variants(text, module, variants)
    values = [_values(setting) for setting in settings]
    executables: list[str | None] = list(pythons) or [None]
    found = []
    for variant, python, chosen in itertools.product(names, executables, list(itertools.product(*values))):
        target = resolve_target(text, module=module, args=args, variant=variant, values=chosen, python=python)
        parts = [_variant_title(target)] if len(names) > 1 else []
        parts += [one.replace("=", " ") for one, all_ in zip(chosen, values, strict=True) if len(all_) > 1]
        parts += [f"Python {target.interpreter.version_text}"] if len(pythons) > 1 else []
        found.append(Way(", ".join(part for part in parts if part) or target.title, target))
    if len(found) > MOST_WAYS:
        raise BadTarget(f"That makes {len(found)} ways; at most {MOST_WAYS} can be compared. Leave some values out.")
    return tuple(found)


def _variants(text: str | None, module: str | None, variants: Sequence[str]) -> list[str | None]:
    if variants or module or not text:
        return list(variants) or [None]
    try:
        return [variant.id for variant in find(text).variants]
    except UnknownScenario:
        return [None]


def _values(setting: str) -> list[str]:
    """ "N=1,2" -> ["N=1", "N=2"]."""
    name, equals, texts = setting.partition("=")
    if not equals or not name.strip() or not texts.strip(","):
        raise BadTarget(f"{setting!r} is no setting. Write NAME=VALUE, or NAME=V1,V2 to compare.")
    return [f"{name.strip()}={text.strip()}" for text in texts.split(",") if text.strip()]


def _variant_title(target: Target) -> str:
    if target.scenario is None:
        return ""
    return find(target.scenario).variant(target.variant).title
