"""The bodies of the demo: every akimat of Abai oblast from KATO, and the state and sector bodies that its reports go to."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import organisations
from app import Esep
from organisations import numbers
from organisations.bodies import Body, BodyKind, Level
from storage.transaction import transaction

KATO = Path(organisations.__file__).parent / "data" / "kato-abai.csv"
OBLAST, DISTRICT, OTHER_DISTRICT, RURAL = "100000000", "103800000", "104000000", "103833000"


@dataclass(frozen=True)
class DemoBodies:
    """What was made; `names` finds a body by the part it plays in the demo."""

    territories: int
    count: int
    names: dict[str, Body]

    def id_of(self, name: str) -> UUID:
        """The id of the body that plays a part."""
        return self.names[name].id


def load(esep: Esep) -> DemoBodies:
    """Import the territories, make their akimats, add the ministry and the directorates, in one transaction."""
    with transaction():
        loaded = esep.organisations.territories.load(KATO.read_bytes())
        made = esep.organisations.akimats.make()
        names = _sector(esep) | _akimats(esep)
        _under_the_directorate(esep, names)
        akimats = sum(made.created.values())
        return DemoBodies(sum(loaded.added.values()), akimats + len(names) - len(_akimats(esep)), names)


def _akimats(esep: Esep) -> dict[str, Body]:
    codes = {"oblast": OBLAST, "district": DISTRICT, "other_district": OTHER_DISTRICT, "rural": RURAL}
    return {name: esep.organisations.bodies.find(kato=code) for name, code in codes.items()}


def _sector(esep: Esep) -> dict[str, Body]:
    create = esep.organisations.bodies.create
    ministry = create(
        bin=bin_of("0412400000"),
        level=Level.STATE,
        kind=BodyKind.MINISTRY,
        name_kk="Қазақстан Республикасының Еңбек және халықты әлеуметтік қорғау министрлігі",
        name_ru="Министерство труда и социальной защиты населения Республики Казахстан",
        name_en="Ministry of Labour and Social Protection of Population",
        phone="+77172000001",
    )
    directorate = create(
        bin=bin_of("2206400001"),
        level=Level.OBLAST,
        kind=BodyKind.DIRECTORATE,
        name_kk="Абай облысының Жұмыспен қамтуды үйлестіру және әлеуметтік бағдарламалар басқармасы",
        name_ru="Управление координации занятости и социальных программ области Абай",
        name_en="Abai Oblast Directorate for Employment Coordination and Social Programmes",
        parent_id=esep.organisations.bodies.find(kato=OBLAST).id,
        sector_superior_id=ministry.id,
        phone="+77222000002",
    )
    return {"ministry": ministry, "directorate": directorate}


def _under_the_directorate(esep: Esep, names: dict[str, Body]) -> None:
    """Akimats of districts and cities answer to the directorate in matters of employment."""
    bodies = esep.organisations.bodies
    for akimat in bodies.children(names["oblast"].id):
        if akimat.kind is BodyKind.AKIMAT and akimat.level is Level.DISTRICT:
            bodies.update(akimat.id, sector_superior_id=names["directorate"].id)


def bin_of(first_ten: str) -> str:
    """A made-up BIN that passes its check."""
    for eleventh in "0123456789":
        digit = numbers.check_digit(first_ten + eleventh)
        if digit is not None:
            return f"{first_ten}{eleventh}{digit}"
    raise ValueError(first_ten)
