"""An authority with a real server, and a verifier that trusts it, over each database."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from signatures.cms import CmsVerifier
from signatures.evidence import Evidence
from signatures.fetching import Fetcher
from signatures.trust import TrustStore
from storage.clock import SetClock
from tests.signatures.authority import Authority, serving


@pytest.fixture
def authority(clock: SetClock) -> Iterator[Authority]:
    with serving(clock) as authority:
        yield authority


@pytest.fixture
def anchors(tmp_path: Path, authority: Authority) -> Path:
    """The folder of anchors."""
    (tmp_path / "root.pem").write_bytes(authority.anchor)
    return tmp_path


@pytest.fixture
def fetcher(authority: Authority) -> Fetcher:
    return Fetcher([urlsplit(authority.url).netloc], timeout=1.0, max_bytes=200_000)


@pytest.fixture
def verifier(database: str, clock: SetClock, anchors: Path, fetcher: Fetcher) -> CmsVerifier:
    return CmsVerifier(clock=clock, trust=TrustStore(anchors), evidence=Evidence(clock, fetcher, fresh=timedelta(hours=1)))
