from datetime import date, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from organisations import permissions
from organisations.actors import Duty
from organisations.errors import (
    SessionNotFound,
    SessionNotValid,
    TokenInvalid,
    TokenNotFound,
    TokenNotValid,
    TokenTooWide,
)
from organisations.permissions import Permission
from organisations.roles import Role
from organisations.tables import SessionRow, TokenRow
from storage.database import session
from storage.journal import entries_about
from storage.transaction import transaction
from tests.organisations.factories import make_body, make_user
from tests.organisations.statements import counted

READ = [Permission.REPORT_READ]


@pytest.fixture
def head(database):
    with transaction():
        return make_user(Role.HEAD, make_body())


@pytest.fixture
def busy_person(house, head):
    """Somebody with three roles of their own and two held for others."""
    with transaction():
        bodies = [make_body(f"Бөлім {number}") for number in range(4)]
        house.memberships.grant(head.user_id, Role.EXECUTOR, bodies[0].id, valid_from=date(2026, 1, 1))
        house.memberships.grant(head.user_id, Role.MANAGER, bodies[1].id, valid_from=date(2026, 1, 1))
        days = {"order_date": date(2026, 9, 1), "valid_from": date(2026, 10, 1), "valid_to": date(2026, 10, 31)}
        for number, body in enumerate(bodies[2:]):
            absent = make_user(Role.AKIM, body)
            house.acting.appoint(absent.user_id, head.user_id, Role.AKIM, body.id, order_number=f"{number}", **days)
    return head


def test_whoever_comes_is_known_with_all_duties_by_one_select(house, busy_person, clock):
    expires_at = clock.now() + timedelta(days=1)
    with transaction():
        opened = house.sessions.open(busy_person)
        issued = house.tokens.issue(busy_person, "n", READ, expires_at=expires_at)
    house.tokens.actor(issued.secret)

    found = []
    for knows in (
        lambda: house.actor(busy_person.user_id),
        lambda: house.actor(busy_person.by),
        lambda: house.sessions.get(opened.secret).actor,
        lambda: house.tokens.actor(issued.secret),
    ):
        session.rollback()
        with counted() as statements:
            found.append(knows())
        assert len(statements) == 1
        assert statements[0].startswith("WITH")

    assert {len(actor.duties) for actor in found} == {5}
    assert {sum(duty.acting for duty in actor.duties) for actor in found} == {2}


def test_a_session_knows_its_person_until_it_is_closed(house, head):
    opened = house.sessions.open(head, "10.0.0.7")

    again = house.sessions.get(opened.secret)

    assert (again.actor, again.id, again.csrf) == (head, opened.id, opened.csrf)
    assert [facts.address for facts in house.sessions.list(head)] == ["10.0.0.7"]
    house.sessions.close(head, opened.id)
    with pytest.raises(SessionNotValid):
        house.sessions.get(opened.secret)
    with pytest.raises(SessionNotFound):
        house.sessions.close(head, opened.id)
    session.flush()
    events = [entry.event for entry in entries_about("user", head.user_id)]
    assert events[-2:] == ["session:opened", "session:closed"]


def test_the_secret_is_kept_by_hash_and_the_csrf_token_not_at_all(house, head):
    opened = house.sessions.open(head)

    row = session.get(SessionRow, opened.id)

    kept = repr([getattr(row, column.key) for column in SessionRow.__table__.columns])
    assert opened.secret not in kept
    assert opened.csrf not in kept
    assert len(row.secret_hash) == 32
    assert opened.csrf != house.sessions.open(head).csrf


@pytest.mark.parametrize("secret", ["", "unknown", "\x00", "\ud800", "x" * 1_000_000])
def test_an_unknown_secret_is_no_session_and_no_token(house, secret):
    with pytest.raises(SessionNotValid):
        house.sessions.get(secret)
    with pytest.raises(TokenNotValid):
        house.tokens.actor(secret)


def test_a_session_ends_by_idleness_and_by_age(house, head, clock):
    with transaction():
        idle, used = house.sessions.open(head), house.sessions.open(head)

    for _ in range(4):
        clock.advance(timedelta(hours=5, minutes=59))
        house.sessions.get(used.secret)

    with pytest.raises(SessionNotValid):
        house.sessions.get(idle.secret)
    assert [facts.id for facts in house.sessions.list(head)] == [used.id]
    clock.advance(timedelta(minutes=4))
    with pytest.raises(SessionNotValid):
        house.sessions.get(used.secret)
    house.sweep()
    assert session.scalar(sa.select(sa.func.count()).select_from(SessionRow)) == 0


def test_use_is_noted_coarsely_so_that_reading_does_not_write(house, head, clock):
    with transaction():
        opened = house.sessions.open(head)

    clock.advance(timedelta(minutes=4))
    with counted() as soon:
        house.sessions.get(opened.secret)
    clock.advance(timedelta(minutes=1))
    with counted() as later:
        house.sessions.get(opened.secret)

    assert [len(soon), len(later)] == [1, 2]
    session.rollback()
    assert house.sessions.list(head)[0].last_used_at == clock.now()


def test_use_inside_a_step_belongs_to_the_step(house, head, clock):
    with transaction():
        opened = house.sessions.open(head)
        issued = house.tokens.issue(head, "n", READ, expires_at=clock.now() + timedelta(days=1))
    clock.advance(timedelta(hours=2))

    with transaction():
        house.sessions.get(opened.secret)
        house.tokens.actor(issued.secret)

    assert house.sessions.list(head)[0].last_used_at == house.tokens.list(head)[0].last_used_at == clock.now()


def test_a_new_password_and_a_deactivation_end_sessions_and_tokens(house, head, clock):
    for shut_out in (lambda: house.users.set_password(head.user_id, "another password"), lambda: house.users.deactivate(head.user_id)):
        opened = house.sessions.open(head)
        issued = house.tokens.issue(head, "n", READ, expires_at=clock.now() + timedelta(days=1))

        shut_out()

        with pytest.raises(SessionNotValid):
            house.sessions.get(opened.secret)
        with pytest.raises(TokenNotValid):
            house.tokens.actor(issued.secret)


def test_nobody_closes_the_session_of_another(house, head):
    opened = house.sessions.open(head)

    with pytest.raises(SessionNotFound):
        house.sessions.close(make_user(), opened.id)
    assert house.sessions.get(opened.secret).actor == head


def test_a_token_may_do_only_what_it_was_made_for(house, head, clock):
    issued = house.tokens.issue(head, "  Excel  ", READ, expires_at=clock.now() + timedelta(days=30))
    [body] = head.bodies

    actor = house.tokens.actor(issued.secret)

    assert issued.secret.startswith("esep_")
    assert (issued.token.name, issued.token.permissions) == ("Excel", ("report:read",))
    assert actor.scopes == {Permission.REPORT_READ}
    assert permissions.allowed(actor, Permission.REPORT_READ, body)
    assert not permissions.allowed(actor, Permission.REPORT_APPROVE, body)
    assert actor.duties == (Duty(Role.HEAD, body),)


def test_a_token_is_never_wider_than_its_owner_is_today(house, head, clock):
    issued = house.tokens.issue(head, "n", READ, expires_at=clock.now() + timedelta(days=30))
    [membership] = house.memberships.of(head.user_id)

    house.memberships.end(membership.id)

    assert not permissions.allowed(house.tokens.actor(issued.secret), Permission.REPORT_READ)


def test_a_token_expires_and_can_be_revoked_for_good(house, head, clock):
    with transaction():
        expiring = house.tokens.issue(head, "a", READ, expires_at=clock.now() + timedelta(days=1))
        revoked = house.tokens.issue(head, "b", READ, expires_at=clock.now() + timedelta(days=3))

    with transaction():
        house.tokens.revoke(head, revoked.token.id)
        house.tokens.revoke(head, revoked.token.id)
    with pytest.raises(TokenNotValid):
        house.tokens.actor(revoked.secret)
    house.tokens.actor(expiring.secret)
    clock.advance(timedelta(days=1))
    with pytest.raises(TokenNotValid):
        house.tokens.actor(expiring.secret)

    assert [token.name for token in house.tokens.list(head)] == ["b", "a"]
    session.flush()
    events = [entry.event for entry in entries_about("user", head.user_id)]
    assert events[-3:] == ["token:issued", "token:issued", "token:revoked"]
    for owner, token_id in ((make_user(), expiring.token.id), (head, uuid4())):
        with pytest.raises(TokenNotFound):
            house.tokens.revoke(owner, token_id)


def test_rights_that_the_owner_lacks_and_tokens_of_tokens_are_refused(house, head, clock):
    expires_at = clock.now() + timedelta(days=1)
    narrow = house.tokens.actor(house.tokens.issue(head, "n", READ, expires_at=expires_at).secret)

    with pytest.raises(TokenTooWide):
        house.tokens.issue(head, "n", [Permission.USER_EDIT], expires_at=expires_at)
    with pytest.raises(TokenTooWide):
        house.tokens.issue(narrow, "n", READ, expires_at=expires_at)
    with pytest.raises(TokenTooWide):
        house.sessions.open(narrow)


def test_what_is_wrong_with_a_request_for_a_token_is_said_field_by_field(house, head, clock):
    for days, wanted in ((0, ["report:read", "world:rule"]), (400, [])):
        with pytest.raises(TokenInvalid) as refused:
            house.tokens.issue(head, "", wanted, expires_at=clock.now() + timedelta(days=days))

        assert {fault.pointer for fault in refused.value.faults} == {"/name", "/permissions", "/expires_at"}


def test_permissions_that_exist_no_longer_give_nothing(house, head, clock):
    issued = house.tokens.issue(head, "n", READ, expires_at=clock.now() + timedelta(days=1))
    session.execute(sa.update(TokenRow).values(permissions=["report:read", "report:telepathy"]))

    assert house.tokens.actor(issued.secret).scopes == {Permission.REPORT_READ}
