"""From found clauses to the passages that an answer quotes.

First the clauses: the best one, a whole list for a question that asks for a
list, one for each part of a question that asks several things, one for each
document that a comparison names. Then the sentences: those that carry the
question's words, and a figure where the question asks for one.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.search.question import ReadQuestion
from app.search.retriever import Candidate, SearchResult
from ingest.corpus.documents import CorpusDocument
from ingest.index.lexical import LexicalIndex
from ingest.index.units import quoted_span
from ingest.structure import Clause, ParsedDocument
from ingest.text.clean_view import clean_view
from ingest.text.pointing_back import leans_back
from ingest.text.sentences import sentences
from ingest.text.tokenizer import Tokenizer

#: code points; a clause up to this long is quoted whole
SHORT_CLAUSE = 420
#: code points; a list up to this long is quoted whole when the question asks for a list
LONG_LIST = 3000
#: a sentence that scores this share of the best one is quoted with it
SENTENCE_SHARE = 0.55
#: items of one list among the best clauses that make the list the answer
ITEMS_OF_A_LIST = 3
#: a second clause is quoted when its score reaches this share of the first one's; measured on
#: development topics: evidence quoted 0.71 without, 0.77 at 0.92, 0.80 at 0.8 with less precision
SECOND_CLAUSE_SHARE = 0.92

_ASKS_FOR_LIST = re.compile(
    r"\b(?:what|which) (?:\w+ ){0,3}?(?:documents|materials|conditions|items|forms|papers|cases|"
    r"circumstances|articles|goods|products|companies|firms|enterprises|requirements|steps|"
    r"districts|categories|kinds|types|zones|records|situations|grounds|reasons|ways|exemptions)\b"
    r"|\b(?:list|name|enumerate)\b|\ball the\b|\bwhat are the\b"
    r"|哪些|哪几|列出|列举|有什么(?:条件|材料|要求|情形)|什么(?:材料|文件|条件|情形|单证)",
    re.IGNORECASE,
)
_COMPARES = re.compile(
    r"\b(?:compare|comparison|differ(?:s|ence|ences|ent)?|versus|vs\.?|whereas|both|contrast|unlike"
    r"|same as|while)\b|比较|区别|不同|差异|相比|分别|都",
    re.IGNORECASE,
)
_ASKS_FOR_FIGURE = re.compile(
    r"\b(?:when|how (?:long|many|much|soon|old|early|often)|deadline|date|day|days|which code|code|number|"
    r"limit|value|amount|titer|threshold|phone|telephone|address)\b"
    r"|几|多少|何时|什么时候|多久|多长|期限|日期|代码|限值|金额|电话|时间|哪天|哪一天",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a clause to quote; ``sentences`` are its (start, end) in the document."""

    clause: Clause
    start: int
    end: int
    sentences: tuple[tuple[int, int], ...]


class PassageChooser:
    """Chooses passages; ``documents`` by id, ``lexical`` for how telling a word is."""

    def __init__(
        self,
        documents: Mapping[str, CorpusDocument],
        lexical: LexicalIndex,
        tokenizer: Tokenizer,
    ) -> None:
        self._documents = documents
        self._lexical = lexical
        self._tokenizer = tokenizer

    def choose(self, question: ReadQuestion, results: Sequence[SearchResult]) -> list[Passage]:
        """Passages that answer, in the order in which to show them.

        ``results``: one for each part of the question, in order; never empty.
        """
        passages: list[Passage] = []
        for result in results:
            for candidate in self._candidates(question, result, only=len(results) > 1):
                passages += self._passages(question, result, candidate)
        return without_repeats(passages)

    def _candidates(
        self, question: ReadQuestion, result: SearchResult, *, only: bool
    ) -> list[Candidate]:
        named = [candidate for candidate in result.candidates if candidate.named]
        if named:
            return named[:4]
        best = result.candidates[0]
        chosen = [best]
        if _COMPARES.search(question.text):
            chosen += self._from_other_documents(result, best)
        elif not only and len(result.candidates) > 1:
            second = result.candidates[1]
            if second.score >= SECOND_CLAUSE_SHARE * best.score:
                chosen.append(second)
        return chosen

    def _from_other_documents(self, result: SearchResult, best: Candidate) -> list[Candidate]:
        wanted = set(result.works_held) - {best.unit.document_id}
        others = [c for c in result.candidates if c.unit.document_id != best.unit.document_id]
        if wanted:
            others = [c for c in others if c.unit.document_id in wanted]
        return others[:1]

    def _passages(
        self, question: ReadQuestion, result: SearchResult, candidate: Candidate
    ) -> list[Passage]:
        document = self._documents[candidate.unit.document_id]
        clause = document.parsed.by_id[candidate.unit.clause_id]
        head = document.parsed.by_id.get(clause.lead_in or "")
        if clause.read_under is not None:
            return self._row(question, document, clause, named=candidate.named)
        if rows := document.parsed.rows_under(clause):
            return self._of_table(question, result, document, clause, rows)
        if head is not None and head.num is None and head.parent is None and head.path == "p1":
            head = None  # the preamble of the whole document
        if head is not None and self._wants_whole_list(question, result, head):
            clause, head = head, None
        if document.parsed.list_items(clause):
            start, end = quoted_span(document.parsed, clause)
            if end - start <= LONG_LIST:
                return [self._whole(document, clause, start, end)]
        passages = [] if head is None else [self._whole(document, head, head.start, head.end)]
        return [*passages, self._sentences(question, result, document, clause)]

    def _wants_whole_list(self, question: ReadQuestion, result: SearchResult, head: Clause) -> bool:
        if _ASKS_FOR_LIST.search(question.text):
            return True
        items = [
            candidate
            for candidate in result.candidates[:5]
            if self._documents[candidate.unit.document_id]
            .parsed.by_id[candidate.unit.clause_id]
            .lead_in
            == head.id
        ]
        return len(items) >= ITEMS_OF_A_LIST

    def _row(
        self, question: ReadQuestion, document: CorpusDocument, row: Clause, *, named: bool
    ) -> list[Passage]:
        """A row below what it is read under; its whole table where a list is asked for."""
        parsed = document.parsed
        if row.read_under and not named and _ASKS_FOR_LIST.search(question.text):
            head = parsed.by_id[row.read_under[0]]
            end = parsed.rows_under(head)[-1].end
            if end - head.start <= LONG_LIST:
                return [_in_rows(parsed, head, head.start, end)]
        return [*_above_row(parsed, row), _in_rows(parsed, row, row.start, row.end)]

    def _of_table(
        self,
        question: ReadQuestion,
        result: SearchResult,
        document: CorpusDocument,
        head: Clause,
        rows: Sequence[Clause],
    ) -> list[Passage]:
        """For what introduces a table: the best row with a word of the question, else the
        whole table."""
        by_id = {row.id: row for row in rows if not row.is_heading}
        asked = set(result.query.words)
        for candidate in result.candidates:
            row = by_id.get(candidate.unit.clause_id)
            if row is not None and asked & set(self._tokenizer.tokens(row.text)):
                return self._row(question, document, row, named=candidate.named)
        end = rows[-1].end if rows[-1].end - head.start <= LONG_LIST else head.end
        return [_in_rows(document.parsed, head, head.start, end)]

    def _whole(self, document: CorpusDocument, clause: Clause, start: int, end: int) -> Passage:
        text = document.parsed.text[start:end]
        spans = tuple((start + a, start + b) for a, b in sentences(text))
        return Passage(clause, start, end, spans)

    def _sentences(
        self,
        question: ReadQuestion,
        result: SearchResult,
        document: CorpusDocument,
        clause: Clause,
    ) -> Passage:
        whole = self._whole(document, clause, clause.start, clause.end)
        if len(clause.text) <= SHORT_CLAUSE or len(whole.sentences) < 2:
            return whole
        text = document.parsed.text
        scores = [self._score(question, result, text[start:end]) for start, end in whole.sentences]
        best = max(scores)
        if best <= 0:
            return whole
        keep = [index for index, score in enumerate(scores) if score >= SENTENCE_SHARE * best]
        first, last = min(keep), max(keep)
        while first > 0 and leans_back(text[whole.sentences[first][0] :]):
            first -= 1
        spans = whole.sentences[first : last + 1]
        return Passage(clause, spans[0][0], spans[-1][1], spans)

    def _score(self, question: ReadQuestion, result: SearchResult, sentence: str) -> float:
        words = set(self._tokenizer.tokens(clean_view(sentence)))
        score = sum(
            weight * self._lexical.idf(word)
            for word, weight in result.query.words.items()
            if word in words
        )
        if _ASKS_FOR_FIGURE.search(question.text) and _FIGURE.search(sentence):
            score *= 1.3
        return score


def _above_row(parsed: ParsedDocument, row: Clause) -> list[Passage]:
    """What a row of a table is read under: its caption, the names of its columns, a row across
    the table; those that follow each other at once as one passage."""
    passages: list[Passage] = []
    for clause_id in row.read_under or ():
        clause = parsed.by_id[clause_id]
        last = passages[-1] if passages else None
        if last is not None and not parsed.text[last.end : clause.start].strip():
            passages[-1] = _in_rows(parsed, last.clause, last.start, clause.end)
        else:
            passages.append(_in_rows(parsed, clause, clause.start, clause.end))
    return passages


def _in_rows(parsed: ParsedDocument, clause: Clause, start: int, end: int) -> Passage:
    """A stretch of a table, each of its rows a sentence."""
    spans: list[tuple[int, int]] = []
    position = start
    for line in parsed.text[start:end].splitlines(keepends=True):
        if line.strip():
            spans.append((position, position + len(line.rstrip())))
        position += len(line)
    return Passage(clause, start, end, tuple(spans))


def without_repeats(passages: Sequence[Passage]) -> list[Passage]:
    """Each stretch of text once: a passage inside another one is dropped."""
    kept: list[Passage] = []
    for passage in passages:
        if any(_inside(passage, other) for other in kept):
            continue
        kept = [other for other in kept if not _inside(other, passage)]
        kept.append(passage)
    return kept


def _inside(inner: Passage, outer: Passage) -> bool:
    return (
        inner.clause.document_id == outer.clause.document_id
        and outer.start <= inner.start
        and inner.end <= outer.end
    )
