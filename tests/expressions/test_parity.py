"""The shared vectors in our evaluator and in the one inside the form viewer: they agree, but for what `divergences.json` names."""

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from expressions import parse
from tests import node
from tests.expressions.worth import NOW

HERE = Path(__file__).parent
PARITY = HERE / "parity"
FORMS = HERE.parent / "forms" / "parity" / "package-lock.json"
VIEWER = "node_modules/@bpmn-io/feelin"


def read(text: str) -> Any:
    return json.loads(text, parse_float=Decimal, parse_int=Decimal)


FILES = sorted((HERE / "vectors").glob("*.json"))
VECTORS = {path.stem: read(path.read_text("utf-8")) for path in FILES}
DIVERGENCES = read((HERE / "divergences.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def viewer() -> dict[str, Any]:
    node.install(PARITY)
    return read(node.run(PARITY / "run.mjs", *map(str, FILES)))


def kept(value: Any) -> str:
    """A value so that true is no 1, and 1.50 is 1.5."""
    return json.dumps(value, sort_keys=True, default=lambda number: f"number {number.normalize():f}")


@pytest.mark.parametrize("name", VECTORS)
def test_our_evaluator_says_what_the_standard_does(name: str):
    said = {}

    for vector in VECTORS[name]:
        context = vector.get("context", {})
        value = parse(vector["expression"], names=context).evaluate(context, now=NOW)
        said[vector["expression"]] = (kept(value), kept(vector["expected"]))

    assert {text: (ours, expected) for text, (ours, expected) in said.items() if ours != expected} == {}


def test_the_viewers_evaluator_says_the_same_but_for_exactly_the_divergences_that_are_named(viewer: dict[str, Any]):
    named = {(one["file"], one["expression"]): kept(one["feelin"]) for divergence in DIVERGENCES for one in divergence["vectors"]}

    found = {
        (name, vector["expression"]): kept(value)
        for name, vectors in VECTORS.items()
        for vector, value in zip(vectors, viewer[f"{name}.json"], strict=True)
        if kept(value) != kept(vector["expected"])
    }

    assert found == named


def test_each_divergence_says_why_and_who_is_right():
    for divergence in DIVERGENCES:
        assert len(divergence["reason"]) > 20
        assert divergence["section"].startswith("DMN 1.5, 10.3.")
        assert divergence["right"] in {"ours", "theirs"}
        assert divergence["vectors"]


def test_there_are_many_vectors_and_each_is_there_once():
    asked = Counter(kept([vector["expression"], vector.get("context")]) for vectors in VECTORS.values() for vector in vectors)

    assert asked.total() >= 400
    assert asked.most_common(1)[0][1] == 1


def test_it_is_the_evaluator_that_the_form_viewer_has():
    own, forms = (read(path.read_text("utf-8"))["packages"] for path in (PARITY / "package-lock.json", FORMS))

    assert own[VIEWER] == forms[VIEWER]
    assert [name for name, package in own.items() if "resolved" in package] == []
