"""Processes with every kind of wait, and short words for mending their instances."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from engine.instances import Instance
from engine.instructions import Instruction
from storage.transaction import transaction
from tests.engine.factories import END, START, Desk, flow, flows, mapping, model, service_task, user_task
from tests.engine.test_timers import boundary, timer

NAMED = '<bpmn:message id="m" name="told"/><bpmn:message id="n" name="stop"/><bpmn:signal id="s" name="holiday"/>'
AFTER_AN_HOUR = timer("timeDuration", "PT1H")
MESSAGE = '<bpmn:messageEventDefinition messageRef="m"/>'
STOP = '<bpmn:messageEventDefinition messageRef="n"/>'


def external_task(element_id: str, topic: str = "mail") -> str:
    return f'<bpmn:serviceTask id="{element_id}" camunda:type="external" camunda:topic="{topic}"/>'


def catch(element_id: str, event: str) -> str:
    return f'<bpmn:intermediateCatchEvent id="{element_id}">{event}</bpmn:intermediateCatchEvent>'


def subprocess(element_id: str, inside: str, attributes: str = "") -> str:
    return f'<bpmn:subProcess id="{element_id}" {attributes}>{inside}</bpmn:subProcess>'


def repeated(collection: str = "bodies", *, sequential: bool = False, more: str = "") -> str:
    one_by_one = 'isSequential="true"' if sequential else ""
    return f'<bpmn:multiInstanceLoopCharacteristics {one_by_one} camunda:collection="{collection}" camunda:elementVariable="body" {more}/>'


#: A chain with a subprocess in which another one is, and a boundary timer on each of them.
INNER = (
    '<bpmn:startEvent id="in2"/>' + user_task("deep") + user_task("deeper") + '<bpmn:endEvent id="out2"/>' + flows("in2 deep deeper out2")
)
OUTER = (
    '<bpmn:startEvent id="in"/>'
    + user_task("first")
    + subprocess("inner", INNER)
    + user_task("last")
    + '<bpmn:endEvent id="out"/>'
    + flows("in first inner last out")
    + '<bpmn:subProcess id="handler" triggeredByEvent="true"><bpmn:startEvent id="stopped">'
    + STOP
    + "</bpmn:startEvent>"
    + user_task("handle")
    + '<bpmn:endEvent id="handled"/>'
    + flows("stopped handle handled")
    + "</bpmn:subProcess>"
)
NESTED = model(
    START
    + user_task("prepare")
    + boundary("late", "prepare", AFTER_AN_HOUR)
    + subprocess("outer", OUTER, 'name="Outer"')
    + boundary("overdue", "outer", AFTER_AN_HOUR)
    + user_task("approve")
    + user_task("remind")
    + END
    + flows("start prepare outer approve end", "late remind end", "overdue remind"),
    before=NAMED,
)
#: After a fork it waits with everything there is to wait with.
EVERYTHING = model(
    START
    + '<bpmn:parallelGateway id="fork"/>'
    + user_task("review")
    + boundary("late", "review", AFTER_AN_HOUR, interrupting=False)
    + user_task("remind")
    + catch("answered", MESSAGE)
    + catch("waited", AFTER_AN_HOUR)
    + catch("free", '<bpmn:signalEventDefinition signalRef="s"/>')
    + external_task("mail")
    + service_task("send", "note", 'camunda:asyncBefore="true"')
    + '<bpmn:parallelGateway id="joined"/>'
    + user_task("approve")
    + END
    + flows("start fork review joined approve end", "fork answered joined", "fork waited joined", "fork free joined", "late remind end")
    + flows("fork mail joined", "fork send joined"),
    before=NAMED,
)
MANY = model(
    START
    + user_task("prepare")
    + f'<bpmn:userTask id="sign" camunda:assignee="${{body}}">{repeated()}</bpmn:userTask>'
    + boundary("late", "sign", AFTER_AN_HOUR)
    + user_task("approve")
    + user_task("remind")
    + END
    + flows("start prepare sign approve end", "late remind end")
)
CALLED = model(START + user_task("inside") + user_task("beside") + END + flows("start inside beside end"), key="q").replace(
    b'id="d"', b'id="d2"'
)
CALLING = model(START + '<bpmn:callActivity id="call" calledElement="q"/>' + user_task("after") + END + flows("start call after end"))
CHOICE = model(
    START
    + user_task("prepare")
    + '<bpmn:exclusiveGateway id="decided" default="decided__end"/>'
    + END
    + user_task("approve", inside=mapping(inputs={"who": "${name}"}))
    + flows("start prepare decided end", "approve end")
    + flow("decided", "approve", "${name == 'ann'}")
)


def before(element_id: str, **more: Any) -> Instruction:
    return Instruction("startBeforeActivity", element_id=element_id, **more)


def after(element_id: str) -> Instruction:
    return Instruction("startAfterActivity", element_id=element_id)


def along(flow_id: str) -> Instruction:
    return Instruction("startTransition", flow_id=flow_id)


def cancel(element_id: str, **more: Any) -> Instruction:
    return Instruction("cancel", element_id=element_id, **more)


def cancel_one(activity_id: UUID, **more: Any) -> Instruction:
    return Instruction("cancel", activity_id=activity_id, **more)


def modify(desk: Desk, instance: Instance, *instructions: Instruction, **more: Any) -> Instance:
    with transaction():
        return desk.engine.modifications.modify(instance.id, instructions, by="admin", **more)


def opened(desk: Desk, instance: Instance, element_id: str, kind: str | None = None) -> list[UUID]:
    """The ids of what is open at an element, the oldest first."""
    found = desk.engine.history.open_activities(instance.id)
    return [one.id for one in found if one.element_id == element_id and (kind is None or one.kind == kind)]


def finish(desk: Desk, instance: Instance, *element_ids: str, **variables: Mapping[str, Any]) -> None:
    """Complete the user tasks named, one after the other."""
    for element_id in element_ids:
        desk.complete(instance, element_id, **variables)
