from copy import deepcopy

import pytest

from register import reading
from register.errors import IndicatorsInvalid, KindInvalid
from register.shelf import read_indicators
from tests.register.factories import document, indicator, known, names


def faults_of(made) -> set[tuple[str, str]]:
    with pytest.raises(KindInvalid) as refused:
        reading.read(made, known())
    return {(fault.pointer, fault.code) for fault in refused.value.faults}


def changed(way: str, value) -> dict:
    """The sound document with one thing changed; `...` takes it away."""
    made = deepcopy(document())
    *steps, last = [int(step) if step.isdecimal() else step for step in way.split("/")]
    holder = made
    for step in steps:
        holder = holder[step]
    if value is ...:
        del holder[last]
    else:
        holder[last] = value
    return made


def test_a_document_becomes_a_kind():
    kind = reading.read(document(), known())

    assert list(kind.cells) == [
        *("people.staff.all.total", "people.staff.all.men", "people.staff.all.women", "people.staff.new.total", "people.staff.new.men"),
        *("people.money", "people.since", "people.done", "people.note.kk", "people.note.ru"),
    ]
    men = kind.cell("people.staff.all.men")
    assert (men.indicator, men.breakdown, men.required, men.unit.ru) == ("X.PEOPLE", {"sex": "men"}, True, "unit ru")
    assert not kind.cell("people.staff.new.men").required
    assert kind.checks[1].previous == ("people.money",)
    assert (kind.addressee.body, kind.delivery, kind.route, kind.process_key) == (None, "in_esep", "superiors", "report_cycle")


SECTION = "sections/0"
TABLE = f"{SECTION}/tables/0"


@pytest.mark.parametrize(
    ("way", "value", "pointer", "code"),
    [
        ("format", 2, "/format", "document_format"),
        ("code", "x 1", "/code", "kind_code"),
        ("version", 0, "/version", "document_integer"),
        ("version", True, "/version", "document_integer"),
        ("names", {"kk": "a", "en": "b"}, "/names/ru", "document_text"),
        ("names", {"kk": "a", "ru": "b", "en": " "}, "/names/en", "document_text"),
        ("names", "a", "/names", "document_object"),
        ("legal_basis/date", "27.03.2020", "/legal_basis/date", "document_date"),
        ("valid_from", "9999-12-31", "/valid_from", "day_outside"),
        ("valid_from", "0001-01-01", "/valid_from", "day_outside"),
        ("addressee", "nobody", "/addressee", "place_not_named"),
        ("places/ministry/body", "1234", "/places/ministry/body", "body_code"),
        ("periodicity", "weekly", "/periodicity", "document_choice"),
        ("valid_from", ..., "/valid_from", "document_date"),
        ("reporting", [], "/reporting", "document_list"),
        ("reporting", [{}], "/reporting/0", "selector_empty"),
        ("reporting", [{"level": "village"}], "/reporting/0/level", "document_choice"),
        ("reporting", [{"level": "oblast"}], "/reporting/0", "deadline_missing"),
        ("reporting", [{"territory": "10"}], "/reporting/0/territory", "territory_code"),
        ("reporting", [{"sector": "outside"}], "/reporting/0/sector", "place_outside"),
        ("due", {}, "/due", "due_of_no_level"),
        ("due", ..., "/due", "due_of_no_level"),
        ("due", {"village": {"day": 1}}, "/due/village", "level_unknown"),
        ("due/district", {}, "/due/district", "due_rule"),
        ("due/district", {"day": 5, "working_day": 5}, "/due/district", "due_rule"),
        ("due/district", {"day": 32}, "/due/district/day", "document_integer"),
        ("signature", "ministr", "/signature", "document_choice"),
        ("minutes", "30", "/minutes", "document_integer"),
        ("publish", "yes", "/publish", "document_boolean"),
        ("misspelt", 1, "/misspelt", "document_unknown"),
        ("sections", [], "/sections", "document_list"),
        (f"{SECTION}/code", "People", f"/{SECTION}/code", "document_code"),
        (f"{SECTION}/code", "previous", f"/{SECTION}/code", "document_code"),
        (f"{TABLE}/rows/0/indicator", "X.NONE", f"/{TABLE}/rows/0/indicator", "indicator_unknown"),
        (f"{TABLE}/rows/0/indicator", ..., f"/{TABLE}/rows/0", "cell_indicator"),
        (f"{TABLE}/columns/0/indicator", "X.MONEY", f"/{TABLE}/rows/0", "cell_indicator"),
        (f"{TABLE}/columns/1/breakdown", {"sex": "other"}, f"/{TABLE}/rows/0", "breakdown_unknown"),
        (f"{TABLE}/rows/1/code", "all", f"/{TABLE}/rows", "code_taken"),
        (f"{TABLE}/blocked", ["all.boys"], f"/{TABLE}/blocked/0", "place_unknown"),
        (f"{SECTION}/fields/0/code", "staff", f"/{SECTION}", "code_taken"),
        (f"{SECTION}/texts/0/max_length", 0, f"/{SECTION}/texts/0/max_length", "document_integer"),
        ("checks/0/expression", "people.money =", "/checks/0/expression", "check_unreadable"),
        ("checks/0/expression", "people.moneys = 1", "/checks/0/expression", "check_name_unknown"),
        ("checks/0/expression", "peoples.money = 1", "/checks/0/expression", "check_name_unknown"),
        ("checks/0/expression", "1 = 1", "/checks/0/expression", "check_without_cells"),
        ("checks/0/expression", "people.money > mean(history.people.note.kk)", "/checks/0/expression", "check_history_unheld"),
        ("others", {"previous": "X-02"}, "/others/previous", "document_code"),
        ("checks/1/code", "by_sex", "/checks", "code_taken"),
    ],
)
def test_a_fault_is_told_with_its_place(way, value, pointer, code):
    assert (pointer, code) in faults_of(changed(way, value))


def test_no_kind_is_without_a_deadline_whatever_its_selectors_name():
    made = changed("due", {}) | {"reporting": [{"kind": "akimat"}]}

    assert faults_of(made) == {("/due", "due_of_no_level")}


def test_all_faults_are_told_at_once():
    made = changed("code", "x 1") | {"minutes": None, "signature": None}

    assert {code for _, code in faults_of(made)} == {"kind_code", "document_integer", "document_choice"}


@pytest.mark.parametrize("nonsense", [None, [], "x", 5, {}])
def test_nonsense_is_no_kind(nonsense):
    assert faults_of(nonsense)


def test_a_kind_is_bounded():
    rows = [{"code": f"r{number}", "names": names("row"), "indicator": "X.PEOPLE"} for number in range(500)]
    columns = [{"code": f"c{number}", "names": names("column")} for number in range(41)]
    table = {"code": "large", "names": names("table"), "rows": rows, "columns": columns}

    assert ("/sections", "kind_too_large") in faults_of(changed(f"{SECTION}/tables", [table]))


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (indicator("X", value_type="money"), "document_choice"),
        (indicator("X", decimals=2), "indicator_decimals"),
        (indicator("X", minimum=0), "document_decimal"),
        (indicator("X", owner=""), "document_text"),
        (indicator("X", breakdowns={"sex": {"members": {"men": "men"}}}), "document_object"),
    ],
)
def test_a_faulty_indicator_is_refused(document, code):
    with pytest.raises(IndicatorsInvalid) as refused:
        read_indicators([document])

    assert code in {fault.code for fault in refused.value.faults}


def test_an_indicator_is_defined_once():
    with pytest.raises(IndicatorsInvalid) as refused:
        read_indicators([indicator("X"), indicator("X")])

    assert [fault.code for fault in refused.value.faults] == ["code_taken"]
