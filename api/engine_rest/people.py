"""Persons at this door go by their logins, as its clients expect; inside they are user ids. An id is understood too."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from api.authentication import actor
from api.engine_rest.parameters import NOWHERE, text, texts
from api.house import house
from refusals import NotFound


def user_id(named: Any) -> str:
    """The id, as text, of the person whom a client names by login or id. Raises UserNotFound, ParameterMalformed."""
    name = text(named, "userId")
    if name.lower() == actor().login:
        return actor().by
    users = house().organisations.users
    try:
        return str(users.find(name).id)
    except NotFound:
        return str(users.get(name).id)


def colleague(named: Any) -> UUID:
    """The id of the person who is to have a task; an id that nobody has where nobody is called so.

    Asked before any right is, so it must not tell whether there is such a person: the room does, to those who may know.
    """
    try:
        return UUID(user_id(named))
    except NotFound:
        return NOWHERE


def one(value: Any, name: str) -> tuple[str, ...]:
    """A person in a filter: id and login, since a diagram may name somebody by login. Somebody unknown finds nothing."""
    return _known(text(value, name))


def several(value: Any, name: str) -> tuple[str, ...]:
    """Persons in a filter."""
    return tuple(dict.fromkeys(found for named in texts(value, name) for found in _known(named)))


def logins(ids: Iterable[str | None]) -> Mapping[str | None, str | None]:
    """What to show for persons as the engine has them: the login of a user id, anything else as it is."""
    named = {found for found in ids if found}
    users = house().organisations.users.many(named - {actor().by})
    known: dict[str | None, str | None] = {found: users[found].login if found in users else found for found in named}
    return known | {None: None, actor().by: actor().login}


def _known(named: str) -> tuple[str, ...]:
    try:
        return (named, user_id(named))
    except NotFound:
        return (named,)
