"""Scenario files: what can be read, and where what cannot is told to stand."""

import json

import pytest

from engine.simulation import ScenarioRefused, read_scenario
from engine.simulation.positions import lines_of


def faults(text: str) -> list[tuple[str, int]]:
    with pytest.raises(ScenarioRefused) as refused:
        read_scenario(text.encode(), "s.json")
    return [(fault.code, fault.fields["line"]) for fault in refused.value.faults]


def test_every_value_of_a_json_text_has_its_line():
    text = '{\n"a": [1,\n {"b/c": "x, {y}"},\n []],\n "d": {}\n}'

    assert lines_of(text) == {"": 1, "/a": 2, "/a/0": 2, "/a/1": 3, "/a/1/b~1c": 3, "/a/2": 4, "/d": 5}


def test_a_case_starts_its_process_unless_it_says_null():
    scenario = read_scenario(b'{"cases": [{"name": "a"}, {"name": "b", "start": null}]}', "s.json")

    assert [[step.kind for step in case.steps] for case in scenario.cases] == [["start"], []]


def test_what_a_case_mocks_goes_before_what_the_file_mocks():
    text = {"operations": {"a": {"variables": {"x": 1}}, "b": {}}, "cases": [{"name": "c", "operations": {"a": [{"refusal": "no"}, {}]}}]}

    [case] = read_scenario(json.dumps(text).encode(), "s.json").cases

    assert [(mock.name, [answer.refusal for answer in mock.answers]) for mock in case.mocks] == [("a", ["no", None]), ("b", [None])]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ("scenario_not_json", 1)),
        ('{\n"cases": [}', ("scenario_not_json", 2)),
        ("[" * 100_000, ("scenario_not_json", 1)),
        ("[]", ("scenario_value_wrong", 1)),
        ("{}", ("scenario_empty", 1)),
        ('{"cases": [\n{"name": "a", "nmae": 1}]}', ("scenario_key_unknown", 2)),
        ('{"cases": [{"name": "a", "steps": [\n\n{}]}]}', ("scenario_step_not_one", 3)),
        ('{"cases": [{"name": "a", "steps": [{"complete": "a", "wait": "P1D"}]}]}', ("scenario_step_not_one", 1)),
        ('{"cases": [{"name": "a", "steps": [{"wait": "a day"}]}]}', ("scenario_value_wrong", 1)),
        ('{"cases": [{"name": "a", "steps": [{"until": "2026-10-01T09:00:00"}]}]}', ("scenario_value_wrong", 1)),
        ('{"cases": [{"name": "a", "steps": [{"complete": "a", "variables": 1}]}]}', ("scenario_value_wrong", 1)),
        ('{"cases": [{"name": "a", "steps": [{"complete": ""}]}]}', ("scenario_value_wrong", 1)),
        ('{"cases": [{"name": "a", "expect": {"instances": true}}]}', ("scenario_value_wrong", 1)),
        ('{"cases": [{"name": "a", "expect": {"path": [1]}}]}', ("scenario_value_wrong", 1)),
        ('{"cases": [{"name": "a"}], "operations": {"x": {"error": "a", "refusal": "b"}}}', ("scenario_answer_not_one", 1)),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, expected: tuple[str, int]):
    assert expected in faults(text)
