"""Numbers of tokens and conditions on them: what activities need and leave, and when a complex gateway has enough."""

import re
from typing import Final

from engine.parsing.elements import ACTIVITIES
from engine.parsing.markup import Node, bpmn, local, text_of
from engine.parsing.source import Source
from expressions import Expression

MAX_QUANTITY: Final = 1000


def start_quantity_of(node: Node, source: Source) -> int:
    """How many tokens an activity needs to begin once."""
    return _quantity(node, "startQuantity", source)


def completion_quantity_of(node: Node, source: Source) -> int:
    """How many tokens an activity leaves behind."""
    return _quantity(node, "completionQuantity", source)


def activation_of(node: Node, source: Source) -> Expression | None:
    """When enough tokens have come to a complex gateway; None for anything else."""
    condition = node.find(bpmn("activationCondition")) if local(node) == "complexGateway" else None
    return source.formal(condition) if condition is not None and text_of(condition) is not None else None


def _quantity(node: Node, attribute: str, source: Source) -> int:
    text = (node.get(attribute) or "1").strip()
    if not re.fullmatch(r"[1-9]\d{0,3}", text) or int(text) > MAX_QUANTITY:
        source.refuse("quantity_invalid", node, attribute=attribute, value=text[:100], limit=MAX_QUANTITY)
        return 1
    if text != "1" and local(node) not in ACTIVITIES:
        source.refuse("quantity_misplaced", node, attribute=attribute, owner=local(node))
        return 1
    return int(text)
