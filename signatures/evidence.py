"""Answers on revocation: asked of the authorities, believed for a while, kept for ever once a signature rests on them.

An answer is put by only after a chain was decided with it, so that nobody on the way can make us remember rubbish.
"""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from signatures import questions
from signatures.fetching import Fetcher, NotFetched
from signatures.tables import EvidenceRow
from storage.clock import Clock
from storage.database import session
from storage.transaction import in_transaction, transaction

OCSP, CRL = "ocsp", "crl"


@dataclass(frozen=True)
class Answer:
    """One OCSP response or CRL."""

    kind: str
    about: str
    content: bytes
    fresh_until: datetime
    new: bool = True

    @property
    def sha256(self) -> str:
        """The hash that it is kept by."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass
class Gathered:
    """What was found out about a chain, and what was not."""

    answers: list[Answer] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def of(self, kind: str) -> list[bytes]:
        """The answers of a kind."""
        return [answer.content for answer in self.answers if answer.kind == kind]


class Evidence:
    """Finds and keeps answers. `fresh` is how long an answer is believed at most, however long its authority lets it."""

    def __init__(self, clock: Clock, fetcher: Fetcher, *, fresh: timedelta) -> None:
        self._clock = clock
        self._fetcher = fetcher
        self._fresh = fresh

    def gather(self, chains: Collection[Sequence[Any]], now: datetime, *, lists: bool) -> Gathered:
        """Answers on every certificate of some chains but their anchors, which stand first: by OCSP where the certificate names a
        responder (or by CRL too, with `lists`), else by CRL. Over the network: outside any transaction."""
        if in_transaction():
            raise RuntimeError("authorities are asked outside transactions")
        found = Gathered()
        pairs = {below.dump(): (above, below) for chain in chains for above, below in pairwise(chain)}
        for issuer, certificate in pairs.values():
            asked = self._by_ocsp(issuer, certificate, now, found)
            if lists or not asked:
                self._by_list(certificate, now, found)
        return found

    def put_by(self, answers: Collection[Answer], now: datetime, *, keep: bool) -> tuple[str, ...]:
        """Remember answers that decided something; `keep` them for ever when a signature will rest on them. Gives their hashes."""
        hashes = tuple(sorted({answer.sha256 for answer in answers}))
        if keep or any(answer.new for answer in answers):
            with transaction():
                for answer in answers:
                    _remember(answer, now, keep)
        return hashes

    def kept(self, hashes: Collection[str]) -> Gathered | None:
        """The answers of some hashes; None when one is missing or was altered."""
        rows = list(session.scalars(sa.select(EvidenceRow).where(EvidenceRow.sha256.in_(hashes))))
        answers = [Answer(row.kind, row.about, row.content, row.fresh_until, new=False) for row in rows]
        session.rollback()
        if len(answers) < len(set(hashes)) or any(answer.sha256 not in hashes for answer in answers):
            return None
        return Gathered(answers)

    def sweep(self) -> None:
        """Delete answers that are not fresh any more and that no signature rests on."""
        old = sa.delete(EvidenceRow).where(EvidenceRow.fresh_until < self._clock.now(), EvidenceRow.kept.is_(False))
        session.execute(old)

    def altered(self) -> Iterator[str]:
        """The hashes of kept answers whose bytes are not those any more."""
        for sha256 in session.scalars(sa.select(EvidenceRow.sha256).order_by(EvidenceRow.sha256)).all():
            content = session.scalar(sa.select(EvidenceRow.content).where(EvidenceRow.sha256 == sha256))
            if content is not None and hashlib.sha256(content).hexdigest() != sha256:
                yield sha256

    def _by_ocsp(self, issuer: Any, certificate: Any, now: datetime, found: Gathered) -> bool:
        """Whether the certificate's responder gave an answer."""
        about = questions.about(issuer, certificate)
        known = self._known(about, now)
        if known is not None:
            found.answers.append(known)
            return True
        for url in _http(certificate.ocsp_urls):
            try:
                content = self._fetcher.post(url, questions.ask(issuer, certificate), "application/ocsp-request")
                fresh_until = self._until(now, questions.window_of_response(content))
            except (NotFetched, ValueError) as error:
                found.failures.append(f"{url}: {error}")
            else:
                found.answers.append(Answer(OCSP, about, content, fresh_until))
                return True
        return False

    def _by_list(self, certificate: Any, now: datetime, found: Gathered) -> None:
        urls = list(_http(url for point in certificate.crl_distribution_points for url in [point.url] if url))
        for url in urls:
            known = self._known(url[:500], now)
            if known is None:
                try:
                    content = self._fetcher.get(url)
                    known = Answer(CRL, url[:500], content, self._until(now, questions.window_of_list(content)))
                except (NotFetched, ValueError) as error:
                    found.failures.append(f"{url}: {error}")
                    continue
            found.answers.append(known)
            return
        if not urls and not certificate.ocsp_urls:
            found.failures.append("the certificate names nobody to ask")

    def _until(self, now: datetime, window: tuple[datetime, datetime | None]) -> datetime:
        _, next_update = window
        latest = now + self._fresh
        return latest if next_update is None else min(latest, next_update)

    def _known(self, about: str, now: datetime) -> Answer | None:
        query = sa.select(EvidenceRow).where(EvidenceRow.about == about, EvidenceRow.fresh_until > now)
        row = session.scalar(query.order_by(EvidenceRow.fresh_until.desc()).limit(1))
        answer = None if row is None else Answer(row.kind, row.about, row.content, row.fresh_until, new=False)
        session.rollback()  # gives the connection back: what follows may wait for others
        return answer


def _remember(answer: Answer, now: datetime, keep: bool) -> None:
    row = session.get(EvidenceRow, answer.sha256)
    if row is None:
        values = {"kind": answer.kind, "about": answer.about, "content": answer.content, "fresh_until": answer.fresh_until}
        session.add(EvidenceRow(sha256=answer.sha256, fetched_at=now, kept=keep, **values))
        session.flush()
    elif keep and not row.kept:
        row.kept = True


def _http(urls: Any) -> Iterator[str]:
    return (str(url) for url in urls if str(url).lower().startswith(("http://", "https://")))
