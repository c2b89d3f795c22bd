"""The numbered sentences that a language model chooses from, and the answer in its order.

A sentence stands for the passage that it is quoted in: pointing at one brings the passage whole,
with what it is read under. What the search chose to quote stays, behind what the model points at:
that a model leaves something out proves nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.answer.extractive import compose
from app.search.passages import Passage
from app.search.searcher import Trace
from app.search.steering import rules_only, visible
from ingest.text.language import IDEOGRAPH

#: tokens, roughly, of all sentences together that the model is given; a local model reads
#: about 30 a second
PROMPT_TOKENS = 500

#: sentences that a model may point at: more is no choice
MOST_SENTENCES = 3

#: what chat templates read as the beginning of a role: "<|im_start|>", "</s>", "[INST]"
_ROLE = re.compile(r"<(?=[|/!a-z<])|\[(?=/?INST\])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class OfferedSentence:
    """``text``: to the letter, as it is quoted; ``shown``: what the model reads."""

    passage: Passage
    text: str
    shown: str


class Offer:
    """The sentences of the passages that an answer quotes, and of the next best ones,
    numbered from 1; without those that speak to a model, and what stands behind them."""

    def __init__(self, trace: Trace) -> None:
        self._quoted = trace.passages
        further = (p for p in trace.further if not any(_meet(p, q) for q in trace.passages))
        self._given = (*trace.passages, *further)
        leads = compose(self._given, trace.library, trace.as_of, trace.language).leads
        self.leads = dict(zip(self._given, leads, strict=True))
        self.sentences: list[OfferedSentence] = []
        left = float(PROMPT_TOKENS)
        for passage in self._given:
            for sentence in _sentences(passage, trace):
                left -= tokens(sentence.shown)
                if left < 0 and self.sentences:
                    return
                self.sentences.append(sentence)

    def clauses(self) -> list[dict[str, object]]:
        """For the model: each clause by name with its numbered sentences."""
        clauses: dict[Passage, dict[str, str]] = {}
        for number, sentence in enumerate(self.sentences, start=1):
            clauses.setdefault(sentence.passage, {})[str(number)] = sentence.shown
        return [
            {"clause": harmless(self.leads[passage]), "sentences": numbered}
            for passage, numbered in clauses.items()
        ]

    def at(self, numbers: Sequence[int]) -> list[OfferedSentence]:
        """The first of those sentences, each once; a number that does not exist is ignored.

        A clause that the search did not choose is pointed at only where it comes first: the local
        model names one nearly always behind the right one, which made answers twice as long.
        """
        known = range(1, len(self.sentences) + 1)
        first = [self.sentences[n - 1] for n in dict.fromkeys(numbers) if n in known]
        allowed = {*self._quoted, *(sentence.passage for sentence in first[:1])}
        return [s for s in first[:MOST_SENTENCES] if s.passage in allowed]

    def arranged(self, pointed: Sequence[OfferedSentence]) -> tuple[list[Passage], list[Passage]]:
        """What to quote: the passages pointed at in their order, each with what it is read
        under as the search put them; and behind these, the rest of what the search chose."""
        chosen = {*self._quoted, *(sentence.passage for sentence in pointed)}
        groups = _together([passage for passage in self._given if passage in chosen])
        first = [p for s in pointed for group in groups if s.passage in group for p in group]
        return list(dict.fromkeys(first)), [p for p in self._quoted if p not in first]


def harmless(text: str) -> str:
    """Without invisible characters, and without what a chat template takes for a role."""
    return _ROLE.sub("‹", " ".join(visible(text).split()))


def tokens(text: str) -> float:
    """Roughly: a token is four letters, or one ideograph."""
    ideographs = len(IDEOGRAPH.findall(text))
    return ideographs + (len(text) - ideographs) / 4


def _sentences(passage: Passage, trace: Trace) -> list[OfferedSentence]:
    text = trace.library.document_text(passage.clause.document_id)
    rules = harmless(rules_only(text[passage.start : passage.end]))
    found: list[OfferedSentence] = []
    for start, end in passage.sentences:
        shown = harmless(text[start:end])
        if shown not in rules:
            break  # it, or one before it, speaks to a model
        found.append(OfferedSentence(passage, text[start:end], shown))
    return found


def _meet(passage: Passage, other: Passage) -> bool:
    return (
        passage.clause.document_id == other.clause.document_id
        and passage.start < other.end
        and other.start < passage.end
    )


def _together(passages: Sequence[Passage]) -> list[list[Passage]]:
    groups: list[list[Passage]] = []
    for passage in passages:
        own = _read_with(passage)
        group = next((g for g in groups if any(own & _read_with(p) for p in g)), None)
        if group is None:
            groups.append([passage])
        else:
            group.append(passage)
    return groups


def _read_with(passage: Passage) -> set[str]:
    """The ids of its clause, of its list's head, of what its table's row is read under."""
    clause = passage.clause
    heads = {clause.lead_in} if clause.lead_in else set()
    return {clause.id, *heads, *(clause.read_under or ())}
