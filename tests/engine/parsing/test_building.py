import builtins
import pickle
from contextlib import suppress

import pytest

from engine.definition_errors import DefinitionNotExecutable, DefinitionNotFound, ModelRefused
from engine.parsing import build
from refusals import Refusal
from tests.engine.parsing.factories import file, flows, model, straight
from tests.engine.parsing.walking import Walk, walk

#: Leaves a trace in `builtins.probe` if Python ever runs it.
HOSTILE = "__import__('builtins').probe.append(1)"


def test_a_long_chain_is_built_and_run_without_recursion():
    tasks = "".join(f'<task id="t{number}"/>' for number in range(900))
    links = flows("s > t0", *(f"t{number} > t{number + 1}" for number in range(899)))

    assert walk(f'<startEvent id="s"/>{tasks}{links}').completed


def test_a_cycle_of_tasks_without_a_decision_runs_for_ever():
    process = walk('<startEvent id="s"/><userTask id="a"/><userTask id="b"/>' + flows("s > a", "a > b", "b > a"))

    for _ in range(50):
        process.does("a").does("b")

    assert process.open == ["a"]


def test_tokens_are_made_when_they_are_needed_and_not_foretold():
    tasks = "".join(f'<userTask id="t{number}"/>' for number in range(100))
    process = walk(f'<startEvent id="s"/>{tasks}' + flows("s > t0", *(f"t{number} > t{number + 1}" for number in range(99))))

    assert process.size <= 5


def test_elements_may_be_named_as_the_library_names_its_own():
    body = '<startEvent id="Start"/><userTask id="End"/><endEvent id="root"/>' + flows("Start > End", "End > root")

    assert walk(body).open == ["End"]
    assert walk(body).does("End").completed


def test_one_executable_serves_many_instances_and_does_not_change():
    subprocess = (
        '<subProcess id="sp"><startEvent id="si"/><userTask id="in"/><sequenceFlow id="g" sourceRef="si" targetRef="in"/></subProcess>'
    )
    executable = build(model(f'<startEvent id="s"/>{subprocess}<userTask id="a"/>' + flows("s > sp", "sp > a")), "p")
    before = _shape(executable)
    first, second = Walk(executable), Walk(executable)

    first.does("in").does("a")

    assert first.completed
    assert second.open == ["in", "sp"]
    assert second.does("in").does("a").completed
    assert _shape(executable) == before


def test_a_process_that_is_not_there_or_not_executable_is_not_built():
    with pytest.raises(DefinitionNotFound):
        build(file("foreign.bpmn"), "nothing")
    with pytest.raises(DefinitionNotExecutable):
        build(file("foreign.bpmn"), "sid-9c1f")


def test_a_model_with_reading_errors_is_not_built():
    with pytest.raises(ModelRefused):
        build(model(straight('<serviceTask id="x"/>')), "p")


def test_a_called_process_runs_in_the_version_that_was_the_latest_when_it_was_reached():
    calls = Versions()
    caller = build(model(straight('<callActivity id="x" calledElement="inner"/>')), "p", calls)
    old = Walk(caller)

    calls.deploy("second")
    new = Walk(caller)

    assert old.open == ["first", "x"]
    assert new.open == ["second", "x"]
    assert old.does("first").completed
    assert new.does("second").completed


PLACES = {
    "condition": '<startEvent id="s"/><exclusiveGateway id="x" default="f2"/><task id="a"/><task id="b"/>'
    + flows("s > x", "x > a ? {}", "x > b"),
    "script": straight('<scriptTask id="x"><script>y = {}</script></scriptTask>'),
    "script with result": straight('<scriptTask id="x" camunda:resultVariable="y"><script>{}</script></scriptTask>'),
    "timer": straight(
        '<intermediateCatchEvent id="x"><timerEventDefinition><timeDuration>{}</timeDuration></timerEventDefinition>'
        "</intermediateCatchEvent>"
    ),
    "cardinality": straight(
        '<task id="x"><multiInstanceLoopCharacteristics><loopCardinality>{}</loopCardinality></multiInstanceLoopCharacteristics></task>'
    ),
    "completion": straight(
        '<task id="x"><multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>'
        "<completionCondition>{}</completionCondition></multiInstanceLoopCharacteristics></task>"
    ),
    "collection": straight('<task id="x"><multiInstanceLoopCharacteristics camunda:collection="{}"/></task>'),
    "input": straight(
        '<userTask id="x" camunda:assignee="a"><extensionElements><camunda:inputOutput><camunda:inputParameter name="y">{}'
        "</camunda:inputParameter></camunda:inputOutput></extensionElements></userTask>"
    ),
    "assignee": straight('<userTask id="x" camunda:assignee="{}"/>'),
    "priority": straight('<userTask id="x" camunda:assignee="a" camunda:priority="{}"/>'),
    "operation": straight('<serviceTask id="x" camunda:delegateExpression="{}"/>'),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("written", [HOSTILE, "${" + HOSTILE + "}", "=" + HOSTILE, "#{execution.getVariable('x')}", "=x.__class__.__mro__"])
def test_no_place_of_a_model_brings_python_to_life(place, written, monkeypatch):
    def forbidden(*_args, **_kwargs):
        raise AssertionError("Python was asked to run the model's text")

    monkeypatch.setattr(builtins, "probe", [], raising=False)
    for name in ("eval", "exec", "compile"):
        monkeypatch.setattr(builtins, name, forbidden)
    read = model(PLACES[place].format(written))

    if not read.findings:
        with suppress(Refusal):
            Walk(build(read, "p"), x="text")

    assert builtins.probe == []


def _shape(executable):
    specs = {name: list(spec.task_specs) for name, spec in {"": executable.spec, **executable.subprocess_specs}.items()}
    links = {name: (spec._inputs, spec._outputs) for name, spec in executable.spec.task_specs.items()}
    return pickle.dumps((specs, links))


class Versions:
    """Versions of the process `inner`, each with one user task."""

    def __init__(self):
        self._made = {}
        self.deploy("first")

    def deploy(self, task):
        body = f'<startEvent id="i"/><userTask id="{task}"/>' + flows(f"i > {task}")
        name = f"inner {len(self._made)}"
        self._made[name] = build(model(body, process='id="inner" isExecutable="true"'), "inner", name=name)

    def find(self, reference):
        return f"{reference.key} {len(self._made) - 1}"

    def specs(self, name):
        made = self._made[name]
        return {name: made.spec, **made.subprocess_specs}
