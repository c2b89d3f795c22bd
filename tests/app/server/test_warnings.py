"""A server warns who follows a clause of what comes in, though nobody asks."""

import time
from pathlib import Path

from company import company, copied, free_port, served

from app.desk import ClauseDesk
from ingest.keeping.changes import add_documents
from ingest.keeping.proposal import Corrections
from ingest.settings import Settings

REPEAL = """GACC Announcement No. 12 of 2025 on Sureties

1. A surety replaces each deposit.

2. This Announcement shall enter into force as from 1 May 2025 along with the simultaneous repeal of GACC Announcement No. 8 of 2022.
"""
FOLLOWING = "/api/v1/following"


def test_a_repeal_that_comes_in_is_told_by_itself(
    small: Settings, issuer: str, tmp_path: Path
) -> None:
    corpus = copied(small, tmp_path / "own")
    port = free_port()
    settings = company(corpus, tmp_path / "company", port, issuer)
    with (
        served(settings, ClauseDesk.open(settings), port) as server,
        server.signed_in("rita") as rita,
    ):
        rita.post(FOLLOWING, json={"clause_id": "gacc-2022-8#2"}).raise_for_status()
    file = tmp_path / "repeal.txt"
    file.write_text(REPEAL, encoding="utf-8")
    assert not add_documents(settings, [file], Corrections(), lambda *_: None).failed
    with (
        served(settings, ClauseDesk.open(settings), port) as server,
        server.signed_in("rita") as rita,
    ):
        for _ in range(100):
            [followed] = rita.get(FOLLOWING).json()["following"]
            if followed["warnings"]:
                break
            time.sleep(0.1)
        [warned] = followed["warnings"]
    [finding] = warned["findings"]
    assert finding["kind"] == "status" and finding["since"] == "2025-05-01"
    assert finding["proof"]["clause_id"] == "gacc-2025-12#2"
