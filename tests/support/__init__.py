"""Help for the tests: drawn traces, runs built by hand, real diaries, and what `stats --json` must look like."""

from tests.support.builder import ORIGIN, STEP, RunBuilder
from tests.support.diaries import write_diary
from tests.support.drawn import dump, trace_from
from tests.support.stats_schema import check_stats

__all__ = ["ORIGIN", "STEP", "RunBuilder", "check_stats", "dump", "trace_from", "write_diary"]
