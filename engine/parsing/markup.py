"""From bytes to an XML tree that can be trusted to be small, flat and free of entities. Nothing of BPMN beyond the name of the root."""

import re
from collections.abc import Collection
from typing import Final

from lxml import etree

from engine.definition_errors import ModelRefused
from engine.findings import Findings

BPMN: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
CAMUNDA: Final = "http://camunda.org/schema/1.0/bpmn"
#: The same words in the namespace of the engine that went on from there; a model is read as if it had written CAMUNDA.
OPERATON: Final = "http://operaton.org/schema/1.0/bpmn"
ZEEBE: Final = "http://camunda.org/schema/zeebe/1.0"
ESEP: Final = "https://esep.kz/schema/bpmn"

MAX_BYTES: Final = 2 * 1024 * 1024
MAX_ELEMENTS: Final = 10_000
MAX_DEPTH: Final = 60

#: Encodings in which the bytes of a DOCTYPE are what they look like; libxml knows others in which they are not.
ENCODINGS: Final = frozenset({"utf-8", "us-ascii", "ascii", "iso-8859-1", "windows-1251", "windows-1252"})
_DECLARED = re.compile(rb"""^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")

#: The four spellings of yes and no.
YES_OR_NO: Final = {"true": True, "1": True, "false": False, "0": False}

_EXTENSIONS: Final = f"{{{BPMN}}}extensionElements"

Node = etree._Element


def parse(data: bytes, resource: str, *, roots: Collection[str] = (f"{{{BPMN}}}definitions",)) -> Node:
    """The root element of a file. Raises ModelRefused with one finding when the bytes are hostile, broken or have another root."""
    found = Findings(resource)
    root = None if _is_refused_unread(data, found) else _root(data, found)
    if root is not None:
        _judge(root, found, roots)
    if root is None or found:
        raise ModelRefused(resource, found)
    _rename(root)
    return root


def bpmn(name: str) -> str:
    """The tag of a BPMN element: `bpmn("userTask")`."""
    return f"{{{BPMN}}}{name}"


def camunda(name: str) -> str:
    """The tag or attribute name in the `camunda` namespace."""
    return f"{{{CAMUNDA}}}{name}"


def zeebe(name: str) -> str:
    """The tag or attribute name in the `zeebe` namespace."""
    return f"{{{ZEEBE}}}{name}"


def esep(name: str) -> str:
    """The tag or attribute name in our own namespace."""
    return f"{{{ESEP}}}{name}"


def local(node: Node) -> str:
    """The name of an element without its namespace."""
    return str(node.tag).rpartition("}")[2]


def line_of(node: Node) -> int:
    """The line an element stands on."""
    return int(node.sourceline or 0)


def children(node: Node) -> list[Node]:
    """The child elements; comments and processing instructions are left out."""
    return [child for child in node if isinstance(child.tag, str)]


def flag(node: Node, name: str, *, default: bool = False) -> bool:
    """A yes-or-no attribute: XML has two spellings of each."""
    return is_yes(node.get(name), default=default)


def is_yes(text: str | None, *, default: bool = False) -> bool:
    """What a yes-or-no text says; anything but the four spellings of XML is the default, and the linter's business."""
    return YES_OR_NO.get((text or "").strip(), default)


def text_of(node: Node | None) -> str | None:
    """The text of an element without surrounding space; None when there is none."""
    text = "".join(str(part) for part in node.itertext()).strip() if node is not None else ""
    return text or None


def extensions(node: Node, tag: str) -> list[Node]:
    """The extension elements of this tag that stand directly under the element's `extensionElements`."""
    return [item for box in node.iterchildren(_EXTENSIONS) for item in box.iterchildren(tag)]


def extension(node: Node, tag: str) -> Node | None:
    """The first extension element of this tag, or None."""
    return next(iter(extensions(node, tag)), None)


def _is_refused_unread(data: bytes, found: Findings) -> bool:
    """Refuse what should not even reach the XML parser."""
    declared = _DECLARED.match(data[:400])
    encoding = declared.group(1).decode().lower() if declared else "utf-8"
    if len(data) > MAX_BYTES:
        found.error("model_too_large", 0, size=len(data), limit=MAX_BYTES)
    elif not data.strip():
        found.error("model_empty", 0)
    elif encoding not in ENCODINGS or b"\x00" in data:
        found.error("encoding_not_supported", 1, encoding=encoding)
    elif b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        found.error("doctype_not_allowed", data[: data.find(b"<!")].count(b"\n") + 1)
    return bool(found)


def _root(data: bytes, found: Findings) -> Node | None:
    # a parser of its own for every file: lxml's parsers keep state, and threads must not share one
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as broken:
        line, column = broken.position
        found.error("xml_broken", line or 0, column=column or None, reason=str(broken.msg))
    return None


def _rename(root: Node) -> None:
    """Put the words of OPERATON into the namespace that is read."""
    for node in root.iter(etree.Element):
        if str(node.tag).startswith(f"{{{OPERATON}}}"):
            node.tag = camunda(local(node))
        for name in [str(name) for name in node.attrib if str(name).startswith(f"{{{OPERATON}}}")]:
            node.set(camunda(etree.QName(name).localname), node.attrib.pop(name))


def _judge(root: Node, found: Findings, roots: Collection[str]) -> None:
    if root.getroottree().docinfo.internalDTD is not None:
        found.error("doctype_not_allowed", 1)
    elif root.tag not in roots:
        found.error("not_bpmn" if bpmn("definitions") in roots else "not_dmn", line_of(root), root=str(root.tag))
    elif (count := sum(1 for _ in root.iter())) > MAX_ELEMENTS:
        found.error("model_too_many_elements", line_of(root), count=count, limit=MAX_ELEMENTS)
    elif _is_deeper(root, MAX_DEPTH):
        found.error("model_too_deep", line_of(root), limit=MAX_DEPTH)


def _is_deeper(root: Node, limit: int) -> bool:
    level = [root]
    for _ in range(limit):
        level = [child for node in level for child in node]
    return bool(level)
