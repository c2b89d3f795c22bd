"""A statement and the quotes that it cites, read so that checks can compare them.

A statement comes apart into parts, one rule each; the quotes into segments, one rule each, an
item of a list with the head above it. Each part is laid beside the segments that it draws upon,
so that a figure, a "must" or a "not" is compared with the words that it belongs to, not with
whatever stands elsewhere in the quote.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from app.contract import CheckOutcome
from app.proof.words import WORD, Phrase, WordReader
from app.texts import texts
from app.wording import Language
from ingest.corpus.glossary import Glossary
from ingest.text.clean_view import clean_view
from ingest.text.invisible import INVISIBLE
from ingest.text.language import IDEOGRAPH
from ingest.text.sentences import sentences
from ingest.text.tokenizer import Tokenizer

#: [1], [2, 3]: an answer's own marks; in a quote they are nobody's proof
_MARK = re.compile(r"\[\s*\d{1,3}(?:\s*[,，、]\s*\d{1,3})*\s*\]")
#: a printed number or bullet in front of a sentence
ITEM_MARK = re.compile(
    r"\s*(?:[（(]\s*(?:\d{1,3}|[A-Za-z]|[一二三四五六七八九十]{1,3})\s*[)）]|\d{1,3}\s?[.、:)](?!\d)"
    r"|[Ⅰ-Ⅻ][.、]?|[一二三四五六七八九十]{1,3}[、.]|第[一二三四五六七八九十百千零〇]+条(?:之[一二三四五六七八九十]+)?|[-*•·])\s*"
)
_INLINE_ITEM = re.compile(r"\s*[（(]\s*(?:\d{1,2}|[a-z]|[一二三四五六七八九十]{1,3})\s*[)）]\s*")
#: "1.Small samples"
_GLUED_NUMBER = re.compile(r"(?<![\w.])\d{1,2}\.(?=[A-Za-z])")
#: one sentence may hold several rules
_RULES = re.compile(
    r"[;；]\s*|,?\s+meanwhile,?\s+|,\s+and\s+(?=only\b)|,\s+but\s+(?!also)|\s+and,?\s+(?=if\b|where\b|when\b|the\s+\w+\s+(?:shall|must|may)\b)|,\s+and\s+(?=(?:save|submit|process|declare|confirm|carry)\b)",
    re.I,
)
#: a second verb of the same subject
_SAME_SUBJECT = re.compile(
    r",?\s+(?:and|but|or)\s+(?=(?:shall|may|must|can|cannot|will|lapses)\b)", re.I
)
_FINITE = re.compile(r"\b(?:shall|may|must|can|cannot|will|is|are)\b", re.I)
_COLON = re.compile(r"[:：]\s*(?=\S)")
#: where a statement may go on with another rule; it does when a verb follows
_JOINT = re.compile(
    r"[;；]\s*|,\s*(?:and|but|while|whereas|although|though|yet|meanwhile|however)\b\s*"
    r"|\s(?:while|whereas|but)\s|，(?=但|而|同时|并)",
    re.I,
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|(?<!to )be|must|shall|should|may|can|cannot|will|has|have|needs?|requires?|"
    r"needn|apply|applies|does|do|gets?|remains?|stays?)\b|[应须可得需]",
    re.I,
)
#: the verbs that rules have beside those
_OTHER_VERB = re.compile(
    r"\b(?:enters?|takes|refers?|means|includes?|consists?|covers|comprises?|expires|lapses|leads|"
    r"had|did|repeals)\b",
    re.I,
)
#: whose verb is not the sentence's: "disposal plan for exhibits after the fair is closed"
_SUBORDINATE = re.compile(
    r"\b(?:after|before|when|where|if|once|until|that|which|who)\b[^,;]*", re.I
)
#: an answer's own first word
_ANSWER = re.compile(r"^(?:Yes|No)\b[,:;.]\s*", re.I)
#: share of a sentence's words that a rule has when both are worded alike
CLOSE = 0.75


@dataclass(frozen=True)
class QuotedRule(Phrase):
    """One rule of a quote; ``head``: the lead-in of the list that it is an item of."""

    head: "QuotedRule | None" = None
    sentence: int = 0  # number of the quote's sentence that it stands in

    @cached_property
    def whole_keys(self) -> frozenset[str]:
        return self.keys | self.head.whole_keys if self.head else self.keys

    @property
    def root(self) -> "QuotedRule":
        return self.with_head[0]

    @property
    def with_head(self) -> tuple["QuotedRule", ...]:
        return (*self.head.with_head, self) if self.head else (self,)


@dataclass(frozen=True)
class StatedRule(Phrase):
    """One rule of a statement beside the segments that it draws upon, the closest first."""

    drawn: tuple[QuotedRule, ...] = ()
    alone: bool = True  # no other rule of the quotes has nearly all of its words too

    @cached_property
    def support(self) -> tuple[QuotedRule, ...]:
        """Those segments with the heads of their lists, each once."""
        return tuple(dict.fromkeys(s for segment in self.drawn for s in segment.with_head))

    @cached_property
    def close(self) -> bool:
        """Whether it is worded as the rule that it draws upon: what differs then is no paraphrase."""
        words = [word for word in self.content if word.telling]
        keys = self.drawn[0].whole_keys if self.drawn else frozenset()
        return (
            self.alone
            and bool(words)
            and sum(bool(w.keys & keys) for w in words) >= CLOSE * len(words)
        )


@dataclass(frozen=True)
class Reading:
    """What a check looks at."""

    statement: Phrase
    parts: tuple[StatedRule, ...]
    quotes: tuple[QuotedRule, ...]
    sources: tuple[Phrase, ...]
    quote_texts: tuple[str, ...]  # as cited, in plain signs

    @cached_property
    def chinese(self) -> bool:
        return mostly_chinese(self.statement.text)

    @property
    def is_name_alone(self) -> bool:
        """Whether a statement is only what something is called: "Export Form (Schedule 2)"."""
        starts = (self.statement.text[word.start] for word in self.statement.content)
        return not self.chinese and not any(start.islower() for start in starts)

    @property
    def is_fragment(self) -> bool:
        """Whether a statement is a piece of a quote without a verb: "- Products for testing"."""
        text = self.statement.text
        if self.chinese or _VERB.search(text) or _OTHER_VERB.search(text):
            return False
        copied = [word.text for word in self.statement.words]
        # "Documents: - Licence": the head of a list and an item are two quotes
        texts = ["\n".join(self.quote_texts)] if ":" in text else self.quote_texts
        return any(_in_order(copied, quote) for quote in texts)

    @property
    def has_bare_item(self) -> bool:
        """Whether a part of a statement is an item of a list, copied without what the list is
        of: "Disposal plan for exhibits"."""
        return not self.chinese and any(
            _in_order([word.text for word in part.words], segment.text)
            for part in self.parts
            for segment in part.drawn[:1]
            if segment.head is not None and _is_nominal(segment.text)
        )

    def items_of(self, head: QuotedRule) -> tuple[QuotedRule, ...]:
        """The items of the list that a segment of the quotes leads in."""
        return tuple(segment for segment in self.quotes if segment.head is head)

    @cached_property
    def chinese_quotes(self) -> bool:
        return any(mostly_chinese(text) for text in self.quote_texts)


@dataclass(frozen=True, slots=True)
class Objection:
    """``check``: FAILED when the quote says otherwise, NOT_CHECKED when it does not say so;
    ``otherwise``: the quote says otherwise if it surely is of what the statement is of."""

    check: CheckOutcome
    key: str  # of its text
    values: Mapping[str, str]
    otherwise: bool = False

    def reason(self, language: Language) -> str:
        """One short line."""
        return texts(language).text(self.key, **self.values)


def failed(key: str, **values: str) -> Objection:
    return Objection(CheckOutcome.FAILED, key, values, otherwise=True)


def unsure(key: str, **values: str) -> Objection:
    return Objection(CheckOutcome.NOT_CHECKED, key, values)


def otherwise(key: str, **values: str) -> Objection:
    """Not checked: words alone do not tell whether the quote is of the same."""
    return Objection(CheckOutcome.NOT_CHECKED, key, values, otherwise=True)


def contradicted(part: StatedRule, key: str, **values: str) -> Objection:
    """Failed when the part is worded as the quote is; free words may only seem to contradict."""
    return failed(key, **values) if part.close else otherwise(key, **values)


def _is_nominal(text: str) -> bool:
    """Whether a text without a full stop only names something."""
    main = _SUBORDINATE.sub("", text)
    return text[-1:].isalnum() and not _VERB.search(main) and not _OTHER_VERB.search(main)


def _in_order(words: Sequence[str], quote: str) -> bool:
    """Whether a quote has all these words in this order, whatever stands between them."""
    rest = iter(match.group().lower() for match in WORD.finditer(_GLUED_NUMBER.sub("", quote)))
    return all(word in rest for word in words)


def mostly_chinese(text: str) -> bool:
    """A sentence in Chinese may hold Latin names; a fifth of its letters tells it."""
    return 4 * len(IDEOGRAPH.findall(text)) > len(re.findall(r"[A-Za-z]", text))


class Reader:
    """Reads statements and quotes; safe in several threads."""

    def __init__(self, tokenizer: Tokenizer, glossary: Glossary) -> None:
        self._words = WordReader(tokenizer, glossary)

    def read(self, statement: str, quotes: Sequence[str], sources: Sequence[str]) -> Reading:
        plain = [_plain(quote) for quote in quotes]
        segments = tuple(self._segments(plain))
        stated = _ANSWER.sub("", _plain(statement))
        item = ITEM_MARK.match(stated)
        if item and any(quote.startswith(item.group().strip()) for quote in plain):
            stated = stated[item.end() :]  # quoted with the number printed before it
        whole = self._words.phrase(stated)
        return Reading(
            whole,
            tuple(self._laid_beside(part, segments) for part in self._parts(whole.text)),
            segments,
            tuple(self._words.phrase(_plain(source)) for source in sources),
            tuple(clean_view(quote) for quote in plain),
        )

    # --- quotes ---

    def _segments(self, quotes: Iterable[str]) -> Iterator[QuotedRule]:
        number = 0
        head: QuotedRule | None = None
        for quote in _each_once(quotes):
            for place, (start, end) in enumerate(sentences(quote)):
                number += 1
                text = quote[start:end]
                item = ITEM_MARK.match(text)
                text = text[item.end() :] if item else text
                if not item and (head is not None and (place == 0 or len(text) > 40)):
                    head = None
                text = clean_view(text)
                if text.endswith((":", "：")):
                    *before, text = (rule for rule in _RULES.split(text) if rule.strip())
                    for rule in before:
                        yield self._segment(rule.strip(), head if item else None, number)
                    head = self._segment(text, head if item else None, number)
                    yield head
                    continue
                lead, colon, rest = _halves(text)
                above = head
                if colon:
                    above = self._segment(lead, head, number)
                    yield above
                for rule in _RULES.split(rest):
                    inline = _INLINE_ITEM.match(rule)
                    rule = rule[inline.end() :] if inline else rule
                    if rule.strip():
                        yield from self._rules(rule.strip(), above, number)

    def _rules(self, text: str, head: QuotedRule | None, number: int) -> Iterator[QuotedRule]:
        """A rule, or the two that one subject has: "goods shall be … and may be …"."""
        joint = _SAME_SUBJECT.search(text)
        begin = _FINITE.search(text, 0, joint.start()) if joint else None
        if joint is None or begin is None:
            yield self._segment(text, head, number)
            return
        yield self._segment(text[: joint.start()], head, number)
        subject = self._segment(text[: begin.start()], head, number)
        yield from self._rules(text[joint.end() :], subject, number)

    def _segment(self, text: str, head: QuotedRule | None, sentence: int) -> QuotedRule:
        return QuotedRule(text, self._words.words(text), head, sentence)

    # --- statement ---

    def _parts(self, text: str) -> Iterator[Phrase]:
        for start, end in sentences(text):
            sentence = text[start:end]
            begin = 0
            for joint in _JOINT.finditer(sentence):
                if _VERB.search(sentence, joint.end()) and _VERB.search(
                    sentence[begin : joint.start()]
                ):
                    yield self._words.phrase(sentence[begin : joint.start()].strip())
                    begin = joint.end()
            yield self._words.phrase(sentence[begin:].strip())

    def _laid_beside(self, part: Phrase, segments: Sequence[QuotedRule]) -> StatedRule:
        """The segments that together hold most of the part's words, at most four."""
        left = list(part.content)
        drawn: list[QuotedRule] = []
        while left and len(drawn) < 4:
            best = max(
                (s for s in segments if s not in drawn),
                key=lambda s: (sum(bool(w.keys & s.keys) for w in left), -len(s.content)),
                default=None,
            )
            if best is None or not any(word.keys & best.keys for word in left):
                break
            drawn.append(best)
            left = [word for word in left if not word.keys & best.whole_keys]
        others = [s for s in segments if s not in drawn]
        rival = any(
            sum(bool(word.keys & s.keys) for word in part.content) >= CLOSE * len(part.content)
            for s in others
        )
        return StatedRule(part.text, part.words, tuple(drawn), alone=not rival)


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", INVISIBLE.sub("", text))
    return _MARK.sub(" ", text).strip()


def _each_once(quotes: Iterable[str]) -> list[str]:
    """Without the items that a list's head is quoted with anyway."""
    quotes = list(dict.fromkeys(quotes))
    return [q for q in quotes if not any(q != other and q in other for other in quotes)]


def _halves(text: str) -> tuple[str, bool, str]:
    colon = _COLON.search(text)
    if colon is None or colon.start() < 3 or text[colon.start() - 1].isdigit():
        return "", False, text
    return text[: colon.start() + 1], True, text[colon.end() :]
