"""A message has exactly one receiver, or none."""

import pytest

from engine.errors import InstanceNotActive, MessageAmbiguous, MessageNotExpected, StepFailed
from refusals import Conflict
from storage.transaction import transaction
from tests.engine.factories import END, START, Desk, flows, model, service_task, user_task

MESSAGE = '<bpmn:message id="m" name="report_withdrawn"/>'
WITHDRAWN = model(
    START
    + user_task("prepare")
    + '<bpmn:boundaryEvent id="withdrawn" attachedToRef="prepare"><bpmn:messageEventDefinition messageRef="m"/></bpmn:boundaryEvent>'
    + service_task("withdraw", "withdraw")
    + END
    + flows("start prepare end", "withdrawn withdraw end"),
    before=MESSAGE,
)


@pytest.fixture
def office(desk: Desk) -> Desk:
    desk.offer("withdraw", lambda call: {"reason_kept": call.variables["reason"]})
    desk.deploy(WITHDRAWN)
    return desk


def test_a_message_reaches_the_instance_of_its_business_key_and_no_other(office: Desk):
    first, second = office.start(business_key="R-1"), office.start(business_key="R-2")

    with transaction():
        found = office.engine.messages.correlate("report_withdrawn", business_key="R-2", variables={"reason": "error"}, by="ann")

    assert (found.id, found.state) == (second.id, "completed")
    assert office.variables(second) == {"reason": "error", "reason_kept": "error"}
    assert office.tasks(first) == ["prepare"]


def test_a_message_for_several_or_for_nobody_is_refused(office: Desk):
    first, _ = office.start(business_key="R-1"), office.start(business_key="R-1")

    with pytest.raises(MessageAmbiguous), transaction():
        office.engine.messages.correlate("report_withdrawn", business_key="R-1")
    with pytest.raises(MessageNotExpected), transaction():
        office.engine.messages.correlate("report_withdrawn", business_key="R-3")
    with pytest.raises(MessageNotExpected), transaction():
        office.engine.messages.correlate("unheard_of", instance_id=first.id)


def test_a_suspended_instance_takes_no_message(office: Desk):
    instance = office.start()
    with transaction():
        office.engine.instances.suspend(instance.id, by="admin")

    with pytest.raises(InstanceNotActive), transaction():
        office.engine.messages.correlate("report_withdrawn", instance_id=instance.id, variables={"reason": "x"})


class TooLate(Conflict):
    """The report was accepted."""


def test_a_failure_on_the_receivers_side_is_an_incident_that_keeps_the_message(office: Desk):
    def refuse(_call):
        raise TooLate

    office.offer("withdraw", refuse)
    instance = office.start()
    with pytest.raises(StepFailed), transaction():
        office.engine.messages.correlate("report_withdrawn", instance_id=instance.id, variables={"reason": "x"}, by="ann")
    (incident,) = office.engine.incidents.list(instance.id).items
    assert (incident.kind, incident.cause) == ("message", "too_late")
    assert office.tasks(instance) == ["prepare"]

    office.offer("withdraw", lambda call: {"reason_kept": call.variables["reason"]})
    with transaction():
        office.engine.incidents.retry(incident.id, by="admin")

    assert office.variables(instance)["reason_kept"] == "x"


def test_a_process_can_be_started_by_the_start_event_of_a_message(desk: Desk):
    start = '<bpmn:startEvent id="asked"><bpmn:messageEventDefinition messageRef="m"/></bpmn:startEvent>'
    data = model(
        START + start + user_task("plain") + user_task("by_message") + END + flows("start plain end", "asked by_message end"),
        before=MESSAGE,
    )
    desk.deploy(data)

    assert desk.tasks(desk.start(message="report_withdrawn")) == ["by_message"]
    assert desk.tasks(desk.start()) == ["plain"]
