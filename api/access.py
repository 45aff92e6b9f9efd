"""Who may knock at which route. Every route carries an `Access`; an application with a route that has none does not start.

What is asked here is only whether the person holds the permission anywhere; the room asks again, at the body of the thing itself. The
edge of an unsafe method: authenticate → one `transaction()` → idempotency → the view → commit. A GET runs without a transaction.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, Response, current_app, make_response, request

from api import authentication, idempotency
from api.house import house
from organisations import permissions
from organisations.permissions import Permission
from storage.transaction import transaction

View = TypeVar("View", bound=Callable[..., Any])
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_MARK = "_esep_access"


@dataclass(frozen=True)
class Access:
    """Who may use a route, and how it is run.

    `permissions`: any one of these is enough. `public`: nobody needs to be known. Neither: any signed-in person, whatever a token's scope.
    `secret_answer`: the answer holds a secret (a token) and is never kept for idempotency. `own_transaction`: an unsafe view that
    opens its transactions itself, because it does slow work outside them; it gets no idempotency. `takes_attachment`: the body may be as
    large as an attachment.
    """

    permissions: tuple[Permission, ...] = ()
    public: bool = False
    secret_answer: bool = False
    own_transaction: bool = False
    takes_attachment: bool = False

    def __call__(self, view: View) -> View:
        """Mark a view with this access (used as a decorator)."""
        setattr(view, _MARK, self)
        return view

    def but(self, **changes: bool) -> "Access":
        """The same people, run otherwise: `needs(…).but(secret_answer=True)`."""
        return replace(self, **changes)  # type: ignore[arg-type]  # only flags are changed


#: The route answers anybody.
PUBLIC = Access(public=True)
#: The route answers every known person: what it shows is their own.
SIGNED_IN = Access()


class RouteWithoutAccess(Exception):
    """A route does not say who may use it. A programming error, found when the application is made."""


def needs(*granted: Permission) -> Access:
    """The route is for people who hold one of the permissions somewhere."""
    if not granted:
        raise RouteWithoutAccess("needs() without a permission")
    return Access(permissions=granted)


def access_of(view: Callable[..., Any]) -> Access | None:
    """The access that a view was marked with."""
    return getattr(view, _MARK, None)


def guard(app: Flask) -> None:
    """Put the edge around every view of the application. Raises RouteWithoutAccess naming a route that says nothing."""
    for rule in app.url_map.iter_rules():
        if access_of(app.view_functions[rule.endpoint]) is None:
            raise RouteWithoutAccess(f"{rule.rule} ({rule.endpoint})")
    for endpoint, view in app.view_functions.items():
        access = access_of(view)
        if access is not None:
            app.view_functions[endpoint] = _guarded(view, access)


def _guarded(view: Callable[..., Any], access: Access) -> Callable[..., Response]:
    @wraps(view)
    def edge(**arguments: Any) -> Response:
        def answer() -> Response:
            return make_response(current_app.ensure_sync(view)(**arguments))

        _admit(access)
        if request.method in SAFE_METHODS or access.own_transaction:
            return answer()
        with transaction():
            return idempotency.once(answer, secret=access.secret_answer)

    return edge


def _admit(access: Access) -> None:
    """Let the asking person through or refuse. On a public route a wrong credential is not looked at."""
    if access.public:
        return
    actor = authentication.authenticate(house())
    if access.permissions and not any(permissions.allowed(actor, permission) for permission in access.permissions):
        permissions.require(actor, access.permissions[0])
