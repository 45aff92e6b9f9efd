from datetime import date, timedelta
from uuid import uuid4

import pytest

from organisations import permissions
from organisations.actors import Duty
from organisations.errors import (
    AbsentHoldsNothing,
    ActingNotFound,
    ActsForThemselves,
    AlreadyHolds,
    AlreadyReplaced,
    NotPermitted,
    OrderInvalid,
    UserInactive,
    UserNotFound,
    ValidityBackwards,
)
from organisations.permissions import Permission
from organisations.roles import Role
from storage.database import session
from storage.journal import entries_about
from tests.organisations.factories import make_body, make_tree, make_user

ORDER = {
    "order_number": "12-ө",
    "order_date": date(2026, 9, 30),
    "valid_from": date(2026, 10, 2),
    "valid_to": date(2026, 10, 3),
}
NOW = ORDER | {"valid_from": date(2026, 10, 1)}


@pytest.fixture
def district(house):
    return make_body()


@pytest.fixture
def akim(district):
    return make_user(Role.AKIM, district)


@pytest.fixture
def deputy(district):
    return make_user(Role.DEPUTY_AKIM, district)


def test_an_order_is_in_force_between_its_days_only(house, clock, district, akim, deputy):
    house.acting.appoint(akim.user_id, deputy.user_id, Role.AKIM, district.id, **ORDER)

    held = []
    for _ in range(4):
        held.append(house.actor(deputy.user_id).has(Role.AKIM, district.id))
        clock.advance(timedelta(days=1))

    assert held == [False, True, True, False]


def test_the_duty_is_marked_with_the_absent_person_and_the_order(house, district, akim, deputy):
    house.acting.appoint(akim.user_id, deputy.user_id, Role.AKIM, district.id, **NOW)

    actor = house.actor(deputy.user_id)

    assert set(actor.duties) == {Duty(Role.DEPUTY_AKIM, district.id), Duty(Role.AKIM, district.id, akim.user_id, "12-ө")}
    assert actor.on_behalf_of(Role.AKIM, district.id) == akim.user_id
    assert actor.on_behalf_of(Role.DEPUTY_AKIM, district.id) is None
    assert f"akim@{district.id}" in actor.groups
    assert permissions.duty_for(actor, Permission.REPORT_SIGN, district.id) == Duty(Role.DEPUTY_AKIM, district.id)


def test_an_acting_person_never_has_more_than_the_absent_one_has_today(house, clock, district, akim, deputy):
    house.acting.appoint(akim.user_id, deputy.user_id, Role.AKIM, district.id, **NOW)
    [membership] = house.memberships.of(akim.user_id)

    house.memberships.end(membership.id)

    assert not house.actor(deputy.user_id).has(Role.AKIM, district.id)


def test_a_deactivated_absent_person_gives_nothing(house, district, akim, deputy):
    house.acting.appoint(akim.user_id, deputy.user_id, Role.AKIM, district.id, **NOW)

    house.users.deactivate(akim.user_id)

    assert not house.actor(deputy.user_id).has(Role.AKIM, district.id)


def test_only_the_named_duty_is_given(house, district, akim, deputy):
    other = make_body()
    house.memberships.grant(akim.user_id, Role.MANAGER, other.id, valid_from=date(2026, 1, 1))

    house.acting.appoint(akim.user_id, deputy.user_id, Role.AKIM, district.id, **NOW)

    assert house.actor(deputy.user_id).bodies == {district.id}


def test_what_was_given_by_an_order_cannot_be_handed_on(house, district, akim, deputy):
    third = make_user(Role.HEAD, district)
    house.acting.appoint(akim.user_id, deputy.user_id, Role.AKIM, district.id, **NOW)

    with pytest.raises(AbsentHoldsNothing):
        house.acting.appoint(deputy.user_id, third.user_id, Role.AKIM, district.id, **NOW)


@pytest.mark.parametrize(
    ("role", "first", "last"),
    [
        (Role.HEAD, date(2026, 10, 1), date(2026, 10, 3)),
        (Role.AKIM, date(2019, 12, 31), date(2026, 10, 3)),
        (Role.AKIM, date(2026, 10, 1), date(2027, 1, 1)),
    ],
)
def test_the_absent_person_must_hold_the_duty_for_the_whole_time(house, district, akim, deputy, role, first, last):
    [membership] = house.memberships.of(akim.user_id)
    house.memberships.end(membership.id, last_day=date(2026, 12, 31))
    order = NOW | {"order_date": date(2019, 1, 1), "valid_from": first, "valid_to": last}

    with pytest.raises(AbsentHoldsNothing):
        house.acting.appoint(akim.user_id, deputy.user_id, role, district.id, **order)


def test_nobody_stands_in_for_themselves_or_records_their_own_order(house, district, akim, deputy):
    administrator = make_user(Role.ADMINISTRATOR, district)

    with pytest.raises(ActsForThemselves):
        house.acting.appoint(akim.user_id, akim.user_id, Role.AKIM, district.id, **NOW)
    with pytest.raises(ActsForThemselves):
        house.acting.appoint(akim.user_id, administrator.user_id, Role.AKIM, district.id, **NOW, by=administrator)


def test_one_duty_has_one_acting_person_at_a_time(house, district, akim, deputy):
    third = make_user(Role.HEAD, district)
    first = house.acting.appoint(akim.user_id, deputy.user_id, Role.AKIM, district.id, **ORDER)

    with pytest.raises(AlreadyReplaced) as refused:
        house.acting.appoint(akim.user_id, third.user_id, Role.AKIM, district.id, **ORDER)
    house.acting.revoke(first.id)
    second = house.acting.appoint(akim.user_id, third.user_id, Role.AKIM, district.id, **ORDER)

    assert refused.value.fields == {"order": "12-ө"}
    assert second.revoked_at is None


def test_who_has_the_duty_already_needs_no_order(house, district, akim):
    second_akim = make_user(Role.AKIM, district)

    with pytest.raises(AlreadyHolds):
        house.acting.appoint(akim.user_id, second_akim.user_id, Role.AKIM, district.id, **NOW)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"order_number": " "}, "/order_number"),
        ({"order_number": "1" * 61}, "/order_number"),
        ({"order_number": "12\x00"}, "/order_number"),
        ({"order_date": date(2026, 10, 5)}, "/order_date"),
    ],
)
def test_an_order_needs_a_number_and_a_date_before_its_effect(house, district, akim, deputy, change, pointer):
    with pytest.raises(OrderInvalid) as refused:
        house.acting.appoint(akim.user_id, deputy.user_id, Role.AKIM, district.id, **(ORDER | change))

    assert [fault.pointer for fault in refused.value.faults] == [pointer]


def test_an_order_runs_forward_between_active_people_who_exist(house, district, akim, deputy):
    backwards = ORDER | {"valid_to": date(2026, 10, 1)}

    with pytest.raises(ValidityBackwards):
        house.acting.appoint(akim.user_id, deputy.user_id, Role.AKIM, district.id, **backwards)
    with pytest.raises(UserNotFound):
        house.acting.appoint(akim.user_id, uuid4(), Role.AKIM, district.id, **ORDER)
    house.users.deactivate(deputy.user_id)
    with pytest.raises(UserInactive):
        house.acting.appoint(akim.user_id, deputy.user_id, Role.AKIM, district.id, **ORDER)


def test_a_revoked_order_ends_at_once_and_both_steps_are_journaled(house, district, akim, deputy):
    acting = house.acting.appoint(akim.user_id, deputy.user_id, Role.AKIM, district.id, **NOW)

    house.acting.revoke(acting.id)
    again = house.acting.revoke(acting.id)

    assert again.revoked_at is not None
    assert not house.actor(deputy.user_id).has(Role.AKIM, district.id)
    session.flush()
    entries = [entry for entry in entries_about("user", deputy.user_id) if entry.event.startswith("acting:")]
    assert [entry.event for entry in entries] == ["acting:appointed", "acting:revoked"]
    assert entries[0].on_behalf_of == akim.by
    assert entries[0].details["order"] == "12-ө"
    with pytest.raises(ActingNotFound):
        house.acting.revoke(uuid4())


def test_the_chancery_records_orders_of_its_own_body_only(house):
    tree = make_tree()
    akim, deputy = make_user(Role.AKIM, tree.district), make_user(Role.DEPUTY_AKIM, tree.district)
    chancery, stranger = make_user(Role.CHANCERY, tree.district), make_user(Role.CHANCERY, tree.oblast)

    with pytest.raises(NotPermitted):
        house.acting.appoint(akim.user_id, deputy.user_id, Role.AKIM, tree.district.id, **NOW, by=stranger)
    acting = house.acting.appoint(akim.user_id, deputy.user_id, Role.AKIM, tree.district.id, **NOW, by=chancery)

    with pytest.raises(NotPermitted):
        house.acting.revoke(acting.id, by=stranger)
    assert house.acting.list(chancery).items == (acting,)
    assert house.acting.list(stranger).items == ()


def test_orders_are_listed_newest_first_page_by_page(house, district, akim):
    administrator = make_user(Role.ADMINISTRATOR, district)
    orders = []
    for month in range(1, 4):
        days = {"valid_from": date(2027, month, 1), "valid_to": date(2027, month, 20)}
        deputy = make_user(Role.DEPUTY_AKIM, district)
        orders.append(house.acting.appoint(akim.user_id, deputy.user_id, Role.AKIM, district.id, **(ORDER | days)))

    first = house.acting.list(administrator, limit=2, body_id=district.id)
    rest = house.acting.list(administrator, limit=2, after=first.next)

    assert list(first.items + rest.items) == orders[::-1]
    assert [acting.id for acting in house.acting.list(administrator, on=date(2027, 2, 20)).items] == [orders[1].id]
