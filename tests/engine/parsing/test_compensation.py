"""What is read of compensation events, handlers and transactions."""

from engine.linting import lint
from engine.parsing import build
from tests.engine.parsing.factories import AROUND, file, model, straight
from tests.engine.parsing.walking import Walk

TRIP = file("business_trip.bpmn")
ELEMENTS = TRIP.processes["business_trip"].elements


def test_a_drawn_trip_has_no_faults():
    assert lint(TRIP, AROUND) == []


def test_events_know_their_handlers_and_handlers_that_they_are_some():
    handlers = {name: element.event.handlers for name, element in ELEMENTS.items() if element.catches_compensation}

    assert handlers == {"on_insure_all": ("repay",), "on_book_hotel": ("cancel_hotel",), "on_book_seat": ("return_seat",)}
    assert {name for name, element in ELEMENTS.items() if element.for_compensation} == {"repay", "cancel_hotel", "return_seat"}


def test_what_throws_says_at_whom_and_whether_it_waits():
    thrown = {name: (ELEMENTS[name].event.activity, ELEMENTS[name].event.waits) for name in ("withdrawn", "undo_all")}

    assert thrown == {"withdrawn": ("insure_all", True), "undo_all": (None, False)}


def test_an_activity_may_be_named_with_the_prefix_of_its_file():
    body = straight('<endEvent id="x"><compensateEventDefinition activityRef="tns:z"/></endEvent>')

    assert model(body).processes["p"].elements["x"].event.activity == "z"


def test_nothing_is_kept_for_compensation_in_a_process_without_it():
    plain = file("leave_request.bpmn")

    assert build(plain, "leave_request").spec.compensation is None
    assert build(TRIP, "business_trip").spec.compensation is not None


def test_the_trip_is_cancelled_without_a_database():
    walk = Walk(build(TRIP, "business_trip"), people=["a", "b"], price=5, limit=3)
    walk.does("book_seat").does("book_hotel").does("book_seat")

    assert walk.sees("return_seat", "who") == ["b"]
    walk.does("return_seat").does("phone_hotel").does("return_seat").does("explain")

    assert walk.completed
