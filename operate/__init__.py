"""What a person may do with processes: deploy, start, look into, suspend, cancel, mend. Every act asks rights and is journalled.

The rest of the product sees `operate.operate.Operate` and the values below.
"""

from engine.errors import BpmnError
from engine.external_tasks import ExternalTask, Topic
from engine.instructions import Instruction
from engine.migration.plan import Pair, Plan
from engine.restarts import Manner
from engine.values import TypedValue
from operate.filters import (
    ActivityFilter,
    AttemptFilter,
    AwaitedFilter,
    DecidedFilter,
    DecisionFilter,
    DefinitionFilter,
    DeploymentFilter,
    IncidentFilter,
    InstanceFilter,
    JobFilter,
    OperationFilter,
    RequirementsFilter,
    Sort,
    UpdateFilter,
)

__all__ = [
    "ActivityFilter",
    "AttemptFilter",
    "AwaitedFilter",
    "BpmnError",
    "DecidedFilter",
    "DecisionFilter",
    "DefinitionFilter",
    "DeploymentFilter",
    "ExternalTask",
    "IncidentFilter",
    "InstanceFilter",
    "Instruction",
    "JobFilter",
    "Manner",
    "OperationFilter",
    "Pair",
    "Plan",
    "RequirementsFilter",
    "Sort",
    "Topic",
    "TypedValue",
    "UpdateFilter",
]
