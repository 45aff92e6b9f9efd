"""The HTTP process: gunicorn with threads. With the embedded database one process, which also ticks and holds `serve.lock`."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

import app
import logs
from config import Config, ConfigurationError
from worker import Ticker

LOCK = "serve.lock"


class Server(BaseApplication):
    """Gunicorn with our settings; the application is built in each worker process, after the fork."""

    def __init__(self, config: Config) -> None:
        self._config = config
        super().__init__()

    def load_config(self) -> None:
        """Hand our settings to gunicorn."""
        config = self._config
        settings: dict[str, Any] = {
            "bind": f"{config.host}:{config.port}",
            "workers": config.workers,
            "threads": config.threads,
            "worker_class": "gthread",
            "worker_tmp_dir": "/dev/shm" if Path("/dev/shm").is_dir() else None,  # noqa: S108 - a heartbeat file, not data
            "graceful_timeout": 20,
            "keepalive": 15,
            "accesslog": None,
            "limit_request_line": 8190,
            "control_socket_disable": True,
        }
        for name, value in settings.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application of this worker process."""
        logs.configure(self._config.log_format, self._config.log_level)
        esep = app.build(self._config)
        if self._config.embedded:
            _note_process(self._config)
            Ticker(esep).start()
        return esep.http


def run(config: Config) -> None:
    """Serve until told to end. Raises ConfigurationError when another server holds the embedded database."""
    with _alone(config):
        Server(config).run()


@contextmanager
def _alone(config: Config) -> Iterator[None]:
    if not config.embedded:
        yield
        return
    config.data_dir.mkdir(parents=True, exist_ok=True)
    with (config.data_dir / LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ConfigurationError(f"{config.data_dir}: another `esep serve` runs on this embedded database") from error
        lock.truncate(0)
        _note_process(config)
        yield


def _note_process(config: Config) -> None:
    """Add this process to the lock file, for whoever must end the server by force."""
    with (config.data_dir / LOCK).open("a") as file:
        file.write(f"{os.getpid()}\n")
