import time
from datetime import timedelta
from statistics import median

import pytest
import sqlalchemy as sa

from organisations import passwords, sign_in
from organisations.errors import SignInBusy, TooManyFailures, UserNotFound, WrongCredentials
from organisations.organisations import Organisations
from organisations.roles import Role
from organisations.tables import FailureRow, UserRow
from storage.database import session
from storage.journal import entries_about
from storage.transaction import transaction
from tests.organisations.factories import make_body, make_user
from tests.organisations.statements import counted

PASSWORD = "сары-арқа 2026"
ADDRESS = "10.0.0.7"


def fails(house, login="aigul", password="wrong password", address=ADDRESS):
    """One failed attempt as the edge lives it: refused, then counted."""
    with pytest.raises(WrongCredentials), transaction():
        house.sign_in.by_password(login, password, address)


@pytest.fixture
def aigul(database):
    with transaction():
        return make_user(Role.HEAD, make_body(), login="aigul", password=PASSWORD)


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(sign_in, "MOST_PER_LOGIN", 3)
    monkeypatch.setattr(sign_in, "MOST_PER_ADDRESS", 5)


def test_a_person_signs_in_with_login_and_password(house, aigul):
    assert house.sign_in.by_password("Aigul", PASSWORD, ADDRESS) == aigul


def test_the_hash_is_argon2id_with_the_costs_of_the_design(house, aigul):
    kept = session.scalar(sa.select(UserRow.password_hash).where(UserRow.id == aigul.user_id))

    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.DECOY.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("aigul", "wrong password"),
        ("aigul", ""),
        ("aigul", PASSWORD + " "),
        ("nobody", PASSWORD),
        ("", ""),
        ("\x00", "\x00"),
        ("\ud800", "\ud800"),
        ("aigul\x00", PASSWORD),
        ("x" * 1_000_000, "x" * 1_000_000),
    ],
)
def test_every_wrong_credential_gets_the_same_answer(house, aigul, login, password):
    with pytest.raises(WrongCredentials) as refused:
        house.sign_in.by_password(login, password, ADDRESS)

    assert refused.value.fields == {}


def test_nobody_gets_in_without_a_password_or_when_deactivated(house, aigul):
    house.users.create("program", name_kk="Бағдарлама")
    house.users.deactivate(aigul.user_id)

    for login, password in (("program", ""), ("aigul", PASSWORD)):
        with pytest.raises(WrongCredentials):
            house.sign_in.by_password(login, password, ADDRESS)


def test_an_unknown_login_costs_the_same_as_a_known_one(house, aigul):
    def seconds(login):
        started = time.process_time()
        with counted() as statements, pytest.raises(WrongCredentials):
            house.sign_in.by_password(login, "wrong password", ADDRESS)
        return time.process_time() - started, len(statements)

    known, unknown = zip(*((seconds("aigul"), seconds("nobody")) for _ in range(7)), strict=True)

    assert {count for _, count in known} == {count for _, count in unknown} == {2}
    assert 0.5 < median(spent for spent, _ in known) / median(spent for spent, _ in unknown) < 2


def test_a_verified_credential_is_remembered_for_a_minute_and_costs_one_select(house, aigul, clock, monkeypatch):
    house.sign_in.by_password("aigul", PASSWORD, ADDRESS)
    hashing = []
    monkeypatch.setattr(passwords, "verified", lambda password, kept: hashing.append(password) or True)

    with counted() as statements:
        house.sign_in.by_password("aigul", PASSWORD, ADDRESS)
    clock.advance(timedelta(seconds=60))
    house.sign_in.by_password("aigul", PASSWORD, ADDRESS)

    assert len(statements) == 1
    assert hashing == [PASSWORD]


def test_only_the_very_credential_is_remembered_and_never_the_password(house, aigul):
    house.sign_in.by_password("aigul", PASSWORD, ADDRESS)

    with pytest.raises(WrongCredentials):
        house.sign_in.by_password("aigul", PASSWORD + "x", ADDRESS)
    assert PASSWORD.encode() not in repr(vars(house.sign_in._remembered)).encode()


def test_a_changed_password_is_forgotten_in_every_process_at_once(house, aigul, clock):
    other_process = Organisations(clock)
    for process in (house, other_process):
        process.sign_in.by_password("aigul", PASSWORD, ADDRESS)

    house.users.set_password(aigul.user_id, "another password")

    for process in (house, other_process):
        with pytest.raises(WrongCredentials):
            process.sign_in.by_password("aigul", PASSWORD, ADDRESS)
        assert process.sign_in.by_password("aigul", "another password", ADDRESS).login == "aigul"


def test_remembering_is_bounded(clock):
    remembered = passwords.Remembered(most=3)

    for number in range(10):
        remembered.learn(f"password {number}", "hash", clock.now())

    assert [remembered.knows(f"password {number}", "hash", clock.now()) for number in (6, 7, 9)] == [False, True, True]


def test_too_many_failures_of_a_login_turn_away_even_the_right_password(house, aigul, few, clock):
    for _ in range(3):
        fails(house)

    with pytest.raises(TooManyFailures) as refused:
        house.sign_in.by_password("aigul", PASSWORD, "10.0.0.8")

    assert refused.value.fields == {"retry_after": 900}
    clock.advance(timedelta(seconds=899))
    with pytest.raises(TooManyFailures):
        house.sign_in.by_password("aigul", PASSWORD, ADDRESS)
    clock.advance(timedelta(seconds=1))
    assert house.sign_in.by_password("aigul", PASSWORD, ADDRESS) == aigul


def test_the_answer_says_when_the_oldest_counted_failure_leaves_the_window(house, aigul, few, clock):
    for _ in range(3):
        fails(house)
        clock.advance(timedelta(minutes=2))

    with pytest.raises(TooManyFailures) as refused:
        house.sign_in.by_password("aigul", PASSWORD, ADDRESS)

    assert refused.value.fields == {"retry_after": (15 - 6) * 60}


def test_an_unknown_login_is_throttled_like_a_known_one(house, few):
    for _ in range(3):
        fails(house, login="nobody")

    with pytest.raises(TooManyFailures):
        house.sign_in.by_password("nobody", PASSWORD, ADDRESS)


def test_an_address_that_tries_many_logins_is_turned_away_others_are_not(house, aigul, few):
    for number in range(5):
        fails(house, login=f"guess{number}")

    with pytest.raises(TooManyFailures):
        house.sign_in.by_password("aigul", PASSWORD, ADDRESS)
    assert house.sign_in.by_password("aigul", PASSWORD, "10.0.0.8") == aigul


def test_who_is_signed_in_already_is_not_locked_out_by_a_guesser(house, aigul, few):
    house.sign_in.by_password("aigul", PASSWORD, ADDRESS)
    for _ in range(3):
        fails(house, address="6.6.6.6")

    assert house.sign_in.by_password("aigul", PASSWORD, ADDRESS) == aigul


def test_reaching_the_limit_is_journaled_once_and_what_was_typed_is_not_kept(house, aigul, few):
    for _ in range(3):
        fails(house)
    for _ in range(3):
        fails(house, login="my-password-in-the-wrong-field", address="10.0.0.9")

    assert [entry.event for entry in entries_about("user", aigul.user_id)].count("sign_in:throttled") == 1
    assert [entry.event for entry in entries_about("address", "10.0.0.9")] == ["sign_in:throttled"]
    assert b"my-password" not in b"".join(session.scalars(sa.select(FailureRow.login_hash)))


def test_failures_are_counted_in_the_database_for_all_processes(house, aigul, few, clock):
    for process in (house, Organisations(clock), Organisations(clock)):
        fails(process)

    with pytest.raises(TooManyFailures):
        Organisations(clock).sign_in.by_password("aigul", PASSWORD, ADDRESS)


def test_an_address_of_any_length_is_counted(house, few):
    for _ in range(3):
        fails(house, login="a", address="f" * 500)

    with pytest.raises(TooManyFailures):
        house.sign_in.by_password("a", PASSWORD, "f" * 500)


def test_failures_out_of_the_window_are_swept_away(house, aigul, clock):
    fails(house)
    clock.advance(timedelta(minutes=15))
    fails(house)

    house.sweep()

    assert session.scalar(sa.select(sa.func.count()).select_from(FailureRow)) == 1


def test_only_a_few_passwords_are_hashed_at_a_time(monkeypatch):
    monkeypatch.setattr(passwords, "PATIENCE_SECONDS", 0)
    with passwords._Turn(), passwords._Turn(), pytest.raises(SignInBusy):
        passwords.verified("password", None)

    assert not passwords.verified("password", None)


def test_the_actor_of_an_unknown_user_is_refused(house):
    with pytest.raises(UserNotFound):
        house.actor("0190b9f0-7a5e-7cc1-8a5e-000000000001")
