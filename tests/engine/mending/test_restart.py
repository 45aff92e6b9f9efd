"""Instances that begin at the places of instructions: new ones, and ended ones started anew; from there they go as any other."""

import pytest

from engine.errors import BusinessKeyInUse, InstanceNotEnded, InstanceNotFound, InstanceOfOther, ModificationRefused
from engine.instances import Instance
from engine.instructions import Instruction
from engine.restarts import Manner
from storage import journal
from storage.identifiers import new_id
from storage.transaction import transaction
from tests.engine.factories import END, START, Desk, flows, mapping, model, service_task, user_task
from tests.engine.mending.models import CALLED, CALLING, MANY, NAMED, NESTED, STOP, after, along, before, cancel, finish, subprocess

HEARD = '<bpmn:extensionElements><camunda:executionListener event="{}" delegateExpression="${{note}}"/></bpmn:extensionElements>'
#: A script and a mapping set variables on the way; the process is listened to.
TALKING = model(
    HEARD.format("start")
    + '<bpmn:startEvent id="start" camunda:initiator="who"/>'
    + user_task("prepare", inside=mapping(inputs={"hint": "${year}"}, outputs={"told": "${hint}"}))
    + service_task("send", "note")
    + user_task("approve")
    + END
    + flows("start prepare send approve end")
)
#: What may start an event subprocess waits wherever the process begins.
STOPPABLE = model(
    START
    + user_task("prepare")
    + user_task("approve")
    + END
    + flows("start prepare approve end")
    + subprocess(
        "handler",
        f'<bpmn:startEvent id="stopped">{STOP}</bpmn:startEvent>'
        + user_task("handle")
        + '<bpmn:endEvent id="handled"/>'
        + flows("stopped handle handled"),
        'triggeredByEvent="true"',
    ),
    before=NAMED,
)


def ended(desk: Desk, *files: bytes, reason: str = "a mistake", **details: object) -> Instance:
    """An instance that was cancelled where it stood."""
    instance = desk.started(*files, **details)
    with transaction():
        return desk.engine.instances.cancel(instance.id, reason, by="ann")


def restart(desk: Desk, instance: Instance, *instructions: Instruction, **manner: bool) -> Instance:
    with transaction():
        act = desk.engine.restarts.restart
        return act(instance.definition_id, instance.id, instructions, by="admin", manner=Manner(**manner))


def test_a_cancelled_instance_begins_anew_with_its_last_variables_key_and_body(desk: Desk):
    body = str(new_id())
    instance = desk.started(TALKING, variables={"year": 2026}, business_key="EMP-01", body=body)
    finish(desk, instance, "prepare", year=2027)
    with transaction():
        desk.engine.instances.cancel(instance.id, "a mistake", by="ann")

    begun = restart(desk, instance, before("approve"))

    assert (begun.business_key, begun.body, begun.started_by, begun.definition_id) == ("EMP-01", body, "admin", instance.definition_id)
    assert desk.variables(begun) == {"year": 2027, "who": "ann", "told": 2026}
    assert (desk.tasks(begun), desk.state(instance)) == (["approve"], "cancelled")
    finish(desk, begun, "approve")
    assert (desk.state(begun), desk.passed(begun)) == ("completed", ["p", "approve", "end"])
    told = [entry for entry in journal.entries_about("process_instance", begun.id) if entry.event == "process_instance:restarted"]
    assert [(entry.actor, entry.details["restarted"]) for entry in told] == [("admin", str(instance.id))]
    assert told[0].details["instructions"] == [{"type": "startBeforeActivity", "element_id": "approve"}]


def test_the_last_value_is_the_last_that_was_given_also_when_what_began_first_ended_last(desk: Desk):
    script = '<bpmn:scriptTask id="set" scriptFormat="feel" camunda:resultVariable="year"><bpmn:script>1</bpmn:script></bpmn:scriptTask>'
    inside = '<bpmn:startEvent id="in"/>' + script + '<bpmn:endEvent id="out"/>' + flows("in set out")
    counting = subprocess("count", mapping(outputs={"year": "${2}"}) + inside)
    instance = desk.started(model(START + user_task("prepare") + counting + END + flows("start prepare count end")), variables={"year": 0})
    finish(desk, instance, "prepare")

    begun = restart(desk, instance, before("prepare"))

    assert desk.variables(instance) == desk.variables(begun) == {"year": 2}


def test_it_begins_with_the_variables_it_had_at_first_and_so_does_the_next(desk: Desk):
    instance = desk.started(TALKING, variables={"year": 2026}, business_key="k")
    finish(desk, instance, "prepare", year=2027)
    finish(desk, instance, "approve", more=True)

    begun = restart(desk, instance, along("prepare__send"), initial_variables=True, without_business_key=True)
    finish(desk, begun, "approve", year=2028)
    again = restart(desk, begun, after("send"), initial_variables=True)

    assert begun.business_key is None
    assert desk.variables(begun) == {"year": 2028, "who": "ann"}
    assert desk.variables(again) == {"year": 2026, "who": "ann"}


def test_listeners_and_mappings_are_left_out_when_asked(desk: Desk):
    instance = ended(desk, TALKING, variables={"year": 2026})
    desk.calls.clear()

    plain = restart(desk, instance, before("prepare"))
    heard = len(desk.calls)
    silent = restart(desk, instance, before("prepare"), skip_mappings=True, skip_listeners=True)

    assert (heard, len(desk.calls)) == (1, 1)
    seen = [desk.engine.tasks.variables(desk.task(one, "prepare").id).get("hint") for one in (plain, silent)]
    assert seen == [2026, None]


def test_scopes_boundary_events_and_event_subprocesses_are_there_as_if_passed_through(desk: Desk):
    deep = restart(desk, ended(desk, NESTED), before("deeper"), before("prepare"))

    assert desk.tasks(deep) == ["deeper", "prepare"]
    assert sorted(timer.element_id for timer in desk.engine.timers.of_instance(deep.id)) == ["late", "overdue"]
    finish(desk, deep, "deeper", "last", "prepare")
    assert desk.tasks(deep) == ["approve", "first"]
    stoppable = restart(desk, ended(desk, STOPPABLE), before("approve"))
    with transaction():
        desk.engine.messages.correlate("stop", instance_id=stoppable.id, variables={}, by="ann")
    assert desk.tasks(stoppable) == ["handle"]
    finish(desk, stoppable, "handle")
    assert desk.state(stoppable) == "completed"


def test_several_instances_of_an_activity_and_calls_begin_too(desk: Desk):
    many = restart(desk, ended(desk, MANY, variables={"bodies": ["a", "b"]}), before("sign#multiInstanceBody"))
    called = restart(desk, ended(desk, CALLED, CALLING), before("call"))

    assert desk.tasks(many) == ["sign", "sign"]
    assert desk.tasks(called) == ["inside"]
    finish(desk, called, "inside", "beside", "after")
    assert desk.state(called) == "completed"


def test_a_new_instance_begins_at_places_too(desk: Desk):
    desk.deploy(NESTED)
    definition = desk.engine.definitions.latest("p")

    with transaction():
        begun = desk.engine.restarts.start(definition.id, [before("last")], variables={"year": 1}, business_key="k", by="ann")

    assert (desk.tasks(begun), desk.variables(begun), begun.business_key) == (["last"], {"year": 1}, "k")
    with transaction():
        desk.engine.instances.cancel(begun.id, "again", by="ann")
    assert desk.variables(restart(desk, begun, before("first"), initial_variables=True)) == {"year": 1}


def test_what_is_not_over_or_cannot_begin_there_is_refused_and_nothing_begins(desk: Desk):
    unique = 'esep:uniqueBusinessKey="true"'
    file = model(START + user_task("prepare") + END + flows("start prepare end"), attributes=unique)
    instance = desk.started(file, business_key="k")

    with pytest.raises(InstanceNotEnded):
        restart(desk, instance, before("prepare"))
    with transaction():
        desk.engine.instances.suspend(instance.id, by="ann")
    with pytest.raises(InstanceNotEnded):
        restart(desk, instance, before("prepare"))
    with transaction():
        desk.engine.instances.cancel(instance.id, "over", by="ann")
    for wrong in (before("nowhere"), before("prepare", ancestor_id=instance.id), cancel("prepare"), after("end")):
        with pytest.raises(ModificationRefused):
            restart(desk, instance, wrong)
    with transaction(), pytest.raises(InstanceOfOther):
        desk.engine.restarts.restart(new_id(), instance.id, [before("prepare")], by="ann")
    with transaction(), pytest.raises(InstanceNotFound):
        desk.engine.restarts.restart(instance.definition_id, new_id(), [before("prepare")], by="ann")
    begun = restart(desk, instance, before("prepare"))
    with pytest.raises(BusinessKeyInUse):
        restart(desk, instance, before("prepare"))

    found = desk.engine.instances.list(definition_key="p").items
    assert {one.id for one in found} == {instance.id, begun.id}
