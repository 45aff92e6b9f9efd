"""The annex to an order: what is on paper is what the engine runs."""

import io
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from docx import Document

from documents import pictures
from documents.pictures import Picture
from documents.printed import Printed, Table
from engine.definition_errors import ModelRefused
from operate.annex import FORMATS, annex
from operate.errors import NothingToPrint
from register.changes import operations as changes
from reports import deadlines
from tests.engine.factories import model

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "processes").glob("*.bpmn"))
DRAWN = [path for path in sorted((ROOT / "tests").glob("**/*.bpmn")) if b"BPMNShape" in path.read_bytes()]
MADE_AT = datetime(2026, 11, 25, tzinfo=UTC)

STAGES = """
    <bpmn:startEvent id="s"/><bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="draft"/>
    <bpmn:userTask id="draft" name="Draft" camunda:dueDate="= workdays(3)"/>
    <bpmn:sequenceFlow id="f2" sourceRef="draft" targetRef="ready"/>
    <bpmn:exclusiveGateway id="ready"/>
    <bpmn:sequenceFlow id="yes" name="yes" sourceRef="ready" targetRef="e">
      <bpmn:conditionExpression>= ready</bpmn:conditionExpression></bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="no" name="no" sourceRef="ready" targetRef="wait">
      <bpmn:conditionExpression>= not(ready)</bpmn:conditionExpression></bpmn:sequenceFlow>
    <bpmn:userTask id="wait" name="Wait" camunda:dueDate="PT12H"/><bpmn:sequenceFlow id="back" sourceRef="wait" targetRef="ready"/>
    <bpmn:boundaryEvent id="late" name="Too late" attachedToRef="wait">
      <bpmn:timerEventDefinition><bpmn:timeDuration>P9D</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="f3" sourceRef="late" targetRef="call"/>
    <bpmn:userTask id="call" name="Call" camunda:dueDate="${due_at}"/><bpmn:sequenceFlow id="f4" sourceRef="call" targetRef="e"/>
    <bpmn:endEvent id="e" name="Done"/>"""


def shipped(name: str, language: str = "ru") -> Printed:
    path = ROOT / "processes" / f"{name}.bpmn"
    return annex(path.name, path.read_bytes(), language, MADE_AT)


def stages(sheets: Printed) -> dict[str, tuple[str, ...]]:
    """The rows of the tables by what is done."""
    return {row[1]: tuple(row) for block in sheets.blocks if isinstance(block, Table) for row in block.rows}


def test_stages_stand_in_the_order_of_the_flow_with_who_does_them_within_what_time_and_what_follows():
    rows = stages(shipped("report_cycle"))

    assert list(rows)[:5] == ["Заполнить известное", "Распределить", "Начать подготовку", "Подготовить отчёт", "Направить на согласование"]
    assert rows["Заполнить известное"][2:4] == ("Esep (автоматически)", "сразу")
    assert rows["Согласовать"][2:4] == ("Руководитель", "до срока представления отчёта")
    assert rows["Согласовать"][4].splitlines()[:2] == ["да: 7. Записать согласование", "вернуть: 8. Вернуть на доработку"]
    assert rows["Рассмотреть отчёт"][3] == "3 рабочих дня"


def test_the_head_names_the_act_in_the_language_of_the_sheets():
    heads = {language: [block.text for block in shipped("report_cycle", language).blocks[:2]] for language in ("kk", "ru", "en")}

    assert heads["kk"] == ["Қосымша", "Бұйрық, 01.09.2026 № 01-Ө"]
    assert heads["ru"] == ["Приложение", "Приказ от 01.09.2026 № 01-Ө"]
    assert heads["en"] == ["Annex", "Order of 01.09.2026 No. 01-Ө"]


@pytest.mark.parametrize(
    ("process", "stage", "days"),
    [
        ("report_cycle", "Рассмотреть отчёт", deadlines.REVIEW_DAYS),
        ("report_cycle", "Внести ответ получателя", deadlines.OUTSIDE_ANSWER_DAYS),
        ("deadline_extension", "Решить о продлении срока", deadlines.REVIEW_DAYS),
        ("not_applicable", "Решить о неприменимости", deadlines.REVIEW_DAYS),
        ("register_change", "Подготовить проект", changes.DRAFT_DAYS),
        ("register_change", "Обосновать повторы", changes.EXPLAIN_DAYS),
        ("register_change", "Согласовать", changes.AGREE_DAYS),
        ("register_change", "Утвердить актом", changes.APPROVE_DAYS),
    ],
)
def test_the_working_days_that_a_shipped_diagram_tells_are_those_that_the_product_counts(process: str, stage: str, days: int):
    assert stages(shipped(process))[stage][3].startswith(f"{days} рабочих")


def test_a_plain_due_date_is_said_in_words_and_what_an_event_leads_to_stands_beside_its_stage():
    rows = stages(annex("p.bpmn", model(STAGES), "en", MADE_AT))

    assert {name: row[3] for name, row in rows.items()} == {
        "Draft": "3 working days",
        "Wait": "12 hours",
        "Call": "as the product counts it",
    }
    assert rows["Draft"][4].splitlines() == ["yes: Done", "no: 2. Wait"]
    assert rows["Wait"][4].splitlines() == ["yes: Done", "no: 2. Wait", "Too late: 3. Call"]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_diagram_is_printed_in_both_languages_with_its_drawing(path: Path):
    for language in ("kk", "ru"):
        sheets = annex(path.name, path.read_bytes(), language, MADE_AT)
        read = Document(io.BytesIO(FORMATS["docx"](sheets)))

        [drawing] = [block for block in sheets.blocks if isinstance(block, Picture)]
        assert len(read.inline_shapes) == len(pictures.sheets(drawing, 266, 170))
        assert len(read.tables[0].rows) == 1 + sum(len(block.rows) for block in sheets.blocks if isinstance(block, Table))
        assert FORMATS["pdf"](sheets).startswith(b"%PDF-")


@pytest.mark.parametrize("path", DRAWN, ids=lambda path: path.stem)
def test_what_any_editor_has_drawn_can_be_put_on_paper(path: Path):
    try:
        sheets = annex(path.name, path.read_bytes(), "en", MADE_AT)
    except (ModelRefused, NothingToPrint):
        return

    assert FORMATS["pdf"](sheets).startswith(b"%PDF-")


def test_a_file_without_a_process_that_starts_is_refused_and_one_without_a_drawing_says_so():
    with pytest.raises(NothingToPrint):
        annex("p.bpmn", model(STAGES).replace(b'isExecutable="true"', b'isExecutable="false"'), "en", MADE_AT)
    with pytest.raises(ModelRefused):
        annex("p.bpmn", b"<x/>", "en", MADE_AT)

    assert annex("p.bpmn", model(STAGES), "en", MADE_AT).blocks[-1].text == "The file holds no drawing."


def test_many_gateways_in_a_row_take_no_longer_than_their_number():
    gateways = "".join(
        f'<bpmn:parallelGateway id="g{n}"/><bpmn:sequenceFlow id="a{n}" sourceRef="g{n}" targetRef="g{n + 1}"/>'
        f'<bpmn:sequenceFlow id="b{n}" sourceRef="g{n}" targetRef="g{n + 1}"/>'
        for n in range(300)
    )
    start = '<bpmn:startEvent id="s"/><bpmn:sequenceFlow id="f" sourceRef="s" targetRef="t"/><bpmn:userTask id="t"/>'
    end = '<bpmn:parallelGateway id="g300"/><bpmn:sequenceFlow id="l" sourceRef="g300" targetRef="e"/><bpmn:endEvent id="e"/>'
    data = model(f'{start}<bpmn:sequenceFlow id="g" sourceRef="t" targetRef="g0"/>{gateways}{end}')

    began = time.process_time()
    annex("p.bpmn", data, "en", MADE_AT)

    assert time.process_time() - began < 3
