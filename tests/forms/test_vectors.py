"""The shared vectors through our own validation."""

from collections import defaultdict

import pytest

from forms.components import read
from forms.validation import validate
from tests.forms.vectors import VECTORS, Vector


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_the_server_makes_of_a_form_what_the_vector_says(vector: Vector):
    cleaned, faults = validate(read(vector.schema), vector.values, vector.context, "")

    found = defaultdict(list)
    for fault in faults:
        found[fault.pointer].append(fault.code)
    assert found == vector.faults
    assert vector.cleaned is None or cleaned == vector.cleaned
