"""The clauses against which a text is held: what a citation may mean, and what may say the same."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import inf

import numpy as np

from app.contract import Question
from app.library import Library
from app.search.question import LONGEST_QUESTION
from app.search.reading import LIKELY, log_odds
from app.search.retriever import best_first
from app.search.searcher import Searcher
from app.text_check.citations import NamedCitation
from app.text_check.quotations import LIMITS, Wording
from ingest.errors import BadQuestion
from ingest.facts.modifications import Status
from ingest.index.units import parts_of
from ingest.structure import Clause, ParsedDocument

#: clauses that are tried for a sentence: by its words, and by the search
BY_WORDS, BY_SEARCH = 6, 4
#: what the likeness of a statement's and a clause's vectors weighs beside the log-odds of reading
#: them together, where the two are told apart best
LIKENESS_WEIGHT = 8.0
#: log-odds from which a document that a text does not name for sure is the one that it means: of 235
#: sentences, 0.97 are read so in the document that they are of, 0.02 in another one
SURELY_READ = 1.8

#: log-odds from which another clause of the document cited may be the one that was meant
MAY_SAY = -1.0

_ENDS = re.compile(r"[.。;；!！?？]|\n\s*\n")
#: what stands before the first word of a sentence: nothing, an end, the number of an item
_ENDED = re.compile(r"(?:^|[.。!！?？;；:：\n])[\s“\"（(]*(?:[（(]?[\w]{1,4}[)）.、]\s*)?$")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A clause and its whole text: the lead-in of the list that it is an item of, itself, and
    all below it."""

    clause: Clause
    lead_in: str
    text: str

    @property
    def whole(self) -> str:
        return f"{self.lead_in}\n{self.text}" if self.lead_in else self.text


def is_within(clause: Clause, other: Clause) -> bool:
    """Whether a clause is another one, or stands below it."""
    return clause.document_id == other.document_id and f"{clause.path}.".startswith(
        f"{other.path}."
    )


def _at(document: ParsedDocument, path: str) -> list[Clause]:
    """The clause of a path; of "31(2)", where 31 has no items, its second paragraph."""
    above, _, last = path.rpartition(".")
    if path in document.by_path:
        return [document.by_path[path]]
    if not last.isdigit() or above not in document.by_path:
        return []
    paragraph = document.by_path.get(f"{above}.p{last}")
    first = document.by_path[above]  # the first paragraph of an article is its own words
    return [paragraph] if paragraph else [first] if last == "1" else []


def _in_annexes(document: ParsedDocument, path: str) -> list[Clause]:
    """The clauses of a path within an annex, where its articles are the document's only ones."""
    if any(clause.path.isdigit() for clause in document.clauses):
        return []
    return [
        clause
        for clause in document.clauses
        if re.fullmatch(rf"annex\.\d+\.{re.escape(path)}", clause.path)
    ]


class EvidenceFinder:
    """Finds them in one snapshot."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self.library: Library = searcher.library
        self.wording = lru_cache(maxsize=500)(Wording)
        self._words = lru_cache(maxsize=20_000)(self._words_of)

    def meant_by(self, citation: NamedCitation, as_of: date) -> list[Evidence]:
        """The clauses that a citation of a place means by its likeliest reading, that of the text
        in force first; [] if the document has no such place. A path without its beginning may
        be several."""
        texts = self.texts(citation.documents, as_of)
        parsed = [self.library.documents[document_id].parsed for document_id in texts]
        for path in citation.paths:
            found = [clause for document in parsed for clause in _at(document, path)]
            if found:
                return [self.of(clause) for clause in found]
        ends = tuple(f".{path}" for path in citation.paths if "." in path)
        of_its_own = [
            self.of(clause)
            for document in parsed
            for clause in document.clauses
            if clause.path.endswith(ends) and not clause.path.startswith("annex")
        ]
        # a document that only puts its annex into force is cited by the annex's articles
        return of_its_own or [
            self.of(clause)
            for document in parsed
            for path in citation.paths
            if len(clauses := _in_annexes(document, path)) == 1
            for clause in clauses
        ]

    def texts(self, document_ids: Iterable[str], as_of: date) -> list[str]:
        """Texts of a Work, the one in force on the day first."""
        standing = self.library.timeline.status
        return sorted(
            document_ids, key=lambda id_: standing(id_, "", as_of).status is not Status.IN_FORCE
        )

    def of(self, clause: Clause) -> Evidence:
        document = self.library.documents[clause.document_id].parsed
        heads: list[str] = []
        above = clause
        while (upper := document.by_id.get(above.lead_in or "")) is not None:
            heads.insert(0, upper.text)
            above = upper
        text = document.text[clause.start : document.end_of(clause)]
        return Evidence(clause, "\n".join(heads), text)

    def near(
        self, words: str, documents: Iterable[str] = (), limit: int = BY_WORDS
    ) -> list[Evidence]:
        """The clauses that share most with some words; of these documents, or of all."""
        scores = self.library.snapshot.lexical.scores(self.library.tokenizer.tokens(words))
        held = self.library.snapshot.documents
        places = [at for id_ in documents if id_ in held for at in held.units_of(id_)]
        among = np.array(places) if places else np.arange(len(scores))
        best = among[best_first(scores[among], limit)]
        units = (self.library.snapshot.units[int(at)] for at in best if scores[at] > 0)
        return [self.of(self.library.clause(unit.clause_id)) for unit in units]

    def searched(self, words: str, as_of: date, documents: tuple[str, ...] = ()) -> list[Evidence]:
        """The clauses that the search finds for a sentence; of these documents, or of all."""
        try:
            asked = Question(text=words[:LONGEST_QUESTION], as_of=as_of, documents=documents)
            found = self._searcher.find(asked, BY_SEARCH).answers
        except BadQuestion:
            return []
        return [self.of(self.library.clause(one.unit.clause_id)) for one in found.candidates]

    def reading_better(
        self, statement: str, cited: Sequence[Evidence], documents: Iterable[str], as_of: date
    ) -> tuple[Clause | None, float]:
        """The clause that reads most like saying what a statement says, and by how much more than
        the clauses cited and what is below them, or than the documents if no clause is cited; None
        and 0 where one of either is missing, or none may say it: in another document, which is
        of the same language then, it must be likely to. Paragraphs without a number beside a
        cited item are read with it, and are no other place."""
        ids = tuple(documents)
        of_them = self._found(statement, as_of, ids)
        own = of_them
        if cited:
            held = (clause for id_ in ids for clause in self.library.documents[id_].parsed.clauses)
            own = [c for c in held if any(is_within(c, one.clause) for one in cited)]

        languages = {self.library.documents[id_].entry.language for id_ in ids}

        def is_other(clause: Clause) -> bool:
            if self.library.documents[clause.document_id].entry.language not in languages:
                return False
            if not cited:
                return clause.document_id not in ids
            return clause not in own and not any(
                is_within(one.clause, self._place_of(clause, one.clause)) for one in cited
            )

        found = {one.id: one for one in (*of_them, *self._found(statement, as_of))}
        others = [clause for clause in found.values() if is_other(clause)]
        of_own, of_others = self._read(statement, own), self._read(statement, others)
        if not of_own or not of_others:
            return None, 0.0
        least = {id_: MAY_SAY if found[id_].document_id in ids else LIKELY for id_ in of_others}
        told = [id_ for id_, (odd, _) in of_others.items() if odd >= least[id_]]
        if not told:
            return None, 0.0
        best = max(told, key=lambda id_: sum(of_others[id_]))
        return found[best], sum(of_others[best]) - max(map(sum, of_own.values()))

    def _found(self, statement: str, as_of: date, documents: tuple[str, ...] = ()) -> list[Clause]:
        """The clauses nearest to a statement by its words and by the search, each once."""
        near, searched = self.near(statement, documents), self.searched(statement, as_of, documents)
        return list({one.clause.id: one.clause for one in (*near, *searched)}.values())

    def _place_of(self, clause: Clause, cited: Clause) -> Clause:
        """The clause itself, or the one above of a paragraph without a number, where a number is
        cited: what such a paragraph says is said of the items beside it."""
        above = self.library.documents[clause.document_id].parsed.by_id.get(clause.parent or "")
        return above if above and clause.num is None and cited.num is not None else clause

    def read_in(
        self, statement: str, as_of: date, documents: tuple[str, ...] = ()
    ) -> Clause | None:
        """The clause, of these documents or of all, that surely says something of what a
        statement is about."""
        read = self._read(statement, self._found(statement, as_of, documents))
        best = max(read, key=lambda id_: read[id_][0], default=None)
        sure = best is not None and read[best][0] >= SURELY_READ
        return self.library.clause(best) if best is not None and sure else None

    def read_best(self, statement: str, as_of: date) -> Clause | None:
        """The clause of all that reads most like saying something of what a statement is about;
        None if none is likely to."""
        read = self._read(statement, self._found(statement, as_of))
        best = max(read, key=lambda id_: sum(read[id_]), default=None)
        return self.library.clause(best) if best is not None and read[best][0] > 0 else None

    def odds(self, statement: str, clauses: Sequence[Clause]) -> list[float]:
        """Log-odds that each clause, or one below it, speaks of what a statement says."""
        documents = self.library.documents
        below = [
            [one for one in documents[clause.document_id].parsed.clauses if is_within(one, clause)]
            for clause in clauses
        ]
        read = self._read(statement, {one.id: one for few in below for one in few}.values())
        return [max((read[o.id][0] for o in few if o.id in read), default=-inf) for few in below]

    def _read(self, statement: str, clauses: Iterable[Clause]) -> dict[str, tuple[float, float]]:
        """Log-odds that clauses answer a statement, and how much they are like it, by the ids of
        those that are searched."""
        snapshot, model = self.library.snapshot, self._searcher.model
        parts = [
            (clause.id, part)
            for clause in clauses
            if clause.id in snapshot.position
            for part in parts_of(snapshot.units[snapshot.position[clause.id]], model)
        ]
        if not parts:
            return {}
        texts = [part for _, part in parts]
        odds = [log_odds(float(probable)) for probable in model.read(statement, texts)]
        (vector,) = model.embed_questions([statement])
        likeness = LIKENESS_WEIGHT * (model.embed_clauses(texts) @ vector)
        read: dict[str, tuple[float, float]] = {}
        for (id_, _), odd, like in zip(parts, odds, map(float, likeness), strict=True):
            before = read.get(id_, (-inf, -inf))
            read[id_] = max(before, (odd, like), key=sum)
        return read

    def having(self, words: str, first: Iterable[str]) -> Clause | None:
        """The smallest clause that has the words of a quotation; of the documents ``first``, else
        of those that share most words with it."""
        for documents in (tuple(first), ()):
            for evidence in self.near(words, documents, limit=20):
                if self.wording(evidence.text).find(words):
                    return self._smallest(evidence.clause, words)
        return None

    def _smallest(self, clause: Clause, words: str) -> Clause:
        for child in self._children(clause):
            if self.wording(self.of(child).text).find(words):
                return self._smallest(child, words)
        return clause

    def _children(self, clause: Clause) -> Iterator[Clause]:
        by_id = self.library.documents[clause.document_id].parsed.by_id
        yield from (by_id[child] for child in clause.children)

    def says(self, statement: str, evidence: Evidence) -> bool:
        """Whether whole sentences of a clause are the statement, word for word."""
        wording = self.wording(evidence.text)
        found = wording.find(statement)
        if found is None or found.has_gaps:
            return False
        before = evidence.text[: found.start].removeprefix(evidence.clause.num or "")
        after = evidence.text[found.end :].lstrip('”"’)） ')
        return _ENDED.search(before) is not None and (not after or after[0] in ".。;；!！")

    def left_out(self, statement: str, evidence: Evidence) -> str:
        """What a clause's sentence has in front of or behind a statement that is part of it word
        for word, where that limits it; "" otherwise."""
        found = self.wording(evidence.text).find(statement)
        if found is None:
            return ""
        before = _ENDS.split(evidence.text[: found.start])[-1]
        behind = _ENDS.split(evidence.text[found.end :])[0]
        return next((rest.strip() for rest in (before, behind) if LIMITS.search(rest)), "")

    def coverage(self, statement: str, evidence: Evidence) -> float:
        """Share of a statement's words that a clause has, 0 to 1."""
        words = self._words(statement)
        return len(words & self._words(evidence.whole)) / len(words) if words else 0.0

    def _words_of(self, text: str) -> frozenset[str]:
        return frozenset(self.library.tokenizer.tokens(text))
