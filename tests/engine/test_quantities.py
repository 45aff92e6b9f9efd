"""Activities that need several tokens to begin, or leave several behind."""

from tests.engine.factories import END, START, Desk, flow, flows, model, user_task

FORK = '<bpmn:parallelGateway id="fork"/>'


def test_an_activity_begins_when_enough_tokens_have_come(desk: Desk):
    parts = START + FORK + user_task("a") + user_task("b") + user_task("sum", 'startQuantity="2"') + END
    instance = desk.started(model(parts + flows("start fork a sum end", "fork b sum")))

    desk.complete(instance, "b")
    assert desk.tasks(instance) == ["a"]
    desk.complete(instance, "a")

    assert desk.tasks(instance) == ["sum"]
    desk.complete(instance, "sum")
    assert desk.state(instance) == "completed"


def test_an_activity_begins_once_for_every_so_many_tokens(desk: Desk):
    parts = START + user_task("split", 'completionQuantity="4"') + user_task("sum", 'startQuantity="2"') + END
    instance = desk.started(model(parts + flows("start split sum end")))

    desk.complete(instance, "split")

    assert desk.tasks(instance) == ["sum", "sum"]


def test_an_activity_leaves_so_many_tokens_behind(desk: Desk):
    parts = START + user_task("split", 'completionQuantity="3"') + user_task("work") + END
    instance = desk.started(model(parts + flows("start split work end")))

    desk.complete(instance, "split")

    assert desk.tasks(instance) == ["work"] * 3
    for _ in range(3):
        desk.complete(instance, "work")
    assert desk.state(instance) == "completed"


def test_each_of_the_tokens_takes_every_flow_out(desk: Desk):
    parts = START + user_task("split", 'completionQuantity="2"') + user_task("a") + user_task("b") + END
    instance = desk.started(model(parts + flows("start split a end", "b end") + flow("split", "b", "${x == 1}")), variables={"x": 1})

    desk.complete(instance, "split")

    assert desk.tasks(instance) == ["a", "a", "b", "b"]


def test_events_on_an_activity_wait_for_it_to_begin_and_leave_one_token(desk: Desk):
    event = '<bpmn:boundaryEvent id="due" attachedToRef="sum"><bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration>'
    event += "</bpmn:timerEventDefinition></bpmn:boundaryEvent>" + user_task("late")
    parts = START + FORK + user_task("a") + user_task("b") + user_task("sum", 'startQuantity="2" completionQuantity="2"') + event + END
    instance = desk.started(model(parts + flows("start fork a sum end", "fork b sum", "due late end")))
    desk.complete(instance, "a")
    desk.move(hours=2)
    desk.engine.timers.fire_due()
    assert desk.tasks(instance) == ["b"]
    desk.complete(instance, "b")

    desk.move(hours=1)
    desk.engine.timers.fire_due()

    assert desk.tasks(instance) == ["late"]
    desk.complete(instance, "late")
    assert desk.state(instance) == "completed"


def test_a_loop_with_quantities_leaves_no_trace(desk: Desk):
    back = '<bpmn:exclusiveGateway id="again" default="again__end"/>'
    parts = START + FORK + user_task("split", 'completionQuantity="2"') + user_task("sum", 'startQuantity="2"') + back + END
    instance = desk.started(model(parts.replace(FORK, "") + flows("start split sum again end") + flow("again", "split", "${more}")))

    sizes = []
    for _ in range(60):
        desk.complete(instance, "split")
        desk.complete(instance, "sum", more=True)
        sizes.append(desk.size_of(instance))

    assert max(sizes[-10:]) <= max(sizes[:10]) + 20
