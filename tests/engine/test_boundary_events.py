"""Boundary events beside each other: what one has begun does not hide the activity from the next."""

import pytest

from storage.transaction import transaction
from tests.engine.factories import END, START, Desk, flows, model, user_task

AFTER_A_DAY = "<bpmn:timerEventDefinition><bpmn:timeDuration>P1D</bpmn:timeDuration></bpmn:timerEventDefinition>"
STOP = '<bpmn:messageEventDefinition messageRef="m"/>'
WORK = user_task("work")
SUBPROCESS = f'<bpmn:subProcess id="work"><bpmn:startEvent id="in"/>{user_task("inner")}{flows("in inner")}</bpmn:subProcess>'


def stopped_after_a_reminder(activity: str, reminding: str) -> bytes:
    events = f'<bpmn:boundaryEvent id="late" cancelActivity="false" attachedToRef="work">{AFTER_A_DAY}</bpmn:boundaryEvent>'
    events += f'<bpmn:boundaryEvent id="stop" attachedToRef="work">{STOP}</bpmn:boundaryEvent>'
    parts = START + activity + events + reminding + '<bpmn:endEvent id="reminded"/><bpmn:endEvent id="stopped"/>' + END
    way = "late remind reminded" if reminding else "late reminded"
    return model(parts + flows("start work end", way, "stop stopped"), before='<bpmn:message id="m" name="stop"/>')


@pytest.mark.parametrize("activity", [WORK, SUBPROCESS], ids=["user_task", "subprocess"])
@pytest.mark.parametrize("reminding", ["", user_task("remind")], ids=["at_once", "by_a_person"])
def test_an_interrupting_event_ends_its_activity_though_another_event_came_before(desk: Desk, activity: str, reminding: str):
    instance = desk.started(stopped_after_a_reminder(activity, reminding))
    desk.move(days=1)
    desk.engine.timers.fire_due()
    if reminding:
        desk.complete(instance, "remind")

    with transaction():
        desk.engine.messages.correlate("stop")

    assert desk.tasks(instance) == []
    assert desk.state(instance) == "completed"
