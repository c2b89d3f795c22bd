"""The fixed sentences of answers on whole documents and of small talk, in English and Chinese."""

from datetime import date

from app.contract import Purpose
from app.wording import Language, day_words
from ingest.corpus.graph import Relation
from ingest.text.language import is_chinese

_WORDS = {
    "en": {
        "issued": "issued on {day}",
        "status": "Status: {status}",
        "says": "{label}: “{words}”",
        "scope": "Purpose and scope",
        "all_of": "{first} to {last}",
        "cites_held": "Cites {name} ({locator})",
        "cites": "Cites {name} ({locator}; not held)",
        "more": "Only the first lines are listed.",
        "acting": "What {name} does to other documents:",
        "citing": "What {name} cites:",
        "changes": "What changed in {name}, as far as the corpus shows:",
        "all_changes": "What repeals, amends and replaces what, as far as the corpus shows:",
        "since": "What changed since {day}, as far as the corpus shows:",
        "in_force": "What is in force on {day}, as far as the corpus shows.",
        "group_in_force": "In force:",
        "group_not_yet": "Not yet in force:",
        "group_no_longer": "No longer in force:",
        "group_unknown": "Whether these are in force that day is not stated:",
        "no_changes": "The corpus holds one text of {name}, and nothing that amends or repeals it.",
        "nothing_changed": "Not covered: the corpus holds nothing that amends, repeals or replaces another document.",
        "acts_on_none": "Not covered: the corpus holds no clause of {name} that repeals or amends another document.",
        "cites_none": "Not covered: the corpus holds no clause of {name} that cites another document.",
        "holdings": "The corpus holds on “{subject}”:",
        "nearest_held": "No clause of the corpus names “{subject}”. What reads as nearest to it:",
        "all_holdings": "The corpus holds:",
        "none_held": "Not covered: the corpus holds no document on “{subject}”.",
        "sources": "The clauses: {places}.",
        "try": "You can ask, for example:",
    },
    "zh": {
        "issued": "{day}发布",
        "status": "效力：{status}",
        "says": "{label}：“{words}”",
        "scope": "目的与适用范围",
        "all_of": "{first}至{last}",
        "cites_held": "引用{name}（{locator}）",
        "cites": "引用{name}（{locator}；语料库未收录）",
        "more": "仅列出前面部分。",
        "acting": "{name}对其他文件的处理：",
        "citing": "{name}引用的文件：",
        "changes": "{name}的变化（以本语料库为限）：",
        "all_changes": "文件之间的废止、修改与取代（以本语料库为限）：",
        "since": "{day}以来的变化（以本语料库为限）：",
        "in_force": "{day}的效力情况，以本语料库为限。",
        "group_in_force": "施行中：",
        "group_not_yet": "尚未施行：",
        "group_no_longer": "已失效：",
        "group_unknown": "语料库未载明下列文件当日是否施行：",
        "no_changes": "语料库仅收录{name}的一个文本，且没有修改或废止它的文件。",
        "nothing_changed": "未收录：语料库中没有修改、废止或取代其他文件的内容。",
        "acts_on_none": "未收录：语料库中{name}没有废止或修改其他文件的条款。",
        "cites_none": "未收录：语料库中{name}没有引用其他文件的条款。",
        "holdings": "语料库收录的与“{subject}”有关的文件：",
        "nearest_held": "语料库中没有条款写明“{subject}”。内容最接近的是：",
        "all_holdings": "语料库收录：",
        "none_held": "未收录：语料库中没有关于“{subject}”的文件。",
        "sources": "条款：{places}。",
        "try": "例如可以问：",
    },
}
_TALK = {
    "en": {
        Purpose.GREETING: "Hello. Ask about a rule, and the clause that says so is the answer, word for word.",
        Purpose.THANKS: "You are welcome. Ask on whenever you like.",
        Purpose.FAREWELL: "Goodbye.",
        Purpose.IDENTITY: "This is Clause Desk, a program: it looks a question up in the documents that it holds and answers with the clause that says so, word for word, or says that none does. It gives no legal advice.",
        Purpose.HELP: "Ask in your own words what a rule says, what a clause by its number says, what a document is about or changed, or what is in force on a day.",
    },
    "zh": {
        Purpose.GREETING: "您好。请就规则提问，答案就是作出规定的条款原文。",
        Purpose.THANKS: "不客气，随时可以继续提问。",
        Purpose.FAREWELL: "再见。",
        Purpose.IDENTITY: "这里是 Clause Desk，一个程序：在所收录的文件中查找问题，以作出规定的条款原文作答；没有条款时如实说明。它不提供法律意见。",
        Purpose.HELP: "可以用自己的话询问规则、按编号询问条款、询问某文件的主要内容或变化，或某日有哪些文件施行。",
    },
}
#: from the acting document's side, and from the other's
_ACTS = {
    "en": {
        Relation.REPEALS: ("Repeals {name}", "Repealed by {name}"),
        Relation.AMENDS: ("Amends {name}", "Amended by {name}"),
        Relation.REPLACES: ("Replaces {name}", "Replaced by {name}"),
    },
    "zh": {
        Relation.REPEALS: ("废止{name}", "由{name}废止"),
        Relation.AMENDS: ("修改{name}", "由{name}修改"),
        Relation.REPLACES: ("取代{name}", "由{name}取代"),
    },
}
_CHANGES = {
    "en": {"added": "new", "removed": "taken out", "changed": "changed"},
    "zh": {"added": "新增", "removed": "删去", "changed": "修改"},
}


def rules_on(subject: str) -> str:
    """What is asked of a subject, in its language.

    >>> rules_on("lost exhibits")
    'What are the rules on lost exhibits?'
    """
    if is_chinese(subject):
        return f"关于{subject}有什么规定？"
    return f"What are the rules on {subject}?"


def whole(key: str, language: Language, **values: str) -> str:
    """A fixed sentence; raises KeyError for one that is not there."""
    return _WORDS[language][key].format(**values)


def small_talk(purpose: Purpose, language: Language) -> str:
    return _TALK[language][purpose]


def act_words(
    relation: Relation, name: str, items: str, language: Language, *, passive: bool
) -> str:
    """ "Repeals GACC Announcement No. 2 of 2011 (items 3, 5)" """
    words = _ACTS[language][relation][passive].format(name=name)
    return f"{words}{f'（{items}）' if language == 'zh' else f' ({items})'}" if items else words


def change_words(change: str, since: date | None, language: Language) -> str:
    """ "changed on 1 June 2018" """
    kind = _CHANGES[language][change]
    if since is None:
        return kind
    day = day_words(since, language)
    return f"{day}{kind}" if language == "zh" else f"{kind} on {day}"
