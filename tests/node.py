"""Node packages of a folder of tests, installed from its lock file on first use."""

import fcntl
import hashlib
import shutil
import subprocess
from pathlib import Path

MISSING = "no Node: `node` and `npm` (20 or newer) are needed for the tests in the browser and for the parity of forms"


def install(folder: Path) -> None:
    """Run `npm ci` in a folder unless what its lock file says is there already. Of several processes one does it, and the others wait."""
    if not (shutil.which("node") and shutil.which("npm")):
        raise RuntimeError(MISSING)
    locked = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    stamp = folder / "node_modules" / ".locked"
    with (folder / "package-lock.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp.exists() and stamp.read_text() == locked:
            return
        subprocess.run(["npm", "ci", "--silent"], cwd=folder, check=True, stdin=subprocess.DEVNULL, timeout=600)
        stamp.write_text(locked)


def run(script: Path, *arguments: str, timeout: int = 120) -> str:
    """What a script printed; raises RuntimeError with its words when it failed."""
    result = subprocess.run(
        ["node", str(script), *arguments],
        cwd=script.parent,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=timeout,
        check=False,
    )
    if result.returncode:
        raise RuntimeError(result.stderr.strip() or result.stdout.strip())
    return result.stdout
