"""The composition root: builds every room, fills the ports, puts the doors on one Flask application. Nobody imports it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path
from typing import Literal, cast
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import structlog
from flask import Flask

import api
from api.house import House
from config import Config
from engine import diagram_forms
from engine.definition_errors import DeploymentRefused
from engine.ports import Operation
from engine.process_engine import ProcessEngine
from engine.retention import Keeping
from forms.catalogue import Forms
from forms.diagram_forms import faults_of_diagram_forms
from notifications.mailing import MailSettings
from notifications.notifications import Notifications, Settings
from notifications.posting import Outside
from notifications.smtp import MailServer
from notifications.webhooks import WebhookSettings
from operate.operate import Operate
from organisations.organisations import Organisations
from register.calendar import CHANGED as CALENDAR_CHANGED
from register.changes.changes import Changes
from register.changes.process_rules import faults_of_change_process
from register.changes.processes import EngineProcesses as ChangeProcesses
from register.forecast.forecast import Forecasts
from register.register import Register
from reports.archive.conditions import keeps_instance
from reports.attachments import AttachmentLimits
from reports.deadline_moves import RECOUNT
from reports.last_held import LastHeldFigures
from reports.prefill import HeldFigures
from reports.process_rules import faults_of_report_process
from reports.processes import EngineProcesses
from reports.reports import Reports
from reports.starts import require_no_report
from reports.workload import Workload
from signatures.cms import CmsVerifier
from signatures.evidence import Evidence
from signatures.fetching import Fetcher
from signatures.ncanode import NcaNodeVerifier
from signatures.ports import SignatureVerifier
from signatures.trust import TrustStore
from storage import database, outbox, schema
from storage.clock import Clock, SystemClock
from storage.files import FileStore
from storage.transaction import transaction
from worklist.worklist import Worklist

PROCESSES = Path(__file__).parent / "processes"
#: The source that deployments of `processes/` carry, so that only changed files make a new version.
SHIPPED = "esep"

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Esep:
    """The built product: the Flask application and the rooms behind it."""

    config: Config
    clock: Clock
    http: Flask
    engine: ProcessEngine
    organisations: Organisations
    forms: Forms
    register: Register
    changes: Changes
    forecasts: Forecasts
    reports: Reports
    worklist: Worklist
    operate: Operate
    notifications: Notifications
    evidence: Evidence
    verifier: SignatureVerifier
    files: FileStore
    outbox_handlers: Mapping[str, outbox.Handler]


def build(config: Config, clock: Clock | None = None) -> Esep:
    """The product on the database of the settings, which may still be empty; nothing is started."""
    clock = clock or SystemClock()
    zone = ZoneInfo(config.timezone)
    http = Flask("esep", static_folder=None)
    database.bind(http, config.database_url)
    evidence = _evidence(config, clock)
    verifier = _verifier(config, clock, evidence)
    organisations = Organisations(
        clock,
        zone=zone,
        session_idle=timedelta(hours=config.session_idle_hours),
        session_longest=timedelta(hours=config.session_hours),
        verifier=verifier,
        secret=config.secret_key,
    )
    forms = Forms(clock=clock, diagrams=lambda key: diagram_forms.find(engine.definitions, key))
    register = Register(clock=clock, bodies=organisations.bodies, zone=zone)
    operations: dict[str, Operation] = {}  # filled below: reports start processes, and processes call reports
    engine = ProcessEngine(
        clock=clock,
        operations=operations,
        forms=forms,
        groups=organisations,
        working_days=register.calendar,
        zone=zone,
        rules=(faults_of_diagram_forms, faults_of_report_process, faults_of_change_process),
        keeping=_keeping(config),
        keepers=(keeps_instance,),
    )
    files = FileStore(config.files_dir)
    reports = Reports(
        clock=clock,
        processes=EngineProcesses(engine),
        register=register,
        organisations=organisations,
        prefill=HeldFigures(),
        verifier=verifier,
        files=files,
        attachment_limits=AttachmentLimits(config.max_attachment_bytes, config.max_attachments_bytes),
    )
    changes = Changes(
        clock=clock, register=register, organisations=organisations, processes=ChangeProcesses(engine), held=LastHeldFigures()
    )
    operations.update(reports.operations() | changes.operations())
    workload = Workload(clock)
    forecasts = Forecasts(register=register, organisations=organisations, durations=workload, responsibles=workload)
    worklist = Worklist(engine=engine, organisations=organisations, forms=forms, clock=clock)
    operate = Operate(engine=engine, forms=forms, start_rules=(require_no_report,))
    notifications = Notifications(clock=clock, engine=engine, organisations=organisations, register=register, settings=_told(config))
    house = House(
        organisations=organisations,
        worklist=worklist,
        operate=operate,
        forms=forms,
        register=register,
        changes=changes,
        forecasts=forecasts,
        reports=reports,
        notifications=notifications,
        clock=clock,
        readiness={"database": _database_answers, "schema": _schema_is_newest},
    )
    api.create(
        http,
        house,
        secret_key=config.secret_key,
        max_upload_bytes=config.max_upload_bytes,
        max_attachment_bytes=config.max_attachment_bytes,
        secure_cookies=config.secure_cookies,
        public_url=config.public_url,
    )
    handlers = {
        CALENDAR_CHANGED: lambda delivery: _count_anew(engine, delivery),
        RECOUNT: lambda delivery: _recount_deadlines(reports, delivery),
        **notifications.handlers(),
        **reports.attachments.handlers(),
    }
    rooms = (engine, organisations, forms, register, changes, forecasts, reports, worklist, operate, notifications)
    return Esep(config, clock, http, *rooms, evidence, verifier, files, handlers)


def _evidence(config: Config, clock: Clock) -> Evidence:
    hosts = frozenset(config.revocation_hosts.lower().split())
    fetcher = Fetcher(hosts, config.revocation_timeout_seconds, config.revocation_max_bytes)
    return Evidence(clock, fetcher, fresh=timedelta(minutes=config.revocation_fresh_minutes))


def _verifier(config: Config, clock: Clock, evidence: Evidence) -> SignatureVerifier:
    if config.signature_verifier == "ncanode":
        host = urlsplit(config.ncanode_url).netloc.lower()
        return NcaNodeVerifier(clock=clock, url=config.ncanode_url, fetcher=Fetcher({host}, config.ncanode_timeout_seconds, 1_000_000))
    return CmsVerifier(clock=clock, trust=TrustStore(config.anchors_dir), evidence=evidence)


def _keeping(config: Config) -> Keeping:
    hours = (time.fromisoformat(config.history_cleanup_from), time.fromisoformat(config.history_cleanup_to))
    return Keeping(config.history_days or None, *hours, config.history_cleanup_batch)


def _told(config: Config) -> Settings:
    """How people are told of things."""
    server = None
    if config.smtp_host:
        security = cast(Literal["starttls", "tls", "none"], config.smtp_security)
        sign_in = (config.smtp_user, config.smtp_password)
        server = MailServer(config.smtp_host, config.smtp_port, security, *sign_in, config.smtp_timeout)
    mail = MailSettings(server, config.mail_sender, config.public_url, config.mails_per_hour, config.secret_key)
    hosts = tuple(host.strip().lower() for host in config.webhook_hosts.split(",") if host.strip())
    outside = Outside(hosts, config.webhook_private)
    webhooks = WebhookSettings(outside, config.secret_key, timedelta(days=config.webhook_off_days))
    return Settings(config.notification_days, config.escalation_days, time.fromisoformat(config.digest_at), mail, webhooks)


def deploy_shipped(esep: Esep, folder: Path = PROCESSES) -> list[str]:
    """Deploy the decisions and diagrams of `processes/` that are new or changed; gives the names of the new definitions, for an
    application context.

    A file that the linter refuses is logged and left out; what ran before goes on.
    """
    made: list[str] = []
    for path in [*sorted(folder.glob("*.dmn")), *sorted(folder.glob("*.bpmn"))]:  # diagrams may name decisions
        try:
            with transaction():
                deployment = esep.engine.definitions.deploy(
                    path.stem, {path.name: path.read_bytes()}, by=None, source=SHIPPED, duplicate_filtering=True
                )
        except DeploymentRefused as refusal:
            log.error("process_refused", file=path.name, findings=[str(finding) for finding in refusal.findings])
        else:
            if deployment.created:
                made += [f"{each.key}:{each.version}" for each in deployment.decisions]
                made += [f"{each.key}:{each.version}" for each in deployment.definitions]
    return made


def _count_anew(engine: ProcessEngine, delivery: outbox.Delivery) -> None:
    """The calendar has changed: work out the timers that count working days, some instances at a time."""
    after, act = delivery.payload.get("after"), delivery.payload.get("act")
    if after is None:
        engine.start_timers.recalculate_working_days()
        outbox.put(RECOUNT, {"act": act}, due_at=delivery.now)
    last = engine.timers.recalculate_working_days(after=None if after is None else UUID(after))
    if last is not None:
        outbox.put(CALENDAR_CHANGED, {"after": str(last)}, due_at=delivery.now)


def _recount_deadlines(reports: Reports, delivery: outbox.Delivery) -> None:
    """The calendar has changed: move the deadlines of reports under way, some at a time."""
    after, act = delivery.payload.get("after"), delivery.payload.get("act")
    last = reports.deadlines.by_calendar(act, None if after is None else UUID(after))
    if last is not None:
        outbox.put(RECOUNT, {"act": act, "after": str(last)}, due_at=delivery.now)


def _database_answers() -> bool:
    try:
        database.session.execute(sa.select(1))
    except sa.exc.SQLAlchemyError:
        return False
    return True


def _schema_is_newest() -> bool:
    try:
        return schema.current() == schema.head()
    except sa.exc.SQLAlchemyError:
        return False
