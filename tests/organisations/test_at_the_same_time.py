"""Two people doing the same at the same moment: one does it, the other is told so."""

import threading
from datetime import date

import pytest
from flask import current_app

from organisations.bodies import BodyKind, Level
from organisations.errors import AlreadyReplaced, BinTaken, IinTaken, LoginTaken
from organisations.roles import Role
from storage.database import session
from storage.transaction import transaction
from tests.organisations.factories import make_bin, make_body, make_user


def both(step, *, other=None):
    """Run two steps in two threads; the first commits only when the second has had time to come as far as it can."""
    app, begun, outcomes = current_app._get_current_object(), threading.Event(), {}

    def run(name, work, wait):
        with app.app_context():
            if not wait:
                begun.wait(5)
            try:
                with transaction():
                    work()
                    begun.set()
                    if wait:
                        threading.Event().wait(0.3)
                outcomes[name] = None
            except Exception as refusal:  # noqa: BLE001 - the outcome is what the test looks at
                outcomes[name] = refusal
            session.remove()

    session.rollback()
    threads = [
        threading.Thread(target=run, args=("first", step, True)),
        threading.Thread(target=run, args=("second", other or step, False)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return outcomes


def refused(outcomes, kind):
    assert outcomes["first"] is None
    assert isinstance(outcomes["second"], kind), outcomes


def test_one_login_is_taken_once(house):
    refused(both(lambda: house.users.create("users.iin", name_kk="А")), LoginTaken)


def test_one_iin_is_taken_once(house):
    def step(login):
        return lambda: house.users.create(login, name_kk="А", iin="791028302728")

    refused(both(step("one"), other=step("two")), IinTaken)


def test_one_bin_is_taken_once(house):
    number = make_bin()
    facts = {"level": Level.STATE, "kind": BodyKind.MINISTRY, "name_kk": "А", "name_ru": "А"}

    refused(both(lambda: house.bodies.create(bin=number, **facts)), BinTaken)


def test_one_absent_person_is_replaced_once(house):
    with transaction():
        body = make_body()
        akim, first, second = make_user(Role.AKIM, body), make_user(Role.HEAD, body), make_user(Role.HEAD, body)
    order = {"order_number": "1", "order_date": date(2026, 9, 1), "valid_from": date(2026, 10, 1), "valid_to": date(2026, 10, 9)}

    def step(person):
        return lambda: house.acting.appoint(akim.user_id, person.user_id, Role.AKIM, body.id, **order)

    refused(both(step(first), other=step(second)), AlreadyReplaced)


@pytest.mark.parametrize("swap", [False, True])
def test_two_orders_on_the_same_two_people_never_wait_for_each_other_for_ever(house, swap):
    with transaction():
        body = make_body()
        people = [make_user(Role.AKIM, body), make_user(Role.HEAD, body)]
    order = {"order_number": "1", "order_date": date(2026, 9, 1), "valid_from": date(2026, 10, 1), "valid_to": date(2026, 10, 9)}
    akim, head = people

    def step(absent, acting, role):
        return lambda: house.acting.appoint(absent.user_id, acting.user_id, role, body.id, **order)

    steps = [step(akim, head, Role.AKIM), step(head, akim, Role.HEAD)]
    outcomes = both(*steps[:1], other=steps[1]) if not swap else both(steps[1], other=steps[0])

    assert outcomes == {"first": None, "second": None}
