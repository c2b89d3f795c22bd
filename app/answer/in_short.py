"""One line that answers, above the quotes: a phrase of the clause itself, or none.

What the question asks for (a day, a time, an amount, a number, a code, a document, a telephone
number, yes or no) is held against the phrases of that type in what is quoted. Only where a single one fits
is it said: a wrong short line is worse than none.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from app.answer.yes_or_no import yes_or_no
from app.contract import CheckOutcome, ShortAnswer
from app.proof.coverage import PrintedFigure, figures_in
from app.search.passages import Passage, Span
from app.search.retriever import Candidate
from app.search.searcher import Trace
from ingest.facts.dates import written_dates
from ingest.facts.references import find_references

#: of the score, by which the best clause must lead the next: where it does not, which clause
#: answers is a guess, and so is a phrase of it
CLEAR = 0.3
#: log-odds by which a sentence must lead the others of its clause to speak for it
LEAD = 1.0

#: what is asked for, by the words that ask for it; the first row that fits tells the type
_ASKED = {
    "phone": r"\b(?:tele)?phone\b|\bring\b|\bcontact number\b|电话",
    "code": r"\bcodes?\b|代码|编码",
    "work": r"\b(?:which|what|numbers?(?: and years?)? of)(?: [\w’'-]+){0,3}?"
    r" (?:announcement|notice|decree|act|regulation|law)s?\b|哪.{0,6}(?:公告|令|文件|通知)|什么公告|文号",
    "time": r"\bhow (?:long|soon|fast|quick\w*|early|late|far (?:ahead|in advance)|often)\b"
    r"|\bhow many (?:\w+ )?(?:hours|days|weeks|months|years)\b|\bdeadline\b|\btime limit\b"
    r"|多久|多长时间|[多几]少?个?(?:小时|天|日|周|月|年)|时限|期限|提前",
    "date": r"\b(?:which|what) (?:day|date)\b|\bsince when\b|哪一?[天日]|几号",
    "when": r"\bwhen\b|何时|什么时候|几时",
    "amount": r"\bhow much\b"
    r"|\b(?:value|amount|limit|cap|ceiling|threshold|minimum|maximum|titer|titre)\b"
    r"|多少(?:钱|元)|限值|金额|限额|额度|滴度",
    "count": r"\bhow many\b|[多几]少?大?[个种类件项]",
}
_ASKS = {kind: re.compile(words, re.IGNORECASE) for kind, words in _ASKED.items()}
#: more than one thing is asked for, or of more than one: a phrase is half an answer
_SEVERAL = re.compile(
    r"\b(?:respectively|each|both|versus|vs|compare\w*|differ\w*)\b|各|分别|区别|比较"
    r"|\b(?:what|which|when|where|who|how|why)\b.*\b(?:what|which|when|where|who|how|why)\b"
    r"|(?:什么|哪|谁|多[少久长]|几|怎|何时).*(?:什么|哪|谁|多[少久长]|几|怎|何时)",
    re.IGNORECASE,
)

_TIMES = ("hour", "day", "week", "month", "year")
#: a deadline without a figure
_PERIOD_END = re.compile(
    r"\b(?:(?:each|every|the) )?(?:month|quarter|year)[- ]end\b"
    r"|\b(?:the )?end of (?:each|every|the) (?:\w+ )?(?:month|quarter|year)\b|每?[月季年](?:末|底)",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<![\d-])(?:\+?\d{1,3}[- ])?\(?0?\d{2,4}\)?[- ]\d{6,8}(?!\d)")
#: what a figure measures, as it is written behind it
_UNIT = re.compile(
    r"(?:st|nd|rd|th)?[\s-]*(?:(?:calendar|working|business)\s+)?(?:per cent|[A-Za-z]+(?:/[A-Za-z]+)?)"
    r"|\s*(?:[%％]|个月|小时|[^\W\dA-Za-z]{1,2}元|公斤|千克|[^\W\dA-Za-z])"
)
_MEASURE = re.compile(r"\s?(?:[A-Za-zμ]{1,4}/[A-Za-z]{1,3}\b|[%％]|°)")
#: and what it counts: "132 broad product groups"
_COUNTED = re.compile(r"(?:\s+(?!(?:and|or|of|in|to|for|that|which|with)\b)[A-Za-z-]+){0,3}", re.I)
#: what stands before and behind a figure and says how it is meant
_BEFORE = re.compile(
    r"(?:\b(?:within|before|prior to|after|by|from|since|for|at least|at most|up to|about|usually|"
    r"(?:not |no )?(?:more|less|later|earlier|longer|shorter|greater|fewer) than|exceeding|the|an?)"
    r"\s+)+$|(?:不超过|不得超过|不少于|不低于|不高于|至少|最多|自)$",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r"\s*(?:\b(?:prior to|before|after|upon|following|from|each|every|per)\b[^,.;:()，。；：（）]{1,60}"
    r"|(?:以|之)?[内前后上下][^,.;:()，。；：（）\w]?)",
    re.IGNORECASE,
)
#: it stands for what the sentence before names, without which the line hangs in the air; a rule
#: that speaks of itself ("this Announcement") and "such as" do not
_POINTS_BACK = re.compile(
    r"\b(?:such(?! as\b)|these|those(?! (?:who|which|that|of)\b)"
    r"|this(?! (?:announcement|notice|act|law|regulation|measure|rule|article|decree)s?\b)"
    r"|the (?:said|above|aforesaid|former|latter))\b"
    r"|^\W*(?:(?:yes|no): \W*)?(?:it|they|he|she|its|their|otherwise|in (?:this|that) case)\b"
    r"|该|此(?![外次])|上述|前述|这[些种类]|前款|^\W*(?:[是否]：\W*)?(?:其|否则)",
    re.IGNORECASE,
)
#: "No. 104 of 2008, No. 19 of 2009 and No. 31 of 2009" is one answer
_AND = re.compile(r"(?:[\s,，、及和与或]|\band\b|\bor\b)+", re.IGNORECASE)


def in_short(trace: Trace) -> ShortAnswer | None:
    """The line above the passages that an answer quotes; None where it can't be told."""
    if not _is_clear(trace.found.answers.candidates):
        return None
    # the head of a list beneath its items only introduces them; of several items each may be meant
    if any(passage.items is not None and passage.items[0] > 1 for passage in trace.passages):
        return None
    answering = {n: p for n, p in enumerate(trace.passages, start=1) if p.items is None}
    n, best = next(iter(answering.items()))
    if best.clause.read_under:
        return None  # which of its cells answers is told by the names of the columns
    text = trace.library.document_text(best.clause.document_id)
    asked, tokens = trace.read.text, trace.library.tokenizer.tokens
    said = yes_or_no(asked, best, text, trace.language, tokens) or _phrase(trace, asked, answering)
    if said is None:
        return None
    words, span = said
    if _POINTS_BACK.search(words):
        return None
    return ShortAnswer(
        text=words, citations=(n,), check=CheckOutcome.VERIFIED, by="clause", span=span
    )


def _is_clear(candidates: Sequence[Candidate]) -> bool:
    best, *others = candidates
    return best.named or not others or best.score - others[0].score >= CLEAR


def _phrase(trace: Trace, asked: str, answering: Mapping[int, Passage]) -> tuple[str, Span] | None:
    """The only phrase of what is asked for, in the best passage and none other beside it."""
    kind = next((kind for kind, words in _ASKS.items() if words.search(asked)), None)
    if kind is None or _SEVERAL.search(asked):
        return None
    best, *others = (
        _phrases(p, trace.library.document_text(p.clause.document_id), _FINDERS[kind])
        for p in answering.values()
    )
    if len(best) != 1 or any(other.keys() - best.keys() for other in others):
        return None
    return next(iter(best.items()))


Finder = Callable[[str], Iterable[Span]]


def _phrases(passage: Passage, text: str, finder: Finder) -> dict[str, Span]:
    """The phrases of a passage, or of the sentence that speaks for it; where each stands first."""
    sentences = passage.own_words(text)
    if passage.reads:
        best, second, *_ = sorted(passage.reads, reverse=True)
        if best >= second + LEAD:
            sentences = (sentences[passage.reads.index(best)],)
    phrases: dict[str, Span] = {}
    for start, end in sentences:
        for a, b in _together(text[start:end], finder(text[start:end])):
            words = " ".join(text[start + a : start + b].split())
            phrases.setdefault(words, (start + a, start + b))
    return phrases


def _together(text: str, spans: Iterable[Span]) -> list[Span]:
    """Spans with nothing but "and" between them as one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and _AND.fullmatch(text[joined[-1][1] : start]):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _dates(text: str) -> list[Span]:
    return [(written.start, written.end) for written in written_dates(text)]


def _works(text: str) -> list[Span]:
    return [(reference.start, reference.end) for reference in find_references(text)]


def _phones(text: str) -> list[Span]:
    return [match.span() for match in _PHONE.finditer(text)]


def _codes(text: str) -> list[Span]:
    return [(f.start, f.end) for f in figures_in(text) if f.label == "code"]


def _days(text: str) -> list[Span]:
    return _dates(text) or _times(text)


def _times(text: str) -> list[Span]:
    ends = [_widened(text, *match.span()) for match in _PERIOD_END.finditer(text)]
    return [*_measured(text, lambda figure: figure.unit in _TIMES, _UNIT), *ends]


def _amounts(text: str) -> list[Span]:
    return _measured(
        text,
        lambda figure: (
            (figure.unit is not None and figure.unit not in _TIMES)
            or _MEASURE.match(text, figure.end) is not None
        ),
        _UNIT,
    )


def _counts(text: str) -> list[Span]:
    return _measured(
        text,
        lambda figure: (
            figure.unit is figure.label is None
            and figure.text.isdigit()
            and not _MEASURE.match(text, figure.end)
        ),
        _COUNTED,
    )


_FINDERS: dict[str, Finder] = {
    "phone": _phones,
    "code": _codes,
    "work": _works,
    "time": _times,
    "date": _dates,
    "when": _days,
    "amount": _amounts,
    "count": _counts,
}


def _measured(
    text: str, fits: Callable[[PrintedFigure], bool], unit: re.Pattern[str]
) -> list[Span]:
    """Figures outside dates and documents' numbers, with their unit and with what stands about
    them and says how they are meant."""
    taken = [*_dates(text), *_works(text), *_phones(text)]
    spans: list[Span] = []
    for figure in figures_in(text):
        if fits(figure) and not any(a < figure.end and figure.start < b for a, b in taken):
            measured = unit.match(text, figure.end)
            end = measured.end() if measured else figure.end
            spans.append(_widened(text, figure.start, end))
    return spans


def _widened(text: str, start: int, end: int) -> Span:
    """With what stands about a phrase and says how it is meant."""
    before = _BEFORE.search(text, 0, start)
    behind = _BEHIND.match(text, end)
    return before.start() if before else start, behind.end() if behind else end
