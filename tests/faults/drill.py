"""`esep` with two operations that a drill can watch and hold up, and a command that starts many instances. Run as a program."""

import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

import app
import cli
from cli.product import product
from engine.ports import Operation, OperationCall
from reports.reports import Reports
from storage.journal import record
from storage.transaction import transaction
from tests.engine.factories import END, START, flows, model, service_task, user_task

#: A person's step that goes through an operation which can be held up.
HELD = model(
    START
    + user_task("prepare")
    + service_task("note", "drill.note")
    + service_task("hold", "drill.hold")
    + user_task("approve")
    + END
    + flows("start prepare note hold approve end"),
    key="held",
)
#: A timer that is due soon, and an operation that tells in the journal who fired it.
TIMED = model(
    START
    + '<bpmn:intermediateCatchEvent id="pause"><bpmn:timerEventDefinition><bpmn:timeDuration>PT1S</bpmn:timeDuration>'
    + "</bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>"
    + service_task("note", "drill.note")
    + END
    + flows("start pause note end"),
    key="timed",
)
#: The business key joins the two: a timer, then a job, then a message for the one that waits for it, each with an effect that is told.
DONE = '<bpmn:message id="m" name="done"/>'
CHAINED = model(
    START
    + '<bpmn:intermediateCatchEvent id="pause"><bpmn:timerEventDefinition><bpmn:timeDuration>PT1S</bpmn:timeDuration>'
    + "</bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>"
    + service_task("by_timer", "drill.note")
    + service_task("by_job", "drill.note", 'camunda:asyncBefore="true"')
    + '<bpmn:intermediateThrowEvent id="send"><bpmn:messageEventDefinition messageRef="m"/></bpmn:intermediateThrowEvent>'
    + END
    + flows("start pause by_timer by_job send end"),
    key="chained",
    before=DONE,
)
AWAITING = model(
    START
    + '<bpmn:intermediateCatchEvent id="wait"><bpmn:messageEventDefinition messageRef="m"/></bpmn:intermediateCatchEvent>'
    + service_task("by_message", "drill.note")
    + END
    + flows("start wait by_message end"),
    key="awaiting",
    before=DONE,
)


class DrilledReports(Reports):
    """The room of reports, which brings the operations, with two more."""

    def operations(self) -> dict[str, Operation]:
        return {**super().operations(), "drill.hold": hold, "drill.note": note}


def hold(call: OperationCall) -> Mapping[str, Any]:
    """Say that the step is under way, and go on when there is nothing to wait for."""
    folder = Path(os.environ["DRILL"])
    (folder / "inside").touch()
    while (folder / "hold").exists():
        time.sleep(0.02)
    return {"held": True}


def note(call: OperationCall) -> None:
    """An effect inside the step, which takes a moment."""
    record("drill:noted", at=call.now, subject=("drill", call.instance_id), process=os.getpid(), element=call.element_id)
    time.sleep(0.005)


@click.command()
@click.argument("key")
@click.argument("count", type=int)
def start(key: str, count: int) -> None:
    """Start instances of a process, each with its number as the business key."""
    with product() as esep, transaction():
        body = str(esep.organisations.bodies.by_code("100000000").id)
        for number in range(count):
            click.echo(esep.engine.instances.start(key, business_key=str(number), body=body, by="drill").id)


def main(words: Sequence[str] | None = None, prog_name: str = "esep") -> None:
    """`esep` of the drill."""
    app.Reports = DrilledReports  # type: ignore[misc]
    cli.main.add_command(start)
    cli.main(words, prog_name=prog_name)


if __name__ == "__main__":
    main()
