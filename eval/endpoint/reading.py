"""A chat's reply -> an answer of the contract: what it cites, what it quotes, what it says.

    text -> verbatim stretches, named clauses, marks that point to passages -> citations
         \\_ sentences -> the citations beside them -> verified, failed or not checked

Whatever the reply holds to the letter counts as quoted by it; a clause that it names counts as
cited with the clause's own words, unless it puts other words in quotation marks.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.contract import Answer, CheckOutcome, Citation, Question, Retrieved, Statement
from app.proof import CitationChecker
from app.search.searcher import Searcher
from app.text_check.check import attached
from app.text_check.citations import CitationReader, NamedCitation
from app.text_check.evidence import EvidenceFinder
from app.text_check.quotations import Quotation, find_quotations
from app.text_check.statements import may_state_a_rule, sentences_of, statement_of, tells
from eval.endpoint.passages import MARK, PassagePlaces, Placed, VerbatimStretch
from eval.endpoint.shapes import ChatText, ToldPassage
from ingest.facts.dates import is_date, written_dates
from ingest.facts.modifications import Status
from ingest.text.language import is_chinese

#: characters at the head of a reply within which it says that it does not answer
_HEAD = 300
_NOT = (
    r"(?:(?:can|could|do|does|did|is|are|am|was|were) ?(?:not|n['’]t)|cannot|['’]m not|['’]re not)"
)
_TO_SAY = (
    r"(?:contain|mention|say|state|specif|address|cover|provide|include|answer|give|discuss|define)"
)
#: who answers, or what it was given to read, does not say: no clause speaks so of itself
_REFUSES = re.compile(
    rf"^\W*not covered\b|\bso it is not answered\b|\b(?:sorry|unable to (?:answer|find|determine|help|say))\b"
    rf"|\b(?:I|we) ?{_NOT}\b.{{0,20}}\b(?:find|have (?!to\b)|see|know|answer|determine|provide|help|say|tell|confirm|able|aware|sure|locate|verify|assist)"
    r"|\bno (?:relevant |specific )?(?:information|clause|passage|document|rule|answer)s?\b.{0,60}\b(?:found|provided|available|answers?|addresses|covers?|mentions?|says)\b"
    rf"|\b(?:documents?|contexts?|sources?|passages?|texts?|corpus|materials?|knowledge base|information|excerpts?|search results?|clauses)\b[^.]{{0,40}}\b(?:{_NOT} (?:\w+ )?{_TO_SAY}|lacks?|contains? no|provides? no|holds? no)"
    rf"|\b{_NOT} (?:{_TO_SAY}\w*|found) (?:in|by) (?:the|these|any|my) (?:\w+ )?(?:documents?|contexts?|sources?|passages?|texts?|corpus|materials?)\b"
    r"|未收录|不予回答|无法(?:回答|确定|提供|找到)|不能回答|不知道|(?:没有|未)(?:找到|提及|提供|涉及|包含|说明)|找不到|抱歉|对不起",
    re.IGNORECASE,
)
#: the first of these that a line about a document has is the status that it is told to have
_STATUSES = (
    (Status.NOT_YET_IN_FORCE, re.compile(r"not yet (?:in force|effective|law)|尚未(?:施行|生效)", re.I)),
    (Status.EXPIRED, re.compile(r"expired|no longer (?:in force|effective|valid)|已?失效|不再有效", re.I)),
    (Status.REPEALED, re.compile(r"(?:is|was|been|were) repealed|repealed (?:as|by|on|since|from)|已?(?:于[^。，]{0,14})?(?:被)?废止", re.I)),
    (Status.IN_FORCE, re.compile(r"in force|(?:currently|now) (?:effective|valid)|现行有效|(?:起|已)(?:施行|生效)", re.I)),
)  # fmt: skip
#: a line that tells the day on which the reply answers: "As of 2026-11-30."
_AS_OF = re.compile(r"^\W*(?:as of|截至)\s*(?P<day>[^\n]{6,40}?)\s*[.。]?\s*$", re.I | re.MULTILINE)
_MARKUP = (
    (re.compile(r"\\([\\`*_{}\[\]<>#|~])"), r"\1"),
    (re.compile(r"^[ \t]*>+[ \t]?", re.MULTILINE), ""),
    (re.compile(r"\]\((?:https?:|/)[^)\s]*\)"), "]"),
    (re.compile(r"\*\*|__"), ""),
)


@dataclass(frozen=True, slots=True)
class _Cited:
    """A citation at ``start`` to ``end`` of the reply, which may be nowhere in it (-1)."""

    start: int
    end: int
    place: Placed
    clause_id: str
    quote: str


class ReplyReader:
    """Reads replies against one snapshot."""

    def __init__(self, searcher: Searcher) -> None:
        library = searcher.library
        self._library = library
        self._names = CitationReader(searcher)
        self._evidence = EvidenceFinder(searcher)
        self._checker = CitationChecker(library.tokenizer, library.glossary)
        texts = {id_: library.document_text(id_) for id_ in library.documents}
        self._places = PassagePlaces(texts)

    def read(self, reply: ChatText, question: Question) -> Answer:
        """The answer that a reply amounts to, on the question's day."""
        day = question.as_of or date.today()
        text = _without_markup(reply.text)
        quotations = find_quotations(text)
        named = self._names.read(text)
        told = [self._told(passage) for passage in reply.cited]
        cited = self._cited(text, named, quotations, day)
        numbers = _numbers_of_marks(text, cited)
        pointed = [number for mark in MARK.finditer(text) for number in _numbers(mark)]
        for number, place in enumerate(told, start=1):
            if place is None or (pointed and number not in pointed):
                continue
            numbers[number] = _add(cited, _whole(place, -1, -1, self._words(place)))
        own = _own_words(text, cited)
        refused = reply.is_refusal or _REFUSES.search(own.strip()[:_HEAD]) is not None
        places = _places_told(text, named, numbers)
        citations = self._citations(cited, _statuses(own, named), places)
        return Answer(
            question=question.text,
            answered=not refused,
            answer=text,
            refusal_reason=None,
            confidence=_confidence(reply, answered=not refused),
            statements=()
            if refused
            else tuple(self._statements(text, quotations, cited, named, numbers)),
            citations=citations,
            retrieved=self._retrieved(reply, citations),
            searched_for=(question.text,),
            mode="generative",
            model=reply.model,
            as_of=_day_told(own) or day,
            corpus_fingerprint=self._library.fingerprint,
            timings_ms={},
        )

    def _cited(
        self,
        text: str,
        named: Sequence[NamedCitation],
        quotations: Sequence[Quotation],
        day: date,
    ) -> list[_Cited]:
        """In the order of the reply, each place of the corpus once."""
        documents = {document for one in named for document in one.documents}
        stretches = self._places.stretches(text, documents)
        sentences = sentences_of(text, quotations)
        quoted = attached(text, sentences, named, quotations)
        found = [_whole(one.place, one.start, one.end, self._words(one.place)) for one in stretches]
        for at, one in enumerate(named):
            within = any(s.start <= one.start and one.end <= s.end for s in stretches)
            meant = () if within or not one.paths else self._evidence.meant_by(one, day)[:1]
            for evidence in meant:
                clause = evidence.clause
                end = clause.start + len(evidence.text)
                place = Placed(clause.document_id, clause.start, end)
                other = self._other_words(quoted.get(at, ()), stretches, evidence.whole)
                quote = other or self._words(place)
                found.append(_Cited(one.start, one.end, place, clause.id, quote))
        cited: list[_Cited] = []
        for one_cited in sorted(found, key=lambda one: (one.start, one.end)):
            _add(cited, one_cited)
        return cited

    def _other_words(
        self, quotations: Sequence[Quotation], stretches: Sequence[VerbatimStretch], source: str
    ) -> str:
        """What the reply puts in quotation marks beside a clause and no document has."""
        for one in quotations:
            held = any(s.start <= one.start and one.end <= s.end for s in stretches)
            held = held or self._places.place(one.words) is not None
            if not held and is_chinese(one.words) == is_chinese(source):
                return one.words
        return ""

    def _statements(
        self,
        text: str,
        quotations: Sequence[Quotation],
        cited: Sequence[_Cited],
        named: Sequence[NamedCitation],
        numbers: dict[int, int],
    ) -> Iterator[Statement]:
        """Verbatim stretches as they stand; of the rest, the sentences that state or cite."""
        stretches = [(c.start, c.end) for c in cited if c.end >= 0 and "@" in c.clause_id]
        quoted = [Quotation(s, e, text[s:e]) for s, e in stretches]
        spans = sentences_of(text, sorted([*quotations, *quoted], key=lambda one: one.start))
        spans = [
            span for span in spans if not any(s < span[1] and span[0] < e for s, e in stretches)
        ]
        for start, end in sorted([*spans, *stretches]):
            behind = _marks_behind(text, end)
            own = [n for mark in MARK.finditer(text, start, behind) for n in _numbers(mark)]
            at = {place for place, one in enumerate(cited) if start <= one.start < end}
            at |= {numbers[number] for number in own if number in numbers}
            if (start, end) in stretches:
                yield Statement(
                    text=text[start:end].strip(),
                    citations=tuple(sorted(place + 1 for place in at)),
                    check=CheckOutcome.VERIFIED,
                )
                continue
            sentence = MARK.sub("", text[start:end]).strip()
            beside = [one for one in named if start <= one.start < end]
            statement, _ = statement_of(text, start, end, beside)
            if tells(sentence) and (at or may_state_a_rule(statement)):
                yield Statement(
                    text=sentence,
                    citations=tuple(sorted(place + 1 for place in at)),
                    check=self._checked(MARK.sub("", statement).strip(), [cited[n] for n in at]),
                )

    def _checked(self, statement: str, cited: Sequence[_Cited]) -> CheckOutcome:
        if not cited:
            return CheckOutcome.NOT_CHECKED
        sources = [self._library.documents[one.place.document_id].entry for one in cited]
        names = [name for entry in sources for name in (entry.citation_name, entry.title)]
        quotes = [self._words(one.place) for one in cited]
        return self._checker.check(statement, quotes, sources=names).check

    def _citations(
        self,
        cited: Sequence[_Cited],
        statuses: Mapping[str, Status],
        places: Mapping[int, str],
    ) -> tuple[Citation, ...]:
        documents = self._library.documents
        return tuple(
            Citation(
                n=n,
                clause_id=one.clause_id,
                document_id=one.place.document_id,
                title=documents[one.place.document_id].entry.title,
                locator=" ".join(filter(None, (self._locator(one), places.get(n - 1)))),
                quote=one.quote,
                start=one.place.start,
                end=one.place.end,
                status=statuses.get(one.place.document_id, Status.UNKNOWN),
                status_proof=None,
            )
            for n, one in enumerate(cited, start=1)
        )

    def _locator(self, one: _Cited) -> str:
        if "@" not in one.clause_id:
            return self._library.clause(one.clause_id).locator
        return f"characters {one.place.start}–{one.place.end}"

    def _retrieved(self, reply: ChatText, citations: Sequence[Citation]) -> tuple[Retrieved, ...]:
        """What the assistant says that it found, else what it cites in the order of its reply."""
        placed = [(self._told(passage), passage.score or 0.0) for passage in reply.retrieved]
        found = [
            Retrieved(
                clause_id=_place_id(place),
                document_id=place.document_id,
                start=place.start,
                end=place.end,
                text=self._words(place),
                score=score,
            )
            for place, score in placed
            if place is not None
        ]
        return tuple(found) or tuple(
            Retrieved(
                clause_id=one.clause_id,
                document_id=one.document_id,
                start=one.start,
                end=one.end,
                text=one.quote,
                score=0.0,
            )
            for one in citations
        )

    def _told(self, passage: ToldPassage) -> Placed | None:
        return self._places.place(passage.words, passage.names)

    def _words(self, place: Placed) -> str:
        return self._library.document_text(place.document_id)[place.start : place.end]


def _whole(place: Placed, start: int, end: int, words: str) -> _Cited:
    return _Cited(start, end, place, _place_id(place), words)


def _place_id(place: Placed) -> str:
    return f"{place.document_id}@{place.start}-{place.end}"


def _add(cited: list[_Cited], new: _Cited) -> int:
    """Its place among the citations, where it is put unless it stands there already."""
    for at, old in enumerate(cited):
        if old.place == new.place and old.clause_id == new.clause_id:
            return at
    cited.append(new)
    return len(cited) - 1


def _numbers(mark: re.Match[str]) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", mark["numbers"])]


def _numbers_of_marks(text: str, cited: Sequence[_Cited]) -> dict[int, int]:
    """Which citation each mark means: what is named behind a mark at the head of a line (a list of
    sources), or what stands right before the first of its marks."""
    found: dict[int, int] = {}
    for mark in MARK.finditer(text):
        line_end = text.find("\n", mark.end())
        line_end = len(text) if line_end < 0 else line_end
        heads = not text[text.rfind("\n", 0, mark.start()) + 1 : mark.start()].strip()
        named = [at for at, one in enumerate(cited) if mark.end() <= one.start < line_end]
        before = [at for at, one in enumerate(cited) if 0 <= one.end <= mark.start()]
        for number in _numbers(mark):
            if heads and named:
                found[number] = named[0]
            elif before and not text[cited[before[-1]].end : mark.start()].strip(" \n.。,，;；)）"):
                found.setdefault(number, before[-1])
    return found


def _places_told(
    text: str, named: Sequence[NamedCitation], numbers: Mapping[int, int]
) -> dict[int, str]:
    """How a list of sources names where each citation stands, by the citation's place among them:
    these words are names, and state no figure of a rule."""
    told: dict[int, str] = {}
    for mark in MARK.finditer(text):
        begin = text.rfind("\n", 0, mark.start()) + 1
        if text[begin : mark.start()].strip():
            continue
        line_end = text.find("\n", mark.end())
        line_end = len(text) if line_end < 0 else line_end
        within = [one for one in named if mark.end() <= one.start < line_end]
        if any(one.documents for one in within):
            words = " ".join(text[one.start : one.end] for one in within)
            told |= {numbers[number]: words for number in _numbers(mark) if number in numbers}
    return told


def _marks_behind(text: str, end: int) -> int:
    """The end of the marks that stand right behind a sentence."""
    while (match := re.compile(rf"[ \t]*{MARK.pattern}").match(text, end)) is not None:
        end = match.end()
    return end


def _own_words(text: str, cited: Sequence[_Cited]) -> str:
    """The reply, as long, with blanks in the place of what is verbatim."""
    for one in cited:
        if one.end >= 0 and "@" in one.clause_id:
            text = text[: one.start] + " " * (one.end - one.start) + text[one.end :]
    return text


def _statuses(own: str, named: Sequence[NamedCitation]) -> dict[str, Status]:
    """What the reply says of each document, in lines of its own words."""
    found: dict[str, Status] = {}
    for citation in named:
        line = own[own.rfind("\n", 0, citation.start) + 1 :].partition("\n")[0]
        status = next((status for status, words in _STATUSES if words.search(line)), None)
        for document in citation.documents if status else ():
            found.setdefault(document, status or Status.UNKNOWN)
    return found


def _day_told(own: str) -> date | None:
    """The day as of which the reply says that it answers."""
    found = (match["day"] for match in _AS_OF.finditer(own))
    return next((written_dates(words)[0].day for words in found if is_date(words)), None)


def _confidence(reply: ChatText, *, answered: bool) -> float:
    """From the score of the best passage, where the assistant tells one: any rising map keeps the
    order. One that tells none is as sure as it decides."""
    scores = [passage.score for passage in reply.retrieved if passage.score is not None]
    if not scores:
        return float(answered)
    best = max(0.0, max(scores))
    return best / (1 + best)


def _without_markup(text: str) -> str:
    for pattern, instead in _MARKUP:
        text = pattern.sub(instead, text)
    return text
