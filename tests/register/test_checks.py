from register import checks
from tests.register.factories import document, kind, names

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
    assert checks.mentioned('a.b = "x.y" and previous.c.d.e > 1.5') == {"a.b", "previous.c.d.e"}


def check(expression: str) -> dict:
    return document()["checks"][0] | {"expression": expression}
