"""The scenarios: short ordinary programs about threads and processes, each with the story that is told along its run.

Read from `resources/scenarios/<id>/`, or from any folder (`read_folder`); the format stands in `loader`, the cues' in
`cues`. Standard library only.

Along a recorded run: `facts_of(store)` takes the facts out of a trace once; `moment(cue, facts)` says when a step is;
`measures(facts, scenario.measures)` are the numbers that `narrate(step.narration, ...)` puts into the text; and
`judge(prediction, ...)` says which answer was right.
"""

from visualiser.scenarios.catalogue import catalogue, find, prepare, read_catalogue, read_folder
from visualiser.scenarios.checking import check
from visualiser.scenarios.cues import Cue, parse_cue
from visualiser.scenarios.errors import ParameterError, ScenarioError, UnknownScenario
from visualiser.scenarios.facts import Facts, Life, Stretch, facts_of
from visualiser.scenarios.facts import Moment as FactMoment
from visualiser.scenarios.loader import load_scenario
from visualiser.scenarios.measures import Measure, MeasureRule, measures
from visualiser.scenarios.model import (
    GROUPS,
    Expectation,
    Parameter,
    Reading,
    Scenario,
    Step,
    Variant,
    as_json,
    unmet,
)
from visualiser.scenarios.moments import moment, moments, observed
from visualiser.scenarios.narration import narrate
from visualiser.scenarios.needs import Machine, Needs, this_machine
from visualiser.scenarios.parameters import parameters_of, parse_assignments, parse_value, with_parameters
from visualiser.scenarios.predictions import Answer, Condition, Prediction, judge

__all__ = [
    "GROUPS",
    "Answer",
    "Condition",
    "Cue",
    "Expectation",
    "FactMoment",
    "Facts",
    "Life",
    "Machine",
    "Measure",
    "MeasureRule",
    "Needs",
    "Parameter",
    "ParameterError",
    "Prediction",
    "Reading",
    "Scenario",
    "ScenarioError",
    "Step",
    "Stretch",
    "UnknownScenario",
    "Variant",
    "as_json",
    "catalogue",
    "check",
    "facts_of",
    "find",
    "judge",
    "load_scenario",
    "measures",
    "moment",
    "moments",
    "narrate",
    "observed",
    "parameters_of",
    "parse_assignments",
    "parse_cue",
    "parse_value",
    "prepare",
    "read_catalogue",
    "read_folder",
    "this_machine",
    "unmet",
    "with_parameters",
]
