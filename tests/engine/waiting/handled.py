"""Waits in and for event subprocesses, behind caught errors, listeners and compensation inside: what tokens remember there."""

from tests.engine.factories import END, START, flows, user_task
from tests.engine.waiting.diagrams import CONDITION, ONE, WORK, Case, after, catch, event, handler, named, on, sub

_ERROR = '<bpmn:errorEventDefinition errorRef="error_{}" camunda:errorCodeVariable="code" camunda:errorMessageVariable="text"/>'
_BESIDE = '<bpmn:startEvent id="{}" isInterrupting="false">{}</bpmn:startEvent>'
_EXTERNAL = '<bpmn:serviceTask id="{0}" camunda:type="external" camunda:topic="{0}"/>'
_LISTENER = '<camunda:executionListener event="{}" delegateExpression="${{office.heard}}"/>'
_LISTENED = f"<bpmn:extensionElements>{_LISTENER.format('start')}{_LISTENER.format('end')}</bpmn:extensionElements>"

HANDLED = (
    Case(
        "caught",
        START
        + _EXTERNAL.format("send")
        + on("failed", "send", _ERROR.format("c"), interrupting=True)
        + user_task("react")
        + END
        + flows("start send end", "failed react"),
        "throw send c",
        "react:task",
        "task react",
        "start -send failed react",
        named("error", "c"),
    ),
    Case(
        "caught_beside",
        START
        + _EXTERNAL.format("give")
        + END
        + flows("start give end")
        + handler("failed", f'<bpmn:startEvent id="failed">{_ERROR.format("d")}</bpmn:startEvent>'),
        "throw give d",
        "failed_answer:task",
        "task failed_answer",
        "start -give failed failed_handler failed_answer",
        named("error", "d"),
    ),
    Case(
        "beside",
        START
        + user_task("it")
        + END
        + ONE
        + handler("held", _BESIDE.format("held", CONDITION.format("z")))
        + handler("told", _BESIDE.format("told", event("signal", "u")))
        + handler("either", _BESIDE.format("either", event("message", "v") + event("signal", "w"))),
        "message v",
        "either:message either:signal either_answer:task held:condition it:task told:signal",
        "signal u, signal w, set z, task either_answer, task either_answer, task told_answer, task held_answer, task it",
        "start either told either held either_handler either_answer either_handler either_answer told_handler told_answer "
        "held_handler held_answer it end",
        named("signal", "u") + named("message", "v") + named("signal", "w"),
    ),
    Case(
        "several_with_timer",
        START + catch("it", event("message", "k") + after("PT2H"), 'parallelMultiple="true"') + END + ONE,
        "message k",
        "it:timer",
        "timers 2",
        "start it end",
        named("message", "k"),
    ),
    Case(
        "undone_inside",
        START
        + sub("it", WORK + handler("undo", '<bpmn:startEvent id="undo"><bpmn:compensateEventDefinition/></bpmn:startEvent>'))
        + '<bpmn:intermediateThrowEvent id="back"><bpmn:compensateEventDefinition/></bpmn:intermediateThrowEvent>'
        + END
        + flows("start it back end"),
        "task work",
        "undo_answer:task",
        "task undo_answer",
        "start in it work out undo back undo_handler undo_answer end",
    ),
    Case("listened", START + user_task("it", inside=_LISTENED) + END + ONE, "", "it:task", "task it", "start it end"),
)
