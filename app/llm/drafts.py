"""The statements in a model's reply, read while it is still being written.

What is asked for is ``{"answered": true, "statements": [{"clauses": [1], "text": "…"}]}``.
Where a provider can't hold its model to that, the reply is repaired: statements are
taken from whatever stands around them (a code fence, prose, a missing bracket), and
plain sentences that carry marks like [1] are statements too.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.llm.failures import ModelFailed, Why
from ingest.text.sentences import sentences

#: statements of one answer; more is no short answer
MOST_STATEMENTS = 6
#: a statement that comes so often is a loop
REPEATS_OF_A_LOOP = 3

_NOT_ANSWERED = re.compile(r'"answered"\s*:\s*false', re.IGNORECASE)
_MARK = re.compile(r"\[(\d{1,3}(?:\s*[,，]\s*\d{1,3})*)\]")
_MARKS_BEHIND = re.compile(r"([.。!?！？])[ ]*((?:\[\d[\d,， ]*\] *)*\[\d[\d,， ]*\])")
_THOUGHTS = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Draft:
    """A statement as the model wrote it; nothing about it is proven."""

    text: str
    clauses: tuple[int, ...]


class DraftReader:
    """Takes a reply piece by piece and gives the statements that are complete."""

    def __init__(self) -> None:
        self._reply = ""
        self._read = 0  # of the reply, up to here
        self._seen: dict[str, int] = {}

    @property
    def is_not_answered(self) -> bool:
        """The model says that the clauses do not answer."""
        return not self._seen and _NOT_ANSWERED.search(self._reply) is not None

    @property
    def is_full(self) -> bool:
        return len(self._seen) >= MOST_STATEMENTS

    def feed(self, piece: str) -> Iterator[Draft]:
        """Statements that this piece completes; raises ModelFailed for a loop."""
        self._reply += piece
        while not self.is_full and (found := self._next()) is not None:
            yield from self._new(found)

    def finish(self) -> Iterator[Draft]:
        """Statements of a reply without JSON; raises ModelFailed for one that can't be used."""
        reply = _THOUGHTS.sub("", self._reply).strip()
        if self._seen:
            if reply.startswith("{") and not self.is_full and not _is_whole(reply):
                raise ModelFailed(Why.BROKEN_OFF)
            return
        if self.is_not_answered:
            return
        if "{" in reply:
            raise ModelFailed(Why.UNREADABLE if _is_whole(reply) else Why.BROKEN_OFF)
        drafts = list(_from_prose(reply))
        if not drafts:
            raise ModelFailed(Why.UNREADABLE if reply else Why.BROKEN_OFF)
        for draft in drafts[:MOST_STATEMENTS]:
            yield from self._new(draft)

    def _next(self) -> Draft | None:
        """The next whole object with a text in what is not yet read."""
        while (start := self._reply.find("{", self._read)) >= 0:
            try:
                value, end = _DECODER.raw_decode(self._reply, start)
            except json.JSONDecodeError:
                depth, inner = _brackets(self._reply, start)
                if depth > 0 and inner is None:
                    return None  # more is to come
                # open and with objects inside, or closed and faulty: look inside
                self._read = start + 1 if inner is None else inner
                continue
            if draft := _draft(value):
                self._read = end
                return draft
            self._read = start + 1  # its statements stand inside
        return None

    def _new(self, draft: Draft) -> Iterator[Draft]:
        times = self._seen.get(draft.text, 0) + 1
        self._seen[draft.text] = times
        if times >= REPEATS_OF_A_LOOP:
            raise ModelFailed(Why.LOOPS)
        if times == 1:
            yield draft


_DECODER = json.JSONDecoder(strict=False)


def _draft(value: Any) -> Draft | None:
    if not isinstance(value, dict) or not isinstance(value.get("text"), str):
        return None
    clauses = value.get("clauses", [])
    numbers = re.findall(r"\d{1,3}", json.dumps(clauses))
    # marks in the text count as well: some models put them there
    marked = [n for found in _MARK.findall(value["text"]) for n in re.findall(r"\d+", found)]
    text = _MARK.sub("", value["text"])
    return Draft(" ".join(text.split()), tuple(dict.fromkeys(map(int, [*numbers, *marked]))))


def _from_prose(reply: str) -> Iterator[Draft]:
    # a mark behind the full stop belongs to the sentence before it
    reply = _MARKS_BEHIND.sub(r" \2\1 ", reply)
    for start, end in sentences(reply):
        draft = _draft({"text": reply[start:end]})
        if draft and draft.clauses:
            yield Draft(re.sub(r"\s+([.。,，;；])", r"\1", draft.text), draft.clauses)


def _is_whole(reply: str) -> bool:
    return _brackets(reply, max(reply.find("{"), 0))[0] <= 0


def _brackets(text: str, start: int) -> tuple[int, int | None]:
    """Of the JSON that begins at ``start``: how many brackets are open at the end of the
    text (a string counts as one), and where the first object inside begins."""
    depth, inner = 0, None
    quoted = escaped = False
    for position in range(start, len(text)):
        character = text[position]
        if escaped:
            escaped = False
        elif quoted:
            escaped = character == "\\"
            quoted = character != '"'
        elif character == '"':
            quoted = True
        elif character in "{[":
            if character == "{" and position > start and inner is None:
                inner = position
            depth += 1
        elif character in "}]":
            depth -= 1
            if depth == 0:
                return 0, inner
    return depth + quoted, inner
