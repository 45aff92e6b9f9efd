"""Complex gateways: discriminators, partial joins, and what becomes of tokens that come late."""

import pytest

from engine.errors import StepFailed
from engine.instances import Instance
from tests.engine.factories import END, START, Desk, flow, flows, model, user_task

BRANCHES = ("a", "b", "c")


def joined(condition: str, after: str = user_task("after") + flows("meet after end"), back: str = "") -> bytes:
    """Three branches that meet."""
    asked = f"<bpmn:activationCondition>{condition}</bpmn:activationCondition>" if condition else ""
    gateway = f'<bpmn:complexGateway id="meet">{asked}</bpmn:complexGateway><bpmn:parallelGateway id="fork"/>'
    ways = flows("start prepare fork", *(f"fork {name} meet" for name in BRANCHES))
    return model(START + user_task("prepare") + gateway + "".join(user_task(name) for name in BRANCHES) + END + after + ways + back)


def begun(desk: Desk, data: bytes, **variables: object) -> Instance:
    instance = desk.started(data, variables=variables)
    desk.complete(instance, "prepare")
    return instance


def test_a_discriminator_goes_on_with_the_first_and_lets_the_others_end(desk: Desk):
    instance = begun(desk, joined("= activationCount &gt;= 1"))

    desk.complete(instance, "b")
    assert desk.tasks(instance) == ["a", "after", "c"]
    desk.complete(instance, "a")
    desk.complete(instance, "c")
    assert desk.tasks(instance) == ["after"]
    desk.complete(instance, "after")

    assert desk.state(instance) == "completed"


@pytest.mark.parametrize("condition", ["= activationCount &gt;= 2", "${nrOfTokens &gt;= 2}", "= nrOfActivatedFlows &gt;= 2"])
def test_a_partial_join_goes_on_with_the_second_of_three(desk: Desk, condition: str):
    instance = begun(desk, joined(condition))

    desk.complete(instance, "c")
    assert desk.tasks(instance) == ["a", "b"]
    desk.complete(instance, "a")
    assert desk.tasks(instance) == ["after", "b"]
    desk.complete(instance, "after")
    assert desk.state(instance) == "active", "the third is still to come"
    desk.complete(instance, "b")

    assert desk.state(instance) == "completed"


def test_the_tokens_of_single_flows_can_be_asked_for(desk: Desk):
    instance = begun(desk, joined("= activationCounts.b__meet = 1 and activationCount &gt; wanted"), wanted=1)

    desk.complete(instance, "a")
    desk.complete(instance, "c")
    assert desk.tasks(instance) == ["b"]
    desk.complete(instance, "b")

    assert desk.tasks(instance) == ["after"]


def test_a_gateway_is_as_at_first_when_the_rest_has_come(desk: Desk):
    choice = '<bpmn:exclusiveGateway id="again" default="again__end"/>' + user_task("after") + flows("meet after again end")
    instance = begun(desk, joined("= activationCount &gt;= 2", choice, flow("again", "prepare", "${more}")))

    for more in (True, False):
        desk.complete(instance, "b")
        desk.complete(instance, "c")
        assert desk.tasks(instance) == ["a", "after"]
        desk.complete(instance, "a")
        desk.complete(instance, "after", more=more)
        if more:
            desk.complete(instance, "prepare")

    assert desk.state(instance) == "completed"


def test_a_second_token_on_a_used_flow_waits_for_the_next_start(desk: Desk):
    choice = '<bpmn:exclusiveGateway id="again" default="again__end"/>' + user_task("after") + flows("meet after again end")
    instance = begun(desk, joined("= activationCount &gt;= 1", choice, flow("again", "a", "${more}")))
    desk.complete(instance, "a")
    desk.complete(instance, "after", more=True)
    assert desk.tasks(instance) == ["a", "b", "c"]

    desk.complete(instance, "a")
    assert desk.tasks(instance) == ["b", "c"], "the gateway still waits for b and c"
    desk.complete(instance, "b")
    desk.complete(instance, "c")

    assert desk.tasks(instance) == ["after"]
    desk.complete(instance, "after", more=False)
    assert desk.state(instance) == "completed"


def test_the_rest_is_not_waited_for_when_it_can_no_longer_come(desk: Desk):
    event = '<bpmn:boundaryEvent id="stop" attachedToRef="c"><bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration>'
    event += "</bpmn:timerEventDefinition></bpmn:boundaryEvent>" + '<bpmn:endEvent id="stopped"/>' + flows("stop stopped")
    instance = begun(desk, joined("= activationCount &gt;= 2", user_task("after") + flows("meet after end") + event))
    desk.complete(instance, "a")
    desk.complete(instance, "b")
    desk.complete(instance, "after")
    assert desk.state(instance) == "active"

    desk.move(hours=1)
    desk.engine.timers.fire_due()

    assert desk.state(instance) == "completed"


def test_conditions_on_the_flows_know_whether_the_gateway_starts_or_late_ones_have_come(desk: Desk):
    after = user_task("first") + user_task("late") + flows("first end", "late end")
    after += flow("meet", "first", "${waitingForStart}") + flow("meet", "late", "= not(waitingForStart)")
    instance = begun(desk, joined("= activationCount &gt;= 2", after))

    desk.complete(instance, "a")
    desk.complete(instance, "b")
    assert desk.tasks(instance) == ["c", "first"]
    desk.complete(instance, "c")

    assert desk.tasks(instance) == ["first", "late"]


def test_a_gateway_with_one_flow_in_chooses_once(desk: Desk):
    gateway = '<bpmn:complexGateway id="which" default="which__c"/>' + "".join(user_task(name) for name in BRANCHES)
    ways = flow("which", "a", "${x &gt; 0}") + flow("which", "b", "${x &gt; 1}") + flows("start which c end", "a end", "b end")
    desk.deploy(model(START + gateway + END + ways))

    assert [desk.tasks(desk.start(variables={"x": x})) for x in (2, 1, 0)] == [["a", "b"], ["a"], ["c"]]


def test_no_way_out_at_the_start_is_told_with_the_gateway(desk: Desk):
    after = user_task("after") + flows("after end") + flow("meet", "after", "${waitingForStart and no}")
    instance = begun(desk, joined("= activationCount &gt;= 1", after), no=False)

    with pytest.raises(StepFailed) as failure:
        desk.complete(instance, "a")

    assert (failure.value.fields["element_id"], failure.value.fields["cause"]) == ("meet", "no_condition_holds")


def test_a_condition_that_gives_no_answer_is_told_with_the_gateway(desk: Desk):
    instance = begun(desk, joined("= wanted"))

    with pytest.raises(StepFailed) as failure:
        desk.complete(instance, "a")

    assert (failure.value.fields["element_id"], failure.value.fields["cause"]) == ("meet", "condition_not_boolean")


def test_sixty_rounds_leave_no_trace(desk: Desk):
    choice = '<bpmn:exclusiveGateway id="again" default="again__end"/>' + user_task("after") + flows("meet after again end")
    instance = begun(desk, joined("= activationCount &gt;= 1", choice, flow("again", "prepare", "${more}")))

    sizes = []
    for _ in range(60):
        for name in ("b", "c", "a"):
            desk.complete(instance, name)
        desk.complete(instance, "after", more=True)
        sizes.append(desk.size_of(instance))
        desk.complete(instance, "prepare")

    assert max(sizes[-10:]) <= max(sizes[:10]) + 20
