"""What each hit policy makes of the rules that match, and how decisions see those they require."""

import time
from datetime import UTC, datetime
from typing import Any

import pytest

from engine.decisions.evaluating import Evaluator, Outcome
from engine.decisions.model import Decision, Element, Requirement, Service
from engine.decisions.reading import read
from engine.decisions.requirements import in_circles
from engine.definition_errors import DecisionAmbiguous, DecisionInputNotAllowed, DecisionNotNumeric
from engine.findings import errors_of
from refusals import Refusal
from tests.engine.decisions.factories import decision, definitions, knowledge, literal, table

AMOUNTS = ["< 100 | 'small'", ">= 50 | 'middle'", "> 1000 | 'large'"]


def decided(data: bytes, key: str = "d", **variables: Any) -> Outcome:
    model = read(data, "d.dmn")
    assert errors_of(model.findings) == ()
    return Evaluator(model, variables, {}, datetime(2026, 10, 1, tzinfo=UTC)).decide(key)


def faults(outcome: Outcome) -> list[type[Refusal]]:
    assert outcome.value is None
    return [type(fault) for fault in outcome.faults]


def policy(name: str, rules: list[str], aggregation: str = "", values: str = "") -> bytes:
    return definitions(decision("d", table(["amount"], ["size"], rules, policy=name, aggregation=aggregation, values=values)))


def test_unique_takes_the_one_rule_that_matches_and_gives_null_for_two():
    data = policy("UNIQUE", AMOUNTS)
    assert decided(data, amount=10).value == "small"
    assert decided(data, amount=10).matched == ("r0",)
    assert faults(decided(data, amount=70)) == [DecisionAmbiguous]


def test_first_takes_the_first_in_the_order_of_rows():
    assert decided(policy("FIRST", AMOUNTS), amount=70).value == "small"


def test_any_wants_rules_that_agree():
    agreeing = policy("ANY", ["> 1 | 'x'", "> 2 | 'x'", "> 3 | 'y'"])
    assert decided(agreeing, amount=3).value == "x"
    assert faults(decided(agreeing, amount=4)) == [DecisionAmbiguous]


def test_priority_and_output_order_follow_the_values_of_the_output():
    values = "'large', 'middle', 'small'"
    assert decided(policy("PRIORITY", AMOUNTS, values=values), amount=70).value == "middle"
    assert decided(policy("OUTPUT ORDER", AMOUNTS, values=values), amount=70).value == ["middle", "small"]


def test_rule_order_and_collect_give_all_in_the_order_of_rows():
    assert decided(policy("RULE ORDER", AMOUNTS), amount=70).value == ["small", "middle"]
    assert decided(policy("COLLECT", AMOUNTS), amount=70).value == ["small", "middle"]
    assert decided(policy("COLLECT", ["> 10 | 1"]), amount=1).value == []


@pytest.mark.parametrize(("aggregation", "expected"), [("SUM", 6), ("MIN", 1), ("MAX", 3), ("COUNT", 3)])
def test_collect_aggregates(aggregation: str, expected: int):
    rules = ["> 0 | 1", "> 1 | 2", "> 2 | 3", "> 99 | 100"]
    assert decided(policy("COLLECT", rules, aggregation), amount=5).value == expected


def test_what_is_no_number_is_not_added_up():
    assert faults(decided(policy("COLLECT", AMOUNTS, "SUM"), amount=70)) == [DecisionNotNumeric]


def test_without_a_match_there_is_the_default_or_nothing():
    with_default = definitions(decision("d", table(["amount"], ["size"], ["> 10 | 'big'"], default="'none'")))
    assert decided(with_default, amount=1).value == "none"
    assert decided(policy("UNIQUE", ["> 10 | 'big'"]), amount=1).value is None
    assert decided(policy("COLLECT", ["> 10 | 1"], "COUNT"), amount=1).value == 0


def test_several_outputs_make_a_context():
    data = definitions(
        decision("d", table(["kind", "days"], ["who", "term"], ["'urgent' | < 3 | 'head' | days * 2", "- | - | 'executor' | 10"], "FIRST"))
    )
    assert decided(data, kind="urgent", days=2).value == {"who": "head", "term": 4}
    assert decided(data, kind="plain", days=2).value == {"who": "executor", "term": 10}


def test_a_value_that_is_not_allowed_gives_null_and_the_reason():
    data = definitions(decision("d", table(["kind"], ["x"], ["- | 1"], allowed="'a', 'b'")))
    assert decided(data, kind="a").value == 1
    assert faults(decided(data, kind="c")) == [DecisionInputNotAllowed]


def test_a_decision_sees_those_it_requires_each_made_once():
    data = definitions(
        decision("base", literal("Applicant Age * 2"), inputs=["age"]),
        decision("twice", literal("base + 1"), requires=["base"]),
        decision("d", table(["twice"], ["ok"], ["> 50 | true", "<= 50 | false"]), requires=["twice", "base"]),
        inputs={"age": "Applicant Age"},
    )
    assert decided(data, **{"Applicant Age": 30}).value is True
    assert decided(data, "twice", **{"Applicant Age": 30}).value == 61


REFUSED = {
    "hit_policy_unknown": decision("d", table(["a"], ["x"], ["- | 1"], policy="BEST")),
    "output_values_missing": decision("d", table(["a"], ["x"], ["- | 1"], policy="PRIORITY")),
    "rule_entries_wrong": decision("d", table(["a"], ["x"], ["- | 1 | 2"])),
    "decision_logic_not_supported": decision("d", literal("1") + "<context/>"),
    "reference_dangling": decision("d", literal("1"), requires=["gone"]),
    "decisions_require_each_other": decision("d", literal("1"), requires=["e"]) + decision("e", literal("1"), requires=["d"]),
    "decision_orientation_wrong": decision("d", table(["a"], ["x"], ["- | 1"], policy="FIRST")).replace(
        "<decisionTable", '<decisionTable preferredOrientation="CrossTable"'
    ),
    "decision_logic_missing": decision("d", literal("1")) + '<businessKnowledgeModel id="b" name="b"/>',
    "dmn_element_not_supported": decision("d", literal("1"))
    + '<import namespace="y" name="b" importType="http://www.w3.org/2001/XMLSchema"/>',
    "decision_import_unknown": decision("d", literal("1"))
    + '<import namespace="y" name="b" importType="https://www.omg.org/spec/DMN/20191111/MODEL/"/>',
    "decision_missing": "",
    "id_duplicate": decision("d", literal("1")) * 2,
    "language_not_supported": decision("d", '<literalExpression expressionLanguage="groovy"><text>1</text></literalExpression>'),
    "expression_unreadable": decision("d", literal("1 +")),
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_cannot_be_honoured_is_refused_with_its_place(code: str):
    found = errors_of(read(definitions(REFUSED[code]), "d.dmn").findings)
    assert code in {finding.code for finding in found}
    assert all(finding.line > 0 for finding in found)


@pytest.mark.parametrize("orientation", ["Rule-as-Row", "Rule-as-Column", "CrossTable"])
def test_rules_are_rules_however_a_table_is_drawn(orientation: str):
    made = table(["a", "b"], ["x"], ["1 | < 5 | 'one'", "1 | >= 5 | 'two'", "2 | - | 'three'"])
    drawn = made.replace("<decisionTable", f'<decisionTable preferredOrientation="{orientation}"')

    assert [decided(definitions(decision("d", drawn)), a=a, b=b).value for a, b in ((1, 1), (1, 9), (2, 0))] == ["one", "two", "three"]


def service(key: str, *, gives: str, takes: str = "") -> str:
    taken = f'<inputDecision href="#{takes}"/>' if takes else ""
    return f'<decisionService id="{key}" name="{key}"><outputDecision href="#{gives}"/>{taken}</decisionService>'


def circles(*parts: str) -> list[str | None]:
    return [one.element_id for one in errors_of(read(definitions(*parts), "d.dmn").findings) if one.code == "decisions_require_each_other"]


def test_a_circle_through_a_decision_service_is_refused():
    asked = decision("d", literal("s()"), knows=["s"])

    assert circles(asked, decision("e", literal("d"), requires=["d"]), service("s", gives="e")) == ["d", "e"]
    assert circles(asked, service("s", gives="d")) == ["d"]
    assert circles(decision("e", literal("s()"), knows=["k"]), knowledge("k", literal("s()"), knows=["s"]), service("s", gives="e")) == [
        "e"
    ]


def test_what_a_decision_service_is_given_closes_no_circle():
    parts = (
        decision("d", literal("s(5)"), knows=["s"]),
        decision("e", literal("d + 1"), requires=["d"]),
        service("s", gives="e", takes="d"),
    )

    assert circles(*parts) == []
    assert decided(definitions(*parts)).value == 6


def test_what_lies_between_two_circles_of_knowledge_lies_on_none():
    parts = (
        knowledge("k1", literal("if n = 0 then s() else k1(n - 1)"), knows=["k1", "s"], n="number"),
        service("s", gives="d"),
        decision("d", literal("k2(3)"), knows=["k2"]),
        knowledge("k2", literal("if n = 0 then 7 else k2(n - 1)"), knows=["k2"], n="number"),
        decision("e", literal("k1(2)"), knows=["k1"]),
    )

    assert circles(*parts) == []
    assert decided(definitions(*parts), "e").value == 7


def chain(length: int, services: int, last: str) -> dict[str, Element]:
    """Decisions that each require the next; the first knows services that give the second, each given another decision on the way."""
    made: dict[str, Element] = {}
    for number in range(services):
        made[f"s{number}"] = Service(f"s{number}", "s", (), (f"d{length - 1 - number}",), ("d1",), None)
    following = [[f"d{number + 1}"] for number in range(length - 1)]
    for number, refs in enumerate([[*made, "d1"], *following[1:], [last]]):
        requires = tuple(Requirement(ref, (ref,)) for ref in refs)
        made[f"d{number}"] = Decision(f"d{number}", "d", "d", 1, requires, None, None, None, None)
    return made


def test_circles_are_found_in_as_much_work_as_there_are_requirements():
    straight, round_ = chain(1600, 800, "e"), chain(1600, 800, "d0")
    decisions = {f"d{number}" for number in range(1600)}
    started = time.process_time()

    assert in_circles(straight, decisions) == set()
    assert in_circles(round_, decisions) == decisions

    assert time.process_time() - started < 2
