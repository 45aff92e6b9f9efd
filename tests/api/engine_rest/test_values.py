"""Typed variables on their way in and out."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from api.engine_rest import dates, values
from api.engine_rest.errors import MomentMalformed
from operate import TypedValue

MOMENT = datetime(2026, 10, 1, 4, 0, 0, 123000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sent", "kept", "written"),
    [
        ({"value": True, "type": "Boolean"}, TypedValue("Boolean", True), True),
        ({"value": 1, "type": "Short"}, TypedValue("Short", 1), 1),
        ({"value": 1.0, "type": "Integer"}, TypedValue("Integer", 1), 1),
        ({"value": 2**40, "type": "Long"}, TypedValue("Long", 2**40), 2**40),
        ({"value": 0.1, "type": "Double"}, TypedValue("Double", Decimal("0.1")), 0.1),
        ({"value": "Ә", "type": "string"}, TypedValue("String", "Ә"), "Ә"),
        ({"value": None, "type": "String"}, TypedValue("String", None), None),
        ({"value": None}, TypedValue("Null", None), None),
        ({"value": "2026-10-01T09:00:00.123+0500", "type": "Date"}, TypedValue("Date", MOMENT), "2026-10-01T04:00:00.123+0000"),
        ({"value": '{"a": 1.10}', "type": "Json"}, TypedValue("Json", {"a": Decimal("1.10")}), '{"a":1.10}'),
        ({"value": [1], "valueInfo": {}}, TypedValue("Json", [1]), "[1]"),
        ({"value": "[1]", "type": "Object"}, TypedValue("Object", [1]), [1]),
        ({"value": "aGk=", "type": "Bytes"}, TypedValue("Bytes", b"hi"), None),
        ({"value": 5}, TypedValue("Integer", 5), 5),
        ({"value": 2**35}, TypedValue("Long", 2**35), 2**35),
        ({"value": "x"}, TypedValue("String", "x"), "x"),
        ({"value": 1.5}, TypedValue("Double", Decimal("1.5")), 1.5),
    ],
)
def test_a_variable_keeps_type_and_value(sent, kept, written):
    read = values.read("x", sent)

    assert read == kept
    assert values.written(read) == {"type": kept.type, "value": written, "valueInfo": {}}


def test_an_object_is_written_as_a_string_when_asked_for():
    variable = TypedValue("Object", {"a": [1]}, {"serializationDataFormat": "application/json"})

    assert values.written(variable, deserialized=False)["value"] == '{"a":[1]}'
    assert values.written(variable)["valueInfo"] == {"serializationDataFormat": "application/json"}


@pytest.mark.parametrize("text", ["2026-10-01T09:00:00.123+0500", "2026-10-01T04:00:00.123Z", "2026-10-01T09:00:00.123 05:00"])
def test_a_moment_is_read_however_its_zone_is_written(text):
    assert dates.read(text, "dueBefore") == MOMENT


@pytest.mark.parametrize("text", ["", "today", "2026-10-01", "2026-13-01T00:00:00Z", "2026-10-01T09:00:00"])
def test_what_is_no_moment_with_a_zone_is_refused(text):
    with pytest.raises(MomentMalformed):
        dates.read(text, "dueBefore")
