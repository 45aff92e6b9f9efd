"""What the people and messages around a token call the thing it works on: the instance's business key, or the one that a call gave."""

from typing import Final

from engine import tree
from engine.tree import Token

#: Where the token of a call activity keeps the business key of what runs inside it.
BUSINESS_KEY: Final = "business_key"
MAX_KEY: Final = 255


def key_of(token: Token, default: str | None) -> str | None:
    """The business key at a token: that of the nearest call around it which gives one, else `default`, the instance's."""
    outer = tree.parent_token(token)
    while outer is not None:
        if BUSINESS_KEY in outer.internal_data:
            return str(outer.internal_data[BUSINESS_KEY])
        outer = tree.parent_token(outer)
    return default
