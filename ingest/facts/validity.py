"""When a rule's force begins and ends, as its clauses say it of the rule itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from ingest.facts.dates import WrittenDate, time_spans, written_dates
from ingest.facts.subjects import names_itself, spoken_of
from ingest.structure import Clause
from ingest.text.language import is_chinese
from ingest.text.sentences import sentences

_IN_FORCE = re.compile(
    r"\benters? into force|\bcomes? into (?:force|effect|operation)|\bgoe?s? into effect"
    r"|\btakes? effect|\b(?:is|are|be|becomes?) (?:effective|implemented)|\b(?:effective|valid|appl(?:y|ies))(?= (?:as (?:from|of)|from|on|date)\b)"
    r"|起?\s*(?:正式)?(?:施行|实施|执行|生效|试行)",
    re.IGNORECASE,
)
_UPON_ISSUE = re.compile(
    r"(?:up)?on (?:its|the date of(?: its)?|the day of(?: its)?) (?:issuance|issue|promulgation|publication)"
    r"|as (?:from|of) (?:its|the date of(?: its)?) (?:issuance|issue|promulgation|publication)"
    r"|自?(?:发布|公布|印发|颁布)之日起?",
    re.IGNORECASE,
)
#: what may stand between "enters into force" and its day
_TO_THE_DAY = re.compile(
    r"[\s,:]*(?:(?:on|as|from|of|since|with|effect|starting|beginning|commencing|at|date|the|0?0:00)\b[\s,:]*)*",
    re.IGNORECASE,
)
_DAY_FIRST = re.compile(r"(?:自|从|于)\s*$|\b(?:from|on|of|since|starting)\s+$", re.IGNORECASE)
#: between the day and the Chinese verb: 自2017年1月1日（含）起正式施行
_CHINESE_TO_THE_VERB = re.compile(r"[\s，,（(）)含当日零时起开始正式]*")

_LASTS = re.compile(
    r"\b(?:remains?|continues?(?: to be)?|is|are|be|stays?|and)?\s*\b(?:valid|effective|applicable|in (?:force|effect)"
    r"|implemented|applied|operative)\b|\b(?:appl(?:y|ies))\b|\benters? into force\b|\btakes? effect\b"
    r"|\bterm of validity\b|\bperiod of validity\b|\bvalidity period\b",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    r"\b(?:until|till|through|to|up to|and end(?:s|ing) on|expir(?:es|ing) on)\s+(?:and including\s+)?(?:the\s+)?$",
    re.IGNORECASE,
)
_FOR = re.compile(
    r"\b(?:for|of|is|be)\s+(?:a\s+)?(?:further\s+)?(?:(?:total\s+)?(?:period|term)\s+of\s+)?$",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"\b(?P<last>expires?|lapses?|terminates?|sunsets?)\b|\bceases? to (?:have effect|have force|be in force|be in effect|be valid"
    r"|be effective|apply|be applicable|be implemented)\b|\b(?:becomes?|be) (?:invalid|null and void|void)\b",
    re.IGNORECASE,
)
#: "unless extended", "thereafter": the end that is named need not be the end
_GOES_ON = re.compile(
    r"\bunless\b|\bthereafter\b|\btacit|\bautomatically (?:renew|extend|prolong)|\b(?:be|is) (?:automatically )?(?:extended|renewed|prolonged)\b"
    r"|自动(?:延|续|顺)|顺延|除非",
    re.IGNORECASE,
)
_PROLONGS = re.compile(
    r"\btacit|\bextended\b|\brenewed\b|\bprolonged\b|自动(?:延|续|顺)", re.IGNORECASE
)
_TERM = re.compile(
    r"(?P<subject>的?(?:有效|试行|执行|实施|施行|适用)(?:期|时间|期间)限?|(?:施行|实施|执行)期间?|试行)"
    r"(?:为|是|暂定|自|从|至|到|截至|截止|定为|日|[:：\s])*$"
)
_RUNS_TO = re.compile(r"(?:至|到|截至|截止到?|—|－|–|-|~|～)\s*$")
_TERM_VERB = re.compile(r"(?:有效|施行|实施|执行|适用|试行|延续)$")
_AFTER_LAST_DAY = re.compile(
    r"[（(]?含?[)）]?(?:当日)?(?:止|为止|终止|结束|[日期]*届满)|(?:期间)?(?:施行|执行|实施|有效|试行|适用)"
)
_LOSES_FORCE = re.compile(
    r"(?P<since>起)?[，,]?(?:后)?(?:自动|自行|即行|同时|予以)?(?:失效|停止(?:执行|施行|实施|使用)|不再(?:执行|施行|实施|适用|有效)|终止|废止)"
)


@dataclass(frozen=True, slots=True)
class Expiry:
    """Where and when a rule's force ends by its own words.

    ``items``: the paths of the places that end, empty for the whole; ``until``: the last
    day in force; ``since``: the first, where it is named with the last.
    """

    items: tuple[str, ...]
    until: date
    since: date | None
    proof: str  # clause id


def entry_into_force(
    clause: Clause, title: str | None, issued: date | None
) -> tuple[date, bool] | None:
    """The day on which a clause says that its own document begins to apply, and whether it
    names that day itself ("upon its issuance" does not); None if it says no such thing."""
    for said_before, sentence in _sentences(clause):
        for formula in _IN_FORCE.finditer(sentence):
            if spoken_of(sentence, formula.start(), title, clause.path, said_before) != ():
                continue
            if day := _day_of(sentence, formula):
                return day, True
            if issued and _UPON_ISSUE.search(sentence):
                return issued, False
    return None


def expiries(
    clause: Clause, following: Clause | None, title: str | None, begun: date | None
) -> Iterator[Expiry]:
    """The ends of force that a clause names; ``begun``: when the document began to apply.

    ``following``: the next clause, which may prolong the term.

    >>> clause = Clause("x#3", "x", "3", "三、", "", (), False, 0, 0, "三、本公告有效期二年。", None, ())
    >>> [str(end.until) for end in expiries(clause, None, None, date(2022, 7, 1))]
    ['2024-06-30']
    """
    if _GOES_ON.search(clause.text) or (following and _PROLONGS.search(following.text)):
        return
    for said_before, sentence in _sentences(clause):
        end = (_chinese_end if is_chinese(sentence) else _english_end)(sentence, begun)
        if end is None:
            continue
        reach = spoken_of(sentence, end.verb, title, clause.path, said_before)
        # 有效期五年 without a subject may be that of a permit above
        told = end.is_day or names_itself(clause.text)
        if reach is not None and told:
            yield Expiry(reach, end.until, end.since, clause.id)


@dataclass(frozen=True, slots=True)
class _End:
    """``verb``: where the words stand whose subject ends; ``is_day``: it is named, not a
    length of time; the rest as in :class:`Expiry`."""

    verb: int
    until: date
    since: date | None = None
    is_day: bool = True


def _sentences(clause: Clause) -> Iterator[tuple[str, str]]:
    """The sentences of a clause, each behind the words in front of it."""
    words = clause.text.removeprefix(clause.num or "")
    for start, end in sentences(words):
        yield words[:start], words[start:end]


def _day_of(sentence: str, formula: re.Match[str]) -> date | None:
    """The day that belongs to the formula: right behind the English one, in front of the
    Chinese one, or put at the head of the sentence ("As from 1 May 2020, …")."""
    dates = written_dates(sentence)
    if formula[0].isascii():
        for found in dates:
            if found.start >= formula.end() and _TO_THE_DAY.fullmatch(
                sentence[formula.end() : found.start]
            ):
                return found.day
        before = [
            d for d in dates if d.end <= formula.start() and _DAY_FIRST.search(sentence[: d.start])
        ]
        return before[-1].day if before else None
    before = [d for d in dates if d.end <= formula.start()]
    for found in reversed(before):
        between = sentence[found.end : formula.start()]
        begins = _DAY_FIRST.search(sentence[: found.start]) is not None
        if _CHINESE_TO_THE_VERB.fullmatch(between) and (begins or "起" in between + formula[0]):
            return found.day
        # 自2024年1月1日起至2024年12月31日止施行
        if begins and re.match(r"起?[至到]", between):
            return found.day
    return None


def _english_end(sentence: str, begun: date | None) -> _End | None:
    dates = written_dates(sentence)
    for ends in _ENDS.finditer(sentence):
        for found in dates:
            between = sentence[ends.end() : found.start]
            if found.start >= ends.end() and _TO_THE_DAY.fullmatch(between):
                is_last = ends["last"] and not re.search(r"\b(?:from|of)\b", between)
                return _End(ends.start(), found.day if is_last else found.day - timedelta(days=1))
    for lasts in _LASTS.finditer(sentence):
        for found in dates:
            if found.start >= lasts.end() and _UNTIL.search(sentence[: found.start]):
                return _End(lasts.start(), found.day, _first_day(sentence, dates, found.start))
        for span in time_spans(sentence):
            if span.start >= lasts.end() and _FOR.search(sentence[lasts.end() : span.start]):
                named = _first_day(sentence, dates, len(sentence))
                since = named or begun
                return (
                    _End(lasts.start(), span.last_day(since), named, is_day=False)
                    if since
                    else None
                )
    return None


def _chinese_end(sentence: str, begun: date | None) -> _End | None:
    dates = written_dates(sentence)
    for found in dates:
        before, behind = sentence[: found.start], sentence[found.end :]
        if loses := _LOSES_FORCE.match(behind):
            last = found.day - timedelta(days=1) if loses["since"] else found.day
            return _End(found.start, last)
        if _RUNS_TO.search(before):
            words = _RUNS_TO.sub("", before)
            first = _range_begins(words, dates)
            term = _TERM.search(words[: first.start] if first else words)
            verb = term or _TERM_VERB.search(words)
            if verb or _AFTER_LAST_DAY.match(behind):
                in_front = first.start if first else verb.start() if verb else found.start
                at_verb = term.start() if term else in_front
                return _End(at_verb, found.day, first.day if first else None)
    for span in time_spans(sentence):
        term = _TERM.search(sentence[: span.start])
        if term or re.match(r"之?内?有效", sentence[span.end :]):
            named = _first_day(sentence, dates, span.start)
            since = named or begun
            at_verb = term.start() if term else span.start
            return _End(at_verb, span.last_day(since), named, is_day=False) if since else None
    return None


def _range_begins(words: str, dates: list[WrittenDate]) -> WrittenDate | None:
    """The first day of a range, which stands right before the sign of it: 自2024年1月1日起至"""
    for found in dates:
        if found.end <= len(words) and re.fullmatch(r"[起\s（(含）)]*", words[found.end :]):
            return found
    return None


def _first_day(sentence: str, dates: list[WrittenDate], end: int) -> date | None:
    """The day from which a term is counted, where the sentence names one in front of ``end``."""
    named = [d.day for d in dates if d.end <= end and _DAY_FIRST.search(sentence[: d.start])]
    return named[-1] if named else None
