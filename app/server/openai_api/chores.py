"""A chat client's own requests, told from a reader's questions: titles, tags, follow-ups.

Clients ask the model that answers for such things too, in a prompt of their own making. What
all of them have in common: the prompt speaks of a chat and brings that chat along, or its
place; and it says what it wants and in which form. Such a request is answered from the chat it
brings, without searching, and is no answer to anybody.
"""

import json
import re
from collections.abc import Sequence
from enum import StrEnum

from app.plain_text import shortened

#: characters of a title
_LONGEST_TITLE = 60


class Chore(StrEnum):
    """By the key under which clients expect the result."""

    TITLE = "title"
    TAGS = "tags"
    FOLLOW_UPS = "follow_ups"
    QUERIES = "queries"
    EMOJI = "emoji"
    COMPLETION = "text"
    IMAGE = "prompt"  # words for a program that draws


#: the prompt is about a chat, not part of one, or tells a program what it is for
_ABOUT_A_CHAT = re.compile(
    r"\b(?:chat|conversation|dialogue?)(?:'s)?\s+(?:history|messages|so far|above|below)\b"
    r"|<chat_history>|\b(?:this|the|our|following|given)\s+(?:chat|conversation|dialogue?)\b"
    r"|\byour task is to\b|对话(?:历史|记录|内容)|聊天(?:历史|记录|内容)",
    re.IGNORECASE,
)
#: a person tells a program in this mood what to write
_INSTRUCTS = re.compile(
    r"(?:^|[.:\n]\s{0,4}|\bplease\s+|\byour task is to\s+)(?:reflect|#+\s*task\b|generate|create|write|suggest|summari[sz]e|provide|give|analy[sz]e|"
    r"categori[sz]e|determine|come up with|respond|return|output)\b"
    r"|(?:请|生成|撰写|总结|概括|提供|输出)",
    re.IGNORECASE,
)
#: the result by its key in JSON, and by the word for it
_BY_KEY = re.compile(r"[\"'“](title|tags|follow_ups|queries|emoji|text|prompt)[\"'”]\s*:")
_BY_WORD: tuple[tuple[Chore, re.Pattern[str]], ...] = (
    (Chore.FOLLOW_UPS, re.compile(r"follow[- _]?ups?\b|后续问题", re.IGNORECASE)),
    (Chore.TAGS, re.compile(r"\btags?\b|标签", re.IGNORECASE)),
    (Chore.TITLE, re.compile(r"\btitle\b|标题", re.IGNORECASE)),
    (Chore.EMOJI, re.compile(r"\bemoji\b|表情", re.IGNORECASE)),
    (Chore.QUERIES, re.compile(r"\bsearch quer(?:y|ies)\b", re.IGNORECASE)),
    (Chore.COMPLETION, re.compile(r"\bautocomplet\w+", re.IGNORECASE)),
)
_ASKED = re.compile(r"[\s\"'*_#]{0,8}(?:user|human|用户)[\s\"'*_]{0,8}[:：](.+)", re.IGNORECASE)
_BEGINS, _ENDS = "<chat_history>", "</chat_history>"


def chore_of(prompt: str) -> Chore | None:
    """What a client wants of a chat; None for a reader's question."""
    told = _without_chat(prompt)
    if not (_ABOUT_A_CHAT.search(told) and _INSTRUCTS.search(told)):
        return None
    if key := _BY_KEY.search(told):
        return Chore(key[1])
    return next((chore for chore, word in _BY_WORD if word.search(told)), None)


def result_of(chore: Chore, prompt: str, earlier: Sequence[str]) -> str:
    """The chore's result in the form that clients read; nothing is made up.

    ``earlier``: the questions of the chat, where the client sent them as messages.
    """
    brought = filter(None, map(_ASKED.match, prompt.splitlines()))
    questions = [asked[1].strip(" \"'*_") for asked in brought] or list(earlier)
    match chore:
        case Chore.TITLE:
            title = shortened(questions[0], _LONGEST_TITLE) if questions else "Clause Desk"
            wants_json = _BY_KEY.search(_without_chat(prompt)) is not None
            return json.dumps({"title": title}, ensure_ascii=False) if wants_json else title
        case Chore.EMOJI:
            return "⚖️"
        case Chore.COMPLETION | Chore.IMAGE:
            return json.dumps({chore.value: ""})
        case _:
            return json.dumps({chore.value: []})


def _without_chat(prompt: str) -> str:
    """The prompt's own words: the chat that it brings may speak of anything."""
    begin, end = prompt.find(_BEGINS), prompt.rfind(_ENDS)
    return prompt[: begin + len(_BEGINS)] + prompt[end:] if 0 <= begin < end else prompt
