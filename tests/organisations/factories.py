"""Bodies and people for the tests of every room. Everything is flushed into the present session; nothing needs a password or a file.

tree = make_tree()                                  # oblast → two districts → rural akimats, a ministry and its sector line
executor = make_user(Role.EXECUTOR, tree.district)  # an Actor
"""

from dataclasses import dataclass
from datetime import date
from itertools import count
from uuid import UUID

from organisations import numbers
from organisations.actors import Actor, Duty
from organisations.bodies import Bodies, Body, BodyKind, Level
from organisations.days import Days
from organisations.memberships import Memberships
from organisations.roles import Role
from organisations.users import Users
from storage.clock import Clock, SystemClock
from storage.database import session

_serial = count(1)
LONG_AGO = date(2020, 1, 1)


def make_bin() -> str:
    """A valid BIN that no other body of this test run has."""
    while True:
        eleven = f"0612{next(_serial):07d}"
        digit = numbers.check_digit(eleven)
        if digit is not None:
            return f"{eleven}{digit}"


def make_body(
    name: str = "Білім бөлімі",
    *,
    level: Level = Level.DISTRICT,
    kind: BodyKind = BodyKind.AKIMAT,
    parent: Body | None = None,
    sector_superior: Body | None = None,
    phone: str | None = "+7 7222 52-00-00",
) -> Body:
    """A body with a BIN of its own."""
    body = Bodies(Days(SystemClock())).create(
        bin=make_bin(),
        level=level,
        kind=kind,
        name_kk=name,
        name_ru=name,
        parent_id=parent.id if parent else None,
        sector_superior_id=sector_superior.id if sector_superior else None,
        phone=phone,
    )
    session.flush()
    return body


def make_user(
    role: Role | None = None,
    body: Body | None = None,
    *,
    login: str | None = None,
    name: str = "Айгүл Серікова",
    password: str | None = None,
    language: str = "kk",
    clock: Clock | None = None,
) -> Actor:
    """A person kept in the database, with a role at a body since long ago; the answer is the actor they are when they sign in."""
    days = Days(clock or SystemClock())
    users = Users(days, Memberships(days))
    user = users.create(login or f"user{next(_serial)}", name_kk=name, password=password, language=language, phone="+7 701 000 00 00")
    duties: tuple[Duty, ...] = ()
    if role is not None and body is not None:
        users.memberships.grant(user.id, role, body.id, valid_from=LONG_AGO)
        duties = (Duty(role, body.id),)
    session.flush()
    return Actor(user.id, user.login, user.name(language), language, duties)


def an_actor(*duties: tuple[Role, Body | UUID], acting_for: UUID | None = None) -> Actor:
    """An actor who exists in memory only, for rules that look no further than duties."""
    held = (Duty(role, body.id if isinstance(body, Body) else body, acting_for) for role, body in duties)
    return Actor(UUID(int=next(_serial)), f"actor{next(_serial)}", "Ерлан Оспанов", "kk", tuple(held))


@dataclass(frozen=True)
class Tree:
    """A small country: oblast → district, other_district → rural, other_rural; by sector: ministry → directorate → department."""

    ministry: Body
    oblast: Body
    directorate: Body
    district: Body
    other_district: Body
    department: Body  # of `district`, answers to `directorate`
    rural: Body  # in `district`
    other_rural: Body  # in `other_district`


def make_tree() -> Tree:
    """The bodies of `Tree`, kept in the database."""
    ministry = make_body("Еңбек министрлігі", level=Level.STATE, kind=BodyKind.MINISTRY)
    oblast = make_body("Абай облысының әкімдігі", level=Level.OBLAST)
    directorate = make_body(
        "Жұмыспен қамту басқармасы", level=Level.OBLAST, kind=BodyKind.DIRECTORATE, parent=oblast, sector_superior=ministry
    )
    district = make_body("Абай ауданының әкімдігі", parent=oblast)
    other_district = make_body("Ақсуат ауданының әкімдігі", parent=oblast)
    return Tree(
        ministry=ministry,
        oblast=oblast,
        directorate=directorate,
        district=district,
        other_district=other_district,
        department=make_body("Жұмыспен қамту бөлімі", kind=BodyKind.DEPARTMENT, parent=district, sector_superior=directorate),
        rural=make_body("Қарауыл ауылдық округі әкімінің аппараты", level=Level.RURAL, parent=district),
        other_rural=make_body("Екпін ауылдық округі әкімінің аппараты", level=Level.RURAL, parent=other_district),
    )
