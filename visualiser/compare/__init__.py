"""The same work several ways, measured in turns and set side by side. No Qt.

ways_of       variants x values x interpreters of a target, each a Way
measure       runs them in turns, several times; measured_runs: takes runs that were recorded before
compared      speed-up, efficiency, serial fraction beside the first way; as_json, as_text, conclusions
pictured      the same as what `scene.stack_runs` draws
work_span     the stretch of a run that is compared: from the program's first own line on
"""

from .figures import RunFigures, run_figures, work_span
from .laws import amdahl, efficiency, fitted_serial, karp_flatt, speed_up
from .measuring import Cancelled, Measured, WayFailed, measure, measured_runs
from .picture import pictured
from .report import Compared, Comparison, as_json, as_text, compared, conclusions, fastest
from .ways import Traits, Way, ways_of

__all__ = [
    "Cancelled",
    "Compared",
    "Comparison",
    "Measured",
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
    "fitted_serial",
    "karp_flatt",
    "measure",
    "measured_runs",
    "pictured",
    "run_figures",
    "speed_up",
    "ways_of",
    "work_span",
]
