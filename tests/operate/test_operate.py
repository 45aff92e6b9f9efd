"""What a person may do with processes."""

import pytest

from engine.definition_errors import DefinitionNotFound, DeploymentInUse, DeploymentRefused
from engine.errors import DefinitionNotStartable, IncidentNotFound, InstanceNotActive, InstanceNotFound, MessageNotExpected, StepFailed
from operate.errors import SortUnknown
from operate.filters import ActivityFilter, DefinitionFilter, DeploymentFilter, IncidentFilter, InstanceFilter, Sort, UpdateFilter
from organisations.errors import NotPermitted
from storage import journal
from storage.transaction import transaction
from tests.engine.factories import END, START, flows, mapping, model, service_task, user_task
from tests.worklist.office import REPORTING

WAITING = model(
    START
    + '<bpmn:intermediateCatchEvent id="answered"><bpmn:messageEventDefinition messageRef="m"/></bpmn:intermediateCatchEvent>'
    + END
    + flows("start answered end"),
    key="waiting",
    before='<bpmn:message id="m" name="answer"/>',
)
FAILING = model(START + user_task("ask") + service_task("send", "mail.send") + END + flows("start ask send end"), key="failing")


def does(office, act, actor, *arguments, **named):
    with transaction():
        return getattr(office.operate, act)(actor, *arguments, **named)


def mends(office, act, actor, *arguments, **named):
    with transaction():
        return getattr(office.operate.mending, act)(actor, *arguments, **named)


def deploys(office, name, data, **more):
    return does(office, "deploy", office.methodologist, name, {f"{name}.bpmn": data}, **more)


def test_a_methodologist_deploys_and_nobody_else(office):
    deployed = deploys(office, "waiting", WAITING)

    assert [definition.key for definition in deployed.definitions] == ["waiting"]
    for person in (office.executor, office.head, office.manager):
        with pytest.raises(NotPermitted):
            does(office, "deploy", person, "x", {"x.bpmn": WAITING})


def test_a_broken_model_is_refused_with_findings(office):
    broken = model(START + user_task("ask") + END + flows("start ask"), key="broken").replace(b"executor", b"nobody")

    with pytest.raises(DeploymentRefused) as refused:
        deploys(office, "broken", broken)

    assert all(finding.resource == "broken.bpmn" and finding.line for finding in refused.value.findings)
    assert office.operate.lint(office.methodologist, "broken.bpmn", broken)


def test_definitions_are_listed_by_key_version_and_deployment(office):
    second = deploys(office, "reporting", REPORTING.replace(b'name="Approve"', b'name="Agree"'))

    def found(**filters):
        page = office.operate.definitions(office.executor, DefinitionFilter(**filters), Sort("key"))
        return [(definition.key, definition.version) for definition in page.items]

    assert found() == [("named", 1), ("reporting", 1), ("reporting", 2)]
    assert found(latest=True) == [("named", 1), ("reporting", 2)]
    assert found(deployment_ids=(second.id,)) == [("reporting", 2)]
    assert found(key_like="rep%", version=1) == [("reporting", 1)]
    assert office.operate.count_definitions(office.executor, DefinitionFilter(latest=True)) == 2
    assert office.operate.latest(office.executor, "reporting").version == 2
    with pytest.raises(DefinitionNotFound):
        office.operate.latest(office.executor, "unknown")


def test_deployments_keep_their_files_byte_for_byte(office):
    deployed = deploys(office, "waiting", WAITING, source="a test")

    page = office.operate.deployments(office.executor, DeploymentFilter(sources=("a test",)))
    [resource] = office.operate.resources(office.executor, deployed.id)

    assert [one.id for one in page.items] == [deployed.id]
    assert office.operate.count_deployments(office.executor, DeploymentFilter(names=("waiting",))) == 1
    assert office.operate.resource_data(office.executor, deployed.id, resource.id) == WAITING
    assert office.operate.xml(office.executor, deployed.definitions[0].id) == WAITING


def test_a_deployment_in_use_cannot_be_deleted(office):
    deployed = deploys(office, "waiting", WAITING)
    office.starts("waiting")

    with pytest.raises(DeploymentInUse):
        does(office, "delete_deployment", office.methodologist, deployed.id)


def test_who_may_start_processes_starts_them_at_a_body(office):
    with pytest.raises(NotPermitted):
        does(office, "start", office.executor, "reporting", body=office.tree.district.id)

    instance = office.starts()

    assert instance.body == str(office.tree.district.id)


def test_without_a_body_an_instance_belongs_to_that_of_who_starts_it(office):
    instance = does(office, "start", office.admin, "named", variables={"who": office.executor.by})

    assert instance.body == str(office.tree.oblast.id)


def test_a_suspended_definition_is_not_started(office):
    definition = office.operate.latest(office.methodologist, "reporting")
    instance = office.starts()

    does(office, "suspend_definition", office.admin, definition.id, suspended=True, instances=True)

    with pytest.raises(DefinitionNotStartable):
        office.starts()
    assert office.operate.instance(office.admin, instance.id).state == "suspended"
    does(office, "suspend_definition", office.admin, definition.id, suspended=False, instances=True)
    assert office.operate.instance(office.admin, instance.id).state == "active"


def test_instances_are_seen_at_the_own_body_and_below(office):
    mine = office.starts(business_key="here")
    other = office.starts(business_key="there", body=office.tree.other_district.id)

    def seen_by(person, **filters):
        return [one.business_key for one in office.operate.instances(person, InstanceFilter(**filters)).items]

    assert seen_by(office.executor) == ["here"]
    assert seen_by(office.manager) == ["here", "there"]
    assert seen_by(office.manager, business_keys=("there",)) == ["there"]
    assert seen_by(office.manager, waiting_at=("prepare",), been_at=("start",), ended=False, with_incident=False) == ["here", "there"]
    assert seen_by(office.manager, states=("completed",)) == []
    assert office.operate.count_instances(office.executor, InstanceFilter()) == 1
    assert office.operate.instance(office.executor, mine.id).business_key == "here"
    with pytest.raises(InstanceNotFound):
        office.operate.instance(office.executor, other.id)
    with pytest.raises(SortUnknown):
        office.operate.instances(office.executor, InstanceFilter(), Sort("mood"))


def test_an_administrator_sets_variables_suspends_and_cancels(office):
    instance = office.starts()

    does(office, "set_variables", office.admin, instance.id, {"receiver": "oblast"})
    does(office, "suspend", office.admin, instance.id)
    does(office, "suspend", office.admin, instance.id)
    does(office, "resume", office.admin, instance.id)
    cancelled = does(office, "cancel", office.admin, instance.id, "opened by mistake")

    assert office.operate.variables(office.executor, instance.id)["receiver"].value == "oblast"
    assert (cancelled.state, cancelled.end_reason) == ("cancelled", "opened by mistake")
    with pytest.raises(InstanceNotActive):
        does(office, "cancel", office.admin, instance.id)
    with pytest.raises(InstanceNotFound):
        office.operate.open_instance(office.admin, instance.id)
    events = [entry.event for entry in journal.entries_about("process_instance", instance.id)]
    assert events.count("process_instance:suspended") == 1
    assert "process_instance:cancelled" in events


@pytest.mark.parametrize(("act", "arguments"), [("suspend", ()), ("resume", ()), ("cancel", ()), ("set_variables", ({},))])
def test_an_executor_operates_nothing(office, act, arguments):
    instance = office.starts()

    with pytest.raises(NotPermitted):
        does(office, act, office.executor, instance.id, *arguments)
    with pytest.raises(InstanceNotFound):
        does(office, act, office.stranger, instance.id, *arguments)


def test_a_message_goes_to_the_instance_that_waits(office):
    deploys(office, "waiting", WAITING)
    instance = office.starts("waiting", business_key="k")

    with pytest.raises(NotPermitted):
        does(office, "correlate", office.head, "answer", business_key="k")
    done = does(office, "correlate", office.methodologist, "answer", business_key="k", variables={"text": "yes"})

    assert (done.id, done.state) == (instance.id, "completed")
    with pytest.raises(MessageNotExpected):
        does(office, "correlate", office.methodologist, "answer", business_key="k")


def test_an_incident_is_seen_and_retried_by_who_may(office):
    def refuse(call):
        raise OSError("no mail server")

    office.operations["mail.send"] = refuse
    deploys(office, "failing", FAILING)
    instance = office.starts("failing")
    with pytest.raises(StepFailed):
        office.does("complete", office.executor, office.task(instance), {})

    [incident] = office.operate.mending.incidents(office.manager, IncidentFilter(open=True, element_ids=("send",))).items
    assert office.operate.mending.incidents(office.executor, IncidentFilter()).items == ()
    assert office.operate.mending.count_incidents(office.admin, IncidentFilter(instance_ids=(instance.id,))) == 1
    with pytest.raises(IncidentNotFound):
        office.operate.mending.incident(office.executor, incident.id)
    with pytest.raises(NotPermitted):
        mends(office, "retry", office.manager, incident.id)
    office.operations["mail.send"] = lambda call: None
    mends(office, "retry", office.admin, incident.id)

    assert office.operate.instance(office.admin, instance.id).state == "completed"
    assert office.operate.mending.count_incidents(office.admin, IncidentFilter(open=True)) == 0


def test_the_history_shows_what_was_done_and_what_is_open(office):
    instance = office.starts(business_key="k")
    office.does("complete", office.executor, office.task(instance), {"decision": "accept"})

    def visits(**filters):
        page = office.operate.activities(office.executor, ActivityFilter(**filters), Sort("started_at"))
        return [(visit.element_id, visit.ended_at is not None) for visit in page.items]

    assert sorted(visits()) == [("approve", False), ("prepare", True), ("start", True)]
    assert visits(finished=False) == [("approve", False)]
    assert visits(kinds=("userTask",), finished=True) == [("prepare", True)]
    assert visits(assignees=(office.executor.by,)) == [("prepare", True)]
    assert visits(cancelled=True) == []
    assert visits(business_keys=("other",)) == []
    assert office.operate.count_activities(office.executor, ActivityFilter()) == 3
    assert office.operate.count_activities(office.stranger, ActivityFilter()) == 0
    assert [one.element_id for one in office.operate.open_activities(office.executor, instance.id)] == ["approve"]


def test_several_instances_are_changed_in_the_order_of_their_ids_whoever_names_them(office):
    deploys(office, "waiting", WAITING)
    instances = [does(office, "start", office.methodologist, "waiting") for _ in range(3)]
    ids = sorted(instance.id for instance in instances)
    deploys(office, "waiting", WAITING.replace(b'id="answered"', b'id="answered" name="Answered"'))
    now = office.engine.definitions.latest("waiting").id

    with transaction():
        plan = office.operate.migrating.generate(office.admin, instances[0].definition_id, now, update_triggers=False)
        moved = office.operate.migrating.execute(office.admin, plan, [ids[2], ids[0], ids[2], ids[1]])
    with transaction():
        changed = office.operate.interventions.modify_all(office.admin, now, reversed(ids), [])

    assert [one.id for one in moved] == [one.id for one in changed] == ids


def test_the_values_of_a_variable_are_told_once_each_in_the_order_in_which_they_were_given(office):
    def sets(element_id, name, value):
        return (
            f'<bpmn:scriptTask id="{element_id}" scriptFormat="feel" camunda:resultVariable="{name}">'
            f"<bpmn:script>{value}</bpmn:script></bpmn:scriptTask>"
        )

    ends = '<bpmn:startEvent id="in"/><bpmn:endEvent id="out"/>'
    inside = ends + sets("x_1", "x", 1) + sets("y_1", "y", 1) + flows("in x_1 y_1 out")
    around = f'<bpmn:subProcess id="part">{mapping(outputs={"x": "${x + 1}", "y": "${y + 1}"})}{inside}</bpmn:subProcess>'
    data = model(START + user_task("ask") + around + sets("x_3", "x", 3) + END + flows("start ask part x_3 end"), key="setting")
    deploys(office, "setting", data)
    instance = does(office, "start", office.methodologist, "setting", variables={"x": 0, "y": 0})
    [task] = office.engine.tasks.of_instance(instance.id)
    with transaction():
        office.engine.tasks.complete(task.id, {}, by="ann")

    told = office.operate.logs.variable_updates(office.admin, UpdateFilter(instance_id=instance.id))

    values = {name: [(one.value.value, one.revision) for one in told if one.name == name] for name in ("x", "y")}
    assert values == {"x": [(0, 0), (1, 1), (2, 2), (3, 3)], "y": [(0, 0), (1, 1), (2, 2)]}
    assert office.engine.history.last_values(instance.id)["y"].value == 2
