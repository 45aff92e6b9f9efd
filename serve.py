"""The HTTP process: gunicorn with threads. With the embedded database one process, which also ticks and holds `serve.lock`."""

import ctypes
import fcntl
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import click
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

import app
from config import Config, ConfigurationError
from worker import Ticker

LOCK = "serve.lock"
#: How long a start waits for the last of a server that was killed: its processes see within a second that their parent is gone.
PATIENCE_SECONDS = 3.0
#: Blocks of memory from this size on go back to the system as soon as they are free; what is smaller may be kept for the next request.
BIG_BLOCK = 8 << 20
#: Names of glibc's malloc.h.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3


class Server(BaseApplication):
    """Gunicorn with our settings; the application is built in each worker process, after the fork."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._ticker: Ticker | None = None
        super().__init__()

    def load_config(self) -> None:
        """Hand our settings to gunicorn."""
        config = self._config
        settings: dict[str, Any] = {
            "bind": _address(config),
            "workers": config.workers,
            "threads": config.threads,
            "worker_class": "gthread",
            "worker_tmp_dir": "/dev/shm" if Path("/dev/shm").is_dir() else None,  # noqa: S108 - a heartbeat file, not data
            "graceful_timeout": 20,
            "keepalive": 15,
            "accesslog": None,
            "logger_class": _Logger,
            "limit_request_line": 8190,
            "control_socket_disable": True,
            "when_ready": lambda _master: click.echo(f"Esep listens on http://{_address(config)}"),
            "worker_exit": lambda _master, _worker: self._end(),
        }
        for name, value in settings.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:  # gunicorn has no type for a Flask
        """The application of this worker process."""
        esep = app.build(self._config)
        if self._config.embedded:
            _note_process(self._config)
            self._ticker = Ticker(esep)
            self._ticker.start()
        return esep.http

    def _end(self) -> None:
        if self._ticker is not None:
            self._ticker.stop()


class _Logger(Logger):
    """Gunicorn's messages in our logs."""

    def setup(self, cfg: Any) -> None:
        self.cfg = cfg
        self._access_log_enabled = False
        self.error_log.propagate = True


def run(config: Config) -> None:
    """Serve until told to end. Raises ConfigurationError when another server holds the embedded database or the address."""
    with alone(config):
        _require_free_address(config)
        _give_big_blocks_back()
        Server(config).run()


@contextmanager
def alone(config: Config) -> Iterator[None]:
    """Hold the embedded database for this process and those that it forks; nothing to hold elsewhere. Raises ConfigurationError."""
    if not config.embedded:
        yield
        return
    config.data_dir.mkdir(parents=True, exist_ok=True)
    with (config.data_dir / LOCK).open("a") as lock:
        if not _soon(lambda: _locked(lock)):
            raise ConfigurationError(f"{config.data_dir}: another `esep serve` or `esep worker` runs on this embedded database")
        lock.truncate(0)
        _note_process(config)
        yield


def _give_big_blocks_back() -> None:
    """Keep glibc from holding on, in every thread, to the 19 MiB that verifying a password takes: it would, from the second one on."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, BIG_BLOCK)
        mallopt(_M_TRIM_THRESHOLD, 2 * BIG_BLOCK)


def _require_free_address(config: Config) -> None:
    reasons: list[str] = []
    if not _soon(lambda: _can_listen(config, reasons)):
        raise ConfigurationError(f"{_address(config)}: {reasons[-1]}")


def _soon(holds: Callable[[], bool]) -> bool:
    """Whether something holds within the time of patience."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def _locked(lock: TextIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _can_listen(config: Config, reasons: list[str]) -> bool:
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    try:
        socket.create_server((config.host, config.port), family=family).close()
    except OSError as error:
        reasons.append(os.strerror(error.errno) if error.errno else str(error))
        return False
    return True


def _address(config: Config) -> str:
    host = f"[{config.host}]" if ":" in config.host else config.host
    return f"{host}:{config.port}"


def _note_process(config: Config) -> None:
    """Add this process to the lock file, for whoever must end the server by force."""
    with (config.data_dir / LOCK).open("a") as file:
        file.write(f"{os.getpid()}\n")
