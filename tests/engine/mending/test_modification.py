"""Mending an instance: tokens are put and taken away in one step, and what comes after is as if they had always been there."""

import pytest

from engine.errors import InstanceNotActive, ModificationRefused, StepFailed
from storage import journal
from storage.transaction import transaction
from tests.engine.factories import END, PARALLEL, START, Desk, flows, mapping, model, service_task, user_task
from tests.engine.mending.models import (
    CALLED,
    CALLING,
    CHOICE,
    EVERYTHING,
    MANY,
    NESTED,
    after,
    along,
    before,
    cancel,
    cancel_one,
    catch,
    finish,
    modify,
    opened,
    repeated,
    subprocess,
)


def refused(desk: Desk, instance, *instructions) -> list[tuple[str, str]]:
    """Where and why instructions are refused."""
    state = desk.engine.instances.get(instance.id), desk.tasks(instance)
    with pytest.raises(ModificationRefused) as failure:
        modify(desk, instance, *instructions)
    assert (desk.engine.instances.get(instance.id), desk.tasks(instance)) == state
    return [(fault.pointer, fault.code) for fault in failure.value.faults]


def test_a_token_is_moved_in_one_step(desk: Desk):
    instance = desk.started(NESTED)

    modify(desk, instance, cancel("prepare"), before("approve"), annotation="prepared on paper")

    assert desk.tasks(instance) == ["approve"]
    assert list(desk.engine.timers.of_instance(instance.id)) == []
    finish(desk, instance, "approve")
    assert (desk.state(instance), desk.passed(instance)) == ("completed", ["start", "-prepare", "approve", "end"])
    [entry] = [one for one in journal.entries_about("process_instance", instance.id) if one.event == "process_instance:modified"]
    assert (entry.actor, entry.details["annotation"]) == ("admin", "prepared on paper")
    assert entry.details["instructions"] == [
        {"type": "cancel", "element_id": "prepare"},
        {"type": "startBeforeActivity", "element_id": "approve"},
    ]


def test_an_element_is_begun_with_its_boundary_events(desk: Desk):
    instance = desk.started(NESTED)
    modify(desk, instance, cancel("prepare"), before("approve"))

    modify(desk, instance, cancel("approve"), before("prepare"))
    desk.move(hours=1)
    desk.engine.timers.fire_due()

    assert desk.tasks(instance) == ["remind"]
    finish(desk, instance, "remind")
    assert desk.state(instance) == "completed"


def test_beginning_behind_an_element_takes_its_only_flow(desk: Desk):
    instance = desk.started(NESTED)

    modify(desk, instance, after("outer"), after("late"))

    assert desk.tasks(instance) == ["approve", "prepare", "remind"]


def test_beginning_on_a_flow_asks_no_condition(desk: Desk):
    instance = desk.started(CHOICE, variables={"name": "eve"})

    modify(desk, instance, along("decided__approve"), cancel("prepare"))

    assert desk.tasks(instance) == ["approve"]
    finish(desk, instance, "approve")
    assert desk.state(instance) == "completed"


def test_beginning_before_a_gateway_lets_it_decide(desk: Desk):
    instance = desk.started(CHOICE, variables={"name": "ann"})

    modify(desk, instance, cancel("prepare"), before("decided"))

    assert desk.tasks(instance) == ["approve"]


def test_scopes_in_between_are_made_with_their_boundary_events_and_handlers(desk: Desk):
    instance = desk.started(NESTED)

    modify(desk, instance, cancel("prepare"), before("deeper"))

    assert desk.tasks(instance) == ["deeper"]
    assert [timer.element_id for timer in desk.engine.timers.of_instance(instance.id)] == ["overdue"]
    assert [one.message for one in desk.engine.messages.of_instance(instance.id)] == ["stop"]
    finish(desk, instance, "deeper", "last", "approve")
    assert desk.state(instance) == "completed"
    assert desk.passed(instance) == ["start", "-prepare", "inner", "deeper", "out2", "outer", "last", "out", "approve", "end"]


def test_an_open_scope_is_used_again(desk: Desk):
    instance = desk.started(NESTED)
    finish(desk, instance, "prepare", "first")

    modify(desk, instance, before("deeper"))

    assert len(opened(desk, instance, "inner")) == 1
    finish(desk, instance, "deep", "deeper")
    assert desk.tasks(instance) == ["deeper"]
    finish(desk, instance, "deeper")
    assert desk.tasks(instance) == ["last"]


def test_a_scope_that_is_emptied_and_filled_again_keeps_its_variables(desk: Desk):
    instance = desk.started(NESTED.replace(b'name="Outer">', b'name="Outer">' + mapping(inputs={"round": "${1}"}).encode()))
    finish(desk, instance, "prepare")
    [outer] = opened(desk, instance, "outer")

    modify(desk, instance, cancel("first"), before("last"))

    assert opened(desk, instance, "outer") == [outer]
    [task] = desk.engine.tasks.of_instance(instance.id)
    assert desk.engine.tasks.variables(task.id)["round"] == 1


def test_a_scope_that_is_left_empty_is_cancelled_with_its_boundary_events(desk: Desk):
    instance = desk.started(NESTED)
    finish(desk, instance, "prepare", "first")

    modify(desk, instance, cancel("deep"), before("approve"))

    assert desk.tasks(instance) == ["approve"]
    assert list(desk.engine.timers.of_instance(instance.id)) == list(desk.engine.messages.of_instance(instance.id)) == []
    finish(desk, instance, "approve")
    assert desk.passed(instance)[-5:] == ["-outer", "-inner", "-deep", "approve", "end"]


def test_an_instance_in_which_nothing_is_left_ends(desk: Desk):
    instance = desk.started(NESTED)
    finish(desk, instance, "prepare", "first")

    ended = modify(desk, instance, cancel("deep"), annotation="not wanted any more")

    assert (ended.state, ended.end_reason) == ("cancelled", "not wanted any more")
    assert desk.tasks(instance) == []


def test_a_subprocess_is_cancelled_with_all_that_is_in_it(desk: Desk):
    instance = desk.started(NESTED)
    finish(desk, instance, "prepare", "first")

    modify(desk, instance, before("prepare"), cancel("outer"))

    assert desk.tasks(instance) == ["prepare"]
    assert [timer.element_id for timer in desk.engine.timers.of_instance(instance.id)] == ["late"]


def test_variables_go_to_the_process_or_stay_with_the_activity(desk: Desk):
    instance = desk.started(NESTED, variables={"year": 2025})

    modify(desk, instance, cancel("prepare"), before("deep", variables={"year": 2026, "new": 1}, local_variables={"hint": "x"}))

    [task] = desk.engine.tasks.of_instance(instance.id)
    assert desk.variables(instance) == {"year": 2026, "new": 1}
    assert dict(desk.engine.tasks.variables(task.id)) == {"year": 2026, "new": 1, "hint": "x"}
    finish(desk, instance, "deep", "deeper", "last")
    assert desk.variables(instance) == {"year": 2026, "new": 1}


def test_input_mappings_can_be_left_out(desk: Desk):
    instance = desk.started(CHOICE)

    with pytest.raises(StepFailed):
        modify(desk, instance, before("approve"))
    modify(desk, instance, before("approve"), skip_mappings=True)

    assert desk.tasks(instance) == ["approve", "prepare"]


def heard_while(desk: Desk, **skipped: bool) -> list[str]:
    """What listeners hear while a task with listeners and an input mapping is begun and another is taken away."""
    heard: list[str] = []
    desk.offer("hear", lambda call: heard.append(f"{call.event} {call.element_id}"))
    told = "".join(f'<camunda:executionListener event="{event}" delegateExpression="${{hear}}"/>' for event in ("start", "end"))
    mapped = '<camunda:inputOutput><camunda:inputParameter name="x">${unknown}</camunda:inputParameter></camunda:inputOutput>'
    first = user_task("prepare", inside=f"<bpmn:extensionElements>{told}</bpmn:extensionElements>")
    second = user_task(
        "approve", inside=f"<bpmn:extensionElements>{mapped if skipped.get('skip_mappings') else ''}{told}</bpmn:extensionElements>"
    )
    instance = desk.started(model(START + first + second + END + flows("start prepare approve end")))
    heard.clear()

    modify(desk, instance, cancel("prepare"), before("approve"), **skipped)

    assert desk.tasks(instance) == ["approve"]
    return heard


def test_listeners_hear_a_modification_unless_they_are_to_be_left_out(desk: Desk):
    assert heard_while(desk) == ["end prepare", "start approve"]
    assert heard_while(desk, skip_listeners=True) == []


def test_listeners_hear_what_begins_without_its_input_mappings(desk: Desk):
    assert heard_while(desk, skip_mappings=True) == ["end prepare", "start approve"]


def test_a_join_counts_a_token_that_is_put_before_it_for_one_that_is_missing(desk: Desk):
    instance = desk.started(PARALLEL, variables={"decision": "accept"})
    finish(desk, instance, "prepare", "approve")

    modify(desk, instance, cancel("check"), before("answered"))

    assert desk.state(instance) == "completed"


def test_a_token_on_a_flow_into_a_join_counts_for_that_flow(desk: Desk):
    instance = desk.started(PARALLEL, variables={"decision": "accept"})
    finish(desk, instance, "prepare")

    modify(desk, instance, along("check__answered"), cancel("check"))
    finish(desk, instance, "approve")

    assert desk.state(instance) == "completed"


def test_a_token_that_waits_at_a_join_can_be_taken_away(desk: Desk):
    instance = desk.started(PARALLEL, variables={"decision": "accept"})
    finish(desk, instance, "prepare", "approve")

    modify(desk, instance, cancel("answered"), before("approve"))

    assert desk.tasks(instance) == ["approve", "check"]
    finish(desk, instance, "check", "approve")
    assert desk.state(instance) == "completed"


@pytest.mark.parametrize("element_id", ["review", "answered", "waited", "free", "mail", "send"])
def test_every_kind_of_wait_can_be_taken_away_and_begun_again(desk: Desk, element_id: str):
    instance = desk.started(EVERYTHING)
    [was] = opened(desk, instance, element_id)

    modify(desk, instance, cancel_one(was), before(element_id))

    [now] = opened(desk, instance, element_id)
    assert now != was
    assert list(desk.engine.instances.check()) == []


def test_only_what_waits_for_its_job_is_cancelled_as_a_transition(desk: Desk):
    instance = desk.started(EVERYTHING)
    [task], [job] = opened(desk, instance, "review"), opened(desk, instance, "send")

    assert refused(desk, instance, cancel_one(task, only_waiting=True)) == [("/instructions/0", "instruction_activity_unknown")]
    modify(desk, instance, cancel_one(job, only_waiting=True))

    assert opened(desk, instance, "send") == []


def test_one_instance_more_joins_those_of_an_activity(desk: Desk):
    instance = desk.started(MANY, variables={"bodies": ["ann", "bob"]})
    finish(desk, instance, "prepare")
    with transaction():
        desk.engine.instances.set_variables(instance.id, {"bodies": ["ann", "bob", "eve"]}, by="admin")

    modify(desk, instance, before("sign"))

    tasks = [task for task in desk.engine.tasks.of_instance(instance.id) if task.element_id == "sign"]
    assert [task.assignee for task in tasks] == ["ann", "bob", "eve"]
    assert len(opened(desk, instance, "sign", "multiInstanceBody")) == 1
    finish(desk, instance, "sign", "sign")
    assert desk.tasks(instance) == ["sign"]
    finish(desk, instance, "sign", "approve")
    assert desk.state(instance) == "completed"


def test_an_instance_without_an_item_takes_that_of_the_instruction(desk: Desk):
    instance = desk.started(MANY, variables={"bodies": ["ann"]})
    finish(desk, instance, "prepare")

    modify(desk, instance, before("sign", local_variables={"body": "zoe"}))

    assert [task.assignee for task in desk.engine.tasks.of_instance(instance.id)] == ["ann", "zoe"]


def test_one_instance_is_taken_away_and_the_others_go_on(desk: Desk):
    instance = desk.started(MANY, variables={"bodies": ["ann", "bob", "eve"]})
    finish(desk, instance, "prepare")
    [_, second, _] = opened(desk, instance, "sign", "userTask")

    modify(desk, instance, cancel_one(second))

    assert [task.assignee for task in desk.engine.tasks.of_instance(instance.id)] == ["ann", "eve"]
    finish(desk, instance, "sign", "sign")
    assert desk.tasks(instance) == ["approve"]


def test_when_the_last_open_instance_is_taken_away_the_activity_is_done(desk: Desk):
    instance = desk.started(MANY, variables={"bodies": ["ann", "bob"]})
    finish(desk, instance, "prepare", "sign")
    [left] = opened(desk, instance, "sign", "userTask")

    modify(desk, instance, cancel_one(left))

    assert desk.tasks(instance) == ["approve"]


def test_an_activity_of_which_no_instance_was_ever_done_is_cancelled_with_its_last(desk: Desk):
    instance = desk.started(MANY, variables={"bodies": ["ann"]})
    finish(desk, instance, "prepare")
    [left] = opened(desk, instance, "sign", "userTask")

    modify(desk, instance, before("approve"), cancel_one(left))

    assert desk.tasks(instance) == ["approve"]
    assert list(desk.engine.timers.of_instance(instance.id)) == []


def test_all_of_a_repeated_activity_is_cancelled_and_begun_by_name(desk: Desk):
    instance = desk.started(MANY, variables={"bodies": ["ann", "bob"]})
    finish(desk, instance, "prepare")

    modify(desk, instance, before("approve"), cancel("sign"))
    assert desk.tasks(instance) == ["approve"]
    modify(desk, instance, before("sign#multiInstanceBody"), cancel("approve"))
    assert desk.tasks(instance) == ["sign", "sign"]
    finish(desk, instance, "sign", "sign", "approve")

    assert desk.state(instance) == "completed"


def test_a_repeated_activity_that_is_not_open_is_begun_with_one_instance(desk: Desk):
    instance = desk.started(MANY, variables={"bodies": ["ann", "bob"]})

    modify(desk, instance, before("sign"), cancel("prepare"))

    assert [task.assignee for task in desk.engine.tasks.of_instance(instance.id)] == ["ann"]
    finish(desk, instance, "sign")
    assert desk.tasks(instance) == ["approve"]


def test_what_is_collected_has_a_place_for_each_instance(desk: Desk):
    facts = 'inputCollection="= bodies" inputElement="body" outputCollection="done" outputElement="= body"'
    extension = f"<bpmn:extensionElements><zeebe:loopCharacteristics {facts}/></bpmn:extensionElements>"
    loop = f"<bpmn:multiInstanceLoopCharacteristics>{extension}</bpmn:multiInstanceLoopCharacteristics>"
    parts = START + user_task("sign", inside=loop) + user_task("approve") + END + flows("start sign approve end")
    instance = desk.started(model(parts), variables={"bodies": ["a", "b", "c"]})
    [first, _, _] = opened(desk, instance, "sign", "userTask")

    modify(desk, instance, cancel_one(first), before("sign", local_variables={"body": "d"}))
    finish(desk, instance, "sign", "sign", "sign")

    assert desk.variables(instance)["done"] == [None, "b", "c", "d"]


def test_inside_one_of_several_subprocesses_an_ancestor_says_which(desk: Desk):
    inner = '<bpmn:startEvent id="in"/>' + user_task("ask") + user_task("check") + '<bpmn:endEvent id="out"/>' + flows("in ask check out")
    parts = START + subprocess("each", inner + repeated()) + END + flows("start each end")
    instance = desk.started(model(parts), variables={"bodies": ["a", "b"]})
    [_, second] = opened(desk, instance, "each", "subProcess")
    [body] = opened(desk, instance, "each", "multiInstanceBody")

    assert refused(desk, instance, before("check")) == [("/instructions/0", "instruction_scope_ambiguous")]
    modify(desk, instance, before("check", ancestor_id=second))
    modify(desk, instance, before("check", ancestor_id=body))

    assert desk.tasks(instance) == ["ask", "ask", "check", "check"]
    assert len(opened(desk, instance, "each", "subProcess")) == 3
    bodies = [desk.engine.tasks.variables(task.id).get("body") for task in desk.engine.tasks.of_instance(instance.id)]
    assert bodies == ["a", "b", "b", None]
    finish(desk, instance, "check", "check", "ask", "ask", "check", "check")
    assert desk.state(instance) == "completed"


def test_a_named_ancestor_gets_new_scopes_below_it(desk: Desk):
    instance = desk.started(NESTED)
    finish(desk, instance, "prepare", "first")
    [outer] = opened(desk, instance, "outer")

    modify(desk, instance, before("deeper", ancestor_id=outer))
    modify(desk, instance, before("outer", ancestor_id=instance.id))

    assert desk.tasks(instance) == ["deep", "deeper", "first"]
    assert (len(opened(desk, instance, "inner")), len(opened(desk, instance, "outer"))) == (2, 2)
    finish(desk, instance, "deep", "deeper", "deeper", "last", "last", "first", "deep", "deeper", "last", "approve", "approve")
    assert desk.state(instance) == "completed"


def test_a_called_process_is_mended_below_its_call(desk: Desk):
    desk.deploy(CALLED)
    instance = desk.started(CALLING)
    [call] = opened(desk, instance, "call")
    [inside] = opened(desk, instance, "inside")

    assert refused(desk, instance, before("beside")) == [("/instructions/0", "instruction_element_unknown")]
    modify(desk, instance, before("beside", ancestor_id=call), cancel_one(inside))

    assert desk.tasks(instance) == ["beside"]
    finish(desk, instance, "beside", "after")
    assert desk.state(instance) == "completed"


def test_a_handler_is_begun_without_its_event_and_interrupts_nothing(desk: Desk):
    instance = desk.started(NESTED)
    finish(desk, instance, "prepare")

    modify(desk, instance, before("handle"))

    assert desk.tasks(instance) == ["first", "handle"]
    finish(desk, instance, "handle", "first", "deep", "deeper", "last")
    assert desk.tasks(instance) == ["approve"]


def test_only_what_was_open_before_is_cancelled_when_that_is_asked_for(desk: Desk):
    instance = desk.started(NESTED)

    modify(desk, instance, before("prepare"), cancel("prepare", only_former=True))

    assert desk.passed(instance) == ["start", "-prepare"]
    assert desk.tasks(instance) == ["prepare"]


@pytest.mark.parametrize(
    ("instruction", "code"),
    [
        (before("nowhere"), "instruction_element_unknown"),
        (cancel("nowhere"), "instruction_element_unknown"),
        (after("nowhere"), "instruction_element_unknown"),
        (before("late"), "instruction_boundary_event"),
        (cancel("late"), "instruction_boundary_event"),
        (along("nowhere"), "instruction_flow_unknown"),
        (after("end"), "instruction_flow_missing"),
        (cancel("outer"), "instruction_nothing_to_cancel"),
    ],
)
def test_an_instruction_that_cannot_be_carried_out_is_named_and_nothing_is_done(desk: Desk, instruction, code: str):
    instance = desk.started(NESTED)

    assert refused(desk, instance, before("approve"), instruction) == [("/instructions/1", code)]


def test_what_has_several_flows_does_not_say_which(desk: Desk):
    instance = desk.started(CHOICE)

    assert refused(desk, instance, after("decided")) == [("/instructions/0", "instruction_flows_several")]


def test_a_sequential_activity_takes_no_instance_beside_another(desk: Desk):
    one_by_one = MANY.replace(repeated().encode(), repeated(sequential=True).encode())
    instance = desk.started(one_by_one, variables={"bodies": ["ann", "bob"]})
    finish(desk, instance, "prepare")
    [one] = opened(desk, instance, "sign", "userTask")

    assert refused(desk, instance, before("sign")) == [("/instructions/0", "instruction_sequential")]
    modify(desk, instance, cancel_one(one), before("approve"))

    assert desk.tasks(instance) == ["approve"]


def test_inside_a_loop_and_a_sequential_activity_the_first_round_is_begun(desk: Desk):
    loop = "<bpmn:standardLoopCharacteristics><bpmn:loopCondition>= more</bpmn:loopCondition></bpmn:standardLoopCharacteristics>"
    inner = '<bpmn:startEvent id="in"/>' + user_task("ask") + user_task("check") + '<bpmn:endEvent id="out"/>' + flows("in ask check out")
    once = inner.replace('id="', 'id="s_').replace('Ref="', 'Ref="s_')
    parts = START + user_task("prepare") + subprocess("again", inner + loop) + subprocess("each", once + repeated(sequential=True)) + END
    instance = desk.started(model(parts + flows("start prepare again each end")), variables={"more": True, "bodies": ["a", "b"]})

    modify(desk, instance, cancel("prepare"), before("check"), before("s_check"))
    finish(desk, instance, "check")
    with transaction():
        desk.engine.instances.set_variables(instance.id, {"more": False}, by="ann")
    finish(desk, instance, "ask", "check", "s_check")

    assert desk.tasks(instance) == ["s_ask"]
    finish(desk, instance, "s_ask", "s_check", "s_ask", "s_check")
    assert desk.state(instance) == "completed"


def test_an_ancestor_that_is_not_open_or_does_not_enclose_the_element_is_refused(desk: Desk):
    instance = desk.started(NESTED)
    finish(desk, instance, "prepare")
    [first], [outer] = opened(desk, instance, "first"), opened(desk, instance, "outer")

    for ancestor in (first, instance.definition_id):
        assert refused(desk, instance, before("deep", ancestor_id=ancestor)) == [("/instructions/0", "instruction_ancestor_unknown")]
    assert refused(desk, instance, before("approve", ancestor_id=outer)) == [("/instructions/0", "instruction_ancestor_wrong")]


def test_a_failing_element_rolls_everything_back(desk: Desk):
    def fail(call):
        raise OSError("away")

    desk.offer("fail", fail)
    parts = START + user_task("prepare") + service_task("send", "fail") + END + flows("start prepare send end")
    instance = desk.started(model(parts))

    with pytest.raises(StepFailed) as failure:
        modify(desk, instance, cancel("prepare"), before("send"))

    assert failure.value.fields["element_id"] == "send"
    assert (desk.tasks(instance), desk.passed(instance)) == (["prepare"], ["start"])


def test_an_instance_that_is_suspended_or_over_is_not_modified(desk: Desk):
    instance = desk.started(NESTED)
    with transaction():
        desk.engine.instances.suspend(instance.id, by="ann")

    with pytest.raises(InstanceNotActive):
        modify(desk, instance, before("approve"))


def test_an_instance_that_could_never_go_on_is_refused(desk: Desk):
    instance = desk.started(PARALLEL, variables={"decision": "accept"})

    with pytest.raises(StepFailed) as failure:
        modify(desk, instance, cancel("prepare"), before("answered"))

    assert failure.value.fields["cause"] == "nothing_to_wait_for"
    assert desk.tasks(instance) == ["prepare"]


def test_incidents_of_what_is_cancelled_are_resolved(desk: Desk):
    def fail(call):
        raise OSError("away")

    desk.offer("fail", fail)
    work = service_task("send", "fail", 'camunda:asyncBefore="true"')
    instance = desk.started(model(START + work + user_task("approve") + END + flows("start send approve end")))
    for _ in range(3):
        desk.move(hours=1)
        desk.engine.jobs.run_due()
    [incident] = desk.engine.incidents.list(instance.id).items

    modify(desk, instance, cancel("send"), before("approve"))

    assert desk.engine.incidents.get(incident.id).resolved_by == "admin"
    assert desk.tasks(instance) == ["approve"]


def test_an_event_that_is_one_of_several_to_wait_for_can_be_begun_alone(desk: Desk):
    hour = "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>"
    told = '<bpmn:messageEventDefinition messageRef="m"/>'
    parts = START + user_task("prepare") + '<bpmn:eventBasedGateway id="either"/>' + catch("told", told) + catch("late", hour) + END
    parts += flows("start prepare either told end", "either late end")
    instance = desk.started(model(parts, before='<bpmn:message id="m" name="told"/>'))

    modify(desk, instance, cancel("prepare"), before("either"))
    assert len(opened(desk, instance, "told")) == len(opened(desk, instance, "late")) == 1
    modify(desk, instance, cancel("late"))
    with transaction():
        desk.engine.messages.correlate("told")

    assert desk.state(instance) == "completed"
