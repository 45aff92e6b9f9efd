"""Schemas say what is wrong by codes, each of which has words in three languages."""

import marshmallow
import pytest
from marshmallow import fields, validate

import texts
from api import shapes
from api.shapes import Shape


class Inner(Shape):
    size = fields.Integer(validate=validate.Range(min=1))


class Sample(Shape):
    name = fields.String(required=True, validate=validate.Length(min=2, max=5))
    mood = fields.String(validate=validate.OneOf(["glad", "sad"]))
    code = fields.String(validate=validate.Regexp("^[A-Z]+$"))
    inner = fields.Nested(Inner)
    many = fields.List(fields.UUID())
    mapping = fields.Dict(keys=fields.String(), values=fields.Integer())
    amount = fields.Decimal()
    day = fields.Date()
    at = fields.AwareDateTime()
    flag = fields.Boolean()


def faults(**given: object) -> list[tuple[str, str, dict[str, str]]]:
    with pytest.raises(marshmallow.ValidationError) as refused:
        Sample().load(given)
    return [(pointer, *shapes.read_message(message)) for pointer, message in shapes.pointed(refused.value.messages)]


def test_a_missing_field_is_named_by_its_pointer():
    assert faults() == [("/name", "shape_required", {})]


def test_bounds_are_said_with_their_figures():
    assert faults(name="x") == [("/name", "shape_length", {"min": "2", "max": "5"})]
    assert faults(name="xy", inner={"size": 0}) == [("/inner/size", "shape_range_min", {"min": "1"})]


def test_a_choice_names_what_may_be_chosen():
    assert faults(name="xy", mood="so-so") == [("/mood", "shape_choice", {"choices": "glad, sad"})]


def test_unknown_fields_are_refused_and_their_names_escaped():
    assert faults(name="xy", **{"a/b~c": 1}) == [("/a~1b~0c", "shape_unknown", {})]


@pytest.mark.parametrize("value", [{"many": ["x"]}, {"mapping": {"a": "x"}}, {"inner": {"size": "x"}}, {"inner": 5}, {"many": 5}])
@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_faults_inside_lists_and_objects_have_words(value, language):
    [(pointer, code, _)] = faults(name="xy", **value)

    assert pointer.startswith("/" + next(iter(value)))
    assert code in texts.catalogue(language)


@pytest.mark.parametrize("field", ["name", "amount", "day", "at", "flag", "mapping", "code"])
@pytest.mark.parametrize("wrong", [{}, None, "nonsense" * 3, []])
@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_kind_of_field_has_words_for_what_it_does_not_take(field, wrong, language):
    try:
        Sample().load({"name": "xy", field: wrong})
    except marshmallow.ValidationError as refused:
        for _, message in shapes.pointed(refused.messages):
            code, given = shapes.read_message(message)
            assert code in texts.catalogue(language)
            assert texts.fields_of(texts.catalogue(language)[code]) <= given.keys()


def test_a_body_that_is_no_object_is_told_so():
    with pytest.raises(marshmallow.ValidationError) as refused:
        Sample().load([])  # type: ignore[arg-type]

    assert list(shapes.pointed(refused.value.messages)) == [("", "shape_type_object")]
