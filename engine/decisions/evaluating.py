"""Evaluating decisions: each after those it requires, with the knowledge models and decision services that it may call."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.decisions.decision_table import Outcome as OutcomeOfTable
from engine.decisions.decision_table import Row
from engine.decisions.model import Decision, DecisionModel, Element, InputData, Knowledge, Requirement, Service
from engine.definition_errors import DecisionNotFound
from expressions.errors import EvaluationTooDeep
from expressions.limits import CALL_DEPTH, STEPS_OF_DECISION
from expressions.running import Run
from expressions.types import converted
from expressions.values import Function, Value, release
from refusals import Refusal

#: What a call of a decision service adds to the nesting of calls.
SERVICE_DEPTH = 10


@dataclass(frozen=True)
class Outcome(OutcomeOfTable):
    """What a decision has come to; `faults` are the reasons of what has become null on the way where it should not have."""

    faults: tuple[Refusal, ...] = ()


class Evaluator:
    """Evaluates what is in one model with some variables; all of it together on one allowance of steps."""

    def __init__(
        self, model: DecisionModel, variables: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]], now: datetime
    ) -> None:
        self._model = model
        self._run = Run(variables, functions, now, steps=STEPS_OF_DECISION, forgiving=True)
        self._graph = _Graph(model, self._run, {})

    def decide(self, key: str) -> Outcome:
        """The outcome of a decision, after those it requires. Raises DecisionNotFound, EvaluationFailed."""
        if key not in self._model.decisions:
            raise DecisionNotFound(key)
        try:
            made = self._graph.decide(key)
            plain = _released(made)
        except RecursionError:
            raise EvaluationTooDeep(limit=CALL_DEPTH) from None
        return Outcome(plain.value, plain.rows, plain.matched, plain.inputs, tuple(self._run.faults))

    def call(self, ref: str) -> Any:
        """What a decision service or knowledge model gives for the variables of its parameters' names. Raises DecisionNotFound."""
        element = self._model.elements.get(ref)
        if not isinstance(element, Service | Knowledge):
            raise DecisionNotFound(ref)
        try:
            function = self._graph.function(element)
            return release(function.call([self._run.variable(name) for name in function.parameters]))
        except RecursionError:
            raise EvaluationTooDeep(limit=CALL_DEPTH) from None


class _Graph:
    """The elements of a model with one set of input: what was decided already, and the input data and decisions that are given."""

    def __init__(self, model: DecisionModel, run: Run, given: dict[str, Value]) -> None:
        self._model = model
        self._run = run
        self._given = given
        self._made: dict[str, OutcomeOfTable] = {}
        self._functions: dict[str, Function] = {}

    def decide(self, ref: str) -> OutcomeOfTable:
        """The outcome of a decision; no recursion, however long the chain of requirements is."""
        waiting = [ref]
        while waiting:
            if waiting[-1] in self._made:
                waiting.pop()
                continue
            decision = self._model.elements[waiting[-1]]
            missing = [one.ref for one in _requires(decision) if self._is_open(one.ref)]
            if missing:
                waiting += missing
            elif isinstance(decision, Decision):
                self._made[waiting.pop()] = self._outcome(decision)
        return self._made[ref]

    def _is_open(self, ref: str) -> bool:
        return isinstance(self._model.elements[ref], Decision) and ref not in self._made and ref not in self._given

    def _outcome(self, decision: Decision) -> OutcomeOfTable:
        if decision.logic is None:
            return OutcomeOfTable(None, ({decision.variable: None},), (), {})
        value = decision.logic.value(self._run, self._seen(decision.requires))
        made = value if isinstance(value, OutcomeOfTable) else None
        plain = converted(value if made is None else made.value, decision.type, self._run, decision.name)
        if made is None:
            return OutcomeOfTable(plain, ({decision.variable: plain},), (), {})
        return OutcomeOfTable(plain, made.rows if plain is not None or made.value is None else (), made.matched, made.inputs)

    def _seen(self, requires: tuple[Requirement, ...]) -> dict[str, Value]:
        """The names that something sees of what it requires; those of imported elements lie in a context under the import's name."""
        seen: dict[str, Value] = {}
        for one in requires:
            inside = seen
            for name in one.path[:-1]:
                inside = inside.setdefault(name, {})
            inside[one.path[-1]] = self._value(self._model.elements[one.ref])
        return seen

    def _value(self, element: Element) -> Value:
        match element:
            case InputData():
                return self._input(element)
            case Decision():
                return self._given[element.key] if element.key in self._given else self._made[element.key].value
        return self.function(element)

    def _input(self, data: InputData) -> Value:
        if data.ref not in self._given:
            self._given[data.ref] = converted(self._run.variable(data.name), data.type, self._run, data.name)
        return self._given[data.ref]

    def function(self, element: Knowledge | Service) -> Function:
        """The function that a knowledge model or decision service is; made once, so that one may call itself."""
        if element.ref not in self._functions:
            made = self._service(element) if isinstance(element, Service) else self._knowledge(element)
            self._functions[element.ref] = made
        return self._functions[element.ref]

    def _knowledge(self, knowledge: Knowledge) -> Function:
        """The function of the model's logic, which is only worked out when it is called: models may require each other."""
        defined: list[Function] = []

        def call(values: list[Value]) -> Value:
            if not defined:
                seen = self._seen(knowledge.requires)
                defined.append(knowledge.logic.value(self._run, {knowledge.name: function, **seen}))
            return defined[0].call(values)

        function = Function(knowledge.parameters, call)
        return function

    def _service(self, service: Service) -> Function:
        parameters = [self._model.elements[ref] for ref in (*service.inputs, *service.decisions)]

        def call(values: list[Value]) -> Value:
            given: dict[str, Value] = {}
            for parameter, value in zip(parameters, values, strict=True):
                taken = given[_ref(parameter)] = converted(value, _type(parameter), self._run, _name(parameter))
                if taken is None and value is not None:
                    return None
            self._run.meter.spend(1)
            self._run.deepen(SERVICE_DEPTH)
            graph = _Graph(self._model, self._run, given)
            outputs = {_name(self._model.elements[ref]): graph.decide(ref).value for ref in service.outputs}
            self._run.deepen(-SERVICE_DEPTH)
            value = next(iter(outputs.values())) if len(outputs) == 1 else outputs
            return converted(value, service.type, self._run, service.name)

        return Function(tuple(map(_name, parameters)), call)


def _requires(element: Element) -> tuple[Requirement, ...]:
    return element.requires if isinstance(element, Decision) else ()


def _ref(element: Element) -> str:
    return element.key if isinstance(element, Decision) else element.ref


def _type(element: Element) -> Any:
    return element.type if isinstance(element, Decision | InputData) else None


def _name(element: Element) -> str:
    return element.variable if isinstance(element, Decision) else element.name


def _released(made: OutcomeOfTable) -> OutcomeOfTable:
    rows: tuple[Row, ...] = tuple(release(row) for row in made.rows)
    return OutcomeOfTable(release(made.value), rows, made.matched, release(dict(made.inputs)))
