"""Whether what a scenario names is there: a misspelt element would otherwise never be visited, and nobody would notice."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from engine.parsing.elements import ProcessModel
from engine.simulation.scenario import Act, Case, Expectation
from engine.simulation.telling import Told

#: Acts that are done to an element, or to a topic of external tasks.
_AT_ELEMENTS: Final = frozenset({"complete", "throw", "fail", "retry", "begin", "finish"})


def strangers(case: Case, process: str, processes: Mapping[str, ProcessModel], operations: Collection[str]) -> Iterator[Told]:
    """What a case names and no model has. `operations` are those that the models call."""
    known = {element.id for model in processes.values() for element in model.elements.values()}
    topics = {element.topic.text for model in processes.values() for element in model.elements.values() if element.topic is not None}
    for key, line in _processes(case, process):
        if key not in processes:
            yield Told("scenario_process_unknown", case.at, None, {"process": key}, line)
    for name, line in _elements(case):
        if name not in known | topics:
            yield Told("scenario_element_unknown", case.at, name, {"element": name}, line)
    for mock in case.mocks:
        if mock.name not in known | set(operations):
            yield Told("scenario_operation_unknown", case.at, None, {"operation": mock.name}, mock.line)


def _processes(case: Case, process: str) -> Iterator[tuple[str, int]]:
    yield process, case.line
    for step in [*case.steps, *case.expected]:
        if isinstance(step, Expectation) and step.process is not None:
            yield step.process, step.line
        if isinstance(step, Act) and step.kind == "start" and step.subject is not None:
            yield step.subject, step.line


def _elements(case: Case) -> Iterator[tuple[str, int]]:
    for step in [*case.steps, *case.expected]:
        if isinstance(step, Act):
            if step.kind in _AT_ELEMENTS:
                yield step.subject, step.line
            continue
        lists: list[Sequence[str] | None] = [step.path, step.visited, step.not_visited, step.ends, step.tasks, step.waits]
        for name in (name for names in lists for name in names or ()):
            yield name.removeprefix("-").removesuffix("*"), step.line
