"""Identifiers: UUID version 7 (RFC 9562 §5.7), ordered by the time they were made, so that indexes grow at one end."""

import os
import threading
import time
from array import array
from datetime import timedelta
from uuid import UUID, SafeUUID

#: Random numbers that are fetched from the system at once.
_FETCHED = 128

_lock = threading.Lock()
_last = 0
_random = array("Q")
# What is left here must not be used by two processes.
os.register_at_fork(after_in_child=lambda: _random.__delitem__(slice(None)))


def new_id() -> UUID:
    """A fresh UUIDv7; within one process each is greater than the one before (RFC 9562 §6.2, method 3: sub-millisecond fraction)."""
    global _last
    with _lock:
        stamp = max(time.time_ns() * 4096 // 1_000_000, _last + 1)  # milliseconds with 12 more bits of fraction
        _last = stamp
        if not _random:
            _random.frombytes(os.urandom(8 * _FETCHED))
        random = _random.pop() & 0x3FFFFFFFFFFFFFFF
    milliseconds, fraction = stamp >> 12, stamp & 0xFFF
    return _uuid((milliseconds << 80) | (0x7 << 76) | (fraction << 64) | (0b10 << 62) | random)


def _uuid(number: int) -> UUID:
    """The UUID of a number that needs no looking at; what its class looks at takes four times as long as all the rest here."""
    made = object.__new__(UUID)
    object.__setattr__(made, "int", number)
    object.__setattr__(made, "is_safe", SafeUUID.unknown)
    return made


def earlier(identifier: UUID, step: timedelta) -> UUID:
    """The least UUIDv7 of the millisecond that lies `step` before the one in which `identifier` was made."""
    milliseconds = max(0, (identifier.int >> 80) - step // timedelta(milliseconds=1))
    return UUID(int=(milliseconds << 80) | (0x7 << 76) | (0b10 << 62))
