"""A scenario's story as a page: its question, its steps, what to take away; what stands there for other programs."""

from __future__ import annotations

from html import escape

from visualiser.scenarios import Scenario, UnknownScenario, Variant, find

OWN_PROGRAM = (
    "<h2>Your own program</h2>"
    "<p>It runs unchanged, in a Python of its own. Press <b>Run</b> and watch its threads and processes being drawn; "
    "afterwards step through what happened with <b>,</b> and <b>.</b></p>"
    "<p>What is recorded: the life of every thread and process, waiting for locks and holding them, joins, sleeps, "
    "pools, and who printed what. What is watched from outside, as far as this machine allows: who ran on which CPU, "
    "who held the GIL, and what the others waited for. What was not observed is drawn cross-hatched.</p>"
)

NOTHING_CHOSEN = "<h2>Welcome</h2><p>Choose a scenario on the left, or open a Python file, then press <b>Run</b>.</p>"


def story_page(scenario: Scenario, variant: Variant) -> str:
    """The story told along a run of that variant, as simple HTML."""
    steps = scenario.steps_for(variant.id)
    told = "".join(f"<h4>{number}. {escape(step.title)}</h4><p>{escape(step.text)}</p>"
                   for number, step in enumerate(steps, 1))  # fmt: skip
    return (
        f"<h2>{escape(scenario.title)}</h2>"
        f"<p><b>{escape(scenario.question)}</b></p>"
        f"<p>{escape(scenario.summary)}</p>"
        f"<h3>What to look for</h3>{told}"
        f"<h3>Often believed</h3><p>{escape(scenario.misconception)}</p>"
        f"<h3>Take away</h3><p><b>{escape(scenario.takeaway)}</b></p>"
    )


def page_for(scenario_id: str | None, variant_id: str | None) -> str:
    """The page for a run as its record names it; a scenario this version does not know is any other program."""
    if not scenario_id:
        return OWN_PROGRAM
    try:
        scenario = find(scenario_id)
        return story_page(scenario, scenario.variant(variant_id))
    except UnknownScenario:
        return OWN_PROGRAM
