"""A question back: what the best clauses differ in, where the question leaves it open.

Several clauses answer nearly as well and say nearly the same, each of another kind of what the
question names: "residual materials", "finished products". The kinds are offered to ask with,
beside the answer that is most likely; where the clauses differ in anything else nothing is asked.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from app.contract import QuestionBack
from app.library import Library
from app.proof.words import expression, rows
from app.search.reading import log_odds
from app.search.retriever import Candidate
from app.search.searcher import Trace
from ingest.text.language import is_chinese

#: how far behind the best clause another one may read (log-odds), and its score may be
READ_MARGIN = 2.5
SCORE_MARGIN = 0.35
#: share of their words, by how telling they are, that clauses have in common which differ in one thing
ALIKE = 0.1
#: clauses that are told apart
MOST = 3
#: how telling (idf) the word must be that stands in one clause alone
TELLING = 2.0

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
    asked = _WORD.findall(trace.asked.lower())
    labels = _kinds([near[at].unit.body for at in alike], asked, trace.library)
    if not labels:
        return None
    return QuestionBack(
        words=labels,
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


def _kinds(bodies: Sequence[str], asked: Sequence[str], library: Library) -> tuple[str, ...]:
    """What the question names, of the kind that each clause speaks of; () where they are not
    two kinds of one thing: "residual materials", "scrap materials" for "materials"."""
    phrases = [_qualified(body, asked, library) for body in bodies]
    for head in dict.fromkeys(head for of_clause in phrases for head, _ in of_clause):
        labels = []
        for at, of_clause in enumerate(phrases):
            others = {key for other in (*phrases[:at], *phrases[at + 1 :]) for key in other}
            own = (
                words for key, words in of_clause.items() if key[0] == head and key not in others
            )
            labels += [label] if (label := next(own, None)) else []
        if len(labels) > 1:
            return tuple(labels)
    return ()


def _qualified(body: str, asked: Sequence[str], library: Library) -> dict[tuple[str, str], str]:
    """The words that the question has, each behind a telling one that it has not: by what is
    named, and by the stem of what tells of which kind it is. Of a name ("Outbound Goods
    Registration Form") no part is looked at."""
    weigh, stems = library.snapshot.lexical.idf, library.tokenizer.tokens
    wanted = {key for word in asked for key in _things(word, library)}
    known = {stem for word in asked for stem in stems(word)}
    found: dict[tuple[str, str], str] = {}
    for run in _runs(body, library):
        qualifier, head = ("", *run)[-2:]
        qualifying = stems(qualifier)
        if len(qualifying) != 1 or not f"{qualifier}{head}".islower() or head in _placing():
            continue
        if qualifying[0] not in known and weigh(qualifying[0]) >= TELLING:
            for thing in wanted.intersection(_things(head, library)):
                found.setdefault((thing, qualifying[0]), f"{qualifier} {head}")
    return found


def _things(word: str, library: Library) -> list[str]:
    """What a word names; one for all that any rule may call its things by: goods, materials."""
    return ["goods"] if _GOODS.fullmatch(word) else library.tokenizer.tokens(word)


#: words of :file:`things.txt` for things of trade
_GOODS = re.compile("|".join(map(expression, rows("things")[0].words)))


@cache
def _placing() -> frozenset[str]:
    """Words that tell how or where, and name nothing: "located inside"."""
    return frozenset(word for row in rows("opposites") for word in row.words)


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
