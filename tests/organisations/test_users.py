from datetime import date, timedelta
from uuid import uuid4

import pytest

from organisations.errors import (
    AlreadyHolds,
    BodyNotFound,
    IinTaken,
    LoginTaken,
    MembershipNotFound,
    NotPermitted,
    UserChangedMeanwhile,
    UserInactive,
    UserInvalid,
    UserNotFound,
)
from organisations.roles import Role
from storage.database import session
from storage.journal import entries_about
from tests.organisations.factories import an_actor, make_body, make_tree, make_user

IIN = "791028302728"


def test_a_person_is_created_with_a_first_role_and_found_again(house):
    body = make_body()

    user = house.users.create("Aigul", name_kk="Айгүл Серікова", name_ru="Айгуль Серикова", role=Role.HEAD, body_id=body.id, iin=IIN)

    assert house.users.get(user.id) == house.users.get(str(user.id)) == house.users.find("AIGUL") == user
    assert (user.login, user.active, user.has_password, user.language) == ("aigul", True, False, "kk")
    assert (user.name("ru"), user.name("kk")) == ("Айгуль Серикова", "Айгүл Серікова")
    assert house.users.holding(Role.HEAD, body.id) == (user,)
    assert house.users.many([str(user.id), "system", str(uuid4())]) == {str(user.id): user}
    session.flush()
    assert [entry.event for entry in entries_about("user", user.id)] == ["user:created", "membership:granted"]


def test_what_is_wrong_with_a_person_is_said_field_by_field(house):
    with pytest.raises(UserInvalid) as refused:
        house.users.create("x", name_kk="", name_ru="И\u202eван", iin="791028302729", phone="\x00", language="de")

    assert {(fault.pointer, fault.code) for fault in refused.value.faults} == {
        ("/name_kk", "detail_missing"),
        ("/name_ru", "detail_invisible"),
        ("/iin", "iin_wrong"),
        ("/phone", "phone_unreadable"),
        ("/language", "detail_not_listed"),
    }


@pytest.mark.parametrize("login", ["", " ", "Әйгүл", "a b", "a\x00", "-a", "x" * 65, "../etc", "0190b9f0-7a5e-7cc1-8a5e-000000000001"])
def test_a_login_that_cannot_be_read_safely_is_refused(house, login):
    with pytest.raises(UserInvalid):
        house.users.create(login, name_kk="А")


@pytest.mark.parametrize(
    ("password", "code"), [("short", "password_too_short"), ("x" * 257, "detail_too_long"), ("LongLogin", "password_is_login")]
)
def test_a_poor_password_is_refused(house, password, code):
    with pytest.raises(UserInvalid) as refused:
        house.users.create("longlogin", name_kk="А", password=password)

    assert [fault.code for fault in refused.value.faults] == [code]


def test_logins_and_iins_belong_to_one_person(house):
    house.users.create("aigul", name_kk="А", iin=IIN)

    with pytest.raises(LoginTaken):
        house.users.create("AIGUL", name_kk="Б")
    with pytest.raises(IinTaken):
        house.users.create("other", name_kk="Б", iin=IIN)


@pytest.mark.parametrize("login", ["nobody", "", "\x00", "\ud800", "x" * 100_000])
def test_an_unknown_login_is_not_found(house, login):
    with pytest.raises(UserNotFound):
        house.users.find(login)


def test_a_change_is_versioned_and_the_journal_names_fields_but_no_numbers(house):
    user = make_user()

    changed = house.users.update(user.user_id, if_version=1, iin=IIN, phone="+7 (701) 111-22-33")

    assert (changed.iin, changed.version) == (IIN, 2)
    with pytest.raises(UserChangedMeanwhile):
        house.users.update(user.user_id, if_version=1, phone=None)
    session.flush()
    assert entries_about("user", user.user_id)[-1].details == {"fields": ["iin", "phone"]}
    assert house.users.set_language(user, "ru").language == "ru"


def test_people_are_seen_where_one_may_read_users(house):
    tree = make_tree()
    mine, other = make_user(Role.EXECUTOR, tree.rural, name="Әлия"), make_user(Role.EXECUTOR, tree.other_rural, name="Бақыт")
    manager = make_user(Role.MANAGER, tree.district, name="Гүлнар")
    administrator = make_user(Role.ADMINISTRATOR, tree.oblast, name="Дәурен")

    assert [user.login for user in house.users.list(manager).items] == [mine.login, manager.login]
    assert [user.id for user in house.users.list(administrator, limit=2).items] == [mine.user_id, other.user_id]
    with pytest.raises(NotPermitted):
        house.users.list(mine)
    assert house.users.seen(manager, mine.user_id).login == mine.login
    assert house.users.seen(mine, mine.user_id).login == mine.login
    for asking, asked in ((manager, other), (mine, other)):
        with pytest.raises(UserNotFound):
            house.users.seen(asking, asked.user_id)


def test_the_list_of_people_is_filtered_and_paged(house):
    body = make_body()
    people = [make_user(Role.EXECUTOR, body, name=name) for name in ("Асқар", "Әсел", "Бота")]
    administrator = make_user(Role.ADMINISTRATOR, make_body(), name="Яна")
    house.users.deactivate(people[0].user_id)

    first = house.users.list(administrator, body_id=body.id, role=Role.EXECUTOR, limit=2)
    rest = house.users.list(administrator, body_id=body.id, limit=2, after=first.next)

    assert [user.login for user in first.items + rest.items] == [person.login for person in people]
    assert [user.login for user in house.users.list(administrator, body_id=body.id, active=True).items] == [p.login for p in people[1:]]
    assert [user.login for user in house.users.list(administrator, search="ӘСЕ").items] == [people[1].login]


def test_only_administrators_change_people_and_nobody_lifts_themselves(house):
    body = make_body()
    head = make_user(Role.HEAD, body)

    for change in (
        lambda: house.users.create("new", name_kk="А", by=head),
        lambda: house.users.update(head.user_id, by=head, phone=None),
        lambda: house.users.set_password(head.user_id, "long enough", by=head),
        lambda: house.users.deactivate(head.user_id, by=head),
        lambda: house.memberships.grant(head.user_id, Role.ADMINISTRATOR, body.id, by=head),
        lambda: house.memberships.end(house.memberships.of(head.user_id)[0].id, by=head),
    ):
        with pytest.raises(NotPermitted):
            change()


def test_a_role_holds_from_its_first_to_its_last_day(house, clock):
    user, body = make_user(), make_body()
    house.memberships.grant(user.user_id, Role.HEAD, body.id, valid_from=date(2026, 10, 2), valid_to=date(2026, 10, 3))

    held = []
    for _ in range(4):
        held.append(house.actor(user.user_id).has(Role.HEAD, body.id))
        clock.advance(timedelta(days=1))

    assert held == [False, True, True, False]


def test_the_day_is_that_of_almaty(house, clock):
    user, body = make_user(), make_body()
    house.memberships.grant(user.user_id, Role.HEAD, body.id, valid_from=date(2026, 10, 2))
    clock.move_to(clock.now().replace(hour=18, minute=59))
    before = house.actor(user.user_id).duties

    clock.advance(timedelta(minutes=1))

    assert (before, len(house.actor(user.user_id).duties)) == ((), 1)


def test_a_role_is_not_granted_twice_for_the_same_days(house):
    user, body = make_user(), make_body()
    house.memberships.grant(user.user_id, Role.HEAD, body.id, valid_from=date(2026, 1, 1), valid_to=date(2026, 6, 30))

    with pytest.raises(AlreadyHolds):
        house.memberships.grant(user.user_id, Role.HEAD, body.id, valid_from=date(2026, 6, 30))
    later = house.memberships.grant(user.user_id, Role.HEAD, body.id, valid_from=date(2026, 7, 1))

    assert later.valid_to is None
    with pytest.raises(BodyNotFound):
        house.memberships.grant(user.user_id, Role.HEAD, uuid4())


def test_an_ended_role_is_gone_at_once_and_stays_on_record(house):
    body = make_body()
    user = make_user(Role.HEAD, body)
    [membership] = house.memberships.of(user.user_id)

    house.memberships.end(membership.id)

    assert house.actor(user.user_id).duties == ()
    assert house.memberships.of(user.user_id)[0].valid_to == date(2026, 9, 30)
    with pytest.raises(MembershipNotFound):
        house.memberships.end(uuid4())


def test_a_deactivated_person_is_nobody_until_let_in_again(house):
    body = make_body()
    user = make_user(Role.HEAD, body)

    house.users.deactivate(user.user_id)
    house.users.deactivate(user.user_id)

    with pytest.raises(UserNotFound):
        house.actor(user.user_id)
    with pytest.raises(UserInactive):
        house.memberships.grant(user.user_id, Role.AKIM, body.id)
    assert house.users.holding(Role.HEAD, body.id) == ()
    house.users.reactivate(user.user_id)
    assert house.actor(user.user_id).has(Role.HEAD, body.id)
    session.flush()
    events = [entry.event for entry in entries_about("user", user.user_id)]
    assert events == ["user:created", "membership:granted", "user:deactivated", "user:reactivated"]


@pytest.mark.parametrize("user_id", ["", "nobody", "\x00"])
def test_an_id_that_is_none_is_an_unknown_user(house, user_id):
    with pytest.raises(UserNotFound):
        house.actor(user_id)
    with pytest.raises(UserNotFound):
        house.users.get(user_id)


def test_an_actor_speaks_of_themselves_in_their_own_language(house):
    user = house.users.create("aigul", name_kk="Айгүл", name_ru="Айгуль", language="ru")

    assert house.actor(user.id).name == "Айгуль"
    assert house.knows("head")
    assert not house.knows("boss")
    assert an_actor().duties == ()
