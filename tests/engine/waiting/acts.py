"""What is done with an instance of a case, in words, and what is seen of it."""

from datetime import timedelta
from typing import Any

from engine.errors import BpmnError
from engine.external_tasks import Topic
from engine.instances import Instance
from engine.models import InstanceRow
from engine.snapshots import unpacked
from storage import database
from storage.transaction import transaction
from tests.engine.factories import END, START, Desk, flows, model, user_task
from tests.engine.waiting.diagrams import Case


def begin(desk: Desk, case: Case) -> None:
    """Deploy and start it, and take it to its wait."""
    if case.name == "call":
        desk.deploy(model(START + user_task("work") + END + flows("start work end"), key="called"))
    desk.deploy(case.file)
    instance = desk.start(case.name, business_key=case.name, variables={"bodies": list("abc"), "many": list(range(20))})
    for words in case.arrive.split(", ") if case.arrive else ():
        act(desk, instance, words)


def finish(desk: Desk, case: Case) -> None:
    """Take it from its wait to its end."""
    for words in case.finish.split(", "):
        act(desk, instance_of(desk, case), words)


def act(desk: Desk, instance: Instance, words: str) -> None:
    """Do one thing: "task work", "external work", "throw work code" (an error), "message m", "signal s", "timers 2" (two hours later),
    "jobs", "set x", "begin a" and "done" of an ad-hoc subprocess, "suspend", "resume".
    """
    kind, _, what = words.partition(" ")
    engine = desk.engine
    match kind:
        case "task":
            desk.complete(instance, what)
        case "timers":
            desk.move(hours=int(what))
            engine.timers.fire_due()
        case "jobs":
            engine.jobs.run_due()
        case _:
            with transaction():
                _tell(desk, instance, kind, what)
            engine.deliveries.deliver_due()


def _tell(desk: Desk, instance: Instance, kind: str, what: str) -> None:
    engine = desk.engine
    match kind:
        case "external":
            (task,) = engine.external_tasks.fetch_and_lock("w", [Topic(what, timedelta(minutes=5))], 1)
            engine.external_tasks.complete(task.id, "w", {}, "ann")
        case "throw":
            topic, code = what.split()
            (task,) = engine.external_tasks.fetch_and_lock("w", [Topic(topic, timedelta(minutes=5))], 1)
            engine.external_tasks.throw(task.id, "w", BpmnError(code, "no room"), "ann")
        case "message":
            engine.messages.correlate(what, instance_id=instance.id)
        case "signal":
            engine.messages.broadcast(what)
        case "set":
            engine.instances.set_variables(instance.id, {what: True}, by="ann")
        case "begin":
            engine.ad_hoc.begin(instance.id, [what], by="ann")
        case "done":
            engine.ad_hoc.complete(instance.id, by="ann")
        case "resume":
            engine.instances.resume(instance.id, by="ann")
        case "suspend":
            engine.instances.suspend(instance.id, by="ann")


def instance_of(desk: Desk, case: Case) -> Instance:
    """Its instance, wherever it comes from."""
    return desk.engine.instances.list(business_key=case.name).items[0]


def document_of(desk: Desk, case: Case) -> dict[str, Any]:
    """What is kept of its state."""
    row = database.session.get(InstanceRow, instance_of(desk, case).id, populate_existing=True)
    return unpacked((row and row.snapshot) or b"")


def opened(document: dict[str, Any]) -> str:
    """What is open that waits: elements, and for what."""
    return " ".join(sorted(f"{row[8]}:{row[4]}" for row in document["open"] if row[4]))
