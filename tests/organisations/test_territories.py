import pytest

from organisations.bodies import Level
from organisations.errors import FileRefused, NotPermitted
from organisations.kato import TerritoryLevel
from organisations.roles import Role
from organisations.territories import Renaming, UnitKind, kind_of
from storage.database import session
from storage.journal import JournalEntry
from storage.journal import entries_about as flushed_entries_about
from tests.organisations.factories import an_actor, make_body
from tests.organisations.statements import counted

SMALL = """id;parent_id;code;name
1;0;100000000;область Абай
2;1;101000000;Семей Г.А.
3;2;101010000;г.Семей
4;2;101049000;Жиеналинский с.о
5;1;103200000;Абайский район
6;5;103230000;Карааульский с.о.
7;6;103230100;с.Карааул
"""


def entries_about(subject_type: str, subject_id: object) -> list[JournalEntry]:
    session.flush()
    return flushed_entries_about(subject_type, subject_id)


def test_the_file_of_abai_oblast_gives_its_territories_and_akimats(house, abai):
    lines = [line.split(";") for line in abai.decode("utf-8-sig").splitlines()[1:]]
    rural = [name for _, _, code, name in lines if code[6:] == "000" and code[4:6] != "00" and not name.lower().startswith("г.")]

    loaded = house.territories.load(abai)
    made = house.akimats.make()

    assert sum(loaded.added.values()) == len(lines)
    assert made.created == {
        Level.OBLAST: 1,
        Level.DISTRICT: sum(code[2:4] != "00" and code[4:] == "00000" for _, _, code, _ in lines),
        Level.RURAL: len([name for name in rural if not name.endswith("г.a.") and not name.endswith("г.а.")]),
    }
    assert sum(made.created.values()) + len(made.without) == sum(code[6:] == "000" for _, _, code, _ in lines)


def test_reading_the_same_file_again_changes_nothing_and_writes_nothing(house, abai):
    house.territories.load(abai)
    house.akimats.make()
    session.flush()

    with counted() as statements:
        again = house.territories.load(abai)
        session.flush()
    made = house.akimats.make()

    assert (again.added, again.renamed, again.moved, again.missing) == ({}, (), (), ())
    assert again.unchanged == len(abai.splitlines()) - 1
    assert [statement for statement in statements if not statement.startswith("SELECT")] == []
    assert made.created == {}
    assert sum(made.existing.values()) > 100


def test_kazakh_names_are_given_where_certain_and_marked_where_not(house):
    house.territories.load(SMALL.encode())

    known, unknown = house.territories.get("103200000"), house.territories.get("101049000")

    assert (known.name_kk, known.name_kk_known) == ("Абай ауданы", True)
    assert (unknown.name_kk, unknown.name_kk_known) == ("Жиеналинский с.о", False)


def test_changed_names_are_taken_over_and_reported(house):
    house.territories.load(SMALL.encode())

    loaded = house.territories.load(
        SMALL.replace("Жиеналинский с.о", "Новый с.о.").replace("Карааульский с.о.", "Карааульский с. о").encode()
    )

    assert loaded.renamed == (
        Renaming("101049000", "ru", "Жиеналинский с.о", "Новый с.о."),
        Renaming("101049000", "kk", "Жиеналинский с.о", "Новый с.о."),
        Renaming("103230000", "ru", "Карааульский с.о.", "Карааульский с. о"),
    )
    assert house.territories.get("103230000").name_kk == "Қарауыл ауылдық округі"
    assert [entry.event for entry in entries_about("territory", "103230000")] == ["territory:renamed"]


def test_a_new_russian_name_makes_an_old_kazakh_one_uncertain(house):
    house.territories.load(SMALL.encode())

    house.territories.load(SMALL.replace("Абайский район", "Шакаримский район").encode())

    renamed = house.territories.get("103200000")
    assert (renamed.name_kk, renamed.name_kk_known) == ("Шакаримский район", False)


def test_codes_that_a_newer_file_lacks_are_reported_and_kept(house):
    house.territories.load(SMALL.encode())

    loaded = house.territories.load("\n".join(SMALL.splitlines()[:-1]).encode())

    assert loaded.missing == ("103230100",)
    assert house.territories.get("103230100").valid_to is None


def test_a_refused_file_changes_nothing(house):
    with pytest.raises(FileRefused):
        house.territories.load((SMALL + "8;1;103200000;Ещё раз\n").encode())

    assert house.territories.list().items == ()


def test_only_who_edits_organisations_reads_files_in(house):
    with pytest.raises(NotPermitted):
        house.territories.load(SMALL.encode(), by=an_actor((Role.MANAGER, make_body().id)))


def test_lists_go_page_by_page_and_know_parents_and_levels(house):
    house.territories.load(SMALL.encode())

    first = house.territories.list(limit=4)
    rest = house.territories.list(limit=4, after=first.next)

    assert [territory.code for territory in first.items + rest.items] == [line.split(";")[2] for line in SMALL.splitlines()[1:]]
    assert rest.next is None
    assert [found.code for found in house.territories.list(parent_code="101000000").items] == ["101010000", "101049000"]
    assert [found.code for found in house.territories.list(level=TerritoryLevel.SETTLEMENT).items] == ["103230100"]


@pytest.mark.parametrize(
    ("level", "name", "kind"),
    [
        (TerritoryLevel.OBLAST, "г.Астана", UnitKind.CITY),
        (TerritoryLevel.DISTRICT, "Семей Г.А.", UnitKind.CITY),
        (TerritoryLevel.DISTRICT, "район Аксуат", UnitKind.DISTRICT),
        (TerritoryLevel.RURAL, "с.о.им.Койгельды Аухадиева", UnitKind.RURAL_DISTRICT),
        (TerritoryLevel.RURAL, "Чаганская п.а.", UnitKind.SETTLEMENT_ADMINISTRATION),
        (TerritoryLevel.RURAL, "Аягоз г.а.", UnitKind.TOWN),
        (TerritoryLevel.RURAL, "с.Одинокое", UnitKind.OTHER),
        (TerritoryLevel.SETTLEMENT, "зимовка Канай", UnitKind.SETTLEMENT),
    ],
)
def test_the_abbreviation_tells_the_kind_of_unit(level, name, kind):
    assert kind_of(level, name) is kind
