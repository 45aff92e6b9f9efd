"""Every setting of the product, read once at the start. Each is described in docs/settings.md (a test compares the two)."""

import re
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

PREFIX = "ESEP_"
EMBEDDED = "sqlite"
_ADDRESS = re.compile(r"[^\s@<>\"]{1,64}@[A-Za-z0-9.-]{1,253}")
_URL = re.compile(r"https?://[A-Za-z0-9.:-]{1,253}(/[A-Za-z0-9._/-]*[A-Za-z0-9])?")


class ConfigurationError(Exception):
    """A setting is missing, unknown or of the wrong kind. The product does not start."""


@dataclass(frozen=True)
class Config:
    """The settings. A field `x` is set by the variable `ESEP_X`, or by the key `x` of the TOML file that `ESEP_CONFIG` names."""

    database_url: str = ""
    secret_key: str = ""
    data_dir: Path = Path("var")
    host: str = "127.0.0.1"
    port: int = 8080
    workers: int = 1
    threads: int = 16
    timezone: str = "Asia/Almaty"
    tick_seconds: float = 1.0
    seal_seconds: float = 5.0
    backup_dir: str = ""
    backup_hours: int = 24
    backup_keep: int = 14
    notification_days: int = 90
    escalation_days: int = 2
    digest_at: str = "09:00"
    public_url: str = ""
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_security: str = "starttls"
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_timeout: float = 10.0
    mail_sender: str = ""
    mails_per_hour: int = 5
    webhook_hosts: str = ""
    webhook_private: bool = False
    webhook_off_days: int = 5
    history_days: int = 0
    history_cleanup_from: str = "01:00"
    history_cleanup_to: str = "05:00"
    history_cleanup_batch: int = 500
    purge_reports: bool = False
    session_idle_hours: int = 8
    session_hours: int = 24
    secure_cookies: bool = False
    max_upload_bytes: int = 10_000_000
    max_attachment_bytes: int = 20_000_000
    max_attachments_bytes: int = 200_000_000
    signature_verifier: str = "cms"
    signature_anchors: str = ""
    revocation_hosts: str = "ocsp.pki.gov.kz crl.pki.gov.kz crl.root.gov.kz"
    revocation_fresh_minutes: int = 60
    revocation_timeout_seconds: float = 5.0
    revocation_max_bytes: int = 5_000_000
    ncanode_url: str = "http://127.0.0.1:14579"
    ncanode_timeout_seconds: float = 15.0
    log_format: str = "json"
    log_level: str = "info"

    @property
    def embedded(self) -> bool:
        """Whether the database is the embedded one."""
        return self.database_url.startswith(EMBEDDED)

    @property
    def files_dir(self) -> Path:
        """Where files are kept."""
        return self.data_dir / "files"

    @property
    def anchors_dir(self) -> Path:
        """Where the certificates lie that signatures must lead to."""
        return Path(self.signature_anchors) if self.signature_anchors else self.data_dir / "anchors"

    @property
    def backups_dir(self) -> Path:
        """Where scheduled backups are written."""
        return Path(self.backup_dir) if self.backup_dir else self.data_dir / "backups"


def load(environment: Mapping[str, str]) -> Config:
    """The settings of a process: variables win over the file, the file over the defaults. Raises ConfigurationError.

    With the embedded database a secret key that nobody set is made once and kept in the data directory; otherwise it is required.
    """
    given = _from_file(environment.get(f"{PREFIX}CONFIG", "")) | _from_variables(environment)
    config = Config(**{name: _typed(name, value) for name, value in given.items()})
    if not config.database_url:
        config = replace(config, database_url=f"sqlite:///{(config.data_dir / 'esep.db').absolute()}")
    _check(config)
    return config if config.secret_key else replace(config, secret_key=_kept_secret(config))


def _from_variables(environment: Mapping[str, str]) -> dict[str, Any]:
    names = {key.removeprefix(PREFIX).lower(): value for key, value in environment.items() if key.startswith(PREFIX)}
    names.pop("config", None)
    return names


def _from_file(path: str) -> dict[str, Any]:
    if not path:
        return {}
    try:
        return tomllib.loads(Path(path).read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"{PREFIX}CONFIG: {path}: {error}") from error


def _typed(name: str, value: Any) -> Any:
    kinds: dict[str, Any] = {field.name: type(field.default) for field in fields(Config)}
    if name not in kinds:
        raise ConfigurationError(f"{PREFIX}{name.upper()}: there is no such setting")
    kind = kinds[name]
    try:
        if kind is bool:
            return {"true": True, "1": True, "false": False, "0": False}[str(value).lower()]
        return kind(value)
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigurationError(f"{PREFIX}{name.upper()}: {value!r} is not of the kind {kind.__name__}") from error


def _check(config: Config) -> None:
    if config.signature_verifier not in ("cms", "ncanode"):
        raise ConfigurationError(f"{PREFIX}SIGNATURE_VERIFIER: cms or ncanode, not {config.signature_verifier!r}")
    if config.log_format not in ("json", "text"):
        raise ConfigurationError(f"{PREFIX}LOG_FORMAT: json or text, not {config.log_format!r}")
    for name in ("history_cleanup_from", "history_cleanup_to", "digest_at"):
        try:
            time.fromisoformat(getattr(config, name))
        except ValueError as error:
            raise ConfigurationError(f"{PREFIX}{name.upper()}: an hour like 01:30, not {getattr(config, name)!r}") from error
    if config.notification_days < 1 or config.escalation_days < 0:
        raise ConfigurationError(f"{PREFIX}NOTIFICATION_DAYS is at least 1, {PREFIX}ESCALATION_DAYS 0 or more")
    if config.history_days < 0 or config.history_cleanup_batch < 1:
        raise ConfigurationError(f"{PREFIX}HISTORY_DAYS is 0 or more, {PREFIX}HISTORY_CLEANUP_BATCH at least 1")
    if config.embedded and config.workers > 1:
        raise ConfigurationError(f"{PREFIX}WORKERS: the embedded database serves one process; several need PostgreSQL")
    if not 0 < config.max_attachment_bytes <= config.max_attachments_bytes:
        raise ConfigurationError(f"{PREFIX}MAX_ATTACHMENT_BYTES is more than 0 and at most {PREFIX}MAX_ATTACHMENTS_BYTES")
    _check_mail(config)
    try:
        ZoneInfo(config.timezone)
    except (KeyError, ValueError) as error:
        raise ConfigurationError(f"{PREFIX}TIMEZONE: unknown time zone {config.timezone!r}") from error
    if not config.embedded and not config.secret_key:
        raise ConfigurationError(f"{PREFIX}SECRET_KEY is required with {config.database_url.split(':', 1)[0]}")


def _check_mail(config: Config) -> None:
    if config.smtp_security not in ("starttls", "tls", "none"):
        raise ConfigurationError(f"{PREFIX}SMTP_SECURITY: starttls, tls or none, not {config.smtp_security!r}")
    if config.smtp_host and not _ADDRESS.fullmatch(config.mail_sender):
        raise ConfigurationError(f"{PREFIX}MAIL_SENDER: a mail address is needed with {PREFIX}SMTP_HOST, not {config.mail_sender!r}")
    if config.public_url and not _URL.fullmatch(config.public_url):
        raise ConfigurationError(f"{PREFIX}PUBLIC_URL: https://… without a stroke at its end, not {config.public_url!r}")
    if config.webhook_off_days < 1:
        raise ConfigurationError(f"{PREFIX}WEBHOOK_OFF_DAYS is at least 1")
    if config.mails_per_hour < 1 or not 0 < config.smtp_timeout <= 60:
        raise ConfigurationError(f"{PREFIX}MAILS_PER_HOUR is at least 1, {PREFIX}SMTP_TIMEOUT more than 0 and at most 60 seconds")


def _kept_secret(config: Config) -> str:
    """The secret of the embedded installation, made on first need; only its owner may read it."""
    path = config.data_dir / "secret-key"
    if not path.exists():
        config.data_dir.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), "ascii")
    return path.read_text("ascii").strip()
