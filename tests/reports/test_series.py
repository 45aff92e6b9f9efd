"""Series of an indicator: one line of figures though the form was changed on the way."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from organisations.errors import NotPermitted
from organisations.organisations import Organisations
from organisations.roles import Role
from register.register import Register
from reports.lifecycle import Stage
from reports.models import HeldValue, Report
from reports.series import Series
from storage.database import session
from storage.identifiers import new_id
from storage.transaction import transaction
from tests.organisations.factories import make_tree, make_user
from tests.register.factories import document, indicator, indicators, names


@pytest.fixture
def register(database, clock) -> Register:
    """A form whose second version asks for town and village together, as an indicator of its own, and its third renames that."""
    made = Register(clock=clock, bodies=Organisations(clock).bodies)
    with transaction():
        made.import_indicators([*indicators(), *(indicator(code, breakdowns={}) for code in ("X.TOWN", "X.VILLAGE", "X.BOTH", "X.ALL"))])
        made.import_kind(form(1, "2025-01-01", "X.TOWN", "X.VILLAGE"), act_number="1", act_date=date(2024, 12, 1))
        joined = [{"cell": "people.both", "was": ["people.town", "people.village"]}]
        made.import_kind(form(2, "2026-01-01", "X.BOTH", maps=joined), act_number="2", act_date=date(2025, 12, 1))
        renamed = [{"cell": "people.all", "was": ["people.both"]}]
        made.import_kind(form(3, "2026-03-01", "X.ALL", maps=renamed), act_number="3", act_date=date(2026, 2, 1))
    return made


def form(version, valid_from, *codes, **more):
    fields = [{"code": code.removeprefix("X.").lower(), "names": names(code), "indicator": code} for code in codes]
    section = {"code": "people", "names": names("people"), "fields": fields}
    return document(version=version, valid_from=valid_from, sections=[section], checks=[], **more)


def hold(body, period, report_class="open", **figures):
    """An accepted report that left figures with the Register."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    report = Report(
        id=new_id(),
        business_key=period,
        kind_code="X-01",
        kind_version=1 + (period >= "2026-01") + (period >= "2026-03"),
        report_class=report_class,
        body_id=body.id,
        body_level="district",
        period=period,
        stage=Stage.ACCEPTED,
        revision=1,
        editors=[],
        notes={},
        due_at=at,
        opened_at=at,
    )
    session.add(report)
    session.flush()
    for code, value in figures.items():
        told = {"indicator": f"X.{code}", "breakdown": "", "body_id": body.id, "period": period, "value": Decimal(value)}
        session.add(HeldValue(**told, report_id=report.id, revision=1, address=f"people.{code.lower()}", held_at=at))


def test_a_series_is_whole_over_two_changes_of_the_form(register):
    with transaction():
        tree = make_tree()
        hold(tree.department, "2025-11", TOWN=30, VILLAGE=12)
        hold(tree.department, "2025-12", TOWN=31)  # the village is not known: no figure for both
        hold(tree.department, "2026-01", BOTH=44, TOWN=1, VILLAGE=1)
        hold(tree.department, "2026-03", ALL=47)
        hold(tree.oblast, "2026-03", ALL=470)
        head = make_user(Role.HEAD, tree.department)

    points = Series(register).of(head, "X.ALL", tree.department.id)

    assert [(point.period, point.value, point.mapped) for point in points] == [
        ("2025-11", 42, True),
        ("2026-01", 44, True),
        ("2026-03", 47, False),
    ]
    assert [(part.indicator, part.value) for part in points[0].parts] == [("X.TOWN", 30), ("X.VILLAGE", 12)]
    assert [point.period for point in Series(register).of(head, "X.TOWN", tree.department.id)] == ["2025-11", "2025-12", "2026-01"]
    with pytest.raises(NotPermitted):
        Series(register).of(head, "X.ALL", tree.oblast.id)


def test_a_total_that_keeps_its_indicator_and_takes_in_another_cell_adds_up_what_was_told_before(database, clock):
    """In the second version `town` is all of the people, in the third what the first two told by themselves has changed places."""
    register = Register(clock=clock, bodies=Organisations(clock).bodies)
    with transaction():
        register.import_indicators([*indicators(), *(indicator(code, breakdowns={}) for code in ("X.TOWN", "X.VILLAGE"))])
        register.import_kind(form(1, "2025-01-01", "X.TOWN", "X.VILLAGE"), act_number="1", act_date=date(2024, 12, 1))
        joined = [{"cell": "people.town", "was": ["people.town", "people.village"]}]
        register.import_kind(form(2, "2026-01-01", "X.TOWN", "X.VILLAGE", maps=joined), act_number="2", act_date=date(2025, 12, 1))
        swapped = [{"cell": "people.town", "was": ["people.village"]}, {"cell": "people.village", "was": ["people.town"]}]
        register.import_kind(form(3, "2026-03-01", "X.TOWN", "X.VILLAGE", maps=swapped), act_number="3", act_date=date(2026, 2, 1))
        tree = make_tree()
        hold(tree.department, "2025-11", TOWN=30, VILLAGE=12)
        hold(tree.department, "2025-12", TOWN=31)
        hold(tree.department, "2026-01", TOWN=44, VILLAGE=13)
        hold(tree.department, "2026-03", TOWN=14, VILLAGE=45)
        head = make_user(Role.HEAD, tree.department)

    total, village = (Series(register).of(head, code, tree.department.id) for code in ("X.VILLAGE", "X.TOWN"))

    assert [(point.period, point.value, point.mapped) for point in total] == [
        ("2025-11", 42, True),
        ("2026-01", 44, True),
        ("2026-03", 45, False),
    ]
    assert [(point.period, point.value) for point in village] == [("2025-11", 12), ("2026-01", 13), ("2026-03", 14)]


def test_figures_with_personal_data_are_for_the_body_itself_and_not_for_levels_above(register):
    with transaction():
        tree = make_tree()
        hold(tree.department, "2026-03", report_class="personal", ALL=47)
        head, above = make_user(Role.HEAD, tree.department), make_user(Role.MANAGER, tree.oblast)

    assert [point.value for point in Series(register).of(head, "X.ALL", tree.department.id)] == [47]
    assert Series(register).of(above, "X.ALL", tree.department.id) == []
