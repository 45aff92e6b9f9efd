"""Every docs/tour*.md runs as it is written, against a server on fresh demo data, as a stranger would run it."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOURS = sorted((ROOT / "docs").glob("tour*.md"))
BIN = Path(sys.executable).parent


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """What the shell of the tour sees: `esep` on the path, a data directory and a port of its own, a running server."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    plain = {name: value for name, value in os.environ.items() if not name.startswith("ESEP_")}
    settings = {
        **plain,
        "PATH": f"{BIN}:{plain['PATH']}",
        "ESEP_DATA_DIR": str(tmp_path / "var"),
        "ESEP_PORT": str(port),
        "ESEP_LOG_FORMAT": "text",
    }
    for command in (["db", "upgrade"], ["demo"]):
        subprocess.run([BIN / "esep", *command], env=settings, check=True, stdout=subprocess.DEVNULL)
    server = subprocess.Popen([BIN / "esep", "serve"], env=settings, start_new_session=True)
    wait_until_ready(port)
    yield settings
    kill_all(server, tmp_path / "var" / "serve.lock")


def wait_until_ready(port: int) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=2):
                return
        except (OSError, urllib.error.URLError):
            time.sleep(0.1)
    raise RuntimeError("the server is not ready after 30 seconds")


def kill_all(server: subprocess.Popen[bytes], lock: Path) -> None:
    """End the server of this test and the one that the tour itself may have started."""
    for pid in [server.pid, *map(int, lock.read_text().split())]:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    server.wait(10)


def script_of(tour: Path) -> str:
    blocks = re.findall(r"^```sh\n(.*?)^```$", tour.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return "set -euo pipefail\n" + "\n".join(blocks)


@pytest.mark.faults
@pytest.mark.parametrize("tour", TOURS, ids=lambda path: path.stem)
def test_the_tour_runs_as_it_is_written(tour, environment, tmp_path):
    result = subprocess.run(
        ["bash", "-c", script_of(tour)], env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False
    )

    assert result.returncode == 0, f"{result.stdout[-3000:]}\n{result.stderr[-3000:]}"
    assert result.stdout.rstrip().endswith("tour: ok")
