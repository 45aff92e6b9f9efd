"""The worker removes files that nothing names: those of removed rows at once, the rest when it sweeps."""

import io
import os
from datetime import timedelta

import pytest

from reports import attachment_shelf
from storage import outbox
from storage.transaction import transaction
from worker import Ticker

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@SQLITE
def test_files_go_when_their_rows_are_gone_and_strays_when_they_are_a_day_old(esep, clock):
    left, stray, young = (esep.files.put(io.BytesIO(content)) for content in (b"left", b"stray", b"young"))
    old = (clock.now() - timedelta(days=2)).timestamp()
    for sha256, path in esep.files.all():
        moment = clock.now().timestamp() if sha256 == young else old
        os.utime(path, (moment, moment))
    with transaction():
        outbox.put(attachment_shelf.FILES_LEFT, {"hashes": [left, young, "0" * 64]}, due_at=clock.now())

    ticker = Ticker(esep)
    assert ticker.deliver() == 1
    assert {sha256 for sha256, _ in esep.files.all()} == {stray, young}
    assert [ticker.sweep_files(), ticker.sweep_files()] == [1, 0]
    assert [sha256 for sha256, _ in esep.files.all()] == [young]
    assert list(outbox.set_aside()) == []
