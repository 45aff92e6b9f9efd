"""Every kind of wait: a model each, what is done until it waits, what is open then, what is done after, and the trace of all that."""

from tests.engine.factories import END, START, flow, flows, user_task
from tests.engine.waiting.diagrams import (
    CONDITION,
    EACH,
    FORK,
    LOOP,
    MANY,
    ONE,
    TRIP,
    WORK,
    Case,
    after,
    catch,
    event,
    named,
    on,
    sub,
    undoable,
)
from tests.engine.waiting.handled import HANDLED

CASES = (
    Case("user", START + user_task("it") + END + ONE, "", "it:task", "task it", "start it end"),
    Case(
        "external",
        START + '<bpmn:serviceTask id="it" camunda:type="external" camunda:topic="it"/>' + END + ONE,
        "",
        "it:external",
        "external it",
        "start it end",
    ),
    Case(
        "receive",
        START + '<bpmn:receiveTask id="it" messageRef="message_r"/>' + END + ONE,
        "",
        "it:message",
        "message r",
        "start it end",
        named("message", "r"),
    ),
    Case(
        "message",
        START + catch("it", event("message", "m")) + END + ONE,
        "",
        "it:message",
        "message m",
        "start it end",
        named("message", "m"),
    ),
    Case(
        "signal",
        START + catch("it", event("signal", "s")) + END + ONE,
        "",
        "it:signal",
        "signal s",
        "start it end",
        named("signal", "s"),
    ),
    Case("condition", START + catch("it", CONDITION.format("x")) + END + ONE, "", "it:condition", "set x", "start it end"),
    Case(
        "several",
        START + catch("it", event("message", "p") + event("signal", "q"), 'parallelMultiple="true"') + END + ONE,
        "message p",
        "it:signal",
        "signal q",
        "start it end",
        named("message", "p") + named("signal", "q"),
    ),
    Case(
        "race",
        START
        + '<bpmn:eventBasedGateway id="it"/>'
        + catch("told", event("message", "t"))
        + catch("late", after("PT900H"))
        + END
        + flows("start it told end", "it late end"),
        "",
        "late:timer told:message",
        "message t",
        "start it told -late end",
        named("message", "t"),
    ),
    Case(
        "boundary",
        START
        + user_task("it")
        + on("reminded", "it", after("R5/PT900H", "timeCycle"))
        + on("asked", "it", event("message", "a"))
        + on("held", "it", CONDITION.format("y"))
        + on("stopped", "it", event("signal", "b"), interrupting=True)
        + user_task("answer")
        + user_task("react")
        + END
        + ONE
        + flows("asked answer", "held answer", "reminded answer", "stopped react"),
        "message a, set y",
        "answer:task answer:task asked:message held:condition it:task reminded:timer stopped:signal",
        "message a, signal b, task answer, task answer, task answer, task react",
        "start asked held asked -it stopped answer answer answer react",
        named("message", "a") + named("signal", "b"),
    ),
    Case(
        "handlers",
        START
        + user_task("it")
        + END
        + ONE
        + sub(
            "asking",
            f'<bpmn:startEvent id="asked" isInterrupting="false">{event("message", "h")}</bpmn:startEvent>'
            + user_task("answer")
            + flows("asked answer"),
            'triggeredByEvent="true"',
        )
        + sub("ending", f'<bpmn:startEvent id="late">{after("PT900H")}</bpmn:startEvent>', 'triggeredByEvent="true"'),
        "message h",
        "answer:task asked:message it:task late:timer",
        "message h, task answer, task answer, task it",
        "start asked asked asking answer asking answer it end",
        named("message", "h"),
    ),
    Case(
        "parallel_instances",
        START + sub("it", WORK + EACH.format("", "bodies")) + END + ONE,
        "task work",
        "work:task work:task",
        "task work, task work",
        "start in in in it work out it work out it it work out end",
    ),
    Case(
        "instances_in_turn",
        START + user_task("it", inside=EACH.format('isSequential="true"', "bodies")) + END + ONE,
        "task it",
        "it:task",
        "task it, task it",
        "start it it it it end",
    ),
    Case(
        "many_instances",
        START + MANY + END + ONE,
        "task it",
        " ".join(["it:task"] * 19),
        ", ".join(["task it"] * 19),
        "start " + "it " * 21 + "end",
    ),
    Case("loop", START + user_task("it", inside=LOOP) + END + ONE, "task it", "it:task", "task it, task it", "start it it it it end"),
    Case(
        "compensation",
        START
        + undoable("book")
        + undoable("pay")
        + '<bpmn:endEvent id="end"><bpmn:compensateEventDefinition/></bpmn:endEvent>'
        + flows("start book pay end"),
        "task book, task pay",
        "undo_pay:task",
        "task undo_pay, task undo_book",
        "start book pay undo_pay end undo_book",
    ),
    Case(
        "remembered",
        START
        + undoable("book")
        + user_task("it")
        + '<bpmn:endEvent id="end"><bpmn:compensateEventDefinition/></bpmn:endEvent>'
        + flows("start book it end"),
        "task book",
        "it:task",
        "task it, task undo_book",
        "start book it end undo_book",
    ),
    Case(
        "transaction",
        START
        + sub(
            "it",
            '<bpmn:startEvent id="in"/>'
            + TRIP
            + '<bpmn:endEvent id="out"><bpmn:cancelEventDefinition/></bpmn:endEvent>'
            + flows("in book pay decide out"),
            kind="transaction",
        )
        + '<bpmn:boundaryEvent id="cancelled" attachedToRef="it"><bpmn:cancelEventDefinition/></bpmn:boundaryEvent>'
        + user_task("react")
        + END
        + ONE
        + flows("cancelled react"),
        "task book, task pay, task decide, task undo_pay",
        "undo_book:task",
        "task undo_book, task react",
        "start in book pay decide undo_pay -it cancelled out undo_book react",
    ),
    Case(
        "ad_hoc",
        START + sub("it", user_task("a") + user_task("b"), kind="adHocSubProcess") + END + ONE,
        "begin a",
        "a:task it:ad_hoc",
        "begin b, task b, task a, done",
        "start b a it end",
    ),
    Case(
        "call",
        START + '<bpmn:callActivity id="it" calledElement="called"/>' + END + ONE,
        "",
        "work:task",
        "task work",
        "start start it work end end",
    ),
    Case(
        "complex",
        START
        + FORK
        + '<bpmn:complexGateway id="it"><bpmn:activationCondition>= activationCount &gt;= 2</bpmn:activationCondition>'
        + "</bpmn:complexGateway>"
        + user_task("after")
        + END
        + flows("start fork a it after end", "fork b it", "fork c it"),
        "task a",
        "b:task c:task",
        "task b, task after, task c",
        "start fork a b -it it after end c it",
    ),
    Case(
        "complex_again",
        START
        + FORK
        + '<bpmn:complexGateway id="it"><bpmn:activationCondition>= activationCount &gt;= 2</bpmn:activationCondition>'
        + "</bpmn:complexGateway>"
        + user_task("after")
        + END
        + flows("start fork a it after end", "fork b it", "fork c it"),
        "task a, task c",
        "after:task b:task",
        "task b, task after",
        "start fork a c -it it b it after end",
    ),
    Case(
        "parallel_join",
        START + FORK + '<bpmn:parallelGateway id="it"/>' + END + flows("start fork a it end", "fork b it", "fork c it"),
        "task b",
        "a:task c:task",
        "task a, task c",
        "start fork b a c -it -it it end",
    ),
    Case(
        "inclusive_join",
        START
        + '<bpmn:inclusiveGateway id="fork" default="fork__c"/>'
        + "".join(user_task(name) for name in "abc")
        + '<bpmn:inclusiveGateway id="it"/>'
        + END
        + flows("start fork c it end", "a it", "b it")
        + flow("fork", "a", "= true")
        + flow("fork", "b", "= true"),
        "task b",
        "a:task",
        "task a",
        "start fork b a -it it end",
    ),
    Case(
        "quantity",
        START + FORK + user_task("it", 'startQuantity="3"') + END + flows("start fork a it end", "fork b it", "fork c it"),
        "task a",
        "b:task c:task",
        "task b, task c, task it",
        "start fork a b c it end",
    ),
    Case("suspended", START + user_task("it") + END + ONE, "suspend", "it:task", "resume, task it", "start it end"),
    Case("timer", START + catch("it", after("PT2H")) + END + ONE, "", "it:timer", "timers 2", "start it end"),
    Case(
        "jobs",
        START
        + '<bpmn:parallelGateway id="fork"/><bpmn:manualTask id="a" camunda:asyncBefore="true"/>'
        + user_task("b", 'camunda:asyncAfter="true"')
        + END
        + flows("start fork a end", "fork b end"),
        "task b",
        "a:job b:job",
        "jobs",
        "start fork b a end end",
    ),
    *HANDLED,
)
