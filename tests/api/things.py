"""Things of one body that routes can be tried on: a report under way with its task and process, people, an order on an acting person."""

from datetime import timedelta
from typing import Any

from organisations.roles import Role
from organisations.tables import MembershipRow
from storage.database import session
from storage.transaction import transaction
from tests.country import PASSWORD, Country
from tests.organisations.factories import make_user


def things_of(country: Country) -> dict[str, Any]:
    """Things of the department, by the names that paths call them."""
    department = country.tree.department
    head = country.hires("the-head", Role.HEAD, department)
    rule = head.asks("PUT", f"/organisations/{department.id}/distribution-rules/*", {})
    assert rule.status_code == 200
    report = head.posts("/reports", {"kind": "EMP-01", "body_id": str(department.id), "period": "2026-09"})
    task = country.hires("the-executor", Role.EXECUTOR, department).task()
    with transaction():
        absent = make_user(Role.HEAD, department, login="absent", password=PASSWORD)
        membership = session.query(MembershipRow).filter_by(user_id=absent.user_id).one()
        today = country.esep.clock.now().date()
        acting = country.esep.organisations.acting.appoint(
            absent.user_id,
            make_user(Role.EXECUTOR, department).user_id,
            Role.HEAD,
            department.id,
            order_number="1",
            order_date=today,
            valid_from=today,
            valid_to=today + timedelta(days=5),
        )
    return {
        "report_id": report["id"],
        "task_id": task["id"],
        "instance_id": task["instance_id"],
        "body_id": department.id,
        "user_id": absent.user_id,
        "membership_id": membership.id,
        "acting_id": acting.id,
        "check": "applied_by_sex",
        "kind": "EMP-01",
        "number": 1,
        "code": "EMP-01",
        "key": "approve_report",
        "definition_id": task["definition_id"],
        "deployment_id": head.gets(f"/processes/definitions/{task['definition_id']}")["deployment_id"],
    }
