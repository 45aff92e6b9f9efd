import json
import time

import pytest

import texts
from engine.findings import errors_of
from engine.linting import lint
from engine.parsing import build
from tests.engine.parsing.factories import AROUND, codes, file, findings, flows, model, straight

USER = '<userTask id="x" camunda:assignee="a" {}>{}</userTask>'


def boundary(what: str, attributes: str = "") -> str:
    host = '<userTask id="x" camunda:assignee="a"/>'
    return straight(host, more=f'<boundaryEvent id="w" attachedToRef="x" {attributes}>{what}</boundaryEvent><endEvent id="y"/>') + (
        '<sequenceFlow id="w1" sourceRef="w" targetRef="y"/>'
    )


def extended(tag: str, inside: str, attributes: str = "") -> str:
    return straight(f'<{tag} id="x" {attributes}><extensionElements>{inside}</extensionElements></{tag}>')


ROUND = '<sequenceFlow id="t1" sourceRef="t" targetRef="u"/><sequenceFlow id="t2" sourceRef="u" targetRef="t"/>'


def associated(inside: str, more: str = "") -> str:
    """A task with a data input `in`, filled by an association from a data object `r`, one without a fit name `u`, or a data store `st`."""
    owned = '<ioSpecification id="io"><dataInput id="in" name="draft"/><inputSet id="i1"/><outputSet id="o1"/></ioSpecification>'
    data = '<dataObject id="o"/><dataObjectReference id="r" name="report" dataObjectRef="o"/><dataStoreReference id="st"/>'
    data += '<dataObjectReference id="u" name="Report of the year" dataObjectRef="o"/>'
    task = f'<task id="x">{owned}<dataInputAssociation id="a">{inside}</dataInputAssociation>{more}</task>'
    return straight(task, more=data)


def repeated(inside: str, attributes: str) -> str:
    loop = f"<multiInstanceLoopCharacteristics {attributes}>{inside}</multiInstanceLoopCharacteristics>"
    return straight(f'<task id="x">{loop}</task>')


IO = '<camunda:inputOutput><camunda:inputParameter name="a">{}</camunda:inputParameter></camunda:inputOutput>'
FIELDS = "<camunda:formData>{}</camunda:formData>"
SERVICE = 'camunda:delegateExpression="${office.note}"'


def complex_gateway(condition: str, way: str) -> str:
    parts = '<startEvent id="s"/><parallelGateway id="f"/><userTask id="a" camunda:assignee="a"/><userTask id="b" camunda:assignee="a"/>'
    ways = flows("s > f", "f > a", "f > b", "a > x", "b > x", way, "x > z")
    return f'{parts}<complexGateway id="x" default="f6">{condition}</complexGateway><endEvent id="e"/><endEvent id="z"/>{ways}'


REFUSED = {
    "decision_not_named": straight('<businessRuleTask id="x"/>'),
    "ad_hoc_empty": straight('<adHocSubProcess id="x"/>'),
    "ad_hoc_holds": straight('<adHocSubProcess id="x"><startEvent id="i"/><task id="t"/></adHocSubProcess>'),
    "ad_hoc_closed": straight(f'<adHocSubProcess id="x"><task id="t"/><task id="u"/>{ROUND}</adHocSubProcess>'),
    "ad_hoc_ordering_unknown": straight('<adHocSubProcess id="x" ordering="Random"><task id="t"/></adHocSubProcess>'),
    "ad_hoc_by_event": straight('<adHocSubProcess id="x" triggeredByEvent="true"><task id="t"/></adHocSubProcess>'),
    "element_not_supported": straight('<callConversation id="x"/>', "s"),
    "event_subprocess_with_flows": straight('<subProcess id="x" triggeredByEvent="true"><startEvent id="z"/></subProcess>'),
    "link_target_missing": straight('<intermediateThrowEvent id="x"><linkEventDefinition name="q"/></intermediateThrowEvent>'),
    "link_name_missing": straight('<intermediateCatchEvent id="x"><linkEventDefinition/></intermediateCatchEvent>'),
    "condition_missing": straight('<intermediateCatchEvent id="x"><conditionalEventDefinition/></intermediateCatchEvent>'),
    "escalation_code_missing": straight('<intermediateThrowEvent id="x"><escalationEventDefinition/></intermediateThrowEvent>'),
    "escalation_has_no_source": boundary("<escalationEventDefinition/>"),
    "loop_misplaced": straight('<intermediateThrowEvent id="x"><standardLoopCharacteristics loopMaximum="2"/></intermediateThrowEvent>'),
    "loop_twice": straight(
        '<task id="x"><standardLoopCharacteristics loopMaximum="2"/><multiInstanceLoopCharacteristics camunda:collection="l"/></task>'
    ),
    "loop_endless": straight('<task id="x"><standardLoopCharacteristics/></task>'),
    "loop_maximum_invalid": straight('<task id="x"><standardLoopCharacteristics loopMaximum="0"/></task>'),
    "loop_item_twice": repeated('<inputDataItem name="a"/>', 'camunda:collection="l" camunda:elementVariable="b"'),
    "loop_item_without_list": repeated("<loopCardinality>2</loopCardinality>", 'camunda:elementVariable="b"'),
    "loop_output_incomplete": repeated("<loopDataOutputRef>all</loopDataOutputRef>", 'camunda:collection="l"'),
    "loop_behavior_unknown": repeated("", 'camunda:collection="l" behavior="Most"'),
    "loop_behavior_incomplete": repeated("", 'camunda:collection="l" behavior="None"'),
    "loop_event_not_thrown": repeated("", 'camunda:collection="l" behavior="One" oneBehaviorEventRef="due"'),
    "loop_event_uncaught": repeated("", 'camunda:collection="l" behavior="One" oneBehaviorEventRef="told"'),
    "loop_needs_one_of": straight('<task id="x"><multiInstanceLoopCharacteristics/></task>'),
    "data_assignment_incomplete": associated("<targetRef>in</targetRef><assignment><from>= 1</from></assignment>"),
    "data_target_no_name": associated("<targetRef>in</targetRef><assignment><from>= 1</from><to>r[1]</to></assignment>"),
    "data_target_misplaced": associated("<targetRef>r</targetRef><transformation>= 1</transformation>"),
    "data_sources_several": associated("<sourceRef>r</sourceRef><sourceRef>o</sourceRef><targetRef>in</targetRef>"),
    "data_store_holds_nothing": associated("<sourceRef>st</sourceRef><targetRef>in</targetRef><transformation>= 1</transformation>"),
    "data_of_loop_assigned": associated(
        "<sourceRef>r</sourceRef><targetRef>in</targetRef><assignment><from>= 1</from><to>in</to></assignment>",
        '<multiInstanceLoopCharacteristics id="i"><loopDataInputRef>in</loopDataInputRef></multiInstanceLoopCharacteristics>',
    ),
    "performer_not_supported": straight(USER.format("", "<potentialOwner/>")),
    "transaction_method_not_supported": straight('<transaction id="x" method="##Store"><startEvent id="i"/></transaction>'),
    "quantity_invalid": straight('<task id="x" startQuantity="0"/>'),
    "quantity_misplaced": straight('<intermediateThrowEvent id="x" completionQuantity="2"/>'),
    "quantity_never_met": '<startEvent id="s"/><task id="x" startQuantity="2"/><endEvent id="e"/>' + flows("s > e", "x > e"),
    "activation_condition_missing": complex_gateway("", "x > e"),
    "instantiate_not_at_the_beginning": straight('<receiveTask id="x" messageRef="m" instantiate="true"/>'),
    "instantiating_event_not_supported": '<eventBasedGateway id="g" instantiate="true"/><receiveTask id="y" messageRef="m"/>'
    '<intermediateCatchEvent id="x"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></intermediateCatchEvent>'
    + flows("g > y", "g > x"),
    "event_gateway_type_not_supported": straight('<eventBasedGateway id="x" eventGatewayType="Parallel"/>'),
    "java_not_supported": straight('<serviceTask id="x" camunda:class="kz.Delegate"/>'),
    "topic_missing": straight('<serviceTask id="x" camunda:type="external"/>'),
    "listener_event_unknown": extended("task", '<camunda:executionListener event="begin" delegateExpression="${office.note}"/>'),
    "listener_without_effect": extended("task", '<camunda:executionListener event="start" expression="${note()}"/>'),
    "listener_behind_event_gateway": '<startEvent id="s"/><eventBasedGateway id="g"/><receiveTask id="a" messageRef="m"/>'
    '<receiveTask id="b" messageRef="m"/><sequenceFlow id="x" sourceRef="g" targetRef="a"><extensionElements>'
    '<camunda:executionListener event="take" delegateExpression="${office.note}"/></extensionElements></sequenceFlow>'
    + flows("s > g", "g > b"),
    "form_data_not_supported": extended("userTask", "<camunda:formProperty/>"),
    "foreign_engine_word": straight('<userTask id="x" xmlns:f="http://flowable.org/bpmn" f:assignee="a" camunda:assignee="a"/>'),
    "foreign_engine_extension": extended("task", '<f:thing xmlns:f="http://flowable.org/bpmn"/>'),
    "form_twice": extended("userTask", FIELDS.format('<camunda:formField id="f"/>'), 'camunda:formKey="leave"'),
    "form_field_twice": extended("userTask", FIELDS.format('<camunda:formField id="f"/><camunda:formField id="f"/>')),
    "form_field_type_unknown": extended("userTask", FIELDS.format('<camunda:formField id="f" type="money"/>')),
    "form_default_expression": extended("userTask", FIELDS.format('<camunda:formField id="f" defaultValue="${n}"/>')),
    "form_values_missing": extended("userTask", FIELDS.format('<camunda:formField id="f" type="enum"/>')),
    "form_rule_not_supported": extended(
        "userTask",
        FIELDS.format(
            '<camunda:formField id="f"><camunda:validation><camunda:constraint name="min" config="1"/></camunda:validation>'
            "</camunda:formField>"
        ),
    ),
    "attribute_not_supported": straight('<userTask id="x" camunda:assignee="a" camunda:unheard="1"/>'),
    "attribute_misplaced": straight('<task id="x" camunda:assignee="a"/>'),
    "extension_not_supported": extended("task", "<zeebe:conditionalFilter/>"),
    "extension_misplaced": extended("task", '<zeebe:taskDefinition type="office.note"/>'),
    "mapping_not_supported": extended("task", IO.format("<camunda:list/><camunda:list/>")),
    "yes_or_no_expected": boundary('<messageEventDefinition messageRef="m"/>', 'cancelActivity="no"'),
    "text_too_long": straight(f'<task id="x" name="{"ұ" * 256}"/>'),
    "event_not_supported": straight('<intermediateCatchEvent id="x"><cancelEventDefinition/></intermediateCatchEvent>'),
    "event_definition_missing": straight('<intermediateCatchEvent id="x"/>'),
    "payload_not_thrown": straight(
        '<intermediateCatchEvent id="x"><signalEventDefinition signalRef="sig"><extensionElements><camunda:in variables="all"/>'
        "</extensionElements></signalEventDefinition></intermediateCatchEvent>"
    ),
    "time_to_live_invalid": straight(
        '<intermediateThrowEvent id="x"><extensionElements><zeebe:publishMessage timeToLive="soon"/></extensionElements>'
        '<messageEventDefinition messageRef="m"/></intermediateThrowEvent>'
    ),
    "event_not_combinable": straight(
        '<intermediateCatchEvent id="x"><messageEventDefinition messageRef="m"/><linkEventDefinition name="l"/></intermediateCatchEvent>'
    ),
    "end_events_contradict": '<startEvent id="s"/>'
    '<endEvent id="x"><errorEventDefinition errorRef="e1"/><terminateEventDefinition/></endEvent>' + flows("s > x"),
    "parallel_start_not_supported": '<startEvent id="s" parallelMultiple="true"><messageEventDefinition messageRef="m"/>'
    '<messageEventDefinition messageRef="m"/></startEvent><task id="x"/>' + flows("s > x"),
    "timer_value_missing": straight('<intermediateCatchEvent id="x"><timerEventDefinition/></intermediateCatchEvent>'),
    "timer_value_invalid": boundary("<timerEventDefinition><timeDuration>1 hour</timeDuration></timerEventDefinition>"),
    "cycle_not_repeatable": boundary("<timerEventDefinition><timeCycle>R3/PT1H</timeCycle></timerEventDefinition>"),
    "error_event_must_interrupt": boundary('<errorEventDefinition errorRef="e1"/>', 'cancelActivity="false"'),
    "message_missing": straight('<receiveTask id="x"/>'),
    "error_code_missing": straight('<task id="x"/>', more="")
    + '<endEvent id="z"><errorEventDefinition/></endEvent>'
    + '<sequenceFlow id="q" sourceRef="x" targetRef="z"/>',
    "expression_expected": '<startEvent id="s"/><exclusiveGateway id="x" default="f2"/><task id="a"/><task id="b"/>'
    + flows("s > x", "x > a ? a == 1", "x > b"),
    "expression_unreadable": straight('<userTask id="x" camunda:assignee="${a +}"/>'),
    "method_call_refused": straight('<userTask id="x" camunda:assignee="${execution.getVariable(1)}"/>'),
    "function_not_known": straight('<userTask id="x" camunda:assignee="=whoever()"/>'),
    "literal_expected": straight('<userTask id="x" camunda:assignee="a" camunda:formKey="${form}"/>'),
    "variable_name_invalid": straight('<task id="x"><multiInstanceLoopCharacteristics camunda:collection="a b"/></task>'),
    "script_language_not_supported": straight('<scriptTask id="x" scriptFormat="javascript"><script>x = 1</script></scriptTask>'),
    "script_missing": straight('<scriptTask id="x"/>'),
    "script_not_assignment": straight('<scriptTask id="x"><script>import os</script></scriptTask>'),
    "operation_not_named": straight('<serviceTask id="x"/>'),
    "operation_unreadable": straight('<serviceTask id="x" camunda:delegateExpression="${a.b()}"/>'),
    "operation_unknown": straight('<serviceTask id="x" camunda:delegateExpression="${office.unheard}"/>'),
    "form_unknown": straight('<userTask id="x" camunda:assignee="a" camunda:formKey="unheard"/>'),
    "group_unknown": straight('<userTask id="x" camunda:candidateGroups="head, unheard@${body}"/>'),
    "nobody_to_do": straight('<userTask id="x"/>'),
    "date_invalid": straight('<userTask id="x" camunda:assignee="a" camunda:dueDate="tomorrow"/>'),
    "number_invalid": straight('<userTask id="x" camunda:assignee="a" camunda:priority="high"/>'),
    "retries_unreadable": extended("serviceTask", "<camunda:failedJobRetryTimeCycle>often</camunda:failedJobRetryTimeCycle>", SERVICE),
    "called_process_missing": straight('<callActivity id="x"/>'),
    "called_process_unknown": straight('<callActivity id="x" calledElement="unheard"/>'),
    "called_process_not_in_deployment": straight(
        '<callActivity id="x" calledElement="unheard" camunda:calledElementBinding="deployment"/>'
    ),
    "binding_not_supported": straight('<callActivity id="x" calledElement="p" camunda:calledElementBinding="newest"/>'),
    "binding_version_missing": straight('<callActivity id="x" calledElement="p" camunda:calledElementBinding="version"/>'),
    "binding_version_invalid": straight(
        '<callActivity id="x" calledElement="p" camunda:calledElementBinding="version" camunda:calledElementVersion="one"/>'
    ),
    "tenant_of_reference_not_supported": straight('<callActivity id="x" calledElement="p" camunda:calledElementTenantId="t"/>'),
    "form_binding_not_supported": straight(
        '<userTask id="x" camunda:assignee="a" camunda:formRef="approval" camunda:formRefBinding="deployment"/>'
    ),
    "id_missing": straight('<task id="x"/>', more="<task/>"),
    "id_duplicate": straight('<task id="x"/><task id="x"/>'),
    "id_invalid": straight('<task id="x y"/>', "x y"),
    "reference_dangling": '<startEvent id="s"/>' + flows("s > nowhere"),
    "flow_crosses_scope": '<startEvent id="s"/><subProcess id="sp"><startEvent id="si"/></subProcess>' + flows("s > si"),
    "start_missing": '<userTask id="x" camunda:assignee="a"/>' + flows("x > x"),
    "start_ambiguous": '<startEvent id="s"/><startEvent id="t"/><task id="x"/>' + flows("s > x", "t > x"),
    "start_with_incoming": '<startEvent id="s"/><userTask id="x" camunda:assignee="a"/>' + flows("s > x", "x > s"),
    "end_with_outgoing": straight('<endEvent id="x"/>'),
    "subprocess_start_not_one": straight('<subProcess id="x"/>'),
    "subprocess_start_not_plain": straight(
        '<subProcess id="x"><startEvent id="i"><messageEventDefinition messageRef="m"/></startEvent></subProcess>'
    ),
    "element_unreachable": straight('<task id="x"/>', more='<task id="island"/>'),
    "gateway_leads_nowhere": '<startEvent id="s"/><exclusiveGateway id="x"/>' + flows("s > x"),
    "flow_without_condition": '<startEvent id="s"/><exclusiveGateway id="x"/><task id="a"/><task id="b"/>'
    + flows("s > x", "x > a", "x > b"),
    "condition_has_no_effect": '<startEvent id="s"/><parallelGateway id="x"/><task id="a"/>' + flows("s > x", "x > a ? ${n}"),
    "expression_without_result": straight('<serviceTask id="x" camunda:expression="${n}"/>'),
    "script_resource_not_supported": straight('<scriptTask id="x" camunda:resource="a.feel"/>'),
    "map_key_invalid": extended("task", IO.format("<camunda:map><camunda:entry/></camunda:map>")),
    "async_instances_not_supported": straight(
        '<receiveTask id="x" messageRef="m"><multiInstanceLoopCharacteristics camunda:asyncBefore="true">'
        "<loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics></receiveTask>"
    ),
    "event_gateway_needs_two": '<startEvent id="s"/><eventBasedGateway id="x"/><receiveTask id="r" messageRef="m"/>'
    + flows("s > x", "x > r"),
    "event_gateway_target": '<startEvent id="s"/><eventBasedGateway id="x"/><task id="a"/><task id="b"/>'
    + flows("s > x", "x > a", "x > b"),
    "boundary_with_incoming": boundary('<messageEventDefinition messageRef="m"/>') + '<sequenceFlow id="b" sourceRef="y" targetRef="w"/>',
    "cycle_without_wait": '<startEvent id="s"/><task id="a"/><task id="b"/>' + flows("s > a", "a > b", "b > a"),
}

WARNED = {
    "data_of_subprocess": straight(
        '<subProcess id="x"><ioSpecification id="io"><inputSet id="i1"/><outputSet id="o1"/></ioSpecification>'
        '<startEvent id="in"/><endEvent id="out"/><sequenceFlow id="g" sourceRef="in" targetRef="out"/></subProcess>'
    ),
    "data_not_of_its_set": straight(
        '<task id="x"><ioSpecification id="io"><dataOutput id="out"/><inputSet id="i1"><dataInputRefs>out</dataInputRefs></inputSet>'
        '<outputSet id="o1"/></ioSpecification></task>'
    ),
    "data_source_missing": associated("<targetRef>in</targetRef>"),
    "data_not_copied": associated("<sourceRef>u</sourceRef><targetRef>in</targetRef>"),
    "complex_flow_asked_twice": complex_gateway("<activationCondition>= activationCount >= 1</activationCondition>", "x > e ? = n"),
    "async_has_no_effect": straight('<task id="x"/>', more='<dataObject id="o" camunda:asyncBefore="true"/>'),
    "job_priority_has_no_effect": straight('<task id="x"/>', more='<dataObject id="o" camunda:jobPriority="5"/>'),
    "job_for_workers": extended("serviceTask", '<zeebe:taskDefinition type="archive"/>'),
    "attribute_unknown": straight('<task id="x" colour="red"/>'),
    "foreign_extension": straight('<task id="x"/>', more='<f:step xmlns:f="urn:other"/>'),
    "leads_nowhere": '<startEvent id="s"/>',
    "default_assumed": '<startEvent id="s"/><exclusiveGateway id="x"/><task id="a"/><task id="b"/>'
    + flows("s > x", "x > a", "x > b ? ${n}"),
    "default_missing": '<startEvent id="s"/><exclusiveGateway id="x"/><task id="a"/>' + flows("s > x", "x > a ? ${n}"),
    "default_with_condition": '<startEvent id="s"/><exclusiveGateway id="x" default="f1"/><task id="a"/><task id="b"/>'
    + flows("s > x", "x > a ? ${n}", "x > b ? ${m}"),
    "cycle_only_automatic": '<startEvent id="s"/><task id="a"/><exclusiveGateway id="x" default="f3"/><endEvent id="e"/>'
    + flows("s > a", "a > x", "x > a ? ${n}", "x > e"),
}

ACCEPTED = {
    "a task with annotations and data": straight(
        '<task id="x"><dataOutputAssociation id="o"><targetRef>r</targetRef></dataOutputAssociation></task>',
        more='<dataStoreReference id="r"/>',
    )
    + '<textAnnotation id="t"><text>x</text></textAnnotation>',
    "a group with a variable body": straight('<userTask id="x" camunda:candidateGroups="officer@${receiver}"/>'),
    "groups worked out": straight('<userTask id="x" camunda:candidateGroups="${groups}"/>'),
    "a lane named after a role": '<laneSet id="l"><lane id="l1" name="head"><flowNodeRef>x</flowNodeRef></lane></laneSet>'
    + straight('<userTask id="x"/>'),
    "a lane whose id is a role": '<laneSet id="l"><lane id="head" name="Басшы"><flowNodeRef>x</flowNodeRef></lane></laneSet>'
    + straight('<userTask id="x"/>'),
    "a cycle with a person in it": '<startEvent id="s"/><userTask id="a" camunda:assignee="a"/><exclusiveGateway id="x" default="f3"/>'
    '<endEvent id="e"/>' + flows("s > a", "a > x", "x > a ? ${n}", "x > e"),
    "a cycle with a job in it": f'<startEvent id="s"/><serviceTask id="a" {SERVICE} camunda:asyncBefore="true"/>'
    '<exclusiveGateway id="x" default="f3"/><endEvent id="e"/>' + flows("s > a", "a > x", "x > a ? ${n}", "x > e"),
    "harmless values": straight('<task id="x" isForCompensation="false" startQuantity="1" completionQuantity="1"/>'),
    "a process that calls itself": straight('<callActivity id="x" calledElement="p"/>'),
    "an element that is coloured": straight('<task id="x" xmlns:bioc="http://bpmn.io/schema/bpmn/biocolor/1.0" bioc:fill="#fff"/>'),
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_cannot_be_honoured_is_refused_with_its_place(code):
    found = [finding for finding in findings(REFUSED[code]) if finding.code == code]

    assert found, findings(REFUSED[code])
    assert found[0].is_error
    assert found[0].resource == "p.bpmn"
    assert found[0].line in (2, 3)


@pytest.mark.parametrize("code", WARNED)
def test_what_loses_only_a_convenience_is_warned_of(code):
    found = findings(WARNED[code])

    assert [(finding.code, finding.severity) for finding in found] == [(code, "warning")]


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_is_in_order_has_no_findings(name):
    assert findings(ACCEPTED[name]) == []


def test_every_code_that_can_be_found_has_words_with_its_fields():
    for body in (*REFUSED.values(), *WARNED.values()):
        for finding in findings(body):
            words = texts.catalogue("kk")[finding.code]
            assert texts.fields_of(words) <= set(finding.fields), finding


def test_every_code_of_the_table_has_words():
    with open(f"{texts.__path__[0]}/en/engine_definitions.json", encoding="utf-8") as words:
        known = set(json.load(words))

    assert set(REFUSED) - {"expression_unreadable", "method_call_refused"} | set(WARNED) <= known


def test_an_error_in_an_expression_tells_its_column():
    (finding,) = findings(straight('<userTask id="x" camunda:assignee="${a + }"/>'))

    assert (finding.element_id, finding.column) == ("x", 7)


def test_a_finding_inside_an_element_names_the_element_that_can_be_selected():
    (finding,) = findings(boundary('<timerEventDefinition id="t1"><timeDuration>soon</timeDuration></timerEventDefinition>'))

    assert finding.element_id == "w"


def test_several_faults_are_told_at_once():
    body = straight('<userTask id="x" camunda:formKey="unheard" camunda:dueDate="tomorrow"/>', more='<task id="island"/>')

    assert sorted(codes(body)) == ["date_invalid", "element_unreachable", "form_unknown", "nobody_to_do"]


def test_a_process_that_is_only_shown_is_left_in_peace():
    assert [finding.code for finding in lint(file("foreign.bpmn"), AROUND)] == ["nothing_executable"]


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ('camunda:historyTimeToLive="for ever"', "history_time_to_live_invalid"),
        ('esep:actType="order"', "act_incomplete"),
        ('esep:actType="order" esep:actNumber="1" esep:actDate="1.9.2026"', "act_date_invalid"),
        ('esep:colour="red"', "attribute_not_supported"),
        ('esep:uniqueBusinessKey="yes"', "yes_or_no_expected"),
    ],
)
def test_settings_of_a_process_are_checked(attributes, code):
    assert codes(straight('<task id="x"/>'), process=f'id="p" isExecutable="true" {attributes}') == [code]


def test_what_stands_outside_of_bpmn_is_not_passed_over():
    assert codes(straight('<task id="x" xmlns=""/>', "s")).count("element_not_supported") == 1
    assert codes(straight('<task id="x"/>', more='<f:step xmlns:f="urn:other"/>')) == ["foreign_extension"]


def test_yes_and_no_have_two_spellings():
    body = '<startEvent id="s"/><userTask id="x" camunda:assignee="a"/><userTask id="y" camunda:assignee="a"/>'
    event = '<boundaryEvent id="w" attachedToRef="x" cancelActivity="0"><messageEventDefinition messageRef="m"/></boundaryEvent>'
    process = model(body + event + flows("s > x", "w > y"), process='id="p" isExecutable="1"').processes["p"]

    assert process.executable
    assert not process.elements["w"].event.interrupting


def test_messages_and_errors_are_checked_where_they_are_used():
    unnamed = straight('<receiveTask id="x" messageRef="m"/>')
    dangling = straight('<receiveTask id="x" messageRef="nowhere"/>')

    assert codes(unnamed, head='<message id="m"/>') == ["message_name_missing"]
    assert codes(dangling) == ["reference_dangling"]


def test_a_large_model_is_judged_fast():
    tasks = "".join(f'<task id="t{number}"/>' for number in range(4000))
    body = f'<startEvent id="s"/>{tasks}' + flows("s > t0", *(f"t{number} > t{number + 1}" for number in range(3999)))

    assert lint(model(body), AROUND) == []


def test_many_subprocesses_and_splits_are_judged_fast():
    inner = "".join(f'<subProcess id="p{number}"><startEvent id="s{number}"/></subProcess>' for number in range(1500))
    body = f'<startEvent id="s"/>{inner}' + flows(*(f"s > p{number}" for number in range(1500)))
    started = time.process_time()

    read_model = model(body)
    found = errors_of(lint(read_model, AROUND))
    build(read_model, "p")

    assert found == ()
    assert time.process_time() - started < 3
