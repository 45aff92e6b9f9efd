"""The background process: timers, jobs, outbox, seals and backups. APScheduler is only the tick; what is due stands in the database.

Any number of workers may run over one PostgreSQL: rows are claimed, so nothing happens twice. With the embedded database the server process
runs this itself, after its fork.
"""

import gc
import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import ParamSpec, TypeVar
from uuid import UUID

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import OperationalError

import app
from app import Esep
from logs import reason_of
from storage import backup_schedule, database, idempotency, outbox, sealer
from storage.transaction import transaction

#: Rounds of one tick, so that a burst is worked off without waiting for the next tick, and a flood can't keep the tick for ever.
ROUNDS = 50
DEPLOY_SECONDS = 15
SWEEP_SECONDS = 300
FILES_SECONDS = 3600
#: How often it is looked whether the day of a change of territories has come.
FOLLOW_SECONDS = 300
BACKUP_LOOK_SECONDS = 600
CLEANUP_LOOK_SECONDS = 300
#: Cases of reports that one look purges.
MOST_PURGED = 2_000
#: How often it is looked whether reports are due, and whether there are any to be opened.
PLAN_SECONDS = 60
OPEN_SECONDS = 2
#: How often it is looked whether receivers have been silent for as long as they may.
SILENCE_SECONDS = 60
#: How often it is looked whether mails are due.
MAIL_SECONDS = 5
#: How often it is looked whether something is to be posted to webhooks.
POST_SECONDS = 5

Of = ParamSpec("Of")
Result = TypeVar("Result")
log = structlog.get_logger(__name__)


class Ticker:
    """Looks at what is due, again and again, until stopped. Its methods are to be called in an application context."""

    def __init__(self, esep: Esep, processes: Path = app.PROCESSES) -> None:
        self._esep = esep
        self._processes = processes
        self._seen: dict[str, tuple[int, int]] = {}
        self._looks_back_far = True
        self._stopping = threading.Event()
        self._scheduler = BackgroundScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )

    def start(self) -> None:
        """Begin to tick in threads of this process."""
        config = self._esep.config
        self._every(config.tick_seconds, self.tick)
        self._every(config.tick_seconds, self.deliver)
        self._every(config.seal_seconds, self.seal)
        self._every(DEPLOY_SECONDS, self.deploy_shipped)
        self._every(PLAN_SECONDS, self.plan_openings)
        self._every(OPEN_SECONDS, self.open_reports)
        self._every(SILENCE_SECONDS, self.tell_silence)
        self._every(MAIL_SECONDS, self.send_mails)
        self._every(POST_SECONDS, self.post_to_webhooks)
        self._every(SWEEP_SECONDS, self.sweep)
        self._every(FILES_SECONDS, self.sweep_files)
        self._every(FOLLOW_SECONDS, self.follow_territories)
        self._every(CLEANUP_LOOK_SECONDS, self.clean_history_by_night)
        self._every(CLEANUP_LOOK_SECONDS, self.purge_reports_by_night)
        if config.backup_hours:
            self._every(BACKUP_LOOK_SECONDS, self.back_up_when_due)
        self._scheduler.start()

    def stop(self) -> None:
        """End after the steps that are under way."""
        self._stopping.set()
        self._scheduler.shutdown(wait=True)

    def tick(self) -> int:
        """Fire due timers, run due jobs, deliver messages and signals, with what these bring about; returns how much was done."""
        engine = self._esep.engine
        return self._work_off(engine.timers.fire_due, engine.start_timers.fire_due, engine.jobs.run_due, engine.deliveries.deliver_due)

    def deliver(self) -> int:
        """Deliver what is due of the outbox, apart from the tick: it may have to wait for the outside; returns how much was done."""
        return self._work_off(self._deliver_some)

    def seal(self) -> int:
        """Seal the journal's new entries, the first time whatever has no seal in the whole journal; returns how many."""
        sealed = self._work_off(self._seal_some)
        self._looks_back_far = False
        return sealed

    def deploy_shipped(self) -> list[str]:
        """Deploy a diagram that was dropped into `processes/`, or changed there; gives the names of the new definitions."""
        found = {
            path.name: (path.stat().st_mtime_ns, path.stat().st_size)
            for path in self._processes.iterdir()
            if path.suffix in (".bpmn", ".dmn")
        }
        if found == self._seen:
            return []
        made = app.deploy_shipped(self._esep, self._processes)
        self._seen = found
        return made

    def plan_openings(self) -> int:
        """Note which reports are due by the Register and not open; returns how many."""
        return self._esep.reports.openings.plan()

    def tell_silence(self) -> int:
        """Take reports that their receivers have not answered in time for accepted, where their kinds allow it; returns how many."""
        return self._esep.reports.silence.tell()

    def open_reports(self) -> int:
        """Open what is planned, some reports at a time, until nothing is left; returns for how many bodies."""
        total = 0
        while not self._stopping.is_set() and (done := self._tried(self._esep.reports.openings.open_share)):
            total += done
        if total:
            log.info("reports_opened", bodies=total)
        return total

    def send_mails(self) -> int:
        """Send the mails that are due, apart from all else: a server may have to be waited for; returns how many."""
        return self._esep.notifications.mailing.send_due()

    def post_to_webhooks(self) -> int:
        """Post what is due to webhooks, apart from all else; returns how much was taken."""
        return self._esep.notifications.webhooks.deliver_due()

    def sweep(self) -> None:
        """Forget what has run out: sessions, counted failures of sign-in, answers kept, old notifications."""
        with transaction():
            self._esep.organisations.sweep()
            self._esep.evidence.sweep()
            self._esep.reports.phones.sweep()
        self._work_off(self._forget_answers, self._forget_notifications)

    def sweep_files(self) -> int:
        """Remove the files that nothing names; returns how many."""
        removed = self._esep.reports.attachments.sweep()
        if removed:
            log.info("files_swept", files=removed)
        return removed

    def follow_territories(self) -> int:
        """Let akimats follow the changes of territories whose day has come, one that fails keeping no other; returns how many."""
        return sum(bool(self._tried(self._follow_change, change_id)) for change_id in self._esep.organisations.territory_changes.due())

    def clean_history_by_night(self) -> int:
        """In the hours of the cleanup, remove the history of instances that is past its time; returns how many instances."""
        removed = self._work_off(self._clean_some) if self._esep.engine.retention.is_time() else 0
        if removed:
            log.info("history_cleaned", instances=removed)
        return removed

    def purge_reports_by_night(self) -> int:
        """In the hours of the cleanup, where it is switched on, purge what approved acts of destruction name; returns how many reports were
        purged or kept back."""
        if not self._esep.config.purge_reports:
            return 0
        total = 0
        for _ in range(MOST_PURGED):
            done = self._tried(self._esep.reports.archive.purging.purge_next) if self._esep.engine.retention.is_time() else 0
            total += done or 0
            if not done or self._stopping.is_set():
                break
        if total:
            log.info("reports_purged", reports=total)
        return total

    def back_up_when_due(self) -> Path | None:
        """Make the scheduled backup when it is time; gives its folder."""
        config = self._esep.config
        every = timedelta(hours=config.backup_hours)
        made = backup_schedule.make_when_due(config.backups_dir, self._esep.files, self._esep.clock, every=every, keep=config.backup_keep)
        if made is not None:
            log.info("backup_made", folder=str(made))
        return made

    def _deliver_some(self) -> int:
        return outbox.deliver_due(self._esep.outbox_handlers, self._esep.clock)

    def _seal_some(self) -> int:
        return sealer.seal(self._esep.clock, everything=self._looks_back_far, heard=self._esep.notifications.hear)

    def _follow_change(self, change_id: UUID) -> bool:
        with transaction():
            return self._esep.organisations.territory_changes.follow(change_id)

    def _clean_some(self) -> int:
        with transaction():
            return self._esep.engine.retention.clean()

    def _forget_answers(self) -> int:
        with transaction():
            return idempotency.forget_expired(self._esep.clock.now())

    def _forget_notifications(self) -> int:
        with transaction():
            return self._esep.notifications.forget()

    def _work_off(self, *works: Callable[[], int]) -> int:
        """Do each work again and again while any of them finds something to do; one that fails doesn't keep the others from it."""
        total = 0
        for _ in range(ROUNDS):
            done = sum(self._tried(work) or 0 for work in works)
            total += done
            if not done or self._stopping.is_set():
                break
        return total

    def _every(self, seconds: float, work: Callable[[], object]) -> None:
        self._scheduler.add_job(self._in_context, "interval", [work], seconds=seconds, id=work.__name__)

    def _in_context(self, work: Callable[[], object]) -> None:
        with self._esep.http.app_context():
            self._tried(work)

    def _tried(self, work: Callable[Of, Result], *of: Of.args, **named: Of.kwargs) -> Result | None:
        """What a work gives, or None when it fails."""
        try:
            return work(*of, **named)
        except OperationalError as error:
            log.warning("database_failed", work=work.__name__, reason=reason_of(error))
        except Exception:  # a failing tick must not end the ticking; what was due is still due
            log.exception("tick_failed", work=work.__name__)
        database.session.rollback()
        return None


def run(esep: Esep) -> None:
    """Tick until the process is told to end (SIGTERM, SIGINT)."""
    stopped = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopped.set())
    ticker = Ticker(esep)
    gc.freeze()  # what is loaded by now stays: full collections would walk it in vain
    ticker.start()
    log.info("worker_started")
    stopped.wait()
    ticker.stop()
    log.info("worker_stopped")
