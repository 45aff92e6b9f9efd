"""Several workers over one PostgreSQL, one of them killed: every timer fires exactly once."""

import pytest

from tests.installation import eventually, kill

COUNT = 300
FIRED = "SELECT subject_id FROM journal_entries WHERE event = 'drill:noted'"
BY = "SELECT DISTINCT details->>'process' FROM journal_entries WHERE event = 'drill:noted'"


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
