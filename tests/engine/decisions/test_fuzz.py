"""Three thousand damaged files: each is read or refused within a second, and what can be deployed is decided within one, or refused."""

import random
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from engine.decisions.evaluating import Evaluator
from engine.definition_errors import DeploymentRefused
from engine.deployments import decisions_in
from engine.findings import errors_of
from expressions.errors import EvaluationFailed
from storage.transaction import transaction
from tests.engine.decisions.factories import decision, definitions, knowledge, literal, table
from tests.engine.decisions.test_boxed import BOXED
from tests.engine.decisions.test_types import TYPES
from tests.engine.factories import Desk

SECOND = 1.0
EACH = 100
NOW = datetime(2026, 10, 1, tzinfo=UTC)
SERVICE = '<decisionService id="s" name="s"><outputDecision href="#sum"/><inputDecision href="#base"/></decisionService>'
FILES = [
    definitions(*(decision(f"d{place}", logic) for place, (logic, _) in enumerate(BOXED.values()))),
    definitions(
        TYPES,
        '<inputData id="x" name="x"><variable name="x" typeRef="body"/></inputData>',
        knowledge("rate", literal("part / whole * 100"), part="number", whole="number"),
        decision("d", literal("rate(1, 4) + count(x.own level)"), inputs=["x"], knows=["rate"]),
        decision("base", literal("1")),
        decision("sum", literal("base + 1"), requires=["base"]),
        decision("e", literal("s(10) + sum"), requires=["sum"], knows=["s"]),
        SERVICE,
    ),
    *(
        definitions(decision("d", table(["x", "y"], ["a", "b"], ["< 5 | 'x', 'y' | 1 | 'one'", "[5..9] | not('z') | 2 | 'two'"], policy)))
        for policy in ("UNIQUE", "FIRST", "ANY", "RULE ORDER", "COLLECT")
    ),
]
WORDS = [
    *("1", "null", "x", "?", "-", "", "[1..100000]", "for i in 1..9999 return i", "x[", "function(a) a", "d", '"' * 9, "(" * 80, "\u0000"),
    *('href="#d"', 'href="#e"', 'typeRef="number"', 'typeRef="body"', 'hitPolicy="PRIORITY"', 'aggregation="SUM"', 'isCollection="true"'),
    *("<context>", "<list>", "</decision>", "<decision/>", "<rule/>", "<text>", "<import/>", "&amp;", "<!-- -->", "<![CDATA[x]]>"),
]
TAG = re.compile(rb"<[^<>]*>")
TEXT = re.compile(rb"(?<=>)[^<>]+(?=<)")


def swapped(data: bytes, dice: random.Random) -> bytes:
    """Two tags change places."""
    one, other = sorted(dice.sample(list(TAG.finditer(data)), 2), key=re.Match.start)
    return data[: one.start()] + other[0] + data[one.end() : other.start()] + one[0] + data[other.end() :]


def lost(data: bytes, dice: random.Random) -> bytes:
    """A tag is gone."""
    gone = dice.choice(list(TAG.finditer(data)))
    return data[: gone.start()] + data[gone.end() :]


def doubled(data: bytes, dice: random.Random) -> bytes:
    """A piece stands there twice."""
    tags = list(TAG.finditer(data))
    start = dice.randrange(len(tags))
    end = min(len(tags) - 1, start + dice.randrange(12))
    return data[: tags[end].end()] + data[tags[start].start() : tags[end].end()] + data[tags[end].end() :]


def reworded(data: bytes, dice: random.Random) -> bytes:
    """A text says something else."""
    place = dice.choice(list(TEXT.finditer(data)))
    return data[: place.start()] + dice.choice(WORDS).encode() + data[place.end() :]


def inserted(data: bytes, dice: random.Random) -> bytes:
    """Something stands where nothing stood."""
    at = dice.randrange(len(data))
    return data[:at] + dice.choice(WORDS).encode() + data[at:]


def flipped(data: bytes, dice: random.Random) -> bytes:
    """A byte is another."""
    at = dice.randrange(len(data))
    return data[:at] + bytes([dice.randrange(256)]) + data[at + 1 :]


MUTATIONS: list[Callable[[bytes, random.Random], bytes]] = [swapped, lost, doubled, reworded, inserted, flipped]


def damaged(dice: random.Random) -> bytes:
    """A file with up to three kinds of damage."""
    data = dice.choice(FILES)
    for _ in range(dice.randint(1, 3)):
        data = dice.choice(MUTATIONS)(data, dice)
    return data


@pytest.mark.parametrize("seed", range(30))
def test_damaged_files_are_judged_and_what_is_left_of_them_decides(seed: int):
    dice = random.Random(seed)

    for _ in range(EACH):
        data = damaged(dice)
        started = time.process_time()
        decided, found = decisions_in({"d.dmn": data})
        assert time.process_time() - started < SECOND, data
        if errors_of(found):
            continue
        for key in decided["d.dmn"].decisions:
            started = time.process_time()
            try:
                Evaluator(decided["d.dmn"], {"x": dice.choice([1, "x", None, {"name": "a"}]), "y": "y"}, {}, NOW).decide(key)
            except EvaluationFailed:
                continue
            assert time.process_time() - started < SECOND, data


def test_damaged_files_are_deployed_or_refused(desk: Desk):
    dice = random.Random(4711)
    refused = 0

    for _ in range(60):
        try:
            with transaction():
                desk.engine.definitions.deploy("damaged", {"d.dmn": damaged(dice)}, by="ann")
        except DeploymentRefused:
            refused += 1

    assert 0 < refused < 60
    assert desk.engine.decisions.list(limit=100).items
