"""Whether tokens that are counted can come: what collects them, and complex gateways that wait for enough of them."""

from engine.findings import Finding, Findings
from engine.parsing.elements import Element, ProcessModel


def faults_of_counts(process: ProcessModel) -> list[Finding]:
    """What is wrong with the quantities of activities and with the complex gateways of an executable process."""
    found = Findings(process.resource)
    for element in process.elements.values():
        if element.kind == "complexGateway":
            _complex(process, element, found)
        counted = max(element.start_quantity, element.completion_quantity)
        if element.start_quantity > 1 and not element.incoming:
            found.error("quantity_never_met", element.line, element.id, quantity=element.start_quantity)
        elif counted > 1 and (element.triggered_by_event or element.for_compensation):
            found.error("quantity_misplaced", element.line, element.id, attribute="startQuantity, completionQuantity", owner=element.kind)
    return list(found)


def _complex(process: ProcessModel, element: Element, found: Findings) -> None:
    if len(element.incoming) > 1 and element.activation is None:
        found.error("activation_condition_missing", element.line, element.id)
    flows = [process.flows[name] for name in element.outgoing]
    conditions = [flow for flow in flows if flow.condition is not None and not flow.default]
    for flow in conditions if len(element.incoming) > 1 else ():
        if flow.condition is not None and "waitingForStart" not in flow.condition.text:
            found.warning("complex_flow_asked_twice", flow.line, flow.id)
