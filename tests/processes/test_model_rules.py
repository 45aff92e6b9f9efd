"""Shipped diagrams keep the modelling rules of processes/README.md: names, forms, groups, operations, timers on every waiting task."""

import re
from pathlib import Path

import pytest

from engine.parsing import read
from engine.parsing.elements import Element, ProcessModel
from tests.reports.office import Office

DIAGRAMS = sorted((Path(__file__).parents[2] / "processes").glob("*.bpmn"))
SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
LANGUAGES = ("kk", "ru", "en")
#: How the name of an event ends.
PAST = "opened|accepted|approved|sent|told|withdrawn|abandoned|superseded|due|passed|requested|granted|refused|back|given_up"


def processes(path: Path) -> list[ProcessModel]:
    return list(read(path.read_bytes(), path.name).processes.values())


def elements(path: Path, *kinds: str) -> list[Element]:
    return [element for process in processes(path) for element in process.elements.values() if not kinds or element.kind in kinds]


@pytest.fixture(params=DIAGRAMS, ids=lambda path: path.stem)
def diagram(request: pytest.FixtureRequest) -> Path:
    return request.param


def test_there_are_diagrams():
    assert [path.stem for path in DIAGRAMS] == [
        "deadline_extension",
        "not_applicable",
        "register_change",
        "report_correction",
        "report_cycle",
    ]


def test_file_and_process_share_a_name_and_every_id_is_words(diagram: Path):
    [process] = processes(diagram)

    assert process.key == diagram.stem
    assert [name for name in (*process.elements, *process.flows, *process.lanes) if not SNAKE.fullmatch(name)] == []


def test_every_process_carries_its_act_a_version_tag_and_one_instance_per_business_key(diagram: Path):
    [process] = processes(diagram)

    assert process.act is not None
    assert (bool(process.version_tag), process.unique_business_key, process.history_ttl_days) == (True, True, 1825)


def test_ids_speak_as_their_kind_should(diagram: Path):
    gateways = [gateway.id for gateway in elements(diagram, "exclusiveGateway")]
    events = [event.id for event in elements(diagram, "startEvent", "endEvent", "boundaryEvent")]

    assert [name for name in gateways if not (name.startswith("is_") or name.endswith("_joined"))] == []
    assert [name for name in events if not re.match(rf"\w+_({PAST})(_at_\w+)?$", name)] == []


def test_everything_with_a_name_has_it_in_three_languages(diagram: Path):
    for element in elements(diagram):
        said = [element.properties.get(f"name.{language}") for language in LANGUAGES]
        assert all(said) or element.name is None, element.id
        assert element.name in (None, *said), element.id


def test_the_linter_has_nothing_to_object_to(diagram: Path, office: Office):
    findings = office.engine.definitions.lint(diagram.name, diagram.read_bytes())

    # Gateways after a person's decision have no default on purpose: what is neither yes nor no is refused, not routed.
    deciding = {
        "report_cycle": ("is_approved", "is_signed", "is_accepted"),
        "report_correction": ("is_approved", "is_signed", "is_accepted"),
        "register_change": ("is_explained", "is_agreed", "is_approved"),
        "deadline_extension": ("is_extension_granted",),
        "not_applicable": ("is_not_applicable",),
    }
    assert {(finding.code, finding.element_id) for finding in findings} == {
        ("default_missing", gateway) for gateway in deciding[diagram.stem]
    }


def test_every_user_task_has_a_form_a_due_date_candidates_two_timers_and_a_way_out(diagram: Path, office: Office):
    [process] = processes(diagram)
    for task in elements(diagram, "userTask"):
        around = [event for name in (task.id, task.scope) for event in process.attached_to(name)]
        facts = task.user_task
        assert office.forms.has(facts.form_key), task.id
        assert facts.due_date is not None, task.id
        assert facts.candidate_groups is not None or office.organisations.knows(task.lane), task.id
        ends = task.id in ("prepare", "review", "record_answer") or diagram.stem != "report_correction"  # all others return it to prepare
        way_out = {("message", True)} if ends else set()
        assert {(event.event.kind, event.event.interrupting) for event in around} == {*way_out, ("timer", False)}, task.id
        assert [event.event.kind for event in process.attached_to(task.id)].count("timer") == 2, task.id


def test_every_operation_that_a_diagram_names_exists_and_none_lies_idle_but_the_optional_one(office: Office):
    named = {element.operation for path in DIAGRAMS for element in elements(path, "serviceTask")}
    known = set(office.reports.operations()) | set(office.changes.operations())

    assert known - named == {"reports.begin_review"}
    assert named <= known


def test_every_form_of_a_shipped_diagram_passes_the_form_linter(diagram: Path, office: Office):
    assert {task.user_task.form_key for task in elements(diagram, "userTask")} & set(office.forms.refused) == set()
