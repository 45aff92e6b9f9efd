"""What an error or escalation event has caught, put into the variables that it names.

An event subprocess has them as its own: they are set inside it, and what is around it, which goes on without it or has ended, sees none.
"""

from typing import Any, Final

from engine import tree
from engine.evaluation import Evaluation
from engine.parsing.elements import Element
from engine.parsing.specs.errors import ERROR_CODE, ERROR_MESSAGE
from engine.parsing.specs.tokens import is_part, is_trigger
from engine.tree import Token

#: Where the token that starts an event subprocess keeps the variables for it.
_FOR_INSIDE: Final = "for_inside"


def take(token: Token, element: Element, evaluation: Evaluation) -> None:
    """Set the variables that the event of a token names; of one that starts an event subprocess, as soon as that has begun."""
    caught = _named(token, element)
    if caught and is_trigger(token):
        above = token.parent if is_part(token) else token
        above.internal_data[_FOR_INSIDE] = caught
    elif caught:
        evaluation.write(token, caught)
    inside = tree.parent_token(token) if element.kind == "startEvent" else None
    above = None if inside is None else inside.parent
    if inside is not None and above is not None and is_trigger(above) and _FOR_INSIDE in above.internal_data:
        evaluation.scopes.write([inside.id.hex], inside.id.hex, above.internal_data[_FOR_INSIDE])


def _named(token: Token, element: Element) -> dict[str, Any]:
    names = ((element.event.code_variable, ERROR_CODE), (element.event.message_variable, ERROR_MESSAGE))
    return {name: token.internal_data[key] for name, key in names if name is not None and key in token.internal_data}
