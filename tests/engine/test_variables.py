"""Where variables live, and that they come back as they were given."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from engine import values
from engine.errors import StepFailed, VariableRefused
from engine.values import TypedValue
from storage.transaction import transaction
from tests.engine.factories import END, PARALLEL, START, TWO_TASKS, Desk, flows, mapping, model, service_task, user_task


def test_what_one_branch_sets_the_other_sees(desk: Desk):
    instance = desk.started(PARALLEL)
    desk.complete(instance, "prepare")

    desk.complete(instance, "approve", remark="table 2")

    assert desk.engine.tasks.variables(desk.task(instance, "check").id)["remark"] == "table 2"


def test_a_join_never_merges_lists(desk: Desk):
    instance = desk.started(PARALLEL, variables={"people": ["alice", "bob", "carol"]})
    desk.complete(instance, "prepare")

    desk.complete(instance, "approve", people=["dora", "eve"])
    desk.complete(instance, "check", decision="return")

    assert desk.variables(instance)["people"] == ["dora", "eve"]


@pytest.mark.parametrize("name", ["typename", "len", "__builtins__", "data", "$", "бөлім", "a b"])
def test_no_name_is_special(desk: Desk, name: str):
    instance = desk.started(TWO_TASKS, variables={name: {"$": "decimal", "v": "1", "typename": "x"}})

    desk.complete(instance, "prepare")
    desk.complete(instance, "approve", decision="return")

    assert desk.variables(instance)[name] == {"$": "decimal", "v": "1", "typename": "x"}


def test_declared_types_survive_steps_and_plain_writes(desk: Desk):
    given = {
        "n": TypedValue("Long", 5),
        "when": TypedValue("Date", datetime(2026, 1, 2, tzinfo=UTC)),
        "doc": TypedValue("Object", "{}", {"f": "x"}),
    }
    instance = desk.started(TWO_TASKS, variables=given)

    desk.complete(instance, "prepare", n=6)

    found = desk.engine.instances.variables(instance.id, typed=True)
    assert found["n"] == TypedValue("Long", 6)
    assert found["when"] == given["when"]
    assert found["doc"] == given["doc"]


def test_a_part_of_what_has_no_parts_is_not_set(desk: Desk):
    association = '<bpmn:dataOutputAssociation id="a"><bpmn:targetRef>report</bpmn:targetRef><bpmn:assignment>{}</bpmn:assignment>'
    inside = association.format("<bpmn:from>= sum</bpmn:from><bpmn:to>report.total</bpmn:to>") + "</bpmn:dataOutputAssociation>"
    data = '<bpmn:dataObject id="report"/>'
    instance = desk.started(model(data + START + user_task("count", inside=inside) + END + flows("start count end")))
    other = desk.start(variables={"report": "on paper"})

    desk.complete(instance, "count", sum=5)
    with pytest.raises(StepFailed) as failure:
        desk.complete(other, "count", sum=5)

    assert desk.variables(instance) == {"sum": 5, "report": {"total": 5}}
    assert (failure.value.fields["element_id"], failure.value.fields["cause"]) == ("count", "part_not_settable")
    assert desk.variables(other) == {"report": "on paper"}


def test_a_nested_value_is_not_shared_with_its_giver(desk: Desk):
    rows = [{"a": 1}]
    instance = desk.started(TWO_TASKS, variables={"rows": rows})

    rows[0]["a"] = 2

    assert desk.variables(instance)["rows"] == [{"a": 1}]


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        7,
        2**60,
        -(2**70),
        "ә",
        Decimal("1.50"),
        datetime(2026, 1, 1, 9, tzinfo=UTC),
        date(2026, 1, 1),
        b"\x00\xff",
        [1, [Decimal("0.1")]],
        {"$": 1},
    ],
)
def test_every_value_comes_back_from_json(value: object):
    saved = values.typed_to_json(values.typed(value))

    assert values.typed_from_json(saved).value == value


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), {1: 2}, Decimal("1E+999")])
def test_a_value_without_json_form_is_refused(value: object):
    with pytest.raises(VariableRefused):
        values.typed(value)


def test_endless_nesting_is_refused():
    value: list[object] = []
    value.append(value)

    with pytest.raises(VariableRefused):
        values.typed(value)


def test_a_bad_name_is_refused_and_nothing_is_changed(desk: Desk):
    instance = desk.started(TWO_TASKS)

    with pytest.raises(VariableRefused):
        desk.complete(instance, "prepare", **{"": 1})

    assert desk.tasks(instance) == ["prepare"]


SUBPROCESS = model(
    START
    + '<bpmn:subProcess id="inner">'
    + mapping(inputs={"local": "${outer}"}, outputs={"result": "${local}"})
    + '<bpmn:startEvent id="in_start"/>'
    + user_task("work")
    + '<bpmn:endEvent id="in_end"/>'
    + flows("in_start work in_end")
    + "</bpmn:subProcess>"
    + user_task("after")
    + END
    + flows("start inner after end")
)


def test_variables_of_a_subprocess_are_local_and_mapped_in_and_out(desk: Desk):
    instance = desk.started(SUBPROCESS, variables={"outer": 1})
    assert desk.engine.tasks.variables(desk.task(instance, "work").id) == {"outer": 1, "local": 1}

    desk.complete(instance, "work", local=5, fresh=7)

    assert desk.variables(instance) == {"outer": 1, "result": 5}


EACH = model(
    START
    + user_task(
        "answer",
        inside='<bpmn:multiInstanceLoopCharacteristics camunda:collection="${bodies}" camunda:elementVariable="who"/>',
    )
    + END
    + flows("start answer end")
)


def test_each_instance_of_a_multi_instance_task_has_its_own_variables(desk: Desk):
    instance = desk.started(EACH, variables={"bodies": ["a", "b", "c"]})
    tasks = desk.engine.tasks.of_instance(instance.id)
    assert [desk.engine.tasks.variables(task.id)["who"] for task in tasks] == ["a", "b", "c"]

    for task in tasks:
        with transaction():
            desk.engine.tasks.complete(task.id, {"answered": task.element_id}, by="ann")

    assert desk.state(instance) == "completed"
    assert desk.variables(instance) == {"bodies": ["a", "b", "c"]}


def test_an_operation_gets_its_inputs_and_sets_its_outputs(desk: Desk):
    desk.offer("double", lambda call: {"twice": call.variables["n"] * 2})
    inside = mapping(inputs={"n": "${figure}", "twice": "${0}"}, outputs={"answer": "${twice + 1}"})
    instance = desk.started(
        model(START + service_task("compute", "double", inside=inside) + user_task("look") + END + flows("start compute look end")),
        variables={"figure": 21},
    )

    assert desk.variables(instance) == {"figure": 21, "answer": 43}


def test_variables_set_from_outside_are_kept_and_told(desk: Desk):
    instance = desk.started(TWO_TASKS)

    with transaction():
        desk.engine.instances.set_variables(instance.id, {"year": 2027}, by="ann")
    with transaction():
        desk.engine.tasks.set_variables(desk.task(instance, "prepare").id, {"year": 2028}, by="ann")

    assert desk.variables(instance) == {"year": 2028}
    told = [activity for activity in desk.engine.history.activities(instance.id) if activity.kind == "variableUpdate"]
    assert [change.value.value for activity in told for change in activity.variables] == [2027, 2028]


def test_a_variable_that_was_removed_is_gone_from_the_instance_and_from_what_is_left_of_it(desk: Desk):
    instance = desk.started(TWO_TASKS, variables={"kept": 1, "wrong": 2})

    with transaction():
        desk.engine.instances.set_variables(instance.id, {"new": 3}, by="ann", removed=["wrong", "never there"])

    assert desk.variables(instance) == {"kept": 1, "new": 3}
    finish = {"prepare": {}, "approve": {"decision": "accept"}}
    for element_id, given in finish.items():
        desk.complete(instance, element_id, **given)
    assert desk.variables(instance) == {"kept": 1, "new": 3, "decision": "accept"}
