"""docs/bpmn.md says what the engine does, no more and no less."""

import re
from pathlib import Path

from engine.linting.support import ELEMENTS, READ
from engine.parsing.building import ModelParser
from engine.parsing.events import EVENTS

TABLE = (Path(__file__).parents[2] / "docs" / "bpmn.md").read_text("utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in TABLE.splitlines() if line.startswith("| ")]


def words(cell: str) -> set[str]:
    return {part.strip() for part in cell.split(",")}


def test_every_event_stands_at_its_places_as_the_engine_reads_them():
    told = {row[0]: words(row[1]) for row in ROWS if row[0] in EVENTS}
    assert told == {place: set(kinds) for place, kinds in EVENTS.items()}


def test_what_is_told_to_be_refused_is_not_read():
    for row in ROWS:
        if row[0] in EVENTS:
            assert not words(row[2]) & EVENTS[row[0]], row


def test_every_element_that_is_built_is_told_to_run():
    running = " ".join(row[0] for row in ROWS if row[1].startswith("runs")) + " " + " ".join(EVENTS)
    for tag in ModelParser.PARSER_CLASSES:
        assert re.sub(r"^{.*}", "", tag) in re.findall(r"\w+", running), tag


def test_what_is_told_to_be_refused_is_refused_with_that_code():
    refused = {row[0]: row[1].removeprefix("refused: ") for row in ROWS if row[1].startswith("refused: ")}
    assert refused
    for element, code in refused.items():
        assert ELEMENTS[element] == code
    assert all(ELEMENTS[name] == READ for name in ("sendTask", "businessRuleTask", "sequenceFlow"))
