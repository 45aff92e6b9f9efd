"""What a person sees and does with user tasks: lists, claim, drafts, completion under form rules and rights.

The rest of the product sees `worklist.worklist.Worklist` and the values below.
"""

from worklist.filters import Scope, TaskFilter, TaskQuery, TaskSort

__all__ = ["Scope", "TaskFilter", "TaskQuery", "TaskSort"]
