"""Identifiers: UUID version 7 (RFC 9562 §5.7), ordered by the time they were made, so that indexes grow at one end."""

import os
import threading
import time
from datetime import timedelta
from uuid import UUID

_lock = threading.Lock()
_last = 0


def new_id() -> UUID:
    """A fresh UUIDv7; within one process each is greater than the one before (RFC 9562 §6.2, method 3: sub-millisecond fraction)."""
    global _last
    with _lock:
        stamp = max(time.time_ns() * 4096 // 1_000_000, _last + 1)  # milliseconds with 12 more bits of fraction
        _last = stamp
    milliseconds, fraction = stamp >> 12, stamp & 0xFFF
    random = int.from_bytes(os.urandom(8)) & 0x3FFFFFFFFFFFFFFF
    return UUID(int=(milliseconds << 80) | (0x7 << 76) | (fraction << 64) | (0b10 << 62) | random)


def earlier(identifier: UUID, step: timedelta) -> UUID:
    """The least UUIDv7 of the millisecond that lies `step` before the one in which `identifier` was made."""
    milliseconds = max(0, (identifier.int >> 80) - step // timedelta(milliseconds=1))
    return UUID(int=(milliseconds << 80) | (0x7 << 76) | (0b10 << 62))
