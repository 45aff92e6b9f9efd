"""Who may start a process: `camunda:candidateStarterGroups` and `candidateStarterUsers`."""

from dataclasses import dataclass

from engine.parsing.markup import Node, camunda
from engine.parsing.source import Source, is_expression


@dataclass(frozen=True)
class Starters:
    """The groups (roles, or `role@body`) and users that may start instances; nobody named is everybody who may start processes."""

    groups: tuple[str, ...] = ()
    users: tuple[str, ...] = ()


def starters_of(node: Node, source: Source) -> Starters:
    """The starters of a process."""
    return Starters(_names(node, "candidateStarterGroups", source), _names(node, "candidateStarterUsers", source))


def _names(node: Node, name: str, source: Source) -> tuple[str, ...]:
    text = node.get(camunda(name)) or ""
    if is_expression(text.strip()):
        source.refuse("literal_expected", node, text=text, what=name)
        return ()
    return tuple(part.strip() for part in text.split(",") if part.strip())
