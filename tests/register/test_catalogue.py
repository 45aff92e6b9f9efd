"""The catalogue of indicators: where each is used, how it came to be what it is, and maps between versions of a form."""

from datetime import date, timedelta

import pytest

from register.errors import IndicatorFixed, IndicatorNotFound, KindInvalid
from storage.transaction import transaction
from tests.register.factories import document, indicator


def test_an_indicator_knows_every_version_section_and_cell_that_asks_for_it(register):
    with transaction():
        register.import_kind(document(), act_number="1", act_date=date(2025, 12, 1))
        register.import_kind(document(version=2, valid_from="2026-07-01"), act_number="2", act_date=date(2026, 6, 1))

    uses = register.catalogue.uses("X.PEOPLE")

    assert [(use.kind, use.version, use.valid_to, use.section) for use in uses] == [
        ("X-01", 1, date(2026, 6, 30), "people"),
        ("X-01", 2, None, "people"),
    ]
    assert uses[0].cells[:2] == ("people.staff.all.total", "people.staff.all.men")
    with pytest.raises(IndicatorNotFound):
        register.catalogue.uses("X.NOBODY")


def test_every_state_of_an_indicator_is_kept_and_its_measure_stays(register, clock):
    before = clock.now()
    clock.advance(timedelta(days=1))
    with transaction():
        register.import_indicators([indicator("X.PEOPLE", owner="Committee", source="Registry")])
    with transaction():
        register.import_indicators([indicator("X.PEOPLE", owner="Committee", source="Registry")])

    history = register.catalogue.history("X.PEOPLE")

    assert [(edition.number, edition.changed, edition.at, edition.by) for edition in history] == [
        (2, ("owner", "source"), clock.now(), None),
        (1, (), before, None),
    ]
    assert history[1].document["owner"] == "Ministry"
    with pytest.raises(IndicatorFixed), transaction():
        register.import_indicators([indicator("X.PEOPLE", value_type="decimal", decimals=1)])
    assert len(register.catalogue.history("X.PEOPLE")) == 2


def test_a_map_names_cells_of_its_own_version_and_of_the_one_before(register):
    with transaction():
        register.import_kind(document(), act_number="1", act_date=date(2025, 12, 1))
    maps = [
        {"cell": "people.staff.all.total", "was": ["people.staff.all.men", "people.staff.gone.men"]},
        {"cell": "people.note.kk", "was": ["people.money"]},
        {"cell": "people.staff.all.total", "was": ["people.money"]},
    ]

    with pytest.raises(KindInvalid) as own, transaction():
        register.import_kind(document(version=2, valid_from="2026-07-01", maps=maps), act_number="2", act_date=date(2026, 6, 1))
    with pytest.raises(KindInvalid) as before, transaction():
        register.import_kind(document(version=2, valid_from="2026-07-01", maps=maps[:1]), act_number="2", act_date=date(2026, 6, 1))

    assert [(fault.pointer, fault.code) for fault in own.value.faults] == [("/maps/1/cell", "map_cell_unknown"), ("/maps", "map_twice")]
    assert [(fault.pointer, fault.code) for fault in before.value.faults] == [("/maps/0/was/1", "map_cell_unknown")]
