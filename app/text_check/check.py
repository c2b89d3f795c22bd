"""A text -> its citations and its rules, each with what the corpus proves of it.

    text -> quotations, citations -> the clauses meant -> verdicts
         \\_ sentences -> clauses cited and nearest -> app.proof _/

Nothing is guessed in a text's favour: what is neither proved nor disproved is "not checked", with
the reason.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date

from app.contract import CheckOutcome
from app.proof.reading import mostly_chinese
from app.search.searcher import Searcher
from app.text_check.citations import CitationReader, NamedCitation
from app.text_check.evidence import EvidenceFinder
from app.text_check.judging import JudgedSentence, SentenceJudge
from app.text_check.quotations import Quotation, find_quotations
from app.text_check.report import CheckedCitation, CheckedSentence, CitationVerdict, TextCheck
from app.text_check.statements import parted, sentences_of, statement_of
from app.text_check.verdicts import CitationJudge
from app.wording import Language
from ingest.errors import ClauseDeskError

#: code points of the longest text that is checked at once
LONGEST_TEXT = 200_000
#: between a quotation and the citation in brackets behind it
_BEHIND = re.compile(r"[\s.,;。，；]{0,4}[(（\[—–]\s*(?:see\s|见|参见)?", re.IGNORECASE)

Progress = Callable[[int, int], None]
Span = tuple[int, int]


class BadText(ClauseDeskError):
    """A text that cannot be checked: empty or too long."""


class TextChecker:
    """Checks texts against one snapshot; safe in several threads."""

    def __init__(self, searcher: Searcher) -> None:
        self._evidence = EvidenceFinder(searcher)
        self._library = searcher.library
        self._reader = CitationReader(searcher)

    def check(
        self,
        text: str,
        as_of: date | None = None,
        progress: Progress | None = None,
        language: Language | None = None,
    ) -> TextCheck:
        """Every citation and every sentence that states a rule; raises BadText.

        ``language``: of the reasons; None for the text's own.
        """
        if not text.strip():
            raise BadText("the text is empty; give one with citations or rules in it")
        if len(text) > LONGEST_TEXT:
            raise BadText(
                f"the text has {len(text):,} characters, at most {LONGEST_TEXT:,} are checked "
                "at once; split it"
            )
        day = as_of or date.today()
        quotations = [q for q in find_quotations(text) if not self._reader.is_title(q.words)]
        citations = self._reader.read(text, [(q.start, q.end) for q in quotations])
        spans = parted(text, sentences_of(text, quotations), citations, quotations)
        quoted = attached(text, spans, citations, quotations)
        language = language or ("zh" if mostly_chinese(text) else "en")
        judged = self._judged(text, spans, citations, day, language, progress)
        judge = CitationJudge(self._evidence, language)
        in_sentence = [sentence_of(citation.start, spans) for citation in citations]
        citations = judge.settled(citations, [judged.get(within) for within in in_sentence], day)
        placed = [n for n, one in zip(in_sentence, citations, strict=True) if one.paths]
        told = tuple(
            judge.judge(
                text, citation, quoted.get(at, ()), judged.get(within),
                (placed if citation.paths else in_sentence).count(within) == 1, day,
            )
            for at, (citation, within) in enumerate(zip(citations, in_sentence, strict=True))
        )  # fmt: skip
        against = {
            within: one
            for one, within in zip(told, in_sentence, strict=True)
            if one.verdict is CitationVerdict.NUMBER_WRONG
        }
        # a quotation in another sentence than the citation may be of something else
        against |= {
            within: one
            for one, within in zip(told, in_sentence, strict=True)
            if one.verdict is CitationVerdict.OTHER_WORDS
            and one.quotation is not None
            and sentence_of(one.quotation[0], spans) == within
        }
        return TextCheck(
            text=text,
            language=language,
            as_of=day,
            citations=told,
            sentences=tuple(
                _checked(spans[number], one, against.get(number)) for number, one in judged.items()
            ),
            corpus_fingerprint=self._library.fingerprint,
        )

    def _judged(
        self,
        text: str,
        spans: Sequence[Span],
        citations: Sequence[NamedCitation],
        day: date,
        language: Language,
        progress: Progress | None,
    ) -> dict[int, JudgedSentence]:
        """The sentences that state a rule, by their number."""
        judge = SentenceJudge(self._evidence, language)
        judged: dict[int, JudgedSentence] = {}
        last: NamedCitation | None = None
        for number, (start, end) in enumerate(spans):
            within = [citation for citation in citations if start <= citation.start < end]
            resolved = [one for one in within if one.documents or not one.unsure]
            statement, _ = statement_of(text, start, end, resolved)
            _, bare = statement_of(text, start, end, within)
            result = judge.judge(statement, bare, within, last, day)
            if result is not None:
                judged[number] = result
            last = within[-1] if within else last
            if progress:
                progress(number + 1, len(spans))
        return judged


def _checked(
    span: Span, judged: JudgedSentence, citation: CheckedCitation | None
) -> CheckedSentence:
    """``citation``: one of the sentence that is wrong. What another clause than the one cited says
    is no proof of what the sentence says of that one; what it quotes and the clause does not have is
    not what the clause says."""
    check, reason = judged.check, judged.reason
    by = judged.by.id if judged.by else None
    if citation is not None and citation.verdict is CitationVerdict.OTHER_WORDS:
        check, reason, by = CheckOutcome.FAILED, citation.reason, citation.clause_id
    elif citation is not None and (
        check is CheckOutcome.VERIFIED or by not in (None, citation.right_clause_id)
    ):
        check, reason = CheckOutcome.NOT_CHECKED, citation.reason
    return CheckedSentence(start=span[0], end=span[1], check=check, reason=reason, clause_id=by)


def sentence_of(position: int, spans: Sequence[Span]) -> int:
    return next((n for n, (start, end) in enumerate(spans) if start <= position < end), -1)


def attached(
    text: str,
    spans: Sequence[Span],
    citations: Sequence[NamedCitation],
    quotations: Sequence[Quotation],
) -> dict[int, list[Quotation]]:
    """What is quoted from each citation, by its number: the citation right behind a quotation, or
    the nearest one in its sentence, or the last one before it."""
    quoted: dict[int, list[Quotation]] = {}
    for quotation in quotations:
        sentence = sentence_of(quotation.start, spans)
        behind = [
            at
            for at, c in enumerate(citations)
            if quotation.end <= c.start and _BEHIND.fullmatch(text[quotation.end : c.start])
        ]
        same = [at for at, c in enumerate(citations) if sentence_of(c.start, spans) == sentence]
        before = [at for at, c in enumerate(citations) if c.end <= quotation.start]
        in_front = [at for at in same if at in before]
        at = next(iter([*behind[:1], *in_front[-1:], *same[:1], *before[-1:]]), None)
        if at is not None:
            quoted.setdefault(at, []).append(quotation)
    return quoted
