"""The form of a user task: its schema in the person's language, and the values it opens with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from worklist.drafts import TaskDraft


@dataclass(frozen=True)
class TaskForm:
    """A form to be filled in. `values` are the draft of the person's body where there is one, else what the process knows already."""

    key: str
    schema: Mapping[str, Any]
    values: Mapping[str, Any]
    draft: TaskDraft | None
