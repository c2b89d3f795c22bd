"""New topics: by hand or from readers' feedback, proved against the corpus before they are written.

A helpful answer on the chat page is a whole topic: its clauses are the gold. What was not helpful
only has a question and a reason; a person must say what the right answer is.
"""

import re
from hashlib import sha256
from pathlib import Path

from app.conversations.feedback import Feedback
from app.teaching.topics import Topic, TopicError, load_topics, require_gold, split_of
from app.views.evaluation_report import TopicKind
from eval.run.system import CorpusView

_CJK = re.compile(r"[\u3400-\u9fff]")


def proposed_topic(feedback: Feedback) -> Topic | None:
    """The topic that helpful feedback makes; None where a person must complete it."""
    if not feedback.helpful:
        return None
    topic_id = f"reader-{sha256(feedback.question.encode()).hexdigest()[:10]}/1"
    if not feedback.answered:
        kind = TopicKind.NOT_COVERED
    else:
        kind = TopicKind.FOLLOW_UP if feedback.history else TopicKind.SINGLE
    return Topic(
        id=topic_id,
        kind=kind,
        language="zh" if _CJK.search(feedback.question) else "en",
        split=split_of(topic_id),
        question=feedback.question,
        history=feedback.history,
        as_of=feedback.as_of,
        answerable=feedback.answered,
        gold=feedback.clause_ids if feedback.answered else (),
        evidence=feedback.quotes if feedback.answered else (),
    )


def append_topic(topic: Topic, path: Path, corpus: CorpusView) -> None:
    """Write the topic as the file's last line; a missing file is made.

    Raises TopicError when its id is taken or the file can't be read or written, and
    StaleGold when its evidence does not stand in its clause.
    """
    require_gold(topic, corpus.clause)
    existing = load_topics(path) if path.exists() and path.stat().st_size else ()
    if any(other.id == topic.id for other in existing):
        raise TopicError(f"{path} has a topic {topic.id} already; choose another id")
    try:
        text = path.read_text(encoding="utf-8") if existing else ""
        if text and not text.endswith("\n"):
            text += "\n"
        path.write_text(f"{text}{topic.model_dump_json()}\n", encoding="utf-8", newline="\n")
    except OSError as error:
        raise TopicError(f"can't write the topic to {path}: {error.strerror}") from error
