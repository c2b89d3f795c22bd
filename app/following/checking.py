"""Following: what is kept of an answer, a pack or a clause, and what is found when the corpus moves."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from pydantic import ValidationError

from app.contract import Answer, Citation, Frozen, Purpose, Question
from app.conversations.conversation import Watch
from app.desk import ClauseDesk
from app.following.basis import Present, Rest
from app.following.changes import Finding, compare_rests, would_answer_first
from app.following.delivery import deliver
from app.following.followed import Checkpoint, Followed, ToFollow
from app.following.store import FollowingStore
from app.library import Library
from app.packs.pack import EvidencePack, NoPack, PackedAnswer, from_json, to_json
from app.plain_text import capitalized
from app.texts import texts
from app.wording import Language, citation_name, lead_line, locator_in
from ingest.errors import UnknownClause
from ingest.settings import Settings
from ingest.storage import held

#: seconds after which somebody who waits for another one's look asks again
_ASK_AGAIN = 0.2


class KeptClause(Frozen):
    """A clause as it was when it was followed, with its lead line."""

    clause_id: str
    lead: str
    quote: str


@dataclass(frozen=True, slots=True)
class Telling:
    """One question with what answers it, or a clause, in words: of then or of now."""

    question: str
    as_of: date | None
    text: str
    quotes: tuple[tuple[str, str], ...]  # where a quote stands, and its words


class Follower:
    """Follows for one reader, in one snapshot, on one day."""

    def __init__(self, store: FollowingStore, library: Library, today: date) -> None:
        self._store = store
        self._present = Present(library, today, 0)

    def answer(
        self, turn: str, question: Question, answer: Answer, asked_on: date, language: Language
    ) -> str:
        """The id under which it is followed. ``turn``: of its conversation; ``question``: with
        the earlier ones that it leans on; an answer for another day than the one on which it was
        asked is held against that day only."""
        rests = self._present.rests_of(answer.citations, _day_of(answer, asked_on))
        kept = answer.model_dump_json()
        return self._add(
            ToFollow("answer", turn, answer.question, language, kept, (question,)), rests
        )

    def pack(self, pack: EvidencePack, language: Language, subject: str | None = None) -> str:
        """Answers of it that were asked for their own day are followed on every day anew.
        ``subject``: the same for what is to be followed once; the pack's sha256 if None."""
        rests: dict[str, Rest] = {}
        asked = []
        for answer in pack.answers:
            day = _day_of(answer, _asked_on(answer))
            citations = [clause.citation for clause in answer.clauses]
            for rest in self._present.rests_of(citations, day):
                rests.setdefault(rest.clause_id, rest)
            asked.append(Question(text=_asked(answer), as_of=day, language=pack.language))
        thing = ToFollow(
            "pack", subject or pack.sha256, pack.title, language, to_json(pack), tuple(asked)
        )
        return self._add(thing, tuple(rests.values()))

    def clause(self, clause_id: str, language: Language) -> str:
        """Raises UnknownClause."""
        present = self._present
        kept = _kept_clause(present.library, clause_id, present.today, language)
        clause = present.library.clause(clause_id)
        entry = present.library.documents[clause.document_id].entry
        title = texts(language).text(
            "following.place",
            locator=capitalized(locator_in(clause.locator, language)),
            name=citation_name(entry, language),
        )
        thing = ToFollow("clause", clause_id, title, language, kept.model_dump_json())
        return self._add(thing, present.rests_of_clause(clause_id))

    def _add(self, thing: ToFollow, rests: tuple[Rest, ...]) -> str:
        return self._store.add(thing, _checkpoint(self._present, rests))


def look(
    store: FollowingStore, desk: ClauseDesk, settings: Settings, link: str, *, wait: bool = False
) -> None:
    """:func:`check` today, and send what is new; ``link``: the address of the page; ``wait``: for
    another one that is doing so just now.

    Raises what either raises; what was found is kept whatever becomes of the sending.
    """
    while True:
        with held(store.lock) as ours:
            if ours:
                check(store, desk, date.today(), settings.alerts.days_ahead)
                deliver(store, settings.alerts, link)
        if ours or not wait:
            return
        time.sleep(_ASK_AGAIN)


def check(store: FollowingStore, desk: ClauseDesk, today: date, days_ahead: int) -> int:
    """Hold what all readers follow against the corpus and the day, and keep what is found.

    How many things were looked at. One at a time looks, so that each change is found once. Raises
    what the desk raises without an index.
    """
    looked_at = 0
    while behind := store.behind((library := desk.library()).fingerprint, today):
        present = Present(library, today, days_ahead)
        cited = _FirstCited(desk)
        for followed in behind:
            if desk.library() is not library:  # another snapshot has come meanwhile
                break
            found, rests = _changes(followed, store, cited, present)
            store.keep_check(followed.id, _checkpoint(present, tuple(rests)), found)
            looked_at += 1
    if looked_at:
        store.drop_unused()
    return looked_at


def _changes(
    followed: Followed, store: FollowingStore, cited: "_FirstCited", present: Present
) -> tuple[list[Finding], list[Rest]]:
    told = compare_rests(followed.rests, store.clauses(followed.id), present)
    if followed.fingerprint == present.library.fingerprint:
        return told.findings, told.rests
    words = store.words(followed.fingerprint)
    if present.has_new_words(words):
        for question in followed.asked:
            told.findings += would_answer_first(cited.of(question), told.rests, words, present)
    return told.findings, told.rests


class _FirstCited:
    """The clause that answers a question first; of an answer on whole documents, all that it
    tells of. Each question is asked once, and no language model is."""

    def __init__(self, desk: ClauseDesk) -> None:
        self._desk = desk
        self._known: dict[Question, tuple[Citation, ...]] = {}

    def of(self, question: Question) -> tuple[Citation, ...]:
        if question not in self._known:
            answer = next(self._desk.stream(question)).answer
            is_whole = answer.purpose is not Purpose.CLAUSES
            cited = answer.citations if is_whole else answer.citations[:1]
            self._known[question] = cited if answer.answered else ()
        return self._known[question]


def asked_again(followed: Followed, desk: ClauseDesk, watch: Watch) -> Iterator[Answer]:
    """What answers its questions now; ``watch``: what the events of an answer pass through."""
    for question in followed.asked:
        *_, last = watch(desk.stream(question))
        yield last.answer


def then(followed: Followed) -> tuple[Telling, ...]:
    """What is followed, as it was."""
    try:
        if followed.kind == "answer":
            return (_telling(Answer.model_validate_json(followed.kept)),)
        if followed.kind == "pack":
            return tuple(map(_packed, from_json(followed.kept).answers))
    except (ValidationError, NoPack):  # kept by another version of the program: as it was kept
        return (Telling(followed.title, None, followed.kept, ()),)
    return (_of_clause(KeptClause.model_validate_json(followed.kept)),)


def now(followed: Followed, library: Library, answers: Iterable[Answer]) -> tuple[Telling, ...]:
    """The same as it is now; ``answers``: to its questions, asked again."""
    if followed.kind != "clause":
        return tuple(map(_telling, answers))
    found = []
    for rest in followed.rests[:1]:
        try:
            kept = _kept_clause(library, rest.clause_id, date.today(), followed.language)
        except UnknownClause:
            continue
        found.append(_of_clause(kept))
    return tuple(found)


def _checkpoint(present: Present, rests: tuple[Rest, ...]) -> Checkpoint:
    documents = present.library.documents
    held = {rest.document_id for rest in rests} & documents.keys()
    return Checkpoint(
        rests=rests,
        fingerprint=present.library.fingerprint,
        day=present.today,
        words=lambda: present.words,
        clauses={id_: documents[id_].parsed.clauses for id_ in held},
    )


def _day_of(answer: Answer | PackedAnswer, asked_on: date) -> date | None:
    return None if answer.as_of == asked_on else answer.as_of


def _asked_on(answer: PackedAnswer) -> date:
    return answer.asked_at.astimezone().date() if answer.asked_at else answer.as_of


def _asked(answer: PackedAnswer) -> str:
    """A question that leaned on those before it, as it was searched."""
    is_searched = answer.purpose is Purpose.CLAUSES and answer.searched_for
    return answer.searched_for[0] if is_searched else answer.question


def _kept_clause(library: Library, clause_id: str, day: date, language: Language) -> KeptClause:
    clause = library.clause(clause_id)
    entry = library.documents[clause.document_id].entry
    status = library.status(clause, day)
    lead = lead_line(clause.locator, citation_name(entry, language), status, language)
    return KeptClause(clause_id=clause_id, lead=lead, quote=library.quote(clause))


def _telling(answer: Answer) -> Telling:
    quotes = tuple((f"{c.locator}, {c.title}", c.quote) for c in answer.citations)
    return Telling(answer.question, answer.as_of, answer.answer, quotes)


def _packed(answer: PackedAnswer) -> Telling:
    clauses = [clause.citation for clause in answer.clauses]
    quotes = tuple((f"{c.locator}, {c.title}", c.quote) for c in clauses)
    lines = [answer.refusal or answer.lead, *(line.text for line in answer.lines)]
    return Telling(answer.question, answer.as_of, "\n".join(filter(None, lines)), quotes)


def _of_clause(kept: KeptClause) -> Telling:
    return Telling("", None, f"{kept.lead}\n{kept.quote}", ())
