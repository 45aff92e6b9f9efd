"""Which version of a process, decision or form an element asks for, in the words of either family of editors."""

from typing import Final, cast

from engine.parsing.call_facts import Binding, BindingKind
from engine.parsing.markup import Node, camunda, zeebe
from engine.parsing.source import Source, is_expression

KINDS: Final = frozenset({"latest", "deployment", "version", "versionTag"})


def camunda_binding(node: Node, what: str, source: Source) -> Binding:
    """The binding of `camunda:{what}`: `{what}Binding`, with `{what}Version` or `{what}VersionTag`."""
    return _binding(
        node.get(camunda(f"{what}Binding"), "latest"),
        node.get(camunda(f"{what}Version")),
        node.get(camunda(f"{what}VersionTag")),
        node,
        source,
    )


def zeebe_binding(item: Node, source: Source) -> Binding:
    """The binding of a `zeebe` extension element: `bindingType`, with `versionTag`."""
    return _binding(item.get("bindingType", "latest"), None, item.get("versionTag"), item, source)


def version_tag_of(node: Node, box: str) -> str | None:
    """The tag that a process or decision carries; `box` is the tag of its extension elements."""
    tag = node.find(f"{box}/{zeebe('versionTag')}")
    return node.get(camunda("versionTag")) or (tag.get("value") if tag is not None else None)


def _binding(kind: str, version: str | None, tag: str | None, node: Node, source: Source) -> Binding:
    if kind not in KINDS:
        source.refuse("binding_not_supported", node, binding=kind)
        return Binding()
    text = ((version if kind == "version" else tag) or "").strip()
    if kind not in ("version", "versionTag"):
        return Binding(cast(BindingKind, kind))
    if not text:
        source.refuse("binding_version_missing", node, binding=kind)
    elif kind == "version" and not is_expression(text) and not text.isdecimal():
        source.refuse("binding_version_invalid", node, version=text)
    return Binding(cast(BindingKind, kind), source.template(text, node))
