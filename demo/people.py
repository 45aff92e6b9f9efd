"""The people of the demo: the logins of the README and those who work beside them, each with duties at the demo's bodies."""

from dataclasses import dataclass

from app import Esep
from demo.bodies import DemoBodies
from organisations.roles import Role
from storage.transaction import transaction

PASSWORD = "esep-demo"  # noqa: S105 - the demo's, told in the README


@dataclass(frozen=True)
class Person:
    """A login with its name and the roles it holds, each as "body:role"."""

    login: str
    name_kk: str
    name_ru: str
    duties: str


PEOPLE = (
    Person("executor", "Айгүл Сейітова", "Айгуль Сеитова", "district:executor"),
    Person("head", "Болат Ахметов", "Болат Ахметов", "district:head"),
    Person("akim", "Серік Нұрланов", "Серик Нурланов", "district:akim"),
    Person("executor2", "Динара Оспанова", "Динара Оспанова", "other_district:executor"),
    Person("head2", "Ерлан Қасымов", "Ерлан Касымов", "other_district:head"),
    Person("akim2", "Марат Жүнісов", "Марат Жунусов", "other_district:akim"),
    Person("rural", "Жанар Төлегенова", "Жанар Толегенова", "rural:executor"),
    Person("rural_akim", "Мұрат Әбілов", "Мурат Абилов", "rural:head rural:akim"),
    Person("district_officer", "Гүлнар Ибраева", "Гульнар Ибраева", "district:officer"),
    Person("oblast", "Нұрлан Байжанов", "Нурлан Байжанов", "directorate:officer directorate:executor"),
    Person("oblast_head", "Сәуле Мұқанова", "Сауле Муканова", "directorate:head"),
    Person("deputy", "Қайрат Смағұлов", "Кайрат Смагулов", "oblast:deputy_akim directorate:deputy_akim"),
    Person("officer", "Әсел Жұмабаева", "Асель Жумабаева", "ministry:officer ministry:executor"),
    Person("ministry_head", "Дәурен Есімов", "Даурен Есимов", "ministry:head ministry:akim"),
    Person("chancery", "Лаура Тілеуова", "Лаура Тлеуова", "ministry:chancery"),
    Person("manager", "Тимур Рахимов", "Тимур Рахимов", "oblast:manager"),
    Person("methodologist", "Мәдина Ысқақова", "Мадина Искакова", "ministry:methodologist"),
    Person("worker", "Сыртқы жұмысшы", "Внешний обработчик", "oblast:worker"),
    Person("admin", "Әкімші", "Администратор", "oblast:administrator"),
)


LOGINS = f"logins {' '.join(person.login for person in PEOPLE)}, password {PASSWORD}"


def load(esep: Esep, bodies: DemoBodies) -> None:
    """Create everybody."""
    with transaction():
        for number, person in enumerate(PEOPLE, start=1):
            user = esep.organisations.users.create(
                person.login,
                name_kk=person.name_kk,
                name_ru=person.name_ru,
                phone=f"+7700000{number:04d}",
                password=PASSWORD,
            )
            for duty in person.duties.split():
                body, role = duty.split(":")
                esep.organisations.memberships.grant(user.id, Role(role), bodies.id_of(body))
