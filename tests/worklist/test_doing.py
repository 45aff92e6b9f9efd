"""Claiming, delegating, assigning and completing, and who may."""

import pytest

from engine.errors import TaskAlreadyClaimed, TaskDelegated, TaskNotDelegated, TaskNotFound, TaskNotOpen
from forms.errors import FormInvalid
from organisations.actors import Actor, Duty
from organisations.roles import Role
from storage import journal
from storage.transaction import transaction
from tests.organisations.statements import counted
from worklist.errors import NotAColleague, NotYourTask, TaskNotAssignable, TaskWithoutCandidates


def test_a_candidate_claims_a_task_and_completes_it(office):
    task = office.task(office.starts())

    office.does("claim", office.executor, task)
    office.does("complete", office.executor, task, {"decision": "accept"})

    history = office.engine.history.activity(task.id)
    assert (history.by, history.task["assignee"]) == (office.executor.by, office.executor.by)


def test_a_candidate_completes_a_task_that_nobody_has_in_one_step(office):
    instance = office.starts()

    office.does("complete", office.executor, office.task(instance), {"decision": "accept"})

    assert office.task(instance).element_id == "approve"


def test_a_task_of_another_body_does_not_exist_for_me(office):
    task = office.task(office.starts())

    for act, arguments in (("claim", ()), ("complete", ({"decision": "accept"},)), ("delegate", (office.executor.user_id,))):
        with pytest.raises(TaskNotFound):
            office.does(act, office.stranger, task, *arguments)


def test_a_task_of_my_body_for_another_role_is_not_mine(office):
    task = office.task(office.starts())

    with pytest.raises(NotYourTask):
        office.does("complete", office.head, task, {"decision": "accept"})


def test_what_a_colleague_has_taken_is_theirs(office):
    task = office.task(office.starts())
    office.does("claim", office.colleague, task)

    for act, arguments in (("claim", ()), ("complete", ({"decision": "accept"},))):
        with pytest.raises(TaskAlreadyClaimed):
            office.does(act, office.executor, task, *arguments)


def test_claiming_again_changes_nothing(office):
    task = office.task(office.starts())

    first = office.does("claim", office.executor, task)

    assert office.does("claim", office.executor, task) == first


def test_a_completed_task_is_gone_and_says_so(office):
    task = office.task(office.starts())
    office.does("complete", office.executor, task, {"decision": "accept"})

    with pytest.raises(TaskNotOpen):
        office.does("complete", office.executor, task, {"decision": "accept"})


def test_a_form_is_held_on_the_server(office):
    task = office.task(office.starts())

    with pytest.raises(FormInvalid) as refused:
        office.does("complete", office.executor, task, {"decision": "burn"})

    assert [fault.pointer for fault in refused.value.faults] == ["/values/decision"]


def test_only_what_the_form_asks_for_becomes_a_variable(office):
    instance = office.starts(receiver="oblast")

    office.does("complete", office.executor, office.task(instance), {"decision": "accept", "receiver": "me"})

    assert office.engine.instances.variables(instance.id)["receiver"] == "oblast"


def test_a_delegate_gives_the_task_back_resolved(office):
    task = office.task(office.starts())
    office.does("claim", office.executor, task)

    office.does("delegate", office.executor, task, office.colleague.user_id)
    with pytest.raises(TaskDelegated):
        office.does("complete", office.colleague, task, {"decision": "accept"})
    back = office.does("resolve", office.colleague, task, {"decision": "accept"})

    assert (back.assignee, back.delegation_state) == (office.executor.by, "resolved")


def test_a_task_that_was_not_delegated_cannot_be_resolved(office):
    task = office.task(office.starts())
    office.does("claim", office.executor, task)

    with pytest.raises(TaskNotDelegated):
        office.does("resolve", office.executor, task)


@pytest.mark.parametrize("to", ["stranger", "head"])
def test_a_task_stays_within_the_body_and_the_right(office, to):
    task = office.task(office.starts())
    office.does("claim", office.executor, task)

    with pytest.raises(NotAColleague):
        office.does("delegate", office.executor, task, getattr(office, to).user_id)


def test_a_head_assigns_tasks_of_the_own_body(office):
    task = office.task(office.starts())
    elsewhere = office.task(office.starts(body=office.tree.other_district.id))

    given = office.does("assign", office.head, task, office.colleague.user_id)

    assert given.assignee == office.colleague.by
    with pytest.raises(TaskNotFound):
        office.does("assign", office.head, elsewhere, office.stranger.user_id)


def test_an_executor_does_not_assign(office):
    task = office.task(office.starts())

    with pytest.raises(TaskNotAssignable):
        office.does("assign", office.executor, task, office.colleague.user_id)


def test_a_head_takes_a_task_back_from_somebody(office):
    task = office.task(office.starts())
    office.does("claim", office.executor, task)

    with pytest.raises(NotYourTask):
        office.does("unclaim", office.colleague, task)

    assert office.does("unclaim", office.head, task).assignee is None


def test_who_a_diagram_names_by_login_has_the_task(office):
    instance = office.starts("named", who="executor")
    task = office.task(instance)

    with pytest.raises(TaskWithoutCandidates):
        office.does("unclaim", office.executor, task)
    office.does("complete", office.executor, task, {"answer": 42})

    assert office.engine.instances.get(instance.id).state == "completed"


def test_an_acting_person_completes_on_behalf_of_the_absent_one(office):
    instance = office.starts()
    office.does("complete", office.executor, office.task(instance), {"decision": "accept"})
    task = office.task(instance)
    duty = Duty(Role.HEAD, office.tree.district.id, absent_user_id=office.head.user_id, order="12-ө")
    acting = Actor(office.colleague.user_id, "colleague", "Ерлан", "kk", (*office.colleague.duties, duty))

    office.does("complete", acting, task, {})

    done = office.engine.history.activity(task.id)
    [entry] = [entry for entry in journal.entries_about("user_task", task.id) if entry.event == "user_task:completed"]
    assert (done.by, done.on_behalf_of) == (acting.by, office.head.by)
    assert (entry.actor, entry.on_behalf_of) == (acting.by, office.head.by)


def test_allowed_actions_say_what_would_be_granted(office):
    task = office.task(office.starts())

    assert office.worklist.allowed_actions(office.executor, task) == ["complete", "save_draft", "claim"]
    assert office.worklist.allowed_actions(office.head, task) == ["assign"]
    assert office.worklist.allowed_actions(office.stranger, task) == []
    taken = office.does("claim", office.executor, task)
    assert office.worklist.allowed_actions(office.executor, taken) == ["complete", "save_draft", "unclaim", "delegate"]
    assert office.worklist.allowed_actions(office.head, taken) == ["unclaim", "assign"]


def test_nothing_is_allowed_while_the_instance_is_suspended(office):
    instance = office.starts()
    office.does("claim", office.executor, office.task(instance))
    with transaction():
        office.operate.suspend(office.admin, instance.id)

    assert office.worklist.allowed_actions(office.executor, office.task(instance)) == []


def test_completing_adds_no_statement_to_the_engines(office):
    instance = office.starts()
    task = office.task(instance)
    office.does("claim", office.executor, task)
    office.forms.validate("decision", {"decision": "accept"})  # what is kept in memory is there

    with counted() as statements:
        office.does("complete", office.executor, task, {"decision": "accept"})

    said = [statement for statement in statements if not statement.startswith(("BEGIN", "COMMIT"))]
    assert len(said) <= 8, "\n".join(said)
