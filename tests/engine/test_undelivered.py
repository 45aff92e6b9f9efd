"""What fails in the background before there is an instance, and messages that nobody takes: kept, shown, mended."""

from datetime import timedelta
from uuid import uuid4

import pytest

from engine.errors import IncidentResolved, MessageNotExpected, StepFailed, UndeliveredNotFound
from storage import journal
from storage.transaction import transaction
from tests.engine.factories import END, START, Desk, flows, model, service_task, user_task
from tests.engine.test_signals import NAMED, SEND, SIGNAL, catching

CYCLE = "<bpmn:timerEventDefinition><bpmn:timeCycle>R3/PT1H</bpmn:timeCycle></bpmn:timerEventDefinition>"


def started_by(event: str) -> bytes:
    """A process that an event starts, and whose first step can break."""
    parts = f'<bpmn:startEvent id="begin">{event}</bpmn:startEvent>' + service_task("work", "work") + user_task("after") + END
    return model(parts + flows("begin work after end"), before=NAMED)


def send(desk: Desk, **details: object) -> None:
    with transaction():
        desk.engine.messages.send("ready", business_key="K", time_to_live=timedelta(days=1), by="ann", **details)


def in_background(desk: Desk) -> None:
    for _ in range(3):
        desk.engine.start_timers.fire_due()
        desk.engine.deliveries.deliver_due()


def occurs(desk: Desk, event: str) -> None:
    """Let what starts the process happen."""
    if event == SEND:
        send(desk, variables={"figure": 7})
    elif event == SIGNAL:
        with transaction():
            desk.engine.messages.broadcast("holiday", variables={"figure": 7}, by="ann")
    else:
        desk.move(hours=1)
    in_background(desk)


@pytest.mark.parametrize("event", [SEND, SIGNAL, CYCLE], ids=["message", "signal", "timer"])
def test_an_instance_that_could_not_be_started_is_an_incident_of_its_definition_and_is_started_by_a_retry(desk: Desk, event: str):
    desk.offer("work", lambda call: 1 / 0)
    desk.deploy(started_by(event))

    occurs(desk, event)

    (incident,) = desk.engine.incidents.list().items
    definition = desk.engine.definitions.latest("p")
    assert (incident.kind, incident.instance_id, incident.definition_id) == ("start", None, definition.id)
    assert (incident.element_id, incident.cause, incident.failures) == ("work", "operation_failed", 1)
    assert desk.engine.instances.list().items == ()
    assert desk.engine.undelivered.list().items == ()
    with pytest.raises(StepFailed), transaction():
        desk.engine.incidents.retry(incident.id, by="admin")
    assert desk.engine.incidents.get(incident.id).failures == 2

    desk.offer("work", lambda call: {"worked": True})
    with transaction():
        desk.engine.incidents.retry(incident.id, by="admin")

    (instance,) = desk.engine.instances.list().items
    given = {} if event == CYCLE else {"figure": 7}
    assert desk.variables(instance) == {**given, "worked": True}
    assert instance.business_key == ("K" if event == SEND else None)
    assert desk.engine.incidents.get(incident.id).resolved_by == "admin"
    with pytest.raises(IncidentResolved), transaction():
        desk.engine.incidents.retry(incident.id, by="admin")


def test_a_timer_whose_start_failed_goes_on_to_its_next_moment(desk: Desk):
    desk.offer("work", lambda call: 1 / 0)
    desk.deploy(started_by(CYCLE))
    occurs(desk, CYCLE)

    desk.offer("work", lambda call: None)
    occurs(desk, CYCLE)

    assert len(desk.engine.instances.list().items) == 1
    assert len(desk.engine.incidents.list().items) == 1


def test_an_incident_can_be_settled_by_a_word_of_reason_and_noted_upon(desk: Desk):
    desk.offer("work", lambda call: 1 / 0)
    desk.deploy(started_by(CYCLE))
    occurs(desk, CYCLE)
    (incident,) = desk.engine.incidents.list().items

    with transaction():
        desk.engine.incidents.annotate(incident.id, "the mail server was away", by="admin")
        desk.engine.incidents.resolve(incident.id, "started by hand", by="admin")

    settled = desk.engine.incidents.get(incident.id)
    assert (settled.resolution, settled.annotation, settled.resolved_by) == ("started by hand", "the mail server was away", "admin")
    assert desk.engine.incidents.list().items == ()
    events = [entry.event for entry in journal.entries_about("incident", incident.id)]
    assert events == ["incident:raised", "incident:annotated", "incident:resolved"]
    with transaction():
        desk.engine.incidents.annotate(incident.id, None, by="admin")
    assert desk.engine.incidents.get(incident.id).annotation is None


def test_settling_an_incident_of_an_instance_leaves_its_step_to_be_taken(desk: Desk):
    desk.offer("work", lambda call: 1 / 0)
    instance = desk.started(model(START + user_task("ask") + service_task("work", "work") + END + flows("start ask work end")))
    with pytest.raises(StepFailed):
        desk.complete(instance, "ask")
    (incident,) = desk.engine.incidents.list(instance.id).items

    with transaction():
        desk.engine.incidents.resolve(incident.id, "a person will do it again", by="admin")
    desk.offer("work", lambda call: None)
    desk.complete(instance, "ask")

    assert desk.state(instance) == "completed"
    assert desk.engine.incidents.get(incident.id).resolution == "a person will do it again"


def test_a_message_that_expired_is_kept_and_can_be_sent_again_or_given_up(desk: Desk):
    desk.deploy(catching(SEND))
    send(desk, variables={"figure": 1})
    send(desk, variables={"figure": 2})
    in_background(desk)
    assert [one.reason for one in desk.engine.undelivered.list().items] == ["nobody_waits", "nobody_waits"]
    desk.move(days=2)
    in_background(desk)

    second, first = desk.engine.undelivered.list(reason="expired", name="ready").items
    assert (first.business_key, first.variables, first.sent_by) == ("K", ("figure",), "ann")
    with transaction():
        desk.engine.undelivered.discard(second.id, reason="sent twice", by="admin")
        desk.engine.undelivered.retry(first.id, by="admin")
    assert desk.engine.undelivered.get(first.id).reason == "under_way"
    instance = desk.start("q", business_key="K")
    in_background(desk)

    assert desk.variables(instance) == {"figure": 1}
    for gone in (first, second):
        with pytest.raises(UndeliveredNotFound):
            desk.engine.undelivered.get(gone.id)
    assert [entry.event for entry in journal.entries_about("message", second.id)] == ["message:expired", "message:discarded"]


def test_whom_a_message_goes_to_that_several_wait_for_can_be_decided(desk: Desk):
    desk.deploy(catching(SEND))
    first, second = desk.start("q", business_key="K"), desk.start("q", business_key="K")
    send(desk)
    in_background(desk)
    (message,) = desk.engine.undelivered.list(reason="ambiguous").items

    with pytest.raises(MessageNotExpected), transaction():
        desk.engine.undelivered.retry(message.id, instance_id=uuid4(), by="admin")
    with transaction():
        desk.engine.undelivered.retry(message.id, instance_id=second.id, by="admin")
    in_background(desk)

    assert (desk.tasks(first), desk.tasks(second)) == ([], ["after"])
    assert desk.engine.undelivered.list().items == ()


def test_a_message_for_a_suspended_definition_waits_and_starts_it_when_that_goes_on(desk: Desk):
    desk.offer("work", lambda call: None)
    desk.deploy(started_by(SEND))
    definition = desk.engine.definitions.latest("p")
    with transaction():
        desk.engine.definitions.suspend(definition.id, by="admin")
    send(desk)
    assert desk.engine.deliveries.deliver_due() == 1
    assert desk.engine.deliveries.deliver_due() == 0, "not again and again"
    assert desk.engine.instances.list().items == ()

    with transaction():
        desk.engine.definitions.activate(definition.id, by="admin")
    in_background(desk)

    assert len(desk.engine.instances.list().items) == 1
