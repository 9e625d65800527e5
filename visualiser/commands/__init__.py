"""What each command does, once its words are understood: which room answers, and what is said of it.

Rooms are imported inside the commands that need them, so that `--help`, `scenarios` and `doctor` load no Qt.
"""

from .attaching import attach
from .comparing import compare
from .errors import INTERRUPTED, USAGE, CommandError, check_level, complain
from .pictures import export
from .recording import record
from .telling import doctor, scenarios, stats
from .window import desktop, open, run

__all__ = [
    "INTERRUPTED",
    "USAGE",
    "CommandError",
    "attach",
    "check_level",
    "compare",
    "complain",
    "desktop",
    "doctor",
    "export",
    "open",
    "record",
    "run",
    "scenarios",
    "stats",
]
