from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from engine.linting import lint
from engine.parsing.elements import Act
from tests.engine.parsing.factories import AROUND, file, flows, model, straight


def element(body, name="x"):
    found = model(body)
    assert not found.findings, found.findings
    return found.processes["p"].elements[name]


def test_a_process_carries_its_act_and_settings_as_an_editor_writes_them():
    process = file("leave_request.bpmn").processes["leave_request"]

    assert process.act == Act("бұйрық", "17-н", date(2026, 2, 3))
    assert (process.version_tag, process.history_ttl_days, process.unique_business_key) == ("2026-1", 180, True)
    assert process.start_form_key == "leave"


def test_an_act_may_stand_in_attributes_of_our_own():
    act = 'esep:actType="A" esep:actNumber="1" esep:actDate="2026-01-02"'
    read = model(straight('<task id="x"/>'), process=f'id="p" isExecutable="true" {act}')

    assert read.processes["p"].act == Act("A", "1", date(2026, 1, 2))


def test_the_files_of_both_families_of_editors_are_without_findings():
    for name in ("leave_request.bpmn", "petition.bpmn"):
        assert lint(file(name), AROUND) == []


def test_user_task_facts_of_the_camunda_family_are_read():
    process = file("leave_request.bpmn").processes["leave_request"]
    written, decided = process.elements["write_request"], process.elements["decide_request"]
    variables = {"starter": "aigul", "due_at": datetime(2026, 10, 1, tzinfo=UTC), "body": "B1", "requested_days": 4}

    assert written.user_task is not None
    assert decided.user_task is not None
    assert written.user_task.assignee.evaluate(variables) == "aigul"
    assert written.user_task.due_date.evaluate(variables) == variables["due_at"]
    assert written.user_task.follow_up_date.evaluate(variables) == "P1D"
    assert written.user_task.priority.evaluate(variables) == "70"
    assert written.user_task.form_key == "leave"
    assert decided.user_task.form_key == "decide"
    assert decided.user_task.candidate_groups.evaluate(variables) == "head,deputy_akim@B1"


def test_user_task_facts_of_the_zeebe_family_are_read():
    task = file("petition.bpmn").processes["petition"].elements["register"].user_task
    now = datetime(2026, 10, 1, tzinfo=UTC)

    assert task is not None
    assert task.candidate_groups.evaluate({}) == ["chancery"]
    assert task.assignee.evaluate({"clerk": "dana"}) == "dana"
    assert task.due_date.evaluate({}, now=now) == datetime(2026, 10, 4, tzinfo=UTC)
    assert task.priority.evaluate({"urgent": True}) == Decimal(90)
    assert task.form_key == "petition"


def test_mappings_of_both_families_are_read():
    camunda = file("leave_request.bpmn").processes["leave_request"].elements["write_request"]
    zeebe = file("petition.bpmn").processes["petition"].elements["register"]

    assert [(item.target, item.source.evaluate({"requested_days": 4})) for item in camunda.inputs] == [("days", Decimal(5))]
    assert [(item.target, item.source.evaluate({"days": 5})) for item in camunda.outputs] == [("note", "бекітілді: 5")]
    assert [item.target for item in zeebe.inputs] == ["text"]
    assert [item.target for item in zeebe.outputs] == ["registration_number"]


def test_an_operation_is_named_by_either_family():
    leave = file("leave_request.bpmn").processes["leave_request"].elements
    petition = file("petition.bpmn").processes["petition"].elements

    assert (leave["record_leave"].operation, leave["remind_head"].operation) == ("leave.record", "leave.remind")
    assert (leave["record_leave"].async_before, leave["record_leave"].retries, leave["record_leave"].retry_after) == (True, 5, ("PT10M",))
    assert (petition["draft_answer"].operation, petition["draft_answer"].retries) == ("petitions.draft", 4)


def test_an_element_knows_its_innermost_lane_and_its_line():
    process = file("leave_request.bpmn").processes["leave_request"]

    assert process.lanes[process.elements["write_request"].lane] == "executor"
    assert process.elements["record_leave"].lane == "Lane_1h2p6ty"
    assert process.elements["write_request"].line == 40


def test_the_innermost_lane_wins():
    process = file("leave_request.bpmn").processes["leave_request"]

    assert process.elements["decide_request"].lane == "head"
    assert process.lanes["head"] == "Бөлім басшысы"


def test_what_is_inside_a_subprocess_has_its_lane_unless_it_has_its_own():
    lanes = '<laneSet id="l"><lane id="head"><flowNodeRef>sp</flowNodeRef></lane></laneSet>'
    inner = '<subProcess id="sp"><startEvent id="si"/><task id="x"/><sequenceFlow id="g" sourceRef="si" targetRef="x"/></subProcess>'

    assert element(lanes + '<startEvent id="s"/>' + inner + flows("s > sp")).lane == "head"


def test_a_loop_is_read_in_either_way():
    zeebe = file("petition.bpmn").processes["petition"].elements["answer_each"].multi_instance
    loop = '<multiInstanceLoopCharacteristics camunda:collection="people" camunda:elementVariable="one"/>'
    camunda = element(straight(f'<userTask id="x" camunda:assignee="a">{loop}</userTask>')).multi_instance

    assert zeebe is not None
    assert camunda is not None
    assert (zeebe.sequential, zeebe.item, zeebe.output_collection) == (True, "person", "answers")
    assert zeebe.output_element.evaluate({"answer": "yes"}) == "yes"
    assert (camunda.sequential, camunda.item) == (False, "one")
    assert camunda.collection.evaluate({"people": ["a"]}) == ["a"]


@pytest.mark.parametrize("written", ["3", "${count}", "=count"])
def test_a_cardinality_is_a_number_or_an_expression(written):
    loop = f"<multiInstanceLoopCharacteristics><loopCardinality>{written}</loopCardinality></multiInstanceLoopCharacteristics>"
    read = element(straight(f'<task id="x">{loop}</task>')).multi_instance

    assert read is not None
    assert read.cardinality.evaluate({"count": 3}) == Decimal(3)


def test_a_call_activity_passes_and_returns_what_it_says():
    call = element(
        straight(
            '<callActivity id="x" calledElement="archive_papers"><extensionElements><camunda:in businessKey="${key}"/>'
            '<camunda:in source="a" target="b"/><camunda:in sourceExpression="${a + 1}" target="c"/><camunda:out variables="all"/>'
            "</extensionElements></callActivity>"
        )
    )

    assert call.call is not None
    assert (call.call.key.text, call.call.pass_all, call.call.return_all) == ("archive_papers", False, True)
    assert call.call.business_key.evaluate({"key": "K"}) == "K"
    assert {item.target: item.source.evaluate({"a": 1}) for item in call.inputs} == {"b": Decimal(1), "c": Decimal(2)}


def test_a_script_is_assignments_or_one_expression_with_a_result():
    lines = element(straight('<scriptTask id="x"><script>x = x + 1\n\n y = "a = b";</script></scriptTask>'))
    single = element(straight('<scriptTask id="x" scriptFormat="feel" camunda:resultVariable="z"><script>x * 2</script></scriptTask>'))

    assert [(item.target, item.source.evaluate({"x": 1})) for item in lines.assignments] == [("x", Decimal(2)), ("y", "a = b")]
    assert [(item.target, item.source.evaluate({"x": 4})) for item in single.assignments] == [("z", Decimal(8))]


def test_conditions_may_be_written_in_feel_or_in_braces():
    body = '<startEvent id="s"/><exclusiveGateway id="x" default="f3"/><task id="a"/><task id="b"/><task id="c"/>'
    process = model(body + flows("s > x", "x > a ? =n &gt; 1", "x > b ? ${n == 1}", "x > c")).processes["p"]

    assert process.flows["f1"].condition.evaluate({"n": 2}) is True
    assert process.flows["f2"].condition.evaluate({"n": 2}) is False
    assert process.flows["f3"].default


def test_only_a_process_marked_executable_is_read_in_detail():
    processes = file("foreign.bpmn").processes

    assert [(process.key, process.executable, len(process.elements)) for process in processes.values()] == [
        ("sid-9c1f", False, 0),
        ("sid-9c20", False, 0),
    ]
    assert lint(file("foreign.bpmn"), AROUND)[0].code == "nothing_executable"


def test_an_activity_with_several_flows_gets_a_gateway_that_is_not_in_the_diagram():
    process = model('<startEvent id="s"/><task id="x"/><task id="a"/><task id="b"/>' + flows("s > x", "x > a", "x > b")).processes["p"]
    gateway = process.elements["x [split]"]

    assert (gateway.kind, gateway.inserted, gateway.outgoing) == ("parallelGateway", True, ("f1", "f2"))
    assert process.flows[process.elements["x"].outgoing[0]].target == "x [split]"


def test_conditions_on_the_flows_of_an_activity_make_its_gateway_inclusive():
    body = '<startEvent id="s"/><task id="x" default="f2"/><task id="a"/><task id="b"/>' + flows("s > x", "x > a ? ${n}", "x > b")

    assert model(body).processes["p"].elements["x [split]"].kind == "inclusiveGateway"
