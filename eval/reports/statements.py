"""statements.jsonl: what a language model wrote and what became of it, for a reader to judge."""

import json
from collections.abc import Iterator

from eval.run.report import RunReport


def statements_jsonl(report: RunReport) -> str:
    """One object a statement; ``check`` is "failed" for one that was left out."""
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in _rows(report))


def _rows(report: RunReport) -> Iterator[dict[str, object]]:
    for asked in report.asked:
        answer = asked.answer
        quotes = {citation.n: citation.quote for citation in answer.citations}
        known = {"topic": asked.topic.id, "question": asked.topic.question}
        for statement in answer.statements if answer.mode == "generative" else ():
            yield {
                **known,
                "statement": statement.text,
                "check": statement.check,
                "translated": statement.translated,
                "quotes": [quotes[n] for n in statement.citations],
            }
        for rejected in answer.rejected:
            yield {
                **known,
                "statement": rejected.text,
                "check": "failed",
                "reasons": rejected.reasons,
            }
