"""The reports of the demo: two kinds, every stage, one returned with remarks and resubmitted, one overdue.

Everything goes the way it goes in life: through worklist and rooms, step by step, with the clock set to when it would have happened.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app import Esep
from demo.bodies import DemoBodies
from demo.figures import FIGURES
from engine.user_tasks import UserTask
from organisations.actors import Actor
from reports.models import Report
from storage.clock import SetClock
from storage.database import session
from storage.transaction import transaction

#: Who sits at which desk of which body.
DESKS = {
    "district": {"distribute": "head", "prepare": "executor", "approve": "head", "sign": "akim", "review": "oblast"},
    "other_district": {"distribute": "head2", "prepare": "executor2", "approve": "head2", "sign": "akim2", "review": "oblast"},
    "directorate": {"distribute": "oblast_head", "prepare": "oblast", "approve": "oblast_head", "sign": "deputy", "review": "officer"},
    "rural": {"distribute": "rural_akim", "prepare": "rural", "approve": "rural_akim", "sign": "rural_akim", "review": "district_officer"},
    "ministry": {"distribute": "ministry_head", "prepare": "officer", "approve": "ministry_head", "sign": "ministry_head"},
}
DECISIONS = {"approve": "approve", "sign": "sign", "review": "accept"}
#: Where no distribution is needed.
STANDING = ("district", "rural", "directorate", "ministry")
REMARKS = {
    "EMP-01": (
        ("jobs.measures.applied.men", "Ерлер саны өткен аймен салыстырғанда нақтылауды қажет етеді."),
        ("jobs.note.ru", "Укажите причину роста."),
    ),
    "HOME-01": (("appointment.channels.portal.number", "Портал арқылы түскен өтініштер санын тексеріңіз."),),
}


@dataclass(frozen=True)
class Story:
    """A report and how far it has come: up to, not through, the user task `to`; `returned_from` is a step it was sent back from once.

    `in_hand`: the receiver has begun the review.
    """

    kind: str
    body: str
    periods_ago: int
    to: str
    opened_days_ago: int
    returned_from: str = ""
    withdrawn: bool = False
    in_hand: bool = False


STORIES = (
    Story("EMP-01", "district", 1, "end", 21, returned_from="review"),
    Story("EMP-01", "other_district", 1, "prepare", 21),
    Story("EMP-01", "directorate", 1, "review", 14),
    Story("EMP-01", "ministry", 1, "record_answer", 7),
    Story("EMP-01", "district", 0, "prepare", 2),
    Story("EMP-01", "other_district", 0, "distribute", 2),
    Story("EMP-01", "directorate", 0, "approve", 2),
    Story("EMP-01", "rural", 1, "end", 22),
    Story("EMP-01", "rural", 0, "review", 3, in_hand=True),
    Story("HOME-01", "district", 1, "sign", 6),
    Story("HOME-01", "other_district", 1, "prepare", 9, returned_from="approve"),
    Story("HOME-01", "directorate", 1, "prepare", 5, withdrawn=True),
    Story("HOME-01", "district", 2, "review", 8),
    Story("EMP-01", "other_district", 2, "prepare", 31),  # overdue on every day of the year
)


def load(esep: Esep, bodies: DemoBodies, clock: SetClock, end: datetime) -> dict[str, int]:
    """Bring the Register's kinds in force and live every story up to the moment `end`; gives how many reports came to which stage."""
    with transaction():
        places = {"labour_ministry": bodies.names["ministry"].code}
        esep.register.import_definitions(places)
    cast = Cast(esep, bodies, clock)
    for body in STANDING:
        with transaction():
            esep.reports.distribution.set_rule(cast.at(body, "distribute"), bodies.id_of(body))
    reports = [cast.live(number, story, end) for number, story in enumerate(STORIES)]
    cast.clock.move_to(end)
    session.expire_all()
    return dict(sorted(Counter(report.stage.value for report in reports).items()))


class Cast:
    """The people of the demo at their desks, and the clock they work by."""

    def __init__(self, esep: Esep, bodies: DemoBodies, clock: SetClock) -> None:
        self.clock = clock
        self._esep = esep
        self._bodies = bodies

    def at(self, body: str, step: str) -> Actor:
        """Who does a step of a body's report."""
        return self._actor(DESKS[body].get(step, "chancery"))

    def live(self, seed: int, story: Story, end: datetime) -> Report:
        """Open a report in the past and bring it as far as its story goes."""
        self.clock.move_to(end - timedelta(days=story.opened_days_ago))
        with transaction():
            period = self._period(story, end)
            report = self._esep.reports.opening.open(story.kind, self._bodies.id_of(story.body), period)
        sent_back = not story.returned_from
        while (task := self._task(report)) is not None and not (sent_back and task.element_id == story.to):
            self.clock.move_to(min(end, self.clock.now() + timedelta(hours=5)))
            sends_back = not sent_back and task.element_id == story.returned_from
            self._do(task, report, story, seed, sends_back=sends_back)
            sent_back = sent_back or sends_back
        if story.withdrawn:
            with transaction():
                self._esep.reports.withdraw(self.at(story.body, "approve"), report.id, "Есеп қате кезең үшін ашылған.")
        elif story.in_hand:
            with transaction():
                self._esep.reports.begin_review(self.at(story.body, story.to), report.id)
        elif story.to == "prepare":
            self._begin(report, story, seed)
        return report

    def _period(self, story: Story, end: datetime) -> str:
        """The period so many periods ago; 0 is the one that runs."""
        register = self._esep.register
        kind = register.kind(story.kind)
        period = kind.periodicity.last_ended(register.calendar.day_of(end))
        if story.periods_ago == 0:
            return kind.periodicity.next(period).text
        for _ in range(story.periods_ago - 1):
            period = kind.periodicity.previous(period)
        return period.text

    def _do(self, task: UserTask, report: Report, story: Story, seed: int, *, sends_back: bool) -> None:
        actor = self.at(story.body, self._desk(task, story))
        values: dict[str, str] = {}
        if task.element_id == "prepare":
            self._fill(actor, report, story, seed)
        elif sends_back:
            values = {"decision": "return"}
            for anchor, words in REMARKS[story.kind]:
                with transaction():
                    self._esep.reports.remarks.add(actor, report.id, anchor, words)
        elif task.element_id in DECISIONS:
            values = {"decision": DECISIONS[task.element_id]}
        with transaction():
            self._esep.worklist.complete(actor, task.id, values)

    def _desk(self, task: UserTask, story: Story) -> str:
        """The step's own desk; a report that its head signs comes back to the desk of approval."""
        return "approve" if task.element_id == "sign" and self._esep.register.kind(story.kind).signature == "head" else task.element_id

    def _fill(self, actor: Actor, report: Report, story: Story, seed: int) -> None:
        """All figures the first time; after a return an answer to each remark."""
        remarks = [remark for remark in self._esep.reports.remarks.list(actor, report.id) if remark.state == "open"]
        with transaction():
            if report.revision == 1:
                self._save(actor, report, FIGURES[story.kind](seed))
            for remark in remarks:
                self._esep.reports.remarks.answer(actor, remark.id, "Түзетілді, түсіндірме берілді.")
            if remarks and story.kind == "EMP-01":
                self._save(actor, report, {"jobs.note.ru": "Рост связан с летними общественными работами."})

    def _begin(self, report: Report, story: Story, seed: int) -> None:
        """Leave a report in preparation half filled."""
        if report.revision > 1:
            return
        figures = FIGURES[story.kind](seed)
        with transaction():
            self._save(
                self.at(story.body, "prepare"), report, {address: figures[address] for address in sorted(figures)[: len(figures) // 2]}
            )

    def _save(self, actor: Actor, report: Report, values: dict[str, str]) -> None:
        self._esep.reports.save_cells(actor, report.id, values)

    def _task(self, report: Report) -> UserTask | None:
        """The open user task of the report; None when its process has ended."""
        session.expire_all()
        running = self._esep.engine.instances.list(business_key=report.business_key, state="active").items
        return self._esep.engine.tasks.of_instance(running[0].id)[0] if running else None

    def _actor(self, login: str) -> Actor:
        user_id: UUID = self._esep.organisations.users.find(login).id
        return self._esep.organisations.actor(user_id)
