import time
from datetime import date, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

import organisations
from organisations import change_lines
from organisations.bodies import Level
from organisations.change_lines import ChangeKind, ChangeLine
from organisations.change_rules import Rules
from organisations.days import ALMATY
from organisations.errors import FileRefused, NotPermitted, TerritoryChangeRefused
from organisations.roles import Role
from organisations.territory_changes import Act
from storage.database import session
from storage.journal import entries_about
from tests.organisations.factories import an_actor, make_body

SPLIT = Path(organisations.__file__).parent / "data" / "abai-2024.csv"
ACT = Act("№ ?", date(2023, 12, 15), date(2024, 1, 1))
SMALL = """id;parent_id;code;name
1;0;100000000;область Абай
2;1;101000000;Семей Г.А.
3;2;101010000;г.Семей
4;2;101049000;Жиеналинский с.о
5;1;103200000;Абайский район
6;5;103230000;Карааульский с.о.
7;6;103230100;с.Карааул
8;5;103233000;Кенгирбай биский с.о.
"""


def line(kind, code, place=1, **columns):
    return ChangeLine(place=place, kind=ChangeKind(kind), code=code, **columns)


def faults(refused):
    return [(fault.pointer, fault.code) for fault in refused.value.faults]


def test_zhanasemei_and_maqanshy_are_split_off_from_the_day_of_the_decree(house, abai):
    house.territories.load(abai)
    house.akimats.make()
    zhienaly = house.bodies.find(kato="101049000")
    semey = house.bodies.find(kato="101000000")

    changed = house.territory_changes.enter(ACT, change_lines.read(SPLIT.read_bytes()))

    zhanasemei, maqanshy = house.bodies.find(kato="104100000"), house.bodies.find(kato="104500000")
    assert changed.lines == {ChangeKind.CREATED: 2, ChangeKind.SPLIT: 2, ChangeKind.TRANSFER: 18}
    assert (zhanasemei.name_kk, zhanasemei.name_ru) == ("Жаңасемей ауданының әкімдігі", "Акимат района Жаңасемей")
    assert (zhanasemei.level, zhanasemei.valid_from) == (Level.DISTRICT, date(2024, 1, 1))
    assert len(house.bodies.children(zhanasemei.id)) == 14
    assert len(house.bodies.children(maqanshy.id)) == 4
    assert house.bodies.superior_of(zhienaly.id) == zhanasemei
    assert house.bodies.superior_of(zhienaly.id, on=date(2023, 12, 31)) == semey
    assert house.territories.get("101049000", date(2023, 12, 31)).parent_code == "101000000"
    assert house.territories.get("101049000").parent_code == "104100000"
    before = house.territories.list(parent_code="101000000", valid_on=date(2023, 12, 31)).items
    now = house.territories.list(parent_code="101000000").items
    assert (len(before), [territory.code for territory in now]) == (15, ["101010000"])
    history = house.territory_changes.history("104100000")
    assert (history.was, history.became, history.before[0].act_number) == (("101000000",), ("104100000",), "№ ?")
    assert house.territory_changes.history("101000000").became == ("101000000", "104100000")
    session.flush()
    assert [entry.event for entry in entries_about("territory", "101049000")] == ["territory:transfer"]


def test_a_file_from_before_the_act_does_not_undo_it(house, abai):
    house.territories.load(abai)
    house.territory_changes.enter(ACT, change_lines.read(SPLIT.read_bytes()))

    loaded = house.territories.load(abai)

    assert len(loaded.by_act) == 18
    assert loaded.moved == ()
    assert house.territories.get("101049000").parent_code == "104100000"


def test_a_chain_of_changes_is_followed_both_ways_and_the_body_stays_the_same(house):
    house.territories.load(SMALL.encode())
    house.akimats.make()
    body = house.bodies.find(kato="103230000")
    enter = house.territory_changes.enter
    enter(
        Act("1", date(2022, 1, 1), date(2022, 2, 1)), [line("rename", "103230000", name_kk="Абай ауылдық округі", name_ru="Абайский с.о.")]
    )
    recoded = enter(Act("2", date(2023, 1, 1), date(2023, 2, 1)), [line("recoded", "103230000", successor="103290000")])
    enter(
        Act("3", date(2024, 1, 1), date(2024, 2, 1)),
        [line("merge", "103290000", successor="103233000"), line("transfer", "103230100", parent="103233000")],
    )

    history = house.territory_changes.history("103230000")
    ended = house.bodies.get(body.id)
    assert recoded.children == ("103230100",)
    assert [(step.code, step.successor, step.kind.value) for step in history.after] == [
        ("103230000", "103290000", "recoded"),
        ("103290000", "103233000", "merge"),
    ]
    assert history.became == ("103233000",)
    assert house.territory_changes.history("103230000", date(2023, 6, 1)).became == ("103290000",)
    assert house.territory_changes.history("103233000").was == ("103230000",)
    assert [(state.name_ru, state.valid_to) for state in history.states] == [
        ("Карааульский с.о.", date(2022, 1, 31)),
        ("Абайский с.о.", date(2023, 1, 31)),
    ]
    assert house.territories.get("103230000", date(2022, 1, 31)).name_kk == "Қарауыл ауылдық округі"
    assert (ended.kato, ended.valid_to) == ("103290000", date(2024, 1, 31))
    assert house.bodies.get(body.id, date(2023, 1, 31)).kato == "103230000"


def test_a_change_of_a_later_day_waits_for_it(house, clock):
    house.territories.load(SMALL.encode())
    house.akimats.make()
    today = clock.now().astimezone(ALMATY).date()
    act = Act("1", today, date(today.year + 1, 1, 1))
    lines = [line("created", "104100000", parent="100000000", name_ru="район Новый"), line("transfer", "101049000", 2, parent="104100000")]

    entered = house.territory_changes.enter(act, lines)
    assert house.territory_changes.due() == []

    body = house.bodies.find(kato="101049000")
    assert not entered.in_effect
    assert house.territories.get("101049000").parent_code == "101000000"
    assert house.bodies.superior_of(body.id).kato == "101000000"
    clock.move_to(clock.now().replace(year=today.year + 1, month=1, day=2))
    assert [house.territory_changes.follow(change) for change in house.territory_changes.due()] == [True]
    assert not house.territory_changes.follow(entered.change_id)
    assert house.bodies.superior_of(body.id).kato == "104100000"
    assert house.bodies.superior_of(body.id, on=today).kato == "101000000"


def test_what_somebody_said_of_an_akimat_since_the_day_stands_and_keeps_no_other_from_following(house, clock):
    house.territories.load(SMALL.encode())
    house.akimats.make()
    find, day = house.bodies.find, house.territory_changes._days.today() + timedelta(days=5)
    district, moved, put_above, ended = (find(kato=code).id for code in ("103200000", "103230000", "103233000", "101000000"))
    codes = ("103230000", "103233000")
    lines = [line("created", "104100000", parent="100000000", name_ru="район Новый")]
    lines += [line("transfer", code, 2, parent="104100000") for code in codes]
    change = house.territory_changes.enter(Act("1", day - timedelta(days=5), day), lines).change_id
    clock.advance(timedelta(days=5))
    house.bodies.update(moved, since=day, name_ru="Акимат Карааульского округа")
    house.bodies.update(ended, valid_to=day)

    assert house.territory_changes.due() == [change]
    house.territory_changes.follow(change)

    body = house.bodies.get(moved)
    assert (body.name_ru, house.bodies.get(body.parent_id).kato) == ("Акимат Карааульского округа", "104100000")
    assert house.bodies.get(moved, day - timedelta(days=1)).parent_id == district
    assert house.bodies.superior_of(put_above).kato == "104100000"
    assert house.territory_changes.due() == []
    house.bodies.update(moved, parent_id=district)
    house.akimats.make()
    assert house.bodies.get(moved).parent_id == district, "an act is followed once, what is said afterwards stands"


def test_an_akimat_that_a_rule_of_bodies_keeps_from_following_is_left_and_told(house):
    house.territories.load(SMALL.encode())
    house.akimats.make()
    upper, odd, other = (house.bodies.find(kato=code).id for code in ("101000000", "103230000", "103233000"))
    house.bodies.update(upper, parent_id=odd)
    lines = [line("transfer", code, place, parent="101000000") for place, code in enumerate(("103230000", "103233000"))]

    with capture_logs() as told:
        house.territory_changes.enter(ACT, lines)

    assert [(event["event"], event["body"], event["code"]) for event in told] == [("akimat_left", str(odd), "superior_below")]
    assert house.bodies.superior_of(odd).kato == "103200000"
    assert house.bodies.superior_of(other).id == upper


def test_a_dry_run_changes_nothing(house):
    house.territories.load(SMALL.encode())

    said = house.territory_changes.enter(ACT, [line("abolished", "103230100")], dry_run=True)

    assert (said.change_id, said.lines) == (None, {ChangeKind.ABOLISHED: 1})
    assert house.territories.get("103230100").valid_to is None


def test_only_who_edits_organisations_changes_territories(house):
    with pytest.raises(NotPermitted):
        house.territory_changes.enter(ACT, [line("abolished", "103230100")], by=an_actor((Role.MANAGER, make_body().id)))


def test_everything_wrong_is_told_by_line_and_column(house):
    house.territories.load(SMALL.encode())
    house.territory_changes.enter(Act("1", ACT.dated, date(2024, 5, 1)), [line("transfer", "103233000", parent="101000000")])

    with pytest.raises(TerritoryChangeRefused) as refused:
        house.territory_changes.enter(
            ACT,
            [
                line("merge", "999999999", 1, successor="103230000"),
                line("merge", "103230000", 2, successor="103230000"),
                line("transfer", "103233000", 3, parent="103200000"),
                line("transfer", "101049000", 4, parent="101010000"),
                line("created", "101010000", 5, parent="100000000", name_ru="г.Семей"),
                line("split", "101010000", 6),
                line("rename", "12", 7, name_ru="..."),
                line("recoded", "103200000", 8, successor="104800100"),
            ],
        )

    assert faults(refused) == [
        ("/lines/1/code", "change_kato_unknown"),
        ("/lines/1/successor", "change_kato_not_valid"),
        ("/lines/2/successor", "change_own_successor"),
        ("/lines/3/code", "change_overlaps"),
        ("/lines/3/parent", "change_kato_not_valid"),
        ("/lines/4/parent", "change_place_wrong"),
        ("/lines/5/code", "change_kato_taken"),
        ("/lines/6/code", "change_line_repeated"),
        ("/lines/6/successor", "change_column_missing"),
        ("/lines/7/code", "change_kato_wrong"),
        ("/lines/7/name_ru", "change_name_wrong"),
        ("/lines/8/successor", "change_level_differs"),
        ("/lines/2/code", "change_children_left"),
    ]


def test_the_largest_change_is_checked_in_a_moment_and_a_repeated_code_is_found_in_it(house):
    house.territories.load(SMALL.encode())
    lines = [line("created", f"1032{number:05}", number, parent="103200000", name_ru="с.Новое") for number in range(40_001, 45_000)]
    lines.append(line("recoded", "103230100", 5_000, successor="103244999"))

    started = time.process_time()
    found = Rules(lines, ACT.since).faults()

    assert time.process_time() - started < 2
    assert {fault.code for fault in found} == {"change_line_repeated"}
    assert {fault.pointer for fault in found} == {"/lines/44999/code", "/lines/5000/successor"}


def test_a_change_file_is_read_whole_or_refused_by_line_and_column(house):
    with pytest.raises(FileRefused) as refused:
        change_lines.read(
            b"kind;code;successor;parent;name_kk;name_ru;remains\nsplitt;1;;;;;\nsplit;101000000;104100000;;;;perhaps\nsplit;1\n"
        )

    assert [(fault.fields["line"], fault.fields.get("column"), fault.code) for fault in refused.value.faults] == [
        (2, "kind", "change_kind_unknown"),
        (3, "remains", "change_remains_unknown"),
        (4, None, "file_cells_wrong"),
    ]
    with pytest.raises(FileRefused):
        change_lines.read(b"kind;code;successor;parent;name_kk;name_ru;remains\n")


def test_an_act_has_a_number_and_no_effect_before_its_date(house):
    house.territories.load(SMALL.encode())

    with pytest.raises(TerritoryChangeRefused) as refused:
        house.territory_changes.enter(Act(" ", date(2024, 2, 1), date(2024, 1, 1)), [line("abolished", "103230100")])

    assert faults(refused) == [("/act_number", "detail_missing"), ("/since", "change_before_its_act")]
