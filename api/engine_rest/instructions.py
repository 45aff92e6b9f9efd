"""Instructions to instances as this door's clients send them: to begin somewhere, to cancel something."""

from collections.abc import Mapping
from typing import Any

from api.engine_rest import values
from api.engine_rest.errors import ParameterMalformed, ParameterMissing, ParameterUnknown
from api.engine_rest.parameters import choice, flag, identifier, text
from operate import Instruction

MAX_INSTRUCTIONS = 100
_KIND = choice(**{name: name for name in ("startBeforeActivity", "startAfterActivity", "startTransition", "cancel")})
_VARIABLES = "variables"
#: What an instruction may say besides its type, and as which of our fields.
_PLACES = {
    "activityId": "element_id",
    "transitionId": "flow_id",
    "activityInstanceId": "activity_id",
    "transitionInstanceId": "activity_id",
    "ancestorActivityInstanceId": "ancestor_id",
}
_KNOWN = frozenset({"type", _VARIABLES, "cancelCurrentActiveActivityInstances", *_PLACES})
#: What each kind needs one of.
_NEEDS = {
    "startBeforeActivity": ("activityId",),
    "startAfterActivity": ("activityId",),
    "startTransition": ("transitionId",),
    "cancel": ("activityId", "activityInstanceId", "transitionInstanceId"),
}
_TAKES = {
    "startBeforeActivity": {"activityId", "ancestorActivityInstanceId", _VARIABLES},
    "startAfterActivity": {"activityId", "ancestorActivityInstanceId", _VARIABLES},
    "startTransition": {"transitionId", "ancestorActivityInstanceId", _VARIABLES},
    "cancel": {"activityId", "activityInstanceId", "transitionInstanceId", "cancelCurrentActiveActivityInstances"},
}


def read_all(sent: Any, name: str = "instructions", *, without: frozenset[str] = frozenset()) -> list[Instruction]:
    """The instructions of a body; `without` are kinds that have no place there. Raises ParameterMalformed, ParameterMissing, …Unknown."""
    if not isinstance(sent, list) or not sent or len(sent) > MAX_INSTRUCTIONS:
        raise ParameterMalformed(name=name, value=str(sent)[:80])
    return [_read(one, f"{name}[{place}]", without) for place, one in enumerate(sent)]


def skipped(sent: Mapping[str, Any]) -> dict[str, bool]:
    """What a body wants left out of what it orders. Raises ParameterMalformed."""
    names = {"skip_mappings": "skipIoMappings", "skip_listeners": "skipCustomListeners"}
    return {ours: flag(sent.get(name) or False, name) for ours, name in names.items()}


def _read(sent: Any, place: str, without: frozenset[str]) -> Instruction:
    if not isinstance(sent, Mapping):
        raise ParameterMalformed(name=place, value=str(sent)[:80])
    given = {name: value for name, value in sent.items() if value is not None and value is not False}
    kind = _KIND(sent.get("type"), f"{place}.type")
    if kind in without:
        raise ParameterMalformed(name=f"{place}.type", value=kind)
    for name in given:
        if name not in _KNOWN or (name != "type" and name not in _TAKES[kind]):
            raise ParameterUnknown(name=f"{place}.{name}")
    named = [name for name in _NEEDS[kind] if name in given]
    if len(named) != 1:
        raise ParameterMissing(name=f"{place}: {', '.join(_NEEDS[kind])}")
    read = {_PLACES[name]: _place(given[name], name, place) for name in given if name in _PLACES}
    ours, local = _variables(given.get(_VARIABLES))
    spares = flag(given.get("cancelCurrentActiveActivityInstances", False), f"{place}.cancelCurrentActiveActivityInstances")
    only_waiting = "transitionInstanceId" in given
    return Instruction(kind, **read, variables=ours, local_variables=local, only_former=spares, only_waiting=only_waiting)


def _place(value: Any, name: str, place: str) -> Any:
    read = text if name in ("activityId", "transitionId") else identifier
    return read(value, f"{place}.{name}")


def _variables(sent: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Those of the process and those of the activity alone."""
    found = values.read_all(sent)
    local = {name for name in found if flag(sent[name].get("local") or False, f"{name}.local")}
    return {n: v for n, v in found.items() if n not in local}, {n: v for n, v in found.items() if n in local}
