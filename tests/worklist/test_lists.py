"""What a person finds in the list of tasks."""

from datetime import timedelta

import pytest

from organisations.actors import Actor, Duty
from organisations.roles import Role
from worklist.errors import TaskSortUnknown
from worklist.filters import Scope, TaskFilter, TaskQuery, TaskSort


def only(scope: Scope = Scope.INBOX, **filters: object) -> TaskQuery:
    return TaskQuery(TaskFilter(**filters), scope)


def test_the_inbox_holds_what_is_with_me_and_what_waits_for_me_with_nobody(office):
    office.starts(business_key="free")
    office.does("claim", office.executor, office.task(office.starts(business_key="mine")))
    office.does("claim", office.colleague, office.task(office.starts(business_key="theirs")))
    office.starts(business_key="elsewhere", body=office.tree.other_district.id)

    assert sorted(office.seen_by(office.executor)) == ["free", "mine"]
    assert office.seen_by(office.executor, only(Scope.MINE)) == ["mine"]
    assert office.seen_by(office.executor, only(Scope.CANDIDATE)) == ["free"]
    assert sorted(office.seen_by(office.executor, only(Scope.VISIBLE))) == ["free", "mine", "theirs"]
    assert office.seen_by(office.head) == []


def test_a_person_who_has_just_joined_a_body_sees_its_tasks(office):
    office.starts(business_key="waiting")

    newcomer = Actor(office.stranger.user_id, "stranger", "Жаңа", "kk", (Duty(Role.EXECUTOR, office.tree.district.id),))

    assert office.seen_by(newcomer) == ["waiting"]


def test_who_reads_tasks_below_sees_those_of_all_bodies_there(office):
    office.starts(business_key="one")
    office.starts(business_key="two", body=office.tree.other_district.id)

    assert office.seen_by(office.manager) == []
    assert sorted(office.seen_by(office.manager, only(Scope.VISIBLE))) == ["one", "two"]
    assert sorted(office.seen_by(office.admin, only(Scope.VISIBLE))) == ["one", "two"]


def test_the_most_urgent_come_first_and_those_without_a_date_last(office):
    for days, key in ((9, "late"), (None, "never"), (2, "soon")):
        office.starts(business_key=key, due=office.clock.now() + timedelta(days=days) if days else None)

    assert office.seen_by(office.executor) == ["soon", "late", "never"]
    down = TaskQuery(sort=TaskSort("due_at", descending=True))
    assert office.seen_by(office.executor, down) == ["late", "soon", "never"]


@pytest.mark.parametrize("sort", ["due_at", "created_at", "priority", "name", "assignee"])
@pytest.mark.parametrize("descending", [False, True])
def test_pages_read_on_from_the_last_task_seen(office, sort, descending):
    for number, days in enumerate((1, None, 1, 3, None)):
        office.starts(business_key=f"t{number}", due=office.clock.now() + timedelta(days=days) if days else None)
    query = TaskQuery(sort=TaskSort(sort, descending))
    whole = office.seen_by(office.executor, query)

    read, after = [], None
    while True:
        found = office.worklist.tasks(office.executor, query, limit=2, after=after)
        read += [task.business_key for task in found.items]
        if (after := found.next) is None:
            break

    assert read == whole
    assert len(whole) == 5
    assert office.seen_by(office.executor, query, limit=2, skip=3) == whole[3:]


def test_filters_narrow(office):
    soon, later = office.clock.now() + timedelta(days=1), office.clock.now() + timedelta(days=30)
    office.starts(business_key="EMP-01:soon", due=soon)
    approving = office.starts(business_key="EMP-02:later", due=later)
    office.does("complete", office.executor, office.task(approving), {"decision": "accept"})
    office.clock.advance(timedelta(days=2))
    me = office.admin

    def found(**filters: object) -> list[str]:
        return sorted(key.partition(":")[2] for key in office.seen_by(me, only(Scope.VISIBLE, **filters)))

    assert found() == ["later", "soon"]
    assert found(element_ids=("approve",)) == ["later"]
    assert found(definition_keys=("named",)) == []
    assert found(business_keys=("EMP-01:soon",)) == ["soon"]
    assert found(bodies=(office.tree.district.id,)) == ["later", "soon"]
    assert found(bodies=(office.tree.oblast.id,)) == []
    assert found(overdue=True) == ["soon"]
    assert found(due_before=later) == ["soon"]
    assert found(without_due=True) == ["later"]
    assert found(search="emp-02") == ["later"]
    assert found(search="100%") == []
    assert found(assigned=True) == []
    assert found(candidate_groups=(f"head@{office.tree.district.id}",)) == ["later"]
    assert found(priority_from=60) == ["soon"]
    assert found(either=(TaskFilter(element_ids=("approve",), overdue=True),)) == ["later", "soon"]
    assert found(either=(TaskFilter(element_ids=("approve",)), TaskFilter(overdue=True))) == []
    assert office.worklist.count(me, only(Scope.VISIBLE, overdue=True)) == 1


def test_a_list_is_not_sorted_by_just_anything(office):
    with pytest.raises(TaskSortUnknown):
        office.seen_by(office.executor, TaskQuery(sort=TaskSort("mood")))
