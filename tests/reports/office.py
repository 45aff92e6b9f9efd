"""A small country with real rooms: an oblast directorate, a district department, a rural akimat, and their people.

office.opens() → a report; office.does("prepare") completes its open user task as the person whose desk it lies on.
"""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from engine.process_engine import ProcessEngine
from engine.user_tasks import UserTask
from forms.catalogue import Forms
from organisations.actors import Actor
from organisations.bodies import Body
from organisations.organisations import Organisations
from organisations.roles import Role
from register.changes.changes import Changes
from register.changes.processes import EngineProcesses as ChangeProcesses
from register.register import Register
from reports.archive.conditions import keeps_instance
from reports.attachments import AttachmentLimits
from reports.contents import Content, ContentChanges
from reports.last_held import LastHeldFigures
from reports.models import Report
from reports.prefill import DraftSource, HeldFigures
from reports.processes import EngineProcesses
from reports.remarks import RemarkThread
from reports.reports import Reports
from signatures.cms import CmsVerifier
from signatures.evidence import Evidence
from signatures.fetching import Fetcher
from signatures.ports import SignatureVerifier
from signatures.trust import TrustStore
from storage.clock import SetClock
from storage.database import session
from storage.files import FileStore
from storage.transaction import transaction
from tests.organisations.factories import Tree, make_tree, make_user

ROOT = Path(__file__).parents[2]
DIAGRAMS = ROOT / "processes"
HERE = Path(__file__).parent
PERIOD = "2026Q3"
KIND = "TST-01"
MEN, WOMEN, TOTAL = "jobs.people.men.placed", "jobs.people.women.placed", "jobs.people.all.placed"
MONEY = "money.spent"
NOTE_KK, NOTE_RU = "jobs.note.kk", "jobs.note.ru"

#: The test kind, and its kin with other rules.
KINDS: Mapping[str, Mapping[str, Any]] = {
    KIND: {},
    "TST-AKIM": {"signature": "akim"},
    "TST-HEAD": {"signature": "head"},
    "TST-ECP": {"signature": "akim", "electronic_signature": "signatory"},
    "TST-OUT": {"route": "direct", "addressee": "statistics", "delivery": "by_letter"},
    "TST-SELF": {"self_approval": True},
    "TST-SILENCE": {"silence_days": 5},
    "TST-SILENCE-OUT": {"silence_days": 5, "route": "direct", "addressee": "statistics", "delivery": "by_letter"},
}
#: A draft without errors or warnings.
FIGURES: Mapping[str, Any] = {MEN: 3, WOMEN: 4, TOTAL: 7, MONEY: "1200.50"}
#: Who completes which step, by the names of `Office.people`.
DESKS = {
    "distribute": "head",
    "prepare": "executor",
    "approve": "head",
    "sign": "akim",
    "review": "officer",
    "record_answer": "chancery",
    "decide_extension": "officer",
    "decide_not_applicable": "officer",
}


class Office:
    """The rooms, the people, and short words for what they do. Every deed is a transaction of its own, as at the edge."""

    def __init__(
        self,
        clock: SetClock,
        *,
        drafts: DraftSource | None = None,
        verifier: SignatureVerifier | None = None,
        files: FileStore | None = None,
    ) -> None:
        self.clock = clock
        operations: dict[str, Any] = {}
        self.organisations = Organisations(clock)
        self.register = Register(clock=clock, bodies=self.organisations.bodies)
        self.forms = Forms(clock=clock)
        self.engine = ProcessEngine(
            clock=clock,
            operations=operations,
            forms=self.forms,
            groups=self.organisations,
            working_days=self.register.calendar,
            keepers=(keeps_instance,),
        )
        self.reports = Reports(
            clock=clock,
            processes=EngineProcesses(self.engine),
            register=self.register,
            organisations=self.organisations,
            prefill=drafts or HeldFigures(),
            verifier=verifier or trusting_nobody(clock),
            files=files or FileStore(HERE / "nowhere"),
            attachment_limits=AttachmentLimits(one=100_000, all=200_000),
        )
        self.changes = Changes(
            clock=clock,
            register=self.register,
            organisations=self.organisations,
            processes=ChangeProcesses(self.engine),
            held=LastHeldFigures(),
        )
        operations.update(self.reports.operations() | self.changes.operations())
        with transaction():
            self.tree: Tree = make_tree()
            self.body: Body = self.tree.department
            self.receiver: Body = self.tree.directorate
            self.people = self._hire()
            self.engine.definitions.deploy("processes", _diagrams(), by=None)
            self.import_kinds()

    def _hire(self) -> dict[str, Actor]:
        roles = {"executor": Role.EXECUTOR, "executor2": Role.EXECUTOR, "head": Role.HEAD, "akim": Role.AKIM, "chancery": Role.CHANCERY}
        hired = {name: make_user(role, self.body, login=name) for name, role in roles.items()}
        hired["officer"] = make_user(Role.OFFICER, self.receiver, login="officer")
        hired["oblast_akim"] = make_user(Role.AKIM, self.tree.oblast, login="oblast_akim")
        hired["minister"] = make_user(Role.OFFICER, self.tree.ministry, login="minister")
        hired["stranger"] = make_user(Role.EXECUTOR, self.tree.other_district, login="stranger")
        hired["admin"] = make_user(Role.ADMINISTRATOR, self.tree.oblast, login="admin")
        return hired

    def import_kinds(self) -> None:
        """Bring the test kind, and its kin with other rules, into the register."""
        kind = json.loads((HERE / "kind.json").read_text("utf-8"))
        self.register.import_indicators(json.loads((HERE / "indicators.json").read_text("utf-8")))
        for code, changes in KINDS.items():
            places = {"directorate": self.receiver.code}
            self.register.import_kind(kind | {"code": code, **changes}, act_number="1", act_date=date(2020, 1, 1), places=places)

    def opens(self, kind: str = KIND, *, body: Body | None = None, period: str = PERIOD, distributed: bool = True) -> Report:
        """Open a report; unless it is to be distributed by the head, a standing rule spares that."""
        body = body or self.body
        with transaction():
            if distributed:
                self.reports.distribution.set_rule(make_user(Role.HEAD, body), body.id)
            return self.reports.opening.open(kind, body.id, period)

    def hires(self, role: Role, body: Body) -> Actor:
        """One more person."""
        with transaction():
            return make_user(role, body)

    def task(self, report: Report) -> UserTask:
        """The one open user task of a report."""
        [task] = self.tasks(report)
        return task

    def tasks(self, report: Report) -> list[UserTask]:
        """The open user tasks of a report."""
        page = self.engine.instances.list(business_key=report.business_key, state="active")
        return [task for instance in page.items for task in self.engine.tasks.of_instance(instance.id)]

    def does(self, step: str, report: Report, *, who: Actor | None = None, **values: Any) -> None:
        """Complete the open user task, which must be `step`, as its usual person or as `who`."""
        task = self.task(report)
        assert task.element_id == step
        person = who or self.people[DESKS[step]]
        with transaction():
            self.engine.tasks.claim(task.id, person.by)
            cleaned = self.forms.validate(str(task.form_key), values, context=self.engine.tasks.variables(task.id))
            self.engine.tasks.complete(task.id, cleaned, by=person.by)

    def saves(self, report: Report, values: Mapping[str, Any] | None = None, *, who: Actor | None = None, **more: Any) -> Content:
        """Save cells of a draft; gives what it holds then."""
        self.enters(report, values, who=who, **more)
        return self.reports.content(who or self.people["executor"], report.id)

    def enters(self, report: Report, values: Mapping[str, Any] | None = None, *, who: Actor | None = None, **more: Any) -> ContentChanges:
        """Save cells of a draft; gives what has changed."""
        with transaction():
            return self.reports.save_cells(who or self.people["executor"], report.id, values or FIGURES, **more)

    def hears_nothing(self, report: Report) -> None:
        """Let the days pass that a kind gives its receiver to answer."""
        self.clock.move_to(self.now(report).silent_at)
        self.reports.silence.tell()

    def remarks(self, report: Report, anchor: str, text: str = "Қате бар", *, who: Actor | None = None) -> RemarkThread:
        """Make a remark as the person who judges now."""
        with transaction():
            return self.reports.remarks.add(who or self.people[DESKS[self.task(report).element_id]], report.id, anchor, text)

    def answers(self, report: Report, text: str = "Түзетілді") -> None:
        """Answer every open remark."""
        for remark in self.reports.remarks.list(self.people["executor"], report.id):
            if remark.state == "open":
                with transaction():
                    self.reports.remarks.answer(self.people["executor"], remark.id, text)

    def brings(self, report: Report, to: str) -> Report:
        """Take a report with good figures from preparation to a later step."""
        steps = {"prepare": {}, "approve": {"decision": "approve"}, "sign": {"decision": "sign"}, "review": {"decision": "accept"}}
        while (task := self.task(report)).element_id != to:
            if task.element_id == "prepare" and not self.content(report).cells:
                self.saves(report)
            self.does(task.element_id, report, **steps[task.element_id])
        return report

    def returns(self, report: Report, anchor: str = MEN) -> None:
        """Return a report for revision from where it is, with a remark."""
        self.remarks(report, anchor)
        self.does(self.task(report).element_id, report, decision="return")

    def content(self, report: Report, who: str = "executor") -> Content:
        """What a person reads of a report."""
        return self.reports.content(self.people[who], report.id)

    def now(self, report: Report) -> Report:
        """The report as it stands."""
        session.rollback()
        return self.reports.get(self.people["executor"], report.id)

    def events(self, report: Report, who: str = "executor") -> list[str]:
        """The names of what happened to a report."""
        return [entry.event for entry in self.reports.timeline(self.people[who], report.id)]

    def variables(self, report: Report) -> dict[str, Any]:
        """The variables of the report's process."""
        [instance] = self.engine.instances.list(business_key=report.business_key).items
        return self.engine.instances.variables(instance.id)


def trusting_nobody(clock: SetClock) -> SignatureVerifier:
    """A verifier without a single anchor."""
    return CmsVerifier(clock=clock, trust=TrustStore(None), evidence=Evidence(clock, Fetcher((), 1.0, 1), fresh=timedelta(0)))


def _diagrams() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(DIAGRAMS.glob("*.bpmn"))}
