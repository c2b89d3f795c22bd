"""From found clauses to the passages that an answer quotes.

A clause is quoted whole: that it is understood as it was meant is worth more than a short
answer. Which clauses stand beside the best one, and which items of a list or sentences of a long
clause answer, is what the reader says of each of them; only that several things are asked for is
told by the question's grammar.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.search.reading import ReadingModel, log_odds
from app.search.retriever import Candidate, SearchResult
from ingest.clauses.numbering import names_article
from ingest.corpus.documents import CorpusDocument
from ingest.index.content import SearchUnit
from ingest.index.snapshot import Snapshot
from ingest.index.units import quoted_span, table_span
from ingest.models.clause_model import ClauseText
from ingest.structure import Clause, ParsedDocument
from ingest.text.clean_view import clean_view
from ingest.text.language import is_chinese
from ingest.text.pointing_back import leans_back
from ingest.text.sentences import sentences

#: code points; of a longer clause the sentences that do not answer are folded
LONG_CLAUSE = 700
#: letters, a Chinese character as two; of a shorter article all paragraphs stand beside the one
#: that answers, and a shorter list is quoted whole
SHORT_ARTICLE = 600
#: items of a list that are read one by one
ITEMS_READ = 30
#: log-odds behind the best item of a list, or sentence of a clause, within which others answer too
ITEM_MARGIN = 0.4
SENTENCE_MARGIN = 1.6
#: what a list's head, or an item, has of log-odds in advance when the search puts it first
FOUND_FIRST = 0.7
#: a clause beside the best one is quoted when its score, which holds what was read, is no
#: farther behind
BESIDE_MARGIN = 0.22
#: and stands open, when it is no farther than this, or reads as well but for this (log-odds)
OPEN_MARGIN = 0.06
READ_MARGIN = 0.25
#: letters, a Chinese character as two; what is shorter is not worth folding
SHORT_PASSAGE = 240
#: clauses that are quoted for one question, and of those that it names
MOST = 2
MOST_NAMED = 4
#: places (an article, a list) of which one clause is quoted where they cannot be told apart
MOST_PLACES = 2
#: The best clause is likelier than not the one that answers when the log-odds that the corpus
#: covers the question and so many times its lead (in score, at most ``MOST_LEAD``) before the next
#: place come to ``TOLD_APART``: a logistic regression on the questions over the documents kept
#: for tuning.
LEAD_WEIGHT = 6.6
MOST_LEAD = 0.4
TOLD_APART = 2.9

Span = tuple[int, int]

#: "which documents", "list the …", 哪些: a noun in the plural or a word for all of something
_SEVERAL = re.compile(
    r"\b(?:which|what)\s+(?:[\w'-]+\s+){0,3}?[\w-]{3,}(?<!s)s\b|\b(?:all|every|list|name|enumerate)\b"
    r"|哪些|哪几|各|列出|列举|全部|有什么",
    re.IGNORECASE,
)


#: a term with what it means behind it
_TERM = re.compile(r"\s*(?P<term>[^:：.。;；]{2,60}?)\s*[:：]\s*\S")


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a clause to quote; ``sentences`` are its (start, end) in the document.

    ``reads``: log-odds that each sentence answers, () where they were not read; ``folded``: of
    a long clause, the stretches that a reader opens when wanted; ``items``: of a list of which
    only some items are quoted, how many of them and how many there are.
    """

    clause: Clause
    start: int
    end: int
    sentences: tuple[Span, ...]
    reads: tuple[float, ...] = ()
    folded: tuple[Span, ...] = ()
    items: tuple[int, int] | None = None

    def own_words(self, text: str) -> tuple[Span, ...]:
        """The sentences without the clause's printed number; ``text``: of the document."""
        (start, end), *rest = self.sentences
        if self.clause.num is not None and text.startswith(self.clause.num, start):
            start += len(self.clause.num)
            while start < end and not text[start].isalnum():
                start += 1
        return ((start, end), *rest)


class PassageChooser:
    """Chooses passages from one snapshot; ``documents`` by id."""

    def __init__(
        self,
        snapshot: Snapshot,
        documents: Mapping[str, CorpusDocument],
        model: ReadingModel,
    ) -> None:
        self._snapshot = snapshot
        self._documents = documents
        self._model = model

    def choose(self, result: SearchResult, told_apart: bool = True) -> list[Passage]:
        """Passages that answer, in the order in which to show them; something was found.

        ``told_apart``: the best clause is likelier than not the one; else the other places that
        are near stand beside it.
        """
        best, *beside = self._answering(result, told_apart)
        passages = [*self._passages(result, best), *self._rest_of_article(result, best)]
        for candidate in beside:
            stands_open = candidate.named or _answers_as_well(candidate, best)
            if not stands_open and self._is_row(candidate):
                continue  # rows of a table read much alike, and only one of them is asked for
            further = self._passages(result, candidate)
            passages += further if stands_open else map(self._opening, further)
        return without_repeats(passages)

    def is_told_apart(self, result: SearchResult, confidence: float) -> bool:
        """Whether the best clause is likelier than not the one that answers; ``confidence``: that
        the corpus covers what was searched for."""
        best, *others = result.candidates
        if best.named:
            return True
        place = self._place(best)
        # by the score first: a place is told by the clause's document, which may have to be read
        near = (c for c in others if best.score - c.score < MOST_LEAD)
        lead = min(
            (best.score - c.score for c in near if self._place(c) != place), default=MOST_LEAD
        )
        return log_odds(confidence) + LEAD_WEIGHT * lead >= TOLD_APART

    def _answering(self, result: SearchResult, told_apart: bool) -> list[Candidate]:
        """Those named, else the best one and those that read nearly as well."""
        named = [candidate for candidate in result.candidates if candidate.named]
        if named:
            return named[:MOST_NAMED]
        least = result.candidates[0].score - BESIDE_MARGIN
        near = [candidate for candidate in result.candidates if candidate.score >= least]
        if told_apart:
            return near[:MOST]
        of_place: dict[str, Candidate] = {}
        for candidate in near:
            of_place.setdefault(self._place(candidate), candidate)
        return list(of_place.values())[:MOST_PLACES]

    def _place(self, candidate: Candidate) -> str:
        """The id of the article or list that a clause stands in, of the clause itself in none."""
        parsed = self._documents[candidate.unit.document_id].parsed
        clause = parsed.by_id[candidate.unit.clause_id]
        if (article := _article(parsed, clause)) is not None:
            return article.id
        while clause.lead_in is not None and not _is_preamble(parsed.by_id[clause.lead_in]):
            clause = parsed.by_id[clause.lead_in]
        above = parsed.by_id.get(clause.parent or "")
        return above.id if above and clause.num is None and not above.is_heading else clause.id

    def _is_row(self, candidate: Candidate) -> bool:
        parsed = self._documents[candidate.unit.document_id].parsed
        return parsed.by_id[candidate.unit.clause_id].read_under is not None

    def _opening(self, passage: Passage) -> Passage:
        """A passage with its first sentence open, which tells what is folded behind it."""
        text = self._documents[passage.clause.document_id].parsed.text
        if _letters(text[passage.start : passage.end]) < SHORT_PASSAGE:
            return passage
        (_, opened), *rest = passage.sentences
        return replace(passage, folded=((opened, passage.end),) if rest else ())

    def _rest_of_article(self, result: SearchResult, candidate: Candidate) -> list[Passage]:
        """The other paragraphs of a short article: conditions and exceptions of the one found. What
        answers much worse than that one is folded."""
        parsed = self._documents[candidate.unit.document_id].parsed
        article = _article(parsed, parsed.by_id[candidate.unit.clause_id])
        if candidate.named or article is None or not _is_short(parsed, article):
            return []
        end = parsed.end_of(article)
        others = [
            clause
            for clause in parsed.clauses
            if article.start <= clause.start < end
            and clause.id != candidate.unit.clause_id
            and clause.id in self._snapshot.position
            and clause.read_under is None  # a row is read in its table, and by itself says nothing
        ]
        read = self._model.read(result.query.text, [self._unit(other).text for other in others])
        least = log_odds(candidate.read or 0) - SENTENCE_MARGIN
        passages = [_quoted(parsed, other, *quoted_span(parsed, other)) for other in others]
        return [
            passage if log_odds(float(probable)) >= least else self._opening(passage)
            for passage, probable in zip(passages, read, strict=True)
        ]

    def _passages(self, result: SearchResult, candidate: Candidate) -> list[Passage]:
        parsed = self._documents[candidate.unit.document_id].parsed
        clause = parsed.by_id[candidate.unit.clause_id]
        if clause.read_under is not None or parsed.rows_under(clause):
            return _of_table(result, candidate, parsed)
        head = clause if parsed.list_items(clause) else parsed.by_id.get(clause.lead_in or "")
        if head is not None and _is_preamble(head):
            return [self._whole(result, parsed, clause, clause.end)]
        if head is not None and 0 < len(self._items(parsed, head)) <= ITEMS_READ:
            return self._of_list(result, candidate, parsed, head)
        passage = self._whole(result, parsed, clause, clause.end)
        return [passage, *_leaned_on(parsed, clause)]

    def _of_list(
        self, result: SearchResult, candidate: Candidate, parsed: ParsedDocument, head: Clause
    ) -> list[Passage]:
        """The whole list where several things are asked for, its head reads better than any item,
        or all items alike; else the items that answer and, beneath them, the head. What is named
        is what is quoted."""
        found = parsed.by_id[candidate.unit.clause_id]
        items = self._items(parsed, head)
        start, end = quoted_span(parsed, head)
        answering: Sequence[Clause]
        if candidate.named:
            answering = items if found is head else [found]
        elif (
            asks_for_several(result.query.text)
            or _is_short(parsed, _article(parsed, head))
            or _letters(parsed.text[start:end]) <= SHORT_ARTICLE
        ):
            answering = items
        else:
            answering = self._items_that_answer(result, head, items, found)
        if len(answering) == len(items):
            whole = _quoted(parsed, head, start, end)
            return [whole, *_leaned_on(parsed, head)]
        beneath = _quoted(parsed, head, head.start, head.end)
        return [
            *(
                self._whole(result, parsed, item, quoted_span(parsed, item)[1])
                for item in answering
            ),
            replace(beneath, items=(len(answering), len(items))),
            *_leaned_on(parsed, head),
        ]

    def _items_that_answer(
        self, result: SearchResult, head: Clause, items: list[Clause], found: Clause
    ) -> list[Clause]:
        """All items where the head reads better than any; else the best ones and what was found."""
        unit = self._unit(head)
        texts = [unit.head_text or unit.text, *(self._unit(item).text for item in items)]
        of_head, *of_items = map(log_odds, map(float, self._model.read(result.query.text, texts)))
        best = max(of_items)
        if of_head + (FOUND_FIRST if found is head else -FOUND_FIRST) >= best:
            return items
        return [
            item
            for item, odds in zip(items, of_items, strict=True)
            if odds >= best - ITEM_MARGIN or item.id == found.id
        ]

    def _whole(
        self, result: SearchResult, parsed: ParsedDocument, clause: Clause, end: int
    ) -> Passage:
        """A clause whole, its sentences read, and folded around what answers where it is long."""
        passage = _quoted(parsed, clause, clause.start, end)
        if len(passage.sentences) < 2:
            return passage
        above = self._unit(clause).text.context
        texts = [ClauseText(above, clean_view(parsed.text[a:b])) for a, b in passage.sentences]
        reads = tuple(log_odds(float(p)) for p in self._model.read(result.query.text, texts))
        passage = replace(passage, reads=reads)
        return _folded(passage, parsed.text) if end - clause.start > LONG_CLAUSE else passage

    def _items(self, parsed: ParsedDocument, head: Clause) -> list[Clause]:
        """The items of a list but for headings, which are not found by themselves."""
        return [item for item in parsed.list_items(head) if item.id in self._snapshot.position]

    def _unit(self, clause: Clause) -> SearchUnit:
        return self._snapshot.units[self._snapshot.position[clause.id]]


def _answers_as_well(candidate: Candidate, best: Candidate) -> bool:
    if candidate.score >= best.score - OPEN_MARGIN:
        return True
    odds, best_odds = log_odds(candidate.read or 0), log_odds(best.read or 0)
    return odds >= best_odds - READ_MARGIN


def _article(parsed: ParsedDocument, clause: Clause) -> Clause | None:
    """The article that a clause is, or stands in."""
    while not names_article(clause.num or ""):
        if clause.parent is None:
            return None
        clause = parsed.by_id[clause.parent]
    return clause


def _is_short(parsed: ParsedDocument, article: Clause | None) -> bool:
    """Whether an article is quoted with all that stands in it."""
    if article is None:
        return False
    return _letters(parsed.text[article.start : parsed.end_of(article)]) <= SHORT_ARTICLE


def _letters(text: str) -> int:
    return len(text) * (2 if is_chinese(text) else 1)


def _leaned_on(parsed: ParsedDocument, clause: Clause) -> list[Passage]:
    """What a clause is not understood without: what stands before it ("Such goods shall …"), or
    above it where that says when the clause's term applies."""
    above = parsed.by_id.get(clause.parent or "")
    if above is None:
        return []
    beside = above.children[: above.children.index(clause.id)]
    if leans_back(clause.text):
        before = parsed.by_id[beside[-1]] if beside else above
    elif _explains(clause, above):
        before = above
    else:
        return []
    return [] if before.is_heading else [_quoted(parsed, before, before.start, before.end)]


def _explains(clause: Clause, above: Clause) -> bool:
    """Whether a clause begins with a term of the one above: "(2) Annual return: …" """
    term = _TERM.match(clause.text.removeprefix(clause.num or ""))
    return term is not None and term["term"].casefold() in above.text.casefold()


def _is_preamble(head: Clause) -> bool:
    """Whether the "list" that it heads is the body of the document."""
    return head.num is None and head.parent is None and head.path == "p1"


def _quoted(parsed: ParsedDocument, clause: Clause, start: int, end: int) -> Passage:
    spans = tuple((start + a, start + b) for a, b in sentences(parsed.text[start:end]))
    return Passage(clause, start, end, spans)


def _folded(passage: Passage, text: str) -> Passage:
    """With what does not answer folded. The neighbours of what does stay open, and what leans
    back on them: conditions and exceptions stand beside what they belong to."""
    least = max(passage.reads) - SENTENCE_MARGIN
    answering = [n for n, odds in enumerate(passage.reads) if odds >= least]
    shown = {n + beside for n in answering for beside in (-1, 0, 1)}
    runs: list[Span] = []
    for n, (start, end) in enumerate(passage.sentences):
        if n - 1 in shown and leans_back(text[start:end]):
            shown.add(n)
        if n in shown:
            continue
        if runs and n - 1 not in shown:
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
    return replace(passage, folded=tuple(runs))


def _of_table(result: SearchResult, candidate: Candidate, parsed: ParsedDocument) -> list[Passage]:
    """A row above what it is read under, as an item above its list's head; the whole table where
    what introduces it reads about as well, or words and reading do not tell one row."""
    clause = parsed.by_id[candidate.unit.clause_id]
    head = parsed.by_id[clause.read_under[0]] if clause.read_under else clause
    rows = parsed.rows_under(head)
    found = {c.unit.clause_id: c for c in result.candidates}
    read = {clause_id: log_odds(c.read or 0) for clause_id, c in found.items()}
    row: Clause | None = clause
    if clause.read_under is None:
        row = max((r for r in rows if r.id in read), key=lambda r: read[r.id], default=None)
    if row is not None and (
        (candidate.named and row is clause)
        or (
            (head.id not in read or read[head.id] < read[row.id] - ITEM_MARGIN)
            and _is_apart(row, rows, found)
        )
    ):
        return [_in_rows(parsed, row, row.start, row.end), *_above_row(parsed, row)]
    return [_in_rows(parsed, head, *table_span(parsed, head))]


def _is_apart(row: Clause, rows: Sequence[Clause], found: Mapping[str, Candidate]) -> bool:
    """Whether a row has more of the question's words than the others of its table that were found,
    and reads better."""
    own = found[row.id]
    others = [found[r.id] for r in rows if r is not row and r.id in found]
    return all(own.words > o.words and (own.read or 0) > (o.read or 0) for o in others)


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
    spans: list[Span] = []
    position = start
    for line in parsed.text[start:end].splitlines(keepends=True):
        if line.strip():
            spans.append((position, position + len(line.rstrip())))
        position += len(line)
    return Passage(clause, start, end, tuple(spans))


def without_repeats(passages: Sequence[Passage]) -> list[Passage]:
    """Each stretch of text once, as it is read: one that holds another stands in its place."""
    kept: list[Passage] = []
    for passage in passages:
        if any(is_inside(passage, other) for other in kept):
            continue
        inside = [n for n, other in enumerate(kept) if is_inside(other, passage)]
        at = inside[0] if inside else len(kept)
        kept = [other for n, other in enumerate(kept) if n not in inside]
        kept.insert(at, passage)
    return headings_last(kept)


def headings_last(passages: Sequence[Passage]) -> list[Passage]:
    """What only heads a table stands behind all: it is drawn with the rows, without a number of
    its own to read."""
    heads = {above for passage in passages for above in passage.clause.read_under or ()}
    return sorted(passages, key=lambda passage: passage.clause.id in heads)


def is_inside(inner: Passage, outer: Passage) -> bool:
    """Whether a stretch stands within another one."""
    return (
        inner.clause.document_id == outer.clause.document_id
        and outer.start <= inner.start
        and inner.end <= outer.end
    )


def asks_for_several(text: str) -> bool:
    """Whether a question asks for more than one thing.

    >>> asks_for_several("Which documents are required?"), asks_for_several("Which document?")
    (True, False)
    """
    return _SEVERAL.search(text) is not None
