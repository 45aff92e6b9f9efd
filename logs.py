"""Structured logs: one line an event, as JSON for machines or text for people. Contents of reports never go in here.

An exception is told by its type and the places in the code that it came through, without its message: messages quote what somebody typed.
"""

import logging
import sys
import threading
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import TypeAlias

import structlog
from sqlalchemy.exc import DBAPIError, OperationalError

from refusals import Refusal

#: Libraries that at lower levels tell what they work on: statements with their parameters, the data of tokens.
TALKATIVE = ("alembic", "apscheduler", "psycopg", "spiff", "sqlalchemy")
#: The longest chain of causes that is told.
_CAUSES = 8
ExceptionInfo: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None]


def configure(log_format: str, level: str) -> None:
    """Send the logs of this process, ours and the libraries', to standard error in the format "json" or "text"."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(_told),
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False) if log_format == "json" else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processor=renderer))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)  # that a long tick lasts over the next one is nothing to tell
    logging.captureWarnings(True)
    threading.excepthook = _thread_ended


def _told(exc_info: ExceptionInfo) -> str:
    return "\n".join(line for error in _chain(exc_info[1]) for line in (_named(error), *_places(error)))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An exception and what it came from, the last one first."""
    for _ in range(_CAUSES):
        if error is None:
            return
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _named(error: BaseException) -> str:
    """The type, with as much of the reason as cannot be anybody's data."""
    kind = type(error)
    name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
    if isinstance(error, OSError) and error.strerror:
        return f"{name}: {error.strerror}"
    if isinstance(error, OperationalError):
        return f"{name}: {reason_of(error)}"
    return f"{name}: {error.code}" if isinstance(error, Refusal) else name


def reason_of(error: DBAPIError) -> str:
    """The first line of what the database itself said, without statement and parameters."""
    return str(error.orig).strip().partition("\n")[0]


def _places(error: BaseException) -> list[str]:
    return [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]


def _thread_ended(ended: threading.ExceptHookArgs) -> None:
    if ended.exc_type is not SystemExit:
        structlog.get_logger(__name__).error("thread_failed", exc_info=ended.exc_value)
