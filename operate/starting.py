"""What a person who starts a process is held to: who may start it, and the rules of its start form."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from engine.definitions import Definition
from engine.parsing.starters import Starters
from engine.process_engine import ProcessEngine
from engine.values import TypedValue
from forms.catalogue import Forms
from forms.errors import FormNotFound
from operate.errors import NotAStarter
from operate.ports import Beginning, StartRule
from organisations.actors import Actor


class Starting:
    """Asked before an instance is started by a person; messages, signals, timers and other processes are not asked.

    The `rules` of rooms above are asked of everything that a person begins under a business key, by a message or condition too.
    """

    def __init__(self, engine: ProcessEngine, forms: Forms, rules: Sequence[StartRule] = ()) -> None:
        self._definitions = engine.definitions
        self._forms = forms
        self._rules = rules

    def definition(self, key: str | None, definition_id: UUID | None) -> Definition:
        """What is to be started. Raises DefinitionNotFound."""
        return self._definitions.get(definition_id) if definition_id is not None else self._definitions.latest(key or "")

    def require(self, actor: Actor, definition: Definition, at: UUID | None) -> None:
        """Raises NotAStarter where the process names who may start it, and this person at this body is not among them."""
        if definition.executable and not is_starter(actor, self._definitions.executable(definition.id).process.starters, at):
            raise NotAStarter(definition=definition.key)

    def require_key(self, actor: Actor, definition: Definition, business_key: str | None, *, again: bool = False) -> None:
        """Raises what the rooms above refuse a start under this business key with; `again` says that one of the same key has ended."""
        if business_key is None or not definition.executable:
            return
        beginning = Beginning(self._definitions.executable(definition.id).process, business_key, again)
        for rule in self._rules:
            rule(actor, beginning)

    def asks(self, actor: Actor, business_key: str | None) -> Callable[[UUID], None]:
        """The same, for the definitions that the engine finds to be started."""
        return lambda definition_id: self.require_key(actor, self._definitions.get(definition_id), business_key)

    def checked(self, definition: Definition, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        """The variables, cleaned by the rules of the start form where there is one. Raises FormInvalid, FormNotFound."""
        if definition.start_form_key is None:
            return variables
        given = {name: value.value if isinstance(value, TypedValue) else value for name, value in variables.items()}
        return self._forms.validate(definition.start_form_key, given, at="/variables")

    def form(self, definition: Definition, language: str) -> Mapping[str, Any]:
        """The schema of the start form in a language. Raises FormNotFound."""
        if definition.start_form_key is None:
            raise FormNotFound(definition.key)
        return self._forms.localised(definition.start_form_key, language)


def is_starter(actor: Actor, starters: Starters, at: UUID | None) -> bool:
    """Whether a person may start a process at a body; a plain role is meant at that body."""
    if not (starters.groups or starters.users):
        return True
    wanted = {group if "@" in group or at is None else f"{group}@{at}" for group in starters.groups}
    return actor.login in starters.users or actor.by in starters.users or not wanted.isdisjoint(actor.groups)
