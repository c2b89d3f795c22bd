"""How an answer was found, for whoever teaches it: candidates, words, sentences, decision.

This is the one place that reads the search's inner figures; what a channel or a
feature is called stands in the interface's texts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain, pairwise

from app.contract import Answer
from app.library import Library
from app.search.current_law import Found
from app.search.refusal import THRESHOLD
from app.search.retriever import Candidate
from app.search.searcher import Trace
from app.views.answer import PlaceView, place_view
from app.views.matched_words import matched_spans
from app.views.source import Place
from app.wording import Language
from ingest.index.units import quoted_span
from ingest.text.sentences import sentences

#: candidates that are shown with their figures
SHOWN = 5


@dataclass(frozen=True, slots=True)
class MatchPart:
    """A stretch of a clause: ``matched`` if it is a word of the question."""

    text: str
    matched: bool


@dataclass(frozen=True, slots=True)
class ChannelScore:
    """``rank``: 1 where the channel alone would put the clause first among those found."""

    channel: str  # "words", "meaning", "expected" or "read"
    score: float
    rank: int


@dataclass(frozen=True, slots=True)
class CandidateView:
    source: PlaceView
    score: float  # of all channels together
    named: bool
    channels: tuple[ChannelScore, ...]
    pieces: tuple[MatchPart, ...]

    @property
    def matched_words(self) -> tuple[str, ...]:
        """The words found, each once, as they stand in the clause."""
        words = dict.fromkeys(piece.text.casefold() for piece in self.pieces if piece.matched)
        return tuple(words)


@dataclass(frozen=True, slots=True)
class SentenceView:
    pieces: tuple[MatchPart, ...]
    quoted: bool


@dataclass(frozen=True, slots=True)
class SentenceChoice:
    """The sentences of a quoted clause, in order; those quoted are marked."""

    n: int
    sentences: tuple[SentenceView, ...]

    @property
    def quoted(self) -> int:
        return sum(sentence.quoted for sentence in self.sentences)


@dataclass(frozen=True, slots=True)
class Explanation:
    """``reason``: key of the words for why the first was first, "" in an empty corpus;
    ``features``: the figures of the decision by name; ``outdated``: the corpus has changed
    since the answer."""

    reason: str
    leading_channels: tuple[str, ...]
    candidates: tuple[CandidateView, ...]
    choices: tuple[SentenceChoice, ...]
    confidence: float
    threshold: float
    features: Mapping[str, float]
    outdated: bool


def explain(answer: Answer, trace: Trace, language: Language) -> Explanation:
    """What the search saw; ``trace``: that of the answer, or a new one of its question."""
    library, found = trace.library, trace.found
    asked = set(library.tokenizer.tokens(trace.read.text))
    candidates = _candidates(library, found, asked, language)
    leading = tuple(
        score.channel for first in candidates[:1] for score in first.channels if score.rank == 1
    )
    return Explanation(
        reason=_reason(candidates, leading) if candidates else "",
        leading_channels=leading,
        candidates=candidates,
        choices=tuple(_choices(library, answer, asked)),
        confidence=answer.confidence,
        threshold=THRESHOLD,
        features=trace.features.values() if trace.features else {},
        outdated=answer.corpus_fingerprint != library.fingerprint,
    )


def _reason(candidates: tuple[CandidateView, ...], leading: tuple[str, ...]) -> str:
    first = candidates[0]
    if first.named:
        return "named"
    if len(leading) == len(first.channels):
        return "all"
    return "some" if leading else "together"


def _candidates(
    library: Library, found: Found, asked: set[str], language: Language
) -> tuple[CandidateView, ...]:
    shown = found.answers.candidates
    scores = [_channels(candidate) for candidate in shown]
    by_channel = {
        channel: sorted((of_one[channel] for of_one in scores), reverse=True)
        for channel in (scores[0] if scores else ())
    }
    return tuple(
        CandidateView(
            source=place_view(
                library,
                Place(candidate.unit.document_id, candidate.unit.clause_id),
                language,
            ),
            score=candidate.score,
            named=candidate.named,
            channels=tuple(
                ChannelScore(channel, score, by_channel[channel].index(score) + 1)
                for channel, score in channels.items()
            ),
            pieces=_pieces(library, _text(library, candidate), asked),
        )
        for candidate, channels in zip(shown[:SHOWN], scores, strict=False)
    )


def _channels(candidate: Candidate) -> dict[str, float]:
    return {
        "meaning": candidate.meaning,
        "words": candidate.words,
        "expected": candidate.expected or 0.0,
        "read": candidate.read or 0.0,
    }


def _text(library: Library, candidate: Candidate) -> str:
    document = library.documents[candidate.unit.document_id].parsed
    start, end = quoted_span(document, document.by_id[candidate.unit.clause_id])
    return document.text[start:end]


def _choices(library: Library, answer: Answer, asked: set[str]) -> list[SentenceChoice]:
    """For each quoted clause its sentences; a clause that has changed since is left out."""
    choices = []
    for citation in answer.citations:
        document = library.documents.get(citation.document_id)
        clause = document.parsed.by_id.get(citation.clause_id) if document else None
        if document is None or clause is None:
            continue
        text = document.parsed.text
        if text[citation.start : citation.end] != citation.quote:
            continue
        start, end = min(clause.start, citation.start), max(clause.end, citation.end)
        views = tuple(
            SentenceView(
                _pieces(library, text[start + a : start + b], asked),
                quoted=citation.start <= start + a and start + b <= citation.end,
            )
            for a, b in sentences(text[start:end])
        )
        choices.append(SentenceChoice(citation.n, views))
    return choices


def _pieces(library: Library, text: str, asked: set[str]) -> tuple[MatchPart, ...]:
    spans = matched_spans(text, asked, library.tokenizer)
    cuts = [0, *chain.from_iterable(spans), len(text)]
    pieces = [
        MatchPart(text[start:end], matched=bool(at % 2))
        for at, (start, end) in enumerate(pairwise(cuts))
    ]
    return tuple(piece for piece in pieces if piece.text)
