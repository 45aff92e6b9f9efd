"""The background process: timers, jobs, outbox, seals and backups. APScheduler is only the tick; what is due stands in the database.

Any number of workers may run over one PostgreSQL: rows are claimed, so nothing happens twice. With the embedded database the server process
runs this itself, after its fork.
"""

import shutil
import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

import app
from app import Esep
from storage import backups, journal, outbox, sealer
from storage.transaction import transaction

BACKUP_NAME = "%Y-%m-%dT%H%M%SZ"
#: Rounds of one tick, so that a burst is worked off without waiting for the next tick, and a flood can't keep the tick for ever.
ROUNDS = 50
DEPLOY_SECONDS = 15

log = structlog.get_logger(__name__)


class Ticker:
    """Looks at what is due, again and again, until stopped."""

    def __init__(self, esep: Esep) -> None:
        self._esep = esep
        self._scheduler = BackgroundScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )

    def start(self) -> None:
        """Begin to tick in threads of this process."""
        config = self._esep.config
        self._every(config.tick_seconds, self.tick)
        self._every(config.seal_seconds, self.seal)
        self._every(DEPLOY_SECONDS, self.deploy_shipped)
        if config.backup_hours:
            self._every(600, self.back_up_when_due)
        self._scheduler.start()
        self._in_context(lambda: sealer.seal(self._esep.clock, everything=True))

    def stop(self) -> None:
        """End after the steps that are under way."""
        self._scheduler.shutdown(wait=True)

    def tick(self) -> int:
        """Fire due timers, run due jobs, deliver the outbox; returns how much was done."""
        engine, done = self._esep.engine, 0
        for _ in range(ROUNDS):
            round_done = engine.timers.fire_due() + engine.jobs.run_due() + outbox.deliver_due(self._esep.outbox_handlers, self._esep.clock)
            done += round_done
            if not round_done:
                break
        return done

    def seal(self) -> int:
        """Seal the journal's new entries."""
        return sealer.seal(self._esep.clock)

    def deploy_shipped(self) -> list[str]:
        """Deploy a diagram that was dropped into `processes/`, or changed there."""
        return app.deploy_shipped(self._esep)

    def back_up_when_due(self) -> Path | None:
        """Make a backup when the newest is old enough, and remove the oldest over the number to keep."""
        config, now = self._esep.config, self._esep.clock.now()
        made = sorted(path for path in config.backups_dir.glob("*Z") if path.is_dir())
        if made and now - _made_at(made[-1]) < timedelta(hours=config.backup_hours):
            return None
        folder = config.backups_dir / now.strftime(BACKUP_NAME)
        manifest = backups.make(folder, self._esep.files, self._esep.clock)
        for old in [*made, folder][: -config.backup_keep]:
            shutil.rmtree(old)
        with transaction():
            rows = sum(table["rows"] for table in manifest["tables"].values())
            journal.record("backup:made", at=now, subject=("backup", folder.name), rows=rows, files=len(manifest["files"]))
        return folder

    def _every(self, seconds: float, work: Callable[[], object]) -> None:
        self._scheduler.add_job(self._in_context, "interval", [work], seconds=seconds, id=work.__name__)

    def _in_context(self, work: Callable[[], object]) -> None:
        with self._esep.http.app_context():
            try:
                work()
            except Exception:  # a failing tick must not end the ticking; what was due is still due
                log.exception("tick_failed", work=getattr(work, "__name__", "start"))


def run(esep: Esep) -> None:
    """Tick until the process is told to end (SIGTERM, SIGINT)."""
    stopped = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopped.set())
    ticker = Ticker(esep)
    ticker.start()
    log.info("worker_started")
    stopped.wait()
    ticker.stop()
    log.info("worker_stopped")


def _made_at(folder: Path) -> datetime:
    return datetime.strptime(folder.name, BACKUP_NAME).replace(tzinfo=UTC)
