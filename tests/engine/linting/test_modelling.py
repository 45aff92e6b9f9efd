"""The house's own rules: the shipped diagrams keep them, and whoever departs is told how."""

from pathlib import Path

import pytest

import app
from engine.linting import faults_of_modelling
from engine.parsing import read

SHIPPED = sorted(app.PROCESSES.glob("*.bpmn"))
DIAGRAM = app.PROCESSES / "report_cycle.bpmn"


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_diagrams_keep_the_rules_of_modelling(path: Path):
    assert faults_of_modelling(read(path.read_bytes(), path.name)) == []


@pytest.mark.parametrize(
    ("code", "written", "instead"),
    [
        ("version_tag_missing", 'camunda:versionTag="1.1"', ""),
        ("retention_missing", 'camunda:historyTimeToLive="P1825D"', ""),
        ("act_missing", 'esep:actType="Приказ" esep:actNumber="01-Ө" esep:actDate="2026-09-01"', ""),
        ("label_missing", '<bpmn:serviceTask id="accept" name="Принять отчёт"', '<bpmn:serviceTask id="accept"'),
        ("name_not_translated", '<camunda:property name="name.kk" value="Есепті қабылдау"/>', ""),
        ("not_drawn", 'bpmnElement="accept"', 'bpmnElement="is_accepted"'),
        ("drawing_dangling", 'bpmnElement="accept"', 'bpmnElement="gone"'),
        ("definition_unused", "<bpmn:collaboration ", '<bpmn:error id="late" errorCode="LATE"/><bpmn:collaboration '),
        ("id_not_snake_case", '"report_accepted"', '"ReportAccepted"'),
    ],
)
def test_a_departure_is_told(code: str, written: str, instead: str):
    text = DIAGRAM.read_text("utf-8")
    assert written in text
    found = faults_of_modelling(read(text.replace(written, instead).encode(), "report_cycle.bpmn"))
    assert code in {finding.code for finding in found}
    assert not any(finding.is_error for finding in found)


def test_a_file_is_named_after_its_process():
    assert {finding.code for finding in faults_of_modelling(read(DIAGRAM.read_bytes(), "other.bpmn"))} == {"file_name_differs"}
