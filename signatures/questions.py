"""What authorities are asked and how their answers are dated: OCSP (RFC 6960) and CRL (RFC 5280), read only as far as the cache must."""

from datetime import datetime
from typing import Any


def about(issuer: Any, certificate: Any) -> str:
    """A name for the question about one certificate: its issuer's key and its serial number."""
    return f"{issuer.public_key.sha256.hex()}:{certificate.serial_number:x}"[:500]


def ask(issuer: Any, certificate: Any) -> bytes:
    """An OCSP request about one certificate, without a nonce: answers are believed by their own dates, and may be kept."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509 import load_der_x509_certificate
    from cryptography.x509.ocsp import OCSPRequestBuilder

    asked, above = load_der_x509_certificate(certificate.dump()), load_der_x509_certificate(issuer.dump())
    return OCSPRequestBuilder().add_certificate(asked, above, SHA256()).build().public_bytes(Encoding.DER)


def window_of_response(content: bytes) -> tuple[datetime, datetime | None]:
    """From when to when an OCSP response holds. Raises ValueError where it is none, or refuses to answer."""
    from asn1crypto import ocsp

    try:
        response = ocsp.OCSPResponse.load(content, strict=True)
        status = response["response_status"].native
        if status != "successful":
            raise ValueError(f"the responder says {status}")
        [single] = response.basic_ocsp_response["tbs_response_data"]["responses"]
        return single["this_update"].native, single["next_update"].native
    except (TypeError, KeyError, RecursionError) as error:
        raise ValueError("no OCSP response") from error


def window_of_list(content: bytes) -> tuple[datetime, datetime | None]:
    """From when to when a CRL holds. Raises ValueError where it is none."""
    from asn1crypto import crl

    try:
        listed = crl.CertificateList.load(content, strict=True)["tbs_cert_list"]
        return listed["this_update"].native, listed["next_update"].native
    except (TypeError, KeyError, RecursionError) as error:
        raise ValueError("no CRL") from error
