"""What the linter says of compensation events, their handlers, and transactions."""

import pytest

from tests.engine.parsing.factories import codes, findings, straight

ON = '<boundaryEvent id="w" attachedToRef="x" {}><compensateEventDefinition/></boundaryEvent>'
JOINED = '<association id="a" sourceRef="w" targetRef="h"/>'
HANDLER = '<task id="h" isForCompensation="true"/>'
THROW = '<endEvent id="x"><compensateEventDefinition {}/></endEvent>'
CATCH = '<boundaryEvent id="w" attachedToRef="x" {}><cancelEventDefinition/></boundaryEvent><endEvent id="y"/>'
CATCH += '<sequenceFlow id="w1" sourceRef="w" targetRef="y"/>'
CANCELLED = '<endEvent id="i2"><cancelEventDefinition/></endEvent>'


def undone(*, on: str = "", joined: str = JOINED, handler: str = HANDLER, activity: str = '<task id="x"/>', more: str = "") -> str:
    """An activity with a compensation event on it and a handler."""
    return straight(activity, more=ON.format(on) + joined + handler + more)


def transaction(end: str = CANCELLED, more: str = "", *, tag: str = "transaction", inside: str = "") -> str:
    """A transaction `x` that ends in some way."""
    flow = '<sequenceFlow id="q" sourceRef="i1" targetRef="i2"/>'
    return straight(f'<{tag} id="x"><startEvent id="i1"/>{end}{flow}{inside}</{tag}>', more=more)


def own(more: str = "") -> str:
    """A compensation event subprocess."""
    start = (
        '<startEvent id="o1"><compensateEventDefinition/></startEvent><task id="o2"/><sequenceFlow id="o3" sourceRef="o1" targetRef="o2"/>'
    )
    return f'<subProcess id="o" triggeredByEvent="true" {more}>{start}</subProcess>'


def thrown(attributes: str = "", before: str = "<task id='z'/>") -> str:
    """A process that ends by throwing compensation."""
    return (
        f'<startEvent id="s"/>{before}'
        + THROW.format(attributes)
        + ('<sequenceFlow id="f0" sourceRef="s" targetRef="z"/><sequenceFlow id="f1" sourceRef="z" targetRef="x"/>')
    )


INSIDE = '<startEvent id="i"/><task id="j"/><sequenceFlow id="k" sourceRef="i" targetRef="j"/>'
HEARD = '<extensionElements><camunda:executionListener event="end" delegateExpression="${office.note}"/></extensionElements>'
FAILED = '<startEvent id="h1"><errorEventDefinition/></startEvent>'
HIDDEN = '<subProcess id="z"><startEvent id="z0"/><task id="z1"/><sequenceFlow id="z2" sourceRef="z0" targetRef="z1"/></subProcess>'
LOOP = "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"

REFUSED = {
    "compensation_without_handler": undone(joined="", handler=""),
    "compensation_handlers_several": undone(
        joined=JOINED + '<association id="b" sourceRef="w" targetRef="k"/>', handler=HANDLER + '<task id="k" isForCompensation="true"/>'
    ),
    "compensation_handler_not_marked": undone(handler='<task id="h"/>'),
    "compensation_handler_not_associated": straight('<task id="x"/>', more=HANDLER),
    "compensation_handler_with_flows": straight('<task id="x" isForCompensation="true"/>'),
    "compensation_handler_with_events": undone(
        more='<boundaryEvent id="t" attachedToRef="h"><errorEventDefinition/></boundaryEvent>',
    ),
    "compensation_handler_triggered": undone(
        handler=f'<subProcess id="h" isForCompensation="true" triggeredByEvent="true">{FAILED}</subProcess>'
    ),
    "compensation_handler_elsewhere": undone(handler=f'<subProcess id="sp" triggeredByEvent="true">{FAILED}{HANDLER}</subProcess>'),
    "compensation_event_with_flows": undone(more='<endEvent id="y"/><sequenceFlow id="w1" sourceRef="w" targetRef="y"/>'),
    "compensation_event_with_listeners": undone().replace("<compensateEvent", f"{HEARD}<compensateEvent"),
    "compensation_event_must_interrupt": undone(on='cancelActivity="false"'),
    "compensation_twice": undone(activity=f'<subProcess id="x"><startEvent id="i"/>{own()}</subProcess>'),
    "compensation_start_unreachable": straight('<task id="x"/>', more=own()),
    "reference_dangling": thrown('activityRef="nowhere"'),
    "compensation_not_visible": thrown('activityRef="z1"', before=HIDDEN),
    "cancel_outside_transaction": transaction(tag="subProcess"),
    "cancel_not_caught": transaction(),
    "cancel_event_misplaced": straight('<task id="x"/>', more=CATCH.format("")),
    "cancel_event_must_interrupt": transaction(more=CATCH.format('cancelActivity="false"')),
    "cancel_event_twice": transaction(
        more=CATCH.format("") + '<boundaryEvent id="v" attachedToRef="x"><cancelEventDefinition/></boundaryEvent>'
    ),
    "cancel_of_repeated": transaction(more=CATCH.format(""), inside=LOOP),
}

WARNED = {
    "compensation_has_no_effect": thrown(),
    "cancel_never_thrown": transaction('<endEvent id="i2"/>', CATCH.format("")),
}

ACCEPTED = {
    "a handler": undone(),
    "an association drawn from the handler": undone(joined='<association id="a" sourceRef="h" targetRef="w"/>'),
    "an annotation on the event": undone(
        more='<textAnnotation id="t"><text>x</text></textAnnotation><association id="b" sourceRef="w" targetRef="t"/>'
    ),
    "one handler for two activities": straight('<task id="x"/>', more=ON.format("") + JOINED + HANDLER).replace(
        '<endEvent id="e"/>',
        '<task id="e"/><boundaryEvent id="v" attachedToRef="e"><compensateEventDefinition/></boundaryEvent>'
        '<association id="b" sourceRef="v" targetRef="h"/>',
    ),
    "a transaction that is cancelled": transaction(more=CATCH.format("")),
    "a method that is the only one": transaction(more=CATCH.format("")).replace("<transaction", '<transaction method="##Compensate"'),
    "an event subprocess that undoes": straight(f'<subProcess id="x">{INSIDE}{own()}</subProcess>'),
}


def said(body: str) -> list[str]:
    """What the linter says, the order of elements left aside: the models here are short, not in the order of the schema."""
    return [code for code in codes(body) if code != "schema_departed_from"]


@pytest.mark.parametrize("code", REFUSED)
def test_what_cannot_be_undone_as_drawn_is_refused(code: str):
    found = [finding for finding in findings(REFUSED[code]) if finding.code == code]

    assert found, findings(REFUSED[code])
    assert found[0].is_error


@pytest.mark.parametrize("code", WARNED)
def test_what_undoes_nothing_is_warned_of(code: str):
    assert [(finding.code, finding.severity) for finding in findings(WARNED[code])] == [(code, "warning")]


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_is_right_is_accepted_without_a_word(name: str):
    assert said(ACCEPTED[name]) == []


def test_a_throw_that_names_a_subprocess_with_handlers_inside_has_an_effect():
    inner = '<task id="z1"/><boundaryEvent id="w" attachedToRef="z1"><compensateEventDefinition/></boundaryEvent>' + JOINED + HANDLER

    assert said(thrown('activityRef="z"', before=HIDDEN.replace('<task id="z1"/>', inner))) == []


def test_a_subprocess_that_has_the_id_of_what_is_inside_is_refused_and_not_gone_round_in():
    inner = '<startEvent id="i"/><subProcess id="x"><startEvent id="j"/></subProcess><sequenceFlow id="k" sourceRef="i" targetRef="x"/>'

    assert "id_duplicate" in codes(undone(activity=f'<subProcess id="x">{inner}</subProcess>'))
