import pytest

from forms.linting import lint
from tests.forms.factories import component, decision, schema


def codes(*components: dict) -> list[str]:
    return [finding.code for finding in lint(schema(*components))]


def group(*components: dict, kind: str = "group", **more) -> dict:
    return component(kind, components=list(components), **more)


def test_a_sound_form_has_no_findings():
    rows = group(component("number", "amount"), kind="dynamiclist", path="rows")
    person = group(component("textfield", "name"), path="person")

    assert lint(decision()) == []
    assert codes(rows, person, component("textfield", "person.phone"), component("separator"), component("text", text="=x")) == []


@pytest.mark.parametrize("nonsense", [None, [], "x", {}, {"components": 1}, {"type": "group", "components": []}])
def test_what_is_no_schema_is_said_to_be_none(nonsense):
    assert [finding.code for finding in lint(nonsense)] == ["form_not_a_schema"]


@pytest.mark.parametrize(
    ("faulty", "code"),
    [
        (component("iframe"), "form_component_forbidden"),
        (component("html"), "form_component_forbidden"),
        (component("filepicker", "a"), "form_component_forbidden"),
        (component("slider", "a"), "form_component_unknown"),
        (component("default"), "form_component_unknown"),
        (component("textfield"), "form_key_missing"),
        (component("dynamiclist", components=[]), "form_key_missing"),
        (component("textfield", "a b"), "form_key_malformed"),
        (component("textfield", "1a"), "form_key_malformed"),
        (component("textfield", "a..b"), "form_key_malformed"),
        (component("textfield", "__proto__.x"), "form_key_malformed"),
        (component("textfield", "this"), "form_key_malformed"),
        (component("textfield", "a", label=""), "form_label_missing"),
        (component("datetime", "a"), "form_label_missing"),
        (component("textfield", "a", properties={"label.kk": "Өріс"}), "form_translation_missing"),
        (component("textfield", "a", description="Help"), "form_translation_missing"),
        (component("select", "a", values=[]), "form_options_missing"),
        (component("radio", "a"), "form_options_missing"),
        (component("image", source="https://example.org/x.png"), "form_image_from_outside"),
        (component("textfield", "a", conditional={"hide": "b = 1"}), "form_condition_plain"),
        (component("textfield", "a", conditional={"hide": "=b ="}), "form_expression_refused"),
        (component("textfield", "a", readonly="=("), "form_expression_refused"),
        (component("number", "a", validate={"min": "=1 +"}), "form_expression_refused"),
        (component("expression", "a", expression="1"), "form_condition_plain"),
        (component("number", "a", validate={"min": "x"}), "form_rule_malformed"),
        (component("number", "a", validate={"maxLength": 3}), "form_rule_malformed"),
        (component("textfield", "a", validate={"min": 3}), "form_rule_malformed"),
        (component("textfield", "a", validate={"required": "yes"}), "form_rule_malformed"),
        (component("textfield", "a", validate={"validationType": "iin"}), "form_rule_malformed"),
        (component("textfield", "a", validate={"requierd": True}), "form_rule_unknown"),
        (component("textfield", "a", validate=[]), "form_rule_malformed"),
        (component("number", "a", increment=0), "form_rule_malformed"),
        (component("number", "a", decimalDigits=-1), "form_rule_malformed"),
        (component("dynamiclist", path="a", components=[], defaultRepetitions="x"), "form_rule_malformed"),
        (component("textfield", "a", validate={"pattern": "(?<=a)b"}), "pattern_refused"),
        (component("textfield", "a", validate={"pattern": "(a+)+"}), "form_pattern_may_hang"),
        (component("group", components=5), "form_not_a_schema"),
    ],
)
def test_a_fault_is_found(faulty, code):
    assert code in codes(faulty)


def test_findings_point_at_the_fault():
    findings = lint(schema(group(component("textfield", "a"), component("textfield", "1a", properties={}))))

    assert [(finding.pointer, finding.code) for finding in findings] == [
        ("/components/0/components/1/key", "form_key_malformed"),
        ("/components/0/components/1", "form_translation_missing"),
        ("/components/0/components/1", "form_translation_missing"),
    ]


def test_two_components_never_share_a_value():
    rows = group(component("textfield", "a"), kind="dynamiclist", path="rows")

    assert codes(component("textfield", "a"), component("number", "a")) == ["form_key_taken"]
    assert codes(component("textfield", "a"), component("number", "a.b")) == ["form_key_taken"]
    assert codes(component("textfield", "a.b"), component("number", "a")) == ["form_key_taken"]
    assert codes(rows, component("number", "rows.a")) == ["form_key_taken"]
    assert codes(component("textfield", "a", id="x"), component("number", "b", id="x")) == ["form_id_taken"]


def test_a_form_is_bounded():
    deep = component("textfield", "a")
    for _ in range(12):
        deep = group(deep)

    assert codes(deep) == ["form_too_deep"]
    assert "form_too_large" in codes(*(component("textfield", f"k{number}") for number in range(501)))


def test_a_schema_of_the_future_is_only_warned_of():
    findings = lint(schema(schemaVersion=99))

    assert [(finding.code, finding.severity) for finding in findings] == [("form_version_unknown", "warning")]
