"""Making CMS signatures as the programs of signers do, and wrong ones."""

import hashlib
from datetime import datetime
from typing import Any

from asn1crypto import algos, cms, core, tsp, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import Encoding

from tests.signatures.authority import Holder


def sign(
    content: bytes,
    holder: Holder,
    at: datetime | None,
    *,
    digest: str = "sha256",
    attached: bool = False,
    attributes: bool = True,
    times: int = 1,
    stamper: Holder | None = None,
    stamped_at: datetime | None = None,
    with_chain: bool = True,
) -> bytes:
    """Sign a content, detached unless said otherwise; gives DER."""
    certificate = _asn1(holder)
    signer = _signer(content, holder, certificate, at, digest, attributes=attributes)
    if stamper is not None:
        signer["unsigned_attrs"] = cms.CMSAttributes([_stamp(signer["signature"].native, stamper, stamped_at or at)])
    chain = [x509.Certificate.load(above.public_bytes(Encoding.DER)) for above in holder.chain] if with_chain else []
    data = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [algos.DigestAlgorithm({"algorithm": digest})],
            "encap_content_info": {"content_type": "data", **({"content": core.OctetString(content)} if attached else {})},
            "certificates": [cms.CertificateChoices(name="certificate", value=each) for each in (certificate, *chain)],
            "signer_infos": [signer] * times,
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": data}).dump())


def _asn1(holder: Holder) -> Any:
    return x509.Certificate.load(holder.certificate.public_bytes(Encoding.DER))


def _signer(
    content: bytes, holder: Holder, certificate: Any, at: datetime | None, digest: str, *, attributes: bool, kind: str = "data"
) -> Any:
    given = [cms.CMSAttribute({"type": "content_type", "values": [kind]})]
    if at is not None:
        given.append(cms.CMSAttribute({"type": "signing_time", "values": [cms.Time({"utc_time": at})]}))
    given.append(cms.CMSAttribute({"type": "message_digest", "values": [hashlib.new(digest, content).digest()]}))
    signed = cms.CMSAttributes(given)
    made_over = signed.dump() if attributes else content
    signature = holder.key.sign(made_over, padding.PKCS1v15(), getattr(hashes, digest.upper())())
    return cms.SignerInfo(
        {
            "version": "v1",
            "sid": {"issuer_and_serial_number": {"issuer": certificate.issuer, "serial_number": certificate.serial_number}},
            "digest_algorithm": {"algorithm": digest},
            "signature_algorithm": {"algorithm": "rsassa_pkcs1v15"},
            "signature": signature,
            **({"signed_attrs": signed} if attributes else {}),
        }
    )


def _stamp(signature: bytes, stamper: Holder, at: datetime | None) -> Any:
    """A timestamp token (RFC 3161) over a signature."""
    certificate = _asn1(stamper)
    info = tsp.TSTInfo(
        {
            "version": "v1",
            "policy": "1.2.398.3.3.2.6.4",
            "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": hashlib.sha256(signature).digest()},
            "serial_number": 7,
            "gen_time": at,
        }
    )
    signer = _signer(info.dump(), stamper, certificate, at, "sha256", attributes=True, kind="tst_info")
    chain = [x509.Certificate.load(above.public_bytes(Encoding.DER)) for above in stamper.chain]
    data = cms.SignedData(
        {
            "version": "v3",
            "digest_algorithms": [algos.DigestAlgorithm({"algorithm": "sha256"})],
            "encap_content_info": {"content_type": "tst_info", "content": core.ParsableOctetString(info.dump())},
            "certificates": [cms.CertificateChoices(name="certificate", value=each) for each in (certificate, *chain)],
            "signer_infos": [signer],
        }
    )
    token = cms.ContentInfo({"content_type": "signed_data", "content": data})
    return cms.CMSAttribute({"type": "signature_time_stamp_token", "values": [token]})
