"""The outbox: done once, tried again, set aside."""

from datetime import timedelta

import sqlalchemy as sa

from storage import journal, outbox
from storage.database import session
from storage.outbox import OutboxItem
from storage.transaction import transaction


def put(topic, clock, **payload):
    with transaction():
        return outbox.put(topic, payload, due_at=clock.now())


def waiting() -> list[OutboxItem]:
    session.rollback()
    return list(session.scalars(sa.select(OutboxItem)))


def test_an_effect_and_its_item_go_in_one_transaction(database, clock):
    put("greet", clock, name="Абай")

    def greet(delivery):
        journal.record("greeted", at=delivery.now, subject=("person", delivery.payload["name"]))

    assert outbox.deliver_due({"greet": greet}, clock) == 1
    assert outbox.deliver_due({"greet": greet}, clock) == 0
    assert len(journal.entries_about("person", "Абай")) == 1


def test_a_failing_effect_leaves_nothing_behind_and_is_tried_again_later(database, clock):
    put("greet", clock)

    def fail(delivery):
        journal.record("greeted", at=delivery.now, subject=("person", 1))
        session.flush()
        raise OSError("no line")

    assert outbox.deliver_due({"greet": fail}, clock) == 0
    assert journal.entries_about("person", 1) == []
    assert [item.last_error for item in waiting()] == ["OSError: no line"]

    clock.advance(timedelta(minutes=1))
    assert outbox.deliver_due({"greet": lambda _: None}, clock) == 1
    assert waiting() == []


def test_an_item_that_keeps_failing_is_set_aside(database, clock):
    put("greet", clock)

    def fail(_):
        raise OSError

    for _ in range(outbox.MAX_ATTEMPTS + 2):
        outbox.deliver_due({"greet": fail}, clock)
        clock.advance(timedelta(days=1))

    assert [(item.attempts, item.set_aside) for item in waiting()] == [(outbox.MAX_ATTEMPTS, True)]


def test_a_topic_that_nobody_handles_is_set_aside_at_once(database, clock):
    put("unknown", clock)

    outbox.deliver_due({}, clock)

    assert [item.set_aside for item in waiting()] == [True]
