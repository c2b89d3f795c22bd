"""Questions about whole documents, answered from the facts that their clauses state."""

from datetime import date

from app.answer.extractive import Composed
from app.answer.whole_documents.acts import changes, citations, in_force, repeals
from app.answer.whole_documents.outline import outline
from app.answer.whole_documents.subject_holdings import holdings
from app.answer.whole_documents.whole import WholeAnswer, text_of
from app.answer.whole_documents.whole_wording import whole
from app.contract import Purpose, Question
from app.search.intent import Intent
from app.search.searcher import Searcher
from app.wording import Language, not_in_chosen

#: what is said where no clause states such a fact; without one a search may still find a clause
_NOTHING = {
    Purpose.REPEALS: "acts_on_none",
    Purpose.CITES: "cites_none",
    Purpose.CHANGES: "no_changes",
    Purpose.HOLDINGS: "none_held",
}


def from_facts(
    intent: Intent, searcher: Searcher, question: Question, as_of: date, language: Language
) -> Composed | None:
    """The answer; one without citations says that no clause states it, None that a search may
    find more."""
    answer = WholeAnswer(searcher.library, as_of, language, question)
    document = None
    if intent.documents:
        asked = [one for one in intent.documents if question.asks(one)]
        if not asked:
            return Composed(not_in_chosen(language, []), (), ())
        document = text_of(searcher.library, asked, as_of, language)
    composed: Composed | None = None
    match intent.purpose:
        case Purpose.OUTLINE if document:
            composed = outline(answer, document)
        case Purpose.REPEALS if document:
            composed = repeals(answer, document)
        case Purpose.CITES if document:
            composed = citations(answer, document)
        case Purpose.CHANGES:
            composed = changes(answer, document, intent.day)
        case Purpose.IN_FORCE:
            composed = in_force(answer, document)
        case Purpose.HOLDINGS:
            composed = holdings(answer, intent.subject, searcher)
    key = _NOTHING.get(intent.purpose)
    if composed is not None or key is None:
        return composed
    if intent.purpose is Purpose.CHANGES and document is None:
        key = "nothing_changed"
    name = answer.name(document.entry.id) if document else ""
    return Composed(whole(key, language, name=name, subject=intent.subject), (), ())
