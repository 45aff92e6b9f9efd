"""Holds every element and attribute of a model against the table of `engine.linting.support`; nothing is passed over in silence."""

from typing import Any, Final

from lxml import etree

from engine.findings import Finding, Findings
from engine.linting import support
from engine.linting.foreign import is_of_another_engine, note_foreign
from engine.parsing.global_tasks import GLOBAL_TASKS
from engine.parsing.markup import BPMN, CAMUNDA, ESEP, YES_OR_NO, ZEEBE, Node, bpmn, children, flag, line_of, local
from engine.parsing.model import Model
from engine.parsing.source import owner_id

_PREFIXES: Final = {CAMUNDA: "camunda", ZEEBE: "zeebe"}


def faults_of_words(model: Model) -> list[Finding]:
    """The findings about what the model says besides what is read. Processes that are only shown are left in peace."""
    found = Findings(model.resource)
    for node in children(model.root):
        if _is_run(node, model):
            _walk(node, found)
    return list(found)


def _is_run(node: Node, model: Model) -> bool:
    """Whether what stands in a file is run, or read by something that is."""
    if node.tag != bpmn("process") and local(node) not in GLOBAL_TASKS:
        return True
    process = model.processes.get(node.get("id") or "")
    return flag(node, "isExecutable") if process is None else process.executable


def _kinds(node: Node) -> set[str]:
    """What an element counts as: a global task also as the task that it is."""
    return {local(node), GLOBAL_TASKS.get(local(node), local(node))}


def _walk(top: Node, found: Findings) -> None:
    queue = [top]
    while queue:
        node = queue.pop()
        space = etree.QName(node).namespace
        if space == BPMN:
            _bpmn(node, found)
        elif space in _PREFIXES:
            _extension(node, _PREFIXES[space], found)
        elif space is None:
            _note("element_not_supported", node, found, name=local(node))
        elif is_of_another_engine(space):
            note_foreign(node, etree.QName(node), found)
        elif space == ESEP or not _is_extension(node):
            _note("foreign_extension", node, found, name=local(node), namespace=space)
        _values(node, found)
        if space in (BPMN, CAMUNDA, ZEEBE):
            queue.extend(reversed(children(node)))


def _values(node: Node, found: Findings) -> None:
    """Values of a form that no verdict on the attribute itself looks at."""
    for attribute, value in node.attrib.items():
        name = etree.QName(str(attribute)).localname
        if len(value) > support.MAX_KEPT and name in support.KEPT:
            _note("text_too_long", node, found, name=name, limit=support.MAX_KEPT)
        if name in support.FLAGS and str(value).strip() not in YES_OR_NO:
            _note("yes_or_no_expected", node, found, name=name, value=str(value)[:100])


def _is_extension(node: Node) -> bool:
    """Whether something stands where anything may stand: in an extension, or in the drawing beside the process."""
    return etree.QName(node).namespace == support.DRAWING or any(above.tag == bpmn("extensionElements") for above in node.iterancestors())


def _bpmn(node: Node, found: Findings) -> None:
    name = local(node)
    verdict = support.ELEMENTS.get(name, "element_not_supported")
    if verdict not in (support.READ, support.SHOWN):
        _note(verdict, node, found, name=name)
    elif name in GLOBAL_TASKS and (outer := node.getparent()) is not None and outer.tag != bpmn("definitions"):
        _note("global_task_misplaced", node, found, name=name)
    for attribute, value in node.attrib.items():
        qualified = etree.QName(str(attribute))
        if qualified.namespace is None:
            _plain(node, qualified.localname, str(value), found)
        elif qualified.namespace == CAMUNDA:
            _camunda(node, qualified.localname, str(value), found)
        else:
            _other(node, qualified, found)


def _plain(node: Node, name: str, value: str, found: Findings) -> None:
    harmless, code = support.ATTRIBUTE_VALUES.get(name, (None, ""))
    if harmless is not None and value not in harmless:
        _note(code, node, found, name=name)
    elif harmless is None and name not in support.ATTRIBUTES:
        _note("attribute_unknown", node, found, name=name)


def _camunda(node: Node, name: str, value: str, found: Findings) -> None:
    if value in support.CAMUNDA_VALUES.get(name, ()):
        return
    kinds, verdict = support.CAMUNDA_ATTRIBUTES.get(name, (None, "attribute_not_supported"))
    if kinds is not None and not kinds & _kinds(node):
        verdict = support.ELSEWHERE.get(name, "attribute_misplaced")
    if verdict not in (support.READ, support.SHOWN):
        _note(verdict, node, found, name=f"camunda:{name}")


def _other(node: Node, attribute: etree.QName, found: Findings) -> None:
    """An attribute in any other namespace; those of drawing tools cannot change what is done."""
    name, space = attribute.localname, attribute.namespace
    if space == ZEEBE and name not in support.ZEEBE_ATTRIBUTES:
        _note("attribute_not_supported", node, found, name=f"zeebe:{name}")
    elif space == ESEP and (name not in support.ESEP_ATTRIBUTES or local(node) != "process"):
        _note("attribute_not_supported", node, found, name=f"esep:{name}")
    elif is_of_another_engine(space):
        note_foreign(node, attribute, found)


def _extension(node: Node, prefix: str, found: Findings) -> None:
    name = f"{prefix}:{local(node)}"
    verdict = support.EXTENSIONS.get(name, "extension_not_supported")
    if isinstance(verdict, str):
        _note(verdict, node, found, name=name)
        return
    holder = _holder(node)
    kinds = {""} if holder is None else _kinds(holder)
    if not kinds & support.HOLDERS.get(name, kinds):
        _note("extension_misplaced", node, found, name=name, holder="" if holder is None else local(holder))
    for attribute, value in node.attrib.items():
        if name == "zeebe:formDefinition" and attribute in ("bindingType", "versionTag") and value != "latest":
            _note("form_binding_not_supported", node, found, name=str(attribute))
        elif str(attribute) not in verdict:
            _note("attribute_not_supported", node, found, name=f"{name} {attribute}")


def _holder(node: Node) -> Node | None:
    """The BPMN element that an extension element belongs to."""
    box = node.getparent()
    while box is not None and not (str(box.tag).startswith(bpmn("")) and local(box) != "extensionElements"):
        box = box.getparent()
    return box


def _note(code: str, node: Node, found: Findings, **fields: Any) -> None:
    add = found.warning if code in support.WARNINGS else found.error
    add(code, line_of(node), owner_id(node), **fields)
