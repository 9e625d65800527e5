"""The same work several ways, measured in turns and set side by side. No Qt.

ways_of       variants x values x interpreters of a target, each a Way
measure       runs them in turns, several times; measured_runs: takes runs that were recorded before
compared      speed-up, efficiency, serial fraction beside the first way; as_json, as_text, conclusions
PAIRS         the comparisons that teach the most, ready-made; find_pair, ways_of_pair
pictured      the same as what `scene.stack_runs` draws
work_span     the stretch of a run that is compared: from the program's first own line on
"""

from .figures import RunFigures, run_figures, work_span
from .laws import amdahl, efficiency, fitted_serial, karp_flatt, speed_up
from .measuring import Cancelled, Measured, WayFailed, measure, measured_runs
from .pairs import PAIRS, Pair, find_pair, ways_of_pair
from .picture import pictured
from .report import HEAD, Compared, Comparison, as_json, as_text, compared, conclusions, fastest, table
from .ways import Traits, Way, ways_of

__all__ = [
    "HEAD",
    "PAIRS",
    "Cancelled",
    "Compared",
    "Comparison",
    "Measured",
    "Pair",
    "RunFigures",
    "Traits",
    "Way",
    "WayFailed",
    "amdahl",
    "as_json",
    "as_text",
    "compared",
    "conclusions",
    "efficiency",
    "fastest",
    "find_pair",
    "fitted_serial",
    "karp_flatt",
    "measure",
    "measured_runs",
    "pictured",
    "run_figures",
    "speed_up",
    "table",
    "ways_of",
    "ways_of_pair",
    "work_span",
]
