"""The annex to a body's order: the process that the order puts into force, on paper, made from its diagram.

State bodies work strictly by an order: what its annex says and what the engine runs are one file. The annex holds the act, a table of the
stages (what is done, by whom, within what time, what follows) in the order of the flow, the drawing, and the hash of the file.
"""

import re
from collections import deque
from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Final

import texts
from documents import pdf_files, word_files
from documents.printed import Column, Line, Printed, Table
from engine import drawing
from engine.parsing import read
from engine.parsing.elements import Element, ProcessModel
from engine.parsing.model import Model
from expressions import Expression
from operate.errors import NothingToPrint

FORMATS: Final = {"pdf": pdf_files.write, "docx": word_files.write}

#: Kinds of activity that people do; all others the product does by itself.
_BY_PEOPLE: Final = frozenset({"userTask", "manualTask", "task", "callActivity", "subProcess", "transaction", "adHocSubProcess"})
_WORKING_DAYS: Final = re.compile(r"=?\s*(?:\$\{)?\s*workdays\(\s*(\d{1,3})\s*\)\s*\}?")
_DURATION: Final = re.compile(r'(?:=\s*duration\(\s*")?P(?:(\d{1,4})D|T(\d{1,4})H)(?:"\s*\))?')
_COLUMNS: Final = (("number", 5), ("stage", 30), ("who", 22), ("term", 18), ("then", 45))


def annex(resource: str, data: bytes, language: str, made_at: datetime) -> Printed:
    """The sheets for a file in a language. Raises ModelRefused for what is no model, NothingToPrint where no process can be started."""
    model = read(data, resource)
    if not model.executable or any(finding.is_error for finding in model.findings):
        raise NothingToPrint(resource)
    return _Annex(model, language).printed(sha256(data).hexdigest(), made_at)


class _Annex:
    """One annex in one language."""

    def __init__(self, model: Model, language: str) -> None:
        self._model = model
        self._language = language
        self._names = drawing.names(model.root, language)

    def printed(self, digest: str, made_at: datetime) -> Printed:
        """The sheets."""
        first = self._model.executable[0]
        blocks: list[Line | Table] = [*self._head(first)]
        for process in self._model.executable:
            blocks += [Line(self._named(process.key), "center", bold=True, size=14), Line(""), self._stages(process)]
        blocks.append(Line(self._say("made_from", file=self._model.resource, version=first.version_tag or "—", hash=digest), size=8))
        try:
            return Printed(self._named(first.key), self._language, made_at, [*blocks, drawing.picture(self._model.root, self._names)])
        except drawing.NoDrawing:
            return Printed(self._named(first.key), self._language, made_at, [*blocks, Line(self._say("not_drawn"))])

    def _head(self, process: ProcessModel) -> Iterator[Line]:
        yield Line(self._say("head"), "right", bold=True)
        if process.act is None:
            yield Line(self._say("without_act"), "right")
        else:
            act_type = process.properties.get(f"actType.{self._language}", process.act.type)
            yield Line(self._say("act", type=act_type, date=f"{process.act.date:%d.%m.%Y}", number=process.act.number), "right")
        yield Line("")

    def _stages(self, process: ProcessModel) -> Table:
        stages = list(_in_order(process))
        numbers = {stage.id: str(number) for number, stage in enumerate(stages, 1)}
        rows = [
            (numbers[stage.id], self._named(stage.id), self._who(stage), self._term(stage), self._then(process, stage, numbers))
            for stage in stages
        ]
        return Table(tuple(Column(self._say(f"column_{name}"), share) for name, share in _COLUMNS), rows)

    def _who(self, stage: Element) -> str:
        if stage.kind not in _BY_PEOPLE:
            return self._say("by_esep")
        return self._named(stage.lane) if stage.lane else "—"

    def _term(self, stage: Element) -> str:
        """Until when: in the words of the extension property `term.kk` (ru, en), else what the due date plainly says."""
        said = stage.properties.get(f"term.{self._language}")
        if said:
            return said
        if stage.kind not in _BY_PEOPLE:
            return self._say("at_once")
        due = stage.user_task.due_date if stage.user_task else None
        return self._counted(due) if due is not None else "—"

    def _counted(self, due: Expression) -> str:
        text = due.text.strip()
        if found := _WORKING_DAYS.fullmatch(text):
            return self._say("working_days", days=found[1])
        if found := _DURATION.fullmatch(text):
            return self._say("days", days=found[1]) if found[1] else self._say("hours", hours=found[2])
        return self._say("counted")

    def _then(self, process: ProcessModel, stage: Element, numbers: Mapping[str, str]) -> str:
        """What follows, a line for each way out: through gateways to the next stage or end, and from the events on the stage."""
        ways = list(self._ways(process, stage, ()))
        for event in process.attached_to(stage.id):
            ways += self._ways(process, event, (self._named(event.id),))
        said = [": ".join((*answers, self._target(target, numbers))) for answers, target in ways]
        return "\n".join(dict.fromkeys(said))

    def _ways(self, process: ProcessModel, start: Element, answers: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Element]]:
        """What can be reached from an element without passing a stage, each gateway being passed once, with the answers on the way."""
        waiting, passed = deque([(start, answers)]), {start.id}
        while waiting:
            element, heard = waiting.popleft()
            for flow in (process.flows[name] for name in element.outgoing):
                target, answer = process.elements[flow.target], self._names.get(flow.id)
                longer = (*heard, answer) if answer and answer not in heard else heard
                if target.is_activity or target.kind == "endEvent":
                    yield longer, target
                elif target.id not in passed:
                    passed.add(target.id)
                    waiting.append((target, longer))

    def _target(self, target: Element, numbers: Mapping[str, str]) -> str:
        number = numbers.get(target.drawn_id)
        name = self._named(target.drawn_id)
        return f"{number}. {name}" if number else name

    def _named(self, identity: str) -> str:
        return self._names.get(identity, identity)

    def _say(self, code: str, **fields: object) -> str:
        return texts.say(f"annex_{code}", fields, self._language)


def _in_order(process: ProcessModel) -> list[Element]:
    """The activities of a process: along the flow from its starts, those inside a subprocess after it; then what events on them lead to."""
    found: dict[str, Element] = {}
    for beginnings in (process.starts(), process.elements.values()):
        waiting = deque(beginnings)
        while waiting:
            element = waiting.popleft()
            if element.id not in found:
                found[element.id] = element
                waiting.extendleft(reversed(process.inside(element.id)))
                waiting.extend(process.elements[process.flows[name].target] for name in element.outgoing)
    return [element for element in found.values() if element.is_activity and not element.inserted]
