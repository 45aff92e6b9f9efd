"""How signatures travel in JSON: base64 of the DER, or PEM."""

import base64
import binascii
import re

from signatures.errors import SignatureTooLarge, SignatureUnreadable
from signatures.ports import MAX_SIGNATURE_BYTES

_ARMOUR = re.compile(r"-----(BEGIN|END) [A-Z0-9 #]{1,40}-----")
#: In characters: base64 with its line ends.
MAX_TEXT = MAX_SIGNATURE_BYTES * 3 // 2


def bytes_of(text: str) -> bytes:
    """The bytes of base64 or PEM: the DER of a signature, or what it was made over. Raises SignatureTooLarge, SignatureUnreadable."""
    if len(text) > MAX_TEXT:
        raise SignatureTooLarge(MAX_SIGNATURE_BYTES)
    try:
        found = base64.b64decode("".join(_ARMOUR.sub("", text).split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise SignatureUnreadable() from error
    if not found:
        raise SignatureUnreadable()
    return found
