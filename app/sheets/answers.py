"""The questions of a sheet, answered one after the other, and kept as they are answered."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

from pydantic import ValidationError

from app.contract import Answer, Question
from app.sheets.questions import QuestionSheet
from app.wording import Language
from ingest.errors import BadQuestion

Progress = Callable[[int, int], None]
#: seconds after which a run that nobody went on with is forgotten
_KEPT = 7 * 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class AnsweredRow:
    """``answer`` is None for what is no question; ``why`` says it then."""

    row: int
    answer: Answer | None
    why: str = ""


class SheetAnswers:
    """Answers a sheet with ``ask`` from the corpus of ``fingerprint``; what was answered is kept
    in ``folder`` until :meth:`forget`, so that a run that was ended goes on."""

    def __init__(
        self,
        ask: Callable[[Question], Answer],
        fingerprint: str,
        sheet: QuestionSheet,
        folder: Path,
        as_of: date | None = None,
        language: Language | None = None,
    ) -> None:
        self._answer = ask
        self._sheet = sheet
        self._as_of = as_of or date.today()
        self._language = language
        # another file, day, language or corpus is another run
        told = [sheet.sha256, str(self._as_of), str(language), fingerprint]
        self._file = folder / f"{sha256(' '.join(told).encode()).hexdigest()[:32]}.jsonl"

    def run(self, progress: Progress) -> Iterator[AnsweredRow]:
        """The rows in their order; each is kept before it is handed out."""
        kept = self._kept()
        rows = self._sheet.rows
        self._file.parent.mkdir(parents=True, exist_ok=True)
        _forget_old(self._file.parent)
        with self._file.open("a", encoding="utf-8") as file:
            for number, (row, text) in enumerate(rows, start=1):
                answered = kept.get(text)
                if answered is None:
                    answer, why = self._ask(text)
                    kept[text] = answered = (answer, why)
                    told = answer.to_json() if answer else None
                    file.write(json.dumps({"question": text, "answer": told, "why": why}) + "\n")
                    file.flush()
                progress(number, len(rows))
                yield AnsweredRow(row, *answered)

    def forget(self) -> None:
        """Drop what is kept: the sheet is written."""
        self._file.unlink(missing_ok=True)

    def _ask(self, text: str) -> tuple[Answer | None, str]:
        try:
            asked = Question(text=text, as_of=self._as_of, language=self._language)
            return self._answer(asked), ""
        except BadQuestion as error:
            return None, str(error)

    def _kept(self) -> dict[str, tuple[Answer | None, str]]:
        """By question; a line that a killed run left half written is asked again."""
        kept: dict[str, tuple[Answer | None, str]] = {}
        if not self._file.is_file():
            return kept
        whole: list[str] = []
        for line in self._file.read_text(encoding="utf-8").splitlines(keepends=True):
            with suppress(ValueError, KeyError, TypeError, ValidationError):
                told = json.loads(line)
                answer = Answer.model_validate(told["answer"]) if told["answer"] else None
                kept[told["question"]] = answer, told["why"]
                whole.append(line)
        self._file.write_text("".join(whole), encoding="utf-8")
        return kept


def _forget_old(folder: Path) -> None:
    for file in folder.iterdir():
        if time.time() - file.stat().st_mtime > _KEPT:
            file.unlink(missing_ok=True)
