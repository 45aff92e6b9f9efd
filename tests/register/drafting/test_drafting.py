"""Six forms, each laid out in a way of its own: what kind of report comes out of each, and what is said to be in doubt."""

import json
import random
import time
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from documents import workbooks
from documents.errors import WorkbookTooLarge
from documents.workbooks import Area, Sheet
from register import reading, shelf
from register.drafting import captions, drafting
from register.drafting.draft import Draft
from register.drafting.errors import WorkbookWithoutTables
from register.duplicates.duplicates import Collected
from register.duplicates.matching import Asked, Catalogue
from register.kinds import Kind
from register.register import DEFINITIONS
from tests.register.drafting import forms

KNOWN = {each.code: each for each in shelf.read_indicators(json.loads((DEFINITIONS / "indicators.json").read_text("utf-8")))}
CATALOGUE = Catalogue(Asked(each.code, each.names, each.unit, frozenset(each.breakdowns)) for each in KNOWN.values())
#: What forms are made of, and what no form should have.
WORDS = (
    *("Барлығы / Всего", "в том числе", "оның ішінде", "№", "Наименование показателя", "Код строки", "А", "1", "1.1", "1.2", "адам", "%"),
    *("х", "мужчины", "ерлер/әйелдер", "план", "...", "Руководитель ___", "Примечание: *", "Периодичность: месячная", "тыс. тенге"),
    *("№ 5 от 31.02.2024", "\n", "/", "(", "а" * 600, "🙂", "Показатель, %", ", %", "(чел)", "из них:", "Индекс: -", "Индекс: 1-А", "if"),
)
FORMULAS = ("SUM(A1:B9)", "A1+B2", "SUM(", "A1:B2", "SUM(A1;B2", "A1%", "SUM(SUM(A1,B1),C3)", "'x'!A1", "IF(A1>0,1,2)", "SUM(B1:C3)/B2")


def drafted(data: bytes) -> tuple[Draft, Kind]:
    """The draft of a workbook, and the kind that it is with its indicators."""
    sheets = workbooks.read(data, with_formulas=True)
    made = drafting.draft(sheets, KNOWN, matching, valid_from=date(2027, 1, 1))
    more = {each.code: each for each in shelf.read_indicators([*made.indicators, *made.extended])}
    return made, reading.read(made.document, KNOWN | more)


def matching(asked: Any) -> list[list[Collected]]:
    return [[Collected(KNOWN[match.code], match, ()) for match in CATALOGUE.matches(each)] for each in asked]


def doubted(made: Draft) -> dict[str, list[str]]:
    """The cells of each doubt."""
    return {doubt.code: [place.said for place in doubt.places] for doubt in made.doubts}


def unit_of(made: Draft, code: str) -> tuple[str, str]:
    indicator = next(each for each in made.indicators if each["code"] == code)
    return indicator["unit"]["ru"], indicator["value_type"]


def test_the_head_of_a_form_becomes_the_outline_of_a_kind():
    made, kind = drafted(forms.employment())

    assert (kind.code, kind.names.kk) == ("1-ZHQ", "Жұмыспен қамтуға жәрдемдесу туралы есеп")
    assert kind.names.ru == "Отчёт о содействии занятости населения"
    assert (kind.legal_basis.number, kind.legal_basis.date) == ("55-Ө", date(2024, 3, 12))
    assert (kind.periodicity, kind.signature) == ("month", "head")
    assert {level: rule.day for level, rule in kind.due.items()} == {"rural": 10, "district": 10}
    assert [(selector.level, selector.kind) for selector in kind.reporting] == [("rural", "akimat"), ("district", "akimat")]
    assert kind.addressee.names.ru == "Министерство труда Республики Казахстан"
    outline = {proposal.part: proposal.place.said for proposal in made.proposals if proposal.part in ("code", "periodicity", "due")}
    assert outline == {"code": "Лист1!A4", "periodicity": "Лист1!A5", "due": "Лист1!A8"}


def test_names_are_in_english_only_where_the_form_is():
    _, kind = drafted(forms.employment())
    told = [
        captions.read(text)
        for text in ("1.1 Саны / Количество / Number", "Ауданы\nПлощадь\nArea, total", "Сайт / www.gov.kz", "Мощность, kWh / GPON")
    ]

    (table,) = kind.sections[0].tables
    assert {row.names.en for row in table.rows} == {kind.names.en} == {""}
    assert (kind.names.say("en"), "en" in kind.names.as_dict()) == (kind.names.ru, False)
    assert [(each.kk, each.ru, each.en) for each in told[:2]] == [("Саны", "Количество", "Number"), ("Ауданы", "Площадь", "Area, total")]
    assert [each.en for each in told[2:]] == ["", ""]


def test_toldover_several_columns_and_rows_with_codes_are_read():
    made, kind = drafted(forms.employment())

    (section,) = kind.sections
    (table,) = section.tables
    assert [(row.code, row.names.ru) for row in table.rows] == [
        ("r001", "Трудоустроены, всего"),
        ("r002", "на постоянную работу"),
        ("r003", "на общественные работы"),
        ("r004", "Работают библиотекарями"),
    ]
    assert [cell.breakdown for cell in table.cells[:4]] == [{}, {"sex": "men"}, {"sex": "women"}, {"age": "youth"}]
    assert "s1.t1.r003.c4" not in kind.cells  # crossed out on the form
    assert [text.code for text in section.texts] == ["note"]
    assert doubted(made)["draft_notes_left_out"] == ["Лист1!B19"]


def test_indicators_of_the_catalogue_are_found_again_and_others_proposed():
    made, _ = drafted(forms.employment())

    told = [(each.state, each.value, each.place.said) for each in made.proposals if each.part == "indicator"]
    assert told == [
        ("matched", "EMP.PLACED", "Лист1!B14"),
        ("matched", "EMP.PLACED_PERMANENT", "Лист1!B15"),
        ("matched", "EMP.PUBLIC_WORKS", "Лист1!B16"),
        ("new", "1-ZHQ.RABOTAYUT_BIBLIOTEKARYAMI", "Лист1!B17"),
    ]
    assert unit_of(made, "1-ZHQ.RABOTAYUT_BIBLIOTEKARYAMI") == ("человек", "integer")
    assert made.extended == []


def test_formulas_become_checks():
    _, kind = drafted(forms.employment())

    checks = {check.code: (check.severity, check.expression) for check in kind.checks}
    assert checks["t1_r001_c1"] == ("error", "s1.t1.r001.c1 = s1.t1.r001.c2 + s1.t1.r001.c3")
    assert checks["t1_r001_c2"] == ("error", "s1.t1.r001.c2 = s1.t1.r002.c2 + s1.t1.r003.c2")
    assert checks["t1_r004_c1"] == ("warning", "s1.t1.r004.c1 = s1.t1.r004.c2 + s1.t1.r004.c3")  # no formula: men and women are all


def test_sheets_become_sections_and_columns_with_units_the_indicators():
    made, kind = drafted(forms.harvest())

    assert [(section.code, section.names.ru) for section in kind.sections] == [("sev_i_uborka", "Сев и уборка"), ("tekhnika", "Техника")]
    assert (kind.code, kind.periodicity, kind.due["oblast"].working_day) == ("29-SKH", "decade", 2)
    cell = kind.cell("sev_i_uborka.t1.r2.urozhaynost")
    assert (cell.indicator, cell.breakdown, cell.unit.ru) == ("29-SKH.UROZHAYNOST", {"territory": "r2"}, "ц/га")
    assert kind.cell("sev_i_uborka.t1.itogo.ubrano").breakdown == {}
    assert kind.cell("tekhnika.t1.goryuchee.plan").breakdown == {"stage": "plan"}
    assert doubted(made)["draft_sheet_left_out"] == ["Инструкция!A1"]
    assert "'Сев и уборка'!B8" in doubted(made)["draft_kazakh_lacking"]


def test_a_column_of_another_unit_gets_a_table_of_its_own_and_keeps_its_formula():
    _, kind = drafted(forms.harvest())

    cell = kind.cell("tekhnika.t1_2.traktory.ispolnenie")
    checks = {check.code: check for check in kind.checks}
    assert (cell.indicator, cell.unit.ru) == ("29-SKH.TRAKTORY_ISPOLNENIE", "процент")
    assert checks["t1_2_traktory_ispolnenie"].expression == (
        "abs(tekhnika.t1_2.traktory.ispolnenie - (tekhnika.t1.traktory.fakt / tekhnika.t1.traktory.plan * 100)) <= 0.05"
    )
    assert checks["t1_itogo_namolocheno"].severity == "error"
    assert "t1_itogo_urozhaynost" not in checks  # yields do not add up


def test_toldinside_of_a_table_name_its_rows_and_one_unit_is_that_of_all():
    made, kind = drafted(forms.budget())

    assert kind.cell("s1.t1.bilim_beru.c2").indicator == "NEW-FORM.II_SHYGYSTAR_BILIM_BERU"
    assert unit_of(made, "NEW-FORM.II_SHYGYSTAR_BILIM_BERU") == ("тыс. тенге", "decimal")
    assert [check.expression for check in kind.checks if check.code == "t1_tapshylyq_profitsit_c3"] == [
        "s1.t1.tapshylyq_profitsit.c3 = s1.t1.kiristerdin_barlygy.c3 - s1.t1.shygystardyn_barlygy.c3"
    ]
    assert "s2.t1.salyqtyq_zhenildikter.quny = s1.t1.salyq_tusimderi.c2" in [check.expression for check in kind.checks]
    assert doubted(made)["draft_formula_unread"] == ["'1-бөлім'!D14"]
    assert {"'1-бөлім'!A7", "'2-бөлім'!A2"} <= set(doubted(made)["draft_russian_lacking"])
    assert (kind.signature, kind.periodicity) == ("akim", "quarter")


def test_empty_numbered_rows_are_a_list_that_may_stay_empty():
    made, kind = drafted(forms.list_of_projects())

    cells = [kind.cell(f"s1.t1.r2.{column}") for column in ("plan", "fakt", "srok_okonchaniya", "f_i_o_otvetstvennogo")]
    assert [str(cell.value_type) for cell in cells] == ["decimal", "decimal", "date", "text"]
    assert [cell.breakdown for cell in cells[:2]] == [{"stage": "plan", "line": "r2"}, {"stage": "fact", "line": "r2"}]
    assert not any(cell.required for cell in cells)
    assert len(kind.sections[0].tables[0].rows) == 5
    told = doubted(made)
    assert (told["draft_open_list"], told["draft_class_personal"]) == (["Sheet1!B11"], ["Sheet1!G4"])
    assert told["draft_repeating_rows"][0] == "Sheet1!B6"


def test_a_table_that_came_by_mail_is_found_among_notes():
    made, kind = drafted(forms.messy())

    assert (kind.names.ru, kind.periodicity) == ("Отчет о работе школьных библиотек за месяц", "month")
    (table,) = kind.sections[0].tables
    assert [column.code for column in table.columns] == ["vsego", "gorod", "selo"]
    assert [row.names.ru for row in table.rows][2:] == ["на казахском языке", "на русском языке", "Читатели - всего", "учащиеся"]
    assert unit_of(made, "NEW-FORM.CHITATELI_VSEGO_UCHASCHIESYA") == ("человек", "integer")
    assert [check.expression for check in kind.checks if check.code == "t1_r3_vsego"] == ["s1.t1.r3.vsego >= s1.t1.uchaschiesya.vsego"]
    told = doubted(made)
    assert (told["draft_column_uncaptioned"], told["draft_notes_left_out"]) == (["'отчет (2)'!I10"], ["'отчет (2)'!I2"])
    assert told["draft_unit_untold"] == ["'отчет (2)'!C11", "'отчет (2)'!C13", "'отчет (2)'!C14"]


def test_two_hundred_rows_of_two_levels_are_read_with_a_second_table_below():
    made, kind = drafted(forms.census())

    first, second = kind.sections[0].tables
    assert (len(first.rows), len(second.rows), len(kind.checks)) == (240, 2, 20)
    assert second.names.ru == "2. Дойное стадо"
    assert kind.cell("s1.t1.r7_11.c2").indicator == "NEW-FORM.SKOT_PORODY_7_VOZRAST_11"
    assert (kind.due["district"].day, kind.due["district"].months, kind.periodicity) == (25, 1, "year")
    assert "draft_asked_twice" not in doubted(made)


def test_every_part_of_a_draft_names_the_cell_that_it_came_from():
    for form in (forms.employment, forms.harvest, forms.budget, forms.list_of_projects, forms.messy, forms.census):
        made, _ = drafted(form())

        placed = [proposal for proposal in made.proposals if proposal.part in ("row", "column", "indicator", "check", "table")]
        assert all(proposal.place is not None and 0 < proposal.confidence <= 1 for proposal in placed)
        assert all(resolved(made.document, proposal.pointer) is not None for proposal in placed)


def resolved(document: Any, pointer: str) -> Any:
    """What a JSON pointer points at."""
    for step in pointer.split("/")[1:]:
        document = document[int(step)] if isinstance(document, list) else document[step]
    return document


def test_whatever_stands_in_a_sheet_becomes_a_kind_or_is_refused():
    chance = random.Random(7)
    words = [*WORDS, Decimal(1), Decimal("0.5"), True, date(2026, 1, 1), None, None]
    kinds = 0
    for _ in range(60):
        height, width = chance.randint(1, 20), chance.randint(3, 8)
        rows = [[chance.choice(words) for _ in range(width)] for _ in range(height)]
        rows[chance.randrange(height)] = ["А", "Б", *(Decimal(number) for number in range(1, width - 1))]
        merged = [Area(row, 0, row + chance.randint(0, 3), chance.randint(0, width)) for row in range(0, height, 4)]
        told = {(chance.randrange(height), chance.randrange(width)): chance.choice(FORMULAS) for _ in range(4)}
        try:
            made = drafting.draft(
                [Sheet("a b", tuple(map(tuple, rows)), tuple(merged), told)], KNOWN, matching, valid_from=date(2027, 1, 1)
            )
        except WorkbookWithoutTables:
            continue
        more = {each.code: each for each in shelf.read_indicators([*made.indicators, *made.extended])}
        kinds += reading.read(made.document, KNOWN | more).code != ""

    assert kinds > 20


def test_the_longest_formulas_take_no_longer_than_they_are_worth():
    chance = random.Random(11)
    sums = ["SUM(C3:M402)", "C3*C4", "C$5", "1", "SUM(C3;D3)", "SUM(A1:Z70)", "SUM('b'!A1:B900)", "SUM(A1:ZZ2)", "5%"]
    rows: list[tuple[Any, ...]] = [("№", "Показатель", *(f"Графа {n}" for n in range(10))), ("А", "Б", *map(Decimal, range(1, 11)))]
    rows += [(str(number), f"Барлығы {number} / Всего {number}") for number in range(490)]
    told = {(row, column): "+".join(chance.choices(sums, k=chance.choice((1, 3, 300)))) for row in range(2, 492) for column in range(2, 12)}
    over = Sheet("b", (("х",) * 100,) * 100, (Area(0, 0, 2_000, 900),) * 100_000)
    begun = time.process_time()

    made = drafting.draft([Sheet("a", tuple(rows), (), told), over], KNOWN, matching, valid_from=date(2027, 1, 1))

    assert time.process_time() - begun < 5
    assert made.document["checks"]
    assert any(doubt.code == "draft_formula_unread" for doubt in made.doubts)
    more = {each.code: each for each in shelf.read_indicators([*made.indicators, *made.extended])}
    assert reading.read(made.document, KNOWN | more).checks


def test_more_cells_than_a_kind_has_are_refused():
    rows = [("№", "Показатель", *(f"Графа {n}" for n in range(60))), *((str(number), f"Жол {number}") for number in range(400))]

    with pytest.raises(WorkbookTooLarge) as refused:
        drafting.draft([Sheet("a", tuple(rows))], KNOWN, matching, valid_from=date(2027, 1, 1))

    assert refused.value.fields == {"what": "cells of tables", "count": 24_000, "limit": 20_000}


def test_a_workbook_without_tables_is_refused_by_the_names_of_its_sheets():
    data = forms.book(("Хат", lambda sheet: sheet.write("A1", "Құрметті әріптестер!")), ("Бос", lambda sheet: None))

    with pytest.raises(WorkbookWithoutTables) as refused:
        drafted(data)

    assert refused.value.fields == {"sheets": "Хат, Бос"}
