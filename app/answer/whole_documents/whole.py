"""Answers on whole documents: lines made of the facts that clauses state, each with its clause.

A line says what it is and then the clause's own words, so there is nothing to prove; what no
clause states is not said.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from app.answer.extractive import Composed, cite
from app.answer.whole_documents.whole_wording import whole
from app.contract import CheckOutcome, Citation, Question, Statement
from app.library import Library
from app.plain_text import capitalized, shortened
from app.search.passages import Passage
from app.wording import (
    Language,
    citation_name,
    day_words,
    locator_in,
    status_line,
    subject_of,
    work_name,
)
from ingest.corpus.documents import CorpusDocument
from ingest.facts.modifications import Status, StatusOnDay
from ingest.facts.references import find_references
from ingest.structure import Clause
from ingest.text.clean_view import clean_view
from ingest.text.sentences import sentences

#: lines of an answer; a document may have thousands of clauses
MOST_LINES = 40
#: characters of a clause in a line; the whole clause is its citation
LONGEST_WORDS = 160


@dataclass
class WholeAnswer:
    """An answer to ``question`` under way: lines are added, then :meth:`composed`."""

    library: Library
    as_of: date
    language: Language
    question: Question
    _lines: list[Statement] = field(default_factory=list)
    _citations: dict[str, Citation] = field(default_factory=dict)
    _is_cut: bool = False
    _headings: dict[int, str] = field(default_factory=dict)  # by the place of the line below

    def add(self, words: str, clauses: Iterable[Clause]) -> None:
        """A line and the clauses that it comes from, at least one."""
        if len(self._lines) >= MOST_LINES:
            self._is_cut = True
            return
        numbers = tuple(dict.fromkeys(self._number(clause) for clause in clauses))
        assert numbers, words
        self._lines.append(Statement(text=words, citations=numbers, check=CheckOutcome.VERIFIED))

    def begin_group(self, heading: str) -> None:
        """The lines that are added from here on stand under a heading."""
        self._headings[len(self._lines)] = heading

    def add_quoted(self, label: str, clause: Clause, at: int | None = None) -> None:
        """A line with a clause's own words, unless they stand in a line above: from the
        sentence at offset ``at`` of the document, else from its beginning."""
        if clause.id in self._citations:
            self.add(label, [clause])
            return
        words = self._words(clause, at)
        self.add(whole("says", self.language, label=label, words=words), [clause])

    def add_status(self, document: CorpusDocument) -> bool:
        """The line on a document's status, if a clause proves one."""
        status = self.status_of(document)
        if status.proof is None or status.status is Status.UNKNOWN:
            return False
        label = whole("status", self.language, status=status_line(status, self.language))
        self.add_quoted(label, self.library.clause(status.proof))
        return True

    def documents(self) -> list[CorpusDocument]:
        """Those that are asked."""
        held = self.library.documents.items()
        return [document for id_, document in held if self.question.asks(id_)]

    def cites(self, clause: Clause) -> bool:
        return clause.id in self._citations

    def status_of(self, document: CorpusDocument) -> StatusOnDay:
        # the path of no clause: a repeal of single items does not touch the whole
        return self.library.timeline.status(document.entry.id, "", self.as_of)

    def name(self, document: str) -> str:
        """A held document as it is cited; another by its number, or as the corpus names it."""
        held = self.library.documents.get(document)
        if held is not None:
            return citation_name(held.entry, self.language)
        numbers = find_references(document)
        is_number = len(numbers) == 1 and str(numbers[0].work) == document
        return work_name(numbers[0].work, self.language) if is_number else document

    def head(self, document: CorpusDocument) -> str:
        """ "GACC Announcement No. 68 of 2016 (…on Commissioned Processing), issued on …" """
        entry, facts = document.entry, document.facts
        name, zh = citation_name(entry, self.language), self.language == "zh"
        subject = subject_of(entry)
        if subject != name:
            name += f"（{subject}）" if zh else f" (“{subject}”)"
        said = [name]
        if facts.issued is not None:
            said.append(whole("issued", self.language, day=day_words(facts.issued, self.language)))
        if self.status_of(document).status is Status.UNKNOWN:
            said.append(status_line(self.status_of(document), self.language))
        return ("，" if zh else ", ").join(said)

    def locator(self, clause: Clause) -> str:
        return capitalized(locator_in(clause.locator, self.language))

    def composed(self, lead: str) -> Composed | None:
        """The lines under ``lead``; None where no clause said anything."""
        if not self._lines:
            return None
        marks = ""
        for at, line in enumerate(self._lines):
            if at in self._headings:
                marks += f"\n\n{self._headings[at]}"
            marks += f"\n{line.text} {' '.join(f'[{n}]' for n in line.citations)}"
        said = [lead, *([whole("more", self.language)] if self._is_cut else [])]
        sources = whole("sources", self.language, places=self._places())
        text = "\n\n".join([" ".join(said), marks.strip("\n"), sources])
        return Composed(text, tuple(self._lines), tuple(self._citations.values()))

    def _number(self, clause: Clause) -> int:
        if clause.id not in self._citations:
            document = self.library.documents[clause.document_id]
            passage = Passage(clause, clause.start, clause.end, ((clause.start, clause.end),))
            status = self.library.status(clause, self.as_of)
            number = len(self._citations) + 1
            self._citations[clause.id] = cite(number, passage, document, status)
        return self._citations[clause.id].n

    def _words(self, clause: Clause, at: int | None) -> str:
        text = self.library.document_text(clause.document_id)[clause.start : clause.end]
        spans = sentences(text) or [(0, len(text))]
        wanted = (at or clause.start) - clause.start
        begin = next((start for start, end in spans if end > wanted), 0)
        words = text[begin:].removeprefix(clause.num or "") if begin == 0 else text[begin:]
        cut = shortened(clean_view(words), LONGEST_WORDS)
        return f"… {cut}" if begin else cut

    def _places(self) -> str:
        zh = self.language == "zh"
        one = len({citation.document_id for citation in self._citations.values()}) == 1
        places = []
        for citation in self._citations.values():
            place, name = (
                locator_in(citation.locator, self.language),
                self.name(citation.document_id),
            )
            whole_place = f"{name}，{place}" if zh else f"{place}, {name}"
            places.append(f"[{citation.n}] {place if one else whole_place}")
        return ("；" if zh else "; ").join(places)


def text_of(
    library: Library, texts: Iterable[str], as_of: date, language: Language
) -> CorpusDocument:
    """Of the texts of one Work the one to speak of: in force on the day, then in the reader's
    language, then the newest; at least one must be given."""
    documents = [library.documents[text] for text in texts]

    def order(document: CorpusDocument) -> tuple[bool, bool, date]:
        status = library.timeline.status(document.entry.id, "", as_of).status
        in_force = status in (Status.IN_FORCE, Status.UNKNOWN)
        since = document.expression.since or date.min
        return in_force, document.entry.language == language, since

    return max(documents, key=order)
