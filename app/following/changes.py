"""What a new snapshot, or a new day, has changed for the clauses that something rests on.

    kept clauses of the document --aligned--> its clauses now:  words, number, gone, new item
    kept course of the clause    --laid beside--> its course now:  status, what comes

A change is told once: what is told stands in what is kept afterwards.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from app.contract import Citation, Frozen
from app.following.basis import Names, Present, Rest, Turning, in_words, names_of
from ingest.corpus.alignment import AlignedPair, Alignment, has_words_of, words_of
from ingest.corpus.documents import CorpusDocument
from ingest.corpus.graph import Relation
from ingest.facts.modifications import StatusOnDay
from ingest.structure import Clause, ParsedDocument

_SENTENCE_ENDS = re.compile(r"[.!?。！？;；:：…][\"'”’」』》)）]*$")


class FindingKind(StrEnum):
    WORDS = "words"  # other words, perhaps under another number too
    NUMBER = "number"  # the same words under another number
    GONE = "gone"  # no clause of the document has its words any more
    ITEM = "item"  # the list that is quoted has a new item
    STATUS = "status"  # another status, which a snapshot or the day has brought
    AHEAD = "ahead"  # a status that begins or ends on a day to come
    NOT_HELD = "not_held"  # the document is not in the corpus any more
    HELD_AGAIN = "held_again"
    FIRST = "first"  # a clause that would answer first


class ProvingClause(Frozen):
    clause_id: str
    locator: str
    names: Names
    text: str


class Finding(Frozen):
    """One change of one clause. ``old``, ``new``: words before and now, where they are not the
    same; ``now``: the clause that stands there now, where it has another id or place; ``then_status`` and
    ``now_status``: before, and after ``since``; ``since``: None where the corpus does not tell."""

    kind: FindingKind
    clause_id: str
    locator: str
    names: Names
    introduces: bool = False
    old: str | None = None
    new: str | None = None
    now: ProvingClause | None = None
    then_status: StatusOnDay | None = None
    now_status: StatusOnDay | None = None
    since: date | None = None
    proof: ProvingClause | None = None
    also: tuple[str, ...] = ()  # locators of clauses of the document with which the same happened
    parts: tuple[str, ...] = ()  # locators of those that came with words that stood in it


@dataclass
class Compared:
    """What was found, and what is rested on from now on."""

    findings: list[Finding] = field(default_factory=list)
    rests: list[Rest] = field(default_factory=list)


def compare_rests(
    rests: Sequence[Rest], kept: Mapping[str, tuple[Clause, ...]], present: Present
) -> Compared:
    """``kept``: by document id, its clauses as they stood for them."""
    told = Compared()
    documents = {
        id_: _beside(clauses, _document_now(id_, rests, present)) for id_, clauses in kept.items()
    }
    for rest in rests:
        beside = documents[rest.document_id]
        told.rests += _look(rest, beside, present, told.findings)
    quoted = {rest.clause_id for rest in rests if not rest.introduces}
    for beside in documents.values():
        for head, item in beside.new_items():
            items = {
                id_
                for id_, pair in beside.pairs.items()
                if pair.old and pair.old.lead_in == head.id
            }
            if head.id in quoted and items & quoted:
                rest = next(r for r in rests if r.clause_id == head.id)
                told.findings.append(_item(rest, item, beside, present))
                told.rests.append(present.rest(item, rest.as_of))
    told.findings = _merged(told.findings)
    # two clauses may have come to stand in one
    told.rests = list({rest.clause_id: rest for rest in reversed(told.rests)}.values())[::-1]
    return told


def would_answer_first(
    citations: tuple[Citation, ...], rests: list[Rest], words: bytes, present: Present
) -> Iterator[Finding]:
    """Of what an answer would quote now, what neither it rests on nor the old snapshot had."""
    known = {rest.clause_id for rest in rests}
    for citation in citations:
        clause = present.library.clause(citation.clause_id)
        if clause.id in known or in_words(clause, words):
            continue
        known.add(clause.id)
        proof = proving(clause, present)
        status = present.library.status(clause, present.today)
        yield Finding(
            kind=FindingKind.FIRST,
            clause_id=clause.id,
            locator=clause.locator,
            names=proof.names,
            new=citation.quote,
            now=proof,
            now_status=status,
            since=status.since,
            proof=proof,
        )


def proving(clause: Clause, present: Present) -> ProvingClause:
    entry = present.library.documents[clause.document_id].entry
    return ProvingClause(
        clause_id=clause.id,
        locator=clause.locator,
        names=names_of(entry),
        text=clause.text,
    )


class _Beside:
    """The clauses of a document as they were kept, beside those of now; None: it is not held."""

    def __init__(self, kept: tuple[Clause, ...], now: CorpusDocument | None) -> None:
        self.now = now
        pairs: tuple[AlignedPair, ...]
        if now is None or now.parsed.clauses == kept:
            pairs = tuple(AlignedPair(clause, clause) for clause in kept)
        else:
            pairs = Alignment(ParsedDocument("", None, kept, ()), now.parsed).pairs
        self.pairs = {pair.old.id: pair for pair in pairs if pair.old is not None}
        self._new = [pair.new for pair in pairs if pair.old is None and pair.new is not None]
        self._older = {pair.new.id: pair.old for pair in pairs if pair.old and pair.new}
        #: by id, in reading order: clauses that are new with words that stood in the older one
        self.parts = self._split()
        self.only_wrapped: set[str] = set()  # ids of those whose lines are broken elsewhere
        if now is not None:
            self._look_at_lines(kept, now.parsed.clauses)
        for id_, pair in self.pairs.items():
            if pair.old is not None and pair.new is None and now is not None:
                self.pairs[id_] = AlignedPair(pair.old, self._place_of(pair.old))

    def _look_at_lines(self, kept: Sequence[Clause], clauses: Sequence[Clause]) -> None:
        """A line that was broken to fit a page may be read as two paragraphs, or two as one."""
        is_new, is_gone = (
            {c.id for c in self._new},
            set(self.pairs) - {old.id for old in self._older.values()},
        )
        for pair in list(self.pairs.values()):
            if pair.old is None or pair.new is None or not pair.changed:
                continue
            if rest := _rest_of_line(pair.new, clauses, is_new, pair.old):
                self.parts[pair.old.id] = rest
                self.only_wrapped.add(pair.old.id)
            elif rest := _rest_of_line(pair.old, kept, is_gone, pair.new):
                self.pairs |= {c.id: AlignedPair(c, pair.new) for c in rest}
                self.only_wrapped |= {pair.old.id, *(c.id for c in rest)}

    def _split(self) -> dict[str, list[Clause]]:
        found: dict[str, list[Clause]] = {}
        changed = [pair for pair in self.pairs.values() if pair.changed and pair.old is not None]
        for new in self._new:
            for pair in changed:
                left = pair.new is None or not has_words_of(pair.new, new)
                if pair.old is not None and left and has_words_of(pair.old, new):
                    found.setdefault(pair.old.id, []).append(new)
                    break
        return found

    def _place_of(self, gone: Clause) -> Clause | None:
        """Where the words of a clause stand that has no place of its own any more: in one that has
        taken them up, or in the first of its parts."""
        for new_id, older in self._older.items():
            new = self._now(new_id)
            if has_words_of(new, gone) and not has_words_of(older, gone):
                return new
        merged = (new for new in self._new if has_words_of(new, gone))
        return next(merged, next(iter(self.parts.get(gone.id, ())), None))

    def _now(self, clause_id: str) -> Clause:
        assert self.now is not None
        return self.now.parsed.by_id[clause_id]

    def new_items(self) -> Iterator[tuple[Clause, Clause]]:
        """Items that only the text of now has, each with the head as it was kept."""
        for item in self._new:
            head = self._older.get(item.lead_in or "")
            if head is not None:
                yield head, item


def _rest_of_line(
    head: Clause, clauses: Sequence[Clause], alone: set[str], whole: Clause
) -> list[Clause]:
    """The paragraphs behind a clause that, with it, say in order what ``whole`` says, where it ends
    within a sentence; ``alone``: ids of those that stand in one text only."""
    words, wanted, rest = words_of(head), words_of(whole), list[Clause]()
    at = clauses.index(head) + 1
    if _SENTENCE_ENDS.search(head.text.rstrip()):
        return []
    while len(words) < len(wanted) and at < len(clauses) and clauses[at].num is None:
        if clauses[at].id not in alone:
            return []
        rest.append(clauses[at])
        words += words_of(clauses[at])
        at += 1
    return rest if words == wanted else []


@lru_cache(maxsize=32)  # many may follow one document
def _beside(kept: tuple[Clause, ...], now: CorpusDocument | None) -> _Beside:
    return _Beside(kept, now)


def _merged(findings: list[Finding]) -> list[Finding]:
    """What has happened to several clauses of a document alike is told once; a number that moved
    on moves those below it along."""
    moved_on = tuple(f"{f.clause_id}." for f in findings if f.kind is FindingKind.NUMBER)
    found: dict[str, Finding] = {}
    for finding in findings:
        if finding.kind is FindingKind.NUMBER and finding.clause_id.startswith(moved_on):
            continue
        moved = finding.now is not None and finding.now.locator != finding.locator
        is_own = finding.old or finding.new or moved or finding.kind is FindingKind.NUMBER
        same = {} if is_own else {"clause_id": "", "locator": "", "now": None}
        key = finding.model_copy(update=same).model_dump_json()
        if key in found:
            first = found[key]
            found[key] = first.model_copy(update={"also": (*first.also, finding.locator)})
        else:
            found[key] = finding
    return list(found.values())


def _document_now(
    document_id: str, rests: Sequence[Rest], present: Present
) -> CorpusDocument | None:
    """The document of this id, or the one of its title that was added under another."""
    documents = present.library.documents
    if document_id in documents:
        return documents[document_id]
    title = next(rest.title for rest in rests if rest.document_id == document_id)
    named = [document for document in documents.values() if document.entry.title == title]
    return named[0] if len(named) == 1 else None


def _look(rest: Rest, beside: _Beside, present: Present, findings: list[Finding]) -> Iterator[Rest]:
    """What has become of one clause, and on what its place rests now: nothing if it is gone."""
    if beside.now is None:
        if rest.held:
            findings.append(_finding(FindingKind.NOT_HELD, rest))
        yield rest.model_copy(update={"held": False})
        return
    pair = beside.pairs[rest.clause_id]
    clause = pair.new
    if clause is None:
        findings.append(
            _finding(FindingKind.GONE, rest, old=rest.text, since=_text_since(rest, beside.now))
        )
        return
    parts = [part for part in beside.parts.get(rest.clause_id, ()) if part.id != clause.id]
    is_as_it_was = rest.clause_id in beside.only_wrapped
    found = (
        []
        if is_as_it_was
        else list(_of_text(rest, clause, pair.changed, parts, beside.now, present))
    )
    course, statuses = _course(rest, clause, present)
    found += () if rest.introduces else statuses
    if not found and not rest.held:
        found.append(_finding(FindingKind.HELD_AGAIN, rest, proof=proving(clause, present)))
    findings += found
    standing = present.library.versions.in_force(clause, rest.as_of or present.today)
    if standing is not None and standing.id != clause.id:
        yield present.rest(standing, rest.as_of, introduces=rest.introduces)
    else:
        now = present.rest(clause, rest.as_of, introduces=rest.introduces)
        yield now.model_copy(update={"course": course})
    for part in parts:
        yield present.rest(part, rest.as_of, introduces=rest.introduces)


def _of_text(
    rest: Rest,
    clause: Clause,
    changed: bool,
    parts: Sequence[Clause],
    document: CorpusDocument,
    present: Present,
) -> Iterator[Finding]:
    moved = clause.path != rest.path
    if changed or (moved and not rest.introduces):
        proof = proving(clause, present)
        yield _finding(
            FindingKind.WORDS if changed else FindingKind.NUMBER,
            rest,
            old=rest.text if changed else None,
            new=clause.text if changed else None,
            now=proof if moved else None,
            since=_text_since(rest, document) if changed else None,
            proof=proof,
            parts=tuple(part.locator for part in parts),
        )


def _item(rest: Rest, item: Clause, beside: _Beside, present: Present) -> Finding:
    assert beside.now is not None
    proof = proving(item, present)
    since = _text_since(rest, beside.now)
    return _finding(FindingKind.ITEM, rest, new=item.text, now=proof, since=since, proof=proof)


def _text_since(rest: Rest, document: CorpusDocument) -> date | None:
    """When the words of a text began to apply, if it is one of another day than the text before."""
    amended = document.expression.amended
    return amended if amended != rest.text_of else None


def _course(
    rest: Rest, clause: Clause, present: Present
) -> tuple[tuple[Turning, ...], list[Finding]]:
    """The course that is kept from now on, and what of it is to be told."""
    then, passed = _advanced(rest.course, present.today)
    now = present.course(clause, rest.as_of, told=True)
    found: list[Finding] = []
    known = {turning.key: turning for turning in then}
    came = then[0].key != now[0].key
    if came or passed:
        before = rest.course[0] if passed else then[0]
        found.append(_status(FindingKind.STATUS, rest, clause, before, now[0], present))
    course = [now[0]]
    for before, turning in pairwise(now):
        kept = known.get(turning.key)
        is_due = turning.since is not None and turning.since <= present.horizon
        tell = kept is None or (not kept.told and is_due)
        if tell:
            found.append(_status(FindingKind.AHEAD, rest, clause, before, turning, present))
        course.append(turning.model_copy(update={"told": tell or (kept is not None and kept.told)}))
    if not found:
        keys = {turning.key for turning in now}
        found += [
            _status(FindingKind.STATUS, rest, clause, turning, now[0], present)
            for turning in then[1:2]
            if turning.key not in keys
        ]
    return tuple(course), found


def _advanced(course: tuple[Turning, ...], today: date) -> tuple[tuple[Turning, ...], bool]:
    """A course from today on, and whether a status has begun since that nobody was told of."""
    begun = [n for n, t in enumerate(course) if n and t.since is not None and t.since <= today]
    at = begun[-1] if begun else 0
    return course[at:], any(not course[n].told for n in begun)


def _status(
    kind: FindingKind, rest: Rest, clause: Clause, then: Turning, now: Turning, present: Present
) -> Finding:
    """With the clause that stands in its place from that day on, if there is another."""
    library, day = present.library, rest.as_of or now.since or present.today
    standing = library.versions.in_force(
        clause, max(day, present.today) if rest.as_of is None else day
    )
    other = standing if standing is not None and standing.id != clause.id else None
    changed = other is not None and AlignedPair(clause, other).changed
    proof = _proof_of(now, clause, present)
    return _finding(
        kind,
        rest,
        old=clause.text if changed else None,
        new=other.text if other is not None and changed else None,
        now=proving(other, present) if other is not None else None,
        then_status=then.status,
        now_status=now.status,
        since=now.since,
        proof=proving(library.clause(proof), present) if proof else None,
    )


def _proof_of(turning: Turning, clause: Clause, present: Present) -> str | None:
    """The clause that proves a status; of an amendment by another document, the one that makes it."""
    overtaken = turning.status.overtaken
    if overtaken is None:
        return turning.status.proof
    acts = present.acts_on(clause.document_id)
    return next(
        (e.proof for e in acts if e.relation is Relation.AMENDS and e.since == overtaken), None
    )


def _finding(kind: FindingKind, rest: Rest, **more: object) -> Finding:
    known = {"clause_id": rest.clause_id, "locator": rest.locator, "names": rest.names}
    return Finding.model_validate({"kind": kind, **known, "introduces": rest.introduces, **more})
