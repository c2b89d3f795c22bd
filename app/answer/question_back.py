"""A question back: what the best clauses differ in, where the question leaves it open.

Several clauses answer nearly as well and say nearly the same; what stands in one of them alone,
and not in the question, tells them apart: "residual materials", "leftovers". It is offered as a
word to ask with, beside the answer that is most likely.
"""

import re
from collections.abc import Mapping, Sequence

from app.contract import QuestionBack
from app.library import Library
from app.search.reading import log_odds
from app.search.retriever import Candidate
from app.search.searcher import Trace
from ingest.text.language import is_chinese
from ingest.text.sentences import sentences

#: how far behind the best clause another one may read (log-odds), and its score may be
READ_MARGIN = 2.5
SCORE_MARGIN = 0.35
#: share of their words, by how telling they are, that clauses have in common which differ in one thing
ALIKE = 0.1
#: clauses that are told apart
MOST = 3
#: how telling (idf) the word must be that stands in one clause alone
TELLING = 2.0
#: words of a label
_LONGEST = 3

_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_OPENS = re.compile(r"^\W*\w+,\s+")


def question_back(trace: Trace) -> QuestionBack | None:
    """What to ask back; None where the question leaves nothing open that tells clauses apart."""
    if trace.refusal is not None or trace.rows:
        return None
    near = _near(trace.found.answers.candidates)
    if (
        not near
        or trace.library.documents[near[0].unit.document_id].entry.language != trace.read.language
    ):
        return None  # its words could not be asked with
    words = [_words(candidate, trace.library) for candidate in near]
    alike = [at for at in range(len(near)) if at == 0 or _in_common(words[0], words[at]) >= ALIKE]
    if len(alike) < 2:
        return None
    near, words = [near[at] for at in alike], [words[at] for at in alike]
    asked = set(trace.found.answers.query.words)
    labels = []
    for at, candidate in enumerate(near):
        others = set().union(*(words[other] for other in range(len(near)) if other != at))
        label = _label(candidate, trace.library, others)
        if label is None or asked & label[0]:
            return None
        labels.append(label[1])
    return QuestionBack(
        words=tuple(labels),
        questions=tuple(_asked_with(trace.asked, label) for label in labels),
    )


def _near(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The best clause and those that answer nearly as well; [] for one that the question names."""
    best = candidates[0]
    if best.named or best.read is None:
        return []
    return [
        c
        for c in candidates[:MOST]
        if c.read is not None
        and log_odds(c.read) >= log_odds(best.read) - READ_MARGIN
        and c.score >= best.score - SCORE_MARGIN
    ]


def _words(candidate: Candidate, library: Library) -> dict[str, float]:
    idf = library.snapshot.lexical.idf
    return {word: idf(word) for word in library.tokenizer.tokens(candidate.unit.body)}


def _in_common(first: Mapping[str, float], second: Mapping[str, float]) -> float:
    both = sum(weight for word, weight in first.items() if word in second)
    return both / (sum({**first, **second}.values()) or 1.0)


def _label(candidate: Candidate, library: Library, others: set[str]) -> tuple[set[str], str] | None:
    """The first telling word of a clause that no other one has, with those beside it."""
    body = candidate.unit.body
    start, end = next(iter(sentences(body)), (0, len(body)))
    runs = _runs(body[start:end], library)
    weigh = library.snapshot.lexical.idf
    for run in runs:
        for at, word in enumerate(run):
            tokens = set(library.tokenizer.tokens(word))
            if others & tokens or min(map(weigh, tokens)) < TELLING:
                continue
            begin = max(0, min(at, len(run) - _LONGEST))
            return tokens, " ".join(run[begin : begin + _LONGEST])
    return None


def _runs(text: str, library: Library) -> list[list[str]]:
    """The telling words of a text, those together that only blanks part; without what opens a
    sentence before a comma ("Meanwhile, ...")."""
    runs: list[list[str]] = []
    end = -1
    for match in _WORD.finditer(_OPENS.sub("", text)):
        if not library.tokenizer.tokens(match.group()):
            end = -1
        elif match.start() == end + 1 and runs:
            runs[-1].append(match.group())
            end = match.end()
        else:
            runs.append([match.group()])
            end = match.end()
    return runs


def _asked_with(question: str, words: str) -> str:
    """The question with what it left open."""
    return f"{question}（{words}）" if is_chinese(question) else f"{question} ({words})"
