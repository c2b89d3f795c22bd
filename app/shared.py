"""What the page shares with the other fronts of one process: none of it where the page is alone.

`python -m app serve` puts a :class:`SharedState` here before the first page is drawn; for
`python -m app chat` there is none, and the page opens what it needs itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.answer.stream import AnswerEvent
from app.conversations.store import ConversationStore
from app.desk import ClauseDesk
from app.following.store import FollowingStore
from app.keeping.jobs import CorpusJobs
from app.packs.pack import EvidencePack
from app.readers import Principal
from app.text_check.report import TextCheck

#: the request header in which a page finds the session that the server has proven; whatever a
#: browser sends under this name is thrown away
SESSION_HEADER = "x-clause-desk-session"


@dataclass(frozen=True, slots=True)
class AuditState:
    """``lines``: that the log holds; ``last``: when the last one was written, None: there is none."""

    lines: int
    last: datetime | None


class SharedState(Protocol):
    """One desk, one store and one list of jobs for all fronts, each as one reader may use it."""

    @property
    def desk(self) -> ClauseDesk: ...

    def reader_of(self, session: str | None) -> Principal | None:
        """Whose session it is; None for one that has ended."""

    def seconds_left(self, session: str | None) -> float | None:
        """Until the session ends; None for a page without sign-on."""

    def conversations_of(self, reader: Principal) -> ConversationStore: ...

    def following_of(self, reader: Principal) -> FollowingStore: ...

    def jobs_of(self, reader: Principal) -> CorpusJobs: ...

    def watched(
        self, reader: Principal, front: str, events: Iterator[AnswerEvent]
    ) -> Iterator[AnswerEvent]:
        """The events of an answer, each given out once the audit log holds what it tells."""

    def exported(self, reader: Principal, front: str, pack: EvidencePack) -> None:
        """Keep in the audit log that a pack is handed out."""

    def noted(self, reader: Principal, front: str, action: str, what: str) -> None:
        """Keep in the audit log what was done to what: "lesson.write", "folder.export", …"""

    def checked(self, reader: Principal, front: str, told: TextCheck) -> None:
        """Keep in the audit log what a text was told to rest on."""

    def audit_state(self) -> AuditState:
        """How far the audit log is; who may read it is for the caller to know."""

    def audit_faults(self) -> list[str]:
        """What is wrong with the audit log, a line each; [] when it is as it was written."""


_state: SharedState | None = None


def share(state: SharedState | None) -> None:
    global _state
    _state = state


def shared() -> SharedState | None:
    return _state
