"""A title in another language than the document's: which held document it may be a translation of.

Words cannot tell, so the model's vectors do: of the documents whose clauses are nearest to the title,
the one whose own title is nearest. That is likely and no proof.
"""

from functools import lru_cache

import numpy as np

from app.search.searcher import Searcher
from ingest.models.clause_model import ClauseText
from ingest.text.language import language_of

#: nearest clauses whose documents are looked at
NEIGHBOURS = 200
#: cosine from which a title may be a translation: of Chinese titles of six English documents, written by
#: people, five are above it, of eleven of Chinese law that was not held one
ALIKE = 0.25


class TranslatedTitles:
    """Finds them in one snapshot; safe in several threads."""

    def __init__(self, searcher: Searcher) -> None:
        self._library, self._model = searcher.library, searcher.model
        self.meant_by = lru_cache(maxsize=1_000)(self._meant_by)

    def _meant_by(self, title: str) -> str | None:
        """The id of the document that a title may translate; None if no title is like it."""
        language = language_of(title)
        if self._library.languages <= {language}:
            return None
        (vector,) = self._model.embed_questions([title])
        near = self._library.snapshot.vectors.search(vector, NEIGHBOURS)
        documents = dict.fromkeys(self._library.clause(one.unit_id).document_id for one in near)
        entries = [self._library.documents[id_].entry for id_ in documents]
        others = [entry for entry in entries if entry.language != language]
        if not others:
            return None
        titles = [ClauseText((), entry.title) for entry in others]
        likeness = self._model.embed_clauses(titles) @ vector
        best = int(np.argmax(likeness))
        return others[best].id if likeness[best] >= ALIKE else None
