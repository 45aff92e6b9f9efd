"""The diagrams of the suite and what they prove."""

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from lxml import etree

from engine.parsing.events import EVENTS, place_of
from engine.parsing.global_tasks import GLOBAL_TASKS, id_of_task
from engine.parsing.markup import Node, bpmn, children, flag, local
from engine.simulation import Scenario, read_scenario
from engine.simulation.scenario import Expectation

FOLDER = Path(__file__).parent / "models"
SUFFIX = ".scenario.json"
#: Kinds of elements that are proved by being visited, besides events.
_ASSOCIATIONS = ("dataInputAssociation", "dataOutputAssociation")
_LOOPS = ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics")


@dataclass(frozen=True)
class Model:
    """A diagram with its scenario."""

    path: Path

    @property
    def name(self) -> str:
        """Folder and file, without what they all have."""
        return str(self.path.relative_to(FOLDER)).removesuffix(".bpmn")

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario beside it."""
        path = self.path.with_name(self.path.stem + SUFFIX)
        return read_scenario(path.read_bytes(), path.name)

    @cached_property
    def files(self) -> dict[str, bytes]:
        """What is deployed: the diagram, and the decisions of the same name."""
        return {path.name: path.read_bytes() for path in (self.path, self.path.with_suffix(".dmn")) if path.exists()}

    @cached_property
    def visited(self) -> frozenset[str]:
        """The elements on the expected paths of its cases."""
        expected = [step for case in self.scenario.cases for step in [*case.steps, *case.expected] if isinstance(step, Expectation)]
        return frozenset(name.removesuffix("*") for one in expected for name in one.path or () if not name.startswith("-"))

    @cached_property
    def proves(self) -> frozenset[str]:
        """What stands on those paths: elements by kind, events by place and kind."""
        root = etree.fromstring(self.path.read_bytes())
        handlers = {node.get("sourceRef") for node in root.iter(bpmn("association")) if node.get("targetRef") in self.visited}
        found = {f"refused: {one.code}" for one in self.scenario.refused}
        for node in root.iter(bpmn("*")):
            name = id_of_task(node.get("id") or "") if local(node) in GLOBAL_TASKS else node.get("id")
            if name in self.visited | handlers:
                found |= _features(node) | _data(node)
        return frozenset(found)

    @cached_property
    def rank(self) -> tuple[bool, int, str]:
        """Which model to show for what several prove: one of elements before one of patterns, then the smallest."""
        size = len(list(etree.fromstring(self.path.read_bytes()).iter(bpmn("*"))))
        return self.path.parent.name in ("patterns", "errors", "data"), size, self.name


def _features(node: Node) -> set[str]:
    kind = local(node)
    if place_of(node) in EVENTS:
        definitions = [local(child).removesuffix("EventDefinition") for child in children(node) if local(child).endswith("EventDefinition")]
        several = "parallelMultiple" if flag(node, "parallelMultiple") else "multiple"
        name = several if len(definitions) > 1 else next(iter(definitions), "none")
        return {f"{place_of(node)}: {_NAMES.get(name, name)}"}
    loops = {name for name in _LOOPS if node.find(bpmn(name)) is not None}
    marked = {"isForCompensation"} if flag(node, "isForCompensation") else set()
    named = "event subprocess" if flag(node, "triggeredByEvent") else kind
    return {named, *loops, *marked}


def _data(node: Node) -> set[str]:
    """What its data associations do; those that are only drawn prove nothing."""
    inside = [step for name in _ASSOCIATIONS for association in node.findall(bpmn(name)) for step in children(association)]
    working = [step for step in inside if local(step) in ("transformation", "assignment")]
    return {local(step) for step in working} | {local(parent) for step in working if (parent := step.getparent()) is not None}


_NAMES = {"compensate": "compensation"}

MODELS = tuple(Model(path) for path in sorted(FOLDER.glob("*/*.bpmn")))


@cache
def proofs() -> dict[str, str]:
    """What is proved, with the model to show for it."""
    found: dict[str, Model] = {}
    for model in MODELS:
        for feature in model.proves:
            known = found.get(feature)
            if known is None or model.rank < known.rank:
                found[feature] = model
    return {feature: found[feature].name for feature in sorted(found)}
