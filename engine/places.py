"""Where in an instance an element can be begun: in which tree of tokens, and which scopes around it have to be entered first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine import tree
from engine.errors import InstructionRefused
from engine.parsing.elements import Element, ProcessModel
from engine.parsing.specs import placing
from engine.parsing.specs.tokens import is_trigger
from engine.tree import Token, Tree

#: Behind the id of an activity, names the whole of one that is done several times.
BODY = "#multiInstanceBody"


@dataclass(frozen=True)
class Place:
    """A tree of tokens, the scopes that are missing between it and the target, and the bodies into which one more instance is to go."""

    tree: Tree
    missing: Sequence[Element] = ()
    bodies: Mapping[str, Token] = field(default_factory=dict)


def element_named(process: ProcessModel, element_id: str | None) -> Element | None:
    """An element that people can name: none that the reader has inserted."""
    element = process.elements.get((element_id or "").removesuffix(BODY))
    return None if element is None or element.inserted else element


def place_of(top: Tree, process: ProcessModel, target: Element, ancestor: Token | None, *, whole: bool) -> Place:
    """Where to put a token before an element, or the `whole` of one that is done several times.

    From the process, or the open activity `ancestor`, inwards: where one instance of the next scope is open, it is that one; where there
    is none, it is missing. Below a named ancestor all scopes are new. Raises InstructionRefused.
    """
    wanted = [*_scopes(process, target), target]
    if ancestor is None:
        return _down(top, wanted, whole=whole)
    element = tree.element_of(ancestor)
    if element is not None and element.call is not None and not tree.holds_instances(ancestor):
        return Place(placing.inside(ancestor), wanted[:-1])
    if element is None or element not in wanted or (element is target and (whole or not tree.holds_instances(ancestor))):
        raise InstructionRefused("instruction_ancestor_wrong", element=target.id, ancestor=None if element is None else element.id)
    place = wanted.index(element)
    if tree.holds_instances(ancestor):
        return Place(ancestor.workflow, wanted[place:-1], {element.id: ancestor})
    return Place(placing.inside(ancestor), wanted[place + 1 : -1])


def _scopes(process: ProcessModel, target: Element) -> list[Element]:
    """The subprocesses around an element, the outermost first."""
    around: list[Element] = []
    scope = process.elements.get(target.scope)
    while scope is not None:
        around.insert(0, scope)
        scope = process.elements.get(scope.scope)
    return around


def _down(top: Tree, wanted: Sequence[Element], *, whole: bool) -> Place:
    grown = top
    for place, scope in enumerate(wanted[:-1]):
        owners = [token for token in _at(grown, scope) if token.id in top.subprocesses]
        if not owners:
            return Place(grown, wanted[place:-1], _body(grown, scope))
        grown = placing.inside(_only(owners, scope))
    return Place(grown, (), {} if whole else _body(grown, wanted[-1]))


def _body(grown: Tree, element: Element) -> dict[str, Token]:
    bodies = [token for token in _at(grown, element) if tree.holds_instances(token)]
    return {element.id: _only(bodies, element)} if bodies else {}


def _at(grown: Tree, element: Element) -> list[Token]:
    return [
        token for token in grown.tasks.values() if token.state & tree.OPEN and tree.element_of(token) is element and not is_trigger(token)
    ]


def _only(tokens: Sequence[Token], element: Element) -> Token:
    if len(tokens) > 1:
        raise InstructionRefused("instruction_scope_ambiguous", element=element.id, count=len(tokens))
    return tokens[0]
