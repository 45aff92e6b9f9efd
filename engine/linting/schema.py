"""Holds a file against the XML Schema of BPMN 2.0.2 (OMG formal/2013-12-09, annex): what may stand where, which attributes must be there.

The engine reads what it knows in whatever order it stands, so a departure is a warning; other tools may not open such a file.
"""

import re
import threading
from pathlib import Path
from typing import Final

import SpiffWorkflow.bpmn.parser
from lxml import etree

from engine.findings import Finding, Findings
from engine.parsing.markup import Node, bpmn, flag, line_of
from engine.parsing.model import Model
from engine.parsing.source import owner_id

#: SpiffWorkflow carries the standard's schema.
_SCHEMA: Final = Path(SpiffWorkflow.bpmn.parser.__file__).parent / "schema" / "BPMN20.xsd"
#: Departures of one file that are looked at; the rest would only repeat them.
MAX_LOOKED_AT: Final = 100
_NAMESPACE: Final = re.compile(r"\{[^}]*\}")
_local = threading.local()


def faults_of_schema(model: Model, judged: frozenset[int]) -> list[Finding]:
    """Where the executable part of a file departs from the schema; lines that are `judged` already are left out."""
    found = Findings(model.resource)
    schema = _schema()
    tree = model.root.getroottree()
    if schema.validate(tree):
        return []
    told = set(judged)
    for departure in list(schema.error_log)[:MAX_LOOKED_AT]:
        node = _node(tree, departure.path)
        if node is None or departure.line in told or not _counts(node):
            continue
        told.add(departure.line)
        found.warning("schema_departed_from", line_of(node), owner_id(node), reason=_NAMESPACE.sub("", departure.message)[:300])
    return list(found)


def _schema() -> etree.XMLSchema:
    """This thread's schema: a validator keeps its last errors, and threads must not share one."""
    schema: etree.XMLSchema | None = getattr(_local, "schema", None)
    if schema is None:
        schema = _local.schema = etree.XMLSchema(etree.parse(_SCHEMA))
    return schema


def _node(tree: "etree._ElementTree[Node]", path: str | None) -> Node | None:
    spaces = {prefix: uri for prefix, uri in tree.getroot().nsmap.items() if prefix}
    try:
        found = tree.xpath(path or "", namespaces=spaces)
    except etree.XPathError:
        return None
    return found[0] if isinstance(found, list) and found and isinstance(found[0], etree._Element) else None


def _counts(node: Node) -> bool:
    """Whether it belongs to what runs: processes that are only shown are left in peace."""
    within = next((above for above in (node, *node.iterancestors()) if above.tag == bpmn("process")), None)
    return within is None or flag(within, "isExecutable")
