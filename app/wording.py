"""The fixed sentences of an answer, in English and Chinese; figures in them come from
the catalog, the clause's number and the status line only."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal

from app.contract import CheckOutcome, ItemsQuoted, Row, ShortAnswer, Statement
from ingest.clauses.numerals import CARDINALS, print_chinese
from ingest.corpus.catalog import CatalogEntry
from ingest.corpus.cross_references import CitedDocument
from ingest.facts.modifications import Status, StatusOnDay
from ingest.facts.references import WorkKind, WorkNumber, find_references

Language = Literal["en", "zh"]

_CHINESE_ISSUERS = {
    "GACC": "海关总署",
    "CNCA": "国家认监委",
    "State Council": "国务院",
    "AQSIQ": "国家质检总局",
}

#: parts of a locator, in the order in which they are put into Chinese
_CHINESE_LOCATORS = (
    (re.compile(r"item (\d+)"), r"第\1条"),
    (re.compile(r"item "), ""),
    (re.compile(r"(?:, )?paragraph (\d+)"), r"第\1款"),
    (re.compile(r"section “([^”]*)”"), r"“\1”部分"),
    (re.compile(r"(?:, )?bullet (\d+)"), r"第\1点"),
    (re.compile(r"schedules?"), "附件"),
    (re.compile(r"annex"), "附件"),
)

_NOT_COVERED = {
    "en": "Not covered: no clause of the corpus answers this.",
    "zh": "未收录：语料库中没有条款回答该问题。",
}
_NOT_IN_CHOSEN = {
    "en": "Not covered by the documents chosen: no clause of theirs answers this.",
    "zh": "所选文件未涵盖：其中没有条款回答该问题。",
}
_EMPTY = {
    "en": "Not covered: the corpus holds no document yet. Add some on the page Corpus, or with `python -m ingest add FILE|FOLDER…`.",
    "zh": "未收录：语料库尚无文件。请在“语料库”页面添加，或运行 `python -m ingest add 文件|文件夹…`。",
}
_NOT_HELD = {
    "en": "The corpus cites {name} but does not hold it; add that document to ask about it. It is cited here:",
    "zh": "语料库引用了{name}，但未收录其正文；收录后方可查询。引用之处：",
}
_UNKNOWN_WORK = {
    "en": "Not covered: the corpus does not hold the document that the question names, nor does it cite one of that name.",
    "zh": "未收录：语料库未收录问题所指的文件，也未以该名称引用。",
}
_HOSTILE = {
    "en": "This is no question about a rule, so it is not answered.",
    "zh": "这不是关于规则的问题，不予回答。",
}
_IN_SHORT = {"en": "In short: ", "zh": "简言之："}
#: a line in a model's own words says what it is worth
_MODELS_WORDS: dict[Language, dict[CheckOutcome, str]] = {
    "en": {
        CheckOutcome.VERIFIED: "✓ verified",
        CheckOutcome.NOT_CHECKED: "(model's words, not proven)",
    },
    "zh": {
        CheckOutcome.VERIFIED: "✓ 已核实",
        CheckOutcome.NOT_CHECKED: "（模型之语，未经证实）",
    },
}
_TRANSLATION = {
    "en": "Unofficial translation, figures, names and denials checked",
    "zh": "非官方译文，已核对数字、名称和否定",
}
#: of the row that answers a question of several parts best as a whole
THE_WHOLE = {"en": "the question as a whole", "zh": "整个问题"}
_UNCERTAIN = {
    "en": (
        "not certain that this answers; the nearest clause",
        "not certain that one of these answers; the nearest clauses",
    ),
    "zh": ("不确定是否回答该问题；以下为最接近的条款",) * 2,
}
_PART_NOT_COVERED = {"en": "Not covered: “{words}”.", "zh": "未收录：“{words}”。"}
_NOT_HELD_LINE = {
    "en": ("{names}, cited in {place}, is not held.", "{names}, cited in {place}, are not held."),
    "zh": ("{place}所引{names}未收录。", "{place}所引{names}未收录。"),
}
_NEAREST = {"en": "Nearest clauses:", "zh": "最接近的条款："}


def citation_name(entry: CatalogEntry, language: Language) -> str:
    """How an answer names a document."""
    return name_of(entry.cited_number or entry.title, language)


def subject_of(entry: CatalogEntry) -> str:
    """The title without the number that stands in the name already."""
    title = entry.title
    number = entry.cited_number
    own = next((found for found in find_references(title) if found.work == number), None)
    if own is None:
        return title
    return title[own.end :].strip(" ,;:，：").removeprefix("on ") or title


def uncertain(language: Language, clauses: int = 2) -> str:
    """That none of so many clauses quoted is likelier to answer than not."""
    words = _UNCERTAIN[language][clauses != 1]
    return f"{words}。" if language == "zh" else f"{words[0].upper()}{words[1:]}."


def row_words(row: Row, language: Language) -> str:
    """What a row is of, with the same word on its clauses where it is not certain."""
    if row.certain:
        return row.words
    words = _UNCERTAIN[language][True]
    return f"{row.words}（{words}）" if language == "zh" else f"{row.words} ({words})".strip()


def name_of(named: WorkNumber | str, language: Language) -> str:
    """How a document is named that is known by its number or its title only."""
    return named if isinstance(named, str) else work_name(named, language)


def cited_name(cited: CitedDocument, language: Language) -> str:
    """A cited document by the name of the text that is held, or as it is cited."""
    if cited.held:
        return citation_name(cited.held[-1], language)
    return name_of(cited.named, language)


def work_name(work: WorkNumber, language: Language) -> str:
    """An issuer whose Chinese name is not known keeps the one that it has.

    >>> work_name(WorkNumber(WorkKind.ANNOUNCEMENT, 3, 2026, "市场监管总局"), "zh")
    '市场监管总局公告2026年第3号'
    """
    if language == "en":
        return str(work)
    issuer = _CHINESE_ISSUERS.get(work.issuer or "", work.issuer or "")
    if work.kind is WorkKind.DECREE:
        return f"{issuer}令第{work.number}号"
    return f"{issuer}公告{f'{work.year}年' if work.year else ''}第{work.number}号"


def status_line(status: StatusOnDay, language: Language) -> str:
    """Status as it stands in a lead line; never more than the corpus proves."""
    day = day_words(status.since, language) if status.since else ""
    text = day_words(status.amended, language) if status.amended else ""
    overtaken = day_words(status.overtaken, language) if status.overtaken else ""
    if not status.is_law:
        return "内部文件，非法律法规" if language == "zh" else "internal document, not law"
    if status.replaced_by is not None:
        return (
            f"已由{day}起的新文本取代" if language == "zh" else f"replaced by a newer text on {day}"
        )
    if language == "zh":
        return {
            Status.IN_FORCE: f"自{day}起施行（以本语料库为限）"
            + (f"，{text}文本" if text else "")
            + (f"，但{overtaken}另有修改" if overtaken else ""),
            Status.NOT_YET_IN_FORCE: f"尚未施行，自{day}起施行",
            Status.REPEALED: f"已于{day}废止",
            Status.EXPIRED: f"已失效，自{day}起不再有效",
            Status.UNKNOWN: "效力状态：语料库未载明",
        }[status.status]
    return {
        Status.IN_FORCE: f"in force since {day}"
        + (f" (text of {text})" if text else "")
        + (f", but amended on {overtaken}" if overtaken else "")
        + ", as far as the corpus shows",
        Status.NOT_YET_IN_FORCE: f"not yet in force: it enters into force on {day}",
        Status.REPEALED: f"repealed as from {day}",
        Status.EXPIRED: f"expired: no longer in force since {day}",
        Status.UNKNOWN: "status not stated in the corpus",
    }[status.status]


def locator_in(locator: str, language: Language) -> str:
    """A locator in the answer's language.

    >>> locator_in("item 7, paragraph 2", "zh"), locator_in("item Ⅱ 1(4)", "zh")
    ('第7条第2款', 'Ⅱ 1(4)')
    """
    if language == "en":
        return locator
    for pattern, chinese in _CHINESE_LOCATORS:
        locator = pattern.sub(chinese, locator)
    return locator


def lead_line(
    locator: str,
    name: str,
    status: StatusOnDay,
    language: Language,
    changed: date | None = None,
) -> str:
    """ "Item 7, GACC Announcement No. 68 of 2016, in force since 25 November 2016, as far as
    the corpus shows:"

    ``changed``: the day of the text in which the clause got its words, if not the first.
    """
    words = status_line(status, language)
    if language == "zh":
        words += f"，{day_words(changed, language)}修改" if changed else ""
        return f"{name}，{locator_in(locator, language)}，{words}："
    words += f", changed on {day_words(changed, language)}" if changed else ""
    return f"{locator[0].upper()}{locator[1:]}, {name}, {words}:"


def same_document(locator: str, language: Language) -> str:
    """The lead line of a clause right beneath another of its document, of the same status.

    >>> same_document("item 4(2)", "en")
    'Item 4(2) of the same document:'
    """
    if language == "zh":
        return f"同一文件，{locator_in(locator, language)}："
    return f"{locator[0].upper()}{locator[1:]} of the same document:"


def items_line(items: ItemsQuoted, language: Language) -> str:
    """How many items of a list are quoted; in words, since no clause prints the figures.

    >>> items_line(ItemsQuoted(quoted=1, of=6), "en")
    'Of the six items of this list, one is quoted.'
    """
    if language == "zh":
        of, quoted = print_chinese(items.of), print_chinese(items.quoted)
        return f"该清单共{of}项，此处引用{quoted}项。"
    of, quoted = (
        CARDINALS[n - 1] if n <= len(CARDINALS) else "many" for n in (items.of, items.quoted)
    )
    return (
        f"Of the {of} items of this list, {quoted} {'is' if items.quoted == 1 else 'are'} quoted."
    )


def with_short(text: str, short: ShortAnswer | None, language: Language) -> str:
    """An answer's text under the line that says it in short."""
    if short is None:
        return text
    sign = "" if short.by == "clause" else f" {_MODELS_WORDS[language][short.check]}"
    marks = ", ".join(map(str, short.citations))
    return f"{_IN_SHORT[language]}{short.text} [{marks}]{sign}\n\n{text}"


def with_translations(text: str, statements: Iterable[Statement], language: Language) -> str:
    """An answer's text with the unofficial translations of its sentences beneath."""
    lines = [
        f"{_TRANSLATION[language]} [{', '.join(map(str, s.citations))}]: {s.translation}"
        for s in statements
        if s.translation is not None
    ]
    return "\n\n".join([text, *lines])


def not_covered(language: Language, nearest: list[str]) -> str:
    return _NOT_COVERED[language] + _nearest(language, nearest)


def not_in_chosen(language: Language, nearest: list[str]) -> str:
    return " ".join([_NOT_IN_CHOSEN[language], *_nearest(language, nearest)])


def empty_corpus(language: Language) -> str:
    return _EMPTY[language]


def unknown_work(language: Language, nearest: list[str]) -> str:
    return _UNKNOWN_WORK[language] + _nearest(language, nearest)


def cited_not_held(language: Language, name: str) -> str:
    return _NOT_HELD[language].format(name=name)


def part_not_covered(words: str, language: Language) -> str:
    return _PART_NOT_COVERED[language].format(words=words)


def not_held_line(names: Sequence[str], place: str, language: Language) -> str:
    """
    >>> not_held_line(["Decree No. 111", "218"], "item 7", "en")
    'Decree No. 111 and 218, cited in item 7, are not held.'
    """
    last = "和" if language == "zh" else " and "
    between = "、" if language == "zh" else ", "
    joined = last.join([between.join(names[:-1]), names[-1]] if len(names) > 1 else names)
    return _NOT_HELD_LINE[language][len(names) > 1].format(names=joined, place=place)


def hostile(language: Language) -> str:
    return _HOSTILE[language]


def _nearest(language: Language, places: list[str]) -> str:
    return "\n- ".join([f"\n\n{_NEAREST[language]}", *places]) if places else ""


def day_words(day: date, language: Language) -> str:
    """ "25 November 2016" or "2016年11月25日" """
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {day:%B} {day.year}"
