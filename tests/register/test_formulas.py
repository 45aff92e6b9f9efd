"""Computed cells: of a cell, a column, a row; totals of totals; what is empty, not applicable, out of bounds; circles."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from register import checks, formulas, reading
from register.errors import KindInvalid
from register.kinds import Kind
from tests.register.factories import document, known, names

T = "people.staff"
TOWN, VILLAGE, BOTH = (f"{T}.{row}" for row in ("town", "village", "both"))


def made(**changes: Any) -> dict[str, Any]:
    """Town and village, their total as a row; men, women, their total as a column, the share of women as another in percent."""
    rows = [{"code": code, "names": names(code)} for code in ("town", "village")]
    columns = [
        {"code": "men", "names": names("men"), "indicator": "X.PEOPLE"},
        {"code": "women", "names": names("women"), "indicator": "X.PEOPLE"},
        {"code": "total", "names": names("total"), "indicator": "X.PEOPLE", "formula": "sum(row)"},
        {"code": "share", "names": names("share"), "indicator": "X.MONEY", "formula": "women / total * 100"},
    ]
    table = {
        "code": "staff",
        "names": names("staff"),
        "rows": [*rows, {"code": "both", "names": names("both"), "formula": "sum(column)"}],
        "columns": columns,
    }
    fields = [
        {"code": "half", "names": names("half"), "indicator": "X.MONEY", "formula": f"{T}.both.total / 2"},
        {"code": "done", "names": names("done"), "indicator": "X.DONE", "required": False},
    ]
    section = {"code": "people", "names": names("people"), "tables": [table | changes], "fields": fields}
    return document(sections=[section], checks=[])


def kind(**changes: Any) -> Kind:
    return reading.read(made(**changes), known())


KIND = kind()
ENTERED = {f"{TOWN}.men": "1", f"{TOWN}.women": "2", f"{VILLAGE}.men": "3", f"{VILLAGE}.women": "0"}


def computed(values: dict[str, Any], this: Kind = KIND) -> dict[str, Any]:
    return formulas.work_out(this, dict(values))


def faults(**changes: Any) -> set[tuple[str, str]]:
    with pytest.raises(KindInvalid) as refused:
        kind(**changes)
    return {(fault.pointer, fault.code) for fault in refused.value.faults}


def test_totals_of_rows_of_columns_and_of_totals_follow_each_other():
    assert computed(ENTERED) == {
        f"{TOWN}.total": "3",
        f"{TOWN}.share": "66.67",
        f"{VILLAGE}.total": "3",
        f"{VILLAGE}.share": "0.00",
        f"{BOTH}.men": "4",
        f"{BOTH}.women": "2",
        f"{BOTH}.total": "6",
        f"{BOTH}.share": "33.33",
        "people.half": "3.00",
    }


def test_the_formula_of_a_cell_goes_before_that_of_its_column():
    own = kind(formulas={"both.share": f"{TOWN}.men * 10"})

    assert computed(ENTERED, own)[f"{BOTH}.share"] == "10.00"


def test_what_is_empty_makes_a_named_cell_empty_and_is_left_out_of_lists():
    values = computed({f"{TOWN}.men": "5"})

    assert values == {f"{TOWN}.total": "5", f"{BOTH}.men": "5", f"{BOTH}.total": "5", "people.half": "2.50"}


def test_what_does_not_apply_counts_as_nothing_and_is_handed_on_when_nothing_applies():
    crossed = {"not_applicable": True}
    both = kind(formulas={"both.men": f"{TOWN}.men + {VILLAGE}.men"})

    assert computed({f"{TOWN}.men": crossed, f"{VILLAGE}.men": "3"}, both)[f"{BOTH}.men"] == "3"
    assert computed({f"{TOWN}.men": crossed, f"{VILLAGE}.men": crossed}, both)[f"{BOTH}.men"] == crossed


def test_a_division_by_zero_leaves_the_cell_empty_and_nothing_is_missing():
    values = dict.fromkeys(ENTERED, "0")
    values |= computed(values)

    assert f"{TOWN}.share" not in values
    assert checks.run(KIND, values) == []


def test_a_computed_cell_out_of_bounds_is_found():
    less = kind(formulas={"both.men": f"{TOWN}.men - {VILLAGE}.men"})
    values = ENTERED | computed(ENTERED, less)

    [finding] = checks.run(less, values)

    assert (finding.code, finding.cells) == ("computed_out_of_bounds", (f"{BOTH}.men",))
    assert "-2" in finding.message.en


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"formulas": {"both.men": f"{BOTH}.total"}}, ("/sections", "formula_circle")),
        ({"formulas": {"both.men": "nobody + 1"}}, ("/sections/0/tables/0/formulas/both.men", "check_name_unknown")),
        ({"formulas": {"both.men": "1 +"}}, ("/sections/0/tables/0/formulas/both.men", "check_unreadable")),
        ({"formulas": {"both.men": "1 + 1"}}, ("/sections/0/tables/0/formulas/both.men", "check_without_cells")),
        ({"formulas": {"both.nobody": f"{T}.town.men"}}, ("/sections/0/tables/0/formulas/both.nobody", "place_unknown")),
        ({"formulas": {"both.men": f"previous.{TOWN}.men"}}, ("/sections/0/tables/0/formulas/both.men", "check_name_unknown")),
    ],
)
def test_a_formula_that_cannot_be_worked_out_is_refused_where_it_stands(changes, fault):
    assert fault in faults(**changes)


def test_only_numbers_are_computed():
    wrong = made()
    wrong["sections"][0]["fields"][1]["formula"] = "people.half > 1"

    with pytest.raises(KindInvalid) as refused:
        reading.read(wrong, known())

    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [("/sections/0/fields/1/formula", "formula_not_numeric")]


CHANGES = st.lists(
    st.dictionaries(
        st.sampled_from(sorted(ENTERED)),
        st.one_of(st.none(), st.just({"not_applicable": True}), st.integers(0, 9).map(str)),
        min_size=1,
    ),
    max_size=8,
)


@given(CHANGES)
def test_working_out_what_was_touched_comes_to_the_same_as_working_out_everything(changes):
    values: dict[str, Any] = {}

    for changed in changes:
        values |= changed
        formulas.work_out(KIND, values, changed)

    assert formulas.work_out(KIND, dict(values)) == {}
