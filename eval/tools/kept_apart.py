"""How right the product is on documents that nothing was made with.

The questions of ``eval/data/kept_apart`` are asked of an index of all their documents, most of
them statutes and conventions, without a glossary and without expected questions. A hit is a
clause that answers, a part of it, or the list that it is an item of.

Those of ``twins`` are pairs that are asked in one manner, of which one is answered: what sort of
question it is tells nothing of them, so that they measure reading alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from app.contract import Question
from app.search.refusal import RefusalModel
from app.search.searcher import Searcher
from eval.measures.confidence import auroc
from eval.measures.ranking import Ranks, success_at_k
from eval.tools.folder import DocumentPlaces, Folder, open_folder
from eval.training.examples import Asked, hits
from ingest.index.build import Progress
from ingest.pipeline import clause_model
from ingest.settings import Settings


@dataclass(frozen=True, slots=True)
class Slice:
    """Questions in their document's language, or in the other one."""

    name: str
    questions: int
    success_1: float
    success_5: float


@dataclass(frozen=True, slots=True)
class KeptApartFigures:
    """``refused``: of the questions that a document answers; ``answered``: of the others.

    Without a word that it is not certain: ``plain`` of the former, ``plain_right`` of these with
    the right clause first, ``plain_others`` of the others."""

    slices: tuple[Slice, ...]
    others: int
    auroc: float
    refused: float
    answered: float
    plain: float
    plain_right: float
    plain_others: float


@dataclass(frozen=True, slots=True)
class _Found:
    asked: Asked
    across: bool
    ranks: Ranks
    confidence: float
    answered: bool
    is_certain: bool

    @property
    def is_plain(self) -> bool:
        """Answered without reserve."""
        return self.answered and self.is_certain


def measure(
    sets: Mapping[str, Sequence[Asked]],
    places: DocumentPlaces,
    settings: Settings,
    progress: Progress,
) -> dict[str, KeptApartFigures]:
    """Figures of each set of questions, all asked of one index of all their documents.

    Raises CannotRun for a document that is missing or cannot be read.
    """
    names = sorted({row.document for asked in sets.values() for row in asked})
    root = settings.var / "kept_apart"
    folder = open_folder([(n, places.file_of(n)) for n in names], settings, root, progress)
    searcher = Searcher(folder.library, clause_model(), RefusalModel.load())
    figures = {}
    for name, asked in sets.items():
        found = []
        for done, row in enumerate(asked):
            progress(name, done, len(asked))
            found.append(_ask(row, folder, searcher))
        figures[name] = _figures(found)
    return figures


def _figures(found: Sequence[_Found]) -> KeptApartFigures:
    in_corpus = [one for one in found if one.asked.answered]
    others = [one for one in found if not one.asked.answered]
    told = auroc([one.confidence for one in found], [one.asked.answered for one in found])
    assert told is not None  # both kinds are asked
    return KeptApartFigures(
        slices=tuple(
            _slice(name, of)
            for name, across in (("own language", False), ("across", True))
            if (of := [one for one in in_corpus if one.across == across])
        ),
        others=len(others),
        auroc=told,
        refused=fmean(not one.answered for one in in_corpus),
        answered=fmean(one.answered for one in others),
        plain=fmean(one.is_plain for one in in_corpus),
        plain_right=fmean([success_at_k(one.ranks, 1) for one in in_corpus if one.is_plain] or [0]),
        plain_others=fmean(one.is_plain for one in others),
    )


def _ask(row: Asked, folder: Folder, searcher: Searcher) -> _Found:
    document = folder.library.documents[folder.ids[row.document]]
    trace = searcher.trace(Question(text=row.question))
    candidates = trace.found.answers.candidates
    of_document = [
        (rank, c.unit.clause_id.partition("#")[2])
        for rank, c in enumerate(candidates, start=1)
        if c.unit.document_id == document.entry.id
    ]
    ranks = [
        next((rank for rank, path in of_document if hits(path, gold)), None) for gold in row.clauses
    ]
    return _Found(
        row,
        across=row.language != document.entry.language,
        ranks=ranks,
        confidence=trace.confidence,
        answered=trace.refusal is None,
        is_certain=trace.is_certain,
    )


def _slice(name: str, found: Sequence[_Found]) -> Slice:
    return Slice(
        name,
        len(found),
        success_1=fmean(success_at_k(one.ranks, 1) for one in found),
        success_5=fmean(success_at_k(one.ranks, 5) for one in found),
    )
