"""The whole files that are damaged: every diagram and decision of the repository."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.engine.decisions.factories import decision, definitions, knowledge, literal, table
from tests.engine.decisions.test_boxed import BOXED
from tests.engine.decisions.test_types import TYPES
from tests.engine.factories import PARALLEL, TWO_TASKS

ROOT = Path(__file__).parents[2]
FOLDERS = (
    "processes",
    "tests/conformance/models",
    "tests/engine/editors",
    "tests/engine/parsing/models",
    "tests/engine/snapshots",
    "bench",
)
SERVICE = '<decisionService id="s" name="s"><outputDecision href="#sum"/><inputDecision href="#base"/></decisionService>'
POLICIES = ("UNIQUE", "FIRST", "ANY", "RULE ORDER", "COLLECT")
RULES = ["< 5 | 'x', 'y' | 1 | 'one'", "[5..9] | not('z') | 2 | 'two'"]


@dataclass(frozen=True)
class Seed:
    """Files that are deployed together; the first is the one to damage."""

    name: str
    files: Mapping[str, bytes]


@cache
def diagrams() -> tuple[Seed, ...]:
    """Every diagram of the repository, with the decisions that stand beside it."""
    paths = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.bpmn"))]
    found = [_seed(path, path.with_suffix(".dmn")) for path in paths]
    return (*found, Seed("two tasks", {"two_tasks.bpmn": TWO_TASKS}), Seed("parallel", {"parallel.bpmn": PARALLEL}))


@cache
def decisions() -> tuple[Seed, ...]:
    """Every file of decisions, and files with every boxed expression, all that can be required, and each hit policy."""
    found = [_seed(path) for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.dmn"))]
    tables = {f"table {name}": definitions(decision("d", table(["x", "y"], ["a", "b"], RULES, name))) for name in POLICIES}
    made = {"boxed": _boxed(), "required": _required(), **tables}
    return (*found, *(Seed(name, {"d.dmn": data}) for name, data in made.items()))


def _seed(*paths: Path) -> Seed:
    return Seed(str(paths[0].relative_to(ROOT)), {path.name: path.read_bytes() for path in paths if path.exists()})


def _boxed() -> bytes:
    return definitions(*(decision(f"d{place}", logic) for place, (logic, _) in enumerate(BOXED.values())))


def _required() -> bytes:
    return definitions(
        TYPES,
        '<inputData id="x" name="x"><variable name="x" typeRef="body"/></inputData>',
        knowledge("rate", literal("part / whole * 100"), part="number", whole="number"),
        decision("d", literal("rate(1, 4) + count(x.own level)"), inputs=["x"], knows=["rate"]),
        decision("base", literal("1")),
        decision("sum", literal("base + 1"), requires=["base"]),
        decision("e", literal("s(10) + sum"), requires=["sum"], knows=["s"]),
        SERVICE,
    )
