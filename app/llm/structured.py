"""A model's whole reply as the JSON that was asked for; whatever else it is, is no answer.

A provider that can't hold its model to a schema gets no other reading: around the JSON only a
code fence and a thinking model's thoughts are taken away.
"""

import re
from typing import TypeVar

from pydantic import Field, StrictInt, StrictStr, ValidationError

from app.contract import Frozen
from app.llm.failures import ModelFailed, Why

_THOUGHTS = re.compile(r"\A\s*<think>.*?(?:</think>|\Z)", re.DOTALL)
_FENCED = re.compile(r"```(?:json)?\s*(.*?)\s*```", re.DOTALL)


class Pointing(Frozen):
    """``{"sentences": [2, 1], "short": "…"}``: numbers in the model's order."""

    sentences: tuple[StrictInt, ...]
    short: StrictStr = ""


class Translated(Frozen):
    sentence: StrictInt
    text: StrictStr


class Translations(Frozen):
    """``{"translations": [{"sentence": 1, "text": "…"}]}``"""

    translations: tuple[Translated, ...]


class Rewording(Frozen):
    """``{"query": "…"}``"""

    query: StrictStr


class ProposedQuestions(Frozen):
    """``{"en": ["…"], "zh": ["…"]}``: questions in English and in Chinese."""

    en: tuple[StrictStr, ...] = Field(max_length=4)
    zh: tuple[StrictStr, ...] = Field(max_length=4)


Shape = TypeVar("Shape", bound=Frozen)


def read_as(shape: type[Shape], reply: str) -> Shape:
    """The reply in the shape that was asked for; raises ModelFailed: BROKEN_OFF for one that
    is empty or ends in the middle, UNREADABLE for any other."""
    text = _THOUGHTS.sub("", reply).strip()
    if fenced := _FENCED.fullmatch(text):
        text = fenced[1]
    try:
        return shape.model_validate_json(text)
    except ValidationError as error:
        ends_early = any("EOF" in str(fault["msg"]) for fault in error.errors())
        raise ModelFailed(Why.BROKEN_OFF if ends_early else Why.UNREADABLE) from None
