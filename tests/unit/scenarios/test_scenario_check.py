"""The check of somebody's own scenarios: all that is wrong at once, in sentences; and the example of the manual."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from visualiser.scenarios import check, load_scenario, read_folder

DOCS = Path(__file__).resolve().parents[3] / "docs"
EXAMPLE = DOCS / "example-scenario"

Change = Callable[[dict[str, Any]], None]


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """A copy of the manual's example, to be spoilt."""
    return Path(shutil.copytree(EXAMPLE, tmp_path / "example-scenario"))


def changed(folder: Path, change: Change) -> None:
    """Changes the story in `folder`."""
    file = folder / "story.json"
    story = json.loads(file.read_text("utf-8"))
    change(story)
    file.write_text(json.dumps(story), "utf-8")


def test_the_manuals_example_is_a_sound_scenario() -> None:
    assert check(EXAMPLE) == []
    scenario = load_scenario(EXAMPLE)
    assert scenario.group == "YOUR OWN"
    assert [variant.id for variant in scenario.variants] == ["one-stove", "two-stoves"]


def test_every_json_in_the_manual_is_json_and_its_story_is_that_of_the_example() -> None:
    blocks = re.findall(r"```json\n(.*?)```", (DOCS / "scenarios.md").read_text("utf-8"), re.S)
    story, prediction = (json.loads(block) for block in blocks)
    example = json.loads((EXAMPLE / "story.json").read_text("utf-8"))
    assert set(story) <= set(example)
    assert prediction.keys() <= example["predictions"][0].keys()


def test_a_folder_with_several_scenarios_is_read_and_checked_whole(tmp_path: Path) -> None:
    for name in ("first", "second"):
        shutil.copytree(EXAMPLE, tmp_path / name)
    assert [scenario.id for scenario in read_folder(tmp_path)] == ["first", "second"]
    changed(tmp_path / "second", lambda story: story.pop("title"))
    [complaint] = check(tmp_path)
    assert complaint == f"{tmp_path / 'second' / 'story.json'}: title: is missing"


def test_a_folder_without_a_scenario_is_said_to_have_none(tmp_path: Path) -> None:
    assert check(tmp_path) == [f"{tmp_path}: there is no story.json here, nor in a folder below it."]
    assert "is not a folder" in check(tmp_path / "nowhere")[0]


def test_all_that_is_wrong_is_said_at_once(example: Path) -> None:
    def spoil(story: dict[str, Any]) -> None:
        story["steps"][0]["cue"]["event"] = "sometime"
        story["steps"][3]["text"] = "It took {ages}."
        story["predictions"][0]["answers"][0]["judge"] = {"measure": "ages", "below": 1}
        story["reading"][0]["url"] = "over there"

    changed(example, spoil)
    fields = [complaint.split(": ")[1] for complaint in check(example)]
    assert fields == ["steps[0].cue", "steps[3].text", "predictions[0].answers[0].judge.measure", "reading[0].url"]


SPOILT: list[tuple[Change, str]] = [
    (lambda story: story["steps"][0]["cue"].update(thread="chef"), "looks for 'chef', and nothing is called so in"),
    (
        lambda story: story["steps"][0].update(cue={"event": "line", "text": "bake()"}),
        "the line 'bake()', which is not",
    ),
    (
        lambda story: story["steps"][0].update(cue={"event": "loss", "name": "cakes"}),
        "the value of 'cakes', which is not",
    ),
    (lambda story: story.update(watch=["cakes"]), "there is no name 'cakes' in one-stove.py"),
    (lambda story: story.update(steps=story["steps"][2:3]), "none of them is told along a run of two-stoves"),
    (lambda story: story["steps"][0].update(text="It took {wall}."), "needs a sentence without numbers"),
    (lambda story: story["steps"][0].update(text="It took {wall."), "a brace that is not part of a placeholder"),
    (lambda story: story["measures"].update(wall={"total": "gil"}), "must have a name of its own"),
    (lambda story: story["measures"].update(x={"total": "gil", "count": {"event": "end"}}), "must have exactly one of"),
    (lambda story: story["measures"].update(x={"output": "lost"}), "must have one group"),
    (lambda story: story["measures"].update(x={"output": "("}), "is no regular expression"),
    (lambda story: story["measures"].update(x={"ratio": ["waited", "y"]}), "two measures that are described before it"),
    (lambda story: story["predictions"][0]["answers"].pop(), "must be at least two"),
    (lambda story: story["predictions"][0]["answers"][0].update(judge={}), "must have exactly one of measure, cue"),
    (lambda story: story.update(needs={"cpus": "two"}), "must be a whole number"),
]


@pytest.mark.parametrize(("change", "words"), SPOILT, ids=[words for _, words in SPOILT])
def test_what_would_only_disappoint_later_is_said(example: Path, change: Change, words: str) -> None:
    changed(example, change)
    assert any(words in complaint for complaint in check(example))


def test_a_program_that_python_cannot_compile_is_named(example: Path) -> None:
    (example / "one-stove.py").write_text("DISHES = 3\nPREPARE = 0.1\nCOOK = 0.1\nreturn\n", "utf-8")
    assert "one-stove.py: the program does not compile" in check(example)[0]
