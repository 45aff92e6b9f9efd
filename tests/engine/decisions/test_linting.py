"""What is said of decisions that can be deployed, and of files that cannot."""

import pytest

import texts
from engine.decisions.linting import warnings_of
from engine.decisions.reading import read
from engine.findings import Finding
from tests.engine.decisions.factories import decision, definitions, literal, table


def warned(data: bytes) -> list[Finding]:
    return warnings_of(read(data, "d.dmn"))


def of_rules(inputs: list[str], rules: list[str], policy: str = "UNIQUE", **more: str) -> list[tuple[str, object]]:
    found = warned(definitions(decision("d", table(inputs, ["x"], rules, policy, **more))))
    assert all(finding.line > 0 and finding.element_id == "d" for finding in found)
    return [(finding.code, finding.fields.get("gap") or (finding.fields["other"], finding.fields["place"])) for finding in found]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (["< 10 | 1", ">= 10 | 2"], []),
        (["< 10 | 1", "> 10 | 2"], [("decision_rules_gap", "a = 10")]),
        (["<= 10 | 1", ">= 10 | 2"], [("decision_rules_overlap", (1, 2))]),
        (["[1..5] | 1", "[6..9] | 2", "not([1..9]) | 3"], []),
        (["[1..5.5] | 1", "[6..9] | 2", "not([1..9]) | 3"], [("decision_rules_gap", "a > 5.5 and < 6")]),
        (["1, 2 | 1", "2, 3 | 2", "< 1, > 3 | 3"], [("decision_rules_overlap", (1, 2))]),
        (["true | 1"], [("decision_rules_gap", "a = false")]),
        (["true | 1", "false | 2"], []),
        (["< date('2026-01-01') | 1", ">= date('2026-01-01') | 2"], []),
        (["< date('2026-01-01') | 1"], [("decision_rules_gap", "a = 2026-01-01")]),
        (["< b | 1", ">= b | 2"], []),
        (["- | 1"], []),
    ],
)
def test_rules_of_one_column_meet_or_leave_gaps(rules: list[str], expected: list[tuple[str, object]]):
    assert of_rules(["a"], rules) == expected


def test_rules_of_several_columns_are_judged_together():
    rules = ["'x' | < 5 | 1", "'x' | >= 5 | 2", "'y' | < 3 | 3", "'y' | > 3 | 4"]

    assert of_rules(["a", "b"], rules) == [("decision_rules_gap", "a = y, b = 3")]
    assert of_rules(["a", "b"], [*rules, "- | 3 | 5"]) == [("decision_rules_overlap", (1, 5))]


def test_what_may_come_in_is_what_has_to_be_covered():
    assert of_rules(["a"], ["'x' | 1", "'y' | 2"], allowed="'x', 'y', 'z'") == [("decision_rules_gap", "a = z")]
    assert of_rules(["a"], ["[0..5] | 1", "(5..9] | 2"], allowed="[0..9]") == []
    assert of_rules(["a"], ["< 5 | 1"], default="0") == []


def test_other_policies_ask_for_something_else():
    assert of_rules(["a"], ["- | 1", "< 5 | 2"], "FIRST") == [("decision_rule_unreached", (1, 2))]
    assert of_rules(["a"], ["< 5 | 1", "- | 2"], "FIRST") == []
    assert of_rules(["a"], ["< 5 | 1", "- | 1"], "ANY") == []
    assert of_rules(["a"], ["< 5 | 1", "- | 2"], "ANY") == [("decision_rules_overlap", (1, 2))]
    assert of_rules(["a"], ["< 5 | 1", "< 7 | 2"], "COLLECT") == []


def test_names_from_nowhere_are_told():
    data = definitions(decision("other", literal("1")), decision("d", literal("other + age + agee"), inputs=["age"]), inputs={"age": "age"})

    assert [(finding.code, finding.fields["name"]) for finding in warned(data)] == [
        ("decision_name_unknown", "agee"),
        ("decision_requirement_missing", "other"),
    ]
    assert warned(definitions(decision("d", literal("of_the_process + 1")))) == []


def test_an_element_that_dmn_does_not_have_is_refused_unless_it_is_an_extension():
    misspelt = definitions(decision("d", literal("1")) + "<businessKnowledgeModle/>")
    extended = definitions(decision("d", "<extensionElements><anything/></extensionElements>" + literal("1")))

    assert [(finding.code, finding.line) for finding in read(misspelt, "d.dmn").findings] == [("dmn_element_unknown", 3)]
    assert read(extended, "d.dmn").findings == ()


def test_every_finding_has_words_in_every_language():
    data = definitions(decision("d", table(["a"], ["x"], ["< 5 | 1", "< 4 | 2"])))

    for finding in warned(data):
        for language in texts.LANGUAGES:
            assert "{" not in texts.say(finding.code, finding.fields, language)
