"""Element templates in real BPMN editors of both families: valid, taken without complaint, and what they write can be deployed."""

import json
import re
from pathlib import Path

import pytest

from cli.element_templates import FOLDER
from engine.findings import errors_of
from engine.linting import Surroundings, lint
from engine.parsing import read, with_operations
from forms.catalogue import DEFINITIONS
from organisations.roles import Role
from tests import node

HERE = Path(__file__).parent
FILES = sorted(FOLDER.glob("*.json"))
#: What a template leaves to be written by hand: the linter asks for it.
ASKED_FOR = {
    "kz.esep.external_task": {"topic_missing"},
    "kz.esep.decision": {"decision_not_named"},
}


class Named:
    """The forms and roles of the product."""

    def has(self, key: str) -> bool:
        return (DEFINITIONS / f"{key}.form").exists()

    def knows(self, role: str) -> bool:
        return role in set(Role)


@pytest.fixture(scope="module")
def edited() -> dict:
    node.install(HERE)
    return json.loads(node.run(HERE / "templates.mjs", str(FILES[0]), str(HERE / "plain.bpmn")))


def test_the_schemas_and_the_editors_have_nothing_to_complain_of(edited):
    assert (edited["invalid"], edited["complaints"]) == ([], [])
    assert set(edited["saved"]) == {template["id"] for template in json.loads(FILES[0].read_text("utf-8"))}


def test_what_an_editor_writes_with_a_template_can_be_deployed(edited):
    operations = set(re.findall(r"\$\{(\w+\.\w+)\}", FILES[0].read_text("utf-8")))
    around = Surroundings(dict.fromkeys(operations, lambda _call: None), Named(), Named())

    for template, text in edited["saved"].items():
        found = errors_of(lint(with_operations(read(text.encode(), "plain.bpmn"), operations), around))
        assert {finding.code for finding in found} == ASKED_FOR.get(template, set()), template


def test_the_files_of_all_languages_differ_in_words_alone():
    assert len(FILES) == 3
    assert len({_without_words(path) for path in FILES}) == 1


def _without_words(path: Path) -> str:
    return re.sub(r'"(name|label)": "[^"]*",?\n', "", re.sub(r'"name": "(name|camunda|esep)', r'"kept": "\1', path.read_text("utf-8")))
