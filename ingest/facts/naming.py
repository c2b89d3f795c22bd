"""What a document's first lines call it, and who issued it, as they stand there."""

import re
from collections.abc import Iterator, Mapping
from itertools import zip_longest

from ingest.clauses.lines import TERMINAL
from ingest.clauses.numbering import numbers_before_words
from ingest.facts.dates import is_date, written_dates
from ingest.facts.promulgation import tells_of_enactment
from ingest.facts.references import find_references, issuer_named_in
from ingest.facts.subjects import CHINESE_NAMES
from ingest.structure import SourceText
from ingest.text.language import IDEOGRAPHS, is_chinese

#: lines that identify a publication or a page, and are no name of it
_NO_TITLE = re.compile(
    r"(?:ISBN|ISSN|ICS|DOI|CIP|UDC)\b|https?://|www\.|<\w|\d{1,4}$", re.IGNORECASE
)
_FIELD = re.compile(r"^(?P<key>[\w-]+)[ \t]*:[ \t]*(?P<value>.*?)[ \t]*$", re.MULTILINE)
_META = re.compile(
    r"<meta\s[^>]*?name=[\"'](?P<key>[\w:.-]+)[\"'][^>]*?content=[\"'](?P<value>[^\"'>]*)[\"']",
    re.IGNORECASE,
)
_LONGEST_TITLE = 200
_LONGEST_LINE = 70
_MOST_LINES = 5
#: words of a heading that may be another name, the share of them that its text must use, and
#: by how much that must be more than the other's
_A_NAME, _AT_HOME, _APART = 4, 0.6, 0.25
#: a line that ends or begins so is a part of a name
_DANGLING = re.compile(
    r"\b(?:of|on|the|and|for|to|in|between|concerning|regarding|governing|by|with|under)$|[,、]$",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"(?:of|on|and|for|to|in|between|concerning|regarding|governing|relating)\b|[a-z]"
)
_ENDS_WHOLE = re.compile(rf"(?:{CHINESE_NAMES})(?:[（(][^（()）]*[)）])?$")
_MARKS = "\u200b\ufeff"
_ORGANISATION = r"(?:法院|检察院|国务院|政务院|总署|总局|海关|委员会|办公厅|办公室|大会|政府|公安部|商务部|财政部|[^\W\d_]{1,8}部|[^\W\d_]{1,12}局|[^\W\d_]{1,8}厅|银行)"
_TITLE_ISSUERS = re.compile(
    rf"(?P<names>[{IDEOGRAPHS}]{{0,20}}?{_ORGANISATION}(?:[、\s]+[{IDEOGRAPHS}]{{2,20}}?{_ORGANISATION})*)[、\s]*(?=关于|公告|令|通知|通告|印发)"
)
#: behind the day: 中华人民共和国国务院令第390号公布, 第十届…委员会第五次会议通过
_ACTS = re.compile(
    r"^[日\s,，]*(?:第[零〇一二三四五六七八九十百\d]+届)?经?(?P<name>[^\s《第令，,、\d]{2,30}?)(?:审判委员会|检察委员会|常务会议)?"
    r"(?:第[零〇一二三四五六七八九十百\d]+(?:次|号|届)|令|公告|发布|公布|颁布|印发|通过|批准|《)"
)
_LABELLED_ISSUER = re.compile(
    rf"(?:发布|公布|发文|制定|印发)(?:单位|机关|机构|部门)\s*[:：]\s*(?P<name>[{IDEOGRAPHS}]{{2,30}})$"
)
_SIGNS = re.compile(
    rf"{_ORGANISATION}$|\b(?:Administration|Ministry|Customs|Commission|Council|Committee|Authority|Bureau|Agency|Department)\b"
)
_PUBLISHES = re.compile(r"公布|发布|颁布|印发|令第|公告")
_ENGLISH_ISSUERS = (
    # who stands in front of what it issued: "Harbour Board Notice No. 3"
    re.compile(
        r"^[(\[]?\s*(?P<name>[A-Z][\w’'&.-]*(?:\s+(?:of|the|and|for|[A-Z][\w’'&.-]*))*)\s+[A-Z]\w+\s+No\.?\s*\d"
    ),
    re.compile(
        r"\b(?:Order|Decree)\s+No\.?\s*\d+\s+of\s+the\s+(?P<name>[A-Z][\w’'&.-]*(?:\s+(?:of|the|and|for|[A-Z][\w’'&.-]*))*)"
    ),
    re.compile(
        r"\b(?i:promulgated|issued|published|adopted|announced)\s+by\s*:?\s+(?:the\s+)?(?!Order\b|Decree\b)"
        r"(?P<name>[A-Z][\w’'&.-]*(?:\s+(?:of|the|and|for|[A-Z][\w’'&.-]*))*?)(?=\s*(?:[,;.)]|on\b|in\b|$|(?:Order|Decree|Announcement)\b))"
    ),
)


def stated_fields(source: SourceText) -> Mapping[str, str]:
    """What front matter and ``<meta>`` lines say, by small letters.

    >>> stated_fields(SourceText("---\\ntitle: On Samples\\n---\\n", "text/markdown", (), ((0, 26),)))
    {'title': 'On Samples'}
    """
    found: dict[str, str] = {}
    for start, end in source.page_furniture:
        words = source.text[start:end]
        fields = (
            _FIELD
            if words.startswith("---")
            else _META
            if words.lstrip().startswith("<meta")
            else None
        )
        for match in fields.finditer(words) if fields else ():
            found.setdefault(match["key"].lower(), match["value"].strip("\"' "))
    return {key: value for key, value in found.items() if value}


def read_title(source: SourceText) -> str | None:
    """The title that the file states, or that stands in its first lines; None if none does.

    >>> read_title(SourceText("ISBN 978-7-5\\n\\n关于样品检验\\n的公告\\n\\n一、申报。\\n", "text/plain"))
    '关于样品检验的公告'
    """
    stated = source.title or stated_fields(source).get("title")
    if stated:
        return stated
    lines = list(_first_lines(source))
    if not lines or not _names_something(*lines[0]):
        return None
    title, level = lines[0]
    following = lines[1:_MOST_LINES]
    if len(following) and level:
        title, following = _in_the_texts_language(title, following, source)
    for words, level_below in following:
        joined = _joined(title, words, level, level_below)
        if joined is None:
            break
        title = joined
    if is_chinese(title) and not level and not (_ENDS_WHOLE.search(title) or _is_number(title)):
        return lines[0][0]  # 样品手册 with 前言 below it is no longer name
    return title if len(title) <= _LONGEST_TITLE * 2 else None


def read_issuer(title: str, head: list[str]) -> str | None:
    """Who issued a document: its short name where it has one, else as it is printed.

    ``head``: the lines above the first clause.

    >>> read_issuer("办法", ["1998年4月7日 国家工商行政管理局令第85号发布"])
    '国家工商行政管理局'
    """
    if issuers := _TITLE_ISSUERS.match(title):
        names = re.split(r"[、\s]+", issuers["names"])
        return _short(names[0]) if len(names) == 1 else "、".join(names)
    for line in head:
        if labelled := _LABELLED_ISSUER.match(line.strip()):
            return _short(labelled["name"])
    lines = [line for line in head if written_dates(line)]
    published = [name for line in lines for name in _actors(line, publishing=True)]
    if published:
        return _short(published[0])
    for line in filter(tells_of_enactment, head):
        for pattern in _ENGLISH_ISSUERS:
            if match := pattern.search(line):
                return issuer_named_in(match["name"]) or match["name"]
    passed = [name for line in lines for name in _actors(line, publishing=False)]
    return _short(passed[-1]) if passed else None


def read_signature(lines: list[str]) -> str | None:
    """The issuer under a text, where a line there is one and nothing else.

    >>> read_signature(["上海市商务委员会", "2024年5月1日"])
    '上海市商务委员会'
    """
    signed = [line.strip() for line in lines if not re.search(r"[\d:：<]", line)]
    signed = [line for line in signed if len(line) <= _LONGEST_LINE and _SIGNS.search(line)]
    return issuer_named_in(" ".join(lines)) or (signed[-1] if signed else None)


def _actors(line: str, *, publishing: bool) -> Iterator[str]:
    dates = written_dates(line)
    ends = [found.start for found in dates[1:]] + [len(line)]
    for found, end in zip(dates, ends, strict=True):
        words = line[found.end : end]
        if publishing and not _PUBLISHES.search(re.sub(r"《.*?》", "", words)):
            continue
        match = _ACTS.match(words.replace("中华人民共和国", ""))
        if match and re.search(f"{_ORGANISATION}$", match["name"]):
            yield match["name"]


def _short(name: str) -> str:
    """GACC for 海关总署; 国务院办公厅 is not the State Council."""
    name = name.removeprefix("中华人民共和国")
    short = issuer_named_in(name)
    return short if short and len(name) <= 4 else name


def _first_lines(source: SourceText) -> Iterator[tuple[str, int]]:
    """The first lines that may name the document, and the level of each
    heading (0: none); what is furniture or identifies a publication is left out."""
    position, shown = 0, 0
    levels = dict(source.heading_levels)
    for raw in source.text.splitlines(keepends=True):
        start, position = position, position + len(raw)
        words = raw.strip().strip(_MARKS).strip()
        begins = start + len(raw) - len(raw.lstrip())
        hidden = any(begin <= begins < end for begin, end in source.page_furniture)
        if not words or hidden or _NO_TITLE.match(words):
            continue
        yield words, levels.get(begins, 0)
        shown += 1
        if shown > _MOST_LINES:
            return


def _names_something(words: str, level: int) -> bool:
    if level:
        return len(words) <= _LONGEST_TITLE * 2
    return (
        len(words) <= _LONGEST_TITLE
        and not TERMINAL.search(words)
        and not numbers_before_words(words)
        and not re.match(r"[-*+•·][ \t]", words)
        and not is_date(words.strip("[]（）()【】"))
        and not written_dates(words[:14])
    )


def _in_the_texts_language(
    title: str, following: list[tuple[str, int]], source: SourceText
) -> tuple[str, list[tuple[str, int]]]:
    """Of two headings that follow each other, the one whose words are the text's own: a
    translation is printed under the name in the language of who published it."""
    other, level = following[0]
    used = _running_words(source)
    home, away = _at_home(other, used), _at_home(title, used)
    if level and len(other.split()) >= _A_NAME and home >= _AT_HOME and home - away >= _APART:
        return other, following[1:]
    return title, following


def _at_home(title: str, used: set[str]) -> float:
    """The share of a title's words that are used in running words."""
    words = {word for word in re.findall(r"[^\W\d_]+", title.lower()) if len(word) > 1}
    return len(words & used) / len(words) if words else 1.0


def _running_words(source: SourceText) -> set[str]:
    """Words of a text, its headings left out, in small letters."""
    begins = [0]
    ends = []
    for start, _ in source.heading_levels:
        ends.append(start)
        begins.append(max(start, source.text.find("\n", start)))
    body = "\n".join(source.text[a:b] for a, b in zip_longest(begins, ends))
    return set(re.findall(r"[^\W\d_]+", body.lower()))


def _joined(title: str, words: str, level: int, level_below: int) -> str | None:
    """A title with its next line; None if that is another thing."""
    if not _names_something(words, level_below) or numbers_before_words(words):
        return None
    if level == level_below == 1 and title != words:
        return f"{title} {words}"
    if level != level_below or len(words) > _LONGEST_LINE * 2:
        return None
    if is_chinese(title):
        return _joined_chinese(title, words)
    if _DANGLING.search(title) or _GOES_ON.match(words):
        return f"{title} {words}"
    return None


def _joined_chinese(title: str, words: str) -> str | None:
    if len(words) > _LONGEST_LINE or not is_chinese(words):
        return None
    number_alone = _is_number(title)
    if _is_number(words):
        is_masthead = title.endswith(("公告", "令", "通告")) and "关于" not in title
        return f"{title} {words}" if is_masthead else None
    if number_alone:
        return f"{title} {words}" if _ENDS_WHOLE.search(words) else None
    return None if _ENDS_WHOLE.search(title) else f"{title}{words}"


def _is_number(words: str) -> bool:
    """Whether words end in a document's number and say no more."""
    found = find_references(words if "公告" in words or "令" in words else f"公告{words}")
    return bool(found) and words.endswith("号") and len(words) <= 30
