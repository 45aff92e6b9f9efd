from datetime import date
from uuid import uuid4

import pytest
import sqlalchemy as sa

from organisations.bodies import Body, BodyKind, Level
from organisations.errors import (
    BinTaken,
    BodyChangedMeanwhile,
    BodyInvalid,
    BodyNotFound,
    KatoTaken,
    NotPermitted,
    SuperiorBelow,
    ValidityBackwards,
)
from organisations.hierarchy import Relation
from organisations.roles import Role
from organisations.tables import BodyRow
from storage.database import session
from storage.journal import entries_about
from tests.organisations.factories import an_actor, make_bin, make_body, make_tree
from tests.organisations.statements import counted

TERRITORIES = "id;parent_id;code;name\n1;0;100000000;область Абай\n2;1;103200000;Абайский район\n".encode()


def test_a_body_is_found_by_id_bin_kato_and_code(house):
    house.territories.load(TERRITORIES)
    akimat = house.bodies.create(kato="103200000", level=Level.DISTRICT, kind=BodyKind.AKIMAT, name_kk="Әкімдік", name_ru="Акимат")
    department = make_body("Бөлім", kind=BodyKind.DEPARTMENT, parent=akimat)

    assert house.bodies.get(akimat.id) == house.bodies.find(kato="103200000") == house.bodies.by_code("KATO-103200000") == akimat
    assert house.bodies.find(bin=department.bin) == house.bodies.by_code(f"BIN-{department.bin}") == department
    assert (akimat.code, department.code) == ("KATO-103200000", f"BIN-{department.bin}")
    assert house.bodies.many([akimat.id, uuid4()]) == {akimat.id: akimat}


@pytest.mark.parametrize("code", ["", "BIN-", "KATO-999999999", "000000000000", "\x00", "'; drop table bodies", "١٢٣", "x" * 10_000])
def test_a_code_that_no_body_has_is_not_found(house, code):
    with pytest.raises(BodyNotFound):
        house.bodies.by_code(code)


def test_descendants_go_by_the_relation_that_is_asked_for(house):
    tree = make_tree()

    def below(body, relation):
        return {found.id for found in house.bodies.descendants(body.id, relation)}

    assert below(tree.oblast, Relation.PARENT) == {
        tree.directorate.id,
        tree.district.id,
        tree.other_district.id,
        tree.department.id,
        tree.rural.id,
        tree.other_rural.id,
    }
    assert below(tree.ministry, Relation.SECTOR) == {tree.directorate.id, tree.department.id}
    assert below(tree.ministry, Relation.PARENT) == set()
    assert below(tree.directorate, Relation.EITHER) == {tree.department.id}
    assert {found.id for found in house.bodies.children(tree.district.id)} == {tree.department.id, tree.rural.id}
    assert [found.id for found in house.bodies.children(tree.directorate.id, Relation.SECTOR)] == [tree.department.id]


def test_the_chain_of_receivers_prefers_the_sector_superior(house):
    tree = make_tree()

    assert house.bodies.superior_of(tree.department.id) == tree.directorate
    assert house.bodies.superior_of(tree.rural.id) == tree.district
    assert house.bodies.superior_of(tree.ministry.id) is None
    assert house.bodies.receivers_of(tree.department.id) == (tree.directorate, tree.ministry)
    assert house.bodies.receivers_of(tree.rural.id) == (tree.district, tree.oblast)


def test_a_deep_chain_is_one_query(house):
    body = make_body()
    for _ in range(12):
        body = make_body(parent=body)

    with counted() as statements:
        chain = house.bodies.receivers_of(body.id)

    assert len(chain) == 12
    assert len(statements) == 1


def test_a_circle_made_behind_our_back_hangs_nothing(house):
    tree = make_tree()
    session.execute(sa.update(BodyRow).where(BodyRow.id == tree.oblast.id).values(parent_id=tree.rural.id))

    assert tree.rural.id in {body.id for body in house.bodies.descendants(tree.oblast.id)}
    assert len(house.bodies.receivers_of(tree.rural.id)) <= 20


@pytest.mark.parametrize("relation", ["parent_id", "sector_superior_id"])
def test_a_superior_from_below_is_refused_along_either_relation(house, relation):
    tree = make_tree()

    with pytest.raises(SuperiorBelow):
        house.bodies.update(tree.ministry.id, **{relation: tree.department.id})
    with pytest.raises(SuperiorBelow):
        house.bodies.update(tree.district.id, **{relation: tree.district.id})
    with pytest.raises(BodyNotFound):
        house.bodies.update(tree.district.id, **{relation: uuid4()})


def test_what_is_wrong_with_a_body_is_said_field_by_field(house):
    with pytest.raises(BodyInvalid) as refused:
        house.bodies.create(
            bin="061211600013",
            kato="103200000",
            level="county",
            kind="akimat",
            name_kk=" ",
            name_ru="А\x00",
            name_en="x" * 301,
            phone="ring me",
        )

    assert {(fault.pointer, fault.code) for fault in refused.value.faults} == {
        ("/bin", "bin_wrong"),
        ("/kato", "territory_unknown"),
        ("/level", "detail_not_listed"),
        ("/name_kk", "detail_missing"),
        ("/name_ru", "detail_invisible"),
        ("/name_en", "detail_too_long"),
        ("/phone", "phone_unreadable"),
    }


def test_only_an_akimat_may_do_without_a_bin(house):
    house.territories.load(TERRITORIES)

    with pytest.raises(BodyInvalid):
        house.bodies.create(kato="103200000", level=Level.DISTRICT, kind=BodyKind.DEPARTMENT, name_kk="Бөлім", name_ru="Отдел")
    with pytest.raises(BodyInvalid):
        house.bodies.create(level=Level.DISTRICT, kind=BodyKind.AKIMAT, name_kk="Әкімдік", name_ru="Акимат")


def test_two_bodies_never_share_a_code(house):
    house.territories.load(TERRITORIES)
    facts = {"level": Level.DISTRICT, "kind": BodyKind.AKIMAT, "name_kk": "Әкімдік", "name_ru": "Акимат"}
    with_bin = house.bodies.create(bin=make_bin(), kato="103200000", **facts)
    house.bodies.create(kato="103200000", **facts)

    with pytest.raises(KatoTaken):
        house.bodies.create(kato="103200000", **facts)
    with pytest.raises(BinTaken):
        house.bodies.create(bin=with_bin.bin, **facts)


def test_a_change_is_versioned_and_journaled(house):
    body = make_body()

    changed = house.bodies.update(body.id, if_version=1, name_ru="Отдел образования", phone=None)

    assert (changed.version, changed.name_ru, changed.phone) == (2, "Отдел образования", None)
    with pytest.raises(BodyChangedMeanwhile):
        house.bodies.update(body.id, if_version=1, name_ru="Другое")
    session.flush()
    entries = entries_about("body", body.id)
    assert [entry.event for entry in entries] == ["body:created", "body:changed"]
    assert entries[1].details == {"name_ru": "Отдел образования", "phone": "None"}


def test_a_body_cannot_end_before_it_begins_and_says_on_which_days_it_exists(house):
    body = make_body()

    with pytest.raises(ValidityBackwards):
        house.bodies.update(body.id, valid_from=date(2026, 2, 1), valid_to=date(2026, 1, 31))
    lived = house.bodies.update(body.id, valid_from=date(2026, 1, 1), valid_to=date(2026, 1, 31))

    assert lived.is_valid(date(2026, 1, 1))
    assert lived.is_valid(date(2026, 1, 31))
    assert not lived.is_valid(date(2026, 2, 1))
    assert house.bodies.list(valid_on=date(2026, 2, 1)).items == ()


def test_lists_follow_the_kazakh_alphabet_page_by_page(house):
    names = ["Абай", "Әуезов", "Бородулиха", "Көкпекті", "Қалбатау", "Шар"]
    for name in reversed(names):
        make_body(name)

    first = house.bodies.list(limit=4)
    rest = house.bodies.list(limit=4, after=first.next)

    assert [body.name_kk for body in first.items + rest.items] == names
    assert rest.next is None


def test_lists_are_filtered_and_searched_literally(house):
    tree = make_tree()

    assert {body.id for body in house.bodies.list(level="rural").items} == {tree.rural.id, tree.other_rural.id}
    assert [body.id for body in house.bodies.list(kind="ministry").items] == [tree.ministry.id]
    assert {body.id for body in house.bodies.list(below=tree.district.id).items} == {tree.department.id, tree.rural.id}
    assert {body.id for body in house.bodies.list(parent_id=tree.district.id).items} == {tree.department.id, tree.rural.id}
    assert [body.id for body in house.bodies.list(search="қАРАУЫЛ").items] == [tree.rural.id]
    assert [body.id for body in house.bodies.list(search=tree.rural.bin[3:]).items] == [tree.rural.id]
    assert house.bodies.list(search="%").items == house.bodies.list(search="_\\").items == ()
    assert len(house.bodies.list(search="\x00").items) == 8


def test_only_who_may_edit_organisations_changes_bodies(house):
    tree = make_tree()
    head, administrator = an_actor((Role.HEAD, tree.district)), an_actor((Role.ADMINISTRATOR, tree.oblast))

    with pytest.raises(NotPermitted):
        house.bodies.update(tree.district.id, by=head, phone=None)
    assert house.bodies.update(tree.district.id, by=administrator, phone=None).phone is None


def test_a_name_is_given_in_the_language_asked_for():
    names = {"kk": "Әкімдік", "ru": "Акимат", "en": "Akimat"}
    body = Body(uuid4(), None, "103200000", Level.DISTRICT, BodyKind.AKIMAT, *names.values(), True, None, None, None, None, None, 1)

    assert {language: body.name(language) for language in names} == names
