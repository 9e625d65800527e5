"""The scenarios: short ordinary programs about threads and processes, each with the story that is told along its run.

Read from `resources/scenarios/<id>/`; the format stands in `loader`, the cues' in `cues`. Standard library only.
"""

from visualiser.scenarios.catalogue import catalogue, find, prepare, read_catalogue
from visualiser.scenarios.cues import Cue, parse_cue
from visualiser.scenarios.errors import ParameterError, ScenarioError, UnknownScenario
from visualiser.scenarios.loader import load_scenario
from visualiser.scenarios.model import GROUPS, Expectation, Parameter, Scenario, Step, Variant, as_json
from visualiser.scenarios.parameters import parameters_of, parse_assignments, parse_value, with_parameters

__all__ = [
    "GROUPS",
    "Cue",
    "Expectation",
    "Parameter",
    "ParameterError",
    "Scenario",
    "ScenarioError",
    "Step",
    "UnknownScenario",
    "Variant",
    "as_json",
    "catalogue",
    "find",
    "load_scenario",
    "parameters_of",
    "parse_assignments",
    "parse_cue",
    "parse_value",
    "prepare",
    "read_catalogue",
    "with_parameters",
]
