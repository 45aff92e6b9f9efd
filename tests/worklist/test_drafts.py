"""Forms of tasks and their drafts."""

import pytest

from engine.errors import TaskNotFound
from storage.database import session
from worklist.drafts import MAX_BYTES, TaskDraftRow
from worklist.errors import NotYourTask, TaskDraftNotFound, TaskDraftStale, TaskDraftTooLarge, TaskWithoutForm


def test_a_form_comes_in_the_persons_language_with_what_is_known(office):
    task = office.task(office.starts(decision="accept"))

    form = office.worklist.form(office.executor, task.id, "ru")

    assert form.schema["components"][0]["label"] == "Решение"
    assert form.values["decision"] == "accept"
    assert form.draft is None


def test_a_task_without_a_form_says_so(office):
    task = office.task(office.starts("named", who=office.executor.by))

    with pytest.raises(TaskWithoutForm):
        office.worklist.form(office.executor, task.id, "kk")


def test_a_draft_is_seen_by_the_body_alone(office):
    task = office.task(office.starts())

    office.does("save_draft", office.executor, task, {"decision": "return"}, if_match=None)

    assert office.worklist.draft(office.colleague, task.id).values == {"decision": "return"}
    assert office.worklist.form(office.colleague, task.id, "kk").values["decision"] == "return"
    with pytest.raises(NotYourTask):
        office.worklist.draft(office.head, task.id)
    with pytest.raises(TaskNotFound):
        office.worklist.draft(office.stranger, task.id)


def test_a_draft_is_changed_from_the_version_that_was_read(office):
    task = office.task(office.starts())
    first = office.does("save_draft", office.executor, task, {"decision": "return"}, if_match=None)

    second = office.does("save_draft", office.colleague, task, {"decision": "accept"}, if_match=first.version)

    for version in (None, first.version, 7):
        with pytest.raises(TaskDraftStale):
            office.does("save_draft", office.executor, task, {}, if_match=version)
    assert office.worklist.draft(office.executor, task.id) == second


def test_a_draft_can_be_thrown_away(office):
    task = office.task(office.starts())
    office.does("save_draft", office.executor, task, {}, if_match=None)

    office.does("discard_draft", office.executor, task)

    with pytest.raises(TaskDraftNotFound):
        office.worklist.draft(office.executor, task.id)
    with pytest.raises(TaskDraftNotFound):
        office.does("discard_draft", office.executor, task)


def test_a_draft_has_a_limit(office):
    task = office.task(office.starts())

    with pytest.raises(TaskDraftTooLarge):
        office.does("save_draft", office.executor, task, {"decision": "x" * MAX_BYTES}, if_match=None)


def test_a_draft_goes_with_its_task(office):
    task = office.task(office.starts())
    office.does("save_draft", office.executor, task, {"decision": "accept"}, if_match=None)

    office.does("complete", office.executor, task, {"decision": "accept"})

    session.expire_all()
    assert session.query(TaskDraftRow).all() == []
