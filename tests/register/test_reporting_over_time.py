from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import organisations
from organisations import change_lines
from organisations.bodies import BodyKind, Level
from organisations.change_lines import ChangeKind, ChangeLine
from organisations.organisations import Organisations
from organisations.territory_changes import Act
from register import periods
from register.errors import KindInvalid
from register.register import Register
from storage.clock import SetClock
from storage.transaction import transaction
from tests.organisations.factories import make_body
from tests.register.factories import document, indicators

DATA = Path(organisations.__file__).parent / "data"
ACT = {"act_number": "7", "act_date": date(2020, 12, 1)}
SPLIT = Act("№ ?", date(2023, 12, 15), date(2024, 1, 1))
DUE = {"district": {"working_day": 3}, "rural": {"working_day": 1}}
BEFORE, AFTER = "2023-12", "2024-01"


@pytest.fixture
def clock():
    return SetClock(datetime(2024, 2, 1, 6, tzinfo=UTC))


@pytest.fixture
def house(database, clock):
    return Organisations(clock)


@pytest.fixture
def register(house, clock):
    made = Register(clock=clock, bodies=house.bodies)
    with transaction():
        made.import_indicators(indicators())
        house.territories.load((DATA / "kato-abai.csv").read_bytes())
        house.akimats.make()
    return made


def in_force(register, **changes):
    with transaction():
        return register.import_kind(document(**{"valid_from": "2021-01-01", "due": DUE} | changes), **ACT)


def codes(register, kind, period):
    return {body.kato for body in register.reporting_bodies(kind, period)}


def test_the_split_of_semey_tells_by_the_period_who_reports_and_to_whom(house, register):
    with transaction():
        house.territory_changes.enter(SPLIT, change_lines.read((DATA / "abai-2024.csv").read_bytes()))
    districts = in_force(register)
    of_semey = in_force(register, code="X-02", reporting=[{"level": "rural", "territory": "101000000"}])
    of_zhanasemei = in_force(register, code="X-03", reporting=[{"territory": "104100000"}], excluded=[{"bodies": ["KATO-101063000"]}])
    listed = in_force(register, code="X-04", reporting=[{"bodies": ["KATO-101049000", "KATO-104100000"]}])

    zhienaly, zhanasemei, semey = (house.bodies.find(kato=code) for code in ("101049000", "104100000", "101000000"))

    assert codes(register, districts, AFTER) - codes(register, districts, BEFORE) == {"104100000", "104500000"}
    assert (len(codes(register, of_semey, BEFORE)), codes(register, of_semey, AFTER)) == (14, set())
    assert codes(register, of_zhanasemei, BEFORE) == set()
    assert len(codes(register, of_zhanasemei, AFTER)) == 1 + 13
    assert "101063000" not in codes(register, of_zhanasemei, AFTER)
    assert (codes(register, listed, BEFORE), codes(register, listed, AFTER)) == ({"101049000"}, {"101049000", "104100000"})
    assert not register.reports(districts, zhanasemei, BEFORE)
    assert register.receiver(of_semey, zhienaly, BEFORE) == semey
    assert register.receiver(of_zhanasemei, zhienaly, AFTER) == zhanasemei
    as_it_stood = house.bodies.get(zhienaly.id, periods.parse(BEFORE).last)
    assert [body.id for body in register.receivers(of_semey, [as_it_stood]).values()] == [semey.id]


def test_each_level_of_a_territory_is_named_by_a_condition_of_its_own(register):
    levels = [{"level": level, "kind": "akimat", "territory": "101000000"} for level in ("district", "rural")]

    kind = in_force(register, reporting=levels, excluded=[{"territory": "101063000"}, {"territory": "101049000"}])

    with_all = in_force(register, code="X-02", reporting=[{"territory": "101000000"}])
    assert codes(register, with_all, AFTER) - codes(register, kind, AFTER) == {"101063000", "101049000"}


def test_a_district_merged_away_reports_for_its_last_period_to_whoever_is_above_now(house, register):
    kind = in_force(
        register, reporting=[{"level": "district"}, {"level": "rural", "territory": "101800000"}, {"bodies": ["KATO-103433000"]}]
    )
    abai, aksuat = house.bodies.find(kato="103200000"), house.bodies.find(kato="103400000")
    rural = house.bodies.find(kato="103433000")
    units = [territory.code for territory in house.territories.list(parent_code="103400000", limit=200).items]
    moves = [ChangeLine(place, ChangeKind.TRANSFER, code, parent="103200000") for place, code in enumerate(units, 2)]
    with transaction():
        house.territory_changes.enter(SPLIT, [ChangeLine(1, ChangeKind.MERGE, "103400000", successor="103200000"), *moves])

    assert "103400000" in codes(register, kind, BEFORE)
    assert "103400000" not in codes(register, kind, AFTER)
    assert house.bodies.get(aksuat.id).valid_to == date(2023, 12, 31)
    assert register.receiver(kind, aksuat, BEFORE) == house.bodies.find(kato="100000000")
    assert register.receiver(kind, rural, BEFORE) == abai  # whom it reported to then is no more
    assert register.receiver(kind, rural, AFTER) == abai


def test_a_department_moved_in_its_sector_belongs_to_each_sector_for_its_own_periods(house, register):
    with transaction():
        old, new = (make_body(name, level=Level.OBLAST, kind=BodyKind.DIRECTORATE) for name in ("Ескі басқарма", "Жаңа басқарма"))
        department = make_body("Бөлім", kind=BodyKind.DEPARTMENT, sector_superior=old)
        house.bodies.update(department.id, since=date(2024, 1, 1), sector_superior_id=new.id, name_ru="Новый отдел")
    kinds = [
        in_force(register, code=code, reporting=[{"level": "district", "sector": top.code}]) for code, top in (("X-05", old), ("X-06", new))
    ]

    assert [[body.id for body in register.reporting_bodies(kind, BEFORE)] for kind in kinds] == [[department.id], []]
    assert [[body.name_ru for body in register.reporting_bodies(kind, AFTER)] for kind in kinds] == [[], ["Новый отдел"]]
    assert [register.receiver(kinds[0], department, period) for period in (BEFORE, AFTER)] == [old, new]


def test_unknown_territories_and_bodies_are_named_by_their_place_in_the_document(register):
    with pytest.raises(KindInvalid) as refused:
        in_force(
            register,
            places={"ministry": {"names": document()["names"], "body": "BIN-061211600012"}, "outside": {"names": document()["names"]}},
            reporting=[{"territory": "999999999"}, {"bodies": ["KATO-100000000", "KATO-104100000"]}],
            excluded=[{"sector": "BIN-791028302728"}],
        )

    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [
        ("/places/ministry/body", "body_unknown"),
        ("/reporting/0/territory", "territory_unknown"),
        ("/reporting/1/bodies/1", "body_unknown"),
        ("/excluded/0/sector", "body_unknown"),
    ]
