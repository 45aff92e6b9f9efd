"""Ad-hoc subprocesses: in what order their activities are done, and when they are over (BPMN 2.0.2, 10.3.5)."""

from engine.parsing.activity_facts import AdHoc
from engine.parsing.markup import Node, bpmn, extension, flag, local, text_of, zeebe
from engine.parsing.source import Source


def ad_hoc_of(node: Node, source: Source) -> AdHoc | None:
    """How an ad-hoc subprocess is run; None for anything else."""
    if local(node) != "adHocSubProcess":
        return None
    ordering = node.get("ordering", "Parallel")
    if ordering not in ("Parallel", "Sequential"):
        source.refuse("ad_hoc_ordering_unknown", node, ordering=ordering[:100])
    if flag(node, "triggeredByEvent"):
        source.refuse("ad_hoc_by_event", node)
    condition = node.find(bpmn("completionCondition"))
    job = extension(node, zeebe("adHoc"))
    active = job.get("activeElementsCollection") if job is not None else None
    return AdHoc(
        sequential=ordering == "Sequential",
        condition=source.formal(condition) if condition is not None and text_of(condition) is not None else None,
        cancels=flag(node, "cancelRemainingInstances", default=True),
        active=source.value(active, node) if active is not None and active.strip() else None,
    )
