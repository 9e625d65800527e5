"""The commands that tell: the catalogue, the totals of a run, what this machine can measure."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from .errors import USAGE, CommandError
from .sources import source_from


def scenarios(options: argparse.Namespace) -> int:
    from visualiser.scenarios import as_json, catalogue

    if options.check is not None:
        return _check(Path(options.check))
    if options.json:
        print(json.dumps([as_json(scenario) for scenario in catalogue()], indent=1, ensure_ascii=False))
        return 0
    width = max(len(scenario.id) for scenario in catalogue())
    group = ""
    for scenario in catalogue():
        if scenario.group != group:
            group = scenario.group
            print(f"\n{group}" if scenario is not catalogue()[0] else group)
        variants = ", ".join(variant.id for variant in scenario.variants)
        print(f"  {scenario.id:{width}}  {scenario.question}\n  {'':{width}}  variants: {variants}")
    return 0


def _check(folder: Path) -> int:
    """Say what is wrong with somebody's own scenarios."""
    from visualiser.scenarios import check

    if not folder.is_dir():
        raise CommandError(f"There is no folder {folder}.")
    complaints = check(folder)
    for sentence in complaints:
        print(sentence, file=sys.stderr)
    if not complaints:
        print(f"The scenarios in {folder} are sound.")
    return USAGE if complaints else 0


def stats(options: argparse.Namespace) -> int:
    store = source_from(options)
    from visualiser.trace import stats, stats_text

    print(json.dumps(stats(store)) if options.json else stats_text(store))
    return 0


def doctor(options: argparse.Namespace) -> int:
    from visualiser.doctor import examine, report

    findings = examine()
    print(json.dumps(findings, indent=1) if options.json else report(findings))
    return 0
