"""What documents do to each other: repeals, amendments, newer texts, citations; what is in force."""

from collections.abc import Iterable
from datetime import date

from app.answer.extractive import Composed
from app.answer.whole_documents.whole import LONGEST_WORDS, WholeAnswer
from app.answer.whole_documents.whole_wording import act_words, change_words, whole
from app.plain_text import shortened
from app.wording import cited_name, day_words, status_line
from ingest.corpus.documents import CorpusDocument
from ingest.corpus.graph import Edge, Relation
from ingest.corpus.versions import ClauseChange, UnknownWork, marked
from ingest.facts.modifications import Status

_ACTS = (Relation.REPEALS, Relation.AMENDS)
#: the order in which documents are told, the rest after them
_STATUS_ORDER = (Status.IN_FORCE, Status.NOT_YET_IN_FORCE, Status.REPEALED, Status.EXPIRED)

#: the headings under which they are told
_GROUPS = {
    Status.IN_FORCE: "group_in_force",
    Status.NOT_YET_IN_FORCE: "group_not_yet",
    Status.REPEALED: "group_no_longer",
    Status.EXPIRED: "group_no_longer",
    Status.UNKNOWN: "group_unknown",
}


def repeals(answer: WholeAnswer, document: CorpusDocument) -> Composed | None:
    add_acts(answer, document.entry.id, made_to_it=False)
    return answer.composed(whole("acting", answer.language, name=answer.name(document.entry.id)))


def citations(answer: WholeAnswer, document: CorpusDocument) -> Composed | None:
    add_citations(answer, document)
    return answer.composed(whole("citing", answer.language, name=answer.name(document.entry.id)))


def changes(
    answer: WholeAnswer, document: CorpusDocument | None, since: date | None
) -> Composed | None:
    """Between the texts of a Work and by other documents; of every Work without ``document``."""
    library, language = answer.library, answer.language
    if document is not None:
        for change in _text_changes(answer, document.entry.id):
            _add_change(answer, change, since)
        add_acts(answer, document.entry.id, made_to_it=True, since=since)
        lead = whole("changes", language, name=answer.name(document.entry.id))
        return answer.composed(lead)
    for edge in library.graph.edges:
        asked = answer.question.asks(edge.source) or answer.question.asks(edge.target)
        if asked and edge.relation is not Relation.CITES:
            _add_act(answer, edge, since, passive=False, named=True)
    if since is None:
        return answer.composed(whole("all_changes", language))
    return answer.composed(whole("since", language, day=day_words(since, language)))


def in_force(answer: WholeAnswer, document: CorpusDocument | None) -> Composed | None:
    """Whether a document is in force, or which ones are; None where no clause tells."""
    library, language = answer.library, answer.language
    if document is not None:
        if not answer.add_status(document):
            return None
        add_acts(answer, document.entry.id, made_to_it=True, own_acts=False)
        return answer.composed(answer.head(document))
    told = sorted(
        ((answer.status_of(one), one) for one in answer.documents()),
        key=lambda pair: (*_STATUS_ORDER, Status.UNKNOWN).index(pair[0].status),
    )
    group = ""
    for status, one in told:
        if (begun := _GROUPS[status.status]) != group:
            group = begun
            answer.begin_group(whole(group, language))
        name = answer.name(one.entry.id)
        label = f"{name}{'，' if language == 'zh' else ', '}{status_line(status, language)}"
        if status.proof is not None:
            answer.add_quoted(label, library.clause(status.proof))
        else:
            answer.add(label, one.parsed.clauses[:1])
    return answer.composed(whole("in_force", language, day=day_words(answer.as_of, language)))


def add_acts(
    answer: WholeAnswer,
    document_id: str,
    *,
    made_to_it: bool,
    own_acts: bool = True,
    since: date | None = None,
) -> None:
    """What the document repeals and amends (``own_acts``), and what is done to it."""
    for edge in answer.library.graph.edges:
        if own_acts and edge.source == document_id and edge.relation in _ACTS:
            _add_act(answer, edge, since, passive=False)
        elif made_to_it and edge.target == document_id and edge.relation is not Relation.CITES:
            _add_act(answer, edge, since, passive=True)


def add_citations(answer: WholeAnswer, document: CorpusDocument) -> None:
    """The documents that it cites, each once, but for those that it repeals or amends."""
    own = [edge for edge in answer.library.graph.edges if edge.source == document.entry.id]
    acted_on = {(edge.proof, edge.target) for edge in own if edge.relation in _ACTS}
    # the lines under a law's title tell of the law itself
    own_lines = {line.proof for line in document.facts.amended_by}
    told: set[str] = set()
    for cited in answer.library.cross_references.of(document):
        name = cited_name(cited, answer.language)
        targets = {entry.id for entry in cited.held} or {str(cited.named)}
        if (
            name in told
            or cited.clause_id in own_lines
            or any((cited.clause_id, target) in acted_on for target in targets)
        ):
            continue
        told.add(name)
        clause = answer.library.clause(cited.clause_id)
        key = "cites_held" if cited.held else "cites"
        label = whole(key, answer.language, name=name, locator=answer.locator(clause))
        answer.add_quoted(label, clause, cited.start)


def _add_act(
    answer: WholeAnswer, edge: Edge, since: date | None, *, passive: bool, named: bool = False
) -> None:
    """``named``: the acting document is named too."""
    if edge.proof is None or (since is not None and (edge.since is None or edge.since < since)):
        return
    other = answer.name(edge.source if passive else edge.target)
    items = ", ".join(edge.items)
    words = act_words(edge.relation, other, items, answer.language, passive=passive)
    if named:
        comma = "：" if answer.language == "zh" else ": "
        words = f"{answer.name(edge.source)}{comma}{words}"
    answer.add_quoted(words, answer.library.clause(edge.proof))


def _text_changes(answer: WholeAnswer, document_id: str) -> Iterable[ClauseChange]:
    try:
        return answer.library.versions.changes(document_id)
    except UnknownWork:  # one text only: nothing to compare
        return ()


def _add_change(answer: WholeAnswer, change: ClauseChange, since: date | None) -> None:
    if since is not None and (change.since is None or change.since < since):
        return
    clauses = [clause for clause in (change.new, change.old) if clause is not None]
    said = change_words(change.change, change.since, answer.language)
    place = answer.locator(change.clause)
    label = f"{place}，{said}" if answer.language == "zh" else f"{place}, {said}"
    words = shortened(marked(change.pieces), 3 * LONGEST_WORDS)
    answer.add(whole("says", answer.language, label=label, words=words), clauses)
