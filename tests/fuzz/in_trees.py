"""Damage at the elements of a file: it stays well-formed XML, and says something that nobody has drawn."""

import copy
import random
from collections.abc import Callable

from lxml import etree

from engine.parsing.markup import BPMN, CAMUNDA, ESEP, OPERATON, ZEEBE, Node

Damage = Callable[[Node, random.Random], None]

JUNK = (
    *("", " ", "x", "${", "=", "=1/0", "${a.b.c}", "true", "false", "-1", "ө", "\u200b", "None", "R/PT0S", "PT1H", "a" * 300, "]]>", "{}"),
    *(
        "Start",
        "End",
        "start",
        "end",
        "0",
        "1",
        "2",
        "1001",
        "99999999999999999999",
        "1e400",
        "NaN",
        "0x10",
        "\ufffd",
        "a b",
        "a:b",
        "../x",
    ),
    *("parallel", "All", "None", "One", "Complex", "noneBehaviorEventRef", "latest", "deployment", "versionTag", "embedded:app:x", "🐎"),
    *("__class__", "typename", "__builtins__", "len", "constructor", "' OR 1=1 --", "%s%n", "${jndi:ldap://x}", "<b>", "a" * 5000),
)
SPACES = (BPMN, CAMUNDA, ZEEBE, ESEP, OPERATON, "http://www.omg.org/spec/DD/20100524/DI", "http://flowable.org/bpmn", "x")
#: What an editor can write at an element, and somebody at the wrong one.
WRITTEN = (
    *(
        "asyncBefore",
        "asyncAfter",
        "exclusive",
        "assignee",
        "candidateGroups",
        "dueDate",
        "priority",
        "formKey",
        "formRef",
        "topic",
        "type",
    ),
    *(
        "class",
        "expression",
        "delegateExpression",
        "resultVariable",
        "calledElementBinding",
        "decisionRef",
        "mapDecisionResult",
        "initiator",
    ),
    *(
        "historyTimeToLive",
        "versionTag",
        "collection",
        "elementVariable",
        "jobPriority",
        "taskPriority",
        "errorCodeVariable",
        "isStartableInTasklist",
    ),
)
PLAIN = (
    *(
        "id",
        "name",
        "sourceRef",
        "targetRef",
        "attachedToRef",
        "default",
        "calledElement",
        "isForCompensation",
        "triggeredByEvent",
        "isSequential",
    ),
    *(
        "cancelActivity",
        "isInterrupting",
        "parallelMultiple",
        "instantiate",
        "eventGatewayType",
        "messageRef",
        "signalRef",
        "errorRef",
        "escalationRef",
    ),
    *(
        "activityRef",
        "startQuantity",
        "completionQuantity",
        "isExecutable",
        "ordering",
        "testBefore",
        "loopMaximum",
        "behavior",
        "processRef",
        "itemSubjectRef",
    ),
)
FLOW = f"{{{BPMN}}}sequenceFlow"


def dropped(root: Node, dice: random.Random) -> None:
    """An element is gone, with all that is in it."""
    gone = _any(root, dice)
    if gone is not root:
        _parent(gone).remove(gone)


def unwrapped(root: Node, dice: random.Random) -> None:
    """An element is gone, and what was in it is in what was around it."""
    gone = _any(root, dice)
    if gone is not root:
        for child in list(gone):
            gone.addprevious(child)
        _parent(gone).remove(gone)


def doubled(root: Node, dice: random.Random) -> None:
    """An element is there twice."""
    one = _any(root, dice)
    _any(root, dice).append(copy.deepcopy(one))


def multiplied(root: Node, dice: random.Random) -> None:
    """An element is there very often."""
    one = _any(root, dice)
    if one is not root and len(etree.tostring(one)) < 2_000:
        for _ in range(dice.choice([2, 20, 300])):
            one.addnext(copy.deepcopy(one))


def moved(root: Node, dice: random.Random) -> None:
    """An element stands somewhere else."""
    one, to = _any(root, dice), _any(root, dice)
    if one is not root and one not in (to, *to.iterancestors()):
        to.insert(dice.randint(0, len(to)), one)


def retagged(root: Node, dice: random.Random) -> None:
    """An element is called as another."""
    one = _any(root, dice)
    if one is not root:
        one.tag = _any(root, dice).tag


def respaced(root: Node, dice: random.Random) -> None:
    """An element belongs to another namespace."""
    _any(root, dice).tag = f"{{{dice.choice(SPACES)}}}{etree.QName(_any(root, dice)).localname}"


def deprived(root: Node, dice: random.Random) -> None:
    """An attribute is gone."""
    one = _any(root, dice)
    if one.attrib:
        del one.attrib[dice.choice(sorted(map(str, one.attrib)))]


def changed(root: Node, dice: random.Random) -> None:
    """An attribute says what nobody would write."""
    one = _any(root, dice)
    if one.attrib:
        one.set(dice.choice(sorted(map(str, one.attrib))), dice.choice(JUNK))


def given(root: Node, dice: random.Random) -> None:
    """An element has an attribute that it had not."""
    name = dice.choice([*PLAIN, *(f"{{{CAMUNDA}}}{name}" for name in WRITTEN)])
    _any(root, dice).set(name, dice.choice([*JUNK, *_values(root)]))


def confused(root: Node, dice: random.Random) -> None:
    """An attribute says what another says: an id becomes that of another element, a reference goes elsewhere."""
    one = _any(root, dice)
    if one.attrib:
        one.set(dice.choice(sorted(map(str, one.attrib))), dice.choice(_values(root)))


def exchanged(root: Node, dice: random.Random) -> None:
    """Two elements exchange what they are named by or refer to."""
    for name in dice.sample(["id", "sourceRef", "targetRef", "attachedToRef", "href", "typeRef"], 6):
        bearers = [node for node in root.iter(etree.Element) if node.get(name) is not None]
        if len(bearers) > 1:
            one, other = dice.sample(bearers, 2)
            one.attrib[name], other.attrib[name] = other.attrib[name], one.attrib[name]
            return


def rewired(root: Node, dice: random.Random) -> None:
    """A sequence flow leads to another element, or another one leads somewhere: cycles without end, branches that never meet."""
    flows = list(root.iter(FLOW))
    if flows:
        flow = dice.choice(flows)
        if dice.randrange(2):
            _parent(flow).append(etree.Element(FLOW, {**flow.attrib, "id": f"f{dice.randrange(9999)}"}))
        flow.set(dice.choice(["sourceRef", "targetRef"]), str(dice.choice(flows).get(dice.choice(["sourceRef", "targetRef"])) or ""))


def reworded(root: Node, dice: random.Random) -> None:
    """A text says what nobody would write."""
    _any(root, dice).text = dice.choice([text for text in JUNK if text.isprintable()])


def nested(root: Node, dice: random.Random) -> None:
    """An element stands deep inside others of a kind."""
    one = _any(root, dice)
    tag = dice.choice([f"{{{BPMN}}}subProcess", f"{{{BPMN}}}extensionElements", one.tag])
    for _ in range(dice.choice([1, 3, 30, 70, 240])):
        around = etree.Element(tag, {"id": f"n{dice.randrange(99999)}"})
        if one.getparent() is None:
            return
        one.addprevious(around)
        around.append(one)


def _any(root: Node, dice: random.Random) -> Node:
    return dice.choice(list(root.iter(etree.Element)))


def _parent(node: Node) -> Node:
    parent = node.getparent()
    assert parent is not None
    return parent


def _values(root: Node) -> list[str]:
    return [str(value) for node in root.iter(etree.Element) for value in node.attrib.values()] or [""]


DAMAGES: tuple[Damage, ...] = (
    *(dropped, dropped, unwrapped, doubled, multiplied, moved, moved, retagged, retagged, respaced, deprived, deprived),
    *(changed, changed, given, given, given, confused, confused, exchanged, exchanged, rewired, rewired, rewired, reworded, nested),
)
