"""docs/bpmn.md names, for all that runs, the model that proves it."""

from pathlib import Path

from engine.linting.support import ELEMENTS, READ
from engine.parsing.building import ModelParser
from engine.parsing.events import EVENTS
from engine.parsing.global_tasks import GLOBAL_TASKS
from engine.parsing.markup import BPMN
from tests.conformance.models import proofs

DOCUMENT = Path(__file__).parents[2] / "docs" / "bpmn.md"
BEGIN, END = "<!-- proofs: python -m tests.conformance.write -->\n", "<!-- end of proofs -->\n"


def written() -> str:
    """The table as it must stand in the document."""
    rows = [f"| {feature} | `{name}` |" for feature, name in proofs().items()]
    return "\n".join(["| what | model in `tests/conformance/models` |", "|---|---|", *rows, ""])


def test_the_table_in_the_document_is_what_the_models_prove():
    text = DOCUMENT.read_text("utf-8")

    assert text[text.index(BEGIN) + len(BEGIN) : text.index(END)] == written()


def test_every_event_that_runs_is_proved_at_its_place():
    assert [f"{place}: {kind}" for place, kinds in EVENTS.items() for kind in sorted(kinds) if f"{place}: {kind}" not in proofs()] == []


def test_every_element_that_is_built_and_every_loop_is_proved():
    built = {tag.removeprefix(f"{{{BPMN}}}") for tag in ModelParser.PARSER_CLASSES}
    loops = {name for name, verdict in ELEMENTS.items() if verdict == READ and name.endswith("LoopCharacteristics")}
    proved = {feature.partition(":")[0] for feature in proofs()}

    assert (built | loops | set(GLOBAL_TASKS)) - proved == set()
