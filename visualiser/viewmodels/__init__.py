"""Where the user is and what can be done from there: playhead, viewport, choice of what to run, facts in words.

Nothing here is a widget and nothing here knows one: a view shows what these announce (facts, in the past tense) and
calls them with what the user wants. Arithmetic (`Playhead`, `Viewport`) is pure and stands apart from the timers.
"""

from visualiser.scenarios import Parameter, Scenario, Variant
from visualiser.scene import STATE_LOOKS, LaneKind, LegendEntry, Scene
from visualiser.trace import STATE_NAMES, Found, RangeTotals, SpanFilter, ThreadTotals, TraceStore, parse_duration
from visualiser.viewmodels.asking import Asking
from visualiser.viewmodels.code import CodeModel, SourceFile
from visualiser.viewmodels.comparison import ComparedWays, CompareOffer, CompareRequest, ComparisonModel
from visualiser.viewmodels.crossing import Crossing, Flow, Traffic
from visualiser.viewmodels.details import NO_DETAILS, DetailRow, Details, Link, details_of
from visualiser.viewmodels.facts import NOTHING, Facts, facts_of
from visualiser.viewmodels.file_work import FileFunctions, FileWork, copier
from visualiser.viewmodels.filtering import filter_words
from visualiser.viewmodels.guide import GuidePage, GuideQuestion, GuideRule, guide_page
from visualiser.viewmodels.jobs import Jobs
from visualiser.viewmodels.lane_work import LaneWork
from visualiser.viewmodels.lanes import LaneKey, Lanes, SortBy, key_of
from visualiser.viewmodels.line_work import LineWork
from visualiser.viewmodels.memory import Curve, memory_curves
from visualiser.viewmodels.names import who
from visualiser.viewmodels.notices import DeadlockWatch, Notice, deadlock_so_far, level_notice, notice_of
from visualiser.viewmodels.opened import opened_from, opened_page
from visualiser.viewmodels.output import LINE_ROLE, TIME_ROLE, OutputLine, OutputModel
from visualiser.viewmodels.overview import Overview
from visualiser.viewmodels.own_scenarios import OwnScenarios
from visualiser.viewmodels.player import Player
from visualiser.viewmodels.playhead import SPEEDS, Playhead, speed_words
from visualiser.viewmodels.preferences import Preferences
from visualiser.viewmodels.pythons import Pythons
from visualiser.viewmodels.recent import RecentFile, recent_files
from visualiser.viewmodels.run_setup import BadArguments, RunRequest, RunSetup
from visualiser.viewmodels.run_state import RunState, run_state
from visualiser.viewmodels.run_work import RunWork
from visualiser.viewmodels.scenario_list import Row, rows
from visualiser.viewmodels.search import Search, SearchState
from visualiser.viewmodels.shelf import Kept, Shelf
from visualiser.viewmodels.standing import LineTag
from visualiser.viewmodels.status import Status, outcome, sources_line, status_of
from visualiser.viewmodels.stops import STOPS, Stop, Stops
from visualiser.viewmodels.story import NOTHING_CHOSEN, OWN_PROGRAM, StoryPage, StoryQuestion
from visualiser.viewmodels.story_places import StoryPlace
from visualiser.viewmodels.story_run import StoryRun, StoryStep, python_of, story_run
from visualiser.viewmodels.story_telling import StoryTelling
from visualiser.viewmodels.tables import STATE_ROLE, ContentionModel, SpanTableModel
from visualiser.viewmodels.timeline import TimelineModel
from visualiser.viewmodels.values import Boxes, ProcessBox, ThreadBox, Value, ValuesModel
from visualiser.viewmodels.verdicts import VerdictPage, VerdictRow, verdict_page
from visualiser.viewmodels.viewport import Follow, Viewport
from visualiser.viewmodels.words import count, duration, moment

__all__ = [
    "LINE_ROLE",
    "NOTHING",
    "NOTHING_CHOSEN",
    "NO_DETAILS",
    "OWN_PROGRAM",
    "SPEEDS",
    "STATE_LOOKS",
    "STATE_NAMES",
    "STATE_ROLE",
    "STOPS",
    "TIME_ROLE",
    "Asking",
    "BadArguments",
    "Boxes",
    "CodeModel",
    "CompareOffer",
    "CompareRequest",
    "ComparedWays",
    "ComparisonModel",
    "ContentionModel",
    "Crossing",
    "Curve",
    "DeadlockWatch",
    "DetailRow",
    "Details",
    "Facts",
    "FileFunctions",
    "FileWork",
    "Flow",
    "Follow",
    "Found",
    "GuidePage",
    "GuideQuestion",
    "GuideRule",
    "Jobs",
    "Kept",
    "LaneKey",
    "LaneKind",
    "LaneWork",
    "Lanes",
    "LegendEntry",
    "LineTag",
    "LineWork",
    "Link",
    "Notice",
    "OutputLine",
    "OutputModel",
    "Overview",
    "OwnScenarios",
    "Parameter",
    "Player",
    "Playhead",
    "Preferences",
    "ProcessBox",
    "Pythons",
    "RangeTotals",
    "RecentFile",
    "Row",
    "RunRequest",
    "RunSetup",
    "RunState",
    "RunWork",
    "Scenario",
    "Scene",
    "Search",
    "SearchState",
    "Shelf",
    "SortBy",
    "SourceFile",
    "SpanFilter",
    "SpanTableModel",
    "Status",
    "Stop",
    "Stops",
    "StoryPage",
    "StoryPlace",
    "StoryQuestion",
    "StoryRun",
    "StoryStep",
    "StoryTelling",
    "ThreadBox",
    "ThreadTotals",
    "TimelineModel",
    "TraceStore",
    "Traffic",
    "Value",
    "ValuesModel",
    "Variant",
    "VerdictPage",
    "VerdictRow",
    "Viewport",
    "copier",
    "count",
    "deadlock_so_far",
    "details_of",
    "duration",
    "facts_of",
    "filter_words",
    "guide_page",
    "key_of",
    "level_notice",
    "memory_curves",
    "moment",
    "notice_of",
    "opened_from",
    "opened_page",
    "outcome",
    "parse_duration",
    "python_of",
    "recent_files",
    "rows",
    "run_state",
    "sources_line",
    "speed_words",
    "status_of",
    "story_run",
    "verdict_page",
    "who",
]
