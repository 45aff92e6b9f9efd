"""The state of an instance as bytes: a format version, then text compressed by zstandard with a checksum.

The first line of the text is a JSON document, each further line an instance that sleeps (`engine.sleeping`).

A snapshot holds tokens, scopes and open activities, never a spec. Old snapshots stay readable: a new format gets a new version number and a
function in `_UPGRADES` that lifts the document of the version before it. `tests/engine/snapshots` keeps one of every version, and every
kind of wait in the formats since 2 (`tests.engine.waiting`).
"""

import threading
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import orjson
import zstandard

from engine import sleeping
from engine.errors import InstanceCannotContinue

VERSION = 2
_LEVEL = 3
#: What is larger than this is packed the quicker way, which makes it no larger.
_LARGE = 32 * 1024
_LEVEL_OF_LARGE = 1
_MAX_BYTES = 64 * 1024 * 1024
#: Format 1 had no sleeping instances.
_UPGRADES: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: lambda document: document}
_local = threading.local()


def packed(document: Mapping[str, Any]) -> bytes:
    """The bytes of a document."""
    awake = {key: value for key, value in document.items() if key != "asleep"}
    text = b"\n".join([orjson.dumps(awake), *sleeping.to_lines(document.get("asleep", {}))])
    return bytes((VERSION,)) + _compressor(_LEVEL if len(text) < _LARGE else _LEVEL_OF_LARGE).compress(text)


def unpacked(snapshot: bytes, needed: UUID | None = None) -> dict[str, Any]:
    """The document of a snapshot, in the present format; of its sleeping instances the one that an id is about, by default all.

    Raises InstanceCannotContinue when it is damaged or from a later version.
    """
    version = snapshot[0] if snapshot else 0
    try:
        awake, *asleep = _decompressor().decompress(snapshot[1:], max_output_size=_MAX_BYTES).split(b"\n")
        document: dict[str, Any] = orjson.loads(awake)
    except (zstandard.ZstdError, orjson.JSONDecodeError) as damage:
        raise InstanceCannotContinue(element=f"snapshot: {damage}") from damage
    while version != VERSION:
        if version not in _UPGRADES:
            raise InstanceCannotContinue(element=f"snapshot version {version}")
        document, version = _UPGRADES[version](document), version + 1
    if asleep:
        document["asleep"] = sleeping.from_lines(asleep)
        sleeping.wake(document, None if needed is None else needed.hex.encode())
    return document


def _compressor(level: int) -> zstandard.ZstdCompressor:
    """This thread's compressor: shared ones corrupt data under threads."""
    compressors: dict[int, zstandard.ZstdCompressor] = _local.__dict__.setdefault("compressors", {})
    if level not in compressors:
        compressors[level] = zstandard.ZstdCompressor(level=level, write_checksum=True, write_content_size=True)
    return compressors[level]


def _decompressor() -> zstandard.ZstdDecompressor:
    if not hasattr(_local, "decompressor"):
        _local.decompressor = zstandard.ZstdDecompressor()
    return _local.decompressor  # type: ignore[no-any-return]
