"""A server that is killed in the middle of a step: nothing is half done, and the step can be taken again, once."""

import os
import signal
import threading
from pathlib import Path

import pytest

from tests.installation import Answer, Installation, eventually, kill

DONE = "SELECT subject_id FROM journal_entries WHERE event = '{}'"


def task_of(installation: Installation) -> dict[str, str]:
    [task] = installation.asks("GET", "/api/v1/tasks", login="ann").json["items"]
    return task


def complete(installation: Installation, task_id: str, key: str) -> Answer:
    return installation.asks("POST", f"/api/v1/tasks/{task_id}/completion", {"values": {}}, login="ann", Idempotency_Key=key)


def attempt(installation: Installation, task_id: str, key: str) -> threading.Thread:
    """Complete a task, and not mind that the server goes away meanwhile."""

    def asking() -> None:
        try:
            complete(installation, task_id, key)
        except OSError:
            return

    thread = threading.Thread(target=asking)
    thread.start()
    return thread


@pytest.mark.faults
def test_nothing_is_half_done_and_the_same_key_takes_the_step_once(drill, rows):
    folder = drill.data_dir.parent
    drill.must("start", "held", 1)
    (folder / "hold").touch()
    with drill.serves() as server:
        task_id = task_of(drill)["id"]
        request = attempt(drill, task_id, "key-1")
        eventually((folder / "inside").exists, "a step under way")
        kill(server)
        request.join(10)
    (folder / "hold").unlink()

    assert rows(drill, DONE.format("user_task:completed")) == []
    assert rows(drill, DONE.format("drill:noted")) == []
    assert rows(drill, "SELECT key FROM idempotent_requests") == []

    with drill.serves():
        assert task_of(drill)["id"] == task_id
        first = complete(drill, task_id, "key-1")
        again = complete(drill, task_id, "key-1")
        other = complete(drill, task_id, "key-2")
        assert task_of(drill)["element_id"] == "approve"

    assert (first.status, again.status) == (204, 204)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert other.status == 409
    for event in ("user_task:completed", "drill:noted"):
        assert len(rows(drill, DONE.format(event))) == 1
    assert drill.must("db", "check") == "db: ok\n"


@pytest.mark.faults
def test_the_master_starts_a_process_anew_that_was_killed_in_a_step(drill_on_postgresql, rows):
    drill, folder = drill_on_postgresql, drill_on_postgresql.data_dir.parent
    drill.must("start", "held", 1)
    (folder / "hold").touch()
    with drill.serves() as server:
        task_id = task_of(drill)["id"]
        request = attempt(drill, task_id, "key-1")
        eventually((folder / "inside").exists, "a step under way")
        os.kill(child_of(server.pid), signal.SIGKILL)
        request.join(10)
        (folder / "hold").unlink()
        eventually(drill.is_ready, "the server again")
        assert complete(drill, task_id, "key-1").status == 204

    assert len(rows(drill, DONE.format("drill:noted"))) == 1


def child_of(process_id: int) -> int:
    return int(Path(f"/proc/{process_id}/task/{process_id}/children").read_text().split()[0])
