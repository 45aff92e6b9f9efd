"""Timers are worked out anew when the calendar, a due date or somebody says so, and keep their place otherwise."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from engine.definition_errors import DeploymentRefused
from engine.errors import StepFailed, TimerNotFound
from storage.clock import SetClock
from storage.database import session
from storage.identifiers import new_id
from storage.journal import entries_about
from storage.transaction import transaction
from tests.engine.factories import END, START, Desk, flows, model, user_task
from tests.engine.test_timers import boundary, timer

IN_TWO_DAYS = model(
    START
    + user_task("review")
    + boundary("late", "review", timer("timeDate", "= workdays(2)"))
    + user_task("escalate")
    + END
    + flows("start review end", "late escalate end")
)
BEFORE_DUE = model(
    START
    + user_task("review", 'camunda:dueDate="${due}"')
    + boundary("soon", "review", timer("timeDate", '= taskDueDate - duration("P1D")'), interrupting=False)
    + END
    + flows("start review end", "soon end")
)


class Week:
    """Days that are as long as somebody says."""

    hours = 24

    def add(self, moment: datetime, days: int) -> datetime:
        return moment + timedelta(hours=self.hours * days)


@pytest.fixture
def week() -> Week:
    return Week()


@pytest.fixture
def desk(database: str, clock: SetClock, week: Week) -> Iterator[Desk]:
    made = Desk(clock, working_days=week)
    yield made
    session.rollback()
    session.expunge_all()
    assert list(made.engine.instances.check()) == []


def due(desk: Desk, instance) -> datetime:
    [waiting] = desk.engine.timers.of_instance(instance.id)
    return waiting.due_at


def recalculate(desk: Desk, instance, **how: bool) -> datetime:
    [waiting] = desk.engine.timers.of_instance(instance.id)
    with transaction():
        return desk.engine.timers.recalculate(waiting.id, by="ann", **how).due_at


def test_a_changed_calendar_moves_the_timers_that_count_working_days_from_their_start(desk: Desk, week: Week):
    began = desk.clock.now()
    counted, plain = desk.started(IN_TWO_DAYS), desk.started(BEFORE_DUE, variables={"due": "P9D"})
    unmoved = due(desk, plain)
    desk.move(hours=5)
    week.hours = 36

    with transaction():
        assert desk.engine.timers.recalculate_working_days() is None

    assert (due(desk, counted), due(desk, plain)) == (began + timedelta(hours=72), unmoved)
    [waiting] = desk.engine.timers.of_instance(counted.id)
    [told] = entries_about("timer", waiting.id)
    assert (told.event, told.details["due_at"]) == ("timer:recalculated", waiting.due_at.isoformat())
    desk.move(hours=67)
    assert desk.engine.timers.fire_due() == 1
    assert desk.tasks(counted) == ["escalate"]


def test_instances_are_worked_out_some_at_a_time(desk: Desk, week: Week):
    desk.deploy(IN_TWO_DAYS)
    instances = [desk.start() for _ in range(3)]
    before = [due(desk, instance) for instance in instances]
    week.hours = 48
    after, rounds = None, 0

    while rounds == 0 or after is not None:
        with transaction():
            after = desk.engine.timers.recalculate_working_days(after=after, limit=2)
        rounds += 1

    assert rounds == 2
    assert [due(desk, instance) for instance in instances] == [moment + timedelta(days=2) for moment in before]


def test_a_suspended_instance_gets_its_new_moments_too(desk: Desk, week: Week):
    instance = desk.started(IN_TWO_DAYS)
    with transaction():
        desk.engine.instances.suspend(instance.id, by="ann")
    before, week.hours = due(desk, instance), 12

    with transaction():
        desk.engine.timers.recalculate_working_days()

    assert due(desk, instance) == before - timedelta(days=1)
    assert desk.state(instance) == "suspended"


def test_an_instance_that_cannot_be_worked_out_does_not_keep_others_from_it(desk: Desk, week: Week):
    desk.deploy(IN_TWO_DAYS.replace(b"workdays(2)", b"workdays(days)"))
    broken, sound = desk.start(variables={"days": 2}), desk.start(variables={"days": 2})
    with transaction():
        desk.engine.instances.set_variables(broken.id, {"days": "many"}, by="ann")
    unmoved, week.hours = due(desk, broken), 48

    with transaction():
        desk.engine.timers.recalculate_working_days()

    assert due(desk, broken) == unmoved
    assert due(desk, sound) > unmoved


def test_somebody_has_one_timer_worked_out_from_its_start_or_from_now(desk: Desk):
    began = desk.clock.now()
    instance = desk.started(
        model(START + user_task("t") + boundary("b", "t", timer("timeDuration", "${wait}")) + END + flows("start t end", "b end")),
        variables={"wait": "PT1H"},
    )
    desk.move(minutes=10)
    with transaction():
        desk.engine.instances.set_variables(instance.id, {"wait": "PT2H"}, by="ann")

    assert due(desk, instance) == began + timedelta(hours=1)
    assert recalculate(desk, instance) == began + timedelta(hours=2)
    assert recalculate(desk, instance, from_start=False) == began + timedelta(hours=2, minutes=10)


def test_a_timer_that_gives_no_moment_now_stays_where_it_was(desk: Desk):
    instance = desk.started(
        model(START + user_task("t") + boundary("b", "t", timer("timeDuration", "${wait}")) + END + flows("start t end", "b end")),
        variables={"wait": "PT1H"},
    )
    before = due(desk, instance)
    with transaction():
        desk.engine.instances.set_variables(instance.id, {"wait": "soon"}, by="ann")

    with pytest.raises(StepFailed):
        recalculate(desk, instance)

    assert due(desk, instance) == before


def test_a_timer_that_nobody_knows_cannot_be_worked_out(desk: Desk):
    with pytest.raises(TimerNotFound), transaction():
        desk.engine.timers.recalculate(new_id(), by="ann")


def test_a_later_round_of_a_cycle_is_counted_from_the_round_before_it(desk: Desk):
    began = desk.clock.now()
    cycle = timer("timeCycle", f"R3/{began.isoformat()}/PT1H")
    instance = desk.started(
        model(START + user_task("t") + boundary("b", "t", cycle, interrupting=False) + END + flows("start t end", "b end"))
    )
    desk.engine.timers.fire_due()
    assert due(desk, instance) == began + timedelta(hours=1)

    assert recalculate(desk, instance) == began + timedelta(hours=1)
    for _ in range(2):
        desk.move(hours=1)
        desk.engine.timers.fire_due()
    assert list(desk.engine.timers.of_instance(instance.id)) == []


def test_a_timer_that_names_the_due_date_of_its_task_follows_it(desk: Desk):
    began = desk.clock.now()
    instance = desk.started(BEFORE_DUE, variables={"due": "P9D"})
    assert due(desk, instance) == began + timedelta(days=8)

    with transaction():
        desk.engine.tasks.update(desk.task(instance, "review").id, due_at=began + timedelta(days=3), by="ann")

    assert due(desk, instance) == began + timedelta(days=2)
    with transaction():
        desk.engine.tasks.update(desk.task(instance, "review").id, due_at=None, by="ann")
    assert due(desk, instance) == began + timedelta(days=2)


def test_a_timer_that_does_not_name_the_due_date_stays(desk: Desk):
    instance = desk.started(IN_TWO_DAYS)
    before = due(desk, instance)

    with transaction():
        desk.engine.tasks.update(desk.task(instance, "review").id, due_at=before + timedelta(days=3), by="ann")

    assert due(desk, instance) == before


def test_a_timer_can_only_name_a_due_date_that_is_there(desk: Desk):
    without = BEFORE_DUE.replace(b'camunda:dueDate="${due}"', b"")

    with pytest.raises(DeploymentRefused) as refused:
        desk.deploy(without)

    assert [finding.code for finding in refused.value.findings] == ["task_due_date_not_here"]


def test_other_variables_move_due_dates_from_the_start_of_their_tasks_but_for_those_that_somebody_set(desk: Desk):
    began = desk.clock.now()
    instance = desk.started(
        model(
            START
            + '<bpmn:parallelGateway id="fork"/>'
            + user_task("fixed", 'camunda:dueDate="P3D"')
            + user_task("counted", 'camunda:dueDate="${due}"')
            + user_task("by_hand", 'camunda:dueDate="${due}"')
            + END
            + flows("start fork fixed end", "fork counted end", "fork by_hand end")
        ),
        variables={"due": "P4D"},
    )
    with transaction():
        desk.engine.tasks.update(desk.task(instance, "by_hand").id, due_at=began + timedelta(days=9), by="ann")
    desk.move(days=2)

    with transaction():
        desk.engine.timers.set_moments(instance.id, {"due": "P5D"}, by="ann")

    days = {task.element_id: (task.due_at - began).days for task in desk.engine.tasks.of_instance(instance.id) if task.due_at}
    assert days == {"fixed": 3, "counted": 5, "by_hand": 9}
    [told] = [entry for entry in entries_about("user_task", desk.task(instance, "counted").id) if entry.event == "user_task:updated"]
    assert (told.actor, told.details["due_at"]) == ("ann", (began + timedelta(days=5)).isoformat())


@pytest.mark.parametrize("count", [2, 7])
def test_moving_the_due_dates_of_many_tasks_and_their_timers_takes_as_many_statements_as_of_two(
    desk: Desk, statements: list[str], count: int
):
    names = [f"work_{number}" for number in range(count)]
    late = "".join(
        f'<bpmn:boundaryEvent id="{name}_late" attachedToRef="{name}" cancelActivity="false">'
        f"{timer('timeDate', '= taskDueDate')}</bpmn:boundaryEvent>"
        + user_task(name, 'camunda:dueDate="${due}"')
        + flows(f"fork {name} end", f"{name}_late end")
        for name in names
    )
    body = START + '<bpmn:parallelGateway id="fork"/>' + late + END + flows("start fork")
    instance = desk.started(model(body), variables={"due": "P4D"})
    began = desk.clock.now()
    statements.clear()

    with transaction():
        desk.engine.timers.set_moments(instance.id, {"due": "P5D"}, by="ann")

    changes = [sent for sent in statements if sent.startswith(("UPDATE", "INSERT", "DELETE"))]
    assert len([sent for sent in changes if sent.startswith("UPDATE")]) == 3  # the tasks, the timers, the instance
    assert len(changes) <= 6, "\n".join(changes)
    assert {row.due_at for row in desk.engine.timers.of_instance(instance.id)} == {began + timedelta(days=5)}


def test_a_start_timer_that_counts_working_days_is_counted_from_the_deployment(desk: Desk, week: Week):
    start = f'<bpmn:startEvent id="start">{timer("timeDate", "= workdays(2)")}</bpmn:startEvent>'
    desk.deploy(model(start + user_task("work") + END + flows("start work end")))
    week.hours = 12

    with transaction():
        assert desk.engine.start_timers.recalculate_working_days() == 1
        assert desk.engine.start_timers.recalculate_working_days() == 0

    desk.move(hours=24)
    assert desk.engine.start_timers.fire_due() == 1
