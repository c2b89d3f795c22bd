"""What every interface and the page do for a reader, in one place: ask, and be held to account.

No answer leaves this module before the audit log holds what it tells.
"""

import hashlib
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from urllib.parse import urlencode

from app.answer.stream import Answered, AnswerEvent, Searched
from app.contract import Answer, Question, Retrieved
from app.conversations.store import ConversationStore
from app.desk import ClauseDesk
from app.following.checking import look
from app.following.store import FollowingStore
from app.keeping.jobs import CorpusJobs
from app.packs.pack import EvidencePack
from app.readers import LOCAL, Principal
from app.server.access.identity import Identifier
from app.server.access.keys import KeyRing
from app.server.access.sessions import Sessions
from app.server.access.sign_on import SignOn
from app.server.audit.log import AuditLog
from app.server.corpus_changes import KeptJobs, ReadersJobs
from app.server.tables import open_server_tables
from app.shared import AuditState
from app.text_check.check import TextChecker
from app.text_check.report import TextCheck
from app.wording import Language
from ingest.settings import Settings

#: code points of a text that an interface checks in one request
LONGEST_CHECKED = 50_000
#: searches at a time: more would only make each wait for the others
_SEARCHES = 4


class Service:
    """Implements `app.shared.SharedState`; safe in several threads.

    ``address``: of the page, where no public one is set.
    """

    def __init__(self, settings: Settings, desk: ClauseDesk, address: str = "") -> None:
        self.settings = settings
        self.desk = desk
        self._address = (settings.server.public_url or address).rstrip("/")
        self.database = open_server_tables(settings.var)
        self.audit = AuditLog(self.database, settings.var)
        self.keys = KeyRing(self.database)
        self.sessions = Sessions(self.database)
        self.sign_on = SignOn(settings.server) if settings.server.issuer else None
        self.jobs = KeptJobs(self.database, self.audit, settings.var)
        self._conversations = ConversationStore(settings.var)
        self._following = FollowingStore(settings.var)
        self._searching = threading.BoundedSemaphore(_SEARCHES)
        #: set while the server ends: it takes nothing on any more
        self.is_ending = False

    @cached_property
    def cookie(self) -> str:
        """The name of the session's cookie; with the prefix, a browser takes it only over
        HTTPS, from this host, for all of it."""
        url = self.settings.server.public_url or ""
        return "__Host-clause-desk" if url.startswith("https://") else "clause-desk"

    @cached_property
    def identifier(self) -> Identifier:
        return Identifier(self.sessions, self.keys, self.sign_on, self.cookie)

    def page_of(self, **address: str) -> str:
        """The address of the page, as a reader's browser sees it, with values."""
        return f"{self._address}/?{urlencode(address)}"

    def reader_of(self, session: str | None) -> Principal | None:
        if self.sign_on is None:
            return LOCAL
        found = self.sessions.of_id(session) if session else None
        return found.reader if found is not None else None

    def seconds_left(self, session: str | None) -> float | None:
        found = self.sessions.of_id(session) if session and self.sign_on else None
        return found.seconds_left if found is not None else None

    def conversations_of(self, reader: Principal) -> ConversationStore:
        return self._conversations.of(reader.id)

    def following_of(self, reader: Principal) -> FollowingStore:
        return self._following.of(reader.id)

    def look_for_changes(self) -> None:
        """Warn who follows what a new snapshot or a new day has changed."""
        look(self._following, self.desk, self.settings, f"{self._address}/following")

    def jobs_of(self, reader: Principal) -> CorpusJobs:
        return ReadersJobs(self.jobs, reader)

    def ask(
        self, reader: Principal, front: str, question: Question, on_behalf_of: str | None = None
    ) -> Answer:
        """Raises BadQuestion, and what the desk and the audit log raise."""
        *_, last = self.stream(reader, front, question, on_behalf_of)
        return last.answer

    def stream(
        self, reader: Principal, front: str, question: Question, on_behalf_of: str | None = None
    ) -> Iterator[AnswerEvent]:
        return self.watched(reader, front, self.desk.stream(question), on_behalf_of)

    def watched(
        self,
        reader: Principal,
        front: str,
        events: Iterator[AnswerEvent],
        on_behalf_of: str | None = None,
    ) -> Iterator[AnswerEvent]:
        """``on_behalf_of``: whom a chat server names as asking, as it tells."""
        told: dict[str, object] | None = None
        events = iter(events)
        try:
            with self._searching:
                event = next(events)
            while True:
                # in between, a model words what these clauses say
                if isinstance(event, Searched | Answered):
                    tells = told_by(event.answer)
                    if tells != told:
                        told = tells
                        words = event.answer.question if self._keeps_questions else None
                        self.audit.write(
                            "answer",
                            reader,
                            front,
                            tells,
                            question=words,
                            on_behalf_of=on_behalf_of,
                        )
                yield event
                event = next(events)
        except StopIteration:
            return
        finally:
            close = getattr(events, "close", None)
            if close is not None:
                close()

    def search(
        self, reader: Principal, front: str, question: Question, limit: int
    ) -> tuple[Retrieved, ...]:
        with self._searching:
            found = self.desk.search(question, limit)[:limit]
        details = {
            "clauses": [{"id": one.clause_id, "status": one.status} for one in found],
            "snapshot": self.desk.fingerprint,
        }
        words = question.text if self._keeps_questions else None
        self.audit.write("search", reader, front, details, question=words)
        return found

    def check(
        self,
        reader: Principal,
        front: str,
        text: str,
        as_of: date | None,
        language: Language | None,
    ) -> TextCheck:
        """Raises BadText."""
        with self._searching:
            told = TextChecker(self.desk.searcher()).check(text, as_of, language=language)
        self.checked(reader, front, told)
        return told

    def checked(self, reader: Principal, front: str, told: TextCheck) -> None:
        details = {
            "clauses": sorted({one.clause_id for one in told.marks if one.clause_id}),
            "wrong": told.wrong,
            "as_of": told.as_of.isoformat(),
            "snapshot": told.corpus_fingerprint,
        }
        self.audit.write("check", reader, front, details)

    def exported(self, reader: Principal, front: str, pack: EvidencePack) -> None:
        clauses = [one.citation.clause_id for answer in pack.answers for one in answer.clauses]
        details = {
            "pack": pack.sha256,
            "clauses": sorted(set(clauses)),
            "snapshot": pack.corpus_fingerprint,
        }
        self.audit.write("export", reader, front, details)

    def noted(self, reader: Principal, front: str, action: str, what: str) -> None:
        self.audit.write(action, reader, front, {action.partition(".")[0]: what})

    def audit_state(self) -> AuditState:
        return self.audit.state()

    def audit_faults(self) -> list[str]:
        return self.audit.faults()

    def keep_audit_short(self) -> None:
        """Drop audit lines beyond their days, where a number of days is set."""
        if self.settings.server.audit_days is not None:
            self.audit.drop_older(self.settings.server.audit_days)

    def close(self) -> None:
        """Put back a change of the corpus that is under way, and let go of the files."""
        self.is_ending = True
        self.jobs.end()
        self.database.close()

    @property
    def _keeps_questions(self) -> bool:
        return self.settings.server.audit_questions


def told_by(answer: Answer) -> dict[str, object]:
    """What an answer tells, for the audit log: clauses, their status, from which snapshot."""
    return {
        "answered": answer.answered,
        "refusal": answer.refusal_reason,
        "as_of": answer.as_of.isoformat(),
        "snapshot": answer.corpus_fingerprint,
        "mode": answer.mode,
        "model": answer.model,
        "clauses": [
            {
                "id": citation.clause_id,
                "status": citation.status,
                "sha256": hashlib.sha256(citation.quote.encode()).hexdigest(),
            }
            for citation in answer.citations
        ],
    }


def in_days(days: int | None) -> datetime | None:
    return datetime.now(UTC) + timedelta(days=days) if days is not None else None
