"""Global tasks (BPMN 2.0.2, 10.3.3): tasks that stand beside the processes of a file and that call activities call by their id.

One is read as the process that would hold it alone: its key is the id of the global task, it begins at the task and ends behind it.
"""

import copy
from collections.abc import Iterator
from typing import Final

from engine.parsing.bindings import version_tag_of
from engine.parsing.markup import Node, bpmn, camunda, children, is_yes, local

#: Kinds of global tasks, with the tasks that they are.
GLOBAL_TASKS: Final = {
    "globalTask": "task",
    "globalUserTask": "userTask",
    "globalManualTask": "manualTask",
    "globalScriptTask": "scriptTask",
    "globalBusinessRuleTask": "businessRuleTask",
}
#: Added to the id of a global task, names the task in its process: a process and its element are different things.
TASK: Final = "_task"

_TIME_TO_LIVE: Final = camunda("historyTimeToLive")


def processes_of_tasks(root: Node) -> Iterator[Node]:
    """A process around each global task of a file. They run where a process of the file does, or where there is no other process."""
    processes = root.findall(bpmn("process"))
    executable = not processes or any(is_yes(process.get("isExecutable")) for process in processes)
    for node in children(root):
        if node.tag == bpmn(local(node)) and local(node) in GLOBAL_TASKS:
            yield _process_around(node, executable=executable)


def id_of_task(key: str) -> str:
    """The id that a global task has as an element of its process."""
    return f"{key}{TASK}"


def _process_around(node: Node, *, executable: bool) -> Node:
    identity = node.get("id") or ""
    task = copy.deepcopy(node)
    task.tag = bpmn(GLOBAL_TASKS[local(node)])
    task.tail = None
    if identity:
        task.set("id", id_of_task(identity))
    if node.get("scriptLanguage") is not None:
        task.set("scriptFormat", str(node.get("scriptLanguage")))
    process = copy.deepcopy(node)  # for its line
    process.clear()
    process.tag = bpmn("process")
    process.set("isExecutable", "true" if executable else "false")
    tag = version_tag_of(node, bpmn("extensionElements"))
    said = {"id": identity, "name": node.get("name"), camunda("versionTag"): tag, _TIME_TO_LIVE: node.get(_TIME_TO_LIVE)}
    for name, value in said.items():
        if value:
            process.set(name, value)
    process.append(task)
    return process
