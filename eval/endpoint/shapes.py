"""What assistants send back: our own REST's answer, or a chat completion with what it cites.

A chat completion is OpenAI's (https://platform.openai.com/docs/api-reference/chat). What it was
made from comes beside it in one of the forms in use: Azure's ``message.context`` (``citations``
and ``all_retrieved_documents``, with scores), or a list called ``citations``, ``sources``,
``documents`` or ``search_results`` in the message or beside the choices.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from app.contract import Answer
from eval.errors import NoReply

#: where the passages stand, and under which keys of one its words, its names and its score
_LISTS = ("citations", "sources", "documents", "search_results")
_RETRIEVED = "all_retrieved_documents"
_WORDS = ("content", "text", "page_content", "snippet", "document", "quote")
_NAMES = ("title", "filepath", "file_name", "url", "id", "document_id")
_SCORES = ("rerank_score", "original_search_score", "score")
_FILTERED = "content_filter"


@dataclass(frozen=True, slots=True)
class ToldPassage:
    """Words that a reply says it was made from; ``names``: how it calls their document."""

    words: str
    names: str
    score: float | None


@dataclass(frozen=True, slots=True)
class ChatText:
    """A chat's reply. ``cited``: in the order of its marks [1], [2]; ``retrieved``: all that the
    assistant found, best first; ``is_refusal``: its maker says that it refused."""

    text: str
    model: str | None
    cited: tuple[ToldPassage, ...] = ()
    retrieved: tuple[ToldPassage, ...] = ()
    is_refusal: bool = False


def read_answer(data: Any) -> Answer:
    """The answer of our own REST; raises NoReply for one of another version."""
    try:
        return Answer.model_validate(data)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise NoReply(f"the answer is of another version than this program ({where})") from error


def read_chat(data: Any) -> ChatText:
    """A chat completion; raises NoReply when it holds no message."""
    match data:
        case {"choices": [{"message": {**message}} as choice, *_]}:
            pass
        case _:
            raise NoReply("the reply is no chat completion: it has no choices with a message")
    refused = message.get("refusal")
    filtered = choice.get("finish_reason") == _FILTERED
    text = refused if isinstance(refused, str) and refused else _text(message.get("content"))
    if not text.strip() and not filtered:
        raise NoReply("the reply is empty")
    context = message.get("context")
    beside = [place for place in (context, message, data) if isinstance(place, Mapping)]
    model = data.get("model")
    return ChatText(
        text=text,
        model=model if isinstance(model, str) else None,
        cited=_first(beside, _LISTS),
        retrieved=_first(beside, (_RETRIEVED,)),
        is_refusal=bool(refused) or filtered,
    )


def is_filtered(data: Any) -> bool:
    """Whether an error says that the question was held back: a refusal, as its maker sees it."""
    match data:
        case {"error": {"code": code}}:
            return bool(code == _FILTERED)
    return False


def _text(content: Any) -> str:
    if isinstance(content, list):
        parts = (part.get("text") for part in content if isinstance(part, Mapping))
        return "\n".join(part for part in parts if isinstance(part, str))
    return content if isinstance(content, str) else ""


def _first(places: list[Mapping[str, Any]], keys: tuple[str, ...]) -> tuple[ToldPassage, ...]:
    """The passages of the first list among ``keys`` that has any."""
    for place in places:
        for key in keys:
            listed = place.get(key)
            found = tuple(_passages(listed)) if isinstance(listed, list) else ()
            if found:
                return found
    return ()


def _passages(listed: list[Any]) -> Iterator[ToldPassage]:
    for one in listed:
        if not isinstance(one, Mapping):
            continue
        words = next((one[key] for key in _WORDS if isinstance(one.get(key), str)), "")
        names = " ".join(str(one[key]) for key in _NAMES if isinstance(one.get(key), str))
        scores = (one[key] for key in _SCORES if isinstance(one.get(key), int | float))
        yield ToldPassage(words, names, next(map(float, scores), None))
