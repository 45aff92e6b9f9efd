"""Bringing instances to another version: what is open stays open, under the same ids, and goes on as the new version says."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from engine.errors import InstanceNotActive, InstanceOfOther, MigrationRefused
from engine.external_tasks import Topic
from engine.instances import Instance
from engine.migration.plan import Pair, Plan
from engine.models import CandidateRow, ExternalTaskRow, IncidentRow, JobRow, SubscriptionRow, TaskRow, TimerRow
from storage import journal
from storage.database import session
from storage.transaction import transaction
from tests.engine.factories import END, PARALLEL, START, TWO_TASKS, Desk, flows, mapping, model, service_task, user_task
from tests.engine.mending.models import (
    AFTER_AN_HOUR,
    CALLED,
    CALLING,
    EVERYTHING,
    MANY,
    MESSAGE,
    NAMED,
    NESTED,
    catch,
    external_task,
    finish,
    opened,
    repeated,
    subprocess,
)
from tests.engine.test_timers import boundary, timer

NEWER = EVERYTHING.replace(b'id="approve" name="approve"', b'id="approve" name="Approve"')
CHANGED = TWO_TASKS.replace(b'name="approve"', b'name="Approve"')
SIGNAL = '<bpmn:signalEventDefinition signalRef="s"/>'
ROWS = (TaskRow, CandidateRow, TimerRow, SubscriptionRow, JobRow, ExternalTaskRow, IncidentRow)


def deployed(desk: Desk, data: bytes) -> UUID:
    """The definition of a new version."""
    desk.deploy(data)
    return desk.engine.definitions.latest("p").id


def migrate(desk: Desk, instance: Instance, target: UUID, *pairs: Pair, trigger: bool = False, **variables: Any) -> Instance:
    """Bring an instance over, by the plan that is made and some pairs more, which go before those of the same source."""
    now = desk.engine.instances.get(instance.id)
    with transaction():
        made = desk.engine.migrations.generate(now.definition_id, target, update_triggers=trigger)
        named = {pair.source for pair in pairs}
        plan = Plan(now.definition_id, target, (*pairs, *(pair for pair in made.pairs if pair.source not in named)), variables)
        return follow(desk, instance, plan)


def follow(desk: Desk, instance: Instance, plan: Plan) -> Instance:
    """Bring an instance over by a plan, judged before."""
    return desk.engine.migrations.migrate(instance.id, desk.engine.migrations.require(plan), by="admin")


def rows(desk: Desk) -> dict[str, list[dict[str, Any]]]:
    """All that is open, without what must change with the version."""
    with transaction():
        found = {}
        for table in ROWS:
            columns = [column for column in table.__table__.c if column.name not in ("definition_id", "definition_key", "element_id")]
            found[table.__tablename__] = sorted((dict(row._mapping) for row in session.execute(sa.select(*columns))), key=str)
        return found


def go_to_the_end(desk: Desk, instance: Instance) -> None:
    """Let everything happen that EVERYTHING waits for."""
    with transaction():
        desk.engine.messages.correlate("told")
        desk.engine.messages.broadcast("holiday", by="ann")
        [work] = desk.engine.external_tasks.fetch_and_lock("w", [Topic("mail", timedelta(minutes=1))], 10)
        desk.engine.external_tasks.complete(work.id, "w", {}, by=None)
    desk.engine.deliveries.deliver_due()
    desk.move(hours=1)
    desk.engine.timers.fire_due()
    desk.engine.jobs.run_due()
    finish(desk, instance, "review", "remind", "approve")


def test_everything_that_is_open_stays_as_it_is(desk: Desk):
    instance = desk.started(EVERYTHING)
    with transaction():
        desk.engine.tasks.claim(desk.task(instance, "review").id, "eve")
        desk.engine.external_tasks.fetch_and_lock("w", [Topic("mail", timedelta(minutes=1))], 10)
    before, was = rows(desk), sorted(one.id for one in desk.engine.history.open_activities(instance.id))

    migrated = migrate(desk, instance, deployed(desk, NEWER))

    assert rows(desk) == before
    assert sorted(one.id for one in desk.engine.history.open_activities(instance.id)) == was
    assert desk.task(instance, "review").definition_id == migrated.definition_id != instance.definition_id
    [entry] = [one for one in journal.entries_about("process_instance", instance.id) if one.event == "process_instance:migrated"]
    assert (entry.actor, entry.details["source_version"], entry.details["target_version"]) == ("admin", 1, 2)


def test_a_migrated_instance_goes_on_to_its_end(desk: Desk):
    instance = desk.started(EVERYTHING)
    migrate(desk, instance, deployed(desk, NEWER))

    go_to_the_end(desk, instance)

    assert desk.state(instance) == "completed"
    passed = [one.name for one in desk.engine.history.activities(instance.id) if one.element_id == "approve"]
    assert passed == ["Approve"]


def test_there_and_back_again_is_as_if_nothing_had_been(desk: Desk):
    instance = desk.started(EVERYTHING)
    before = rows(desk)
    migrate(desk, instance, deployed(desk, NEWER))

    migrate(desk, instance, instance.definition_id)

    assert rows(desk) == before
    go_to_the_end(desk, instance)
    assert desk.state(instance) == "completed"


def test_an_instance_in_the_middle_of_everything_is_migrated(desk: Desk):
    instance = desk.started(EVERYTHING)
    with transaction():
        desk.engine.messages.correlate("told")
    desk.move(hours=1)
    desk.engine.timers.fire_due()
    finish(desk, instance, "review")

    migrate(desk, instance, deployed(desk, NEWER))
    with transaction():
        desk.engine.messages.broadcast("holiday", by="ann")
        [work] = desk.engine.external_tasks.fetch_and_lock("w", [Topic("mail", timedelta(minutes=1))], 10)
        desk.engine.external_tasks.complete(work.id, "w", {}, by=None)
    desk.engine.deliveries.deliver_due()
    desk.engine.jobs.run_due()

    assert desk.tasks(instance) == ["approve", "remind"]
    finish(desk, instance, "approve", "remind")
    assert desk.state(instance) == "completed"


def test_what_was_put_in_between_comes_next_and_what_was_taken_out_does_not(desk: Desk):
    instance = desk.started(TWO_TASKS)
    inserted = TWO_TASKS.replace(flows("prepare approve").encode(), (user_task("check") + flows("prepare check approve")).encode())

    migrate(desk, instance, deployed(desk, inserted))
    finish(desk, instance, "prepare")

    assert desk.tasks(instance) == ["check"]
    migrate(desk, instance, instance.definition_id, Pair("check", "approve"))
    assert desk.tasks(instance) == ["approve"]
    finish(desk, instance, "approve", decision="accept")
    assert desk.state(instance) == "completed"


def test_a_renamed_element_is_followed_by_name(desk: Desk):
    instance = desk.started(NESTED)
    [task] = desk.engine.tasks.of_instance(instance.id)
    renamed = NESTED.replace(b'"prepare"', b'"gather"').replace(b"prepare__", b"gather__").replace(b"__prepare", b"__gather")
    renamed = renamed.replace(b'"late"', b'"expired"').replace(b"late__", b"expired__")
    [was] = desk.engine.timers.of_instance(instance.id)

    migrate(desk, instance, deployed(desk, renamed), Pair("prepare", "gather"), Pair("late", "expired"))

    [now] = desk.engine.tasks.of_instance(instance.id)
    assert (now.id, now.element_id, now.created_at, now.name) == (task.id, "gather", task.created_at, "gather")
    [timer_now] = desk.engine.timers.of_instance(instance.id)
    assert (timer_now.id, timer_now.element_id, timer_now.due_at) == (was.id, "expired", was.due_at)
    desk.move(hours=1)
    desk.engine.timers.fire_due()
    assert desk.tasks(instance) == ["remind"]


def test_boundary_events_that_are_new_begin_to_wait_and_those_that_are_gone_do_not(desk: Desk):
    plain = TWO_TASKS
    guarded = plain.replace(
        END.encode(), (END + boundary("late", "prepare", AFTER_AN_HOUR) + user_task("remind") + flows("late remind end")).encode()
    )
    instance = desk.started(plain)

    migrate(desk, instance, deployed(desk, guarded))
    [timer_now] = desk.engine.timers.of_instance(instance.id)
    assert (timer_now.element_id, timer_now.due_at) == ("late", desk.clock.now() + timedelta(hours=1))
    desk.move(minutes=30)
    migrate(desk, instance, instance.definition_id)
    assert list(desk.engine.timers.of_instance(instance.id)) == []
    migrate(desk, instance, desk.engine.definitions.latest("p").id)
    desk.move(hours=1)
    desk.engine.timers.fire_due()

    assert desk.tasks(instance) == ["remind"]


def test_a_boundary_event_that_has_happened_does_not_wait_again(desk: Desk):
    instance = desk.started(EVERYTHING)
    desk.move(hours=1)
    desk.engine.timers.fire_due()
    assert "remind" in desk.tasks(instance)

    migrate(desk, instance, deployed(desk, NEWER))

    assert "late" not in [one.element_id for one in desk.engine.timers.of_instance(instance.id)]


def test_timers_keep_their_moment_unless_they_are_to_be_set_anew(desk: Desk):
    def waits(duration: str) -> bytes:
        return model(START + catch("pause", timer("timeDuration", duration)) + END + flows("start pause end"))

    instance = desk.started(waits("PT1H"))
    due = desk.engine.timers.of_instance(instance.id)[0].due_at
    longer = deployed(desk, waits("PT3H"))

    desk.move(minutes=10)
    migrate(desk, instance, longer)
    assert desk.engine.timers.of_instance(instance.id)[0].due_at == due
    migrate(desk, instance, instance.definition_id)
    migrate(desk, instance, longer, trigger=True)

    assert desk.engine.timers.of_instance(instance.id)[0].due_at == desk.clock.now() + timedelta(hours=3)
    desk.move(hours=3)
    desk.engine.timers.fire_due()
    assert desk.state(instance) == "completed"


def test_messages_keep_their_name_unless_they_are_to_be_awaited_anew(desk: Desk):
    def waits(name: str) -> bytes:
        event = '<bpmn:messageEventDefinition messageRef="m"/>'
        return model(START + catch("told", event) + END + flows("start told end"), before=f'<bpmn:message id="m" name="{name}"/>')

    first, second = desk.started(waits("old")), desk.start()
    newer = deployed(desk, waits("new"))

    migrate(desk, first, newer)
    migrate(desk, second, newer, trigger=True)
    with transaction():
        desk.engine.messages.correlate("old")
        desk.engine.messages.correlate("new")

    assert (desk.state(first), desk.state(second)) == ("completed", "completed")


def test_a_token_that_waits_at_a_join_waits_on_for_the_others(desk: Desk):
    instance = desk.started(PARALLEL, variables={"decision": "accept"})
    finish(desk, instance, "prepare", "approve")
    wider = PARALLEL.replace(
        b'<bpmn:parallelGateway id="answered"/>', (user_task("ask_again") + '<bpmn:parallelGateway id="both"/>').encode()
    )
    wider = wider.replace(b"answered", b"both").replace(flows("check both").encode(), flows("check ask_again both").encode())

    migrate(desk, instance, deployed(desk, wider), Pair("answered", "both"))

    assert desk.tasks(instance) == ["check"]
    finish(desk, instance, "check", "ask_again")
    assert desk.state(instance) == "completed"


def test_tasks_move_into_a_new_subprocess_with_its_events(desk: Desk):
    instance = desk.started(TWO_TASKS)
    task = desk.task(instance, "prepare")
    inside = '<bpmn:startEvent id="in"/>' + user_task("prepare") + user_task("check") + '<bpmn:endEvent id="out"/>'
    inside += flows("in prepare check out")
    parts = START + subprocess("work", inside) + boundary("late", "work", AFTER_AN_HOUR) + user_task("approve") + END
    target = deployed(desk, model(parts + flows("start work approve end", "late end")))

    migrate(desk, instance, target, Pair("prepare", "prepare"))

    assert desk.task(instance, "prepare").id == task.id
    [work] = opened(desk, instance, "work")
    [inner] = [one for one in desk.engine.history.open_activities(instance.id) if one.element_id == "prepare"]
    assert inner.parent_id == work
    assert [one.element_id for one in desk.engine.timers.of_instance(instance.id)] == ["late"]
    finish(desk, instance, "prepare", "check", "approve")
    assert desk.state(instance) == "completed"


def test_tasks_move_out_of_a_subprocess_that_is_gone_with_what_they_see(desk: Desk):
    inputs = mapping(inputs={"year": "${2026}", "who": "${'inner'}"})
    inside = '<bpmn:startEvent id="in"/>' + user_task("prepare") + '<bpmn:endEvent id="out"/>' + flows("in prepare out")
    flat = model(START + user_task("prepare") + user_task("approve") + END + flows("start prepare approve end"))
    nested = model(START + subprocess("work", inputs + inside) + user_task("approve") + END + flows("start work approve end"))
    instance = desk.started(nested, variables={"who": "outer"})
    task = desk.task(instance, "prepare")

    migrate(desk, instance, deployed(desk, flat), Pair("prepare", "prepare"))

    assert desk.task(instance, "prepare").id == task.id
    assert dict(desk.engine.tasks.variables(task.id)) == {"who": "inner", "year": 2026}
    assert desk.variables(instance) == {"who": "outer", "year": 2026}
    finish(desk, instance, "prepare", "approve")
    assert desk.state(instance) == "completed"
    assert "-work" in desk.passed(instance)


def test_subprocesses_in_subprocesses_and_handlers_stay_what_they_are(desk: Desk):
    instance = desk.started(NESTED)
    finish(desk, instance, "prepare", "first")
    before = rows(desk)

    migrate(desk, instance, deployed(desk, NESTED.replace(b'name="Outer"', b'name="Whole"')))

    assert rows(desk) == before
    finish(desk, instance, "deep", "deeper")
    with transaction():
        desk.engine.messages.correlate("stop")
    assert desk.tasks(instance) == ["handle"]
    migrate(desk, instance, instance.definition_id)
    finish(desk, instance, "handle", "approve")
    assert desk.state(instance) == "completed"


def test_a_handler_that_is_new_waits_to_be_called(desk: Desk):
    without = (
        NESTED[: NESTED.index(b'<bpmn:subProcess id="handler"')] + NESTED[NESTED.index(b"</bpmn:subProcess></bpmn:subProcess>") + 18 :]
    )
    instance = desk.started(without.replace(b'id="outer" name', b'id="outer"  name'))
    finish(desk, instance, "prepare")
    assert list(desk.engine.messages.of_instance(instance.id)) == []

    migrate(desk, instance, deployed(desk, NESTED))
    with transaction():
        desk.engine.messages.correlate("stop")

    assert desk.tasks(instance) == ["handle"]


def test_counts_of_repeated_activities_go_on(desk: Desk):
    instance = desk.started(MANY, variables={"bodies": ["ann", "bob", "eve"]})
    finish(desk, instance, "prepare", "sign")
    before = rows(desk)

    migrate(desk, instance, deployed(desk, MANY.replace(b'"remind" name', b'"remind"  name')))

    assert rows(desk) == before
    finish(desk, instance, "sign", "sign")
    assert desk.tasks(instance) == ["approve"]


def test_the_items_of_a_sequential_activity_go_on(desk: Desk):
    one_by_one = MANY.replace(repeated().encode(), repeated(sequential=True).encode())
    instance = desk.started(one_by_one, variables={"bodies": ["ann", "bob", "eve"]})
    finish(desk, instance, "prepare", "sign")

    migrate(desk, instance, deployed(desk, one_by_one.replace(b'"remind" name', b'"remind"  name')))
    finish(desk, instance, "sign")

    assert [task.assignee for task in desk.engine.tasks.of_instance(instance.id)] == ["eve"]


def test_a_hundred_instances_of_an_activity_wake_and_sleep_again(desk: Desk):
    instance = desk.started(MANY, variables={"bodies": [f"p{number}" for number in range(100)]})
    finish(desk, instance, "prepare")

    migrate(desk, instance, deployed(desk, MANY.replace(b'"remind" name', b'"remind"  name')))
    finish(desk, instance, *["sign"] * 100, "approve")

    assert desk.state(instance) == "completed"


def test_a_called_process_stays_what_it_is(desk: Desk):
    desk.deploy(CALLED)
    instance = desk.started(CALLING)
    task = desk.task(instance, "inside")

    migrate(desk, instance, deployed(desk, CALLING.replace(b'name="after"', b'name="Afterwards"')))

    assert desk.task(instance, "inside").id == task.id
    finish(desk, instance, "inside", "beside", "after")
    assert desk.state(instance) == "completed"


def test_events_behind_a_gateway_come_and_go(desk: Desk):
    def either(*events: str) -> bytes:
        made = {"told": catch("told", MESSAGE), "late": catch("late", AFTER_AN_HOUR), "free": catch("free", SIGNAL)}
        ways = [f"start either {event} end" if number == 0 else f"either {event} end" for number, event in enumerate(events)]
        inside = START + '<bpmn:eventBasedGateway id="either"/>' + "".join(made[event] for event in events) + END
        return model(inside + flows(*ways), before=NAMED)

    instance = desk.started(either("told", "late"))
    [kept] = opened(desk, instance, "told")

    migrate(desk, instance, deployed(desk, either("told", "free")))

    assert opened(desk, instance, "told") == [kept]
    assert (len(opened(desk, instance, "free")), opened(desk, instance, "late")) == (1, [])
    with transaction():
        desk.engine.messages.broadcast("holiday", by="ann")
    desk.engine.deliveries.deliver_due()
    assert desk.state(instance) == "completed"


def test_an_incident_goes_along_and_is_retried_in_the_new_version(desk: Desk):
    def fail(call):
        raise OSError("away")

    desk.offer("fail", fail)
    work = service_task("send", "fail", 'camunda:asyncBefore="true"')
    instance = desk.started(model(START + work + END + flows("start send end")))
    for _ in range(3):
        desk.move(hours=1)
        desk.engine.jobs.run_due()
    [incident] = desk.engine.incidents.list(instance.id).items
    mended = service_task("post", "note", 'camunda:asyncBefore="true"')

    migrate(desk, instance, deployed(desk, model(START + mended + END + flows("start post end"))), Pair("send", "post"))

    [moved] = desk.engine.incidents.list(instance.id).items
    assert (moved.id, moved.element_id, moved.resolved_at) == (incident.id, "post", None)
    with transaction():
        desk.engine.incidents.retry(incident.id, by="admin")
    assert desk.state(instance) == "completed"


def test_a_suspended_instance_stays_suspended_with_what_is_new_in_it(desk: Desk):
    instance = desk.started(TWO_TASKS)
    with transaction():
        desk.engine.instances.suspend(instance.id, by="ann")
    late = boundary("late", "prepare", AFTER_AN_HOUR) + user_task("remind") + flows("late remind end")
    migrate(desk, instance, deployed(desk, TWO_TASKS.replace(END.encode(), (END + late).encode())))

    desk.move(hours=2)
    desk.engine.timers.fire_due()
    assert (desk.state(instance), desk.tasks(instance)) == ("suspended", ["prepare"])
    with transaction():
        desk.engine.instances.resume(instance.id, by="ann")
    desk.engine.timers.fire_due()

    assert desk.tasks(instance) == ["remind"]


def test_variables_of_the_plan_are_set_on_the_way(desk: Desk):
    instance = desk.started(TWO_TASKS, variables={"kept": 1})

    migrate(desk, instance, deployed(desk, CHANGED), edition=2)

    assert desk.variables(instance) == {"kept": 1, "edition": 2}


def test_a_condition_that_holds_in_the_new_version_is_noticed(desk: Desk):
    instance = desk.started(TWO_TASKS, variables={"urgent": True})
    condition = "<bpmn:conditionalEventDefinition><bpmn:condition>= urgent</bpmn:condition></bpmn:conditionalEventDefinition>"
    added = boundary("urged", "prepare", condition) + user_task("hurry") + flows("urged hurry end")

    migrate(desk, instance, deployed(desk, TWO_TASKS.replace(END.encode(), (END + added).encode())))

    assert desk.tasks(instance) == ["hurry"]


def test_migrating_again_does_nothing(desk: Desk):
    instance = desk.started(TWO_TASKS)
    target = deployed(desk, CHANGED)
    with transaction():
        plan = desk.engine.migrations.generate(instance.definition_id, target)
    for _ in range(2):
        with transaction():
            follow(desk, instance, plan)

    assert len([one for one in journal.entries_about("process_instance", instance.id) if one.event == "process_instance:migrated"]) == 1


def test_whether_an_instance_could_be_migrated_is_seen_without_a_lock_and_without_a_change(desk: Desk, statements: list[str]):
    instance, other = desk.started(TWO_TASKS), desk.start()
    target = deployed(desk, CHANGED)
    desk.complete(other, "prepare")
    with transaction():
        made = desk.engine.migrations.generate(instance.definition_id, target)
        sound = desk.engine.migrations.require(Plan(instance.definition_id, target, made.pairs[:1]))
        statements.clear()
        desk.engine.migrations.try_out(instance.id, sound)
        with pytest.raises(MigrationRefused):
            desk.engine.migrations.try_out(other.id, sound)

    assert [one for one in statements if not one.startswith(("BEGIN", "COMMIT", "SELECT")) or "FOR UPDATE" in one] == []
    assert desk.engine.instances.get(instance.id).definition_id == instance.definition_id


def test_what_no_pair_speaks_of_stands_in_the_way(desk: Desk):
    instance = desk.started(EVERYTHING)
    before = rows(desk)
    without = EVERYTHING.replace(external_task("mail").encode(), user_task("mail").encode())

    with pytest.raises(MigrationRefused) as refused:
        migrate(desk, instance, deployed(desk, without))

    assert [(one.code, one.element_id, one.activity_id) for one in refused.value.obstacles] == [
        ("migration_pair_missing", "mail", opened(desk, instance, "mail")[0])
    ]
    assert rows(desk) == before
    assert desk.engine.instances.get(instance.id).definition_id == instance.definition_id


def test_what_waits_for_a_job_needs_one_in_the_new_version(desk: Desk):
    instance = desk.started(EVERYTHING)

    with pytest.raises(MigrationRefused) as refused:
        migrate(desk, instance, deployed(desk, EVERYTHING.replace(b'camunda:asyncBefore="true"', b"")))

    assert [(one.code, one.element_id) for one in refused.value.obstacles] == [("migration_job_lost", "send")]


def test_a_task_that_would_wait_for_a_job_in_the_new_version_has_had_it(desk: Desk):
    instance = desk.started(TWO_TASKS)
    held = TWO_TASKS.replace(b'id="prepare" ', b'id="prepare" camunda:asyncBefore="true" ')

    migrate(desk, instance, deployed(desk, held))

    assert desk.tasks(instance) == ["prepare"]
    finish(desk, instance, "prepare")
    assert desk.tasks(instance) == ["approve"]


def test_instances_of_others_and_ended_ones_are_not_migrated(desk: Desk):
    instance, other = desk.started(TWO_TASKS), None
    target = deployed(desk, CHANGED)
    other = desk.start()
    with transaction():
        plan = desk.engine.migrations.generate(instance.definition_id, target)
        back = Plan(target, instance.definition_id, plan.pairs)
        desk.engine.instances.cancel(instance.id, "over", by="ann")

    with pytest.raises(InstanceNotActive), transaction():
        follow(desk, instance, plan)
    with transaction():
        third = follow(desk, other, back)
    assert third.definition_id == instance.definition_id
    with pytest.raises(InstanceOfOther), transaction():
        follow(desk, other, Plan(target, target, ()))
