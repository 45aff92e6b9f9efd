"""The forecast from outside: a district with two rural districts, seen on the morning of 1 October 2026."""

from datetime import date
from uuid import UUID

import pytest

from organisations.bodies import Level
from organisations.errors import NotPermitted
from organisations.organisations import Organisations
from organisations.roles import Role
from register.changes.errors import ChangeInvalid
from register.errors import KindInvalid, KindNotFound
from register.forecast.forecast import Forecasts, Question
from register.forecast.load import Load
from register.forecast.plans import Drafted, Retimed
from storage.transaction import transaction
from tests.organisations.factories import make_body, make_user
from tests.register.factories import document

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
BOTH_LEVELS = {
    "reporting": [{"level": "district", "kind": "akimat"}, {"level": "rural", "kind": "akimat"}],
    "due": {"district": {"working_day": 3}, "rural": {"working_day": 1}},
}


class History:
    """What finished reports would teach: the forecast's two ports, as plain tables."""

    def __init__(self) -> None:
        self.measured: dict[tuple[str, str], int] = {}
        self.makers: dict[UUID, dict[str, UUID | None]] = {}

    def minutes(self):
        return self.measured

    def responsible(self, body_ids):
        return {body_id: self.makers[body_id] for body_id in body_ids if body_id in self.makers}


@pytest.fixture
def history() -> History:
    return History()


@pytest.fixture
def forecasts(register, clock, history) -> Forecasts:
    return Forecasts(register=register, organisations=Organisations(clock), durations=history, responsibles=history)


@pytest.fixture
def bodies(register):
    with transaction():
        district = make_body("А ауданы")
        rural = [make_body(f"{name} ауылдық округі", level=Level.RURAL, parent=district) for name in ("Б", "В")]
    put_in_force(register, **BOTH_LEVELS)
    return district, *rural


def put_in_force(register, **changes):
    with transaction():
        return register.import_kind(document(**changes), act_number="7", act_date=date(2025, 12, 1))


def lines(forecast):
    return {line.week.text if line.week else (line.body_id, line.official_id): line.load for line in forecast.lines}


@SQLITE
def test_reports_and_minutes_fall_into_the_weeks_of_their_deadlines(forecasts, bodies):
    found = forecasts.forecast(Question(months=3))

    assert (found.first, found.last) == (date(2026, 10, 1), date(2026, 12, 31))
    # September: rural 1 October, district 5 October. October: 2 and 4 November. November: 1 and 3 December.
    assert lines(found) == {
        "2026-W40": Load(2, 0, 60),
        "2026-W41": Load(1, 0, 30),
        "2026-W45": Load(3, 0, 90),
        "2026-W49": Load(3, 0, 90),
    }
    assert found.total == Load(9, 0, 270)
    assert forecasts.forecast(Question()).total.reports == 3 * 12


@SQLITE
def test_what_was_measured_goes_before_what_is_declared_and_the_mix_is_stated(forecasts, history, bodies):
    district, *rural = bodies
    maker = UUID(int=1)
    history.measured["X-01", "rural"] = 50
    history.makers[rural[0].id] = {"X-01": maker, "*": UUID(int=2)}

    by_body, by_official = (forecasts.forecast(Question(months=1, by=by)) for by in ("body", "official"))

    assert lines(by_body) == {(rural[0].id, None): Load(1, 50), (rural[1].id, None): Load(1, 50), (district.id, None): Load(1, 0, 30)}
    assert set(lines(by_official)) == {(rural[0].id, maker), (rural[1].id, None), (district.id, None)}
    assert by_body.total == by_official.total == Load(3, 100, 30)


@SQLITE
def test_bodies_report_as_of_the_period_and_kinds_while_they_are_in_force(forecasts, register, bodies, clock):
    district, rural, _ = bodies
    with transaction():
        Organisations(clock).bodies.update(rural.id, valid_to=date(2026, 10, 15))
    put_in_force(register, version=2, valid_from="2026-11-01", periodicity="quarter", minutes=40, **BOTH_LEVELS)

    found = forecasts.forecast(Question(months=6, by="body"))

    # September still by all three, October no more by one, then the version by quarter: January for the fourth of 2026.
    assert lines(found) == {
        (district.id, None): Load(3, 0, 30 + 30 + 40),
        (bodies[2].id, None): Load(3, 0, 30 + 30 + 40),
        (rural.id, None): Load(1, 0, 30),
    }


@SQLITE
def test_weeks_with_too_many_hours_and_days_with_too_many_reports_collide(forecasts, register, bodies):
    with transaction():
        make_user(Role.EXECUTOR, bodies[0]), make_user(Role.EXECUTOR, bodies[0])
    for number in range(2, 5):
        put_in_force(register, code=f"X-0{number}", minutes=1_600, **BOTH_LEVELS)

    found = forecasts.forecast(Question(months=1, most_a_day=3))

    # 4 reports of each: 4,830 minutes. A rural body has one executor, 5 days x 480; the district two.
    said = {(each.body_id, each.cause, each.day, each.load.minutes, each.most) for each in found.collisions}
    assert {(bodies[1].id, "minutes", None, 4_830, 2_400), (bodies[1].id, "reports", date(2026, 10, 1), 4_830, 3)} <= said
    assert (bodies[0].id, "minutes", None, 4_830, 4_800) in said
    assert len(said) == 6


@SQLITE
def test_what_if_changes_periods_deadlines_and_kinds_and_keeps_nothing(forecasts, register, history, bodies):
    history.measured["X-01", "district"] = 20
    by_quarter = forecasts.what_if(Question(by="body"), [Retimed("X-01", "quarter")])
    later = forecasts.what_if(Question(months=1), [Retimed("X-01", due={"rural": {"working_day": 5}})])
    longer = forecasts.what_if(Question(months=3), [Drafted(document(version=2, minutes=60, valid_from="2026-10-01", **BOTH_LEVELS))])

    assert by_quarter.difference == Load(-3 * 8, -20 * 8, -2 * 30 * 8)
    assert len(by_quarter.lines) == 3
    assert later.difference == Load()
    assert [(line.week.text, line.load.reports) for line in later.lines] == [("2026-W40", -2), ("2026-W41", 2)]
    # From October on the draft's own minutes count: it is no longer the form that was measured.
    assert longer.difference == Load(0, -2 * 20, 2 * (60 + 2 * 30))
    assert forecasts.forecast(Question()).total == by_quarter.now.total
    with pytest.raises(KindInvalid):
        forecasts.what_if(Question(), [Retimed("X-01", due={"rural": {"day": 31, "months": 1, "working_day": 2}})])
    with pytest.raises(KindNotFound):
        forecasts.what_if(Question(), [Retimed("X-99", "year")])


@SQLITE
def test_a_draft_at_the_edges_of_the_calendar_is_refused(forecasts):
    for day in ("0001-01-01", "9999-12-15", "9999-12-31"):
        with pytest.raises(ChangeInvalid) as refused:
            forecasts.what_if(Question(), [Drafted(document(code="Y-01", valid_from=day))])
        assert [fault.code for fault in refused.value.faults] == ["day_outside"]


def test_everybody_sees_the_bodies_whose_reports_they_may_read(forecasts, bodies):
    district, rural, _ = bodies
    with transaction():
        executor, head, methodologist = (
            make_user(Role.EXECUTOR, district),
            make_user(Role.MANAGER, district),
            make_user(Role.METHODOLOGIST, rural),
        )

    assert [forecasts.forecast(Question(months=1), by).total.reports for by in (executor, head, methodologist, None)] == [1, 3, 3, 3]
    assert forecasts.forecast(Question(rural.id, months=1), head).total.reports == 1
    with pytest.raises(NotPermitted):
        forecasts.forecast(Question(rural.id), executor)


@SQLITE
def test_what_comes_once_counts_once_and_what_comes_on_an_event_is_named(forecasts, register, bodies):
    once = {"district": {"date": "2026-11-30"}}
    put_in_force(register, code="X-02", periodicity="one_off", due=once, minutes=7)
    put_in_force(register, code="X-03", periodicity="on_event", due={"district": {"days": 3}})

    found = forecasts.forecast(Question(bodies[0].id, by="body"))

    assert lines(found)[bodies[0].id, None] == Load(13, 0, 12 * 30 + 7)
    assert found.unforeseen == ["X-03"]
