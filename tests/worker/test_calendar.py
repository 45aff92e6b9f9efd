"""Who changes the calendar moves the timers that count working days."""

from datetime import date, timedelta

from app import Esep
from register.calendar import MEMORY
from register.names import Names
from storage.clock import SetClock
from storage.transaction import transaction
from tests.engine.factories import END, START, flows, model, user_task
from tests.engine.test_timers import boundary, timer
from worker import Ticker

COUNTED = model(
    START
    + user_task("t", 'camunda:candidateUsers="ann"')
    + boundary("late", "t", timer("timeDate", "= workdays(1)"))
    + END
    + flows("start t end", "late end")
)
INSTANCES = 25


def test_an_act_on_a_working_day_moves_every_timer_that_counts_it(esep: Esep, ticker: Ticker, clock: SetClock):
    with transaction():
        esep.engine.definitions.deploy("test", {"p.bpmn": COUNTED}, by=None)
        instances = [esep.engine.instances.start("p").id for _ in range(INSTANCES)]
    [before] = {esep.engine.timers.of_instance(instance)[0].due_at for instance in instances}
    off = esep.register.calendar.day_of(before)

    with transaction():
        esep.register.calendar.set_day(off, working=False, names=Names("x", "x", "x"), act_number="1", act_date=date(2026, 1, 1))
    clock.advance(2 * MEMORY)
    ticker.deliver()

    expected = esep.register.calendar.add_working_days(before, 1)
    assert expected - before >= timedelta(days=1)
    assert {esep.engine.timers.of_instance(instance)[0].due_at for instance in instances} == {expected}
