"""What an entry of the journal means to people: which sort of news it is, whom it concerns, which facts its sentence needs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from engine.user_tasks import UserTask
from notifications.situation import Situation
from notifications.sorts import Sort
from organisations.bodies import Level
from organisations.posts import Post
from organisations.roles import Role
from reports.lifecycle import WITH_RECEIVER, Stage
from reports.models import Report
from reports.request_tables import Asked, ReportRequest
from reports.shelf import RESTRICTED
from storage.journal import JournalEntry


@dataclass(frozen=True)
class News:
    """News of one sort. `people` are names as the engine keeps them, `posts` those whose holders are told, `above` those at a body
    over the one that reports, `role` everybody in it.

    Nobody is told of what they did themselves (`actor`).
    """

    sort: Sort
    key: str
    entry: JournalEntry
    people: frozenset[str] = frozenset()
    posts: frozenset[Post] = frozenset()
    above: frozenset[Post] = frozenset()
    role: Role | None = None
    report: Report | None = None
    task: UserTask | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def of(entry: JournalEntry, situation: Situation) -> News | None:
    """The news in an entry; None when it concerns nobody, or nobody any more."""
    return _READERS[entry.event](entry, situation)


def _created(entry: JournalEntry, situation: Situation) -> News | None:
    task = situation.tasks.get(UUID(entry.subject_id))
    if task is None:
        return None
    report = situation.report_of(task)
    if report is not None:
        asked = _asked(task, report)
        if asked is not None:
            return _with_holders(Sort.REQUEST_ASKED, entry, task, report, variant=asked)
        returned = situation.returned.get((report.id, entry.at))
        if returned is not None:
            return _with_holders(Sort.REPORT_RETURNED, entry, task, report, key=_return_key(report, returned))
    return _with_holders(Sort.TASK_GIVEN, entry, task, report)


def _given(entry: JournalEntry, situation: Situation) -> News | None:
    """A task was put into somebody's hands by somebody else."""
    task = situation.tasks.get(UUID(entry.subject_id))
    to = (entry.details.get("people") or {}).get("assignee", [None, None])[1]
    if task is None or to is None or task.assignee != to:
        return None
    return _with_holders(Sort.TASK_GIVEN, entry, task, situation.report_of(task))


def _returned(entry: JournalEntry, situation: Situation) -> News | None:
    """Whoever is to mend the report hears of it by the task; what the receiver returned, the head hears of besides."""
    report = situation.reports.get(UUID(entry.subject_id))
    if report is None or entry.details.get("by_side") != "receiver":
        return None
    key = _return_key(report, int(entry.details["revision"]))
    return News(Sort.REPORT_RETURNED, key, entry, posts=heads(report, report.body_id), report=report, facts=_facts(report))


def _reminded(entry: JournalEntry, situation: Situation) -> News | None:
    report, task = _waiting(entry, situation)
    by = {"variant": "by", "by": entry.actor} if entry.event == "report:reminder_sent" else {"variant": None}
    if report is not None and report.report_class == RESTRICTED and report.stage is Stage.SCHEDULED:
        facts = {**_facts(report), "element": "dispatch", **by}
        return News(Sort.REMINDER, str(entry.id), entry, posts=_senders(report), report=report, facts=facts)
    return None if report is None or task is None else _with_holders(Sort.REMINDER, entry, task, report, **by)


def _escalated(entry: JournalEntry, situation: Situation) -> News | None:
    report, task = _waiting(entry, situation)
    if report is None or task is None:
        return None
    told = _with_holders(Sort.OVERDUE, entry, task, report)
    return replace(told, posts=told.posts | heads(report, _late_at(report, task)))


def _accepted(entry: JournalEntry, situation: Situation) -> News | None:
    return _to_its_makers(Sort.REPORT_ACCEPTED, entry, situation)


def _deemed_accepted(entry: JournalEntry, situation: Situation) -> News | None:
    """Accepted by silence: the receiver's head hears of it too."""
    told = _to_its_makers(Sort.REPORT_ACCEPTED, entry, situation)
    if told is None or told.report is None:
        return None
    silent = heads(told.report, told.report.receiver_id) if told.report.receiver_id else frozenset()
    return replace(told, posts=told.posts | silent, facts={**told.facts, "variant": "deemed", "days": entry.details.get("days")})


def _withdrawn(entry: JournalEntry, situation: Situation) -> News | None:
    return _to_its_makers(Sort.REPORT_WITHDRAWN, entry, situation)


def _opened(entry: JournalEntry, situation: Situation) -> News | None:
    """A report of a restricted kind has no task that would tell of it."""
    report = situation.reports.get(UUID(entry.subject_id))
    if report is None or report.report_class != RESTRICTED:
        return None
    return News(Sort.REPORT_DUE, str(entry.id), entry, posts=_senders(report), report=report, facts=_facts(report))


def _decided(entry: JournalEntry, situation: Situation) -> News | None:
    report = situation.reports.get(UUID(entry.subject_id))
    request = situation.requests.get(UUID(str(entry.details["request"])))
    if report is None or request is None:
        return None
    people = {request.asked_by, request.asked_for, _text(report.responsible_id)} - {None}
    facts = {**_facts(report), "variant": entry.event.removeprefix("report:"), "until": _until(request)}
    posts = heads(report, report.body_id)
    return News(Sort.REQUEST_DECIDED, str(entry.id), entry, frozenset(map(str, people)), posts, report=report, facts=facts)


def _undelivered(entry: JournalEntry, _situation: Situation) -> News:
    """Once a day, however many mails it is."""
    return News(Sort.MAIL_UNDELIVERED, f"mail_undelivered:{entry.at:%Y-%m-%d}", entry, role=Role.ADMINISTRATOR)


def _switched_off(entry: JournalEntry, _situation: Situation) -> News:
    """Who registered the webhook is told, and those who answer for the body."""
    body_id, people = entry.body_id, frozenset({str(entry.details["created_by"])})
    posts = frozenset({Post(Role.HEAD, body_id), Post(Role.ADMINISTRATOR, body_id)}) if body_id else frozenset()
    facts = {"body": str(body_id), "element_id": entry.details.get("reason")}
    return News(Sort.WEBHOOK_OFF, str(entry.id), entry, people, posts, facts=facts)


def _incident(entry: JournalEntry, _situation: Situation) -> News:
    facts = {name: entry.details.get(name) for name in ("definition_key", "element_id", "cause", "instance_id")}
    facts["incident"] = entry.subject_id
    return News(Sort.INCIDENT, f"incident:{entry.subject_id}", entry, role=Role.ADMINISTRATOR, facts=facts)


_READERS: Mapping[str, Callable[[JournalEntry, Situation], News | None]] = {
    "user_task:created": _created,
    "user_task:assigned": _given,
    "user_task:delegated": _given,
    "user_task:resolved": _given,
    "report:opened": _opened,
    "report:returned": _returned,
    "report:reminded": _reminded,
    "report:reminder_sent": _reminded,
    "report:request_reminded": _reminded,
    "report:escalated": _escalated,
    "report:request_escalated": _escalated,
    "report:accepted": _accepted,
    "report:deemed_accepted": _deemed_accepted,
    "report:withdrawn": _withdrawn,
    "report:extension_granted": _decided,
    "report:extension_refused": _decided,
    "report:not_applicable_granted": _decided,
    "report:not_applicable_refused": _decided,
    "incident:raised": _incident,
    "mail:undelivered": _undelivered,
    "webhook:switched_off": _switched_off,
}
#: The events that can be news.
EVENTS = frozenset(_READERS)


def heads(report: Report, body_id: UUID) -> frozenset[Post]:
    """Who heads a body: in a rural district, where three to five people work, the akim too."""
    rural = report.body_level == Level.RURAL and body_id == report.body_id
    return frozenset({Post(Role.HEAD, body_id)} | ({Post(Role.AKIM, body_id)} if rural else set()))


def further(entry: JournalEntry, report: Report, task: UserTask, parents: Mapping[UUID, UUID], days: int) -> News:
    """News of a step that is late still, some working days on, for the managers: of the body where it sits, of the akimat that this
    belongs to, and of the receiver."""
    late = _late_at(report, task)
    known = {Post(Role.MANAGER, body) for body in (late, report.receiver_id) if body is not None}
    above = {Post(Role.MANAGER, parents[late])} if late in parents else set()
    facts = {**_with_holders(Sort.OVERDUE, entry, task, report).facts, "variant": "further", "days": days}
    told = News(Sort.OVERDUE, f"further:{entry.id}", entry, posts=frozenset(known), above=frozenset(above), report=report, task=task)
    return replace(told, facts=facts)


def of_restricted(sort: Sort, opened: JournalEntry, report: Report) -> News:
    """News of the deadline of a restricted report: near (REMINDER) or passed (OVERDUE)."""
    key = f"{sort.value}:{report.id}:{report.due_at:%Y-%m-%d}"
    return News(sort, key, opened, posts=_senders(report), report=report, facts={**_facts(report), "element": "dispatch"})


def _late_at(report: Report, task: UserTask) -> UUID:
    """The body where a step of a report sits."""
    with_receiver = report.stage in WITH_RECEIVER or _asked(task, report) is not None
    return report.receiver_id if with_receiver and report.receiver_id is not None else report.body_id


def _senders(report: Report) -> frozenset[Post]:
    """Who makes and sends a report of a restricted kind."""
    return heads(report, report.body_id) | {Post(Role.CHANCERY, report.body_id)}


def _waiting(entry: JournalEntry, situation: Situation) -> tuple[Report | None, UserTask | None]:
    """The report and the step that it waits at: its own, or the deciding of what is asked about it."""
    report = situation.reports.get(UUID(entry.subject_id))
    if report is None:
        return None, None
    what = entry.details.get("what")
    tasks = situation.waiting.get(f"{report.business_key}:{what}" if what else report.business_key, ())
    return report, next(iter(tasks), None)


def _with_holders(sort: Sort, entry: JournalEntry, task: UserTask, report: Report | None, *, key: str = "", **facts: Any) -> News:
    people = [task.assignee] if task.assignee else list(task.candidate_users)
    groups = () if task.assignee else task.candidate_groups
    posts = {post for group in groups if (post := _post(group)) is not None}
    step = {"process": task.definition_key, "element": task.element_id, "step": task.name, "due_at": _iso(task.due_at)}
    about = {"business_key": task.business_key} if report is None else _facts(report)
    told = {**about, **step, **facts}
    return News(sort, key or str(entry.id), entry, frozenset(people), frozenset(posts), report=report, task=task, facts=told)


def _to_its_makers(sort: Sort, entry: JournalEntry, situation: Situation) -> News | None:
    report = situation.reports.get(UUID(entry.subject_id))
    if report is None:
        return None
    people = frozenset({*report.editors, *([str(report.responsible_id)] if report.responsible_id else [])})
    return News(sort, str(entry.id), entry, people, heads(report, report.body_id), report=report, facts=_facts(report))


def _facts(report: Report) -> dict[str, Any]:
    return {
        "kind": report.kind_code,
        "version": report.kind_version,
        "body": str(report.body_id),
        "period": report.period,
        "revision": report.revision,
        "due_at": _iso(report.due_at),
        **({"restricted": True} if report.report_class == RESTRICTED else {}),
    }


def _asked(task: UserTask, report: Report) -> str | None:
    """What the task is to decide that a body has asked; None for a step of the report itself."""
    return next((what.value for what in Asked if task.business_key == f"{report.business_key}:{what.value}"), None)


def _return_key(report: Report, revision: int) -> str:
    return f"returned:{report.id}:{revision}"


def _post(group: str) -> Post | None:
    """The post of a candidate group `role@body`; a role that no body is named for would be the whole country."""
    role, _, body = group.partition("@")
    try:
        return Post(Role(role), UUID(body))
    except ValueError:
        return None


def _until(request: ReportRequest) -> str | None:
    return None if request.granted_until is None else request.granted_until.isoformat()


def _iso(moment: Any) -> str | None:
    return None if moment is None else moment.isoformat()


def _text(value: object | None) -> str | None:
    return None if value is None else str(value)
