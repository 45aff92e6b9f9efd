"""The form of a report can be drawn from one answer: what stands where, what each cell holds, who fills it."""

from storage.transaction import transaction
from tests.reports.office import MEN, MONEY, NOTE_KK, TOTAL, Office


def test_every_cell_is_told_with_what_it_holds_and_like_cells_share_it(office: Office):
    report = office.opens()

    layout = office.reports.layout(office.people["executor"], report.id)

    assert list(layout.cells) == list(layout.kind.cells)
    men, total, money, note = (layout.measures[layout.cells[address]] for address in (MEN, TOTAL, MONEY, NOTE_KK))
    assert (men.breakdown, total.breakdown, men.unit, money.decimals, str(note.value_type)) == ({"sex": "men"}, {}, men.unit, 2, "text")
    assert len(layout.measures) <= len(layout.cells)


def test_to_whom_a_section_was_given_is_for_the_bodys_own_people(office: Office):
    report, mine = office.opens(), office.people["executor2"].user_id
    with transaction():
        office.reports.distribution.give_section(office.people["head"], report.id, "money", mine)

    own, other = (office.reports.layout(office.people[who], report.id) for who in ("executor", "officer"))

    assert {each.section.code: each.executor_id for each in own.sections} == {"jobs": None, "money": mine}
    assert {each.executor_id for each in other.sections} == {None}
