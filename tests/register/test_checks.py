import time
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from register import checks, mentions
from register.filled import Filled
from register.mentions import Mention
from register.sources import Past
from tests.register.factories import document, kind, names
from tests.register.large_kind import COLUMNS, TABLE, column_code, filled, large_kind, row_code

SMALL = large_kind(6, 4)

FILLED = {"people.staff.all.total": "5", "people.staff.all.men": "2", "people.staff.all.women": "3", "people.money": "10.00"}


def codes(values, previous=None, made=None):
    return [finding.code for finding in checks.run(made or kind(), values, previous)]


def test_what_is_required_and_missing_is_said_of_each_cell():
    findings = checks.run(kind(), {"people.staff.all.total": "5"})

    assert [finding.cells for finding in findings] == [("people.staff.all.men",), ("people.staff.all.women",), ("people.money",)]
    assert {finding.severity for finding in findings} == {"error"}
    assert "all ru: men ru" in findings[0].message.ru


def test_a_report_in_order_has_no_findings():
    assert codes(FILLED) == []
    assert codes(FILLED, {"people.money": "9"}) == []


def test_a_total_that_is_not_the_sum_is_found_with_its_cells():
    [finding] = checks.run(kind(), FILLED | {"people.staff.all.total": "6"})

    assert (finding.code, finding.severity) == ("by_sex", "error")
    assert set(finding.cells) == {"people.staff.all.total", "people.staff.all.men", "people.staff.all.women"}
    assert finding.message.as_dict() == names("total is men and women")


def test_arithmetic_is_decimal():
    made = kind(checks=[check("people.money * 3 = 0.3")])

    assert codes(FILLED | {"people.money": "0.10"}, made=made) == []


def test_a_check_is_silent_while_a_cell_of_it_is_empty():
    assert "by_sex" not in codes(FILLED | {"people.staff.all.women": None})


def test_not_applicable_counts_as_nothing():
    assert codes(FILLED | {"people.staff.all.women": {"not_applicable": True}, "people.staff.all.total": "2"}) == []
    assert codes(FILLED | {"people.staff.all.women": {"not_applicable": True}}) == ["by_sex"]


def test_a_comparison_with_the_period_before_is_silent_without_it():
    assert codes(FILLED, {}) == []
    assert codes(FILLED, {"people.money": None}) == []
    assert codes(FILLED, {"people.money": "6"}) == ["swing"]


def test_a_division_by_zero_is_no_objection():
    made = kind(checks=[check("people.staff.all.total / people.staff.all.men > 2")])

    assert codes(FILLED | {"people.staff.all.men": "0", "people.staff.all.women": "5"}, made=made) == []


def test_a_quoted_text_is_no_address():
    assert mentions.dotted('a.b = "x.y" and previous.c.d.e > 1.5') == {"a.b", "previous.c.d.e"}


def check(expression: str) -> dict:
    return document()["checks"][0] | {"expression": expression}


def test_rows_are_seen_as_a_list_of_a_columns_cells():
    made = kind(
        checks=[
            check("sum(people.staff.rows.men) = people.money"),
            check("every row in people.staff.rows satisfies row.men < 9") | {"code": "small"},
        ]
    )

    assert made.checks[0].mentions[1] == Mention("people.staff.rows.men", "", table="people.staff", column="men")
    assert codes(FILLED | {"people.staff.new.men": "8"}, made=made) == []
    assert codes(FILLED | {"people.staff.new.men": "9"}, made=made) == ["by_sex", "small"]


def test_a_list_is_silent_without_a_value_and_while_one_that_is_needed_is_missing():
    made = kind(checks=[check("sum(people.staff.rows.men) = 100")])

    assert "by_sex" not in codes({"people.staff.new.men": "8"}, made=made)
    assert "by_sex" in codes({"people.staff.all.men": "8"}, made=made)


def test_a_finding_shows_its_figures_by_row_and_column_and_both_sides():
    [finding] = checks.run(kind(), FILLED | {"people.staff.all.total": "6"})

    assert finding.shown.ru == "all ru: total ru — 6; all ru: men ru — 2; all ru: women ru — 3; 6 против 5"


def test_a_cell_is_compared_with_the_history_of_the_body_and_with_the_year_before():
    far = check("abs(people.money - mean(history.people.money)) <= 2 * stddev(history.people.money)") | {"severity": "warning"}
    year = check("people.money >= last_year.people.money") | {"code": "less"}
    made = kind(checks=[far, year])
    past = {"history": Past({"people.money": [Decimal(8), Decimal(10), Decimal(9)]}), "last_year": Filled(made, {"people.money": "12.00"})}

    assert [finding.code for finding in checks.run(made, FILLED, sources=past)] == ["less"]
    assert [finding.code for finding in checks.run(made, FILLED | {"people.money": "90.00"}, sources=past)] == ["by_sex"]
    assert checks.run(made, FILLED, sources={"history": Past({"people.money": [Decimal(8), Decimal(8)]})}) == []


def test_what_is_not_there_to_compare_with_is_told_where_the_check_says_so():
    made = kind(checks=[check("people.money >= last_year.people.money") | {"absent": "finding"}])

    [finding] = checks.run(made, FILLED)

    assert "прошлого года" in finding.shown.ru


CHANGES = st.lists(
    st.dictionaries(
        st.builds(lambda row, column: f"{TABLE}.{row_code(row, 6)}.{column_code(column, 4)}", st.integers(0, 5), st.integers(0, 3)),
        st.one_of(st.none(), st.just({"not_applicable": True}), st.integers(0, 9).map(str)),
        min_size=1,
        max_size=4,
    ),
    max_size=8,
)


@given(CHANGES)
def test_checking_what_was_touched_comes_to_the_same_as_checking_everything(changes):
    values = filled(6, 4)
    known = {(finding.code, finding.cells) for finding in checks.run(SMALL, values)}

    for changed in changes:
        values |= changed
        looked = {each.code for each in checks.touching(SMALL, changed.keys())}
        known = {(code, cells) for code, cells in known if code not in looked and not (code == "cell_missing" and cells[0] in changed)}
        known |= {(finding.code, finding.cells) for finding in checks.run_touched(SMALL, changed.keys(), values)}

    assert known == {(finding.code, finding.cells) for finding in checks.run(SMALL, values)}


def test_a_save_in_a_table_of_20_000_cells_is_checked_in_a_moment():
    made, values = large_kind(), filled()
    touched = [f"{TABLE}.r007.{column_code(column)}" for column in range(COLUMNS)]
    assert (len(made.cells), len(made.checks), checks.run(made, values)) == (20_000, 540, [])

    begun = time.process_time()
    found = checks.run_touched(made, touched, values | {touched[0]: "3"})

    assert {finding.code for finding in found} == {"row_r007", "column_c00"}
    assert time.process_time() - begun < 0.5
