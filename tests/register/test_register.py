from datetime import UTC, date, datetime, timedelta

import pytest

from organisations.bodies import BodyKind, Level
from organisations.errors import NotPermitted
from organisations.organisations import Organisations
from organisations.roles import Role
from register.changes.errors import ActInFuture
from register.duplicates.matching import Asked
from register.errors import (
    ActNeeded,
    DeadlineUnknown,
    IndicatorFixed,
    IndicatorNotFound,
    KindInForce,
    KindInvalid,
    KindNotFound,
    KindVersionOutOfOrder,
    PeriodInvalid,
)
from register.names import Names
from storage.journal import entries_about
from storage.transaction import transaction
from tests.organisations.factories import make_body, make_tree, make_user
from tests.register.factories import document, indicator, names

ACT = {"act_number": "7", "act_date": date(2025, 12, 1)}


def put_in_force(register, **changes):
    with transaction():
        return register.import_kind(document(**changes), **ACT)


def test_a_kind_is_put_in_force_by_an_act(register):
    kind = put_in_force(register)

    assert register.kinds() == [kind]
    assert register.kind("X-01") == register.kind_version("X-01", "1") == register.kind_for("X-01", "2026-09") == kind
    assert register.document("X-01", 1) == document()
    [entry] = entries_about("kind", "X-01")
    assert (entry.event, entry.details) == ("kind:put_in_force", {"version": 1, "act_number": "7"})


def test_a_kind_in_force_is_not_edited(register):
    put_in_force(register)

    assert put_in_force(register).version == 1
    assert len(entries_about("kind", "X-01")) == 1
    with pytest.raises(KindInForce):
        put_in_force(register, minutes=31)


def test_a_change_is_a_next_version_from_a_later_day(register):
    put_in_force(register)
    put_in_force(register, version=2, minutes=60, valid_from="2026-07-01")

    assert [register.kind_for("X-01", period).version for period in ("2026-06", "2026-07")] == [1, 2]
    assert [(version.version, version.first, version.last) for version in register.versions("X-01")] == [
        (2, date(2026, 7, 1), None),
        (1, date(2026, 1, 1), date(2026, 6, 30)),
    ]
    assert register.kind_version("X-01", 1).minutes == 30


def test_versions_follow_one_another(register):
    put_in_force(register)

    with pytest.raises(KindVersionOutOfOrder):
        put_in_force(register, version=3)
    with pytest.raises(KindInvalid) as refused:
        put_in_force(register, version=2, valid_from="2026-01-01")
    assert [fault.code for fault in refused.value.faults] == ["version_not_later"]


def test_what_is_not_there_is_not_found(register):
    put_in_force(register)

    for ask in (lambda: register.kind("Y"), lambda: register.kind("X-01", date(2025, 1, 1)), lambda: register.kind_version("X-01", "one")):
        with pytest.raises(KindNotFound):
            ask()
    with pytest.raises(PeriodInvalid):
        register.kind_for("X-01", "2026Q3")
    with pytest.raises(IndicatorNotFound):
        register.indicator("Y")


def test_only_those_who_may_change_the_register(register):
    with transaction():
        tree = make_tree()
        methodologist, administrator = make_user(Role.METHODOLOGIST, tree.district), make_user(Role.ADMINISTRATOR, tree.district)

    with pytest.raises(NotPermitted), transaction():
        register.import_kind(document(), **ACT, by=methodologist)
    with pytest.raises(ActNeeded), transaction():
        register.import_kind(document(), act_number="", act_date=date(2026, 1, 1))
    tomorrow = register.calendar.today() + timedelta(days=1)
    with pytest.raises(ActInFuture), transaction():
        register.import_kind(document(), act_number="1", act_date=tomorrow)
    with transaction():
        register.import_kind(document(), **ACT, by=administrator)
    assert entries_about("kind", "X-01")[0].actor == str(administrator.user_id)


def test_an_indicator_may_be_reworded_and_not_measured_anew(register):
    with transaction():
        assert register.import_indicators([indicator("X.PEOPLE", names=names("people"))]) == 1
        assert register.import_indicators([indicator("X.PEOPLE", names=names("people"))]) == 0

    assert register.indicator("X.PEOPLE").names.ru == "people ru"
    for change in ({"unit": names("tonnes")}, {"value_type": "decimal"}, {"breakdowns": {}}):
        with pytest.raises(IndicatorFixed), transaction():
            register.import_indicators([indicator("X.PEOPLE", **change)])


def test_bodies_report_by_level_kind_territory_and_list(register):
    with transaction():
        oblast = make_body("Облыс", level=Level.OBLAST)
        district, other = make_body("А ауданы", parent=oblast), make_body("Ә ауданы", parent=oblast)
        department = make_body("Бөлім", kind=BodyKind.DEPARTMENT, parent=district)
    by_kind = put_in_force(register)
    listed = put_in_force(register, code="X-02", reporting=[{"bodies": [other.code]}, {"level": "district", "kind": "department"}])

    assert register.reporting_bodies(by_kind, "2026-09") == [district, other]
    assert {body.id for body in register.reporting_bodies(listed, "2026-09")} == {other.id, department.id}
    assert register.reports(by_kind, district, "2026-09")
    assert not register.reports(by_kind, department, "2026-09")
    assert not register.reports(by_kind, district, "2026Q3")


def test_a_sector_is_everything_below_its_top(register):
    with transaction():
        ministry = make_body("Министрлік", level=Level.STATE, kind=BodyKind.MINISTRY)
        directorate = make_body("Басқарма", level=Level.OBLAST, kind=BodyKind.DIRECTORATE, sector_superior=ministry)
        department = make_body("Бөлім", kind=BodyKind.DEPARTMENT, sector_superior=directorate)
        make_body("Басқа бөлім", kind=BodyKind.DEPARTMENT)
    with transaction():
        reporting = [{"level": "district", "sector": "ministry"}]
        kind = register.import_kind(document(reporting=reporting, addressee="ministry"), **ACT, places={"ministry": ministry.code})

    assert register.reporting_bodies(kind, "2026-09") == [department]
    assert register.receiver(kind, department) == directorate
    assert register.receiver(kind, directorate) == ministry
    assert register.receiver(kind, ministry) is None


def test_the_receiver_is_the_sector_superior_else_the_parent_up_to_the_addressee(register):
    with transaction():
        oblast = make_body("Облыс", level=Level.OBLAST)
        directorate = make_body("Басқарма", level=Level.OBLAST, kind=BodyKind.DIRECTORATE, parent=oblast)
        district = make_body("Аудан", parent=oblast, sector_superior=directorate)
        rural = make_body("Ауыл", level=Level.RURAL, parent=district)
    outside = put_in_force(register)
    direct = put_in_force(register, code="X-02", route="direct")

    assert [register.receiver(outside, body) for body in (rural, district, directorate, oblast)] == [district, directorate, oblast, None]
    assert register.receiver(direct, rural) is None


def test_an_addressee_who_is_sent_letters_is_outside(register):
    with transaction():
        ministry = make_body("Министрлік", level=Level.STATE, kind=BodyKind.MINISTRY)
        directorate = make_body("Басқарма", level=Level.OBLAST, kind=BodyKind.DIRECTORATE, sector_superior=ministry)
        department = make_body("Бөлім", kind=BodyKind.DEPARTMENT, sector_superior=directorate)
    with transaction():
        by_letter = document(addressee="ministry", delivery="by_letter")
        kind = register.import_kind(by_letter, **ACT, places={"ministry": ministry.code})

    assert [register.receiver(kind, body) for body in (department, directorate)] == [directorate, None]


def test_a_body_reports_only_while_it_exists(register, clock):
    with transaction():
        gone = make_body("Бұрынғы аудан")
        Organisations(clock).bodies.update(gone.id, valid_from=date(2020, 1, 1), valid_to=date(2026, 6, 30))
    kind = put_in_force(register)

    assert [len(register.reporting_bodies(kind, period)) for period in ("2026-06", "2026-07")] == [1, 0]


def test_each_level_has_its_deadline(register):
    with transaction():
        district, oblast = make_body("Аудан"), make_body("Облыс", level=Level.OBLAST)
        state = make_body("Министрлік", level=Level.STATE)
    kind = put_in_force(register, due={"district": {"working_day": 3}, "oblast": {"day": 10, "still_timely": 2}})

    assert register.deadline(kind, district, "2026-09") == datetime(2026, 10, 5, 18, 59, 59, tzinfo=UTC)
    assert register.deadline(kind, oblast, "2026-09") == datetime(2026, 10, 12, 18, 59, 59, tzinfo=UTC)
    assert register.timely_until(kind, district, "2026-09") == register.deadline(kind, district, "2026-09")
    assert register.timely_until(kind, oblast, "2026-09") == datetime(2026, 10, 14, 18, 59, 59, tzinfo=UTC)
    with pytest.raises(DeadlineUnknown):
        register.deadline(kind, state, "2026-09")


def periods_due(register, kind, now) -> list[str]:
    ends = [span.last for span in register.lately_in_force(now) if span.code == kind.code]
    return [period for end in ends for period in register.periods_due(kind, now, end)]


def test_a_period_is_due_when_it_is_over(register, clock):
    monthly = put_in_force(register)
    daily = put_in_force(register, code="X-02", periodicity="day")
    event = put_in_force(register, code="X-03", periodicity="on_event")

    assert periods_due(register, monthly, clock.now()) == ["2026-09"]
    assert periods_due(register, daily, clock.now()) == ["2026-09-28", "2026-09-29", "2026-09-30"]
    assert periods_due(register, event, clock.now()) == []
    assert periods_due(register, monthly, datetime(2026, 9, 30, 18, 59, tzinfo=UTC)) == ["2026-08"]
    assert periods_due(register, monthly, datetime(2026, 9, 30, 19, 0, tzinfo=UTC)) == ["2026-09"]
    assert periods_due(register, monthly, datetime(2026, 1, 20, tzinfo=UTC)) == []
    assert register.previous_period(monthly, "2026-01") == "2025-12"


def test_a_deadline_inside_its_period_opens_the_period_some_working_days_before(register):
    kind = put_in_force(register, due={"district": {"day": 25, "months": 0}})

    before, opens = datetime(2026, 9, 17, 12, tzinfo=UTC), datetime(2026, 9, 18, 12, tzinfo=UTC)

    assert [periods_due(register, kind, now) for now in (before, opens)] == [["2026-08"], ["2026-09"]]


def test_what_is_reported_once_is_due_from_when_it_is_in_force_until_its_last_day(register):
    due = {"district": {"date": "2026-11-27"}, "oblast": {"date": "2026-11-30"}}
    kind = put_in_force(register, periodicity="one_off", due=due, checks=[], valid_from="2026-10-01")
    moments = [datetime(2026, *day, 12, tzinfo=UTC) for day in ((9, 30), (10, 1), (11, 30), (12, 1))]

    assert [periods_due(register, kind, now) for now in moments] == [[], ["2026-11-30"], ["2026-11-30"], []]


def test_what_is_collected_already_is_told_with_the_kinds_that_ask_for_it(register):
    put_in_force(register)
    held = register.indicators()[0]

    (found,) = register.duplicates.of([Asked("", held.names, held.unit)])

    assert (found[0].indicator.code, found[0].match.same) == (held.code, True)
    assert [kind.code for kind in found[0].kinds] == [document()["code"]]


def test_an_indicator_that_has_come_meanwhile_is_found(register):
    new = indicator("NEW.ONE", names={"kk": "Жаңа көрсеткіш", "ru": "Совсем новый", "en": "New"})
    asked = Asked("", Names("Жаңа көрсеткіш", "Совсем новый", "New"), None)
    before = register.duplicates.of([asked])

    with transaction():
        register.import_indicators([new])

    assert before == [[]] or all(found.indicator.code != "NEW.ONE" for found in before[0])
    assert register.duplicates.of([asked])[0][0].indicator.code == "NEW.ONE"


def test_what_a_transaction_takes_back_is_not_found_and_kinds_that_end_are_no_longer_told(register):
    put_in_force(register)
    held = register.indicators()[0]
    question = Asked("", held.names, held.unit)
    before = register.duplicates.of([question])

    with pytest.raises(ZeroDivisionError), transaction():
        register.import_indicators([indicator("NEW.ONE", names=held.names.as_dict(), unit=held.unit.as_dict())])
        assert "NEW.ONE" in {found.indicator.code for found in register.duplicates.of([question])[0]}
        raise ZeroDivisionError
    taken_back = register.duplicates.of([question])
    with transaction():
        register.withdraw_kind(document()["code"], date(2026, 9, 30), act_number="2", person="somebody")

    assert taken_back == before
    assert [found.kinds for found in register.duplicates.of([question])[0]] == [() for _ in before[0]]
