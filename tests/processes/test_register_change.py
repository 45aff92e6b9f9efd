"""Every path of register_change.bpmn, walked by the people around the Register on the real engine."""

from datetime import date
from pathlib import Path

import pytest

from engine.parsing import read
from organisations.roles import Role
from refusals import Refusal
from register.changes.errors import ChangedByYourself, DuplicatesUnexplained
from register.errors import KindNotFound
from storage.transaction import transaction
from tests.register.board import ACT, NEW, Board

DIAGRAM = Path(__file__).parents[2] / "processes" / "register_change.bpmn"


def approved(board: Board, change, **act: str):
    board.does("approve_by_act", board.brings(change, "approve_by_act"), decision="approve", **ACT | act)
    return change


def test_a_kind_goes_from_its_draft_to_the_day_of_its_act(board):
    change = approved(board, board.drafts())
    before = (board.state(change), board.steps(change))

    board.passes()

    assert before == ("approved", [])
    assert board.state(change) == "in_force"
    assert board.register.kind("N-01", date(2026, 11, 1)).version == 1
    with pytest.raises(KindNotFound):
        board.register.kind("N-01", date(2026, 10, 31))


def test_a_draft_that_repeats_nothing_lies_with_every_body_that_must_agree(board):
    change = board.brings(board.drafts(), "agree")

    groups = {group for task in board.tasks(change) for group in task.candidate_groups if group.startswith("officer@")}
    assert (board.state(change), board.steps(change)) == ("on_agreement", ["agree", "agree"])
    assert groups == {f"officer@{body.id}" for body in (board.tree.department, board.tree.directorate)}
    board.does("agree", change, who="directorate", decision="agree")
    assert board.steps(change) == ["agree"]
    board.does("agree", change, who="department", decision="agree")
    assert (board.state(change), board.steps(change)) == ("agreed", ["approve_by_act"])


def test_a_return_by_one_body_ends_the_agreement_and_begins_the_next_round(board):
    change = board.brings(board.drafts(), "agree")
    board.does("agree", change, who="department", decision="agree")

    board.does("agree", change, who="directorate", decision="return", remark="Мерзімі тым қысқа")

    again = board.now(change)
    assert (again.state, again.round, board.steps(change)) == ("draft", 2, ["draft_change"])
    board.brings(change, "approve_by_act")
    assert board.state(change) == "agreed"


def repeating(board: Board):
    """A draft that asks what X-01 collects."""
    fields = [{"code": "people", "names": {"kk": "а", "ru": "б", "en": "c"}, "indicator": "X.PEOPLE", "breakdown": {"sex": "men"}}]
    sections = [{"code": "school", "names": {"kk": "а", "ru": "б", "en": "c"}, "fields": fields}]
    change = board.drafts(sections=sections, own=[])
    board.does("draft_change", change)
    return change


def test_a_draft_that_repeats_what_is_collected_waits_for_the_owners_reasons(board):
    change = repeating(board)

    assert (board.state(change), board.steps(change)) == ("on_check", ["explain_duplicates"])
    with pytest.raises(DuplicatesUnexplained):
        board.does("explain_duplicates", change, decision="override")
    board.explains(change)
    board.does("explain_duplicates", change, decision="override")
    board.agrees(change)

    assert board.steps(change) == ["approve_by_act"]


def told(board: Board, change) -> list[tuple[str, str | None, bool]]:
    """The codes of what a change repeats, the kind that collects it or is about to, and whether that keeps it from going on."""
    return [(each.held.code, each.kind and each.kind.code, each.unexplained) for each in board.changes.repetitions(change.id)]


def test_what_is_approved_and_not_yet_in_force_is_told_once_to_whoever_asks_it_or_its_like(board):
    first = board.brings(board.drafts(), "approve_by_act")
    like = NEW | {"code": "N.LIKE"}
    fields = [{"code": "libraries", "names": NEW["names"], "indicator": "N.LIKE"}]
    alike = board.drafts(code="N-02", own=[like], sections=[{"code": "school", "names": NEW["names"], "fields": fields}])
    before = told(board, alike)
    board.does("approve_by_act", first, decision="approve", **ACT)
    same = board.drafts(code="N-03", own=[])

    while_approved = [told(board, alike), told(board, same)]
    board.does("draft_change", same)
    board.explains(same)
    board.passes()

    assert [before, *while_approved] == [[("N.LIBRARIES", "N-01", True)]] * 3
    assert told(board, alike) == [("N.LIBRARIES", "N-01", True), ("N.LIBRARIES", "N-03", True)]
    assert told(board, same) == [("N.LIBRARIES", "N-01", False)]


def test_the_next_version_of_a_kind_does_not_repeat_the_one_that_is_approved(board):
    approved(board, board.drafts())
    with transaction():
        second = board.changes.next_version(board.people["author"], "N-01", board.parties)

    assert told(board, second) == []


def test_of_two_drafts_that_ask_the_same_the_one_sent_later_is_told_and_the_other_at_its_approval(board):
    fields = [{"code": "libraries", "names": NEW["names"], "indicator": "N.LIKE"}]
    second = board.drafts(code="N-02", own=[NEW | {"code": "N.LIKE"}], sections=[{"code": "s", "names": NEW["names"], "fields": fields}])
    first = board.drafts()
    while_drafts = told(board, first)

    board.brings(first, "approve_by_act")
    board.does("draft_change", second)

    assert (while_drafts, board.steps(second)) == ([], ["explain_duplicates"])
    assert (told(board, first), told(board, second)) == ([("N.LIKE", "N-02", True)], [("N.LIBRARIES", "N-01", True)])
    with pytest.raises(DuplicatesUnexplained):
        board.does("approve_by_act", first, decision="approve", **ACT)


def test_the_owner_can_return_a_draft_that_repeats(board):
    change = repeating(board)

    board.does("explain_duplicates", change, decision="return", remark="Бар көрсеткішті қолданыңыз")

    assert (board.now(change).state, board.now(change).round, board.steps(change)) == ("draft", 2, ["draft_change"])


def test_the_one_who_approves_can_return(board):
    change = board.brings(board.drafts(), "approve_by_act")

    board.does("approve_by_act", change, decision="return", remark="Негізі көрсетілмеген")

    assert (board.state(change), board.steps(change)) == ("draft", ["draft_change"])


def test_an_edition_approves_what_waits_for_an_act(board):
    change = board.brings(board.drafts(), "approve_by_act")
    with transaction():
        edition = board.changes.editions.draft(board.people["author"], board.tree.ministry.id, [change.id])

    with transaction():
        board.changes.editions.approve(board.people["owner"], edition.id, ACT, if_match=1)
    board.passes()

    assert (board.state(change), board.steps(change)) == ("in_force", [])


def test_a_version_ends_with_its_successor_and_the_last_one_with_the_kind(board):
    first = approved(board, board.drafts())
    board.passes()
    with transaction():
        second = board.changes.next_version(board.people["author"], "N-01", board.parties)
    approved(board, second, in_force_from="2026-12-01")
    board.passes(date(2026, 12, 1))
    third = approved(board, board.withdraws("N-01"), in_force_from="2027-01-01")
    board.passes(date(2027, 1, 1))

    assert [board.state(change) for change in (first, second, third)] == ["superseded", "withdrawn", "withdrawn"]
    assert [instance.state for instance in board.engine.instances.list(state="active").items] == []
    with pytest.raises(KindNotFound):
        board.register.kind("N-01", date(2027, 1, 1))


WAITING = ["draft_change", "explain_duplicates", "agree", "approve_by_act"]


def at(board: Board, step: str):
    return repeating(board) if step == "explain_duplicates" else board.brings(board.drafts(), step)


@pytest.mark.parametrize("step", WAITING)
def test_a_change_can_be_abandoned_from_every_waiting_step(board, step):
    change = at(board, step)

    with transaction():
        board.changes.abandon(board.people["colleague"], change.id, "Керек емес")

    assert (board.state(change), board.tasks(change)) == ("abandoned", [])
    board.drafts()  # the code is free again


@pytest.mark.parametrize("step", WAITING)
def test_every_waiting_step_reminds_once_and_escalates_once(board, step):
    change = at(board, step)
    moments, bodies = board.variables(change), len(board.tasks(change))

    board.clock.move_to(moments["remind_at"])
    assert board.engine.timers.fire_due() == bodies
    board.clock.move_to(moments["escalate_at"])
    assert board.engine.timers.fire_due() == bodies

    told = [event for event in board.events(change) if event in ("reminded", "escalated")]
    assert told == ["reminded"] * bodies + ["escalated"] * bodies
    assert board.steps(change) == [step] * bodies


def test_who_wrote_a_draft_neither_agrees_nor_approves_it(board):
    with transaction():
        for who in ("department", "owner"):
            grant = board.organisations.users.memberships.grant
            grant(board.people[who].user_id, Role.METHODOLOGIST, board.tree.ministry.id, valid_from=date(2020, 1, 1))
            board.people[who] = board.organisations.actor(board.people[who].user_id)
    change = board.drafts()
    for who in ("department", "owner"):
        edits = board.now(change).edits
        with transaction():
            board.changes.save(board.people[who], change.id, change.document, if_match=edits, indicators=change.indicators)
    board.does("draft_change", change)

    with pytest.raises(ChangedByYourself):
        board.does("agree", change, who="department", decision="agree")
    assert board.state(change) == "on_agreement"


def test_a_return_without_a_remark_is_refused_and_leaves_the_task(board):
    change = board.brings(board.drafts(), "agree")

    with pytest.raises(Refusal):
        board.does("agree", change, who="directorate", decision="return")

    assert (board.state(change), board.steps(change)) == ("on_agreement", ["agree", "agree"])


def test_many_rounds_cost_the_same(board):
    change = board.brings(board.drafts(), "agree")

    for _ in range(8):
        board.does("agree", change, who="directorate", decision="return", remark="Тағы бір рет")
        board.brings(change, "agree")

    assert board.now(change).round == 9


def test_the_paths_of_these_tests_leave_no_element_out(board):
    first = board.drafts()
    told = []
    for step in WAITING:
        change = first if step == "draft_change" else at(board, step)
        for moment in ("remind_at", "escalate_at"):
            board.clock.move_to(board.variables(change)[moment])
            board.engine.timers.fire_due()
        with transaction():
            board.changes.abandon(board.people["author"], change.id, "Сынақ")
        told.append(change)
    explained = repeating(board)
    board.explains(explained)
    board.does("explain_duplicates", explained, decision="override")
    board.does("agree", explained, who="directorate", decision="return", remark="Қайта қараңыз")
    board.does("draft_change", explained)
    board.agrees(explained)
    with transaction():
        edition = board.changes.editions.draft(board.people["author"], board.tree.ministry.id, [explained.id])
        board.changes.editions.approve(board.people["owner"], edition.id, ACT | {"in_force_from": "2027-06-01"}, if_match=1)
    board.passes(date(2027, 6, 1))
    with transaction():
        second = board.changes.next_version(board.people["author"], "N-01", board.parties)
    approved(board, second, in_force_from="2027-07-01")
    board.passes(date(2027, 7, 1))
    third = approved(board, board.withdraws("N-01"), in_force_from="2027-08-01")
    board.passes(date(2027, 8, 1))

    [process] = read(DIAGRAM.read_bytes(), DIAGRAM.name).processes.values()

    assert set(process.elements) - board.visited(*told, explained, second, third) == set()
