"""The state of an instance as bytes: a format version, then JSON compressed by zstandard with a checksum.

A snapshot holds tokens, scopes and open activities, never a spec. Old snapshots stay readable: a new format gets a new version number and a
function in `_UPGRADES` that lifts the document of the version before it. `tests/engine/snapshots` keeps one of every version.
"""

import threading
from collections.abc import Callable, Mapping
from typing import Any

import orjson
import zstandard

from engine.errors import InstanceCannotContinue

VERSION = 1
_LEVEL = 3
_MAX_BYTES = 64 * 1024 * 1024
_UPGRADES: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
_local = threading.local()


def packed(document: Mapping[str, Any]) -> bytes:
    """The bytes of a document."""
    return bytes((VERSION,)) + _compressor().compress(orjson.dumps(document))


def unpacked(snapshot: bytes) -> dict[str, Any]:
    """The document of a snapshot, in the present format. Raises InstanceCannotContinue when it is damaged or from a later version."""
    version = snapshot[0] if snapshot else 0
    try:
        document: dict[str, Any] = orjson.loads(_decompressor().decompress(snapshot[1:], max_output_size=_MAX_BYTES))
    except (zstandard.ZstdError, orjson.JSONDecodeError) as damage:
        raise InstanceCannotContinue(element=f"snapshot: {damage}") from damage
    while version != VERSION:
        if version not in _UPGRADES:
            raise InstanceCannotContinue(element=f"snapshot version {version}")
        document, version = _UPGRADES[version](document), version + 1
    return document


def _compressor() -> zstandard.ZstdCompressor:
    """This thread's compressor: shared ones corrupt data under threads."""
    if not hasattr(_local, "compressor"):
        _local.compressor = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True, write_content_size=True)
    return _local.compressor  # type: ignore[no-any-return]


def _decompressor() -> zstandard.ZstdDecompressor:
    if not hasattr(_local, "decompressor"):
        _local.decompressor = zstandard.ZstdDecompressor()
    return _local.decompressor  # type: ignore[no-any-return]
