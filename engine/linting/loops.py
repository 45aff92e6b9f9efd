"""Whether what loops throw is caught: a signal of an instance goes to the events on its activity and to nobody else."""

from engine.findings import Finding, Findings
from engine.parsing.elements import ProcessModel


def faults_of_loops(process: ProcessModel) -> list[Finding]:
    """What is wrong with the loops and multi-instance activities of an executable process."""
    found = Findings(process.resource)
    for element in process.elements.values():
        if element.multi_instance is None:
            continue
        caught = {one.signal for event in process.attached_to(element.id) for one in event.event.alternatives}
        for thrown in element.multi_instance.throws:
            if thrown.event.kind == "signal" and thrown.event.signal not in caught:
                found.error("loop_event_uncaught", element.line, element.id, signal=thrown.event.signal)
    return list(found)
