"""The room as the rest of the product sees it: one object with parts."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from organisations import values
from organisations.acting import ActingPersons
from organisations.actors import Actor
from organisations.akimats import Akimats
from organisations.bodies import Bodies
from organisations.body_list import BodyList
from organisations.certificate_sign_in import CertificateSignIn
from organisations.days import ALMATY, Days
from organisations.errors import UserNotFound
from organisations.identity import identify, question
from organisations.memberships import Memberships
from organisations.roles import Role
from organisations.sessions import Sessions
from organisations.sign_in import SignIn
from organisations.tables import UserRow
from organisations.territories import Territories
from organisations.territory_changes import TerritoryChanges
from organisations.tokens import Tokens
from organisations.users import Users
from signatures.ports import SignatureVerifier
from storage.clock import Clock

_BY_ID = question(sa.select(UserRow.id.label("user_id")).where(UserRow.id == sa.bindparam("user", type_=sa.Uuid())))


class Organisations:
    """Bodies, territories, people and how they sign in. Also the engine's directory of candidate groups."""

    def __init__(
        self,
        clock: Clock,
        *,
        zone: ZoneInfo = ALMATY,
        session_idle: timedelta = timedelta(hours=8),
        session_longest: timedelta = timedelta(hours=24),
        verifier: SignatureVerifier | None = None,
        secret: str = "",
    ) -> None:
        self._days = Days(clock, zone)
        self.bodies = Bodies(self._days)
        self.body_list = BodyList(self.bodies)
        self.territories = Territories(self._days)
        self.akimats = Akimats(self._days, self.bodies)
        self.territory_changes = TerritoryChanges(self._days, self.akimats)
        self.memberships = Memberships(self._days)
        self.users = Users(self._days, self.memberships)
        self.acting = ActingPersons(self._days)
        self.sign_in = SignIn(self._days)
        self.by_certificate = CertificateSignIn(self._days, self.sign_in, verifier, secret)
        self.sessions = Sessions(self._days, idle=session_idle, longest=session_longest)
        self.tokens = Tokens(self._days)

    def actor(self, user_id: UUID | str, now: datetime | None = None) -> Actor:
        """An active user as an actor, with the duties of the day, in one SELECT. Raises UserNotFound, also for a deactivated user."""
        day = self._days.of(now) if now is not None else self._days.today()
        found = identify(_BY_ID, day, user=values.uuid_of(user_id))
        if found is None:
            raise UserNotFound(user_id)
        return found.actor

    def knows(self, role: str) -> bool:
        """Whether a word is a role, and so the name of a candidate group (port GroupDirectory of the engine)."""
        return role in frozenset(Role)

    def sweep(self) -> None:
        """Delete sessions, used challenges and counted failures that have run out; for the worker, now and then."""
        self.sessions.sweep()
        self.sign_in.sweep()
        self.by_certificate.sweep()
