"""Minimal stand-in until the real check is merged."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.models import Check
from ingest.embeddings import ModelEmbeddings
from ingest.glossary import Glossary
from ingest.words import Tokenizer


@dataclass(frozen=True, slots=True)
class CheckedStatement:
    check: Check
    reasons: tuple[str, ...]


class CitationChecker:
    def __init__(
        self, tokenizer: Tokenizer, glossary: Glossary, models: Sequence[ModelEmbeddings]
    ) -> None:
        self._tokenizer = tokenizer

    def check(
        self, statement: str, quotes: Sequence[str], *, sources: Sequence[str] = ()
    ) -> CheckedStatement:
        text = "\n".join([*quotes, *sources])
        for number in re.findall(r"\d+", statement):
            if number not in text:
                return CheckedStatement(
                    Check.FAILED, (f"the number {number} stands in no cited quote",)
                )
        cjk = re.compile(r"[\u3400-\u9fff]")
        if bool(cjk.search(statement)) != bool(cjk.search("".join(quotes))):
            return CheckedStatement(Check.NOT_CHECKED, ("another language than the quote",))
        words = self._tokenizer.tokens(statement)
        held = set(self._tokenizer.tokens(text))
        lacking = [w for w in words if w not in held]
        if lacking:
            return CheckedStatement(Check.FAILED, tuple(f"no quote says {w}" for w in lacking))
        return CheckedStatement(Check.VERIFIED, ())
