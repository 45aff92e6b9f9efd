"""What a certificate says of its holder, as the National Certification Authority (НУЦ РК) writes it.

The IIN is in the subject's serialNumber ("IIN…"), the BIN in its organizationalUnitName ("BIN…"); what the holder may do for the
organisation is an object identifier among the extended key usages.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class CertificateRole(StrEnum):
    """What the holder of an organisation's certificate is there."""

    HEAD = "head"
    SIGNATORY = "signatory"  # may sign
    FINANCIAL = "financial"  # may sign financial documents
    PERSONNEL = "personnel"
    EMPLOYEE = "employee"


#: The object identifiers of the roles.
ROLES: Mapping[str, CertificateRole] = {
    "1.2.398.3.3.4.1.2.1": CertificateRole.HEAD,
    "1.2.398.3.3.4.1.2.2": CertificateRole.SIGNATORY,
    "1.2.398.3.3.4.1.2.3": CertificateRole.FINANCIAL,
    "1.2.398.3.3.4.1.2.4": CertificateRole.PERSONNEL,
    "1.2.398.3.3.4.1.2.5": CertificateRole.EMPLOYEE,
}
_LONGEST = 300


@dataclass(frozen=True)
class CertificateFacts:
    """A certificate in words. `serial_number` and `sha256` are hexadecimal; the latter is that of the whole certificate."""

    serial_number: str
    sha256: str | None
    issuer: str
    name: str
    iin: str | None
    bin: str | None
    organisation: str | None
    roles: tuple[CertificateRole, ...]
    valid_from: datetime
    valid_until: datetime


def facts_of(certificate: Any) -> CertificateFacts:
    """The facts of a parsed certificate."""
    subject = list(_pairs(certificate.subject))
    usages = certificate.extended_key_usage_value
    return CertificateFacts(
        serial_number=f"{certificate.serial_number:x}",
        sha256=certificate.sha256.hex(),
        issuer=common_name(certificate.issuer),
        name=common_name(certificate.subject),
        iin=_number("IIN", _values(subject, "serial_number")),
        bin=_number("BIN", _values(subject, "organizational_unit_name")),
        organisation=next(_values(subject, "organization_name"), None),
        roles=roles_of(usages.native if usages is not None else ()),
        valid_from=certificate.not_valid_before,
        valid_until=certificate.not_valid_after,
    )


def roles_of(identifiers: Iterable[str]) -> tuple[CertificateRole, ...]:
    """The roles among some object identifiers."""
    found = {ROLES[identifier] for identifier in identifiers if identifier in ROLES}
    return tuple(role for role in CertificateRole if role in found)


def common_name(name: Any) -> str:
    """The common name of a subject or issuer, or all of it."""
    return next(_values(list(_pairs(name)), "common_name"), str(name.human_friendly)[:_LONGEST])


def _pairs(name: Any) -> Iterator[tuple[str, str]]:
    for relative in name.chosen:
        for pair in relative:
            yield pair["type"].native, str(pair["value"].native)[:_LONGEST]


def _values(pairs: Iterable[tuple[str, str]], kind: str) -> Iterator[str]:
    return (value for name, value in pairs if name == kind)


def _number(prefix: str, values: Iterable[str]) -> str | None:
    """The number behind its prefix; what has no prefix is some other number."""
    found = (value.removeprefix(prefix).strip() for value in values if value.startswith(prefix))
    return next((number for number in found if len(number) == 12 and number.isascii() and number.isdigit()), None)
