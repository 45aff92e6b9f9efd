"""Who somebody is: the groups of a person, and whether a password is theirs."""

from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from api import authentication
from api.access import SIGNED_IN
from api.authentication import actor
from api.engine_rest import people
from api.engine_rest.parameters import body, query, text
from api.house import house
from organisations import permissions
from organisations.errors import UserNotFound, WrongCredentials
from organisations.permissions import Everywhere, Permission

blueprint = Blueprint("engine_rest_identity", __name__, url_prefix="/engine-rest/identity")


@blueprint.get("/groups")
@SIGNED_IN
def groups() -> ResponseReturnValue:
    """The candidate groups that a person is in; other people's for those who may read users."""
    asked = text(query().get("userId") or actor().login, "userId")
    person = actor() if asked.lower() in (actor().login, actor().by) else _other(asked)
    found = [{"id": group, "name": group, "type": "role"} for group in sorted(person.groups)]
    user = {"id": person.login, "firstName": person.name, "lastName": None, "displayName": person.name}
    return jsonify({"groups": found, "groupUsers": [user]})


@blueprint.post("/verify")
@SIGNED_IN.but(own_transaction=True)
def verify() -> ResponseReturnValue:
    """Whether a name and a password belong together; a wrong password is counted like any attempt to sign in."""
    sent = body()
    login = text(sent.get("username"), "username")
    known = _belongs(login, text(sent.get("password"), "password"))
    return jsonify({"authenticatedUser": login, "authenticated": known, "isAuthenticated": known})


def _other(named: str) -> Any:
    """Somebody else, as far as one may read who they are; the rest are told like people who do not exist."""
    permissions.require(actor(), Permission.USER_READ)
    person = house().organisations.actor(UUID(people.user_id(named)))
    reach = permissions.where(actor(), Permission.USER_READ)
    if not isinstance(reach, Everywhere) and reach.isdisjoint(person.bodies):
        raise UserNotFound(named)
    return person


def _belongs(login: str, password: str) -> bool:
    try:
        authentication.by_password(house(), login, password)
    except WrongCredentials:
        return False
    return True
