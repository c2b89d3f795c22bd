"""A language model that says what a test tells it to; for what the real one cannot be made to do."""

import json
from collections.abc import Callable, Iterator

from app.llm.failures import ModelFailed
from app.llm.prompts import PromptTask

Script = Callable[[dict[str, object]], str]


class ScriptedModel:
    """``script``: the message the model is given (its JSON, read) -> the reply.

    The reply comes in pieces of seven characters; ``failure`` ends it.
    """

    name = "scripted"
    timeout = 20.0

    def __init__(self, script: Script, failure: ModelFailed | None = None) -> None:
        self._script = script
        self._failure = failure
        self.messages: list[dict[str, object]] = []

    def reply(self, task: PromptTask, message: str, seconds: float) -> Iterator[str]:
        assert task.system and seconds > 0
        self.messages.append(json.loads(message))
        text = self._script(self.messages[-1])
        for start in range(0, len(text), 7):
            yield text[start : start + 7]
        if self._failure is not None:
            raise self._failure


def points(*sentences: int, short: str = "") -> Script:
    """A script that points at these sentences, whatever it is asked."""
    reply = {"sentences": sentences, "short": short}
    return lambda _: json.dumps(reply, ensure_ascii=False)


def translates(*sentences: int, text: str) -> Script:
    """A script that points at these sentences, and says this for each to be translated."""

    def script(message: dict[str, object]) -> str:
        asked = message.get("sentences")
        if not isinstance(asked, dict):
            return points(*sentences)(message)
        told = [{"sentence": int(number), "text": text} for number in asked]
        return json.dumps({"translations": told}, ensure_ascii=False)

    return script
