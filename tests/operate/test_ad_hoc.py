"""Who may say what is done next in an ad-hoc subprocess."""

import pytest

from engine.errors import InstanceNotFound
from organisations.errors import NotPermitted
from storage import journal
from storage.transaction import transaction
from tests.engine.factories import END, START, flows, model, user_task

CASE = model(
    START
    + f'<bpmn:adHocSubProcess id="case">{user_task("ask")}{user_task("visit")}</bpmn:adHocSubProcess>'
    + END
    + flows("start case end"),
    key="case_work",
)


def opened(office):
    with transaction():
        office.operate.deploy(office.methodologist, "case", {"case.bpmn": CASE})
    return office.starts("case_work")


def test_those_who_work_at_the_body_begin_what_is_next_and_say_when_it_is_done(office):
    instance = opened(office)
    [case] = office.operate.ad_hoc.of_instance(office.executor, instance.id)
    assert [choice.element_id for choice in case.choices] == ["ask", "visit"]

    with transaction():
        office.operate.ad_hoc.begin(office.executor, instance.id, ["visit"], variables={"why": "a hint"})
    assert office.task(instance).element_id == "visit"
    office.does("claim", office.executor, office.task(instance))
    office.does("complete", office.executor, office.task(instance), {})
    with transaction():
        ended = office.operate.ad_hoc.complete(office.head, instance.id)

    assert ended.state == "completed"
    told = [entry.event for entry in journal.entries_about("process_instance", instance.id)]
    assert told[:2] == ["process_instance:started", "process_instance:activities_begun"]
    assert "process_instance:ad_hoc_completed" in told


def test_people_of_another_body_do_not_even_see_it_and_those_who_only_read_change_nothing(office):
    instance = opened(office)

    with pytest.raises(InstanceNotFound):
        office.operate.ad_hoc.of_instance(office.stranger, instance.id)
    for person, refusal in ((office.stranger, InstanceNotFound), (office.manager, NotPermitted)):
        with pytest.raises(refusal), transaction():
            office.operate.ad_hoc.begin(person, instance.id, ["ask"])
        with pytest.raises(refusal), transaction():
            office.operate.ad_hoc.complete(person, instance.id)


def test_whoever_operates_processes_may_too(office):
    instance = opened(office)

    with transaction():
        office.operate.ad_hoc.begin(office.admin, instance.id, ["ask"])

    assert office.task(instance).element_id == "ask"
