"""Whatever is deployed or sent, the answer is a finding or a fault, never an error."""

import random
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.components import read
from forms.languages import localised
from forms.linting import lint
from forms.validation import validate
from tests.forms.vectors import VECTORS, Vector

GARBAGE = [
    None,
    True,
    0,
    -1,
    1.5,
    10**400,
    "",
    "=",
    "=1/0",
    "=a.b[1]",
    "x",
    "😀",
    "\0",
    "__proto__",
    [],
    [None],
    [[]],
    {},
    {"a": {}},
    {"value": 1},
]
SCHEMAS = list({vector.file: vector for vector in VECTORS}.values())


def spoilt(value: Any, chance: random.Random) -> Any:
    """A copy with one member somewhere replaced by garbage, or added."""
    copy = deepcopy(value)
    holder = copy
    while True:
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        if not keys:
            return copy
        key = chance.choice(keys)
        if isinstance(holder[key], dict | list) and holder[key] and chance.random() < 0.8:
            holder = holder[key]
        else:
            holder[key] = chance.choice(GARBAGE)
            return copy


@pytest.mark.parametrize("vector", SCHEMAS, ids=str)
@settings(max_examples=150, deadline=None)
@given(seed=st.integers())
def test_a_spoilt_schema_is_found_out_or_works(vector: Vector, seed: int):
    chance = random.Random(seed)
    schema = spoilt(vector.schema, chance)

    errors = [finding for finding in lint(schema) if finding.severity == "error" and "translation" not in finding.code]
    if not errors:
        validate(read(schema), vector.values, vector.context, "")
        localised(schema, "kk")


@pytest.mark.parametrize("vector", SCHEMAS, ids=str)
@settings(max_examples=150, deadline=None)
@given(seed=st.integers())
def test_spoilt_values_are_refused_or_cleaned(vector: Vector, seed: int):
    chance = random.Random(seed)
    values, context = spoilt(vector.values, chance), spoilt(vector.context or {"x": {}}, chance)

    cleaned, faults = validate(read(vector.schema), values, context, "")

    assert isinstance(cleaned, dict)
    assert all(fault.pointer.startswith("/") for fault in faults)
