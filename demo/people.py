"""The people of the demo: the logins of the README, each with the roles that its part needs."""

from collections.abc import Iterator
from dataclasses import dataclass

from app import Esep
from demo.bodies import DemoBodies
from organisations.roles import Role
from storage.transaction import transaction

PASSWORD = "esep-demo"  # noqa: S105 - the demo's, told in the README


@dataclass(frozen=True)
class Person:
    """A login with its name and the roles it holds at one of the demo's bodies."""

    login: str
    name_kk: str
    name_ru: str
    body: str
    roles: tuple[Role, ...]


PEOPLE = (
    Person("executor", "Айгүл Сейітова", "Айгуль Сеитова", "district", (Role.EXECUTOR,)),
    Person("head", "Болат Ахметов", "Болат Ахметов", "district", (Role.HEAD,)),
    Person("akim", "Серік Нұрланов", "Серик Нурланов", "district", (Role.AKIM,)),
    Person("executor2", "Динара Оспанова", "Динара Оспанова", "other_district", (Role.EXECUTOR,)),
    Person("head2", "Ерлан Қасымов", "Ерлан Касымов", "other_district", (Role.HEAD, Role.AKIM)),
    Person("rural", "Жанар Төлегенова", "Жанар Толегенова", "rural", (Role.EXECUTOR,)),
    Person("rural_akim", "Мұрат Әбілов", "Мурат Абилов", "rural", (Role.HEAD, Role.AKIM)),
    Person("district_officer", "Гүлнар Ибраева", "Гульнар Ибраева", "district", (Role.OFFICER,)),
    Person("oblast", "Нұрлан Байжанов", "Нурлан Байжанов", "directorate", (Role.OFFICER, Role.EXECUTOR)),
    Person("oblast_head", "Сәуле Мұқанова", "Сауле Муканова", "directorate", (Role.HEAD,)),
    Person("officer", "Әсел Жұмабаева", "Асель Жумабаева", "ministry", (Role.OFFICER,)),
    Person("deputy", "Қайрат Смағұлов", "Кайрат Смагулов", "oblast", (Role.DEPUTY_AKIM,)),
    Person("chancery", "Лаура Тілеуова", "Лаура Тлеуова", "directorate", (Role.CHANCERY,)),
    Person("manager", "Тимур Рахимов", "Тимур Рахимов", "oblast", (Role.MANAGER,)),
    Person("methodologist", "Мәдина Ысқақова", "Мадина Искакова", "ministry", (Role.METHODOLOGIST,)),
    Person("worker", "Сыртқы жұмысшы", "Внешний обработчик", "oblast", (Role.WORKER,)),
    Person("admin", "Әкімші", "Администратор", "oblast", (Role.ADMINISTRATOR,)),
)


def load(esep: Esep, bodies: DemoBodies) -> Iterator[str]:
    """Create everybody; gives their logins."""
    with transaction():
        for number, person in enumerate(PEOPLE, start=1):
            body_id = bodies.id_of(person.body)
            user = esep.organisations.users.create(
                person.login,
                name_kk=person.name_kk,
                name_ru=person.name_ru,
                phone=f"+7700000{number:04d}",
                password=PASSWORD,
            )
            for role in person.roles:
                esep.organisations.users.memberships.grant(user.id, role, body_id)
            yield person.login
