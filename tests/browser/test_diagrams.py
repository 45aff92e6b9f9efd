"""Every shipped diagram opens in a BPMN editor as a methodologist expects it: drawn whole, nothing over anything else."""

import json
import re
from pathlib import Path

import pytest

from tests import node

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
DIAGRAMS = sorted((ROOT / "processes").glob("*.bpmn"))
PICTURES = ROOT / "docs" / "pictures"


@pytest.fixture(scope="module")
def opened() -> dict[str, dict[str, list[str]]]:
    node.install(HERE)
    return json.loads(node.run(HERE / "diagrams.mjs", *map(str, DIAGRAMS)))


@pytest.mark.parametrize("diagram", DIAGRAMS, ids=lambda path: path.stem)
def test_a_bpmn_editor_opens_the_diagram_without_complaint(opened, diagram):
    assert opened[diagram.name] == {"warnings": [], "undrawn": [], "overlaps": [], "outside": [], "lint": []}


@pytest.mark.parametrize("diagram", DIAGRAMS, ids=lambda path: path.stem)
def test_the_picture_in_the_docs_shows_every_element_of_the_diagram(diagram):
    drawn = set(re.findall(r'BPMN(?:Shape|Edge)\b[^>]*bpmnElement="([^"]+)"', diagram.read_text("utf-8")))
    picture = (PICTURES / f"{diagram.stem}.svg").read_text("utf-8")

    assert drawn - set(re.findall(r'data-element-id="([^"]+)"', picture)) == set()
