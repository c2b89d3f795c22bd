"""Coverage: every figure of a sentence (number, date, code, amount, address), and every word that
carries its rule, stands in a cited quote, in the same or in other words."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from app.contract import CheckOutcome
from app.proof.parties import is_short_for
from app.proof.reading import Objection, QuotedRule, Reading, StatedRule, failed, otherwise, unsure
from app.proof.words import Phrase, Word, WordRow, expression, overlap, rows, words
from ingest.clauses.numerals import CARDINALS, ORDINALS
from ingest.text.language import is_chinese

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
# "may" is a month in capitals only
_MONTH = "|".join(f"(?-i:{m.title()}|{m.upper()}|{m[:3].title()})" for m in _MONTHS)
_DATES = (
    re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)"),
    re.compile(r"(?P<y>\d{4})\s*年\s*(?P<m>\d{1,2})\s*月(?:\s*(?P<d>\d{1,2})\s*日)?"),
    re.compile(
        rf"\b(?:(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?)?(?P<m>{_MONTH})\b\.?,?(?:\s+of)?\s+(?P<y>\d{{4}})(?!\d)",
        re.I,
    ),
    re.compile(
        rf"\b(?P<m>{_MONTH})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<y>\d{{4}})(?!\d))?",
        re.I,
    ),
    re.compile(rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<m>{_MONTH})\b", re.I),
    re.compile(r"(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*日"),
)
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s)\]>]+|[\w.+-]+@[\w-]+\.[\w.]+|!\[|<\w+", re.I)
#: in front of the digits of a name: C188
_OF_A_NAME = re.compile(r"(?<![A-Za-z])[A-Z]$")
#: 2万 is 20,000, 3千克 is not
_NUMBER = re.compile(
    r"(?P<digits>\d+(?:[.,]\d+)*)(?:\s?(?P<scale>[百千]?[万亿]|[百千](?![克米瓦卡伏分])))?"
)
_CHINESE_SCALES = {"百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}

_UNITS_TO_19 = ["zero", *CARDINALS[:19]]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_VALUES = (
    {word: n for n, word in enumerate(_UNITS_TO_19)}
    | {word: 20 + 10 * n for n, word in enumerate(_TENS)}
    | {word: n for n, word in enumerate(ORDINALS, start=1)}
    | {"thirtieth": 30, "dozen": 12, "twice": 2, "double": 2, "thrice": 3}
)
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
_WORDS = re.compile(
    rf"\b(?:{'|'.join([*_VALUES, *_SCALES])})(?:(?:[\s-]+|\s+and\s+)(?:{'|'.join([*_VALUES, *_SCALES])}))*\b",
    re.I,
)
_CHINESE_DIGITS = {character: n for n, character in enumerate("零一二三四五六七八九")} | {
    "两": 2,
    "〇": 0,
}
_CHINESE_NUMERAL = "(?:[零〇一二两三四五六七八九十百万亿]|千(?![克米瓦]))+"

_UNITS, _SIGNS, _LABELS = (
    [row for row in rows("units") if row.table == table] for table in ("behind", "before", "label")
)


_CHINESE_UNITS = {word for row in _UNITS for word in row.words if is_chinese(word)}
_CHINESE_NUMBER = re.compile(
    rf"(?<![\d.]){_CHINESE_NUMERAL}(?=[个项份号条类种家款只位次名倍%]|{'|'.join(sorted(_CHINESE_UNITS))})"
    rf"|(?<=第)[一二三四五六七八九十百]+|(?<=百分之){_CHINESE_NUMERAL}"
)


def _either(found: Iterable[WordRow]) -> str:
    """One group a row, so that the last group matched tells the row."""
    return "|".join(f"({'|'.join(map(expression, row.words))})" for row in found)


_UNIT_AFTER = re.compile(rf"(?:st|nd|rd|th)?[\s-]*(?:{_either(_UNITS)})(?![A-Za-z\d])", re.I)
_UNIT_BEFORE = re.compile(rf"(?:{_either(_SIGNS)})\s*$", re.I)
_LABEL = re.compile(rf"(?:{_either(_LABELS)})\s*[“\"(]?\s*$", re.I)
_ONE_OR_MORE = re.compile(rf"\b(?:a single|\d+|{'|'.join(_UNITS_TO_19[1:])})\b", re.I)
#: "the following three documents": a list may be counted
_COUNTED = re.compile(
    rf"\s+(?:\w+\s+){{0,2}}?({'|'.join(map(expression, words('things', 'countable')))})\b", re.I
)
_STRETCH = re.compile(r"[.;:。；：]")
#: between the things of a row
_JOINS = re.compile(r"[,，、](?:\s*(?:and|or)\b)?|\b(?:and|or)\b|[和及与或]")
_ACT = re.compile(r"\bNo\.?\s*(\d+)\s*(?:of|,)\s*(\d{4})\b")
_CHINESE_ACT = re.compile(r"(\d{4})\s*年\s*第\s*(\d+)\s*号")
_ENDS = re.compile(r"\b(?:repeal|replac|supersed|abolish|revok)\w*|废止|取代|替代|代替|失效", re.I)
_BACK = re.compile(
    r"\b(?:either|any|no|the|this|that|each|every)\s+one\b|\bone\s+(?:another|that)\b|\bone\s+\w+\s+(?:in)?to\s",
    re.I,
)


@dataclass(frozen=True, slots=True)
class PrintedFigure:
    """``value`` as digits; ``unit`` what it counts, ``label`` what it names ("code")."""

    value: str
    unit: str | None
    label: str | None
    text: str
    start: int
    end: int
    word: bool  # written as a word


@dataclass(frozen=True, slots=True)
class Day:
    year: int | None
    month: int
    day: int | None
    text: str

    def stands_in(self, other: "Day") -> bool:
        return self.month == other.month and all(
            mine is None or mine == theirs
            for mine, theirs in ((self.year, other.year), (self.day, other.day))
        )


def dates_in(text: str) -> tuple[list[Day], str]:
    """Days and months named, and the text with spaces in their place."""
    found: list[Day] = []
    for pattern in _DATES:
        for match in pattern.finditer(text):
            named = match.groupdict()
            month = named["m"]
            number = (
                int(month)
                if month.isdigit()
                else next(n for n, m in enumerate(_MONTHS, 1) if m.startswith(month.lower()[:3]))
            )
            year, day = named.get("y"), named.get("d")
            found.append(
                Day(int(year) if year else None, number, int(day) if day else None, match.group())
            )
        text = pattern.sub(lambda match: " " * len(match.group()), text)
    return found, text


def figures_in(text: str) -> list[PrintedFigure]:
    """Numbers in digits, English words and Chinese numerals, outside dates."""
    found: list[PrintedFigure] = []
    for match in _NUMBER.finditer(text):
        if _OF_A_NAME.search(text, 0, match.start()):
            continue
        value = match["digits"]
        if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", value):
            value = value.replace(",", "")
        for scale in match["scale"] or "":
            value = str(int(Decimal(value) * _CHINESE_SCALES[scale]))
        found.append(_figure(text, value, match, word=False))
    for match in _WORDS.finditer(text):
        value = _value_of(match.group())
        if (value != "1" and match.group().lower() not in {"second", "first"}) or _follows_unit(
            text, match
        ):
            found.append(_figure(text, value, match, word=True))
    for match in _CHINESE_NUMBER.finditer(text):
        figure = _figure(text, _chinese_value(match.group()), match, word=True)
        if figure.value != "1" or figure.label or figure.unit not in (None, "piece"):
            found.append(figure)  # 一件, 一个: "a", as "one" is
    return found


def without_figures(text: str) -> str:
    """A text, as long, with blanks in the place of its dates and figures."""
    _, text = dates_in(text)
    for figure in figures_in(text):
        text = text[: figure.start] + " " * (figure.end - figure.start) + text[figure.end :]
    return text


def check_figures(reading: Reading) -> Iterator[Objection]:
    statement = reading.statement.text
    # the rules' own words: the number printed before an item proves no figure
    known = [span.text for span in (*reading.quotes, *reading.sources)]
    for match in _ADDRESS.finditer(statement):
        if not any(match.group().lower() in text.lower() for text in known):
            yield failed("reasons.address", words=match.group())
    days, rest = dates_in(statement)
    read = [dates_in(text) for text in known]
    for day in days:
        if not any(day.stands_in(other) for others, _ in read for other in others):
            stand = [other for others, _ in read[: len(reading.quotes)] for other in others]
            once = {(other.year, other.month, other.day): other.text for other in stand}
            yield _in_its_place(day.text, once.values(), "reasons.date", bool(once))
    yield from _check_acts(reading)
    yield from _exchanged(reading)
    quoted = [figure for _, text in read for figure in figures_in(text)]
    years = {str(day.year) for others, _ in read for day in others}
    lengths = _list_lengths(reading.quotes)
    enumerated = set(_enumerated(reading.quotes))
    for figure in figures_in(rest):
        counted = _COUNTED.match(rest, figure.end) if figure.word else None
        if counted and int(figure.value) in lengths:
            continue
        same = [o for o in quoted if o.value == figure.value and not _only_names(o, figure)]
        if not same:
            if figure.value not in years:
                # "two announcements", "one year into another", "26 districts": a writer's own count
                own = (figure.word or figure.value in enumerated) and not figure.unit
                rivals = _rivals(figure, reading.statement, reading.quotes)
                nearest = max(rivals, default=(0, ""))[0]
                there = {text for shared, text in rivals if shared == nearest > 0}
                yield _of_another_number(reading, figure) or (
                    unsure("reasons.number", words=figure.text)
                    if own
                    else _in_its_place(
                        figure.text, there, "reasons.number", _has_rival(figure, reading)
                    )
                )
        elif figure.unit and all(other.unit != figure.unit for other in same):
            # "15-year-olds" where the quote has "the age of 15": no unit is no other one
            told = failed if all(other.unit for other in same) else unsure
            yield told("reasons.words", words=f"{figure.text} {figure.unit}")
        elif (
            figure.label
            and any(o.label for o in same)
            and all(o.label != figure.label for o in same)
        ):
            yield failed("reasons.words", words=f"{figure.label} {figure.text}")
    if not reading.chinese or reading.chinese_quotes:
        for part in reading.parts:
            yield from _with_its_words(part)


def _in_its_place(said: str, there: Collection[str], key: str, has_rival: bool) -> Objection:
    """What the quotes have instead, if they have one; else by ``key`` that they do not have it,
    which says otherwise only where they have another one of its kind."""
    if len(there) == 1:
        (quoted,) = there
        return failed("reasons.figure_there", said=said, quoted=quoted)
    return Objection(CheckOutcome.FAILED, key, {"words": said}, otherwise=has_rival)


def _has_rival(figure: PrintedFigure, reading: Reading) -> bool:
    """Whether the quotes have another figure of the same unit or label; of one that has neither,
    one of the same words."""
    mine = reading.statement.near(figure.start, figure.end, 4, 4)
    return any(
        any(_kind(figure)) or overlap(mine, segment.near(other.start, other.end, 4, 4))
        for segment, other in _others_of_kind(figure, reading.statement, reading.quotes)
    )


def _rivals(
    figure: PrintedFigure, stated: Phrase, segments: Iterable[QuotedRule]
) -> list[tuple[int, str]]:
    """The other figures of the same unit or label, each with how many of the words beside it stand
    beside the stated one."""
    mine = stated.near(figure.start, figure.end, 6, 3)
    return [
        (overlap(mine, segment.near(other.start, other.end, 6, 3)), other.text)
        for segment, other in _others_of_kind(figure, stated, segments)
        if not other.word and any(_kind(figure))
    ]


def _others_of_kind(
    figure: PrintedFigure, stated: Phrase, segments: Iterable[QuotedRule]
) -> Iterator[tuple[QuotedRule, PrintedFigure]]:
    """Figures of the same kind where they stand; one that the sentence has too is no other ("it has
    26,000, the line is 20,000")."""
    said = {figure.value, *(one.value for one in figures_in(dates_in(stated.text)[1]))}
    for segment in segments:
        for other in _numbers(segment):
            if _kind(other) == _kind(figure) and other.value not in said:
                yield segment, other


def _of_another_number(reading: Reading, figure: PrintedFigure) -> Objection | None:
    """ "Two companion animals" where the quotes have one: another number of the same things."""
    if not figure.word or figure.unit:
        return None
    things = reading.statement.near(figure.start, figure.end, 0, 2)
    for segment in reading.quotes:
        for match in _ONE_OR_MORE.finditer(segment.text):
            beside = segment.near(match.start(), match.end(), 0, 2)
            if (
                len(beside)
                == 2
                == sum(a.keys & b.keys != set() for a, b in zip(things, beside, strict=False))
            ):
                return otherwise("reasons.otherwise", said=figure.text, quoted=match.group())
    return None


def _only_names(other: PrintedFigure, figure: PrintedFigure) -> bool:
    """ "No. 3 of 2005" is no proof of "three announcements"."""
    return figure.word and not other.word and other.label is not None


def _check_acts(reading: Reading) -> Iterator[Objection]:
    statement = reading.statement.text
    quoted = {act for span in reading.quotes for act in _acts(span.text)}
    titled = {act for span in reading.sources for act in _acts(span.text)}
    stated = _acts(statement)
    for number, year in sorted(stated - quoted - titled):
        yield failed("reasons.act", number=number, year=year)
    # a title tells which act speaks, never which other one it ends
    if len(stated - quoted) > 1 and _ENDS.search(statement):
        yield failed("reasons.which_ends")


def _acts(text: str) -> set[tuple[str, str]]:
    """Number and year of the acts that a text names."""
    western = {(match[1], match[2]) for match in _ACT.finditer(text)}
    return western | {(match[2], match[1]) for match in _CHINESE_ACT.finditer(text)}


def _with_its_words(part: StatedRule) -> Iterator[Objection]:
    """A number stands beside the words that the quote has beside it, not beside another's."""
    if not part.drawn:
        return
    stated = figures_in(dates_in(part.text)[1])
    for figure in stated:
        kind = _kind(figure)
        alone = sum(_kind(other) == kind for other in stated) == 1
        homes = [s for s in part.support if any(f.value == figure.value for f in _numbers(s))]
        core = part.drawn[0]
        if homes and core not in homes and core.head not in homes and alone:
            others = [f for f in _numbers(core) if (f.unit, f.label) == kind and not f.word]
            if others and any(kind):
                yield unsure("reasons.figure_there", said=figure.text, quoted=others[0].text)
                continue
            if core.head and all(home.root is core.root for home in homes) and any(kind):
                yield unsure("reasons.other_item", words=figure.text)
                continue
        mine = part.near(figure.start, figure.end, 6, 3)
        same = [
            overlap(mine, segment.near(other.start, other.end, 6, 3))
            for segment in part.support
            for other in _numbers(segment)
            if other.value == figure.value
        ]
        best = max(_rivals(figure, part, part.support), default=(0, ""))
        if best[0] > max(same, default=0) + 1:
            yield unsure("reasons.figure_there", said=figure.text, quoted=best[1])


def _exchanged(reading: Reading) -> Iterator[Objection]:
    """Two figures of a kind that stand each behind the words that the quote has before the other:
    "the firm outside uses code 5000, we use 1427"."""
    quoted = [found for segment in reading.quotes for found in _led_to(segment)]
    for (first, before), (second, between) in pairwise(_led_to(reading.statement)):
        if first.value == second.value or _kind(first) != _kind(second):
            continue
        of_first, of_second = (
            [words for other, words in quoted if _is_alike(other, figure)]
            for figure in (first, second)
        )
        own = _most(before, of_first) + _most(between, of_second)
        if of_first and of_second and _most(before, of_second) + _most(between, of_first) > own + 1:
            yield unsure("reasons.figure_there", said=first.text, quoted=second.text)


def _most(words: Sequence[Word], others: Iterable[Sequence[Word]]) -> int:
    return max((overlap(words, one) for one in others), default=0)


def _is_alike(figure: PrintedFigure, other: PrintedFigure) -> bool:
    return figure.value == other.value and _kind(figure) == _kind(other)


def _led_to(phrase: Phrase) -> list[tuple[PrintedFigure, tuple[Word, ...]]]:
    """Each printed figure with the content words between it and the one before."""
    found, behind = [], 0
    for figure in sorted(figures_in(dates_in(phrase.text)[1]), key=lambda one: one.start):
        if not figure.word:
            words = (w for w in phrase.content if behind <= w.start and w.end <= figure.start)
            found.append((figure, tuple(words)))
            behind = figure.end
    return found


def _kind(figure: PrintedFigure) -> tuple[str | None, str | None]:
    return figure.unit, figure.label


def _numbers(segment: QuotedRule) -> list[PrintedFigure]:
    return figures_in(dates_in(segment.text)[1])


def _figure(text: str, value: str, match: re.Match[str], *, word: bool) -> PrintedFigure:
    unit = _UNIT_AFTER.match(text, match.end())
    before = _UNIT_BEFORE.search(text[: match.start()])
    label = _LABEL.search(text[: match.start()])
    name = _row_of(unit, _UNITS) or _row_of(before, _SIGNS)
    if text.endswith("百分之", 0, match.start()):
        name = "percent"
    if name == "year" and len(value) == 4:
        name = None  # 2017年
    called = _row_of(label, _LABELS)
    return PrintedFigure(value, name, called, match.group(), match.start(), match.end(), word)


def _follows_unit(text: str, match: re.Match[str]) -> bool:
    if _BACK.search(text[max(0, match.start() - 8) : match.end() + 14]):
        return False
    return _UNIT_AFTER.match(text, match.end()) is not None


def _row_of(match: re.Match[str] | None, found: Sequence[WordRow]) -> str | None:
    return found[match.lastindex - 1].name if match and match.lastindex else None


def _value_of(words: str) -> str:
    total = current = 0
    for word in re.split(r"[\s-]+", words.lower()):
        if word in _SCALES:
            current = max(current, 1) * _SCALES[word]
            if _SCALES[word] >= 1000:
                total, current = total + current, 0
        elif word in _VALUES:
            current += _VALUES[word]
    return str(total + current)


def _chinese_value(text: str) -> str:
    if not set(text) & set("十百千万亿"):
        return "".join(str(_CHINESE_DIGITS[character]) for character in text)
    total = section = current = 0  # a section ends with 万 or 亿
    for character in text:
        if character in "万亿":
            total += (section + current) * _CHINESE_SCALES[character]
            section = current = 0
        elif character in "十百千":
            section += max(current, 1) * {"十": 10, **_CHINESE_SCALES}[character]
            current = 0
        else:
            current = _CHINESE_DIGITS[character]
    return str(total + section + current)


def _list_lengths(quotes: Iterable[QuotedRule]) -> set[int]:
    """How long the lists of the quotes are."""
    counts: dict[int, int] = {}
    for segment in quotes:
        if segment.head is not None:
            counts[id(segment.head)] = counts.get(id(segment.head), 0) + 1
    return set(counts.values())


def _enumerated(quotes: Iterable[QuotedRule]) -> Iterator[str]:
    """How many things each stretch of a sentence puts in a row, as digits."""
    for segment in quotes:
        for stretch in _STRETCH.split(segment.text):
            if (count := len(_JOINS.findall(stretch))) > 1:
                yield str(count + 1)


# --- words ---

#: share of a sentence's content words that the quotes must hold; see docs/citation-check.md
COVERED = 0.6
#: characters of grammar, not of meaning
_GRAMMAR = frozenset(
    "的了在自于与和或及其之以为应当须必可得不能无未将被把由向对从至到起内后前经时者该此这那并且也还都均只仅就则若如"
)
#: letters that make two words one root
ROOT = 6
#: words that any rule may call its things by
_GENERIC = re.compile("|".join(map(expression, words("things", "generic"))))
#: "such materials": what they are stands in another sentence
_POINTS_BACK = re.compile(
    r"\b(?:such|thereof|therein|these|those|they|them|their|it|aforesaid)\b", re.I
)
#: so few words of a sentence of its own are no rule of its own
STRAY = 1
#: below it the quotes are about something else
UNRELATED = 0.2


def check_support(reading: Reading) -> Iterator[Objection]:
    keys = frozenset(key for segment in reading.quotes for key in segment.keys)
    keys |= frozenset(key for source in reading.sources for key in source.keys)
    content = [w for w in reading.statement.content if w.telling and not figures_in(w.text)]
    if reading.chinese:  # a pair of characters across a function word is no word
        content = [word for word in content if not _GRAMMAR.intersection(word.text)]
    if not content:
        return
    quoted = {word.text for segment in reading.quotes for word in segment.content if word.telling}
    missing = [
        w
        for w in content
        if not w.keys & keys
        and not _same_root(w.text, quoted)
        and not any(is_short_for(w.text, segment) for segment in reading.quotes)
    ]
    share = 1 - len(missing) / len(content)
    words = ", ".join(dict.fromkeys(word.text for word in missing))
    if share < UNRELATED:
        yield Objection(CheckOutcome.FAILED, "reasons.nothing_of", {"words": words})
    elif share < COVERED or not (reading.chinese or all(word.light for word in missing)):
        yield unsure("reasons.not_in_quote", words=words)
    elif reading.chinese and (new := _new_words(reading.statement.text, content, missing)):
        yield unsure("reasons.not_in_quote", words=", ".join(new))


def _new_words(text: str, content: Iterable[Word], missing: Collection[Word]) -> list[str]:
    """Stretches of Chinese characters of which the quotes have no pair: words of the writer's own."""
    held = {at for word in content if word not in missing for at in range(word.start, word.end)}
    own = {at for word in missing for at in range(word.start, word.end)} - held
    marked = "".join(
        character if at in own and character not in _GRAMMAR else " "
        for at, character in enumerate(text)
    )
    return [stretch for stretch in marked.split() if len(stretch) > 1]


def check_one_place(reading: Reading) -> Iterator[Objection]:
    """A rule is not put together from two sentences of the quotes by a stray word of one."""
    for part in reading.parts:
        if len(part.drawn) < 2:
            continue
        core = part.drawn[0]
        if _POINTS_BACK.search(core.text):
            continue
        left = [word for word in part.content if not word.keys & core.whole_keys]
        for segment in part.drawn[1:]:
            added = [word for word in left if word.keys & segment.keys]
            left = [word for word in left if not word.keys & segment.whole_keys]
            stray = [word.text for word in added if word.telling and not word.text[0].isdigit()]
            listed = segment.head is not None and segment.root is core.root
            if not listed and 0 < len(added) <= STRAY and stray and not _GENERIC.match(stray[0]):
                yield unsure("reasons.other_sentence", words=", ".join(stray))


def _same_root(word: str, others: Set[str]) -> bool:
    """ "provincial" and "province": what the stemmer leaves apart."""
    root = word[:ROOT]
    return len(root) == ROOT and any(
        other.startswith(root) and abs(len(other) - len(word)) <= 4 for other in others
    )
