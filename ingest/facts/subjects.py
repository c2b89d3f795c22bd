"""Of what a sentence speaks when it says that something begins or ends to be in force: of the
document itself, of places in it, or of something else (a convention, a permit, another rule).

The subject stands in front of the verb: "This Announcement shall …", 本公告自…起…; where it
is left out ("…, and shall …", ，自…起…) it is the one of the words before.
"""

import re
from pathlib import Path

from ingest.facts.places import chinese_paths, english_paths
from ingest.facts.references import find_titles, title_key
from ingest.text.language import is_chinese

_NAMES = Path(__file__).with_name("document_names.tsv")


def _names() -> tuple[str, str]:
    """What a document calls itself, as alternatives of a pattern, in English and Chinese."""
    rows = [line.split("\t") for line in _NAMES.read_text(encoding="utf-8").splitlines()]
    pairs = [row for row in rows if len(row) == 2]
    english, chinese = (
        "|".join(sorted(names, key=len, reverse=True)) for names in zip(*pairs, strict=True)
    )
    return english, chinese


ENGLISH_NAMES, CHINESE_NAMES = _names()
_OWN = re.compile(
    rf"\b(?:this|these|the present|the above|the foregoing|the aforesaid)\b"
    rf"(?:[ -][\w’'-]+){{0,3}}?\s+(?:{ENGLISH_NAMES})s?\b",
    re.IGNORECASE,
)
_OWN_PART = re.compile(r"\bthis (?:article|item|clause|paragraph|section)\b", re.IGNORECASE)
_PRONOUN = re.compile(r"^(?:it|they)$", re.IGNORECASE)
_PROVISIONS_OF = re.compile(
    r"^(?:all\s+)?(?:the\s+)?(?:above\s+)?(?:provisions?|requirements?|rules?|measures?|terms)\s+"
    r"(?:of|in|under|set out in|laid down in|contained in)\s*$",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(
    r"\b(?:to|of|under|by|in|with|for|on|from|pursuant|annexed)\s*$", re.IGNORECASE
)
#: what is so introduced tells when another thing happens: "the date on which this …"
_SUBORDINATE = re.compile(
    r"\b(?:which|when|whenever|if|after|before|until|once|unless|that|where|provided|whose)\b",
    re.IGNORECASE,
)
_AUXILIARY = re.compile(
    r"(?:\b(?:shall|will|is|are|be|being|hereby|also|to|may|then|thus|therefore|therefrom|simultaneously|come|have|has)\b\s*)+$",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(r"\b(?:announced|promulgated|issued|published|adopted)\b", re.IGNORECASE)
_NAMED = re.compile(rf"\b(?:{ENGLISH_NAMES}|matters?)s?\b", re.IGNORECASE)
_ENGLISH_BREAK = re.compile(r"[,;:]|\b(?:and|but)\b(?!\s+\d)")
#: a day put in front: "As from 1 January 2020", "with effect from 5 May 2021"
_DAY_IN_FRONT = re.compile(
    r"^(?:as\s+(?:from|of)|from|on|with effect from|starting|since)\b", re.IGNORECASE
)

_CHINESE_OWN = re.compile(
    rf"本(?:暂行|实施|试行|补充|联合|管理|行政){{0,2}}(?:{CHINESE_NAMES})|上述|以上|前述|此次|本次"
)
#: 本安排的修改文本: something else; 本办法的规定 is not
_CHINESE_OTHER_OF_OWN = re.compile(r"的(?!规定|条款|各项|上述|有效|试行|执行|施行)\S")
_CIRCUMSTANCE = re.compile(
    r"经|根据|按照|依照|依据|为|除|在|对|因|如|鉴于|截至|自|特此|规定如下|决定如下"
)
_CHINESE_OWN_PART = re.compile(r"本(?:条(?!例)|款|项(?!目))")
_CHINESE_PUBLISHED = re.compile(
    r"现予|现将|予以公布|予以发布|印发|发布|公布|颁布|公告如下|通知如下"
)
_CHINESE_BREAK = re.compile(r"[，,；;：:。]")
#: the subject ends where the day or the verb begins
_CHINESE_SUBJECT_END = re.compile(
    r"自|从|于|在|至|到|截|有效|试行|执行|实施|施行|适用|的?期限|\d{4}\s*年|[〇零○一二三四五六七八九]{4}年"
)
_CHINESE_FILLERS = re.compile(
    r"^(?:但|并|且|同时|均|应当?|将|可|统一|其中|特此公告|的|暂|拟|仅|也|亦|，|\s)+|(?:均|应当?|将|暂|也|亦|的|仅|\s)+$"
)

#: () is the whole document; None: something else
Reach = tuple[str, ...] | None


def spoken_of(
    sentence: str, at: int, title: str | None, own_path: str, said_before: str = ""
) -> Reach:
    """What the verb at ``sentence[at:]`` is said of.

    ``title``: the document's own; ``own_path``: of the clause that says it ("this Article");
    ``said_before``: its sentences in front of this one, for "It shall …".

    >>> spoken_of("This Announcement shall enter into force on", 24, None, "3")
    ()
    >>> spoken_of("The Convention enters into force on", 15, None, "3") is None
    True
    >>> spoken_of("本办法第五条自2020年1月1日起施行", 16, None, "9")
    ('5',)
    """
    if is_chinese(sentence[:at] or sentence):
        return _chinese(sentence[:at], title, own_path)
    return _english(sentence[:at], title, own_path, said_before)


def _english(before: str, title: str | None, own_path: str, said_before: str) -> Reach:
    *earlier, last = (chunk.strip() for chunk in _ENGLISH_BREAK.split(before))
    subject = _AUXILIARY.sub("", last).strip()
    if subject.endswith("not") or _SUBORDINATE.search(subject):
        return None
    if (subject and not _DAY_IN_FRONT.match(subject)) or _OWN.search(subject):
        return _english_subject(subject, title, own_path, f"{said_before} {' '.join(earlier)}")
    for chunk in reversed(earlier):
        own = _OWN.search(chunk)
        if own and not _PREPOSITION.search(chunk[: own.start()]):
            return ()
        published = _PUBLISHED.search(chunk)
        if published and _NAMED.search(chunk[: published.start()]):
            return ()
        if re.match(r"(?:it|they)\b", chunk, re.IGNORECASE):
            return () if _OWN.search(said_before) else None
        if chunk and not _DAY_IN_FRONT.match(chunk):
            return None
    return ()


def _english_subject(subject: str, title: str | None, own_path: str, said_before: str) -> Reach:
    if _OWN_PART.search(subject):
        return (own_path,)
    own = _OWN.search(subject) or _own_noun(subject, title)
    if own is None:
        if _PRONOUN.match(subject):
            return () if _OWN.search(said_before) else None
        return tuple(english_paths(subject)) or None
    in_front = subject[: own.start()].strip()
    if not _PREPOSITION.search(in_front) or _PROVISIONS_OF.match(in_front):
        return ()
    return tuple(english_paths(re.sub(r"\s+(?:of|in)$", "", in_front))) or None


def _own_noun(subject: str, title: str | None) -> re.Match[str] | None:
    """ "The Constitution" in the Constitution of the Postal Union."""
    noun = re.fullmatch(rf"the\s+({ENGLISH_NAMES})", subject, re.IGNORECASE)
    return noun if noun and title and noun[1].lower() in title.lower().split() else None


def _chinese(before: str, title: str | None, own_path: str) -> Reach:
    for back, chunk in enumerate(reversed(_CHINESE_BREAK.split(before))):
        if back and _CHINESE_PUBLISHED.search(chunk):
            return ()
        words = _CHINESE_FILLERS.sub("", chunk.strip())
        own = _CHINESE_OWN.match(words)
        rest = words[own.end() :] if own else words
        end = _CHINESE_SUBJECT_END.search(rest)
        subject = rest[: end.start()] if end else rest
        if own:
            if _CHINESE_OTHER_OF_OWN.match(subject):
                return None
            return () if back else tuple(chinese_paths(subject))
        if _CHINESE_OWN_PART.match(words):
            return (own_path,)
        if titles := find_titles(subject):
            return () if any(_is_own(found.title, title) for found in titles) else None
        if paths := tuple(chinese_paths(subject)):
            return None if back else paths
        # what only names a circumstance (经批准，) is no subject
        if _CHINESE_FILLERS.sub("", subject) and not (back and _CIRCUMSTANCE.match(words)):
            return None
    return ()


def names_itself(text: str) -> bool:
    """Whether a text speaks of the document that it stands in: "this Announcement", 本公告."""
    return bool(_OWN.search(text) or _CHINESE_OWN.search(text))


def _is_own(cited: str, title: str | None) -> bool:
    return title is not None and title_key(cited) == title_key(title)
