"""Words of other engines in a process that is to run here: each is refused with what to write instead.

In a process that is only shown nobody looks at them. Namespaces of drawing tools (`bizagi`, `signavio`, colours) change nothing anywhere
and may stand where BPMN lets extensions stand.
"""

from typing import Any, Final

from lxml import etree

from engine.findings import Findings
from engine.linting import support
from engine.parsing.markup import Node, line_of
from engine.parsing.source import owner_id

#: What other engines write and what is done here anyway, or what only their own editor asks for.
_DONE_ANYWAY: Final = frozenset({"formFieldValidation", "initiator-can-complete", "stencilid", "stencilsuperid"})


def is_of_another_engine(namespace: str | None) -> bool:
    """Whether what stands in this namespace would change what a process does, elsewhere."""
    return namespace in support.FOREIGN_ENGINES


def note_foreign(node: Node, word: etree.QName, found: Findings) -> None:
    """Refuse an element or attribute of another engine, with the word of ours that does the same where there is one."""
    name = word.localname
    if name in _DONE_ANYWAY:
        return
    told: dict[str, Any] = {"name": name, "namespace": word.namespace}
    instead = _same_of_ours(name)
    if instead is None:
        found.error("foreign_engine_extension", line_of(node), owner_id(node), **told)
    else:
        found.error("foreign_engine_word", line_of(node), owner_id(node), **told, instead=instead)


def _same_of_ours(name: str) -> str | None:
    _, verdict = support.CAMUNDA_ATTRIBUTES.get(name, (None, ""))
    known = verdict in (support.READ, support.SHOWN) or isinstance(support.EXTENSIONS.get(f"camunda:{name}"), frozenset)
    return f"camunda:{name}" if known else None
