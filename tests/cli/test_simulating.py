"""`esep simulate`, as a methodologist runs it: no database, a story, the paths visited, and faults with file and line."""

import json
from pathlib import Path

import pytest

from tests.engine.factories import TWO_TASKS
from tests.installation import ROOT, Installation

DIAGRAM, SCENARIO = ROOT / "processes" / "report_cycle.bpmn", ROOT / "processes" / "report_cycle.scenario.json"


@pytest.fixture
def nothing(tmp_path: Path) -> Installation:
    """A place without a database."""
    return Installation(tmp_path / "var")


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A small model."""
    path = tmp_path / "two_tasks.bpmn"
    path.write_bytes(TWO_TASKS)
    return path


def scenario(folder: Path, *steps: object, **expected: object) -> Path:
    path = folder / "two_tasks.scenario.json"
    path.write_text(json.dumps({"cases": [{"name": "once round", "steps": list(steps), "expect": expected}]}, indent=1))
    return path


def test_the_shipped_scenario_visits_every_path_of_the_shipped_diagram(nothing: Installation, tmp_path: Path):
    said = nothing.must("simulate", DIAGRAM, "--scenario", SCENARIO, "--minimum-coverage", "100")

    assert "report_cycle: 100 % visited: 60 of 60 elements, 61 of 61 flows" in said
    assert said.endswith("11 cases, 0 faults, coverage 100 %\n")
    assert not list(tmp_path.glob("**/*.db"))


def test_what_happens_is_told_step_by_step(nothing: Installation, model: Path, tmp_path: Path):
    steps = [{"complete": "prepare"}, {"complete": "approve", "variables": {"decision": "ok"}}]

    said = nothing.must("simulate", model, "--scenario", scenario(tmp_path, *steps, state="completed")).splitlines()

    assert [line.split("  ", 2)[-1].strip() for line in said[1:8]] == [
        "p is started",
        "start is passed",
        "prepare begins prepare",
        "prepare is completed",
        "prepare is done prepare",
        "approve begins approve",
        "approve is completed",
    ]
    assert said[-2:] == ["  not visited: decided__prepare", "1 cases, 0 faults, coverage 90 %"]


def test_a_fault_names_the_file_and_the_line_of_the_scenario(nothing: Installation, model: Path, tmp_path: Path):
    done = nothing.esep("simulate", model, "--scenario", scenario(tmp_path, {"complete": "approve"}))

    assert done.code == 1
    assert "two_tasks.scenario.json:6: error: once round: refused at approve: nothing_open" in done.out


def test_too_few_paths_are_a_fault(nothing: Installation, model: Path, tmp_path: Path):
    done = nothing.esep("simulate", model, "--scenario", scenario(tmp_path, {"complete": "prepare"}), "--minimum-coverage", "100")

    assert done.code == 1
    assert "two_tasks.bpmn: error: Only 50 % of the paths were visited, 100 % are wanted." in done.out


def test_programs_get_the_same_as_json_in_three_languages(nothing: Installation, model: Path, tmp_path: Path):
    path = scenario(tmp_path, {"complete": "prepare"})

    told = json.loads(nothing.must("simulate", model, "--scenario", path, "--format", "json"))

    assert told["coverage"][0]["not_visited"] == {
        "elements": ["decided", "end"],
        "flows": ["approve__decided", "decided__end", "decided__prepare"],
    }
    assert told["cases"][0]["told"][0]["message"] == {"kk": "p іске қосылады", "ru": "запускается p", "en": "p is started"}
    assert told["faults"] == []


def test_a_model_or_a_scenario_that_cannot_be_used_is_refused_with_its_line(nothing: Installation, model: Path, tmp_path: Path):
    wrong = tmp_path / "wrong.scenario.json"
    wrong.write_text('{"cases": [\n  {"name": "a", "stpes": []}\n]}')
    broken = tmp_path / "broken.bpmn"
    broken.write_bytes(TWO_TASKS.replace(b'sourceRef="start"', b'sourceRef="strat"'))

    unread = nothing.esep("simulate", model, "--scenario", wrong)
    refused = nothing.esep("simulate", broken, "--scenario", scenario(tmp_path, {"complete": "prepare"}))

    assert (unread.code, refused.code) == (1, 1)
    assert "wrong.scenario.json:2: error: “stpes” means nothing here." in unread.error
    assert "broken.bpmn:1: error: start__prepare: " in refused.error
