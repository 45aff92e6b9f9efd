"""Of the actions that the laws allow, those that make sense now: one request of a kind is open at a time, and who asked doesn't decide."""

from collections.abc import Sequence

from organisations.actors import Actor
from reports import requests_shelf
from reports.laws import Action
from reports.models import Report
from reports.request_tables import Asked

_ASKING = {Action.ASK_EXTENSION.value: Asked.EXTENSION, Action.ASK_NOT_APPLICABLE.value: Asked.NOT_APPLICABLE}
_DECIDING = frozenset({Action.GRANT_REQUEST.value, Action.REFUSE_REQUEST.value})
_TAKING_BACK = frozenset({Action.TAKE_BACK_REQUEST.value})


def offered(actor: Actor, report: Report, allowed: Sequence[str]) -> list[str]:
    """What is left of the allowed actions."""
    if not (_ASKING.keys() | _DECIDING | _TAKING_BACK) & set(allowed):
        return list(allowed)
    found = {what: requests_shelf.open_of(report.id, what) for what in Asked}
    to_decide = [asked for asked in found.values() if asked is not None and asked.asked_by != actor.by]
    left_out = {action for action, what in _ASKING.items() if found[what] is not None}
    left_out |= _DECIDING if not to_decide else set()
    left_out |= _TAKING_BACK if not any(found.values()) else set()
    return [action for action in allowed if action not in left_out]
