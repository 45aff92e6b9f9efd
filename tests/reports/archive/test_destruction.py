"""An act of destruction is drafted by the chancery, approved by another with the right at the same body, and names what it destroys."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from organisations.actors import Duty
from organisations.errors import BodyNotFound, NotPermitted
from organisations.roles import Role
from reports.archive.errors import (
    DestructionActInAnotherState,
    DestructionActInvalid,
    DestructionActNotFound,
    DraftedByYourself,
    NothingToDestroy,
)
from reports.archive.tables import ActState
from storage import journal
from storage.transaction import transaction
from tests.reports.archive.repository import KEPT, Repository

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def abandon(archive: Repository, act, who: str = "chancery"):
    with transaction():
        return archive.archive.destruction.abandon(archive.people[who], act.id, "Қате жасалды")


@SQLITE
def test_an_act_is_the_body_s_own_and_is_approved_by_somebody_else(archive: Repository):
    archive.finished()
    archive.passes()
    for who in ("executor", "head", "akim", "officer", "oblast_akim", "admin", "stranger"):
        with pytest.raises(NotPermitted):
            archive.drafts(who)
    act = archive.drafts()

    for who, refusal in (
        ("chancery", NotPermitted),
        ("admin", NotPermitted),
        ("officer", DestructionActNotFound),
        ("stranger", DestructionActNotFound),
    ):
        with pytest.raises(refusal):
            archive.approves(act, who)
    approved = archive.approves(act, "akim")

    assert (approved.state, approved.drafted_by, approved.approved_by) == (
        "approved",
        archive.people["chancery"].by,
        archive.people["akim"].by,
    )
    with pytest.raises(DestructionActInAnotherState):
        archive.approves(act)
    told = [(entry.event, entry.actor, entry.details["reports"]) for entry in journal.entries_about("destruction_act", act.id)]
    assert told == [
        ("destruction_act:drafted", archive.people["chancery"].by, 1),
        ("destruction_act:approved", archive.people["akim"].by, 1),
    ]


@SQLITE
def test_who_drafted_an_act_does_not_approve_it_whatever_else_they_may(archive: Repository):
    archive.finished()
    chancery = archive.people["chancery"]
    archive.people["both"] = replace(chancery, duties=(*chancery.duties, Duty(Role.HEAD, archive.body.id)))
    archive.passes()
    act = archive.drafts("both")

    with pytest.raises(DraftedByYourself):
        archive.approves(act, "both")

    assert archive.purges() == 0


@SQLITE
def test_a_report_is_on_one_act_and_off_it_when_that_is_given_up(archive: Repository):
    report = archive.finished()
    archive.passes()
    act = archive.drafts()
    with pytest.raises(NothingToDestroy):
        archive.drafts()

    given_up = abandon(archive, act)

    assert (given_up.state, given_up.waiting, given_up.abandon_reason) == (ActState.ABANDONED, 0, "Қате жасалды")
    with pytest.raises(DestructionActInAnotherState):
        archive.approves(act)
    again = archive.approves(archive.drafts())
    abandon(archive, again, "head")
    assert archive.purges() == 0
    assert archive.now(report).purged_at is None
    with pytest.raises(NotPermitted):
        abandon(archive, archive.drafts(), "admin")


@SQLITE
def test_an_act_names_its_reports_before_and_after_and_may_be_of_some_kinds(archive: Repository):
    archive.puts("TST-SOON", retention={"years": 1, "item": "363"})
    reports = [archive.finished(kind) for kind in (KEPT, "TST-SOON")]
    archive.passes()
    act, people = archive.drafts(kinds=["TST-SOON"]), archive.people

    def named() -> list[str]:
        return [one.business_key for one in archive.archive.destruction.reports(people["head"], act.id).items]

    assert named() == [reports[1].business_key]
    archive.approves(act)
    archive.purges()
    assert named() == [reports[1].business_key]
    newest = archive.drafts()
    assert [one.id for one in archive.archive.destruction.list(people["head"], limit=1).items] == [newest.id]
    assert [one.id for one in archive.archive.destruction.list(people["admin"], body_id=archive.body.id).items] == [newest.id, act.id]
    assert archive.archive.destruction.list(people["stranger"]).items == ()
    with pytest.raises(DestructionActNotFound):
        archive.archive.destruction.get(people["officer"], act.id)
    with pytest.raises(DestructionActNotFound):
        archive.archive.destruction.get(people["admin"], uuid4())


@SQLITE
def test_an_act_without_number_date_or_body_is_refused(archive: Repository):
    chancery, today = archive.people["chancery"], archive.register.calendar.today()
    draft = archive.archive.destruction.draft

    for attempt, refusal in (
        ((archive.body.id, " ", today), DestructionActInvalid),
        ((archive.body.id, "5", today + timedelta(days=1)), DestructionActInvalid),
        ((archive.tree.other_district.id, "5", today), NotPermitted),
        ((uuid4(), "5", today), BodyNotFound),
        ((archive.body.id, "5", today), NothingToDestroy),
    ):
        with pytest.raises(refusal), transaction():
            draft(chancery, *attempt)

    assert archive.archive.destruction.list(chancery).items == ()
