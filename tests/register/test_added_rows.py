"""Rows that the body adds: in use when something stands in them, told apart by keys, totalled, bounded, held as totals only."""

from typing import Any

import pytest

from register import checks, formulas, reading
from register.cells import ValueType
from register.errors import KindInvalid
from register.kinds import Kind
from reports import held
from tests.register.factories import document, known, names

T = "people.projects"


def made(**changes: Any) -> dict[str, Any]:
    """Projects: what each is called, its workers and their share of the cost; the total above them."""
    table = {
        "code": "projects",
        "names": names("projects"),
        "rows": [{"code": "all", "names": names("all"), "formula": "sum(column)"}],
        "columns": [
            {"code": "name", "names": names("name"), "text": {"max_length": 60}},
            {"code": "workers", "names": names("workers"), "indicator": "X.PEOPLE"},
            {"code": "cost", "names": names("cost"), "indicator": "X.MONEY"},
            {"code": "each", "names": names("each"), "indicator": "X.MONEY", "formula": "cost / workers"},
        ],
        "repeating": {"most": 3, "names": names("project"), "keys": ["name"]},
        "optional": ["*.cost"],
    }
    section = {"code": "people", "names": names("people"), "tables": [table | changes]}
    check = {
        "code": "paid",
        "expression": f"every row in {T}.rows satisfies row.workers > 0",
        "severity": "error",
        "messages": names("paid"),
    }
    return document(sections=[section], checks=[check])


def kind(**changes: Any) -> Kind:
    return reading.read(made(**changes), known())


def found(values: dict[str, Any]) -> list[tuple[str, tuple[str, ...]]]:
    return [(finding.code, finding.cells) for finding in checks.run(kind(), values)]


def test_a_table_has_so_many_rows_to_be_added_and_words_stand_in_those_only():
    this = kind()

    assert [row.code for row in this.tables[T].rows] == ["all", "n1", "n2", "n3"]
    assert f"{T}.all.name" not in this.cells
    name = this.cell(f"{T}.n2.name")
    assert (name.value_type, name.max_length, name.indicator, name.required, name.needed) == (ValueType.TEXT, 60, None, False, True)
    assert name.names.ru == "project ru 2: name ru"


def test_a_row_nobody_uses_lacks_nothing_and_one_in_use_lacks_what_is_needed():
    assert found({}) == []
    assert found({f"{T}.n2.name": "Мектеп"}) == [("cell_missing", (f"{T}.n2.workers",))]
    assert found({f"{T}.n2.name": "Мектеп", f"{T}.n2.workers": "4"}) == []


def test_rows_in_use_are_totalled_computed_and_checked():
    values = {f"{T}.n1.workers": "4", f"{T}.n1.cost": "10.00", f"{T}.n3.workers": "6"}

    assert formulas.work_out(kind(), dict(values)) == {
        f"{T}.all.workers": "10",
        f"{T}.all.cost": "10.00",
        f"{T}.all.each": "1.00",
        f"{T}.n1.each": "2.50",
    }
    assert ("paid", ()) in found(values | {f"{T}.n3.workers": "0"})


def test_two_rows_of_one_key_are_found_also_when_only_one_of_them_is_touched():
    this, values = kind(), {f"{T}.n1.name": "Мектеп ", f"{T}.n1.workers": "1", f"{T}.n3.name": "МЕКТЕП", f"{T}.n3.workers": "1"}

    whole, touched = checks.run(this, values), checks.run_touched(this, [f"{T}.n3.name"], values)

    assert [(finding.code, finding.cells) for finding in whole] == [("row_repeated", (f"{T}.n1.name", f"{T}.n3.name"))]
    assert touched == whole


def test_figures_of_added_rows_are_held_as_totals_only():
    assert held.addresses(kind()) == [f"{T}.all.workers", f"{T}.all.cost", f"{T}.all.each"]


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"repeating": {"most": 501, "names": names("x")}}, "/repeating/most", "document_integer"),
        ({"repeating": {"most": 3}}, "/repeating/names/kk", "document_text"),
        ({"repeating": {"most": 3, "names": names("x"), "keys": ["nobody"]}}, "/repeating/keys/0", "place_unknown"),
        ({"rows": [{"code": "n1", "names": names("x")}]}, "/rows", "code_taken"),
        ({"repeating": None, "rows": []}, "/rows", "document_list"),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands(changes, pointer, code):
    with pytest.raises(KindInvalid) as refused:
        kind(**changes)

    assert (f"/sections/0/tables/0{pointer}", code) in {(fault.pointer, fault.code) for fault in refused.value.faults}
