"""The shared vectors through the form viewer that officials use: it must agree with the server."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests import node
from tests.forms.vectors import FILES, VECTORS, Vector

HERE = Path(__file__).parent / "parity"


@pytest.fixture(scope="module")
def viewer() -> dict[str, dict[str, Any]]:
    node.install(HERE)
    return json.loads(node.run(HERE / "run.mjs", *map(str, FILES)))


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_the_viewer_agrees_with_the_server(viewer, vector: Vector):
    seen = viewer[vector.file][vector.name]

    assert _without(seen["faults"], vector.viewer_empties) == _without(vector.faults, vector.viewer_empties)
    assert vector.cleaned is None or seen["values"] == json.loads(json.dumps(vector.cleaned, default=float))
    assert all(_is_emptied(_at(seen["values"], pointer), _at(vector.values, pointer)) for pointer in vector.viewer_empties)


def test_the_lock_names_no_registry():
    lock = json.loads((HERE / "package-lock.json").read_text("utf-8"))

    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []
    assert all("integrity" in package for name, package in lock["packages"].items() if name)


def _without(faults: dict[str, list[str]], pointers: list[str]) -> dict[str, list[str]]:
    return {pointer: codes for pointer, codes in faults.items() if pointer not in pointers}


def _at(values: Any, pointer: str) -> Any:
    for step in pointer.split("/")[1:]:
        values = values.get(step) if isinstance(values, dict) else values[int(step)]
    return values


def _is_emptied(value: Any, sent: Any) -> bool:
    return value in (None, "", False, []) or (isinstance(value, list) and len(value) < len(sent))
