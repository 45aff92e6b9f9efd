"""Models damaged at random, the same way at every run: whatever comes, it is refused in words or it can be run."""

import random
import time
from contextlib import suppress

import pytest
from lxml import etree

import texts
from engine.definition_errors import ModelRefused
from engine.findings import errors_of
from engine.linting import lint
from engine.parsing import build, read
from refusals import Refusal
from tests.engine.parsing.factories import AROUND, MODELS, flows, model
from tests.engine.parsing.walking import Walk

FILES = sorted(path for path in MODELS.glob("*.bpmn"))
JUNK = (
    "",
    " ",
    "x",
    "${",
    "=",
    "=1/0",
    "${a.b.c}",
    "true",
    "false",
    "-1",
    "ө",
    "\u200b",
    "None",
    "R/PT0S",
    "PT1H",
    "a" * 300,
    "]]>",
    "{}",
    "Start",
    "End",
)


def damaged(data: bytes, chance: random.Random) -> bytes:
    root = etree.fromstring(data)
    nodes = [node for node in root.iter() if isinstance(node.tag, str)]
    for _ in range(chance.randint(1, 4)):
        node = chance.choice(nodes[1:])
        deed = chance.randrange(6)
        if deed == 0 and node.getparent() is not None:
            node.getparent().remove(node)
        elif deed == 1 and node.attrib:
            del node.attrib[chance.choice(list(node.attrib))]
        elif deed == 2 and node.attrib:
            node.set(chance.choice(list(node.attrib)), chance.choice(JUNK))
        elif deed == 3:
            node.text = chance.choice(JUNK)
        elif deed == 4:
            chance.choice(nodes).append(etree.fromstring(etree.tostring(node)))
        else:
            node.tag = chance.choice(nodes).tag
    return etree.tostring(root)


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_model_is_refused_in_words_or_runs(seed):
    chance = random.Random(seed)

    for path in FILES:
        for _ in range(8):
            with suppress(ModelRefused):
                _judge(damaged(path.read_bytes(), chance))


def _judge(data: bytes) -> None:
    read_model = read(data, "damaged.bpmn")
    found = lint(read_model, AROUND)
    for finding in found:
        words = texts.catalogue("en")[finding.code]
        assert texts.fields_of(words) <= set(finding.fields), finding
    if errors_of(found):
        return
    for process in read_model.executable:
        executable = build(read_model, process.key)
        with suppress(Refusal):
            Walk(executable, starter="a", people=["a"])


def test_bytes_damaged_at_random_are_refused_or_read():
    chance = random.Random(7)

    for path in FILES:
        for _ in range(100):
            data = bytearray(path.read_bytes())
            for _ in range(3):
                data[chance.randrange(len(data))] = chance.randrange(256)
            with suppress(ModelRefused):
                lint(read(bytes(data), "damaged.bpmn"), AROUND)


def test_many_subprocesses_and_splits_are_judged_fast():
    inner = "".join(f'<subProcess id="p{number}"><startEvent id="s{number}"/></subProcess>' for number in range(1500))
    body = f'<startEvent id="s"/>{inner}' + flows(*(f"s > p{number}" for number in range(1500)))
    started = time.process_time()

    read_model = model(body)
    found = errors_of(lint(read_model, AROUND))
    build(read_model, "p")

    assert found == ()
    assert time.process_time() - started < 3
