"""Escalations, conditions and links inside one instance."""

from storage.transaction import transaction
from tests.engine.factories import END, START, Desk, flows, model, user_task

LATE = '<bpmn:escalation id="late" escalationCode="late"/><bpmn:escalation id="other" escalationCode="other"/>'


def escalating(boundary: str, *, interrupting: bool = False, ends: bool = False) -> bytes:
    """A subprocess that escalates between two tasks, or at its end."""
    definition = '<bpmn:escalationEventDefinition escalationRef="late"/>'
    thrown = f'<bpmn:intermediateThrowEvent id="warn">{definition}</bpmn:intermediateThrowEvent>'
    inner = '<bpmn:startEvent id="in"/>' + user_task("a") + thrown + user_task("b") + '<bpmn:endEvent id="out"/>' + flows("in a warn b out")
    if ends:
        inner = (
            '<bpmn:startEvent id="in"/>' + user_task("a") + f'<bpmn:endEvent id="warn">{definition}</bpmn:endEvent>' + flows("in a warn")
        )
    kept = "true" if interrupting else "false"
    parts = START + f'<bpmn:subProcess id="sub">{inner}</bpmn:subProcess>' + user_task("look") + END
    parts += f'<bpmn:boundaryEvent id="told" attachedToRef="sub" cancelActivity="{kept}">{boundary}</bpmn:boundaryEvent>'
    return model(parts + flows("start sub end", "told look end"), before=LATE)


BY_CODE = '<bpmn:escalationEventDefinition escalationRef="late" camunda:escalationCodeVariable="code"/>'
ANY = "<bpmn:escalationEventDefinition/>"
OTHER = '<bpmn:escalationEventDefinition escalationRef="other"/>'


def test_an_escalation_is_told_outside_while_the_work_goes_on(desk: Desk):
    instance = desk.started(escalating(BY_CODE))

    desk.complete(instance, "a")

    assert desk.tasks(instance) == ["b", "look"]
    assert desk.variables(instance) == {"code": "late"}


def test_an_interrupting_escalation_ends_the_work(desk: Desk):
    instance = desk.started(escalating(ANY, interrupting=True))

    desk.complete(instance, "a")

    assert desk.tasks(instance) == ["look"]


def test_an_escalation_that_nobody_waits_for_changes_nothing(desk: Desk):
    instance = desk.started(escalating(OTHER))

    desk.complete(instance, "a")

    assert desk.tasks(instance) == ["b"]


def test_an_escalation_end_event_ends_its_branch(desk: Desk):
    instance = desk.started(escalating(ANY, ends=True))

    desk.complete(instance, "a")

    assert desk.tasks(instance) == ["look"]
    desk.complete(instance, "look")
    assert desk.state(instance) == "completed"


def conditional(where: str, condition: str) -> bytes:
    event = f"<bpmn:conditionalEventDefinition><bpmn:condition>{condition}</bpmn:condition></bpmn:conditionalEventDefinition>"
    if where == "catch":
        parts = START + f'<bpmn:intermediateCatchEvent id="wait">{event}</bpmn:intermediateCatchEvent>' + user_task("go") + END
        return model(parts + flows("start wait go end"))
    parts = START + user_task("prepare") + f'<bpmn:boundaryEvent id="wait" attachedToRef="prepare">{event}</bpmn:boundaryEvent>'
    return model(parts + user_task("go") + END + flows("start prepare end", "wait go end"))


def put(desk: Desk, instance, **variables: object) -> None:
    with transaction():
        desk.engine.instances.set_variables(instance.id, variables, by="ann")


def test_a_conditional_event_waits_until_its_condition_holds(desk: Desk):
    for condition in ("= n &gt; 3", "${n gt 3}"):
        instance = desk.started(conditional("catch", condition))
        assert desk.tasks(instance) == []
        put(desk, instance, n=3)
        assert desk.tasks(instance) == []
        put(desk, instance, n=4)
        assert desk.tasks(instance) == ["go"]


def test_a_condition_that_holds_already_is_not_waited_for(desk: Desk):
    assert desk.tasks(desk.started(conditional("catch", "= n &gt; 3"), variables={"n": 4})) == ["go"]


def test_a_conditional_boundary_event_ends_its_task(desk: Desk):
    instance = desk.started(conditional("boundary", "= n &gt; 3"))

    put(desk, instance, n=9)

    assert desk.tasks(instance) == ["go"]
    assert desk.passed(instance) == ["start", "-prepare", "wait"]


def test_what_one_branch_sets_another_hears(desk: Desk):
    event = "<bpmn:conditionalEventDefinition><bpmn:condition>= n = 1</bpmn:condition></bpmn:conditionalEventDefinition>"
    parts = START + '<bpmn:parallelGateway id="fork"/>' + user_task("a") + user_task("b") + END
    parts += f'<bpmn:intermediateCatchEvent id="wait">{event}</bpmn:intermediateCatchEvent>'
    instance = desk.started(model(parts + flows("start fork a end", "fork wait b end")))

    desk.complete(instance, "a", n=1)

    assert desk.tasks(instance) == ["b"]


def test_links_lead_on_from_wherever_they_are_thrown(desk: Desk):
    def thrown(name: str) -> str:
        return f'<bpmn:intermediateThrowEvent id="{name}"><bpmn:linkEventDefinition name="L"/></bpmn:intermediateThrowEvent>'

    caught = '<bpmn:intermediateCatchEvent id="on"><bpmn:linkEventDefinition name="L"/></bpmn:intermediateCatchEvent>'
    parts = START + '<bpmn:parallelGateway id="fork"/>' + user_task("a") + thrown("one") + thrown("two") + caught + user_task("b") + END
    instance = desk.started(model(parts + flows("start fork a one", "fork two", "on b end")))

    assert desk.tasks(instance) == ["a", "b"]
    desk.complete(instance, "a")
    assert desk.tasks(instance) == ["b", "b"]
    assert desk.passed(instance) == ["start", "fork", "two", "on", "a", "one", "on"]


def test_a_shared_event_definition_is_followed(desk: Desk):
    shared = '<bpmn:timerEventDefinition id="hour"><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>'
    event = '<bpmn:intermediateCatchEvent id="wait"><bpmn:eventDefinitionRef>hour</bpmn:eventDefinitionRef></bpmn:intermediateCatchEvent>'
    instance = desk.started(model(START + event + END + flows("start wait end"), before=shared))

    desk.move(hours=1)
    desk.engine.timers.fire_due()

    assert desk.state(instance) == "completed"
