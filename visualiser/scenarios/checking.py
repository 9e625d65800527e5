"""Checks a folder with scenarios that somebody wrote, and says what is wrong in sentences that can be acted on.

Beyond what the loader refuses, this looks for what would only disappoint later: a program that does not compile, a cue
that names a thread, a text or a line which the program does not hold, a variant about which nothing is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from visualiser.scenarios.catalogue import stories_in
from visualiser.scenarios.cues import Cue
from visualiser.scenarios.loader import Complaints, read_scenario
from visualiser.scenarios.model import Scenario, Variant

PYTHON_NAMES = ("MainThread", "*", "*-*", "Thread-*", "Process-*", "ForkPoolWorker-*", "SpawnPoolWorker-*", "asyncio_*")
"""Names that Python itself gives, which a program need not hold."""


def check(folder: Path) -> list[str]:
    """What is wrong with the scenario in `folder`, or with those in its subfolders; empty when all is well."""
    if not folder.is_dir():
        return [f"{folder} is not a folder. Name the folder that holds story.json and the programs."]
    folders = stories_in(folder)
    if not folders:
        return [f"{folder}: there is no story.json here, nor in a folder below it."]
    return [complaint for each in folders for complaint in _complaints(each)]


def _complaints(folder: Path) -> list[str]:
    complaints = Complaints()
    scenario = read_scenario(folder, complaints)
    if scenario is None:
        return [str(each) for each in complaints]
    return [complaint for variant in scenario.variants for complaint in _of_variant(folder, scenario, variant)]


def _of_variant(folder: Path, scenario: Scenario, variant: Variant) -> Iterator[str]:
    source = variant.path.read_text(encoding="utf-8")
    try:
        compile(source, variant.path.name, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        yield f"{variant.path}: the program does not compile: {error}"
        return
    steps = scenario.steps_for(variant.id)
    if not steps:
        yield f"{folder / 'story.json'}: steps: none of them is told along a run of {variant.id}"
    for step in steps:
        for problem in _of_cue(step.cue, source):
            yield f"{folder / 'story.json'}: the step {step.title!r}: {problem} {variant.path.name}"
    for name in variant.watch:
        if not re.search(rf"\b{re.escape(name)}\b", source):
            yield f"{folder / 'story.json'}: watch: there is no name {name!r} in {variant.path.name}"


def _of_cue(cue: Cue | None, source: str) -> Iterator[str]:
    if cue is None:
        return
    for name in (cue.thread, cue.process):
        if name and name not in PYTHON_NAMES and not named(name, source):
            yield f"its cue looks for {name!r}, and nothing is called so in"
    if cue.kind == "line" and cue.text and cue.text not in source:
        yield f"its cue looks for the line {cue.text!r}, which is not in"
    if cue.name and not re.search(rf"\b{re.escape(cue.name)}\b", source):
        yield f"its cue looks for the value of {cue.name!r}, which is not in"


def named(pattern: str, source: str) -> bool:
    """Whether the program can give a name that fits: "adder-*" stands in it as "adder-a" or f"adder-{i}"."""
    stem = re.split(r"[*?\[]", pattern, maxsplit=1)[0]
    fixed = stem.rpartition("-")[0] + "-" if "-" in stem else stem
    return pattern in source or (bool(fixed) and f'"{fixed}' in source) or f'"{stem}' in source
