from uuid import uuid4

import pytest
import sqlalchemy as sa

from organisations import permissions
from organisations.actors import Actor, Duty
from organisations.errors import NotPermitted
from organisations.permissions import COMMON, EVERYWHERE, GRANTS, Permission, Scope
from organisations.roles import Role
from organisations.tables import BodyRow
from storage.database import session
from tests.organisations.factories import an_actor, make_tree
from tests.organisations.statements import counted


def test_every_role_has_a_line_in_the_table_and_every_permission_somebody_who_holds_it():
    granted = {permission for grants in GRANTS.values() for permission in grants}

    assert set(GRANTS) == set(Role)
    assert granted == set(Permission)


def test_no_role_but_those_of_a_receiver_reviews_and_an_administrator_touches_no_content():
    administrator = GRANTS[Role.ADMINISTRATOR]

    assert [role for role in Role if Permission.REPORT_REVIEW in GRANTS[role]] == [Role.OFFICER]
    for permission in (Permission.REPORT_EDIT, Permission.REPORT_APPROVE, Permission.REPORT_SIGN, Permission.REPORT_REVIEW):
        assert permission not in administrator
    assert all(set(COMMON) <= set(grants) for grants in GRANTS.values())


def test_a_right_at_the_own_body_ends_there(database):
    tree = make_tree()
    executor = an_actor((Role.EXECUTOR, tree.district))

    assert permissions.allowed(executor, Permission.REPORT_EDIT, at=tree.district.id)
    assert not permissions.allowed(executor, Permission.REPORT_EDIT, at=tree.rural.id)
    assert not permissions.allowed(executor, Permission.REPORT_EDIT, at=tree.other_district.id)
    with pytest.raises(NotPermitted) as refused:
        permissions.require(executor, Permission.REPORT_EDIT, at=tree.oblast.id)
    assert refused.value.fields == {"permission": "report:edit"}


def test_a_right_below_goes_down_by_parent_and_by_sector_and_never_up_or_sideways(database):
    tree = make_tree()
    akim = an_actor((Role.AKIM, tree.district))
    officer = an_actor((Role.OFFICER, tree.ministry))

    assert permissions.allowed(akim, Permission.REPORT_READ, at=tree.rural.id)
    assert permissions.allowed(akim, Permission.REPORT_READ, at=tree.department.id)
    assert not permissions.allowed(akim, Permission.REPORT_READ, at=tree.oblast.id)
    assert not permissions.allowed(akim, Permission.REPORT_READ, at=tree.other_rural.id)
    assert permissions.allowed(officer, Permission.REPORT_REVIEW, at=tree.department.id)
    assert not permissions.allowed(officer, Permission.REPORT_REVIEW, at=tree.district.id)


def test_lists_get_the_same_answer_as_single_questions(database):
    tree = make_tree()
    everybody = [tree.ministry, tree.oblast, tree.directorate, tree.district, tree.department, tree.rural, tree.other_rural]
    manager = an_actor((Role.MANAGER, tree.district), (Role.EXECUTOR, tree.other_rural))

    seen = permissions.where(manager, Permission.REPORT_READ)
    condition = permissions.within(manager, Permission.REPORT_READ, BodyRow.id)

    assert seen == {tree.district.id, tree.department.id, tree.rural.id, tree.other_rural.id}
    assert set(session.scalars(sa.select(BodyRow.id).where(condition))) == seen
    assert {body.id for body in everybody if permissions.allowed(manager, Permission.REPORT_READ, at=body.id)} == seen


def test_a_right_everywhere_needs_no_body_and_no_query(database):
    administrator = an_actor((Role.ADMINISTRATOR, uuid4()))

    with counted() as statements:
        assert permissions.where(administrator, Permission.USER_EDIT) is EVERYWHERE
        assert permissions.allowed(administrator, Permission.USER_EDIT, at=uuid4())
        assert permissions.allowed(administrator, Permission.USER_EDIT, at=EVERYWHERE)

    assert statements == []


def test_what_belongs_to_no_body_is_only_for_those_whose_right_holds_everywhere():
    officer = an_actor((Role.OFFICER, uuid4()))

    assert permissions.allowed(officer, Permission.REPORT_READ)
    assert not permissions.allowed(officer, Permission.REPORT_READ, at=EVERYWHERE)


def test_a_token_narrows_what_its_owner_may_do():
    body = uuid4()
    scopes = frozenset({Permission.REPORT_READ})
    actor = Actor(uuid4(), "bot", "Bot", "kk", (Duty(Role.EXECUTOR, body),), scopes)

    assert permissions.allowed(actor, Permission.REPORT_READ, at=body)
    assert not permissions.allowed(actor, Permission.REPORT_EDIT, at=body)
    assert permissions.where(actor, Permission.REPORT_EDIT) == frozenset()


def test_nobody_without_a_duty_may_do_anything():
    assert not any(permissions.allowed(an_actor(), permission) for permission in Permission)


def test_an_own_duty_is_used_before_one_held_for_somebody_absent():
    body, absent = uuid4(), uuid4()
    own, acting = Duty(Role.AKIM, body), Duty(Role.DEPUTY_AKIM, body, absent, "12-ө")
    actor = Actor(uuid4(), "akim", "Әкім", "kk", (acting, own))

    assert permissions.duty_for(actor, Permission.REPORT_SIGN, at=body) == own
    assert actor.on_behalf_of(Role.DEPUTY_AKIM, body) == absent
    assert actor.on_behalf_of(Role.AKIM, body) is None
    assert actor.groups == {"akim", f"akim@{body}", "deputy_akim", f"deputy_akim@{body}"}


def test_scopes_are_three():
    assert {scope for grants in GRANTS.values() for scope in grants.values()} == set(Scope)
