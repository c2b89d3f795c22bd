"""Documents to train and measure with, cut into clauses by the product's own loaders and parser."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from eval.errors import CannotRun
from eval.training.examples import TrainingPassage
from ingest.clauses.parse import parse
from ingest.errors import UnreadableDocument
from ingest.index.units import context_of, quoted_text
from ingest.loaders import load
from ingest.models.clause_model import ClauseText
from ingest.settings import Settings

#: rule books written for training, which stand beside the questions on them
MADE_UP = "made-up/"
_SPACE = re.compile(r"\s+")


def read_passages(
    documents: Iterable[str],
    folders: Mapping[str, Path],
    settings: Settings,
    kept: Path,
    progress: Callable[[str, int, int], None],
) -> list[TrainingPassage]:
    """The clauses of all documents in order; ``kept`` holds those of an earlier run.

    ``folders``: how a document's name begins -> where it is; "" for all others. Raises CannotRun, naming the file, for a document that is not there or not readable.
    """
    if kept.exists():
        return _kept(kept)
    names = list(documents)
    passages: list[TrainingPassage] = []
    for done, name in enumerate(names, start=1):
        start = max((start for start in folders if name.startswith(start)), key=len)
        passages += _passages_of(name, folders[start] / name.removeprefix(start), settings)
        progress("documents", done, len(names))
    kept.parent.mkdir(parents=True, exist_ok=True)
    with kept.open("w", encoding="utf-8") as out:
        for passage in passages:
            row = {
                "document": passage.document,
                "path": passage.path,
                "context": passage.text.context,
                "body": passage.text.body,
            }
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
    return passages


def _kept(path: Path) -> list[TrainingPassage]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        TrainingPassage(
            row["document"], row["path"], ClauseText(tuple(row["context"]), row["body"])
        )
        for row in rows
    ]


def _passages_of(name: str, path: Path, settings: Settings) -> list[TrainingPassage]:
    try:
        document = parse(load(path, settings.loading), "document")
    except (OSError, UnreadableDocument) as error:
        raise CannotRun(
            f"{path} cannot be read ({error}): give the folder with --corpora"
        ) from error
    title = document.title or path.stem
    return [
        TrainingPassage(
            name,
            clause.path,
            ClauseText(
                (
                    title,
                    _plain(" › ".join(clause.headings)),
                    _plain(context_of(clause, document)),
                ),
                _plain(quoted_text(document, clause)),
            ),
        )
        for clause in document.clauses
        if not clause.is_heading or document.list_items(clause)
    ]


def _plain(text: str) -> str:
    return _SPACE.sub(" ", text).strip()
