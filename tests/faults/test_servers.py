"""Servers that stand in each other's way, that are killed, and backups for which there is no room."""

import resource
import signal
import subprocess

import pytest

from tests.installation import ESEP, Installation, eventually


@pytest.mark.faults
def test_a_second_server_or_worker_on_an_embedded_database_is_refused_in_one_line(installation):
    second = Installation(installation.data_dir)
    with installation.serves():
        for words in (["serve"], ["worker"]):
            done = second.esep(*words)
            assert done.code == 1
            assert done.error == f"esep: {installation.data_dir}: another `esep serve` or `esep worker` runs on this embedded database\n"


@pytest.mark.faults
def test_an_address_in_use_is_refused_in_one_line(installation, tmp_path):
    other = installation.copied(tmp_path / "other")
    other.port = installation.port
    with installation.serves():
        done = other.esep("serve")

    assert (done.code, done.error) == (1, f"esep: 127.0.0.1:{installation.port}: Address already in use\n")


@pytest.mark.faults
def test_after_the_master_was_killed_a_new_server_starts_soon(installation):
    with installation.serves() as first:
        first.send_signal(signal.SIGKILL)
        first.wait(10)

        with installation.runs("serve") as second:
            eventually(lambda: holder(installation) == second.pid, "the new server holds the database")
            eventually(installation.is_ready, "the new server is ready")
            assert installation.asks("GET", "/api/v1/me", login="admin").status == 200


def holder(installation: Installation) -> int:
    return int((installation.data_dir / "serve.lock").read_text().split()[0])


@pytest.mark.faults
def test_a_server_that_is_told_to_end_ends_soon_and_with_success(installation):
    with installation.serves() as server:
        server.terminate()

        assert server.wait(10) == 0


@pytest.mark.faults
def test_a_backup_for_which_there_is_no_room_leaves_nothing_under_its_name(installation, tmp_path):
    """A limit on the size of files stands for a full disk: both are an error of the system in the middle of a write."""
    scan = installation.data_dir / "files" / "ab" / "cd" / ("abcd" + "0" * 60)
    scan.parent.mkdir(parents=True)
    scan.write_bytes(bytes(2_000_000))
    limit = 1_000_000

    done = subprocess.run(
        [ESEP, "backup", tmp_path / "backup"],
        env=installation.environment,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.startswith("esep: ")
    assert done.stderr.endswith("File too large\n")
    assert not list(tmp_path.glob("backup*"))
