"""Stories: what the reader makes of a scenario's folder, and how it names what is wrong with one."""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from visualiser import assets
from visualiser.scenarios import (
    GROUPS,
    Cue,
    Parameter,
    ParameterError,
    Scenario,
    ScenarioError,
    UnknownScenario,
    Variant,
    as_json,
    catalogue,
    check,
    find,
    load_scenario,
    prepare,
    read_catalogue,
)

MakeFolder = Callable[..., Path]
VARIANTS = [(scenario, variant) for scenario in catalogue() for variant in scenario.variants]
SUBINTERPRETERS = ("_interpreters", "_xxsubinterpreters")  # of 3.13 and 3.12, each unknown to the other
VARIANT_NAMES = [f"{scenario.id}/{variant.id}" for scenario, variant in VARIANTS]


def story(**changes: Any) -> dict[str, Any]:
    """A small sound story, with some fields changed; a field changed to None is left out."""
    whole = {
        "format": 1,
        "title": "A title",
        "group": "SHARING",
        "order": 3,
        "question": "Why?",
        "summary": "A summary.",
        "takeaway": "A take-away.",
        "misconception": "A misconception.",
        "default_variant": "one",
        "parameters": {"N": {"label": "Number", "minimum": 1, "maximum": 100}},
        "variants": [{"id": "one", "title": "One", "claims": "It ends."}],
        "steps": [{"title": "A step", "text": "A text.", "cue": {"event": "end"}}],
        **changes,
    }
    return {name: value for name, value in whole.items() if value is not None}


@pytest.fixture
def make_folder(tmp_path: Path) -> MakeFolder:
    """Writes a scenario's folder: `make_folder("some-id", story, one="N = 1\\n")`."""

    def make(scenario_id: str, content: object, **programs: str) -> Path:
        folder = tmp_path / "scenarios" / scenario_id
        folder.mkdir(parents=True)
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / "story.json").write_text(text, encoding="utf-8")
        for name, source in programs.items():
            (folder / f"{name}.py").write_text(source, encoding="utf-8")
        return folder

    return make


def test_a_scenario_is_read_from_its_story_and_its_programs(make_folder: MakeFolder) -> None:
    own = {"id": "two", "title": "Two", "claims": "It does not end.", "parameters": {"N": {"maximum": 7}},
           "expects": {"ends": False, "exit_code": 3, "minimum_python": "3.13", "platforms": ["linux"]}}  # fmt: skip
    variants = [{"id": "one", "title": "One", "claims": "It ends."}, own]
    step = {"title": "A step", "text": "A text.", "cue": {"event": "end"}, "variants": ["two"]}
    folder = make_folder("some-id", story(variants=variants, steps=[step]), one="N = 5\n", two="N = 6\n")
    scenario = load_scenario(folder)
    assert (scenario.id, scenario.title, scenario.group, scenario.order) == ("some-id", "A title", "SHARING", 3)
    one, two = scenario.variants
    assert one.parameters == (Parameter("N", 5, "int", 1, 100, label="Number"),)
    assert two.parameters == (Parameter("N", 6, "int", 1, 7, label="Number"),)
    assert one.expects.ends
    assert (two.expects.ends, two.expects.exit_code, two.expects.minimum_python) == (False, 3, (3, 13))
    assert two.expects.platforms == ("linux",)
    assert scenario.variant() is one
    assert scenario.steps_for("one") == ()
    assert [each.cue for each in scenario.steps_for("two")] == [Cue("end")]


PROBLEMS: list[tuple[object, str, str]] = [
    ("{", "the file", "cannot be read"),
    ("[" * 100_000, "the file", "cannot be read"),
    ([], "the file", "must be an object"),
    (story(format=2), "format", "this version reads 1"),
    (story(title=None), "title", "is missing"),
    (story(author="me"), "author", "is not known to the format"),
    (story(question=" "), "question", "must be a text that is not empty"),
    (story(summary="It took {wall}."), "summary", "must not hold braces"),
    (story(group="OTHER"), "group", "'OTHER' is none of START HERE"),
    (story(order="3"), "order", "must be a whole number"),
    (story(default_variant="two"), "default_variant", "'two' is none of one"),
    (story(parameters=[]), "parameters", "must be an object"),
    (story(parameters={}), "N", "is not described"),
    (story(parameters={"N": {}}), "parameters.N.label", "must be a text that is not empty"),
    (story(parameters={"N": {"label": "N", "min": 1}}), "parameters.N.min", "is not known to the format"),
    (story(parameters={"N": {"label": "N", "minimum": "1"}}), "parameters.N.minimum", "must be a number"),
    (story(parameters={"N": {"label": "N", "minimum": 9}}), "parameters.N", "N must be at least 9, not 5."),
    (story(parameters={"N": {"label": "N", "choices": [5, "x"]}}), "parameters.N", "N must be a whole number"),
    (story(parameters={"N": {"label": "N"}, "M": {"label": "M"}}), "parameters.M", "is in none of the programs"),
    (story(variants=[]), "variants", "must be a list that is not empty"),
    (story(variants=[{"id": "one", "title": "One"}]), "variants[0].claims", "is missing"),
    (story(variants=[{"id": "../one", "title": "One", "claims": "C."}]), "variants[0].id", "must be small letters"),
    (story(variants=[{"id": "one", "title": "One", "claims": "C."}] * 2), "variants", "an id of its own"),
    (story(variants=[{"id": "six", "title": "Six", "claims": "C."}]), "the program", "cannot be read"),
    (story(steps=[{"title": "A step"}]), "steps[0].text", "is missing"),
    (story(steps=[{"title": "A", "text": "B", "cue": {"event": "later"}}]), "steps[0].cue", "'later' is none of"),
    (story(steps=[{"title": "A", "text": "B", "variants": ["two"]}]), "steps[0].variants", "'two' is none of one"),
]


@pytest.mark.parametrize(("content", "field", "problem"), PROBLEMS, ids=[f"{f}-{p}" for _, f, p in PROBLEMS])
def test_a_faulty_story_is_refused_with_its_file_and_field(
    make_folder: MakeFolder, content: object, field: str, problem: str
) -> None:
    folder = make_folder("some-id", content, one="N = 5\n")
    with pytest.raises(ScenarioError) as refusal:
        load_scenario(folder)
    assert refusal.value.field == field
    assert problem in str(refusal.value)
    assert str(folder) in str(refusal.value)


def test_a_program_that_is_no_python_is_named(make_folder: MakeFolder) -> None:
    folder = make_folder("some-id", story(), one="N = = 5\n")
    with pytest.raises(ScenarioError, match=r"one\.py: the program: cannot be read"):
        load_scenario(folder)


def test_the_catalogue_is_sorted_by_order_and_not_by_name(make_folder: MakeFolder) -> None:
    make_folder("a", story(order=2), one="N = 5\n")
    root = make_folder("b", story(order=1), one="N = 5\n").parent
    assert [scenario.id for scenario in read_catalogue(root)] == ["b", "a"]


def test_two_scenarios_with_one_place_are_refused(make_folder: MakeFolder) -> None:
    make_folder("a", story(), one="N = 5\n")
    root = make_folder("b", story(), one="N = 5\n").parent
    with pytest.raises(ScenarioError, match="order: a has the same"):
        read_catalogue(root)


def test_an_order_that_goes_back_to_an_earlier_group_is_refused(make_folder: MakeFolder) -> None:
    make_folder("a", story(order=1, group=GROUPS[1]), one="N = 5\n")
    root = make_folder("b", story(order=2, group=GROUPS[0]), one="N = 5\n").parent
    with pytest.raises(ScenarioError, match="comes after WAITING AND COMPUTING"):
        read_catalogue(root)


SYLLABUS = [
    "two-threads-one-program", "accidentally-serial", "who-sees-the-change", "waiting-overlaps", "gil-relay-race",
    "two-processes-two-cores", "pool-map-squares", "lost-update", "lock-it", "deadly-embrace", "producer-consumer",
    "traffic-lights", "convoy-effect", "c-code-and-the-gil", "birth-of-a-process", "fork-with-threads",
    "small-tasks-big-overhead", "moving-data", "how-many-workers", "endings", "asyncio-one-thread", "without-the-gil",
    "six-ways-same-work",
]  # fmt: skip


def test_the_whole_syllabus_is_there_in_teaching_order() -> None:
    assert [scenario.id for scenario in catalogue()] == SYLLABUS


@pytest.mark.parametrize("scenario", catalogue(), ids=SYLLABUS)
def test_every_scenario_asks_before_the_run_and_says_what_to_read_after_it(scenario: Scenario) -> None:
    assert scenario.prediction_for(scenario.default_variant) is not None
    assert scenario.reading
    assert all(page.url.startswith("https://docs.python.org/3/") for page in scenario.reading)


@pytest.mark.parametrize("scenario", catalogue(), ids=SYLLABUS)
def test_before_a_run_no_text_shows_a_placeholder(scenario: Scenario) -> None:
    for step in scenario.steps:
        assert step.text
        assert "{" not in step.text


def test_an_unknown_scenario_is_answered_with_names_like_it() -> None:
    assert find("lock-it").title == "Lock it, and not too often"
    with pytest.raises(UnknownScenario, match=r"no scenario 'lokc-it'\. Did you mean lock-it"):
        find("lokc-it")
    with pytest.raises(UnknownScenario, match=r"There is two-threads-one-program, .*lock-it"):
        find("zzz")


def test_an_unknown_variant_is_answered_with_names_like_it() -> None:
    with pytest.raises(UnknownScenario, match=r"pool-map-squares has no variant 'thread'\. Did you mean threads"):
        find("pool-map-squares").variant("thread")


def test_a_prepared_copy_has_the_values_in_place_and_keeps_its_name(tmp_path: Path) -> None:
    scenario = find("waiting-overlaps")
    copy = prepare(scenario, None, {"REQUESTS": 2, "WAIT": 0}, tmp_path / "new" / "folder")
    original = scenario.variant().path
    assert copy == tmp_path / "new" / "folder" / "threads.py"
    before, after = original.read_text("utf-8").splitlines(), copy.read_text("utf-8").splitlines()
    changed = [line for line, old in zip(after, before, strict=True) if line != old]
    assert changed == [
        "REQUESTS = 2  # how many answers are asked for",
        "WAIT = 0.0  # seconds until an answer comes",
    ]


def test_a_copy_is_not_prepared_with_a_value_out_of_the_storys_bounds(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="REQUESTS must be at most 26, not 27"):
        prepare(find("waiting-overlaps"), "threads", {"REQUESTS": 27}, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_catalogues_json_names_every_variant_and_parameter() -> None:
    data = json.loads(json.dumps(as_json(find("pool-map-squares"))))
    assert {"id", "title", "group", "order", "question", "takeaway", "reading", "variants"} <= set(data)
    assert [variant["id"] for variant in data["variants"]] == ["pool", "executor", "threads", "serial"]
    count, *_, method = data["variants"][0]["parameters"]
    assert count == {
        "name": "COUNT",
        "default": 5,
        "min": 1,
        "max": 1000,
        "choices": [],
        "label": "Numbers",
        "unit": "",
    }
    assert method["choices"] == ["default", "fork", "spawn", "forkserver"]
    assert method["min"] is None


@pytest.mark.parametrize(("scenario", "variant"), VARIANTS, ids=VARIANT_NAMES)
def test_a_program_is_ordinary_python_of_the_oldest_version_it_names(scenario: Scenario, variant: Variant) -> None:
    tree = ast.parse(variant.path.read_text("utf-8"), feature_version=variant.expects.minimum_python)
    names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert {name.partition(".")[0] for name in names} <= {*sys.stdlib_module_names, *SUBINTERPRETERS}


def test_the_checker_finds_nothing_wrong_with_any_scenario_that_ships() -> None:
    assert check(assets.resource_path("scenarios")) == []


def test_resources_of_an_installed_package_come_before_those_of_a_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed, checkout = tmp_path / "_resources", tmp_path / "resources"
    monkeypatch.setattr(assets, "_PLACES", (installed, checkout))
    with pytest.raises(FileNotFoundError, match="Install it again"):
        assets.resource_path("scenarios")
    checkout.mkdir()
    assert assets.resource_path("scenarios") == checkout / "scenarios"
    installed.mkdir()
    assert assets.resource_path("scenarios", "x") == installed / "scenarios" / "x"
