"""Secrets that must be read again, kept encrypted with a key from the settings: who has the database alone has none of them."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12


class SecretUnreadable(Exception):
    """A secret was encrypted with another key, or for another thing: after a restore with another secret key it has to be made anew."""


class Vault:
    """Encrypts secrets for one purpose (AES-256-GCM); what a secret belongs to is bound to it, so that rows cannot be exchanged."""

    def __init__(self, secret_key: str, purpose: str) -> None:
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"esep vault: {purpose}".encode()).derive(secret_key.encode())
        self._cipher = AESGCM(key)

    def sealed(self, secret: bytes, of: str) -> bytes:
        """A secret of a thing, encrypted."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, secret, of.encode())

    def opened(self, sealed: bytes, of: str) -> bytes:
        """The secret. Raises SecretUnreadable."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], of.encode())
        except InvalidTag as error:
            raise SecretUnreadable(of) from error
