"""Where process variables live: one scope for the process, shared by all its branches, and local ones for what is inside an activity.

A scope is known by the id of the thing that owns it: PROCESS, or the id of the token in a subprocess, a call activity, one instance of a
multi-instance activity, or an activity with input mappings. Scopes stand beside the tree of tokens, so a join has nothing to merge and
each value is kept once. Which scopes a token sees, and in which order, is said by `engine.execution`.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine import values
from engine.values import TypedValue

#: The id of the process's own scope.
PROCESS = ""
#: In the history, the value of a variable that was removed; no writer can declare this type.
REMOVED = TypedValue("removed", None)

Path = Sequence[str]


@dataclass(frozen=True)
class Change:
    """A variable that was set: in which scope, and to what."""

    scope: str
    name: str
    value: TypedValue


class Scopes:
    """All variables of one process instance, and what has changed since the last look."""

    def __init__(self, saved: Mapping[str, Mapping[str, list[Any]]] | None = None) -> None:
        self._scopes: dict[str, dict[str, TypedValue]] = {PROCESS: {}}
        self._changes: list[Change] = []
        for scope, variables in (saved or {}).items():
            self._scopes[scope] = {name: values.typed_from_json(value) for name, value in variables.items()}

    def open(self, scope: str, variables: Mapping[str, Any] | None = None) -> None:
        """Make a local scope, where there is none yet, and give it variables; what it is given counts as no change."""
        self._scopes.setdefault(scope, {})
        for name, value in (variables or {}).items():
            self._set(scope, name, value)

    def has(self, scope: str) -> bool:
        """Whether there is such a scope."""
        return scope in self._scopes

    def close_all_but(self, scopes: set[str]) -> None:
        """Forget the local scopes of everything that is over."""
        for scope in [scope for scope in self._scopes if scope != PROCESS and scope not in scopes]:
            del self._scopes[scope]

    def find(self, path: Path, name: str) -> TypedValue | None:
        """A variable as seen along a path of scopes, innermost first."""
        for scope in path:
            found = self._scopes.get(scope, {}).get(name)
            if found is not None:
                return found
        return None

    def write(self, path: Path, default: str, variables: Mapping[str, Any]) -> None:
        """Set each variable in the innermost scope of the path that holds it, else in the scope `default`."""
        for name, value in variables.items():
            holder = next((scope for scope in path if name in self._scopes.get(scope, {})), default)
            self._changes.append(Change(holder, name, self._set(holder, name, value)))

    def remove(self, scope: str, names: Collection[str]) -> None:
        """Remove variables of one scope; what is not there is left out."""
        for name in sorted(names):
            if self._scopes[scope].pop(name, None) is not None:
                self._changes.append(Change(scope, name, REMOVED))

    def dissolve(self, scope: str, around: str, inside: Collection[str]) -> None:
        """Let a scope go: its variables belong to what is around it, those of a name that is taken there to each scope inside it."""
        outer = self._scopes.setdefault(around, {})
        for name, value in self._scopes.pop(scope, {}).items():
            for holder in [outer] if name not in outer else [self._scopes.setdefault(one, {}) for one in inside]:
                holder.setdefault(name, value)

    def view(self, path: Path) -> Mapping[str, Any]:
        """The plain values that can be seen along a path, read as they are asked for."""
        return _View(self._scopes, path)

    def typed(self, path: Path) -> dict[str, TypedValue]:
        """The typed values that can be seen along a path."""
        seen: dict[str, TypedValue] = {}
        for scope in reversed(path):
            seen.update(self._scopes.get(scope, {}))
        return seen

    def take_changes(self) -> list[Change]:
        """What was set since this was last asked; each variable once, with its last value."""
        latest = {(change.scope, change.name): change for change in self._changes}
        self._changes = []
        return list(latest.values())

    def saved(self) -> dict[str, dict[str, list[Any]]]:
        """All scopes in their JSON form."""
        return {
            scope: {name: values.typed_to_json(value) for name, value in variables.items()} for scope, variables in self._scopes.items()
        }

    def _set(self, scope: str, name: str, value: Any) -> TypedValue:
        variables = self._scopes.setdefault(scope, {})
        values.check_name(name)
        variables[name] = values.typed(value, variables.get(name))
        return variables[name]


class _View(Mapping[str, Any]):
    """Variables by name, innermost scope first."""

    def __init__(self, scopes: Mapping[str, Mapping[str, TypedValue]], path: Path) -> None:
        self._scopes = [scopes[scope] for scope in path if scope in scopes]

    def __getitem__(self, name: str) -> Any:
        for scope in self._scopes:
            if name in scope:
                return scope[name].value
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name for scope in self._scopes for name in scope))

    def __len__(self) -> int:
        return sum(1 for _ in self)
