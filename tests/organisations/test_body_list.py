import pytest

from organisations.bodies import BodyKind, Level
from organisations.body_list import COLUMNS, BodiesLoaded, is_body_list
from organisations.errors import FileRefused, NotPermitted
from organisations.roles import Role
from storage.database import session
from tests.organisations.factories import an_actor, make_bin, make_body

TERRITORIES = "id;parent_id;code;name\n1;0;100000000;область Абай\n2;1;103200000;Абайский район\n".encode()
HEAD = ";".join(COLUMNS) + "\n"


@pytest.fixture
def akimats(house):
    house.territories.load(TERRITORIES)
    return house.akimats.make()


def faults(house, text):
    with pytest.raises(FileRefused) as refused:
        house.body_list.load((HEAD + text).encode())
    session.rollback()
    return [(fault.fields["line"], fault.pointer, fault.code) for fault in refused.value.faults]


def test_a_list_gives_akimats_their_bin_and_adds_departments_under_them(house, akimats):
    akimat_bin, directorate_bin, department_bin = make_bin(), make_bin(), make_bin()
    before = house.bodies.find(kato="103200000")
    text = HEAD + (
        f"{akimat_bin};103200000;district;akimat;Абай ауданының әкімдігі;Акимат Абайского района;100000000;;+7 722 52 00 00\n"
        f"{directorate_bin};;oblast;directorate;Білім басқармасы;Управление образования;KATO-100000000;;\n"
        f"{department_bin};;district;department;Білім бөлімі;Отдел образования;{akimat_bin};BIN-{directorate_bin};\n"
    )

    loaded = house.body_list.load(text.encode("utf-8-sig"))
    again = house.body_list.load(text.encode())

    assert (loaded, again) == (BodiesLoaded(2, 1, 0), BodiesLoaded(0, 0, 3))
    akimat, department = house.bodies.find(bin=akimat_bin), house.bodies.find(bin=department_bin)
    assert (akimat.id, akimat.kato, akimat.phone) == (before.id, "103200000", "+7 722 52 00 00")
    assert (department.kind, department.level, department.parent_id) == (BodyKind.DEPARTMENT, Level.DISTRICT, akimat.id)
    assert house.bodies.superior_of(department.id).bin == directorate_bin
    assert house.akimats.make().created == {}


def test_every_fault_is_named_by_line_and_column(house, akimats):
    one = make_bin()
    text = (
        f"{one};;district;department;А;А;103200000;;\n"
        f"{one};;district;department;А;А;103200000;;\n"
        "061211600013;;district;department;А;А;;;\n"
        f"{make_bin()};;county;department;;А;;;\n"
        f"{make_bin()};;district;department;А;А;103999999;;\n"
        f"{make_bin()};;district\n"
    )

    assert faults(house, text) == [
        (3, "/lines/3", "body_repeated"),
        (4, "/lines/4/bin", "bin_wrong"),
        (5, "/lines/5/name_kk", "detail_missing"),
        (5, "/lines/5/level", "detail_not_listed"),
        (6, "/lines/6", "superior_unknown"),
        (7, "/lines/7", "file_cells_wrong"),
    ]


def test_a_circle_of_superiors_is_refused_by_line(house):
    upper, lower = make_bin(), make_bin()
    rows = f"{upper};;oblast;office;А;А;;;\n{lower};;oblast;office;Б;Б;{upper};;\n"
    house.body_list.load((HEAD + rows).encode())

    assert faults(house, f"{upper};;oblast;office;А;А;{lower};;\n") == [(2, "/lines/2", "superior_below")]


def test_a_list_is_told_from_a_kato_file(house):
    assert is_body_list(HEAD.encode("utf-8-sig"))
    assert not is_body_list(TERRITORIES)
    with pytest.raises(FileRefused):
        house.body_list.load(TERRITORIES)


def test_reading_stops_after_too_many_faults(house):
    assert len(faults(house, "x;;;;;;;;\n" * 500)) < 200


def test_only_who_edits_organisations_reads_lists_in(house):
    with pytest.raises(NotPermitted):
        house.body_list.load(HEAD.encode(), by=an_actor((Role.HEAD, make_body())))
