"""What a list costs: two statements, met by indexes; and two people at the same task at once."""

import threading

import pytest
import sqlalchemy as sa

from refusals import Conflict
from storage.database import engine, session, snapshot
from storage.transaction import transaction
from tests.organisations.statements import counted
from worklist import listing
from worklist.filters import Scope, TaskFilter, TaskQuery, TaskSort


def test_a_page_of_the_inbox_takes_two_statements(office):
    for _ in range(3):
        office.starts()

    with counted() as statements:
        office.worklist.tasks(office.executor, TaskQuery(), limit=2)

    assert len([statement for statement in statements if statement.startswith("SELECT")]) == 2


@pytest.mark.parametrize("scope", [Scope.INBOX, Scope.MINE, Scope.CANDIDATE, Scope.VISIBLE])
@pytest.mark.parametrize("sort", ["due_at", "created_at"])
def test_no_list_of_an_official_looks_at_every_open_task(office, database, scope, sort):
    query = TaskQuery(TaskFilter(), scope, TaskSort(sort))

    plan = explained(database, listing.statement(office.executor, query, office.clock.now()))

    assert "Seq Scan on user_tasks" not in plan
    assert "SCAN user_tasks" not in plan


def explained(backend: str, statement: sa.Select) -> str:
    """The database's plan, as if the tables were large."""
    text = str(statement.compile(engine(), compile_kwargs={"literal_binds": True})).replace(":", "\\:")
    session.rollback()
    session.connection(execution_options=snapshot())
    prefix = "EXPLAIN " if backend == "postgresql" else "EXPLAIN QUERY PLAN "
    with transaction():  # or SET LOCAL would say nothing
        if backend == "postgresql":
            session.execute(sa.text("SET LOCAL enable_seqscan = off"))
        return "\n".join(str(row[-1]) for row in session.execute(sa.text(prefix + text)))


def test_of_two_candidates_who_complete_at_once_one_is_told_so(office, database, bound_applications):
    task = office.task(office.starts())
    ready, told = threading.Barrier(2), []

    def complete(actor) -> None:
        with bound_applications(database).app_context():
            ready.wait()
            try:
                with transaction():
                    office.worklist.complete(actor, task.id, {"decision": "accept"})
                told.append("done")
            except Conflict as refused:
                told.append(refused.code)

    people = [threading.Thread(target=complete, args=(actor,)) for actor in (office.executor, office.colleague)]
    for person in people:
        person.start()
    for person in people:
        person.join()

    assert sorted(told) == ["done", "task_not_open"]
