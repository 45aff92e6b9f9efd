"""Commands in processes of their own that need not begin with importing everything: forked from one that has."""

import importlib
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["cli", "tests.faults.drill"])


def run(module: str, words: Sequence[str], environment: Mapping[str, str], stdin: str, cwd: Path | None) -> tuple[int, str, str]:
    """Run the `main` of a module with some words, as `esep`; gives its exit code, output and errors."""
    with tempfile.TemporaryDirectory() as folder:
        streams = [Path(folder) / name for name in ("in", "out", "error")]
        streams[0].write_text(stdin)
        process = CONTEXT.Process(target=_esep, args=(module, list(words), dict(environment), [str(path) for path in streams], cwd))
        process.start()
        process.join(60)
        code = process.exitcode
        process.close()
        assert code is not None
        return code, streams[1].read_text(), streams[2].read_text()


def _esep(module: str, words: list[str], environment: dict[str, str], streams: list[str], cwd: Path | None) -> None:
    os.environ.clear()
    os.environ.update(environment)
    for descriptor, path in enumerate(streams):
        flags = os.O_RDONLY if descriptor == 0 else os.O_WRONLY | os.O_CREAT
        os.dup2(os.open(path, flags), descriptor)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - multiprocessing has put another file there
    if cwd is not None:
        os.chdir(cwd)
    importlib.import_module(module).main(words, prog_name="esep")
