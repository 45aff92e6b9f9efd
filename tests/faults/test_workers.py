"""Several workers over one PostgreSQL, one of them killed: every timer fires, every job is done, every message arrives exactly once.

`bench/timers` does the same with 10,000 timers.
"""

from contextlib import ExitStack

import pytest

from tests.installation import eventually, kill

COUNT = 300
CHAINS = 60
WORKERS = 4
FIRED = "SELECT subject_id FROM journal_entries WHERE event = 'drill:noted'"
BY = "SELECT DISTINCT details->>'process' FROM journal_entries WHERE event = 'drill:noted'"

EFFECTS = "SELECT subject_id || ' ' || (details->>'element') FROM journal_entries WHERE event = 'drill:noted'"
OPEN = "SELECT count(*) FROM process_instances WHERE ended_at IS NULL"


@pytest.mark.faults
def test_each_timer_job_and_message_has_its_effect_once_with_four_workers_of_which_one_is_killed(drill_on_postgresql, rows):
    drill = drill_on_postgresql
    for key in ("awaiting", "chained"):
        drill.must("start", key, CHAINS)

    with ExitStack() as stack:
        doomed, *_ = [stack.enter_context(drill.runs("worker")) for _ in range(WORKERS)]
        eventually(lambda: len(rows(drill, BY)) == WORKERS and len(rows(drill, EFFECTS)) > CHAINS, "all at work", seconds=60)
        kill(doomed)
        before = len(rows(drill, EFFECTS))
        eventually(lambda: rows(drill, OPEN) == [0], "every instance has ended", seconds=60)

    effects = rows(drill, EFFECTS)
    assert before < 3 * CHAINS, "one was killed midway"
    assert len(effects) == len(set(effects)) == 3 * CHAINS
    for table in ("timers", "jobs", "deliveries", "incidents"):
        assert rows(drill, f"SELECT count(*) FROM {table}") == [0], table
    assert drill.must("db", "check") == "db: ok\n"


@pytest.mark.faults
def test_each_of_many_due_timers_fires_once_with_two_workers_of_which_one_is_killed(drill_on_postgresql, rows):
    drill = drill_on_postgresql
    drill.must("start", "timed", COUNT)

    with drill.runs("worker") as doomed, drill.runs("worker"):
        eventually(lambda: len(rows(drill, BY)) == 2 and len(rows(drill, FIRED)) > 40, "both at work")
        kill(doomed)
        before = len(rows(drill, FIRED))
        eventually(lambda: rows(drill, "SELECT count(*) FROM timers") == [0], "every timer fired")

    fired = rows(drill, FIRED)
    assert before < COUNT, "one was killed midway"
    assert len(fired) == len(set(fired)) == COUNT
    assert rows(drill, "SELECT count(*) FROM process_instances WHERE state = 'completed'") == [COUNT]
    assert drill.must("db", "check") == "db: ok\n"


@pytest.mark.faults
def test_a_worker_that_is_told_to_end_ends_soon_and_with_success(drill_on_postgresql, rows):
    drill_on_postgresql.must("start", "timed", 1)

    with drill_on_postgresql.runs("worker") as worker:
        eventually(lambda: len(rows(drill_on_postgresql, FIRED)) == 1, "a worker at work")
        worker.terminate()

        assert worker.wait(10) == 0
