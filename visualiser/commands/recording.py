"""The command that runs a program and keeps what happened."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import check_place
from .keeping import keep
from .sources import outcome_of, recorded, target_from

if TYPE_CHECKING:
    from visualiser.run import Target


def record(options: argparse.Namespace) -> int:
    from visualiser.trace import stats, stats_text

    target = target_from(options)
    output = Path(options.output) if options.output else _default_name(target)
    check_place(output, (".ilv",))
    with recorded(target, own_terminal=True) as recording:
        facts = stats(recording.store)
        print(stats_text(recording.store), file=sys.stderr)
        kept, code = keep(recording.store, output)
        if options.json:
            print(json.dumps(facts | {"file": str(kept), "stopped_by": recording.info.stopped_by}), flush=True)
        return outcome_of(recording) or code


def _default_name(target: Target) -> Path:
    name = target.scenario or (target.path.stem if target.path else target.module)
    return Path(f"{name}-{time.strftime('%Y%m%d-%H%M%S')}.ilv")
