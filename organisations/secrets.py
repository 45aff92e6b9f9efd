"""Secrets that we hand out and keep only as hashes: 256 random bits, so that a plain hash is as good as a slow one."""

import hashlib
import hmac
import secrets as random_secrets

_BYTES = 32
_LONGEST = 200


def new_secret(prefix: str = "") -> str:
    """A fresh secret; the prefix lets scanners of leaked secrets know it as ours."""
    return prefix + random_secrets.token_urlsafe(_BYTES)


def hash_of(secret: str) -> bytes:
    """What is kept of a secret."""
    return hashlib.sha256(secret[:_LONGEST].encode("utf-8", "surrogatepass")).digest()


def csrf_of(secret: str) -> str:
    """The CSRF token that belongs to a session's secret: known to whoever holds the secret, useless to find it, kept nowhere."""
    return hmac.new(secret.encode("utf-8", "surrogatepass"), b"esep csrf token", hashlib.sha256).hexdigest()
